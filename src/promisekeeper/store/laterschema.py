"""Later migrations: mail of contact forms, and conversations with whoever takes part in them."""

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
