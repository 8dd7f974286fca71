"""The ledger: values in, values out; SQL stays inside this floor.

`Ledger` is the SQLite form of the memory that the flows ask for. Each method is one short
transaction. What commands that only show something need is in `reading`.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import ACTOR, Event, Promise
from promisekeeper.core.records import (
    NOTHING,
    Batch,
    Change,
    MailNote,
    OutboxLetter,
    Quarantined,
    Round,
    Stage,
    Step,
)
from promisekeeper.core.sending import Traffic
from promisekeeper.core.teaching import Lesson, Teaching
from promisekeeper.core.threads import relatives_of
from promisekeeper.store import acks, desk, lessons, mailnotes, outbox, rows
from promisekeeper.store.acks import AckBook
from promisekeeper.store.connection import (
    PATIENCE_SECONDS,
    connect_for_reading,
    connect_for_writing,
    insert_new,
)
from promisekeeper.store.promiserows import (
    Row,
    event_row,
    local_text,
    promise_row,
    storable,
)
from promisekeeper.store.reading import marks, portions
from promisekeeper.store.rounds import RoundTooLateError, apply_change, store_promise, store_round
from promisekeeper.store.unsettled import mark_unsettled

if TYPE_CHECKING:
    from sqlite_utils import Database


class Ledger(AckBook):
    """An open ledger; belongs to one thread, while several may lie open on one file."""

    def __init__(
        self,
        path: Path | str,
        *,
        is_read_only: bool = False,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Open the file, and make it where there is none, unless it is only to be read.

        Args:
            path: Where it lies, or ":memory:".
            is_read_only: Nothing is made, changed or written.
            patience_seconds: How long a write waits for its turn.

        Raises:
            SourceNotFoundError: It is only to be read and is not there.
            StoreError: It cannot be opened, or is no ledger of this release.
        """
        if is_read_only:
            file = connect_for_reading(Path(path), patience_seconds)
        else:
            file = connect_for_writing(path, patience_seconds)
        super().__init__(file)
        self._seen_serials: dict[str, int] = {}

    @property
    def path(self) -> Path | None:
        """Where it lies; None where that is in memory."""
        return None if self._file.name == ":memory:" else Path(self._file.name)

    def check_writable(self) -> None:
        """Try whether the ledger could be written now, and write nothing.

        Raises:
            StoreError: It cannot.
        """
        with self._file.transaction() as database:
            database.execute("DELETE FROM meta WHERE name IS NULL")

    def first_start(self, now: datetime) -> datetime:
        """When this ledger was first used for watching; `now` where it never was."""
        if self.started_at() is None:
            with self._file.transaction() as database:
                row: Row = {"name": "first_start", "value": local_text(now)}
                insert_new(database, "meta", row, once_by=("name",))
        return self.started_at() or now

    def cursor(self, folder: str) -> Cursor | None:
        """How far a folder has been read and stored."""
        found = self._file.rows("SELECT validity, position FROM cursors WHERE folder = ?", [folder])
        return Cursor(validity=found[0][0], position=found[0][1]) if found else None

    def known(self, message_ids: Collection[str], role: Role) -> frozenset[str]:
        """Those ids that are noted for this role already, or are our own letters."""
        found: set[str] = set()
        for some in portions(message_ids):
            signs = marks(some)
            for (message_id,) in self._file.rows(
                f"SELECT message_id FROM notes WHERE role = ? AND message_id IN ({signs})"
                f" UNION SELECT message_id FROM outbox WHERE message_id IN ({signs})",
                [role.value, *some, *some],
            ):
                found.add(message_id)
        return frozenset(given for given in message_ids if storable(given) in found)

    def record(self, batch: Batch) -> tuple[Promise, ...]:
        """Store a page and move its cursor; returns the promises that are new, with ids.

        What is stored already (same note, same promise key) is left as it is. The
        customers of all notes and promises are marked as unsettled.

        Raises:
            ValueError: There is not one first event for each promise.
        """
        # Rows are made before the lock is taken: nobody waits for that.
        notes = [(rows.note_row(note), note.customers) for note in batch.notes]
        promises = [
            (promise, promise_row(promise), event_row(event))
            for promise, event in zip(batch.promises, batch.first_events, strict=True)
        ]
        tellings = [lessons.telling_row(telling) for telling in batch.tellings]
        with self._file.transaction() as database:
            mailnotes.store_notes(database, notes)
            numbers = [store_promise(database, row, event) for _, row, event in promises]
            for telling in tellings:
                lessons.store_telling(database, telling)
            for lesson in batch.lessons:
                lessons.store_lesson(database, lesson)
            for receipt in batch.receipts:
                acks.store_receipt(database, receipt)
            for mail in batch.quarantined:
                row = rows.quarantine_row(mail)
                once_by = ("folder", "position", "size", "problem")
                insert_new(database, "quarantine", row, once_by=once_by)
            for address, reason, at in batch.suppressed:
                desk.suppress(database, address, reason, at)
            for key in batch.found:
                database.execute(
                    "INSERT OR IGNORE INTO found_in SELECT :folder, key FROM promises"
                    " WHERE key = :key",
                    {"folder": storable(batch.folder), "key": storable(key)},
                )
            mark_unsettled(database, batch)
            if batch.cursor is not None:
                _move_cursor(database, batch.folder, batch.cursor)
        return tuple(
            replace(promise, id=number)
            for (promise, _, _), number in zip(promises, numbers, strict=True)
            if number is not None
        )

    def together(self) -> AbstractContextManager[None]:
        """Store all that is recorded in here in one transaction, or nothing of it."""
        return self._file.together()

    def teaching(self) -> Teaching:
        """What agents have taught, and how the wordings it is about have fared."""
        return lessons.read_teaching(self._file)

    def told(self, patterns: Collection[tuple[str, str]]) -> dict[tuple[str, str], frozenset[str]]:
        """Everybody whom an owner told a pattern, by owner and pattern; a hundred at most."""
        return lessons.told_customers(self._file, patterns)

    def teach(self, lesson: Lesson, change: Change | None = None) -> bool:
        """Store a lesson and the change it comes with; False where the change came too late."""
        with self._file.transaction() as database:
            if change is not None and not apply_change(database, change):
                return False
            lessons.store_lesson(database, lesson)
        return True

    def lift(self, lesson_id: int, now: datetime) -> None:
        """End a lesson; what it held back is found again from now on.

        Raises:
            LessonNotFoundError: There is no such lesson that holds.
        """
        lessons.lift_lesson(self._file, lesson_id, now)

    def unsettled(self) -> tuple[str, ...]:
        """Customers with news since their promises were last weighed, by address.

        How their mails were spread over pages, and so in which order they were marked, is no
        matter: history is numbered as they are weighed, and is the same after any interruption.
        """
        found = self._file.rows("SELECT customer, serial FROM unsettled ORDER BY customer")
        self._seen_serials = dict(found)
        return tuple(self._seen_serials)

    def settle(self, customer: str, changes: Sequence[Change]) -> None:
        """Store verdicts and take the customer's mark away.

        The mark stays where news came in since `unsettled` was asked, or where somebody
        else was quicker with a change: those verdicts were weighed without knowing it.
        """
        self.settle_many({customer: changes})

    def settle_many(self, verdicts: Mapping[str, Sequence[Change]]) -> None:
        """Store the verdicts of several customers in one transaction; each as `settle` does."""
        with self._file.transaction() as database:
            for customer, changes in verdicts.items():
                applied = [apply_change(database, change) for change in changes]
                if all(applied):
                    seen = self._seen_serials.get(customer)
                    database.execute(
                        "DELETE FROM unsettled WHERE customer = :customer"
                        " AND (:seen IS NULL OR serial <= :seen)",
                        {"customer": storable(customer), "seen": seen},
                    )

    def change(self, change: Change) -> bool:
        """Apply one change; False when the promise was not in the expected state."""
        with self._file.transaction() as database:
            return apply_change(database, change)

    def notes(self, customer: str, *, role: Role | None = None) -> tuple[MailNote, ...]:
        """All notes of mails to or from a customer, or of one role alone, oldest first."""
        return mailnotes.of_customer(self._file, customer, role)

    def notes_beside(self, customer: str, threads: Collection[str]) -> tuple[MailNote, ...]:
        """Notes of mails in these conversations to or from a customer's relatives alone."""
        found = [
            note
            for some in portions(threads)
            for note in mailnotes.beside(self._file, customer, some)
        ]
        return tuple(note for note in found if relatives_of(customer, note.customers))

    def corrections(self, promise_keys: Collection[str]) -> dict[str, tuple[Event, ...]]:
        """The whole history of those promises that anybody but promisekeeper has touched."""
        touched = [
            key
            for some in portions(promise_keys)
            for (key,) in self._file.rows(
                "SELECT DISTINCT promise_key FROM events"
                f" WHERE actor <> ? AND promise_key IN ({marks(some)})",
                [ACTOR, *some],
            )
        ]
        return {key: self.events(key) for key in touched}

    def steps(self, promise_keys: Collection[str]) -> frozenset[Step]:
        """The steps already taken for these promises."""
        return frozenset(
            rows.step_from(row)
            for some in portions(promise_keys)
            for row in self._file.rows(
                f"SELECT {rows.STEP_COLUMNS} FROM steps WHERE promise_key IN ({marks(some)})",
                some,
            )
        )

    def move(self, change: Change, new: Promise, first_event: Event) -> Promise | None:
        """Store a moved promise and the one that takes its place, both or neither.

        Returns:
            The new one with its id; None where the change came too late.
        """
        with self._file.transaction() as database:
            if not apply_change(database, change):
                return None
            number = store_promise(database, promise_row(new), event_row(first_event))
        return replace(new, id=number)

    def close_round(self, decided: Round, now: datetime) -> bool:
        """Store everything that was decided, all or nothing.

        A step, mark, token, promise or letter whose name is known is not stored again.

        Returns:
            False, and nothing is stored, where a token that it spends was used before, an
            answer was dealt with before, or what must be unchanged was changed.
        """
        try:
            with self._file.transaction() as database:
                store_round(database, decided, now)
        except RoundTooLateError:
            return False
        return True

    def next_letter(self, now: datetime) -> OutboxLetter | None:
        """The oldest queued letter that may be tried now."""
        return outbox.next_letter(self._file, now)

    def letters(self, stage: Stage | None = None) -> tuple[OutboxLetter, ...]:
        """The outbox, oldest first."""
        return outbox.letters(self._file, stage)

    def move_letter(
        self,
        letter_id: int,
        stage: Stage,
        *,
        now: datetime,
        note: str = "",
        next_try_at: datetime | None = None,
        was: Stage | None = None,
        decided: Round = NOTHING,
    ) -> None:
        """Commit a letter's stage durably, before this returns.

        Moving to IN_DATA counts an attempt.

        Args:
            was: The stage where it must be; None for any.
            decided: What else becomes true with it, stored in the same transaction.

        Raises:
            StoreError: There is no such letter at that stage, or the step would risk a second
                delivery.
        """
        with self._file.transaction() as database:
            outbox.move_letter(
                database, letter_id, stage, was=was, now=now, note=note, next_try_at=next_try_at
            )
            store_round(database, decided, now)

    def letter_numbered(self, letter_id: int) -> OutboxLetter | None:
        """One letter by its number; None where there is none."""
        return outbox.letter_numbered(self._file, letter_id)

    def letters_of_draft(self, draft_id: int) -> tuple[OutboxLetter, ...]:
        """The letters that ever carried a draft, oldest first."""
        return outbox.letters_of_draft(self._file, draft_id)

    def sent_letters(self, kind: str, since: datetime) -> tuple[OutboxLetter, ...]:
        """The letters of a kind that were sent since an instant, oldest first."""
        return outbox.sent_letters(self._file, kind, since)

    def handed_over(self, number: int, since: datetime, recipient: str = "") -> datetime | None:
        """When the oldest of the last `number` letters was handed over, to one or to all.

        None where fewer were handed over after that instant.
        """
        return outbox.handed_over(self._file, number, since, recipient)

    def traffic_since(self, since: datetime) -> Traffic:
        """What happened in the outbox since an instant."""
        return outbox.traffic_since(self._file, since)

    def quarantine(self) -> tuple[Quarantined, ...]:
        """The mails that could not be read, oldest first."""
        found = self._file.rows(f"SELECT {rows.QUARANTINE_COLUMNS} FROM quarantine ORDER BY id")
        return tuple(map(rows.quarantined_from, found))


def open_ledger(path: Path) -> Ledger:
    """Open a ledger for watching and writing; one is made, mode 0600, where there is none."""
    return Ledger(path)


def _move_cursor(database: "Database", folder: str, cursor: Cursor) -> None:
    database.execute(
        "INSERT INTO cursors (folder, validity, position) VALUES (:folder, :validity, :position)"
        " ON CONFLICT (folder) DO UPDATE SET validity = :validity, position = :position",
        {
            "folder": storable(folder),
            "validity": cursor.validity,
            "position": cursor.position,
        },
    )
