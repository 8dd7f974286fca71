"""What is read in text, as values: sentences, promises in them, and times in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from promisekeeper.core.promise import Certainty, DeadlineKind, Kind, check_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of this range in `text`."""
        return text[self.start : self.end]


class Sentence(NamedTuple):
    """One sentence of the writer's own words, unwrapped to one line.

    A tuple, because it is made by the thousand.

    Attributes:
        text: The sentence with single blanks instead of line ends.
        start, end: Where it stands in the text it was split from.
        is_item: It is a bullet or a line of a list.
    """

    text: str
    start: int
    end: int
    is_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One promise found in a sentence.

    Attributes:
        span: The words that promise, within the sentence.
        rule: Name of the wording that fired, stable over releases.
        condition: The words of the condition, for CONDITIONAL.
        delegate: Who will act, for DELEGATED, as written.
    """

    kind: Kind
    certainty: Certainty
    span: Span
    rule: str
    condition: Span | None = None
    delegate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A cue that was seen and not taken, and why."""

    span: Span
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """Everything that one sentence says about promises."""

    promises: tuple[Finding, ...] = ()
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReading:
    """One future-facing time expression in a text.

    Attributes:
        span: Where the time words stand, bounding words ("by", "within") included.
        kind: INSTANT, EVENT, VAGUE, AFTER or RECURRING; never NONE.
        due_at: The instant meant, aware, for INSTANT only.
        earliest, latest: The range of defensible readings around due_at.
        alternative: The second reading a careful person keeps in mind.
        why: One short sentence: how the words were read.
    """

    span: Span
    words: str
    kind: DeadlineKind
    due_at: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    alternative: datetime | None = None
    why: str = ""

    def __post_init__(self) -> None:
        """Check that times are aware and belong to an instant only."""
        due_at = self.due_at
        check_aware(due_at)
        for at in (self.earliest, self.latest, self.alternative):
            if at is not due_at:
                check_aware(at)
        if (due_at is not None) != (self.kind is DeadlineKind.INSTANT):
            raise ValueError("due_at belongs to kind 'instant' and to no other")
