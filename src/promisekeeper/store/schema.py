"""The tables of the ledger, as numbered migrations.

A migration that was released is never edited: the next change is a new one at the end. The
number of those that were run stands in the file itself (`PRAGMA user_version`).

Times are text. Where the zone matters to a reader it is kept in brackets behind the instant,
`2026-11-20T16:00:00.000000Z[+01:00]` (RFC 9557, 3.1); the first 27 characters sort by time.
Lists that are only ever read whole are JSON.
"""

from typing import TYPE_CHECKING

from promisekeeper.errors import StoreError
from promisekeeper.store.laterschema import BESIDE, RECEIPTS, SPEAKING

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

# "pkpr": marks the file as ours, so that no other program's database is ever changed.
APPLICATION_ID = 0x706B7072


_FIRST = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    """
    CREATE TABLE promises (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        message_id TEXT NOT NULL,
        thread TEXT NOT NULL,
        words TEXT NOT NULL,
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        rule TEXT NOT NULL,
        kind TEXT NOT NULL
            CHECK (kind IN ('firm', 'soft', 'conditional', 'delegated', 'outcome')),
        certainty TEXT NOT NULL CHECK (certainty IN ('certain', 'likely', 'possible')),
        owner TEXT NOT NULL,
        owner_address TEXT NOT NULL,
        customer TEXT NOT NULL,
        customer_name TEXT NOT NULL,
        subject TEXT NOT NULL,
        condition TEXT NOT NULL,
        delegate TEXT NOT NULL,
        made_at TEXT NOT NULL,
        deadline_kind TEXT NOT NULL
            CHECK (deadline_kind IN ('instant', 'event', 'vague', 'after', 'recurring', 'none')),
        deadline_words TEXT NOT NULL,
        deadline_why TEXT NOT NULL,
        follow_up_at TEXT NOT NULL,
        due_at TEXT,
        earliest TEXT,
        latest TEXT,
        alternative TEXT,
        is_history INTEGER NOT NULL CHECK (is_history IN (0, 1)),
        state TEXT NOT NULL CHECK (
            state IN ('open', 'kept', 'late', 'moved', 'released', 'rejected', 'broken')
        ),
        settled_at TEXT,
        evidence_message_id TEXT,
        evidence_sentence TEXT,
        is_maybe_kept INTEGER NOT NULL CHECK (is_maybe_kept IN (0, 1)),
        follow_up_utc TEXT GENERATED ALWAYS AS (substr(follow_up_at, 1, 27)) VIRTUAL,
        CHECK ((state = 'open') = (settled_at IS NULL)),
        CHECK ((deadline_kind = 'instant') = (due_at IS NOT NULL)),
        CHECK ((evidence_message_id IS NULL) = (evidence_sentence IS NULL))
    ) STRICT
    """,
    "CREATE INDEX promises_by_due ON promises (follow_up_utc)",
    "CREATE INDEX promises_by_state_and_due ON promises (state, follow_up_utc)",
    "CREATE INDEX promises_by_customer_and_due ON promises (customer, follow_up_utc)",
    """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        promise_key TEXT NOT NULL REFERENCES promises (key),
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        state TEXT NOT NULL CHECK (
            state IN ('open', 'kept', 'late', 'moved', 'released', 'rejected', 'broken')
        ),
        evidence_message_id TEXT,
        evidence_sentence TEXT,
        note TEXT NOT NULL,
        CHECK ((evidence_message_id IS NULL) = (evidence_sentence IS NULL))
    ) STRICT
    """,
    "CREATE INDEX events_by_promise ON events (promise_key)",
    """
    CREATE TABLE steps (
        promise_key TEXT NOT NULL REFERENCES promises (key),
        kind TEXT NOT NULL,
        due_at TEXT NOT NULL,
        PRIMARY KEY (promise_key, kind, due_at)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY,
        message_id TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('sent', 'inbox')),
        sent_at TEXT NOT NULL,
        thread TEXT NOT NULL,
        refs TEXT NOT NULL,
        sender TEXT NOT NULL,
        author TEXT NOT NULL,
        subject TEXT NOT NULL,
        signals TEXT NOT NULL,
        has_attachment INTEGER NOT NULL CHECK (has_attachment IN (0, 1)),
        UNIQUE (message_id, role)
    ) STRICT
    """,
    """
    CREATE TABLE note_customers (
        note_id INTEGER NOT NULL REFERENCES notes (id),
        place INTEGER NOT NULL,
        customer TEXT NOT NULL,
        PRIMARY KEY (note_id, place)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX note_customers_by_customer ON note_customers (customer)",
    """
    CREATE TABLE cursors (
        folder TEXT PRIMARY KEY NOT NULL,
        validity INTEGER NOT NULL,
        position INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE unsettled (
        serial INTEGER PRIMARY KEY AUTOINCREMENT,
        customer TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE TABLE quarantine (
        id INTEGER PRIMARY KEY,
        folder TEXT NOT NULL,
        position INTEGER NOT NULL,
        problem TEXT NOT NULL,
        at TEXT NOT NULL,
        size INTEGER NOT NULL,
        UNIQUE (folder, position, size, problem)
    ) STRICT
    """,
    """
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        dedupe_key TEXT NOT NULL UNIQUE,
        message_id TEXT NOT NULL UNIQUE,
        audience TEXT NOT NULL CHECK (audience IN ('agent', 'customer')),
        sender TEXT NOT NULL,
        recipient TEXT NOT NULL,
        content BLOB NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('queued', 'in_data', 'sent', 'held', 'failed')),
        attempts INTEGER NOT NULL,
        next_try_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        note TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX outbox_by_stage ON outbox (stage)",
    """
    CREATE TRIGGER outbox_hands_over_once BEFORE UPDATE OF stage ON outbox
    WHEN (OLD.stage = 'sent' AND NEW.stage <> 'sent')
        OR (NEW.stage = 'in_data' AND OLD.stage <> 'queued')
    BEGIN
        SELECT RAISE(ABORT, 'a letter is handed over once');
    END
    """,
    """
    CREATE TABLE meta (
        name TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL
    ) STRICT
    """,
)

_TEACHING = (
    """
    CREATE TABLE tellings (
        owner TEXT NOT NULL,
        pattern TEXT NOT NULL,
        message_id TEXT NOT NULL,
        rule TEXT NOT NULL,
        customer TEXT NOT NULL,
        sentence TEXT NOT NULL,
        promise_key TEXT NOT NULL,
        PRIMARY KEY (owner, pattern, message_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX tellings_by_rule ON tellings (owner, rule)",
    """
    CREATE TABLE lessons (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner TEXT NOT NULL,
        pattern TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('mute', 'promise', 'question')),
        rule TEXT NOT NULL,
        sentence TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        promise_key TEXT NOT NULL,
        lifted_at TEXT
    ) STRICT
    """,
    "CREATE UNIQUE INDEX lessons_that_hold ON lessons (owner, pattern) WHERE lifted_at IS NULL",
)

_STATES = "'open', 'kept', 'late', 'moved', 'released', 'rejected', 'broken'"

_VERDICTS = (
    """
    ALTER TABLE promises ADD COLUMN confidence TEXT
        CHECK (confidence IN ('certain', 'likely', 'possible'))
    """,
    f"ALTER TABLE promises ADD COLUMN proposed_state TEXT CHECK (proposed_state IN ({_STATES}))",
    "ALTER TABLE promises ADD COLUMN hint_message_id TEXT",
    """
    ALTER TABLE promises ADD COLUMN hint_sentence TEXT
        CHECK ((hint_message_id IS NULL) = (hint_sentence IS NULL))
    """,
    "ALTER TABLE promises ADD COLUMN condition_met_at TEXT",
    "ALTER TABLE promises ADD COLUMN moved_to TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE promises ADD COLUMN moved_from TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE promises ADD COLUMN same_as TEXT NOT NULL DEFAULT ''",
)


_FOUND_IN = (
    """
    CREATE TABLE found_in (
        folder TEXT NOT NULL,
        promise_key TEXT NOT NULL REFERENCES promises (key),
        PRIMARY KEY (folder, promise_key)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX found_in_by_promise ON found_in (promise_key)",
)

# The statements of each migration, in order.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST,
    _TEACHING,
    _VERDICTS,
    _FOUND_IN,
    SPEAKING,
    RECEIPTS,
    BESIDE,
)
VERSION = len(MIGRATIONS)


def version(connection: "sqlite3.Connection", name: str) -> int:
    """The number of migrations that a file has seen; 0 for an empty one.

    Raises:
        StoreError: It is no ledger, or one of a newer release.
    """
    # One statement, so that another process's migration is seen whole or not at all.
    found, application, tables = connection.execute(
        "SELECT user_version, application_id, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_user_version, pragma_application_id"
    ).fetchone()
    if application != APPLICATION_ID and (tables or found):
        raise StoreError(f"{name} is the database of another program: name another file")
    if found > VERSION:
        raise StoreError(
            f"{name} was written by a newer promisekeeper (ledger version {found}, "
            f"this program knows {VERSION}): upgrade this program"
        )
    return int(found)


def migrate(database: "Database", found: int) -> None:
    """Run the migrations that are missing; the caller holds a write transaction."""
    for number, migration in enumerate(MIGRATIONS[found:], start=found + 1):
        for statement in migration:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")
