"""Within which limits, and when somebody will answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MONDAY
from promisekeeper.core.ackrecords import AckCounts, Receipt
from promisekeeper.core.acks import AckLimits, Queue, Tally, answer_by, over_limit, promise_of
from promisekeeper.core.hours import office_hours
from promisekeeper.core.promise import Certainty
from promisekeeper.core.updates import may_be_automatic
from promisekeeper.core.visitors import cleaned_name, is_advertising, is_public, one_mailbox

LONDON = ZoneInfo("Europe/London")
HOURS = office_hours(LONDON, holidays=[date(2026, 12, 25), date(2026, 12, 28)])
ONE_DAY = Queue(name="Us", address="ana@shop.example", hours=HOURS)
FOUR_HOURS = Queue(
    name="Us", address="a@b.example", hours=HOURS, target=timedelta(hours=4), target_days=0
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def receipt(address: str = "pia@firm.example", thread: str = "<t1>") -> Receipt:
    return Receipt(
        message_id=f"<{address}{thread}>",
        received_at=MONDAY,
        form="f",
        thread=thread,
        address=address,
    )


@pytest.mark.parametrize(
    ("queue", "came", "due", "opens"),
    [
        pytest.param(ONE_DAY, "2026-11-16T11:40", "2026-11-17T12:00", None, id="the next day"),
        pytest.param(ONE_DAY, "2026-11-20T16:50", "2026-11-23T17:00", None, id="over the weekend"),
        pytest.param(
            ONE_DAY, "2026-11-21T20:00", "2026-11-24T09:00", "2026-11-23T09:00", id="on Saturday"
        ),
        pytest.param(
            ONE_DAY, "2026-11-16T06:00", "2026-11-17T09:00", "2026-11-16T09:00", id="before opening"
        ),
        pytest.param(
            ONE_DAY, "2026-12-24T17:30", "2026-12-30T09:00", "2026-12-29T09:00", id="at Christmas"
        ),
        pytest.param(FOUR_HOURS, "2026-11-16T10:10", "2026-11-16T14:30", None, id="within hours"),
        pytest.param(FOUR_HOURS, "2026-11-16T15:00", "2026-11-17T11:00", None, id="overnight"),
        pytest.param(
            FOUR_HOURS, "2026-11-16T13:00", "2026-11-16T17:00", None, id="exactly at the close"
        ),
        pytest.param(
            FOUR_HOURS, "2026-11-22T12:00", "2026-11-23T13:00", "2026-11-23T09:00", id="on Sunday"
        ),
    ],
)
def test_when_somebody_answers(queue: Queue, came: str, due: str, opens: str | None) -> None:
    answered = answer_by(queue, at(came).astimezone(UTC))
    assert answered.due_at == at(due)
    assert answered.opens_at == (at(opens) if opens else None)


@given(
    st.integers(min_value=0, max_value=366 * 24 * 60),
    st.integers(min_value=1, max_value=40),
    st.booleans(),
)
def test_a_time_is_promised_when_somebody_works(minutes: int, size: int, days: bool) -> None:
    queue = Queue(
        name="",
        address="a@b.example",
        hours=HOURS,
        target=timedelta(0) if days else timedelta(hours=size),
        target_days=size if days else 0,
    )
    came = MONDAY + timedelta(minutes=minutes)
    answered = answer_by(queue, came)
    day = HOURS.day_of(answered.due_at)
    assert HOURS.is_working_day(day)
    assert HOURS.opening(day) <= answered.due_at <= HOURS.close(day)
    assert answered.due_at > came
    promised = HOURS.working_time_between(came, answered.due_at)
    # Never sooner than the target, and rounded up by less than half an hour.
    least = timedelta(hours=size) if not days else timedelta(0)
    assert least <= promised + timedelta(microseconds=1)
    if not days:
        assert promised < least + timedelta(minutes=30)


def test_a_split_day_rounds_within_its_close() -> None:
    hours = office_hours(LONDON, shifts=((time(9), time(12, 15)), (time(13), time(16, 45))))
    queue = Queue(name="", address="", hours=hours, target=timedelta(hours=6.75), target_days=0)
    assert answer_by(queue, at("2026-11-16T09:05")).due_at == at("2026-11-16T16:45")


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (AckCounts(), ""),
        (AckCounts(thread=1), "limit-thread"),
        (AckCounts(address_hour=1), "limit-address-hour"),
        (AckCounts(address_day=3), "limit-address-day"),
        (AckCounts(domain_hour=10), "limit-domain-hour"),
        (AckCounts(minute=20), "limit-minute"),
        (AckCounts(address_day=2, domain_hour=9, minute=19), ""),
    ],
)
def test_limits(counts: AckCounts, reason: str) -> None:
    assert over_limit(receipt(), counts, AckLimits()) == reason


def test_a_public_domain_has_no_limit_of_its_own() -> None:
    many = AckCounts(domain_hour=500)
    assert over_limit(receipt("pia@gmail.com"), many, AckLimits()) == ""
    mine = AckLimits(public_domains=frozenset({"isp.example"}))
    assert over_limit(receipt("pia@isp.example"), many, mine) == ""
    assert over_limit(receipt("pia@isp.example"), many, AckLimits()) == "limit-domain-hour"


def test_what_was_decided_in_this_round_counts_too() -> None:
    tally = Tally(sent=[receipt("P.ia+x@gmail.com", "<t0>"), receipt("bo@firm.example")])
    counts = tally.added_to(AckCounts(minute=1), receipt("pia@gmail.com"), MONDAY)
    assert counts == AckCounts(address_hour=1, address_day=1, domain_hour=1, minute=3)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Pia@Firm.Example", "pia@firm.example"),
        ("pia+shop@firm.example", "pia@firm.example"),
        ("p.i.a+1@gmail.com", "pia@gmail.com"),
        ("pia@googlemail.com", "pia@gmail.com"),
        ("p.ia@firm.example", "p.ia@firm.example"),
        ("+@firm.example", "+@firm.example"),
    ],
)
def test_one_mailbox_has_many_spellings(address: str, mailbox: str) -> None:
    assert one_mailbox(address) == mailbox


def test_public_domains() -> None:
    assert is_public("GMail.com")
    assert not is_public("firm.example")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("  Zoë   Ferreira-Lund ", "Zoë Ferreira-Lund"),
        ("Prof. In-su Kim", "Prof. In-su Kim"),
        ("O'Brien, Aoife", "O'Brien, Aoife"),
        ("Anna\nBcc: x", ""),
        ("anna@x.example", ""),
        ("", ""),
        ("12345", ""),
        ("a b c d e f g", ""),
        ("x" * 61, ""),
        ("=?utf-8?q?x?=", ""),
        ("Visit evil.agency now", ""),
        ("evil.agency", ""),
        ("t.me/evil", ""),
        ("\uff45\uff56\uff49\uff4c.com", ""),
        ("Urgent, your parcel is waiting", ""),
        ("Payment overdue, open attachment", ""),
        ("Hot girls near you", ""),
        ("Bitte Konto sofort bestätigen", ""),
        ("Dr.Smith", "Dr.Smith"),
        ("J.R.R. Tolkien", "J.R.R. Tolkien"),
        ("J.Smith", "J.Smith"),
        ("Anna van der Berg", "Anna van der Berg"),
        ("María José de la Cruz", "María José de la Cruz"),
        ("maria lund", "maria lund"),
        ("Will May Grace Free", "Will May Grace Free"),
    ],
)
def test_a_name_is_given_back_clean_or_not_at_all(raw: str, name: str) -> None:
    assert cleaned_name(raw) == name


@pytest.mark.parametrize(
    "name", ["Dr. de Vries", "Anna 2", "J.R. Smith", "St. John Co", "Free Willy", "Aung Win Tun"]
)
def test_names_are_no_advertising(name: str) -> None:
    assert not is_advertising(name)


def test_no_update_goes_to_a_visitor_without_a_persons_word() -> None:
    given = promise_of(
        receipt(), ONE_DAY, answer_by(ONE_DAY, MONDAY), words="Us by Tuesday.", is_said=True
    )
    assert given.certainty is Certainty.CERTAIN
    assert not may_be_automatic(given, is_upset=False, now=MONDAY)
    assert may_be_automatic(replace(given, rule="i-will"), is_upset=False, now=MONDAY)


@pytest.mark.parametrize(
    "name", ["FREE phone click below now", "Win a gift card today", "Cheap!! SEO"]
)
def test_offers_are_advertising(name: str) -> None:
    assert is_advertising(name)
