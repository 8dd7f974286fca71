"""Commands on the ledger: list, show, done, dismiss, outbox."""

import getpass
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.core.promise import Event, Promise, State
from promisekeeper.core.records import Change, PromiseQuery, Stage
from promisekeeper.errors import InputError

if TYPE_CHECKING:
    from promisekeeper.store.ledger import Ledger

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
promise_argument = click.argument("promise_id", type=click.IntRange(min=1))


@click.command("list")
@click.option("--all", "show_all", is_flag=True, help="Settled ones too.")
@click.option("--owner", default="", help="Only this agent's.")
@click.option("--customer", default="", help="Only promises to this address.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@json_option
@click.pass_obj
def list_(
    session: Session, show_all: bool, owner: str, customer: str, limit: int | None, as_json: bool
) -> None:
    """Show open promises, the next due first."""
    query = PromiseQuery(
        states=frozenset() if show_all else frozenset({State.OPEN}),
        owner=owner,
        customer=customer.lower(),
        limit=limit,
    )
    with session.ledger_for_reading() as ledger:
        promises = ledger.promises(query)
        held = len(ledger.letters(Stage.HELD)) + len(ledger.letters(Stage.FAILED))
        unread = len(ledger.quarantine())
    if as_json:
        click.echo(render.as_json([render.promise_fields(promise) for promise in promises]))
        return
    if promises:
        click.echo(render.promise_table(promises, now=utc_now(), zone=_zone(session)))
    else:
        click.echo("No promises." if show_all else "No open promises.")
    if held:
        click.echo(f"{held} letter(s) could not be sent: see 'promisekeeper outbox'", err=True)
    if unread:
        click.echo(f"{unread} mail(s) could not be read and were set aside", err=True)


@click.command()
@promise_argument
@json_option
@click.pass_obj
def show(session: Session, promise_id: int, as_json: bool) -> None:
    """Show one promise and what was done about it."""
    with session.ledger_for_reading() as ledger:
        promise = ledger.promise(promise_id)
        events = ledger.events(promise.key)
    if as_json:
        history = [render.event_fields(event) for event in events]
        click.echo(render.as_json(render.promise_fields(promise) | {"events": history}))
        return
    click.echo(render.promise_page(promise, events, now=utc_now(), zone=_zone(session)))


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
        _settle(ledger, promise, state, done_at, "done", note)
        _report(ledger, promise_id, as_json)


@click.command()
@promise_argument
@click.option("-r", "--reason", default="", help="Why, for the record.")
@json_option
@click.pass_obj
def dismiss(session: Session, promise_id: int, reason: str, as_json: bool) -> None:
    """Say that something is no promise."""
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        _settle(ledger, promise, State.REJECTED, utc_now(), "dismissed", reason)
        _report(ledger, promise_id, as_json)


@click.command()
@click.option("--stage", type=click.Choice([stage.value for stage in Stage]), help="Only these.")
@json_option
@click.pass_obj
def outbox(session: Session, stage: str | None, as_json: bool) -> None:
    """Show the letters that wait, were sent, or are held."""
    with session.ledger_for_reading() as ledger:
        entries = ledger.letters(Stage(stage) if stage else None)
    if as_json:
        click.echo(render.as_json([render.letter_fields(entry) for entry in entries]))
    else:
        click.echo(render.outbox_table(entries) if entries else "No letters.")


def _settle(
    ledger: "Ledger", promise: Promise, state: State, at: datetime, action: str, note: str
) -> None:
    settled = replace(promise, state=state, settled_at=at, evidence=None, is_maybe_kept=False)
    event = Event(
        promise_key=promise.key,
        at=utc_now(),
        actor=getpass.getuser(),
        action=action,
        state=state,
        note=note,
    )
    if not ledger.change(Change(promise=settled, was=promise.state, event=event)):
        raise InputError(f"promise {promise.id} has just changed: look at it and try again")


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
        at = at.replace(tzinfo=_zone(session) or promise.made_at.tzinfo)
    return at


def _zone(session: Session) -> ZoneInfo | None:
    zone = session.config.zone
    return ZoneInfo(zone) if zone else None
