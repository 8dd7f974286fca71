"""Values for tests: each builder makes a whole one, a test names only what it is about.

The story is always the same: on Monday morning Ana of the shop promises Carl an answer by
Friday's close. `a_promise(state=State.KEPT)` gets a `settled_at`, `a_deadline(due_at=...)` a
`follow_up_at`, and so on, so that every value is one that the program could have made.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from promisekeeper.core.absence import Absence
from promisekeeper.core.ackrecords import Receipt
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import (
    Certainty,
    Deadline,
    DeadlineKind,
    Event,
    Evidence,
    Kind,
    Promise,
    State,
)
from promisekeeper.core.records import (
    Audience,
    Batch,
    Change,
    Letter,
    MailNote,
    Quarantined,
    Signal,
    SignalKind,
    Step,
)
from promisekeeper.core.tokens import Token, token_name

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
AGENT = "ana@shop.example"
CUSTOMER = "carl@client.example"
SENT_FOLDER = "shop/Sent"


def a_deadline(**changes: object) -> Deadline:
    """An instant on Friday; any other kind has no `due_at` and follows up on Friday."""
    values: dict[str, Any] = {"kind": DeadlineKind.INSTANT, "words": "by Friday", **changes}
    if values["kind"] is DeadlineKind.INSTANT:
        values.setdefault("due_at", FRIDAY)
    values.setdefault("follow_up_at", values.get("due_at") or FRIDAY)
    return Deadline(**values)


def a_promise(**changes: object) -> Promise:
    """An open promise, due on Friday; `due_at=` is short for a whole deadline."""
    values: dict[str, Any] = {
        "key": "promise-1",
        "words": "I'll send you the new invoice by Friday.",
        "kind": Kind.FIRM,
        "certainty": Certainty.CERTAIN,
        "owner": "Ana",
        "owner_address": AGENT,
        "customer": CUSTOMER,
        "made_at": MONDAY,
        "rule": "i-will",
        "subject": "Your invoice",
        **changes,
    }
    due = {"due_at": values.pop("due_at")} if "due_at" in values else {}
    values.setdefault("deadline", a_deadline(**due))
    values.setdefault("message_id", f"<{values['key']}@shop.example>")
    values.setdefault("thread", values["message_id"])
    if values.get("state", State.OPEN) is not State.OPEN:
        values.setdefault("settled_at", THURSDAY)
    return Promise(**values)


def an_event(**changes: object) -> Event:
    """The opening line of a promise's history; `promise=` names whose."""
    values: dict[str, Any] = {
        "at": MONDAY,
        "actor": "promisekeeper",
        "action": "found",
        "state": State.OPEN,
        **changes,
    }
    promise = values.pop("promise", None)
    values.setdefault("promise_key", promise.key if promise else "promise-1")
    return Event(**values)


def a_change(promise: Promise, *, state: State = State.KEPT, was: State | None = None) -> Change:
    """On Thursday the promise came to this state; kept, unless another is named."""
    evidence = Evidence(message_id="<reply@shop.example>", sentence="Here is the invoice.")
    is_open = state is State.OPEN
    settled = replace(
        promise,
        state=state,
        settled_at=None if is_open else THURSDAY,
        evidence=None if is_open else evidence,
    )
    return Change(
        promise=settled,
        was=was or promise.state,
        event=an_event(
            promise=promise, at=THURSDAY, action=str(state), state=state, evidence=settled.evidence
        ),
    )


def a_note(**changes: object) -> MailNote:
    """Ana's mail to Carl, as the ledger remembers it."""
    values: dict[str, Any] = {
        "message_id": "<mail-1@shop.example>",
        "role": Role.SENT,
        "sent_at": MONDAY,
        "sender": AGENT,
        "author": "Ana",
        "customers": (CUSTOMER,),
        "subject": "Your invoice",
        "signals": (Signal(kind=SignalKind.DELIVERS, sentence="Here is the invoice."),),
        **changes,
    }
    values.setdefault("thread", values["message_id"])
    return MailNote(**values)


def a_letter(**changes: object) -> Letter:
    """A reminder to Ana; its Message-ID follows its dedupe key."""
    values: dict[str, Any] = {
        "dedupe_key": "reminder/promise-1",
        "audience": Audience.AGENT,
        "sender": "promisekeeper@shop.example",
        "recipient": AGENT,
        **changes,
    }
    name = values["dedupe_key"].replace("/", ".")
    values.setdefault("message_id", f"<{name}@promisekeeper.example>")
    values.setdefault("content", b"Subject: Due on Friday\r\n\r\nYour invoice\r\n")
    return Letter(**values)


def a_step(**changes: object) -> Step:
    """The reminder before Friday's close."""
    values: dict[str, Any] = {
        "promise_key": "promise-1",
        "kind": "remind",
        "due_at": FRIDAY,
        **changes,
    }
    return Step(**values)


def a_quarantined(**changes: object) -> Quarantined:
    """A mail that nobody could read."""
    values: dict[str, Any] = {
        "folder": SENT_FOLDER,
        "position": 7,
        "problem": "2,000 nested parts",
        "at": MONDAY,
        "size": 4096,
        **changes,
    }
    return Quarantined(**values)


def a_cursor(position: int = 1, validity: int = 1) -> Cursor:
    """How far the sent folder was read."""
    return Cursor(validity=validity, position=position)


def a_batch(*promises: Promise, **changes: object) -> Batch:
    """One page of the sent folder with these promises and the first lines of their history."""
    values: dict[str, Any] = {
        "folder": SENT_FOLDER,
        "promises": promises,
        "first_events": tuple(an_event(promise=promise) for promise in promises),
        **changes,
    }
    return Batch(**values)


def a_receipt(**changes: object) -> Receipt:
    """Carl's message through the shop's contact form, on Monday."""
    values: dict[str, Any] = {
        "message_id": "<form-1@site.example>",
        "received_at": MONDAY,
        "form": "contact",
        "thread": "<form-1@site.example>",
        "address": CUSTOMER,
        "name": "Carl Ebner",
        "matter": "our shop",
        **changes,
    }
    return Receipt(**values)


def a_draft(**changes: object) -> Draft:
    """An update to Carl about the invoice, drafted on Thursday."""
    values: dict[str, Any] = {
        "promise_key": "promise-1",
        "stage": DraftStage.DRAFTED,
        "created_at": THURSDAY,
        "sender": AGENT,
        "sender_name": "Ana Ortiz",
        "recipient": CUSTOMER,
        "recipient_name": "Carl Ebner",
        "subject": "Re: Your invoice",
        "body": "Dear Carl Ebner,\n\nthe invoice is in hand.\n\nAna\n",
        "in_reply_to": "<mail-1@shop.example>",
        "references": ("<mail-1@shop.example>",),
        **changes,
    }
    return Draft(**values)


def a_token(**changes: object) -> Token:
    """Ana's right to answer the reminder of promise 1 until a week after Friday."""
    values: dict[str, Any] = {
        "name": token_name("reminder/promise-1"),
        "agent": AGENT,
        "step": "remind_agent",
        "promise_keys": ("promise-1",),
        "expires_at": FRIDAY + timedelta(days=7),
        **changes,
    }
    return Token(**values)


def an_absence(**changes: object) -> Absence:
    """Ana is away from Thursday to Friday; Joss stands in."""
    values: dict[str, Any] = {
        "agent": "Ana",
        "deputy": "Joss",
        "starts_at": THURSDAY,
        "ends_at": FRIDAY,
        **changes,
    }
    return Absence(**values)
