"""What stands in one person's digest of one day."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from builders import FRIDAY, MONDAY, a_deadline, a_promise
from promisekeeper.core import digest as d
from promisekeeper.core.digest import Digest, day_of, digest_of
from promisekeeper.core.hours import office_hours
from promisekeeper.core.ladder import Policy, step_of
from promisekeeper.core.mood import Mood
from promisekeeper.core.promise import Certainty, DeadlineKind, Evidence, Kind, Promise, State
from promisekeeper.core.records import Step

HOURS = office_hours(ZoneInfo("UTC"))
TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
FRIDAY_MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NEXT_TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANGRY = Mood(at=TUESDAY, message_id="<a@client.example>", sentence="Unacceptable!", cues=("u",))
UNDATED = a_promise(deadline=a_deadline(kind=DeadlineKind.NONE, words=""))
HINT = Evidence(message_id="<x@shop.example>", sentence="It is on its way.")


def written(
    *promises: Promise,
    now: datetime,
    taken: Collection[Step] = (),
    mood: Mood | None = None,
    told: Collection[str] = (),
    led: Sequence[Promise] = (),
) -> Digest:
    return digest_of(
        promises,
        taken=taken,
        now=now,
        day=day_of(now, HOURS),
        policy=Policy(),
        hours=lambda promise: HOURS,
        mood=lambda promise: mood,
        told=told,
        led=led,
    )


def places(digest: Digest) -> dict[str, list[str]]:
    return {name: [one.why for one in some] for name, some in digest.sections.items() if some}


@pytest.mark.parametrize(
    ("promise", "now", "expected"),
    [
        pytest.param(a_promise(), TUESDAY, {}, id="days away"),
        pytest.param(a_promise(), THURSDAY, {"risk": ["half_way"]}, id="half of the time is gone"),
        pytest.param(a_promise(), FRIDAY_MORNING, {"today": [""]}, id="due today"),
        pytest.param(
            a_promise(due_at=FRIDAY + timedelta(days=2)),
            FRIDAY_MORNING,
            {"today": [""]},
            id="due on Sunday: the last working day",
        ),
        pytest.param(a_promise(), NEXT_TUESDAY, {"late": [""]}, id="late"),
        pytest.param(UNDATED, TUESDAY, {"asked": ["ask_when"]}, id="when?"),
        pytest.param(
            a_promise(is_maybe_kept=True, hint=HINT), TUESDAY, {"asked": ["ask_kept"]}, id="kept?"
        ),
        pytest.param(
            a_promise(proposed_state=State.RELEASED, hint=HINT),
            TUESDAY,
            {"asked": ["ask_release"]},
            id="still needed?",
        ),
        pytest.param(a_promise(kind=Kind.CONDITIONAL), TUESDAY, {}, id="it waits for the customer"),
        pytest.param(
            a_promise(kind=Kind.CONDITIONAL, due_at=MONDAY + timedelta(hours=4)),
            TUESDAY,
            {"asked": ["ask_waiting"]},
            id="it waits past its date",
        ),
        pytest.param(a_promise(certainty=Certainty.POSSIBLE), TUESDAY, {}, id="perhaps"),
        pytest.param(
            a_promise(certainty=Certainty.POSSIBLE),
            NEXT_MONDAY,
            {"possible": ["weekly"]},
            id="perhaps, once a week",
        ),
        pytest.param(
            a_promise(state=State.KEPT, settled_at=TUESDAY - timedelta(hours=17)),
            TUESDAY,
            {"kept": [""]},
            id="kept yesterday",
        ),
        pytest.param(
            a_promise(state=State.KEPT, settled_at=FRIDAY), NEXT_MONDAY, {"kept": [""]}, id="Friday"
        ),
        pytest.param(
            a_promise(state=State.KEPT, settled_at=FRIDAY), NEXT_TUESDAY, {}, id="no news any more"
        ),
        pytest.param(
            a_promise(state=State.BROKEN, settled_at=FRIDAY),
            NEXT_TUESDAY,
            {"late": ["broken"]},
            id="given up",
        ),
        pytest.param(a_promise(is_history=True), NEXT_TUESDAY, {}, id="history"),
        pytest.param(a_promise(same_as="promise-0"), NEXT_TUESDAY, {}, id="told before"),
    ],
)
def test_each_has_one_place(
    promise: Promise, now: datetime, expected: dict[str, list[str]]
) -> None:
    assert places(written(promise, now=now)) == expected


def test_questions_are_asked_once() -> None:
    asked = written(UNDATED, now=TUESDAY)
    assert places(written(UNDATED, now=THURSDAY, taken=asked.steps)) == {"risk": ["half_way"]}
    taken = {*asked.steps, step_of("half_way", UNDATED)}
    assert places(written(UNDATED, now=THURSDAY, taken=taken)) == {}
    again = written(UNDATED, now=FRIDAY_MORNING, taken=taken)
    assert places(again) == {"asked": ["default_due"]}
    taken |= set(again.steps)
    assert written(UNDATED, now=NEXT_TUESDAY, taken=taken).is_empty


def test_lateness_is_news_once_and_is_told_again_with_other_news() -> None:
    late = a_promise()
    first = written(late, now=NEXT_TUESDAY)
    assert not first.is_empty
    later = NEXT_TUESDAY + timedelta(days=1)
    assert written(late, now=later, taken=first.steps).is_empty
    other = replace(UNDATED, key="promise-2")
    both = written(late, other, now=later, taken=first.steps)
    assert places(both) == {"late": [""], "asked": ["ask_when"]}
    assert not both.is_empty
    monday = NEXT_MONDAY + timedelta(days=7)
    assert not written(late, now=monday, taken=first.steps).is_empty


def test_somebody_upset_is_told_of_while_it_lasts() -> None:
    digest = written(a_promise(), now=TUESDAY, mood=ANGRY)
    assert places(digest) == {"risk": ["upset"]}
    assert digest.is_empty  # the mail at once was the news


def test_what_a_mail_told_today_is_left_out() -> None:
    promise = a_promise()
    assert written(promise, now=FRIDAY_MORNING, told=[promise.key]).is_empty


def test_what_the_cap_kept_back_is_made_up_for_once() -> None:
    promise = a_promise(due_at=FRIDAY + timedelta(days=7))
    taken = {step_of(d.OVER_CAP, promise)}
    digest = written(promise, now=TUESDAY, taken=taken)
    assert places(digest) == {"risk": ["over_cap"]}
    assert written(promise, now=TUESDAY, taken=taken | set(digest.steps)).is_empty


def test_a_lead_hears_of_others_only_what_the_cap_kept_back() -> None:
    promise = a_promise()
    assert written(led=[promise], now=NEXT_TUESDAY).is_empty
    taken = {step_of(d.LEAD_OVER_CAP, promise)}
    digest = written(led=[promise], now=NEXT_TUESDAY, taken=taken)
    assert places(digest) == {"team_late": ["lead_over_cap"]}
    assert written(led=[promise], now=NEXT_TUESDAY, taken=taken | set(digest.steps)).is_empty


def test_what_does_not_fit_is_told_another_day() -> None:
    many = [replace(UNDATED, key=f"promise-{n}") for n in range(20)]
    first = written(*many, now=TUESDAY).shortened(12)
    assert (len(first.asked), first.hidden, len(first.steps)) == (12, 8, 12)
    second = written(*many, now=TUESDAY, taken=first.steps).shortened(12)
    assert (len(second.asked), second.hidden) == (8, 0)


def test_the_day_before_a_weekend_reaches_to_monday() -> None:
    day = day_of(FRIDAY_MORNING, HOURS)
    assert (day.until, day.is_week_start) == (NEXT_MONDAY, False)
    monday = day_of(NEXT_MONDAY, HOURS)
    assert (monday.since, monday.is_week_start) == (FRIDAY_MORNING.replace(hour=0), True)
