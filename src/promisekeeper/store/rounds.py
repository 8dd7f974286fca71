"""One round's decisions into the tables; the caller holds the transaction."""

from datetime import datetime
from typing import TYPE_CHECKING

from promisekeeper.core.promise import ACTOR
from promisekeeper.core.records import Change, Round
from promisekeeper.store import acks, desk, lessons, outbox, rows
from promisekeeper.store.connection import insert, insert_new
from promisekeeper.store.promiserows import PROMISE_COLUMNS, Row, event_row, promise_row, row_of

if TYPE_CHECKING:
    from sqlite_utils import Database


# The columns of a promise that only a person changes once it is stored.
BY_PERSONS = ("owner", "owner_address", "snoozed_until")
_COLUMNS = PROMISE_COLUMNS.split(", ")[1:]
_STORED = f"SELECT {', '.join(_COLUMNS)} FROM promises WHERE key = :key AND state = :was"


class RoundTooLateError(Exception):
    """Something that a round rests on is not so any more: nothing of it is stored."""


def store_round(database: "Database", decided: Round, now: datetime) -> None:
    """Store everything that was decided.

    Raises:
        RoundTooLateError: A token that it spends was used before, or never was; an answer or a
            form mail was dealt with before; what must be unchanged was changed; or a step that
            must be new was taken.
    """
    _check(database, decided, now)
    for opened in decided.opened:
        store_promise(database, promise_row(opened.promise), event_row(opened.first_event))
    for change in decided.changes:
        if not apply_change(database, change) and decided.must_apply:
            raise RoundTooLateError(change.promise.key)
    for event in decided.events:
        insert(database, "events", event_row(event))
    for lesson in decided.lessons:
        lessons.store_lesson(database, lesson)
    for number in decided.lifted:
        lessons.end_lesson(database, number, now)
    _store_speech(database, decided, now)


def _check(database: "Database", decided: Round, now: datetime) -> None:
    """Use up what is good for once, and see that all that the round rests on is still so."""
    for name in decided.spent:
        # Under the write lock: two answers cannot spend the same token.
        if not desk.spend_token(database, name, now):
            raise RoundTooLateError(name)
    for answer in decided.answers:
        if not desk.store_answer(database, answer):
            raise RoundTooLateError(answer.message_id)
    for draft in decided.unchanged:
        if not desk.is_stored(database, draft):
            raise RoundTooLateError(f"draft {draft.id}")
    for receipt in decided.receipts:
        if not acks.decide_receipt(database, receipt):
            raise RoundTooLateError(receipt.message_id)
    if decided.is_first and _is_spoken(database, decided):
        raise RoundTooLateError("somebody else has spoken of it")


def _is_spoken(database: "Database", decided: Round) -> bool:
    """Whether one of its steps or marks is stored already."""
    asked = [
        (
            "SELECT 1 FROM steps WHERE promise_key = :promise_key AND kind = :kind"
            " AND due_at = :due_at",
            rows.step_row(step),
        )
        for step in decided.steps
    ]
    asked += [
        ("SELECT 1 FROM marks WHERE name = :name", row_of(name=mark.name)) for mark in decided.marks
    ]
    return any(database.execute(sql, row).fetchone() for sql, row in asked)


def _store_speech(database: "Database", decided: Round, now: datetime) -> None:
    for step in decided.steps:
        row = rows.step_row(step)
        insert_new(database, "steps", row, once_by=("promise_key", "kind", "due_at"))
    for draft in decided.drafts:
        desk.store_draft(database, draft)
    for token in decided.tokens:
        desk.store_token(database, token)
    for mark in decided.marks:
        desk.store_mark(database, mark)
    for address, reason in decided.suppressed:
        desk.suppress(database, address, reason, now)
    for letter in decided.letters:
        outbox.queue_letter(database, letter, now)


def store_promise(database: "Database", promise: Row, first_event: Row) -> int | None:
    """The promise's number; None where it was stored before."""
    number = insert_new(database, "promises", promise, once_by=("key",))
    if number is not None:
        insert(database, "events", first_event)
    return number


def apply_change(database: "Database", change: Change) -> bool:
    """Apply one change; False when the promise was not in the expected state."""
    row = {**promise_row(change.promise), "was": change.was.value}
    stored = database.execute(_STORED, row).fetchone()
    if stored is None:
        return False
    # What mail shows is weighed for seconds, and says nothing of owners and pauses: a word that a
    # person says of these meanwhile must not be overwritten.
    fixed = {"key", *(BY_PERSONS if change.event.actor == ACTOR else ())}
    # What stays as it is costs time all the same, where it stands in an index.
    new = [
        column
        for column, value in zip(_COLUMNS, stored, strict=True)
        if column not in fixed and row[column] != value
    ]
    if new:
        settings = ", ".join(f"{column} = :{column}" for column in new)
        database.execute(f"UPDATE promises SET {settings} WHERE key = :key", row)
    insert(database, "events", event_row(change.event))
    return True
