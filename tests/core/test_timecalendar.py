from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from promisekeeper.core.deadline import read_times
from promisekeeper.core.hours import WorkingHours, office_hours
from promisekeeper.core.timecalendar import TimeContext, UnreadableTimeError, day_of
from promisekeeper.core.timeparts import (
    Dated,
    Day,
    Figures,
    NthDay,
    Period,
    Relative,
    Shifted,
    Span,
    Weekday,
)

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime.fromisoformat("2024-05-07T10:15:00+01:00")
OFFICE = office_hours(LONDON)
WEEK = Span(amounts=((1.0, "week"),))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(Relative(days=1), "2024-05-08", id="tomorrow"),
        pytest.param(Weekday(day=4), "2024-05-10", id="the coming Friday"),
        pytest.param(Weekday(day=4, which="next"), "2024-05-17", id="next Friday"),
        pytest.param(Weekday(day=1), "2024-05-14", id="said on the same weekday"),
        pytest.param(Weekday(day=1, which="this"), "2024-05-07", id="this Tuesday, today"),
        pytest.param(Dated(day=31), "2024-05-31", id="the coming 31st"),
        pytest.param(Dated(day=1), "2024-06-01", id="the 1st of the next month"),
        pytest.param(Dated(day=29, month=2), "2028-02-29", id="a leap day"),
        pytest.param(Dated(day=13, weekday=1), "2024-08-13", id="the next Tuesday 13th"),
        pytest.param(Figures(first=6, second=13), "2024-06-13", id="an impossible order"),
        pytest.param(Shifted(base=Weekday(day=4), span=WEEK), "2024-05-17", id="week from Friday"),
        pytest.param(Span(amounts=((1.0, "month"),)), "2024-06-07", id="a month"),
        pytest.param(Span(amounts=((2.0, "day"),), is_working=True), "2024-05-09", id="2 days"),
        pytest.param(
            Period(unit="week", ahead=1, part="early"), "2024-05-14", id="early next week"
        ),
        pytest.param(Period(unit="month", part="end"), "2024-05-31", id="end of the month"),
        pytest.param(Period(unit="month", number=6, part="end"), "2024-06-28", id="end of June"),
        pytest.param(Period(unit="quarter", part="end"), "2024-06-28", id="end of the quarter"),
        pytest.param(
            NthDay(count=-1, period=Period(unit="month", number=6), weekday=4),
            "2024-06-28",
            id="the last Friday of June",
        ),
    ],
)
def test_day_of(day: Day, expected: str) -> None:
    context = TimeContext(sent_at=TUESDAY, hours=OFFICE)
    assert day_of(day, context).day == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(Dated(day=31, month=6), id="31 June"),
        pytest.param(Figures(first=31, second=31), id="31/31"),
        pytest.param(Period(unit="month", number=1, year=2020), id="a month of the past"),
        pytest.param(NthDay(count=6, period=Period(unit="month"), weekday=4), id="a sixth Friday"),
    ],
)
def test_days_that_do_not_exist(day: Day) -> None:
    with pytest.raises(UnreadableTimeError):
        day_of(day, TimeContext(sent_at=TUESDAY, hours=OFFICE))


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        TimeContext(sent_at=TUESDAY.replace(tzinfo=None), hours=OFFICE)


def due(text: str, sent_at: str, hours: WorkingHours) -> str:
    context = TimeContext(sent_at=datetime.fromisoformat(sent_at), hours=hours)
    [reading] = read_times(f"I'll do it {text}.", context)
    assert reading.due_at is not None
    return reading.due_at.isoformat(timespec="minutes")


SUNDAY_TO_THURSDAY = office_hours(ZoneInfo("Asia/Jerusalem"), days=(6, 0, 1, 2, 3))
MONDAY_TO_THURSDAY = office_hours(LONDON, days=(0, 1, 2, 3))
LONG_LUNCH = office_hours(LONDON, shifts=((time(8), time(12)), (time(14), time(19))))
EASTER = office_hours(LONDON, holidays=(date(2024, 3, 29), date(2024, 4, 1)))
MAY_DAY = office_hours(LONDON, holidays=(date(2024, 5, 27),))


@pytest.mark.parametrize(
    ("text", "sent_at", "hours", "expected"),
    [
        pytest.param(
            "this week", "2024-05-07T10:00+03:00", SUNDAY_TO_THURSDAY, "2024-05-09T17:00+03:00",
            id="a week that ends on Thursday",
        ),
        pytest.param(
            "by the end of the week", "2024-05-07T10:00+01:00", MONDAY_TO_THURSDAY,
            "2024-05-09T17:00+01:00", id="four days a week",
        ),
        pytest.param(
            "by EOD", "2024-05-07T10:00+01:00", LONG_LUNCH, "2024-05-07T19:00+01:00",
            id="close of the last shift",
        ),
        pytest.param(
            "within 4 working hours", "2024-05-07T11:00+01:00", LONG_LUNCH,
            "2024-05-07T17:00+01:00", id="lunch is no work",
        ),
        pytest.param(
            "within 2 working days", "2024-03-28T10:00+00:00", EASTER, "2024-04-03T17:00+01:00",
            id="over Easter",
        ),
        pytest.param(
            "by the end of the month", "2024-03-28T10:00+00:00", EASTER, "2024-03-28T17:00+00:00",
            id="the last working day is before Good Friday",
        ),
        pytest.param(
            "before Monday", "2024-05-21T10:00+01:00", MAY_DAY, "2024-05-24T17:00+01:00",
            id="before a Monday that is a holiday",
        ),
        pytest.param(
            "by Friday", "2024-03-26T10:00+00:00", EASTER, "2024-03-29T17:00+00:00",
            id="a deadline on a holiday keeps its date",
        ),
        pytest.param(
            "by the end of the month", "2024-06-30T10:00+01:00", OFFICE, "2024-06-30T17:00+01:00",
            id="said on the last day, a Sunday",
        ),
        pytest.param(
            "in one month", "2024-01-31T09:00+00:00", OFFICE, "2024-02-29T17:00+00:00",
            id="a shorter month",
        ),
        pytest.param(
            "by January 3", "2024-12-30T11:00+00:00", OFFICE, "2025-01-03T17:00+00:00",
            id="over the year",
        ),
    ],
)  # fmt: skip
def test_calendars(text: str, sent_at: str, hours: WorkingHours, expected: str) -> None:
    assert due(text, sent_at, hours) == expected


@pytest.mark.parametrize(
    ("text", "sent_at", "expected"),
    [
        pytest.param(
            "in 24 hours", "2024-03-30T12:00+00:00", "2024-03-31T13:00+01:00", id="a day of 23 h"
        ),
        pytest.param(
            "in 24 hours", "2024-10-26T12:00+01:00", "2024-10-27T11:00+00:00", id="a day of 25 h"
        ),
        pytest.param(
            "at 01:30 tomorrow", "2024-03-30T12:00+00:00", "2024-03-31T02:30+01:00", id="skipped"
        ),
        pytest.param(
            "at 01:30 tomorrow", "2024-10-26T12:00+01:00", "2024-10-27T01:30+01:00", id="twice"
        ),
        pytest.param(
            "tomorrow", "2024-03-30T12:00+00:00", "2024-03-31T17:00+01:00", id="close in new time"
        ),
    ],
)
def test_changes_of_the_clocks(text: str, sent_at: str, expected: str) -> None:
    assert due(text, sent_at, OFFICE) == expected


def test_the_day_is_the_writers_not_that_of_utc() -> None:
    tokyo = office_hours(ZoneInfo("Asia/Tokyo"))
    sent_at = datetime(2024, 5, 6, 23, 0, tzinfo=UTC).isoformat()
    assert due("today", sent_at, tokyo) == "2024-05-07T17:00+09:00"
