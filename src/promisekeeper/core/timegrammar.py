"""Tokens -> the time expressions in them, longest first, without a calendar.

An expression is a bound ("by", "before", "within"), then day, time of day and
zone in any order. What it means for a given Date is for `core.timecalendar`.
"""

from dataclasses import dataclass, replace

from promisekeeper.core.feasts import FEAST_STARTS
from promisekeeper.core.timeclock import clock_at, part_at
from promisekeeper.core.timedays import day_at
from promisekeeper.core.timeparts import (
    Clock,
    Dated,
    Day,
    DayRange,
    Figures,
    Part,
    Period,
    Relative,
    Shifted,
    Span,
    Weekday,
    Words,
)
from promisekeeper.core.timespans import Tokens, span_at
from promisekeeper.core.timetokens import (
    CLOCK,
    DASH,
    DATE,
    DOTTED,
    NUMBER,
    ORDINAL,
    PADDING,
    PUNCT,
    WORD,
)
from promisekeeper.core.timewords import (
    DOUBTFUL_MONTHS,
    DOUBTFUL_NAMES,
    DOUBTFUL_WEEKDAYS,
    GATE_WORDS,
    MONTHS,
    NUMBERS,
    PART_WORDS,
    RELATIVE_DAYS,
    UNITS,
    WEAK_WORDS,
    WEEKDAYS,
    word_set,
)
from promisekeeper.core.zones import NEEDS_TIME, TIME_WORDS, is_zone_word

_BOUNDS: dict[tuple[str, ...], str] = {
    ("by",): "by",
    ("on", "or", "before"): "by",
    ("before", "or", "on"): "by",
    ("by", "or", "before"): "by",
    ("at", "or", "before"): "by",
    ("no", "later", "than"): "by",
    ("not", "later", "than"): "by",
    ("latest", "by"): "by",
    ("latest",): "by",
    ("due", "by"): "by",
    ("due", "on"): "by",
    ("come",): "by",
    ("before",): "before",
    ("prior", "to"): "before",
    ("ahead", "of"): "before",
    ("in", "advance", "of"): "before",
    ("on",): "on",
    ("at",): "at",
    ("@",): "at",
    ("in",): "in",
    ("until",): "until",
    ("untill",): "until",
    ("till",): "until",
    ("til",): "until",
    ("through",): "until",
    ("thru",): "until",
    ("over",): "in",
    ("during",): "in",
    ("throughout",): "in",
    ("around",): "on",
    ("about",): "on",
    ("approximately",): "on",
    ("roughly",): "on",
    ("for",): "for",
    ("after",): "after",
    ("not", "before"): "after",
    ("no", "earlier", "than"): "after",
    ("no", "sooner", "than"): "after",
    ("not", "until"): "after",
    ("starting",): "after",
    ("starting", "from"): "after",
    ("starting", "on"): "after",
    ("as", "of"): "after",
    ("as", "from"): "after",
    ("from",): "from",
    ("between",): "between",
    ("since",): "since",
}
_BOUND_STARTS = frozenset(words[0] for words in _BOUNDS)
_LONG_BOUND_STARTS = frozenset(words[0] for words in _BOUNDS if len(words) > 1)
_SOFTENERS = word_set(
    "around about approximately approx roughly circa sometime maybe perhaps possibly say ~ like "
    "just only right latest"
)
_SPAN_LEADS = frozenset({"in", "within", "inside", "under", "over", "during", "throughout", "for"})
_SPAN_SOFTENERS = word_set(
    "about around approximately approx roughly another just only maybe perhaps say up to at most "
    "some under less than no more next coming following upcoming the of max maximum probably "
    "as little within ~ that like"
)
_TAIL_NOW = {("from", "now"), ("from", "today"), ("hence",), ("later",)}
_GLUE = word_set("at on by in around about of the , ( @ before until sometime from")
_LATER_GLUE = {("no", "later", "than"), ("not", "later", "than"), ("prior", "to")}
_FIGURE_KINDS = frozenset({NUMBER, ORDINAL, CLOCK, DATE, DOTTED})
_LEAD_MARKS = frozenset("@~<=(-")
# Inside a lead, never its first word.
_NO_STARTS = word_set("or than to of very and earlier sooner advance than")
# Words that may stand before the first time word of an expression.
_LEADS = (
    _BOUND_STARTS
    | _SOFTENERS
    | _SPAN_LEADS
    | _SPAN_SOFTENERS
    | word_set(
        "the a an this current next nxt coming upcoming following later early late last any first "
        "sometime anytime end start beginning begining middle top back latter tail rest course "
        "remainder opening closing finish open few couple several dozen handful come fiscal same of or "
        "than to very not no prior ahead advance due earlier sooner even part only time"
    )
)
_CLOCK_STARTS = frozenset(NUMBERS) | word_set(
    "noon midday midnight noontime half quarter a between from"
)
_LINKS = frozenset(
    {"to", "-", "–", "—", "until", "untill", "till", "til", "through", "thru", "or", "/"}
)


_CORE = (
    GATE_WORDS
    | WEAK_WORDS
    | DOUBTFUL_NAMES
    | frozenset(UNITS)
    | FEAST_STARTS
    | word_set("am pm eve one next bank new")
)


_PART_STARTS = _CORE | _LEADS


def expressions(t: Tokens) -> list[Words]:
    """All time expressions of a text, in order, none overlapping."""
    near = _near_times(t)
    found: list[Words] = []
    i = 0
    while i < len(near):
        hit = words_at(t, i) if near[i] else None
        if hit is not None:
            found.append(hit[0])
        i = max(hit[1], i + 1) if hit else i + 1
    return found


def _near_times(t: Tokens) -> list[bool]:
    """For each token whether an expression may start there: nothing but leads until a time."""
    near = []
    is_near = False
    for token in reversed(t[: len(t) - PADDING]):
        text = token.text
        if token.kind == WORD:
            is_near = text in _CORE or (is_near and text in _LEADS)
            near.append(is_near and text not in _NO_STARTS)
        else:
            is_near = token.kind in _FIGURE_KINDS or (is_near and text in _LEAD_MARKS)
            near.append(is_near and text not in ")(-")
    near.reverse()
    return near


def words_at(t: Tokens, i: int) -> tuple[Words, int] | None:
    """The time expression that starts at token `i`, and the token behind it."""
    span = _span_words(t, i)
    group = _group(t, i)
    if span and (group is None or span[1] >= group[1]):
        return span
    return group


def _span_words(t: Tokens, i: int) -> tuple[Words, int] | None:
    """ "within the next 24 hours", "3 days from now", "in two weeks' time"."""
    lead = t[i].text if t[i].text in _SPAN_LEADS else ""
    j = i + bool(lead)
    is_next = False
    start = j
    while t[j].text in _SPAN_SOFTENERS and j < start + 5:
        is_next = is_next or t[j].text in ("next", "coming", "following", "upcoming")
        j += 1
    if lead in ("over", "during", "throughout") and not is_next:
        return None
    found = span_at(t, j)
    is_one = is_next and UNITS.get(t[j].text) == t[j].text
    if found is None and is_one and lead in ("within", "in", "over"):
        found = Span(amounts=((1.0, UNITS[t[j].text]),)), j + 1
    if found is None:
        return None if lead != "within" else _within_the(t, i)
    span, k = found
    if not lead and not is_next:
        # "about half an hour" starts at the amount: what stands before it is not needed.
        if j > start:
            return None
        is_next = t[k - 1].text in UNITS and t[j + 1].text in ("upcoming", "coming")
    return _finished_span(t, i, k, span, lead=lead, is_next=is_next)


def _finished_span(
    t: Tokens, i: int, k: int, span: Span, *, lead: str, is_next: bool
) -> tuple[Words, int] | None:
    is_sure = is_next
    if t[k].text == "time" and (t[k - 1].text == "'" or t[k - 1].text.endswith(("s", "'s"))):
        k, is_sure = k + 1, True
    for tail in _TAIL_NOW:
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
    words = Words(
        start=t[i].start, end=t[k - 1].end, bound=bound, day=span, is_sure=is_sure, is_weak=is_weak
    )
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
    anchored = replace(base[0], start=words.start, bound="in", day=shifted, clock=None)
    anchored = replace(anchored, is_weak=False, is_sure=words.is_sure or base[0].is_sure)
    return anchored, base[1]


def _within_the(t: Tokens, i: int) -> tuple[Words, int] | None:
    """ "within the hour" is one hour, "within the week" this week."""
    j = i + 1 + (t[i + 1].text in ("the", "this"))
    unit = UNITS.get(t[j].text, "")
    if unit in ("hour", "minute"):
        day: Day = Span(amounts=((1.0, unit),))
    elif unit == "day":
        day = Relative(days=0)
    elif unit in ("week", "month", "quarter", "year"):
        day = Period(unit=unit, part="end")
    else:
        return None
    return Words(start=t[i].start, end=t[j].end, bound="within", day=day, is_sure=True), j + 1


def _with_clock(t: Tokens, k: int, words: Words) -> tuple[Words, int]:
    """ "in 7 days at 5pm"."""
    if t[k].text in ("at", "by") and words.bound:
        clock = clock_at(t, k + 1, is_led=True)
        if clock is not None:
            return replace(words, clock=clock[0], end=t[clock[1] - 1].end), clock[1]
    return words, k


@dataclass(slots=True, kw_only=True)
class _Found:
    """What a group has gathered so far; `end` is the token behind it."""

    day: Day | None = None
    clock: Clock | None = None
    part: Part | None = None
    zone: str = ""
    end: int
    is_led_clock: bool = False
    is_bare_clock: bool = False


def _bound_at(t: Tokens, i: int) -> tuple[str, int]:
    """The bounding words at token `i` and the token behind them."""
    first = t[i].text
    if first not in _BOUND_STARTS:
        return "", i
    if first in _LONG_BOUND_STARTS:
        for size in (3, 2):
            bound = _BOUNDS.get(tuple(t[i + n].text for n in range(size)))
            if bound:
                return bound, i + size
    bound = _BOUNDS.get((first,), "")
    return bound, i + bool(bound)


def _group(t: Tokens, i: int) -> tuple[Words, int] | None:
    bound, j = _bound_at(t, i)
    more, k = _bound_at(t, j)
    if more and bound and not (bound == "on" and more == "on"):
        bound = (
            "after" if "after" in (bound, more) else bound if more in ("at", "on", "in") else more
        )
        j = k
    while t[j].text in _SOFTENERS and j < i + 6:
        j += 1
    if bound in ("between", "from"):
        return _ranged(t, i, j, bound)
    found = _gather(t, j, bound)
    if found is None:
        return None
    if _is_particle(t, i, bound, found.day):
        i += 1
        bound = ""
    return _finish(t, i, bound, found)


def _is_particle(t: Tokens, i: int, bound: str, day: Day | None) -> bool:
    """Whether the preposition belongs to the verb: "I'll be in tomorrow", "in on Tuesday"."""
    if t[i].text not in ("in", "on", "over", "about") or bound not in ("in", "on"):
        return False
    is_this = isinstance(day, Period) and t[i + 1].text in ("this", "next")
    is_day = isinstance(day, Relative | Weekday) and t[i].text in ("in", "over")
    return is_this or is_day or (isinstance(day, Relative) and t[i].text == "on")


def _ranged(t: Tokens, i: int, j: int, bound: str) -> tuple[Words, int] | None:
    """ "between 9am and 1pm tomorrow", "from Wednesday to Friday"."""
    clock = clock_at(t, j - 1)
    if clock is not None:
        found = _Found(clock=clock[0], end=clock[1], is_led_clock=True)
        _extend(t, found)
        return _finish(t, i, "on", found)
    first = _gather(t, j, "on")
    if first is None:
        return None
    if isinstance(first.day, DayRange) or (first.clock and first.clock.least):
        return _finish(t, i, "on", first)
    if t[first.end].text in ("and", *_LINKS):
        second = _gather(t, first.end + 1, "by")
        if second is not None:
            return _finish(t, i, "on", _joined(first, second))
    if bound == "from":
        return _finish(t, i, "after", first)
    return None


def _joined(first: _Found, second: _Found) -> _Found:
    """The later of two expressions, with what it left to the earlier one."""
    day = second.day or first.day
    if first.day is not None and second.day is not None:
        day = DayRange(first=first.day, last=second.day)
    clock = second.clock if second.clock or second.part else first.clock
    if second.clock and first.clock and first.day == second.day and clock:
        clock = replace(clock, least=first.clock.at)
    part = second.part or (None if second.clock else first.part)
    return _Found(day=day, clock=clock, part=part, zone=second.zone or first.zone, end=second.end)


def _gather(t: Tokens, j: int, bound: str) -> _Found | None:
    found = _Found(end=j)
    if not _take(t, j, found, lead=bound):
        return None
    _extend(t, found)
    return found


def _extend(t: Tokens, found: _Found) -> None:
    """Take up further parts behind those that were found, and a second end of a range."""
    while True:
        j, lead = _over_glue(t, found.end)
        if not (
            _take(t, found.end, found, lead="") or (j > found.end and _take(t, j, found, lead))
        ):
            break
    link = t[found.end]
    if link.text in _LINKS and (link.kind in (WORD, DASH) or link.text == "/"):
        second = _Found(end=found.end + 1)
        if _take(t, found.end + 1, second, lead="by" if found.clock is None else "at"):
            k, lead = _over_glue(t, second.end)
            while _take(t, k, second, lead) and second.end > k:
                k, lead = _over_glue(t, second.end)
            _adopt(found, second)


def _adopt(found: _Found, second: _Found) -> None:
    is_same_sort = (second.day is not None) == (found.day is not None) or second.clock is not None
    if not is_same_sort:
        return
    joined = _joined(found, second)
    found.day, found.clock, found.part = joined.day, joined.clock, joined.part
    found.zone, found.end = joined.zone, joined.end


def _over_glue(t: Tokens, j: int) -> tuple[int, str]:
    """The token behind words such as ", at" and the last of those words."""
    k, lead = j, ""
    while k < j + 4:
        three = tuple(t[k + n].text for n in range(3))
        if three in _LATER_GLUE:
            k, lead = k + 3, "by"
        elif three[:2] in _LATER_GLUE:
            k, lead = k + 2, "by"
        elif t[k].text in _GLUE or (t[k].kind == DASH and not t[k].is_glued):
            lead = t[k].text
            k += 1
        else:
            break
    return k, lead


def _take(t: Tokens, j: int, found: _Found, lead: str) -> bool:
    """Read one more part at token `j` into `found`, if there is one that fits."""
    token = t[j]
    if token.kind == WORD:
        is_zone = found.clock is not None or found.part is not None
        if is_zone and _take_zone(t, j, found):
            return True
        if token.text not in _PART_STARTS:
            return False
        return (
            _take_day(t, j, found, lead)
            or _take_part(t, j, found, lead)
            or (token.text in _CLOCK_STARTS and _take_clock(t, j, found, lead))
        )
    if token.kind not in _FIGURE_KINDS:
        return False
    return _take_day(t, j, found, lead) or _take_clock(t, j, found, lead)


def _take_zone(t: Tokens, j: int, found: _Found) -> bool:
    if found.zone or not (found.clock or found.part):
        return False
    word = t[j].text
    if word in ("your", "my", "our", "local") and t[j + 1].text in ("time", "end", "side", "local"):
        found.zone = word if word == "your" else "own"
        found.end = j + 2 + (t[j + 2].text == "time")
        return True
    if t[j].kind != WORD or not is_zone_word(word):
        return False
    has_time = t[j + 1].text in ("time", "standard", "daylight") or (
        t[j + 1].kind == WORD and t[j + 2].text == "time" and word in ("uk", "us")
    )
    if word in NEEDS_TIME and not has_time:
        return False
    if word in ("utc", "gmt") and t[j + 1].text in ("+", "-") and t[j + 2].is_glued:
        found.zone, found.end = f"{word}{t[j + 1].text}{t[j + 2].text}", j + 3
        return is_zone_word(found.zone)
    is_spelled = word in TIME_WORDS
    if is_spelled and not (has_time or t[j].is_capital):
        return False
    found.zone = word
    found.end = j + 1
    while t[found.end].text in ("time", "standard", "daylight"):
        found.end += 1
    if t[found.end].text == ")" and t[j - 1].text == "(":
        found.end += 1
    return True


def _take_day(t: Tokens, j: int, found: _Found, lead: str) -> bool:
    hit = _day_here(t, j, lead, is_first=found.clock is None and found.part is None)
    if hit is None:
        return False
    day, end = hit
    if found.clock is not None and isinstance(day, Period):
        return False
    if found.day is None:
        found.day, found.end = day, end
    elif isinstance(found.day, Weekday | Relative) and isinstance(day, Dated | Figures):
        # "tomorrow, Tue 28 Nov": the date says it better.
        if isinstance(found.day, Weekday) and day.weekday is None:
            day = replace(day, weekday=found.day.day)
        found.day, found.end = day, end
    elif isinstance(found.day, Dated | Figures) and isinstance(day, Weekday) and not day.which:
        found.day, found.end = replace(found.day, weekday=day.day), end
    elif isinstance(found.day, Weekday) and isinstance(day, Span) and not day.is_clock:
        found.day, found.end = day, end
    else:
        return False
    _tell_part(t, j, found)
    return True


def _tell_part(t: Tokens, j: int, found: _Found) -> None:
    """ "tonight" and "this morning" are a day and a part of it at once."""
    if t[j].text in ("tonight", "tonite") and found.part is None:
        found.part = Part(name="night")


def _day_here(t: Tokens, j: int, lead: str, *, is_first: bool) -> tuple[Day, int] | None:
    is_led = lead in ("by", "on", "until", "before", "after", "between", "from", "for", "since")
    text = t[j].text
    part_day = _part_day(t, j)
    if part_day is not None:
        return part_day
    hit = day_at(t, j, is_led=is_led)
    if hit is None:
        return _bare_month(t, j, lead)
    if lead == "at" and is_first and isinstance(hit[0], Weekday):
        return None
    if text in DOUBTFUL_WEEKDAYS and isinstance(hit[0], Weekday) and not _is_backed(t, j, hit[1]):
        return None
    return hit


def _part_day(t: Tokens, j: int) -> tuple[Day, int] | None:
    """The day in "this morning", "next morning"; the part is read after it."""
    k = j + (t[j].text == "later")
    if t[k].text in ("this", "today's") and t[k + 1].text in (*PART_WORDS, "early", "late", "mid"):
        m = k + 1 + (t[k + 1].text in ("early", "late", "mid"))
        if t[m].text in PART_WORDS:
            return Relative(days=0), k + 1
    if t[k].text in ("next", "following") and t[k + 1].text in ("morning", "afternoon", "evening"):
        return Relative(days=1), k + 1
    return None


def _bare_month(t: Tokens, j: int, lead: str) -> tuple[Day, int] | None:
    """ "in June", "by September": a month that only its preposition marks."""
    month = MONTHS.get(t[j].text)
    if month is None or lead not in ("in", "by", "before", "until", "during", "after", "since"):
        return None
    if not t[j].is_capital and t[j].text in DOUBTFUL_MONTHS | {"mar", "sep"}:
        return None
    after = t[j + 1]
    year = int(after.number) if after.kind == NUMBER and len(after.text) == 4 else None
    if t[j].text in DOUBTFUL_MONTHS and lead in ("by", "before", "after", "until") and year is None:
        is_named = (after.kind == WORD and after.is_capital) or _is_participle(t[j - 2].text)
        if is_named or after.text in ("from", "in", "at", "and", "who", "has", "will", "or"):
            return None
    return Period(unit="month", number=month, year=year), j + 1 + (year is not None)


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in ("written", "sent", "done", "made", "given", "taken")


def _is_backed(t: Tokens, j: int, end: int) -> bool:
    """Whether a doubtful weekday ("sat") has a neighbour that makes it one."""
    before, after = t[j - 1] if j else None, t[end]
    backing = word_set("on by this next until till before from to or and - sun sat mon wed")
    if before is not None and before.text in backing and before.kind in (WORD, DASH):
        return True
    if (before is not None and before.kind == CLOCK) or _in_the_part(t, end):
        return True
    if end > j + 1 or after.kind == CLOCK or after.text in (*PART_WORDS, "at", "week"):
        return t[j].is_capital or j == 0 or after.kind == CLOCK
    is_alone = after.kind in ("end", PUNCT) and (before is None or j == 0)
    return is_alone or (t[j].is_capital and after.kind in ("end", PUNCT) and j > 0)


def _day_follows(t: Tokens, i: int) -> bool:
    return t[i].text in RELATIVE_DAYS or t[i].text in WEEKDAYS or t[i].text in ("next", "on")


def _in_the_part(t: Tokens, i: int) -> bool:
    return t[i].text == "in" and t[i + 1].text == "the" and t[i + 2].text in PART_WORDS


def _take_part(t: Tokens, j: int, found: _Found, lead: str) -> bool:
    if found.part is not None and not (found.part.name == "night" and found.clock is None):
        return False
    hit = part_at(t, j)
    if hit is None:
        return False
    part, end = hit
    text = t[j].text
    if part.name == "noon" and found.clock is None:
        return False
    is_bare = found.day is None and found.clock is None and text in PART_WORDS
    is_bare = is_bare and t[end].text != "of"
    leads = ("by", "before", "until", "after")
    is_lunch = part.name == "lunch" and lead in ("at", "in", "on", "around", "over")
    if is_bare and not is_lunch and not (lead in leads and part.name != "night"):
        return False
    if part.name == "same time" and not _day_follows(t, end):
        return False
    found.part, found.end = part, end
    return True


def _take_clock(t: Tokens, j: int, found: _Found, lead: str) -> bool:
    if found.clock is not None or isinstance(found.day, Period):
        return False
    is_led = lead in ("at", "by", "before", "until", "around", "about", "after", "@", "from")
    is_led = is_led or (lead == "on" and t[j - 1].text in ("around", "about"))
    has_day = found.day is not None or found.part is not None
    hit = clock_at(t, j, is_led=is_led)
    if hit is None and _day_part_follows(t, j + 1):
        hit = clock_at(t, j, is_led=True)
    if hit is None:
        return False
    clock, end = hit
    is_bare = (end == j + 1 and t[j].kind == NUMBER) or (t[j].kind == WORD and not clock.is_sure)
    if is_bare and not clock.is_sure and not _is_hour(t, end, has_day=has_day):
        return False
    found.clock, found.end = clock, end
    found.is_led_clock = is_led
    found.is_bare_clock = is_bare and not has_day
    return True


def _day_part_follows(t: Tokens, i: int) -> bool:
    """ "9 tomorrow morning", "eight tonight": the bare figure is an hour."""
    return t[i].text in RELATIVE_DAYS and (t[i + 1].text in PART_WORDS or t[i].text == "tonight")


_AFTER_HOUR = word_set(
    "on and or but so to if then i we in tomorrow today this next your my our ish "
    "sharp at latest when because as the with via for uk"
)


def _is_hour(t: Tokens, end: int, *, has_day: bool) -> bool:
    """Whether a bare number may be an hour: nothing follows that it could count."""
    after = t[end]
    if after.kind in ("end", PUNCT) and after.text not in ("%", "'", '"', "/", "+", "&", "*"):
        return True
    if after.text in RELATIVE_DAYS or after.text in WEEKDAYS or after.text in MONTHS:
        return True
    return (
        after.kind == WORD
        and (after.text in _AFTER_HOUR or is_zone_word(after.text))
        and (has_day or after.text not in ("to", "in", "the", "or", "with", "for", "via", "and"))
    )


def _finish(t: Tokens, i: int, bound: str, found: _Found) -> tuple[Words, int] | None:
    """The expression as a value, unless it is too thin to be one."""
    if found.day is None and found.clock is None and found.part is None:
        return None
    end_token = t[found.end - 1]
    if t[found.end].text in ("'",) and t[found.end + 1].text == "s":
        return None
    day = found.day
    is_weak = (found.is_bare_clock and day is None) or (isinstance(day, Span) and not bound)
    is_sure = _is_future(day)
    return (
        Words(
            start=t[i].start,
            end=end_token.end,
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
