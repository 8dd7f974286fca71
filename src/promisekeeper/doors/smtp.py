"""A postman over SMTP who always knows how far a letter has come.

Every fault before DATA proves that nothing was sent. From DATA on, only a clear answer
of the server counts; silence and nonsense are "unknown" (RFC 5321, 4.5.3.2.6 and 6.1).
The one room with asyncio: each letter is one run of a loop of its own.
"""

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiosmtplib

from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.core.sending import CalledOffError
from promisekeeper.doors.security import (
    CONTROL_CHARACTERS,
    Auth,
    Security,
    check_security,
    starttls_missing,
    tls_context,
    tls_refused,
)
from promisekeeper.errors import (
    ConfigError,
    MailboxLoginError,
    PostmanError,
    PromisekeeperError,
)

Result = TypeVar("Result")

ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\]\\,;:@\"]{1,64}@[A-Za-z0-9.\-\[\]:]{1,255}")
HOST_NAME = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}")
LIBRARY_FAULTS = (aiosmtplib.SMTPException, OSError, ValueError)
# 530, 534, 535 and 538 are about who we are (RFC 4954, 6), not about this letter.
AUTH_REPLIES = {530, 534, 535, 538}
GRACE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """How the server that carries our letters is reached.

    Attributes:
        secret: Fetches the password or token; called for each connection.
        auth: "none" where the server knows us by our network.
        timeout_seconds: How long any one answer may take.
        data_timeout_seconds: How long the answer to a whole letter may take; servers filter
            mail meanwhile, and giving up early leaves the letter in doubt.

    Raises:
        ConfigError: The connection would send mail in clear over a network.
    """

    host: str
    port: int = 587
    security: str = Security.STARTTLS
    user: str = ""
    secret: Callable[[], str] | None = None
    auth: str = Auth.PASSWORD
    ca_file: Path | None = None
    timeout_seconds: float = 60
    data_timeout_seconds: float = 300

    def __post_init__(self) -> None:
        """Check what would be dangerous to find out later."""
        check_security(self.security, self.host)
        if self.auth != Auth.NONE and (not self.user or self.secret is None):
            raise ConfigError(f'smtp {self.host} needs a user and a secret, or auth = "none"')
        if CONTROL_CHARACTERS.search(self.user):
            raise ConfigError(f"the user of smtp {self.host} holds a control character")

    @property
    def where(self) -> str:
        """The server, for messages."""
        return f"{self.host}:{self.port}"


class Client(aiosmtplib.SMTP):
    """Leaves nothing behind when the loop ends: a connection is aborted, not wound down."""

    def close(self) -> None:
        """Cut the connection."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()

    async def let_go(self) -> None:
        """Cut the connection, and let the loop see to its remains (TLS has two layers)."""
        self.close()
        for _ in range(3):
            await asyncio.sleep(0)


class SmtpPostman:
    """Carries one letter at a time, each over a connection of its own."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._is_stopped = False
        self._is_in_data = False
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None

    def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
        """Hand a letter over.

        Args:
            envelope: The letter and its addresses.
            on_data: Called once, right before the point of no return; what it raises goes
                through, and then nothing was sent. After a CalledOffError the server is told
                that nothing will come.

        Returns:
            UNSENT: Provably not sent; the text says why. Try again later.
            REFUSED: The server wants neither this letter nor its addresses, for good.
            SENT: The server has taken it over.
            UNKNOWN: It may have been sent: the answer was lost, or was none.
        """
        # An empty sender is the null reverse-path of automatic mail (RFC 5321, 4.5.5).
        for address in (envelope.recipient, *filter(None, (envelope.sender,))):
            if not (ADDRESS.fullmatch(address) and address.isascii()):
                return Outcome(stage=Handed.REFUSED, text=f"{address[:100]!r} is no address")
        try:
            return self._run(self._send(self._secret(), envelope, on_data))
        except (PromisekeeperError, asyncio.CancelledError) as error:
            if self._is_in_data:
                raise
            return Outcome(stage=Handed.UNSENT, text=str(error) or "stopped")

    def check(self) -> None:
        """Connect, secure the connection, log in, and say goodbye.

        Raises:
            PostmanError: The server cannot be reached or used.
            MailboxLoginError: It refuses the user, the password or the token.
            TlsRefusedError: The connection would not be private.
            ConfigError: The secret cannot be read.
        """
        self._run(self._check(self._secret()))

    def interrupt(self) -> None:
        """From another thread and for good: stop at once, or a second after DATA at most."""
        with self._lock:
            self._is_stopped = True
            if self._running is not None:
                loop, task = self._running
                loop.call_soon_threadsafe(self._cancel_soon, loop, task)

    def close(self) -> None:
        """Nothing stays open between two letters."""

    def _cancel_soon(self, loop: asyncio.AbstractEventLoop, task: "asyncio.Task[Any]") -> None:
        if self._is_in_data:
            loop.call_later(GRACE_SECONDS, task.cancel)
        else:
            task.cancel()

    def _secret(self) -> str:
        if self._settings.auth == Auth.NONE or self._settings.secret is None:
            return ""
        return self._settings.secret()

    def _run(self, steps: Coroutine[Any, Any, Result]) -> Result:
        self._is_in_data = False
        return asyncio.run(self._watched(steps))

    async def _watched(self, steps: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.ensure_future(steps)
        with self._lock:
            self._running = (asyncio.get_running_loop(), task)
            if self._is_stopped:
                task.cancel()
        try:
            return await task
        finally:
            with self._lock:
                self._running = None

    async def _check(self, secret: str) -> None:
        client = self._client()
        try:
            await self._connect(client, secret)
            await _say_goodbye(client)
        finally:
            await client.let_go()

    async def _send(self, secret: str, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
        client = self._client()
        try:
            await self._connect(client, secret)
            if refusal := await _name_addresses(client, envelope):
                return refusal
            self._is_in_data = True
            try:
                on_data()
            except CalledOffError:
                await _call_off(client)
                raise
            outcome = await self._hand_over(client, envelope.content)
            await _say_goodbye(client)
            return outcome
        finally:
            await client.let_go()

    async def _hand_over(self, client: Client, content: bytes) -> Outcome:
        timeout = self._settings.data_timeout_seconds
        try:
            reply = await client.data(content, timeout=timeout)
        except aiosmtplib.SMTPResponseException as error:
            stage = {4: Handed.UNSENT, 5: Handed.REFUSED}.get(error.code // 100, Handed.UNKNOWN)
            code = error.code if error.code > 0 else None
            return Outcome(stage=stage, code=code, text=_brief(error.message))
        except asyncio.CancelledError:
            return Outcome(stage=Handed.UNKNOWN, text="stopped while waiting for the answer")
        except LIBRARY_FAULTS as error:
            return Outcome(stage=Handed.UNKNOWN, text=_brief(error))
        return Outcome(stage=Handed.SENT, code=reply.code, text=_brief(reply.message))

    def _client(self) -> Client:
        settings = self._settings
        is_plain = settings.security == Security.PLAIN
        return Client(
            hostname=settings.host,
            port=settings.port,
            local_hostname=_own_name(),
            timeout=settings.timeout_seconds,
            use_tls=settings.security == Security.TLS,
            # The library's default would go on in clear where STARTTLS is missing.
            start_tls=False,
            tls_context=None if is_plain else tls_context(settings.ca_file),
        )

    async def _connect(self, client: Client, secret: str) -> None:
        where = self._settings.where
        try:
            await client.connect()
            await client.ehlo()
            if self._settings.security == Security.STARTTLS:
                if not client.supports_extension("starttls"):
                    raise starttls_missing(where)
                await client.starttls()
                await client.ehlo()
        except LIBRARY_FAULTS as error:
            refused = tls_refused(error, where)
            raise refused or PostmanError(f"cannot use {where}: {_brief(error)}") from error
        if self._settings.auth != Auth.NONE:
            await self._log_in(client, secret)

    async def _log_in(self, client: Client, secret: str) -> None:
        user, where = self._settings.user, self._settings.where
        offered = client.server_auth_methods
        try:
            if self._settings.auth == Auth.XOAUTH2:
                await client.auth_xoauth2(user, secret)
            elif "plain" in offered:
                await client.auth_plain(user, secret)
            elif "login" in offered:
                await client.auth_login(user, secret)
            else:
                text = f"{where} offers no way to log in with a password"
                raise PostmanError(f"{text} (it has: {' '.join(offered) or 'none'})")
        except aiosmtplib.SMTPResponseException as error:
            text = f"{error.code} {_brief(error.message)}"
            if error.code // 100 == 5:
                raise MailboxLoginError(
                    f"{where} refuses the user {user} or the secret ({text}): check both"
                ) from error
            raise PostmanError(f"{where} lets nobody in just now: {text}") from error
        except LIBRARY_FAULTS as error:
            raise PostmanError(f"{where}: logging in failed: {_brief(error)}") from None


async def _name_addresses(client: Client, envelope: Envelope) -> Outcome | None:
    """Say who it is from and to; an outcome when the server wants no letter of these."""
    try:
        await client.mail(envelope.sender)
        await client.rcpt(envelope.recipient)
    except aiosmtplib.SMTPResponseException as error:
        is_final = error.code // 100 == 5 and error.code not in AUTH_REPLIES
        return Outcome(
            stage=Handed.REFUSED if is_final else Handed.UNSENT,
            code=error.code if error.code > 0 else None,
            text=_brief(error.message),
        )
    except LIBRARY_FAULTS as error:
        return Outcome(stage=Handed.UNSENT, text=_brief(error))
    return None


async def _call_off(client: Client) -> None:
    """End a transaction of which the server knows only the addresses (RFC 5321, 4.1.1.5)."""
    try:
        await client.rset(timeout=GRACE_SECONDS)
    except (*LIBRARY_FAULTS, asyncio.CancelledError):
        return
    await _say_goodbye(client)


async def _say_goodbye(client: Client) -> None:
    """The letter's fate is settled; whatever the server answers to QUIT changes nothing."""
    try:
        await client.quit(timeout=GRACE_SECONDS)
    except (*LIBRARY_FAULTS, asyncio.CancelledError):
        return


def _own_name() -> str:
    """What to call ourselves; without asking the DNS, which may be slow to answer."""
    name = socket.gethostname()
    return name if HOST_NAME.fullmatch(name) else "localhost"


def _brief(reply: object) -> str:
    text = CONTROL_CHARACTERS.sub(" ", str(reply)).encode("ascii", "replace").decode()
    return text[:300] or type(reply).__name__
