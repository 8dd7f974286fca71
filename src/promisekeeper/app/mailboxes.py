"""Config -> mailboxes: accounts on servers, and archives on this machine."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from promisekeeper.app.settings import AccountConfig, SecretConfig
from promisekeeper.flows.ports import Mailbox

if TYPE_CHECKING:
    from promisekeeper.doors.imapsession import ImapSettings


def open_mailbox(account: AccountConfig, *, reads_late: bool = False) -> Mailbox:
    """A mailbox of an account; it connects when it is first asked something.

    Args:
        reads_late: Mail files are read only when they are looked at.
    """
    if account.path is not None:
        return open_path(
            str(account.path),
            name=account.name,
            sent=account.sent,
            inbox=account.inbox,
            reads_late=reads_late,
        )
    # Local archives and commands on the ledger do not pay for the IMAP library.
    from promisekeeper.doors.imap import ImapMailbox

    return ImapMailbox(imap_settings(account))


def open_path(
    source: str, *, sent: str, inbox: str, name: str = "", reads_late: bool = False
) -> Mailbox:
    """A local archive, or what comes on standard input for "-".

    Args:
        reads_late: Mail files are read only when they are looked at.

    Raises:
        SourceNotFoundError: There is nothing at this path.
    """
    from promisekeeper.doors.local import open_local, open_stream

    if source == "-":
        return open_stream(sys.stdin.buffer)
    return open_local(Path(source), sent=sent, inbox=inbox, name=name, reads_late=reads_late)


def imap_settings(account: AccountConfig) -> "ImapSettings":
    """How the server of an account is reached."""
    from promisekeeper.doors.imapsession import ImapSettings

    return ImapSettings(
        name=account.name,
        host=account.host,
        port=account.port,
        security=account.security,
        user=account.user,
        auth=account.auth,
        secret=secret_of(account.secret),
        ca_file=account.ca_file,
        sent=account.sent,
        inbox=account.inbox,
        timeout_seconds=account.timeout_seconds,
        poll_seconds=account.poll_seconds,
    )


def secret_of(secret: SecretConfig) -> Callable[[], str]:
    """Reads a password or a token from where it is kept, each time anew."""
    from promisekeeper.doors.secrets import Secret

    return Secret(
        command=secret.command, file=secret.file, credential=secret.credential, env=secret.env
    ).read
