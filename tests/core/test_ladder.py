"""When to speak."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import FRIDAY, MONDAY, a_deadline, a_promise
from promisekeeper.core.hours import office_hours
from promisekeeper.core.ladder import ActionKind, Policy, due_actions, reminder_at
from promisekeeper.core.promise import Certainty, Promise, State
from promisekeeper.core.records import Step

HOURS = office_hours(ZoneInfo("UTC"))
POLICY = Policy(remind_before=timedelta(hours=4))
PROMISE = a_promise()
STEP = Step(promise_key=PROMISE.key, kind="remind_agent", due_at=FRIDAY)


@pytest.mark.parametrize(
    ("hours_past_due", "taken", "expected"),
    [
        pytest.param(-4.01, (), [], id="too early"),
        pytest.param(-4, (), [ActionKind.REMIND_AGENT], id="reminded on the hour"),
        pytest.param(-1, (STEP,), [], id="reminded once only"),
        pytest.param(90, (), [ActionKind.REMIND_AGENT], id="the daemon was down"),
    ],
)
def test_the_agent_is_reminded(
    hours_past_due: float, taken: tuple[Step, ...], expected: list[ActionKind]
) -> None:
    now = FRIDAY + timedelta(hours=hours_past_due)
    actions = due_actions(PROMISE, taken=taken, now=now, policy=POLICY, hours=HOURS)
    assert [action.kind for action in actions] == expected


@pytest.mark.parametrize(
    "promise",
    [
        pytest.param(a_promise(is_history=True), id="history"),
        pytest.param(a_promise(certainty=Certainty.POSSIBLE), id="only possible"),
        pytest.param(a_promise(state=State.KEPT), id="kept"),
        pytest.param(a_promise(state=State.REJECTED), id="no promise"),
        pytest.param(a_promise(state=State.BROKEN), id="given up"),
    ],
)
def test_nobody_is_reminded_of(promise: Promise) -> None:
    assert due_actions(promise, taken=(), now=FRIDAY, policy=POLICY, hours=HOURS) == []


def test_a_moved_date_is_reminded_of_anew() -> None:
    moved = a_promise(due_at=FRIDAY + timedelta(days=3))
    now = FRIDAY + timedelta(days=3)
    assert due_actions(moved, taken=(STEP,), now=now, policy=POLICY, hours=HOURS)


@pytest.mark.parametrize(
    ("made_at", "due_at", "expected"),
    [
        pytest.param(MONDAY, FRIDAY, FRIDAY - timedelta(hours=4), id="four working hours before"),
        pytest.param(
            MONDAY,
            datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
            datetime(2026, 11, 19, 14, 0, tzinfo=UTC),
            id="the lead reaches back over the night",
        ),
        pytest.param(
            MONDAY,
            datetime(2026, 11, 22, 17, 0, tzinfo=UTC),
            datetime(2026, 11, 20, 13, 0, tzinfo=UTC),
            id="due on a Sunday: before Friday's close",
        ),
        pytest.param(
            MONDAY,
            MONDAY + timedelta(hours=2),
            MONDAY + timedelta(hours=1),
            id="a short promise: half way",
        ),
        pytest.param(
            datetime(2026, 11, 20, 18, 0, tzinfo=UTC),
            datetime(2026, 11, 23, 11, 0, tzinfo=UTC),
            datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
            id="made on Friday evening: half way through Monday's working time",
        ),
        pytest.param(
            datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
            datetime(2026, 11, 21, 20, 0, tzinfo=UTC),
            datetime(2026, 11, 21, 15, 0, tzinfo=UTC),
            id="no working time at all: half way by the clock",
        ),
    ],
)
def test_the_moment(made_at: datetime, due_at: datetime, expected: datetime) -> None:
    promise = a_promise(made_at=made_at, due_at=due_at)
    assert reminder_at(promise, POLICY, HOURS) == expected


def test_the_earlier_of_two_readings_counts() -> None:
    deadline = a_deadline(due_at=FRIDAY + timedelta(days=7), alternative=FRIDAY)
    promise = a_promise(deadline=deadline)
    assert reminder_at(promise, POLICY, HOURS) == FRIDAY - timedelta(hours=4)


@given(
    made=st.integers(min_value=0, max_value=60 * 24 * 60),
    length=st.integers(min_value=1, max_value=60 * 24 * 90),
    lead=st.integers(min_value=1, max_value=60 * 24),
)
def test_the_moment_lies_inside_the_promise(made: int, length: int, lead: int) -> None:
    made_at = MONDAY + timedelta(minutes=made)
    promise = a_promise(made_at=made_at, due_at=made_at + timedelta(minutes=length))
    moment = reminder_at(promise, Policy(remind_before=timedelta(minutes=lead)), HOURS)
    assert made_at <= moment <= made_at + timedelta(minutes=length)


@given(minutes=st.lists(st.integers(min_value=-9000, max_value=9000), max_size=20))
def test_no_step_is_done_twice(minutes: list[int]) -> None:
    taken: set[Step] = set()
    done = []
    for minute in sorted(minutes):
        now = FRIDAY + timedelta(minutes=minute)
        for action in due_actions(PROMISE, taken=taken, now=now, policy=POLICY, hours=HOURS):
            taken.add(action.step)
            done.append(action)
    assert len(done) <= 1
