"""A status update for a customer, from the draft to the letter, as values."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from promisekeeper.core.promise import check_aware


class DraftStage(StrEnum):
    """How far an update has come; only an APPROVED one is ever put into the outbox."""

    DRAFTED = "drafted"
    ANNOUNCED = "announced"
    APPROVED = "approved"
    SENT = "sent"
    VETOED = "vetoed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One update to one customer about one promise.

    Attributes:
        sender: Address and, in `sender_name`, name that it speaks for: the agent's or the team's.
        in_reply_to: The mail of the thread that it answers.
        references: The ids that it names, oldest first.
        body: The whole text, exactly as it would be sent.
        new_due_at: The new date that it tells the customer; None where it tells none.
        approved_digest: `digest` of what was approved; a changed text is approved by nobody.
        send_at: Not before this does it go out: the end of the time for a veto, or of quiet hours.
        expires_at: An approval is worth nothing after this.
        decided_by: Who approved, vetoed or dropped it.
        known_mails: How many mails to and from the customer were known when it was made.
        is_auto: It is to go out without a person's word, unless somebody says no.
        is_edited: A person has changed the text that the template made.

    Raises:
        ValueError: A time is naive.
    """

    promise_key: str
    stage: DraftStage
    created_at: datetime
    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    subject: str
    body: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    new_due_at: datetime | None = None
    id: int | None = None
    approved_digest: str = ""
    approved_at: datetime | None = None
    send_at: datetime | None = None
    expires_at: datetime | None = None
    decided_by: str = ""
    note: str = ""
    known_mails: int = 0
    is_auto: bool = False
    is_edited: bool = False

    def __post_init__(self) -> None:
        """Check that times are aware."""
        times = (self.new_due_at, self.approved_at, self.send_at, self.expires_at)
        for at in (self.created_at, *times):
            check_aware(at)

    @property
    def digest(self) -> str:
        """SHA-256 of everything that the customer would see and whom it goes to, in hex."""
        parts = (self.sender, self.sender_name, self.recipient, self.subject, self.body)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    @property
    def is_approved(self) -> bool:
        """Whether exactly this text was approved."""
        return self.stage is DraftStage.APPROVED and self.approved_digest == self.digest
