"""What people say of promises, decided once for the command line and for answers by mail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import AGENT, FRIDAY, MONDAY, THURSDAY, a_batch, a_change, a_draft, a_promise
from promisekeeper.core.corrections import Voice
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.hours import office_hours
from promisekeeper.core.promise import Evidence, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Round
from promisekeeper.core.team import Agent, Team
from promisekeeper.errors import DeedError
from promisekeeper.flows import deeds
from promisekeeper.store.ledger import Ledger

TEAM = Team(
    agents=(
        Agent(name="Ana Ortiz", addresses=(AGENT,)),
        Agent(name="Joss Lind", addresses=("joss@shop.example", "jl@shop.example")),
        Agent(name="Joss Okafor", addresses=("okafor@shop.example",)),
    )
)
HOURS = office_hours(UTC)
VOICE = Voice(actor="ana", now=THURSDAY)
BY_MAIL = replace(VOICE, evidence=Evidence(message_id="<a@shop.example>", sentence="move it"))


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as ledger:
        ledger.record(a_batch(a_promise()))
        yield ledger


def the_promise(ledger: Ledger) -> Promise:
    return ledger.promise(1)


def do(ledger: Ledger, deed: deeds.Deed) -> Promise:
    deeds.store_deed(ledger, deed, THURSDAY)
    return ledger.promises_by_key([deed.promise.key])[0]


def move(ledger: Ledger, words: str = "Tue 14:00", voice: Voice = VOICE) -> Promise:
    return do(ledger, deeds.moved(ledger, the_promise(ledger), voice, words=words, hours=HOURS))


def undo(ledger: Ledger, promise: Promise) -> Promise:
    return do(ledger, deeds.undone(ledger, promise, VOICE))


def the_draft(ledger: Ledger, **changes: object) -> Draft:
    ledger.close_round(Round(drafts=(a_draft(**changes),)), MONDAY)
    return ledger.drafts()[-1]


def reason_of(error: pytest.ExceptionInfo[DeedError]) -> str:
    return error.value.reason


def test_done_by_phone_is_in_the_history(ledger: Ledger) -> None:
    promise = do(ledger, deeds.done(the_promise(ledger), VOICE, means="phone"))
    assert (promise.state, promise.settled_at) == (State.KEPT, THURSDAY)
    assert ledger.events(promise.key)[-1].note == "by phone"


@pytest.mark.parametrize(
    ("at", "reason"), [(FRIDAY, "future"), (MONDAY - timedelta(1), "too_early")]
)
def test_done_cannot_be_at_any_time(ledger: Ledger, at: datetime, reason: str) -> None:
    with pytest.raises(DeedError) as error:
        deeds.done(the_promise(ledger), VOICE, at=at)
    assert reason_of(error) == reason


def test_a_move_opens_one_promise(ledger: Ledger) -> None:
    new = move(ledger)
    assert (new.state, new.deadline.due_at) == (State.OPEN, datetime(2026, 11, 24, 14, tzinfo=UTC))
    assert new.deadline.words == "Tue 14:00"
    assert the_promise(ledger).moved_to == new.key


def test_what_was_said_by_mail_stands_nowhere_in_the_moved_promise(ledger: Ledger) -> None:
    new = move(ledger, "Tuesday the 24th at 2pm", BY_MAIL)
    assert new.deadline.words == "Tue 24 Nov 14:00"
    assert "24th" not in repr(new)


def test_a_move_taken_back_ends_what_it_opened(ledger: Ledger) -> None:
    new = move(ledger)
    old = undo(ledger, new)
    assert (old.id, old.state, old.moved_to) == (1, State.OPEN, "")
    assert ledger.promise(new.id or 0).state is State.RELEASED
    again = move(ledger)
    assert (again.state, again.key == new.key) == (State.OPEN, False)
    states = [one.state for one in ledger.promises(PromiseQuery())]
    assert states.count(State.OPEN) == 1


def test_reopening_a_moved_promise_leaves_one_open(ledger: Ledger) -> None:
    new = move(ledger)
    do(ledger, deeds.reopened(ledger, the_promise(ledger), VOICE))
    assert ledger.promise(new.id or 0).state is State.RELEASED


def test_a_move_is_not_taken_back_under_a_promise_that_went_on(ledger: Ledger) -> None:
    new = move(ledger)
    do(ledger, deeds.done(new, VOICE))
    with pytest.raises(DeedError, match="reopen that one first") as error:
        deeds.undone(ledger, the_promise(ledger), VOICE)
    assert reason_of(error) == "went_on"


def test_a_pause_leaves_the_deadline(ledger: Ledger) -> None:
    before = the_promise(ledger)
    after = do(ledger, deeds.snoozed(before, VOICE, words="2h", hours=HOURS))
    assert after == replace(before, snoozed_until=THURSDAY + timedelta(hours=2))
    assert undo(ledger, after) == before


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Joss Lind", "joss@shop.example"),
        ("joss  lind", "joss@shop.example"),
        ("JL@shop.example", "joss@shop.example"),
        ("<okafor@shop.example>", "okafor@shop.example"),
    ],
)
def test_a_promise_is_given_by_any_name_that_is_one_persons(
    ledger: Ledger, name: str, address: str
) -> None:
    before = the_promise(ledger)
    after = do(ledger, deeds.given(before, VOICE, name=name, team=TEAM))
    assert after.owner_address == address
    assert undo(ledger, after) == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Joss", "nobody"),
        ("Kim", "nobody"),
        ("Lind", "nobody"),
        ("x@client.example", "nobody"),
        ("Ana", "theirs"),
    ],
)
def test_doubt_gives_a_promise_to_nobody(ledger: Ledger, name: str, reason: str) -> None:
    with pytest.raises(DeedError) as error:
        deeds.given(the_promise(ledger), VOICE, name=name, team=TEAM)
    assert reason_of(error) == reason


def test_not_a_promise_teaches_and_undo_unteaches(ledger: Ledger) -> None:
    after = do(ledger, deeds.dismissed(the_promise(ledger), VOICE, teach=True))
    assert after.state is State.REJECTED
    assert len(ledger.teaching().lessons) == 1
    assert undo(ledger, after).state is State.OPEN
    assert ledger.teaching().lessons == ()


def test_what_is_settled_is_neither_released_nor_moved_nor_paused_nor_given(
    ledger: Ledger,
) -> None:
    kept = do(ledger, deeds.done(the_promise(ledger), VOICE))
    attempts: list[Callable[[], deeds.Deed]] = [
        lambda: deeds.released(kept, VOICE, reason="x"),
        lambda: deeds.moved(ledger, kept, VOICE, words="Tue", hours=HOURS),
        lambda: deeds.snoozed(kept, VOICE, words="2h", hours=HOURS),
        lambda: deeds.given(kept, VOICE, name="Joss Lind", team=TEAM),
    ]
    for attempt in attempts:
        with pytest.raises(DeedError) as error:
            attempt()
        assert (reason_of(error), error.value.detail) == ("settled", "kept")


def test_a_deed_that_somebody_overtook_is_not_stored(ledger: Ledger) -> None:
    deed = deeds.moved(ledger, the_promise(ledger), VOICE, words="Tue", hours=HOURS)
    ledger.change(a_change(the_promise(ledger)))
    with pytest.raises(DeedError) as error:
        deeds.store_deed(ledger, deed, THURSDAY)
    assert reason_of(error) == "changed"
    assert len(ledger.promises(PromiseQuery())) == 1


def test_a_draft_is_approved_as_it_stands_for_a_day(ledger: Ledger) -> None:
    draft = the_draft(ledger, stage=DraftStage.ANNOUNCED, send_at=FRIDAY)
    do(ledger, deeds.approved(draft, the_promise(ledger), VOICE, hours=HOURS))
    (stored,) = ledger.drafts()
    assert stored.is_approved
    assert (stored.send_at, stored.decided_by) == (None, "ana")
    assert stored.expires_at == FRIDAY
    assert (stored.body, stored.recipient) == (draft.body, draft.recipient)
    assert ledger.events("promise-1")[-1].action == "approved"
    undo(ledger, the_promise(ledger))
    assert ledger.drafts() == (replace(draft, stage=DraftStage.DRAFTED, send_at=None),)


def test_a_veto_can_be_taken_back_too(ledger: Ledger) -> None:
    draft = the_draft(ledger, stage=DraftStage.ANNOUNCED)
    do(ledger, deeds.held(draft, the_promise(ledger), VOICE))
    assert ledger.drafts()[0].stage is DraftStage.VETOED
    undo(ledger, the_promise(ledger))
    assert ledger.drafts()[0].stage is DraftStage.DRAFTED


def test_what_went_out_is_neither_approved_nor_held_nor_taken_back(ledger: Ledger) -> None:
    draft = the_draft(ledger)
    deed = deeds.approved(draft, the_promise(ledger), VOICE, hours=HOURS)
    sent = replace(draft, stage=DraftStage.SENT)
    ledger.close_round(Round(drafts=(sent,)), THURSDAY)
    with pytest.raises(DeedError) as late:
        deeds.store_deed(ledger, deed, THURSDAY)
    assert reason_of(late) == "changed"
    with pytest.raises(DeedError, match="draft 1 is sent"):
        deeds.approved(sent, the_promise(ledger), VOICE, hours=HOURS)
    with pytest.raises(DeedError, match="draft 1 is sent"):
        deeds.held(sent, the_promise(ledger), VOICE)
    assert deeds.latest_draft(ledger, "promise-1") is None


def test_there_may_be_nothing_to_take_back(ledger: Ledger) -> None:
    for take_back in (deeds.undone, deeds.reopened):
        with pytest.raises(DeedError) as error:
            take_back(ledger, the_promise(ledger), VOICE)
        assert reason_of(error) == "nothing_said"
