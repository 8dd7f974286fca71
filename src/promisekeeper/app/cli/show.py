"""Commands that only look: list, show. They load as little as they can."""

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.core.promise import State
from promisekeeper.core.query import PromiseQuery

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
    click.echo(render.promise_page(promise, events, now=utc_now(), zone=session.zone))
