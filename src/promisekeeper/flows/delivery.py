"""Outbox -> SMTP, stage by stage: never twice, never silently lost.

A letter's stage is committed before the point of no return. Right before that, when the server
has accepted sender and recipient, it is looked at once more: it may have to wait, or may not be
wanted any more. One whose fate is unknown afterwards is looked for in the watched mailboxes once
the server had time to act: found means sent. Not found, a letter to an agent goes out again
under the same Message-ID, and a letter to a customer is held for a person.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.core.records import ALERT, NOTHING, Audience, OutboxLetter, Round, Stage
from promisekeeper.core.sending import (
    BREAK,
    DAY,
    GO,
    HOUR,
    CalledOffError,
    Fate,
    Ruling,
    SendingLimits,
    why_break,
    within_caps,
)
from promisekeeper.flows.ports import Postman, Store

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)
# So often an agent may get the same letter where the server's answer is lost each time.
MOST_TIMES = 8
# A letter that waits for nothing in particular is looked at again as soon as this.
SHORTEST_WAIT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one round of delivery did.

    Attributes:
        dropped: Not wanted any more when they were looked at for the last time.
        problem: Why the last letter that was not sent was not; empty when all went well.
    """

    sent: int = 0
    held: int = 0
    failed: int = 0
    waiting: int = 0
    dropped: int = 0
    problem: str = ""


def let_all_go(entry: OutboxLetter, now: datetime) -> Ruling:
    """No letter is called off."""
    return GO


def nothing_follows(entry: OutboxLetter, stage: Stage, now: datetime, note: str) -> Round:
    """No letter has consequences beyond the outbox."""
    return NOTHING


def nobody_is_told(why: str, until: datetime, now: datetime) -> Round:
    """The circuit breaker opens in silence."""
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What delivery asks about each letter; what it is about is decided elsewhere.

    Attributes:
        recheck: Whether it may go out at this very moment.
        on_break: What is told when the circuit breaker opens: why, and until when.
        consequences: What becomes true when it comes to a stage, stored together with that.
    """

    limits: SendingLimits = field(default_factory=SendingLimits)
    recheck: Callable[[OutboxLetter, datetime], Ruling] = let_all_go
    consequences: Callable[[OutboxLetter, Stage, datetime, str], Round] = nothing_follows
    on_break: Callable[[str, datetime, datetime], Round] = nobody_is_told


PLAIN = Dispatch()


def deliver(
    store: Store,
    postman: Postman,
    *,
    clock: Callable[[], datetime],
    dispatch: Dispatch = PLAIN,
    most: int = 50,
) -> Delivered:
    """Hand over the queued letters whose time has come; one try for each.

    A server that cannot be reached is not asked again for every letter of the round.
    """
    counts: Counter[Stage] = Counter()
    problem = ""
    for _ in range(most):
        if is_held_back(store, dispatch, clock()):
            # A person's pause is no problem, and has no reason.
            problem = problem or store.paused_why()
            entry = _next_alert(store, clock()) if store.paused_why() else None
        else:
            entry = store.next_letter(clock())
        if entry is None:
            break
        # Looked at before a connection is made, too: most that must wait can be told at once.
        ruling = _rule(store, dispatch, entry, clock())
        if ruling.fate is Fate.GO:
            try:
                outcome = _hand_over(store, postman, entry, clock, dispatch)
            except CalledOffError as error:
                ruling = error.ruling
            else:
                counts[STAGES[outcome.stage]] += 1
                if outcome.stage is not Handed.SENT:
                    problem = _note(outcome)
                if outcome.stage is Handed.UNSENT and outcome.code is None:
                    break
        if ruling.fate is not Fate.GO:
            counts[_call_off(store, dispatch, entry, ruling, clock())] += 1
    return Delivered(
        sent=counts[Stage.SENT],
        held=counts[Stage.HELD],
        failed=counts[Stage.FAILED],
        waiting=counts[Stage.QUEUED] + counts[Stage.IN_DATA],
        dropped=counts[Stage.DROPPED],
        problem=problem,
    )


def _next_alert(store: Store, now: datetime) -> OutboxLetter | None:
    """The letter that tells why nothing is sent: the one that is sent all the same."""
    queued = store.letters(Stage.QUEUED)
    return next((e for e in queued if e.letter.kind == ALERT and e.next_try_at <= now), None)


def is_held_back(store: Store, dispatch: Dispatch, now: datetime) -> bool:
    """Whether no letter at all is sent now: by a person's pause, or by the circuit breaker.

    The breaker counts only since sending was last taken up: it does not open again for what
    made it open before.
    """
    paused_until = store.paused_until()
    if paused_until is not None and paused_until > now:
        return True
    since = max(filter(None, (now - HOUR, paused_until)))
    why = why_break(store.traffic_since(since), dispatch.limits)
    if why:
        store.pause(now + BREAK, why)
        store.close_round(dispatch.on_break(why, now + BREAK, now), now)
    return bool(why)


def _rule(store: Store, dispatch: Dispatch, entry: OutboxLetter, now: datetime) -> Ruling:
    ruling = dispatch.recheck(entry, now)
    if ruling.fate is not Fate.GO:
        return ruling
    limits = dispatch.limits
    is_customer = entry.letter.audience is Audience.CUSTOMER
    a_day = limits.a_day(is_customer=is_customer)
    return within_caps(
        store.handed_over(limits.per_hour, now - HOUR),
        store.handed_over(a_day, now - DAY, entry.letter.recipient),
        limits,
        is_customer=is_customer,
    )


def _call_off(
    store: Store, dispatch: Dispatch, entry: OutboxLetter, ruling: Ruling, now: datetime
) -> Stage:
    stage = Stage.DROPPED if ruling.fate is Fate.DROP else Stage.QUEUED
    again = max(ruling.until, now + SHORTEST_WAIT) if ruling.until else None
    store.move_letter(
        entry.id,
        stage,
        now=now,
        note=ruling.reason[:500],
        next_try_at=again,
        was=Stage.QUEUED,
        decided=dispatch.consequences(entry, stage, now, ruling.reason),
    )
    return stage


def _hand_over(
    store: Store,
    postman: Postman,
    entry: OutboxLetter,
    clock: Callable[[], datetime],
    dispatch: Dispatch,
) -> Outcome:
    letter = entry.letter

    def on_data() -> None:
        # Read again here: the connection may have taken minutes, and grace counts from now.
        now = clock()
        paused_until = store.paused_until()
        is_alert = letter.kind == ALERT and bool(store.paused_why())
        if paused_until is not None and paused_until > now and not is_alert:
            # Soon again: it is the pause that keeps it back, and that may be lifted any time.
            raise CalledOffError(
                Ruling(fate=Fate.WAIT, reason="sending was paused", until=now + SHORTEST_WAIT)
            )
        ruling = _rule(store, dispatch, entry, now)
        if ruling.fate is not Fate.GO:
            raise CalledOffError(ruling)
        store.move_letter(entry.id, Stage.IN_DATA, now=now, was=Stage.QUEUED)

    outcome = postman.send(
        Envelope(
            sender=letter.sender,
            recipient=letter.recipient,
            content=letter.content,
            message_id=letter.message_id,
            kind=letter.kind,
        ),
        on_data,
    )
    stage = STAGES[outcome.stage]
    if stage is Stage.IN_DATA:
        return outcome
    now, note = clock(), _note(outcome)
    store.move_letter(
        entry.id,
        stage,
        now=now,
        note=note,
        next_try_at=now + retry_after(entry) if stage is Stage.QUEUED else None,
        decided=dispatch.consequences(entry, stage, now, note),
    )
    return outcome


STAGES = {
    Handed.SENT: Stage.SENT,
    Handed.UNSENT: Stage.QUEUED,
    Handed.REFUSED: Stage.FAILED,
    Handed.UNKNOWN: Stage.IN_DATA,
}


def _note(outcome: Outcome) -> str:
    return f"{outcome.code or ''} {outcome.text}".strip()[:500]


def retry_after(entry: OutboxLetter) -> timedelta:
    """How long to wait until the next try: twice as long as last time, an hour at most."""
    waited = entry.next_try_at - entry.changed_at
    return min(LAST_RETRY, max(FIRST_RETRY, 2 * waited))


def resolve_doubts(
    store: Store,
    find: Callable[[str], bool],
    *,
    now: datetime,
    grace: timedelta,
    dispatch: Dispatch = PLAIN,
) -> Delivered:
    """Decide about letters whose hand-over was cut off.

    Args:
        find: Whether a Message-ID lies in a watched mailbox. It raises a
            MailboxError where it cannot look: then nothing is decided.
        grace: Longer than any server may take to accept a letter after we
            stopped listening.
    """
    counts: Counter[Stage] = Counter()
    for entry in store.letters(Stage.IN_DATA):
        if now - entry.changed_at < grace:
            continue
        if find(entry.letter.message_id):
            stage, note = Stage.SENT, "the answer was lost; found by its Message-ID"
        elif entry.letter.audience is Audience.AGENT and entry.attempts < MOST_TIMES:
            stage, note = Stage.QUEUED, "the answer was lost; not found, so it goes out again"
        elif entry.letter.audience is Audience.AGENT:
            # A server that takes letters and never says so would fill their mailbox.
            stage, note = Stage.HELD, f"the answer was lost {entry.attempts} times: see the server"
        else:
            stage, note = Stage.HELD, "the answer was lost; not found: a person must decide"
        store.move_letter(
            entry.id,
            stage,
            now=now,
            note=note,
            # The first time at once; then a server that never answers is asked ever more seldom.
            next_try_at=now + FIRST_RETRY * (2 ** (entry.attempts - 1) - 1)
            if stage is Stage.QUEUED
            else None,
            decided=dispatch.consequences(entry, stage, now, note),
        )
        counts[stage] += 1
    return Delivered(sent=counts[Stage.SENT], held=counts[Stage.HELD], waiting=counts[Stage.QUEUED])
