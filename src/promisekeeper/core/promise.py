"""What a promise is, as plain values.

A promise is born when an agent's sent mail commits to something ("by Friday").
These values are checked when built and never change; they know no clock.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Who wrote the lines of a history that were derived, not said by a user.
ACTOR = "promisekeeper"


class Kind(StrEnum):
    """How a promise is given; see docs/promises.md."""

    FIRM = "firm"
    SOFT = "soft"
    CONDITIONAL = "conditional"
    DELEGATED = "delegated"
    OUTCOME = "outcome"


class Certainty(StrEnum):
    """How sure the reading is; only the first two remind."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class DeadlineKind(StrEnum):
    """What the time words name; NONE where a promise has none."""

    INSTANT = "instant"
    EVENT = "event"
    VAGUE = "vague"
    AFTER = "after"
    RECURRING = "recurring"
    NONE = "none"


class State(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "late"
    MOVED = "moved"
    RELEASED = "released"
    REJECTED = "rejected"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """What was said about the time, and the instant that follow-up uses.

    Attributes:
        words: The time words as written, or an empty string.
        due_at: The instant promised; None for every kind but INSTANT.
        follow_up_at: `due_at`, else the default instant for this kind.
        earliest: The earliest instant the words can mean; None without due_at.
        latest: The latest instant the words can mean; None without due_at.
        alternative: A second reading that a careful person would keep in mind.
        why: How the reading came about, for `show` and `when`.

    Raises:
        ValueError: A time is naive, or `due_at` and `kind` disagree.
    """

    kind: DeadlineKind
    follow_up_at: datetime
    words: str = ""
    due_at: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    alternative: datetime | None = None
    why: str = ""

    def __post_init__(self) -> None:
        """Check that times are aware and that only an instant is due."""
        for at in (self.follow_up_at, self.due_at, self.earliest, self.latest, self.alternative):
            check_aware(at)
        if (self.due_at is not None) != (self.kind is DeadlineKind.INSTANT):
            raise ValueError("due_at belongs to kind 'instant' and to no other")

    @property
    def remind_by(self) -> datetime:
        """The instant reminders count back from: the earlier of two readings."""
        if self.alternative is not None:
            return min(self.follow_up_at, self.alternative)
        return self.follow_up_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The mail and the sentence that show a change of state."""

    message_id: str
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One commitment by an agent to a customer.

    Attributes:
        key: Stable name over re-scans: mail, sentence and its place among equals.
        id: The number users see; None until the ledger gave one.
        message_id: The mail that holds the promise (RFC 5322, 3.6.4).
        thread: Message-ID that opened the conversation.
        words: The sentence as the agent wrote it.
        start, end: Where in `words` the promise itself stands.
        rule: The name of the wording that was recognised.
        owner: Configured name of the agent (or address where none is known).
        owner_address: Where reminders go.
        customer: Address of the correspondent outside our domains.
        condition: The words of the condition, for CONDITIONAL.
        delegate: Who will do it, for DELEGATED, as written.
        is_history: Older than the first start: recorded, never reminded about.
        settled_at: When the state stopped being OPEN; None while open.
        evidence: What settled it; None while open or where a user said so.
        confidence: How sure the verdict is; None while open or where a user said so.
        is_maybe_kept: Something looks like delivery, but not enough to say so.
        proposed_state: What a person is asked to confirm; the state stays OPEN until then.
        hint: What the mark or the proposal rests on.
        condition_met_at: When the customer did their part, for CONDITIONAL.
        moved_to: Key of the promise that took over; may be empty, where nobody wrote it as one.
        moved_from: Key of the promise that this one took over from.
        same_as: Key of the first telling, where this one only repeats it.
        snoozed_until: Nobody is reminded of it before; the deadline stays what it was.

    Raises:
        ValueError: A time is naive, or the state and settled_at disagree.
    """

    key: str
    message_id: str
    thread: str
    words: str
    kind: Kind
    certainty: Certainty
    owner: str
    owner_address: str
    customer: str
    made_at: datetime
    deadline: Deadline
    id: int | None = None
    start: int = 0
    end: int = 0
    rule: str = ""
    subject: str = ""
    customer_name: str = ""
    condition: str = ""
    delegate: str = ""
    is_history: bool = False
    state: State = State.OPEN
    settled_at: datetime | None = None
    evidence: Evidence | None = None
    confidence: Certainty | None = None
    is_maybe_kept: bool = False
    proposed_state: State | None = None
    hint: Evidence | None = None
    condition_met_at: datetime | None = None
    moved_to: str = ""
    moved_from: str = ""
    same_as: str = ""
    snoozed_until: datetime | None = None

    def __post_init__(self) -> None:
        """Check that times are aware and that only an open promise is unsettled."""
        for at in (self.made_at, self.settled_at, self.condition_met_at, self.snoozed_until):
            check_aware(at)
        if (self.state is State.OPEN) != (self.settled_at is None):
            raise ValueError("an open promise has no settled_at, any other has one")

    def is_snoozed_at(self, now: datetime) -> bool:
        """Whether somebody asked to hear nothing of it for a while that lasts still."""
        return self.snoozed_until is not None and self.snoozed_until > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a promise's history: who or what changed it, when, on what evidence.

    Attributes:
        actor: "promisekeeper" for what was derived, else the user's name.
        action: The verb: "found", "kept", "late", "done", "dismissed", "reminded", ...
    """

    promise_key: str
    at: datetime
    actor: str
    action: str
    state: State
    evidence: Evidence | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Check that the time is aware."""
        check_aware(self.at)


def check_aware(at: datetime | None) -> None:
    """Raise ValueError for a datetime without a zone."""
    if at is not None and at.utcoffset() is None:
        raise ValueError(f"naive time: {at!r}")


def found_event(promise: Promise) -> Event:
    """The opening line of a promise's history."""
    return Event(
        promise_key=promise.key,
        at=promise.made_at,
        actor=ACTOR,
        action="found",
        state=promise.state,
        note=f"{promise.rule}; {promise.deadline.why}".strip("; "),
    )


def promise_key(message_id: str, sentence: str, number: int) -> str:
    """What tells one promise from another: its mail, its sentence, and which one of equal ones."""
    text = f"{message_id}\0{' '.join(sentence.split()).lower()}\0{number}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
