"""What a person says of a promise: done, dismissed, released, moved, reopened.

Each is a change with its line of history, and the name of whoever said so. What a person says
wins over what is derived from mail, and can be taken back.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from promisekeeper.core.promise import Deadline, Event, Promise, State
from promisekeeper.core.records import Change
from promisekeeper.core.settling import ACTOR


def done(promise: Promise, *, at: datetime, actor: str, now: datetime, note: str = "") -> Change:
    """It was kept, or kept late, at this time, whatever mail shows."""
    due_at = promise.deadline.due_at
    state = State.LATE if due_at is not None and at > due_at else State.KEPT
    return _settled(promise, state, at, "done", actor, now, note)


def dismissed(promise: Promise, *, actor: str, now: datetime, note: str = "") -> Change:
    """It was no promise."""
    return _settled(promise, State.REJECTED, now, "dismissed", actor, now, note)


def released(promise: Promise, *, actor: str, now: datetime, note: str) -> Change:
    """Nobody waits for it any more."""
    return _settled(promise, State.RELEASED, now, "released", actor, now, note)


def moved(
    promise: Promise, deadline: Deadline, *, actor: str, now: datetime
) -> tuple[Change, Promise, Event]:
    """It is due at another time: the old one is moved, and a new one is open.

    Returns:
        The change of the old promise, the new promise, and the first line of its history.
    """
    at = deadline.follow_up_at.astimezone(UTC).isoformat()
    key = hashlib.sha256(f"{promise.key}\0moved to\0{at}".encode()).hexdigest()[:32]
    new = replace(
        _plain(promise),
        id=None,
        key=key,
        deadline=deadline,
        state=State.OPEN,
        settled_at=None,
        moved_from=promise.key,
        moved_to="",
        same_as="",
        is_history=False,
    )
    change = _settled(promise, State.MOVED, now, "moved", actor, now, f"to {at}")
    change = replace(change, promise=replace(change.promise, moved_to=key))
    first = Event(
        promise_key=key,
        at=now,
        actor=actor,
        action="moved here",
        state=State.OPEN,
        note=f"from promise {promise.id}",
    )
    return change, new, first


def reopened(
    promise: Promise, events: Sequence[Event], *, actor: str, now: datetime
) -> Change | None:
    """What a person said last is taken back; where only mail has settled it, it is open again.

    Args:
        events: The whole history, oldest first.

    Returns:
        None where there is nothing to take back.
    """
    turns = [
        place
        for place in range(1, len(events))
        if events[place].state is not events[place - 1].state
    ]
    if not turns:
        return None
    last = turns[-1]
    before = State.OPEN if events[last].actor == ACTOR else events[last - 1].state
    came = events[max([turn for turn in turns if turn < last], default=0)]
    is_open = before is State.OPEN
    restored = replace(
        _plain(promise),
        state=before,
        settled_at=None if is_open else came.at,
        evidence=None if is_open else came.evidence,
    )
    event = Event(promise_key=promise.key, at=now, actor=actor, action="reopened", state=before)
    return Change(promise=restored, was=promise.state, event=event)


def _settled(
    promise: Promise, state: State, at: datetime, action: str, actor: str, now: datetime, note: str
) -> Change:
    settled = replace(_plain(promise), state=state, settled_at=at)
    event = Event(
        promise_key=promise.key, at=now, actor=actor, action=action, state=state, note=note
    )
    return Change(promise=settled, was=promise.state, event=event)


def _plain(promise: Promise) -> Promise:
    """The promise without what mail suggested of it."""
    return replace(
        promise,
        evidence=None,
        hint=None,
        confidence=None,
        is_maybe_kept=False,
        proposed_state=None,
        moved_to="",
    )
