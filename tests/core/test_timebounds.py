import random

import pytest

from promisekeeper.core import timebounds, timeopeners
from promisekeeper.core.feasts import FEAST_NAMES
from promisekeeper.core.timebounds import starts_of
from promisekeeper.core.timegrammar import expressions, words_at
from promisekeeper.core.timetokens import tokens_of
from promisekeeper.core.timewords import ORDINALS

LEADS = sorted(timebounds._ALL_LEADS - timebounds._NO_STARTS - {"closing"})
FIGURES = ["5", "12", "40", "2025", "1700", "0900", "five", "twenty", "2 may"]
GATED = {*timebounds._OPENED_BY, *timeopeners._BEHIND, *ORDINALS}
# Of "the mth's" only the start at a word before it is known.
OPENED = sorted(word for word in GATED if not word.endswith("'s"))
WORDS_BEHIND = (timebounds._COUNTED | timebounds.AFTER_HOUR | timebounds._BEHIND_STOP).union(
    timeopeners._ORDINAL_NOUNS, *timeopeners._BEHIND.values()
)
FOLLOWING = [
    *(".", ",", "(", ")", "?", "-", "'s", "$", "they", "noun", "5", "5th", "9:30", "3/4"),
    *sorted(word for word in WORDS_BEHIND if not word.endswith("'s") and word != "of"),
]


def test_nothing_is_read_where_no_expression_may_start() -> None:
    """The gates of `starts_of` are necessary conditions: what they close off holds no time."""
    chance = random.Random(7)
    for _ in range(20_000):
        words = chance.choices(LEADS, k=chance.randint(0, 3))
        words.append(chance.choice(FIGURES if chance.random() < 0.4 else OPENED))
        words += chance.choices(FOLLOWING, k=chance.randint(0, 2))
        tokens = tokens_of(" ".join(words))
        starts = {*starts_of(tokens), *range(len(words), len(tokens))}
        for i, token in enumerate(tokens):
            if i not in starts and token.text not in timebounds._NO_STARTS:
                assert words_at(tokens, i) is None, " ".join(words)


@pytest.mark.parametrize("name", sorted(FEAST_NAMES))
def test_every_feast_is_found_by_its_first_word(name: str) -> None:
    assert expressions(tokens_of(f"Back at {name} , I think."))[0].end >= 1 + len(name.split())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("charges (2)", id="a number in brackets"),
        pytest.param("the new cable", id="new without a year"),
        pytest.param("all the right questions", id="all without saints"),
        pytest.param("consumption in 2001.", id="a year of which nothing is the end"),
        pytest.param("the office , the place", id="articles"),
        pytest.param("the first meeting and last few jobs", id="ordinals"),
        pytest.param("in the usual day", id="a unit"),
        pytest.param("each july invoice", id="a month"),
    ],
)
def test_nothing_starts_at_plain_words(text: str) -> None:
    assert starts_of(tokens_of(text)) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("by 5.", 0, id="a bound"),
        pytest.param("sold by the end of 2025", 1, id="the end of a year"),
        pytest.param("early 2025, I think", 0, id="a part of a year"),
        pytest.param("in the third quarter", 0, id="an ordinal that is no time word"),
        pytest.param("until about 9.", 0, id="a softened bound"),
    ],
)
def test_leads_are_starts(text: str, first: int) -> None:
    assert starts_of(tokens_of(text))[0] == first
