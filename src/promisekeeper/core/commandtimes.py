"""The times in what agents say: until when, to when. All of the words must be understood.

"14:00" of "Di 14:00" is another day than was meant, so a word that is left over makes the whole
no time at all. What is said in German or French is put into the words of the reader of times.
"""

import re
from datetime import UTC, datetime, timedelta

from promisekeeper.core.commandwords import TIME_WORDS
from promisekeeper.core.deadline import TimeContext, read_times
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.reading import TimeReading

MAX_WORDS = 200
MAX_AMOUNT = 10_000

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_DOTTED = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4})\b)?")
_HOUR_WORD = re.compile(r"\b(\d{1,2})(?:[.:](\d{2}))?\s?(?:uhr|h)(?:\b|(\d{2})\b)", re.IGNORECASE)
_DOTTED_CLOCK = re.compile(r"\b(\d{1,2})\.(\d{2})(?!\d|\.)")
_BARE_CLOCK = re.compile(r"(?:at )?(\d{1,2}):(\d{2})", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:or|oder|ou|and|und|et)\b|[?/]", re.IGNORECASE)
_LEFT_OVER = re.compile(r"(?:\b(?:to|until|till|on|at|by|for|the|from now)\b|[\s,.;:!])+", re.I)
_CLOCK_WORDS = re.compile(
    r"\d\s?:\s?\d|\d\s?[ap]\.?m\b|\bnoon\b|\bmidnight\b|\bmorning\b|\bevening\b|\btonight\b"
    r"|\bafternoon\b|\bhours?\b|\bminutes?\b|\d\s?(?:h|m|min|hrs?)\b|\bat \d"
    r"|\b(?:eod|cob|close|first thing)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"(?:in |for )?(\d{1,5}(?:[.,]\d{1,2})?|an?|half an?)\s?"
    r"(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)",
    re.IGNORECASE,
)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_UNIT_WORDS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def read_when(words: str, hours: WorkingHours, now: datetime) -> TimeReading | None:
    """The one instant in the future that words name; None where they do not, or say more.

    Args:
        hours: The calendar of whoever wrote them.
    """
    if _CHOICE.search(words):
        return None
    local = now.astimezone(hours.zone)
    text = _plain(_translated(words[:MAX_WORDS]), local)
    context = TimeContext(sent_at=local, hours=hours)
    readings = [one for one in read_times(text, context) if one.due_at is not None]
    if len(readings) != 1:
        return None
    (reading,) = readings
    left_over = text[: reading.span.start] + " " + text[reading.span.end :]
    if left_over.strip() and not _LEFT_OVER.fullmatch(left_over):
        return None
    return reading if reading.due_at is not None and reading.due_at > now else None


def read_pause(words: str, hours: WorkingHours, now: datetime) -> datetime | None:
    """Until when somebody wants to hear nothing; None where the words do not say.

    A span is time by the clock, as it passes: "2h" said at 16:00 is 18:00. A day without a time
    of day is its opening, for a pause ends when the day's work begins.
    """
    span = _span(_translated(words[:MAX_WORDS]))
    if span is not None:
        return now.astimezone(UTC) + span
    reading = read_when(words, hours, now)
    if reading is None or reading.due_at is None:
        return None
    if _CLOCK_WORDS.search(reading.words):
        return reading.due_at
    opening = hours.opening(hours.day_of(reading.earliest or reading.due_at))
    return opening if opening > now else reading.due_at


def _plain(text: str, local: datetime) -> str:
    """What only a command may leave out, put into words.

    "2h" is two hours from now; a bare time of day is the next one by a clock of 24 hours, so that
    "9:00" said at ten is tomorrow.
    """
    span = _SPAN.fullmatch(text.strip(" .!,"))
    if span is not None:
        return f"in {span[1]} {_UNIT_WORDS[span[2][0].lower()]}"
    found = _BARE_CLOCK.fullmatch(text.strip(" .!,"))
    if found is None or (int(found[1]), int(found[2])) > (local.hour, local.minute):
        return text
    return f"tomorrow {found[1]}:{found[2]}"


def _span(text: str) -> timedelta | None:
    found = _SPAN.fullmatch(text.strip(" .!,"))
    if found is None:
        return None
    amount, unit = found[1].lower(), _UNITS[found[2][0].lower()]
    if amount.startswith("half"):
        return unit / 2
    number = 1.0 if amount in ("a", "an") else float(amount.replace(",", "."))
    return unit * number if 0 < number <= MAX_AMOUNT else None


def _translated(words: str) -> str:
    text = " ".join(words.replace("\u2019", "'").split())
    text = _DOTTED.sub(_named_date, text)
    text = _HOUR_WORD.sub(_clock, text)
    text = _DOTTED_CLOCK.sub(r"\1:\2", text)
    return _WORD.sub(lambda found: TIME_WORDS.get(found[0].lower(), found[0]), text)


def _named_date(found: re.Match[str]) -> str:
    month = int(found[2])
    if not 1 <= month <= len(MONTHS):
        return found[0]
    return f"{found[1]} {MONTHS[month - 1]} {found[3] or ''}".strip()


def _clock(found: re.Match[str]) -> str:
    is_span = found[0].lower().rstrip().endswith("h") and found[2] is None and found[3] is None
    # "2h" alone is a span; the words around it decide, and those are not known here.
    return found[0] if is_span else f"{found[1]}:{found[2] or found[3] or '00'}"
