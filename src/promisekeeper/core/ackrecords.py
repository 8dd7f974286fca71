"""What is remembered of a contact-form mail, as values."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from promisekeeper.core.promise import check_aware

# The rule by which a form mail's promise is known.
RULE = "form-receipt"
NOBODY_WAITS = frozenset(
    {
        "own-letter",
        "null-sender",
        "auto-submitted",
        "report",
        "failed-recipients",
        "list",
        "bulk",
        "suppressed",
        "robot-header",
        "no-address",
        "no-submission",
        "spam",
        "not-authentic",
        "header-injection",
        "several-addresses",
        "advertising-name",
        "own-address",
        "system-address",
    }
)


class ReceiptStage(StrEnum):
    """What became of a form mail.

    PENDING waits for its decision; SENT has its letter in the outbox; WOULD is what a dry run
    would have sent; REFUSED gets none, for the reason that stands beside it.
    """

    PENDING = "pending"
    SENT = "sent"
    WOULD = "would"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One mail of a configured form.

    Attributes:
        message_id: The form mail's.
        received_at: When it came, by our own server where that tells.
        form: The form's configured id.
        thread, references: Where the letter belongs.
        address: Of the visitor, as given; empty where no usable one was.
        name: Cleaned; may be empty.
        matter: One of our own wordings.
        reason, source: Why it is not answered, and by which text; empty while nothing forbids it.
        decided_at: None while it is pending.
        letter_key: The letter in the outbox, once there is one.
        is_upset: The visitor's words show it.
    """

    message_id: str
    received_at: datetime
    form: str
    thread: str = ""
    references: tuple[str, ...] = ()
    address: str = ""
    name: str = ""
    matter: str = ""
    stage: ReceiptStage = ReceiptStage.PENDING
    reason: str = ""
    source: str = ""
    decided_at: datetime | None = None
    letter_key: str = ""
    is_upset: bool = False

    def __post_init__(self) -> None:
        """Check that times are aware and that only what is decided has a time for it."""
        check_aware(self.received_at)
        check_aware(self.decided_at)
        if (self.stage is ReceiptStage.PENDING) != (self.decided_at is None):
            raise ValueError("a pending receipt has no decided_at, any other has one")

    @property
    def key(self) -> str:
        """The key of the promise that comes of it."""
        return promise_key(self.message_id)

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for an answer, acknowledged or not."""
        return bool(self.address) and self.reason not in NOBODY_WAITS


@dataclass(frozen=True, slots=True, kw_only=True)
class AckCounts:
    """How many acknowledgements went out already, counted in the ledger.

    Attributes:
        thread: To this address in this thread, ever.
        minute: To everybody.
    """

    thread: int = 0
    address_hour: int = 0
    address_day: int = 0
    domain_hour: int = 0
    minute: int = 0


def promise_key(message_id: str) -> str:
    """The key of the promise that a form mail brings."""
    digest = hashlib.sha256(f"{RULE}\0{message_id}".encode("utf-8", "replace")).hexdigest()
    return digest[:32]
