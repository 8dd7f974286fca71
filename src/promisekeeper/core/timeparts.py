"""What time words say before a calendar gives them a day: the parts of a reading.

The grammar builds these from tokens; `core.timecalendar` turns them into instants.
"""

from dataclasses import dataclass
from datetime import time
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """So many calendar days from today."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekday:
    """A day of the week.

    Attributes:
        which: "" the coming one, "this" of this week, "next" of the next week.
        weeks: Weeks to add: 1 in "a week from Friday".
        is_end: "the end of Sunday".
    """

    day: int
    which: str = ""
    weeks: int = 0
    is_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day of a month; the month of the nearest coming one where none is named.

    Attributes:
        weekday: The weekday that was named beside it: "Tuesday 14th".
        months_ahead: For "the 10th of next month"; None where no month is meant so.
    """

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    months_ahead: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A date in figures whose order the writer's locale decides."""

    first: int
    second: int
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feast:
    """A holiday by name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A week, weekend, month, quarter or year, or a part of one.

    Attributes:
        unit: "week", "weekend", "month", "quarter" or "year".
        ahead: How many units from the present one.
        number: The month (1-12) or quarter (1-4) that was named.
        part: "" the whole, "start", "early", "mid", "late", "end", "first half".
        of: A day in it: "the week of the 18th".
    """

    unit: str
    ahead: int = 0
    number: int | None = None
    year: int | None = None
    part: str = ""
    of: "Day | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An amount of time, the later end of a range.

    Attributes:
        amounts: (number, unit) pairs, largest unit first.
        least: The smaller end of a range, in the unit of the first amount.
        is_working: Working days or hours.
        is_exact: Counted from this very moment: "a week from now".
    """

    amounts: tuple[tuple[float, str], ...]
    least: float | None = None
    is_working: bool = False
    is_exact: bool = False

    @property
    def is_clock(self) -> bool:
        """Whether it counts hours or less, and so names an instant by itself."""
        return any(unit in ("hour", "minute", "second") for _, unit in self.amounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """A day so long after (or before) another: "three days after next Monday".

    Attributes:
        clock: The time of day to count from: "5 hours after noon".
    """

    base: "Day"
    span: Span
    is_before: bool = False
    clock: "Clock | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayAfter:
    """The first such weekday after a day: "the Monday after Thanksgiving"."""

    day: int
    base: "Day"
    is_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NthDay:
    """The nth working day, weekday or day of a period; -1 is the last one."""

    count: int
    period: Period
    weekday: int | None = None
    is_working: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRange:
    """From one day to another; the later one counts."""

    first: "Day"
    last: "Day"


Day = (
    Relative
    | Weekday
    | Dated
    | Figures
    | Feast
    | Period
    | Span
    | Shifted
    | WeekdayAfter
    | NthDay
    | DayRange
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day.

    Attributes:
        at: As written; 24 hours where `is_sure`.
        is_sure: False for "5": morning or afternoon is left to the calendar.
        least: The earlier end of a range: "between 2 and 4pm".
        days: 1 for midnight, which ends the day.
    """

    at: time
    is_sure: bool = True
    least: time | None = None
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the day.

    Attributes:
        name: A key of `timewords.PART_ENDS`, "afternoon", "opening", "first thing" or "close".
        shade: "", "early", "mid" or "late".
    """

    name: str
    shade: str = ""


class Words(NamedTuple):
    """One time expression: where it stands and what it says.

    Attributes:
        start, end: Tokens, later characters, bounding words included.
        bound: "" plain, "by", "before", "within", "in", "on", "at", "until", "after", "for".
        day, clock, part: What was said, where it was.
        zone: The zone's name, "your" for the customer's own, or "" for the writer's.
        kind: "instant", "event", "vague", "after" or "recurring".
        is_sure: The words can only speak of the future.
        is_weak: Needs support from the sentence: "at 5", "half an hour".
    """

    start: int
    end: int
    bound: str = ""
    day: Day | None = None
    clock: Clock | None = None
    part: Part | None = None
    zone: str = ""
    kind: str = "instant"
    is_sure: bool = False
    is_weak: bool = False
