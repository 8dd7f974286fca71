"""What a person says wins, and can be taken back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import FRIDAY, MONDAY, THURSDAY, a_change, a_deadline, a_promise, an_event
from promisekeeper.core import corrections
from promisekeeper.core.corrections import Voice, last_said
from promisekeeper.core.promise import Event, Promise, State
from promisekeeper.core.records import Change
from promisekeeper.core.settling import is_corrected

PROMISE = a_promise(id=1)
FOUND = an_event(promise=PROMISE)
LATER = FRIDAY + timedelta(days=3)


def voice(actor: str = "ana", now: datetime = LATER) -> Voice:
    return Voice(actor=actor, now=now)


def history(*changes: Change) -> list[Event]:
    return [FOUND, *(change.event for change in changes)]


def kept_by_mail(promise: Promise = PROMISE) -> Change:
    return a_change(promise)


@pytest.mark.parametrize(
    ("at", "state"),
    [(THURSDAY, State.KEPT), (FRIDAY, State.KEPT), (FRIDAY + timedelta(minutes=1), State.LATE)],
)
def test_done_is_judged_by_its_time(at: datetime, state: State) -> None:
    change = corrections.done(PROMISE, voice("ana"), at=at, note="by phone")
    assert (change.promise.state, change.promise.settled_at) == (state, at)
    assert (change.event.actor, change.event.note) == ("ana", "by phone")


def test_dismissed_and_released() -> None:
    assert corrections.dismissed(PROMISE, voice("ana", LATER)).promise.state is State.REJECTED
    release = corrections.released(PROMISE, voice("ana", LATER), note="no longer wanted")
    assert (release.promise.state, release.event.note) == (State.RELEASED, "no longer wanted")


def test_a_move_leaves_one_open_promise_with_the_new_date() -> None:
    deadline = a_deadline(due_at=LATER)
    change, new, first = corrections.moved(PROMISE, deadline, voice("ana", THURSDAY))
    assert change.promise.state is State.MOVED
    assert (new.state, new.deadline, new.id) == (State.OPEN, deadline, None)
    assert new.key != PROMISE.key
    assert (change.promise.moved_to, new.moved_from) == (new.key, PROMISE.key)
    assert first.note == "from promise 1"


def test_the_same_move_twice_is_one_promise() -> None:
    deadline = a_deadline(due_at=LATER)
    keys = {
        corrections.moved(PROMISE, deadline, voice("ana", now))[1].key for now in (THURSDAY, FRIDAY)
    }
    assert len(keys) == 1


def test_what_mail_settled_is_opened() -> None:
    settled = kept_by_mail()
    change = corrections.reopened(settled.promise, history(settled), voice("ana", LATER))
    assert change is not None
    assert change.promise == replace(PROMISE)
    assert (change.was, change.event.action) == (State.KEPT, "reopened")


def test_what_a_person_said_is_taken_back_to_what_mail_said() -> None:
    settled = kept_by_mail()
    said = corrections.dismissed(settled.promise, voice("ana", LATER))
    change = corrections.reopened(said.promise, history(settled, said), voice("ben", LATER))
    assert change is not None
    assert change.promise.state is State.KEPT
    assert change.promise.evidence == settled.promise.evidence
    assert change.promise.settled_at == THURSDAY


def test_taking_back_can_be_taken_back() -> None:
    said = corrections.done(PROMISE, voice("ana"), at=THURSDAY)
    back = corrections.reopened(said.promise, history(said), voice("ana", LATER))
    assert back is not None
    again = corrections.reopened(back.promise, history(said, back), voice("ana", LATER))
    assert again is not None
    assert again.promise.state is State.KEPT


def test_there_may_be_nothing_to_take_back() -> None:
    reminded = an_event(promise=PROMISE, at=MONDAY, action="reminder queued")
    assert corrections.reopened(PROMISE, [FOUND, reminded], voice("ana", LATER)) is None


def said_in_turn(*words: str) -> tuple[Promise, list[Event]]:
    """The promise and its history after some deeds, in the order of the words."""
    promise, events = PROMISE, [FOUND]
    for word in words:
        change: Change | None
        if word == "undo":
            change = corrections.undone(promise, events, voice())
        elif word == "done":
            change = corrections.done(promise, voice(), at=THURSDAY)
        elif word == "kept by mail":
            change = kept_by_mail(promise)
        elif word == "given":
            change = corrections.given(promise, voice(), owner="Joss", address="joss@shop.example")
        else:
            change = corrections.snoozed(promise, datetime.fromisoformat(word), voice())
        assert change is not None, word
        promise, events = change.promise, [*events, change.event]
    return promise, events


FIRST_PAUSE, SECOND_PAUSE = "2026-11-21T09:00:00+00:00", "2026-11-22T09:00:00+00:00"


@pytest.mark.parametrize(
    ("words", "like"),
    [
        pytest.param(["done", "undo"], [], id="a verdict"),
        pytest.param([FIRST_PAUSE, "undo"], [], id="a pause"),
        pytest.param([FIRST_PAUSE, SECOND_PAUSE, "undo"], [FIRST_PAUSE], id="the later pause"),
        pytest.param([FIRST_PAUSE, "given", SECOND_PAUSE, "undo", "undo"], [FIRST_PAUSE], id="two"),
        pytest.param(["given", "undo"], [], id="a new owner"),
        pytest.param(["given", FIRST_PAUSE, "undo"], ["given"], id="only the last"),
        pytest.param([FIRST_PAUSE, "done", "undo", "undo"], [], id="one after the other"),
        pytest.param(["kept by mail", "undo"], [], id="what mail said, where nobody else did"),
        pytest.param([FIRST_PAUSE, "kept by mail", "undo"], [FIRST_PAUSE], id="the later verdict"),
        pytest.param(["kept by mail", "done", "undo"], ["kept by mail"], id="back to the mail"),
    ],
)
def test_undo_is_as_if_it_had_not_been_said(words: list[str], like: list[str]) -> None:
    assert said_in_turn(*words)[0] == said_in_turn(*like)[0]


def test_a_pause_or_a_new_owner_is_no_verdict_nor_is_taking_them_back() -> None:
    for words in ([FIRST_PAUSE], ["given"], [FIRST_PAUSE, "undo"], ["given", "undo"]):
        assert not is_corrected(said_in_turn(*words)[1])
    assert is_corrected(said_in_turn("given", "done")[1])
    assert not is_corrected(said_in_turn("done", "undo")[1])


def test_nobody_has_said_what_was_taken_back() -> None:
    _, events = said_in_turn(FIRST_PAUSE, "done", "undo")
    place = last_said(events)
    assert place is not None
    assert events[place].action == "snoozed"
    assert last_said(said_in_turn(FIRST_PAUSE, "undo")[1]) is None


def test_a_second_move_to_the_same_time_opens_a_promise_of_its_own() -> None:
    deadline = a_deadline(due_at=LATER)
    first = corrections.moved(PROMISE, deadline, voice())[1]
    second = corrections.moved(PROMISE, deadline, voice(), times_before=1)[1]
    assert first.key != second.key


def test_a_moved_promise_starts_without_a_pause() -> None:
    paused = said_in_turn(FIRST_PAUSE)[0]
    _, new, _ = corrections.moved(paused, a_deadline(due_at=LATER), voice())
    assert new.snoozed_until is None
