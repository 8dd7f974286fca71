"""How a promise stands: everything that a letter may tell of it, ready for a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from promisekeeper.core.mail import Role
from promisekeeper.core.mood import Mood
from promisekeeper.core.promise import DeadlineKind, Kind, Promise
from promisekeeper.core.records import MailNote, SignalKind
from promisekeeper.core.telling import shortened
from promisekeeper.core.texts import Lines

WORDS_SHOWN = 300
SUBJECT_SHOWN = 120
HAPPENINGS_SHOWN = 4
# What is worth telling of a mail, by who wrote it; the first that a mail holds is told.
OURS = {SignalKind.HOLDS: "held", SignalKind.ASKS: "asked_back"}
THEIRS = {
    SignalKind.RELEASES: "released",
    SignalKind.CONFIRMS: "confirmed",
    SignalKind.ASKS: "asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One mail since the promise, by the sentence that matters most.

    Attributes:
        what: "held" or "asked_back" by us; "asked", "released", "confirmed" by them.
    """

    at: datetime
    what: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One promise, as letters tell it; all times are in the reader's zone.

    Attributes:
        step: What the letter is about: "soon", "lapsed", "again", "upset"; or a digest's section.
        zone: The name of the reader's zone at the deadline.
        owner: Whose promise it is, where the reader only stands in for them or leads them.
        customer_due_at: The deadline by the customer's clock, where that is known and another.
        is_waiting: It waits for something that the customer has not done yet.
        hint: The sentence that a "maybe kept" or a proposed release rests on.
        mails_since: How often the customer has written since.
        since: What happened since, oldest first.
        cues, upset_sentence: How it was seen that the customer is upset; empty where they are not.
        draft: The update that waits for approval; empty where there is none.
        is_led: The reader leads the owner; else they stand in for one who is away.
        early: How long before the deadline it was kept; None while it is open, or without one.
    """

    number: int | None
    step: str
    customer: str
    customer_address: str
    words: str
    subject: str
    made_at: datetime
    due_at: datetime
    zone: str
    is_dated: bool
    due_words: str
    condition: str
    is_waiting: bool
    is_maybe_kept: bool
    is_released: bool
    hint: str
    owner: str
    customer_due_at: datetime | None
    mails_since: int
    since: tuple[Happening, ...]
    cues: tuple[str, ...]
    upset_sentence: str
    draft: Lines
    early: timedelta | None
    is_led: bool = False


def standing_of(
    promise: Promise,
    *,
    zone: tzinfo | None,
    step: str = "",
    owner: str = "",
    is_led: bool = False,
    notes: Sequence[MailNote] = (),
    mood: Mood | None = None,
    draft: str = "",
) -> Standing:
    """What may be told of a promise.

    Args:
        zone: The reader's.
        notes: Of the mails to and from the customer.
    """
    due_at = promise.deadline.follow_up_at.astimezone(zone)
    later = [note for note in notes if note.sent_at > promise.made_at]
    hint = promise.hint.sentence if promise.hint else ""
    return Standing(
        number=promise.id,
        step=step,
        customer=shortened(promise.customer_name, 80),
        customer_address=promise.customer,
        words=shortened(promise.words, WORDS_SHOWN),
        subject=shortened(promise.subject, SUBJECT_SHOWN),
        made_at=promise.made_at.astimezone(zone),
        due_at=due_at,
        zone=due_at.tzname() or "",
        is_dated=promise.deadline.kind is DeadlineKind.INSTANT,
        due_words=shortened(promise.deadline.words, 80),
        condition=shortened(promise.condition, SUBJECT_SHOWN),
        is_waiting=is_waiting(promise),
        is_maybe_kept=promise.is_maybe_kept,
        is_released=promise.proposed_state is not None,
        hint=shortened(hint, WORDS_SHOWN),
        owner=owner,
        customer_due_at=_by_their_clock(due_at, notes),
        mails_since=sum(note.role is Role.INBOX for note in later),
        since=_happenings(later, zone),
        cues=mood.cues if mood else (),
        upset_sentence=shortened(mood.sentence, WORDS_SHOWN) if mood else "",
        draft=Lines(draft),
        early=_early(promise),
        is_led=is_led,
    )


def _early(promise: Promise) -> timedelta | None:
    due_at = promise.deadline.due_at
    if due_at is None or promise.settled_at is None or promise.settled_at > due_at:
        return None
    return due_at - promise.settled_at


def is_waiting(promise: Promise) -> bool:
    """Whether it still waits for the customer to do their part."""
    return promise.kind is Kind.CONDITIONAL and promise.condition_met_at is None


def _happenings(notes: Sequence[MailNote], zone: tzinfo | None) -> tuple[Happening, ...]:
    found = []
    for note in sorted(notes, key=lambda note: note.sent_at):
        telling = OURS if note.role is Role.SENT else THEIRS
        said = {signal.kind: signal.sentence for signal in reversed(note.signals)}
        kind = next((kind for kind in telling if kind in said), None)
        if kind is not None:
            sentence = shortened(said[kind], WORDS_SHOWN)
            at = note.sent_at.astimezone(zone)
            found.append(Happening(at=at, what=telling[kind], sentence=sentence))
    return tuple(found[-HAPPENINGS_SHOWN:])


def _by_their_clock(due_at: datetime, notes: Sequence[MailNote]) -> datetime | None:
    """The deadline by the offset of the customer's last mail, where that is another.

    Offset zero is what many servers write that do not know their writer's clock.
    """
    theirs = [note for note in notes if note.role is Role.INBOX]
    last = max(theirs, key=lambda note: note.sent_at, default=None)
    if last is None or last.sent_at.utcoffset() in (timedelta(0), due_at.utcoffset()):
        return None
    return due_at.astimezone(last.sent_at.tzinfo)
