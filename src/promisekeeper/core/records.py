"""What the ledger keeps beside promises, as values: notes of mails, changes, letters.

A mail's body is never kept; a note holds its ids, its people and the few
sentences that may count as evidence.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import Event, Promise, State, check_aware
from promisekeeper.core.teaching import Lesson, Telling


class SignalKind(StrEnum):
    """What a sentence of a later mail says about an earlier promise.

    The team's sentences deliver, answer, hold, withdraw or promise; or they only state a past
    act, or ask. A customer's sentences release the team, confirm, agree or supply something.
    BOUNCED is a mail server's: its sentence is the address that could not be reached.
    """

    DELIVERS = "delivers"
    ANSWERS = "answers"
    HOLDS = "holds"
    WITHDRAWS = "withdraws"
    PROMISES = "promises"
    STATES = "states"
    ASKS = "asks"
    RELEASES = "releases"
    CONFIRMS = "confirms"
    AGREES = "agrees"
    SUPPLIES = "supplies"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One sentence of a mail that may settle, or not settle, a promise."""

    kind: SignalKind
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailNote:
    """What is remembered of one mail.

    Attributes:
        role: Whether it was read in the sent folder or in the inbox.
        thread: The Message-ID that opened its conversation.
        references: The ids that it names, oldest first.
        sender: Its author's address.
        author: The agent's configured name, for mail of the team.
        customers: Addresses outside our domains that it went to or came from.
        signals: The sentences that may count as evidence.
        has_attachment: Something was attached to it.
    """

    message_id: str
    role: Role
    sent_at: datetime
    thread: str
    references: tuple[str, ...] = ()
    sender: str = ""
    author: str = ""
    customers: tuple[str, ...] = ()
    subject: str = ""
    signals: tuple[Signal, ...] = ()
    has_attachment: bool = False

    def __post_init__(self) -> None:
        """Check that the time is aware."""
        check_aware(self.sent_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One mail that could not be read, kept by name so that a person can look at it."""

    folder: str
    position: int
    problem: str
    at: datetime
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A promise's new value, and the line that its history gets.

    The ledger applies it only while the stored promise is still in state `was`.
    """

    promise: Promise
    was: State
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that one page of a folder brought, stored in one transaction.

    Attributes:
        folder: Stable name of account and folder, the key of the cursor.
        cursor: Where reading goes on once this is stored; None leaves it alone.
        first_events: The opening line of each promise's history, in the same order.
        tellings: Each use of a sentence that promises, followed up or not.
        lessons: Questions to ask about sentences that turned out to be stock phrases.
        found: The keys of all promises in these mails, also of those that were stored before.
    """

    folder: str
    cursor: Cursor | None = None
    notes: tuple[MailNote, ...] = ()
    promises: tuple[Promise, ...] = ()
    first_events: tuple[Event, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    tellings: tuple[Telling, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    found: tuple[str, ...] = ()


class Audience(StrEnum):
    """Who a letter is for; a customer's letter is never sent twice, come what may."""

    AGENT = "agent"
    CUSTOMER = "customer"


class Stage(StrEnum):
    """How far a letter has come; docs/decisions/0004-outbox.md."""

    QUEUED = "queued"
    IN_DATA = "in_data"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, complete and frozen, to exactly one recipient.

    Attributes:
        dedupe_key: What it is about, once for ever: "reminder/<promise key>/<due>".
        message_id: Its final Message-ID, with angle brackets.
        content: The bytes that go over the wire (RFC 5322, CRLF line ends).
    """

    dedupe_key: str
    message_id: str
    audience: Audience
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLetter:
    """A letter in the outbox, with how far it has come.

    Attributes:
        next_try_at: Not before this is it tried (again).
        changed_at: When its stage was last committed.
        note: The last answer of a server, or why it is held.
    """

    id: int
    letter: Letter
    stage: Stage
    attempts: int
    next_try_at: datetime
    changed_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the ladder that was taken: once for each promise, kind and due instant."""

    promise_key: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round of follow-up decided, stored in one transaction."""

    steps: tuple[Step, ...] = ()
    events: tuple[Event, ...] = ()
    letters: tuple[Letter, ...] = ()
    changes: tuple[Change, ...] = field(default=())
