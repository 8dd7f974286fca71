"""Drafts as text for people and as JSON fields."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from promisekeeper.core.drafts import Draft
from promisekeeper.core.promise import Promise
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text


def draft_fields(draft: Draft, promise: Promise | None) -> dict[str, Any]:
    """A draft as stable JSON fields."""
    return {
        "id": draft.id,
        "promise_id": promise.id if promise else None,
        "stage": draft.stage.value,
        "created_at": draft.created_at.isoformat(),
        "sender": draft.sender,
        "recipient": draft.recipient,
        "subject": draft.subject,
        "body": draft.body,
        "new_due_at": _iso(draft.new_due_at),
        "send_at": _iso(draft.send_at),
        "approved_at": _iso(draft.approved_at),
        "expires_at": _iso(draft.expires_at),
        "decided_by": draft.decided_by,
        "is_auto": draft.is_auto,
        "is_edited": draft.is_edited,
        "note": draft.note,
    }


def drafts_table(
    drafts: Sequence[tuple[Draft, Promise | None]], *, now: datetime, zone: tzinfo | None
) -> str:
    """Drafts, two lines each: how far and to whom, then what about."""
    lines = []
    for draft, promise in drafts:
        number = f"promise {promise.id}" if promise else "a promise that is gone"
        lines.append(
            f"{draft.id:>4}  {draft.stage:<9} {safe_text(draft.recipient)}  {number}"
            f"{_when(draft, now, zone)}"
        )
        lines.append(f"      {safe_text(draft.subject, 100)}")
    return "\n".join(lines)


def draft_page(
    draft: Draft,
    promise: Promise | None,
    *,
    suggested_at: datetime | None,
    now: datetime,
    zone: tzinfo | None,
) -> str:
    """One draft, with everything that would be sent."""
    lines = [f"Draft {draft.id}: {draft.stage}{_when(draft, now, zone)}"]
    if promise is not None:
        lines.append(f'  promise   {promise.id}: "{safe_text(promise.words, 300)}"')
    lines += [
        f"  from      {safe_text(draft.sender_name)} <{safe_text(draft.sender)}>",
        f"  to        {safe_text(draft.recipient_name)} <{safe_text(draft.recipient)}>",
        f"  subject   {safe_text(draft.subject)}",
    ]
    if draft.new_due_at is not None:
        lines.append(f"  new date  {clock_text(draft.new_due_at, zone, now=now)}")
    if draft.note:
        lines.append(f"  note      {safe_text(draft.note, 300)}")
    lines += ["", *(f"  {safe_text(line, 500)}".rstrip() for line in draft.body.splitlines())]
    if suggested_at is not None:
        lines += [
            "",
            f"Only a suggestion, from how long you usually take: "
            f"{clock_text(suggested_at, zone, now=now)}. It is not in the letter; to use it:",
            f'  promisekeeper drafts edit {draft.id} --new-date "{suggested_at:%d %B %H:%M}"',
        ]
    return "\n".join(lines)


def _when(draft: Draft, now: datetime, zone: tzinfo | None) -> str:
    if draft.stage == "announced" and draft.send_at is not None:
        return f", goes out {clock_text(draft.send_at, zone, now=now)} unless held"
    if draft.stage == "approved" and draft.expires_at is not None:
        return f" by {safe_text(draft.decided_by)}, good until " + clock_text(
            draft.expires_at, zone, now=now
        )
    return ""


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
