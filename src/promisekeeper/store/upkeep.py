"""The data is the user's: a copy of it, everything of one person gone, and an end to old things."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from promisekeeper.errors import InputError, StoreError
from promisekeeper.store.connection import LedgerFile, connect_for_writing, speaking_plainly
from promisekeeper.store.promiserows import INSTANT_LENGTH, instant_text, storable

if TYPE_CHECKING:
    from sqlite_utils import Database

PATIENCE_SECONDS = 30.0

_THEIR_PROMISES = "SELECT key FROM promises WHERE customer = :who"
_THEIR_NOTES = "SELECT note_id FROM note_customers WHERE customer = :who"
# In an order that leaves no row behind which points at one that is gone.
_FORGET = (
    (
        "letters",
        f"DELETE FROM outbox WHERE {{mentions}} IN ({_THEIR_PROMISES}) OR recipient = :who"
        f" OR EXISTS (SELECT 1 FROM json_each(promise_keys) WHERE value IN ({_THEIR_PROMISES}))",
    ),
    (
        "answers",
        "DELETE FROM answers WHERE token IN (SELECT name FROM tokens WHERE EXISTS"
        f" (SELECT 1 FROM json_each(promise_keys) WHERE value IN ({_THEIR_PROMISES})))",
    ),
    (
        "rights to answer",
        "DELETE FROM tokens WHERE EXISTS"
        f" (SELECT 1 FROM json_each(promise_keys) WHERE value IN ({_THEIR_PROMISES}))",
    ),
    ("drafts", f"DELETE FROM drafts WHERE promise_key IN ({_THEIR_PROMISES})"),
    ("steps", f"DELETE FROM steps WHERE promise_key IN ({_THEIR_PROMISES})"),
    ("lines of history", f"DELETE FROM events WHERE promise_key IN ({_THEIR_PROMISES})"),
    ("lessons", f"DELETE FROM lessons WHERE promise_key IN ({_THEIR_PROMISES})"),
    ("uses of sentences", "DELETE FROM tellings WHERE customer = :who"),
    ("places", f"DELETE FROM found_in WHERE promise_key IN ({_THEIR_PROMISES})"),
    ("promises", "DELETE FROM promises WHERE customer = :who"),
    ("form mails", "DELETE FROM receipts WHERE address = :who"),
    ("marks", "DELETE FROM unsettled WHERE customer = :who"),
)
# A reminder's key is "<kind>/<promise key>/<due>".
_PROMISE_OF_LETTER = (
    "substr(dedupe_key, instr(dedupe_key, '/') + 1,"
    " instr(substr(dedupe_key, instr(dedupe_key, '/') + 1), '/') - 1)"
)
_OLD_PROMISES = (
    f"SELECT key FROM promises WHERE state <> 'open' AND substr(settled_at, 1, {INSTANT_LENGTH})"
    " < :before"
)
_RETAIN = (
    ("drafts", f"DELETE FROM drafts WHERE promise_key IN ({_OLD_PROMISES})"),
    ("rights to answer", "DELETE FROM tokens WHERE expires_at < :before"),
    ("answers", "DELETE FROM answers WHERE at < :before"),
    ("marks of the day", "DELETE FROM marks WHERE at < :before"),
    ("steps", f"DELETE FROM steps WHERE promise_key IN ({_OLD_PROMISES})"),
    ("lines of history", f"DELETE FROM events WHERE promise_key IN ({_OLD_PROMISES})"),
    ("uses of sentences", f"DELETE FROM tellings WHERE promise_key IN ({_OLD_PROMISES})"),
    ("places", f"DELETE FROM found_in WHERE promise_key IN ({_OLD_PROMISES})"),
    ("promises", f"DELETE FROM promises WHERE key IN ({_OLD_PROMISES})"),
    ("form mails", "DELETE FROM receipts WHERE stage <> 'pending' AND decided_at < :before"),
    (
        "letters",
        "DELETE FROM outbox WHERE stage IN ('sent', 'failed', 'dropped') AND changed_at < :before",
    ),
)
_OLD_NOTES = (
    f"SELECT id FROM notes WHERE substr(sent_at, 1, {INSTANT_LENGTH}) < :before AND id NOT IN"
    " (SELECT note_id FROM note_customers JOIN promises USING (customer) WHERE state = 'open')"
)


def back_up(source: Path, target: Path) -> int:
    """Copy a ledger, whole and consistent, while it is in use; returns the copy's bytes.

    Raises:
        InputError: The target exists already.
        StoreError: The source cannot be read, or the target cannot be written.
    """
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise InputError(f"{target} exists already: name another file") from error
    except OSError as error:
        raise StoreError(f"{target}: {error.strerror}: see owner and mode of its folder") from error
    try:
        _copy(source, target)
    except BaseException:
        # Half a copy must never be taken for a whole one.
        target.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def _copy(source: Path, target: Path) -> None:
    with (
        speaking_plainly(str(source)),
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def forget(path: Path, address: str) -> dict[str, int]:
    """Delete everything that the ledger holds of a customer.

    Returns:
        How many of each kind were deleted; kinds of which there were none are left out.
    """
    steps = [(name, sql.format(mentions=_PROMISE_OF_LETTER)) for name, sql in _FORGET]
    who = storable(address.strip().lower())
    with closing(connect_for_writing(path, PATIENCE_SECONDS)) as file:
        return _delete(file, steps, {"who": who}, notes=_THEIR_NOTES)


def retain(path: Path, before: datetime) -> dict[str, int]:
    """Delete what was settled, and mail that was noted, before an instant; open promises stay."""
    with closing(connect_for_writing(path, PATIENCE_SECONDS)) as file:
        return _delete(file, _RETAIN, {"before": instant_text(before)}, notes=_OLD_NOTES)


def _delete(
    file: LedgerFile,
    steps: Sequence[tuple[str, str]],
    parameters: dict[str, str],
    *,
    notes: str,
) -> dict[str, int]:
    # What is deleted is overwritten too, not merely marked as free.
    file.rows("PRAGMA secure_delete = ON")
    counts = {}
    with file.transaction() as database:
        for name, sql in steps:
            counts[name] = database.execute(sql, parameters).rowcount
        counts["notes of mails"] = _delete_notes(database, notes, parameters)
    file.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return {name: number for name, number in counts.items() if number}


def _delete_notes(database: "Database", notes: str, parameters: dict[str, str]) -> int:
    found = [row[0] for row in database.execute(notes, parameters).fetchall()]
    for note_id in found:
        database.execute("DELETE FROM note_customers WHERE note_id = ?", [note_id])
        database.execute("DELETE FROM notes WHERE id = ?", [note_id])
    return len(found)
