"""Days and periods in tokens: "the Tuesday after next", "mid-June", "the 10th of next month"."""

from collections.abc import Callable
from functools import lru_cache

from promisekeeper.core.feasts import FEAST_STARTS, FEASTS_FROM
from promisekeeper.core.timedates import COMING, NEARER, NEXT, Hit, date_at, year_at
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
from promisekeeper.core.timeperiods import may_be_period, period_at, period_name
from promisekeeper.core.timespans import Tokens, span_at
from promisekeeper.core.timetokens import DATE, DOTTED, NUMBER, ORDINAL, WORD
from promisekeeper.core.timewords import (
    MONTHS,
    ORDINALS,
    RELATIVE_DAYS,
    UNITS,
    WEEKDAYS,
    WORKING_WORDS,
    word_set,
)

_RANGE = frozenset({"to", "-", "–", "—", "until", "untill", "till", "til", "through", "thru"})
_CHOICE = frozenset({"or", "/"})


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
    # "May 3 to 9, 2027": the second figure is a day of the same month.
    second = _one_day(t, k, is_led=True)
    is_same_sort = isinstance(day, Dated) and day.month is None
    if second is not None and (is_same_sort or second[0] != Dated(day=int(t[k].number))):
        return DayRange(first=day, last=second[0]), second[1]
    if isinstance(day, Dated) and day.month and t[k].kind in (NUMBER, ORDINAL):
        number = int(t[k].number)
        if day.day < number <= 31 and t[k + 1].text not in UNITS and t[k + 1].text != ":":
            year, end = year_at(t, k + 1)
            last = Dated(day=number, month=day.month, year=year)
            return DayRange(first=day, last=last), end
    return first


def _short_range(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
    """ "12 to 16 September", "29 / 30 August", "between the 3rd and the 5th of May"."""
    j = i + (t[i].text == "the")
    if not 1 <= t[j].number <= 31 or t[j].kind not in (NUMBER, ORDINAL):
        return None
    k = j + 1
    if t[k].text not in _RANGE and t[k].text not in _CHOICE and t[k].text not in ("and", "&"):
        return None
    last = date_at(t, k + 1 + (t[k + 1].text == "the"), is_led=is_led)
    if last is None or not isinstance(last[0], Dated) or last[0].day <= t[j].number:
        return None
    first = Dated(day=int(t[j].number), month=last[0].month, year=last[0].year)
    return DayRange(first=first, last=last[0]), last[1]


_FILLERS = frozenset({"the", "sometime", "anytime", "of", "later", "any"})


def _one_day(t: Tokens, i: int, *, is_led: bool) -> Hit | None:
    j = i
    while t[j].text in _FILLERS and j < i + 3:
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
            return date_at(t, i, is_led=is_led)
        return None
    if token.kind == NUMBER:
        found = _shifted(t, i)
        if found is not None:
            return found
    elif token.kind == ORDINAL:
        found = _nth_day(t, i)
        if found is not None:
            return found
    return date_at(t, i, is_led=is_led)


@lru_cache(maxsize=1_024)
def _readers_of(word: str) -> tuple[Callable[[Tokens, int], Hit | None], ...]:
    """The readers that an expression may start with, by its first word."""
    if word == "day":
        return (_the_day,)
    starts = (
        (_shifted, word in _SPAN_STARTS),
        (_feast, word in FEAST_STARTS),
        (_relative, word in RELATIVE_DAYS or word in NEARER or word == "later"),
        (_nth_day, word in ORDINALS or word == "last"),
        (_period, may_be_period(word)),
        (_weekday, word in WEEKDAYS or word in NEARER or word in ("this", "come")),
    )
    return tuple(read for read, is_meant in starts if is_meant)


_DATE_STARTS = frozenset({*MONTHS, *ORDINALS, "this", "next"})


@lru_cache(maxsize=1_024)
def may_be_day(word: str) -> bool:
    """Whether `day_at` can read a day that starts with this word."""
    return bool(_readers_of(word)) or word in _DATE_STARTS or word in _FILLERS


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
    if text in NEARER:
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
    if link in ("on", "this") or t[j].text in WEEKDAYS or t[j].text in RELATIVE_DAYS:
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
    if t[i - 1].text in _OTHER_CALENDARS:
        return None
    for name in FEASTS_FROM.get(t[i].text, ()):
        end = _behind_name(t, i, name)
        if not end:
            continue
        if name == ("new", "year") and "in" in (t[i - 1].text, t[i - 2].text):
            return Period(unit="month", number=1), i + 2
        return Feast(name=" ".join(name)), end
    return None


# "Chinese New Year": a feast of another calendar, whose date we do not know.
_OTHER_CALENDARS = word_set("chinese lunar jewish islamic orthodox coptic persian vietnamese tamil")


def _behind_name(t: Tokens, i: int, name: tuple[str, ...]) -> int:
    """The token behind a name, or 0: "St. Patrick's Day", "Presidents' Day"."""
    j = i
    for word in name:
        if t[j].text != word:
            return 0
        j += 1
        # The mark belongs to the word before it, not to the end of the sentence.
        if t[j].text == ("." if word == "st" else "'") and word != name[-1]:
            j += 1
    return j


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
    period = period_name(t, j + 2, _led_day, is_led=True)
    if period is None:
        return None
    if t[j].text == "week":
        return NthDay(count=count, period=period[0], weekday=4), period[1]
    return NthDay(count=count, period=period[0], weekday=weekday, is_working=is_working), period[1]


def _period(t: Tokens, i: int) -> Hit | None:
    return period_at(t, i, _led_day)


def _led_day(t: Tokens, i: int) -> Hit | None:
    return _one_day(t, i, is_led=True)


_WEEK_OWNERS = frozenset({"this", "the", *NEXT})


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
    if t[m].text in _WEEK_OWNERS and t[m + 1].text in ("week", "following", "coming"):
        word = "next" if t[m].text in NEXT or t[m + 1].text == "following" else "this"
        end = m + 2 + (t[m + 1].text in ("following", "coming") and t[m + 2].text == "week")
        return Weekday(day=day, which=word), end
    return _week_after(t, Weekday(day=day, which=which), k)


def _which(t: Tokens, i: int) -> tuple[int, str]:
    if t[i].text == "this":
        return (i + 2, "") if t[i + 1].text in COMING else (i + 1, "this")
    if t[i].text in NEXT:
        if t[i + 1].text in NEXT:
            return i + 2, "next next"
        return i + 1, "next"
    if t[i].text in COMING or t[i].text == "come":
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
    dated = date_at(t, j, is_led=True)
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
