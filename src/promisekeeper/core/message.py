"""One mail as plain values, and the key of its thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mailbox address (RFC 5322, 3.4).

    Attributes:
        name: The display name, decoded, without control characters; may be empty.
        address: `local@domain`, lower case; empty where none could be read.
    """

    name: str = ""
    address: str = ""

    @property
    def domain(self) -> str:
        """The part after the last `@`, or an empty string."""
        return self.address.rpartition("@")[2] if "@" in self.address else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail, decoded and capped; made by `core.mime.read_message`.

    Attributes:
        message_id: With its angle brackets (RFC 5322, 3.6.4); derived from the
            bytes where the mail has none.
        sent_at: The Date header, aware, in the offset that the writer gave;
            else when it was received.
        references: The thread's ids, oldest first, In-Reply-To last, no doubles.
        text: The body as text: text/plain parts, else what the HTML shows.
        attachments: File names (or content types) of parts that are no body text.
        part_types: The content types of the mail and of all its parts, each once.
        headers: Lower-case name to all its raw values, top to bottom.
        is_truncated: Only the head of a long mail was read.
    """

    message_id: str
    sent_at: datetime
    sender: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    attachments: tuple[str, ...] = ()
    part_types: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_truncated: bool = False

    def __post_init__(self) -> None:
        """Refuse a naive date and an empty id."""
        if self.sent_at.tzinfo is None:
            raise ValueError("sent_at must be aware")
        if not self.message_id:
            raise ValueError("message_id must not be empty")

    @property
    def thread(self) -> str:
        """The Message-ID that opened the conversation, as far as this mail tells."""
        return self.references[0] if self.references else self.message_id

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everybody in To and Cc, in that order."""
        return self.to + self.cc

    def header(self, name: str) -> str:
        """The topmost value of a header, or an empty string."""
        values = self.headers.get(name.lower(), ())
        return values[0] if values else ""
