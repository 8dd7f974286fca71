"""The development mailbox, shifted and repeated, under a simulated clock: what agents hear.

The daemon's rounds run on a ledger in a file, which is closed and opened again now and then.
For a month nobody watches. Folders are read again from the beginning, dates are moved,
reminders are snoozed. Then every step is compared with what should have been.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from promisekeeper.app.config import read_config
from promisekeeper.app.mailboxes import open_path
from promisekeeper.app.rules import intake_rules
from promisekeeper.app.wiring import replay_rules
from promisekeeper.core.corrections import Voice, moved, snoozed
from promisekeeper.core.digest import OVER_CAP, OVER_CAP_TOLD
from promisekeeper.core.ladder import ActionKind, is_spoken_of, moments, step_of
from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.core.promise import Deadline, DeadlineKind, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.readers import Readers
from promisekeeper.core.records import Letter, Round
from promisekeeper.flows.digests import send_digests
from promisekeeper.flows.followup import follow_up
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.lapses import give_up
from promisekeeper.flows.speaking import present_of
from promisekeeper.flows.verdicts import hours_of, settle_news
from promisekeeper.store.ledger import Ledger

DATA = Path(__file__).parent / "data"
CONFIG = read_config(DATA / "cornerbicycle.toml")
STARTS_AT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
# 13 weeks: every mail falls on the same weekday again.
PERIOD = timedelta(weeks=13)
MESSAGE_ID = re.compile(rb"<([^<>@\s]{1,200})@([^<>@\s]{1,200})>")
# The steps that are a mail of their own, whatever became of the promise afterwards.
URGENT = (ActionKind.REMIND_AGENT, ActionKind.LAPSE, ActionKind.LEAD, ActionKind.AGAIN)


def mails(periods: int) -> list[tuple[datetime, Role, bytes]]:
    """All mails of so many periods, by the time at which they come."""
    mailbox = open_path(str(DATA / "mailbox"), sent="Sent", inbox="INBOX")
    found = [
        _shifted(mail.raw, role, number)
        for role in Role
        for mail in mailbox.read(role, None, limit=999).mails
        for number in range(periods)
    ]
    return sorted(found, key=lambda mail: (mail[0], mail[1], mail[2]))


def _shifted(raw: bytes, role: Role, number: int) -> tuple[datetime, Role, bytes]:
    """A mail a number of periods later, with ids of its own."""
    written = message_from_bytes(raw)["Date"]
    sent_at = parsedate_to_datetime(written) + number * PERIOD
    if sent_at.tzinfo is None:
        sent_at = sent_at.replace(tzinfo=UTC)
    renamed = MESSAGE_ID.sub(rb"<\1.%d@\2>" % number, raw)
    dated = re.sub(
        rb"(?m)^Date:[^\n]*(?:\n[ \t][^\n]*)*",
        b"Date: " + format_datetime(sent_at).encode(),
        renamed,
        count=1,
    )
    return sent_at, role, dated


@dataclass(slots=True)
class Heard:
    """What was decided at one time."""

    at: datetime
    decided: Round


@dataclass
class Year:
    """One run, and all that was heard in it."""

    path: Path
    periods: int
    outage: tuple[datetime, datetime]
    every: timedelta = timedelta(hours=1)
    urgent_a_day: int = 6
    heard: list[Heard] = field(default_factory=list)
    rounds: list[datetime] = field(default_factory=list)
    # When a promise was first seen to be settled, moved or snoozed: nothing is due after it.
    left_at: dict[str, datetime] = field(default_factory=dict)
    seen_at: dict[str, datetime] = field(default_factory=dict)
    snoozed_at: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.intake = intake_rules(CONFIG, history_before=STARTS_AT)
        rules = replay_rules(CONFIG)
        policy = replace(rules.policy, urgent_a_day=self.urgent_a_day)
        self.rules = replace(rules, policy=policy, lead="Tamsin Okafor")

    def run(self) -> None:
        """Let the time pass."""
        coming = mails(self.periods)
        arrived: dict[Role, list[bytes]] = {role: [] for role in Role}
        cursors = dict.fromkeys(Role, 0)
        ledger = Ledger(self.path)
        for number, now in enumerate(self._ticks()):
            while coming and coming[0][0] <= now:
                _, role, raw = coming.pop(0)
                arrived[role].append(raw)
            if number % 97 == 0:
                ledger.close()
                ledger = Ledger(self.path)
            if number % 331 == 0:
                # A new UIDVALIDITY: everything is read again.
                cursors = dict.fromkeys(Role, 0)
            for role in Role:
                self._read(ledger, role, arrived[role][cursors[role] :], now)
                cursors[role] = len(arrived[role])
            self._round(ledger, now)
            self._meddle(ledger, number, now)
        ledger.close()

    def _ticks(self) -> Iterator[datetime]:
        now, end = STARTS_AT, STARTS_AT + self.periods * PERIOD + timedelta(days=20)
        while now < end:
            if not self.outage[0] <= now < self.outage[1]:
                yield now
            now += self.every

    def _read(self, ledger: Ledger, role: Role, new: Sequence[bytes], now: datetime) -> None:
        if not new:
            return
        page = Page(
            mails=tuple(RawMail(position=1, raw=raw, size=len(raw)) for raw in new),
            cursor=Cursor(validity=1, position=1),
            has_more=False,
        )
        taken = take_in(page, folder=role, role=role, store=ledger, rules=self.intake, now=now)
        for promise in taken.promises:
            self.seen_at[promise.key] = now

    def _round(self, ledger: Ledger, now: datetime) -> None:
        settle_news(ledger, self.intake)
        self._note_what_left(ledger, now)
        self.rounds.append(now)
        self._hear(follow_up(ledger, rules=self.rules, intake=self.intake, now=now), now)
        give_up(ledger, self.intake, now)
        self._note_what_left(ledger, now)
        present = present_of(ledger, rules=self.rules, intake=self.intake, now=now)
        for decided in send_digests(present):
            self._hear(decided, now)

    def _hear(self, decided: Round, now: datetime) -> None:
        if decided.letters or decided.steps:
            self.heard.append(Heard(at=now, decided=decided))

    def _note_what_left(self, ledger: Ledger, now: datetime) -> None:
        for promise in ledger.promises(PromiseQuery(settled_since=STARTS_AT)):
            self.left_at.setdefault(promise.key, now)

    def _meddle(self, ledger: Ledger, number: int, now: datetime) -> None:
        """Now and then somebody snoozes a promise or tells a new date for one."""
        if number % 53 != 7:
            return
        found = [
            promise
            for promise in ledger.promises(PromiseQuery(states=frozenset({State.OPEN})))
            if is_spoken_of(promise) and promise.snoozed_until is None
        ]
        if not found:
            return
        promise = found[0]
        voice = Voice(actor="dana", now=now)
        if number % 2:
            assert ledger.change(snoozed(promise, now + timedelta(days=1), voice))
            self.snoozed_at[promise.key] = now + timedelta(seconds=1)
            return
        self.left_at.setdefault(promise.key, now)
        due_at = now + timedelta(days=3)
        deadline = Deadline(
            kind=DeadlineKind.INSTANT, words="in 3 days", due_at=due_at, follow_up_at=due_at
        )
        change, new, first = moved(promise, deadline, voice)
        stored = ledger.move(change, new, first)
        assert stored is not None
        # This round is over: the next one is the first to know of it.
        self.seen_at[new.key] = now + timedelta(seconds=1)

    def letters(self) -> list[tuple[datetime, Letter]]:
        """All letters, with their times."""
        return [(heard.at, letter) for heard in self.heard for letter in heard.decided.letters]

    def promises(self) -> tuple[Promise, ...]:
        """All promises, as they stood in the end."""
        with Ledger(self.path) as ledger:
            return ledger.promises(PromiseQuery())


def table(year: Year) -> str:
    """How many letters of each kind each person got, and what the reminders were about."""
    people = sorted({letter.recipient for _, letter in year.letters()})
    kinds = sorted({letter.kind for _, letter in year.letters()})
    counts = Counter((letter.kind, letter.recipient) for _, letter in year.letters())
    lines = [f"{'':14}" + "".join(f"{who.partition('@')[0]:>10}" for who in people) + "     total"]
    for kind in kinds:
        row = [counts[kind, who] for who in people]
        lines.append(f"{kind:14}" + "".join(f"{n:10}" for n in row) + f"{sum(row):10}")
    steps = Counter(step.kind for heard in year.heard for step in heard.decided.steps)
    lines.append("steps: " + ", ".join(f"{n} {kind}" for kind, n in steps.most_common()))
    return "\n".join(lines)


def twice(year: Year) -> list[str]:
    """Steps that were taken more than once, and letters that were queued more than once."""
    steps = Counter(step for heard in year.heard for step in heard.decided.steps)
    keys = Counter(letter.dedupe_key for _, letter in year.letters())
    return [str(one) for one, count in (*steps.items(), *keys.items()) if count > 1]


def missing(year: Year) -> list[str]:
    """Steps that fell due while the promise was open and somebody watched, and came amiss.

    Each must come in the first round at or after its moment, and in no other; the lead may
    hear as soon as it lapses where the customer is upset.
    """
    taken = {step: heard.at for heard in year.heard for step in heard.decided.steps}
    problems = []
    for promise in year.promises():
        if not _is_told(promise):
            continue
        found = _moments(promise, year)
        for kind in URGENT:
            heard_at = taken.get(step_of(kind, promise))
            if kind not in found:
                continue
            due_at = _round_from(year, promise, found[kind])
            earliest = (
                _round_from(year, promise, found[ActionKind.LAPSE])
                if kind is ActionKind.LEAD
                else due_at
            )
            left_at = year.left_at.get(promise.key)
            is_expected = due_at is not None and (left_at is None or due_at < left_at)
            is_late = heard_at is None or due_at is None or heard_at > due_at
            if is_expected and is_late:
                problems.append(f"{promise.id} {kind}: due {due_at}, came {heard_at}")
            if heard_at is not None and (earliest is None or heard_at < earliest):
                problems.append(f"{promise.id} {kind}: not before {earliest}, came {heard_at}")
    return problems


def _moments(promise: Promise, year: Year) -> dict[ActionKind, datetime]:
    """When each step was due; a snooze puts off only what had not been due before it."""
    hours = hours_of(promise, year.intake.team)
    found = moments(promise, year.rules.policy, hours)
    snoozed_at = year.snoozed_at.get(promise.key)
    if snoozed_at is not None:
        unsnoozed = replace(promise, snoozed_until=None)
        before = moments(unsnoozed, year.rules.policy, hours)
        found |= {kind: at for kind, at in before.items() if at < snoozed_at}
    return found


def _round_from(year: Year, promise: Promise, at: datetime) -> datetime | None:
    """The first round at which something could be known of a promise, and at or after `at`."""
    known = max(at, year.seen_at[promise.key], promise.condition_met_at or at)
    place = bisect_left(year.rounds, known)
    return year.rounds[place] if place < len(year.rounds) else None


def _is_told(promise: Promise) -> bool:
    as_made = replace(promise, state=State.OPEN, settled_at=None, evidence=None, confidence=None)
    return is_spoken_of(as_made)


def days_over(year: Year) -> list[str]:
    """Who got more than one digest on a day of theirs, or more urgent mails than are allowed."""
    readers = Readers(team=year.intake.team, absences=(), now=STARTS_AT)
    zones = {
        agent.addresses[0]: reader.hours.zone
        for agent in year.intake.team.agents
        if (reader := readers.called(agent.name)) is not None
    }
    digests: Counter[tuple[str, date]] = Counter()
    urgent: Counter[tuple[str, date]] = Counter()
    for at, letter in year.letters():
        day = at.astimezone(zones[letter.recipient]).date()
        digests[letter.recipient, day] += letter.kind == "digest"
        urgent[letter.recipient, day] += letter.is_urgent
    most = year.rules.policy.urgent_a_day
    over = [f"{who} {day}: {n} digests" for (who, day), n in digests.items() if n > 1]
    return over + [f"{who} {day}: {n} urgent" for (who, day), n in urgent.items() if n > most]


def after_the_outage(year: Year) -> Counter[str]:
    """How many mails each person got in the first round after nobody watched."""
    first = next(at for at in year.rounds if at >= year.outage[1])
    return Counter(letter.recipient for at, letter in year.letters() if at == first)


def untold(year: Year) -> list[str]:
    """What a cap kept from being a mail, and no digest made up for while it mattered."""
    steps = Counter(
        (one.promise_key, one.kind) for heard in year.heard for one in heard.decided.steps
    )
    left = [key for key, kind in steps if kind == OVER_CAP]
    return [
        key
        for key in left
        if (key, OVER_CAP_TOLD) not in steps
        and (key, "broken") not in steps
        and key not in year.left_at
    ]
