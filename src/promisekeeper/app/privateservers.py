"""A private IMAP and a private SMTP server inside this process, on loopback only.

pymap keeps the mail in memory; aiosmtpd puts what it accepts into the inbox.
Both come with the `demo` extra and are for the demo and for tests.
"""

import argparse
import asyncio
import contextlib
import imaplib
import logging
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from promisekeeper.errors import ConfigError

try:
    from aiosmtpd.controller import Controller
    from pymap.backend.dict import DictBackend
    from pymap.imap import IMAPService
except ImportError as import_error:
    raise ConfigError(
        "the private servers need the 'demo' extra: pip install 'promisekeeper[demo]'"
    ) from import_error

HOST = "127.0.0.1"
START_SECONDS = 15.0


class PrivateServers:
    """One mail account on an IMAP and an SMTP server, from `with` to its end.

    Attributes:
        on_letter: Called with every letter that SMTP accepts, before it is answered.
    """

    def __init__(
        self,
        user: str = "shop",
        password: str = "loopback",
        *,
        on_letter: Callable[[bytes], None] | None = None,
    ) -> None:
        self.user = user
        self.password = password
        self.imap_port = _free_port()
        self.smtp_port = _free_port()
        self.on_letter = on_letter or (lambda content: None)
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="pymap", daemon=True)
        self._smtp = Controller(_Inbox(self), hostname=HOST, port=self.smtp_port)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._is_up.wait(START_SECONDS):
            raise ConfigError("the private IMAP server did not start")
        self._smtp.start()
        with self._session() as session:
            session.create("Sent")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._smtp.stop()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)

    def append(self, folder: str, content: bytes, at: datetime | None = None) -> None:
        """Put a mail into a folder, as a mail program or an MTA would."""
        with self._session() as session:
            session.append(folder, "", imaplib.Time2Internaldate(at) if at else "", content)

    def _session(self) -> contextlib.AbstractContextManager[imaplib.IMAP4]:
        session = imaplib.IMAP4(HOST, self.imap_port, timeout=START_SECONDS)
        session.login(self.user, self.password)
        return session

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        logging.getLogger("pymap").setLevel(logging.ERROR)
        backend, config = await DictBackend.init(self._arguments())
        config.apply_context()
        async with contextlib.AsyncExitStack() as stack:
            await IMAPService(backend, config).start(stack)
            self._is_up.set()
            await self._stop.wait()

    def _arguments(self) -> argparse.Namespace:
        """What pymap's own command line would have made of these options."""
        parser = argparse.ArgumentParser()
        IMAPService.add_arguments(parser)
        DictBackend.add_subparser("dict", parser.add_subparsers(dest="backend"))
        return parser.parse_args(
            f"--host {HOST} --port {self.imap_port} --no-tls dict "
            f"--demo-user {self.user} --demo-password {self.password}".split(),
            argparse.Namespace(debug=False, passlib_cfg=None, skip_services=[]),
        )


class _Inbox:
    """Takes letters from aiosmtpd and puts them into the account's inbox."""

    def __init__(self, servers: PrivateServers) -> None:
        self._servers = servers

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, N802
        content = b"Return-Path: <%s>\r\n" % envelope.mail_from.encode() + envelope.content
        # In a thread: the IMAP session is a blocking one.
        await asyncio.to_thread(self._servers.append, "INBOX", content)
        self._servers.on_letter(envelope.content)
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
