"""Form mail in the ledger becomes one letter and one promise for each visitor, or a reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from builders import MONDAY
from fakes import raw_mail
from promisekeeper.core.ackrecords import RULE, ReceiptStage
from promisekeeper.core.acks import AckLimits, Queue
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.formpresets import PRESETS
from promisekeeper.core.forms import Form
from promisekeeper.core.hours import office_hours
from promisekeeper.core.ladder import Policy
from promisekeeper.core.lapsing import SettlingPolicy
from promisekeeper.core.letters import Reader
from promisekeeper.core.mail import Cursor, Page, Role
from promisekeeper.core.message import Address
from promisekeeper.core.promise import Certainty, DeadlineKind, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.receipts import Reception
from promisekeeper.core.records import Letter
from promisekeeper.core.robots import Side
from promisekeeper.core.team import Agent, Team
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.flows.acknowledge import BREAKER, ENABLED, ENABLED_WITH, AckRules, acknowledge
from promisekeeper.flows.followup import follow_up
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.lapses import give_up
from promisekeeper.flows.speaking import FollowUpRules
from promisekeeper.flows.verdicts import settle_news
from promisekeeper.store.ledger import Ledger

SITE = "forms@site.example"
VISITOR = "pia@client.example"
HOURS = office_hours(UTC)
SIDE = Side(addresses=frozenset({"help@shop.example"}), domains=frozenset({"shop.example"}))
FORM = Form(id="contact", senders=(SITE,), labels=PRESETS["netlify"].all_labels, title="our shop")
RULES = AckRules(
    limits=AckLimits(),
    forms={"contact": FORM},
    queues={"contact": Queue(name="Our team", address="ana@shop.example", hours=HOURS)},
    sender=Address(name="Shop", address="help@shop.example"),
    company="Shop",
    texts=TemplateTexts(),
    alerts_to=Reader(name="Lead", address="help@shop.example", zone=UTC),
    control_address="pk@shop.example",
)
INTAKE = IntakeRules(
    team=Team(
        agents=(Agent(name="Ana", addresses=("ana@shop.example",), hours=HOURS),),
        own_domains=("shop.example",),
        hours=HOURS,
    ),
    defaults=FollowUpDefaults(),
    settling=SettlingPolicy(),
    reception=Reception(forms=(FORM,), side=SIDE),
)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as ledger:
        ledger.set_ack_setting(ENABLED, (MONDAY - timedelta(days=1)).isoformat())
        yield ledger


class Desk:
    """A shop at a time: mail comes in, rounds are held."""

    def __init__(self, ledger: Ledger, rules: AckRules = RULES) -> None:
        self.ledger = ledger
        self.rules = rules
        self.now = MONDAY
        self.count = 0

    def receive(self, *mails: str, role: Role = Role.INBOX) -> None:
        raws = []
        for mail in mails:
            self.count += 1
            raws.append(replace(raw_mail(mail.encode(), self.count), received_at=self.now))
        take_in(
            Page(
                mails=tuple(raws),
                cursor=Cursor(validity=1, position=self.count),
                has_more=False,
            ),
            folder=f"shop/{role}",
            role=role,
            store=self.ledger,
            rules=INTAKE,
            now=self.now,
        )

    def round(self) -> list[str]:
        """What became of each form mail: "sent", or the reason why not."""
        done = acknowledge(self.ledger, rules=self.rules, now=self.now)
        settle_news(self.ledger, INTAKE)
        return [receipt.reason or receipt.stage.value for receipt in done]

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)

    @property
    def letters(self) -> list[Letter]:
        return [entry.letter for entry in self.ledger.letters()]

    @property
    def promises(self) -> tuple[Promise, ...]:
        return self.ledger.promises(PromiseQuery())


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    return Desk(ledger)


def form_mail(
    number: int = 1,
    *,
    address: str = VISITOR,
    name: str = "Pia Lund",
    more: str = "",
    at: str = "09:00",
) -> str:
    return (
        f"From: Site <{SITE}>\nTo: help@shop.example\nSubject: Contact\n{more}"
        f"Date: Mon, 16 Nov 2026 {at}:00 +0000\nMessage-ID: <form-{number}@site.example>\n"
        f"\nName: {name}\nEmail: {address}\nMessage: When do you open? http://spam.example\n"
    )


def answer(at: datetime, *, to: str = VISITOR, more: str = "") -> str:
    return (
        f"From: Ana <ana@shop.example>\nTo: {to}\nSubject: Re: Contact\n{more}"
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\n"
        f"Message-ID: <answer-{at.timestamp()}@shop.example>\n\nWe open at nine.\n"
    )


def parsed(letter: Letter) -> EmailMessage:
    mail = message_from_bytes(letter.content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_a_visitor_gets_one_letter_and_a_promise(desk: Desk) -> None:
    desk.receive(form_mail())
    assert desk.round() == ["sent"]
    (letter,) = desk.letters
    mail = parsed(letter)
    assert (letter.sender, letter.recipient) == ("", VISITOR)
    assert mail["To"] == f"Pia Lund <{VISITOR}>"
    assert mail["From"] == "Shop <help@shop.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<form-1@site.example>"
    assert "<form-1@site.example>" in mail["References"]
    text = mail.get_content()
    assert "Our team will answer you by Tuesday 17 November, 09:00, our time (UTC)." in text
    assert "When do you open" not in letter.content.decode()
    assert "spam.example" not in letter.content.decode()
    (promise,) = desk.promises
    assert (promise.rule, promise.owner, promise.customer) == (RULE, "Our team", VISITOR)
    assert promise.deadline.due_at == datetime(2026, 11, 17, 9, tzinfo=UTC)
    assert promise.words in text
    assert promise.certainty is Certainty.CERTAIN


def test_the_same_mail_again_is_nothing_new(desk: Desk) -> None:
    desk.receive(form_mail())
    desk.round()
    desk.receive(form_mail())
    assert desk.round() == []
    assert len(desk.letters) == 1


@pytest.mark.parametrize(
    ("mail", "state"),
    [
        pytest.param(answer(MONDAY + timedelta(hours=3)), State.KEPT, id="in time"),
        pytest.param(answer(MONDAY + timedelta(days=2)), State.LATE, id="late"),
        pytest.param(
            answer(
                MONDAY + timedelta(hours=3),
                to="pia@home.example",
                more="In-Reply-To: <form-1@site.example>\n",
            ),
            State.KEPT,
            id="to another address, as an answer to the form's mail",
        ),
        pytest.param(answer(MONDAY + timedelta(hours=3), to="x@y.example"), State.OPEN, id="else"),
        pytest.param(
            answer(
                MONDAY + timedelta(hours=3),
                to="bo@shop.example",
                more="References: <form-1@site.example>\n",
            ),
            State.OPEN,
            id="to a colleague",
        ),
        pytest.param(
            answer(
                MONDAY + timedelta(hours=3),
                to=SITE,
                more="In-Reply-To: <form-1@site.example>\n",
            ),
            State.OPEN,
            id="to the form's own address",
        ),
        pytest.param(
            answer(
                MONDAY + timedelta(hours=3),
                to="parts@supplier.example",
                more="In-Reply-To: <form-1@site.example>\n",
            ).replace("Subject: Re:", "Subject: Fwd:"),
            State.OPEN,
            id="forwarded to somebody else",
        ),
        pytest.param(
            answer(MONDAY + timedelta(hours=3), more="Auto-Submitted: auto-replied\n"),
            State.OPEN,
            id="by a machine",
        ),
    ],
)
def test_the_first_answer_by_a_person_keeps_it(desk: Desk, mail: str, state: State) -> None:
    desk.receive(form_mail())
    desk.round()
    desk.later(days=3)
    desk.receive(mail, role=Role.SENT)
    desk.round()
    assert [promise.state for promise in desk.promises] == [state]


def test_an_answer_in_a_new_thread_to_the_other_address_keeps_it(desk: Desk) -> None:
    desk.receive(form_mail(more="Reply-To: pia@home.example\n"))
    desk.round()
    desk.later(hours=3)
    desk.receive(answer(desk.now, to="bo@home.example"), role=Role.SENT)
    desk.round()
    assert [promise.state for promise in desk.promises] == [State.OPEN]
    desk.later(hours=1)
    desk.receive(answer(desk.now, to="pia@home.example"), role=Role.SENT)
    desk.round()
    assert [promise.state for promise in desk.promises] == [State.KEPT]


@pytest.mark.parametrize("shared", [SITE, "office@agency.example", "noreply@agency.example"])
def test_an_address_that_all_forms_name_is_no_visitors(desk: Desk, shared: str) -> None:
    for number, address in enumerate((VISITOR, "bo@other.example")):
        desk.receive(form_mail(number, address=address, more=f"Reply-To: {shared}\n"))
    desk.round()
    desk.later(hours=3)
    desk.receive(answer(desk.now, to=shared), role=Role.SENT)
    desk.round()
    assert {promise.state for promise in desk.promises} == {State.OPEN}


def test_an_address_beyond_our_letters_waits_on_us(desk: Desk) -> None:
    desk.receive(form_mail(address="zoë@müller.example"))
    assert desk.round() == ["international-address"]
    assert desk.letters == []
    assert [promise.customer for promise in desk.promises] == ["zoë@müller.example"]


def test_who_was_answered_already_gets_no_receipt(desk: Desk) -> None:
    desk.receive(form_mail())
    desk.later(minutes=5)
    desk.receive(answer(desk.now), role=Role.SENT)
    assert desk.round() == ["answered"]
    assert [promise.state for promise in desk.promises] == [State.KEPT]


def test_nobody_is_acknowledged_before_the_sent_folder_was_read(ledger: Ledger) -> None:
    desk = Desk(ledger, replace(RULES, sent_folders=("shop/sent",)))
    ledger.note_read("shop/sent", MONDAY - timedelta(minutes=1))
    desk.later(hours=2)
    desk.receive(form_mail())
    assert desk.round() == []
    desk.receive(answer(MONDAY + timedelta(hours=1)), role=Role.SENT)
    ledger.note_read("shop/sent", desk.now)
    assert desk.round() == ["answered"]
    assert desk.letters == []


def test_a_sent_folder_that_cannot_be_read_hides_no_form_mail_for_ever(ledger: Ledger) -> None:
    desk = Desk(ledger, replace(RULES, sent_folders=("shop/sent",)))
    desk.receive(form_mail())
    assert desk.round() == []
    desk.later(days=1, minutes=1)
    assert desk.round() == ["too-old"]
    assert len(desk.promises) == 1


def test_while_they_are_off_a_form_mail_waits_on_us(desk: Desk) -> None:
    desk.ledger.set_ack_setting(ENABLED, "")
    desk.receive(form_mail(), form_mail(2))
    assert desk.round() == ["off", "off"]
    (promise,) = desk.promises
    assert desk.letters == []
    assert (promise.state, promise.certainty) == (State.OPEN, Certainty.POSSIBLE)
    assert promise.deadline.kind is DeadlineKind.NONE
    desk.later(days=200)
    assert give_up(desk.ledger, INTAKE, desk.now) == 0
    desk.receive(answer(desk.now), role=Role.SENT)
    desk.round()
    assert desk.promises[0].state is State.KEPT


def test_a_mail_after_the_answer_waits_for_another(desk: Desk) -> None:
    """All of it read at once, as after a pause of the daemon."""
    desk.ledger.set_ack_setting(ENABLED, "")
    desk.receive(form_mail())
    desk.later(hours=1)
    desk.receive(answer(desk.now), role=Role.SENT)
    desk.later(hours=1)
    desk.receive(form_mail(2, at="11:00"), form_mail(3, at="11:00"))
    assert desk.round() == ["off", "off", "off"]
    assert [promise.state for promise in desk.promises] == [State.KEPT, State.OPEN]


def test_other_settings_than_were_enabled_acknowledge_nobody(ledger: Ledger) -> None:
    desk = Desk(ledger, replace(RULES, fingerprint="new"))
    ledger.set_ack_setting(ENABLED_WITH, "old")
    desk.receive(form_mail())
    assert desk.round() == ["not-previewed"]
    assert desk.letters == []
    assert len(desk.promises) == 1


def test_a_dry_run_logs_and_sends_nothing(ledger: Ledger) -> None:
    desk = Desk(ledger, replace(RULES, limits=AckLimits(is_dry=True)))
    desk.receive(form_mail())
    assert desk.round() == ["would"]
    assert desk.letters == []
    assert ledger.receipts()[0].stage is ReceiptStage.WOULD


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (form_mail(more="Auto-Submitted: auto-generated\n"), "auto-submitted"),
        (form_mail(more="Return-Path: <>\n"), "null-sender"),
        (form_mail(more="X-Spam-Flag: YES\n"), "spam"),
        (form_mail(address="noreply@client.example"), "system-address"),
        (form_mail(address="ana@shop.example"), "own-address"),
        (form_mail(address="none"), "no-address"),
        (form_mail(name="Win http://x.example"), "advertising-name"),
        (form_mail(more="Reply-To: a@x.example, b@x.example\n"), "several-addresses"),
    ],
)
def test_who_gets_none_leaves_a_reason_and_no_promise(desk: Desk, mail: str, reason: str) -> None:
    desk.receive(mail)
    assert desk.round() == [reason]
    assert (desk.letters, desk.promises) == ([], ())
    (receipt,) = desk.ledger.receipts()
    assert receipt.source


def test_limits_hold_over_rounds_and_spellings(desk: Desk) -> None:
    desk.receive(form_mail(1), form_mail(2, address="PIA+x@client.example"))
    assert desk.round() == ["sent", "limit-address-hour"]
    desk.later(minutes=59)
    desk.receive(form_mail(3))
    assert desk.round() == ["limit-address-hour"]
    desk.later(minutes=2)
    desk.receive(form_mail(4))
    assert desk.round() == ["sent"]
    for hour in range(1, 4):
        desk.later(minutes=61)
        desk.receive(form_mail(10 + hour))
        assert desk.round() == ["sent" if hour == 1 else "limit-address-day"]


def test_a_flood_opens_the_breaker_and_tells_the_lead_once(desk: Desk) -> None:
    visitors = [form_mail(number, address=f"v{number}@gmail.com") for number in range(300)]
    desk.receive(*visitors)
    got = desk.round()
    assert got[:20] == ["sent"] * 20
    assert set(got[20:]) == {"limit-minute", "breaker"}
    alerts = [letter for letter in desk.letters if letter.kind == "ack_breaker"]
    assert [letter.recipient for letter in alerts] == ["help@shop.example"]
    desk.later(minutes=30)
    desk.receive(form_mail(1000, address="late@gmail.com"))
    assert desk.round() == ["breaker"]
    desk.later(minutes=31)
    desk.receive(form_mail(1001, address="later@gmail.com"))
    assert desk.round() == ["sent"]
    # Nobody is forgotten for all that.
    assert len(desk.promises) == 302


def test_a_flood_with_one_address_opens_the_breaker_too(desk: Desk) -> None:
    desk.receive(*(form_mail(number) for number in range(250)))
    got = desk.round()
    assert got.count("sent") == 1
    assert desk.ledger.ack_setting(BREAKER)


@pytest.mark.parametrize(
    ("back", "reason"),
    [(timedelta(days=2), "before-enabled"), (timedelta(hours=23), "sent")],
)
def test_what_came_before_is_not_acknowledged(desk: Desk, back: timedelta, reason: str) -> None:
    desk.now = MONDAY - back
    desk.receive(form_mail())
    desk.now = MONDAY
    assert desk.round() == [reason]


def test_old_mail_is_not_acknowledged(desk: Desk) -> None:
    desk.receive(form_mail())
    desk.later(hours=25)
    assert desk.round() == ["too-old"]


def test_a_form_that_is_configured_no_more(ledger: Ledger) -> None:
    desk = Desk(ledger, replace(RULES, forms={}, queues={}))
    desk.receive(form_mail())
    assert desk.round() == ["form-not-configured"]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_letter_speaks_the_forms_language(ledger: Ledger, language: str) -> None:
    rules = replace(RULES, forms={"contact": replace(FORM, language=language)})
    desk = Desk(ledger, rules)
    desk.receive(form_mail())
    desk.round()
    (promise,) = desk.promises
    assert promise.words in " ".join(parsed(desk.letters[0]).get_content().split())


def test_outside_hours_the_letter_says_so(desk: Desk) -> None:
    desk.ledger.set_ack_setting(ENABLED, (MONDAY - timedelta(days=9)).isoformat())
    desk.now = MONDAY - timedelta(days=2, hours=1)
    desk.receive(form_mail())
    desk.round()
    text = parsed(desk.letters[0]).get_content()
    assert "closed at the moment and are back on Monday 16 November at 09:00" in text
    assert "by Tuesday 17 November, 09:00" in text


ANGRY = "Message: This is the third time I write. Nobody answers! It is unacceptable. I am furious."


def test_an_upset_customer_with_an_open_promise_hears_from_a_person_only(desk: Desk) -> None:
    angry = form_mail(2).replace("Message: When do you open? http://spam.example", ANGRY)
    desk.receive(form_mail(1))
    assert desk.round() == ["sent"]
    desk.later(hours=2)
    desk.receive(angry)
    assert desk.round() == ["upset"]
    desk.later(hours=2)
    desk.receive(form_mail(3))
    assert desk.round() == ["upset"]
    desk.later(minutes=5)
    desk.receive(answer(desk.now), role=Role.SENT)
    desk.round()
    desk.later(minutes=5)
    desk.receive(form_mail(4, at="13:10"))
    assert desk.round() == ["sent"]


def test_an_upset_visitor_whom_nobody_owes_anything_gets_a_receipt(desk: Desk) -> None:
    desk.receive(form_mail(2).replace("Message: When do you open? http://spam.example", ANGRY))
    assert desk.round() == ["sent"]


def test_what_a_receipt_promised_is_followed_up_like_any_other(desk: Desk) -> None:
    """Monday 9:00, due Tuesday 9:00: the queue is reminded, then the lead is told."""
    rules = FollowUpRules(
        policy=Policy(), sender="pk@shop.example", texts=TemplateTexts(), lead="help@shop.example"
    )
    desk.receive(form_mail())
    desk.round()
    kinds = []
    for hour in (0, 5, 25, 33):
        desk.now = MONDAY + timedelta(hours=hour)
        follow_up(desk.ledger, rules=rules, intake=INTAKE, now=desk.now)
        letters = [entry.letter for entry in desk.ledger.letters()]
        kinds = [(one.kind, one.recipient) for one in letters if one.kind != "ack"]
    assert ("reminder", "ana@shop.example") in kinds
    assert any(recipient == "help@shop.example" for _, recipient in kinds)


def test_what_only_waits_reminds_nobody(desk: Desk) -> None:
    rules = FollowUpRules(policy=Policy(), sender="pk@shop.example", texts=TemplateTexts())
    desk.ledger.set_ack_setting(ENABLED, "")
    desk.receive(form_mail())
    desk.round()
    for days in range(20):
        desk.now = MONDAY + timedelta(days=days)
        follow_up(desk.ledger, rules=rules, intake=INTAKE, now=desk.now)
    assert desk.letters == []


def test_a_sender_that_no_letter_can_carry_stops_no_round(ledger: Ledger) -> None:
    desk = Desk(ledger, replace(RULES, sender=Address(name="Shop", address="")))
    desk.receive(form_mail())
    assert desk.round() == ["impossible"]
    assert desk.letters == []
    assert [promise.certainty for promise in desk.promises] == [Certainty.POSSIBLE]
