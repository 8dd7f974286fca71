"""The parts of one time expression, gathered in any order: day, clock, part of day, zone."""

from dataclasses import dataclass, replace
from functools import lru_cache

from promisekeeper.core.timebounds import AFTER_HOUR, PART_STARTS
from promisekeeper.core.timeclock import PART_FIRSTS, clock_at, part_at
from promisekeeper.core.timedays import day_at, may_be_day
from promisekeeper.core.timeparts import (
    Clock,
    Dated,
    Day,
    DayRange,
    Figures,
    Part,
    Period,
    Relative,
    Span,
    Weekday,
)
from promisekeeper.core.timespans import AMOUNT_STARTS, Tokens
from promisekeeper.core.timetokens import (
    CLOCK,
    DASH,
    FIGURE_KINDS,
    NUMBER,
    PUNCT,
    WORD,
    Token,
)
from promisekeeper.core.timewords import (
    DOUBTFUL_MONTHS,
    DOUBTFUL_WEEKDAYS,
    MONTHS,
    NUMBERS,
    PART_WORDS,
    RELATIVE_DAYS,
    UNITS,
    WEEKDAYS,
    WORKING_WORDS,
    word_set,
)
from promisekeeper.core.zones import NEEDS_TIME, PLACE_STARTS, TIME_WORDS, is_zone_word

_GLUE = word_set("at on by in around about of the , ( @ before until sometime from")
_CLOCK_STARTS = frozenset(NUMBERS) | word_set(
    "noon midday midnight noontime half quarter a between from"
)
LINKS = frozenset(
    {"to", "-", "–", "—", "until", "untill", "till", "til", "through", "thru", "or", "/"}
)


@dataclass(slots=True, kw_only=True)
class Found:
    """What a group has gathered so far; `end` is the token behind it."""

    day: Day | None = None
    clock: Clock | None = None
    part: Part | None = None
    zone: str = ""
    end: int
    is_led_clock: bool = False
    is_bare_clock: bool = False


def later_of(first: Found, second: Found) -> Found:
    """The later of two expressions, with what it left to the earlier one."""
    day = second.day or first.day
    if first.day is not None and second.day is not None:
        day = DayRange(first=first.day, last=second.day)
    clock = second.clock if second.clock or second.part else first.clock
    if second.clock and first.clock and first.day == second.day and clock:
        clock = replace(clock, least=first.clock.at)
    part = second.part or (None if second.clock else first.part)
    return Found(day=day, clock=clock, part=part, zone=second.zone or first.zone, end=second.end)


def gather(t: Tokens, j: int, bound: str) -> Found | None:
    """Everything that one expression says from token `j` on, or None."""
    token = t[j]
    if token.kind not in FIGURE_KINDS and (token.kind != WORD or token.text not in PART_STARTS):
        return None
    found = Found(end=j)
    if not _take(t, j, found, lead=bound):
        return None
    extend(t, found)
    return found


def extend(t: Tokens, found: Found) -> None:
    """Take up further parts behind those that were found, and a second end of a range."""
    while _may_go_on(t[found.end]):
        if _take(t, found.end, found, lead=""):
            continue
        j, lead = _over_glue(t, found.end)
        if j == found.end or not _take(t, j, found, lead):
            break
    link = t[found.end]
    if link.text in LINKS and (link.kind in (WORD, DASH) or link.text == "/"):
        second = Found(end=found.end + 1)
        if _take(t, found.end + 1, second, lead="by" if found.clock is None else "at"):
            k, lead = _over_glue(t, second.end)
            while _take(t, k, second, lead) and second.end > k:
                k, lead = _over_glue(t, second.end)
            _adopt(found, second)


def _may_go_on(token: Token) -> bool:
    """Whether anything of an expression, or what joins two parts of it, may stand there."""
    return token.kind in FIGURE_KINDS or _joins(token.text)


@lru_cache(maxsize=2_048)
def _joins(word: str) -> bool:
    is_part = word in PART_STARTS or word in _ZONE_OWNERS | PLACE_STARTS or is_zone_word(word)
    return is_part or word in _GLUE or word in _DASHES or word in ("no", "not", "prior")


_ZONE_OWNERS = frozenset({"your", "my", "our", "local"})
_DASHES = frozenset("-–—")


def _adopt(found: Found, second: Found) -> None:
    is_clock = found.clock is not None or found.part is not None
    is_day = found.day is not None and second.day is not None
    if not is_day and not (is_clock and (second.clock or second.part)):
        return
    joined = later_of(found, second)
    found.day, found.clock, found.part = joined.day, joined.clock, joined.part
    found.zone, found.end = joined.zone, joined.end


def _over_glue(t: Tokens, j: int) -> tuple[int, str]:
    """The token behind words such as ", at" and the last of those words."""
    k, lead = j, ""
    while k < j + 4:
        token = t[k]
        if token.text in _GLUE or (token.kind == DASH and not token.is_glued):
            lead = token.text
            k += 1
        elif token.text in ("no", "not") and (t[k + 1].text, t[k + 2].text) == ("later", "than"):
            k, lead = k + 3, "by"
        elif token.text == "prior" and t[k + 1].text == "to":
            k, lead = k + 2, "by"
        else:
            break
    return k, lead


def _take(t: Tokens, j: int, found: Found, lead: str) -> bool:
    """Read one more part at token `j` into `found`, if there is one that fits."""
    token = t[j]
    if t[j + 1].text in _COUNTED and only_counts(t, j):
        return False
    if token.kind == WORD:
        is_zone = found.clock is not None or found.part is not None
        if is_zone and _take_zone(t, j, found):
            return True
        if token.text not in PART_STARTS:
            return False
        return (
            ((may_be_day(token.text) or token.text in _PART_DAYS) and _take_day(t, j, found, lead))
            or (token.text in PART_FIRSTS and _take_part(t, j, found, lead))
            or (token.text in _CLOCK_STARTS and _take_clock(t, j, found, lead))
        )
    if token.kind not in FIGURE_KINDS:
        return False
    return _take_day(t, j, found, lead) or _take_clock(t, j, found, lead)


def only_counts(t: Tokens, j: int) -> bool:
    """ "2 weeks": an amount, and nothing behind it that makes a day or a time of day of it."""
    token, k = t[j], j + 2
    is_plain = token.kind == NUMBER and len(token.text) < 4 and "." not in token.text
    if not is_plain and token.text not in _PLAIN_NUMBERS:
        return False
    if t[k - 1].text in WORKING_WORDS:
        if t[k].text not in UNITS:
            return False
        k += 1
    return t[k].kind not in FIGURE_KINDS and t[k].text not in _BEHIND_AMOUNT


_COUNTED = (frozenset(UNITS) | WORKING_WORDS) - {"day", "mon", "quarter"}
_PLAIN_NUMBERS = frozenset(NUMBERS) | {"a", "an"}
_BEHIND_AMOUNT = (
    AMOUNT_STARTS
    | frozenset({*RELATIVE_DAYS, *WEEKDAYS})
    | word_set("and , or ' on this from after before following past to")
)


def _take_zone(t: Tokens, j: int, found: Found) -> bool:
    if found.zone or not (found.clock or found.part):
        return False
    word = t[j].text
    if word in _ZONE_OWNERS and t[j + 1].text in ("time", "end", "side", "local"):
        found.zone = word if word == "your" else "own"
        found.end = j + 2 + (t[j + 2].text == "time")
        return True
    if t[j].kind == WORD and word in PLACE_STARTS and t[j + 2].text == "time":
        found.zone, found.end = word + t[j + 1].text, j + 3
        return is_zone_word(found.zone)
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


def _take_day(t: Tokens, j: int, found: Found, lead: str) -> bool:
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
    # "tonight" is a day and a part of it at once.
    if t[j].text in ("tonight", "tonite") and found.part is None:
        found.part = Part(name="night")
    return True


def _day_here(t: Tokens, j: int, lead: str, *, is_first: bool) -> tuple[Day, int] | None:
    is_led = lead in ("by", "on", "until", "before", "after", "between", "from", "for", "since")
    text = t[j].text
    if text in _PART_DAYS and (part_day := _part_day(t, j)) is not None:
        return part_day
    hit = day_at(t, j, is_led=is_led)
    if hit is None:
        return _bare_month(t, j, lead) if text in MONTHS else None
    if lead == "at" and is_first and isinstance(hit[0], Weekday):
        return None
    if text in DOUBTFUL_WEEKDAYS and isinstance(hit[0], Weekday) and not _is_backed(t, j, hit[1]):
        return None
    return hit


_PART_DAYS = frozenset({"this", "today's", "very", "next", "following", "later"})


def _part_day(t: Tokens, j: int) -> tuple[Day, int] | None:
    """The day in "this morning", "next morning"; the part is read after it."""
    k = j + (t[j].text == "later")
    k += t[k].text == "this" and t[k + 1].text == "very"
    if t[k].text in ("this", "today's", "very"):
        m = k + 1 + (t[k + 1].text in ("early", "late", "mid"))
        if t[m].text in PART_WORDS:
            return Relative(days=0), k + 1
    if t[k].text in ("next", "following") and t[k + 1].text in ("morning", "afternoon", "evening"):
        return Relative(days=1), k + 1
    return None


def _bare_month(t: Tokens, j: int, lead: str) -> tuple[Day, int] | None:
    """ "in June", "by September": a month that only its preposition marks."""
    if lead not in ("in", "by", "before", "until", "during", "after", "since"):
        return None
    if not t[j].is_capital and t[j].text in _ALSO_WORDS:
        return None
    after = t[j + 1]
    year = int(after.number) if after.kind == NUMBER and len(after.text) == 4 else None
    if t[j].text in DOUBTFUL_MONTHS and lead in ("by", "before", "after", "until") and year is None:
        is_named = (after.kind == WORD and after.is_capital) or _is_participle(t[j - 2].text)
        if is_named or after.text in ("from", "in", "at", "and", "who", "has", "will", "or"):
            return None
    return Period(unit="month", number=MONTHS[t[j].text], year=year), j + 1 + (year is not None)


_ALSO_WORDS = DOUBTFUL_MONTHS | {"mar", "sep"}


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in ("written", "sent", "done", "made", "given", "taken")


def _is_backed(t: Tokens, j: int, end: int) -> bool:
    """Whether a doubtful weekday ("sat") has a neighbour that makes it one."""
    before, after = t[j - 1] if j else None, t[end]
    if before is not None and before.text in _BACKING and before.kind in (WORD, DASH):
        # "Ann and Mon" are people.
        return before.text not in ("and", "or") or _is_daylike(t[j - 2])
    if (before is not None and before.kind == CLOCK) or _in_the_part(t, end):
        return True
    if end > j + 1 or after.kind == CLOCK or after.text in _AFTER_WEEKDAY:
        return t[j].is_capital or j == 0 or after.kind == CLOCK
    is_alone = after.kind in ("end", PUNCT) and (before is None or j == 0)
    return is_alone or (t[j].is_capital and after.kind in ("end", PUNCT) and j > 0)


_BACKING = word_set("on by this next until till before from to or and - sun sat mon wed")
_AFTER_WEEKDAY = frozenset({*PART_WORDS, "at", "week"})


def _is_daylike(token: Token) -> bool:
    return token.is_time or token.text in WEEKDAYS


def _day_follows(t: Tokens, i: int) -> bool:
    return t[i].text in RELATIVE_DAYS or t[i].text in WEEKDAYS or t[i].text in ("next", "on")


def _in_the_part(t: Tokens, i: int) -> bool:
    return t[i].text == "in" and t[i + 1].text == "the" and t[i + 2].text in PART_WORDS


def _take_part(t: Tokens, j: int, found: Found, lead: str) -> bool:
    if found.part is not None and not (found.part.name == "night" and found.clock is None):
        return False
    hit = part_at(t, j)
    if hit is None and t[j].text in ("am", "pm") and found.day is not None:
        hit = Part(name="morning" if t[j].text == "am" else "afternoon"), j + 1
    if hit is None:
        return False
    part, end = hit
    text = t[j].text
    if text == "overnight":
        found.part, found.end = part, end
        return True
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


def _take_clock(t: Tokens, j: int, found: Found, lead: str) -> bool:
    if found.clock is not None or isinstance(found.day, Period):
        return False
    is_led = lead in ("at", "by", "before", "until", "around", "about", "after", "@", "from")
    is_led = is_led or (lead == "on" and t[j - 1].text in ("around", "about"))
    has_day = found.day is not None or found.part is not None
    hit = clock_at(t, j, is_led=is_led)
    is_range = has_day and t[j + 1].kind == DASH and t[j + 2].kind == NUMBER
    if hit is None and (_day_part_follows(t, j + 1) or is_range):
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


_AFTER_DAY_HOUR = word_set("to in the or with for via and")


def _is_new_clause(t: Tokens, i: int) -> bool:
    """ "by 3 and I'll call you"."""
    return t[i].text == "and" and t[i + 1].text.partition("'")[0] in ("i", "we", "you", "then")


def _is_hour(t: Tokens, end: int, *, has_day: bool) -> bool:
    """Whether a bare number may be an hour: nothing follows that it could count."""
    after = t[end]
    if after.kind in ("end", PUNCT) and after.text not in ("%", "'", '"', "/", "+", "&", "*"):
        return True
    if after.text in RELATIVE_DAYS or after.text in WEEKDAYS or after.text in MONTHS:
        return True
    return (
        after.kind == WORD
        and (after.text in AFTER_HOUR or is_zone_word(after.text))
        and (has_day or after.text not in _AFTER_DAY_HOUR or _is_new_clause(t, end))
    )
