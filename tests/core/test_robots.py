"""May a machine answer this mail? One case for each rule, and for what must not trip it."""

import json
from pathlib import Path

import pytest

from builders import MONDAY
from promisekeeper.core.message import Address, Message
from promisekeeper.core.mime import read_message
from promisekeeper.core.robots import (
    RULES,
    Side,
    auto_submitted,
    is_automatic,
    is_system_name,
    may_answer,
    may_write_to,
)

SIDE = Side(
    addresses=frozenset({"help@shop.example", "pk@shop.example"}),
    domains=frozenset({"shop.example"}),
    authserv_id="mx.shop.example",
)
BLIND = Path(__file__).parent.parent / "data" / "robots" / "mails.jsonl"


def mail(
    *lines: str, body: str = "When do you open?", sender: str = "Pia <pia@b.example>"
) -> Message:
    head = (
        "Return-Path: <pia@b.example>",
        f"From: {sender}",
        "To: help@shop.example",
        "Message-ID: <1@b.example>",
    )
    names = {line.partition(":")[0].lower() for line in lines}
    kept = [line for line in head if line.partition(":")[0].lower() not in names]
    raw = "\r\n".join([*kept, *lines, "", body])
    return read_message(raw.encode(), received_at=MONDAY)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "no"),
        ("no", "no"),
        ("No (a person)", "no"),
        ("no; owner=x", "no"),
        ("auto-replied", "auto-replied"),
        ("AUTO-Generated (nightly)", "auto-generated"),
        ("(comment) auto-replied; owner-email=x", "auto-replied"),
    ],
)
def test_auto_submitted(value: str, expected: str) -> None:
    headers = {"auto-submitted": (value,)} if value else {}
    message = Message(message_id="<1@a.example>", sent_at=MONDAY, sender=Address(), headers=headers)
    assert auto_submitted(value) == expected
    assert is_automatic(message) is (expected != "no")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("X-Promisekeeper-Promise: 1", "own-letter"),
        ("X-Loop: help@shop.example", "own-letter"),
        ("Return-Path: <>", "null-sender"),
        ("Return-Path: < >", "null-sender"),
        ("Auto-Submitted: auto-replied (vacation)", "auto-submitted"),
        ('Content-Type: multipart/report; boundary="x"', "report"),
        ("Content-Type: message/disposition-notification", "report"),
        ("X-Failed-Recipients: a@b.example", "failed-recipients"),
        ("List-Id: <news.b.example>", "list"),
        ("List-Unsubscribe: <https://b.example/u>", "list"),
        ("Precedence: BULK", "bulk"),
        ("X-Precedence: auto_reply", "bulk"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "suppressed"),
        ("X-Autorespond: yes", "robot-header"),
        ("From: undisclosed", "no-address"),
        ("From: a@b.example, c@d.example", "several-authors"),
        ("From: help@shop.example", "own-address"),
        ("From: shop@web.shop.example", "own-address"),
        ("Sender: pk@shop.example", "own-address"),
        ("From: No Reply <no_reply@b.example>", "system-address"),
        ("Return-Path: <friends-request@b.example>", "system-address"),
        ("Return-Path: <friends-admin@b.example>", "system-address"),
        ("X-Spam-Flag: YES", "spam"),
        ("X-Spam-Status: Yes, score=9.1", "spam"),
        (
            "Authentication-Results: mx.shop.example; dmarc=fail header.from=b.example",
            "not-authentic",
        ),
    ],
)
def test_one_sign_is_enough_where_it_is_sure(line: str, reason: str) -> None:
    assert may_answer(mail(line), SIDE).reason == reason


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: DR, RN, NRN",
        "X-Spam-Status: No, score=-1.0",
        "Precedence: first-class",
        "Return-Path: <prvs=1234567890=pia@b.example>",
        "From: Shop Owner <shop-owner@b.example>",
        # Only our own server's word counts, and a forwarder's SPF failure is none.
        "Authentication-Results: mx.other.example; dmarc=fail header.from=b.example",
        "Authentication-Results: mx.shop.example; spf=fail; dkim=pass header.d=b.example",
        "Subject: Undelivered parcel 4711",
        "Subject: Out of office chairs?",
        "Subject: Re: Automatic door",
        "Subject: Fwd: Undelivered Mail Returned to Sender",
    ],
)
def test_a_person_is_answered(line: str) -> None:
    assert may_answer(mail(line), SIDE).may


def test_every_rule_names_its_source() -> None:
    assert all(reason and source for reason, source, _ in RULES)
    assert len({reason for reason, _, _ in RULES}) == len(RULES)


def test_the_first_rule_wins() -> None:
    both = mail("Return-Path: <>", "Auto-Submitted: auto-replied")
    verdict = may_answer(both, SIDE)
    assert (verdict.reason, verdict.source) == ("null-sender", "RFC 3834, 2")


def test_what_is_only_for_others_is_not_answered_where_that_is_asked() -> None:
    side = Side(addresses=frozenset({"help@shop.example"}), must_be_addressed=True)
    assert may_answer(mail("To: all@b.example"), side).reason == "not-addressed"
    assert may_answer(mail("To: all@b.example", "Resent-To: help@shop.example"), side).may
    assert may_answer(mail(), side).may


def test_what_an_exchange_server_writes_on_all_mail_can_be_ignored() -> None:
    suppressed = mail("X-Auto-Response-Suppress: All")
    assert may_answer(suppressed, Side(heeds_suppress=False)).may


def test_a_large_mail_is_not_answered() -> None:
    assert may_answer(mail(), SIDE, size=11 * 1024 * 1024).reason == "too-large"


def test_a_forms_sender_is_a_machine_and_may_say_so() -> None:
    form = mail("From: noreply@forms.example", "List-Unsubscribe: <https://forms.example/u>")
    assert not may_answer(form, SIDE).may
    assert may_answer(form, SIDE, is_form=True).may
    own = mail("From: web@shop.example", "Return-Path: <web@shop.example>")
    assert may_answer(own, SIDE, is_form=True).may
    for line in ("Return-Path: <>", "Auto-Submitted: auto-generated", "List-Id: <a.example>"):
        assert not may_answer(mail(line), SIDE, is_form=True).may


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("pia@b.example", ""),
        ("none", "no-address"),
        ("help@shop.example", "own-address"),
        ("tv@eu.shop.example", "own-address"),
        ("no-reply@b.example", "system-address"),
        ("mailer-daemon@b.example", "system-address"),
    ],
)
def test_a_visitors_address(address: str, reason: str) -> None:
    assert may_write_to(address, SIDE).reason == reason


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("donotreply@b.example", True),
        ("please.do-not.reply@b.example", True),
        ("owner-friends@b.example", True),
        ("bounces+pia=b.example@lists.example", True),
        ("prvs=99aa=mailer-daemon@b.example", True),
        ("nora.reply@b.example", False),
        ("abuela@b.example", False),
        ("it-admin@b.example", False),
    ],
)
def test_system_names(address: str, expected: bool) -> None:
    assert is_system_name(address) is expected


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(json.loads(line), id=json.loads(line)["id"])
        for line in BLIND.read_text(encoding="utf-8").splitlines()
    ],
)
def test_blind_set(case: dict[str, object]) -> None:
    """Mails written before they were run: robots without a header to betray them, and people."""
    lines = [f"{name}: {value}" for name, value in dict(case["headers"]).items()]  # type: ignore[call-overload]
    got = may_answer(mail(*lines, body=str(case["body"])), SIDE)
    assert got.may is case["may"]


@pytest.mark.parametrize("address", ["help+x@gmail.com", "he.lp@gmail.com", "help@googlemail.com"])
def test_our_own_mailbox_has_many_spellings(address: str) -> None:
    side = Side(addresses=frozenset({"help@gmail.com"}))
    assert may_write_to(address, side).reason == "own-address"
    assert may_write_to("helper@gmail.com", side).may
