"""Commands on words alone: explain, when. They need no ledger."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import isfinite
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.app.workinghours import working_hours
from promisekeeper.core.deadline import TimeContext, read_times
from promisekeeper.core.hours import WorkingHours, office_hours
from promisekeeper.core.language import read_sentence
from promisekeeper.core.quoting import own_words
from promisekeeper.core.reading import SentenceReading, TimeReading
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.sentences import split_sentences
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import InputError

MAX_LINE = 1_000_000
# Outside of these, sums of days may leave the calendar.
YEARS = range(1900, 2200)
DATE_ORDERS = ("dmy", "mdy", "ymd")
SURROGATE = re.compile("[\ud800-\udfff]")


@click.command()
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines: id, text, previous, next.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(text: str | None, jsonl: bool, as_json: bool) -> None:
    """Show which promises a text holds, and why; the text may come on standard input."""
    _check_form(as_json, jsonl)
    if jsonl:
        _each_line(_explained_line)
        return
    sentences = split_sentences(own_words(_given(text)).text)
    readings = []
    for place, sentence in enumerate(sentences):
        before = sentences[place - 1].text if place else ""
        after = sentences[place + 1].text if place + 1 < len(sentences) else ""
        readings.append(
            (sentence.text, read_sentence(sentence.text, previous=before, following=after))
        )
    if as_json:
        click.echo(render.as_json([_reading_fields(*reading) for reading in readings]))
        return
    for text_read, reading in readings:
        click.echo(_explanation(text_read, reading))


def _check_form(as_json: bool, jsonl: bool) -> None:
    if as_json and jsonl:
        raise InputError("give --json or --jsonl, not both")


def _explained_line(row: dict[str, Any]) -> dict[str, Any]:
    text = _text_of(row, "text")
    reading = read_sentence(
        text,
        previous=_text_of(row, "previous"),
        following=_text_of(row, "next"),
        subject=_text_of(row, "subject"),
    )
    return {"id": _id_of(row)} | _reading_fields(text, reading)


def _reading_fields(sentence: str, reading: SentenceReading) -> dict[str, Any]:
    return {
        "sentence": sentence,
        "promises": [
            {
                "kind": finding.kind.value,
                "certainty": finding.certainty.value,
                "start": finding.span.start,
                "end": finding.span.end,
                "words": finding.span.of(sentence),
                "rule": finding.rule,
                "condition": finding.condition.of(sentence) if finding.condition else None,
                "delegate": finding.delegate or None,
            }
            for finding in reading.promises
        ],
        "refused": [
            {
                "start": refusal.span.start,
                "end": refusal.span.end,
                "words": refusal.span.of(sentence),
                "rule": refusal.rule,
                "reason": refusal.reason,
            }
            for refusal in reading.refused
        ],
    }


def _explanation(sentence: str, reading: SentenceReading) -> str:
    lines = [safe_text(sentence, 500)]
    for finding in reading.promises:
        words = safe_text(finding.span.of(sentence), 200)
        lines.append(f'  promise: {finding.kind}, {finding.certainty} ({finding.rule}): "{words}"')
        if finding.condition:
            lines.append(f'    condition: "{safe_text(finding.condition.of(sentence), 200)}"')
        if finding.delegate:
            lines.append(f"    by: {safe_text(finding.delegate)}")
    for refusal in reading.refused:
        words = safe_text(refusal.span.of(sentence), 200)
        lines.append(f'  not taken ({refusal.rule}): "{words}": {refusal.reason}')
    if len(lines) == 1:
        lines.append("  no promise")
    return "\n".join(lines)


@click.command()
@click.argument("text", required=False)
@click.option("--sent-at", default="", help="When it was written, ISO 8601; now if not said.")
@click.option("--zone", default="", help="The writer's zone, such as Europe/Berlin.")
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines: id, text, sent_at, zone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def when(
    session: Session, text: str | None, sent_at: str, zone: str, jsonl: bool, as_json: bool
) -> None:
    """Show which instants a text names, and why; the text may come on standard input."""
    _check_form(as_json, jsonl)
    if jsonl:
        _each_line(lambda row: _timed_line(row, session))
        return
    given = _given(text)
    hours = _hours(session, zone or session.config.zone, "", utc_now())
    at = _instant(sent_at, hours) if sent_at else utc_now().astimezone(hours.zone)
    readings = read_times(given, TimeContext(sent_at=at, hours=hours))
    if as_json:
        click.echo(render.as_json([_time_fields(reading) for reading in readings]))
        return
    for reading in readings:
        click.echo(_time_text(reading, hours))
    if not readings:
        click.echo("no time words that look ahead")


def _timed_line(row: dict[str, Any], session: Session) -> dict[str, Any]:
    written = _text_of(row, "sent_at")
    if not written:
        raise InputError("has no 'sent_at': when was it written?")
    sent_at = _instant(written, None)
    hours = _hours(session, _text_of(row, "zone"), _text_of(row, "date_order"), sent_at)
    readings = read_times(_text_of(row, "text"), TimeContext(sent_at=sent_at, hours=hours))
    return {"id": _id_of(row), "times": [_time_fields(reading) for reading in readings]}


def _hours(session: Session, zone: str, date_order: str, at: datetime) -> WorkingHours:
    if not zone:
        hours = office_hours(at.tzinfo or UTC)
    else:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InputError(f"{zone!r} is no time zone: use Europe/Berlin and kin") from error
        hours = working_hours(session.config, zone)
    if not date_order:
        return hours
    if date_order.lower() not in DATE_ORDERS:
        raise InputError(f"{date_order!r} is no order of dates: use {', '.join(DATE_ORDERS)}")
    return WorkingHours(
        zone=hours.zone,
        shifts=hours.shifts,
        holidays=hours.holidays,
        date_order=date_order.lower(),
    )


def _instant(text: str, hours: WorkingHours | None) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no time: write it as 2026-03-06T16:30+01:00") from error
    if at.year not in YEARS:
        raise InputError(f"{text!r} is no time that mail was sent at")
    if at.utcoffset() is None:
        if hours is None:
            raise InputError(f"{text!r} needs an offset, such as +01:00")
        return at.replace(tzinfo=hours.zone)
    return at


def _time_fields(reading: TimeReading) -> dict[str, Any]:
    def iso(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "start": reading.span.start,
        "end": reading.span.end,
        "words": reading.words,
        "kind": reading.kind.value,
        "due_at": iso(reading.due_at),
        "earliest": iso(reading.earliest),
        "latest": iso(reading.latest),
        "alternative": iso(reading.alternative),
        "why": reading.why,
    }


def _time_text(reading: TimeReading, hours: WorkingHours) -> str:
    words = safe_text(reading.words, 200)
    if reading.due_at is None:
        head = f'"{words}": {reading.kind}, names no instant'
    else:
        zone = reading.due_at.astimezone(hours.zone).tzname()
        head = f'"{words}": {clock_text(reading.due_at, hours.zone)} {zone}'
    if reading.alternative is not None:
        head += f" (or {clock_text(reading.alternative, hours.zone)})"
    return f"{head}\n  {safe_text(reading.why, 500)}" if reading.why else head


def _given(text: str | None) -> str:
    if text is not None:
        return _whole(text)
    return _whole(_standard_input().read(MAX_LINE).decode("utf-8", "replace"))


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise InputError("standard input is closed: give TEXT, or pipe some text in")
    return sys.stdin.buffer


def _whole(text: str) -> str:
    """Text that can be written as UTF-8; every place in it stays where it was."""
    return SURROGATE.sub("\ufffd", text)


def _each_line(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    for number, line in _lines(_standard_input()):
        try:
            told = answer(_row(line))
        except InputError as error:
            raise InputError(f"line {number} of standard input {error}") from error
        click.echo(json.dumps(told, ensure_ascii=False, allow_nan=False))


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise InputError(f"line {number} of standard input is longer than {MAX_LINE} bytes")
        if line.strip():
            yield number, line


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8", "replace"), parse_constant=_no_number)
    except RecursionError as error:
        raise InputError("is no JSON that can be read: it is nested too deeply") from error
    except ValueError as error:
        raise InputError(f"is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise InputError("must be a JSON object")
    return row


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _text_of(row: dict[str, Any], name: str) -> str:
    """A text of a row; an empty one where it is null or missing."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"holds {name!r} that is no text: put it in quotes")
    return _whole(value)


def _id_of(row: dict[str, Any]) -> str | int | float | None:
    value = row.get("id")
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, dict | list) or (isinstance(value, float) and not isfinite(value)):
        raise InputError("holds an 'id' that is neither text nor a number")
    return value
