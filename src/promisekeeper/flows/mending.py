"""What a person decides about a letter: send it again, never send it, or count it as sent."""

from dataclasses import replace
from datetime import datetime

from promisekeeper.core.promise import Event
from promisekeeper.core.records import OutboxLetter, Stage
from promisekeeper.flows.delivery import Dispatch
from promisekeeper.flows.ports import Store


def retry_letter(
    store: Store, entry: OutboxLetter, *, actor: str, now: datetime, dispatch: Dispatch
) -> None:
    """Queue a letter again.

    Raises:
        StoreError: Its stage has just changed.
    """
    _decide(store, entry, Stage.QUEUED, "retried", actor, now, dispatch)


def discard_letter(
    store: Store, entry: OutboxLetter, *, actor: str, now: datetime, dispatch: Dispatch
) -> None:
    """Take a letter out of the outbox for good.

    Raises:
        StoreError: Its stage has just changed.
    """
    _decide(store, entry, Stage.DROPPED, "discarded", actor, now, dispatch)


def count_as_sent(
    store: Store, entry: OutboxLetter, *, actor: str, now: datetime, dispatch: Dispatch
) -> None:
    """Somebody knows that a letter of unknown fate has arrived.

    Raises:
        StoreError: Its stage has just changed.
    """
    _decide(store, entry, Stage.SENT, "arrived", actor, now, dispatch)


def _decide(
    store: Store,
    entry: OutboxLetter,
    stage: Stage,
    action: str,
    actor: str,
    now: datetime,
    dispatch: Dispatch,
) -> None:
    promises = store.promises_by_key(entry.letter.promise_keys)
    events = tuple(
        Event(
            promise_key=promise.key,
            at=now,
            actor=actor,
            action=f"letter {action}",
            state=promise.state,
            note=f"{entry.letter.kind} to {entry.letter.recipient}",
        )
        for promise in promises
    )
    note = f"{action} by {actor}; before: {entry.stage}, {entry.note}"[:500]
    follows = dispatch.consequences(entry, stage, now, note)
    store.move_letter(
        entry.id,
        stage,
        now=now,
        note=note,
        next_try_at=now if stage is Stage.QUEUED else None,
        was=entry.stage,
        decided=replace(follows, events=events + follows.events),
    )
