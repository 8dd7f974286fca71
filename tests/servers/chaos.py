"""A TCP proxy that misbehaves on demand between a client and a real server."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from servers.loopback import HOST

ABORT = struct.pack("ii", 1, 0)


class ChaosProxy:
    """Forwards bytes; the attributes say what goes wrong.

    Attributes:
        split: Hand the server's bytes over in pieces of this size.
        delay_seconds: Wait this long before each piece.
        cut_after: Abort once this many more bytes have gone to the client.
        lose_answer: Abort instead of handing over an answer that holds these bytes.
        is_swallowing: Take bytes and forward none, as a NAT box that forgot the connection.
        is_refusing: Abort each new connection at once.
        accepted: How many connections there were.
        answers: What the server has said so far, piece by piece.
    """

    def __init__(self, upstream_port: int) -> None:
        self.split = 0
        self.delay_seconds = 0.0
        self.cut_after: int | None = None
        self.lose_answer = b""
        self.is_swallowing = False
        self.is_refusing = False
        self.accepted = 0
        self.answers: list[bytes] = []
        self._upstream_port = upstream_port
        self._open: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def drop(self) -> None:
        """Abort (RST) every connection."""
        for connection in self._open:
            _abort(connection)
        self._open.clear()

    def finish(self) -> None:
        """Close (FIN) every connection in an orderly way."""
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._open.clear()

    def swallow(self) -> None:
        """Go silent: the connection stays, but nothing passes any more."""
        self.is_swallowing = True

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            if self.is_refusing:
                _abort(client)
                continue
            server = socket.create_connection((HOST, self._upstream_port), timeout=5)
            server.settimeout(None)
            self._open += [client, server]
            for source, target, is_answer in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._pump, args=(source, target, is_answer), daemon=True
                ).start()

    def _pump(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if self.is_swallowing:
                    continue
                if not is_answer:
                    target.sendall(data)
                elif not self._hand_over(data, target):
                    _abort(source)
                    return
            target.shutdown(socket.SHUT_WR)

    def _hand_over(self, data: bytes, client: socket.socket) -> bool:
        """Give an answer to the client; False when the connection was cut instead."""
        if self.lose_answer and self.lose_answer in data:
            self.lose_answer = b""
            _abort(client)
            return False
        size = self.split or len(data)
        for piece in (data[at : at + size] for at in range(0, len(data), size)):
            if self.delay_seconds:
                time.sleep(self.delay_seconds)
            if self.cut_after is not None and len(piece) >= self.cut_after:
                client.sendall(piece[: self.cut_after])
                self.cut_after = None
                _abort(client)
                return False
            if self.cut_after is not None:
                self.cut_after -= len(piece)
            client.sendall(piece)
        self.answers.append(data)
        return True


def _abort(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        connection.shutdown(socket.SHUT_RD)
    connection.close()


@contextmanager
def chaos_before(port: int) -> Iterator[ChaosProxy]:
    """A proxy in front of a server's port."""
    proxy = ChaosProxy(port)
    try:
        yield proxy
    finally:
        proxy.stop()
