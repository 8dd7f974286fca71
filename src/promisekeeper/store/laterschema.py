"""Later migrations: speaking to agents and customers, contact forms, who else takes part."""

# A customer's sentence that sounds upset, in the JSON of a note: quotes inside a sentence are
# written otherwise there. The index of the notes that hold one has this very condition.
IS_UPSET = """instr(signals, '["upsets",') > 0"""

SPEAKING = (
    "ALTER TABLE promises ADD COLUMN snoozed_until TEXT",
    "ALTER TABLE cursors ADD COLUMN read_at TEXT",
    # A new table, for its list of stages grows, and SQLite changes no CHECK.
    """
    CREATE TABLE new_outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        dedupe_key TEXT NOT NULL UNIQUE,
        message_id TEXT NOT NULL UNIQUE,
        audience TEXT NOT NULL CHECK (audience IN ('agent', 'customer')),
        kind TEXT NOT NULL,
        promise_keys TEXT NOT NULL,
        draft_id INTEGER,
        is_urgent INTEGER NOT NULL CHECK (is_urgent IN (0, 1)),
        sender TEXT NOT NULL,
        recipient TEXT NOT NULL,
        content BLOB NOT NULL,
        stage TEXT NOT NULL CHECK (
            stage IN ('queued', 'in_data', 'sent', 'held', 'failed', 'dropped')
        ),
        attempts INTEGER NOT NULL,
        queued_at TEXT NOT NULL,
        next_try_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        note TEXT NOT NULL
    ) STRICT
    """,
    """
    INSERT INTO new_outbox (
        id, dedupe_key, message_id, audience, kind, promise_keys, is_urgent, sender, recipient,
        content, stage, attempts, queued_at, next_try_at, changed_at, note
    )
    SELECT id, dedupe_key, message_id, audience, 'reminder', '[]', 0, sender, recipient,
        content, stage, attempts, '', next_try_at, changed_at, note FROM outbox ORDER BY id
    """,
    "DROP TABLE outbox",
    "ALTER TABLE new_outbox RENAME TO outbox",
    "CREATE INDEX outbox_by_stage ON outbox (stage, changed_at)",
    "CREATE INDEX outbox_by_draft ON outbox (draft_id) WHERE draft_id IS NOT NULL",
    """
    CREATE TRIGGER outbox_hands_over_once BEFORE UPDATE OF stage ON outbox
    WHEN (OLD.stage = 'sent' AND NEW.stage <> 'sent')
        OR (NEW.stage = 'in_data' AND OLD.stage <> 'queued')
    BEGIN
        SELECT RAISE(ABORT, 'a letter is handed over once');
    END
    """,
    f"CREATE INDEX notes_upset ON notes (sent_at) WHERE {IS_UPSET}",
    "CREATE INDEX outbox_by_recipient ON outbox (recipient, queued_at)",
    "CREATE INDEX outbox_by_kind ON outbox (kind, queued_at)",
    """
    CREATE TABLE drafts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        promise_key TEXT NOT NULL REFERENCES promises (key),
        stage TEXT NOT NULL CHECK (
            stage IN ('drafted', 'announced', 'approved', 'sent', 'vetoed', 'dropped')
        ),
        created_at TEXT NOT NULL,
        sender TEXT NOT NULL,
        sender_name TEXT NOT NULL,
        recipient TEXT NOT NULL,
        recipient_name TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        in_reply_to TEXT NOT NULL,
        refs TEXT NOT NULL,
        new_due_at TEXT,
        approved_digest TEXT NOT NULL,
        approved_at TEXT,
        send_at TEXT,
        expires_at TEXT,
        decided_by TEXT NOT NULL,
        note TEXT NOT NULL,
        known_mails INTEGER NOT NULL,
        is_auto INTEGER NOT NULL CHECK (is_auto IN (0, 1)),
        is_edited INTEGER NOT NULL CHECK (is_edited IN (0, 1))
    ) STRICT
    """,
    "CREATE INDEX drafts_by_promise ON drafts (promise_key)",
    # Whatever the program believes: only what is approved at this very moment goes out.
    """
    CREATE TRIGGER outbox_sends_approved_drafts BEFORE UPDATE OF stage ON outbox
    WHEN NEW.stage = 'in_data' AND NEW.draft_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM drafts WHERE id = NEW.draft_id AND stage = 'approved'
    )
    BEGIN
        SELECT RAISE(ABORT, 'its draft is not approved');
    END
    """,
    """
    CREATE TABLE tokens (
        name TEXT PRIMARY KEY NOT NULL,
        agent TEXT NOT NULL,
        step TEXT NOT NULL,
        promise_keys TEXT NOT NULL,
        draft_digest TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        used_at TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE marks (
        name TEXT PRIMARY KEY NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE absences (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        agent TEXT NOT NULL,
        deputy TEXT NOT NULL,
        starts_at TEXT NOT NULL,
        ends_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE suppressed (
        address TEXT PRIMARY KEY NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE answers (
        message_id TEXT PRIMARY KEY NOT NULL,
        at TEXT NOT NULL,
        sender TEXT NOT NULL,
        token TEXT NOT NULL,
        outcome TEXT NOT NULL,
        said TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX answers_by_token ON answers (token)",
)

RECEIPTS = (
    "ALTER TABLE notes ADD COLUMN is_automatic INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE receipts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT NOT NULL UNIQUE,
        received_at TEXT NOT NULL,
        form TEXT NOT NULL,
        thread TEXT NOT NULL,
        refs TEXT NOT NULL,
        address TEXT NOT NULL,
        mailbox TEXT NOT NULL,
        domain TEXT NOT NULL,
        name TEXT NOT NULL,
        matter TEXT NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('pending', 'sent', 'would', 'refused')),
        reason TEXT NOT NULL,
        source TEXT NOT NULL,
        decided_at TEXT,
        letter_key TEXT NOT NULL,
        is_upset INTEGER NOT NULL CHECK (is_upset IN (0, 1)),
        CHECK ((stage = 'pending') = (decided_at IS NULL))
    ) STRICT
    """,
    "CREATE INDEX receipts_by_stage ON receipts (stage, id)",
    "CREATE INDEX receipts_by_mailbox ON receipts (mailbox, stage, decided_at)",
    "CREATE INDEX receipts_by_domain ON receipts (domain, stage, decided_at)",
    "CREATE INDEX receipts_by_decision ON receipts (stage, decided_at)",
    """
    CREATE TRIGGER receipts_are_decided_once BEFORE UPDATE OF stage ON receipts
    WHEN OLD.stage <> 'pending'
    BEGIN
        SELECT RAISE(ABORT, 'a receipt is decided once');
    END
    """,
)

# Mails of one conversation, whoever wrote them: a customer may write from a second address.
BESIDE = (
    "CREATE INDEX notes_by_thread ON notes (thread)",
    "CREATE INDEX promises_by_thread ON promises (thread)",
    "CREATE INDEX promises_by_message ON promises (message_id)",
)
