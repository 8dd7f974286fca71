"""Form mail in the ledger -> one letter and one promise for each visitor, or a reason why not.

Each form mail is decided upon once, with its letter and its promise in the same transaction.
What was sent already is counted in the ledger right before, and this thread alone decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from promisekeeper.core.ackletter import ack_letter, slots_of
from promisekeeper.core.ackrecords import RULE, Receipt, ReceiptStage
from promisekeeper.core.acks import (
    AckLimits,
    Answered,
    Queue,
    Tally,
    answer_by,
    over_limit,
    promise_of,
)
from promisekeeper.core.forms import Form
from promisekeeper.core.letters import Reader, own_letter
from promisekeeper.core.mail import Role
from promisekeeper.core.message import Address
from promisekeeper.core.promise import ACTOR, Event, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Letter, Opened, Round, SignalKind
from promisekeeper.flows.ports import Store, Texts

AT_ONCE = 100
MOST_IN_A_ROUND = 1_000
MINUTE = timedelta(minutes=1)
# A watched folder is looked into every two minutes; after a pause, a person may have answered.
LOOKED_INTO = timedelta(minutes=10)
# So many times the letters of a minute may come as form mail before it looks like a machine.
FLOOD = 10
ENABLED, BREAKER = "enabled_at", "breaker_until"
# With which settings they were enabled; with any others nobody has seen a preview.
ENABLED_WITH = "enabled_with"
WAITS = "A form mail waits for an answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class AckRules:
    """Who is acknowledged, by whom, in whose words.

    Attributes:
        queues: By the id of the form that they answer.
        sender: The address that people answer to.
        alerts_to: Who is told when the breaker opens; None where nobody can be.
        control_address: Whom such letters come from.
        visitors_zones: By form: the clock that its visitors live by, where that is known.
        history_before: What came before is listed, and nobody is reminded of it.
        fingerprint: Changes with whatever changes who is acknowledged.
        sent_folders: Where our answers lie: nobody is acknowledged before they were looked into.
    """

    limits: AckLimits
    forms: Mapping[str, Form]
    queues: Mapping[str, Queue]
    sender: Address
    company: str
    texts: Texts
    alerts_to: Reader | None = None
    control_address: str = ""
    visitors_zones: Mapping[str, tzinfo] = field(default_factory=dict)
    history_before: datetime | None = None
    fingerprint: str = ""
    sent_folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A letter, the sentence in it that promises, and when that is due."""

    letter: Letter
    words: str
    answered: Answered


@dataclass(slots=True)
class _Decided:
    """What is decided in one transaction."""

    receipts: list[Receipt] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    answers: dict[str, datetime | None] = field(default_factory=dict)

    def last_answer(self, address: str, store: Store) -> datetime | None:
        """When a person last wrote there; asked once, as nothing is read meanwhile."""
        if address not in self.answers:
            self.answers[address] = store.last_answer(address)
        return self.answers[address]


def acknowledge(store: Store, *, rules: AckRules, now: datetime) -> tuple[Receipt, ...]:
    """Decide upon the form mails that wait, the oldest first.

    Returns:
        Those that were decided upon.
    """
    done: list[Receipt] = []
    may_be_answered = not _knows_answers(store, rules, now)
    while len(done) < MOST_IN_A_ROUND:
        pending = [
            receipt
            for receipt in store.pending_receipts(AT_ONCE)
            if receipt.reason or not may_be_answered or _is_too_old(receipt, rules, now)
        ]
        if not pending:
            break
        decided = _Decided()
        for receipt in pending:
            _decide(receipt, decided, store, rules, now)
        _watch_for_floods(decided, store, rules, now)
        stored = store.close_round(
            Round(
                receipts=tuple(decided.receipts),
                letters=tuple(decided.letters),
                opened=tuple(decided.opened),
            ),
            now,
        )
        if not stored:
            break
        done += decided.receipts
    return tuple(done)


def _knows_answers(store: Store, rules: AckRules, now: datetime) -> bool:
    """Whether every sent folder was read to its end a moment ago."""
    read_at = [store.read_at(folder) for folder in rules.sent_folders]
    return all(at is not None and at >= now - LOOKED_INTO for at in read_at)


def _is_too_old(receipt: Receipt, rules: AckRules, now: datetime) -> bool:
    return now - receipt.received_at > rules.limits.max_age


def _decide(
    receipt: Receipt, decided: _Decided, store: Store, rules: AckRules, now: datetime
) -> None:
    reason = receipt.reason or _objection(receipt, decided, store, rules, now)
    said: _Said | None = None
    if not reason and not rules.limits.is_dry:
        # One address that no letter can carry must not stop the receipts of all others.
        try:
            said = _say(receipt, rules, now)
        except ValueError:
            reason = "impossible"
    if not reason:
        decided.tally.sent.append(receipt)
    if said is not None:
        decided.letters.append(said.letter)
    if said or (receipt.is_waited_for and not _waits_already(receipt, decided, store)):
        _open(receipt, decided, rules, now, said)
    stage = ReceiptStage.REFUSED if reason else ReceiptStage.SENT if said else ReceiptStage.WOULD
    decided.receipts.append(
        replace(
            receipt,
            stage=stage,
            reason=reason,
            decided_at=now,
            letter_key=said.letter.dedupe_key if said else "",
        )
    )


def _objection(
    receipt: Receipt, decided: _Decided, store: Store, rules: AckRules, now: datetime
) -> str:
    """Why a mail that may be answered is not; empty where nothing speaks against it."""
    enabled_at = store.ack_setting(ENABLED)
    if receipt.form not in rules.forms:
        return "form-not-configured"
    if not enabled_at:
        return "off"
    if store.ack_setting(ENABLED_WITH) != rules.fingerprint:
        return "not-previewed"
    if receipt.received_at < datetime.fromisoformat(enabled_at):
        return "before-enabled"
    if _is_too_old(receipt, rules, now):
        return "too-old"
    if store.suppressed(receipt.address):
        return "suppressed-address"
    until = store.ack_setting(BREAKER)
    if until and now < datetime.fromisoformat(until):
        return "breaker"
    counts = decided.tally.added_to(store.ack_counts(receipt, now), receipt, now)
    limit = over_limit(receipt, counts, rules.limits)
    if limit:
        return limit
    answered_at = decided.last_answer(receipt.address, store)
    if answered_at is not None and answered_at > receipt.received_at:
        return "answered"
    return "upset" if _is_upset(receipt, store) else ""


def _is_upset(receipt: Receipt, store: Store) -> bool:
    """Whether they wait for something already, and sounded upset since: that is for a person."""
    promises = _open_promises(receipt.address, store)
    if not promises or receipt.is_upset:
        return bool(promises)
    since = min(promise.made_at for promise in promises)
    return any(
        signal.kind is SignalKind.UPSETS
        for note in store.notes(receipt.address)
        if note.role is Role.INBOX and note.sent_at >= since
        for signal in note.signals
    )


def _open_promises(address: str, store: Store) -> Sequence[Promise]:
    return store.promises(PromiseQuery(customer=address, states=frozenset({State.OPEN})))


def _waits_already(receipt: Receipt, decided: _Decided, store: Store) -> bool:
    """Whether an earlier form mail of the same visitor stands in the list for both."""
    new = [opened.promise for opened in decided.opened]
    answered_at = decided.last_answer(receipt.address, store)
    return any(
        one.rule == RULE
        and one.customer == receipt.address
        and (answered_at is None or answered_at <= one.made_at)
        for one in (*new, *_open_promises(receipt.address, store))
    )


def _say(receipt: Receipt, rules: AckRules, now: datetime) -> _Said:
    """Write the letter.

    Raises:
        ValueError: An address in it is none.
    """
    form, queue = rules.forms[receipt.form], rules.queues[receipt.form]
    answered = answer_by(queue, now)
    slots = slots_of(
        receipt,
        queue,
        answered,
        company=rules.company,
        visitors_zone=rules.visitors_zones.get(form.id),
    ).as_slots()
    letter = ack_letter(
        receipt,
        rules.texts.render("ack", form.language, slots),
        sender=rules.sender,
        now=now,
        zone=queue.hours.zone,
    )
    words = rules.texts.render("ack_promise", form.language, slots).subject
    return _Said(letter=letter, words=words, answered=answered)


def _open(
    receipt: Receipt, decided: _Decided, rules: AckRules, now: datetime, said: _Said | None
) -> None:
    """The promise that was given, or what waits on us without one."""
    queue = rules.queues.get(receipt.form)
    if queue is None:
        return
    promise = promise_of(
        receipt,
        queue,
        said.answered if said else answer_by(queue, receipt.received_at),
        words=said.words if said else WAITS,
        is_said=said is not None,
        is_history=rules.history_before is not None and receipt.received_at < rules.history_before,
    )
    event = Event(
        promise_key=promise.key,
        at=now,
        actor=ACTOR,
        action="acknowledged" if said else "waits on us",
        state=promise.state,
        note=f"form {receipt.form}",
    )
    decided.opened.append(Opened(promise=promise, first_event=event))


def _watch_for_floods(decided: _Decided, store: Store, rules: AckRules, now: datetime) -> None:
    """Open the breaker where form mail comes as only machines send it, and tell the lead once."""
    is_over = any(receipt.reason == "limit-minute" for receipt in decided.receipts)
    came = store.receipts_since(now - MINUTE) + len(decided.receipts)
    is_flood = came > FLOOD * rules.limits.per_minute
    if not (is_over or is_flood) or not store.ack_setting(ENABLED):
        return
    was_until = store.ack_setting(BREAKER)
    if was_until and now < datetime.fromisoformat(was_until):
        return
    until = now + rules.limits.pause
    store.set_ack_setting(BREAKER, until.isoformat())
    if rules.alerts_to is not None and rules.control_address:
        slots = {"count": came, "until": until.astimezone(rules.alerts_to.zone)}
        decided.letters.append(
            own_letter(
                rules.texts.render("ack_breaker", rules.alerts_to.language, slots),
                key=f"ack_breaker/{until.isoformat()}",
                kind="ack_breaker",
                sender=rules.control_address,
                reader=rules.alerts_to,
                now=now,
                is_urgent=True,
            )
        )
