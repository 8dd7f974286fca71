"""An action becomes a letter: subject, text, safe headers, one frozen Message-ID."""

import hashlib
from datetime import datetime, tzinfo
from email.utils import format_datetime

from promisekeeper.core.compose import compose
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.ladder import Action
from promisekeeper.core.message import Address
from promisekeeper.core.promise import Promise
from promisekeeper.core.records import Audience, Letter
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text, distance_text, due_text

WORDS_SHOWN = 300
SUBJECT_WORDS = 60


def reminder(action: Action, *, sender: str, now: datetime, hours: WorkingHours) -> Letter:
    """The mail that tells an agent of a promise before it falls due.

    Args:
        sender: The control address.
        hours: The agent's calendar; times are shown in its zone.
    """
    promise = action.promise
    key = f"{action.kind.value}/{promise.key}/{action.step.due_at.isoformat()}"
    message_id = _message_id(key, sender)
    content = compose(
        sender=Address(name="promisekeeper", address=sender),
        recipient=Address(name=promise.owner, address=promise.owner_address),
        subject=_subject(promise, now, hours.zone),
        headers={
            "Date": format_datetime(now.astimezone(hours.zone)),
            "Message-ID": message_id,
            # All reminders of one promise hang from the same id, which is nobody's mail.
            "References": _message_id(promise.key, sender),
            "Auto-Submitted": "auto-generated",  # RFC 3834, section 5
            "X-Auto-Response-Suppress": "All",
            "X-Promisekeeper-Promise": promise.key,
        },
        body=_body(promise, now, hours.zone),
    )
    return Letter(
        dedupe_key=key,
        message_id=message_id,
        audience=Audience.AGENT,
        sender=sender,
        recipient=promise.owner_address,
        content=content,
    )


def _message_id(key: str, sender: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<pk.{digest}@{sender.rpartition('@')[2]}>"


def _subject(promise: Promise, now: datetime, zone: tzinfo | None) -> str:
    who = promise.customer_name or promise.customer
    due_at = promise.deadline.follow_up_at
    when = f"{clock_text(due_at, zone)} ({distance_text(due_at, now)})"
    about = safe_text(promise.words, SUBJECT_WORDS)
    return f"[promise {promise.id}] {safe_text(who, 60)}, {when}: {about}"


def _body(promise: Promise, now: datetime, zone: tzinfo | None) -> str:
    who = safe_text(promise.customer_name, 80)
    customer = f"{who} <{promise.customer}>" if who else promise.customer
    lines = [
        f"On {clock_text(promise.made_at, zone)} you wrote to {customer}:",
        "",
        f"    {safe_text(promise.words, WORDS_SHOWN)}",
        "",
        f"Due {due_text(promise.deadline, now, zone)}",
    ]
    if promise.subject:
        lines.append(f"Subject of that mail: {safe_text(promise.subject)}")
    if promise.is_maybe_kept:
        lines.append("You wrote to them since then; I could not tell whether that settled it.")
    lines += [
        "",
        "Answer the customer and this closes by itself. If it is settled already:",
        f"    promisekeeper done {promise.id}",
        "If it was no promise:",
        f"    promisekeeper dismiss {promise.id}",
    ]
    return "\n".join(lines) + "\n"
