"""Commands that only look: list, show. They load as little as they can."""

from typing import TYPE_CHECKING

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promisekeeper.core.records import MailNote

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
        held, unread, questions = ledger.waiting()
    if as_json:
        click.echo(render.as_json([render.promise_fields(promise) for promise in promises]))
        return
    if promises:
        click.echo(render.promise_table(promises, now=utc_now(), zone=session.zone))
    else:
        click.echo("No promises." if show_all else "No open promises.")
    if held:
        click.echo(f"{held} letter(s) could not be sent: see 'promisekeeper outbox'", err=True)
    if questions:
        click.echo(
            f"{questions} sentence(s) are used again and again: promises or stock phrases? "
            "See 'promisekeeper rules'",
            err=True,
        )
    if unread:
        click.echo(
            f"{unread} mail(s) could not be read and were set aside: "
            "see 'promisekeeper quarantine'",
            err=True,
        )


@click.command()
@promise_argument
@click.option("--proof", is_flag=True, help="And every mail of the conversation since, by id.")
@json_option
@click.pass_obj
def show(session: Session, promise_id: int, proof: bool, as_json: bool) -> None:
    """Show one promise and what was done about it."""
    with session.ledger_for_reading() as ledger:
        promise = ledger.promise(promise_id)
        events = ledger.events(promise.key)
    notes = _conversation(session, promise) if proof else ()
    if as_json:
        fields = render.promise_fields(promise)
        fields["events"] = [render.event_fields(event) for event in events]
        if proof:
            fields["mails"] = [render.note_fields(note) for note in notes]
        click.echo(render.as_json(fields))
        return
    click.echo(render.promise_page(promise, events, now=utc_now(), zone=session.zone))
    if proof:
        click.echo(render.conversation(notes, zone=session.zone))


def _conversation(session: Session, promise: Promise) -> "Sequence[MailNote]":
    """The mails to and from the customer since the promise was made, oldest first."""
    with session.ledger(is_read_only=True) as ledger:
        notes = ledger.notes(promise.customer)
    return [note for note in notes if note.sent_at >= promise.made_at]
