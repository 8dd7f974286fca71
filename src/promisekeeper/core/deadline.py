"""Which times a text speaks of, and which of them belongs to a promise.

`read_times` finds the future-facing time words of a text; `deadline_for`
picks those of one promise and falls back on a default instant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from promisekeeper.core.lastresort import ask, unread_spans
from promisekeeper.core.loosetimes import loose_in, meant
from promisekeeper.core.promise import Deadline, DeadlineKind
from promisekeeper.core.reading import Span, TimeReading
from promisekeeper.core.timecalendar import TimeContext, UnreadableTimeError
from promisekeeper.core.timegrammar import expressions
from promisekeeper.core.timemoment import moment_of, shown
from promisekeeper.core.timeowner import is_head, is_only_time, own_reading
from promisekeeper.core.timeparts import Words
from promisekeeper.core.timescene import (
    Interest,
    Scene,
    interest_of,
    lowered,
    scene_of,
    words_in,
)
from promisekeeper.core.timesense import keep
from promisekeeper.core.timetokens import spans_of, tokens_of
from promisekeeper.core.timewords import LOOSE_WORDS

MAX_TEXT = 2_000

__all__ = ["FollowUpDefaults", "TimeContext", "deadline_for", "read_times"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDefaults:
    """When a promise without an instant is followed up, in working days after it was made."""

    vague_working_days: int = 1
    undated_working_days: int = 2
    event_working_days: int = 5


def read_times(text: str, context: TimeContext) -> tuple[TimeReading, ...]:
    """The future-facing time words of a text, in order, none overlapping.

    Args:
        text: A sentence or a short text; only the first MAX_TEXT characters are read.
    """
    text = text[:MAX_TEXT]
    words = words_in(text)
    if not words:
        return ()
    lower = lowered(text)
    interest = interest_of(text, lower, words)
    if interest is Interest.NOTHING:
        return ()
    found, unread = _expressions(text) if interest is Interest.TIMES else ([], [])
    if not (found or unread) and LOOSE_WORDS.isdisjoint(words):
        return ()
    loose = loose_in(lower, words)
    if not (found or unread or loose):
        return ()
    scene = scene_of(lower, words)
    kept = keep(found, scene)
    if loose and len(kept) < len(found):
        # What is no deadline as a time is none as an event: "I'm off until Wednesday".
        starts = {said.start for said in found} - {said.start for said in kept}
        loose = [
            said
            for said in loose
            if said.start not in starts or not lower.startswith(("until ", "till "), said.start)
        ]
    readings = [_reading(said, text, context) for said in (*kept, *meant(loose, scene, kept))]
    readings += [_asked(span, text, scene, context) for span in unread]
    return tuple(sorted(filter(None, readings), key=_BY_PLACE))


_BY_PLACE = attrgetter("span.start")


def _expressions(text: str) -> tuple[list[Words], list[Span]]:
    """What the grammar reads in a text, and the spans that it leaves unread."""
    tokens = tokens_of(text)
    found = expressions(tokens)
    unread = unread_spans(tokens, found)
    if not (found or unread):
        return [], []
    spans = spans_of(text, tokens, [*(said[:2] for said in found), *unread])
    placed = [Words._make((*span, *said[2:])) for said, span in zip(found, spans, strict=False)]
    return placed, [Span(start=start, end=end) for start, end in spans[len(found) :]]


def _asked(span: Span, text: str, scene: Scene, context: TimeContext) -> TimeReading | None:
    """The last resort: one unread span, as dateparser reads it."""
    if not keep([Words(start=span.start, end=span.end, bound="on")], scene):
        return None
    due_at = ask(span.of(text), context)
    if due_at is None:
        return None
    return TimeReading(
        span=span,
        words=span.of(text),
        kind=DeadlineKind.INSTANT,
        due_at=due_at,
        earliest=due_at,
        latest=due_at,
        why=f"as dateparser reads it: {shown(due_at)}",
    )


def _reading(words: Words, text: str, context: TimeContext) -> TimeReading | None:
    span = Span(start=words.start, end=words.end)
    said = span.of(text)
    kind = _KINDS[words.kind]
    if kind is not DeadlineKind.INSTANT:
        return TimeReading(span=span, words=said, kind=kind, why=_WHY[kind])
    try:
        moment = moment_of(words, context)
    except UnreadableTimeError:
        return None
    return TimeReading(
        span=span,
        words=said,
        kind=kind,
        due_at=moment.due_at,
        earliest=moment.earliest,
        latest=moment.latest,
        alternative=moment.alternative,
        why=moment.why,
    )


_WHY = {
    DeadlineKind.EVENT: "bound to an event, no instant",
    DeadlineKind.VAGUE: "no instant was said",
    DeadlineKind.AFTER: "a start without an end",
    DeadlineKind.RECURRING: "repeats, no single instant",
}
_KINDS = {kind.value: kind for kind in DeadlineKind}
_DEFAULT_DAYS = {
    DeadlineKind.VAGUE: "vague_working_days",
    DeadlineKind.EVENT: "event_working_days",
}


def deadline_for(
    finding_span: Span,
    sentence: str,
    context: TimeContext,
    *,
    others: Sequence[Span] = (),
    previous: str = "",
    following: str = "",
    defaults: FollowUpDefaults,
) -> Deadline:
    """The deadline of one promise.

    Args:
        finding_span: The words that promise, within `sentence`.
        others: The spans of the other promises in the same sentence.
        previous, following: The sentences beside it, or empty.
    """
    readings = read_times(sentence, context)
    own = own_reading(finding_span, sentence, readings, others)
    if own is None or own.due_at is None:
        beside = _beside(previous, following, context, is_last=_is_last(finding_span, others))
        own = beside if beside is not None and (own is None or beside.due_at) else own
    if own is None:
        return _default(DeadlineKind.NONE, "", context, defaults)
    return _deadline(own, context, defaults)


def _is_last(span: Span, others: Sequence[Span]) -> bool:
    return all(other.start <= span.start for other in others)


def _beside(
    previous: str, following: str, context: TimeContext, *, is_last: bool
) -> TimeReading | None:
    """The time that a neighbouring sentence gives, where it says nothing else."""
    after = read_times(following, context) if is_last else ()
    if is_only_time(following, after):
        return after[-1]
    before = read_times(previous, context)
    if before and is_head(previous):
        return before[-1]
    return None


def _deadline(reading: TimeReading, context: TimeContext, defaults: FollowUpDefaults) -> Deadline:
    if reading.due_at is None:
        return _default(reading.kind, reading.words, context, defaults)
    return Deadline(
        kind=reading.kind,
        follow_up_at=reading.due_at,
        words=reading.words,
        due_at=reading.due_at,
        earliest=reading.earliest,
        latest=reading.latest,
        alternative=reading.alternative,
        why=reading.why,
    )


def _default(
    kind: DeadlineKind, words: str, context: TimeContext, defaults: FollowUpDefaults
) -> Deadline:
    days = getattr(defaults, _DEFAULT_DAYS.get(kind, "undated_working_days"))
    why = f"{_WHY.get(kind, 'no time words')}; followed up after {days} working days"
    return Deadline(kind=kind, follow_up_at=_default_instant(days, context), words=words, why=why)


def _default_instant(days: int, context: TimeContext) -> datetime:
    hours = context.hours
    return hours.close(hours.add_working_days(context.today, max(days, 1)))
