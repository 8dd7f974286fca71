"""Caps make letters wait until the very moment at which one is free again; the breaker opens."""

from datetime import datetime, timedelta

import pytest

from builders import MONDAY
from promisekeeper.core.sending import (
    GO,
    Fate,
    Ruling,
    SendingLimits,
    Traffic,
    drop,
    wait,
    why_break,
    within_caps,
)

LIMITS = SendingLimits(
    per_hour=3,
    per_recipient_per_day=2,
    per_customer_per_day=1,
    failures_per_hour=4,
    flood_per_hour=50,
)


def test_letter_over_a_cap_waits_until_one_is_free() -> None:
    """The hour is free again once the first of its letters is an hour old; so is the day."""
    early = MONDAY - timedelta(minutes=40)
    assert within_caps(None, None, LIMITS) == GO
    hour = within_caps(early, None, LIMITS)
    assert (hour.fate, hour.until) == (Fate.WAIT, MONDAY + timedelta(minutes=20))
    assert hour.reason == "3 letters an hour are the limit"
    day = within_caps(early, early, LIMITS)
    assert (day.fate, day.until) == (Fate.WAIT, early + timedelta(days=1))
    assert day.reason == "2 letters a day to one recipient are the limit"


def test_customer_gets_less_than_an_agent() -> None:
    assert (LIMITS.a_day(is_customer=False), LIMITS.a_day(is_customer=True)) == (2, 1)
    ruling = within_caps(None, MONDAY, LIMITS, is_customer=True)
    assert ruling.reason.startswith("1 letters a day")


@pytest.mark.parametrize(
    ("traffic", "word"),
    [
        pytest.param(Traffic(), "", id="silence"),
        pytest.param(Traffic(queued=49, sent=49), "", id="a busy hour"),
        pytest.param(Traffic(failed=4, sent=4), "", id="bad addresses among good ones"),
        pytest.param(Traffic(failed=3), "", id="a few failures"),
        pytest.param(Traffic(failed=4, sent=3), "4 letters were refused", id="mostly refused"),
        pytest.param(Traffic(in_doubt=4), "4 are in doubt", id="answers are lost"),
        pytest.param(Traffic(queued=50), "in circles", id="a flood"),
    ],
)
def test_breaker_opens_when_failure_is_the_rule(traffic: Traffic, word: str) -> None:
    why = why_break(traffic, LIMITS)
    assert word in why
    assert bool(word) is bool(why)


def test_only_a_letter_that_waits_has_a_time() -> None:
    assert wait("later", MONDAY).until == MONDAY
    assert drop("settled").until is None
    with pytest.raises(ValueError, match="until some time"):
        Ruling(fate=Fate.WAIT, reason="for ever")
    with pytest.raises(ValueError, match="until some time"):
        Ruling(fate=Fate.GO, until=MONDAY)
    with pytest.raises(ValueError, match="naive"):
        wait("later", datetime(2026, 11, 16))  # noqa: DTZ001
