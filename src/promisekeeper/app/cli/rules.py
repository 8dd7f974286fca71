"""The command that shows what was taught, and takes it back: rules."""

from dataclasses import replace
from typing import Any

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import NUMBER, json_option
from promisekeeper.app.cli.user import user_name
from promisekeeper.app.clock import utc_now
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.teaching import Lesson, LessonKind, Tally, Teaching
from promisekeeper.errors import InputError, LessonNotFoundError
from promisekeeper.store.ledger import Ledger

HEADINGS = {
    LessonKind.QUESTION: "To be answered: a promise each time, or a stock phrase?",
    LessonKind.MUTE: "Dismissed: no promises",
    LessonKind.PROMISE: "Promises, however often they are used:",
}


@click.command()
@click.option("--undo", type=NUMBER, metavar="N", help="Lift lesson N.")
@click.option(
    "--promise", type=NUMBER, metavar="N", help="Answer question N: yes, each use is a promise."
)
@click.option(
    "--stock-phrase", type=NUMBER, metavar="N", help="Answer question N: no, a stock phrase."
)
@json_option
@click.pass_obj
def rules(
    session: Session,
    undo: int | None,
    promise: int | None,
    stock_phrase: int | None,
    as_json: bool,
) -> None:
    """Show what was taught: muted sentences, doubted wordings, and open questions.

    Everything here can be taken back with --undo.
    """
    chosen = [number for number in (undo, promise, stock_phrase) if number is not None]
    if len(chosen) > 1:
        raise InputError("give one of --undo, --promise and --stock-phrase at a time")
    with session.ledger(is_read_only=not chosen) as ledger:
        if undo is not None:
            ledger.lift(undo, utc_now())
        elif promise is not None:
            _answer(ledger, promise, LessonKind.PROMISE)
        elif stock_phrase is not None:
            _answer(ledger, stock_phrase, LessonKind.MUTE)
        teaching = ledger.teaching()
    if as_json:
        click.echo(render.as_json(_fields(teaching)))
    else:
        click.echo(_text(teaching))


def _answer(ledger: Ledger, number: int, kind: LessonKind) -> None:
    lesson = next((one for one in ledger.teaching().lessons if one.id == number), None)
    if lesson is None:
        raise LessonNotFoundError(number)
    ledger.teach(replace(lesson, kind=kind, at=utc_now(), actor=user_name(), id=None))


def _text(teaching: Teaching) -> str:
    lines = []
    for kind, heading in HEADINGS.items():
        lessons = [lesson for lesson in teaching.lessons if lesson.kind is kind]
        if lessons:
            lines += [heading, *map(_lesson_line, lessons)]
    doubted = [tally for tally in teaching.tallies if tally.is_doubted]
    if doubted:
        lines += ["Wordings that only count as possible now:", *map(_tally_line, doubted)]
    return "\n".join(lines) or "Nothing was taught yet: see 'promisekeeper dismiss --help'"


def _lesson_line(lesson: Lesson) -> str:
    return f'  {lesson.id}  {safe_text(lesson.owner)}: "{safe_text(lesson.sentence)}"'


def _tally_line(tally: Tally) -> str:
    share = f"{tally.dismissed} of {tally.found} dismissed"
    return f"  {safe_text(tally.owner)}: '{tally.rule}', {share}"


def _fields(teaching: Teaching) -> dict[str, Any]:
    return {
        "lessons": [render.lesson_fields(lesson) for lesson in teaching.lessons],
        "wordings": [render.wording_fields(tally) for tally in teaching.tallies],
    }
