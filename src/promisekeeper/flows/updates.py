"""Customer updates, round by round: drafted, announced, released into the outbox, looked at again.

docs/decisions/0007-updates.md has the protocol. What may be said and when is decided in
`core.updates`; nothing here is sent, only queued.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.letters import Answer, Reader, own_letter, token_for
from promisekeeper.core.promise import ACTOR, Event, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import NOTHING, Letter, MailNote, Mark, Round, Stage
from promisekeeper.core.telling import shortened
from promisekeeper.core.texts import Lines
from promisekeeper.core.tokens import Token, token_text
from promisekeeper.core.updateletters import UPDATE, update_key, update_letter
from promisekeeper.core.updates import (
    LIVE,
    Situation,
    Told,
    UpdatePolicy,
    customer_zone,
    draft_moment,
    may_be_automatic,
    may_be_told,
    quiet_until,
    reply_subject,
    shows_progress,
    suggested_date,
    told_of,
    why_stale,
)
from promisekeeper.flows.intake import IntakeRules, hours_of
from promisekeeper.flows.ports import Store, Texts

OPEN = PromiseQuery(states=frozenset({State.OPEN}), with_history=False)
SETTLED = frozenset({State.KEPT, State.LATE})
# A promise is drafted for at three quarters of its time; nobody promises for years ahead.
HORIZON = timedelta(days=400)
ANNOUNCEMENT, NOTICE = "update_announced", "update_dropped"
ANNOUNCED_ANSWERS = ("hold", "send", "done")
APPROVAL_DAYS = 1
HEARD_OF = (*LIVE, DraftStage.SENT)
ONE_MAIL_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRules:
    """How updates to customers are made.

    Attributes:
        is_auto: Updates may go out announced, without a person's word.
        control: The control address, which announcements come from.
        folders: Keys of all folders that must have been read lately.
        fingerprint: Of all settings that the letters depend on.
        language: Of the letters to customers.
        reader_of: Who on our side is written to about a promise.
        is_upset: Whether a customer sounds upset, by the mails to and from them.
    """

    texts: Texts
    intake: IntakeRules
    control: str
    folders: tuple[str, ...]
    is_auto: bool = False
    company: str = ""
    language: str = ""
    fingerprint: str = ""
    reader_of: Callable[[Promise, datetime], Reader]
    is_upset: Callable[[Promise, Sequence[MailNote]], bool]
    policy: UpdatePolicy = field(default_factory=UpdatePolicy)


def draft_updates(store: Store, rules: UpdateRules, now: datetime) -> Round:
    """Draft an update for each promise that nobody can be seen to be at; once for each deadline.

    Returns:
        What was decided and stored.
    """
    promises = store.promises(replace(OPEN, due_before=now + HORIZON))
    due = [
        promise
        for promise in promises
        if may_be_told(promise)
        and draft_moment(promise, hours_of(promise, rules.intake.team), rules.policy) <= now
    ]
    done = store.marked([_mark_of(promise) for promise in due])
    # Two promises to one customer are one mail, not two.
    busy = {
        draft.recipient
        for draft in store.drafts(stages=HEARD_OF)
        if draft.created_at > now - ONE_MAIL_IN
    }
    decided = NOTHING
    for promise in due:
        if _mark_of(promise) in done:
            continue
        notes = store.notes(promise.customer)
        # Looked at once: where progress is seen now, the customer has been told by a person.
        one = Round(marks=(Mark(name=_mark_of(promise), at=now),))
        is_needed = not shows_progress(promise, notes) and promise.customer not in busy
        if is_needed and may_be_written_to(promise, store, rules):
            busy.add(promise.customer)
            draft = make_draft(promise, notes=notes, rules=rules, now=now)
            one = replace(one, drafts=(draft,))
        store.close_round(one, now)
        decided = _joined(decided, one)
    return decided


def _mark_of(promise: Promise) -> str:
    return f"draft/{promise.key}/{promise.deadline.follow_up_at.isoformat()}"


def may_be_written_to(promise: Promise, store: Store, rules: UpdateRules) -> bool:
    """Whether an update may go to its customer: somebody, not one of us, whom mail reaches."""
    team = rules.intake.team
    return (
        bool(promise.customer)
        and not team.is_ours(promise.customer)
        and not store.suppressed(promise.customer)
    )


def make_draft(
    promise: Promise,
    *,
    notes: Sequence[MailNote],
    rules: UpdateRules,
    now: datetime,
    new_due_at: datetime | None = None,
) -> Draft:
    """An update about a promise as things stand now.

    Where it may go out by itself it is to be announced first: its stage is DRAFTED until then.
    """
    hours = hours_of(promise, rules.intake.team)
    is_upset = rules.is_upset(promise, notes)
    is_auto = (
        rules.is_auto
        and new_due_at is None
        and may_be_automatic(promise, is_upset=is_upset, now=now)
    )
    told = told_of(
        promise,
        notes=notes,
        hours=hours,
        now=now,
        is_upset=is_upset,
        sender_name=promise.owner,
        company=rules.company,
        new_due_at=new_due_at,
        is_auto=is_auto,
    )
    sender = _sender(promise, notes, rules)
    rendered = rules.texts.render(UPDATE, rules.language, slots_of(told, promise))
    last = _last_in_thread(promise, notes)
    return Draft(
        promise_key=promise.key,
        stage=DraftStage.DRAFTED,
        created_at=now,
        sender=sender,
        sender_name=promise.owner,
        recipient=promise.customer,
        recipient_name=told.name,
        subject=rendered.subject,
        body=rendered.text,
        in_reply_to=last.message_id if last else promise.message_id,
        references=last.references if last else (),
        new_due_at=new_due_at,
        known_mails=len(notes),
        is_auto=is_auto,
    )


def slots_of(told: Told, promise: Promise) -> dict[str, object]:
    """What the template of an update may say."""
    slots: dict[str, object] = {name: getattr(told, name) for name in Told.__slots__}
    return {**slots, "reply_subject": reply_subject(promise.subject)}


def _sender(promise: Promise, notes: Sequence[MailNote], rules: UpdateRules) -> str:
    """The address that the promise was given from, where it is a shared one; else the owner's."""
    given = next((note.sender for note in notes if note.message_id == promise.message_id), "")
    return given if given in rules.intake.team.shared_addresses else promise.owner_address


def _last_in_thread(promise: Promise, notes: Sequence[MailNote]) -> MailNote | None:
    """The newest mail of the conversation, which an update answers."""
    inside = [
        note
        for note in notes
        if note.thread == promise.thread or note.message_id == promise.message_id
    ]
    return max(inside, key=lambda note: note.sent_at, default=None)


def announce_updates(store: Store, rules: UpdateRules, now: datetime) -> int:
    """Tell agents of the updates that will go out by themselves; returns how many."""
    told, by_hand = 0, replace(rules, is_auto=False)
    for draft in store.drafts(stages=[DraftStage.DRAFTED]):
        promise = promise_of(draft, store)
        if not draft.is_auto or draft.is_edited or promise is None or not rules.is_auto:
            continue
        due_at = promise.deadline.due_at
        send_at = _send_at(promise, rules, store.notes(promise.customer), now)
        if due_at is None or send_at >= due_at:
            # Too late for a veto in working time: a person may still send it, in their own words.
            notes = store.notes(promise.customer)
            made = make_draft(promise, notes=notes, rules=by_hand, now=draft.created_at)
            new = replace(made, id=draft.id, known_mails=draft.known_mails)
            store.close_round(Round(drafts=(new,), unchanged=(draft,)), now)
            continue
        announced = replace(draft, stage=DraftStage.ANNOUNCED, send_at=send_at)
        try:
            letter, token = _announcement(announced, promise, store, rules, now)
        except ValueError as error:
            # Nobody can be told of it, so nobody could say no.
            store.close_round(dropped(draft, str(error), store, rules, now), now)
            continue
        note = f"draft {draft.id}, for {send_at.isoformat()}"
        decided = Round(
            drafts=(announced,),
            unchanged=(draft,),
            letters=(letter,),
            tokens=(token,),
            events=(event_of(promise, "update announced", note, now),),
        )
        told += store.close_round(decided, now)
    return told


def _send_at(
    promise: Promise, rules: UpdateRules, notes: Sequence[MailNote], now: datetime
) -> datetime:
    """When it may leave: after the time for a veto, and outside the customer's quiet hours."""
    hours = hours_of(promise, rules.intake.team)
    at = hours.add_working_time(now, rules.policy.veto_time)
    zone = customer_zone(notes, hours.zone)
    return quiet_until(at, zone, rules.policy) or at


def _announcement(
    draft: Draft,
    promise: Promise,
    store: Store,
    rules: UpdateRules,
    now: datetime,
) -> tuple[Letter, Token]:
    key = f"{ANNOUNCEMENT}/{update_key(draft)}"
    reader, zone = rules.reader_of(promise, now), hours_of(promise, rules.intake.team).zone
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
        "token": token_text(token, store.signing_secret()),
    }
    letter = own_letter(
        rules.texts.render(ANNOUNCEMENT, reader.language, slots),
        key=key,
        kind=ANNOUNCEMENT,
        sender=rules.control,
        reader=reader,
        now=now,
        promises=[promise],
    )
    return letter, token


def suggestion(
    promise: Promise, store: Store, rules: UpdateRules, now: datetime
) -> datetime | None:
    """A date that the owner would probably keep; for the agent's eyes, never for a letter."""
    past = store.promises(PromiseQuery(states=SETTLED))
    hours = hours_of(promise, rules.intake.team)
    return suggested_date(past, owner_address=promise.owner_address, hours=hours, now=now)


def release_updates(store: Store, rules: UpdateRules, now: datetime) -> Round:
    """Put what is approved, or announced and not vetoed, into the outbox; drop what is stale.

    Returns:
        What was decided and stored.
    """
    decided = NOTHING
    for draft in store.drafts(stages=LIVE):
        if _has_live_letter(draft, store):
            continue
        one = _next_step(draft, store, rules, now)
        if one is not NOTHING and store.close_round(one, now):
            decided = _joined(decided, one)
    return decided


def _has_live_letter(draft: Draft, store: Store) -> bool:
    """Whether a letter with this draft is on its way, or may have arrived."""
    gone = (Stage.DROPPED, Stage.FAILED)
    return any(entry.stage not in gone for entry in store.letters_of_draft(draft.id or 0))


def _next_step(draft: Draft, store: Store, rules: UpdateRules, now: datetime) -> Round:
    situation = situation_of(draft, store, rules, now)
    stale = why_stale(draft, situation)
    is_expired = draft.expires_at is not None and draft.expires_at <= now
    if stale or (draft.stage is DraftStage.APPROVED and is_expired):
        return dropped(draft, stale or "the approval is too old", store, rules, now)
    if draft.stage is DraftStage.ANNOUNCED:
        if draft.send_at is None or draft.send_at > now or not rules.is_auto:
            return NOTHING
        promise = situation.promise
        if promise is None or not may_be_automatic(promise, is_upset=situation.is_upset, now=now):
            return dropped(draft, "it may not go out by itself any more", store, rules, now)
        approved = replace(
            draft,
            stage=DraftStage.APPROVED,
            approved_digest=draft.digest,
            approved_at=now,
            expires_at=approval_end(promise, rules, now),
            decided_by=ACTOR,
        )
        return _queued(approved, draft, store, rules, now)
    if draft.stage is DraftStage.APPROVED:
        return _queued(draft, draft, store, rules, now)
    return NOTHING


def approval_end(promise: Promise, rules: UpdateRules, now: datetime) -> datetime:
    """When an approval of now is worth nothing any more: a working day later."""
    hours = hours_of(promise, rules.intake.team)
    return hours.close(hours.add_working_days(hours.day_of(now), APPROVAL_DAYS))


def _queued(approved: Draft, was: Draft, store: Store, rules: UpdateRules, now: datetime) -> Round:
    try:
        letter = update_letter(approved, now=now)
    except ValueError as error:
        return dropped(was, str(error), store, rules, now)
    return Round(drafts=(approved,), unchanged=(was,), letters=(letter,))


def situation_of(draft: Draft, store: Store, rules: UpdateRules, now: datetime) -> Situation:
    """All that counts for an update at this moment."""
    promise = promise_of(draft, store)
    notes = store.notes(draft.recipient)
    default = hours_of(promise, rules.intake.team).zone if promise else UTC
    return Situation(
        now=now,
        promise=promise,
        mails=len(notes),
        read_at=[store.read_at(folder) for folder in rules.folders],
        zone=customer_zone(notes, default),
        is_upset=promise is not None and rules.is_upset(promise, notes),
        suppressed=store.suppressed(draft.recipient),
        policy=rules.policy,
    )


def dropped(draft: Draft, reason: str, store: Store, rules: UpdateRules, now: datetime) -> Round:
    """It does not go out any more; whoever approved it, or was told of it, hears of that.

    A draft that nobody ever spoke of ends in silence.
    """
    gone = replace(draft, stage=DraftStage.DROPPED, note=reason[:500])
    promise = promise_of(draft, store)
    if promise is None:
        return Round(drafts=(gone,), unchanged=(draft,))
    event = event_of(promise, "update dropped", f"draft {draft.id}: {reason}", now)
    round_ = Round(drafts=(gone,), unchanged=(draft,), events=(event,))
    if draft.stage is DraftStage.DRAFTED:
        return round_
    return replace(round_, letters=notices(draft, promise, reason, rules, now))


def notices(
    draft: Draft,
    promise: Promise,
    reason: str,
    rules: UpdateRules,
    now: datetime,
    *,
    is_in_doubt: bool = False,
) -> tuple[Letter, ...]:
    """Tell the agent that an update did not go out, or that nobody knows whether it did.

    None where no letter can reach them: the history tells it all the same.
    """
    try:
        return (_notice(draft, promise, reason, rules, now, is_in_doubt=is_in_doubt),)
    except ValueError:
        return ()


def _notice(
    draft: Draft,
    promise: Promise,
    reason: str,
    rules: UpdateRules,
    now: datetime,
    *,
    is_in_doubt: bool,
) -> Letter:
    reader = rules.reader_of(promise, now)
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


def promise_of(draft: Draft, store: Store) -> Promise | None:
    """The promise that a draft is about; None where it was forgotten."""
    return next(iter(store.promises_by_key([draft.promise_key])), None)


def event_of(promise: Promise, action: str, note: str, now: datetime) -> Event:
    """A line of history that promisekeeper writes."""
    return Event(
        promise_key=promise.key,
        at=now,
        actor=ACTOR,
        action=action,
        state=promise.state,
        note=note[:500],
    )


def _joined(one: Round, other: Round) -> Round:
    return Round(
        drafts=one.drafts + other.drafts,
        letters=one.letters + other.letters,
        marks=one.marks + other.marks,
        events=one.events + other.events,
    )
