from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from promisekeeper.core.hours import office_hours
from promisekeeper.core.lastresort import ask, times_asked, unread_spans
from promisekeeper.core.timecalendar import TimeContext
from promisekeeper.core.timegrammar import expressions
from promisekeeper.core.timetokens import spans_of, tokens_of

CONTEXT = TimeContext(
    sent_at=datetime.fromisoformat("2024-05-07T10:15:00+01:00"),
    hours=office_hours(ZoneInfo("Europe/London")),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("August October, 27th.", ["August October, 27th"], id="months and a figure"),
        pytest.param("It is Sep 2030 there.", [], id="a month and its year are ours to read"),
        pytest.param("I'll send it by Friday at 5.", [], id="all was read"),
        pytest.param("September is cold.", [], id="no figure beside it"),
        pytest.param("You may take 3 of these.", [], id="no sure time word"),
    ],
)
def test_unread_spans(text: str, expected: list[str]) -> None:
    tokens = tokens_of(text)
    runs = unread_spans(tokens, expressions(tokens))
    assert [text[start:end] for start, end in spans_of(text, tokens, runs)] == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param("Sep 2024", "2024-09-07T17:00+01:00", id="a day without a time is its close"),
        pytest.param("12 Sep 2024 14:00", "2024-09-12T14:00+01:00", id="a time"),
    ],
)
def test_an_answer_is_taken(span: str, expected: str) -> None:
    assert ask(span, CONTEXT) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "span",
    [
        pytest.param("Sep 2000", id="past"),
        pytest.param("Sep 2040", id="far off"),
        pytest.param("blue moon", id="no time"),
    ],
)
def test_an_answer_is_refused(span: str) -> None:
    assert ask(span, CONTEXT) is None


def test_it_is_asked_once_for_the_same_words() -> None:
    ask("3 Oct 2024", CONTEXT)
    before = times_asked()
    ask("3 Oct 2024", CONTEXT)
    ask("4 Oct 2024", CONTEXT)
    assert times_asked() == before + 1
