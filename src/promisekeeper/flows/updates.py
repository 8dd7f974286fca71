"""Customer updates, round by round: drafted, announced, released into the outbox, looked at again.

docs/decisions/0007-updates.md has the protocol. What may be said and when is decided in
`core.updates`; nothing here is sent, only queued.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.promise import ACTOR, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import NOTHING, MailNote, Mark, Round, Stage
from promisekeeper.core.threads import has_relatives
from promisekeeper.core.updateletters import UPDATE, update_letter
from promisekeeper.core.updates import (
    LIVE,
    Situation,
    Told,
    customer_zone,
    draft_moment,
    may_be_automatic,
    may_be_told,
    quiet_until,
    reply_subject,
    shows_progress,
    told_of,
    why_stale,
)
from promisekeeper.flows.deeds import approval_end
from promisekeeper.flows.onebyone import one_by_one
from promisekeeper.flows.ports import Store
from promisekeeper.flows.updatenews import announcement, announcement_id, notices
from promisekeeper.flows.updaterules import UpdateRules, event_of, promise_of
from promisekeeper.flows.verdicts import hours_of

OPEN = PromiseQuery(states=frozenset({State.OPEN}), with_history=False)
# A promise is drafted for at three quarters of its time; nobody promises for years ahead.
HORIZON = timedelta(days=400)
HEARD_OF = (*LIVE, DraftStage.SENT)
# A letter at one of these never reached its reader, or nobody can tell.
UNHEARD = (Stage.FAILED, Stage.DROPPED, Stage.HELD)
ONE_MAIL_IN = timedelta(days=1)
# An announcement that left so soon is as good as its word, "at 17:00 unless you say no".
PROMPTLY = timedelta(minutes=5)


def draft_updates(store: Store, rules: UpdateRules, now: datetime) -> Round:
    """Draft an update for each promise that nobody can be seen to be at; once before each deadline
    and once after it.

    Returns:
        What was decided and stored.

    Raises:
        TemplateError: One cannot be put into words; all others are stored by then.
    """
    promises = store.promises(replace(OPEN, due_before=now + HORIZON))
    due = [
        promise
        for promise in promises
        if may_be_told(promise)
        and draft_moment(promise, hours_of(promise, rules.intake.team), rules.policy) <= now
    ]
    done = store.marked([_mark_of(promise, now) for promise in due])
    lapsed_at = {
        promise.key: promise.deadline.follow_up_at
        for promise in due
        if promise.deadline.follow_up_at <= now
    }
    recent = [
        draft
        for draft in store.drafts(stages=HEARD_OF)
        if draft.created_at > now - ONE_MAIL_IN
        and not _is_overtaken(draft, lapsed_at.get(draft.promise_key))
    ]
    busy = {draft.recipient for draft in recent}

    def draft_one(promise: Promise) -> Round:
        notes = store.notes(promise.customer)
        # Looked at once: where progress is seen now, the customer has been told by a person.
        mark = Mark(name=_mark_of(promise, now), at=now)
        one = Round(marks=(mark,), is_first=True)
        is_needed = not shows_progress(promise, notes) and promise.customer not in busy
        is_wanted = is_needed and not _is_vetoed(promise, store)
        if is_wanted and may_be_written_to(promise, store, rules):
            known = mails_around(promise, store, notes)
            draft = make_draft(promise, notes=notes, rules=rules, now=now, known_mails=known)
            one = replace(one, drafts=(draft,))
            # Two promises to one customer are one mail, not two.
            busy.add(promise.customer)
        return one if store.close_round(one, now) else NOTHING

    asked = [promise for promise in due if _mark_of(promise, now) not in done]
    return _all_joined(one_by_one(asked, draft_one))


def _is_overtaken(draft: Draft, lapsed_at: datetime | None) -> bool:
    """Whether the deadline has passed since a draft was made: it gives way to one that says so."""
    return draft.stage in LIVE and lapsed_at is not None and draft.created_at < lapsed_at


def _mark_of(promise: Promise, now: datetime) -> str:
    """Once before the deadline, and once after it, when an apology is due."""
    due_at = promise.deadline.follow_up_at
    return f"draft/{promise.key}/{due_at.isoformat()}{'/late' if now >= due_at else ''}"


def _is_vetoed(promise: Promise, store: Store) -> bool:
    """Whether somebody has said no to an update about it: then nobody asks again."""
    return bool(store.drafts(promise_key=promise.key, stages=[DraftStage.VETOED]))


def may_be_written_to(promise: Promise, store: Store, rules: UpdateRules) -> bool:
    """Whether an update may go to its customer: somebody, not one of us, whom mail reaches.

    And only in the name of one of us: a stranger's mail among ours speaks for nobody.
    """
    team = rules.intake.team
    return (
        bool(promise.customer)
        and not team.is_ours(promise.customer)
        and team.may_remind(promise.owner_address)
        and not store.suppressed(promise.customer)
    )


def make_draft(
    promise: Promise,
    *,
    notes: Sequence[MailNote],
    rules: UpdateRules,
    now: datetime,
    new_due_at: datetime | None = None,
    known_mails: int | None = None,
) -> Draft:
    """An update about a promise as things stand now.

    Where it may go out by itself it is to be announced first: its stage is DRAFTED until then.

    Args:
        known_mails: As `mails_around` counts them, where others than the customer may have written.
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
        known_mails=len(notes) if known_mails is None else known_mails,
        is_auto=is_auto,
    )


def mails_around(promise: Promise, store: Store, notes: Sequence[MailNote]) -> int:
    """How many mails are known to and from the customer, or to their colleagues in the thread."""
    beside: Sequence[MailNote] = ()
    if has_relatives(promise.customer):
        beside = store.notes_beside(promise.customer, {promise.thread, promise.message_id})
    return len(notes) + len(beside)


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
    """Tell agents of the updates that will go out by themselves; returns how many.

    Raises:
        TemplateError: One announcement cannot be put into words; all others are queued by then.
    """

    def announce(draft: Draft) -> bool:
        return _announce(draft, store, rules, now)

    return sum(one_by_one(store.drafts(stages=[DraftStage.DRAFTED]), announce))


def _announce(draft: Draft, store: Store, rules: UpdateRules, now: datetime) -> bool:
    promise = promise_of(draft, store)
    if not draft.is_auto or draft.is_edited or promise is None or not rules.is_auto:
        return False
    # Whoever asked to hear nothing of it for a while is not asked about an update either.
    if promise.is_snoozed_at(now):
        return False
    due_at = promise.deadline.due_at
    notes = store.notes(promise.customer)
    send_at = _send_at(promise, rules, notes, now)
    if due_at is None or send_at >= due_at:
        # Too late for a veto in working time: a person may still send it, in their own words.
        by_hand = replace(rules, is_auto=False)
        made = make_draft(promise, notes=notes, rules=by_hand, now=draft.created_at)
        new = replace(made, id=draft.id, known_mails=draft.known_mails)
        store.close_round(Round(drafts=(new,), unchanged=(draft,)), now)
        return False
    announced = replace(draft, stage=DraftStage.ANNOUNCED, send_at=send_at)
    try:
        letter, token = announcement(announced, promise, store, rules, now)
    except ValueError as error:
        # Nobody can be told of it, so nobody could say no.
        store.close_round(dropped(draft, str(error), store, rules, now), now)
        return False
    note = f"draft {draft.id}, for {send_at.isoformat()}"
    decided = Round(
        drafts=(announced,),
        unchanged=(draft,),
        letters=(letter,),
        tokens=(token,),
        events=(event_of(promise, "update announced", note, now),),
    )
    return store.close_round(decided, now)


def _send_at(
    promise: Promise, rules: UpdateRules, notes: Sequence[MailNote], now: datetime
) -> datetime:
    """When it may leave: after the time for a veto, and outside the customer's quiet hours."""
    hours = hours_of(promise, rules.intake.team)
    at = hours.add_working_time(now, rules.policy.veto_time)
    zone = customer_zone(notes, hours.zone)
    return quiet_until(at, zone, rules.policy) or at


def release_updates(store: Store, rules: UpdateRules, now: datetime) -> Round:
    """Put what is approved, or announced and not vetoed, into the outbox; drop what is stale.

    Returns:
        What was decided and stored.
    """

    def release(draft: Draft) -> Round:
        if _has_live_letter(draft, store):
            return NOTHING
        one = _next_step(draft, store, rules, now)
        return one if one is not NOTHING and store.close_round(one, now) else NOTHING

    return _all_joined([release(draft) for draft in store.drafts(stages=LIVE)])


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
        return _after_announcement(draft, situation, store, rules)
    if draft.stage is DraftStage.APPROVED:
        return _queued(draft, draft, store, rules, now)
    return NOTHING


def _after_announcement(
    draft: Draft, situation: Situation, store: Store, rules: UpdateRules
) -> Round:
    """What was announced goes out once the agent really had the time to say no."""
    now, promise = situation.now, situation.promise
    if promise is None or draft.send_at is None or draft.send_at > now or not rules.is_auto:
        return NOTHING
    # Whoever answers "not now" has not agreed; after the lapse it does not go at all.
    if promise.is_snoozed_at(now):
        return NOTHING
    if not may_be_automatic(promise, is_upset=situation.is_upset, now=now):
        return dropped(draft, "it may not go out by itself any more", store, rules, now)
    told = store.letter(announcement_id(draft, rules))
    came_back = any(
        event.action == "letter came back" and event.at >= draft.created_at
        for event in store.events(promise.key)
    )
    if told is None or told.stage in UNHEARD or came_back:
        return dropped(draft, "its announcement reached nobody", store, rules, now)
    if told.stage is not Stage.SENT:
        return NOTHING
    # It may have waited for its server for hours: the time for a veto counts from when it left.
    is_late = told.changed_at - (told.queued_at or draft.created_at) > PROMPTLY
    send_at = _send_at(promise, rules, store.notes(promise.customer), told.changed_at)
    if is_late and send_at > now:
        return Round(drafts=(replace(draft, send_at=send_at),), unchanged=(draft,))
    hours = hours_of(promise, rules.intake.team)
    approved = replace(
        draft,
        stage=DraftStage.APPROVED,
        approved_digest=draft.digest,
        approved_at=now,
        expires_at=approval_end(hours, now),
        decided_by=ACTOR,
    )
    return _queued(approved, draft, store, rules, now)


def _queued(approved: Draft, was: Draft, store: Store, rules: UpdateRules, now: datetime) -> Round:
    earlier = store.letters_of_draft(approved.id or 0)
    # Called off before its first byte it may go after all; what was handed over once, never again.
    if any(entry.attempts for entry in earlier):
        reason = "a letter with it was given up before: make another with 'drafts make'"
        return dropped(was, reason, store, rules, now)
    try:
        letter = update_letter(approved, now=now, nth=len(earlier))
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
        mails=mails_around(promise, store, notes) if promise else len(notes),
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
    return replace(round_, letters=notices(draft, promise, reason, store, rules, now))


def _all_joined(rounds: Sequence[Round]) -> Round:
    return Round(
        drafts=tuple(one for it in rounds for one in it.drafts),
        letters=tuple(one for it in rounds for one in it.letters),
        marks=tuple(one for it in rounds for one in it.marks),
        events=tuple(one for it in rounds for one in it.events),
    )
