"""When to speak: a promise, the policy and the present -> the actions that are due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.mood import Mood
from promisekeeper.core.promise import Certainty, DeadlineKind, Promise, State
from promisekeeper.core.records import Step
from promisekeeper.core.standing import is_waiting


class ActionKind(StrEnum):
    """What can fall due; the value names the step in the ledger.

    HALF_WAY and LAST_DAY are told in the digest. All others are worth a mail at once: AGAIN at
    the end of a snooze, UPSET to agent and lead, LEAD to the lead alone.
    """

    HALF_WAY = "half_way"
    LAST_DAY = "last_day"
    REMIND_AGENT = "remind_agent"
    AGAIN = "again"
    LAPSE = "lapse"
    UPSET = "upset"
    LEAD = "lead"


IN_DIGEST = frozenset({ActionKind.HALF_WAY, ActionKind.LAST_DAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When to speak.

    Attributes:
        remind_before: Working time before the deadline at which the agent is reminded.
        lead_after: Working time after the lapse at which the lead is told.
        long_promise: A promise of more working time than this is told of half way, too.
        urgent_a_day: How many urgent mails one person gets in a day; the rest wait for the digest.
    """

    remind_before: timedelta = timedelta(hours=4)
    lead_after: timedelta = timedelta(hours=4)
    long_promise: timedelta = timedelta(hours=8)
    urgent_a_day: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that is due now for one promise.

    Attributes:
        at: When it fell due, which may be long ago.
    """

    kind: ActionKind
    promise: Promise
    at: datetime

    @property
    def step(self) -> Step:
        """The name under which this is done once: promise, kind and deadline."""
        return step_of(self.kind, self.promise)


def step_of(kind: str, promise: Promise) -> Step:
    """The name of a step: a moved deadline makes it another one, and so does another snooze."""
    due_at = promise.deadline.follow_up_at
    if kind == ActionKind.AGAIN and promise.snoozed_until is not None:
        due_at = promise.snoozed_until
    return Step(promise_key=promise.key, kind=str(kind), due_at=due_at.astimezone(UTC))


def is_spoken_of(promise: Promise) -> bool:
    """Whether anybody is reminded of a promise at all."""
    is_open = promise.state is State.OPEN and not promise.is_history
    # What only repeats a promise is reminded of with the first telling.
    return is_open and promise.certainty is not Certainty.POSSIBLE and not promise.same_as


def due_actions(
    promise: Promise,
    *,
    taken: Collection[Step],
    now: datetime,
    policy: Policy,
    hours: WorkingHours,
    mood: Mood | None = None,
) -> list[Action]:
    """List what is due at `now` and not yet taken, what fell due first before the rest.

    Args:
        hours: The owner's working calendar.
        mood: The customer's, where they are upset.
    """
    if not is_spoken_of(promise):
        return []
    # A late daemon still reminds: the agent must know before the customer asks.
    due = {kind: at for kind, at in moments(promise, policy, hours, mood=mood).items() if at <= now}
    if ActionKind.REMIND_AGENT in due:
        # Whoever got a mail about it needs no line in the digest that was meant to come before.
        due = {kind: at for kind, at in due.items() if kind not in IN_DIGEST}
    actions = [Action(kind=kind, promise=promise, at=at) for kind, at in due.items()]
    return sorted(
        (action for action in actions if action.step not in taken), key=lambda action: action.at
    )


def moments(
    promise: Promise, policy: Policy, hours: WorkingHours, *, mood: Mood | None = None
) -> dict[ActionKind, datetime]:
    """When each step of a promise falls due.

    A promise without an instant does not lapse, and one that waits for the customer is only
    told of in the digest. Nobody hears of a snoozed one before its time.
    """
    found = _digest_moments(promise, policy, hours)
    if not is_waiting(promise):
        found[ActionKind.REMIND_AGENT] = reminder_at(promise, policy, hours)
        if promise.deadline.kind is DeadlineKind.INSTANT:
            due_at = promise.deadline.follow_up_at
            grace = policy.lead_after if mood is None else timedelta(0)
            found[ActionKind.LAPSE] = due_at
            found[ActionKind.LEAD] = hours.add_working_time(due_at, grace)
    if mood is not None and mood.is_news:
        found[ActionKind.UPSET] = mood.at
    if promise.snoozed_until is not None:
        found = {kind: max(at, promise.snoozed_until) for kind, at in found.items()}
        found[ActionKind.AGAIN] = promise.snoozed_until
    return found


def _digest_moments(
    promise: Promise, policy: Policy, hours: WorkingHours
) -> dict[ActionKind, datetime]:
    found = {}
    due_at = promise.deadline.remind_by
    working = hours.working_time_between(promise.made_at, due_at)
    if working > policy.long_promise:
        found[ActionKind.HALF_WAY] = hours.add_working_time(promise.made_at, working / 2)
    day = hours.day_of(due_at)
    if not hours.is_working_day(day):
        opening = hours.opening(hours.working_day_before(day))
        if opening > promise.made_at:
            found[ActionKind.LAST_DAY] = opening
    return found


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
