"""From which day to which somebody is away."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from promisekeeper.core.daywords import read_days
from promisekeeper.core.hours import office_hours

HOURS = office_hours(ZoneInfo("Europe/Berlin"))
NOW = datetime(2026, 7, 29, 10, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("3-14 Aug", date(2026, 8, 3), date(2026, 8, 14)),
        ("3 - 14 August", date(2026, 8, 3), date(2026, 8, 14)),
        ("3 Aug to 14 Aug", date(2026, 8, 3), date(2026, 8, 14)),
        ("30 July-4 Aug", date(2026, 7, 30), date(2026, 8, 4)),
        ("30 Jul–4 Aug", date(2026, 7, 30), date(2026, 8, 4)),
        ("Thu-Fri", date(2026, 7, 30), date(2026, 7, 31)),
        ("Aug 3-14", date(2026, 8, 3), date(2026, 8, 14)),
        ("this week", date(2026, 7, 29), date(2026, 7, 31)),
        ("next week", date(2026, 8, 3), date(2026, 8, 7)),
        ("from 30 July until 2 August", date(2026, 7, 30), date(2026, 8, 2)),
        ("2026-08-03 2026-08-14", date(2026, 8, 3), date(2026, 8, 14)),
        ("2026-08-03 to 2026-08-14", date(2026, 8, 3), date(2026, 8, 14)),
        ("2026-08-03", date(2026, 8, 3), date(2026, 8, 3)),
        ("tomorrow", date(2026, 7, 30), date(2026, 7, 30)),
        ("until Friday", date(2026, 7, 29), date(2026, 7, 31)),
        ("today to Friday", date(2026, 7, 29), date(2026, 7, 31)),
        ("Friday to Monday", date(2026, 7, 31), date(2026, 8, 3)),
        ("today", date(2026, 7, 29), date(2026, 7, 29)),
    ],
)
def test_days(words: str, first: date, last: date) -> None:
    assert read_days(words, HOURS, NOW) == (first, last)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "2026-13-40",
        "2026-08-14 2026-08-03",
        "Mon or Tue",
        "a to b to c",
        "30 Jul-4 Aug-9 Sep",
    ],
)
def test_what_names_no_days(words: str) -> None:
    assert read_days(words, HOURS, NOW) is None
