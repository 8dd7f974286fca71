"""dateparser, asked only about one short span that our own grammar left unread.

It is never given a sentence, never left to guess a language, and its answer is
checked: not past, not far off. `times_asked` counts, so that the need shows.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from promisekeeper.core.timecalendar import TimeContext
from promisekeeper.core.timeparts import Words
from promisekeeper.core.timetokens import (
    CLOCK,
    DATE,
    MERIDIEM,
    NUMBER,
    ORDINAL,
    PUNCT,
    WORD,
    Token,
)
from promisekeeper.core.timewords import MONTHS, NUMBERS, RELATIVE_DAYS, WEEKDAYS, word_set

MAX_AHEAD = timedelta(days=550)
MAX_TOKENS = 8
_FIGURES = (NUMBER, ORDINAL, CLOCK, DATE, MERIDIEM)
_LINKS = word_set("of the at in on am pm noon midnight st nd rd th")
# Each of these alone is read by our grammar, or on purpose not at all.
_SURE_WORDS = frozenset({*(word for word in MONTHS if word not in ("may", "march")), *WEEKDAYS})


def unread_spans(tokens: list[Token], found: list[Words]) -> list[tuple[int, int]]:
    """Runs of time-like tokens outside `found` with both a time word and a figure in them.

    Both `found` and the runs, first and behind the last, count tokens.
    """
    runs = []
    reach = 0
    sure = [i for i, token in enumerate(tokens) if token.is_time and token.text in _SURE_WORDS]
    for i in sure:
        if i < reach or not _is_apart(i, i + 1, found):
            continue
        start = reach = i
        while start > 0 and i - start < MAX_TOKENS and _is_timelike(tokens[start - 1]):
            start -= 1
        while reach < i + MAX_TOKENS and _is_timelike(tokens[reach]):
            reach += 1
        # A month with nothing but its year is ours to read, or not to.
        has_figure = any(
            part.kind in _FIGURES and not _is_year(part) for part in tokens[start:reach]
        )
        if has_figure and _is_apart(start, reach, found):
            runs.append((start, reach))
    return runs


def _is_year(token: Token) -> bool:
    return token.kind == NUMBER and len(token.text) == 4 and token.text.isdigit()


def _is_timelike(token: Token) -> bool:
    if token.kind == WORD:
        text = token.text
        return text in _SURE_WORDS or text in _LINKS or text in NUMBERS or text in RELATIVE_DAYS
    return token.kind in _FIGURES or (token.kind == PUNCT and token.text == ",")


def _is_apart(start: int, end: int, found: list[Words]) -> bool:
    return not any(start < words.end and words.start < end for words in found)


def ask(span: str, context: TimeContext) -> datetime | None:
    """What dateparser reads in a span, checked against the Date; None where it is no use."""
    zone = context.hours.zone
    base = context.sent_at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    key = zone.key if isinstance(zone, ZoneInfo) else "UTC"
    found = _parsed(span.strip(" ,"), base, key, context.hours.date_order.upper())
    if found is None:
        return None
    at = found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)
    if at.time() == datetime.min.time():
        at = context.hours.close(at.date())
    is_near = context.sent_at <= at <= context.sent_at + MAX_AHEAD
    return at.astimezone(UTC).astimezone(zone) if is_near else None


@lru_cache(maxsize=1_024)
def _parsed(span: str, base: datetime, zone: str, order: str) -> datetime | None:
    # Imported here for start-up time: 150 ms, and hardly ever needed.
    import dateparser

    settings = {
        "RELATIVE_BASE": base,
        "TIMEZONE": zone,
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": order,
    }
    found = dateparser.parse(span, languages=["en"], settings=settings)
    return found if isinstance(found, datetime) else None


def times_asked() -> int:
    """How often dateparser was asked since the process started, cached answers not counted."""
    return _parsed.cache_info().misses
