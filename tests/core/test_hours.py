from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.hours import WorkingHours, add_elapsed, office_hours

LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")
GOOD_FRIDAY, EASTER_MONDAY = date(2024, 3, 29), date(2024, 4, 1)
OFFICE = office_hours(LONDON, holidays=(GOOD_FRIDAY, EASTER_MONDAY))
LUNCH = office_hours(LONDON, shifts=((time(9), time(12)), (time(13), time(17))))
SHORT_FRIDAY = WorkingHours(
    zone=LONDON,
    shifts={
        **{day: ((time(9), time(17)),) for day in range(4)},
        4: ((time(8), time(13)),),
    },
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2024, 3, 28), True, id="a Thursday"),
        pytest.param(date(2024, 3, 30), False, id="a Saturday"),
        pytest.param(GOOD_FRIDAY, False, id="a holiday"),
    ],
)
def test_working_days(day: date, expected: bool) -> None:
    assert OFFICE.is_working_day(day) is expected


@pytest.mark.parametrize(
    ("hours", "day", "opening", "close"),
    [
        pytest.param(OFFICE, date(2024, 5, 7), time(9), time(17), id="a working day"),
        pytest.param(OFFICE, date(2024, 5, 11), time(9), time(17), id="would-be on Saturday"),
        pytest.param(OFFICE, GOOD_FRIDAY, time(9), time(17), id="would-be on a holiday"),
        pytest.param(LUNCH, date(2024, 5, 7), time(9), time(17), id="split shifts"),
        pytest.param(SHORT_FRIDAY, date(2024, 5, 10), time(8), time(13), id="short Friday"),
        pytest.param(SHORT_FRIDAY, date(2024, 5, 11), time(8), time(17), id="would-be of mixed"),
    ],
)
def test_opening_and_close(hours: WorkingHours, day: date, opening: time, close: time) -> None:
    assert hours.opening(day) == datetime.combine(day, opening, LONDON)
    assert hours.close(day) == datetime.combine(day, close, LONDON)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        pytest.param(date(2024, 3, 28), 1, date(2024, 4, 2), id="over Easter"),
        pytest.param(date(2024, 3, 28), 2, date(2024, 4, 3), id="second day after Easter"),
        pytest.param(date(2024, 5, 11), 1, date(2024, 5, 13), id="from Saturday, Monday is day 1"),
        pytest.param(date(2024, 4, 2), -1, date(2024, 3, 28), id="back over Easter"),
        pytest.param(date(2024, 5, 11), 0, date(2024, 5, 11), id="none"),
    ],
)
def test_add_working_days(day: date, count: int, expected: date) -> None:
    assert OFFICE.add_working_days(day, count) == expected


def test_neighbouring_working_days() -> None:
    assert OFFICE.next_working_day(date(2024, 3, 28)) == date(2024, 4, 2)
    assert OFFICE.working_day_before(date(2024, 4, 2)) == date(2024, 3, 28)


@pytest.mark.parametrize(
    ("hours", "start", "span", "expected"),
    [
        pytest.param(OFFICE, "2024-05-07T10:00+01:00", 4, "2024-05-07T14:00+01:00", id="same day"),
        pytest.param(OFFICE, "2024-05-10T16:00+01:00", 8, "2024-05-13T16:00+01:00", id="weekend"),
        pytest.param(OFFICE, "2024-05-07T09:00+01:00", 8, "2024-05-07T17:00+01:00", id="to close"),
        pytest.param(OFFICE, "2024-05-11T20:00+01:00", 1, "2024-05-13T10:00+01:00", id="Saturday"),
        pytest.param(OFFICE, "2024-05-07T03:00+01:00", 1, "2024-05-07T10:00+01:00", id="early"),
        pytest.param(LUNCH, "2024-05-07T11:00+01:00", 2, "2024-05-07T14:00+01:00", id="lunch"),
        pytest.param(OFFICE, "2024-05-07T11:00+01:00", 0, "2024-05-07T11:00+01:00", id="nothing"),
        pytest.param(OFFICE, "2024-05-13T10:00+01:00", -4, "2024-05-10T14:00+01:00", id="back"),
        pytest.param(
            LUNCH, "2024-05-07T14:00+01:00", -2, "2024-05-07T11:00+01:00", id="back lunch"
        ),
        pytest.param(OFFICE, "2024-05-11T12:00+01:00", -1, "2024-05-10T16:00+01:00", id="back Sat"),
        pytest.param(OFFICE, "2024-05-07T10:00+00:00", 4, "2024-05-07T15:00+01:00", id="in UTC"),
    ],
)
def test_add_working_time(hours: WorkingHours, start: str, span: int, expected: str) -> None:
    assert hours.add_working_time(at(start), timedelta(hours=span)) == at(expected)


def test_a_working_night_over_summer_time_is_an_hour_shorter() -> None:
    night = office_hours(BERLIN, days=(6,), shifts=((time(0), time(6)),))
    start, end = at("2024-03-31T00:00+01:00"), at("2024-03-31T06:00+02:00")
    assert night.working_time_between(start, end) == timedelta(hours=5)
    assert night.add_working_time(start, timedelta(hours=5)) == end


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: WorkingHours(zone=LONDON, shifts={}), id="no shift at all"),
        pytest.param(lambda: WorkingHours(zone=LONDON, shifts={0: ()}), id="a day, no shift"),
        pytest.param(lambda: office_hours(LONDON, days=(7,)), id="no such weekday"),
        pytest.param(lambda: office_hours(LONDON, date_order="xyz"), id="no such order"),
        pytest.param(lambda: office_hours(LONDON, shifts=((time(9), time(9)),)), id="empty shift"),
        pytest.param(
            lambda: office_hours(LONDON, shifts=((time(9, tzinfo=UTC), time(17)),)), id="zoned"
        ),
        pytest.param(
            lambda: office_hours(LONDON, shifts=((time(9), time(13)), (time(12), time(17)))),
            id="overlap",
        ),
    ],
)
def test_impossible_weeks_are_refused(build: Callable[[], WorkingHours]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        build()


MOMENTS = st.datetimes(
    at("2023-01-01T00:00"),
    at("2026-01-01T00:00"),
    timezones=st.sampled_from((LONDON, BERLIN, ZoneInfo("America/New_York"), UTC)),
)
SPANS = st.integers(0, 200 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(MOMENTS, SPANS, st.sampled_from((OFFICE, LUNCH, SHORT_FRIDAY)))
def test_working_time_added_is_working_time_between(
    start: datetime, span: timedelta, hours: WorkingHours
) -> None:
    assert hours.working_time_between(start, hours.add_working_time(start, span)) == span


@given(MOMENTS, SPANS, st.sampled_from((OFFICE, LUNCH, SHORT_FRIDAY)))
def test_working_time_taken_off_is_working_time_between(
    end: datetime, span: timedelta, hours: WorkingHours
) -> None:
    assert hours.working_time_between(hours.add_working_time(end, -span), end) == span


@given(st.dates(date(2023, 1, 1), date(2026, 1, 1)), st.integers(0, 60))
def test_working_days_agree_with_a_slow_count(day: date, count: int) -> None:
    found = OFFICE.add_working_days(day, count)
    days = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    assert sum(d.weekday() < 5 and d not in OFFICE.holidays for d in days) == count


@given(MOMENTS, st.integers(-500, 500))
def test_elapsed_hours_are_exact_over_clock_changes(start: datetime, count: int) -> None:
    end = add_elapsed(start, timedelta(hours=count))
    assert end.timestamp() - start.timestamp() == count * 3600
    assert end.tzinfo == start.tzinfo
