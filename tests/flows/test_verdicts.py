"""Verdicts over a real ledger: any order, corrections, bounces, retellings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import a_mail_text, raw_mail
from promisekeeper.core.corrections import Voice, done, reopened
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.hours import office_hours
from promisekeeper.core.ladder import Policy
from promisekeeper.core.mail import Cursor, Page, Role
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.settling import SettlingPolicy, margin
from promisekeeper.core.team import Agent, Team
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.flows.followup import follow_up
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.lapses import give_up
from promisekeeper.flows.speaking import FollowUpRules
from promisekeeper.store.ledger import Ledger

HOURS = office_hours(ZoneInfo("UTC"))
RULES = IntakeRules(
    team=Team(
        agents=(
            Agent(name="Ana Ortiz", addresses=("ana@shop.example",), hours=HOURS),
            Agent(name="Ben Adler", addresses=("ben@shop.example",), hours=HOURS),
        ),
        own_domains=("shop.example",),
    ),
    defaults=FollowUpDefaults(),
    settling=SettlingPolicy(),
)
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LONG_AFTER = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
CARL = "Carl Ebner <carl@client.example>"
ANA = "Ana Ortiz <ana@shop.example>"

Mail = tuple[Role, bytes]


def ours(text: str, day: int, hour: int = 9, *, is_reply: bool = False, **changes: str) -> Mail:
    named = {"id": f"<{day}-{hour}@shop.example>"}
    return Role.SENT, a_mail(text, day, hour, is_reply, {**named, **changes})


def theirs(text: str, day: int, hour: int = 9, *, is_reply: bool = True, **changes: str) -> Mail:
    named = {"id": f"<{day}-{hour}@client.example>", "sender": CARL, "to": ANA}
    return Role.INBOX, a_mail(text, day, hour, is_reply, {**named, **changes})


def a_mail(text: str, day: int, hour: int, is_reply: bool, values: dict[str, str]) -> bytes:
    if is_reply:
        values = {"answers": "<p@shop.example>", "subject": "Re: Your invoice", **values}
    return a_mail_text(text, date=f"{day} Nov 2026 {hour:02}:00:00 +0000", **values)


PROMISE = ours("I'll send you the new invoice by Friday.", 16, id="<p@shop.example>")


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as opened:
        yield opened


def read(ledger: Ledger, mails: Sequence[Mail]) -> None:
    for role, raw in mails:
        page = Page(mails=(raw_mail(raw),), cursor=Cursor(validity=1, position=1), has_more=False)
        take_in(page, folder=role, role=role, store=ledger, rules=RULES, now=NOW)


def promises(ledger: Ledger) -> list[Promise]:
    found = ledger.promises(PromiseQuery())
    return sorted(found, key=lambda one: (one.made_at, one.start))


STORY = (
    PROMISE,
    theirs("Thanks, no hurry.", 16, 12),
    ours("The invoice needs a signature; you'll have it on Tuesday instead.", 18, is_reply=True),
    ours("Once you send me the order number I'll check the price as well.", 18, 11, is_reply=True),
    theirs("My order number is 44718.", 19),
    ours("I'm still waiting for the signature.", 20, is_reply=True),
    ours("Here is the new invoice, signed.", 24, 10, is_reply=True),
    ours("As for order 44718: the price comes to 120.", 25, 10, is_reply=True),
    theirs("Never mind the price.", 26),
)


@settings(max_examples=25, deadline=None)
@given(st.permutations(STORY))
def test_the_order_of_mails_does_not_matter(mails: list[Mail]) -> None:
    with Ledger(":memory:") as straight, Ledger(":memory:") as shuffled:
        read(straight, STORY)
        read(shuffled, [*mails, *mails[:3]])
        assert [replace(one, id=None) for one in promises(straight)] == [
            replace(one, id=None) for one in promises(shuffled)
        ]


def test_the_story_ends_as_it_was_told(ledger: Ledger) -> None:
    read(ledger, STORY)
    first, second, third = promises(ledger)
    assert (first.state, first.moved_to) == (State.MOVED, second.key)
    assert (second.state, second.moved_from) == (State.KEPT, first.key)
    assert margin(second, HOURS) == timedelta(hours=7)
    assert third.state is State.KEPT
    assert third.condition_met_at == datetime(2026, 11, 19, 9, tzinfo=UTC)
    assert "takes over" in [event.action for event in ledger.events(second.key)]


def test_a_correction_wins_over_what_mail_shows(ledger: Ledger) -> None:
    read(ledger, STORY[:1])
    (promise,) = promises(ledger)
    ledger.change(done(promise, Voice(actor="ana", now=NOW), at=NOW, note="by phone"))
    read(ledger, STORY[1:])
    read(ledger, STORY)
    assert promises(ledger)[0].state is State.LATE
    assert promises(ledger)[0].settled_at == NOW


def test_a_correction_that_was_taken_back_lets_mail_speak(ledger: Ledger) -> None:
    read(ledger, STORY[:1])
    (promise,) = promises(ledger)
    ledger.change(done(promise, Voice(actor="ana", now=NOW), at=NOW))
    (judged,) = promises(ledger)
    back = reopened(judged, ledger.events(judged.key), Voice(actor="ana", now=NOW))
    assert back is not None
    ledger.change(back)
    read(ledger, STORY[1:])
    assert promises(ledger)[0].state is State.MOVED


def test_what_mail_showed_can_be_reopened_for_good(ledger: Ledger) -> None:
    delivery = ours("Here is the new invoice.", 17, is_reply=True)
    read(ledger, [PROMISE, delivery])
    (kept,) = promises(ledger)
    assert kept.state is State.KEPT
    back = reopened(kept, ledger.events(kept.key), Voice(actor="ana", now=NOW))
    assert back is not None
    ledger.change(back)
    read(ledger, [theirs("Thank you.", 18)])
    assert promises(ledger)[0].state is State.OPEN


BOUNCE = (
    Role.INBOX,
    a_mail_text(
        "Your message could not be delivered.\r\n\r\n<carl@client.example>: 550 User unknown",
        id="<bounce@mx.example>",
        sender="mailer-daemon@mx.example",
        to=ANA,
        date="Tue, 17 Nov 2026 10:01:00 +0000",
        subject="Undelivered Mail Returned to Sender",
        headers="Auto-Submitted: auto-replied",
    ),
)


def test_a_delivery_that_came_back_is_none(ledger: Ledger) -> None:
    delivery = ours("Here is the new invoice.", 17, 10, is_reply=True)
    read(ledger, [PROMISE, delivery, BOUNCE])
    (promise,) = promises(ledger)
    assert promise.state is State.OPEN
    read(ledger, [ours("Here is the new invoice, once more.", 23, is_reply=True)])
    assert promises(ledger)[0].state is State.LATE


def test_no_letter_goes_where_mail_came_back_from_lately(ledger: Ledger) -> None:
    read(ledger, [BOUNCE])
    assert "<bounce@mx.example>" in ledger.suppressed("carl@client.example")


def test_mail_that_came_back_long_ago_keeps_no_letter_back(ledger: Ledger) -> None:
    role, raw = BOUNCE
    read(ledger, [(role, raw.replace(b"Nov 2026", b"Nov 2025"))])
    assert ledger.suppressed("carl@client.example") == ""


def test_a_colleague_may_deliver_in_another_conversation(ledger: Ledger) -> None:
    other = ours("Here is the new invoice.", 17, sender="ben@shop.example", subject="Invoice 77")
    read(ledger, [PROMISE, other])
    assert promises(ledger)[0].state is State.KEPT


def test_what_looks_kept_is_never_called_broken(ledger: Ledger) -> None:
    read(ledger, [PROMISE, theirs("The invoice arrived this morning, thank you.", 18)])
    assert promises(ledger)[0].is_maybe_kept
    assert give_up(ledger, RULES, LONG_AFTER) == 0


def test_without_any_sign_it_is_broken_at_the_end_of_the_tenth_day(ledger: Ledger) -> None:
    read(ledger, [PROMISE, theirs("Ok, thanks.", 18)])
    assert give_up(ledger, RULES, LONG_AFTER) == 1
    (broken,) = promises(ledger)
    assert (broken.state, broken.settled_at) == (
        State.BROKEN,
        datetime(2026, 12, 4, 17, tzinfo=UTC),
    )


def test_one_promise_told_twice_is_reminded_of_once(ledger: Ledger) -> None:
    again = ours("As I said, I'll send you the new invoice by Friday.", 17, is_reply=True)
    read(ledger, [PROMISE, again])
    first, second = promises(ledger)
    assert second.same_as == first.key
    rules = FollowUpRules(policy=Policy(), sender="promises@shop.example", texts=TemplateTexts())
    decided = follow_up(ledger, rules=rules, intake=RULES, now=NOW)
    assert {step.promise_key for step in decided.steps} == {first.key}
    assert len(decided.letters) == 1


def test_two_promises_of_one_sentence_are_tracked_as_one(ledger: Ledger) -> None:
    text = "I'll ask the board on Wednesday and you will have our answer on Friday."
    read(ledger, [ours(text, 16)])
    (promise,) = promises(ledger)
    assert promise.deadline.due_at == datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert promise.deadline.alternative == datetime(2026, 11, 18, 17, tzinfo=UTC)
    assert promise.words[promise.start : promise.end] == text.rstrip(".")


@pytest.mark.parametrize(
    ("days", "is_history"),
    [pytest.param(7, True, id="deleted by now"), pytest.param(30, False, id="still kept")],
)
def test_a_folder_numbered_anew_brings_no_news_older_than_what_is_kept(
    ledger: Ledger, days: int, is_history: bool
) -> None:
    rules = replace(RULES, retained=timedelta(days=days))
    role, raw = PROMISE
    page = Page(mails=(raw_mail(raw),), cursor=Cursor(validity=2, position=1), has_more=False)
    take_in(page, folder="sent", role=role, store=ledger, rules=rules, now=NOW)
    assert [promise.is_history for promise in promises(ledger)] == [is_history]
