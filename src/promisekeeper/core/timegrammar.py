"""Tokens -> the time expressions in them, longest first, without a calendar.

An expression is a bound ("by", "before", "within"), then day, time of day and
zone in any order. What it means for a given Date is for `core.timecalendar`.
"""

from dataclasses import replace

from promisekeeper.core.timebounds import (
    BOUND_STARTS,
    SOFTENERS,
    SPAN_LEADS,
    SPAN_SOFTENERS,
    bound_at,
    starts_of,
)
from promisekeeper.core.timeclock import clock_at
from promisekeeper.core.timegather import LINKS, Found, extend, gather, later_of
from promisekeeper.core.timeparts import (
    Dated,
    Day,
    DayRange,
    Period,
    Relative,
    Shifted,
    Span,
    Weekday,
    Words,
)
from promisekeeper.core.timespans import AMOUNT_STARTS, Tokens, is_figure, is_hours, span_at
from promisekeeper.core.timetokens import CLOCK, WORD
from promisekeeper.core.timewords import (
    NUMBERS,
    UNITS,
    WORKING_WORDS,
    word_set,
)

_TAILS_FROM = {
    "from": (("from", "now"), ("from", "today")),
    "hence": (("hence",),),
    "later": (("later",),),
}


def expressions(t: Tokens) -> list[Words]:
    """All time expressions of a text, in order, none overlapping; they count tokens."""
    found: list[Words] = []
    reach = 0
    for i in starts_of(t):
        hit = words_at(t, i) if i >= reach else None
        if hit is not None:
            found.append(hit[0])
            reach = hit[1]
    return found


_SPAN_STARTS = SPAN_LEADS | SPAN_SOFTENERS | AMOUNT_STARTS


def words_at(t: Tokens, i: int) -> tuple[Words, int] | None:
    """The time expression that starts at token `i`, and the token behind it."""
    token = t[i]
    may_count = token.text in _SPAN_STARTS or (token.kind != WORD and is_figure(token))
    span = _span_words(t, i) if may_count else None
    group = _group(t, i)
    # A bare "17h" is a time of day, a bare "2h" an amount.
    if group is not None and token.kind == CLOCK and is_hours(token) and 12 < token.parts[0] < 24:
        return group
    if span and (group is None or span[1] >= group[1]):
        return span
    return group


def _span_words(t: Tokens, i: int) -> tuple[Words, int] | None:
    """ "within the next 24 hours", "3 days from now", "in two weeks' time"."""
    lead = t[i].text if t[i].text in SPAN_LEADS else ""
    j = i + bool(lead)
    is_next = False
    start = j
    while t[j].text in SPAN_SOFTENERS and j < start + 5 and not _is_another(t, j):
        is_next = is_next or t[j].text in ("next", "coming", "following", "upcoming")
        j += 1
    if lead in ("over", "during", "throughout") and not is_next:
        return None
    if not lead and not is_next and j > start:
        # "about half an hour" starts at the amount: what stands before it is not needed.
        return None
    found = span_at(t, j)
    is_one = is_next and UNITS.get(t[j].text) == t[j].text
    if found is None and is_one and lead in ("within", "in", "over"):
        more = NUMBERS.get(t[j + 2].text, 0.0) if t[j + 1].text == "or" else 0.0
        number, k = (more, j + 3) if more > 1 else (1.0, j + 1)
        found = Span(amounts=((number, UNITS[t[j].text]),)), k
    if found is None:
        return None if lead != "within" else _within_the(t, i)
    span, k = found
    if not lead and not is_next:
        is_next = t[k - 1].text in UNITS and t[j + 1].text in ("upcoming", "coming")
    return _finished_span(t, i, k, span, lead=lead, is_next=is_next)


def _is_another(t: Tokens, i: int) -> bool:
    """ "another hour" is an amount, "another 24 hours" has its own."""
    return t[i].text == "another" and t[i + 1].text in UNITS


def _finished_span(
    t: Tokens, i: int, k: int, span: Span, *, lead: str, is_next: bool
) -> tuple[Words, int] | None:
    is_sure = is_next
    if t[k].text == "time" and (t[k - 1].text == "'" or t[k - 1].text.endswith(("s", "'s"))):
        k, is_sure = k + 1, True
    for tail in _TAILS_FROM.get(t[k].text, ()):
        if tuple(t[k + n].text for n in range(len(tail))) == tail:
            if tail == ("later",) and t[k + 1].text == "than":
                continue
            k, is_sure = k + len(tail), True
            span = replace(span, is_exact=tail != ("from", "today"))
            break
    if t[k].text == "ago" or (lead == "for" and not is_next):
        return None
    bound = "within" if lead == "within" else "in" if lead or is_sure else ""
    is_weak = not lead and not is_sure
    words = Words(start=i, end=k, bound=bound, day=span, is_sure=is_sure, is_weak=is_weak)
    anchored = _anchored_span(t, k, words, span)
    if anchored is not None:
        return anchored
    if span.is_clock:
        return words, k
    return _with_clock(t, k, words)


def _anchored_span(t: Tokens, k: int, words: Words, span: Span) -> tuple[Words, int] | None:
    """ "5 hours after noon", "one hour before Thursday"."""
    if t[k].text not in ("after", "before", "from"):
        return None
    base = _group(t, k + 1)
    if base is None or base[0].bound or base[0].kind != "instant":
        return None
    if not span.is_clock and (base[0].clock or base[0].day is None):
        return None
    day = base[0].day or Relative(days=0)
    is_before = t[k].text == "before"
    shifted = Shifted(base=day, span=span, is_before=is_before, clock=base[0].clock)
    anchored = base[0]._replace(
        start=words.start,
        bound="in",
        day=shifted,
        clock=None,
        is_weak=False,
        is_sure=words.is_sure or base[0].is_sure,
    )
    return anchored, base[1]


def _within_the(t: Tokens, i: int) -> tuple[Words, int] | None:
    """ "within the hour" is one hour, "within the week" this week."""
    j = i + 1 + (t[i + 1].text in ("the", "this"))
    j += t[j].text in WORKING_WORDS and UNITS.get(t[j + 1].text) == "day"
    unit = UNITS.get(t[j].text, "")
    if unit in ("hour", "minute"):
        day: Day = Span(amounts=((1.0, unit),))
    elif unit == "day":
        day = Relative(days=0)
    elif unit in ("week", "month", "quarter", "year"):
        day = Period(unit=unit, part="end")
    else:
        return None
    return Words(start=i, end=j + 1, bound="within", day=day, is_sure=True), j + 1


def _with_clock(t: Tokens, k: int, words: Words) -> tuple[Words, int]:
    """ "in six days at 4pm"."""
    if t[k].text in ("at", "by") and words.bound:
        clock = clock_at(t, k + 1, is_led=True)
        if clock is not None:
            return words._replace(clock=clock[0], end=clock[1]), clock[1]
    return words, k


def _group(t: Tokens, i: int) -> tuple[Words, int] | None:
    bound, j = bound_at(t, i)
    if bound and t[j].text in BOUND_STARTS:
        more, k = bound_at(t, j)
        if more and not (bound == "on" and more == "on"):
            bound = (
                "after"
                if "after" in (bound, more)
                else bound
                if more in ("at", "on", "in")
                else more
            )
            # "send it over by noon": the first word belongs to the verb.
            i = j if t[i].text in _PARTICLES and more not in ("at", "on") else i
            j = k
    while t[j].text in SOFTENERS and j < i + 6:
        i += i == j and t[j].text in _PLAIN_SOFTENERS
        j += 1
    if bound in ("between", "from"):
        return _ranged(t, i, j, bound)
    lead = t[j - 1].text if t[j - 1].text in ("around", "about") and j > i else bound
    found = gather(t, j, lead)
    if found is None:
        return None
    if _is_particle(t, i, bound, found.day):
        i += 1
        bound = ""
    return _finish(t, i, bound, found)


_PARTICLES = word_set("over in through about for off up")
_PLAIN_SOFTENERS = word_set("say maybe perhaps possibly just only right like latest")


def _is_particle(t: Tokens, i: int, bound: str, day: Day | None) -> bool:
    """Whether the preposition belongs to the verb: "I'll be in tomorrow", "in on Tuesday"."""
    if t[i].text not in ("in", "on", "over", "about") or bound not in ("in", "on"):
        return False
    is_this = isinstance(day, Period) and t[i + 1].text in ("this", "next")
    is_day = isinstance(day, Relative | Weekday) and t[i].text in ("in", "over")
    return is_this or is_day or (isinstance(day, Relative) and t[i].text == "on")


_RANGE_LINKS = LINKS | {"and"}


def _ranged(t: Tokens, i: int, j: int, bound: str) -> tuple[Words, int] | None:
    """ "between 9am and 1pm tomorrow", "from Wednesday to Friday"."""
    clock = clock_at(t, j - 1)
    if clock is not None:
        found = Found(clock=clock[0], end=clock[1], is_led_clock=True)
        extend(t, found)
        return _finish(t, i, "on", found)
    first = gather(t, j, "on")
    if first is None:
        return None
    if isinstance(first.day, DayRange) or (first.clock and first.clock.least):
        return _finish(t, i, "on", first)
    if t[first.end].text in _RANGE_LINKS:
        second = gather(t, first.end + 1, "by")
        if second is not None:
            return _finish(t, i, "on", later_of(first, second))
    if bound == "from":
        return _finish(t, i, "after", first)
    return None


def _finish(t: Tokens, i: int, bound: str, found: Found) -> tuple[Words, int] | None:
    """The expression as a value, unless it is too thin to be one."""
    if found.day is None and found.clock is None and found.part is None:
        return None
    if t[found.end].text in ("'",) and t[found.end + 1].text == "s":
        return None
    day = found.day
    is_weak = (found.is_bare_clock and day is None) or (isinstance(day, Span) and not bound)
    is_sure = _is_future(day)
    return (
        Words(
            start=i,
            end=found.end,
            bound=bound,
            day=day,
            clock=found.clock,
            part=found.part,
            zone=found.zone,
            kind="after" if bound == "after" else "instant",
            is_sure=is_sure,
            is_weak=is_weak and not is_sure,
        ),
        found.end,
    )


def _is_future(day: Day | None) -> bool:
    """Whether the words themselves can only look ahead."""
    match day:
        case Relative():
            return day.days > 0
        case Weekday():
            return day.which == "next" or day.weeks > 0
        case Period():
            return day.ahead > 0
        case Shifted():
            return _is_future(day.base)
        case DayRange():
            return _is_future(day.last) or _is_future(day.first)
        case Dated():
            return bool(day.months_ahead)
        case _:
            return False
