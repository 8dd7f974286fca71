"""What stands in the answers of an IMAP server, as our own values."""

import select
import socket
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from promisekeeper.core.mail import RawMail
from promisekeeper.doors.bounds import joined

Items = dict[bytes, Any]

NEVER_HOLDS_MAIL = {b"\\noselect", b"\\nonexistent"}


def listed_folders(client: IMAPClient) -> list[tuple[set[bytes], str, str]]:
    """Flags in small letters, delimiter and name of each folder that can hold mail."""
    folders = [
        ({bytes(flag).lower() for flag in flags}, bytes(delimiter or b"/").decode(), str(name))
        for flags, delimiter, name in client.list_folders()
    ]
    return [folder for folder in folders if not folder[0] & NEVER_HOLDS_MAIL]


def idle_news(client: IMAPClient, timeout_seconds: float) -> bool:
    """Listen in IDLE once, and leave it; true when mail came.

    imapclient's own `idle_check` is not used: it answers [] at once and for ever on a dead
    connection, breaks on a line in two pieces, and misses news that came in one packet with
    the "+". Here only the answer to DONE counts, and it proves that somebody is there.
    """
    sock = client.socket()
    if not _holds_unread(client, sock):
        poller = select.poll()
        poller.register(sock.fileno(), select.POLLIN)
        poller.poll(timeout_seconds * 1000)
    heard = client.idle_done()[1]
    if any(item[0] == b"BYE" for item in heard if item):
        raise ConnectionError("the server said BYE")
    return any(item[1] == b"EXISTS" for item in heard if len(item) > 1)


def _holds_unread(client: IMAPClient, sock: socket.socket) -> bool:
    """Whether bytes wait in Python's or the TLS layer's buffers, where poll sees nothing."""
    timeout = sock.gettimeout()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except OSError:
        return False
    finally:
        sock.settimeout(timeout)


def number(value: object) -> int | None:
    """A number, or None for anything else."""
    return value if isinstance(value, int) else None


def as_mail(uid: int, items: Items, body_cap: int) -> RawMail:
    """One mail from the items that were fetched."""
    header, body = _piece(items, b"BODY[HEADER]") or b"", _piece(items, b"BODY[TEXT]") or b""
    raw = joined(header, body, body_cap)
    size = number(items.get(b"RFC822.SIZE")) or len(raw)
    return RawMail(position=uid, raw=raw, size=size, received_at=_aware(items.get(b"INTERNALDATE")))


def is_whole(items: Items | None) -> bool:
    """Whether an answer holds what was asked for, and not only a change of flags."""
    return items is not None and all(
        _piece(items, section) is not None for section in (b"BODY[HEADER]", b"BODY[TEXT]")
    )


def _piece(items: Items, section: bytes) -> bytes | None:
    """The bytes of a section, whether or not the answer repeats the offset."""
    for key, value in items.items():
        if key.startswith(section):
            return value if isinstance(value, bytes) else str(value or "").encode()
    return None


def _aware(arrived: object) -> datetime | None:
    if not isinstance(arrived, datetime):
        return None
    try:
        return arrived.replace(tzinfo=arrived.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
