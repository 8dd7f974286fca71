"""When a promise has lapsed for good."""

from dataclasses import dataclass, replace
from datetime import datetime

from promisekeeper.core.ackrecords import RULE
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.promise import ACTOR, DeadlineKind, Event, Kind, Promise, State
from promisekeeper.core.records import Change

WAITING = frozenset({DeadlineKind.EVENT, DeadlineKind.AFTER, DeadlineKind.RECURRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlingPolicy:
    """How long after its lapse a promise without a sign of delivery counts as broken."""

    broken_after_working_days: int = 10


def broken_at(promise: Promise, hours: WorkingHours, policy: SettlingPolicy) -> datetime | None:
    """When a promise counts as broken; None where it waits for something that may yet come."""
    deadline = promise.deadline
    is_unmet = promise.kind is Kind.CONDITIONAL and promise.condition_met_at is None
    # Nobody was told anything of a form mail that only waits: there is no word to break.
    is_unsaid = promise.rule == RULE and deadline.due_at is None
    if deadline.kind in WAITING or is_unmet or is_unsaid:
        return None
    lapsed_on = hours.day_of(deadline.follow_up_at)
    return hours.close(hours.add_working_days(lapsed_on, policy.broken_after_working_days))


def give_up(
    promise: Promise, *, now: datetime, hours: WorkingHours, policy: SettlingPolicy
) -> Change | None:
    """The change to BROKEN, once the lapse lies so far back that nobody will deliver.

    What waits for an event may yet come, and what looks like kept or released is asked about
    first; neither is given up.

    Args:
        hours: The owner's working calendar.
    """
    is_asked = promise.is_maybe_kept or promise.proposed_state is not None
    if promise.state is not State.OPEN or is_asked:
        return None
    at = broken_at(promise, hours, policy)
    if at is None or now <= at:
        return None
    broken = replace(promise, state=State.BROKEN, settled_at=at, evidence=None)
    event = Event(promise_key=promise.key, at=at, actor=ACTOR, action="broken", state=State.BROKEN)
    return Change(promise=broken, was=State.OPEN, event=event)
