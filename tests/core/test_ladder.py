"""When to speak."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import FRIDAY, MONDAY, a_deadline, a_promise
from promisekeeper.core.hours import office_hours
from promisekeeper.core.ladder import (
    ActionKind,
    Policy,
    due_actions,
    moments,
    reminder_at,
    step_of,
)
from promisekeeper.core.mood import Mood
from promisekeeper.core.promise import Certainty, DeadlineKind, Kind, Promise, State
from promisekeeper.core.records import Step

HOURS = office_hours(ZoneInfo("UTC"))
POLICY = Policy(remind_before=timedelta(hours=4))
PROMISE = a_promise()
REMIND = Step(promise_key=PROMISE.key, kind="remind_agent", due_at=FRIDAY)
LAPSE = replace(REMIND, kind="lapse")
HALF_WAY = replace(REMIND, kind="half_way")
WEDNESDAY = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
ANGRY = Mood(at=WEDNESDAY, message_id="<a@client.example>", sentence="Unacceptable!", cues=())


def due(
    promise: Promise, now: datetime, *, taken: Collection[Step] = (), mood: Mood | None = None
) -> list[str]:
    actions = due_actions(promise, taken=taken, now=now, policy=POLICY, hours=HOURS, mood=mood)
    return [str(action.kind) for action in actions]


@pytest.mark.parametrize(
    ("hours_past_due", "taken", "expected"),
    [
        pytest.param(-80, (), [], id="too early"),
        pytest.param(-4.01, (), ["half_way"], id="half of the time is gone"),
        pytest.param(-4.01, (HALF_WAY,), [], id="which is told once"),
        pytest.param(-4, (), ["remind_agent"], id="reminded on the hour, and half way is past"),
        pytest.param(-1, (REMIND,), [], id="reminded once only"),
        pytest.param(0, (REMIND,), ["lapse"], id="lapsed"),
        pytest.param(64, (REMIND,), ["lapse"], id="the weekend is no working time"),
        pytest.param(69, (REMIND, LAPSE), ["lead"], id="four working hours later, the lead"),
        pytest.param(90, (), ["remind_agent", "lapse", "lead"], id="the daemon was down"),
    ],
)
def test_steps_fall_due(
    hours_past_due: float, taken: tuple[Step, ...], expected: list[str]
) -> None:
    assert due(PROMISE, FRIDAY + timedelta(hours=hours_past_due), taken=taken) == expected


@pytest.mark.parametrize(
    "promise",
    [
        pytest.param(a_promise(is_history=True), id="history"),
        pytest.param(a_promise(certainty=Certainty.POSSIBLE), id="only possible"),
        pytest.param(a_promise(state=State.KEPT), id="kept"),
        pytest.param(a_promise(state=State.REJECTED), id="no promise"),
        pytest.param(a_promise(state=State.BROKEN), id="given up"),
        pytest.param(a_promise(same_as="promise-0"), id="told before"),
    ],
)
def test_nobody_is_reminded_of(promise: Promise) -> None:
    assert due(promise, FRIDAY + timedelta(days=4), mood=ANGRY) == []


def test_a_moved_date_is_reminded_of_anew() -> None:
    moved = a_promise(due_at=FRIDAY + timedelta(days=3))
    assert due(moved, FRIDAY + timedelta(days=3), taken=(REMIND, LAPSE)) == [
        "remind_agent",
        "lapse",
    ]


def test_a_short_promise_is_not_told_of_half_way() -> None:
    short = a_promise(due_at=MONDAY + timedelta(hours=8))
    assert "half_way" not in moments(short, POLICY, HOURS)


def test_the_last_working_day_before_a_deadline_on_a_day_off() -> None:
    sunday = a_promise(due_at=FRIDAY + timedelta(days=2))
    assert moments(sunday, POLICY, HOURS)[ActionKind.LAST_DAY] == FRIDAY - timedelta(hours=8)
    assert ActionKind.LAST_DAY not in moments(PROMISE, POLICY, HOURS)
    made_that_day = a_promise(made_at=FRIDAY, due_at=FRIDAY + timedelta(days=2))
    assert ActionKind.LAST_DAY not in moments(made_that_day, POLICY, HOURS)


def test_what_has_no_instant_does_not_lapse() -> None:
    undated = a_promise(deadline=a_deadline(kind=DeadlineKind.NONE, words=""))
    assert due(undated, FRIDAY + timedelta(days=10)) == ["remind_agent"]


def test_what_waits_for_the_customer_is_only_told_in_the_digest() -> None:
    waiting = a_promise(kind=Kind.CONDITIONAL, condition="once you send the log")
    assert due(waiting, FRIDAY + timedelta(days=10)) == ["half_way"]
    met = replace(waiting, condition_met_at=MONDAY + timedelta(hours=1))
    assert due(met, FRIDAY) == ["remind_agent", "lapse"]


def test_an_upset_customer_is_told_of_at_once_and_the_lead_at_the_lapse() -> None:
    upset = replace(REMIND, kind="upset")
    assert due(PROMISE, WEDNESDAY - timedelta(minutes=1), mood=ANGRY) == []
    assert due(PROMISE, WEDNESDAY, mood=ANGRY, taken=(HALF_WAY,)) == ["upset"]
    assert due(PROMISE, WEDNESDAY, mood=ANGRY, taken=(HALF_WAY, upset)) == []
    assert due(PROMISE, FRIDAY, mood=ANGRY, taken=(REMIND, upset)) == ["lapse", "lead"]


def test_anger_that_the_promise_answers_is_no_news() -> None:
    known = replace(ANGRY, at=MONDAY - timedelta(hours=1), is_news=False)
    assert "upset" not in due(PROMISE, WEDNESDAY, mood=known)


def test_a_snooze_puts_everything_off_and_reminds_when_it_ends() -> None:
    until = FRIDAY + timedelta(hours=2)
    snoozed = a_promise(snoozed_until=until)
    assert due(snoozed, until - timedelta(minutes=1), taken=(HALF_WAY,), mood=ANGRY) == []
    assert due(snoozed, until, taken=(REMIND, HALF_WAY)) == ["lapse", "again"]
    again = step_of(ActionKind.AGAIN, snoozed)
    assert due(snoozed, until, taken=(REMIND, LAPSE, again)) == []
    longer = replace(snoozed, snoozed_until=until + timedelta(hours=1))
    assert due(longer, until + timedelta(hours=1), taken=(REMIND, LAPSE, again)) == ["again"]


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


@given(minutes=st.lists(st.integers(min_value=-9000, max_value=20000), max_size=20))
def test_no_step_is_done_twice_and_none_is_left_out(minutes: list[int]) -> None:
    taken: set[Step] = set()
    done: list[str] = []
    for minute in sorted([*minutes, 20000]):
        now = FRIDAY + timedelta(minutes=minute)
        for action in due_actions(PROMISE, taken=taken, now=now, policy=POLICY, hours=HOURS):
            taken.add(action.step)
            done.append(str(action.kind))
    assert sorted(set(done)) == sorted(done)
    assert {"remind_agent", "lapse", "lead"} <= set(done)
