PRAGMA application_id = 1886089330;
PRAGMA user_version = 7;
BEGIN TRANSACTION;
CREATE TABLE absences (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        agent TEXT NOT NULL,
        deputy TEXT NOT NULL,
        starts_at TEXT NOT NULL,
        ends_at TEXT NOT NULL
    ) STRICT
    ;
CREATE TABLE answers (
        message_id TEXT PRIMARY KEY NOT NULL,
        at TEXT NOT NULL,
        sender TEXT NOT NULL,
        token TEXT NOT NULL,
        outcome TEXT NOT NULL,
        said TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE cursors (
        folder TEXT PRIMARY KEY NOT NULL,
        validity INTEGER NOT NULL,
        position INTEGER NOT NULL
    , read_at TEXT) STRICT
    ;
INSERT INTO "cursors" VALUES('shop/Sent',7,42,NULL);
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
    ;
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
    ;
INSERT INTO "events" VALUES(1,'promise-1','2026-11-16T09:00:00.000000Z','promisekeeper','found','open',NULL,NULL,'');
INSERT INTO "events" VALUES(2,'promise-2','2026-11-16T09:00:00.000000Z','promisekeeper','found','open',NULL,NULL,'');
INSERT INTO "events" VALUES(3,'promise-1','2026-11-19T15:00:00.000000Z','promisekeeper','reminder queued','open',NULL,NULL,'to ana@shop.example');
INSERT INTO "events" VALUES(4,'promise-1','2026-11-19T15:00:00.000000Z','promisekeeper','kept','kept','<reply@shop.example>','Here is the invoice.','');
CREATE TABLE found_in (
        folder TEXT NOT NULL,
        promise_key TEXT NOT NULL REFERENCES promises (key),
        PRIMARY KEY (folder, promise_key)
    ) STRICT, WITHOUT ROWID;
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
    ;
INSERT INTO "lessons" VALUES(1,'Ana','i''ll be there','mute','firm.will','I''ll be there.','2026-11-16T09:00:00.000000Z','ana','',NULL);
CREATE TABLE marks (
        name TEXT PRIMARY KEY NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE meta (
        name TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "meta" VALUES('first_start','2026-11-16T09:00:00.000000Z');
CREATE TABLE note_customers (
        note_id INTEGER NOT NULL REFERENCES notes (id),
        place INTEGER NOT NULL,
        customer TEXT NOT NULL,
        PRIMARY KEY (note_id, place)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "note_customers" VALUES(1,0,'carl@client.example');
INSERT INTO "note_customers" VALUES(2,0,'eve@client.example');
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
        has_attachment INTEGER NOT NULL CHECK (has_attachment IN (0, 1)), is_automatic INTEGER NOT NULL DEFAULT 0,
        UNIQUE (message_id, role)
    ) STRICT
    ;
INSERT INTO "notes" VALUES(1,'<mail-1@shop.example>','sent','2026-11-16T09:00:00.000000Z','<mail-1@shop.example>','["<a@client.example>","<b@client.example>"]','ana@shop.example','Ana','Your invoice','[["delivers","Here is the invoice."]]',1,0);
INSERT INTO "notes" VALUES(2,'<mail-2@client.example>','inbox','2026-11-16T09:00:00.000000Z','<mail-2@client.example>','[]','ana@shop.example','Ana','Your invoice','[]',0,0);
CREATE TABLE "outbox" (
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
    ;
INSERT INTO "outbox" VALUES(1,'reminder/promise-1','<reminder.promise-1@promisekeeper.example>','agent','reminder','[]',NULL,0,'promisekeeper@shop.example','ana@shop.example',X'5375626A6563743A20447565206F6E204672696461790D0A0D0A596F757220696E766F6963650D0A','sent',1,'','2026-11-19T15:00:00.000000Z','2026-11-19T15:00:00.000000Z','250 ok');
INSERT INTO "outbox" VALUES(2,'reminder/promise-2','<reminder.promise-2@promisekeeper.example>','agent','reminder','[]',NULL,0,'promisekeeper@shop.example','ana@shop.example',X'5375626A6563743A20447565206F6E204672696461790D0A0D0A596F757220696E766F6963650D0A','queued',0,'','2026-11-19T15:00:00.000000Z','2026-11-19T15:00:00.000000Z','');
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
        follow_up_utc TEXT GENERATED ALWAYS AS (substr(follow_up_at, 1, 27)) VIRTUAL, confidence TEXT
        CHECK (confidence IN ('certain', 'likely', 'possible')), proposed_state TEXT CHECK (proposed_state IN ('open', 'kept', 'late', 'moved', 'released', 'rejected', 'broken')), hint_message_id TEXT, hint_sentence TEXT
        CHECK ((hint_message_id IS NULL) = (hint_sentence IS NULL)), condition_met_at TEXT, moved_to TEXT NOT NULL DEFAULT '', moved_from TEXT NOT NULL DEFAULT '', same_as TEXT NOT NULL DEFAULT '', snoozed_until TEXT,
        CHECK ((state = 'open') = (settled_at IS NULL)),
        CHECK ((deadline_kind = 'instant') = (due_at IS NOT NULL)),
        CHECK ((evidence_message_id IS NULL) = (evidence_sentence IS NULL))
    ) STRICT
    ;
INSERT INTO "promises" VALUES(1,'promise-1','<promise-1@shop.example>','<promise-1@shop.example>','I''ll send you the new invoice by Friday.',0,30,'i-will','firm','certain','Ana','ana@shop.example','carl@client.example','Carl','Your invoice','once it is there','Dana','2026-11-16T09:00:00.000000Z[+01:00]','instant','by Friday','the coming Friday','2026-11-20T17:00:00.000000Z[+01:00]','2026-11-20T17:00:00.000000Z[+01:00]','2026-11-19T17:00:00.000000Z[+01:00]','2026-11-20T17:00:00.000000Z[+01:00]','2026-11-19T17:00:00.000000Z[+01:00]',0,'kept','2026-11-19T15:00:00.000000Z','<reply@shop.example>','Here is the invoice.',0,NULL,NULL,NULL,NULL,NULL,'','','',NULL);
INSERT INTO "promises" VALUES(2,'promise-2','<promise-2@shop.example>','<promise-2@shop.example>','I''ll send you the new invoice by Friday.',0,0,'i-will','firm','certain','Ana','ana@shop.example','carl@client.example','','Your invoice','','','2026-11-16T09:00:00.000000Z','vague','soon','','2026-11-20T17:00:00.000000Z',NULL,NULL,NULL,NULL,1,'open',NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,'','','',NULL);
CREATE TABLE quarantine (
        id INTEGER PRIMARY KEY,
        folder TEXT NOT NULL,
        position INTEGER NOT NULL,
        problem TEXT NOT NULL,
        at TEXT NOT NULL,
        size INTEGER NOT NULL,
        UNIQUE (folder, position, size, problem)
    ) STRICT
    ;
INSERT INTO "quarantine" VALUES(1,'shop/Sent',7,'2,000 nested parts','2026-11-16T09:00:00.000000Z',4096);
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
    ;
CREATE TABLE steps (
        promise_key TEXT NOT NULL REFERENCES promises (key),
        kind TEXT NOT NULL,
        due_at TEXT NOT NULL,
        PRIMARY KEY (promise_key, kind, due_at)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "steps" VALUES('promise-1','remind','2026-11-20T17:00:00.000000Z');
CREATE TABLE suppressed (
        address TEXT PRIMARY KEY NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
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
    ;
INSERT INTO "tellings" VALUES('Ana','i''ll be there','<m@shop.example>','firm.will','carl@client.example','I''ll be there.','');
CREATE TABLE tokens (
        name TEXT PRIMARY KEY NOT NULL,
        agent TEXT NOT NULL,
        step TEXT NOT NULL,
        promise_keys TEXT NOT NULL,
        draft_digest TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        used_at TEXT
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE unsettled (
        serial INTEGER PRIMARY KEY AUTOINCREMENT,
        customer TEXT NOT NULL UNIQUE
    ) STRICT
    ;
INSERT INTO "unsettled" VALUES(2,'eve@client.example');
CREATE INDEX promises_by_due ON promises (follow_up_utc);
CREATE INDEX promises_by_state_and_due ON promises (state, follow_up_utc);
CREATE INDEX promises_by_customer_and_due ON promises (customer, follow_up_utc);
CREATE INDEX events_by_promise ON events (promise_key);
CREATE INDEX note_customers_by_customer ON note_customers (customer);
CREATE INDEX found_in_by_promise ON found_in (promise_key);
CREATE INDEX tellings_by_rule ON tellings (owner, rule);
CREATE UNIQUE INDEX lessons_that_hold ON lessons (owner, pattern) WHERE lifted_at IS NULL;
CREATE INDEX outbox_by_stage ON outbox (stage, changed_at);
CREATE INDEX outbox_by_draft ON outbox (draft_id) WHERE draft_id IS NOT NULL;
CREATE TRIGGER outbox_hands_over_once BEFORE UPDATE OF stage ON outbox
    WHEN (OLD.stage = 'sent' AND NEW.stage <> 'sent')
        OR (NEW.stage = 'in_data' AND OLD.stage <> 'queued')
    BEGIN
        SELECT RAISE(ABORT, 'a letter is handed over once');
    END;
CREATE INDEX notes_upset ON notes (sent_at) WHERE instr(signals, '["upsets",') > 0;
CREATE INDEX outbox_by_recipient ON outbox (recipient, queued_at);
CREATE INDEX outbox_by_kind ON outbox (kind, queued_at);
CREATE INDEX drafts_by_promise ON drafts (promise_key);
CREATE TRIGGER outbox_sends_approved_drafts BEFORE UPDATE OF stage ON outbox
    WHEN NEW.stage = 'in_data' AND NEW.draft_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM drafts WHERE id = NEW.draft_id AND stage = 'approved'
    )
    BEGIN
        SELECT RAISE(ABORT, 'its draft is not approved');
    END;
CREATE INDEX answers_by_token ON answers (token);
CREATE INDEX receipts_by_stage ON receipts (stage, id);
CREATE INDEX receipts_by_mailbox ON receipts (mailbox, stage, decided_at);
CREATE INDEX receipts_by_domain ON receipts (domain, stage, decided_at);
CREATE INDEX receipts_by_decision ON receipts (stage, decided_at);
CREATE TRIGGER receipts_are_decided_once BEFORE UPDATE OF stage ON receipts
    WHEN OLD.stage <> 'pending'
    BEGIN
        SELECT RAISE(ABORT, 'a receipt is decided once');
    END;
CREATE INDEX notes_by_thread ON notes (thread);
CREATE INDEX promises_by_thread ON promises (thread);
CREATE INDEX promises_by_message ON promises (message_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('promises',2);
INSERT INTO "sqlite_sequence" VALUES('unsettled',2);
INSERT INTO "sqlite_sequence" VALUES('lessons',1);
INSERT INTO "sqlite_sequence" VALUES('outbox',2);
COMMIT;
