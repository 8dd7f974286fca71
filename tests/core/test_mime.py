import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import efforts
from promisekeeper.core.message import Address, Message
from promisekeeper.core.mime import MAX_MAIL_BYTES, MAX_PARTS, peek_message_id, read_message
from promisekeeper.core.quoting import own_words
from promisekeeper.errors import MessageUnreadableError

MAILS = Path(__file__).parent.parent / "data" / "mail"
RECEIVED_AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def read(raw: bytes) -> Message:
    return read_message(raw, received_at=RECEIVED_AT)


def pairs(addresses: tuple[Address, ...]) -> list[list[str]]:
    return [[each.name, each.address] for each in addresses]


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in sorted(MAILS.glob("*.eml"))]
)
def test_mail_is_read_as_expected(path: Path) -> None:
    expected = tomllib.loads(path.with_suffix(".expected.toml").read_text(encoding="utf-8"))
    raw = path.read_bytes()
    mail = read(raw)
    words = own_words(mail.text)
    got: dict[str, object] = {
        "message_id": "derived" if "@derived.invalid" in mail.message_id else mail.message_id,
        "sent_at": "received" if mail.sent_at == RECEIVED_AT else mail.sent_at.isoformat(),
        "sender": [mail.sender.name, mail.sender.address],
        "to": pairs(mail.to),
        "cc": pairs(mail.cc),
        "reply_to": pairs(mail.reply_to),
        "subject": mail.subject,
        "references": list(mail.references),
        "text": mail.text,
        "attachments": list(mail.attachments),
        "is_truncated": mail.is_truncated,
        "headers": {name: list(values) for name, values in mail.headers.items()},
        "own": words.text,
        "signature": words.signature,
        "quoted": words.quoted,
        "is_forward": words.is_forward,
    }
    named = {name: got[name] for name in expected}
    if "headers" in expected:
        named["headers"] = {name: list(mail.headers[name]) for name in expected["headers"]}
    for name in ("text", "own", "signature"):
        if name in expected:
            expected[name] = expected[name].lstrip("\n")
    assert named == expected


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
def test_all_line_ends_read_alike(line_end: bytes) -> None:
    raw = (MAILS / "alternative_with_stub.eml").read_bytes()
    assert read(raw.replace(b"\n", line_end)).text == read(raw).text


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param("Tue, 3 Mar 2026 10:00:00 +0530", "2026-03-03T10:00:00+05:30", id="own zone"),
        pytest.param("Tue, 3 Mar 2026 10:00:00 -0000", "2026-03-03T10:00:00+00:00", id="unknown"),
        pytest.param("3 Mar 2026 10:00 EST", "2026-03-03T10:00:00-05:00", id="old zone name"),
        pytest.param(
            "Tue, 3 Mar 2026 10:00:00 +0000 (GMT)", "2026-03-03T10:00:00+00:00", id="note"
        ),
        pytest.param("Sun, 5 Mar 1989 10:00:00 +0000", None, id="before mail had clocks"),
        pytest.param("Tue, 3 Mar 2037 10:00:00 +0000", None, id="far future"),
        pytest.param("Tue, 3 Mar 2026 10:00:00 +9999", None, id="absurd offset"),
        pytest.param("Tue, 3 Mar 99999999999 10:00:00 +0000", None, id="absurd year"),
        pytest.param("yesterday", None, id="words"),
        pytest.param("", None, id="empty"),
        pytest.param("1" * 5000, None, id="digits"),
        pytest.param("(" * 5000, None, id="brackets"),
    ],
)
def test_date(date: str, expected: str | None) -> None:
    sent_at = read(f"Date: {date}\nFrom: a@b.example\n\nx".encode()).sent_at
    assert sent_at.isoformat() == (expected or RECEIVED_AT.isoformat())


def test_date_a_little_ahead_is_a_wrong_clock_and_kept() -> None:
    ahead = RECEIVED_AT + timedelta(hours=20)
    raw = f"Date: {ahead:%a, %d %b %Y %H:%M:%S} +0000\nFrom: a@b.example\n\nx".encode()
    assert read(raw).sent_at == ahead


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("a@b.example", [["", "a@b.example"]], id="bare"),
        pytest.param("A B <A@B.example>", [["A B", "a@b.example"]], id="case"),
        pytest.param('"B, A" <a@b.example>', [["B, A", "a@b.example"]], id="comma in quotes"),
        pytest.param("a@b.example (Ann (the boss))", [["Ann the boss", "a@b.example"]], id="notes"),
        pytest.param(
            "x:a@b.example,c@d.example;", [["", "a@b.example"], ["", "c@d.example"]], id="group"
        ),
        pytest.param("undisclosed-recipients:;", [], id="empty group"),
        pytest.param("nobody", [], id="no address"),
        pytest.param("<a@b.example", [["", "a@b.example"]], id="no closing bracket"),
        pytest.param('"Ann <a@b.example>', [["Ann", "a@b.example"]], id="no closing quote"),
        pytest.param(
            "=?utf-8?q?Ann=0D=0ABcc=3A_x?= <a@b.example>",
            [["Ann Bcc: x", "a@b.example"]],
            id="injected line",
        ),
        pytest.param("A\u202eB <a@b.example>", [["AB", "a@b.example"]], id="bidi control"),
        pytest.param("'a@b.example' <a@b.example>", [["a@b.example", "a@b.example"]], id="outlook"),
        pytest.param("Ann b@c.example", [["Ann", "b@c.example"]], id="no brackets"),
    ],
)
def test_addresses(header: str, expected: list[list[str]]) -> None:
    assert pairs(read(f"From: x@y.example\nTo: {header}\n\n".encode()).to) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("Message-ID: <a@b>", "<a@b>", id="plain"),
        pytest.param("Message-Id:\n <a@b>", "<a@b>", id="folded"),
        pytest.param("MESSAGE-ID: <a b\tc@d>", "<abc@d>", id="blanks inside"),
        pytest.param("Message-ID: a@b", "<a@b>", id="no brackets"),
        pytest.param("Message-ID: 12345", "<12345>", id="no at sign"),
        pytest.param("Message-ID: <" + "a" * 5000 + "@b>", None, id="too long"),
        pytest.param("Message-ID:", None, id="empty"),
        pytest.param("Subject: x", None, id="none"),
    ],
)
def test_message_id(header: str, expected: str | None) -> None:
    raw = f"{header}\nFrom: a@b.example\n\ntext".encode()
    assert peek_message_id(raw) == peek_message_id(raw.partition(b"\n\n")[0])
    if expected is not None:
        assert read(raw).message_id == peek_message_id(raw) == expected
    assert len(read(raw).message_id) <= 1002


def test_derived_id_tells_mails_apart_and_is_stable() -> None:
    one, two = b"From: a@b.example\n\none", b"From: a@b.example\n\ntwo"
    assert read(one).message_id == read(one).message_id != read(two).message_id
    assert read(one).message_id.endswith("@derived.invalid>")
    assert peek_message_id(one) == ""


def test_references_are_deduplicated_and_capped() -> None:
    ids = " ".join(f"<{number}@x.example>" for number in range(500))
    raw = f"From: a@b.example\nMessage-ID: <7@x.example>\nReferences: {ids} {ids}\n"
    mail = read(f"{raw}In-Reply-To: <499@x.example>\n\n".encode())
    assert mail.references[0] == "<0@x.example>"
    assert mail.references[-1] == "<499@x.example>"
    assert len(mail.references) == len(set(mail.references)) == 100
    assert mail.message_id not in mail.references


def many_parts(count: int) -> bytes:
    part = b"--b\nContent-Type: text/plain\n\nhello\n"
    return (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        + part * count
        + b"--b--\n"
    )


def nested_parts(depth: int) -> bytes:
    raw = b"From: a@b.example\n"
    for level in range(depth):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
    return raw + b"\ndeep"


HEAD = b"From: a@b.example\nContent-Type: text/plain\n"
HOSTILE = [
    pytest.param(nested_parts(2000), id="2,000 nested parts"),
    pytest.param(many_parts(20_000), id="20,000 parts"),
    pytest.param(b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\n", id="encoded words"),
    pytest.param(b"Subject: " + b"=?" * 150_000 + b"\n\n", id="encoded words never begun"),
    pytest.param(b"Subject: =?utf-8?b?" + b"A" * 280_000 + b"?=\n\n", id="one long encoded word"),
    pytest.param(b"To: " + b"," * 200_000 + b"\n\n", id="commas"),
    pytest.param(b"To: " + b"(" * 20_000 + b"\n\n", id="open brackets"),
    pytest.param(b"To: " + b"<" * 200_000 + b"\n\n", id="open angle brackets"),
    pytest.param(b"To: " + b'"' * 200_000 + b"\n\n", id="quotes"),
    pytest.param(b"To: " + b"\\" * 200_000 + b"\n\n", id="backslashes"),
    pytest.param(b"a:\n" * 100_000, id="100,000 header fields"),
    pytest.param(b"a:" + b"\n b" * 100_000, id="100,000 folded lines"),
    pytest.param(b"References: " + b"<a@b> " * 50_000 + b"\n\n", id="references"),
    pytest.param(b"References: " + b"<" * 200_000 + b"\n\n", id="open references"),
    pytest.param(b"Date: " + b"1 " * 100_000 + b"\n\n", id="date"),
    pytest.param(b"Content-Type: text/plain" + b"; a=b" * 50_000 + b"\n\n", id="parameters"),
    pytest.param(b"Content-Type: text/plain; a=" + b'"' * 60_000 + b"\n\n", id="quoted parameters"),
    pytest.param(
        b"Content-Type: multipart/mixed; boundary=\n\n" + b"--\n" * 100_000, id="empty boundary"
    ),
    pytest.param(b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a" * 100_000, id="no line"),
    pytest.param(HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 300_000, id="base64"),
    pytest.param(
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 150_000, id="qp"
    ),
    pytest.param(
        HEAD.replace(b"plain", b"plain; charset=punycode") + b"\n" + b"a" * 300_000, id="punycode"
    ),
    pytest.param(
        HEAD.replace(b"plain", b"plain; charset=utf-7") + b"\n" + b"+2AA-" * 60_000, id="utf-7"
    ),
    pytest.param(
        HEAD.replace(b"plain", b"plain; charset=zlib") + b"\n" + b"x" * 3000, id="no charset"
    ),
    pytest.param(
        HEAD.replace(b"plain", b"plain; format=flowed") + b"\n" + b"> \n" * 100_000, id="flowed"
    ),
    pytest.param(
        HEAD.replace(b"plain", b"plain; format=flowed") + b"\n" + b">" * 300_000, id="deep flowed"
    ),
    pytest.param(HEAD.replace(b"plain", b"html") + b"\n" + b"<div>" * 60_000, id="nested div"),
    pytest.param(HEAD.replace(b"plain", b"html") + b"\n" + b"<ul><li>" * 35_000, id="nested lists"),
    pytest.param(HEAD.replace(b"plain", b"html") + b"\n" + b"<!--" * 50_000, id="comments"),
    pytest.param(
        HEAD.replace(b"plain", b"html") + b"\n" + b"<blockquote>a" * 20_000, id="quotes in html"
    ),
    pytest.param(b"\n" * 300_000 + b"a: b", id="empty lines"),
    pytest.param(b"\x00" * 300_000, id="NULs"),
    pytest.param(b" \n" * 150_000, id="blank lines"),
    pytest.param(b":" * 300_000, id="colons"),
]


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_mail_costs_little_more_than_plain_mail(raw: bytes) -> None:
    line = b"I will send you the new invoice by Friday.\n"
    plain = HEAD + b"\n" + line * (400_000 // len(line))

    def attempt(content: bytes) -> None:
        with suppress(MessageUnreadableError):
            read(content)

    most, usual = efforts(attempt, raw, plain)
    assert most < 100 * usual


def test_parts_beyond_the_cap_are_left_out_and_it_is_said() -> None:
    mail = read(many_parts(MAX_PARTS * 2))
    assert mail.is_truncated
    assert 0 < mail.text.count("hello") <= MAX_PARTS


def test_giant_mail_is_cut_and_it_is_said() -> None:
    mail = read(HEAD + b"\nI'll call you.\n\n" + b"x" * MAX_MAIL_BYTES)
    assert mail.is_truncated
    assert mail.text.startswith("I'll call you.")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\r\n\r\n", id="line ends"),
        pytest.param(b"hello there", id="words"),
        pytest.param(b"\xff\xfe\x00", id="noise"),
    ],
)
def test_no_mail_at_all_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(MessageUnreadableError, match="no header line"):
        read(raw)


NAMES = st.sampled_from(
    [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"Content-Type",
     b"Content-Transfer-Encoding", b"Content-Disposition", b"X"]
)  # fmt: skip
PIECES = st.sampled_from(
    [b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=b", b"text/html; charset=",
     b"text/plain; format=flowed", b"base64", b"quoted-printable", b"attachment; filename*0*=",
     b"=?utf-8?b?", b"?=", b"\n--b\n", b"\n--b--\n", b"\r\n", b"\n ", b"<", b">", b'"', b"(", b",",
     b"<p>", b"<blockquote>", b"> ", b"-- \n", b"On 3 Mar 2026 10:00, a@b.example wrote:\n",
     b"utf-7", b"+2AA-", b"\xff", b"\x00"]
)  # fmt: skip
VALUES = st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=8).map(b"".join)
MAIL_LIKE = st.tuples(
    st.lists(st.tuples(NAMES, VALUES).map(b": ".join), min_size=1, max_size=8), VALUES
).map(lambda parts: b"\n".join(parts[0]) + b"\n\n" + parts[1])


@given(raw=st.one_of(st.binary(max_size=300), MAIL_LIKE))
def test_any_bytes_are_a_message_or_said_to_be_unreadable(raw: bytes) -> None:
    try:
        mail = read(raw)
    except MessageUnreadableError:
        return
    own_words(mail.text)
    shown = [mail.subject, mail.text, mail.sender.name, *mail.attachments, *mail.references]
    for text in shown:
        text.encode("utf-8")
        assert not set(text) & set("\x00\x1b\x7f\u202e")


@given(cut=st.integers(min_value=0))
def test_a_mail_cut_anywhere_is_still_read(cut: int) -> None:
    for name in ("gmail_html_reply", "attachments_and_forwarded_mail", "cut_in_base64"):
        raw = (MAILS / f"{name}.eml").read_bytes()
        whole = read(raw)
        part = raw[: 40 + cut % len(raw)]
        assert read(part).message_id == whole.message_id
