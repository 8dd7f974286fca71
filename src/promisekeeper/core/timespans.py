"""Amounts of time in tokens: "two business days", "an hour or two", "1d, 2hr and 5min"."""

from promisekeeper.core.timeparts import Span
from promisekeeper.core.timetokens import CLOCK, DASH, DATE, NUMBER, PUNCT, WORD, Token
from promisekeeper.core.timewords import (
    NUMBERS,
    ROUGH_NUMBERS,
    SHORT_UNITS,
    TENS,
    UNITS,
    WORKING_WORDS,
    word_set,
)

Tokens = list[Token]
AMOUNT_STARTS = frozenset(
    {*NUMBERS, *ROUGH_NUMBERS, "a", "an", "the", "another", "half", "quarter"}
)
MAX_AMOUNT = 5_000.0
_ORDER = ("year", "quarter", "month", "fortnight", "week", "day", "hour", "minute", "second")
SPAN_FILLERS = word_set(
    "short full more calendar clear consecutive additional further extra whole solid upcoming "
    "coming"
)
_RANGE_WORDS = frozenset({"to", "or", "-", "–", "—"})


def is_figure(token: Token) -> bool:
    """Whether a figure may be an amount: also "2h", which is a time of day behind "at" or "by"."""
    return token.kind in (NUMBER, DATE) or is_hours(token)


def is_hours(token: Token) -> bool:
    """ "2h" and "24h", unlike "9h30"."""
    return token.kind == CLOCK and token.text.endswith("h") and token.text[:-1].isdigit()


def number_at(t: Tokens, i: int) -> tuple[float, float | None, int] | None:
    """An amount at token `i`: (the larger value, the smaller one of a range, next token)."""
    first = _one_number(t, i)
    if first is None:
        return None
    value, j = first
    if t[j].text in _RANGE_WORDS and t[j].kind in (WORD, DASH):
        second = _one_number(t, j + 1)
        if second is not None and second[0] > value and not _is_article(t, j + 1):
            return second[0], value, second[1]
    return value, None, j


def _is_article(t: Tokens, i: int) -> bool:
    return t[i].text in ("a", "an")


def _one_number(t: Tokens, i: int) -> tuple[float, int] | None:
    token = t[i]
    half = t[i + 1]
    if token.kind == NUMBER and half.kind == DATE and half.text in ("1/2", "1/4", "3/4"):
        return token.number + half.parts[0] / half.parts[1], i + 2
    if token.kind == NUMBER:
        return (token.number, i + 1) if token.number <= MAX_AMOUNT else None
    if token.kind == DATE and token.mark == "/" and len(token.parts) == 2 and token.parts[1]:
        fraction = token.parts[0] / token.parts[1]
        return (fraction, i + 1) if fraction < 1 else None
    if token.kind != WORD:
        return None
    if token.text in ("a", "an", "the") and t[i + 1].text in ROUGH_NUMBERS:
        return _rough(t, i + 1)
    if token.text in ROUGH_NUMBERS:
        return _rough(t, i)
    if token.text in ("a", "an") or (token.text == "another" and t[i + 1].text in UNITS):
        return 1.0, i + 1
    return _spelled(t, i)


def _rough(t: Tokens, i: int) -> tuple[float, int]:
    j = i + 1
    if t[j].text == "more":
        j += 1
    return ROUGH_NUMBERS[t[i].text], j + (t[j].text == "of")


def _spelled(t: Tokens, i: int) -> tuple[float, int] | None:
    value = NUMBERS.get(t[i].text)
    if value is None:
        return None
    j = i + 1
    if t[i].text in TENS and 1 <= NUMBERS.get(t[j].text, 0) <= 9:
        value, j = value + NUMBERS[t[j].text], j + 1
    if t[j].text == "hundred":
        value, j = value * 100, j + 1
    if [t[j + n].text for n in range(3)] == ["and", "a", "half"]:
        value, j = value + 0.5, j + 3
    return value, j


def span_at(t: Tokens, i: int) -> tuple[Span, int] | None:
    """An amount of time at token `i`, all its units and the later end of a range."""
    if t[i].text not in AMOUNT_STARTS and not is_figure(t[i]):
        return None
    first = _amount(t, i)
    if first is None:
        return None
    amounts, least, is_working, j = first
    while True:
        more = _amount(t, _after_link(t, j))
        if more is None or more[2] or not _is_smaller(more[0][0][1], amounts[-1][1]):
            break
        amounts, j = (*amounts, *more[0]), more[3]
    return Span(amounts=amounts, least=least, is_working=is_working), j


def _after_link(t: Tokens, i: int) -> int:
    j = i
    while t[j].text in (",", "and"):
        j += 1
    return j


def _is_smaller(unit: str, than: str) -> bool:
    return unit in _ORDER and than in _ORDER and _ORDER.index(unit) > _ORDER.index(than)


_Amount = tuple[tuple[tuple[float, str], ...], float | None, bool, int]


def _amount(t: Tokens, i: int) -> _Amount | None:
    if t[i].text in ("half", "quarter", "three") or t[i + 1].text in ("half", "quarter"):
        fraction = _fraction(t, i)
        if fraction is not None:
            return fraction
    if is_hours(t[i]):
        return ((float(t[i].parts[0]), "hour"),), None, False, i + 1
    if t[i].kind == NUMBER and t[i + 1].text in _RANGE_WORDS and is_hours(t[i + 2]):
        return ((float(t[i + 2].parts[0]), "hour"),), t[i].number, False, i + 3
    number = number_at(t, i)
    if number is None:
        return None
    value, least, j = number
    while t[j].text in SPAN_FILLERS:
        j += 1
    is_working = t[j].text in WORKING_WORDS
    unit, j = _unit(t, j + is_working)
    if not unit or (is_working and unit not in ("day", "hour", "week")):
        return None
    if not is_working and least is None:
        value, least, j = _or_more(t, i, value, j)
    return ((value, unit),), least, is_working, j


def _unit(t: Tokens, i: int) -> tuple[str, int]:
    """The unit at token `i` and the token behind it, or an empty string."""
    text = t[i].text.removesuffix("'s")
    if t[i].kind != WORD:
        return "", i
    # "24 h" is an amount too; "5 m" and "2 d" may be anything.
    is_apart = not t[i].is_glued and text != "mon" and not (text == "h" and t[i - 1].kind == NUMBER)
    if text in SHORT_UNITS and is_apart:
        return "", i
    unit = "minute" if text == "m" and t[i].is_glued else UNITS.get(text, "")
    j = i + 1
    if unit and t[j].kind == PUNCT and t[j].text == "'":
        j += 1
    return unit, j


def _or_more(t: Tokens, i: int, value: float, j: int) -> tuple[float, float | None, int]:
    """ "an hour or two", "a day or so", "an hour and a half" behind an amount."""
    if t[j].text == "or":
        if t[j + 1].text == "so":
            return value, None, j + 2
        more = NUMBERS.get(t[j + 1].text)
        is_last = UNITS.get(t[j + 2].text) is None and t[j + 2].text not in WORKING_WORDS
        if more is not None and more > value and is_last:
            return more, value, j + 2
    if t[j].text == "and" and t[j + 1].text == "a" and t[j + 2].text == "half":
        return value + 0.5, None, j + 3
    return value, None, j


def _fraction(t: Tokens, i: int) -> _Amount | None:
    """ "half an hour", "a quarter of an hour", "half a day"."""
    j = i + (t[i].text in ("a", "an"))
    if t[j].text == "three" and t[j + 1].text in ("quarter", "quarters"):
        value, j = 0.75, j + 2
    elif t[j].text in ("half", "quarter"):
        value, j = (0.5 if t[j].text == "half" else 0.25), j + 1
    else:
        return None
    if t[j].text == "of":
        j += 1
    if t[j].text in ("a", "an"):
        j += 1
    unit, j = _unit(t, j)
    if not unit or unit == "second":
        return None
    return ((value, unit),), None, False, j
