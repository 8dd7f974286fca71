"""Reading a ledger: promises, their history, and what waits for a person.

Needs the standard library alone, and only the values that are shown, so that commands that
read start quickly.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Self

from promisekeeper.core.promise import Event, Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.errors import PromiseNotFoundError
from promisekeeper.store.connection import PATIENCE_SECONDS, LedgerFile, connect_for_reading
from promisekeeper.store.promiserows import (
    EVENT_COLUMNS,
    INSTANT_LENGTH,
    PROMISE_COLUMNS,
    event_from,
    instant_text,
    promise_from,
    read_time,
)

_PORTION = 200
# Well under the number of parameters that any SQLite takes in one query.
_QUESTION_SIZE = 500


class LedgerReader:
    """An open ledger that answers questions; belongs to one thread."""

    def __init__(self, file: LedgerFile) -> None:
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def started_at(self) -> datetime | None:
        """When this ledger was first used for watching; None where it never was."""
        found = self._file.rows("SELECT value FROM meta WHERE name = 'first_start'")
        return read_time(found[0][0]) if found else None

    def promise(self, promise_id: int) -> Promise:
        """One promise by the number that users see.

        Raises:
            PromiseNotFoundError: There is none.
        """
        found = self._file.rows(
            f"SELECT {PROMISE_COLUMNS} FROM promises WHERE id = ?", [promise_id]
        )
        if not found:
            raise PromiseNotFoundError(promise_id)
        return promise_from(found[0])

    def promises_by_key(self, keys: Collection[str]) -> tuple[Promise, ...]:
        """The promises that bear these keys, in their order; unknown ones are left out."""
        given = list(dict.fromkeys(keys))
        found = self._file.rows(
            f"SELECT {PROMISE_COLUMNS} FROM promises WHERE key IN ({marks(given)})", given
        )
        known = {promise.key: promise for promise in map(promise_from, found)}
        return tuple(known[key] for key in given if key in known)

    def promises(self, query: PromiseQuery) -> tuple[Promise, ...]:
        """Promises, ordered by the instant that follow-up uses, then by id."""
        conditions, parameters = _conditions(query)
        found = self._file.rows(
            f"SELECT {PROMISE_COLUMNS} FROM promises"
            + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
            + " ORDER BY follow_up_utc, id LIMIT ?",
            [*parameters, -1 if query.limit is None else query.limit],
        )
        return tuple(map(promise_from, found))

    def each_promise(self, query: PromiseQuery) -> Iterator[Promise]:
        """The same promises by their numbers, a few in memory at a time; no limit holds."""
        conditions, parameters = _conditions(query)
        last = 0
        while found := self._file.rows(
            f"SELECT {PROMISE_COLUMNS} FROM promises"
            f" WHERE {' AND '.join([*conditions, 'id > ?'])} ORDER BY id LIMIT {_PORTION}",
            [*parameters, last],
        ):
            yield from map(promise_from, found)
            last = found[-1][0]

    def events(self, promise_key: str) -> tuple[Event, ...]:
        """A promise's history, in the order it was recorded."""
        found = self._file.rows(
            f"SELECT {EVENT_COLUMNS} FROM events WHERE promise_key = ? ORDER BY id",
            [promise_key],
        )
        return tuple(map(event_from, found))

    def waiting(self) -> tuple[int, int, int]:
        """How many letters, mails and questions need a person: not sent, unread, unanswered."""
        ((letters, mails, questions),) = self._file.rows(
            "SELECT (SELECT count(*) FROM outbox WHERE stage IN ('held', 'failed')),"
            " (SELECT count(*) FROM quarantine),"
            " (SELECT count(*) FROM lessons WHERE kind = 'question' AND lifted_at IS NULL)"
        )
        return letters, mails, questions


def open_for_reading(path: Path, *, patience_seconds: float = PATIENCE_SECONDS) -> LedgerReader:
    """Open a ledger for commands that only show something.

    Raises:
        SourceNotFoundError: There is no ledger yet.
        StoreError: It cannot be opened, or is no ledger of this release.
    """
    return LedgerReader(connect_for_reading(path, patience_seconds))


def _conditions(query: PromiseQuery) -> tuple[list[str], list[str]]:
    """The WHERE conditions of a question, and their parameters in the same order."""
    states = sorted(state.value for state in query.states)
    due_before = instant_text(query.due_before) if query.due_before else ""
    since = instant_text(query.settled_since) if query.settled_since else ""
    asked = [
        (f"state IN ({marks(states)})", states),
        ("owner = ?", [query.owner] if query.owner else []),
        ("customer = ?", [query.customer] if query.customer else []),
        ("follow_up_utc < ?", [due_before] if due_before else []),
        (f"substr(settled_at, 1, {INSTANT_LENGTH}) >= ?", [since] if since else []),
        (
            f"key IN (SELECT promise_key FROM found_in WHERE folder IN ({marks(query.found_in)}))",
            list(query.found_in),
        ),
    ]
    conditions = [condition for condition, values in asked if values]
    if not query.with_history:
        conditions.append("is_history = 0")
    return conditions, [value for _, values in asked for value in values]


def marks(values: Sequence[str]) -> str:
    """As many question marks as there are values."""
    return ", ".join("?" * len(values))


def portions(values: Collection[str]) -> Iterator[list[str]]:
    """The values without doubles, a portion at a time."""
    rest = iter(dict.fromkeys(values))
    while portion := list(islice(rest, _QUESTION_SIZE)):
        yield portion
