"""What a letter is about may be over by the time it is sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import CUSTOMER, FRIDAY, MONDAY, THURSDAY, a_batch, a_change, a_letter, a_promise
from promisekeeper.core.corrections import Voice, given, snoozed
from promisekeeper.core.promise import State
from promisekeeper.core.records import Audience, Letter, OutboxLetter, Round, Stage
from promisekeeper.core.sending import GO, Fate
from promisekeeper.flows.recheck import still_wanted
from promisekeeper.store.ledger import Ledger

TWO = (a_promise(), a_promise(key="promise-2"))


def queued(letter: Letter) -> OutboxLetter:
    return OutboxLetter(
        id=1,
        letter=letter,
        stage=Stage.QUEUED,
        attempts=0,
        next_try_at=MONDAY,
        changed_at=MONDAY,
    )


@pytest.mark.parametrize("state", [one for one in State if one is not State.OPEN])
def test_reminder_of_what_is_settled_is_dropped(state: State) -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(a_batch(*TWO))
        entry = queued(a_letter(promise_keys=("promise-1",)))
        assert still_wanted(entry, ledger, FRIDAY) == GO
        ledger.change(a_change(TWO[0], state=state))
        ruling = still_wanted(entry, ledger, FRIDAY)
        assert (ruling.fate, ruling.reason) == (Fate.DROP, f"its promise is {state} meanwhile")


def test_reminder_of_several_goes_while_one_is_open() -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(a_batch(*TWO))
        entry = queued(a_letter(promise_keys=("promise-1", "promise-2")))
        ledger.change(a_change(TWO[0]))
        assert still_wanted(entry, ledger, FRIDAY) == GO
        ledger.change(a_change(TWO[1]))
        assert still_wanted(entry, ledger, FRIDAY).fate is Fate.DROP


def test_answer_to_an_agent_goes_whatever_became_of_its_promise() -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(a_batch(*TWO))
        ledger.change(a_change(TWO[0]))
        entry = queued(a_letter(kind="confirmation", promise_keys=("promise-1",)))
        assert still_wanted(entry, ledger, FRIDAY) == GO


def test_no_customer_letter_goes_where_mail_came_back_from() -> None:
    with Ledger(":memory:") as ledger:
        ledger.close_round(Round(suppressed=((CUSTOMER, "mail came back"),)), MONDAY)
        letter = a_letter(audience=Audience.CUSTOMER, recipient=CUSTOMER, kind="ack")
        ruling = still_wanted(queued(letter), ledger, FRIDAY)
        assert ruling.fate is Fate.DROP
        assert "mail came back" in ruling.reason


def test_reminder_of_what_was_snoozed_meanwhile_is_dropped() -> None:
    with Ledger(":memory:") as ledger:
        (promise, _) = ledger.record(a_batch(*TWO))
        alone = queued(a_letter(promise_keys=("promise-1",)))
        both = queued(a_letter(promise_keys=("promise-1", "promise-2")))
        ledger.change(snoozed(promise, FRIDAY, Voice(actor="Ana", now=MONDAY)))
        assert still_wanted(alone, ledger, THURSDAY).fate is Fate.DROP
        assert still_wanted(both, ledger, THURSDAY) == GO
        assert still_wanted(alone, ledger, FRIDAY) == GO


def test_reminder_of_what_a_colleague_took_over_is_dropped() -> None:
    ben = {"owner": "Ben Adler", "address": "ben@shop.example"}
    with Ledger(":memory:") as ledger:
        first, second = ledger.record(a_batch(*TWO))
        alone = queued(a_letter(promise_keys=("promise-1",)))
        both = queued(a_letter(promise_keys=("promise-1", "promise-2")))
        ledger.change(given(first, Voice(actor="Ana", now=MONDAY + timedelta(days=1)), **ben))
        ruling = still_wanted(alone, ledger, THURSDAY)
        assert (ruling.fate, ruling.reason) == (Fate.DROP, "Ben Adler has it now, and was told")
        assert still_wanted(both, ledger, THURSDAY) == GO
        ledger.change(given(second, Voice(actor="Ana", now=MONDAY + timedelta(days=1)), **ben))
        assert still_wanted(both, ledger, THURSDAY).fate is Fate.DROP
        # What was written to a deputy after that is theirs.
        later = replace(alone, changed_at=THURSDAY)
        assert still_wanted(later, ledger, THURSDAY) == GO


def test_of_the_digests_of_several_days_the_last_one_goes() -> None:
    digests = [
        a_letter(dedupe_key=f"digest/{name}/{day}", kind="digest", recipient=f"{name}@shop.example")
        for day in (1, 2)
        for name in ("ana", "ben")
    ]
    with Ledger(":memory:") as ledger:
        ledger.close_round(Round(letters=(*digests[:3], a_letter())), MONDAY)
        ana, ben, later, other = ledger.letters()
        assert still_wanted(ana, ledger, FRIDAY).fate is Fate.DROP
        assert [still_wanted(one, ledger, FRIDAY) for one in (ben, later, other)] == [GO] * 3
        ledger.move_letter(later.id, Stage.SENT, now=THURSDAY)
        assert still_wanted(ana, ledger, FRIDAY).fate is Fate.DROP
