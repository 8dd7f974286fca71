"""What agents taught, seen from mail to ledger."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from builders import MONDAY
from fakes import FakeMailbox, a_mail_text
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Certainty, Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.teaching import BOILERPLATE_CUSTOMERS, Lesson, LessonKind
from promisekeeper.core.team import Agent, Team
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.learning import telling_of
from promisekeeper.store.ledger import Ledger

RULES = IntakeRules(
    team=Team(
        agents=(Agent(name="Ana Ortiz", addresses=("ana@shop.example",)),),
        own_domains=("shop.example",),
    ),
    defaults=FollowUpDefaults(),
    settling=SettlingPolicy(),
)
NOW = MONDAY + timedelta(hours=1)
STOCK = "We will look after your enquiry and answer it on Friday."


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


def send(ledger: Ledger, *texts: str, first: int = 0) -> list[Promise]:
    """Take in one mail for each text, each to a customer of its own."""
    raws = [
        a_mail_text(text, id=f"<{n}@shop.example>", to=f"c{n}@client.example")
        for n, text in enumerate(texts, first)
    ]
    page = FakeMailbox(sent=raws).read(Role.SENT, None)
    take_in(page, folder="shop", role=Role.SENT, store=ledger, rules=RULES, now=NOW)
    return list(ledger.promises(PromiseQuery()))


def mute(ledger: Ledger, promise: Promise, kind: LessonKind = LessonKind.MUTE) -> None:
    telling = telling_of(promise)
    lesson = Lesson(
        owner=telling.owner,
        pattern=telling.pattern,
        kind=kind,
        rule=telling.rule,
        sentence=promise.words,
        at=NOW,
        actor="ana",
    )
    assert ledger.teach(lesson)


def test_a_muted_sentence_is_muted_whatever_day_it_names(ledger: Ledger) -> None:
    (promise,) = send(ledger, "I'll water the flowers by Friday.")
    mute(ledger, promise)
    send(ledger, "I'll water the flowers by Thursday.", first=1)
    assert len(send(ledger, "I'll send you the invoice by Thursday.", first=2)) == 2


def test_lifting_a_lesson_brings_the_sentence_back(ledger: Ledger) -> None:
    (promise,) = send(ledger, STOCK)
    mute(ledger, promise)
    assert len(send(ledger, STOCK, first=1)) == 1
    (lesson,) = ledger.teaching().lessons
    ledger.lift(lesson.id or 0, NOW)
    assert len(send(ledger, STOCK, first=2)) == 2


def test_a_stock_phrase_is_asked_about_once_and_never_lost(ledger: Ledger) -> None:
    for number in range(BOILERPLATE_CUSTOMERS + 3):
        found = send(ledger, STOCK, first=number)
    assert len(found) == BOILERPLATE_CUSTOMERS + 3
    assert {promise.certainty for promise in found} == {Certainty.POSSIBLE}
    (question,) = ledger.teaching().lessons
    assert (question.kind, question.sentence) == (LessonKind.QUESTION, STOCK)


def test_a_stock_phrase_within_one_page_is_asked_about_once(ledger: Ledger) -> None:
    found = send(ledger, *[STOCK] * BOILERPLATE_CUSTOMERS)
    assert {promise.certainty for promise in found} == {Certainty.POSSIBLE}
    assert len(ledger.teaching().lessons) == 1


def test_a_stock_phrase_may_be_a_promise_each_time(ledger: Ledger) -> None:
    for number in range(BOILERPLATE_CUSTOMERS):
        found = send(ledger, STOCK, first=number)
    mute(ledger, found[0], LessonKind.PROMISE)
    found = send(ledger, STOCK, STOCK, first=50)
    assert len(found) == BOILERPLATE_CUSTOMERS + 2
    assert Certainty.POSSIBLE not in {promise.certainty for promise in found}


def test_a_promise_in_ones_own_name_is_one_to_however_many(ledger: Ledger) -> None:
    for number in range(BOILERPLATE_CUSTOMERS + 3):
        found = send(ledger, "I'll get back to you with an answer by Friday.", first=number)
    assert Certainty.POSSIBLE not in {promise.certainty for promise in found}
    assert ledger.teaching().lessons == ()


def test_lifting_restores_the_siblings_too(ledger: Ledger) -> None:
    found = send(ledger, STOCK, STOCK)
    mute(ledger, found[0])
    (lesson,) = ledger.teaching().lessons
    ledger.lift(lesson.id or 0, NOW)
    after = ledger.promises(PromiseQuery())
    assert Certainty.POSSIBLE not in {promise.certainty for promise in after}


def test_the_same_customer_is_told_again_and_again_in_earnest(ledger: Ledger) -> None:
    raws = [a_mail_text(STOCK, id=f"<{n}@shop.example>") for n in range(9)]
    page = FakeMailbox(sent=raws).read(Role.SENT, None)
    take_in(page, folder="shop", role=Role.SENT, store=ledger, rules=RULES, now=NOW)
    assert ledger.teaching().lessons == ()


def test_a_wording_that_is_dismissed_too_often_only_counts_as_possible(ledger: Ledger) -> None:
    texts = ["I'll paint the wall.", "I'll sing a song.", "I'll climb a tree."]
    for promise in send(ledger, *texts):
        mute(ledger, promise)
    (tally,) = ledger.teaching().tallies
    assert (tally.found, tally.dismissed, tally.is_doubted) == (3, 3, True)
    last = send(ledger, "I'll send you the invoice by Thursday.", first=9)[-1]
    assert last.rule == tally.rule
    assert last.certainty is Certainty.POSSIBLE
