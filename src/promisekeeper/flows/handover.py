"""Somebody goes away: their deputy gets one mail with everything that is open."""

from dataclasses import replace
from datetime import timedelta

from promisekeeper.core.absence import Absence, stand_in
from promisekeeper.core.ladder import is_spoken_of
from promisekeeper.core.load import PERIODS_BACK, Load, load_of
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import OPEN, PromiseQuery
from promisekeeper.core.readers import Colleague
from promisekeeper.core.records import Mark, Round
from promisekeeper.core.team import Agent
from promisekeeper.flows.onebyone import one_by_one
from promisekeeper.flows.ports import Store
from promisekeeper.flows.speaking import Present

MAX_LISTED = 40


def hand_over(present: Present) -> tuple[Round, ...]:
    """Queue the hand-over mails of the absences that have begun, once for each deputy.

    Returns:
        What was decided and stored.

    Raises:
        TemplateError: One cannot be put into words; all others are queued by then.
    """
    running = {
        mark_name(absence, deputy): (absence, deputy)
        for absence in present.readers.absences
        if absence.starts_at <= present.now < absence.ends_at
        and (deputy := _deputy(absence, present)) is not None
    }
    done = present.store.marked(list(running))

    def tell(name: str) -> Round | None:
        one = _round(name, *running[name], present)
        return one if present.store.close_round(one, present.now) else None

    return tuple(filter(None, one_by_one([name for name in running if name not in done], tell)))


def mark_name(absence: Absence, deputy: Colleague) -> str:
    """The name under which a hand-over is told once, to each who comes to stand in."""
    return f"handover/{absence.id}/{deputy.address}"


def _deputy(absence: Absence, present: Present) -> Colleague | None:
    readers = present.readers
    name = stand_in(absence.agent, readers.absences, present.now)
    return readers.called(name) if name != absence.agent else None


def _round(name: str, absence: Absence, deputy: Colleague, present: Present) -> Round:
    mark = Mark(name=name, at=present.now)
    agent = present.readers.named(absence.agent)
    standing_in = present.readers.named(deputy.name)
    if agent is None or standing_in is None:
        return Round(marks=(mark,), is_first=True)
    promises = open_promises(present.store, agent)
    listed = promises[:MAX_LISTED]
    slots: dict[str, object] = {
        "absent": absence.agent,
        "starts_at": absence.starts_at.astimezone(deputy.hours.zone),
        # The last instant of being away, so that its day is the last day.
        "ends_at": (absence.ends_at - timedelta(seconds=1)).astimezone(deputy.hours.zone),
        "promises": [present.standing(promise, deputy, "", is_led=True) for promise in listed],
        "hidden": len(promises) - len(listed),
        "work": _told(load_during(present.store, absence, agent=agent, deputy=standing_in)),
    }
    try:
        letter, token = present.letter(
            "handover",
            name,
            reader=deputy,
            promises=listed,
            slots=slots,
            step="handover",
            is_threaded=False,
        )
    except ValueError:
        return Round(marks=(mark,), is_first=True)
    return Round(marks=(mark,), letters=(letter,), tokens=(token,), is_first=True)


def _told(load: Load) -> dict[str, object]:
    return {
        "own": load.own,
        "taken_over": load.taken_over,
        "total": load.total,
        "usual": load.usual,
        "is_heavy": load.is_heavy,
    }


def open_promises(store: Store, agent: Agent) -> list[Promise]:
    """What somebody owes, the first due first; only what would be reminded of."""
    return [
        promise
        for promise in store.promises(replace(OPEN, with_history=False))
        if is_spoken_of(promise) and _is_owner(agent, promise)
    ]


def load_during(store: Store, absence: Absence, *, agent: Agent, deputy: Agent) -> Load:
    """How much falls due for a deputy while somebody is away, and how much usually does."""
    since = absence.starts_at - (absence.ends_at - absence.starts_at) * PERIODS_BACK
    theirs = [
        promise
        for promise in store.promises(PromiseQuery(due_before=absence.ends_at))
        if _is_owner(deputy, promise) and promise.deadline.follow_up_at >= since
    ]
    return load_of(theirs, open_promises(store, agent), absence=absence)


def _is_owner(agent: Agent, promise: Promise) -> bool:
    return promise.owner == agent.name or promise.owner_address in agent.addresses
