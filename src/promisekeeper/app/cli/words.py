"""Commands on words alone: explain, when. They need no ledger."""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.app.wiring import working_hours
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


@click.command()
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines: id, text, previous, next.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(text: str | None, jsonl: bool, as_json: bool) -> None:
    """Show which promises a text holds, and why; the text may come on standard input."""
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


def _explained_line(row: dict[str, Any]) -> dict[str, Any]:
    text = str(row.get("text", ""))
    reading = read_sentence(
        text,
        previous=str(row.get("previous") or ""),
        following=str(row.get("next") or ""),
        subject=str(row.get("subject") or ""),
    )
    return {"id": row.get("id")} | _reading_fields(text, reading)


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
    sent_at = _instant(str(row.get("sent_at", "")), None)
    hours = _hours(session, row.get("zone") or "", str(row.get("date_order") or ""), sent_at)
    readings = read_times(str(row.get("text", "")), TimeContext(sent_at=sent_at, hours=hours))
    return {"id": row.get("id"), "times": [_time_fields(reading) for reading in readings]}


def _hours(session: Session, zone: str, date_order: str, at: datetime) -> WorkingHours:
    if not zone:
        hours = office_hours(at.tzinfo or utc_now().tzinfo)  # type: ignore[arg-type]
    else:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InputError(f"{zone!r} is no time zone: use Europe/Berlin and kin") from error
        hours = working_hours(session.config, zone)
    if not date_order:
        return hours
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
        return text
    return sys.stdin.read(MAX_LINE)


def _each_line(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    for number, line in enumerate(_lines(sys.stdin), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"line {number} of standard input is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"line {number} of standard input must be a JSON object")
        click.echo(json.dumps(answer(row), ensure_ascii=False))


def _lines(stream: Iterable[str]) -> Iterable[str]:
    return (line for line in stream if line.strip())
