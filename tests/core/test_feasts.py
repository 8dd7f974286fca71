from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.feasts import FEAST_NAMES, easter, feast_on_or_after, nth_weekday


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        pytest.param(1961, date(1961, 4, 2), id="1961"),
        pytest.param(2008, date(2008, 3, 23), id="very early"),
        pytest.param(2011, date(2011, 4, 24), id="very late"),
        pytest.param(2024, date(2024, 3, 31), id="2024"),
        pytest.param(2026, date(2026, 4, 5), id="2026"),
        pytest.param(2038, date(2038, 4, 25), id="the latest there is"),
    ],
)
def test_easter(year: int, expected: date) -> None:
    assert easter(year) == expected


@given(st.integers(1900, 2200))
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    day = easter(year)
    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("month", "weekday", "count", "expected"),
    [
        pytest.param(11, 3, 4, date(2024, 11, 28), id="fourth Thursday"),
        pytest.param(5, 0, -1, date(2024, 5, 27), id="last Monday"),
        pytest.param(12, 1, -1, date(2024, 12, 31), id="last day of the year"),
        pytest.param(9, 0, 1, date(2024, 9, 2), id="first Monday"),
    ],
)
def test_nth_weekday(month: int, weekday: int, count: int, expected: date) -> None:
    assert nth_weekday(2024, month, weekday, count) == expected


@pytest.mark.parametrize(
    ("name", "today", "expected"),
    [
        pytest.param("christmas", date(2024, 5, 7), date(2024, 12, 25), id="still to come"),
        pytest.param("christmas", date(2024, 12, 26), date(2025, 12, 25), id="the next one"),
        pytest.param("christmas", date(2024, 12, 25), date(2024, 12, 25), id="today"),
        pytest.param("good friday", date(2026, 1, 1), date(2026, 4, 3), id="by Easter"),
        pytest.param("memorial day", date(2026, 5, 1), date(2026, 5, 25), id="by weekday"),
        pytest.param("black friday", date(2026, 5, 1), date(2026, 11, 27), id="after another"),
    ],
)
def test_feast_on_or_after(name: str, today: date, expected: date) -> None:
    assert feast_on_or_after(name, today) == expected


@given(st.sampled_from(sorted(FEAST_NAMES)), st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_every_feast_comes_within_thirteen_months(name: str, today: date) -> None:
    assert 0 <= (feast_on_or_after(name, today) - today).days <= 395
