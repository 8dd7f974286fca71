"""When a team works: shifts by weekday, days off, and arithmetic on them.

Days are dates in the team's zone. Elapsed time always goes through UTC, so
that a day on which the clocks change is 23 or 25 hours long.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from types import MappingProxyType

Shift = tuple[time, time]

DATE_ORDERS = ("dmy", "mdy", "ymd")
OFFICE_DAYS = (0, 1, 2, 3, 4)
OFFICE_SHIFTS: tuple[Shift, ...] = ((time(9), time(17)),)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """The working calendar of one zone.

    Attributes:
        shifts: Weekday (Monday is 0) to its shifts as (opening, close), in order.
            A weekday without shifts is no working day.
        holidays: Days off on a weekday that else would be worked.
        date_order: How the writers put "3/6": "dmy", "mdy" or "ymd".

    Raises:
        ValueError: No shift at all, or shifts that end before they start or overlap.
    """

    zone: tzinfo
    shifts: Mapping[int, tuple[Shift, ...]]
    holidays: frozenset[date] = frozenset()
    date_order: str = "dmy"

    def __post_init__(self) -> None:
        """Check the shifts: in order, on real weekdays, at least one in the week."""
        if self.date_order not in DATE_ORDERS:
            raise ValueError(f"date_order must be one of {', '.join(DATE_ORDERS)}")
        if not set(self.shifts) <= set(range(7)):
            raise ValueError("weekdays are numbers from 0 (Monday) to 6")
        if not any(self.shifts.values()):
            raise ValueError("a working week needs at least one shift")
        for shifts in self.shifts.values():
            _check_shifts(shifts)
        object.__setattr__(self, "shifts", MappingProxyType(dict(self.shifts)))

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works on this day."""
        return bool(self.shifts.get(day.weekday())) and day not in self.holidays

    def opening(self, day: date) -> datetime:
        """When work starts on a day; for a day off, when it would start."""
        shifts = self.shifts.get(day.weekday())
        clock = shifts[0][0] if shifts else min(s[0][0] for s in self.shifts.values() if s)
        return self.at(day, clock)

    def close(self, day: date) -> datetime:
        """When work ends on a day; for a day off, when it would end."""
        shifts = self.shifts.get(day.weekday())
        clock = shifts[-1][1] if shifts else max(s[-1][1] for s in self.shifts.values() if s)
        return self.at(day, clock)

    def at(self, day: date, clock: time) -> datetime:
        """A wall-clock time on a day, in this zone; the first one where it happens twice.

        A time that the change to summer time skips is read as its shifted self.
        """
        return wall_time(day, clock, self.zone)

    def day_of(self, at: datetime) -> date:
        """The day that an instant falls on in this zone."""
        return at.astimezone(self.zone).date()

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._working_day_from(day, ONE_DAY)

    def working_day_before(self, day: date) -> date:
        """The last working day before `day`."""
        return self._working_day_from(day, -ONE_DAY)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, or before it for a negative count.

        `day` itself is never counted, so that Saturday + 1 is Monday; + 0 is `day`.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day = self._working_day_from(day, step)
        return day

    def add_working_time(self, at: datetime, span: timedelta) -> datetime:
        """The instant at which `span` of working time has passed since `at`.

        A negative span counts back. Work that ends exactly at a close ends
        there, not at the next opening.
        """
        if span < timedelta(0):
            return self._subtract_working_time(at, -span)
        left = span
        if not left:
            return at.astimezone(self.zone)
        for start, end in self._shifts_from(self.day_of(at), ONE_DAY):
            start = max(start, at.astimezone(UTC))
            if end - start >= left:
                return (start + left).astimezone(self.zone)
            left -= max(end - start, timedelta(0))
        raise OverflowError("no working time left before the end of the calendar")

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two instants; zero where `end` is not after `start`."""
        first, last = start.astimezone(UTC), end.astimezone(UTC)
        total = timedelta(0)
        for opening, close in self._shifts_from(self.day_of(start), ONE_DAY):
            if opening >= last:
                break
            total += max(min(close, last) - max(opening, first), timedelta(0))
        return total

    def _subtract_working_time(self, at: datetime, span: timedelta) -> datetime:
        left = span
        for start, end in self._shifts_from(self.day_of(at), -ONE_DAY):
            end = min(end, at.astimezone(UTC))
            if end - start >= left:
                return (end - left).astimezone(self.zone)
            left -= max(end - start, timedelta(0))
        raise OverflowError("no working time left before the start of the calendar")

    def _working_day_from(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working_day(day):
            day += step
        return day

    def _shifts_from(self, day: date, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """All shifts in UTC from `day` on, forwards or backwards by whole days."""
        while True:
            if self.is_working_day(day):
                shifts = self.shifts[day.weekday()]
                for opening, close in shifts if step > timedelta(0) else reversed(shifts):
                    yield _instant(day, opening, self.zone), _instant(day, close, self.zone)
            day += step


def office_hours(
    zone: tzinfo,
    *,
    days: Iterable[int] = OFFICE_DAYS,
    shifts: tuple[Shift, ...] = OFFICE_SHIFTS,
    holidays: Iterable[date] = (),
    date_order: str = "dmy",
) -> WorkingHours:
    """The usual office week: Monday to Friday, 09:00 to 17:00, unless said otherwise."""
    return WorkingHours(
        zone=zone,
        shifts=dict.fromkeys(days, shifts),
        holidays=frozenset(holidays),
        date_order=date_order,
    )


@lru_cache(maxsize=1_024)
def wall_time(day: date, clock: time, zone: tzinfo) -> datetime:
    """A wall-clock time on a day in a zone, one that the clocks skip as its shifted self."""
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)


# Weeks are walked through shift by shift, and the same ones again and again.
@lru_cache(maxsize=2_048)
def _instant(day: date, clock: time, zone: tzinfo) -> datetime:
    return wall_time(day, clock, zone).astimezone(UTC)


def add_elapsed(at: datetime, span: timedelta) -> datetime:
    """`at` plus elapsed time, exact over a change of the clocks, in the zone of `at`."""
    return (at.astimezone(UTC) + span).astimezone(at.tzinfo)


def _check_shifts(shifts: tuple[Shift, ...]) -> None:
    before: time | None = None
    for opening, close in shifts:
        if opening.tzinfo is not None or close.tzinfo is not None:
            raise ValueError("shifts are wall-clock times without a zone")
        if opening >= close:
            raise ValueError(f"a shift must end after it starts: {opening} to {close}")
        if before is not None and opening < before:
            raise ValueError(f"shifts overlap or are out of order at {opening}")
        before = close
