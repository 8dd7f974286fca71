"""An announced update and the agent's word by mail: what reaches the customer in the end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from answering import RULES, TEAM, Desk, text_of
from builders import THURSDAY, a_batch, a_cursor
from fakes import FakePostman
from flows.test_updates import rounds, send, to_customer
from promisekeeper.core.drafts import DraftStage
from promisekeeper.store.ledger import Ledger
from updating import AUTO, PROMISE, WROTE

SOON = THURSDAY + timedelta(minutes=10)
LATER = THURSDAY + timedelta(hours=3)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Ledger(":memory:") as ledger:
        for folder in AUTO.folders:
            ledger.record(a_batch(folder=folder, cursor=a_cursor()))
        ledger.record(a_batch(PROMISE, notes=(WROTE,)))
        rounds(ledger, AUTO, THURSDAY)
        # The announcement leaves at once.
        send(ledger, FakePostman(), THURSDAY, AUTO)
        rules = replace(
            RULES, team=replace(TEAM, control_address=AUTO.control), control=AUTO.control
        )
        yield Desk(ledger, rules=rules, now=SOON)


def sent_to_the_customer(desk: Desk) -> list[bytes]:
    """What goes out from now until three hours later, with every folder read in between."""
    postman = FakePostman()
    for now in (SOON + timedelta(minutes=5), LATER):
        for folder in AUTO.folders:
            desk.ledger.note_read(folder, now)
        rounds(desk.ledger, AUTO, now)
        send(desk.ledger, postman, now, AUTO)
    theirs = {entry.letter.message_id for entry in to_customer(desk.ledger)}
    return [one.content for one in postman.carried if one.message_id in theirs]


def announcement(desk: Desk) -> str:
    return text_of(desk.letters("update_announced")[0])


def test_hold_by_mail_stops_it(desk: Desk) -> None:
    assert desk.say("hold", announcement(desk)).outcome == "done"
    assert sent_to_the_customer(desk) == []
    assert desk.ledger.drafts()[0].stage is DraftStage.VETOED


def test_doubt_by_mail_stops_it(desk: Desk) -> None:
    assert desk.say("Oh no, not this one!", announcement(desk)).outcome == "unclear"
    assert sent_to_the_customer(desk) == []


def test_silence_lets_it_go_once(desk: Desk) -> None:
    assert len(sent_to_the_customer(desk)) == 1


def test_send_by_mail_sends_the_stored_text_once(desk: Desk) -> None:
    draft = desk.ledger.drafts()[0]
    assert desk.say("send", announcement(desk)).outcome == "done"
    (content,) = sent_to_the_customer(desk)
    assert draft.body.splitlines()[0].encode() in content
    assert b"> " not in content


def test_done_by_mail_stops_it(desk: Desk) -> None:
    assert desk.say("done by phone", announcement(desk)).outcome == "done"
    assert sent_to_the_customer(desk) == []
