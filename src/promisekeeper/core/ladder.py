"""When to speak: a promise, the policy and the present -> the actions that are due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.promise import Certainty, Promise, State
from promisekeeper.core.records import Step


class ActionKind(StrEnum):
    """What can fall due; the value names the step in the ledger."""

    REMIND_AGENT = "remind_agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When to speak.

    Attributes:
        remind_before: Working time before the deadline at which the agent is reminded.
    """

    remind_before: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that is due now for one promise."""

    kind: ActionKind
    promise: Promise

    @property
    def step(self) -> Step:
        """The name under which this is done once: promise, kind and deadline."""
        return Step(
            promise_key=self.promise.key,
            kind=self.kind.value,
            due_at=self.promise.deadline.follow_up_at.astimezone(UTC),
        )


def due_actions(
    promise: Promise, *, taken: Collection[Step], now: datetime, policy: Policy, hours: WorkingHours
) -> list[Action]:
    """List what is due at `now` and not yet taken.

    Args:
        hours: The owner's working calendar.
    """
    if promise.state is not State.OPEN or promise.is_history:
        return []
    # What only repeats a promise is reminded of with the first telling.
    if promise.certainty is Certainty.POSSIBLE or promise.same_as:
        return []
    action = Action(kind=ActionKind.REMIND_AGENT, promise=promise)
    if action.step in taken:
        return []
    # A late daemon still reminds: the agent must know before the customer asks.
    return [action] if reminder_at(promise, policy, hours) <= now else []


def reminder_at(promise: Promise, policy: Policy, hours: WorkingHours) -> datetime:
    """When the agent is reminded.

    It counts back in working time, so that a deadline on a day off is spoken
    of before the preceding working day ends. Where the promise is shorter
    than twice that lead, it is half way, again in working time if there is any.
    """
    due_at = promise.deadline.remind_by
    usual = hours.add_working_time(due_at, -policy.remind_before)
    working = hours.working_time_between(promise.made_at, due_at)
    if working > timedelta(0):
        half_way = hours.add_working_time(promise.made_at, working / 2)
    else:
        half_way = promise.made_at + (due_at.astimezone(UTC) - promise.made_at.astimezone(UTC)) / 2
    return max(usual, half_way)
