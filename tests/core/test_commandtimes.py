"""Until when, to when: everything is understood, or nothing."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.commandtimes import read_pause, read_when
from promisekeeper.core.hours import office_hours

HOURS = office_hours(ZoneInfo("Europe/Berlin"))
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=HOURS.zone)  # a Wednesday


def when(words: str) -> str:
    reading = read_when(words, HOURS, NOW)
    assert reading is None or reading.due_at is not None
    return f"{reading.due_at:%a %d %H:%M}" if reading and reading.due_at else ""


def pause(words: str) -> str:
    until = read_pause(words, HOURS, NOW)
    return f"{until.astimezone(HOURS.zone):%a %d %H:%M}" if until else ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Tue 14:00", "Tue 24 14:00"),
        ("Tuesday at 2pm", "Tue 24 14:00"),
        ("Tue 14.00", "Tue 24 14:00"),
        ("Tue", "Tue 24 17:00"),
        ("tomorrow noon", "Thu 19 12:00"),
        ("24 Nov, 2pm", "Tue 24 14:00"),
        ("2026-11-24 14:00", "Tue 24 14:00"),
        ("14:00", "Wed 18 14:00"),
        ("9:00", "Thu 19 09:00"),
        ("in 2h", "Wed 18 13:00"),
        pytest.param("Di 14:00", "Tue 24 14:00", id="German day"),
        pytest.param("Dienstag um 14.30 Uhr", "Tue 24 14:30", id="German clock"),
        pytest.param("n\xe4chsten Dienstag", "Tue 24 17:00", id="German next"),
        pytest.param("24.11. 14:00", "Tue 24 14:00", id="dotted date"),
        pytest.param("24.11.2026", "Tue 24 17:00", id="dotted date with year"),
        pytest.param("\xfcbermorgen", "Fri 20 17:00", id="German day after tomorrow"),
        pytest.param("mardi 14h30", "Tue 24 14:30", id="French"),
        pytest.param("demain midi", "Thu 19 12:00", id="French noon"),
        pytest.param("le 24 novembre", "Tue 24 17:00", id="French date"),
    ],
)
def test_one_instant(words: str, expected: str) -> None:
    assert when(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "soon",
            "yesterday",
            "Tue or Wed",
            "maybe Tue",
            "Tue?",
            "Tue xyz 14:00",
            "when it is done",
        ),
        *("24.13.", "16 Nov 2026", "the 24th of Nobember", "Joss", "Mon, Tue", "Mo oder Di"),
    ],
)
def test_doubt_is_no_time(words: str) -> None:
    assert when(words) == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2h", "Wed 18 13:00"),
        ("90 min", "Wed 18 12:30"),
        ("1.5h", "Wed 18 12:30"),
        ("half an hour", "Wed 18 11:30"),
        ("2 Stunden", "Wed 18 13:00"),
        ("dans 2 heures", "Wed 18 13:00"),
        ("a day", "Thu 19 11:00"),
        ("until Tue 9:00", "Tue 24 09:00"),
        pytest.param("Tue", "Tue 24 09:00", id="a day is its opening"),
        pytest.param("morgen", "Thu 19 09:00", id="German tomorrow"),
        pytest.param("next week", "Mon 23 09:00", id="a week is its first opening"),
        pytest.param("today", "Wed 18 17:00", id="today is its close"),
        pytest.param("0 min", "", id="no time at all"),
        pytest.param("99999h", "", id="years"),
        pytest.param("a bit", "", id="who knows"),
    ],
)
def test_a_pause(words: str, expected: str) -> None:
    assert pause(words) == expected


def test_a_pause_by_the_clock_runs_through_the_night_the_clocks_change() -> None:
    before = datetime(2026, 10, 24, 20, 0, tzinfo=HOURS.zone)
    until = read_pause("24h", HOURS, before)
    assert until == datetime(2026, 10, 25, 19, 0, tzinfo=HOURS.zone)


@given(st.text(max_size=80))
def test_whatever_is_said_lies_in_the_future_or_is_nothing(words: str) -> None:
    reading = read_when(words, HOURS, NOW)
    assert reading is None or (reading.due_at is not None and reading.due_at > NOW)
    until = read_pause(words, HOURS, NOW)
    assert until is None or until > NOW
