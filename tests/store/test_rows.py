"""Every value comes out of the ledger as it went in, the offsets of its times included."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import CUSTOMER, MONDAY, a_batch, a_letter, a_promise, a_step, an_event
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import (
    Certainty,
    Deadline,
    DeadlineKind,
    Event,
    Evidence,
    Kind,
    Promise,
    State,
)
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import (
    Audience,
    Batch,
    Letter,
    MailNote,
    Quarantined,
    Round,
    Signal,
    SignalKind,
    Stage,
    Step,
)
from promisekeeper.store.ledger import Ledger
from promisekeeper.store.promiserows import instant_text, local_text, read_time
from promisekeeper.store.rows import step_row

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
ONE_DAY = timedelta(days=1)

zones = st.integers(-24 * 3600 + 1, 24 * 3600 - 1).map(lambda s: timezone(timedelta(seconds=s)))
times = st.datetimes(
    (EARLIEST + ONE_DAY).replace(tzinfo=None),
    (LATEST - ONE_DAY).replace(tzinfo=None),
    timezones=zones,
)
instants = times.map(lambda at: at.astimezone(UTC))
numbers = st.integers(-(2**63), 2**63 - 1)
evidence = st.none() | st.builds(Evidence, message_id=st.text(), sentence=st.text())


@st.composite
def deadlines(draw: st.DrawFn) -> Deadline:
    kind = draw(st.sampled_from(DeadlineKind))
    others = st.none() | times
    return Deadline(
        kind=kind,
        words=draw(st.text()),
        why=draw(st.text()),
        follow_up_at=draw(times),
        due_at=draw(times) if kind is DeadlineKind.INSTANT else None,
        earliest=draw(others),
        latest=draw(others),
        alternative=draw(others),
    )


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    state = draw(st.sampled_from(State))
    return draw(
        st.builds(
            Promise,
            id=st.none(),
            kind=st.sampled_from(Kind),
            certainty=st.sampled_from(Certainty),
            start=numbers,
            end=numbers,
            made_at=times,
            deadline=deadlines(),
            state=st.just(state),
            settled_at=st.none() if state is State.OPEN else times,
            evidence=evidence,
            confidence=st.none() | st.sampled_from(Certainty),
            proposed_state=st.none() | st.sampled_from(State),
            hint=evidence,
            condition_met_at=st.none() | times,
            **dict.fromkeys(PROMISE_TEXTS, st.text()),
            **dict.fromkeys(("is_history", "is_maybe_kept"), st.booleans()),
        )
    )


PROMISE_TEXTS = (
    "key",
    "message_id",
    "thread",
    "words",
    "rule",
    "owner",
    "owner_address",
    "customer",
    "customer_name",
    "subject",
    "condition",
    "delegate",
    "moved_to",
    "moved_from",
    "same_as",
)
signals = st.builds(Signal, kind=st.sampled_from(SignalKind), sentence=st.text())
notes = st.builds(
    MailNote,
    role=st.sampled_from(Role),
    sent_at=times,
    references=st.lists(st.text()).map(tuple),
    customers=st.lists(st.text(), min_size=1).map(tuple),
    signals=st.lists(signals).map(tuple),
    **dict.fromkeys(("message_id", "thread", "sender", "author", "subject"), st.text()),
    has_attachment=st.booleans(),
)
events = st.builds(
    Event,
    promise_key=st.just("promise-1"),
    at=times,
    actor=st.text(),
    action=st.text(),
    note=st.text(),
    state=st.sampled_from(State),
    evidence=evidence,
)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """One for all examples: each test uses keys of its own."""
    with Ledger(":memory:") as ledger:
        yield ledger


def offsets(*times: datetime | None) -> list[timedelta | None]:
    return [at.utcoffset() if at else None for at in times]


@given(times, zones)
def test_step_is_one_row_in_any_zone(at: datetime, zone: timezone) -> None:
    here, there = a_step(due_at=at), a_step(due_at=at.astimezone(zone))
    assert step_row(here) == step_row(there)


@given(times)
def test_time_comes_back_with_its_offset(at: datetime) -> None:
    back = read_time(local_text(at))
    assert (back, back.utcoffset()) == (at, at.utcoffset())


@given(times, times)
def test_text_of_instants_sorts_as_they_do(one: datetime, other: datetime) -> None:
    assert (instant_text(one) < instant_text(other)) == (one < other)
    assert (instant_text(one) == instant_text(other)) == (one == other)
    assert local_text(one).startswith(instant_text(one))


@pytest.mark.parametrize("edge", [EARLIEST, LATEST])
@pytest.mark.parametrize("hours", [-14, 14])
def test_time_at_the_edge_of_the_calendar_is_stored_all_the_same(
    edge: datetime, hours: int
) -> None:
    at = edge.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert abs(read_time(local_text(at)).year - at.year) <= 1


@given(promises())
def test_promise_comes_back(promise: Promise) -> None:
    with Ledger(":memory:") as ledger:
        first = an_event(promise=promise)
        (stored,) = ledger.record(a_batch(promise, first_events=(first,)))
        (back,) = ledger.promises(PromiseQuery())
    assert back == stored
    ours, theirs = promise.deadline, back.deadline
    assert offsets(
        back.made_at, back.settled_at, theirs.follow_up_at, theirs.due_at, theirs.alternative
    ) == offsets(
        promise.made_at, promise.settled_at, ours.follow_up_at, ours.due_at, ours.alternative
    )


@given(events)
def test_event_comes_back(event: Event) -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(a_batch(a_promise(), first_events=(event,)))
        assert ledger.events("promise-1") == (event,)


@given(notes)
def test_note_comes_back(note: MailNote) -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(Batch(folder="f", notes=(note,)))
        assert ledger.notes(note.customers[0]) == (note,)
        assert ledger.known([note.message_id], note.role) == {note.message_id}


@given(st.builds(Step, promise_key=st.just("promise-1"), kind=st.text(), due_at=instants))
def test_step_comes_back(ledger: Ledger, step: Step) -> None:
    ledger.record(a_batch(a_promise()))
    ledger.close_round(Round(steps=(step,)), MONDAY)
    assert step in ledger.steps(["promise-1"])


@given(
    st.builds(
        Letter,
        audience=st.sampled_from(Audience),
        content=st.binary(),
        **dict.fromkeys(("dedupe_key", "message_id", "sender", "recipient"), st.text()),
    ),
    st.sampled_from(Stage),
    st.text(),
    instants,
)
def test_letter_comes_back(letter: Letter, stage: Stage, note: str, at: datetime) -> None:
    with Ledger(":memory:") as ledger:
        ledger.close_round(Round(letters=(letter,)), MONDAY)
        ledger.move_letter(1, stage, now=at, note=note, next_try_at=at)
        (entry,) = ledger.letters(stage)
    assert (entry.letter, entry.note) == (letter, note)
    assert entry.changed_at == entry.next_try_at == at


@given(
    st.builds(
        Quarantined, folder=st.text(), position=numbers, problem=st.text(), at=times, size=numbers
    )
)
def test_quarantined_mail_comes_back(mail: Quarantined) -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(Batch(folder="f", quarantined=(mail,)))
        assert ledger.quarantine() == (mail,)


@given(st.text(), st.builds(Cursor, validity=numbers, position=numbers))
def test_cursor_comes_back(ledger: Ledger, folder: str, cursor: Cursor) -> None:
    ledger.record(Batch(folder=folder, cursor=cursor))
    assert ledger.cursor(folder) == cursor


def test_text_that_no_utf8_can_hold_is_stored_with_question_marks(ledger: Ledger) -> None:
    """A hostile header can decode to lone surrogates; it must not stop the page."""
    promise = a_promise(key="\ud800", words="I'll fix \udcff today", customer="\udcff@x")
    ledger.record(a_batch(promise, first_events=(an_event(promise=promise, note="\udfff"),)))
    (back,) = ledger.promises(PromiseQuery(customer="\udcff@x"))
    assert (back.key, back.words) == ("?", "I'll fix ? today")
    assert ledger.events("\ud800")[0].note == "?"
    ledger.close_round(Round(letters=(a_letter(dedupe_key="\ud800"),)), MONDAY)
    assert ledger.letters()[0].letter.dedupe_key == "?"
    ledger.settle("\udcff@x", [])
    assert ledger.notes(CUSTOMER) == ()
    assert "?@x" not in ledger.unsettled()


def test_promises_can_be_gone_through_a_few_at_a_time() -> None:
    with Ledger(":memory:") as ledger:
        made = [a_promise(key=f"k{number:03}") for number in range(450)]
        ledger.record(a_batch(*made))
        found = list(ledger.each_promise(PromiseQuery()))
        assert [promise.id for promise in found] == list(range(1, 451))
        assert sorted(found, key=lambda one: one.key) == sorted(
            ledger.promises(PromiseQuery()), key=lambda one: one.key
        )
        assert not list(ledger.each_promise(PromiseQuery(owner="Nobody")))
