"""What speaking up needs to remember: drafts, tokens, absences, marks, pauses, suppressions."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from promisekeeper.core.absence import Absence
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.records import Answer, MailNote, Mark, OutboxLetter
from promisekeeper.core.tokens import Token
from promisekeeper.store import mailnotes, outbox
from promisekeeper.store.connection import insert, insert_new
from promisekeeper.store.deskrows import (
    ABSENCE_COLUMNS,
    ANSWER_COLUMNS,
    DRAFT_COLUMNS,
    TOKEN_COLUMNS,
    absence_from,
    absence_row,
    answer_from,
    answer_row,
    draft_from,
    draft_row,
    token_from,
    token_row,
)
from promisekeeper.store.promiserows import (
    Row,
    instant_text,
    read_time,
    row_of,
    storable,
)
from promisekeeper.store.reading import LedgerReader, marks

if TYPE_CHECKING:
    from sqlite_utils import Database

SECRET_BYTES = 32


class Desk(LedgerReader):
    """The part of the ledger that letters and answers are written at."""

    def signing_secret(self) -> bytes:
        """The key that tokens are signed with; made once for each ledger."""
        found = self._file.rows("SELECT value FROM meta WHERE name = 'signing_secret'")
        if not found:
            with self._file.transaction() as database:
                made = secrets.token_hex(SECRET_BYTES)
                row: Row = {"name": "signing_secret", "value": made}
                insert_new(database, "meta", row, once_by=("name",))
            return self.signing_secret()
        return bytes.fromhex(found[0][0])

    def draft(self, draft_id: int) -> Draft | None:
        """One draft by its number; None where there is none."""
        found = self._file.rows(f"SELECT {DRAFT_COLUMNS} FROM drafts WHERE id = ?", [draft_id])
        return draft_from(found[0]) if found else None

    def drafts(
        self, *, promise_key: str = "", stages: Collection[DraftStage] = ()
    ) -> tuple[Draft, ...]:
        """Drafts, oldest first: of one promise, at some stages, or all."""
        asked = [("promise_key = ?", [promise_key])] if promise_key else []
        if stages:
            wanted = [stage.value for stage in stages]
            asked.append((f"stage IN ({marks(wanted)})", wanted))
        where = " AND ".join(condition for condition, _ in asked)
        found = self._file.rows(
            f"SELECT {DRAFT_COLUMNS} FROM drafts {f'WHERE {where}' if where else ''} ORDER BY id",
            [value for _, values in asked for value in values],
        )
        return tuple(map(draft_from, found))

    def token(self, name: str) -> Token | None:
        """A token by its name; None where there never was one."""
        found = self._file.rows(f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE name = ?", [name])
        return token_from(found[0]) if found else None

    def answered(self, message_ids: Collection[str]) -> frozenset[str]:
        """Those ids of mails to the control address that were dealt with."""
        given = {storable(message_id): message_id for message_id in message_ids}
        found = self._file.rows(
            f"SELECT message_id FROM answers WHERE message_id IN ({marks(list(given))})",
            list(given),
        )
        return frozenset(given[message_id] for (message_id,) in found)

    def answers(self, *, token: str = "") -> tuple[Answer, ...]:
        """What was said to the control address, oldest first: by one token, or all."""
        where, values = ("WHERE token = ?", [token]) if token else ("", [])
        found = self._file.rows(
            f"SELECT {ANSWER_COLUMNS} FROM answers {where} ORDER BY at, message_id", values
        )
        return tuple(map(answer_from, found))

    def letter(self, message_id: str) -> OutboxLetter | None:
        """The letter of ours with this Message-ID; None where there is none."""
        return outbox.letter(self._file, storable(message_id))

    def letters_about(self, promise_key: str) -> tuple[OutboxLetter, ...]:
        """All letters that speak of a promise, oldest first."""
        return outbox.letters_about(self._file, promise_key)

    def absences(self) -> tuple[Absence, ...]:
        """All absences, the first to begin first."""
        found = self._file.rows(f"SELECT {ABSENCE_COLUMNS} FROM absences ORDER BY starts_at, id")
        return tuple(map(absence_from, found))

    def add_absence(self, absence: Absence) -> int:
        """Store an absence; returns its number."""
        with self._file.transaction() as database:
            return insert(database, "absences", absence_row(absence)) or 0

    def end_absence(self, absence_id: int) -> bool:
        """Delete an absence; False where there is none of this number."""
        with self._file.transaction() as database:
            done = database.execute("DELETE FROM absences WHERE id = ?", [absence_id])
            return bool(done.rowcount)

    def marked(self, names: Collection[str]) -> frozenset[str]:
        """Those names that are marked as done."""
        given = list(names)
        found = self._file.rows(f"SELECT name FROM marks WHERE name IN ({marks(given)})", given)
        return frozenset(name for (name,) in found)

    def read_at(self, folder: str) -> datetime | None:
        """When a folder was last read to its end; None where it never was."""
        found = self._file.rows("SELECT read_at FROM cursors WHERE folder = ?", [folder])
        return read_time(found[0][0]) if found and found[0][0] else None

    def note_read(self, folder: str, at: datetime) -> None:
        """Remember that nothing newer lies in a folder that was read before."""
        with self._file.transaction() as database:
            database.execute(
                "UPDATE cursors SET read_at = :at WHERE folder = :folder",
                {"folder": storable(folder), "at": instant_text(at)},
            )

    def paused_until(self) -> datetime | None:
        """Nothing is sent before this; None where nothing holds letters back."""
        found = self._file.rows("SELECT value FROM meta WHERE name = 'paused_until'")
        return read_time(found[0][0]) if found else None

    def paused_why(self) -> str:
        """Why letters are, or were last, held back; empty where a person said no reason."""
        found = self._file.rows("SELECT value FROM meta WHERE name = 'paused_why'")
        return str(found[0][0]) if found else ""

    def pause(self, until: datetime | None, why: str = "") -> None:
        """Hold all letters back until then; None lets them go."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM meta WHERE name IN ('paused_until', 'paused_why')")
            if until is not None:
                for name, value in (("paused_until", instant_text(until)), ("paused_why", why)):
                    row: Row = {"name": name, "value": storable(value)}
                    insert(database, "meta", row)

    def suppressed(self, address: str) -> str:
        """Why no customer letter goes to an address; empty where one may."""
        found = self._file.rows("SELECT reason FROM suppressed WHERE address = ?", [address])
        return str(found[0][0]) if found else ""

    def suppressions(self) -> tuple[tuple[str, str, datetime], ...]:
        """All addresses that no customer letter goes to: why, and since when."""
        found = self._file.rows("SELECT address, reason, at FROM suppressed ORDER BY address")
        return tuple((address, reason, read_time(at)) for address, reason, at in found)

    def allow(self, address: str) -> bool:
        """Let letters go to an address again; False where they did."""
        with self._file.transaction() as database:
            done = database.execute("DELETE FROM suppressed WHERE address = ?", [storable(address)])
            return bool(done.rowcount)

    def told_since(self, since: datetime, recipient: str) -> frozenset[str]:
        """Keys of the promises that somebody got an urgent letter about, from an instant on."""
        return outbox.told_since(self._file, since, storable(recipient))

    def upset_notes(self, since: datetime) -> tuple[MailNote, ...]:
        """Notes of mails from an instant on in which a customer sounds upset, oldest first."""
        return mailnotes.upset(self._file, since)

    def letters_since(
        self,
        since: datetime,
        *,
        recipient: str = "",
        kinds: Collection[str] = (),
        urgent_only: bool = False,
    ) -> int:
        """How many letters were queued from an instant on: to somebody, of some kinds, or all."""
        asked: list[tuple[str, list[str]]] = [("queued_at >= ?", [instant_text(since)])]
        if recipient:
            asked.append(("recipient = ?", [recipient]))
        if kinds:
            asked.append((f"kind IN ({marks(list(kinds))})", list(kinds)))
        if urgent_only:
            asked.append(("is_urgent = 1", []))
        where = " AND ".join(condition for condition, _ in asked)
        values = [value for _, some in asked for value in some]
        return int(self._file.rows(f"SELECT count(*) FROM outbox WHERE {where}", values)[0][0])


def store_draft(database: "Database", draft: Draft) -> None:
    """Store a new draft, or put one with an id in the place of the stored one."""
    row = draft_row(draft)
    if draft.id is None:
        insert(database, "drafts", row)
        return
    settings = ", ".join(f"{column} = :{column}" for column in row)
    database.execute(f"UPDATE drafts SET {settings} WHERE id = :id", {**row, "id": draft.id})


def store_token(database: "Database", token: Token) -> None:
    """Store a right to answer, once by its name."""
    insert_new(database, "tokens", token_row(token), once_by=("name",))


def spend_token(database: "Database", name: str, now: datetime) -> bool:
    """Use a token up; False where it was used before, or never was."""
    done = database.execute(
        "UPDATE tokens SET used_at = :now WHERE name = :name AND used_at IS NULL",
        {"name": name, "now": instant_text(now)},
    )
    return bool(done.rowcount)


def store_answer(database: "Database", answer: Answer) -> bool:
    """Note that a mail was dealt with; False where it was before."""
    row = answer_row(answer)
    done = database.execute(
        f"INSERT OR IGNORE INTO answers ({ANSWER_COLUMNS}) VALUES"
        " (:message_id, :at, :sender, :token, :outcome, :said)",
        row,
    )
    return bool(done.rowcount)


def is_stored(database: "Database", draft: Draft) -> bool:
    """Whether a draft is stored exactly as it is given."""
    found = database.execute(
        f"SELECT {DRAFT_COLUMNS} FROM drafts WHERE id = ?", [draft.id]
    ).fetchone()
    return found is not None and draft_from(found) == draft


def store_mark(database: "Database", mark: Mark) -> None:
    """Mark something as done, once by its name."""
    row = row_of(name=mark.name, at=instant_text(mark.at))
    insert_new(database, "marks", row, once_by=("name",))


def suppress(database: "Database", address: str, reason: str, now: datetime) -> None:
    """Send no customer letter to an address any more."""
    row = row_of(address=address, reason=reason, at=instant_text(now))
    insert_new(database, "suppressed", row, once_by=("address",))
