from datetime import UTC, datetime, timedelta

import pytest

from builders import a_promise
from promisekeeper.core.hours import office_hours
from promisekeeper.core.margins import margin, margin_text
from promisekeeper.core.promise import Promise, State

HOURS = office_hours(UTC)


def settled(state: State, at: datetime) -> Promise:
    return a_promise(state=state, settled_at=at)


DUE_AT = a_promise().deadline.follow_up_at


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        pytest.param(settled(State.KEPT, DUE_AT - timedelta(hours=3)), 3, id="the same day"),
        pytest.param(settled(State.KEPT, DUE_AT - timedelta(days=1)), 8, id="a night between"),
        pytest.param(settled(State.LATE, DUE_AT + timedelta(days=3)), -8, id="a weekend between"),
        pytest.param(settled(State.LATE, DUE_AT + timedelta(hours=2)), 0, id="after work"),
        pytest.param(settled(State.BROKEN, DUE_AT + timedelta(days=20)), None, id="never"),
        pytest.param(a_promise(), None, id="open"),
    ],
)
def test_margin_is_working_time(promise: Promise, expected: int | None) -> None:
    found = margin(promise, HOURS)
    assert found == (None if expected is None else timedelta(hours=expected))


@pytest.mark.parametrize(
    ("span", "text"),
    [
        pytest.param(timedelta(hours=6), "6 h of working time early", id="hours"),
        pytest.param(timedelta(minutes=45), "45 min of working time early", id="minutes"),
        pytest.param(timedelta(minutes=-90), "1.5 h of working time late", id="late"),
        pytest.param(timedelta(0), "no working time from its date", id="at its date"),
    ],
)
def test_margin_in_words(span: timedelta, text: str) -> None:
    assert margin_text(span) == text
