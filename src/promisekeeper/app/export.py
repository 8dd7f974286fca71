"""Promises -> files for other programs: JSON, CSV, and a calendar of the open ones."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from promisekeeper import __version__
from promisekeeper.app.render import MarginOf, as_json, promise_fields
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.safetext import safe_text

LINE_OCTETS = 75
# A spreadsheet runs a cell that starts with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_json(promises: Sequence[Promise], margin_of: MarginOf) -> str:
    """All promises as a JSON array."""
    return as_json([promise_fields(one, margin_of(one)) for one in promises]) + "\n"


def to_csv(promises: Sequence[Promise], margin_of: MarginOf) -> str:
    """All promises as CSV (RFC 4180), a row each, with a head."""
    rows = [promise_fields(one, margin_of(one)) for one in promises]
    text = io.StringIO()
    names = list(rows[0]) if rows else ["id"]
    writer = csv.DictWriter(text, fieldnames=names, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def to_ics(promises: Sequence[Promise], now: datetime) -> str:
    """The open promises as a calendar (RFC 5545), an event each at the time it is due."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//promisekeeper//{__version__}//EN",
        "X-WR-CALNAME:Promises",
    ]
    for promise in promises:
        if promise.state is State.OPEN:
            lines += _event(promise, now)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _event(promise: Promise, now: datetime) -> list[str]:
    who = promise.customer_name or promise.customer
    due_at = promise.deadline.follow_up_at
    mark = "" if promise.deadline.due_at is not None else " (no time was named)"
    return [
        "BEGIN:VEVENT",
        f"UID:{promise.key}@promisekeeper",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(due_at)}",
        f"SUMMARY:{_text(f'{promise.owner} -> {who}{mark}')}",
        f"DESCRIPTION:{_text(promise.words)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Text as RFC 5545, 3.3.11 escapes it."""
    safe = safe_text(text, 1000)
    return safe.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """A content line of at most 75 octets, continued with a blank (RFC 5545, 3.1)."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE_OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += octets
    return "\r\n".join([*pieces, piece]) + "\r\n"
