"""What passes through the doors, as values: raw mail coming in, one letter going out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a folder is for, whatever its real name is."""

    SENT = "sent"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a folder has been read.

    Attributes:
        validity: Names the numbering that `position` belongs to: UIDVALIDITY in IMAP
            (RFC 3501, 2.3.1.1). A different one means that the folder must be read anew.
        position: The last place that was read: a UID, a time in nanoseconds, a byte offset.
    """

    validity: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """One mail as bytes, possibly cut.

    Attributes:
        position: Its place in the folder, in the same terms as `Cursor.position`.
        raw: Header block and body, each cut at a cap; empty when it could not be fetched.
        size: The full size in bytes, also where `raw` is shorter.
        received_at: When it came to this place; None when the place does not say.
        problem: Why it could not be fetched; empty when all went well.
        is_gone: It is no longer where it was listed; nobody is to blame.
    """

    position: int
    raw: bytes
    size: int
    received_at: datetime | None = None
    problem: str = ""
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The next mails of a folder, oldest first.

    Attributes:
        mails: Some places read each of them only when it is looked at, and then each time.
        cursor: Where to go on, once these mails are stored.
        has_more: There are more mails than fitted into this page.
        is_restart: The numbering changed, so this reads the folder again from its beginning.
        left: About how many mails come after this page; None where the place cannot say.
    """

    mails: Sequence[RawMail]
    cursor: Cursor
    has_more: bool
    is_restart: bool = False
    left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One letter, ready for the post.

    Attributes:
        sender: The address that answers go to when it cannot be delivered (MAIL FROM).
        recipient: Exactly one bare address.
        content: The bytes that go over the wire.
        message_id: The Message-ID that stands in `content`, with angle brackets.
        kind: What the letter is; some go by other ways than mail.
    """

    sender: str
    recipient: str
    content: bytes
    message_id: str
    kind: str = ""


class Handed(StrEnum):
    """What became of a letter at the counter.

    UNSENT is provably not sent and may be tried again; REFUSED is provably not sent, for
    good; UNKNOWN may have been sent: only a look into the mailbox can tell.
    """

    UNSENT = "unsent"
    REFUSED = "refused"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt to send.

    Attributes:
        code: The server's reply code; None where there was no answer.
        text: The server's words or the name of the fault, for the outbox's note.
    """

    stage: Handed
    code: int | None = None
    text: str = ""
