"""Every update that would have gone out by itself in the past, under a simulated clock.

The same steps run as in the daemon, on a ledger in memory: drafting, announcing, the time for a
veto, the last look, the limits. Nobody vetoes, and nothing is sent.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core.drafts import Draft
from promisekeeper.core.mail import Cursor, Envelope, Handed, Outcome
from promisekeeper.core.promise import Promise
from promisekeeper.core.records import Batch, OutboxLetter, Round, Stage
from promisekeeper.core.sending import Ruling, SendingLimits
from promisekeeper.core.updateletters import UPDATE
from promisekeeper.core.updates import draft_moment
from promisekeeper.flows.delivery import Dispatch, deliver
from promisekeeper.flows.intake import ReadMail, batch_of
from promisekeeper.flows.ports import Store
from promisekeeper.flows.updatefate import fate_of_update, recheck_update
from promisekeeper.flows.updaterules import UpdateRules, promise_of
from promisekeeper.flows.updates import announce_updates, draft_updates, release_updates
from promisekeeper.flows.verdicts import hours_of, settle_news

SECOND = timedelta(seconds=1)
PLACE = Cursor(validity=1, position=1)
# More rounds than an update can need at one moment.
MOST_PASSES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldSend:
    """An update that would have gone out."""

    at: datetime
    draft: Draft
    promise: Promise


@dataclass(slots=True)
class _Clock:
    at: datetime

    def __call__(self) -> datetime:
        return self.at


class _Collector:
    """A postman who carries nothing, and says that all went well."""

    def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
        on_data()
        return Outcome(stage=Handed.SENT, code=250, text="not really")

    def interrupt(self) -> None:
        return

    def close(self) -> None:
        return


def preview_updates(
    mails: Sequence[ReadMail],
    store: Store,
    *,
    rules: UpdateRules,
    limits: SendingLimits,
    until: datetime,
) -> tuple[WouldSend, ...]:
    """Let the past happen again, mail by mail, and note every update with its time.

    Args:
        mails: In the order in which they were sent.
        store: An empty memory of its own.
    """
    rules = replace(rules, folders=("preview/sent", "preview/inbox"))
    for folder in rules.folders:
        store.record(Batch(folder=folder, cursor=PLACE))
    moments: list[datetime] = []
    for mail in mails:
        now = mail.note.sent_at
        _let_pass(moments, now, store, rules, limits)
        batch = batch_of([mail], [], folder="preview", cursor=PLACE, store=store, now=now)
        for promise in store.record(batch):
            if not promise.is_history:
                hours = hours_of(promise, rules.intake.team)
                at = draft_moment(promise, hours, rules.policy)
                heapq.heappush(moments, max(at, promise.made_at))
        settle_news(store, rules.intake)
    _let_pass(moments, until, store, rules, limits)
    return tuple(_sent(entry, store) for entry in store.letters(Stage.SENT) if _is_update(entry))


def _let_pass(
    moments: list[datetime],
    until: datetime,
    store: Store,
    rules: UpdateRules,
    limits: SendingLimits,
) -> None:
    """Have a round at each moment at which something may fall due."""
    passes = 0
    while moments and moments[0] <= until and passes < MOST_PASSES * (len(moments) + 1):
        now = heapq.heappop(moments)
        passes += 1
        draft_updates(store, rules, now)
        announce_updates(store, rules, now)
        release_updates(store, rules, now)
        # The daemon reads both folders every few minutes.
        for folder in rules.folders:
            store.note_read(folder, now + SECOND)
        clock = _Clock(now + SECOND)
        deliver(store, _Collector(), clock=clock, dispatch=_dispatch(store, rules, limits))
        later = [draft.send_at for draft in store.drafts() if draft.send_at is not None]
        later += [entry.next_try_at for entry in store.letters(Stage.QUEUED)]
        for at in set(later):
            if at > now and at not in moments:
                heapq.heappush(moments, at)


def _dispatch(store: Store, rules: UpdateRules, limits: SendingLimits) -> Dispatch:
    def recheck(entry: OutboxLetter, now: datetime) -> Ruling:
        return recheck_update(entry, store, rules, now)

    def consequences(entry: OutboxLetter, stage: Stage, now: datetime, note: str) -> Round:
        return fate_of_update(entry, stage, now, note, store=store, rules=rules)

    return Dispatch(limits=limits, recheck=recheck, consequences=consequences)


def _is_update(entry: OutboxLetter) -> bool:
    return entry.letter.kind == UPDATE


def _sent(entry: OutboxLetter, store: Store) -> WouldSend:
    draft = store.draft(entry.letter.draft_id or 0)
    promise = promise_of(draft, store) if draft else None
    if draft is None or promise is None:
        raise ValueError(f"letter {entry.id} carries nothing")
    return WouldSend(at=entry.changed_at, draft=draft, promise=promise)
