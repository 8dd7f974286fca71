"""Values to rows and back: the one place that knows how a value lies in the ledger.

A row to be written is a dict by column; a row that was read is a tuple in the order of the
`..._COLUMNS` beside its reader. Promises and their history are in `promiserows`.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from promisekeeper.core.mail import Role
from promisekeeper.core.records import (
    Audience,
    Letter,
    MailNote,
    OutboxLetter,
    Quarantined,
    Signal,
    SignalKind,
    Stage,
    Step,
)
from promisekeeper.store.promiserows import (
    ReadRow,
    Row,
    instant_text,
    local_text,
    read_time,
    row_of,
)

STEP_COLUMNS = "promise_key, kind, due_at"


def step_row(step: Step) -> Row:
    """A step that was taken; equal instants are one, whatever their offset."""
    return row_of(promise_key=step.promise_key, kind=step.kind, due_at=instant_text(step.due_at))


def step_from(row: ReadRow) -> Step:
    """The step of a row."""
    promise_key, kind, due_at = row
    return Step(promise_key=promise_key, kind=kind, due_at=read_time(due_at))


NOTE_COLUMNS = (
    "message_id, thread, sender, author, subject, role, sent_at, refs, signals, has_attachment,"
    " is_automatic"
)


def note_row(note: MailNote) -> Row:
    """What is remembered of a mail, without its customers, who have a table."""
    signals = [[signal.kind.value, signal.sentence] for signal in note.signals]
    return row_of(
        message_id=note.message_id,
        thread=note.thread,
        sender=note.sender,
        author=note.author,
        subject=note.subject,
        role=note.role.value,
        sent_at=local_text(note.sent_at),
        refs=_json(note.references),
        signals=_json(signals),
        has_attachment=note.has_attachment,
        is_automatic=note.is_automatic,
    )


_SIGNAL_KINDS = {kind.value: kind for kind in SignalKind}


def note_from(row: ReadRow, customers: Sequence[str]) -> MailNote:
    """The note of a row and of its customers."""
    message_id, thread, sender, author, subject, role, sent_at, *lists = row
    references, signals, has_attachment, is_automatic = lists
    return MailNote(
        message_id=message_id,
        thread=thread,
        sender=sender,
        author=author,
        subject=subject,
        role=Role(role),
        sent_at=read_time(sent_at),
        references=tuple(_read(references)),
        signals=tuple(
            Signal(kind=_SIGNAL_KINDS[kind], sentence=sentence) for kind, sentence in _read(signals)
        ),
        has_attachment=bool(has_attachment),
        is_automatic=bool(is_automatic),
        customers=tuple(customers),
    )


# Made once: `json.dumps` would make one for each call.
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> list[Any]:
    # What `_json` wrote, with no blanks around it; "[]" is what many notes have.
    found: list[Any] = _DECODER.raw_decode(text)[0] if text != "[]" else []
    return found


def _json(values: Sequence[object]) -> str:
    return _ENCODER.encode(values)


QUARANTINE_COLUMNS = "folder, position, problem, size, at"


def quarantine_row(mail: Quarantined) -> Row:
    """A mail that could not be read."""
    return row_of(
        folder=mail.folder,
        position=mail.position,
        problem=mail.problem,
        size=mail.size,
        at=local_text(mail.at),
    )


def quarantined_from(row: ReadRow) -> Quarantined:
    """The mail of a row that could not be read."""
    folder, position, problem, size, at = row
    return Quarantined(
        folder=folder, position=position, problem=problem, size=size, at=read_time(at)
    )


LETTER_COLUMNS = (
    "dedupe_key, message_id, sender, recipient, content, audience, kind, promise_keys, draft_id,"
    " is_urgent, id, attempts, note, stage, next_try_at, changed_at, queued_at"
)


def letter_row(letter: Letter, now: datetime) -> Row:
    """A letter as it comes into the outbox."""
    return row_of(
        dedupe_key=letter.dedupe_key,
        message_id=letter.message_id,
        sender=letter.sender,
        recipient=letter.recipient,
        content=letter.content,
        audience=letter.audience.value,
        kind=letter.kind,
        promise_keys=_json(letter.promise_keys),
        draft_id=letter.draft_id,
        is_urgent=letter.is_urgent,
        queued_at=instant_text(now),
        attempts=0,
        note="",
        stage=Stage.QUEUED.value,
        next_try_at=instant_text(now),
        changed_at=instant_text(now),
    )


def letter_from(row: ReadRow) -> OutboxLetter:
    """A letter and how far it has come."""
    dedupe_key, message_id, sender, recipient, content, audience, *rest = row
    kind, promise_keys, draft_id, is_urgent, *progress = rest
    letter_id, attempts, note, stage, next_try_at, changed_at, queued_at = progress
    return OutboxLetter(
        id=letter_id,
        letter=Letter(
            dedupe_key=dedupe_key,
            message_id=message_id,
            sender=sender,
            recipient=recipient,
            content=content,
            audience=Audience(audience),
            kind=kind,
            promise_keys=tuple(json.loads(promise_keys)),
            draft_id=draft_id,
            is_urgent=bool(is_urgent),
        ),
        stage=Stage(stage),
        attempts=attempts,
        note=note,
        next_try_at=read_time(next_try_at),
        changed_at=read_time(changed_at),
        queued_at=read_time(queued_at) if queued_at else None,
    )
