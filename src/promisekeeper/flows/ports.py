"""What the flows ask of the world: a mailbox, a postman, and a memory.

The doors and the store satisfy these structurally; `app.wiring` joins them.
Suites in `tests/` hold every form of a port to the same contract.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from promisekeeper.core.mail import Cursor, Envelope, Outcome, Page, Role
from promisekeeper.core.promise import Event, Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import (
    Batch,
    Change,
    MailNote,
    OutboxLetter,
    Quarantined,
    Round,
    Stage,
    Step,
)
from promisekeeper.core.teaching import Teaching


class Mailbox(Protocol):
    """A place that holds mail: an IMAP account or a local archive. Never written to."""

    @property
    def name(self) -> str:
        """The configured name of the account, or the path."""
        ...

    def folder_of(self, role: Role) -> str:
        """The real name of the folder that plays this role.

        Raises:
            FolderNotFoundError: There is none; the message lists those that exist.
        """
        ...

    def read(
        self, role: Role, after: Cursor | None, *, limit: int = 100, since: date | None = None
    ) -> Page:
        """The next mails after a cursor, oldest first; from the beginning without one.

        Raises:
            MailboxError: Not now; a later call connects anew.
            MailboxLoginError: The server refuses the credentials.
            TlsRefusedError: The connection would not be safe.
        """
        ...

    def wait(self, role: Role, timeout_seconds: float) -> None:
        """Return when something may be new, or after the timeout."""
        ...

    def contains(self, role: Role, message_id: str) -> bool:
        """Whether a mail with this Message-ID lies in the folder."""
        ...

    def interrupt(self) -> None:
        """From another thread: make a blocked call return soon."""
        ...

    def close(self) -> None:
        """Let go of the connection or the files."""
        ...


class Postman(Protocol):
    """Somebody who carries one letter to one recipient."""

    def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
        """Hand a letter over; `on_data` is called right before the point of no return."""
        ...

    def interrupt(self) -> None:
        """From another thread: end a hand-over soon."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Store(Protocol):
    """The memory: every method is one short transaction."""

    def close(self) -> None:
        """Let go of the connection."""
        ...

    def first_start(self, now: datetime) -> datetime:
        """When this ledger was first used for watching; `now` where it never was."""
        ...

    def cursor(self, folder: str) -> Cursor | None:
        """How far a folder has been read and stored."""
        ...

    def known(self, message_ids: Collection[str], role: Role) -> frozenset[str]:
        """Those ids that are noted for this role already, or are our own letters."""
        ...

    def record(self, batch: Batch) -> tuple[Promise, ...]:
        """Store a page and move its cursor; returns the promises that are new, with ids.

        What is stored already (same note, same promise key) is left as it is. The
        customers of all notes and promises are marked as unsettled.
        """
        ...

    def teaching(self) -> Teaching:
        """What agents have taught, and how the wordings it is about have fared."""
        ...

    def told(
        self, patterns: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], frozenset[str]]:
        """Everybody whom an owner told a pattern, by owner and pattern; a hundred at most."""
        ...

    def unsettled(self) -> tuple[str, ...]:
        """Customers with news since their promises were last weighed."""
        ...

    def settle(self, customer: str, changes: Sequence[Change]) -> None:
        """Store verdicts and take the customer's mark away."""
        ...

    def settle_many(self, verdicts: Mapping[str, Sequence[Change]]) -> None:
        """Store the verdicts of several customers in one transaction; each as `settle` does."""
        ...

    def change(self, change: Change) -> bool:
        """Apply one change; False when the promise was not in the expected state."""
        ...

    def notes(self, customer: str) -> tuple[MailNote, ...]:
        """All notes of mails to or from a customer, oldest first."""
        ...

    def promise(self, promise_id: int) -> Promise:
        """One promise by the number that users see.

        Raises:
            PromiseNotFoundError: There is none.
        """
        ...

    def promises(self, query: PromiseQuery) -> tuple[Promise, ...]:
        """Promises, ordered by the instant that follow-up uses."""
        ...

    def events(self, promise_key: str) -> tuple[Event, ...]:
        """A promise's history, oldest first."""
        ...

    def corrections(self, promise_keys: Collection[str]) -> Mapping[str, tuple[Event, ...]]:
        """The whole history of those promises that anybody but promisekeeper has touched."""
        ...

    def steps(self, promise_keys: Collection[str]) -> frozenset[Step]:
        """The steps already taken for these promises."""
        ...

    def close_round(self, decided: Round, now: datetime) -> None:
        """Store steps, events, changes and queue the letters, all or nothing.

        A letter whose dedupe key is known is not queued again.
        """
        ...

    def next_letter(self, now: datetime) -> OutboxLetter | None:
        """The oldest queued letter that may be tried now."""
        ...

    def letters(self, stage: Stage | None = None) -> tuple[OutboxLetter, ...]:
        """The outbox, oldest first."""
        ...

    def move_letter(
        self,
        letter_id: int,
        stage: Stage,
        *,
        now: datetime,
        note: str = "",
        next_try_at: datetime | None = None,
    ) -> None:
        """Commit a letter's stage durably, before this returns.

        Moving to IN_DATA counts an attempt.
        """
        ...

    def quarantine(self) -> tuple[Quarantined, ...]:
        """The mails that could not be read, oldest first."""
        ...
