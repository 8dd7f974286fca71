"""Days and periods -> dates, on a working calendar, for the Date of a mail.

The conventions are the table in section 3 of the design.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import ceil
from typing import Any, NamedTuple

from promisekeeper.core.feasts import FEAST_NAMES, feast_on_or_after, nth_weekday
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.timeparts import (
    Clock,
    Dated,
    Day,
    DayRange,
    Feast,
    Figures,
    NthDay,
    Part,
    Period,
    Relative,
    Shifted,
    Span,
    Weekday,
    WeekdayAfter,
)
from promisekeeper.core.timesteps import UNIT_MONTHS, add_months, add_unit, exists

END_OF_DAY = time(23, 59)
_ONE = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeContext:
    """What a reading of time words depends on.

    Attributes:
        sent_at: The Date of the mail, aware.
        hours: The writer's working calendar and zone.
        customer_zone: For "your time"; None where it is not known.
        named_days: Own holidays by lower-case name, with their dates.
        today: The day on which the mail was written, in the writer's zone.
    """

    sent_at: datetime
    hours: WorkingHours
    customer_zone: tzinfo | None = None
    named_days: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    today: date = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a naive Date; find its day once."""
        if self.sent_at.utcoffset() is None:
            raise ValueError("sent_at must be aware")
        object.__setattr__(self, "today", self.hours.day_of(self.sent_at))


class DayReading(NamedTuple):
    """A day, and what else the words may mean.

    Attributes:
        clock: A time that the words bring with them: Sunday 23:59 for a weekend.
        at: The instant itself where the words count hours.
        alternative: Another day (or instant) that a careful reader keeps in mind.
        first: The first day of a range or period.
    """

    day: date
    why: str
    clock: time | None = None
    at: datetime | None = None
    alternative: date | None = None
    first: date | None = None


class UnreadableTimeError(ValueError):
    """The words name no day that exists, or one that is past or too far off."""


def day_of(day: Day, context: TimeContext) -> DayReading:
    """The date that a day or period means.

    Raises:
        UnreadableTimeError: No such day exists, or it is past.
        OverflowError: It lies beyond the calendar.
    """
    return _READERS[type(day)](day, context)


def _relative(day: Relative, context: TimeContext) -> DayReading:
    names = {0: "today", 1: "tomorrow"}
    return DayReading(day=context.today + day.days * _ONE, why=names.get(day.days, "that day"))


def _weekday(day: Weekday, context: TimeContext) -> DayReading:
    found = _which_weekday(day, context)
    # A day off has no close: its end is the end of the day.
    if day.is_end and not context.hours.is_working_day(found.day):
        return found._replace(clock=END_OF_DAY)
    return found


def _which_weekday(day: Weekday, context: TimeContext) -> DayReading:
    today = context.today
    ahead = (day.day - today.weekday()) % 7
    coming = today + (ahead or 7) * _ONE
    if day.which.startswith("next"):
        monday = today + (7 - today.weekday()) * _ONE
        found = monday + (day.day + 7 * (day.which.count("next") - 1)) * _ONE
        nearer = coming if coming < found else None
        return _weeks_on(DayReading(day=found, alternative=nearer, why="of the next week"), day)
    if day.which == "this" and not ahead and context.sent_at <= context.hours.close(today):
        return DayReading(day=today, alternative=coming, why="this weekday, today")
    why = "the coming weekday" if ahead else "a week on; said on that weekday"
    return _weeks_on(DayReading(day=coming, alternative=None if ahead else today, why=why), day)


def _weeks_on(reading: DayReading, day: Weekday) -> DayReading:
    if not day.weeks:
        return reading
    later = reading.day + 7 * day.weeks * _ONE
    alternative = reading.day if day.which else None
    return DayReading(day=later, alternative=alternative, why=f"{reading.why}, and weeks on")


def _dated(day: Dated, context: TimeContext) -> DayReading:
    today = context.today
    if day.months_ahead is not None:
        first = add_months(today.replace(day=1), day.months_ahead)
        return DayReading(day=_real(first.year, first.month, day.day), why="that day of the month")
    if day.month is None:
        return DayReading(day=_coming_day(day, today), why="the coming such day of a month")
    if day.year is not None:
        return _checked_weekday(_real(day.year, day.month, day.day), day.weekday, "the date")
    for year in range(today.year, today.year + 9):
        if exists(year, day.month, day.day) and date(year, day.month, day.day) >= today:
            return _checked_weekday(date(year, day.month, day.day), day.weekday, "the coming date")
    raise UnreadableTimeError("no such day")


def _checked_weekday(found: date, weekday: int | None, why: str) -> DayReading:
    """The date counts; a weekday that contradicts it is kept as the alternative."""
    if weekday is None or found.weekday() == weekday:
        return DayReading(day=found, why=why)
    near = found + ((weekday - found.weekday() + 3) % 7 - 3) * _ONE
    return DayReading(day=found, alternative=near, why=f"{why}; its weekday is another")


def _coming_day(day: Dated, today: date) -> date:
    """The next such day of a month, on the named weekday where there is one."""
    first = today.replace(day=1)
    for months in range(24):
        month = add_months(first, months)
        if not exists(month.year, month.month, day.day):
            continue
        found = month.replace(day=day.day)
        if found >= today and day.weekday in (None, found.weekday()):
            return found
    raise UnreadableTimeError("no such day")


def _figures(day: Figures, context: TimeContext) -> DayReading:
    is_day_first = context.hours.date_order == "dmy"
    orders = [(day.first, day.second), (day.second, day.first)]
    readings = []
    for number, month in orders if is_day_first else reversed(orders):
        try:
            dated = Dated(day=number, month=month, year=day.year, weekday=day.weekday)
            readings.append(_dated(dated, context))
        except UnreadableTimeError:
            continue
    if not readings:
        raise UnreadableTimeError("no such day")
    fitting = [reading for reading in readings if reading.alternative is None]
    return (fitting or readings)[0]


def _feast(day: Feast, context: TimeContext) -> DayReading:
    own = [found for found in context.named_days.get(day.name, ()) if found >= context.today]
    if own:
        return DayReading(day=min(own), why=f"own holiday {day.name}")
    if day.name not in FEAST_NAMES:
        raise UnreadableTimeError("an unknown holiday")
    return DayReading(day=feast_on_or_after(day.name, context.today), why=day.name.title())


def _span(day: Span, context: TimeContext) -> DayReading:
    return _moved(context.today, context.sent_at, day, 1, context)


def _shifted(day: Shifted, context: TimeContext) -> DayReading:
    base = day_of(day.base, context)
    clock = sure_clock(day.clock, None) if day.clock else time(0)
    start = base.at or context.hours.at(base.day, clock)
    sign = -1 if day.is_before else 1
    return _moved(base.day, start, day.span, sign, context)


def sure_clock(clock: Clock, part: Part | None) -> time:
    """The time of day; a bare "5" is in the afternoon, a bare "9" in the morning."""
    at = clock.at
    if clock.is_sure:
        return at
    if part is not None and part.name in ("afternoon", "evening", "night"):
        return at.replace(hour=at.hour % 12 + 12)
    if part is not None:
        return at
    return at.replace(hour=at.hour + 12) if 1 <= at.hour <= 6 else at


def _moved(start: date, at: datetime, span: Span, sign: int, context: TimeContext) -> DayReading:
    """A day, or an instant where the span counts hours, so far from a start."""
    hours = context.hours
    number, unit = span.amounts[0]
    if span.is_working and unit == "hour":
        end = hours.add_working_time(at, sign * timedelta(hours=number))
        return DayReading(day=hours.day_of(end), at=end, why="working hours")
    if span.is_working:
        count = ceil(number * (5 if unit == "week" else 1))
        found = hours.add_working_days(start, sign * count)
        first = None
        if span.least is not None:
            first = hours.add_working_days(start, sign * ceil(span.least))
        return DayReading(day=found, first=first, why="counted in working days")
    if span.is_clock:
        return _elapsed(at, span, sign, context)
    found = start
    for number, unit in span.amounts:
        found = add_unit(found, sign * number, unit)
    first = None if span.least is None else add_unit(start, sign * span.least, unit)
    if span.is_exact:
        exact = hours.at(found, at.astimezone(hours.zone).time())
        return DayReading(day=found, at=exact, first=first, why="counted from this moment")
    return DayReading(day=found, first=first, why="counted in calendar days")


def _elapsed(at: datetime, span: Span, sign: int, context: TimeContext) -> DayReading:
    """Literal hours, exact over a change of the clocks."""
    end = at.astimezone(UTC)
    for number, unit in span.amounts:
        if unit in _SECONDS:
            end += timedelta(seconds=sign * number * _SECONDS[unit])
        else:
            days = add_unit(end.date(), sign * number, unit) - end.date()
            end += days
    end = end.astimezone(context.hours.zone)
    return DayReading(day=end.date(), at=end, why="literal hours from the Date")


_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}


def _weekday_after(day: WeekdayAfter, context: TimeContext) -> DayReading:
    base = day_of(day.base, context).day
    if day.is_before:
        found = base - ((base.weekday() - day.day - 1) % 7 + 1) * _ONE
    else:
        found = base + ((day.day - base.weekday() - 1) % 7 + 1) * _ONE
    return DayReading(day=found, why="the weekday beside that day")


def _nth_day(day: NthDay, context: TimeContext) -> DayReading:
    first, last = bounds_of(day.period, context)
    if day.weekday is not None:
        found = nth_weekday(first.year, first.month, day.weekday, day.count)
    elif day.is_working and day.count > 0:
        found = context.hours.add_working_days(first - _ONE, day.count)
    elif day.is_working:
        found = context.hours.working_day_before(last + _ONE)
    else:
        found = last if day.count < 0 else first + (day.count - 1) * _ONE
    if not first <= found <= last:
        raise UnreadableTimeError("no such day")
    return DayReading(day=found, why="that day of the period")


def _range(day: DayRange, context: TimeContext) -> DayReading:
    first, last = day_of(day.first, context), day_of(day.last, context)
    if last.day < first.day and isinstance(day.last, Weekday):
        last = DayReading(day=last.day + 7 * _ONE, why=last.why)
    start = min(first.first or first.day, last.day)
    return DayReading(
        day=last.day, at=last.at, clock=last.clock, first=start, why="the later end of a range"
    )


def bounds_of(period: Period, context: TimeContext) -> tuple[date, date]:
    """The first and the last day of a period; the coming one where it is named."""
    today = context.today
    if period.unit in ("week", "weekend"):
        inside = day_of(period.of, context).day if period.of else today
        monday = inside - inside.weekday() * _ONE + 7 * period.ahead * _ONE
        first = monday + _SATURDAY * _ONE if period.unit == "weekend" else monday
        return first, monday + 6 * _ONE
    months = UNIT_MONTHS[period.unit]
    first = add_months(_start_of(period, today, months), months * period.ahead)
    return first, add_months(first, months) - _ONE


def _start_of(period: Period, today: date, months: int) -> date:
    index = (today.month - 1) // months if period.number is None else period.number - 1
    first = date(period.year or today.year, index * months + 1, 1)
    is_over = add_months(first, months) <= today
    if period.year is None and period.number is not None and is_over:
        return add_months(first, 12)
    return first


def _period(period: Period, context: TimeContext) -> DayReading:
    first, last = bounds_of(period, context)
    if last < context.today:
        raise UnreadableTimeError("it is past")
    if period.unit == "week":
        return _week(period, first, context)
    if period.unit == "weekend":
        nearer = last - 7 * _ONE if period.ahead == 1 and context.today.weekday() < 4 else None
        return DayReading(
            day=last, clock=END_OF_DAY, first=first, alternative=nearer, why="end of the weekend"
        )
    found = _part_of(period, first, last, context)
    # "by the end of the month" on its last Sunday: the last working day is past.
    return DayReading(day=max(found, context.today), first=first, why=_period_why(period))


def _period_why(period: Period) -> str:
    part = f"{period.part} of the " if period.part else ""
    return f"{part}{period.unit}"


def _week(period: Period, monday: date, context: TimeContext) -> DayReading:
    hours, today = context.hours, context.today
    days = {"start": 0, "early": 1, "mid": 2, "first half": 2}
    number = days.get(period.part, _last_weekday(hours))
    found = monday + number * _ONE
    is_coming = period.part == "coming" and today.weekday() >= _SATURDAY
    if number < 3 and today.weekday() < 3 and not period.ahead and period.of is None:
        found = max(found, today)
    if (found < today or is_coming) and not period.ahead and period.of is None:
        # On a Saturday "this week" is the one that comes.
        found += 7 * _ONE
        monday += 7 * _ONE
    return DayReading(day=found, first=monday, why=_period_why(period))


def _last_weekday(hours: WorkingHours) -> int:
    """Friday, or the last weekday that is worked where Friday is not."""
    worked = [day for day, shifts in hours.shifts.items() if shifts and day < _SATURDAY]
    return max(worked, default=4)


_EARLY_DAYS = {"month": 10, "quarter": 30, "half": 60, "year": 31}


def _part_of(period: Period, first: date, last: date, context: TimeContext) -> date:
    """The day that a part of a month, quarter or year is due."""
    hours = context.hours
    length = (last - first).days + 1
    if period.part == "start":
        return hours.next_working_day(first - _ONE)
    if period.part == "early":
        return first + (_EARLY_DAYS[period.unit] - 1) * _ONE
    if period.part in ("mid", "first half"):
        return first + (15 - 1 if period.unit == "month" else length // 2) * _ONE
    return hours.working_day_before(last + _ONE)


def _real(year: int, month: int, day: int) -> date:
    if not exists(year, month, day):
        raise UnreadableTimeError("no such day")
    return date(year, month, day)


_READERS: dict[type, Callable[[Any, TimeContext], DayReading]] = {
    Relative: _relative,
    Weekday: _weekday,
    Dated: _dated,
    Figures: _figures,
    Feast: _feast,
    Span: _span,
    Shifted: _shifted,
    WeekdayAfter: _weekday_after,
    NthDay: _nth_day,
    DayRange: _range,
    Period: _period,
}
