"""What a person does to a draft at the keyboard: make one, change its text, name a new date.

None of it comes by mail: a mail can approve or stop the stored text, and no more.
"""

from dataclasses import replace
from datetime import datetime

from promisekeeper.core import corrections
from promisekeeper.core.corrections import Voice
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.records import Round
from promisekeeper.core.updates import LIVE, why_stale
from promisekeeper.errors import DeedError
from promisekeeper.flows.deeds import Deed
from promisekeeper.flows.ports import Store
from promisekeeper.flows.updaterules import UpdateRules
from promisekeeper.flows.updates import (
    mails_around,
    make_draft,
    may_be_written_to,
    situation_of,
)

MAX_BODY = 20_000


def new_draft(
    promise: Promise,
    store: Store,
    rules: UpdateRules,
    voice: Voice,
    *,
    new_due_at: datetime | None = None,
) -> Deed:
    """An update that somebody asked for.

    Raises:
        DeedError: The promise is settled, or nobody may be written to, or a draft lies there.
    """
    if promise.state is not State.OPEN:
        raise DeedError("settled", f"promise {promise.id} is {promise.state} already")
    if not may_be_written_to(promise, store, rules):
        raise DeedError("nobody", f"no update goes to {promise.customer or 'nobody'}")
    live = [one for one in store.drafts(promise_key=promise.key) if one.stage in LIVE]
    if live:
        raise DeedError("exists", f"draft {live[-1].id} lies there: see 'drafts show'")
    _check_date(new_due_at, voice.now)
    notes = store.notes(promise.customer)
    made = make_draft(
        promise,
        notes=notes,
        rules=rules,
        now=voice.now,
        new_due_at=new_due_at,
        known_mails=mails_around(promise, store, notes),
    )
    event = corrections.said(promise, "edited", voice, note="a draft was asked for")
    # It was asked for by a person, and waits for one.
    decided = Round(drafts=(replace(made, is_auto=False),), events=(event,))
    return Deed(action="edited", promise=promise, decided=decided)


def edited_draft(
    draft: Draft,
    promise: Promise,
    store: Store,
    rules: UpdateRules,
    voice: Voice,
    *,
    body: str = "",
    new_due_at: datetime | None = None,
) -> Deed:
    """A draft with another text, another date, or both; whatever was approved is so no more.

    Args:
        body: The whole new text; empty where the template's is to be made anew for the date.

    Raises:
        DeedError: It is too late for that, or a text by hand would be lost.
    """
    if draft.stage not in LIVE and draft.stage is not DraftStage.VETOED:
        raise DeedError("draft_gone", f"draft {draft.id} is {draft.stage}: see 'drafts make'")
    if stale := why_stale(draft, situation_of(draft, store, rules, voice.now)):
        raise DeedError("stale", f"draft {draft.id}: {stale}: hold it, then see 'drafts make'")
    _check_date(new_due_at, voice.now)
    text = body.strip()
    if len(text) > MAX_BODY:
        raise DeedError("too_long", f"a letter has {MAX_BODY} characters at most")
    if not text and draft.is_edited:
        raise DeedError("by_hand", f"draft {draft.id} was written by hand: give its text, too")
    if not text and new_due_at is None:
        raise DeedError("nothing", "give a new text or a new date")
    date = new_due_at or draft.new_due_at
    if text:
        changed = replace(draft, body=f"{text}\n", is_edited=True)
    else:
        notes = store.notes(promise.customer)
        made = make_draft(promise, notes=notes, rules=rules, now=voice.now, new_due_at=date)
        changed = replace(draft, subject=made.subject, body=made.body)
    new = replace(
        changed,
        stage=DraftStage.DRAFTED,
        new_due_at=date,
        approved_digest="",
        approved_at=None,
        send_at=None,
        expires_at=None,
        decided_by="",
        is_auto=False,
    )
    event = corrections.said(promise, "edited", voice, note=f"draft {draft.id}")
    decided = Round(drafts=(new,), unchanged=(draft,), events=(event,))
    return Deed(action="edited", promise=promise, decided=decided)


def _check_date(new_due_at: datetime | None, now: datetime) -> None:
    if new_due_at is not None and new_due_at <= now:
        raise DeedError("past", "the new date lies in the past")
