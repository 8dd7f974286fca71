"""Form mails in the ledger: noted with the page that brought them, decided once, counted."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from promisekeeper.core.ackrecords import AckCounts, Receipt, ReceiptStage
from promisekeeper.core.visitors import one_mailbox
from promisekeeper.store.connection import insert, insert_new
from promisekeeper.store.desk import Desk
from promisekeeper.store.promiserows import (
    INSTANT_LENGTH,
    ReadRow,
    Row,
    instant_text,
    optional_time,
    read_time,
    row_of,
    storable,
)
from promisekeeper.store.reading import marks

if TYPE_CHECKING:
    from sqlite_utils import Database

COLUMNS = (
    "message_id, received_at, form, thread, refs, address, name, matter, stage, reason, source,"
    " decided_at, letter_key, is_upset"
)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
_SETTING = "acks/"


class AckBook(Desk):
    """The part of the ledger that form mails are noted in."""

    def pending_receipts(self, limit: int) -> tuple[Receipt, ...]:
        """The form mails that are not decided upon, oldest first."""
        found = self._file.rows(
            f"SELECT {COLUMNS} FROM receipts WHERE stage = 'pending' ORDER BY id LIMIT ?", [limit]
        )
        return tuple(map(_receipt_from, found))

    def receipts(self, *, limit: int | None = None) -> tuple[Receipt, ...]:
        """The form mails, the last to come first."""
        found = self._file.rows(
            f"SELECT {COLUMNS} FROM receipts ORDER BY id DESC LIMIT ?",
            [-1 if limit is None else limit],
        )
        return tuple(map(_receipt_from, found))

    def receipt_addresses(self, message_ids: Collection[str]) -> dict[str, str]:
        """The visitors' addresses of those of these mails that came from a form."""
        given = list(message_ids)
        found = self._file.rows(
            f"SELECT message_id, address FROM receipts WHERE address <> ''"
            f" AND message_id IN ({marks(given)})",
            given,
        )
        return dict(found)

    def visitors_at(self, addresses: Collection[str]) -> frozenset[str]:
        """The visitors whose form mail came with one of these addresses to answer to."""
        given = [storable(address) for address in addresses]
        found = self._file.rows(
            "SELECT DISTINCT receipts.address FROM note_customers"
            " JOIN notes ON notes.id = note_id AND notes.role = 'inbox'"
            " JOIN receipts ON receipts.message_id = notes.message_id"
            f" WHERE receipts.address <> '' AND customer IN ({marks(given)})",
            given,
        )
        return frozenset(address for (address,) in found)

    def ack_counts(self, receipt: Receipt, now: datetime) -> AckCounts:
        """How many acknowledgements went out already, as far as it matters for one more."""
        mailbox = storable(one_mailbox(receipt.address))
        domain = storable(receipt.address.rpartition("@")[2])
        return AckCounts(
            thread=self._count(
                "mailbox = ? AND thread = ?", [mailbox, storable(receipt.thread)], None
            ),
            address_hour=self._count("mailbox = ?", [mailbox], now - HOUR),
            address_day=self._count("mailbox = ?", [mailbox], now - DAY),
            domain_hour=self._count("domain = ?", [domain], now - HOUR),
            minute=self._count("1", [], now - MINUTE),
        )

    def last_answer(self, address: str) -> datetime | None:
        """When a person of ours last wrote to an address; None where nobody ever did."""
        found = self._file.rows(
            f"SELECT max(substr(sent_at, 1, {INSTANT_LENGTH})) FROM notes"
            " JOIN note_customers ON note_id = id"
            " WHERE customer = ? AND role = 'sent' AND is_automatic = 0",
            [storable(address)],
        )
        return optional_time(found[0][0])

    def receipts_since(self, since: datetime) -> int:
        """How many form mails were decided upon from an instant on, answered or not."""
        found = self._file.rows(
            "SELECT count(*) FROM receipts WHERE decided_at >= ?", [instant_text(since)]
        )
        return int(found[0][0])

    def ack_setting(self, name: str) -> str:
        """What `ack` commands remember by name; empty where nothing was."""
        found = self._file.rows("SELECT value FROM meta WHERE name = ?", [_SETTING + name])
        return str(found[0][0]) if found else ""

    def set_ack_setting(self, name: str, value: str) -> None:
        """Remember something by name; an empty value forgets it."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM meta WHERE name = ?", [_SETTING + name])
            if value:
                row: Row = {"name": _SETTING + name, "value": storable(value)}
                insert(database, "meta", row)

    def hold_acks(self, now: datetime) -> int:
        """Hold the acknowledgements that were not handed over yet; returns how many."""
        with self._file.transaction() as database:
            done = database.execute(
                "UPDATE outbox SET stage = 'held', changed_at = ?,"
                " note = 'acknowledgements were turned off'"
                " WHERE kind = 'ack' AND stage = 'queued'",
                [instant_text(now)],
            )
            return int(done.rowcount)

    def _count(self, where: str, values: list[str], since: datetime | None) -> int:
        within = "" if since is None else " AND decided_at > ?"
        times = [] if since is None else [instant_text(since)]
        found = self._file.rows(
            f"SELECT count(*) FROM receipts WHERE {where} AND stage IN ('sent', 'would'){within}",
            [*values, *times],
        )
        return int(found[0][0])


def store_receipt(database: "Database", receipt: Receipt) -> None:
    """Note a form mail; one that is known stays as it is."""
    insert_new(database, "receipts", _receipt_row(receipt), once_by=("message_id",))


def decide_receipt(database: "Database", receipt: Receipt) -> bool:
    """Store what was decided; False where somebody was quicker."""
    row = _receipt_row(receipt)
    decided = ("stage", "reason", "source", "decided_at", "letter_key")
    settings = ", ".join(f"{column} = :{column}" for column in decided)
    done = database.execute(
        f"UPDATE receipts SET {settings} WHERE message_id = :message_id AND stage = 'pending'", row
    )
    if done.rowcount and receipt.is_waited_for:
        # The answer may lie in the ledger already, read before the form mail was.
        database.execute(
            "INSERT OR REPLACE INTO unsettled (customer) VALUES (?)", [storable(receipt.address)]
        )
    return bool(done.rowcount)


def _receipt_row(receipt: Receipt) -> Row:
    return row_of(
        message_id=receipt.message_id,
        received_at=instant_text(receipt.received_at),
        form=receipt.form,
        thread=receipt.thread,
        refs=json.dumps(receipt.references, ensure_ascii=False, separators=(",", ":")),
        address=receipt.address,
        mailbox=one_mailbox(receipt.address) if receipt.address else "",
        domain=receipt.address.rpartition("@")[2],
        name=receipt.name,
        matter=receipt.matter,
        stage=receipt.stage.value,
        reason=receipt.reason,
        source=receipt.source,
        decided_at=instant_text(receipt.decided_at) if receipt.decided_at else None,
        letter_key=receipt.letter_key,
        is_upset=receipt.is_upset,
    )


def _receipt_from(row: ReadRow) -> Receipt:
    message_id, received_at, form, thread, references, *rest = row
    address, name, matter, stage, reason, source, decided_at, letter_key, is_upset = rest
    return Receipt(
        message_id=message_id,
        received_at=read_time(received_at),
        form=form,
        thread=thread,
        references=tuple(json.loads(references)),
        address=address,
        name=name,
        matter=matter,
        stage=ReceiptStage(stage),
        reason=reason,
        source=source,
        decided_at=optional_time(decided_at),
        letter_key=letter_key,
        is_upset=bool(is_upset),
    )
