"""Outbox -> SMTP, stage by stage: never twice, never silently lost.

A letter's stage is committed before the point of no return. One whose fate is
unknown afterwards is looked for in the watched mailboxes once the server had
time to act: found means sent. Not found, a letter to an agent goes out again
under the same Message-ID, and a letter to a customer is held for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.core.records import Audience, OutboxLetter, Stage
from promisekeeper.flows.ports import Postman, Store

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one round of delivery did.

    Attributes:
        problem: Why the last letter that was not sent was not; empty when all went well.
    """

    sent: int = 0
    held: int = 0
    failed: int = 0
    waiting: int = 0
    problem: str = ""


def deliver(
    store: Store, postman: Postman, *, clock: Callable[[], datetime], most: int = 50
) -> Delivered:
    """Hand over the queued letters whose time has come; one try for each.

    A server that cannot be reached is not asked again for every letter of the round.
    """
    counts = dict.fromkeys(Stage, 0)
    problem = ""
    for _ in range(most):
        entry = store.next_letter(clock())
        if entry is None:
            break
        outcome = _hand_over(store, postman, entry, clock)
        counts[STAGES[outcome.stage]] += 1
        if outcome.stage is not Handed.SENT:
            problem = _note(outcome)
        if outcome.stage is Handed.UNSENT and outcome.code is None:
            break
    return Delivered(
        sent=counts[Stage.SENT],
        held=counts[Stage.HELD],
        failed=counts[Stage.FAILED],
        waiting=counts[Stage.QUEUED] + counts[Stage.IN_DATA],
        problem=problem,
    )


def _hand_over(
    store: Store, postman: Postman, entry: OutboxLetter, clock: Callable[[], datetime]
) -> Outcome:
    letter = entry.letter
    outcome = postman.send(
        Envelope(
            sender=letter.sender,
            recipient=letter.recipient,
            content=letter.content,
            message_id=letter.message_id,
        ),
        # Read again here: the connection may have taken minutes, and grace counts from now.
        lambda: store.move_letter(entry.id, Stage.IN_DATA, now=clock()),
    )
    stage = STAGES[outcome.stage]
    if stage is Stage.IN_DATA:
        return outcome
    now = clock()
    again = now + retry_after(entry) if stage is Stage.QUEUED else None
    store.move_letter(entry.id, stage, now=now, note=_note(outcome), next_try_at=again)
    return outcome


STAGES = {
    Handed.SENT: Stage.SENT,
    Handed.UNSENT: Stage.QUEUED,
    Handed.REFUSED: Stage.FAILED,
    Handed.UNKNOWN: Stage.IN_DATA,
}


def _note(outcome: Outcome) -> str:
    return f"{outcome.code or ''} {outcome.text}".strip()[:500]


def retry_after(entry: OutboxLetter) -> timedelta:
    """How long to wait until the next try: twice as long as last time, an hour at most."""
    waited = entry.next_try_at - entry.changed_at
    return min(LAST_RETRY, max(FIRST_RETRY, 2 * waited))


def resolve_doubts(
    store: Store, find: Callable[[str], bool], *, now: datetime, grace: timedelta
) -> Delivered:
    """Decide about letters whose hand-over was cut off.

    Args:
        find: Whether a Message-ID lies in a watched mailbox. It raises a
            MailboxError where it cannot look: then nothing is decided.
        grace: Longer than any server may take to accept a letter after we
            stopped listening.
    """
    sent = held = waiting = 0
    for entry in store.letters(Stage.IN_DATA):
        if now - entry.changed_at < grace:
            continue
        if find(entry.letter.message_id):
            note = "the answer was lost; found by its Message-ID"
            store.move_letter(entry.id, Stage.SENT, now=now, note=note)
            sent += 1
        elif entry.letter.audience is Audience.AGENT:
            note = "the answer was lost; not found, so it goes out again"
            store.move_letter(entry.id, Stage.QUEUED, now=now, note=note, next_try_at=now)
            waiting += 1
        else:
            note = "the answer was lost; not found: a person must decide"
            store.move_letter(entry.id, Stage.HELD, now=now, note=note)
            held += 1
    return Delivered(sent=sent, held=held, waiting=waiting)
