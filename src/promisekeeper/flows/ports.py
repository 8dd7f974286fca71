"""What the flows ask of the world: a mailbox, a postman, and a memory.

The doors and the store satisfy these structurally; `app.wiring` joins them.
Suites in `tests/` hold every form of a port to the same contract.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from promisekeeper.core.absence import Absence
from promisekeeper.core.ackrecords import AckCounts, Receipt
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.mail import Cursor, Envelope, Outcome, Page, Role
from promisekeeper.core.promise import Event, Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import (
    NOTHING,
    Answer,
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
from promisekeeper.core.teaching import Teaching
from promisekeeper.core.texts import RenderedText
from promisekeeper.core.tokens import Token


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


class Texts(Protocol):
    """Somebody who puts letters into words; the one way in which any letter gets its text."""

    def render(self, kind: str, language: str, slots: Mapping[str, object]) -> RenderedText:
        """Put a letter into words.

        Args:
            kind: Names its template: "reminder", "digest", "update", "ack", ...
            language: Such as "en"; a kind that a language lacks is said in English.
            slots: All that the template may say: text, numbers, times, lists and tables of
                them, or values made of these. Instants are shown in the zone they come in.

        Raises:
            TemplateError: A template is missing or broken, or asks for a slot that is not there.
        """
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

    def together(self) -> AbstractContextManager[None]:
        """Store all that is recorded in here at once, or nothing of it."""
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
        """Customers with news since their promises were last weighed, by address."""
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

    def notes(self, customer: str, *, role: Role | None = None) -> tuple[MailNote, ...]:
        """All notes of mails to or from a customer, or of one role alone, oldest first."""
        ...

    def upset_notes(self, since: datetime) -> tuple[MailNote, ...]:
        """Notes of mails from an instant on in which a customer sounds upset, oldest first."""
        ...

    def notes_beside(self, customer: str, threads: Collection[str]) -> tuple[MailNote, ...]:
        """Notes of mails in these conversations to or from a customer's relatives alone.

        Relatives are other addresses at the same domain (see `core.threads.relatives_of`).
        """
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

    def each_promise(self, query: PromiseQuery) -> Iterator[Promise]:
        """The same promises by their numbers, a few in memory at a time; no limit holds."""
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

    def close_round(self, decided: Round, now: datetime) -> bool:
        """Store everything that was decided, all or nothing.

        A step, mark, token, promise or letter whose name is known is not stored again.

        Returns:
            False, and nothing is stored, where a token that it spends was used before, an
            answer was dealt with before, or what must be unchanged was changed.
        """
        ...

    def signing_secret(self) -> bytes:
        """The key that tokens are signed with; made once for each ledger."""
        ...

    def token(self, name: str) -> Token | None:
        """A token by its name; None where there never was one."""
        ...

    def promises_by_key(self, keys: Collection[str]) -> tuple[Promise, ...]:
        """The promises that bear these keys, in their order; unknown ones are left out."""
        ...

    def answered(self, message_ids: Collection[str]) -> frozenset[str]:
        """Those ids of mails to the control address that were dealt with."""
        ...

    def answers(self, *, token: str = "") -> tuple[Answer, ...]:
        """What was said to the control address, oldest first: by one token, or all."""
        ...

    def letter(self, message_id: str) -> OutboxLetter | None:
        """The letter of ours with this Message-ID; None where there is none."""
        ...

    def told_since(self, since: datetime, recipient: str) -> frozenset[str]:
        """Keys of the promises that somebody got an urgent letter about, from an instant on."""
        ...

    def letters_about(self, promise_key: str) -> tuple[OutboxLetter, ...]:
        """All letters that speak of a promise, oldest first."""
        ...

    def draft(self, draft_id: int) -> Draft | None:
        """One draft by its number; None where there is none."""
        ...

    def drafts(
        self, *, promise_key: str = "", stages: Collection[DraftStage] = ()
    ) -> tuple[Draft, ...]:
        """Drafts, oldest first: of one promise, at some stages, or all."""
        ...

    def absences(self) -> tuple[Absence, ...]:
        """All absences, the first to begin first."""
        ...

    def marked(self, names: Collection[str]) -> frozenset[str]:
        """Those names that are marked as done."""
        ...

    def read_at(self, folder: str) -> datetime | None:
        """When a folder was last read to its end; None where it never was."""
        ...

    def note_read(self, folder: str, at: datetime) -> None:
        """Remember that nothing newer lies in a folder that was read before."""
        ...

    def paused_until(self) -> datetime | None:
        """Nothing is sent before this; None where nothing holds letters back."""
        ...

    def paused_why(self) -> str:
        """Why letters are, or were last, held back; empty where a person said no reason."""
        ...

    def pause(self, until: datetime | None, why: str = "") -> None:
        """Hold all letters back until then; None lets them go."""
        ...

    def suppressed(self, address: str) -> str:
        """Why no customer letter goes to an address; empty where one may."""
        ...

    def letters_since(
        self,
        since: datetime,
        *,
        recipient: str = "",
        kinds: Collection[str] = (),
        urgent_only: bool = False,
    ) -> int:
        """How many letters were queued from an instant on: to somebody, of some kinds, or all."""
        ...

    def pending_receipts(self, limit: int) -> tuple[Receipt, ...]:
        """The form mails that are not decided upon, oldest first."""
        ...

    def visitors_at(self, addresses: Collection[str]) -> frozenset[str]:
        """The visitors whose form mail came with one of these addresses to answer to."""
        ...

    def receipt_addresses(self, message_ids: Collection[str]) -> Mapping[str, str]:
        """The visitors' addresses of those of these mails that came from a form."""
        ...

    def ack_counts(self, receipt: Receipt, now: datetime) -> AckCounts:
        """How many acknowledgements went out already, as far as it matters for one more."""
        ...

    def last_answer(self, address: str) -> datetime | None:
        """When a person of ours last wrote to an address; None where nobody ever did."""
        ...

    def receipts_since(self, since: datetime) -> int:
        """How many form mails were decided upon from an instant on, answered or not."""
        ...

    def ack_setting(self, name: str) -> str:
        """What `ack` commands remember by name; empty where nothing was."""
        ...

    def set_ack_setting(self, name: str, value: str) -> None:
        """Remember something by name; an empty value forgets it."""
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
        was: Stage | None = None,
        decided: Round = NOTHING,
    ) -> None:
        """Commit a letter's stage durably, before this returns.

        Moving to IN_DATA counts an attempt.

        Args:
            was: The stage where it must be; None for any.
            decided: What else becomes true with it, stored in the same transaction.
        """
        ...

    def letter_numbered(self, letter_id: int) -> OutboxLetter | None:
        """One letter by its number; None where there is none."""
        ...

    def letters_of_draft(self, draft_id: int) -> tuple[OutboxLetter, ...]:
        """The letters that ever carried a draft, oldest first."""
        ...

    def sent_letters(self, kind: str, since: datetime) -> tuple[OutboxLetter, ...]:
        """The letters of a kind that were sent since an instant, oldest first."""
        ...

    def handed_over(self, number: int, since: datetime, recipient: str = "") -> datetime | None:
        """When the oldest of the last `number` letters was handed over, to one or to all.

        None where fewer were handed over after that instant.
        """
        ...

    def traffic_since(self, since: datetime) -> Traffic:
        """What happened in the outbox since an instant."""
        ...

    def quarantine(self) -> tuple[Quarantined, ...]:
        """The mails that could not be read, oldest first."""
        ...
