"""Time expressions -> instants: a day, then its close or the time of day that was said."""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from promisekeeper.core.hours import WorkingHours, wall_time
from promisekeeper.core.timecalendar import (
    END_OF_DAY,
    DayReading,
    TimeContext,
    UnreadableTimeError,
    bounds_of,
    day_of,
    sure_clock,
)
from promisekeeper.core.timeparts import Feast, Part, Period, Span, Words
from promisekeeper.core.timewords import PART_ENDS
from promisekeeper.core.zones import Zone, zone_named

_ONE = timedelta(days=1)
_NOTHING = timedelta(0)
# Further ahead than this, figures are a version or a serial number rather than a date.
MAX_AHEAD = timedelta(days=366 * 5)
_SHADED = {
    ("early", "morning"): time(9),
    ("mid", "morning"): time(11),
    ("early", "afternoon"): time(14),
    ("mid", "afternoon"): time(15),
    ("early", "evening"): time(19),
    ("late", "evening"): time(22),
}
_LATE_PARTS = frozenset({"afternoon", "evening", "night"})


class Moment(NamedTuple):
    """An expression read: the instant and the range of readings around it."""

    due_at: datetime
    why: str
    earliest: datetime
    latest: datetime
    alternative: datetime | None = None


def moment_of(words: Words, context: TimeContext) -> Moment:
    """The instant that an expression names.

    Raises:
        UnreadableTimeError: There is no such day, it is past, or years away.
    """
    try:
        reading = _read(words, context)
    except OverflowError as error:
        raise UnreadableTimeError("too far away") from error
    zone, sent_at = context.hours.zone, context.sent_at
    due_at = reading.due_at.astimezone(zone)
    ahead = due_at - sent_at
    if ahead < _NOTHING:
        raise UnreadableTimeError("it is past")
    if ahead > MAX_AHEAD:
        raise UnreadableTimeError("too far away")
    alternative = reading.alternative
    why = f"{reading.why}: {shown(due_at)}"
    if alternative is None and reading.first is None:
        return Moment(due_at, why, due_at, due_at)
    earliest = latest = due_at
    for other in (reading.first, alternative):
        if other is not None:
            other = max(other.astimezone(zone), sent_at)
            earliest, latest = min(earliest, other), max(latest, other)
    if alternative is not None:
        is_other = alternative >= sent_at and alternative != due_at
        alternative = alternative.astimezone(zone) if is_other else None
    return Moment(
        due_at=due_at,
        why=why,
        earliest=earliest,
        latest=latest,
        alternative=alternative,
    )


_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def shown(at: datetime) -> str:
    """An instant for people, in English whatever the locale: "Fri 10 May 2024 17:00"."""
    name, month = _DAY_NAMES[at.weekday()], _MONTH_NAMES[at.month - 1]
    return f"{name} {at.day:02} {month} {at.year:04} {at.hour:02}:{at.minute:02}"


class _Reading(NamedTuple):
    """The instants of one expression, not yet compared with the Date."""

    due_at: datetime
    why: str
    alternative: datetime | None = None
    first: datetime | None = None


def _read(words: Words, context: TimeContext) -> _Reading:
    zone = _zone_of(words, context)
    if words.day is None:
        return _without_day(words, zone, context)
    reading = day_of(words.day, context)
    if words.clock is None and words.part is None:
        if reading.at is not None:
            return _exact(words, reading, context)
        if words.bound == "before":
            return _day_before(words, reading, context)
        return _whole_day(words, reading, context)
    due_at, other = _at(words, reading.day, zone, context)
    alternative = other
    if reading.alternative is not None:
        alternative = _at(words, reading.alternative, zone, context)[0]
    first = None
    if words.clock is not None and words.clock.least is not None:
        first = min(wall_time(reading.first or reading.day, words.clock.least, zone.zone), due_at)
    why = f"{reading.why}, {_why_clock(words, context)}"
    return _Reading(due_at=due_at, alternative=alternative, first=first, why=why)


def _exact(words: Words, reading: DayReading, context: TimeContext) -> _Reading:
    """An instant that was counted; "a week from now" may also mean that day's close."""
    at = reading.at or context.sent_at
    other = None
    if isinstance(words.day, Span) and words.day.is_exact and not words.day.is_clock:
        other = context.hours.close(reading.day)
    return _Reading(due_at=at, alternative=other, why=reading.why)


def _why_clock(words: Words, context: TimeContext) -> str:
    if words.zone == "your":
        return f"at the time said{_whose(words, context)}"
    return "at the time said" if words.clock else f"{words.part.name}" if words.part else ""


def _whose(words: Words, context: TimeContext) -> str:
    """Whether "your time" could be read in the customer's zone."""
    if words.zone != "your":
        return ""
    return ", in the customer's zone" if context.customer_zone else ", customer's zone not known"


@lru_cache(maxsize=64)
def _own_zone(zone: tzinfo) -> Zone:
    return Zone(zone=zone)


def _zone_of(words: Words, context: TimeContext) -> Zone:
    if words.zone == "your":
        return Zone(zone=context.customer_zone or context.hours.zone)
    if words.zone in ("", "own"):
        return _own_zone(context.hours.zone)
    return zone_named(words.zone, context.sent_at)


def _whole_day(words: Words, reading: DayReading, context: TimeContext) -> _Reading:
    hours = context.hours
    due_at = _end(reading.day, reading.clock, context)
    is_weekend = isinstance(words.day, Period) and words.day.unit == "weekend"
    if is_weekend and words.bound in ("by", "until"):
        friday = hours.working_day_before(reading.first or reading.day)
        if friday >= context.today:
            why = "the working day before the weekend, at close"
            return _Reading(due_at=_end(friday, None, context), alternative=due_at, why=why)
    alternative = None
    if reading.alternative is not None:
        alternative = _end(reading.alternative, reading.clock, context)
    elif words.bound == "by" and _is_bare_month(words) and reading.first:
        alternative = hours.close(hours.working_day_before(reading.first))
    first = None if reading.first is None else min(hours.close(reading.first), due_at)
    why = f"{reading.why}, at close" if reading.clock is None else reading.why
    return _Reading(due_at=due_at, alternative=alternative, first=first, why=why)


def _is_bare_month(words: Words) -> bool:
    day = words.day
    return isinstance(day, Period) and day.unit in ("month", "year") and not day.part


def _end(day: date, clock: time | None, context: TimeContext) -> datetime:
    """The end of a working day; of the day itself where today's close is past."""
    end = context.hours.at(day, clock) if clock else context.hours.close(day)
    if day == context.today and end < context.sent_at:
        return max(context.hours.at(day, END_OF_DAY), context.sent_at)
    return end


def _day_before(words: Words, reading: DayReading, context: TimeContext) -> _Reading:
    """ "before Wednesday" is Tuesday's close; before a day off, the working day before."""
    hours, day = context.hours, reading.day
    if isinstance(words.day, Period):
        start = bounds_of(words.day, context)[0]
        is_end = words.day.part in ("end", "late", "mid")
        found = day if is_end else hours.working_day_before(start)
        if found < context.today:
            found = day
        return _Reading(due_at=_end(found, None, context), why="before it starts, at close")
    is_off = not hours.is_working_day(day) or isinstance(words.day, Feast)
    found = hours.working_day_before(day) if is_off else day - _ONE
    if found < context.today:
        found = day
    # The day itself, or the eve of a holiday, is what some readers expect.
    other = day - _ONE if is_off else day
    return _Reading(
        due_at=_end(found, None, context),
        alternative=_end(other, None, context) if other > found else None,
        why="the day before, at close" if not is_off else "the working day before, at close",
    )


def _at(
    words: Words, day: date, zone: Zone, context: TimeContext
) -> tuple[datetime, datetime | None]:
    """The time of day on a day, and a second reading of it if there is one."""
    if words.clock is not None:
        clock = sure_clock(words.clock, words.part)
        day = day + words.clock.days * _ONE
        literal = None if zone.literal is None else wall_time(day, clock, zone.literal)
        return wall_time(day, clock, zone.zone), literal
    part = words.part or Part(name="close")
    if part.name == "same time":
        here = context.sent_at.astimezone(zone.zone).time()
        return wall_time(day, here, zone.zone), None
    due_at = wall_time(day, _part_clock(part, day, context.hours), zone.zone)
    is_over = day == context.today and due_at < context.sent_at
    if is_over and (part.name in _LATE_PARTS or part.name == "close"):
        return max(wall_time(day, END_OF_DAY, zone.zone), context.sent_at), None
    return due_at, due_at + timedelta(hours=1) if part.name == "lunch" else None


def _part_clock(part: Part, day: date, hours: WorkingHours) -> time:
    if (part.shade, part.name) in _SHADED:
        return _SHADED[part.shade, part.name]
    if part.name in PART_ENDS:
        return PART_ENDS[part.name]
    if part.name == "opening":
        return hours.opening(day).time()
    if part.name == "first thing":
        return (hours.opening(day) + timedelta(hours=1)).time()
    return hours.close(day).time()


def _without_day(words: Words, zone: Zone, context: TimeContext) -> _Reading:
    """A time of day alone: the next such time."""
    here = context.sent_at.astimezone(zone.zone)
    if words.clock is None:
        return _part_alone(words, zone, context)
    at, why = words.clock.at, f"the next such time{_whose(words, context)}"
    tries = [at]
    if not words.clock.is_sure:
        # "by 5" is the next of 05:00 and 17:00 at which people are awake.
        tries = [hour for hour in (at, at.replace(hour=(at.hour + 12) % 24)) if 7 <= hour.hour < 22]
        if words.part is not None:
            tries = [sure_clock(words.clock, words.part)]
    days = [here.date() + n * _ONE for n in (0, 1, 2)]
    extra = words.clock.days * _ONE
    for day in days:
        for clock in sorted(tries):
            due_at = wall_time(day + extra, clock, zone.zone)
            if due_at >= context.sent_at:
                return _next_time(words, zone, due_at, day, why)
    raise UnreadableTimeError("no such time")


def _next_time(words: Words, zone: Zone, due_at: datetime, day: date, why: str) -> _Reading:
    first = literal = None
    if words.clock and words.clock.least is not None:
        first = min(wall_time(day, words.clock.least, zone.zone), due_at)
    if zone.literal is not None:
        literal = wall_time(due_at.date(), due_at.time(), zone.literal)
    return _Reading(due_at=due_at, first=first, alternative=literal, why=why)


def _part_alone(words: Words, zone: Zone, context: TimeContext) -> _Reading:
    """ "by EOD" is today's; "in the morning" is tomorrow's once the day has begun."""
    part = words.part or Part(name="close")
    today = context.sent_at.astimezone(zone.zone).date()
    day = today
    is_early = part.name in ("morning", "first thing", "opening")
    if is_early and context.sent_at >= context.hours.opening(context.today):
        day = today + _ONE
        if part.name != "morning":
            day = context.hours.next_working_day(today)
    due_at, other = _at(words, day, zone, context)
    if due_at < context.sent_at:
        due_at, other = _at(words, day + _ONE, zone, context)
    return _Reading(
        due_at=due_at, alternative=other, why=f"the next {part.name}{_whose(words, context)}"
    )
