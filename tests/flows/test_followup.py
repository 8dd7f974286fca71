"""Due actions become letters, once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import FRIDAY, MONDAY, a_batch, a_change, a_promise
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.ladder import Policy
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Team
from promisekeeper.flows.followup import FollowUpRules, follow_up, give_up
from promisekeeper.flows.intake import IntakeRules
from promisekeeper.store.ledger import Ledger

INTAKE = IntakeRules(team=Team(), defaults=FollowUpDefaults(), settling=SettlingPolicy())
RULES = FollowUpRules(policy=Policy(), sender="promises@shop.example")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


def stored(ledger: Ledger, promise: Promise) -> Promise:
    (new,) = ledger.record(a_batch(promise))
    return new


def round_at(ledger: Ledger, now: datetime) -> list[str]:
    follow_up(ledger, rules=RULES, intake=INTAKE, now=now)
    return [entry.letter.recipient for entry in ledger.letters()]


def test_one_reminder_however_often_the_round_comes(ledger: Ledger) -> None:
    stored(ledger, a_promise())
    assert round_at(ledger, MONDAY) == []
    for minutes in (0, 1, 2, 60 * 24):
        letters = round_at(ledger, FRIDAY - timedelta(hours=4) + timedelta(minutes=minutes))
        assert letters == ["ana@shop.example"]


def test_the_history_says_so(ledger: Ledger) -> None:
    promise = stored(ledger, a_promise())
    round_at(ledger, FRIDAY)
    assert [event.action for event in ledger.events(promise.key)] == ["found", "reminder queued"]


def test_a_kept_promise_is_due_nothing(ledger: Ledger) -> None:
    promise = stored(ledger, a_promise())
    assert ledger.change(a_change(promise))
    assert round_at(ledger, FRIDAY) == []


def test_a_late_round_still_reminds(ledger: Ledger) -> None:
    stored(ledger, a_promise())
    assert round_at(ledger, FRIDAY + timedelta(days=3)) == ["ana@shop.example"]


def test_a_lapse_is_given_up_in_the_end(ledger: Ledger) -> None:
    stored(ledger, a_promise())
    stored(ledger, replace(a_promise(key="promise-2"), is_history=True))
    assert give_up(ledger, INTAKE, FRIDAY + timedelta(days=14)) == 0
    assert give_up(ledger, INTAKE, FRIDAY + timedelta(days=15)) == 2
    states = {promise.state for promise in ledger.promises(PromiseQuery())}
    assert states == {State.BROKEN}
