"""Times of day in tokens: "5pm", "half past four", "between 2 and 4pm", "end of the day"."""

from datetime import time

from promisekeeper.core.timeparts import Clock, Part
from promisekeeper.core.timespans import Tokens
from promisekeeper.core.timetokens import CLOCK, DASH, END, MERIDIEM, NUMBER, PUNCT, WORD, Token
from promisekeeper.core.timewords import (
    NUMBERS,
    PART_WORDS,
    RELATIVE_DAYS,
    SHORT_ENDS,
    WEEKDAYS,
    WORKING_WORDS,
)
from promisekeeper.core.zones import is_zone_word

_CLOCK_RANGE = frozenset(
    {"to", "-", "–", "—", "until", "untill", "till", "til", "through", "thru", "and", "or"}
)
_SHADES = {"early": "early", "mid": "mid", "late": "late", "later": "", "middle": "mid"}
_DAY_OWNERS = frozenset({"the", "this", "my", "our", "your", "a", "each"})


_EDGES = frozenset({"end", "close", "finish", "closing", "start", "beginning", "opening", "open"})


def clock_at(t: Tokens, i: int, *, is_led: bool = False) -> tuple[Clock, int] | None:
    """A time of day at token `i`, or the later end of a range of times.

    Args:
        is_led: "at", "by" or the like stands before, so that a bare number may be an hour.
    """
    is_between = t[i].text in ("between", "from")
    start = i + 1 if is_between else i
    first = _one_clock(t, start, is_led=is_led or is_between)
    if first is None:
        # "9 - 11am": the first figure only counts because the second is a clock.
        first = _one_clock(t, start, is_led=True)
        return None if first is None else _clock_range(t, first, needs_meridiem=True)
    both = _clock_range(t, first, needs_meridiem=False, is_between=is_between)
    if both is not None:
        return both
    return None if is_between else first


def _clock_range(
    t: Tokens, first: tuple[Clock, int], *, needs_meridiem: bool, is_between: bool = False
) -> tuple[Clock, int] | None:
    clock, j = first
    if t[j].text not in _CLOCK_RANGE or t[j].kind not in (WORD, DASH):
        return None
    # "A at 9 and B at 10" are two times; only "between" makes one of them.
    if t[j].text == "and" and not is_between and t[j + 1].kind != CLOCK:
        return None
    is_led = not needs_meridiem
    second = _one_clock(t, j + 1, is_led=is_led)
    if second is None or (needs_meridiem and not second[0].is_sure):
        return None
    end, k = second
    return Clock(at=end.at, is_sure=end.is_sure, least=_share(clock, end), days=end.days), k


def _share(first: Clock, second: Clock) -> time:
    """The earlier end of a range; it takes the "pm" of the later one where it fits."""
    if first.is_sure or not second.is_sure or first.at.hour >= 12:
        return first.at
    later = first.at.replace(hour=first.at.hour + 12)
    return later if later < second.at else first.at


def _one_clock(t: Tokens, i: int, *, is_led: bool) -> tuple[Clock, int] | None:
    token = t[i]
    if token.text in ("noon", "midday", "midnight", "noontime"):
        return _noon(token.text, i + 1)
    if token.kind == CLOCK:
        meridiem, j = _meridiem(t, i + 1)
        mark = meridiem or token.mark
        found = _clock(token.parts[0], token.parts[1], mark)
        if meridiem or t[j].text not in ("noon", "midday", "midnight"):
            return None if found is None else (found, _after_oclock(t, j))
        return None if found is None else (found, j + 1)
    spoken = _spoken(t, i, is_led=is_led)
    if spoken is not None:
        return spoken
    hour, j = _hour(t, i)
    if hour is None:
        return _dotted(t, i) if is_led and token.kind == NUMBER and "," not in token.text else None
    return _numbered(t, token, hour, j, is_led=is_led)


def _noon(word: str, j: int) -> tuple[Clock, int]:
    if word == "midnight":
        return Clock(at=time(0), days=1), j
    return Clock(at=time(12)), j


def _hour(t: Tokens, i: int) -> tuple[int | None, int]:
    token = t[i]
    number = token.number if token.kind == NUMBER else NUMBERS.get(token.text, -1.0)
    if token.kind == NUMBER and ("." in token.text or "," in token.text):
        return None, i
    return (int(number), i + 1) if 0 <= number <= 2400 else (None, i)


def _dotted(t: Tokens, i: int) -> tuple[Clock, int] | None:
    """ "at 10.30": a full stop between hour and minute."""
    hour, stop, minute = t[i].text.partition(".")
    if not stop or len(minute) != 2 or int(hour) > 23 or int(minute) > 59:
        return None
    return Clock(at=time(int(hour), int(minute)), is_sure=not 1 <= int(hour) <= 6), i + 1


def _numbered(
    t: Tokens, token: Token, hour: int, j: int, *, is_led: bool
) -> tuple[Clock, int] | None:
    """A bare figure or number word as an hour, as far as its neighbours allow."""
    if token.kind == NUMBER and len(token.text) == 4:
        return _military(t, token.text, j, is_led=is_led)
    if not 1 <= hour <= 12:
        return None
    if t[j].text in ("noon", "midday", "midnight") and hour == 12:
        return _noon(t[j].text, j + 1)
    minute = 0
    if token.kind == WORD and t[j].text in ("thirty", "fifteen"):
        minute, j = int(NUMBERS[t[j].text]), j + 1
    meridiem, k = _meridiem(t, j)
    after = _after_oclock(t, k)
    if meridiem or after > k or minute:
        found = _clock(hour, minute, meridiem)
        return None if found is None else (found, after)
    return (Clock(at=time(hour), is_sure=False), j) if is_led else None


def _military(t: Tokens, text: str, j: int, *, is_led: bool) -> tuple[Clock, int] | None:
    hour, minute = int(text[:2]), int(text[2:])
    is_marked = t[j].text in ("hrs", "hours", "h")
    is_told = text[0] == "0" or is_marked or _is_afternoon(t[j], hour, minute)
    if hour > 23 or minute > 59 or not (is_led and is_told):
        return None
    return Clock(at=time(hour, minute)), j + is_marked


def _is_afternoon(after: Token, hour: int, minute: int) -> bool:
    """ "by 1700 today", "at 1530."; from 1900 on, it may be a year where no day follows."""
    is_day = after.text in RELATIVE_DAYS or after.text in WEEKDAYS or is_zone_word(after.text)
    is_alone = after.kind in (PUNCT, END) and after.text not in ("%", "'", "/", "+", "&", "*")
    return hour > 12 and not minute % 15 and (is_day or (hour < 19 and is_alone))


def _meridiem(t: Tokens, i: int) -> tuple[str, int]:
    if t[i].kind == MERIDIEM:
        return t[i].mark, i + 1
    if t[i].text in ("am", "pm"):
        return t[i].text[0], i + 1
    return "", i


def _after_oclock(t: Tokens, j: int) -> int:
    if t[j].text in ("o'clock", "oclock", "ish"):
        return j + 1
    if t[j].text == "o" and t[j + 1].text == "clock":
        return j + 2
    return j


def _clock(hour: int, minute: int, mark: str) -> Clock | None:
    if mark in ("a", "p") and 1 <= hour <= 12:
        hour = hour % 12 + (12 if mark == "p" else 0)
        return Clock(at=time(hour, minute))
    if hour == 24 and minute == 0:
        return Clock(at=time(0), days=1)
    if hour > 23:
        return None
    is_sure = bool(mark) or hour > 12 or hour == 0
    return Clock(at=time(hour, minute), is_sure=is_sure)


def _spoken(t: Tokens, i: int, *, is_led: bool) -> tuple[Clock, int] | None:
    """ "half past four", "quarter to five", "20 minutes to 2pm", "half four"."""
    j = i + (t[i].text == "a")
    if t[j].text == "half":
        minutes, j = 30, j + 1
    elif t[j].text == "quarter":
        minutes, j = 15, j + 1
    else:
        number, j = _hour(t, j)
        if number is None or number >= 60:
            return None
        minutes = number
        j += t[j].text in ("minutes", "mins", "minute")
    link = t[j].text
    if link not in ("past", "to", "before", "after", "from"):
        is_british = minutes == 30 and is_led and t[i].text == "half"
        base = _one_hour(t, j) if is_british else None
        return None if base is None else _moved(base, 30)
    is_unit = t[j - 1].text in ("minutes", "mins", "half", "quarter")
    if not is_unit and (link != "past" and minutes not in (5, 10, 20, 25)):
        return None
    base = _one_hour(t, j + 1)
    # "at ten to six" counts minutes, "at 10 to 6" may be a range.
    is_told = is_unit or (link == "to" and is_led and t[i].kind == WORD and minutes != 25)
    if base is None or (not is_told and link in ("to", "from", "after", "before")):
        return None
    return _moved(base, minutes if link in ("past", "after", "from") else -minutes)


def _one_hour(t: Tokens, i: int) -> tuple[Clock, int] | None:
    if t[i].kind in (CLOCK, NUMBER) or t[i].text in NUMBERS or t[i].text in ("noon", "midnight"):
        token = t[i]
        if token.kind == CLOCK or token.text in ("noon", "midnight"):
            return _one_clock(t, i, is_led=True)
        hour, j = _hour(t, i)
        return None if hour is None else _numbered(t, token, hour, j, is_led=True)
    return None


def _moved(base: tuple[Clock, int], minutes: int) -> tuple[Clock, int]:
    clock, j = base
    total = clock.at.hour * 60 + clock.at.minute + minutes
    if not clock.is_sure and total < 60:
        total += 12 * 60
    at = time(total // 60 % 24, total % 60)
    return Clock(at=at, is_sure=clock.is_sure, days=0 if minutes < 0 else clock.days), j


def part_at(t: Tokens, i: int) -> tuple[Part, int] | None:
    """A part of the day at token `i`, without its day: "late afternoon", "close of business"."""
    text = t[i].text
    fixed = _FIXED_PARTS.get((text, t[i + 1].text))
    if fixed:
        return (Part(name=fixed), i + 2) if fixed != "first thing" else _first_thing(t, i + 2)
    if SHORT_ENDS.get(text) == "day" or text == "overnight":
        return Part(name="opening" if text == "overnight" else "close"), i + 1
    if text in _EDGES:
        return _edge(t, i)
    if text == "the" and (t[i + 1].text in _EDGES or t[i + 1].text in SHORT_ENDS):
        return part_at(t, i + 1)
    is_led = text in ("in", "during", "at", "over", "by")
    if text == "the":
        # "in the morning" and "the morning of the 5th", but not "the lunch".
        is_led = t[i - 1].text in ("in", "during", "by", "before", "until") or (
            t[i + 2].text == "of" and t[i + 1].text != "lunch"
        )
    if is_led and _is_part_phrase(t, i + 1):
        return part_at(t, i + 1)
    return None if text == "the" else _shaded(t, i)


_FIXED_PARTS = {
    ("first", "thing"): "first thing",
    ("last", "thing"): "close",
    ("later", "thing"): "close",
    ("day's", "end"): "close",
    ("days", "end"): "close",
    ("this", "time"): "same time",
}
PART_FIRSTS = (
    frozenset(first for first, _ in _FIXED_PARTS)
    | frozenset({*SHORT_ENDS, *_EDGES, *_SHADES, *PART_WORDS})
    | frozenset({"overnight", "the", "in", "during", "at", "over", "by", "am", "pm"})
)


def _shaded(t: Tokens, i: int) -> tuple[Part, int] | None:
    """ "early morning", "later in the evening", or the bare part."""
    shade = _SHADES.get(t[i].text)
    if shade is None:
        name = PART_WORDS.get(t[i].text)
        return (Part(name=name), i + 1) if name and t[i].text not in ("am", "pm") else None
    j = i + 1
    if shade == "early" and (
        t[j].text in RELATIVE_DAYS or t[j + (t[j].text == "on")].text in WEEKDAYS
    ):
        return Part(name="morning"), j
    while t[j].text in ("in", "the", "on", "to", "-", "mid"):
        j += 1
    name = PART_WORDS.get(t[j].text)
    return (Part(name=name, shade=shade), j + 1) if name else None


def _is_part_phrase(t: Tokens, i: int) -> bool:
    j = i
    while t[j].text in ("the", "early", "late", "mid", "later", "very"):
        j += 1
    return t[j].text in PART_WORDS and t[j].text not in ("am", "pm")


def _first_thing(t: Tokens, j: int) -> tuple[Part, int]:
    k = j
    while t[k].text in ("in", "the", "on"):
        k += 1
    if t[k].text == "morning":
        j = k + 1
    return Part(name="first thing"), j


def _edge(t: Tokens, i: int) -> tuple[Part, int] | None:
    """ "end of the day", "close of business", "start of play", "closing time"."""
    name = "close" if t[i].text in ("end", "close", "finish", "closing") else "opening"
    j = i + 1
    if t[i].text in ("closing", "opening"):
        return (Part(name=name), j + 1) if t[j].text in ("time", "hours") else None
    if t[j].text != "of":
        return None
    j += 1
    while t[j].text in _DAY_OWNERS:
        j += 1
    is_working = t[j].text in WORKING_WORDS
    if is_working and t[j + 1].text in ("day", "hours"):
        return Part(name=name), j + 2
    if t[j + 1].text in ("week", "month", "quarter", "year"):
        return None
    if is_working or t[j].text in ("play", "day", "trading", "shift"):
        return Part(name=name), j + 1
    return None
