"""Text -> codes: one character for each word, known by its code or by its shape.

A text is cut at its blanks; what stands between them is looked up in a memory, so that
a common piece such as "tomorrow." costs no more than a look into a dictionary.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

Value = TypeVar("Value")

FIRST_CODE = 0x4E00
# Shapes of words that no table names. Letters stand for words, other signs for marks.
PLAIN, NAME, CAPITALS, NUMBER, PARTICIPLE, PROGRESSIVE, ADVERB, LINK = "wNA0dgyu"
ANY_WORD = f"A-Za-z0{chr(FIRST_CODE)}-\u9fff"

# Before the code of a word that may be a name where a word stands before it.
_PERHAPS_NAME = "\ue000"
_SURELY_NAME = re.compile(rf"(?<=[{ANY_WORD}]){_PERHAPS_NAME}.")
_MARKS = {".,": ",", ". ": "_", "[": "(", "]": ")", "*": "*"}
# Words with their apostrophes and hyphens, "a.m."; numbers; a point inside a sentence
# ("etc.,", "Inc. will"), which is no stop; every other mark alone.
_PLAIN_TOKENS = (
    r"[^\W\d_]+(?:['-]{1,2}[^\W\d_]+){0,3}(?:(?<=\b[^\W\d_])\.(?:[^\W\d_]\.){1,4})?"
    r"|\d(?:[\d.,:/]{0,20}\d)?(?:st|nd|rd|th|am|pm|%)?"
    r"|\.(?:,|\s(?=[a-z]))|\S"
)
_TOKEN = re.compile(_PLAIN_TOKENS)
# Addresses are costly to look for: only where a sentence has a sign of one.
_LINK_TOKEN = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,255}|" + _PLAIN_TOKENS)
# A point inside a sentence, before a small letter.
_MIDDLE_POINT = re.compile(r"\.\s(?=[a-z])")
# Pieces of text that are remembered; a mailbox has few distinct ones.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 40


def shape_of(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    """The code of a word that the table does not know, by its shape."""
    if word[0].isdigit():
        return NUMBER
    if word[0].isupper():
        return CAPITALS if len(word) > 1 and word.isupper() else NAME
    for ending, shape in endings:
        if word == ending or (word.endswith(ending) and len(word) > len(ending) + 2):
            return shape
    return PLAIN


class Encoder:
    """Makes codes of a text, and the bits of these codes.

    A set of codes has a bit if some wording cannot do without one of its codes; a code
    has the bits of all sets that it is in.
    """

    def __init__(
        self,
        words: Mapping[str, str],
        bits: Mapping[str, int],
        endings: tuple[tuple[str, str], ...],
        capital_names: Collection[str],
    ) -> None:
        """Take the codes of words, the bits of codes, and how names and shapes are told.

        Args:
            words: The codes of each word in small letters, several for a contraction.
            bits: By code; a code without bits is missing.
            endings: Word endings by shape, longest first.
            capital_names: Words that are names where they are written so inside a sentence.
        """
        self._words = words
        self._bits = bits
        self._endings = endings
        self._capital_names = capital_names
        self._codes_of = _Memory(self._codes_of_piece)
        self._bits_of = _Memory(self._bits_of_piece)
        self._places_in = _Memory(self._places_in_piece)

    def encode(self, text: str) -> tuple[str, int]:
        """The codes of a text and their bits."""
        pieces = text.split()
        codes = "".join(map(self._codes_of.__getitem__, pieces))
        if _MIDDLE_POINT.search(text):
            codes = "".join(self._with_middle_points(pieces))
        if _PERHAPS_NAME in codes:
            codes = _SURELY_NAME.sub(NAME, codes).replace(_PERHAPS_NAME, "")
            return codes, self._bits_of_codes(codes)
        return codes, reduce(or_, map(self._bits_of.__getitem__, pieces), 0)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where each code stands in the text."""
        spans: list[tuple[int, int]] = []
        end = 0
        for piece in text.split():
            start = text.index(piece, end)
            end = start + len(piece)
            spans += [(start + first, start + last) for first, last in self._places_in[piece]]
        return spans

    def _with_middle_points(self, pieces: list[str]) -> Iterator[str]:
        for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
            codes = self._codes_of[piece]
            is_middle = codes[-1:] == "." and "a" <= following[:1] <= "z"
            yield codes[:-1] + "_" if is_middle else codes

    def _codes_of_piece(self, piece: str) -> str:
        found: list[str] = []
        for match in _tokens_in(piece):
            token = match.group()
            found.append(_PERHAPS_NAME if token in self._capital_names else "")
            found.append(self._code(token))
        return "".join(found)

    def _places_in_piece(self, piece: str) -> tuple[tuple[int, int], ...]:
        return tuple(match.span() for match in _tokens_in(piece) for _ in self._code(match.group()))

    def _bits_of_piece(self, piece: str) -> int:
        return self._bits_of_codes(self._codes_of[piece])

    def _bits_of_codes(self, codes: str) -> int:
        return reduce(or_, (self._bits.get(code, 0) for code in codes), 0)

    def _code(self, written: str) -> str:
        known = self._words.get(written.lower())
        if known is not None:
            return known
        if not written[0].isalnum():
            return _MARKS.get(written, written[0])
        if "@" in written or "://" in written or written.startswith("www."):
            return LINK
        head, apostrophe, tail = written.rpartition("'")
        if apostrophe and head:
            ending = self._words.get(apostrophe + tail.lower(), "")
            return (self._words.get(head.lower()) or shape_of(head, self._endings)) + ending
        return shape_of(written, self._endings)


class _Memory(dict[str, Value], Generic[Value]):
    """What a function says of a piece of text, remembered."""

    def __init__(self, find: Callable[[str], Value]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, piece: str) -> Value:
        value = self._find(piece)
        if len(piece) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[piece] = value
        return value


def _tokens_in(piece: str) -> Iterator[re.Match[str]]:
    # Addresses are costly to look for: only where there is a sign of one.
    has_link = "@" in piece or "://" in piece or "www." in piece
    return (_LINK_TOKEN if has_link else _TOKEN).finditer(piece)
