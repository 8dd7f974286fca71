"""How a connection is kept private: TLS by default, plain text only on loopback."""

import functools
import ipaddress
import re
import ssl
from enum import StrEnum
from pathlib import Path

from promisekeeper.errors import ConfigError, TlsRefusedError

CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")


class Security(StrEnum):
    """TLS from the first byte, TLS after a STARTTLS command, or none at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class Auth(StrEnum):
    """What is shown to the server to be let in."""

    PASSWORD = "password"
    XOAUTH2 = "xoauth2"
    NONE = "none"


def check_security(security: str, host: str) -> None:
    """Refuse to send mail or secrets in clear over a network.

    Raises:
        ConfigError: The word is unknown, or "plain" is asked of a host that is not loopback.
    """
    if security not in tuple(Security):
        raise ConfigError(f'security = "{security}" is none of {", ".join(Security)}')
    if security == Security.PLAIN and not is_loopback(host):
        raise ConfigError(
            f'security = "plain" would send the password in clear to {host}: '
            'use "tls" or "starttls" ("plain" is for this machine only)'
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@functools.cache
def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """The one context of all connections that trust the same authorities.

    A context of its own would cost each idle connection about a megabyte.

    Raises:
        ConfigError: The file with the authorities cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigError(f"cannot use ca_file {ca_file}: {error.strerror or error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def tls_refused(error: BaseException, where: str) -> TlsRefusedError | None:
    """What to tell the user when a fault goes back to TLS; None when it does not."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            reason = getattr(seen, "verify_message", "") or "not trusted"
            return TlsRefusedError(
                f"the certificate of {where} is refused ({reason}): check the host name, "
                "or name the authority that signed it as ca_file"
            )
        if isinstance(seen, ssl.SSLError) and not isinstance(seen, ssl.SSLEOFError):
            return TlsRefusedError(
                f"{where} does not speak TLS as expected ({seen.reason or 'handshake failed'}): "
                'check port and security ("tls" or "starttls")'
            )
        seen = seen.__cause__
    return None


def starttls_missing(where: str) -> TlsRefusedError:
    """What to tell the user when the server offers no way into TLS."""
    return TlsRefusedError(
        f"{where} offers no STARTTLS, so no password was sent: "
        'use security = "tls" and its port, or ask whoever runs the server'
    )
