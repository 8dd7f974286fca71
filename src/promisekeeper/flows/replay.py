"""A past mailbox under a simulated clock: which letters would have gone out, and when.

The same decisions run as in the daemon, on a ledger that lives in memory. Nothing is sent.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core.ladder import ActionKind, moments
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import Promise, found_event
from promisekeeper.core.query import OPEN
from promisekeeper.core.records import Batch, Letter, Round
from promisekeeper.core.team import is_own_machinery
from promisekeeper.errors import FolderNotFoundError, MessageUnreadableError
from promisekeeper.flows.digests import NEWS_WITHIN, SETTLED, next_digest_at, send_digests
from promisekeeper.flows.followup import follow_up
from promisekeeper.flows.intake import ReadMail, open_mail, read_safely
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.lapses import give_up
from promisekeeper.flows.learning import apply_teaching
from promisekeeper.flows.ports import Mailbox, Store
from promisekeeper.flows.speaking import FollowUpRules, Present, present_of
from promisekeeper.flows.verdicts import settle_news

SECOND = timedelta(seconds=1)
TOLD_TO_LEAD = (ActionKind.UPSET, ActionKind.LEAD)
TOLD_TO_AGENT = (
    ActionKind.UPSET,
    ActionKind.LAPSE,
    ActionKind.AGAIN,
    ActionKind.REMIND_AGENT,
    ActionKind.LAST_DAY,
    ActionKind.HALF_WAY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One promise in a letter, and the step for which it stands there."""

    step: str
    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Would:
    """A letter that would have gone out.

    Attributes:
        kind: "reminder", "lead", "digest", ...
        told: What it is about; a digest that only tells what was kept is about nothing.
    """

    at: datetime
    kind: str
    recipient: str
    told: tuple[Told, ...] = ()


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
    past = _Past(store, intake, followup)
    for mail in mails:
        past.let_pass(mail.note.sent_at)
        past.take(mail)
    past.let_pass(until)
    give_up(store, intake, until)
    return past.letters


class _Past:
    """A simulated clock that stops at each moment at which something may fall due."""

    def __init__(self, store: Store, intake: IntakeRules, followup: FollowUpRules) -> None:
        self.letters: list[Would] = []
        self._store = store
        self._intake = intake
        self._followup = followup
        self._moments: list[datetime] = []
        self._known: set[datetime] = set()
        self._reading: set[str] = set()

    def take(self, mail: ReadMail) -> None:
        """Read a mail at the time at which it was sent."""
        now = mail.note.sent_at
        learned = apply_teaching(mail.promises, self._store, now)
        self._store.record(
            Batch(
                folder="replay",
                notes=(mail.note,),
                promises=learned.promises,
                first_events=tuple(found_event(promise) for promise in learned.promises),
                tellings=learned.tellings,
                lessons=learned.questions,
            )
        )
        settle_news(self._store, self._intake)
        present = self._present(now)
        for customer in mail.note.customers:
            for promise in self._store.promises(replace(OPEN, customer=customer)):
                self._expect(promise, present)

    def _expect(self, promise: Promise, present: Present) -> None:
        """Stop at all moments of a promise, and at the hours of its owner's digests."""
        found = moments(
            promise,
            self._followup.policy,
            present.hours(promise),
            mood=present.mood(promise),
        )
        for at in found.values():
            self._stop_at(max(at, present.now) + SECOND)
        reader = present.readers.of(promise)
        if reader.address not in self._reading:
            self._reading.add(reader.address)
            self._stop_at(next_digest_at(reader, present.now))

    def _stop_at(self, at: datetime) -> None:
        if at not in self._known:
            self._known.add(at)
            heapq.heappush(self._moments, at)

    def let_pass(self, until: datetime) -> None:
        """Have a round of everything at each moment on the way."""
        while self._moments and self._moments[0] <= until:
            now = heapq.heappop(self._moments)
            decided = follow_up(self._store, rules=self._followup, intake=self._intake, now=now)
            present = self._present(now)
            self._note(decided, present)
            give_up(self._store, self._intake, now)
            for digest in send_digests(present):
                self._note(digest, present)
            self._expect_digests(present)

    def _expect_digests(self, present: Present) -> None:
        """Stop at the hour of the next digest of everybody who may get one."""
        if not self._is_anything_told(present.now):
            # Years may pass; whoever promises again is expected again.
            self._reading.clear()
        for reader in present.everybody():
            if reader.address in self._reading:
                self._stop_at(next_digest_at(reader, present.now))

    def _is_anything_told(self, now: datetime) -> bool:
        open_ones = replace(OPEN, with_history=False, limit=1)
        settled = replace(SETTLED, settled_since=now - NEWS_WITHIN, limit=1)
        return bool(self._store.promises(open_ones) or self._store.promises(settled))

    def _note(self, decided: Round, present: Present) -> None:
        for letter in decided.letters:
            promises = self._store.promises_by_key(letter.promise_keys)
            self.letters.append(
                Would(
                    at=present.now,
                    kind=letter.kind,
                    recipient=letter.recipient,
                    told=tuple(
                        Told(step=_step(letter, promise, decided), promise=promise)
                        for promise in promises
                    ),
                )
            )

    def _present(self, now: datetime) -> Present:
        return present_of(self._store, rules=self._followup, intake=self._intake, now=now)


def _step(letter: Letter, promise: Promise, decided: Round) -> str:
    """The step for which a promise stands in a letter; the letter's kind where it takes none."""
    taken = [step.kind for step in decided.steps if step.promise_key == promise.key]
    order = TOLD_TO_LEAD if letter.kind == "lead" else TOLD_TO_AGENT
    return next((kind for kind in order if kind in taken), taken[0] if taken else letter.kind)
