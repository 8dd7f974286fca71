"""pymap and aiosmtpd on threads of this process: IMAP and SMTP from nothing but wheels."""

import argparse
import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from imapclient import IMAPClient
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from servers.loopback import HOST, free_port

PASSWORD = "pw"


class Pymap:
    """An IMAP server in memory; each user is made by `add_user`."""

    def __init__(self) -> None:
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._is_up.wait(10), "pymap did not start"

    def add_user(self, user: str, *folders: str) -> None:
        """A user with an INBOX and these folders, whose password is "pw"."""
        made = UserMetadata(self._config, user, password=PASSWORD)
        self._backend.login.users_dict[user] = made
        with self.client(user) as client:
            for folder in folders:
                client.create_folder(folder)

    def append(self, user: str, folder: str, *mails: bytes) -> None:
        with self.client(user) as client:
            for raw in mails:
                client.append(folder, raw)

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        with IMAPClient(HOST, self.port, ssl=False, timeout=10) as client:
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.login(user, PASSWORD)
            yield client

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        args = argparse.Namespace(
            host=HOST, port=0, debug=False, cert=None, key=None, tls=False, passlib_cfg=None
        )
        args.__dict__ |= {"proxy_protocol": None, "demo_data": False}
        args.__dict__ |= {"demo_user": "nobody", "demo_password": PASSWORD}
        self._backend, self._config = await DictBackend.init(args, hash_context=Cleartext())
        self._config.apply_context()
        handler = ProxyProtocolReader(self._config.proxy_protocol).get_callback(
            IMAPServer(self._backend.login, self._config)
        )
        server = await asyncio.start_server(handler, host=HOST, port=0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        async with server:
            await self._stopped.wait()


class Smtpd:
    """An SMTP server that keeps what it takes.

    Attributes:
        letters: Sender, recipients and content of each letter taken.
        answers: What to say instead of 250, by verb: {"DATA": "450 4.2.1 grey"}.
        answers_to: The same at RCPT, by the recipient's local part.
        deliver_to: Where letters go on to, as INBOX mail of a user named as the recipient.
    """

    def __init__(self, deliver_to: Pymap | None = None) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.answers: dict[str, str] = {}
        self.answers_to: dict[str, str] = {}
        self.logins: list[tuple[str, str]] = []
        self._deliver_to = deliver_to
        self.port = free_port()
        self._controller = Controller(
            self, hostname=HOST, port=self.port, authenticator=self._log_in, auth_require_tls=False
        )
        self._controller.start()

    async def handle_MAIL(  # noqa: N802 - the names of handlers are the library's
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        local_part = address.partition("@")[0]
        if local_part in self.answers_to:
            return self.answers_to[local_part]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.answers:
            return self.answers["DATA"]
        content = envelope.original_content or b""
        self.letters.append((str(envelope.mail_from), list(envelope.rcpt_tos), content))
        if self._deliver_to is not None:
            for recipient in envelope.rcpt_tos:
                self._deliver_to.append(recipient, "INBOX", content)
        return "250 OK"

    def stop(self) -> None:
        self._controller.stop()

    def _log_in(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        data: LoginPassword,
    ) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@contextmanager
def running_pymap() -> Iterator[Pymap]:
    server = Pymap()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def running_smtpd(deliver_to: Pymap | None = None) -> Iterator[Smtpd]:
    server = Smtpd(deliver_to)
    try:
        yield server
    finally:
        server.stop()
