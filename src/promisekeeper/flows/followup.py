"""Ledger -> due actions -> letters into the outbox, in one transaction a round."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core import settling
from promisekeeper.core.ladder import Policy, due_actions
from promisekeeper.core.letters import reminder
from promisekeeper.core.promise import Event, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Round
from promisekeeper.core.settling import ACTOR, is_corrected
from promisekeeper.flows.intake import IntakeRules, hours_of
from promisekeeper.flows.ports import Store

# A reminder comes before its deadline by working time; a month of days off lies between at most.
HORIZON = timedelta(days=31)
OPEN = PromiseQuery(states=frozenset({State.OPEN}))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRules:
    """When to speak, and in whose name."""

    policy: Policy
    sender: str


def follow_up(store: Store, *, rules: FollowUpRules, intake: IntakeRules, now: datetime) -> Round:
    """Queue a letter for every step that is due.

    Returns:
        What was decided and stored.
    """
    soon = now + HORIZON + 7 * rules.policy.remind_before
    promises = store.promises(replace(OPEN, due_before=soon, with_history=False))
    taken = store.steps([promise.key for promise in promises])
    steps, events, letters = [], [], []
    for promise in promises:
        hours = hours_of(promise, intake.team)
        for action in due_actions(promise, taken=taken, now=now, policy=rules.policy, hours=hours):
            steps.append(action.step)
            # One address that no letter can carry must not stop the reminders of all others.
            try:
                if not intake.team.may_remind(promise.owner_address):
                    raise ValueError("it is nobody's of ours")
                letters.append(reminder(action, sender=rules.sender, now=now, hours=hours))
                events.append(_event(promise, now, "reminder queued", promise.owner_address))
            except ValueError as error:
                note = f"{promise.owner_address}: {error}"
                events.append(_event(promise, now, "reminder impossible", note))
    decided = Round(steps=tuple(steps), events=tuple(events), letters=tuple(letters))
    if steps:
        store.close_round(decided, now)
    return decided


def _event(promise: Promise, now: datetime, action: str, note: str) -> Event:
    return Event(
        promise_key=promise.key,
        at=now,
        actor=ACTOR,
        action=action,
        state=promise.state,
        note=f"to {note}",
    )


def give_up(
    store: Store, rules: IntakeRules, now: datetime, *, found_in: tuple[str, ...] = ()
) -> int:
    """Call broken what lapsed so long ago that nobody will deliver; returns how many.

    Args:
        found_in: Only what was found in these folders; everything where none is named.
    """
    changes = []
    for promise in store.promises(replace(OPEN, due_before=now, found_in=found_in)):
        hours = hours_of(promise, rules.team)
        change = settling.give_up(promise, now=now, hours=hours, policy=rules.settling)
        # What a person opened again stays open until they, or a mail, say otherwise.
        if change is not None and not is_corrected(store.events(promise.key)):
            changes.append(change)
    if changes:
        store.close_round(Round(changes=tuple(changes)), now)
    return len(changes)
