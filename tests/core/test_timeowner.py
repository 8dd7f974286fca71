from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from promisekeeper.core.deadline import TimeContext, read_times
from promisekeeper.core.hours import office_hours
from promisekeeper.core.timeowner import is_head, is_only_time

CONTEXT = TimeContext(
    sent_at=datetime.fromisoformat("2024-05-07T10:15:00+01:00"),
    hours=office_hours(ZoneInfo("Europe/London")),
)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Tuesday at the latest.", True, id="a day and a bound"),
        pytest.param("Before the weekend, certainly.", True, id="with an assurance"),
        pytest.param("Should be by noon tomorrow!", True, id="without a subject"),
        pytest.param("Hopefully sooner.", False, id="no time at all"),
        pytest.param("The van leaves on Tuesday.", False, id="something else"),
        pytest.param("Call me by Tuesday.", False, id="a request"),
    ],
)
def test_only_time(sentence: str, expected: bool) -> None:
    assert is_only_time(sentence, read_times(sentence, CONTEXT)) is expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("By Friday: ", True, id="a colon"),
        pytest.param("By Friday.", False, id="a full stop"),
    ],
)
def test_heads(sentence: str, expected: bool) -> None:
    assert is_head(sentence) is expected
