"""A past mailbox under a simulated clock: which letters would have gone out, and when.

The same decisions run as in the daemon, on a ledger that lives in memory. Nothing is sent.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from promisekeeper.core.ladder import reminder_at
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Batch
from promisekeeper.core.team import is_own_machinery
from promisekeeper.errors import FolderNotFoundError, MessageUnreadableError
from promisekeeper.flows.followup import FollowUpRules, follow_up, give_up
from promisekeeper.flows.intake import (
    IntakeRules,
    ReadMail,
    found_event,
    hours_of,
    open_mail,
    read_safely,
    settle_news,
)
from promisekeeper.flows.learning import apply_teaching
from promisekeeper.flows.ports import Mailbox, Store

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Would:
    """A letter that would have gone out."""

    at: datetime
    kind: str
    recipient: str
    promise: Promise

    @property
    def about(self) -> tuple[str, str]:
        """What it is about, whatever the time: promise and step."""
        return self.promise.key, self.kind


def past_mails(
    mailbox: Mailbox, rules: IntakeRules, until: datetime, *, now: datetime
) -> list[ReadMail]:
    """All mails of a mailbox up to an instant, in the order in which they were sent.

    Args:
        now: The real present: a mail dated after it has no date that can be believed.
    """
    found: dict[tuple[str, Role], ReadMail] = {}
    for role in Role:
        try:
            mailbox.folder_of(role)
        except FolderNotFoundError:
            continue
        for mail in _folder(mailbox, role, rules, now):
            found.setdefault((mail.note.message_id, role), mail)
    mails = [mail for mail in found.values() if mail.note.sent_at <= until]
    return sorted(mails, key=lambda mail: (mail.note.sent_at, mail.note.message_id))


def _folder(mailbox: Mailbox, role: Role, rules: IntakeRules, now: datetime) -> Iterator[ReadMail]:
    cursor: Cursor | None = None
    has_more = True
    while has_more:
        page = mailbox.read(role, cursor)
        for raw in page.mails:
            try:
                message = open_mail(raw, now)
                if not is_own_machinery(message, rules.team):
                    yield read_safely(message, role, rules)
            except MessageUnreadableError:
                continue
        cursor, has_more = page.cursor, page.has_more


def replay(
    mails: list[ReadMail],
    store: Store,
    *,
    intake: IntakeRules,
    followup: FollowUpRules,
    until: datetime,
) -> list[Would]:
    """Let the past happen again, mail by mail, and note every letter with its time.

    Args:
        mails: In the order in which they were sent.
        store: An empty memory of its own.
    """
    letters: list[Would] = []
    moments: list[datetime] = []
    for mail in mails:
        _let_pass(moments, mail.note.sent_at, store, intake, followup, letters)
        for promise in _take(mail, store, intake):
            hours = hours_of(promise, intake.team)
            moment = reminder_at(promise, followup.policy, hours)
            heapq.heappush(moments, max(moment, promise.made_at) + SECOND)
    _let_pass(moments, until, store, intake, followup, letters)
    give_up(store, intake, until)
    return letters


def _take(mail: ReadMail, store: Store, intake: IntakeRules) -> tuple[Promise, ...]:
    now = mail.note.sent_at
    learned = apply_teaching(mail.promises, store, now)
    new = store.record(
        Batch(
            folder="replay",
            notes=(mail.note,),
            promises=learned.promises,
            first_events=tuple(found_event(promise) for promise in learned.promises),
            tellings=learned.tellings,
            lessons=learned.questions,
        )
    )
    settle_news(store, intake)
    return new


def _let_pass(
    moments: list[datetime],
    until: datetime,
    store: Store,
    intake: IntakeRules,
    followup: FollowUpRules,
    letters: list[Would],
) -> None:
    """Have a round of follow-up at each moment at which something falls due."""
    while moments and moments[0] <= until:
        now = heapq.heappop(moments)
        decided = follow_up(store, rules=followup, intake=intake, now=now)
        if not decided.letters:
            continue
        promises = {promise.key: promise for promise in store.promises(PromiseQuery())}
        for step, letter in zip(decided.steps, decided.letters, strict=True):
            letters.append(
                Would(
                    at=now,
                    kind=step.kind,
                    recipient=letter.recipient,
                    promise=promises[step.promise_key],
                )
            )
