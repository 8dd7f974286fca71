"""Commands that show what the ledger holds beside promises: its outbox."""

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option
from promisekeeper.core.records import Stage


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
