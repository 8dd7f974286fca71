"""Servers that say what they are told, for answers that no real server can be made to give."""

import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from servers.loopback import HOST

Reply = bytes | Callable[[socket.socket, bytes], bytes] | None
"""Bytes to send ({tag} stands for the command's), a function that gives them, None to hang."""

LETTER_END = b".\r\n"
IMAP_GREETING = b"* OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN AUTH=XOAUTH2] ready\r\n"
EXAMINED = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 3] .\r\n{tag} OK done\r\n"
IMAP_RULES: dict[str, Reply] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN AUTH=XOAUTH2\r\n{tag} OK done\r\n",
    "AUTHENTICATE": lambda connection, _: challenge(connection) and b"{tag} OK in\r\n",
    "LOGIN": b"{tag} OK in\r\n",
    "LIST": b'* LIST (\\Sent) "/" Sent\r\n* LIST () "/" INBOX\r\n{tag} OK done\r\n',
    "EXAMINE": EXAMINED,
    "UID SEARCH": b"* SEARCH 1 2\r\n{tag} OK done\r\n",
}
SMTP_RULES: dict[str, Reply] = {
    "EHLO": b"250-mx.example\r\n250 AUTH PLAIN XOAUTH2\r\n",
    "AUTH": b"235 in\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go\r\n",
    ".": b"250 taken\r\n",
    "QUIT": b"221 bye\r\n",
}


class ScriptedServer:
    """One thread for each connection; every line that came in is kept in `seen`."""

    def __init__(self, greeting: bytes, rules: Mapping[str, Reply], *, is_tagged: bool) -> None:
        self.seen: list[bytes] = []
        self._greeting, self._rules, self._is_tagged = greeting, rules, is_tagged
        self._open: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb", buffering=0) as lines:
            connection.sendall(self._greeting)
            for line in lines:
                self.seen.append(line.rstrip())
                tag, reply = self._reply_to(line)
                answer = reply(connection, line) if callable(reply) else reply
                if answer is not None:
                    connection.sendall(answer.replace(b"{tag}", tag))
                if answer is not None and answer.startswith(b"354"):
                    self._take_letter(connection, lines)

    def _take_letter(self, connection: socket.socket, lines: Iterable[bytes]) -> None:
        for line in lines:
            if line == LETTER_END:
                self.seen.append(b".")
                reply = self._rules["."]
                answer = reply(connection, line) if callable(reply) else reply
                connection.sendall(answer or b"")
                return

    def _reply_to(self, line: bytes) -> tuple[bytes, Reply]:
        words = line.split()
        if not self._is_tagged:
            verb = words[0].decode("latin-1").upper() if words else ""
            return b"", self._rules.get(verb)
        command = re.match(rb"(\S+) (UID \S+|\S+)", line)
        if command is None:
            return b"", self._rules.get(line.strip().decode("latin-1").upper())
        name = command[2].decode("latin-1").upper()
        return command[1], self._rules.get(name, b"{tag} BAD no\r\n")


def challenge(connection: socket.socket, text: bytes = b"") -> bytes:
    """Ask for one line of a SASL exchange and give it back."""
    connection.sendall(b"+ " + text + b"\r\n")
    return connection.recv(65_536)


def cut(connection: socket.socket, _line: bytes = b"") -> bytes:
    """Close the connection instead of answering."""
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


@contextmanager
def scripted_imap(
    rules: Mapping[str, Reply] | None = None, greeting: bytes = IMAP_GREETING
) -> Iterator[ScriptedServer]:
    """An IMAP server with two mails whose FETCH must be scripted."""
    server = ScriptedServer(greeting, {**IMAP_RULES, **(rules or {})}, is_tagged=True)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def scripted_smtp(
    rules: Mapping[str, Reply] | None = None, greeting: bytes = b"220 mx.example\r\n"
) -> Iterator[ScriptedServer]:
    """An SMTP server that takes every letter unless the rules say otherwise."""
    server = ScriptedServer(greeting, {**SMTP_RULES, **(rules or {})}, is_tagged=False)
    try:
        yield server
    finally:
        server.stop()
