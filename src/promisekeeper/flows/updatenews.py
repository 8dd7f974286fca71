"""What agents are told of updates: one is on its way, or one did not go out."""

from dataclasses import replace
from datetime import datetime

from promisekeeper.core.drafts import Draft
from promisekeeper.core.letters import (
    Answer,
    Reader,
    letter_id,
    own_letter,
    tagged_address,
    token_for,
)
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.records import Letter
from promisekeeper.core.telling import shortened
from promisekeeper.core.texts import Lines
from promisekeeper.core.tokens import Token, token_text
from promisekeeper.core.updateletters import update_key
from promisekeeper.errors import TemplateError
from promisekeeper.flows.ports import Store
from promisekeeper.flows.updaterules import UpdateRules, suggestion
from promisekeeper.flows.verdicts import hours_of

ANNOUNCEMENT, NOTICE = "update_announced", "update_dropped"
ANNOUNCED_ANSWERS = ("hold", "send", "done")


def announcement(
    draft: Draft,
    promise: Promise,
    store: Store,
    rules: UpdateRules,
    now: datetime,
) -> tuple[Letter, Token]:
    """The mail that tells an agent of an update, with the right to stop or to hasten it.

    Raises:
        ValueError: No letter can reach them.
    """
    key = _key(draft)
    reader = _reader(promise, store, rules, now)
    zone = reader.zone or hours_of(promise, rules.intake.team).zone
    made = token_for(key, reader=reader, step=ANNOUNCEMENT, promises=[promise], now=now)
    token = replace(made, draft_digest=draft.digest)
    suggested = suggestion(promise, store, rules, now)
    slots = {
        "now": now.astimezone(zone),
        "number": promise.id,
        "draft_number": draft.id,
        "customer": shortened(promise.customer_name or promise.customer, 80),
        "due_at": promise.deadline.follow_up_at.astimezone(zone),
        "send_at": draft.send_at.astimezone(zone) if draft.send_at else None,
        "draft": Lines(f"Subject: {draft.subject}\n\n{draft.body}"),
        "suggested_at": suggested.astimezone(zone) if suggested else None,
        "answers": [Answer(verb=verb, shown=verb) for verb in ANNOUNCED_ANSWERS],
        "token": (shown := token_text(token, store.signing_secret())),
    }
    letter = own_letter(
        rules.texts.render(ANNOUNCEMENT, reader.language, slots),
        key=key,
        kind=ANNOUNCEMENT,
        sender=rules.control,
        reader=reader,
        now=now,
        promises=[promise],
        reply_to=tagged_address(rules.control, shown) if rules.takes_tags else "",
    )
    return letter, token


def announcement_id(draft: Draft, rules: UpdateRules) -> str:
    """The Message-ID of the mail that announces a draft."""
    return letter_id(_key(draft), rules.control)


def _key(draft: Draft) -> str:
    return f"{ANNOUNCEMENT}/{update_key(draft)}"


def notices(
    draft: Draft,
    promise: Promise,
    reason: str,
    store: Store,
    rules: UpdateRules,
    now: datetime,
    *,
    is_in_doubt: bool = False,
) -> tuple[Letter, ...]:
    """Tell the agent that an update did not go out, or that nobody knows whether it did.

    None where no letter can reach them, or a template of the user's own is broken, which must
    not keep the update at the head of the outbox: the history tells it all the same.
    """
    try:
        return (_notice(draft, promise, reason, store, rules, now, is_in_doubt=is_in_doubt),)
    except (ValueError, TemplateError):
        return ()


def _notice(
    draft: Draft,
    promise: Promise,
    reason: str,
    store: Store,
    rules: UpdateRules,
    now: datetime,
    *,
    is_in_doubt: bool,
) -> Letter:
    reader = _reader(promise, store, rules, now)
    slots = {
        "now": now,
        "number": promise.id,
        "customer": shortened(promise.customer_name or promise.customer, 80),
        "reason": shortened(reason, 300),
        "is_open": promise.state is State.OPEN,
        "is_in_doubt": is_in_doubt,
    }
    return own_letter(
        rules.texts.render(NOTICE, reader.language, slots),
        key=f"{NOTICE}/{update_key(draft)}{'/in doubt' if is_in_doubt else ''}",
        kind=NOTICE,
        sender=rules.control,
        reader=reader,
        now=now,
        promises=[promise],
    )


def _reader(promise: Promise, store: Store, rules: UpdateRules, now: datetime) -> Reader:
    reader = rules.reader_of(promise, store.absences(), now)
    if not rules.intake.team.may_remind(reader.address):
        raise ValueError(f"{reader.address} is nobody's of ours")
    return reader
