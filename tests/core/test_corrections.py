"""What a person says wins, and can be taken back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import FRIDAY, MONDAY, THURSDAY, a_change, a_deadline, a_promise, an_event
from promisekeeper.core import corrections
from promisekeeper.core.promise import Event, Promise, State
from promisekeeper.core.records import Change

PROMISE = a_promise(id=1)
FOUND = an_event(promise=PROMISE)
LATER = FRIDAY + timedelta(days=3)


def history(*changes: Change) -> list[Event]:
    return [FOUND, *(change.event for change in changes)]


def kept_by_mail(promise: Promise = PROMISE) -> Change:
    return a_change(promise)


@pytest.mark.parametrize(
    ("at", "state"),
    [(THURSDAY, State.KEPT), (FRIDAY, State.KEPT), (FRIDAY + timedelta(minutes=1), State.LATE)],
)
def test_done_is_judged_by_its_time(at: datetime, state: State) -> None:
    change = corrections.done(PROMISE, at=at, actor="ana", now=LATER, note="by phone")
    assert (change.promise.state, change.promise.settled_at) == (state, at)
    assert (change.event.actor, change.event.note) == ("ana", "by phone")


def test_dismissed_and_released() -> None:
    assert corrections.dismissed(PROMISE, actor="ana", now=LATER).promise.state is State.REJECTED
    release = corrections.released(PROMISE, actor="ana", now=LATER, note="no longer wanted")
    assert (release.promise.state, release.event.note) == (State.RELEASED, "no longer wanted")


def test_a_move_leaves_one_open_promise_with_the_new_date() -> None:
    deadline = a_deadline(due_at=LATER)
    change, new, first = corrections.moved(PROMISE, deadline, actor="ana", now=THURSDAY)
    assert change.promise.state is State.MOVED
    assert (new.state, new.deadline, new.id) == (State.OPEN, deadline, None)
    assert new.key != PROMISE.key
    assert (change.promise.moved_to, new.moved_from) == (new.key, PROMISE.key)
    assert first.note == "from promise 1"


def test_the_same_move_twice_is_one_promise() -> None:
    deadline = a_deadline(due_at=LATER)
    keys = {
        corrections.moved(PROMISE, deadline, actor="ana", now=now)[1].key
        for now in (THURSDAY, FRIDAY)
    }
    assert len(keys) == 1


def test_what_mail_settled_is_opened() -> None:
    settled = kept_by_mail()
    change = corrections.reopened(settled.promise, history(settled), actor="ana", now=LATER)
    assert change is not None
    assert change.promise == replace(PROMISE)
    assert (change.was, change.event.action) == (State.KEPT, "reopened")


def test_what_a_person_said_is_taken_back_to_what_mail_said() -> None:
    settled = kept_by_mail()
    said = corrections.dismissed(settled.promise, actor="ana", now=LATER)
    change = corrections.reopened(said.promise, history(settled, said), actor="ben", now=LATER)
    assert change is not None
    assert change.promise.state is State.KEPT
    assert change.promise.evidence == settled.promise.evidence
    assert change.promise.settled_at == THURSDAY


def test_taking_back_can_be_taken_back() -> None:
    said = corrections.done(PROMISE, at=THURSDAY, actor="ana", now=LATER)
    back = corrections.reopened(said.promise, history(said), actor="ana", now=LATER)
    assert back is not None
    again = corrections.reopened(back.promise, history(said, back), actor="ana", now=LATER)
    assert again is not None
    assert again.promise.state is State.KEPT


def test_there_may_be_nothing_to_take_back() -> None:
    reminded = an_event(promise=PROMISE, at=MONDAY, action="reminder queued")
    assert corrections.reopened(PROMISE, [FOUND, reminded], actor="ana", now=LATER) is None
