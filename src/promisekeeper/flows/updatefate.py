"""An update in the outbox: the last look before it goes, and what its fate brings about.

What follows is stored in the transaction that gives the letter its new stage, so that a promise
in an update is tracked exactly once, however often the program is killed around it.
"""

from dataclasses import replace
from datetime import datetime

from promisekeeper.core import corrections
from promisekeeper.core.corrections import Voice
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.promise import Deadline, DeadlineKind, Promise, State
from promisekeeper.core.records import NOTHING, Opened, OutboxLetter, Round, Stage
from promisekeeper.core.sending import GO, Ruling, drop
from promisekeeper.core.telling import clock_text
from promisekeeper.core.updateletters import UPDATE, digest_in
from promisekeeper.core.updates import may_go
from promisekeeper.flows.ports import Store
from promisekeeper.flows.updatenews import notices
from promisekeeper.flows.updaterules import UpdateRules, event_of, promise_of
from promisekeeper.flows.updates import dropped, situation_of
from promisekeeper.flows.verdicts import hours_of


def recheck_update(
    entry: OutboxLetter, store: Store, rules: UpdateRules | None, now: datetime
) -> Ruling:
    """Whether an update may go out at this very moment; any other letter may.

    Args:
        rules: None where updates are switched off: then none goes out, whenever it was approved.
    """
    letter = entry.letter
    if letter.kind != UPDATE:
        return GO
    if rules is None:
        return drop("updates to customers are switched off")
    draft = store.draft(letter.draft_id or 0)
    if draft is None:
        return drop("its draft is gone")
    return may_go(draft, digest_in(letter.dedupe_key), situation_of(draft, store, rules, now))


def fate_of_update(
    entry: OutboxLetter,
    stage: Stage,
    now: datetime,
    note: str,
    *,
    store: Store,
    rules: UpdateRules | None,
) -> Round:
    """What becomes true when an update comes to a stage."""
    draft = store.draft(entry.letter.draft_id or 0) if entry.letter.kind == UPDATE else None
    if draft is None or draft.stage is DraftStage.SENT:
        return NOTHING
    promise = promise_of(draft, store)
    if stage is Stage.SENT:
        return _sent(draft, promise, entry, now, rules)
    if rules is None or promise is None:
        return NOTHING
    # A letter with an older text ends in silence: what was approved since goes in one of its own.
    is_its_text = digest_in(entry.letter.dedupe_key) == draft.digest
    if stage is Stage.DROPPED and draft.stage is DraftStage.APPROVED and is_its_text:
        return replace(dropped(draft, note, store, rules, now), unchanged=())
    if stage is Stage.FAILED:
        reason = f"the mail server refused it: {note}"
        return replace(dropped(draft, reason, store, rules, now), unchanged=())
    if stage is Stage.HELD:
        reason = f"letter {entry.id}: {note}"
        return Round(letters=notices(draft, promise, reason, store, rules, now, is_in_doubt=True))
    return NOTHING


def _sent(
    draft: Draft,
    promise: Promise | None,
    entry: OutboxLetter,
    now: datetime,
    rules: UpdateRules | None,
) -> Round:
    sent = replace(draft, stage=DraftStage.SENT)
    if promise is None:
        return Round(drafts=(sent,))
    event = event_of(promise, "update sent", f"draft {draft.id} to {draft.recipient}", now)
    decided = Round(drafts=(sent,), events=(event,))
    if draft.new_due_at is None or promise.state is not State.OPEN:
        return decided
    zone = hours_of(promise, rules.intake.team).zone if rules else promise.made_at.tzinfo
    deadline = Deadline(
        kind=DeadlineKind.INSTANT,
        words=clock_text(draft.new_due_at, zone, now=now),
        due_at=draft.new_due_at,
        follow_up_at=draft.new_due_at,
        earliest=draft.new_due_at,
        latest=draft.new_due_at,
        why=f"as the update said that {draft.decided_by} approved",
    )
    # Said by the person who approved it: no later weighing of mail takes it back.
    voice = Voice(actor=draft.decided_by, now=now)
    change, new, first = corrections.moved(promise, deadline, voice)
    opened = replace(new, message_id=entry.letter.message_id, made_at=now)
    return replace(decided, changes=(change,), opened=(Opened(promise=opened, first_event=first),))
