"""Which of the time words in and around a sentence belong to one promise of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from promisekeeper.core.promise import DeadlineKind
from promisekeeper.core.reading import Span, TimeReading

_JOINT = re.compile(r"[,;:]|\s[-–—]\s|\b(?:and|but|so|then|or)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|unless|in\scase|should\syou|provided|otherwise)\b[^,;.!?]*$", re.IGNORECASE
)
_ABSENT = re.compile(
    r"\b(?:be|am|is|are|['’]m|['’]re|being)\s+(?:(?:all|also|both|just|now|still|afraid)\s+)?(?:out|away|off|closed|unavailable"
    r"|travell?ing|on\s(?:leave|holiday|vacation|annual\sleave|pto))\b[\w\s]{0,24}$",
    re.IGNORECASE,
)
# What a sentence may hold beside its time words and still be nothing but a deadline.
_FILLER = re.compile(
    r"\b(?:at|the|latest|very|earliest|hopefully|probably|certainly|definitely|likely|most|will"
    r"|should|be|that|it|this|by|or|so|say|i|we|['’]?d|would|expect|hope|think|target|eta|aim|aiming"
    r"|for|if|not|sooner|earlier|before|then|deadline|due|on|ready|is|['’]s|all|being|well"
    r"|possibly|maybe|perhaps|latest|promise|sure|guaranteed|your|our|my|time|no|later|than|and"
    r"|ideally|realistically|fingers|crossed|max|maximum|tops|just|only|as|a|done|over)\b|[^\w\s]",
    re.IGNORECASE,
)
_BOUNDED = re.compile(
    r"(?:by|before|within|until|till|no\slater|not\slater|on\sor\sbefore|latest)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One reading and how well it fits a promise; a higher rank fits better."""

    rank: tuple[int, ...]
    reading: TimeReading


def own_reading(
    promise: Span, sentence: str, readings: Sequence[TimeReading], others: Sequence[Span]
) -> TimeReading | None:
    """The reading that belongs to a promise among those of its sentence, or None."""
    usable = [reading for reading in readings if _is_usable(reading, sentence, promise)]
    every = sorted((promise, *others), key=lambda span: (span.start, span.end))
    mine = [r for r in usable if _owner(r.span, sentence, every) == promise]
    if not mine:
        mine = _shared(promise, usable, every, sentence)
    claims = [_claim(reading, promise, sentence) for reading in mine]
    return max(claims, key=lambda claim: claim.rank).reading if claims else None


def _is_usable(reading: TimeReading, sentence: str, promise: Span) -> bool:
    """Times of an absence or of a condition are no deadline."""
    lead = sentence[max(0, reading.span.start - 160) : reading.span.start]
    if _ABSENT.search(lead):
        return False
    condition = _CONDITION.search(lead)
    if condition is None or reading.kind is not DeadlineKind.INSTANT:
        return True
    # "If ... by Friday, I'll close it": but not where the promise stands inside the clause.
    opened = reading.span.start - len(lead) + condition.start()
    return opened <= promise.start < reading.span.start


def _owner(span: Span, sentence: str, promises: Sequence[Span]) -> Span:
    """The promise whose stretch of the sentence the time words stand in."""
    before = [promise for promise in promises if promise.start <= span.start]
    after = [promise for promise in promises if promise.start > span.start]
    if not before:
        return after[0]
    if not after:
        return before[-1]
    # "I'll call you, and by Friday you'll have it": the joint stands before the time words.
    nearest = before[-1]
    lead = sentence[min(nearest.start, span.start) : span.start]
    joints = list(_JOINT.finditer(lead))
    gap = sentence[span.end : after[0].start]
    is_leading = bool(joints) and not lead[joints[-1].end() :].strip()
    return after[0] if is_leading and not _JOINT.search(gap.strip(" ,")) else nearest


def _shared(
    promise: Span, usable: Sequence[TimeReading], every: Sequence[Span], sentence: str
) -> list[TimeReading]:
    """Times that promises of one breath share: "By Friday I'll A and B"."""
    leading = [r for r in usable if r.span.end <= every[0].start]
    if leading:
        return leading
    later = [other for other in every if other.start > promise.start]
    if not later:
        return []
    following = later[0]
    gap = sentence[promise.start : following.start]
    has_new_subject = re.match(r"(?:i|we|you)\b", sentence[following.start :], re.IGNORECASE)
    if has_new_subject or re.search(r"[,;.]", gap):
        return []
    return [r for r in usable if r.span.start >= following.start]


def _claim(reading: TimeReading, promise: Span, sentence: str) -> Claim:
    is_instant = reading.kind is DeadlineKind.INSTANT
    is_bounded = bool(_BOUNDED.match(reading.words))
    is_after = reading.span.start >= promise.start
    order = {DeadlineKind.EVENT: 3, DeadlineKind.AFTER: 2, DeadlineKind.VAGUE: 1}
    low, high = sorted((reading.span.start, promise.start))
    distance = high - low
    return Claim(
        rank=(is_instant, order.get(reading.kind, 0), is_bounded and is_after, is_after, -distance),
        reading=reading,
    )


def is_only_time(sentence: str, readings: Sequence[TimeReading]) -> bool:
    """Whether a sentence says nothing but when: "Tuesday at the latest."."""
    if not readings:
        return False
    rest = list(sentence)
    for reading in readings:
        rest[reading.span.start : reading.span.end] = " " * (reading.span.end - reading.span.start)
    return not _FILLER.sub(" ", "".join(rest)).strip()


def is_head(sentence: str) -> bool:
    """Whether a sentence leads a list: "By Friday:"."""
    return sentence.rstrip().endswith(":")
