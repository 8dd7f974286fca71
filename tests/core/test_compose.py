"""No stranger's text becomes a header."""

import base64
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.compose import compose, message_ids
from promisekeeper.core.message import Address
from promisekeeper.core.safetext import safe_text

US = Address(name="promisekeeper", address="promises@shop.example")
ANA = Address(name="Ana", address="ana@shop.example")
ASKED_FOR = {
    "from",
    "to",
    "subject",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}


def composed(subject: str, references: str = "<1@a.example>", body: str = "hello\n") -> bytes:
    headers = {"References": references}
    return compose(sender=US, recipient=ANA, subject=subject, headers=headers, body=body)


HOSTILE = [
    pytest.param("a\r\nBcc: x@evil.example", id="a line end"),
    pytest.param("=?utf-8?q?a=0d=0aBcc=3a_x=40evil.example?=", id="an encoded line end"),
    pytest.param(
        "=?utf-8?b?" + base64.b64encode(b"=?utf-8?q?a=0d=0aBcc=3a_x?=").decode() + "?=",
        id="encoded twice",
    ),
    pytest.param("=?utf-8?q?" + "=0d=0aX:y" * 50 + "?=", id="many of them"),
    pytest.param("\u2028Bcc: x@evil.example", id="a line separator"),
    pytest.param("\u202egnp.exe", id="bidi override"),
    pytest.param("\ud800 lone surrogate", id="a lone surrogate"),
    pytest.param("Ж" * 400, id="long and not Latin"),
    pytest.param("x" * 100_000, id="very long"),
    pytest.param("", id="empty"),
]


@pytest.mark.parametrize("subject", HOSTILE)
def test_a_subject_adds_no_header(subject: str) -> None:
    content = composed(subject)
    assert {name.lower() for name in message_from_bytes(content)} == ASKED_FOR
    assert all(len(line) < 998 for line in content.split(b"\r\n"))


@given(st.text(max_size=300))
def test_no_text_at_all_adds_a_header(subject: str) -> None:
    assert {name.lower() for name in message_from_bytes(composed(subject))} == ASKED_FOR


def test_a_subject_is_still_readable() -> None:
    mail = message_from_bytes(composed("Rückfrage zu Rechnung 7: café"))
    assert str(make_header(decode_header(mail["Subject"]))) == "Rückfrage zu Rechnung 7: café"


def test_long_ids_are_kept_whole() -> None:
    long_id = "<" + "A" * 90 + "@db7pr04mb4921.example>"
    content = composed("hi", references=f"<1@x.example> {long_id}")
    assert long_id.encode() in content


def test_only_ids_come_into_an_id_header() -> None:
    content = composed("hi", references="<1@x.example>\r\nBcc: x@evil.example <2@x.example>")
    mail = message_from_bytes(content)
    assert mail["References"].split() == ["<1@x.example>", "<2@x.example>"]


def test_the_last_ids_are_kept() -> None:
    many = " ".join(f"<{number}@x.example>" for number in range(50))
    assert message_ids(many)[-1] == "<49@x.example>"
    assert len(message_ids(many)) == 12


def test_a_recipient_name_is_one_mailbox() -> None:
    evil = Address(name='Ana" <x@evil.example>, "', address="ana@shop.example")
    content = compose(sender=US, recipient=evil, subject="s", headers={}, body="b\n")
    assert message_from_bytes(content).get_all("To") is not None
    assert content.count(b"<ana@shop.example>") == 1
    parsed = message_from_bytes(content)["To"]
    assert parsed.endswith("<ana@shop.example>")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("a\x1b[31mred\x1b[0m", "a [31mred [0m"),
        ("two\n\n lines", "two lines"),
        ("=?utf-8?q?x?=", "= ?utf-8?q?x?="),
    ],
)
def test_safe_text(raw: str, shown: str) -> None:
    assert safe_text(raw) == shown


def test_an_encoded_line_end_is_no_message_id() -> None:
    assert message_ids("<1@x> <=?utf-8?q?a=0ABcc:v?=@x> <2@x>") == ("<1@x>", "<2@x>")
