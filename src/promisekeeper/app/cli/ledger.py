"""Commands that correct the ledger: done, dismiss, release, move, reopen; and its outbox."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option, promise_argument
from promisekeeper.app.cli.user import user_name
from promisekeeper.app.clock import utc_now
from promisekeeper.app.wiring import team_of
from promisekeeper.core import corrections
from promisekeeper.core.deadline import TimeContext, read_times
from promisekeeper.core.promise import Deadline, Promise, State
from promisekeeper.core.records import Change, Stage
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.teaching import Lesson, LessonKind
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import InputError
from promisekeeper.flows.intake import hours_of
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
        if done_at < promise.made_at:
            raise InputError(f"--at {at} lies before the promise was made: say when it was done")
        note = f"by {means}" if means else ""
        _apply(
            ledger,
            corrections.done(promise, at=done_at, actor=user_name(), now=now, note=note),
        )
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
    if undo and not_a_promise:
        raise InputError("give --undo or --not-a-promise, not both")
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        if undo and promise.state is not State.REJECTED:
            raise InputError(f"promise {promise.id} was not dismissed: it is {promise.state}")
        if undo:
            _reopen(ledger, promise)
        else:
            change = corrections.dismissed(promise, actor=user_name(), now=utc_now(), note=reason)
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
        actor=user_name(),
        promise_key=promise.key,
    )
    if not ledger.teach(lesson, change):
        raise InputError(f"promise {promise.id} has just changed: look at it and try again")


@click.command()
@promise_argument
@click.option("-r", "--reason", required=True, help="Why nobody waits for it any more.")
@json_option
@click.pass_obj
def release(session: Session, promise_id: int, reason: str, as_json: bool) -> None:
    """Say that a promise is no longer needed."""
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        _check_awaited(promise)
        actor = user_name()
        _apply(ledger, corrections.released(promise, actor=actor, now=utc_now(), note=reason))
        _report(ledger, promise_id, as_json)


@click.command()
@promise_argument
@click.argument("when", nargs=-1, required=True)
@json_option
@click.pass_obj
def move(session: Session, promise_id: int, when: tuple[str, ...], as_json: bool) -> None:
    """Say that the customer was told a new date, in words: move 7 Tue 14:00."""
    words, now = " ".join(when), utc_now()
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        _check_awaited(promise)
        deadline = _deadline(words, promise, session, now)
        change, new, first = corrections.moved(promise, deadline, actor=user_name(), now=now)
        stored = ledger.move(change, new, first)
        if stored is None:
            raise InputError(f"promise {promise.id} has just changed: look at it and try again")
    if as_json:
        click.echo(render.as_json(render.promise_fields(stored)))
        return
    due = clock_text(deadline.follow_up_at, session.zone_of(promise), now=now)
    click.echo(f"Promise {promise_id} is moved: promise {stored.id} is due {due}.")


def _check_awaited(promise: Promise) -> None:
    if promise.state not in (State.OPEN, State.BROKEN):
        raise InputError(f"promise {promise.id} is {promise.state} already: reopen it first")


def _deadline(words: str, promise: Promise, session: Session, now: datetime) -> Deadline:
    """The one instant that a user's words name, read as the owner would mean them."""
    hours = hours_of(promise, team_of(session.config))
    context = TimeContext(sent_at=now.astimezone(hours.zone), hours=hours)
    instants = [reading for reading in read_times(words, context) if reading.due_at is not None]
    if len(instants) != 1 or instants[0].due_at is None:
        raise InputError(
            f"{safe_text(words)!r} names no single time: write Tue 14:00, tomorrow noon, 6 March"
        )
    reading = instants[0]
    return Deadline(
        kind=reading.kind,
        words=words,
        due_at=reading.due_at,
        follow_up_at=instants[0].due_at,
        earliest=reading.earliest,
        latest=reading.latest,
        why=reading.why,
    )


@click.command()
@promise_argument
@json_option
@click.pass_obj
def reopen(session: Session, promise_id: int, as_json: bool) -> None:
    """Take back what was said last of a promise; also what mail has settled."""
    with session.ledger() as ledger:
        _reopen(ledger, ledger.promise(promise_id))
        _report(ledger, promise_id, as_json)


def _reopen(ledger: "Ledger", promise: Promise) -> None:
    change = corrections.reopened(
        promise, ledger.events(promise.key), actor=user_name(), now=utc_now()
    )
    if change is None:
        raise InputError(f"promise {promise.id} is open, and nobody has said anything of it")
    _apply(ledger, change)
    for lesson in ledger.teaching().lessons:
        if lesson.promise_key == promise.key and lesson.kind is LessonKind.MUTE:
            ledger.lift(lesson.id or 0, utc_now())


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
        at = at.replace(tzinfo=session.zone_of(promise))
    return at
