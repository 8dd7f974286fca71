"""One IMAP connection: secured, logged in, its library's faults turned into ours."""

import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError

from promisekeeper.doors.bounds import BODY_CAP
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
    MailboxError,
    MailboxLoginError,
    PromisekeeperError,
)

# At DEBUG the library logs every line of the dialogue, mail text included.
logging.getLogger("imapclient").setLevel(logging.INFO)

Answer = TypeVar("Answer")

# Hostile or broken answers surface as any of these from within imapclient and imaplib.
LIBRARY_FAULTS = (
    imaplib.IMAP4.error,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)
LOST = (imaplib.IMAP4.abort, OSError, EOFError)
RESPONSE_CODE = re.compile(r"\[([A-Z][A-Z0-9-]{1,40})\b")
# imaplib puts the repr of an answer into its errors: "b'no'" or "[b'no']".
BYTES_REPR = re.compile(r"\[?\bb(['\"])(.*)\1\]?")
LOGIN_CODES = {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED"}
PASSING_CODES = {"UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG", "OVERQUOTA", "THROTTLED"}
WRONG_LOGIN = re.compile(
    r"authenticat\w* fail|log ?in fail|(?:invalid|incorrect|wrong|bad) (?:\w+ )?"
    r"(?:credentials|login|user|password)|password (?:is )?(?:incorrect|required)",
    re.IGNORECASE,
)


class CommandRefusedError(MailboxError):
    """The server refused one command, or answered it with nonsense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """How an account is reached.

    Attributes:
        secret: Fetches the password or token; called at each connection.
        sent, inbox: Folder names, for servers that do not mark the use of folders.
        timeout_seconds: How long any one answer may take.
        idle_refresh_seconds: IDLE is renewed this often; NAT boxes forget quiet
            connections, and servers may after 30 minutes (RFC 2177).
        poll_seconds: How often to look where the server has no IDLE.
        body_cap: How many bytes of a body are fetched.

    Raises:
        ConfigError: The connection would send the password in clear over a network.
    """

    name: str
    host: str
    user: str
    secret: Callable[[], str]
    port: int = 993
    security: str = Security.TLS
    auth: str = Auth.PASSWORD
    sent: str = "Sent"
    inbox: str = "INBOX"
    ca_file: Path | None = None
    connect_timeout_seconds: float = 15
    timeout_seconds: float = 60
    idle_refresh_seconds: float = 540
    poll_seconds: float = 60
    body_cap: int = BODY_CAP

    def __post_init__(self) -> None:
        """Check what would be dangerous to find out later."""
        check_security(self.security, self.host)
        if CONTROL_CHARACTERS.search(self.user):
            raise ConfigError(f"the user of {self.name} holds a control character")

    @property
    def where(self) -> str:
        """Account and server, for messages."""
        return f"{self.name} ({self.host}:{self.port})"


def connect(settings: ImapSettings) -> IMAPClient:
    """Open a connection and log in.

    Raises:
        MailboxError: The server cannot be reached, or not now.
        MailboxLoginError: It refuses the user, the password or the token.
        TlsRefusedError: The connection would not be private.
        ConfigError: The secret or the file of authorities cannot be read.
    """
    client = _open(settings)
    try:
        client.normalise_times = False
        # imapclient has imaplib format every answer for its log, literals included: that is
        # more than half of the processor time of reading, and puts mail text into the log.
        client._imap.debug = 0
        sock = client.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # The library sends a command and its line end apart: 40 ms each time without this.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if settings.security == Security.STARTTLS:
            _start_tls(client, settings)
        _log_in(client, settings)
    except BaseException:
        shut(client)
        raise
    return client


def shut(client: IMAPClient) -> None:
    """Close a connection without a word, as it may be dead already."""
    try:
        client.shutdown()
    except (OSError, ValueError, AttributeError):
        return


def ask(call: Callable[[], Answer], settings: ImapSettings, what: str) -> Answer:
    """Run one call of the library.

    Raises:
        CommandRefusedError: The answer was no, or nonsense.
        MailboxError: The connection is lost, or the server is busy.
    """
    try:
        return call()
    except LIBRARY_FAULTS as error:
        text = f"{settings.where}: {what}: {brief(error)}"
        if isinstance(error, LOST) or _code_of(error) in PASSING_CODES:
            raise MailboxError(f"{text}; will try again") from error
        raise CommandRefusedError(text) from error


def brief(error: BaseException) -> str:
    """A fault in one line that is safe to print."""
    text = CONTROL_CHARACTERS.sub(" ", str(error)[:1000]).strip()
    return BYTES_REPR.sub(r"\2", text)[:300] or type(error).__name__


def _open(settings: ImapSettings) -> IMAPClient:
    is_tls = settings.security == Security.TLS
    try:
        return IMAPClient(
            settings.host,
            port=settings.port,
            ssl=is_tls,
            ssl_context=tls_context(settings.ca_file) if is_tls else None,
            timeout=SocketTimeout(settings.connect_timeout_seconds, settings.timeout_seconds),
        )
    except LIBRARY_FAULTS as error:
        raise _unreachable(error, settings) from error


def _start_tls(client: IMAPClient, settings: ImapSettings) -> None:
    try:
        client.starttls(tls_context(settings.ca_file))
    except CapabilityError as error:
        raise starttls_missing(settings.where) from error
    except LIBRARY_FAULTS as error:
        if isinstance(error, (*LOST, ssl.SSLError)):
            raise _unreachable(error, settings) from error
        raise starttls_missing(settings.where) from error


def _unreachable(error: BaseException, settings: ImapSettings) -> PromisekeeperError:
    return tls_refused(error, settings.where) or MailboxError(
        f"cannot reach {settings.where}: {brief(error)}; will try again"
    )


def _log_in(client: IMAPClient, settings: ImapSettings) -> None:
    secret = settings.secret()
    try:
        if settings.auth == Auth.XOAUTH2:
            client.sasl_login("XOAUTH2", _once(f"user={settings.user}\1auth=Bearer {secret}\1\1"))
        elif client.has_capability("AUTH=PLAIN"):
            client.sasl_login("PLAIN", _once(f"\0{settings.user}\0{secret}"))
        else:
            client.login(_quoted(settings.user), secret)
    except LIBRARY_FAULTS as error:
        # Without the cause: a codec's fault would carry the secret into a traceback.
        raise _login_fault(error, settings) from None


def _once(words: str) -> Callable[[bytes], str]:
    """Answers the first challenge; a second one is the server's reason to refuse."""
    answers = iter((words,))
    return lambda _challenge: next(answers, "")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _login_fault(error: Exception, settings: ImapSettings) -> PromisekeeperError:
    if isinstance(error, UnicodeEncodeError):
        return MailboxLoginError(
            f"{settings.where} takes only plain ASCII in a password or user name"
        )
    code, text = _code_of(error), brief(error)
    is_about_login = WRONG_LOGIN.search(text) and " command error: BAD" not in text
    is_wrong = code in LOGIN_CODES or (code not in PASSING_CODES and is_about_login)
    if not is_wrong:
        return MailboxError(f"{settings.where} lets nobody in just now: {text}; will try again")
    what = "the token" if settings.auth == Auth.XOAUTH2 else "the name or the password"
    return MailboxLoginError(
        f"{settings.where} refuses {what} of {settings.user} ({text}): check user and secret"
    )


def _code_of(error: BaseException) -> str:
    """The response code of a refusal (RFC 5530), or nothing."""
    found = RESPONSE_CODE.search(str(error)[:1000].upper())
    return found[1] if found else ""
