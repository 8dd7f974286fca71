"""Drafts, tokens and absences to rows and back."""

import json

from promisekeeper.core.absence import Absence
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.records import Answer
from promisekeeper.core.tokens import Token
from promisekeeper.store.promiserows import (
    ReadRow,
    Row,
    instant_text,
    local_text,
    optional_text,
    optional_time,
    read_time,
    row_of,
)

DRAFT_COLUMNS = (
    "id, promise_key, stage, created_at, sender, sender_name, recipient, recipient_name, subject,"
    " body, in_reply_to, refs, new_due_at, approved_digest, approved_at, send_at, expires_at,"
    " decided_by, note, known_mails, is_auto, is_edited"
)


def draft_row(draft: Draft) -> Row:
    """A draft, without the id, which only the ledger gives."""
    return row_of(
        promise_key=draft.promise_key,
        stage=draft.stage.value,
        created_at=local_text(draft.created_at),
        sender=draft.sender,
        sender_name=draft.sender_name,
        recipient=draft.recipient,
        recipient_name=draft.recipient_name,
        subject=draft.subject,
        body=draft.body,
        in_reply_to=draft.in_reply_to,
        refs=json.dumps(draft.references),
        new_due_at=optional_text(draft.new_due_at),
        approved_digest=draft.approved_digest,
        approved_at=optional_text(draft.approved_at),
        send_at=optional_text(draft.send_at),
        expires_at=optional_text(draft.expires_at),
        decided_by=draft.decided_by,
        note=draft.note,
        known_mails=draft.known_mails,
        is_auto=draft.is_auto,
        is_edited=draft.is_edited,
    )


def draft_from(row: ReadRow) -> Draft:
    """The draft of a row."""
    draft_id, promise_key, stage, created_at, sender, sender_name, recipient, *rest = row
    recipient_name, subject, body, in_reply_to, references, new_due_at, *decided = rest
    approved_digest, approved_at, send_at, expires_at, decided_by, note, *made = decided
    known_mails, is_auto, is_edited = made
    return Draft(
        id=draft_id,
        promise_key=promise_key,
        stage=DraftStage(stage),
        created_at=read_time(created_at),
        sender=sender,
        sender_name=sender_name,
        recipient=recipient,
        recipient_name=recipient_name,
        subject=subject,
        body=body,
        in_reply_to=in_reply_to,
        references=tuple(json.loads(references)),
        new_due_at=optional_time(new_due_at),
        approved_digest=approved_digest,
        approved_at=optional_time(approved_at),
        send_at=optional_time(send_at),
        expires_at=optional_time(expires_at),
        decided_by=decided_by,
        note=note,
        known_mails=known_mails,
        is_auto=bool(is_auto),
        is_edited=bool(is_edited),
    )


TOKEN_COLUMNS = "name, agent, step, promise_keys, draft_digest, expires_at, used_at"


def token_row(token: Token) -> Row:
    """A right to answer."""
    return row_of(
        name=token.name,
        agent=token.agent,
        step=token.step,
        promise_keys=json.dumps(token.promise_keys),
        draft_digest=token.draft_digest,
        expires_at=instant_text(token.expires_at),
        used_at=optional_text(token.used_at),
    )


def token_from(row: ReadRow) -> Token:
    """The token of a row."""
    name, agent, step, promise_keys, draft_digest, expires_at, used_at = row
    return Token(
        name=name,
        agent=agent,
        step=step,
        promise_keys=tuple(json.loads(promise_keys)),
        draft_digest=draft_digest,
        expires_at=read_time(expires_at),
        used_at=optional_time(used_at),
    )


ABSENCE_COLUMNS = "id, agent, deputy, starts_at, ends_at"


def absence_row(absence: Absence) -> Row:
    """An absence, without the id, which only the ledger gives."""
    return row_of(
        agent=absence.agent,
        deputy=absence.deputy,
        starts_at=local_text(absence.starts_at),
        ends_at=local_text(absence.ends_at),
    )


def absence_from(row: ReadRow) -> Absence:
    """The absence of a row."""
    absence_id, agent, deputy, starts_at, ends_at = row
    return Absence(
        id=absence_id,
        agent=agent,
        deputy=deputy,
        starts_at=read_time(starts_at),
        ends_at=read_time(ends_at),
    )


ANSWER_COLUMNS = "message_id, at, sender, token, outcome, said"


def answer_row(answer: Answer) -> Row:
    """A mail that was dealt with."""
    return row_of(
        message_id=answer.message_id,
        at=instant_text(answer.at),
        sender=answer.sender,
        token=answer.token,
        outcome=answer.outcome,
        said=answer.said,
    )


def answer_from(row: ReadRow) -> Answer:
    """The mail of a row that was dealt with."""
    message_id, at, sender, token, outcome, said = row
    return Answer(
        message_id=message_id,
        at=read_time(at),
        sender=sender,
        token=token,
        outcome=outcome,
        said=said,
    )
