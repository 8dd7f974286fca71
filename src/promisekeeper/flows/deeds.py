"""What a person says of a promise, ready to be stored: on the command line and by mail alike.

Each deed is a `Round` that holds only while the promise is as it was when it was decided. Who says
it, and where, is in the `Voice`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core import corrections
from promisekeeper.core.commandtimes import read_pause, read_when
from promisekeeper.core.corrections import MOVED_HERE, UNDONE, Voice
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.promise import Deadline, Promise, State
from promisekeeper.core.records import Change, Opened, Round
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.teaching import Lesson, LessonKind
from promisekeeper.core.team import Agent, Team
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import DeedError
from promisekeeper.flows.learning import telling_of
from promisekeeper.flows.ports import Store

AWAITED = frozenset({State.OPEN, State.BROKEN})
# A text that was approved yesterday may be wrong tomorrow.
APPROVAL_DAYS = 1
ONE_DAY = timedelta(days=1)
UNSENT = frozenset({DraftStage.DRAFTED, DraftStage.ANNOUNCED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that a person says, decided.

    Attributes:
        action: The verb of its line of history.
        promise: The promise that is awaited, or settled, after it: the new one where it moved.
        until: The new time, for "moved" and "snoozed".
    """

    action: str
    promise: Promise
    decided: Round
    until: datetime | None = None


def store_deed(store: Store, deed: Deed, now: datetime) -> None:
    """Store a deed, whole.

    Raises:
        DeedError: Somebody was quicker, so that it was decided on what is not so any more.
    """
    if not store.close_round(deed.decided, now):
        number = deed.promise.id
        raise DeedError("changed", f"promise {number} has just changed: look at it and try again")


def done(promise: Promise, voice: Voice, *, at: datetime | None = None, means: str = "") -> Deed:
    """It was kept, now or then.

    Raises:
        DeedError: It cannot have been done then.
    """
    done_at = at or voice.now
    if done_at > voice.now:
        raise DeedError("future", "that lies in the future: say when it was done")
    if done_at < promise.made_at:
        raise DeedError("too_early", "that lies before the promise was made: say when it was done")
    note = f"by {safe_text(means)}" if means else ""
    return _changed(corrections.done(promise, voice, at=done_at, note=note))


def dismissed(promise: Promise, voice: Voice, *, reason: str = "", teach: bool = False) -> Deed:
    """It was no promise.

    Args:
        teach: And the same sentence of this agent is never taken for one again.
    """
    deed = _changed(corrections.dismissed(promise, voice, note=reason))
    if not teach:
        return deed
    telling = telling_of(promise)
    lesson = Lesson(
        owner=telling.owner,
        pattern=telling.pattern,
        kind=LessonKind.MUTE,
        rule=telling.rule,
        sentence=promise.words,
        at=voice.now,
        actor=voice.actor,
        promise_key=promise.key,
    )
    return replace(deed, decided=replace(deed.decided, lessons=(lesson,)))


def released(promise: Promise, voice: Voice, *, reason: str) -> Deed:
    """Nobody waits for it any more.

    Raises:
        DeedError: It is settled already.
    """
    _check_awaited(promise)
    return _changed(corrections.released(promise, voice, note=reason))


def moved(store: Store, promise: Promise, voice: Voice, *, words: str, hours: WorkingHours) -> Deed:
    """The customer was told a new date.

    Args:
        words: As said on the command line, or by mail. What was said by mail is read and then
            thrown away: no byte of it may ever stand in a letter to a customer.
        hours: The owner's calendar.

    Raises:
        DeedError: It is settled already, or the words name no single time to come.
    """
    _check_awaited(promise)
    reading = read_when(words, hours, voice.now)
    if reading is None or reading.due_at is None:
        raise _no_time(words)
    is_by_mail = voice.evidence is not None
    deadline = Deadline(
        kind=reading.kind,
        words=clock_text(reading.due_at, hours.zone) if is_by_mail else words,
        due_at=reading.due_at,
        follow_up_at=reading.due_at,
        earliest=reading.earliest,
        latest=reading.latest,
        why="as an answer by mail said" if is_by_mail else reading.why,
    )
    moves = [one for one in store.events(promise.key) if one.action == "moved"]
    change, new, first = corrections.moved(promise, deadline, voice, times_before=len(moves))
    opened = Opened(promise=new, first_event=first)
    decided = Round(changes=(change,), opened=(opened,), must_apply=True)
    return Deed(action="moved", promise=new, decided=decided, until=reading.due_at)


def snoozed(promise: Promise, voice: Voice, *, words: str, hours: WorkingHours) -> Deed:
    """Nobody is to be reminded of it for a while; the deadline stays.

    Raises:
        DeedError: It is not open, or the words name no time to come.
    """
    _check_open(promise)
    until = read_pause(words, hours, voice.now)
    if until is None:
        raise _no_time(words)
    return replace(_changed(corrections.snoozed(promise, until, voice)), until=until)


def given(promise: Promise, voice: Voice, *, name: str, team: Team) -> Deed:
    """Somebody else sees to it, and is reminded of it from now on.

    Raises:
        DeedError: It is not open, nobody is called so, or it is theirs already.
    """
    _check_open(promise)
    agent = agent_called(name, team)
    if agent is None:
        known = ", ".join(one.name for one in team.agents) or "none"
        raise DeedError(
            "nobody", f"{safe_text(name, 60)!r} is no one agent of yours: they are {known}", known
        )
    if promise.owner_address in agent.addresses:
        raise DeedError("theirs", f"promise {promise.id} is {agent.name}'s already", agent.name)
    change = corrections.given(promise, voice, owner=agent.name, address=agent.addresses[0])
    return _changed(change)


def agent_called(words: str, team: Team) -> Agent | None:
    """The one agent whom words name, by address, full name or first name."""
    wanted = " ".join(words.casefold().split())
    if "@" in wanted:
        return team.agent_at(wanted.strip("<>"))
    full = [agent for agent in team.agents if agent.name.casefold() == wanted]
    first = [agent for agent in team.agents if agent.first_name.casefold() == wanted]
    found = full or first
    return found[0] if len(found) == 1 else None


def reopened(store: Store, promise: Promise, voice: Voice) -> Deed:
    """What was said last is taken back, also what mail has settled.

    Raises:
        DeedError: There is nothing to take back.
    """
    change = corrections.reopened(promise, store.events(promise.key), voice)
    if change is None:
        raise _nothing_said(promise)
    return _taken_back(store, promise, change, voice)


def undone(store: Store, promise: Promise, voice: Voice) -> Deed:
    """The last thing that a person said is taken back: a verdict, a pause, a new owner, a word
    about a draft.

    Raises:
        DeedError: There is nothing to take back, or it is too late.
    """
    events = store.events(promise.key)
    is_young = corrections.last_said(events) is None and promise.state is State.OPEN
    if is_young and promise.moved_from and events[0].action == MOVED_HERE:
        parents = store.promises_by_key([promise.moved_from])
        if parents:
            return undone(store, parents[0], voice)
    change = corrections.undone(promise, events, voice)
    if change is None:
        raise _nothing_said(promise)
    taken = change.event.action.removeprefix(UNDONE).strip()
    if taken in ("approved", "held"):
        return _draft_as_before(store, change, taken)
    return _taken_back(store, promise, change, voice)


def _taken_back(store: Store, promise: Promise, change: Change, voice: Voice) -> Deed:
    """A change that takes back, with all that the taken back one had brought about."""
    changes = [change]
    if promise.state is State.MOVED and change.promise.state is not State.MOVED:
        changes += _without_successor(store, promise, voice)
    lifted = [
        lesson.id or 0
        for lesson in store.teaching().lessons
        if lesson.promise_key == promise.key and lesson.kind is LessonKind.MUTE
    ]
    is_verdict = change.promise.state is not promise.state
    decided = Round(
        changes=tuple(changes), lifted=tuple(lifted if is_verdict else ()), must_apply=True
    )
    return Deed(action=change.event.action, promise=change.promise, decided=decided)


def _without_successor(store: Store, promise: Promise, voice: Voice) -> list[Change]:
    """The end of the promise that a person's move had opened; one that a mail holds stays."""
    for successor in store.promises_by_key([promise.moved_to] if promise.moved_to else []):
        if store.events(successor.key)[0].action != MOVED_HERE:
            continue
        if successor.state is not State.OPEN:
            raise DeedError(
                "went_on",
                f"promise {promise.id} was moved to promise {successor.id}, "
                f"which is {successor.state}: reopen that one first",
            )
        return [corrections.withdrawn(successor, voice)]
    return []


def approval_end(hours: WorkingHours, now: datetime) -> datetime:
    """When an approval of now is worth nothing any more: at the close of the next working day."""
    return hours.close(hours.add_working_days(hours.day_of(now), APPROVAL_DAYS))


def approved(
    draft: Draft, promise: Promise, voice: Voice, *, hours: WorkingHours | None = None
) -> Deed:
    """Exactly this text may go out, for a while.

    Args:
        hours: The owner's calendar; without it, an approval lasts a day by the clock.

    Raises:
        DeedError: It went out already, or was dropped.
    """
    if draft.stage in (DraftStage.SENT, DraftStage.DROPPED):
        raise DeedError("draft_gone", f"draft {draft.id} is {draft.stage}: see 'drafts'")
    new = replace(
        draft,
        stage=DraftStage.APPROVED,
        approved_digest=draft.digest,
        approved_at=voice.now,
        send_at=None,
        expires_at=approval_end(hours, voice.now) if hours else voice.now + ONE_DAY,
        decided_by=voice.actor,
    )
    return _of_draft(draft, new, promise, voice, "approved")


def held(draft: Draft, promise: Promise, voice: Voice) -> Deed:
    """This text must not go out.

    Raises:
        DeedError: It went out already.
    """
    if draft.stage is DraftStage.SENT:
        raise DeedError("draft_gone", f"draft {draft.id} is {draft.stage}: see 'drafts'")
    new = replace(
        draft,
        stage=DraftStage.VETOED,
        approved_digest="",
        approved_at=None,
        send_at=None,
        expires_at=None,
        decided_by=voice.actor,
    )
    return _of_draft(draft, new, promise, voice, "held")


def latest_draft(store: Store, promise_key: str) -> Draft | None:
    """The newest update about a promise, unless it went out or was dropped."""
    gone = (DraftStage.SENT, DraftStage.DROPPED)
    drafts = [one for one in store.drafts(promise_key=promise_key) if one.stage not in gone]
    return drafts[-1] if drafts else None


def _draft_as_before(store: Store, change: Change, taken: str) -> Deed:
    """A draft that waits for a word again, after "approved" or "held" was taken back."""
    stage = DraftStage.APPROVED if taken == "approved" else DraftStage.VETOED
    drafts = store.drafts(promise_key=change.promise.key, stages=[stage])
    if not drafts:
        raise DeedError("draft_gone", "that update is on its way: it cannot be taken back")
    draft = drafts[-1]
    new = replace(
        draft,
        stage=DraftStage.DRAFTED,
        approved_digest="",
        approved_at=None,
        send_at=None,
        expires_at=None,
        decided_by="",
    )
    decided = Round(events=(change.event,), drafts=(new,), unchanged=(draft,), must_apply=True)
    return Deed(action=change.event.action, promise=change.promise, decided=decided)


def _of_draft(old: Draft, new: Draft, promise: Promise, voice: Voice, action: str) -> Deed:
    event = corrections.said(promise, action, voice, note=f"draft {old.id}")
    decided = Round(events=(event,), drafts=(new,), unchanged=(old,), must_apply=True)
    return Deed(action=action, promise=promise, decided=decided)


def together(rounds: Sequence[Round]) -> Round:
    """Several rounds as one, which holds whole or not at all."""
    return Round(
        changes=tuple(one for it in rounds for one in it.changes),
        opened=tuple(one for it in rounds for one in it.opened),
        events=tuple(one for it in rounds for one in it.events),
        drafts=tuple(one for it in rounds for one in it.drafts),
        unchanged=tuple(one for it in rounds for one in it.unchanged),
        lessons=tuple(one for it in rounds for one in it.lessons),
        lifted=tuple(one for it in rounds for one in it.lifted),
        must_apply=True,
    )


def _changed(change: Change) -> Deed:
    decided = Round(changes=(change,), must_apply=True)
    return Deed(action=change.event.action, promise=change.promise, decided=decided)


def _check_awaited(promise: Promise) -> None:
    if promise.state not in AWAITED:
        raise settled(promise)


def _check_open(promise: Promise) -> None:
    if promise.state is not State.OPEN:
        raise settled(promise)


def settled(promise: Promise) -> DeedError:
    """Why nothing more can be said of a promise."""
    return DeedError(
        "settled",
        f"promise {promise.id} is {promise.state} already: reopen it first",
        promise.state.value,
    )


def _no_time(words: str) -> DeedError:
    shown = safe_text(words, 60)
    return DeedError(
        "no_time", f"{shown!r} names no single time: write Tue 14:00, tomorrow noon, 6 March", shown
    )


def _nothing_said(promise: Promise) -> DeedError:
    return DeedError(
        "nothing_said", f"promise {promise.id} is open, and nobody has said anything of it"
    )
