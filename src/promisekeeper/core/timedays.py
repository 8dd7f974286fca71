"""Days and periods in tokens: "the Tuesday after next", "mid-June", "the 10th of next month"."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from promisekeeper.core.feasts import FEAST_NAMES, FEAST_STARTS, LONGEST_NAME
from promisekeeper.core.timeparts import (
    Dated,
    Day,
    DayRange,
    Feast,
    Figures,
    NthDay,
    Period,
    Relative,
    Shifted,
    Span,
    Weekday,
    WeekdayAfter,
)
from promisekeeper.core.timespans import Tokens, span_at
from promisekeeper.core.timetokens import DATE, DOTTED, NUMBER, ORDINAL, PUNCT, WORD
from promisekeeper.core.timewords import (
    DOUBTFUL_MONTHS,
    DOUBTFUL_WEEKDAYS,
    MONTHS,
    ORDINALS,
    RELATIVE_DAYS,
    SHORT_ENDS,
    UNITS,
    WEEKDAYS,
    WORKING_WORDS,
    word_set,
)

Hit = tuple[Day, int]
_NEXT = frozenset({"next", "nxt"})
_COMING = frozenset({"coming", "upcoming", "following"})
_PERIODS = frozenset({"week", "weekend", "month", "quarter", "year"})
_PART_WORDS = {
    **{"start": "start", "beginning": "start", "begining": "start", "opening": "start"},
    **{"early": "early", "top": "start", "mid": "mid", "middle": "mid", "midway": "mid"},
    **{"late": "late", "later": "late", "end": "end", "close": "end", "ending": "end"},
    **{"back": "late", "latter": "late", "sometime": "", "anytime": "", "rest": "end"},
    **{"course": "", "remainder": "end", "tail": "late"},
}
_RANGE = frozenset({"to", "-", "–", "—", "until", "untill", "till", "til", "through", "thru"})
_CHOICE = frozenset({"or", "/"})
_NEVER_AFTER_ORDINAL = frozenset({"attempt", "floor", "line", "time", "step"})


def day_at(t: Tokens, i: int, *, is_led: bool = False) -> Hit | None:
    """A day or period at token `i`, or the later end of a range of days.

    Args:
        is_led: A word such as "by", "on" or "until" stands before it, so that
            doubtful words ("sat", "May", "15th") may be days.
    """
    first = _one_day(t, i, is_led=is_led)
    if first is None:
        return _short_range(t, i, is_led=is_led)
    return _day_range(t, first)


def _day_range(t: Tokens, first: Hit) -> Hit:
    day, j = first
    link = t[j].text
    if link not in _RANGE and link not in _CHOICE:
        return first
    if link == "or" and t[j + 1].text == "so":
        return day, j + 2
    k = j + 1
    while t[k].text in ("the", "even", "possibly", "maybe", "on"):
        k += 1
    # "August 10 to 22, 2012": the second figure is a day of the same month.
    second = _one_day(t, k, is_led=True)
    is_same_sort = isinstance(day, Dated) and day.month is None
    if second is not None and (is_same_sort or second[0] != Dated(day=int(t[k].number))):
        return DayRange(first=day, last=second[0]), second[1]
    if isinstance(day, Dated) and day.month and t[k].kind in (NUMBER, ORDINAL):
        number = int(t[k].number)
        if day.day < number <= 31 and t[k + 1].text not in UNITS and t[k + 1].text != ":":
            year, end = _year(t, k + 1)
            last = Dated(day=number, month=day.month, year=year)
            return DayRange(first=day, last=last), end
    return first


def _short_range(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
    """ "12 to 16 September", "29 / 30 August", "between the 3rd and the 5th of May"."""
    j = i + (t[i].text == "the")
    if t[j].kind not in (NUMBER, ORDINAL) or not 1 <= t[j].number <= 31:
        return None
    k = j + 1
    if t[k].text not in _RANGE and t[k].text not in _CHOICE and t[k].text not in ("and", "&"):
        return None
    last = _dated(t, k + 1 + (t[k + 1].text == "the"), is_led=is_led)
    if last is None or not isinstance(last[0], Dated) or last[0].day <= t[j].number:
        return None
    first = Dated(day=int(t[j].number), month=last[0].month, year=last[0].year)
    return DayRange(first=first, last=last[0]), last[1]


def _one_day(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
    j = i
    while t[j].text in ("the", "sometime", "anytime", "of", "later", "any") and j < i + 3:
        found = _plain_day(t, j, is_led=is_led)
        if found is not None:
            return found
        j += 1
    return _plain_day(t, j, is_led=is_led)


def _plain_day(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
    token = t[i]
    if token.kind == WORD:
        for read in _readers_of(token.text):
            found = read(t, i)
            if found is not None:
                return found
        if token.text in _DATE_STARTS:
            return _dated(t, i, is_led=is_led)
        return None
    if token.kind == NUMBER:
        found = _shifted(t, i)
        if found is not None:
            return found
    elif token.kind == ORDINAL:
        found = _nth_day(t, i)
        if found is not None:
            return found
    return _dated(t, i, is_led=is_led)


@lru_cache(maxsize=2_048)
def _readers_of(word: str) -> tuple[Callable[[Tokens, int], Hit | None], ...]:
    """The readers that an expression may start with, by its first word."""
    if word == "day":
        return (_the_day,)
    starts = (
        (_shifted, word in _SPAN_STARTS),
        (_feast, word in FEAST_STARTS),
        (_relative, word in RELATIVE_DAYS or word in _NEXT | _COMING or word == "later"),
        (_nth_day, word in ORDINALS or word == "last"),
        (_period, _may_be_period(word)),
        (_weekday, word in WEEKDAYS or word in _NEXT | _COMING or word in ("this", "come")),
    )
    return tuple(read for read, is_meant in starts if is_meant)


def _may_be_period(word: str) -> bool:
    is_named = word in MONTHS or word in ORDINALS or word in ("q1", "q2", "q3", "q4")
    is_unit = word in WORKING_WORDS or UNITS.get(word.removesuffix("'s"), "") in _PERIODS
    is_part = word in _PART_WORDS or word in SHORT_ENDS or word in ("midweek", "midmonth")
    is_far = word in _NEXT | _COMING or word in ("this", "current", "the", "calendar", "financial")
    return is_named or is_unit or is_part or is_far or word == "fiscal"


_DATE_STARTS = frozenset({*MONTHS, *ORDINALS, "this", "next"})


def _the_day(t: Tokens, i: int) -> Hit | None:
    """ "the day after tomorrow", "the day after"."""
    if t[i + 1].text not in ("after", "following", "before"):
        return None
    base = _one_day(t, i + 2, is_led=True)
    if base is None:
        return None
    one = Span(amounts=((1.0, "day"),))
    return Shifted(base=base[0], span=one, is_before=t[i + 1].text == "before"), base[1]


def _relative(t: Tokens, i: int) -> Hit | None:
    text = t[i].text
    if text == "later" and t[i + 1].text in RELATIVE_DAYS:
        i, text = i + 1, t[i + 1].text
    days = RELATIVE_DAYS.get(text)
    if days is not None:
        return _week_after(t, Relative(days=days), i + 1)
    if text in _NEXT | _COMING:
        j = i + 1
        is_working = t[j].text in WORKING_WORDS
        if t[j + is_working].text == "day":
            amount = Span(amounts=((1.0, "day"),), is_working=is_working)
            return Shifted(base=Relative(days=0), span=amount), j + is_working + 1
    return None


def _week_after(t: Tokens, day: Day, j: int) -> Hit:
    """ "Monday week", "tomorrow week"."""
    if t[j].text == "week" and t[j + 1].text not in ("of", "after"):
        if isinstance(day, Weekday):
            return Weekday(day=day.day, which=day.which, weeks=1), j + 1
        return Shifted(base=day, span=Span(amounts=((1.0, "week"),))), j + 1
    return day, j


def _shifted(t: Tokens, i: int) -> Hit | None:
    """ "a week from Friday", "3 days after tomorrow", "a week on Monday"."""
    if t[i].kind == WORD and t[i].text not in _SPAN_STARTS:
        return None
    span = span_at(t, i)
    if span is None or span[0].is_clock:
        return None
    amount, j = span
    link = t[j].text
    if link == "on" or t[j].text in WEEKDAYS or t[j].text in RELATIVE_DAYS:
        base = _one_day(t, j + (link == "on"), is_led=True)
        is_weeks = amount.amounts[-1][1] in ("week", "fortnight")
        is_base = base is not None and isinstance(base[0], Weekday | Relative)
        return (
            (Shifted(base=base[0], span=amount), base[1]) if base and is_weeks and is_base else None
        )
    if link not in ("from", "after", "before", "following", "past"):
        return None
    base = _one_day(t, j + 1, is_led=True)
    if base is None or t[j + 1].text == "now":
        return None
    return Shifted(base=base[0], span=amount, is_before=link == "before"), base[1]


_SPAN_STARTS = word_set(
    "a an one two three four five six seven eight nine ten couple few half the twelve"
)


def _feast(t: Tokens, i: int) -> Hit | None:
    if t[i].text not in FEAST_STARTS:
        return None
    for size in range(LONGEST_NAME, 0, -1):
        name = " ".join(t[i + n].text for n in range(size))
        if name in FEAST_NAMES:
            return Feast(name=name), i + size
    return None


def _nth_day(t: Tokens, i: int) -> Hit | None:
    """ "the first working day of next month", "the last Friday of June"."""
    if t[i].kind == ORDINAL:
        count = int(t[i].number)
    elif t[i].text == "last":
        count = -1
    elif t[i].text in ORDINALS:
        count = ORDINALS[t[i].text]
    else:
        return None
    j = i + 1
    is_working = t[j].text in WORKING_WORDS
    j += is_working
    weekday = WEEKDAYS.get(t[j].text)
    if weekday is None and t[j].text not in ("day", "week"):
        return None
    if t[j + 1].text not in ("of", "in"):
        return None
    period = _period_name(t, j + 2, is_led=True)
    if period is None:
        return None
    if t[j].text == "week":
        return NthDay(count=count, period=period[0], weekday=4), period[1]
    return NthDay(count=count, period=period[0], weekday=weekday, is_working=is_working), period[1]


def _period(t: Tokens, i: int) -> Hit | None:
    """A week, month, quarter or year, or a part of one."""
    short = SHORT_ENDS.get(t[i].text)
    if short and short != "day":
        return Period(unit=short, part="end"), i + 1
    if t[i].text in ("midweek", "midmonth"):
        return Period(unit=t[i].text[3:], part="mid"), i + 1
    part = _PART_WORDS.get(t[i].text)
    if part is None:
        return _bare_period(t, i)
    j = i + 1
    if t[i].text in ("back", "latter", "tail"):
        if t[j].text not in ("end", "half", "part"):
            return None
        j += 1
    while t[j].text in ("part", "in", "of", "the", "to", "on", "around", "about", "half"):
        j += 1
    if t[j].text in RELATIVE_DAYS or t[j + (t[j].text == "this")].text in WEEKDAYS:
        return _end_of_day(t, j) if part in ("end", "late") else None
    inner = _period_name(t, j, is_led=True)
    if inner is None:
        return None
    period, k = inner
    if not period.part:
        period = Period(
            unit=period.unit, ahead=period.ahead, number=period.number, year=period.year, part=part
        )
    return period, k


def _end_of_day(t: Tokens, i: int) -> Hit | None:
    """ "the end of tomorrow", "the end of Sunday"; the token is behind "of"."""
    if t[i].text in RELATIVE_DAYS:
        return Relative(days=RELATIVE_DAYS[t[i].text]), i + 1
    found = _weekday(t, i)
    if found is not None and isinstance(found[0], Weekday):
        return replace(found[0], is_end=True), found[1]
    return found


def _bare_period(t: Tokens, i: int) -> Hit | None:
    halves = {"first": "first half", "second": "end"}
    if t[i].text in halves and t[i + 1].text == "half" and t[i + 2].text == "of":
        inner = _period_name(t, i + 3 + (t[i + 3].text == "the"), is_led=True)
        if inner is not None:
            period, j = inner
            part = halves[t[i].text]
            return Period(unit=period.unit, ahead=period.ahead, number=period.number, part=part), j
    found = _period_name(t, i, is_led=False)
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


def _period_name(t: Tokens, i: int, *, is_led: bool) -> tuple[Period, int] | None:
    j = i + (t[i].text == "the")
    ahead, k = _how_far(t, j)
    unit = _period_unit(t, k)
    if unit:
        return _named_unit(t, i, j, k, unit, ahead, is_led=is_led)
    if t[j].text in ("q1", "q2", "q3", "q4"):
        year, end = _year(t, j + 1)
        return Period(unit="quarter", number=int(t[j].text[1]), year=year), end
    if t[j].text in ORDINALS and t[j + 1].text == "quarter":
        year, end = _year(t, j + 2)
        return Period(unit="quarter", number=min(4, ORDINALS[t[j].text]), year=year), end
    is_date = t[k + 1].kind in (NUMBER, ORDINAL) and t[k + 1].number <= 31
    if t[k].text in MONTHS and (is_led or ahead is not None) and not is_date:
        year, end = _year(t, k + 1)
        if t[k].text in DOUBTFUL_MONTHS and not (t[k].is_capital or year):
            return None
        return Period(unit="month", number=MONTHS[t[k].text], year=year), end
    if t[j].kind == NUMBER and is_led and 2000 <= t[j].number <= 2100 and len(t[j].text) == 4:
        return Period(unit="year", year=int(t[j].number)), j + 1
    return None


def _how_far(t: Tokens, i: int) -> tuple[int | None, int]:
    """0 for "this", 1 for "next" and the like; None where nothing of the kind stands there."""
    if t[i].text in ("this", "current"):
        j = i + 1
        is_coming = t[j].text in _COMING
        return (None, i) if t[j].text == "past" else (0, j + is_coming)
    if t[i].text in _NEXT | _COMING:
        return 1, i + 1
    return None, i


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
    if t[k].text.endswith("s") and not t[k].text.endswith("'s"):
        return None
    end = k + 1 if UNITS.get(t[k].text.removesuffix("'s")) else k + 2
    is_coming = t[j].text == "this" and k == j + 2
    if t[end].text in ("of", "commencing", "beginning", "starting") and unit == "week":
        inside = _one_day(t, end + 1, is_led=True)
        if inside is not None:
            return Period(unit="week", of=inside[0]), inside[1]
    if t[end].text in ("is", "'s") and t[end + 1].text in ("out", "over", "up"):
        return Period(unit=unit, part="end"), end + 2
    if t[end].text == "end" and (is_led or t[j].text != "the"):
        return Period(unit=unit, ahead=ahead or 0, part="end"), end + 1
    if t[end].text == "after" and t[end + 1].text == "next" and ahead is None:
        return Period(unit=unit, ahead=2), end + 2
    if t[end].text in ("after", "following") and ahead is None and j > i:
        return None if unit != "week" else (Period(unit=unit, ahead=1), end + 1)
    if ahead is None and not is_led and not (unit == "weekend" and j > i):
        return None
    if is_coming and unit == "week":
        return Period(unit=unit, ahead=0, part="coming"), end
    return Period(unit=unit, ahead=ahead or 0), end


def _weekday(t: Tokens, i: int) -> Hit | None:
    j, which = _which(t, i)
    token = t[j]
    day = WEEKDAYS.get(token.text)
    if day is None or token.kind != WORD:
        return None
    k = j + 1
    if t[k].text == "." and token.text not in ("monday", "friday") and len(token.text) < 5:
        k += t[k + 1].kind in (NUMBER, ORDINAL) or t[k + 1].text in MONTHS
    named = _weekday_date(t, k, day)
    if named is not None:
        return named
    if t[k].text == "after" and t[k + 1].text == "next":
        return Weekday(day=day, which="next", weeks=1), k + 2
    if t[k].text in ("after", "following", "before"):
        base = _one_day(t, k + 1, is_led=True)
        if base is not None and not isinstance(base[0], Weekday | Relative | Span):
            is_before = t[k].text == "before"
            return WeekdayAfter(day=day, base=base[0], is_before=is_before), base[1]
    m = k
    while t[m].text in ("of", "in", "on", ","):
        m += 1
    if t[m].text in ("this", *_NEXT, "the") and t[m + 1].text in ("week", "following", "coming"):
        word = "next" if t[m].text in _NEXT or t[m + 1].text == "following" else "this"
        end = m + 2 + (t[m + 1].text in ("following", "coming") and t[m + 2].text == "week")
        return Weekday(day=day, which=word), end
    return _week_after(t, Weekday(day=day, which=which), k)


def _which(t: Tokens, i: int) -> tuple[int, str]:
    if t[i].text == "this":
        return (i + 2, "") if t[i + 1].text in _COMING else (i + 1, "this")
    if t[i].text in _NEXT:
        if t[i + 1].text in _NEXT:
            return i + 2, "next next"
        return i + 1, "next"
    if t[i].text in _COMING or t[i].text == "come":
        return i + 1, ""
    return i, ""


def _weekday_date(t: Tokens, k: int, weekday: int) -> Hit | None:
    """The date that stands beside a weekday: "Tuesday, May 14th", "Tuesday the 14th"."""
    j = k
    while t[j].text in (",", "the", "(", "on"):
        j += 1
    is_date = t[j].kind in (NUMBER, ORDINAL, DATE, DOTTED) or t[j].text in MONTHS
    if not is_date and (t[j].text not in ORDINALS or t[j - 1].text != "the"):
        return None
    dated = _dated(t, j, is_led=True)
    if dated is None:
        is_day = t[j].kind == NUMBER and 1 <= t[j].number <= 31 and t[j + 1].text not in UNITS
        is_plain = "." not in t[j].text and t[j + 1].text not in ("am", "pm", "-", "to", ":", "or")
        is_near = j in (k, k + 1) and t[j - 1].text != "("
        if not (is_day and is_plain and is_near and t[j].number > 12):
            return None
        dated = Dated(day=int(t[j].number)), j + 1
    day, end = dated
    end += t[end].text == ")" and t[j - 1].text == "("
    if isinstance(day, Dated):
        return Dated(day=day.day, month=day.month, year=day.year, weekday=weekday), end
    if isinstance(day, Figures):
        return Figures(first=day.first, second=day.second, year=day.year, weekday=weekday), end
    return None


def _dated(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
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
        return _day_first(t, i) or _bare_ordinal(t, i, is_led=is_led)
    return _month_first(t, i)


def _dashed(t: Tokens, i: int) -> Hit | None:
    """ "2-15": only where nothing follows that it could count."""
    dash, second, after = t[i + 1], t[i + 2], t[i + 3]
    is_pair = dash.text == "-" and dash.is_glued and second.kind == NUMBER
    if not is_pair or after.text in UNITS or after.text in ("am", "pm", *MONTHS, *WORKING_WORDS):
        return None
    if t[i - 1].text not in ("on", *WEEKDAYS) and not (i == 0 and after.kind == "end"):
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
    if t[i].mark == "/" and len(parts) == 2 and t[i + 1].text in ("of", *UNITS):
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
    ahead, k = _how_far(t, j)
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
    year, end = _year(t, end)
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
    if not 1 <= number <= 31 or "." in t[j].text or t[j + 1].text in ("%", *UNITS):
        return None
    if t[i].text in ("may", "march", "mar", "dec", "jan") and not t[i].is_capital and j != i + 1:
        return None
    year, end = _year(t, j + 1)
    return Dated(day=int(number), month=month, year=year), end


def _year(t: Tokens, i: int) -> tuple[int | None, int]:
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
    if after.kind == WORD and after.text not in _AFTER_ORDINAL:
        return None
    if after.kind == PUNCT and after.text in ("'", "/"):
        return None
    return Dated(day=int(t[i].number)), i + 1


_AFTER_ORDINAL = word_set(
    "at by and or to so if when with for in i we you he she they it but once because then instead "
    "latest please as on before after until between from morning afternoon evening night noon "
    "eod cob close end early late this next depending unless since though although while which "
    "that is was will the via without around about barring provided for"
) | frozenset(WEEKDAYS)


def is_doubtful(t: Tokens, i: int) -> bool:
    """Whether the weekday at token `i` is also a word of its own: "sat", "mon"."""
    return t[i].text in DOUBTFUL_WEEKDAYS
