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


def at(*minutes: int) -> list[datetime]:
    """Instants, so many minutes before Monday morning."""
    return [MONDAY - timedelta(minutes=before) for before in minutes]


@pytest.mark.parametrize(
    ("to_all", "to_this", "free_in_minutes"),
    [
        pytest.param([], [], None, id="nothing was sent"),
        pytest.param([50, 40], [40], None, id="under both caps"),
        pytest.param([50, 40, 10], [], 10, id="the hour is full until its first is an hour old"),
        pytest.param([59, 50, 40, 10], [], 10, id="more than full, after a change of the cap"),
        pytest.param([600, 40][1:], [600, 40], 24 * 60 - 600, id="the recipient's day is full"),
    ],
)
def test_letter_over_a_cap_waits_until_one_is_free(
    to_all: list[int], to_this: list[int], free_in_minutes: int | None
) -> None:
    ruling = within_caps(at(*to_all), at(*to_this), LIMITS, MONDAY)
    if free_in_minutes is None:
        assert ruling == GO
    else:
        assert ruling.fate is Fate.WAIT
        assert ruling.until == MONDAY + timedelta(minutes=free_in_minutes)
        assert "are the limit" in ruling.reason


def test_customer_gets_less_than_an_agent() -> None:
    assert within_caps([], at(60), LIMITS, MONDAY) == GO
    ruling = within_caps([], at(60), LIMITS, MONDAY, is_customer=True)
    assert ruling.until == MONDAY + timedelta(hours=23)


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
