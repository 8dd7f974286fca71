"""Is a letter still wanted at the moment at which it is sent?"""

from collections.abc import Sequence
from datetime import datetime

from promisekeeper.core.promise import Promise, State
from promisekeeper.core.records import Audience, OutboxLetter, Stage
from promisekeeper.core.sending import GO, Ruling, drop
from promisekeeper.flows.ports import Store

# Letters whose only matter is a promise that waits to be kept. All others (a digest, the answer
# to a command) may go out whatever became of the promises that they name.
REMINDER = "reminder"
REMINDERS = frozenset({REMINDER, "lead"})
ACK = "ack"
DIGEST = "digest"


def still_wanted(entry: OutboxLetter, store: Store, now: datetime) -> Ruling:
    """Whether there is still a reason for a letter: asked right before its first byte goes out."""
    letter = entry.letter
    if letter.audience is Audience.CUSTOMER and (why := store.suppressed(letter.recipient)):
        return drop(f"no letter goes to this address: {why}")
    if letter.kind == DIGEST and _has_newer(entry, store):
        return drop("a newer digest for the same reader takes its place")
    if letter.kind in REMINDERS | {ACK} and letter.promise_keys:
        promises = store.promises_by_key(letter.promise_keys)
        # A receipt that waited for its server longer than for its answer promises the past.
        if letter.kind == ACK and all(one.deadline.follow_up_at < now for one in promises):
            return drop("the time that it promises has passed")
        # A pause ends with a reminder of its own.
        if letter.kind == REMINDER and promises and all(one.is_snoozed_at(now) for one in promises):
            return drop("somebody asked to hear nothing of it for a while")
        open_ones = [promise for promise in promises if promise.state is State.OPEN]
        if not open_ones:
            states = ", ".join(dict.fromkeys(promise.state.value for promise in promises))
            return drop(f"its promise is {states or 'gone'} meanwhile")
        if letter.kind == REMINDER and _are_given_away(open_ones, entry, store):
            return drop(f"{open_ones[0].owner} has it now, and was told")
    return GO


def _are_given_away(promises: Sequence[Promise], entry: OutboxLetter, store: Store) -> bool:
    """Whether others have taken all of them over since the letter was queued."""
    if any(promise.owner_address == entry.letter.recipient for promise in promises):
        return False
    queued_at = entry.queued_at or entry.changed_at
    said = store.corrections([promise.key for promise in promises])
    return all(
        any(one.action == "given" and one.at >= queued_at for one in said.get(promise.key, ()))
        for promise in promises
    )


def _has_newer(entry: OutboxLetter, store: Store) -> bool:
    """After days without a mail server one digest is enough, and the last one tells it all."""
    sent = store.sent_letters(DIGEST, entry.queued_at or entry.changed_at)
    return any(
        other.id > entry.id
        and other.letter.kind == DIGEST
        and other.letter.recipient == entry.letter.recipient
        for other in (*store.letters(Stage.QUEUED), *sent)
    )
