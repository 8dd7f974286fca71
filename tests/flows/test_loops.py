"""Machines that answer machines, with every header that tells them taken away: mail is bounded."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from answering import CONTROL, HOURS, NOW, RULES, TEAM, Desk, a_reply, quoted, text_of
from builders import a_batch, a_promise
from promisekeeper.core.records import Letter
from promisekeeper.core.team import Agent
from promisekeeper.store.ledger import Ledger

OTHER = "pledges@other.example"
DAY = 24 * 60


@pytest.fixture
def one() -> Iterator[Desk]:
    with Ledger(":memory:") as ledger:
        yield a_desk(ledger, control=CONTROL, agent=OTHER)


@pytest.fixture
def two() -> Iterator[Desk]:
    with Ledger(":memory:") as ledger:
        yield a_desk(ledger, control=OTHER, agent=CONTROL)


def a_desk(ledger: Ledger, *, control: str, agent: str) -> Desk:
    """An installation whose only agent is somebody else's machine."""
    agents = (Agent(name="Ana Ortiz", addresses=(agent,), hours=HOURS),)
    team = replace(TEAM, agents=agents, control_address=control, own_domains=())
    ledger.record(a_batch(a_promise(owner_address=agent)))
    return Desk(ledger, rules=replace(RULES, team=team, control=control))


def as_mail(letter: Letter) -> bytes:
    """A letter of ours without its headers, as a relay or a stupid robot might send it on."""
    return a_reply(
        text_of(letter), sender=letter.sender, to=letter.recipient, subject="Fwd: your promise"
    )


def test_two_installations_that_hide_what_they_are(one: Desk, two: Desk) -> None:
    for desk in (one, two):
        agent = desk.rules.team.agents[0].addresses[0]
        desk.a_letter(to=agent)
    passed = {id(one): 0, id(two): 0}
    for minute in range(DAY):
        for desk, other in ((one, two), (two, one)):
            desk.now = other.now = NOW + timedelta(minutes=minute)
            letters = desk.letters()[passed[id(desk)] :]
            passed[id(desk)] += len(letters)
            other.hear(*map(as_mail, letters))
    kinds = [Counter(letter.kind for letter in desk.letters()) for desk in (one, two)]
    # Each tells the other once that it knows of no such letter, and then it is quiet.
    assert kinds == [{"reminder": 1, "refusal": 1}] * 2


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("We have received your request.", id="talk"),
        pytest.param("", id="nothing at all"),
        pytest.param(None, id="our own text"),
    ],
)
def test_a_robot_that_answers_every_letter_for_a_day(one: Desk, said: str | None) -> None:
    one.a_letter(to=OTHER)
    passed = 0
    for minute in range(DAY):
        one.now = NOW + timedelta(minutes=minute)
        letters = one.letters()[passed:]
        passed += len(letters)
        one.hear(*(an_answer(letter, said) for letter in letters))
    # Four in the first hour: then it has nothing to answer any more.
    kinds = Counter(letter.kind for letter in one.letters())
    assert kinds == {"reminder": 1, "explanation": 4}
    assert one.promise().state == "open"


@pytest.mark.parametrize(
    ("has_token", "kinds"),
    [(True, {"reminder": 1, "explanation": 12}), (False, {"reminder": 1, "refusal": 5})],
)
def test_a_robot_that_writes_all_day(one: Desk, has_token: bool, kinds: dict[str, int]) -> None:
    letter = one.a_letter(to=OTHER)
    text = f"Ticket 7 is waiting.\n\n{quoted(letter)}" if has_token else "Ticket 7 is waiting."
    for minute in range(0, DAY, 10):
        one.now = NOW + timedelta(minutes=minute)
        one.hear(a_reply(text, sender=OTHER, to=CONTROL))
    assert Counter(letter.kind for letter in one.letters()) == kinds


def an_answer(letter: Letter, said: str | None) -> bytes:
    text = text_of(letter)
    body = text if said is None else f"{said}\n\n{quoted(text)}"
    return a_reply(body, sender=OTHER, to=CONTROL)
