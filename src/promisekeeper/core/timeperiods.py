"""Weeks, months, quarters and years in tokens, and parts of them: "early next week", "mid-June"."""

from collections.abc import Callable
from dataclasses import replace

from promisekeeper.core.timedates import NEARER, Hit, how_far, year_at
from promisekeeper.core.timeparts import (
    Period,
    Relative,
    Shifted,
    Span,
    Weekday,
)
from promisekeeper.core.timespans import Tokens
from promisekeeper.core.timetokens import NUMBER, ORDINAL
from promisekeeper.core.timewords import (
    DOUBTFUL_MONTHS,
    MONTHS,
    ORDINALS,
    RELATIVE_DAYS,
    SHORT_ENDS,
    UNITS,
    WEEKDAYS,
    WORKING_WORDS,
)

Reader = Callable[[Tokens, int], Hit | None]
_PERIODS = frozenset({"week", "weekend", "month", "quarter", "year"})
_PART_WORDS = {
    **{"start": "start", "beginning": "start", "begining": "start", "opening": "start"},
    **{"early": "early", "top": "start", "mid": "mid", "middle": "mid", "midway": "mid"},
    **{"late": "late", "later": "late", "end": "end", "close": "end", "ending": "end"},
    **{"back": "late", "latter": "late", "sometime": "", "anytime": "", "rest": "end"},
    **{"course": "", "remainder": "end", "tail": "late"},
}
PART_OPENERS = frozenset(_PART_WORDS)
# Between such a word and the period: "the latter half of the year".
PART_LINKS = frozenset({"part", "in", "of", "the", "to", "on", "around", "about", "half"})


_NUMBERED = {"q1": "quarter", "q2": "quarter", "q3": "quarter", "q4": "quarter", "h1": "half"} | {
    "h2": "half"
}


def may_be_period(word: str) -> bool:
    """Whether a period, or a part of one, may start with this word."""
    is_named = word in MONTHS or word in ORDINALS or word in _NUMBERED
    is_unit = word in WORKING_WORDS or UNITS.get(word.removesuffix("'s"), "") in _PERIODS
    is_part = word in _PART_WORDS or word in SHORT_ENDS or word in ("midweek", "midmonth")
    is_far = word in NEARER or word in ("this", "current", "the", "calendar", "financial")
    return is_named or is_unit or is_part or is_far or word == "fiscal"


def period_at(t: Tokens, i: int, read: Reader) -> Hit | None:
    """A week, month, quarter or year, or a part of one."""
    short = SHORT_ENDS.get(t[i].text)
    if short and short != "day":
        return Period(unit=short, part="end"), i + 1
    if t[i].text in ("midweek", "midmonth"):
        return Period(unit=t[i].text[3:], part="mid"), i + 1
    part = _PART_WORDS.get(t[i].text)
    if part is None:
        return _bare_period(t, i, read)
    j = i + 1
    if t[i].text in ("back", "latter", "tail"):
        if t[j].text not in ("end", "half", "part"):
            return None
        j += 1
    while t[j].text in PART_LINKS:
        j += 1
    if t[j].text in RELATIVE_DAYS or t[j + (t[j].text == "this")].text in WEEKDAYS:
        return _end_of_day(t, j, read) if part in ("end", "late") else None
    inner = period_name(t, j, read, is_led=True)
    if inner is None:
        return None
    period, k = inner
    if not period.part:
        period = Period(
            unit=period.unit, ahead=period.ahead, number=period.number, year=period.year, part=part
        )
    return period, k


def _end_of_day(t: Tokens, i: int, read: Reader) -> Hit | None:
    """ "the end of tomorrow", "the end of Sunday"; the token is behind "of"."""
    if t[i].text in RELATIVE_DAYS:
        return Relative(days=RELATIVE_DAYS[t[i].text]), i + 1
    found = read(t, i)
    if found is not None and isinstance(found[0], Weekday):
        return replace(found[0], is_end=True), found[1]
    return found


def _bare_period(t: Tokens, i: int, read: Reader) -> Hit | None:
    halves = {"first": "first half", "second": "end"}
    if t[i].text in halves and t[i + 1].text == "half" and t[i + 2].text == "of":
        inner = period_name(t, i + 3 + (t[i + 3].text == "the"), read, is_led=True)
        if inner is not None:
            period, j = inner
            part = halves[t[i].text]
            return Period(unit=period.unit, ahead=period.ahead, number=period.number, part=part), j
    found = period_name(t, i, read, is_led=False)
    if found is None:
        return None
    period, j = found
    # "next week Tuesday", "next week on Tuesday"
    if period.unit == "week" and not period.part and period.of is None:
        k = j + (t[j].text == "on")
        if t[k].text in WEEKDAYS and period.ahead in (0, 1):
            which = "next" if period.ahead else "this"
            return Weekday(day=WEEKDAYS[t[k].text], which=which), k + 1
    return found


def period_name(t: Tokens, i: int, read: Reader, *, is_led: bool) -> tuple[Period, int] | None:
    """A whole period at token `i`: "next week", "June", "Q3", "the year".

    Args:
        read: Reads a day, for "the week of the 18th".
        is_led: A word such as "by" or "end of" stands before it.
    """
    j = i + (t[i].text == "the")
    ahead, k = how_far(t, j)
    unit = _period_unit(t, k)
    if unit == "week":
        around = _week_around(t, k + 1, read, is_the=j > i)
        if around is not None:
            return around
    if unit:
        return _named_unit(t, i, j, k, unit, ahead, is_led=is_led)
    return _numbered(t, j) or _month_or_year(t, j, k, is_led=is_led or ahead is not None)


def _numbered(t: Tokens, j: int) -> tuple[Period, int] | None:
    """ "Q3", "H1 2025", "the third quarter"."""
    text = t[j].text
    if text in _NUMBERED:
        year, end = year_at(t, j + 1)
        return Period(unit=_NUMBERED[text], number=int(text[1]), year=year), end
    if text in ORDINALS and t[j + 1].text == "quarter":
        year, end = year_at(t, j + 2)
        return Period(unit="quarter", number=min(4, ORDINALS[text]), year=year), end
    return None


def _month_or_year(t: Tokens, j: int, k: int, *, is_led: bool) -> tuple[Period, int] | None:
    is_date = t[k + 1].kind in (NUMBER, ORDINAL) and t[k + 1].number <= 31
    if t[k].text in MONTHS and is_led and not is_date:
        year, end = year_at(t, k + 1)
        if t[k].text in DOUBTFUL_MONTHS and not (t[k].is_capital or year):
            return None
        return Period(unit="month", number=MONTHS[t[k].text], year=year), end
    if t[j].kind == NUMBER and is_led and 2000 <= t[j].number <= 2100 and len(t[j].text) == 4:
        return Period(unit="year", year=int(t[j].number)), j + 1
    return None


def _period_unit(t: Tokens, i: int) -> str:
    j = i + (t[i].text in WORKING_WORDS or t[i].text in ("calendar", "financial", "fiscal"))
    unit = UNITS.get(t[j].text.removesuffix("'s"), "")
    return (
        unit
        if (unit in _PERIODS and t[j].text not in ("w", "mon", "wk")) or unit == "weekend"
        else ""
    )


def _named_unit(
    t: Tokens, i: int, j: int, k: int, unit: str, ahead: int | None, *, is_led: bool
) -> tuple[Period, int] | None:
    """A unit by name and what stands around it: "next week", "year end", "the weekend"."""
    if t[k].text.endswith("s") and not t[k].text.endswith("'s"):
        return None
    end = k + 1 if UNITS.get(t[k].text.removesuffix("'s")) else k + 2
    if t[end].text in ("is", "'s") and t[end + 1].text in ("out", "over", "up"):
        return Period(unit=unit, part="end"), end + 2
    if t[end].text == "end" and (is_led or t[j].text != "the"):
        return Period(unit=unit, ahead=ahead or 0, part="end"), end + 1
    is_the = j > i
    if t[end].text == "after" and t[end + 1].text == "next" and ahead is None:
        return Period(unit=unit, ahead=2), end + 2
    if t[end].text in ("after", "following") and ahead is None and is_the:
        return None if unit != "week" else (Period(unit=unit, ahead=1), end + 1)
    if ahead is None and not is_led and not (unit == "weekend" and is_the):
        return None
    is_coming = t[j].text == "this" and k == j + 2 and unit == "week"
    return Period(unit=unit, ahead=ahead or 0, part="coming" if is_coming else ""), end


def _week_around(t: Tokens, end: int, read: Reader, *, is_the: bool) -> tuple[Period, int] | None:
    """ "week of the 18th", "week commencing 20 May", "the week before Christmas"."""
    link = t[end].text
    if link in ("of", "commencing", "beginning", "starting"):
        inside = read(t, end + 1)
        return None if inside is None else (Period(unit="week", of=inside[0]), inside[1])
    if link not in ("before", "after") or not is_the:
        return None
    beside = read(t, end + 1)
    if beside is None:
        return None
    week = Span(amounts=((1.0, "week"),))
    there = Shifted(base=beside[0], span=week, is_before=link == "before")
    return Period(unit="week", of=there), beside[1]
