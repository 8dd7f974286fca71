"""What is read in a short way, because nearly all mail is so, is read as in the long way."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.headers import parse_date, parse_fields, parse_ids, split_block

RECEIVED_AT = datetime(2100, 1, 1, tzinfo=UTC)
EMPTY_LINE = re.compile(rb"\r?\n[ \t]{0,80}\r?\n")
DATES = st.tuples(
    st.sampled_from(["Mon", "Sun"]),
    st.integers(0, 32),
    st.sampled_from(["Jan", "Feb", "Sep", "Dec"]),
    st.integers(1900, 2099),
    st.integers(0, 24),
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from(["+0000", "-0000", "+0530", "-0800", "-0030", "+2359", "+2400", "+0099"]),
    st.sampled_from(["", " ", " (CET)", "\t+0100"]),
).map(lambda date: "{}, {} {} {} {:02}:{:02}:{:02} {}{}".format(*date))
BLOCKS = st.lists(
    st.sampled_from(
        ["From", "To", "A" * 99, "A" * 101, ":", ": ", " :", "a@b.example", " ", "\t", "\n", "\r\n",
         "\n\t", "\n ", "\r", "\x00", "\x1f", "\x7f", "é", "x" * 200]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(DATES)
def test_a_date_in_the_usual_form_says_what_it_says_in_an_odd_one(date: str) -> None:
    sent_at = parse_date(date, received_at=RECEIVED_AT)
    odd = parse_date(date.lower(), received_at=RECEIVED_AT)
    assert sent_at.isoformat() == odd.isoformat()


@given(st.text(st.characters(max_codepoint=0xFF), max_size=20))
def test_one_id_is_read_like_one_of_many(inner: str) -> None:
    assert parse_ids(f"<{inner}>") == parse_ids(f" <{inner}>")


@given(BLOCKS)
def test_a_block_without_surprises_is_read_like_any_other(block: str) -> None:
    fields = parse_fields(block.encode())
    surprise = parse_fields(f"{block}\nlast: é".encode())
    assert {**fields, "last": ("é",)} == surprise


@given(BLOCKS)
def test_the_first_empty_line_ends_the_header_block(text: str) -> None:
    raw = b"A: b" + text.encode() + b"\n"
    match = EMPTY_LINE.search(raw)
    expected = (raw[: match.start()], raw[match.end() :]) if match else (raw, b"")
    assert split_block(raw) == expected
