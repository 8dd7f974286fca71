"""From which day to which: the words in which somebody says when they are away."""

import re
from datetime import date, datetime, timedelta

from promisekeeper.core.commandtimes import read_when
from promisekeeper.core.hours import WorkingHours

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SAME_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\s?[-–]\s?(\d{1,2}\b.*\D.*)")
_MONTH_FIRST = re.compile(
    r"([^\W\d]+\.?) ?(\d{1,2})(?:st|nd|rd|th)? ?[-–] ?(\d{1,2})(?:st|nd|rd|th)?"
)
_WEEK = re.compile(r"(?:this|next) week", re.IGNORECASE)
# An amount has no first day.
_AMOUNT = re.compile(r"\b(?:days?|weeks?|hours?)\b", re.IGNORECASE)
# A hyphen between two digits may belong to one date: 2026-08-03.
_BETWEEN = re.compile(
    r"\s+(?:to|until|till|through|[-–])\s+|\s*(?:\.\.|—)\s*|(?<!\d)[-–](?=\w)", re.IGNORECASE
)
_FROM = re.compile(r"^(?:from|on)\s+", re.IGNORECASE)
_UNTIL = re.compile(r"^(?:until|till|to|through)\s+", re.IGNORECASE)


def read_days(words: str, hours: WorkingHours, now: datetime) -> tuple[date, date] | None:
    """The first and the last day that words name; None where they do not, or say more.

    "3-14 Aug", "Monday to Wednesday", "2026-08-03 2026-08-14", "until Friday" (from today on),
    "next week" (Monday to Friday), "tomorrow" (that day alone).

    Args:
        hours: The calendar of whoever is away.
    """
    text = " ".join(words.split())
    dates = _ISO.findall(text)
    if dates and not _ISO.sub("", text).strip(" -–.to"):
        return _in_order(dates[0], dates[-1], hours, now) if len(dates) < 3 else None
    until = _UNTIL.match(text)
    if until is not None:
        return _in_order("today", text[until.end() :], hours, now)
    text = _FROM.sub("", text)
    if _WEEK.fullmatch(text):
        return _week(text, hours, now)
    if _AMOUNT.search(text):
        return None
    month_first = _MONTH_FIRST.fullmatch(text)
    if month_first is not None:
        month, first, last = month_first.groups()
        return _in_order(f"{first} {month}", f"{last} {month}", hours, now)
    same_month = _SAME_MONTH.fullmatch(text)
    if same_month is not None:
        first, last = same_month[1], same_month[2]
        month = re.sub(r"^\d{1,2}(?:st|nd|rd|th|\.)?", "", last)
        return _in_order(first + month, last, hours, now)
    parts = _BETWEEN.split(text)
    return _in_order(parts[0], parts[-1], hours, now) if len(parts) < 3 else None


def _week(words: str, hours: WorkingHours, now: datetime) -> tuple[date, date] | None:
    """What is left of a week, up to the last of its days that the words may mean."""
    last = _day(words, hours, now)
    if last is None:
        return None
    return max(hours.day_of(now), last - timedelta(days=last.weekday())), last


def _in_order(
    first: str, last: str, hours: WorkingHours, now: datetime
) -> tuple[date, date] | None:
    start = _day(first, hours, now)
    if start is None:
        return None
    # The end is read from the start on: "Friday to Monday" is one weekend.
    reading_at = max(now, hours.opening(start)) if start > hours.day_of(now) else now
    end = start if last == first else _day(last, hours, reading_at)
    return (start, end) if end is not None and end >= start else None


def _day(words: str, hours: WorkingHours, now: datetime) -> date | None:
    if words.lower() in ("today", "now"):
        return hours.day_of(now)
    if _ISO.fullmatch(words):
        try:
            return date.fromisoformat(words)
        except ValueError:
            return None
    reading = read_when(words, hours, now)
    return hours.day_of(reading.due_at) if reading and reading.due_at else None
