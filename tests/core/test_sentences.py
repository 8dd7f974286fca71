"""Own words cut into sentences."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promisekeeper.core.sentences import (
    ALONE_STARTS,
    GREETING,
    MAX_SENTENCE,
    SIGN_OFF,
    split_sentences,
)


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("I'll call. You wait.", ["I'll call.", "You wait."], id="two stops"),
        pytest.param(
            "I will send you the quote for all eight\nwheels by Friday.",
            ["I will send you the quote for all eight wheels by Friday."],
            id="wrapped before lower case",
        ),
        pytest.param(
            "I have now spoken to the workshop and they tell me that your\nMercier is ready.",
            ["I have now spoken to the workshop and they tell me that your Mercier is ready."],
            id="wrapped before a capital",
        ),
        pytest.param(
            "We will bring it round to you on\nFriday.",
            ["We will bring it round to you on Friday."],
            id="narrow lines",
        ),
        pytest.param(
            "Will do\nLeave it with me", ["Will do", "Leave it with me"], id="lines of their own"
        ),
        pytest.param(
            "Hi Dana,\nI'll send it.\nBest regards,\nTom",
            ["Hi Dana,", "I'll send it.", "Best regards,", "Tom"],
            id="greeting and sign-off",
        ),
        pytest.param("First line\n\nsecond one", ["First line", "second one"], id="empty line"),
        pytest.param("One\n-----\nTwo", ["One", "Two"], id="drawn line"),
        pytest.param("Ask Mr. Smith. He knows.", ["Ask Mr. Smith.", "He knows."], id="title"),
        pytest.param("See no. 4, e.g. the bolt.", ["See no. 4, e.g. the bolt."], id="short forms"),
        pytest.param("Is it? No. We will.", ["Is it?", "No.", "We will."], id="the answer no"),
        pytest.param(
            "At 9 a.m. Friday I call. We close at 5 p.m. I will be there.",
            ["At 9 a.m. Friday I call.", "We close at 5 p.m.", "I will be there."],
            id="a.m. and p.m.",
        ),
        pytest.param(
            "Acme Inc. Paris paid. Acme Inc. We did.",
            ["Acme Inc. Paris paid.", "Acme Inc.", "We did."],
            id="short form that may be last",
        ),
        pytest.param("J. R. Moss will pay.", ["J. R. Moss will pay."], id="initials"),
        pytest.param("It is 3.50 or v1.2 now.", ["It is 3.50 or v1.2 now."], id="decimals"),
        pytest.param(
            "See https://a.example/b.c?d=e. Thanks!",
            ["See https://a.example/b.c?d=e.", "Thanks!"],
            id="link",
        ),
        pytest.param("Well... maybe. Hm... Yes.", ["Well... maybe.", "Hm...", "Yes."], id="dots"),
        pytest.param('He said "fine." We go.', ['He said "fine."', "We go."], id="quoted stop"),
        pytest.param("(See below.) We go!", ["(See below.)", "We go!"], id="bracketed stop"),
        pytest.param("sure thing. i'll send it", ["sure thing.", "i'll send it"], id="hasty"),
        pytest.param("Really?! yes! ok", ["Really?!", "yes!", "ok"], id="loud stops"),
        pytest.param("Thanks :) I'll go.", ["Thanks :)", "I'll go."], id="smile"),
    ],
)
def test_text_is_cut_where_a_reader_pauses(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    "pattern",
    [pytest.param(GREETING, id="greeting"), pytest.param(SIGN_OFF, id="sign-off")],
)
def test_no_line_stands_alone_that_begins_otherwise(pattern: re.Pattern[str]) -> None:
    @settings(derandomize=True, deadline=None)
    @given(st.from_regex(pattern, fullmatch=True))
    def check(text: str) -> None:
        start = text[:2].lower()
        assert start in ALONE_STARTS or not start.isascii(), text

    check()


@pytest.mark.parametrize("mark", ["-", "*", "•", "1.", "2)", "(3)", "a)"])
def test_items_of_a_list_stand_alone_without_their_mark(mark: str) -> None:
    text = f"Next:\n{mark} I'll call\n{mark} You wait\n   for me"
    sentences = split_sentences(text)
    assert [(s.text, s.is_item) for s in sentences] == [
        ("Next:", False),
        ("I'll call", True),
        ("You wait for me", True),
    ]


def test_a_run_without_a_stop_is_cut() -> None:
    sentences = split_sentences("word " * 2000)
    assert len(sentences) > 3
    assert all(len(sentence.text) <= MAX_SENTENCE + 10 for sentence in sentences)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 400_000, id="one word"),
        pytest.param("\n" * 400_000, id="empty lines"),
        pytest.param("a.\n" * 130_000, id="short lines"),
        pytest.param("a\n- " * 100_000, id="items"),
        pytest.param("hi " * 130_000, id="greetings"),
        pytest.param("." * 400_000, id="points"),
    ],
)
def test_hostile_text_is_cut_in_little_time(text: str) -> None:
    assert sum(len(sentence.text) for sentence in split_sentences(text)) <= len(text) * 1.01


@given(st.text(alphabet="aB .!?\n-*1)\"'…:,", max_size=300) | st.text(max_size=200))
def test_sentences_stand_where_they_say_and_lose_no_word(text: str) -> None:
    sentences = split_sentences(text)
    end = 0
    for sentence in sentences:
        assert end <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end].split() == sentence.text.split()
        end = sentence.end
    kept = sum(1 for sentence in sentences for letter in sentence.text if letter.isalpha())
    marks = sum(1 for line in text.splitlines() if line.strip()[:1].isalpha())
    assert kept >= sum(1 for letter in text if letter.isalpha()) - marks
