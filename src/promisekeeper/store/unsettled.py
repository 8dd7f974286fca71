"""Whose promises must be judged anew, because of mails that were just stored."""

from collections import defaultdict
from typing import TYPE_CHECKING

from promisekeeper.core.records import Batch
from promisekeeper.core.threads import has_relatives, relatives_of
from promisekeeper.store.promiserows import storable
from promisekeeper.store.reading import marks, portions

if TYPE_CHECKING:
    from sqlite_utils import Database

_MANY_IDS = 100


def mark_unsettled(database: "Database", batch: Batch) -> None:
    """Note every customer whom the mails and promises of a batch are about."""
    customers = [customer for note in batch.notes for customer in note.customers]
    customers += [promise.customer for promise in batch.promises]
    # A new serial each time, so that `settle` can tell newer news from older.
    database.conn.executemany(
        "INSERT OR REPLACE INTO unsettled (customer) VALUES (?)",
        [
            (storable(one),)
            for one in (*dict.fromkeys(filter(None, customers)), *_concerned(database, batch))
        ],
    )


def _concerned(database: "Database", batch: Batch) -> list[str]:
    """The customers whose conversations the mails of their relatives stand in."""
    asked = [
        (note, [storable(one) for one in dict.fromkeys((note.thread, *note.references))])
        for note in batch.notes
        if any(map(has_relatives, note.customers))
    ]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for some in portions({one for _, ids in asked for one in ids[:_MANY_IDS]}):
        signs = marks(some)
        for customer, thread, message_id in database.execute(
            f"SELECT customer, thread, message_id FROM promises WHERE thread IN ({signs})"
            " UNION SELECT customer, thread, message_id FROM promises"
            f" WHERE message_id IN ({signs})",
            [*some, *some],
        ):
            found[thread].add(customer)
            found[message_id].add(customer)
    if not found:
        return []
    # In one order in every process: the lines of history are numbered as customers are weighed.
    return [
        customer
        for note, ids in asked
        for customer in sorted({one for name in ids[:_MANY_IDS] for one in found.get(name, ())})
        if customer not in note.customers and relatives_of(customer, note.customers)
    ]
