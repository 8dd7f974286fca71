"""Due actions become letters, once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import FRIDAY, MONDAY, a_batch, a_change, a_promise
from promisekeeper.core.corrections import Voice, reopened
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.ladder import Policy
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Team
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.flows.followup import follow_up
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.lapses import give_up
from promisekeeper.flows.speaking import FollowUpRules
from promisekeeper.store.ledger import Ledger

INTAKE = IntakeRules(team=Team(), defaults=FollowUpDefaults(), settling=SettlingPolicy())
RULES = FollowUpRules(policy=Policy(), sender="promises@shop.example", texts=TemplateTexts())


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
    for minutes in (0, 1, 2, 239):
        letters = round_at(ledger, FRIDAY - timedelta(hours=4) + timedelta(minutes=minutes))
        assert letters == ["ana@shop.example"]
    for minutes in (240, 241, 60 * 24):
        letters = round_at(ledger, FRIDAY - timedelta(hours=4) + timedelta(minutes=minutes))
        assert letters == ["ana@shop.example"] * 2


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


@pytest.mark.parametrize("address", ["a..b@shop.example", "jürgen@shop.example", "x@shop.example."])
def test_an_address_that_no_letter_carries_stops_nobody_else(ledger: Ledger, address: str) -> None:
    odd = stored(ledger, a_promise(key="odd", owner_address=address))
    stored(ledger, a_promise())
    assert round_at(ledger, FRIDAY) == ["ana@shop.example"]
    assert ledger.events(odd.key)[-1].action == "reminder impossible"
    assert round_at(ledger, FRIDAY) == ["ana@shop.example"]


def test_no_reminder_goes_to_a_stranger(ledger: Ledger) -> None:
    stored(ledger, a_promise(owner_address="carl@client.example"))
    ours = replace(INTAKE, team=Team(own_domains=("shop.example",)))
    follow_up(ledger, rules=RULES, intake=ours, now=FRIDAY)
    assert ledger.letters() == ()


def test_what_a_person_opened_again_is_not_given_up(ledger: Ledger) -> None:
    promise = stored(ledger, a_promise())
    later = FRIDAY + timedelta(days=15)
    assert give_up(ledger, INTAKE, later) == 1
    broken = ledger.promise(1)
    change = reopened(broken, ledger.events(promise.key), Voice(actor="ana", now=later))
    assert change is not None
    assert ledger.change(change)
    assert give_up(ledger, INTAKE, later) == 0
