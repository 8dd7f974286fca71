import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promisekeeper.core import loosetimes
from promisekeeper.core.loosetimes import loose_in
from promisekeeper.core.timescene import words_in

TEXTS = settings(
    max_examples=20, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True
)


# "as.ap" and "rightaway" are let go.
WORDINGS = [
    wording.replace(" ?away", " away")
    for wording in loosetimes._VAGUE_WORDS
    if not wording.startswith("a\\")
]


@pytest.mark.parametrize("wording", WORDINGS)
def test_no_wording_is_vague_without_a_cue(wording: str) -> None:
    """A cue is a necessary condition: texts made from each wording have one."""

    @TEXTS
    @given(st.from_regex(re.compile(wording.replace(" ", r"\s"), re.ASCII), fullmatch=True))
    def check(text: str) -> None:
        if loosetimes._VAGUE.search(text):
            assert loose_in(text, words_in(f"{text} today")), text

    check()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("we will do it in the near future", ["vague"], id="a future that is near"),
        pytest.param("a future order of the same part", [], id="a future that is not"),
        pytest.param("straight away please", ["vague"], id="straight away"),
        pytest.param("the long course", [], id="plain words"),
    ],
)
def test_loose_words(text: str, kinds: list[str]) -> None:
    assert [words.kind for words in loose_in(text, words_in(f"{text} today"))] == kinds
