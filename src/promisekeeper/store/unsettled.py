"""Whose promises must be judged anew, because of mails that were just stored."""

from typing import TYPE_CHECKING

from promisekeeper.core.records import Batch, MailNote
from promisekeeper.core.threads import has_relatives, relatives_of
from promisekeeper.store.promiserows import storable
from promisekeeper.store.reading import marks

if TYPE_CHECKING:
    from sqlite_utils import Database

_MANY_IDS = 100


def mark_unsettled(database: "Database", batch: Batch) -> None:
    """Note every customer whom the mails and promises of a batch are about."""
    customers = [customer for note in batch.notes for customer in note.customers]
    customers += [promise.customer for promise in batch.promises]
    for customer in dict.fromkeys(filter(None, customers)):
        # A new serial each time, so that `settle` can tell newer news from older.
        database.execute(
            "INSERT OR REPLACE INTO unsettled (customer) VALUES (?)", [storable(customer)]
        )
    for note in batch.notes:
        for customer in _concerned(database, note):
            database.execute("INSERT OR REPLACE INTO unsettled (customer) VALUES (?)", [customer])


def _concerned(database: "Database", note: MailNote) -> set[str]:
    """The customers whose conversation a mail of their relatives stands in."""
    ids = [storable(one) for one in dict.fromkeys((note.thread, *note.references))][:_MANY_IDS]
    concerned: set[str] = set()
    if any(map(has_relatives, note.customers)) and ids:
        signs = marks(ids)
        for (customer,) in database.execute(
            f"SELECT customer FROM promises WHERE thread IN ({signs})"
            f" UNION SELECT customer FROM promises WHERE message_id IN ({signs})",
            [*ids, *ids],
        ):
            is_new = customer not in note.customers
            if is_new and relatives_of(customer, note.customers):
                concerned.add(customer)
    return concerned
