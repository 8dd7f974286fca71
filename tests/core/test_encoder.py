"""Text as codes: what stands between blanks, points inside sentences, names, places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.encoder import LINK, NAME, NUMBER, Encoder


def an_encoder() -> Encoder:
    """An encoder of a few words."""
    words = {"i": "i", "will": "v", "i'll": "iv", "send": "s", "'s": "'"}
    return Encoder(
        words,
        {"v": 1, "s": 2, NAME: 4},
        endings=(("ing", "g"), ("ly", "y")),
        capital_names=["Will"],
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("I will send.", "ivs.", id="words and a stop"),
        pytest.param("I'll  send", "ivs", id="a contraction has two"),
        pytest.param("sending gladly unknown", "gyw", id="shapes"),
        pytest.param("Dana's", f"{NAME}'", id="a name and its ending"),
        pytest.param("at 5.30pm", f"w{NUMBER}", id="a number"),
        pytest.param("see me@example.com", f"w{LINK}", id="an address"),
        pytest.param("etc. will send", "w_vs", id="a point inside a sentence"),
        pytest.param("etc. Will send", "w.vs", id="a point that may end one"),
        pytest.param("Will send", "vs", id="no name at the start"),
        pytest.param("ask Will, send", f"w{NAME},s", id="a name after a word"),
    ],
)
def test_a_text_becomes_codes(text: str, codes: str) -> None:
    assert an_encoder().encode(text)[0] == codes


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        pytest.param("I will send", 3, id="each word's"),
        pytest.param("nothing here", 0, id="none"),
        pytest.param("ask Will", 4, id="a name has those of a name"),
    ],
)
def test_the_bits_of_all_codes_are_joined(text: str, bits: int) -> None:
    assert an_encoder().encode(text)[1] == bits


def test_a_memory_that_is_full_starts_anew() -> None:
    encoder = an_encoder()
    for number in range(20_500):
        encoder.encode(f"x{number}")
    assert encoder.encode("I'll send it")[0] == "ivsw"


@given(st.text(alphabet="iI wils'end.,@Will5 -()\t", max_size=60))
def test_each_code_stands_somewhere_in_order(text: str) -> None:
    encoder = an_encoder()
    spans = encoder.spans(text)
    assert len(spans) == len(encoder.encode(text)[0])
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
