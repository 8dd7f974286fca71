"""What became of a promise, by the later mails and by the time that passed."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from builders import FRIDAY, MONDAY, THURSDAY, a_deadline, a_note, a_promise
from promisekeeper.core.hours import office_hours
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Certainty, DeadlineKind, Kind, Promise, State
from promisekeeper.core.reading import Finding, SentenceReading, Span
from promisekeeper.core.records import MailNote, Signal, SignalKind
from promisekeeper.core.settling import SettlingPolicy, give_up, settle, signals_of

HOURS = office_hours(ZoneInfo("UTC"))
POLICY = SettlingPolicy(broken_after_working_days=10)
PROMISE = a_promise()
DELIVERS = Signal(kind=SignalKind.DELIVERS, sentence="Here is the invoice.")
HOLDS = Signal(kind=SignalKind.HOLDS, sentence="I am still looking into it.")
PROMISES = Signal(kind=SignalKind.PROMISES, sentence="I'll send it tomorrow.")


def a_reply(**changes: object) -> MailNote:
    return a_note(
        **{
            "message_id": "<reply@shop.example>",
            "sent_at": THURSDAY,
            "thread": PROMISE.thread,
            "references": (PROMISE.message_id,),
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("note", "state"),
    [
        pytest.param(a_reply(), State.KEPT, id="delivered before the deadline"),
        pytest.param(a_reply(sent_at=FRIDAY), State.KEPT, id="delivered on the minute"),
        pytest.param(
            a_reply(sent_at=FRIDAY + timedelta(minutes=1)), State.LATE, id="delivered after it"
        ),
        pytest.param(
            a_reply(signals=(), has_attachment=True), State.KEPT, id="a bare attachment delivers"
        ),
        pytest.param(
            a_reply(signals=(DELIVERS, PROMISES)), State.KEPT, id="delivers and promises more"
        ),
    ],
)
def test_a_delivery_settles(note: MailNote, state: State) -> None:
    change = settle(PROMISE, [note])
    assert change is not None
    assert change.promise.state is state
    assert change.promise.settled_at == note.sent_at
    assert change.promise.evidence is not None
    assert change.promise.evidence.message_id == note.message_id


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(a_reply(signals=(PROMISES,)), id="only promises again"),
        pytest.param(
            a_reply(signals=(PROMISES,), has_attachment=True), id="promises, with some file"
        ),
        pytest.param(a_reply(signals=(HOLDS,)), id="a holding answer"),
        pytest.param(a_reply(sent_at=MONDAY - timedelta(hours=1)), id="written before"),
        pytest.param(a_reply(role=Role.INBOX), id="the customer's own mail"),
        pytest.param(a_reply(customers=("other@client.example",)), id="to somebody else"),
        pytest.param(
            a_reply(
                thread="<else@shop.example>",
                references=(),
                subject="The garden chairs",
                signals=(Signal(kind=SignalKind.DELIVERS, sentence="Here is the price list."),),
            ),
            id="another conversation about another matter",
        ),
        pytest.param(a_reply(message_id=PROMISE.message_id), id="the promise itself"),
    ],
)
def test_nothing_else_settles(note: MailNote) -> None:
    change = settle(PROMISE, [note])
    assert change is None


def test_an_answer_in_unknown_words_is_only_marked() -> None:
    change = settle(PROMISE, [a_reply(signals=())])
    assert change is not None
    assert change.promise.state is State.OPEN
    assert change.promise.is_maybe_kept
    assert settle(change.promise, [a_reply(signals=())]) is None


def test_the_first_delivery_counts_in_whatever_order_mails_come() -> None:
    early = a_reply(message_id="<early@shop.example>", sent_at=MONDAY + timedelta(hours=3))
    late = a_reply(message_id="<late@shop.example>", sent_at=FRIDAY + timedelta(days=1))
    for notes in ([early, late], [late, early]):
        change = settle(PROMISE, notes)
        assert change is not None
        assert change.promise.settled_at == early.sent_at


@pytest.mark.parametrize("state", [State.KEPT, State.REJECTED, State.RELEASED, State.MOVED])
def test_what_is_settled_stays(state: State) -> None:
    assert settle(a_promise(state=state), [a_reply()]) is None


def test_a_broken_promise_delivered_after_all_is_late() -> None:
    broken = a_promise(state=State.BROKEN, settled_at=FRIDAY + timedelta(days=20))
    change = settle(broken, [a_reply(sent_at=FRIDAY + timedelta(days=30))])
    assert change is not None
    assert (change.was, change.promise.state) == (State.BROKEN, State.LATE)


TEN_WORKING_DAYS_LATER = FRIDAY + timedelta(days=14)  # two weeks, Friday's close again


@pytest.mark.parametrize(
    ("promise", "minutes", "is_broken"),
    [
        pytest.param(PROMISE, 0, False, id="the tenth day is not over"),
        pytest.param(PROMISE, 1, True, id="the tenth day is over"),
        pytest.param(
            a_promise(deadline=a_deadline(kind=DeadlineKind.VAGUE, words="soon")),
            1,
            True,
            id="'soon' lapses too",
        ),
        pytest.param(
            a_promise(deadline=a_deadline(kind=DeadlineKind.EVENT, words="when it arrives")),
            9999,
            False,
            id="an event may yet come",
        ),
        pytest.param(
            a_promise(kind=Kind.CONDITIONAL, deadline=a_deadline(kind=DeadlineKind.NONE, words="")),
            9999,
            False,
            id="a condition may yet be met",
        ),
        pytest.param(a_promise(state=State.KEPT), 9999, False, id="it was kept"),
    ],
)
def test_broken_after_ten_working_days(promise: Promise, minutes: int, is_broken: bool) -> None:
    now = TEN_WORKING_DAYS_LATER + timedelta(minutes=minutes)
    change = give_up(promise, now=now, hours=HOURS, policy=POLICY)
    assert (change is not None) is is_broken
    if change is not None:
        assert change.promise.state is State.BROKEN


NO_PROMISE = SentenceReading()
A_PROMISE = SentenceReading(
    promises=(
        Finding(
            kind=Kind.FIRM, certainty=Certainty.CERTAIN, span=Span(start=0, end=4), rule="will"
        ),
    )
)
UNSURE = SentenceReading(promises=(replace(A_PROMISE.promises[0], certainty=Certainty.POSSIBLE),))


@pytest.mark.parametrize(
    ("sentence", "reading", "kind"),
    [
        ("Here is the price list.", NO_PROMISE, SignalKind.DELIVERS),
        ("The invoice is attached.", NO_PROMISE, SignalKind.DELIVERS),
        ("I have just sent it to your new address.", NO_PROMISE, SignalKind.DELIVERS),
        ("Your refund was settled this morning.", NO_PROMISE, SignalKind.DELIVERS),
        ("As promised, the sizes: 40 and 42.", NO_PROMISE, SignalKind.DELIVERS),
        ("I am still looking into it.", NO_PROMISE, SignalKind.HOLDS),
        ("We haven't heard from them yet.", NO_PROMISE, SignalKind.HOLDS),
        ("Please bear with us.", NO_PROMISE, SignalKind.HOLDS),
        ("I'll send it tomorrow.", A_PROMISE, SignalKind.PROMISES),
        ("I might send it tomorrow.", UNSURE, None),
        ("Was the invoice sent?", NO_PROMISE, SignalKind.ASKS),
        ("Thank you for writing.", NO_PROMISE, None),
    ],
)
def test_signals(sentence: str, reading: SentenceReading, kind: SignalKind | None) -> None:
    signals = signals_of([(sentence, reading)])
    assert [signal.kind for signal in signals] == ([kind] if kind else [])
