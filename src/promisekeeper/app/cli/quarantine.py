"""The command that shows which mails could not be read: quarantine."""

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option
from promisekeeper.app.clock import utc_now


@click.command()
@json_option
@click.pass_obj
def quarantine(session: Session, as_json: bool) -> None:
    """Show the mails that could not be read and were set aside, where they lie, and why."""
    with session.ledger(is_read_only=True) as ledger:
        mails = ledger.quarantine()
    if as_json:
        click.echo(render.as_json([render.quarantined_fields(mail) for mail in mails]))
    elif mails:
        click.echo(render.quarantine_table(mails, now=utc_now(), zone=session.zone))
    else:
        click.echo("No mails were set aside.")
