"""Commands that change the ledger, or show its letters: done, dismiss, outbox."""

import getpass
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option, promise_argument
from promisekeeper.app.clock import utc_now
from promisekeeper.core.promise import Event, Promise, State
from promisekeeper.core.records import Change, Stage
from promisekeeper.core.teaching import Lesson, LessonKind
from promisekeeper.errors import InputError
from promisekeeper.flows.learning import telling_of

if TYPE_CHECKING:
    from promisekeeper.store.ledger import Ledger


@click.command()
@promise_argument
@click.option("--by", "means", default="", help='How, where no mail shows it: "phone".')
@click.option("--at", "at", default="", help="When, as 2026-03-06T16:30; now if not said.")
@json_option
@click.pass_obj
def done(session: Session, promise_id: int, means: str, at: str, as_json: bool) -> None:
    """Say that a promise was kept, by mail or otherwise."""
    now = utc_now()
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        done_at = _instant(at, session, promise) if at else now
        if done_at > now:
            raise InputError(f"--at {at} lies in the future: say when it was done")
        due_at = promise.deadline.due_at
        state = State.LATE if due_at is not None and done_at > due_at else State.KEPT
        note = f"by {means}" if means else ""
        _apply(ledger, _change(promise, state, done_at, "done", note))
        _report(ledger, promise_id, as_json)


@click.command()
@promise_argument
@click.option("-r", "--reason", default="", help="Why, for the record.")
@click.option(
    "--not-a-promise", is_flag=True, help="And never take this agent's sentence for one again."
)
@click.option("--undo", is_flag=True, help="Take a dismissal back, and what it taught.")
@json_option
@click.pass_obj
def dismiss(
    session: Session, promise_id: int, reason: str, not_a_promise: bool, undo: bool, as_json: bool
) -> None:
    """Say that something is no promise; 'promisekeeper rules' shows what was taught."""
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        if undo:
            _take_back(ledger, promise)
        else:
            change = _change(promise, State.REJECTED, utc_now(), "dismissed", reason)
            if not_a_promise:
                _teach(ledger, promise, change)
            else:
                _apply(ledger, change)
        _report(ledger, promise_id, as_json)


def _teach(ledger: "Ledger", promise: Promise, change: Change) -> None:
    telling = telling_of(promise)
    lesson = Lesson(
        owner=telling.owner,
        pattern=telling.pattern,
        kind=LessonKind.MUTE,
        rule=telling.rule,
        sentence=promise.words,
        at=utc_now(),
        actor=getpass.getuser(),
        promise_key=promise.key,
    )
    if not ledger.teach(lesson, change):
        raise InputError(f"promise {promise.id} has just changed: look at it and try again")


def _take_back(ledger: "Ledger", promise: Promise) -> None:
    if promise.state is not State.REJECTED:
        raise InputError(f"promise {promise.id} was not dismissed: it is {promise.state}")
    for lesson in ledger.teaching().lessons:
        if lesson.promise_key == promise.key and lesson.kind is LessonKind.MUTE:
            ledger.lift(lesson.id or 0, utc_now())
    reopened = replace(promise, state=State.OPEN, settled_at=None, evidence=None)
    event = Event(
        promise_key=promise.key,
        at=utc_now(),
        actor=getpass.getuser(),
        action="dismissal undone",
        state=State.OPEN,
    )
    _apply(ledger, Change(promise=reopened, was=promise.state, event=event))


@click.command()
@click.option("--stage", type=click.Choice([stage.value for stage in Stage]), help="Only these.")
@json_option
@click.pass_obj
def outbox(session: Session, stage: str | None, as_json: bool) -> None:
    """Show the letters that wait, were sent, or are held."""
    with session.ledger(is_read_only=True) as ledger:
        entries = ledger.letters(Stage(stage) if stage else None)
    if as_json:
        click.echo(render.as_json([render.letter_fields(entry) for entry in entries]))
    else:
        click.echo(render.outbox_table(entries) if entries else "No letters.")


def _change(promise: Promise, state: State, at: datetime, action: str, note: str) -> Change:
    settled = replace(promise, state=state, settled_at=at, evidence=None, is_maybe_kept=False)
    event = Event(
        promise_key=promise.key,
        at=utc_now(),
        actor=getpass.getuser(),
        action=action,
        state=state,
        note=note,
    )
    return Change(promise=settled, was=promise.state, event=event)


def _apply(ledger: "Ledger", change: Change) -> None:
    if not ledger.change(change):
        number = change.promise.id
        raise InputError(f"promise {number} has just changed: look at it and try again")


def _report(ledger: "Ledger", promise_id: int, as_json: bool) -> None:
    promise = ledger.promise(promise_id)
    if as_json:
        click.echo(render.as_json(render.promise_fields(promise)))
    else:
        click.echo(f"Promise {promise_id} is {promise.state}.")


def _instant(text: str, session: Session, promise: Promise) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--at {text!r} is no time: write it as 2026-03-06T16:30") from error
    if at.utcoffset() is None:
        at = at.replace(tzinfo=session.zone or promise.made_at.tzinfo)
    return at
