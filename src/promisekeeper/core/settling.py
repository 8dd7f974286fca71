"""What became of a promise: all mails with that customer -> a verdict with evidence.

A verdict is a function of the promises and of every note of their customer, and is derived anew
from all of them each time, so the order in which mails come does not matter. What a user has said
of a promise is never touched. A wrong "kept" loses a customer silently, so doubt leaves the
promise open, with a mark and a hint of what to look at.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from promisekeeper.core.ackrecords import RULE
from promisekeeper.core.changes import change_between
from promisekeeper.core.corrections import KEEPS_STATE, UNDONE
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.lapsing import SettlingPolicy, broken_at, give_up
from promisekeeper.core.mail import Role
from promisekeeper.core.margins import margin
from promisekeeper.core.matter import stems
from promisekeeper.core.promise import (
    ACTOR,
    Certainty,
    DeadlineKind,
    Event,
    Evidence,
    Kind,
    Promise,
    State,
)
from promisekeeper.core.receipts import settled_by_answer
from promisekeeper.core.records import Change, MailNote, SignalKind
from promisekeeper.core.signals import SETTLES_NOTHING, meets, signals_of
from promisekeeper.core.threads import Conversations
from promisekeeper.core.weighing import Said, Weighed, matter_of, touches, weigh_mail

__all__ = [
    "ACTOR",
    "SettlingPolicy",
    "give_up",
    "is_corrected",
    "margin",
    "settle",
    "settle_all",
    "signals_of",
]

BOUNCE_WITHIN = timedelta(days=5)
NUMBER = re.compile(r"\d[\d-]{0,20}")
# What a user does to a promise without saying what became of it.
_OF_LETTERS = frozenset({"edited", "letter retried", "letter discarded", "letter arrived"})
NO_VERDICT = _OF_LETTERS | KEEPS_STATE | {f"{UNDONE} {one}" for one in KEEPS_STATE}

Calendar = Callable[[Promise], WorkingHours]


def is_corrected(events: Sequence[Event]) -> bool:
    """Whether a user has said what became of a promise, and not taken it back.

    Reopening what a user said takes it back; reopening what mail showed is a word of its own.

    Args:
        events: The promise's history, oldest first; its opening line is no correction.
    """
    said = 0
    for event in events[1:]:
        if event.actor == ACTOR or event.action in NO_VERDICT:
            continue
        takes_back = event.action.startswith("reopen") or event.action.startswith(UNDONE)
        said = said - 1 if takes_back and said else said + 1
    return said > 0


def settle(promise: Promise, notes: Sequence[MailNote]) -> Change | None:
    """The change that later mails make to a single promise; None where nothing changes."""
    return next(iter(settle_all([promise], notes)), None)


def settle_all(
    promises: Sequence[Promise],
    notes: Sequence[MailNote],
    *,
    beside: Sequence[MailNote] = (),
    corrected: Collection[str] = (),
    calendar: Calendar | None = None,
    policy: SettlingPolicy | None = None,
    defaults: FollowUpDefaults | None = None,
) -> list[Change]:
    """The changes that follow from everything known of one customer.

    Args:
        promises: All promises to the customer, in any order.
        notes: All notes of mails to or from the customer, in any order.
        beside: Notes of the same conversations to or from others at the customer's domain, who
            may be the same person; they settle nothing and only make us ask.
        corrected: Keys of promises that a user has judged; they stay as they are.
        calendar: The working calendar of a promise's owner.
    """
    receipts = [promise for promise in promises if promise.rule == RULE]
    promises = [promise for promise in promises if promise.rule != RULE]
    case = _Case(promises, notes, beside, calendar, policy or SettlingPolicy(), defaults)
    stored = {promise.key: promise for promise in promises}
    derived: dict[str, Promise] = {}
    for promise in case.promises:
        is_fixed = promise.key in corrected or _is_by_user(stored[promise.key])
        derived[promise.key] = stored[promise.key] if is_fixed else case.judge(promise, derived)
    for promise in tuple(derived.values()):
        new = derived.get(promise.moved_to)
        if new is not None and new.key not in corrected:
            derived[new.key] = replace(new, moved_from=promise.key)
    changes = [change_between(stored[key], promise) for key, promise in derived.items()]
    changes += [
        change_between(one, settled_by_answer(_bare(one), notes))
        for one in receipts
        if one.key not in corrected and not _is_by_user(one)
    ]
    return [change for change in changes if change is not None]


def _is_by_user(promise: Promise) -> bool:
    """A verdict without evidence is a user's word; only time breaks a promise without one."""
    is_told = promise.state not in (State.OPEN, State.BROKEN) and promise.evidence is None
    return (is_told and not promise.same_as) or promise.state is State.REJECTED


class _Case:
    """Everything known of one customer, in order of time."""

    def __init__(
        self,
        promises: Sequence[Promise],
        notes: Sequence[MailNote],
        beside: Sequence[MailNote],
        calendar: Calendar | None,
        policy: SettlingPolicy,
        defaults: FollowUpDefaults | None,
    ) -> None:
        self.promises = sorted(
            (_bare(promise) for promise in promises),
            key=lambda one: (one.made_at, one.message_id, one.start, one.key),
        )
        self.notes = sorted(notes, key=_place)
        self.beside = sorted(beside, key=_place)
        self.conversations = Conversations(notes)
        self._calendar = calendar
        self._policy = policy
        self._defaults = defaults

    def judge(self, promise: Promise, earlier: dict[str, Promise]) -> Promise:
        """The promise with all that follows from the notes."""
        first = self._told_before(promise, earlier)
        if first is not None:
            return replace(
                promise,
                same_as=first.same_as or first.key,
                state=first.state,
                settled_at=first.settled_at,
                evidence=first.evidence,
                confidence=first.confidence,
                is_maybe_kept=first.is_maybe_kept,
                proposed_state=first.proposed_state,
                hint=first.hint,
                moved_to=first.moved_to,
            )
        current = promise
        for note in self._later(promise):
            if note.role is Role.SENT:
                current = self._after_ours(current, note, earlier)
            else:
                current = self._after_theirs(current, note, is_same=self._is_same(current, note))
            if current.state is not State.OPEN:
                return current
        is_asked = current.is_maybe_kept or current.proposed_state is not None
        return current if is_asked else self._after_others(current, earlier)

    def _after_others(self, promise: Promise, earlier: dict[str, Promise]) -> Promise:
        """Ask about what a second address at the customer's domain was told, or says."""
        for note in self.beside:
            is_about = note.thread in (promise.thread, promise.message_id)
            if not is_about or note.sent_at <= promise.made_at:
                continue
            if note.role is Role.SENT:
                asked = self._told_others(promise, note, earlier)
            else:
                asked = self._after_theirs(promise, note, is_same=True)
            if asked.is_maybe_kept or asked.proposed_state is not None:
                return replace(
                    promise,
                    is_maybe_kept=asked.is_maybe_kept,
                    proposed_state=asked.proposed_state,
                    hint=asked.hint,
                )
        return promise

    def _told_others(
        self, promise: Promise, note: MailNote, earlier: dict[str, Promise]
    ) -> Promise:
        weighed = weigh_mail(
            promise,
            note,
            is_same=True,
            others=self._open_at(note.sent_at, promise, earlier),
            before=_before(promise, earlier),
        )
        if weighed.said is not Said.DELIVERED:
            return promise
        hint = Evidence(message_id=note.message_id, sentence=weighed.sentence)
        return replace(promise, is_maybe_kept=True, hint=hint)

    def _later(self, promise: Promise) -> list[MailNote]:
        lost = self._undelivered(promise)
        return [
            note
            for note in self.notes
            if note.sent_at > promise.made_at
            and note.message_id != promise.message_id
            and promise.customer in note.customers
            and note.message_id not in lost
        ]

    def _undelivered(self, promise: Promise) -> set[str]:
        """Mails of ours that came back from this customer's address."""
        lost: set[str] = set()
        for bounce in self.notes:
            if not any(
                signal.kind is SignalKind.BOUNCED and signal.sentence == promise.customer
                for signal in bounce.signals
            ):
                continue
            before = [
                note
                for note in self.notes
                if note.role is Role.SENT
                and timedelta(0) <= bounce.sent_at - note.sent_at <= BOUNCE_WITHIN
            ]
            named = [note for note in before if note.message_id in bounce.references]
            lost |= {note.message_id for note in named or before[-1:]}
        return lost

    def _after_ours(self, promise: Promise, note: MailNote, earlier: dict[str, Promise]) -> Promise:
        is_same = self._is_same(promise, note)
        if not is_same and not touches(promise, note, _before(promise, earlier)):
            return promise
        is_unmet = promise.kind is Kind.CONDITIONAL and promise.condition_met_at is None
        weighed = weigh_mail(
            promise,
            note,
            is_same=is_same,
            others=self._open_at(note.sent_at, promise, earlier),
            before=_before(promise, earlier),
            is_awaited=not is_unmet,
        )
        is_doubtful = weighed.certainty is not Certainty.CERTAIN
        if promise.proposed_state is not None and is_doubtful:
            return promise
        evidence = Evidence(message_id=note.message_id, sentence=weighed.sentence)
        if weighed.said is Said.DELIVERED:
            return _settled(promise, self._kept_or_late(promise, note.sent_at), note, weighed)
        if weighed.said is Said.MOVED:
            moved = _settled(promise, State.MOVED, note, weighed)
            return replace(moved, moved_to=weighed.moved_to)
        if weighed.said is Said.WITHDRAWN:
            return replace(promise, proposed_state=State.RELEASED, hint=evidence)
        if weighed.said in (Said.PART, Said.UNCLEAR) and not promise.is_maybe_kept:
            return replace(promise, is_maybe_kept=True, hint=promise.hint or evidence)
        return promise

    def _open_at(
        self, at: datetime, promise: Promise, earlier: dict[str, Promise]
    ) -> list[Promise]:
        """The other promises to this customer that were open at an instant, or made then."""
        latest = (earlier.get(other.key, other) for other in self.promises)
        return [
            other
            for other in latest
            if other.key != promise.key
            and other.made_at <= at
            and (other.settled_at is None or other.settled_at >= at)
        ]

    def _after_theirs(self, promise: Promise, note: MailNote, *, is_same: bool) -> Promise:
        signals = [one for one in note.signals if one.kind not in SETTLES_NOTHING]
        if not is_same:
            words = frozenset[str]().union(*(stems(one.sentence) for one in signals))
            if len(matter_of(promise).own & words) < 2:
                return promise
        said = {signal.kind: signal for signal in reversed(signals)}
        if promise.kind is Kind.CONDITIONAL and promise.condition_met_at is None:
            promise = self._perhaps_met(promise, note)
        release = said.get(SignalKind.RELEASES)
        if release is not None:
            hint = Evidence(message_id=note.message_id, sentence=release.sentence)
            return replace(promise, proposed_state=State.RELEASED, hint=hint)
        confirmed = said.get(SignalKind.CONFIRMS)
        if confirmed is not None and promise.hint is None:
            hint = Evidence(message_id=note.message_id, sentence=confirmed.sentence)
            return replace(promise, is_maybe_kept=True, hint=hint)
        return promise

    def _perhaps_met(self, promise: Promise, note: MailNote) -> Promise:
        """Start the clock of a conditional promise, where the customer did their part."""
        if not meets(promise.condition or promise.words, note):
            return promise
        deadline = promise.deadline
        if deadline.kind is not DeadlineKind.INSTANT and self._calendar and self._defaults:
            hours = self._calendar(promise)
            days = max(self._defaults.undated_working_days, 1)
            day = hours.add_working_days(hours.day_of(note.sent_at), days)
            why = f"the condition was met; followed up {days} working days after that"
            deadline = replace(deadline, follow_up_at=hours.close(day), why=why)
        return replace(promise, condition_met_at=note.sent_at, deadline=deadline)

    def _is_same(self, promise: Promise, note: MailNote) -> bool:
        ours = self.conversations.of(promise.message_id, promise.thread)
        return self.conversations.of(note.message_id, note.thread) == ours

    def _kept_or_late(self, promise: Promise, at: datetime) -> State:
        due_at = promise.deadline.due_at
        if due_at is None and self._calendar is not None:
            due_at = broken_at(promise, self._calendar(promise), self._policy)
        return State.LATE if due_at is not None and at > due_at else State.KEPT

    def _told_before(self, promise: Promise, earlier: dict[str, Promise]) -> Promise | None:
        """The same promise in an earlier mail: one matter, one deed, one instant."""
        matter = matter_of(promise)
        for other in earlier.values():
            theirs = matter_of(other)
            is_settled = other.settled_at is not None and other.settled_at < promise.made_at
            if (
                promise.deadline.due_at is not None
                and other.deadline.due_at == promise.deadline.due_at
                and other.message_id != promise.message_id
                and other.owner_address == promise.owner_address
                and not is_settled
                and matter.deeds & theirs.deeds
                and 2 * len(matter.own & theirs.own)
                >= max(1, min(len(matter.own), len(theirs.own)))
                and _numbers(promise) == _numbers(other)
            ):
                return other
        return None


def _place(note: MailNote) -> tuple[datetime, str, Role]:
    return note.sent_at, note.message_id, note.role


def _numbers(promise: Promise) -> frozenset[str]:
    """Order and part numbers: two promises that name different ones are two."""
    words = promise.words.replace(promise.deadline.words, " ") if promise.deadline.words else ""
    return frozenset(NUMBER.findall((words or promise.words)[:1_000]))


def _before(promise: Promise, earlier: dict[str, Promise]) -> list[Promise]:
    """The promises that this one took over from, the nearest first."""
    found: list[Promise] = []
    key = promise.key
    while (last := next((p for p in earlier.values() if p.moved_to == key), None)) is not None:
        found.append(last)
        key = last.key
    return found


def _bare(promise: Promise) -> Promise:
    """The promise as it was made, without anything that later mails did to it."""
    return replace(
        promise,
        state=State.OPEN,
        settled_at=None,
        evidence=None,
        confidence=None,
        is_maybe_kept=False,
        proposed_state=None,
        hint=None,
        condition_met_at=None,
        moved_to="",
        moved_from="",
        same_as="",
    )


def _settled(promise: Promise, state: State, note: MailNote, weighed: Weighed) -> Promise:
    return replace(
        promise,
        state=state,
        settled_at=note.sent_at,
        evidence=Evidence(message_id=note.message_id, sentence=weighed.sentence),
        confidence=weighed.certainty,
        is_maybe_kept=False,
        proposed_state=None,
        hint=None,
    )
