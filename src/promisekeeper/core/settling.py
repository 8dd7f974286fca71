"""What became of a promise: the later mails to that customer -> a verdict with evidence.

Only the plain case is settled: a later mail of the team in the same conversation
that delivers. A mail that merely promises again or says that work goes on
settles nothing; one that is unclear only leaves a "maybe kept" mark. A wrong
"kept" loses a customer silently, so every doubt stays open.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import (
    Certainty,
    DeadlineKind,
    Event,
    Evidence,
    Kind,
    Promise,
    State,
)
from promisekeeper.core.reading import SentenceReading
from promisekeeper.core.records import Change, MailNote, Signal, SignalKind

ACTOR = "promisekeeper"
MAX_SENTENCE = 1_000

_DONE = (
    "sent|resent|posted|mailed|emailed|e-mailed|shipped|dispatched|delivered|refunded|credited|"
    "paid|settled|fixed|repaired|mended|corrected|replaced|resolved|solved|finished|completed|"
    "updated|changed|cancelled|canceled|unlocked|reset|restored|booked|reserved|ordered|arranged|"
    "uploaded|added|removed|issued|released|deployed|called|rang|phoned|spoke|spoken|collected|"
    "dropped|signed|approved|processed|transferred|put|got|checked|tested|confirmed|done|ready"
)
DELIVERS = re.compile(
    rf"""\b(?:
        (?:is|are|was|were|been|got|now|all|just|already|have|has|had|i|we|it['’]?s|that['’]?s)
            \s(?:now\s|just\s|already\s|been\s|all\s|finally\s){{0,3}}(?:{_DONE})
      | attached | enclosed | please\sfind | as\s(?:i\s|we\s)?promised
      | (?:here|below)\s(?:is|are|it\sis|you\sgo|they\sare) | here['’]s
      | (?:went|gone)\s(?:out|off)\b | on\s(?:its|their)\sway | (?:the|your)\sanswer\sis
      | i(?:['’]ve|\shave)\s(?:now\s)?(?:looked|found|asked|heard|written)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
HOLDS = re.compile(
    r"""\b(?:
        still\s(?:looking|working|waiting|checking|trying|chasing|on\sit|investigating|no\b)
      | not\s(?:yet|forgotten|ready|done|finished|heard)
      | (?:haven|hasn|isn|aren)['’]?t\s.{0,40}\byet
      | no\s(?:news|word|answer|update)\b | bear\swith\s(?:me|us) | working\son\s(?:it|this|that)
      | looking\sinto | (?:delayed|held\sup|taking\slonger) | thank\syou\sfor\syour\spatience
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


WAITING = frozenset({DeadlineKind.EVENT, DeadlineKind.AFTER, DeadlineKind.RECURRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlingPolicy:
    """How long after its lapse a promise without a sign of delivery counts as broken."""

    broken_after_working_days: int = 10


def signals_of(readings: Iterable[tuple[str, SentenceReading]]) -> tuple[Signal, ...]:
    """The sentences of a mail that say something about earlier promises, in order."""
    found = []
    for sentence, reading in readings:
        kind = _signal_kind(sentence[:MAX_SENTENCE], reading)
        if kind is not None:
            found.append(Signal(kind=kind, sentence=sentence[:MAX_SENTENCE]))
    return tuple(found)


def _signal_kind(sentence: str, reading: SentenceReading) -> SignalKind | None:
    if any(finding.certainty is not Certainty.POSSIBLE for finding in reading.promises):
        return SignalKind.PROMISES
    if HOLDS.search(sentence):
        return SignalKind.HOLDS
    if DELIVERS.search(sentence) and not sentence.rstrip().endswith("?"):
        return SignalKind.DELIVERS
    return None


def settle(promise: Promise, notes: Sequence[MailNote]) -> Change | None:
    """The change that later mails make to a promise.

    Args:
        notes: All notes of mails to or from the promise's customer, in any order.

    Returns:
        None where nothing changes: it is settled already, or nothing has happened.
    """
    if promise.state not in (State.OPEN, State.BROKEN):
        return None
    later = [note for note in sorted(notes, key=_by_time) if _answers(note, promise)]
    for note in later:
        sentence = _delivery(note)
        if sentence is not None:
            return _delivered(promise, note, sentence)
    is_unclear = promise.state is State.OPEN and not promise.is_maybe_kept
    if is_unclear and any(not note.signals for note in later):
        return _maybe_kept(promise, next(note for note in later if not note.signals))
    return None


def _by_time(note: MailNote) -> tuple[datetime, str]:
    return note.sent_at, note.message_id


def _answers(note: MailNote, promise: Promise) -> bool:
    """Whether a note is a later mail of the team in the promise's conversation."""
    known = {note.thread, note.message_id, *note.references}
    return (
        note.role is Role.SENT
        and note.sent_at > promise.made_at
        and note.message_id != promise.message_id
        and promise.customer in note.customers
        and (promise.thread in known or promise.message_id in known)
    )


def _delivery(note: MailNote) -> str | None:
    """The sentence that delivers; empty for a bare attachment; None where nothing does."""
    kinds = {signal.kind for signal in note.signals}
    if SignalKind.HOLDS in kinds:
        return None
    for signal in note.signals:
        if signal.kind is SignalKind.DELIVERS:
            return signal.sentence
    return "" if note.has_attachment and SignalKind.PROMISES not in kinds else None


def _delivered(promise: Promise, note: MailNote, sentence: str) -> Change:
    due_at = promise.deadline.due_at
    state = State.LATE if due_at is not None and note.sent_at > due_at else State.KEPT
    evidence = Evidence(message_id=note.message_id, sentence=sentence)
    return _change(promise, state, note.sent_at, str(state), evidence)


def _change(
    promise: Promise, state: State, at: datetime, action: str, evidence: Evidence | None
) -> Change:
    event = Event(
        promise_key=promise.key, at=at, actor=ACTOR, action=action, state=state, evidence=evidence
    )
    settled = replace(promise, state=state, settled_at=at, evidence=evidence, is_maybe_kept=False)
    return Change(promise=settled, was=promise.state, event=event)


def _maybe_kept(promise: Promise, note: MailNote) -> Change:
    event = Event(
        promise_key=promise.key,
        at=note.sent_at,
        actor=ACTOR,
        action="maybe kept",
        state=State.OPEN,
        evidence=Evidence(message_id=note.message_id),
        note="a later answer neither delivers nor promises in words that are known",
    )
    return Change(promise=replace(promise, is_maybe_kept=True), was=State.OPEN, event=event)


def give_up(
    promise: Promise, *, now: datetime, hours: WorkingHours, policy: SettlingPolicy
) -> Change | None:
    """The change to BROKEN, once the lapse lies so far back that nobody will deliver.

    What waits for an event may yet come, and so is never given up.

    Args:
        hours: The owner's working calendar.
    """
    deadline = promise.deadline
    waits = deadline.kind in WAITING or (
        promise.kind is Kind.CONDITIONAL and deadline.due_at is None
    )
    if promise.state is not State.OPEN or waits:
        return None
    lapsed_on = hours.day_of(deadline.follow_up_at)
    last_day = hours.add_working_days(lapsed_on, policy.broken_after_working_days)
    if now <= hours.close(last_day):
        return None
    return _change(promise, State.BROKEN, now, "broken", None)
