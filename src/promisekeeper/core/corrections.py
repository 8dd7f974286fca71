"""What a person says of a promise: done, dismissed, released, moved, snoozed, given, reopened.

Each is a change with its line of history, and the name of whoever said so. What a person says
wins over what is derived from mail, and can be taken back.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from promisekeeper.core.promise import ACTOR, Deadline, Event, Evidence, Promise, State
from promisekeeper.core.records import Change

# What leaves the state of a promise as it was; taking it back is told apart from taking back
# a verdict (see `core.settling.is_corrected`).
KEEPS_STATE = frozenset({"snoozed", "given", "held", "approved"})
CAN_BE_UNDONE = frozenset({"done", "dismissed", "released", "moved"}) | KEEPS_STATE
UNDONE = "undone"
MOVED_HERE = "moved here"
_GIVEN = re.compile(r"from (.*) <([^<>]*)> to .* <[^<>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who says something, and when.

    Attributes:
        evidence: The mail in which they said it, and the line; None on the command line.
    """

    actor: str
    now: datetime
    evidence: Evidence | None = None


def done(promise: Promise, voice: Voice, *, at: datetime, note: str = "") -> Change:
    """It was kept, or kept late, at this time, whatever mail shows."""
    due_at = promise.deadline.due_at
    state = State.LATE if due_at is not None and at > due_at else State.KEPT
    return _settled(promise, state, at, "done", voice, note)


def dismissed(promise: Promise, voice: Voice, *, note: str = "") -> Change:
    """It was no promise."""
    return _settled(promise, State.REJECTED, voice.now, "dismissed", voice, note)


def released(promise: Promise, voice: Voice, *, note: str) -> Change:
    """Nobody waits for it any more."""
    return _settled(promise, State.RELEASED, voice.now, "released", voice, note)


def moved(
    promise: Promise, deadline: Deadline, voice: Voice, *, times_before: int = 0
) -> tuple[Change, Promise, Event]:
    """It is due at another time: the old one is moved, and a new one is open.

    Args:
        times_before: How often it was moved, and that taken back: a second move to the same
            time opens a promise of its own.

    Returns:
        The change of the old promise, the new promise, and the first line of its history.
    """
    at = deadline.follow_up_at.astimezone(UTC).isoformat()
    again = f"\0{times_before}" if times_before else ""
    key = hashlib.sha256(f"{promise.key}\0moved to\0{at}{again}".encode()).hexdigest()[:32]
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
        snoozed_until=None,
    )
    change = _settled(promise, State.MOVED, voice.now, "moved", voice, f"to {at}")
    change = replace(change, promise=replace(change.promise, moved_to=key))
    first = Event(
        promise_key=key,
        at=voice.now,
        actor=voice.actor,
        action=MOVED_HERE,
        state=State.OPEN,
        evidence=voice.evidence,
        note=f"from promise {promise.id}",
    )
    return change, new, first


def withdrawn(promise: Promise, voice: Voice) -> Change:
    """The move that opened it was taken back, so nobody waits for it."""
    return _settled(
        promise, State.RELEASED, voice.now, "withdrawn", voice, "the move was taken back"
    )


def snoozed(promise: Promise, until: datetime, voice: Voice) -> Change:
    """Nobody is to be reminded of it before; the deadline stays what it was."""
    note = f"until {until.astimezone(UTC).isoformat()}"
    return _changed(promise, replace(promise, snoozed_until=until), "snoozed", voice, note)


def given(promise: Promise, voice: Voice, *, owner: str, address: str) -> Change:
    """Somebody else sees to it from now on, and is reminded of it."""
    before = f"{promise.owner} <{promise.owner_address}>"
    new = replace(promise, owner=owner, owner_address=address)
    return _changed(promise, new, "given", voice, f"from {before} to {owner} <{address}>")


def said(promise: Promise, action: str, voice: Voice, *, note: str = "") -> Event:
    """A line of history of something that changes nothing of the promise itself."""
    return Event(
        promise_key=promise.key,
        at=voice.now,
        actor=voice.actor,
        action=action,
        state=promise.state,
        evidence=voice.evidence,
        note=note,
    )


def reopened(promise: Promise, events: Sequence[Event], voice: Voice) -> Change | None:
    """What a person said last is taken back; where only mail has settled it, it is open again.

    Args:
        events: The whole history, oldest first.

    Returns:
        None where there is nothing to take back.
    """
    turns = _turns(events)
    if not turns:
        return None
    last = turns[-1]
    if events[last].actor == ACTOR:
        return _changed(promise, _in_state(promise, State.OPEN, None), "reopened", voice)
    return _changed(promise, _as_before(promise, events, last), "reopened", voice)


def last_said(events: Sequence[Event]) -> int | None:
    """The place of the last thing that a person said and has not taken back; None where none."""
    places: list[int] = []
    for place, event in enumerate(events):
        if event.actor == ACTOR:
            continue
        if event.action.startswith((UNDONE, "reopen")):
            named = event.action.removeprefix(UNDONE).strip()
            taken = [at for at in places if _is_taken_back(events[at].action, named)]
            places = [at for at in places if at not in taken[-1:]]
        elif event.action in CAN_BE_UNDONE:
            places.append(place)
    return places[-1] if places else None


def _is_taken_back(action: str, named: str) -> bool:
    """Whether "undone snoozed" takes a pause back; "undone" and "reopened" the last verdict."""
    return action == named if named in KEEPS_STATE else action not in KEEPS_STATE


def undone(promise: Promise, events: Sequence[Event], voice: Voice) -> Change | None:
    """The last thing that a person said of a promise is taken back; where none, as `reopened`.

    Args:
        events: The whole history, oldest first.

    Returns:
        None where there is nothing to take back. What was said of a draft changes no promise:
        the change then only has its line of history.
    """
    place = last_said(events)
    turns = _turns(events)
    by_mail = bool(turns) and events[turns[-1]].actor == ACTOR
    is_older = place is not None and by_mail and turns[-1] > place
    if place is None or (is_older and events[place].action in KEEPS_STATE):
        return reopened(promise, events, voice)
    action = events[place].action
    if action == "snoozed":
        restored = replace(promise, snoozed_until=_pause_before(events, place))
    elif action == "given":
        restored = _owned_before(promise, events[place])
    elif action in KEEPS_STATE:
        restored = promise
    else:
        return _changed(promise, _as_before(promise, events, place), UNDONE, voice)
    return _changed(promise, restored, f"{UNDONE} {action}", voice)


def _turns(events: Sequence[Event]) -> list[int]:
    """The places at which the state became another."""
    return [
        place
        for place in range(1, len(events))
        if events[place].state is not events[place - 1].state
    ]


def _as_before(promise: Promise, events: Sequence[Event], place: int) -> Promise:
    """The promise in the state in which it was before the line of history at `place`."""
    before = events[place - 1].state
    came = events[max([turn for turn in _turns(events) if turn < place], default=0)]
    return _in_state(promise, before, came)


def _in_state(promise: Promise, state: State, came: Event | None) -> Promise:
    """The promise in a state, as it was when that state came about."""
    is_open = state is State.OPEN or came is None
    return replace(
        _plain(promise),
        state=state,
        settled_at=None if is_open or came is None else came.at,
        evidence=None if is_open or came is None else came.evidence,
    )


def _pause_before(events: Sequence[Event], place: int) -> datetime | None:
    """Until when it was snoozed before the pause at `place`."""
    earlier = last_said(events[:place])
    while earlier is not None and events[earlier].action != "snoozed":
        earlier = last_said(events[:earlier])
    if earlier is None:
        return None
    return datetime.fromisoformat(events[earlier].note.removeprefix("until "))


def _owned_before(promise: Promise, event: Event) -> Promise:
    found = _GIVEN.fullmatch(event.note)
    return replace(promise, owner=found[1], owner_address=found[2]) if found else promise


def _settled(
    promise: Promise, state: State, at: datetime, action: str, voice: Voice, note: str
) -> Change:
    settled = replace(_plain(promise), state=state, settled_at=at)
    return _changed(promise, settled, action, voice, note)


def _changed(was: Promise, new: Promise, action: str, voice: Voice, note: str = "") -> Change:
    return Change(promise=new, was=was.state, event=said(new, action, voice, note=note))


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
