"""Text -> tokens that a time can be read from.

Everything that only looks like a time is marked as junk here, once: prices,
versions, telephone and order numbers, addresses. Linear in the length of the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain

from promisekeeper.core.timewords import CORE_WORDS, MONTHS, RELATIVE_DAYS, UNITS, WEEKDAYS

WORD, NUMBER, ORDINAL, CLOCK, DATE, DOTTED, MERIDIEM, DASH, PUNCT, JUNK, END = (
    *("word", "number", "ordinal", "clock", "date", "dotted", "meridiem", "dash", "punct"),
    *("junk", "end"),
)
FIGURE_KINDS = frozenset({NUMBER, ORDINAL, CLOCK, DATE, DOTTED})
MAX_CHUNK = 48
PADDING = 8


@dataclass(slots=True, eq=False)
class Token:
    """One word, figure or mark; never changed, as all texts share it. (Frozen it costs double.)

    Attributes:
        text: Lower case; straight apostrophes.
        start, end: Counted from the last blank, so that the same word is one token in all texts.
        parts: CLOCK: hour, minute; DATE and DOTTED: the figures as written.
        mark: CLOCK: "a", "p", "24" or ""; DATE: its separator, "iso" for year first.
        is_capital: The word starts with a capital letter.
        is_glued: No blank stands before it.
        is_time: An expression may start here, or just before.
    """

    kind: str
    text: str
    start: int
    end: int
    number: float = 0.0
    parts: tuple[int, ...] = ()
    mark: str = ""
    is_capital: bool = False
    is_glued: bool = False
    is_time: bool = field(init=False)

    def __post_init__(self) -> None:
        """Mark what may be a time: a figure, or one of CORE_WORDS."""
        self.is_time = self.text in CORE_WORDS or self.kind in FIGURE_KINDS


# "I'll" and the like, with at most one mark behind.
_CONTRACTION = re.compile(r"([A-Za-z]+['’][A-Za-z]+)([,.;:!?)]?)")
_END_MARKS = frozenset(",.;:!?)")
_ADDRESS = re.compile(r"://|\w@\w|\\|\w/\w+/\w*[a-z]{4}|\.(?:com|org|net|io|pdf|csv|html?|exe)\b")
_PIECE = re.compile(
    r"""(?P<meridiem>[ap]\.\s?m\b\.?)
      | (?P<money>[$€£¥#][$€£¥#\d.,\w-]*)
      | (?P<figure>\d[\w.,:/\-–'+]*)
      | (?P<mixed>[a-z]+\d[\w.\-/]*)
      | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)
      | (?P<mark>.)
    """,
    re.VERBOSE,
)
_YEAR_FIRST = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:t(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(z|[+-]\d\d:?\d\d)?)?"
)
_FULL_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_SHORT_DATE = re.compile(r"(\d{1,2})/(\d{1,2})")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})(?::\d{2})?|[.h](\d{2})|h)?(?:(a|p)(?:\.?m\.?)?)?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?([-/.]?)([a-z]{3,9})(?:[-/.,]?(\d{4}|\d{2}))?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")
_NUMBER_UNIT = re.compile(r"(\d{1,3}(?:[.,]\d)?)([a-z]+)")
_MONTH_DAY = re.compile(r"([a-z]{3,9})-?(\d{1,2})(?:st|nd|rd|th)?")
_BACK = ".,:'-–/+"


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, in order, followed by a few of kind END; `spans_of` tells where."""
    chunks = text.split()
    if "$" not in text and "#" not in text and (text.isascii() or not _PRICE.search(text)):
        return [*chain.from_iterable(map(_lexed, chunks)), *_PADDING]
    found: list[Token] = []
    for chunk in chunks:
        is_price = bool(found) and found[-1].text in _PRICES
        found += _lexed_price(chunk) if is_price else _lexed(chunk)
    return found + _PADDING


def spans_of(
    text: str, tokens: list[Token], runs: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Where runs of tokens, from the first to the one behind the last, stand in their text."""
    heads = [i for i, token in enumerate(tokens) if not token.start]
    spans = []
    for first, behind in runs:
        last = behind - 1
        chunk = bisect_right(heads, first) - 1
        further = bisect_right(heads, last) - 1
        place = _start_of(text, chunk)
        there = place if further == chunk else _start_of(text, further)
        spans.append((place + tokens[first].start, there + tokens[last].end))
    return spans


def _start_of(text: str, chunk: int) -> int:
    """Where the part behind so many blanks starts."""
    parts = text.split(None, chunk)
    return len(text) - len(parts[chunk]) if chunk < len(parts) else len(text)


_PADDING = [Token(END, "", 0, 0)] * PADDING
_PRICES = frozenset("$€£¥#")
_PRICE = re.compile(r"[$€£¥#]")


def _junk(chunk: str) -> tuple[Token, ...]:
    return (Token(JUNK, chunk[:MAX_CHUNK].lower()[:MAX_CHUNK], 0, len(chunk)),)


@lru_cache(maxsize=8_192)
def _lexed(chunk: str) -> tuple[Token, ...]:
    """The tokens of what stands between two blanks, as if it started at 0."""
    if len(chunk) > MAX_CHUNK:
        return _junk(chunk)
    word, mark = (chunk[:-1], chunk[-1]) if chunk[-1] in _END_MARKS else (chunk, "")
    if not (word.isalpha() and word.isascii()):
        contraction = _CONTRACTION.fullmatch(chunk)
        if contraction is None:
            return _lexed_after([], chunk)
        word, mark = contraction.groups()
    end = len(word)
    text = word.lower().replace("’", "'")
    first = Token(WORD, text, 0, end, is_capital=word[0].isupper())
    return (first, Token(PUNCT, mark, end, end + 1, is_glued=True)) if mark else (first,)


def _lexed_price(chunk: str) -> tuple[Token, ...]:
    """The tokens of what stands behind the sign of a currency and a blank."""
    return _lexed_after([Token(JUNK, "$", 0, 0)], chunk)


def _lexed_after(before: list[Token], chunk: str) -> tuple[Token, ...]:
    lower = chunk.lower().replace("’", "'")
    if len(chunk) > MAX_CHUNK or len(lower) != len(chunk) or _is_address(lower):
        return _junk(chunk)
    found = list(before)
    _lex_pieces(chunk, lower, 0, found)
    return tuple(found[len(before) :])


def _is_address(lower: str) -> bool:
    return not _ADDRESS_MARKS.isdisjoint(lower) and _ADDRESS.search(lower) is not None


_ADDRESS_MARKS = frozenset(".@/\\:")


def _lex_pieces(raw: str, lower: str, offset: int, found: list[Token]) -> None:
    """Lex the words, figures and marks of a chunk."""
    place = 0
    while place < len(lower):
        match = _PIECE.match(lower, place)
        if match is None:
            place += 1
            continue
        end = match.end()
        kind = match.lastgroup
        if kind == "figure":
            figure = match.group().rstrip(_BACK)
            end = place + len(figure)
            if lower[end : end + 1] == "." and _DOTTED_DATE.fullmatch(lower[place : end + 1]):
                end += 1
            _lex_figure(lower[place:end], offset + place, place > 0, found)
            if lower[end : end + 1] in ("%", "€", "$", "£"):
                found[-1] = replace(found[-1], kind=JUNK)
        else:
            _lex_piece(kind or "mark", match.group(), raw[place].isupper(), offset + place, found)
            if place and not found[-1].is_glued:
                found[-1] = _glued(found[-1])
        place = max(end, place + 1)


def _glued(token: Token) -> Token:
    """The same token without a blank before it; cheaper than `replace`."""
    kind, text, start, end = token.kind, token.text, token.start, token.end
    number, parts, mark = token.number, token.parts, token.mark
    return Token(kind, text, start, end, number, parts, mark, token.is_capital, is_glued=True)


def _lex_piece(kind: str, text: str, is_capital: bool, start: int, found: list[Token]) -> None:
    end = start + len(text)
    if kind == "meridiem":
        found.append(Token(MERIDIEM, text, start, end, mark=text[0]))
    elif kind == "word":
        found.append(Token(WORD, text, start, end, is_capital=is_capital))
    elif kind == "mixed":
        _lex_mixed(text, start, is_capital, found)
    elif kind == "mark":
        if text == "-" and found and _is_hyphen(found[-1], start):
            return
        mark = DASH if text in "-–—" else PUNCT
        found.append(Token(mark, text, start, end))
    else:
        found.append(Token(JUNK, text, start, end))


def _is_hyphen(before: Token, start: int) -> bool:
    """Whether a dash only joins a compound: "mid-June", but not "Monday-Friday"."""
    is_name = before.text in WEEKDAYS or before.text in MONTHS or before.text in ("utc", "gmt")
    return before.kind == WORD and before.end == start and not is_name


def _lex_mixed(text: str, start: int, is_capital: bool, found: list[Token]) -> None:
    """Letters before figures: "mar4" and "q3" are times, "v2.5" is not."""
    body = text.rstrip(_BACK)
    match = _MONTH_DAY.fullmatch(body)
    if match and match[1] in MONTHS:
        middle = start + len(match[1])
        found.append(Token(WORD, match[1], start, middle, is_capital=is_capital))
        end = start + len(body)
        found.append(Token(NUMBER, match[2], middle, end, float(match[2]), is_glued=True))
    elif body in ("q1", "q2", "q3", "q4", "h1", "h2", "2moro", "2morrow"):
        found.append(Token(WORD, body, start, start + len(body), is_capital=is_capital))
    else:
        found.append(Token(JUNK, text, start, start + len(text)))


def _lex_figure(text: str, start: int, is_glued: bool, found: list[Token]) -> None:
    is_price = bool(found) and found[-1].text in _PRICES
    tokens = [] if is_price else _figure(text, start)
    if is_glued and tokens:
        tokens[0] = _glued(tokens[0])
    found.extend(tokens or [Token(JUNK, text, start, start + len(text), is_glued=is_glued)])


def _figure(text: str, start: int) -> list[Token]:
    """The tokens of one run of figures; empty where it is no time and no number."""
    if text == "24/7":
        return []
    whole = _one_figure(text, start)
    if whole:
        return whole
    for mark in ("-", "–", "/", ","):
        left, _, right = text.partition(mark)
        # More than one dash is an order or telephone number, unless it divides two dates.
        if not left or not right or mark in right:
            continue
        if mark == "," and not (len(left) <= 2 and len(right) == 4):
            continue
        first = _one_figure(left, start)
        second = _one_figure(right, start + len(left) + 1)
        if first and second and (mark != "/" or second[0].kind != NUMBER):
            middle = start + len(left)
            kind = DASH if mark != "," else PUNCT
            return [*first, Token(kind, mark, middle, middle + 1, is_glued=True), *second]
    return []


def _one_figure(text: str, start: int) -> list[Token]:
    end = start + len(text)
    if match := _NUMBER.fullmatch(text):
        return [Token(NUMBER, text, start, end, float(text.replace(",", ".")))]
    if text in RELATIVE_DAYS:
        return [Token(WORD, text, start, end)]
    if match := _ORDINAL.fullmatch(text):
        return [Token(ORDINAL, text, start, end, float(match[1]))]
    if date := _date(text, start, end):
        return date
    match = _CLOCK.fullmatch(text)
    if match and int(match[1]) <= 24:
        hour, minute = int(match[1]), int(match[2] or match[3] or 0)
        is_dotted = "." in text and match[3] is not None and not match[4]
        is_24 = hour > 12 or hour == 0 or (text[0] == "0" and not match[4])
        mark = match[4] or ("24" if is_24 or "h" in text else "")
        if minute < 60 and not is_dotted:
            return [Token(CLOCK, text, start, end, parts=(hour, minute), mark=mark)]
    if text.endswith("ish") and (about := _one_figure(text[:-3], start)):
        return [*about, Token(WORD, "ish", end - 3, end, is_glued=True)]
    if (match := _NUMBER_UNIT.fullmatch(text)) and match[2] in UNITS | {"m": "minute"}:
        middle = start + len(match[1])
        number = float(match[1].replace(",", "."))
        return [
            Token(NUMBER, match[1], start, middle, number),
            Token(
                WORD,
                match[2],
                middle + len(text) - len(match[1]) - len(match[2]),
                end,
                is_glued=True,
            ),
        ]
    return []


def _date(text: str, start: int, end: int) -> list[Token]:
    if match := _YEAR_FIRST.fullmatch(text):
        parts = (int(match[1]), int(match[3]), int(match[4]))
        tokens = [Token(DATE, text, start, end, parts=parts, mark="iso")]
        if match[5]:
            clock = (int(match[5]), int(match[6]))
            tokens.append(Token(CLOCK, "", end, end, parts=clock, mark="24"))
            if match[7]:
                zone = "utc" if match[7] == "z" else f"utc{match[7]}"
                tokens.append(Token(WORD, zone, end, end))
        return tokens
    if match := _FULL_DATE.fullmatch(text):
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        parts = (int(match[1]), int(match[3]), year)
        return [Token(DATE, text, start, end, parts=parts, mark=match[2])]
    if match := _SHORT_DATE.fullmatch(text):
        return [Token(DATE, text, start, end, parts=(int(match[1]), int(match[2])), mark="/")]
    if match := _DOTTED_DATE.fullmatch(text):
        return [Token(DOTTED, text, start, end, parts=(int(match[1]), int(match[2])), mark=".")]
    match = _DAY_MONTH.fullmatch(text)
    if match and match[3] in MONTHS:
        return _day_month(match, start, end)
    return []


def _day_month(match: re.Match[str], start: int, end: int) -> list[Token]:
    """ "15-Mar-2024" and "5aug" as number, month and year."""
    tokens = [
        Token(NUMBER, match[1], start, start + match.end(1), float(match[1])),
        Token(WORD, match[3], start + match.start(3), start + match.end(3), is_capital=True),
    ]
    if match[4]:
        year = float(match[4]) + (2000 if len(match[4]) == 2 else 0)
        tokens.append(Token(NUMBER, match[4], start + match.start(4), end, year))
    return tokens
