"""Mail in, promises and verdicts in the ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from builders import MONDAY, a_letter
from fakes import FakeMailbox, a_mail_text
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.hours import office_hours
from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.core.promise import DeadlineKind, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Round
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.flows.intake import Taken, take_in
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.store.ledger import Ledger

HOURS = office_hours(ZoneInfo("UTC"))
RULES = IntakeRules(
    team=Team(
        agents=(
            Agent(name="Ana Ortiz", addresses=("ana@shop.example",), hours=HOURS),
            Agent(name="Ben Adler", addresses=("ben@shop.example",), hours=HOURS),
        ),
        shared_addresses=("hello@shop.example",),
        own_domains=("shop.example",),
        control_address="promises@shop.example",
    ),
    defaults=FollowUpDefaults(),
    settling=SettlingPolicy(),
)
FRIDAY_CLOSE = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
NOW = MONDAY + timedelta(minutes=5)
PROMISE = a_mail_text("Hello Carl,\r\n\r\nI'll send you the invoice by Friday.\r\n\r\nAna")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


def taken(
    ledger: Ledger, *raws: bytes, role: Role = Role.SENT, rules: IntakeRules = RULES
) -> Taken:
    page = FakeMailbox(**{role.value: list(raws)}).read(role, None)
    return take_in(page, folder=f"shop/{role}", role=role, store=ledger, rules=rules, now=NOW)


def only(ledger: Ledger) -> Promise:
    (promise,) = ledger.promises(PromiseQuery())
    return promise


def test_a_promise_is_recorded_with_its_people_and_its_time(ledger: Ledger) -> None:
    taken(ledger, PROMISE)
    promise = only(ledger)
    assert promise.words == "I'll send you the invoice by Friday."
    assert promise.deadline.due_at == FRIDAY_CLOSE
    assert (promise.owner, promise.owner_address) == ("Ana Ortiz", "ana@shop.example")
    assert (promise.customer, promise.customer_name) == ("carl@client.example", "Carl Ebner")
    assert not promise.is_history
    assert [event.action for event in ledger.events(promise.key)] == ["found"]


def test_the_cursor_moves_with_the_page(ledger: Ledger) -> None:
    taken(ledger, PROMISE)
    assert ledger.cursor("shop/sent") == Cursor(validity=1, position=1)


def test_the_same_mail_twice_is_one_promise(ledger: Ledger) -> None:
    taken(ledger, PROMISE, PROMISE)
    again = taken(ledger, PROMISE)
    assert again.promises == ()
    assert only(ledger)


def test_a_copy_in_the_inbox_does_not_hide_the_sent_mail(ledger: Ledger) -> None:
    taken(ledger, PROMISE, role=Role.INBOX)
    assert ledger.promises(PromiseQuery()) == ()
    taken(ledger, PROMISE)
    assert only(ledger)


def test_a_customer_promises_us_nothing(ledger: Ledger) -> None:
    raw = a_mail_text("I'll send you the form tomorrow.", sender="carl@client.example")
    taken(ledger, raw, role=Role.INBOX)
    assert ledger.promises(PromiseQuery()) == ()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            a_mail_text("I'll send it by Friday.", to="promises@shop.example"), id="an answer to us"
        ),
        pytest.param(
            a_mail_text("I'll send it by Friday.", sender="promises@shop.example"), id="from us"
        ),
        pytest.param(
            a_mail_text("I'll reply on Friday.", headers="Auto-Submitted: auto-replied"),
            id="an absence notice",
        ),
        pytest.param(
            a_mail_text("I'll send it by Friday.", to="ben@shop.example"), id="to a colleague"
        ),
        pytest.param(
            a_mail_text("Thank you.\r\n\r\nOn Monday Carl wrote:\r\n> I'll send it by Friday."),
            id="quoted words",
        ),
    ],
)
def test_no_source_of_promises(ledger: Ledger, raw: bytes) -> None:
    taken(ledger, raw)
    assert ledger.promises(PromiseQuery()) == ()


def test_our_own_letters_are_never_read(ledger: Ledger) -> None:
    letter = a_letter(message_id="<1@shop.example>")
    ledger.close_round(Round(letters=(letter,)), NOW)
    taken(ledger, PROMISE)
    assert ledger.promises(PromiseQuery()) == ()


def test_the_owner_is_the_one_who_signs(ledger: Ledger) -> None:
    text = "I'll send you the invoice by Friday.\r\n\r\nKind regards,\r\nBen"
    taken(ledger, a_mail_text(text, sender="The Shop <hello@shop.example>"))
    assert only(ledger).owner == "Ben Adler"


def test_a_colleague_who_is_named_owns_it(ledger: Ledger) -> None:
    taken(ledger, a_mail_text("Ben will call you tomorrow."))
    assert only(ledger).owner == "Ben Adler"


def test_mail_from_before_the_first_start_is_history(ledger: Ledger) -> None:
    taken(ledger, PROMISE, rules=replace(RULES, history_before=MONDAY + timedelta(days=1)))
    assert only(ledger).is_history


def test_without_time_words_the_default_is_marked(ledger: Ledger) -> None:
    taken(ledger, a_mail_text("I'll look into it and get back to you."))
    deadline = only(ledger).deadline
    assert (deadline.kind, deadline.due_at) == (DeadlineKind.NONE, None)
    assert deadline.follow_up_at == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


def test_a_delivery_keeps_it(ledger: Ledger) -> None:
    reply = a_mail_text(
        "Here is the invoice.",
        id="<2@shop.example>",
        date="Tue, 17 Nov 2026 10:00:00 +0000",
        answers="<1@shop.example>",
    )
    taken(ledger, PROMISE, reply)
    promise = only(ledger)
    assert promise.state is State.KEPT
    assert promise.evidence is not None
    assert promise.evidence.sentence == "Here is the invoice."


def test_another_promise_does_not_keep_it(ledger: Ledger) -> None:
    reply = a_mail_text(
        "I'll send it tomorrow.",
        id="<2@shop.example>",
        date="Tue, 17 Nov 2026 10:00:00 +0000",
        answers="<1@shop.example>",
    )
    taken(ledger, PROMISE, reply)
    first = ledger.promises(PromiseQuery())
    assert [promise.state for promise in first if promise.made_at == MONDAY] == [State.OPEN]


def test_a_bad_mail_is_set_aside_and_the_next_is_read(ledger: Ledger) -> None:
    page = Page(
        mails=(
            RawMail(position=1, raw=b"", size=10, problem="NO from the server"),
            RawMail(position=2, raw=PROMISE, size=len(PROMISE)),
        ),
        cursor=Cursor(validity=1, position=2),
        has_more=False,
    )
    result = take_in(page, folder="shop/sent", role=Role.SENT, store=ledger, rules=RULES, now=NOW)
    assert [mail.position for mail in result.quarantined] == [1]
    assert [mail.problem for mail in ledger.quarantine()] == ["NO from the server"]
    assert only(ledger)


@pytest.mark.parametrize(
    ("offset", "hour"),
    [pytest.param("-0500", 20, id="in New York"), pytest.param("+0100", 14, id="in Berlin")],
)
def test_your_time_is_that_of_the_customers_last_mail(
    ledger: Ledger, offset: str, hour: int
) -> None:
    asked = a_mail_text(
        "Could you call me?",
        id="<ask@client.example>",
        sender="carl@client.example",
        to="ana@shop.example",
        date=f"Sun, 15 Nov 2026 09:00:00 {offset}",
    )
    taken(ledger, asked, role=Role.INBOX)
    taken(ledger, a_mail_text("I'll call you on Thursday at 3pm your time."))
    assert only(ledger).deadline.due_at == datetime(2026, 11, 19, hour, 0, tzinfo=UTC)


def test_a_strangers_mail_among_ours_promises_nothing(ledger: Ledger) -> None:
    raw = a_mail_text(
        "I'll send you the form by Friday.",
        sender="Carl <carl@client.example>",
        to="ana@shop.example, boss@client.example",
    )
    taken(ledger, raw)
    assert ledger.promises(PromiseQuery()) == ()


def test_a_flood_of_promises_is_set_aside(ledger: Ledger) -> None:
    flood = "\r\n\r\n".join(f"I'll send you part {number} by Friday." for number in range(150))
    result = taken(ledger, a_mail_text(flood), PROMISE.replace(b"<1@", b"<2@"))
    assert len(ledger.promises(PromiseQuery())) == 1
    assert "150 promises in one mail" in result.quarantined[0].problem


def test_a_mail_twice_on_one_page_is_one(ledger: Ledger) -> None:
    taken(ledger, PROMISE, PROMISE.replace(b"Friday", b"Thursday"))
    assert len(ledger.promises(PromiseQuery())) == 1


def test_promises_of_different_parts_are_not_tellings_of_one(ledger: Ledger) -> None:
    raws = [
        a_mail_text(f"I'll send you part {number} by Friday.", id=f"<{number}@shop.example>")
        for number in range(3)
    ]
    taken(ledger, *raws)
    assert {promise.same_as for promise in ledger.promises(PromiseQuery())} == {""}
