"""Dates in tokens: "15 May", "the 10th of next month", "5/6", "2024-05-15"."""

from promisekeeper.core.timeparts import (
    Dated,
    Day,
    Figures,
)
from promisekeeper.core.timespans import Tokens
from promisekeeper.core.timetokens import DATE, DOTTED, NUMBER, ORDINAL, PUNCT, WORD
from promisekeeper.core.timewords import (
    MONTHS,
    ORDINALS,
    UNITS,
    WEEKDAYS,
    WORKING_WORDS,
    word_set,
)

Hit = tuple[Day, int]
NEXT = frozenset({"next", "nxt"})
COMING = frozenset({"coming", "upcoming", "following"})
NEARER = NEXT | COMING
_COUNTED_IN = frozenset({*UNITS, *MONTHS, *WORKING_WORDS, "am", "pm"})


def how_far(t: Tokens, i: int) -> tuple[int | None, int]:
    """0 for "this", 1 for "next" and the like; None where nothing of the kind stands there."""
    if t[i].text in ("this", "current"):
        j = i + 1
        is_coming = t[j].text in COMING
        return (None, i) if t[j].text == "past" else (0, j + is_coming)
    if t[i].text in NEARER:
        return 1, i + 1
    return None, i


def date_at(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
    """A date: in figures, with the month's name, or a bare "the 15th"."""
    token = t[i]
    if token.text in ("this", "next") and t[i + 1].kind in (WORD, NUMBER, ORDINAL):
        inner = _month_first(t, i + 1) or _day_first(t, i + 1)
        if inner is not None:
            return inner
    if token.kind == DATE:
        return _figures(t, i)
    if token.kind == DOTTED and is_led:
        return Figures(first=token.parts[0], second=token.parts[1]), i + 1
    if token.kind == NUMBER and (is_led or i == 0):
        dashed = _dashed(t, i)
        if dashed is not None:
            return dashed
    if token.kind in (NUMBER, ORDINAL) or token.text in ORDINALS:
        return _day_first(t, i) or _bare_ordinal(t, i, is_led=is_led) or _spelled_ordinal(t, i)
    return _month_first(t, i)


def _dashed(t: Tokens, i: int) -> Hit | None:
    """ "2-15": only where nothing follows that it could count."""
    dash, second, after = t[i + 1], t[i + 2], t[i + 3]
    is_pair = dash.text == "-" and dash.is_glued and second.kind == NUMBER
    if not is_pair or after.text in _COUNTED_IN:
        return None
    is_clock = t[i - 1].text in WEEKDAYS and t[i].number < second.number <= 12
    if is_clock or (
        t[i - 1].text != "on"
        and t[i - 1].text not in WEEKDAYS
        and not (i == 0 and after.kind == "end")
    ):
        return None
    first, last = t[i].number, second.number
    if not (1 <= first <= 31 and 1 <= last <= 31 and min(first, last) <= 12):
        return None
    return Figures(first=int(first), second=int(last)), i + 3


def _figures(t: Tokens, i: int) -> Hit | None:
    parts = t[i].parts
    if t[i].mark == "iso":
        if not (1 <= parts[1] <= 12 and 1 <= parts[2] <= 31):
            return None
        return Dated(day=parts[2], month=parts[1], year=parts[0]), i + 1
    first, second = parts[0], parts[1]
    if not (1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12):
        return None
    if t[i].mark == "/" and len(parts) == 2 and (t[i + 1].text == "of" or t[i + 1].text in UNITS):
        return None
    year = parts[2] if len(parts) == 3 else None
    return Figures(first=first, second=second, year=year), i + 1


def _day_first(t: Tokens, i: int) -> Hit | None:
    """ "15 May", "15th of May 2024", "the 10th of next month"."""
    number = t[i].number or ORDINALS.get(t[i].text, 0)
    if not 1 <= number <= 31 or number != int(number) or "." in t[i].text:
        return None
    j = i + 1
    while t[j].text in (".", "of", "day", "the", "/", "-") and j < i + 5:
        j += 1
    is_month = t[i].kind == ORDINAL or j == i + 1 or t[j].text not in ("may", "march")
    if t[j].text in MONTHS and (t[j].is_capital or is_month):
        if t[j].text in ("mar", "may", "march") and not t[j].is_capital and t[i].kind == NUMBER:
            return (
                None
                if t[j + 1].kind == WORD and t[j + 1].text not in _AFTER_DATE
                else (_with_year(t, int(number), j))
            )
        return _with_year(t, int(number), j)
    ahead, k = how_far(t, j)
    if ahead is not None and t[k].text in ("month", "months") and t[j - 1].text in ("of", "the"):
        return Dated(day=int(number), months_ahead=ahead), k + 1
    if t[j].text == "month" and t[j - 1].text == "the":
        return Dated(day=int(number)), j + 1
    return None


_AFTER_DATE = word_set("at by and or to so if i we you then from for in the")


def _with_year(t: Tokens, number: int, j: int) -> Hit:
    end = j + 1
    if t[end].text == "." and len(t[j].text) <= 4 and t[end + 1].kind in (NUMBER, WORD):
        end += t[end + 1].kind == NUMBER or not t[end + 1].is_capital
    year, end = year_at(t, end)
    return Dated(day=number, month=MONTHS[t[j].text], year=year), end


def _month_first(t: Tokens, i: int) -> Hit | None:
    """ "May 15", "May 15th, 2024", "february twenty second"."""
    month = MONTHS.get(t[i].text)
    if month is None:
        return None
    j = i + 1
    while t[j].text in (".", "the", "-", "/") and j < i + 3:
        j += 1
    number = t[j].number if t[j].kind in (NUMBER, ORDINAL) else ORDINALS.get(t[j].text, 0)
    if t[j].text in ("twenty", "thirty") and 1 <= ORDINALS.get(t[j + 1].text, 0) <= 9:
        number = (20 if t[j].text == "twenty" else 30) + ORDINALS[t[j + 1].text]
        j += 1
    if not 1 <= number <= 31 or "." in t[j].text:
        return None
    if t[j + 1].text == "%" or t[j + 1].text in UNITS:
        return None
    if t[i].text in ("may", "march", "mar", "dec", "jan") and not t[i].is_capital and j != i + 1:
        return None
    year, end = year_at(t, j + 1)
    return Dated(day=int(number), month=month, year=year), end


def year_at(t: Tokens, i: int) -> tuple[int | None, int]:
    """A year at token `i`, a comma or "in" before it allowed."""
    j = i
    while t[j].text in (",", "in", "of") and j < i + 2:
        j += 1
    if t[j].kind == NUMBER and len(t[j].text) in (2, 4) and 1990 <= t[j].number <= 2100:
        return int(t[j].number), j + 1
    return None, i


def _bare_ordinal(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
    """ "the 15th", "by 15th": only where no noun follows that it could count."""
    if t[i].kind != ORDINAL or not 1 <= t[i].number <= 31:
        return None
    if not (is_led or t[i - 1].text == "the"):
        return None
    after = t[i + 1]
    if after.kind == WORD and after.text not in AFTER_ORDINAL:
        return None
    if after.kind == PUNCT and after.text in ("'", "/"):
        return None
    return Dated(day=int(t[i].number)), i + 1


def _spelled_ordinal(t: Tokens, i: int) -> Hit | None:
    """ "by the fifteenth", "on the twenty-first"; "the second" alone may be a second thing."""
    number, j = ORDINALS.get(t[i].text, 0), i + 1
    if t[i].text in ("twenty", "thirty"):
        unit = ORDINALS.get(t[j].text, 0)
        number, j = ((20 if t[i].text == "twenty" else 30) + unit, j + 1) if unit < 10 else (0, j)
        number = number if unit else 0
    is_led = t[i - 1].text == "the" and t[i - 2].text in ("by", "on", "before", "until", "till")
    is_low = number < 4 and t[i - 2].text == "on"
    if not 1 <= number <= 31 or not is_led or is_low:
        return None
    if t[j].kind == WORD and t[j].text not in AFTER_ORDINAL:
        return None
    return Dated(day=number), j


AFTER_ORDINAL = word_set(
    "at by and or to so if when with for in i we you he she they it but once because then instead "
    "latest please as on before after until between from morning afternoon evening night noon "
    "eod cob close end early late this next depending unless since though although while which "
    "that is was will the via without around about barring provided for"
) | frozenset(WEEKDAYS)
