"""What the ledger keeps beside promises, as values: notes of mails, changes, letters.

A mail's body is never kept; a note holds its ids, its people and the few
sentences that may count as evidence.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from promisekeeper.core.ackrecords import Receipt
from promisekeeper.core.drafts import Draft
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import Event, Promise, State, check_aware
from promisekeeper.core.teaching import Lesson, Telling
from promisekeeper.core.tokens import Token


class SignalKind(StrEnum):
    """What a sentence of a later mail says about an earlier promise.

    The team's sentences deliver, answer, hold, withdraw or promise; or they only state a past
    act, or ask. A customer's sentences release the team, confirm, agree or supply something; or
    they ask, or sound upset, which settles nothing and is told to the agent.
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
    UPSETS = "upsets"
    BOUNCED = "bounced"


class Signal(NamedTuple):
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
        is_automatic: It says of itself that no person wrote it.
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
    is_automatic: bool = False

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
        receipts: Mail of configured forms, to be decided upon in the next round.
        suppressed: Addresses that no mail reaches, with the reason, and since when.
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
    receipts: tuple[Receipt, ...] = ()
    suppressed: tuple[tuple[str, str, datetime], ...] = ()


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
    DROPPED = "dropped"


# The kind of letters that tell of trouble with sending: they pass the circuit breaker.
ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, complete and frozen, to exactly one recipient.

    Attributes:
        dedupe_key: What it is about, once for ever: "reminder/<promise key>/<due>".
        message_id: Its final Message-ID, with angle brackets.
        sender: The envelope's sender (MAIL FROM); empty for the null sender (RFC 3834, 3.3).
        content: The bytes that go over the wire (RFC 5322, CRLF line ends).
        kind: What it is, for counts and caps: "reminder", "digest", "update", "ack", ...
        promise_keys: What it speaks of.
        draft_id: The draft that it carries, for an update.
        is_urgent: Counts against an agent's urgent mails of a day.
    """

    dedupe_key: str
    message_id: str
    audience: Audience
    sender: str
    recipient: str
    content: bytes
    kind: str = "reminder"
    promise_keys: tuple[str, ...] = ()
    draft_id: int | None = None
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLetter:
    """A letter in the outbox, with how far it has come.

    Attributes:
        next_try_at: Not before this is it tried (again).
        changed_at: When its stage was last committed.
        note: The last answer of a server, or why it is held.
        queued_at: When it was put there; None where an older release did not note it.
    """

    id: int
    letter: Letter
    stage: Stage
    attempts: int
    next_try_at: datetime
    changed_at: datetime
    note: str = ""
    queued_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the ladder that was taken: once for each promise, kind and due instant."""

    promise_key: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that is done once, by name: "digest/ana@shop.example/2026-11-20"."""

    name: str
    at: datetime

    def __post_init__(self) -> None:
        """Check that the time is aware."""
        check_aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A promise that was not read in a mail of ours, with the first line of its history."""

    promise: Promise
    first_event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A mail to the control address that was dealt with; its Message-ID is good for one.

    Attributes:
        sender: The agent who wrote; empty for anybody else, whose address is not kept.
        token: Name of the token that it bore; empty where there was none of ours.
        outcome: "done", or why nothing was done.
        said: The commands that were understood, a line each.
    """

    message_id: str
    at: datetime
    outcome: str
    sender: str = ""
    token: str = ""
    said: str = ""

    def __post_init__(self) -> None:
        """Check that the time is aware."""
        check_aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What was decided at one time, stored in one transaction: all of it, or nothing.

    Attributes:
        opened: Promises that begin here: moved by an answer, given in an update or a receipt.
        drafts: New ones have no id; one with an id takes the place of the stored one.
        tokens: The rights to answer that the letters carry.
        spent: Names of tokens that are used up by this; each must be unused until now.
        suppressed: Addresses that no customer letter goes to from now on, with the reason.
        answers: Mails that this deals with; each must be new.
        lifted: Numbers of lessons that end.
        unchanged: Drafts that must still be stored exactly so.
        must_apply: Every change must find its promise in the expected state.
        receipts: Form mails that this decides upon; each must still be pending.
        is_first: Every step and mark must be new: nobody else has spoken of it meanwhile.
    """

    steps: tuple[Step, ...] = ()
    events: tuple[Event, ...] = ()
    letters: tuple[Letter, ...] = ()
    changes: tuple[Change, ...] = ()
    opened: tuple[Opened, ...] = ()
    drafts: tuple[Draft, ...] = ()
    tokens: tuple[Token, ...] = ()
    spent: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    suppressed: tuple[tuple[str, str], ...] = ()
    lessons: tuple[Lesson, ...] = ()
    answers: tuple[Answer, ...] = ()
    lifted: tuple[int, ...] = ()
    unchanged: tuple[Draft, ...] = ()
    must_apply: bool = False
    receipts: tuple[Receipt, ...] = ()
    is_first: bool = False


NOTHING = Round()
