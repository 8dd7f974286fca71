"""Ledger -> due actions -> letters into the outbox, in one transaction a round."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core import settling
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.ladder import Action, Policy, due_actions
from promisekeeper.core.letters import Reader, answers, own_letter, token_for
from promisekeeper.core.promise import Event, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Letter, Round
from promisekeeper.core.settling import ACTOR, is_corrected
from promisekeeper.core.standing import standing_of
from promisekeeper.core.tokens import Token, token_text
from promisekeeper.flows.intake import IntakeRules, hours_of
from promisekeeper.flows.ports import Store, Texts

# A reminder comes before its deadline by working time; a month of days off lies between at most.
HORIZON = timedelta(days=31)
OPEN = PromiseQuery(states=frozenset({State.OPEN}))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRules:
    """When to speak, in whose name, and in whose words."""

    policy: Policy
    sender: str
    texts: Texts


def follow_up(store: Store, *, rules: FollowUpRules, intake: IntakeRules, now: datetime) -> Round:
    """Queue a letter for every step that is due.

    Returns:
        What was decided and stored.
    """
    soon = now + HORIZON + 7 * rules.policy.remind_before
    promises = store.promises(replace(OPEN, due_before=soon, with_history=False))
    taken = store.steps([promise.key for promise in promises])
    steps, events, letters, tokens = [], [], [], []
    for promise in promises:
        hours = hours_of(promise, intake.team)
        for action in due_actions(promise, taken=taken, now=now, policy=rules.policy, hours=hours):
            steps.append(action.step)
            # One address that no letter can carry must not stop the reminders of all others.
            try:
                if not intake.team.may_remind(promise.owner_address):
                    raise ValueError("it is nobody's of ours")
                letter, token = _reminder(action, store, rules, hours, now)
                letters.append(letter)
                tokens.append(token)
                events.append(_event(promise, now, "reminder queued", promise.owner_address))
            except ValueError as error:
                note = f"{promise.owner_address}: {error}"
                events.append(_event(promise, now, "reminder impossible", note))
    decided = Round(
        steps=tuple(steps), events=tuple(events), letters=tuple(letters), tokens=tuple(tokens)
    )
    if steps:
        store.close_round(decided, now)
    return decided


def _reminder(
    action: Action, store: Store, rules: FollowUpRules, hours: WorkingHours, now: datetime
) -> tuple[Letter, Token]:
    promise = action.promise
    key = f"{action.kind.value}/{promise.key}/{action.step.due_at.isoformat()}"
    reader = Reader(name=promise.owner, address=promise.owner_address, zone=hours.zone)
    token = token_for(key, reader=reader, step=action.kind, promises=[promise], now=now)
    standing = standing_of(
        promise, zone=hours.zone, step="soon", notes=store.notes(promise.customer)
    )
    slots = {
        "now": now,
        "promises": [standing],
        "answers": answers([promise]),
        "stale_since": None,
        "token": token_text(token, store.signing_secret()),
    }
    letter = own_letter(
        rules.texts.render("reminder", reader.language, slots),
        key=key,
        kind="reminder",
        sender=rules.sender,
        reader=reader,
        now=now,
        promises=[promise],
        is_urgent=True,
    )
    return letter, token


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
