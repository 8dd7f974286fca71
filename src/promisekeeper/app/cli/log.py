"""The command that shows all that was done about a promise: log."""

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import NUMBER, json_option
from promisekeeper.app.clock import utc_now
from promisekeeper.app.logbook import answer_book, entry_fields, entry_line, logbook, refusals
from promisekeeper.core.telling import shortened

SHOWN = 30


@click.command()
@click.argument("promise_id", type=NUMBER, required=False)
@json_option
@click.pass_obj
def log(session: Session, promise_id: int | None, as_json: bool) -> None:
    """Show everything that was done about a promise: its history, every letter about it, when
    that was queued and sent, to whom, and how it was answered.

    Without ID it shows the last mails to the control address, and how many were refused.
    """
    with session.ledger(is_read_only=True) as ledger:
        if promise_id is not None:
            promise = ledger.promise(promise_id)
            entries = logbook(ledger, promise)
            zone = session.zone_of(promise) or promise.made_at.tzinfo
            head = f'Promise {promise.id}: {promise.state}, "{shortened(promise.words, 100)}"'
        else:
            answers = ledger.answers()
            entries, zone, head = answer_book(answers)[-SHOWN:], session.zone, refusals(answers)
    if as_json:
        click.echo(render.as_json([entry_fields(entry) for entry in entries]))
        return
    now = utc_now()
    click.echo("\n".join([head, *(entry_line(entry, now=now, zone=zone) for entry in entries)]))
