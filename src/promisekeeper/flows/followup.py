"""Ledger -> due actions -> letters into the outbox, in one transaction a round."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from promisekeeper.core.digest import LEAD_OVER_CAP, OVER_CAP
from promisekeeper.core.ladder import IN_DIGEST, Action, ActionKind, due_actions, step_of
from promisekeeper.core.promise import Event, Promise
from promisekeeper.core.query import OPEN
from promisekeeper.core.readers import Colleague
from promisekeeper.core.records import Letter, Round, Step
from promisekeeper.core.settling import ACTOR
from promisekeeper.core.tokens import Token
from promisekeeper.errors import TemplateError
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Store
from promisekeeper.flows.speaking import FollowUpRules, Present, present_of

# One mail is to be read on a phone; what is more waits for the digest.
MAX_TOLD = 8
# What a mail says first of a promise, by what fell due; the first that applies.
SAID = (
    (ActionKind.UPSET, "upset"),
    (ActionKind.LEAD, "lapsed"),
    (ActionKind.LAPSE, "lapsed"),
    (ActionKind.AGAIN, "again"),
    (ActionKind.REMIND_AGENT, "soon"),
)
RANK = {"upset": 0, "lapsed": 1, "again": 2, "soon": 3}


@dataclass(slots=True)
class _Speech:
    """What one round comes to say, and what was said before."""

    taken: frozenset[Step]
    steps: list[Step] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One promise in somebody's mail, and what fell due for it.

    Attributes:
        is_led: It is told to the lead, as somebody else's.
    """

    actions: tuple[Action, ...]
    is_led: bool

    @property
    def promise(self) -> Promise:
        return self.actions[0].promise

    @property
    def said(self) -> str:
        kinds = {action.kind for action in self.actions}
        return next(said for kind, said in SAID if kind in kinds)

    @property
    def urgency(self) -> tuple[int, datetime]:
        return RANK[self.said], self.promise.deadline.follow_up_at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """One mail that is to be written, or to wait for the digest."""

    reader: Colleague
    items: tuple[_Item, ...]

    @property
    def steps(self) -> set[Step]:
        return {action.step for item in self.items for action in item.actions}

    @property
    def kind(self) -> str:
        return "lead" if all(item.is_led for item in self.items) else "reminder"


def follow_up(store: Store, *, rules: FollowUpRules, intake: IntakeRules, now: datetime) -> Round:
    """Queue a letter for every step that is due: one for each person, whatever it is about.

    Returns:
        What was decided and stored.

    Raises:
        TemplateError: A mail cannot be put into words. What it is about is told once it can; all
            other mails are queued by then.
    """
    present = present_of(store, rules=rules, intake=intake, now=now)
    promises = store.promises(replace(OPEN, with_history=False))
    taken = store.steps([promise.key for promise in promises])
    actions = _due(promises, taken, present)
    if not actions:
        return Round()
    speech = _Speech(taken=taken)
    faults: list[TemplateError] = []
    told: set[Step] = set()
    untold: set[Step] = set()
    for mail in _mails(actions, present):
        try:
            _write(mail, present, speech)
            told |= mail.steps
        except TemplateError as error:
            faults.append(error)
            untold |= mail.steps
    # What at least one of two readers was told is not told again.
    speech.steps += [action.step for action in actions if action.step not in untold - told]
    decided = Round(
        steps=tuple(speech.steps),
        events=tuple(speech.events),
        letters=tuple(speech.letters),
        tokens=tuple(speech.tokens),
        # Another process may have been quicker: then its letter goes out, and not this one.
        is_first=True,
    )
    is_stored = bool(speech.steps) and store.close_round(decided, now)
    if faults:
        raise faults[0]
    return decided if is_stored else Round()


def _due(promises: Sequence[Promise], taken: frozenset[Step], present: Present) -> list[Action]:
    has_lead = present.readers.the_lead() is not None
    return [
        action
        for promise in promises
        for action in due_actions(
            promise,
            taken=taken,
            now=present.now,
            policy=present.rules.policy,
            hours=present.hours(promise),
            mood=present.mood(promise),
        )
        if action.kind not in IN_DIGEST and (has_lead or action.kind is not ActionKind.LEAD)
    ]


def _mails(actions: Sequence[Action], present: Present) -> Iterable[_Mail]:
    """One mail for each person; a lead who owes something, too, gets all of it in one."""
    lead = present.readers.the_lead()
    readers: dict[str, Colleague] = {}
    told: dict[tuple[str, str, bool], list[Action]] = {}
    for action in actions:
        reader = present.readers.of(action.promise)
        if action.kind is not ActionKind.LEAD:
            readers[reader.address] = reader
            told.setdefault((reader.address, action.promise.key, False), []).append(action)
        is_own = lead is not None and lead.address == reader.address
        if lead is not None and not is_own and action.kind in (ActionKind.LEAD, ActionKind.UPSET):
            readers[lead.address] = lead
            told.setdefault((lead.address, action.promise.key, True), []).append(action)
    for address, reader in readers.items():
        items = [
            _Item(actions=tuple(some), is_led=is_led)
            for (who, _, is_led), some in told.items()
            if who == address
        ]
        yield _Mail(reader=reader, items=tuple(sorted(items, key=lambda item: item.urgency)))


def _write(mail: _Mail, present: Present, speech: _Speech) -> None:
    """Write a mail, as far as it may be long and the day's cap allows one.

    Raises:
        TemplateError: It cannot be put into words; then nothing is added to the speech.
    """
    room = MAX_TOLD if _may_still_write(mail.reader, present) else 0
    told = replace(mail, items=mail.items[:room])
    if told.items:
        _speak(told, present, speech)
    for item in mail.items[room:]:
        step = step_of(LEAD_OVER_CAP if item.is_led else OVER_CAP, item.promise)
        # It may wait there already, with an earlier step.
        if step not in speech.taken:
            speech.steps.append(step)
        speech.events.append(_event(item.promise, present.now, "left to the digest", "enough mail"))


def _speak(told: _Mail, present: Present, speech: _Speech) -> None:
    done = f"{told.kind} queued"
    # One address that no letter can carry must not stop the letters of all others.
    try:
        letter, token = _letter(told, present)
        speech.letters.append(letter)
        speech.tokens.append(token)
        note = f"to {told.reader.address}"
    except ValueError as error:
        done, note = f"{told.kind} impossible", f"to {told.reader.address}: {error}"
    speech.events += [_event(item.promise, present.now, done, note) for item in told.items]


def _letter(mail: _Mail, present: Present) -> tuple[Letter, Token]:
    promises = [item.promise for item in mail.items]
    # A token can approve one draft; a mail about several shows none.
    is_single = mail.kind == "reminder" and len(promises) == 1
    draft = present.draft(promises[0]) if is_single else None
    standings = [
        present.standing(
            item.promise,
            mail.reader,
            item.said,
            is_led=item.is_led,
            draft=draft.body if draft else "",
        )
        for item in mail.items
    ]
    return present.letter(
        mail.kind,
        _key(mail),
        reader=mail.reader,
        promises=promises,
        slots={"promises": standings},
        step=mail.items[0].said,
        is_urgent=True,
        draft=draft,
    )


def _key(mail: _Mail) -> str:
    """The letter's name for ever: the steps that it takes, and whose they are told to."""
    steps = [action.step for item in mail.items for action in item.actions]
    names = sorted(f"{one.kind}/{one.promise_key}/{one.due_at.isoformat()}" for one in steps)
    if len(names) == 1 and mail.kind == "reminder":
        return names[0]
    text = "\n".join((mail.reader.address, *names))
    return f"{mail.kind}/{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _may_still_write(reader: Colleague, present: Present) -> bool:
    midnight = reader.hours.at(reader.hours.day_of(present.now), time(0))
    written = present.store.letters_since(midnight, recipient=reader.address, urgent_only=True)
    return written < present.rules.policy.urgent_a_day


def _event(promise: Promise, now: datetime, action: str, note: str) -> Event:
    return Event(
        promise_key=promise.key,
        at=now,
        actor=ACTOR,
        action=action,
        state=promise.state,
        note=note,
    )
