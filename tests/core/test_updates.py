"""When an update is drafted, what it may say, and when it may leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from builders import FRIDAY, MONDAY, THURSDAY, a_deadline, a_draft, a_note, a_promise
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.hours import office_hours
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Certainty, DeadlineKind, Evidence, Kind, State
from promisekeeper.core.records import Signal, SignalKind
from promisekeeper.core.sending import GO, Fate
from promisekeeper.core.updates import (
    Situation,
    UpdatePolicy,
    customer_zone,
    draft_moment,
    matter_of,
    may_be_automatic,
    may_be_told,
    may_go,
    quiet_until,
    reply_subject,
    shows_progress,
    suggested_date,
    told_of,
    zone_shown,
)

HOURS = office_hours(UTC)
POLICY = UpdatePolicy()
TOKYO = ZoneInfo("Asia/Tokyo")


def said(kind: SignalKind, **changes: object) -> object:
    return a_note(
        message_id="<later@shop.example>",
        sent_at=MONDAY + timedelta(days=1),
        signals=(Signal(kind=kind, sentence="We are at it."),),
        **changes,
    )


@pytest.mark.parametrize(
    ("due_at", "moment"),
    [
        # Monday 9:00 to Friday 17:00 are 40 working hours; 30 of them have passed on Thursday.
        pytest.param(FRIDAY, datetime(2026, 11, 19, 15, tzinfo=UTC), id="a week"),
        pytest.param(
            MONDAY + timedelta(hours=4), MONDAY + timedelta(hours=3), id="within the morning"
        ),
    ],
)
def test_three_quarters_of_the_working_time_pass_first(due_at: datetime, moment: datetime) -> None:
    assert draft_moment(a_promise(due_at=due_at), HOURS, POLICY) == moment


def test_without_working_time_the_clock_counts() -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=UTC)
    promise = a_promise(made_at=saturday, due_at=saturday + timedelta(hours=8))
    assert draft_moment(promise, HOURS, POLICY) == saturday + timedelta(hours=6)


@pytest.mark.parametrize(
    "promise",
    [
        pytest.param(a_promise(state=State.KEPT), id="settled"),
        pytest.param(a_promise(is_history=True), id="history"),
        pytest.param(a_promise(same_as="promise-0"), id="a repetition"),
        pytest.param(a_promise(certainty=Certainty.POSSIBLE), id="only possible"),
        pytest.param(a_promise(rule="form-receipt"), id="a receipt of the queue"),
        pytest.param(a_promise(is_maybe_kept=True), id="maybe kept"),
        pytest.param(
            a_promise(proposed_state=State.RELEASED, hint=Evidence(message_id="<1@x>")),
            id="maybe released",
        ),
        pytest.param(a_promise(kind=Kind.CONDITIONAL), id="the customer is waited for"),
    ],
)
def test_no_customer_is_told_of_these(promise: object) -> None:
    assert not may_be_told(promise)  # type: ignore[arg-type]
    assert may_be_told(a_promise())


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        pytest.param(said(SignalKind.HOLDS), False, id="we said we are at it"),
        pytest.param(said(SignalKind.ANSWERS), False, id="we answered"),
        pytest.param(said(SignalKind.ASKS), True, id="we only asked"),
        pytest.param(said(SignalKind.HOLDS, role=Role.INBOX), True, id="they wrote"),
        pytest.param(
            replace(said(SignalKind.HOLDS), sent_at=MONDAY),  # type: ignore[type-var]
            True,
            id="with the promise itself",
        ),
    ],
)
def test_progress_makes_an_update_needless(note: object, expected: bool) -> None:
    assert shows_progress(a_promise(), [note]) is not expected  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("changes", "is_upset", "now", "expected"),
    [
        pytest.param({}, False, THURSDAY, True, id="certain, dated, calm, in time"),
        pytest.param({"certainty": Certainty.LIKELY}, False, THURSDAY, False, id="likely"),
        pytest.param({}, True, THURSDAY, False, id="upset"),
        pytest.param({}, False, FRIDAY, False, id="lapsed"),
        pytest.param(
            {"deadline": a_deadline(kind=DeadlineKind.VAGUE)}, False, THURSDAY, False, id="vague"
        ),
    ],
)
def test_what_may_go_out_by_itself(
    changes: dict[str, object], is_upset: bool, now: datetime, expected: bool
) -> None:
    assert may_be_automatic(a_promise(**changes), is_upset=is_upset, now=now) is expected


def test_customers_zone_is_that_of_their_last_mail() -> None:
    notes = [
        a_note(role=Role.INBOX, sent_at=MONDAY.astimezone(TOKYO)),
        a_note(message_id="<2@x>", sent_at=THURSDAY),
    ]
    assert customer_zone(notes, UTC) == TOKYO
    assert customer_zone(notes[1:], UTC) == UTC


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (UTC, "UTC"),
        (timezone(timedelta(hours=-8)), "UTC-8"),
        (timezone(timedelta(hours=10)), "UTC+10"),
        (timezone(timedelta(hours=5, minutes=30)), "UTC+5:30"),
        (timezone(timedelta(hours=-3, minutes=-30)), "UTC-3:30"),
        (ZoneInfo("Europe/London"), "GMT"),
        (ZoneInfo("America/Sao_Paulo"), "UTC-3"),
    ],
)
def test_zones_are_written_as_people_write_them(zone: tzinfo, shown: str) -> None:
    assert zone_shown(MONDAY, zone) == shown


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("2026-11-20T07:59", "2026-11-20T08:00", id="early"),
        pytest.param("2026-11-20T08:00", None, id="on the hour"),
        pytest.param("2026-11-20T19:59", None, id="before the evening"),
        pytest.param("2026-11-19T20:00", "2026-11-20T08:00", id="in the evening"),
        pytest.param("2026-11-20T20:00", "2026-11-23T08:00", id="on a Friday evening"),
        pytest.param("2026-11-21T12:00", "2026-11-23T08:00", id="on a Saturday"),
        pytest.param("2026-11-22T03:00", "2026-11-23T08:00", id="on a Sunday"),
        pytest.param("2026-11-23T03:00", "2026-11-23T08:00", id="in a Monday's night"),
    ],
)
def test_quiet_hours_end_on_the_morning_of_a_weekday(at: str, until: str | None) -> None:
    local = datetime.fromisoformat(at).replace(tzinfo=TOKYO)
    expected = datetime.fromisoformat(until).replace(tzinfo=TOKYO) if until else None
    assert quiet_until(local.astimezone(UTC), TOKYO, POLICY) == expected


@pytest.mark.parametrize(
    ("subject", "matter"),
    [
        ("Your invoice", "Your invoice"),
        ("RE: Aw: Fwd: Your invoice", "Your invoice"),
        ("Order: 4711", "Order: 4711"),
        ("Re:", ""),
        ("", ""),
        ("Re: Hi\r\nBcc: x@evil.example", "Hi Bcc: x@evil.example"),
    ],
)
def test_matter_is_the_subject_without_marks_of_answers(subject: str, matter: str) -> None:
    assert matter_of(subject) == matter
    assert reply_subject(subject) == (f"Re: {matter}" if matter else "Re: your mail")


def test_suggestion_is_what_would_be_kept_four_times_out_of_five() -> None:
    spans = [1, 2, 3, 4, 30]
    past = [
        a_promise(key=f"p{hours}", state=State.KEPT, settled_at=MONDAY + timedelta(hours=hours))
        for hours in spans
    ]
    now = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
    suggested = suggested_date(past, owner_address="ana@shop.example", hours=HOURS, now=now)
    assert suggested == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    few = past[1:]
    assert suggested_date(few, owner_address="ana@shop.example", hours=HOURS, now=now) is None
    assert suggested_date(past, owner_address="joss@shop.example", hours=HOURS, now=now) is None


def test_customers_clock_and_clean_name_are_told() -> None:
    promise = a_promise(customer_name="Carl Ebner")
    note = a_note(role=Role.INBOX, sent_at=MONDAY.astimezone(TOKYO))
    told = told_of(
        promise, notes=[note], hours=HOURS, now=THURSDAY, is_upset=False, sender_name="Ana"
    )
    assert (told.name, told.matter, told.plain) == (
        "Carl Ebner",
        "Your invoice",
        "send you the new invoice",
    )
    assert told.due_at == FRIDAY
    assert told.due_at is not None
    assert told.due_at.utcoffset() == timedelta(hours=9)
    # In Tokyo that is a Saturday: the day alone would be another one there.
    assert not told.is_day


@pytest.mark.parametrize("name", ["Win 5000 $ now!!", "http://evil.example", "carl@x.de", "-"])
def test_name_that_is_none_is_left_out(name: str) -> None:
    promise = a_promise(customer_name=name)
    told = told_of(promise, notes=[], hours=HOURS, now=THURSDAY, is_upset=False, sender_name="Ana")
    assert told.name == ""


def test_promise_that_a_colleague_gave_is_quoted_in_their_name() -> None:
    promise = a_promise(owner="Joss")
    wrote = a_note(message_id=promise.message_id, author="Ana Ortiz")
    told = told_of(
        promise, notes=[wrote], hours=HOURS, now=THURSDAY, is_upset=False, sender_name="Joss"
    )
    assert (told.plain, told.writer) == ("", "Ana Ortiz")


NOON = datetime(2026, 11, 19, 16, tzinfo=UTC)
APPROVED = replace(
    a_draft(),
    stage=DraftStage.APPROVED,
    approved_at=NOON - timedelta(minutes=5),
    approved_digest=a_draft().digest,
    expires_at=FRIDAY,
    decided_by="Ana",
    known_mails=2,
)
FINE = Situation(
    now=NOON,
    promise=a_promise(),
    mails=2,
    read_at=[NOON - timedelta(minutes=1), NOON - timedelta(minutes=2)],
    zone=UTC,
    is_upset=False,
)


def test_approved_update_goes() -> None:
    assert may_go(APPROVED, APPROVED.digest, FINE) == GO


@pytest.mark.parametrize(
    ("draft", "situation", "reason"),
    [
        pytest.param({"stage": DraftStage.VETOED}, {}, "vetoed", id="vetoed"),
        pytest.param({"stage": DraftStage.DRAFTED}, {}, "drafted", id="never approved"),
        pytest.param({"body": "Send money!\n"}, {}, "text is another", id="text changed"),
        pytest.param({"recipient": "eve@x.example"}, {}, "text is another", id="redirected"),
        pytest.param({}, {"promise": None}, "gone", id="promise forgotten"),
        pytest.param({}, {"promise": a_promise(state=State.KEPT)}, "kept", id="kept"),
        pytest.param({}, {"mails": 3}, "somebody wrote", id="somebody wrote"),
        pytest.param({}, {"suppressed": "mail came back"}, "came back", id="suppressed"),
        pytest.param({"expires_at": NOON}, {}, "too old", id="approval expired"),
        pytest.param({"new_due_at": NOON}, {}, "new date", id="new date is over"),
        pytest.param({}, {"promise": a_promise(due_at=NOON)}, "deadline has passed", id="lapsed"),
        pytest.param({"is_auto": True}, {"is_upset": True}, "upset", id="automatic and upset"),
        pytest.param({}, {"read_at": []}, "no mailbox", id="nothing is watched"),
    ],
)
def test_update_that_is_not_wanted_any_more_is_dropped(
    draft: dict[str, object], situation: dict[str, object], reason: str
) -> None:
    changed: Draft = replace(APPROVED, **draft)  # type: ignore[arg-type]
    ruling = may_go(changed, APPROVED.digest, replace(FINE, **situation))  # type: ignore[arg-type]
    assert ruling.fate is Fate.DROP
    assert reason in ruling.reason


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        pytest.param({"zone": TOKYO}, "quiet hours", id="night at the customer's"),
        pytest.param(
            {"read_at": [NOON, NOON - timedelta(minutes=6)]},
            "since it was approved",
            id="one folder was not read since",
        ),
        pytest.param({"read_at": [NOON, None]}, "since it was approved", id="never read"),
        pytest.param(
            {"now": NOON + timedelta(minutes=20)}, "not read lately", id="not read for long"
        ),
    ],
)
def test_update_waits_for_quiet_hours_and_fresh_reading(
    situation: dict[str, object], reason: str
) -> None:
    ruling = may_go(APPROVED, APPROVED.digest, replace(FINE, **situation))  # type: ignore[arg-type]
    assert ruling.fate is Fate.WAIT
    assert reason in ruling.reason
