"""A sentence as the wordings meet it: short forms in full, in lower case, and its words."""

import re
from functools import lru_cache
from typing import NamedTuple

from promisekeeper.core.cues import cue_words

MAX_TEXT = 1_000

_APOSTROPHES = str.maketrans("’‘`", "'''")
_NEGATED = (
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"\bcan't\b", re.IGNORECASE), "can not"),
    (re.compile(r"n't\b", re.IGNORECASE), " not"),
)
_SHORT_FORM = re.compile(r"'(s|re|ve|ll|m|d)\b", re.IGNORECASE)
_IN_FULL = {"s": " is", "re": " are", "ve": " have", "ll": " will", "m": " am", "d": " had"}


class Plain(NamedTuple):
    """A sentence as the wordings meet it.

    Attributes:
        text: With its short forms in full.
        lower: The same in lower case.
        words: What the cues are looked for in.
    """

    text: str
    lower: str
    words: frozenset[str]


def make_plain(sentence: str) -> Plain:
    """A sentence as the wordings meet it."""
    text = in_full(sentence)
    lower = text.lower()
    return Plain(text, lower, cue_words(lower))


# What a customer's mail says, and how it sounds, are asked one after the other.
@lru_cache(maxsize=1024)
def made_plain(sentence: str) -> Plain:
    """A sentence as the wordings meet it, remembered for a while."""
    return make_plain(sentence)


def in_full(text: str) -> str:
    """The head of a text with its short forms in full; a possessive reads as "is", harmlessly."""
    plain = text[:MAX_TEXT]
    if "`" in plain or not plain.isascii():
        plain = plain.translate(_APOSTROPHES)
    if "'" in plain:
        if "'t" in plain or "'T" in plain:
            for short, full in _NEGATED:
                plain = short.sub(full, plain)
        plain = _SHORT_FORM.sub(lambda found: _IN_FULL[found[1].casefold()], plain)
    # Of all that is blank, a blank alone counts as printable; this is quicker than to split.
    is_tidy = plain.isprintable() and "  " not in plain
    return plain.strip() if is_tidy else " ".join(plain.split())
