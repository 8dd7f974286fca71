"""Notes of mails: into their tables and back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from promisekeeper.core.mail import Role
from promisekeeper.core.records import MailNote
from promisekeeper.store import rows
from promisekeeper.store.connection import LedgerFile, insert_new
from promisekeeper.store.laterschema import IS_UPSET
from promisekeeper.store.promiserows import INSTANT_LENGTH, ReadRow, Row, instant_text, storable

if TYPE_CHECKING:
    from sqlite_utils import Database

SENT_AT = f"substr(sent_at, 1, {INSTANT_LENGTH})"
SELECT = f"SELECT id, customer, {rows.NOTE_COLUMNS} FROM notes JOIN note_customers ON note_id = id"


def of_customer(file: LedgerFile, customer: str, role: Role | None) -> tuple[MailNote, ...]:
    """All notes of mails to or from a customer, or those of one role alone, oldest first."""
    return _grouped(
        file.rows(
            f"{SELECT} WHERE id IN (SELECT note_id FROM note_customers WHERE customer = ?)"
            f" AND role = coalesce(?, role) ORDER BY {SENT_AT}, id, place",
            [customer, role.value if role else None],
        )
    )


def beside(file: LedgerFile, customer: str, threads: Sequence[str]) -> tuple[MailNote, ...]:
    """Notes of mails in some conversations that a customer has no part in."""
    signs = ", ".join("?" * len(threads))
    return _grouped(
        file.rows(
            f"{SELECT} WHERE thread IN ({signs})"
            " AND id NOT IN (SELECT note_id FROM note_customers WHERE customer = ?)"
            " ORDER BY id, place",
            [*threads, customer],
        )
    )


def upset(file: LedgerFile, since: datetime) -> tuple[MailNote, ...]:
    """Notes of mails from an instant on in which a customer sounds upset, oldest first."""
    return _grouped(
        file.rows(
            f"{SELECT} WHERE {IS_UPSET} AND {SENT_AT} >= ? ORDER BY {SENT_AT}, id, place",
            [instant_text(since)],
        )
    )


def _grouped(found: Iterable[ReadRow]) -> tuple[MailNote, ...]:
    """Notes of rows that hold an id and a customer first, several rows for each note."""
    grouped = (list(group) for _, group in groupby(found, key=lambda row: row[0]))
    return tuple(rows.note_from(group[0][2:], [row[1] for row in group]) for group in grouped)


def store_notes(database: "Database", notes: Iterable[tuple[Row, Sequence[str]]]) -> None:
    """Store notes with their customers, each once by its mail and role."""
    people: list[tuple[int, int, str]] = []
    for note, customers in notes:
        note_id = insert_new(database, "notes", note, once_by=("message_id", "role"))
        if note_id is not None:
            people += [(note_id, place, storable(one)) for place, one in enumerate(customers)]
    database.conn.executemany(
        "INSERT INTO note_customers (note_id, place, customer) VALUES (?, ?, ?)", people
    )
