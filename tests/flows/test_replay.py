"""The past happens again: the letters are those that the daemon would have sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import MONDAY
from fakes import FakeMailbox, a_mail_text
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.ladder import Policy
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.replay import Would, past_mails, replay
from promisekeeper.flows.speaking import FollowUpRules
from promisekeeper.store.ledger import Ledger

INTAKE = IntakeRules(
    team=Team(
        agents=(Agent(name="Ana Ortiz", addresses=("ana@shop.example",)),),
        own_domains=("shop.example",),
    ),
    defaults=FollowUpDefaults(),
    settling=SettlingPolicy(),
    history_before=MONDAY - timedelta(days=1),
)
FOLLOWUP = FollowUpRules(policy=Policy(), sender="promises@shop.example", texts=TemplateTexts())
NOW = MONDAY + timedelta(days=365)
UNTIL = MONDAY + timedelta(days=60)
PROMISE = a_mail_text("I'll send you the invoice by Friday.")
DELIVERY = "Here is the invoice."


def a_delivery(date: str) -> bytes:
    return a_mail_text(DELIVERY, id="<2@shop.example>", date=date, answers="<1@shop.example>")


def letters_of(*sent: bytes, intake: IntakeRules = INTAKE, until: datetime = UNTIL) -> list[Would]:
    mails = past_mails(FakeMailbox(sent=list(sent)), intake, until, now=NOW)
    with Ledger(":memory:") as ledger:
        return replay(mails, ledger, intake=intake, followup=FOLLOWUP, until=until)


def urgent(letters: list[Would]) -> list[Would]:
    return [letter for letter in letters if letter.kind != "digest"]


def test_a_reminder_goes_out_at_its_moment() -> None:
    letter = urgent(letters_of(PROMISE))[0]
    assert letter.recipient == "ana@shop.example"
    assert letter.at - datetime(2026, 11, 20, 13, 0, tzinfo=UTC) == timedelta(seconds=1)
    assert letter.told[0].promise.words == "I'll send you the invoice by Friday."


def test_the_whole_ladder_of_a_broken_promise() -> None:
    letters = letters_of(PROMISE)
    said = [(letter.kind, letter.told[0].step, f"{letter.at:%a %d %H:%M}") for letter in letters]
    assert said[:4] == [
        ("digest", "half_way", "Thu 19 09:00"),
        ("digest", "digest", "Fri 20 09:00"),
        ("reminder", "remind_agent", "Fri 20 13:00"),
        ("reminder", "lapse", "Fri 20 17:00"),
    ]
    assert {kind for kind, *_ in said[4:]} == {"digest"}
    assert said[-1] == ("digest", "broken", "Mon 07 09:00")


@pytest.mark.parametrize(
    ("date", "number"),
    [
        pytest.param("Tue, 17 Nov 2026 10:00:00 +0000", 0, id="delivered before"),
        pytest.param("Fri, 20 Nov 2026 16:00:00 +0000", 1, id="delivered after the reminder"),
    ],
)
def test_a_delivery_in_time_spares_the_reminder(date: str, number: int) -> None:
    assert len(urgent(letters_of(PROMISE, a_delivery(date)))) == number


def test_the_order_in_the_folder_does_not_matter() -> None:
    delivery = a_delivery("Tue, 17 Nov 2026 10:00:00 +0000")
    both = letters_of(delivery, PROMISE), letters_of(PROMISE, delivery)
    assert both[0] == both[1]
    assert [letter.kind for letter in both[0]] == ["digest"]  # which tells that it was kept


def test_what_is_older_than_the_first_day_is_history() -> None:
    later = replace(INTAKE, history_before=MONDAY + timedelta(days=1))
    assert letters_of(PROMISE, intake=later) == []


def test_what_comes_after_the_last_day_has_not_happened() -> None:
    assert letters_of(PROMISE, until=MONDAY + timedelta(days=2)) == []


def test_a_mail_of_after_the_last_day_is_not_dated_back() -> None:
    delivery = a_delivery("Mon, 30 Nov 2026 10:00:00 +0000")
    letters = letters_of(PROMISE, delivery, until=MONDAY + timedelta(days=5))
    assert [letter.told[0].step for letter in urgent(letters)] == ["remind_agent", "lapse"]
    assert len(past_mails(FakeMailbox(sent=[PROMISE, delivery]), INTAKE, MONDAY, now=NOW)) == 1


def test_an_unreadable_mail_stops_nothing() -> None:
    assert len(urgent(letters_of(b"", PROMISE))) == 2
