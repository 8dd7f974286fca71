"""Commands that only look: list, show. They load as little as they can."""

from typing import TYPE_CHECKING

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promisekeeper.core.records import MailNote
    from promisekeeper.store.reading import LedgerReader

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class _Number(click.IntRange):
    """A number from 1 on; where SQLite's integers end is no news for a user."""

    def _describe_range(self) -> str:
        return f"x>={self.min}"


NUMBER = _Number(min=1, max=2**63 - 1)
promise_argument = click.argument("promise_id", type=NUMBER)


@click.command("list")
@click.option("--all", "show_all", is_flag=True, help="Settled ones too.")
@click.option("--owner", default="", help="Only this agent's: a name, first name or address.")
@click.option("--customer", default="", help="Only promises to this address.")
@click.option("--limit", type=NUMBER, metavar="N", help="At most so many.")
@json_option
@click.pass_obj
def list_(
    session: Session, show_all: bool, owner: str, customer: str, limit: int | None, as_json: bool
) -> None:
    """Show open promises, the next due first."""
    query = PromiseQuery(
        states=frozenset() if show_all else frozenset({State.OPEN}),
        customer=customer.lower(),
        limit=None if owner else limit,
    )
    with session.ledger_for_reading() as ledger:
        promises = ledger.promises(query)
        if owner:
            promises = _of_owner(session, ledger, promises, owner)[:limit]
        held, unread, questions = ledger.waiting()
    if as_json:
        fields = [render.promise_fields(one, session.margin_of(one)) for one in promises]
        click.echo(render.as_json(fields))
        return
    if promises:
        click.echo(
            render.promise_table(
                promises, now=utc_now(), zone=session.zone_of, margin=session.margin_of
            )
        )
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


def _of_owner(
    session: Session, ledger: "LedgerReader", promises: "Sequence[Promise]", words: str
) -> tuple[Promise, ...]:
    """Those of the agent whom the words name, in any case of letters.

    Raises:
        InputError: Nobody is called so.
    """
    wanted = words.strip().casefold()
    agents = [(agent.name, *agent.addresses) for agent in session.config.agents]
    names = {wanted}.union(agent[0].casefold() for agent in agents if wanted in _names(*agent))
    found = tuple(one for one in promises if names & _names(one.owner, one.owner_address))
    if found:
        return found
    # Somebody may be known by promises that were not asked for.
    others = [(one.owner, one.owner_address) for one in ledger.promises(PromiseQuery())]
    if not any(wanted in _names(*known) for known in [*agents, *others]):
        known_names = ", ".join(sorted({known[0] for known in [*agents, *others]})) or "none"
        raise InputError(f"nobody is called {words!r}: the known agents are {known_names}")
    return ()


def _names(name: str, *addresses: str) -> set[str]:
    return {one.casefold() for one in (name, *name.split()[:1], *addresses)}


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
        fields = render.promise_fields(promise, session.margin_of(promise))
        fields["events"] = [render.event_fields(event) for event in events]
        if proof:
            fields["mails"] = [render.note_fields(note) for note in notes]
        click.echo(render.as_json(fields))
        return
    zone, now = session.zone_of(promise), utc_now()
    click.echo(
        render.promise_page(promise, events, now=now, zone=zone, margin=session.margin_of(promise))
    )
    if proof:
        click.echo(render.conversation(notes, now=now, zone=zone))


def _conversation(session: Session, promise: Promise) -> "Sequence[MailNote]":
    """The mails to and from the customer since the promise was made, oldest first."""
    with session.ledger(is_read_only=True) as ledger:
        notes = ledger.notes(promise.customer)
    return [note for note in notes if note.sent_at >= promise.made_at]
