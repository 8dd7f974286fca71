"""Acknowledgements on real servers: Dovecot, Exim, and responders on the other side."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from ackshop import AckShop, form_mail, post, wait_for_mails
from servers.dovecot import Dovecot
from servers.exim import Exim
from stress.ack_loops import face_each_other, meet_vacations
from stress.flood_acks import flood

SITE = "forms@site.example"
# What stands in an acknowledgement, and what Exim and Dovecot add on the way.
OURS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "x-auto-response-suppress",
    "x-promisekeeper-promise",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}
SERVERS = {"return-path", "delivered-to", "received", "envelope-to", "delivery-date"}


@pytest.fixture
def shop(tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim) -> AckShop:
    return AckShop(tmp_path, user, dovecot, exim, SITE)


def test_a_visitor_gets_one_letter_as_rfc_3834_wants_it(shop: AckShop) -> None:
    visitor = f"visitor-{shop.user.partition('@')[0]}@client.example"
    post(shop.exim, shop.user, form_mail("f1", email=visitor))
    wait_for_mails(shop.dovecot, shop.user, 1)
    shop.hold_round()
    (raw,) = wait_for_mails(shop.dovecot, visitor, 1)
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Return-Path"] == "<>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<f1@site.example>"
    assert mail["To"] == f"Pia Lund <{visitor}>"
    shop.hold_round()
    assert len(shop.dovecot.mails(visitor)) == 1


def test_vacation_on_the_visitors_side(
    tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim
) -> None:
    result = meet_vacations(tmp_path, user, dovecot, exim, rounds=2)
    assert result.letters_to_a_visitor <= 1
    assert result.suppressed["sent"] == result.visitors
    assert result.answers > 0


def test_two_installations_that_face_each_other(
    tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim
) -> None:
    result = face_each_other(tmp_path, user, dovecot, exim, rounds=3)
    assert result.letters_to_a_visitor <= 1
    assert result.suppressed["own-letter"] > 0


CRLF = "\r\n"
TRICKS = (
    "=?utf-8?q?x=0D=0ABcc:_evil@x.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmlsQHguZXhhbXBsZQ==?=",
    "x%0d%0aBcc: evil@x.example",
    "x\\r\\nBcc: evil@x.example",
    "x\u2028Bcc: evil@x.example",
    "x\x0bBcc: evil@x.example",
    "x\x85Bcc: evil@x.example",
)


@pytest.mark.parametrize("place", ["name", "email", "message", "subject", "more"])
def test_no_field_can_put_a_header_on_the_wire(shop: AckShop, place: str) -> None:
    user = shop.user.partition("@")[0]
    mails = []
    for number, trick in enumerate(TRICKS):
        email = f"{user}-{place}-{number}@client.example"
        fields = {
            "name": {"name": f"Pia {trick}"},
            "email": {"email": f"{email} {trick}"},
            "message": {"message": f"hi{CRLF}{trick}"},
            "subject": {"subject": f"hi {trick}"} if trick.isascii() else {},
            "more": {"more": f"Reply-To: {trick}{CRLF}"} if trick.isascii() else {},
        }[place]
        if trick == TRICKS[5] and place in ("subject", "more"):
            continue  # no server takes a control character there
        mails.append(form_mail(f"{place}-{number}", **{"email": email, **fields}))
    post(shop.exim, shop.user, *mails)
    wait_for_mails(shop.dovecot, shop.user, len(mails))
    shop.hold_round()
    sent = shop.suppressions()["sent"]
    got = []
    for number in range(len(TRICKS)):
        visitor = f"{user}-{place}-{number}@client.example"
        got += shop.dovecot.mails(visitor)
    assert sum(shop.suppressions().values()) == len(mails)
    for raw in got:
        mail = message_from_bytes(raw, policy=policy.default)
        names = {name.lower() for name in mail}
        assert names <= OURS | SERVERS
        assert names >= OURS
        assert "evil" not in raw.decode()
    assert shop.dovecot.mails("evil@x.example") == []
    assert len(got) <= sent
    if place == "message":
        assert sent == len(mails)


@pytest.mark.parametrize("one_address", [True, False], ids=["one address", "many addresses"])
def test_a_flood_trips_the_breaker(tmp_path: Path, one_address: bool) -> None:
    result = flood(tmp_path, 250, one_address=one_address)
    assert result.has_tripped
    assert result.letters == {"ack": 1 if one_address else 20, "ack_breaker": 1}
    assert sum(result.ends.values()) == 250


def test_a_form_of_eleven_megabytes_is_not_acknowledged(shop: AckShop) -> None:
    line = "Email: x@y.example\r\n"
    big = form_mail("big", email="pia@client.example", message=line * (11 * 2**20 // len(line)))
    shop.receive(big)
    shop.hold_round()
    assert shop.suppressions() == {"too-large": 1}


def test_a_list_of_addresses_reaches_nobody(shop: AckShop) -> None:
    name = shop.user.partition("@")[0]
    victims = [f"{name}-{number}@victim.example" for number in range(3)]
    shop.receive(
        form_mail("list", email=", ".join(victims)),
        form_mail("reply-to", email=victims[0], more=f"Reply-To: {', '.join(victims)}\r\n"),
        form_mail("twice", email=f"{victims[0]}\r\nEmail: {victims[1]}"),
    )
    shop.hold_round()
    assert shop.suppressions() == {"several-addresses": 3}
    assert not any(shop.dovecot.mails(victim) for victim in victims)
