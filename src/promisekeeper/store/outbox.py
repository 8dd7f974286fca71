"""Letters and their stages: queued, in_data, sent, held, failed; and the one who sends them.

Each function is given the open ledger. A letter lies here with its final bytes and Message-ID
from the start, once for each dedupe key.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from promisekeeper.core.records import Letter, OutboxLetter, Stage
from promisekeeper.core.sending import Traffic
from promisekeeper.errors import StoreBusyError, StoreError
from promisekeeper.store.connection import LedgerFile, insert_new
from promisekeeper.store.promiserows import instant_text, read_time, storable
from promisekeeper.store.rows import LETTER_COLUMNS, letter_from, letter_row

if TYPE_CHECKING:
    from sqlite_utils import Database


def queue_letter(database: "Database", letter: Letter, now: datetime) -> None:
    """Put a letter into the outbox, unless one with its dedupe key ever was there."""
    insert_new(database, "outbox", letter_row(letter, now), once_by=("dedupe_key",))


def next_letter(file: LedgerFile, now: datetime) -> OutboxLetter | None:
    """The oldest queued letter that may be tried now."""
    rows = file.rows(
        f"SELECT {LETTER_COLUMNS} FROM outbox WHERE stage = 'queued' AND next_try_at <= ?"
        " ORDER BY id LIMIT 1",
        [instant_text(now)],
    )
    return letter_from(rows[0]) if rows else None


def letters(file: LedgerFile, stage: Stage | None) -> tuple[OutboxLetter, ...]:
    """The outbox, or the letters at one stage, oldest first."""
    where, parameters = ("WHERE stage = ?", [stage.value]) if stage else ("", [])
    rows = file.rows(f"SELECT {LETTER_COLUMNS} FROM outbox {where} ORDER BY id", parameters)
    return tuple(map(letter_from, rows))


def letter(file: LedgerFile, message_id: str) -> OutboxLetter | None:
    """The letter of ours with this Message-ID."""
    rows = file.rows(f"SELECT {LETTER_COLUMNS} FROM outbox WHERE message_id = ?", [message_id])
    return letter_from(rows[0]) if rows else None


def told_since(file: LedgerFile, since: datetime, recipient: str) -> frozenset[str]:
    """Keys of the promises that somebody got an urgent letter about, from an instant on."""
    found = file.rows(
        "SELECT promise_keys FROM outbox WHERE queued_at >= ? AND recipient = ? AND is_urgent = 1",
        [instant_text(since), recipient],
    )
    return frozenset(key for (keys,) in found for key in json.loads(keys))


def letters_about(file: LedgerFile, promise_key: str) -> tuple[OutboxLetter, ...]:
    """All letters that speak of a promise, oldest first."""
    rows = file.rows(
        f"SELECT {LETTER_COLUMNS} FROM outbox WHERE EXISTS (SELECT 1 FROM"
        " json_each(promise_keys) WHERE value = ?) ORDER BY id",
        [promise_key],
    )
    return tuple(map(letter_from, rows))


def letter_numbered(file: LedgerFile, letter_id: int) -> OutboxLetter | None:
    """One letter by its number; None where there is none."""
    rows = file.rows(f"SELECT {LETTER_COLUMNS} FROM outbox WHERE id = ?", [letter_id])
    return letter_from(rows[0]) if rows else None


def letters_of_draft(file: LedgerFile, draft_id: int) -> tuple[OutboxLetter, ...]:
    """The letters that ever carried a draft, oldest first."""
    rows = file.rows(
        f"SELECT {LETTER_COLUMNS} FROM outbox WHERE draft_id = ? ORDER BY id", [draft_id]
    )
    return tuple(map(letter_from, rows))


def sent_letters(file: LedgerFile, kind: str, since: datetime) -> tuple[OutboxLetter, ...]:
    """The letters of a kind that were sent since an instant, oldest first."""
    rows = file.rows(
        f"SELECT {LETTER_COLUMNS} FROM outbox WHERE stage = 'sent' AND changed_at >= ?"
        " AND kind = ? ORDER BY id",
        [instant_text(since), kind],
    )
    return tuple(map(letter_from, rows))


def handed_over(file: LedgerFile, number: int, since: datetime, recipient: str) -> datetime | None:
    """When the letter was handed over that is so many before the next; to one recipient, or all.

    None where fewer were handed over after that instant.
    """
    asked: list[object] = [instant_text(since)]
    if recipient:
        asked.append(recipient)
    found = file.rows(
        "SELECT changed_at FROM outbox WHERE stage IN ('sent', 'in_data', 'held')"
        f" AND changed_at > ? {'AND recipient = ?' if recipient else ''}"
        " ORDER BY changed_at DESC LIMIT 1 OFFSET ?",
        [*asked, number - 1],
    )
    return read_time(found[0][0]) if found else None


def traffic_since(file: LedgerFile, since: datetime) -> Traffic:
    """What happened in the outbox since an instant."""
    changed = dict(
        file.rows(
            "SELECT stage, count(*) FROM outbox"
            " WHERE stage IN ('sent', 'failed', 'in_data', 'held') AND changed_at >= ?"
            " GROUP BY stage",
            [instant_text(since)],
        )
    )
    ((queued,),) = file.rows(
        "SELECT count(*) FROM outbox WHERE queued_at >= ?", [instant_text(since)]
    )
    return Traffic(
        queued=queued,
        sent=changed.get("sent", 0),
        failed=changed.get("failed", 0),
        in_doubt=changed.get("in_data", 0) + changed.get("held", 0),
    )


def move_letter(
    database: "Database",
    letter_id: int,
    stage: Stage,
    *,
    was: Stage | None,
    now: datetime,
    note: str,
    next_try_at: datetime | None,
) -> None:
    """Set a letter's stage; the caller holds the transaction.

    Raises:
        StoreError: There is no such letter, it is not at the stage where it was thought to be, or
            the step would risk a second delivery: a sent letter stays sent, and only a queued one
            is handed over.
    """
    try:
        moved = database.execute(
            "UPDATE outbox SET stage = :stage, changed_at = :now, note = :note,"
            " attempts = attempts + (:stage = 'in_data'),"
            " next_try_at = coalesce(:next_try_at, next_try_at)"
            " WHERE id = :id AND (:was IS NULL OR stage = :was)",
            {
                "id": letter_id,
                "stage": stage.value,
                "was": was.value if was else None,
                "now": instant_text(now),
                "note": storable(note),
                "next_try_at": instant_text(next_try_at) if next_try_at else None,
            },
        )
    except sqlite3.IntegrityError as error:
        raise StoreError(f"letter {letter_id} cannot become {stage}: {error}") from error
    if not moved.rowcount:
        at_stage = f" that is {was}" if was else ""
        raise StoreError(f"no letter {letter_id}{at_stage}")


@contextmanager
def sender_lock(ledger: Path) -> Iterator[None]:
    """Be the only one who sends from this ledger, as long as the block lasts.

    The system lets go of the lock when the process ends, however it ends.

    Raises:
        StoreBusyError: Another process sends from it now.
        StoreError: The lock file beside the ledger cannot be used.
    """
    # Two names of one ledger must not make two locks.
    ledger = ledger.resolve()
    path = ledger.with_name(f"{ledger.name}-sender")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}: see the owner and mode of it") from error
    try:
        _lock(descriptor, path, ledger)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path, ledger: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 20).decode(errors="replace")
        raise StoreBusyError(
            f"{ledger}: another promisekeeper (process {holder or 'unknown'}) sends from this"
            f" ledger already: stop that one first, for two might send a letter twice"
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be locked: {error.strerror}: use a local disk") from error
