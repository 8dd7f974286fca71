"""The command that reads mail once: scan."""

from pathlib import Path
from typing import NamedTuple

import click

from promisekeeper.app.cli.context import Session
from promisekeeper.app.helper import called_for


class ScanOptions(NamedTuple):
    """How to scan, as it was typed."""

    since: str
    as_of: str
    sent: str
    inbox: str
    again: bool
    dry_run: bool
    as_json: bool
    summary_json: bool


@click.command()
@click.argument("source")
@click.option("--since", default="", help="Only mail since then: 2026-01-31, 90d, 1y.")
@click.option("--as-of", default="", help="Judge what became of promises at this instant.")
@click.option("--sent", "sent", default="", help="Name of the sent folder, over the config.")
@click.option("--inbox", "inbox", default="", help="Name of the inbox, over the config.")
@click.option("--again", is_flag=True, help="Read everything, also what was read before.")
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the promises as JSON.")
@click.option("--summary-json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def scan(
    session: Session,
    source: str,
    since: str,
    as_of: str,
    sent: str,
    inbox: str,
    again: bool,
    dry_run: bool,
    as_json: bool,
    summary_json: bool,
) -> None:
    """Read SOURCE and record its promises as history: nobody is reminded of the past.

    SOURCE is the name of a configured account, a Maildir, a folder that holds
    some, an mbox, an .eml file or a folder of those, or - for one mail on
    standard input. It is only read, never changed. A scan that was stopped goes
    on where it was, and one that had ended reads what is new.
    """
    options = ScanOptions(since, as_of, sent, inbox, again, dry_run, as_json, summary_json)
    with called_for(Path(source).expanduser()) as helper:
        # Both processes load what they need at the same time.
        from promisekeeper.app.cli.scanning import scan_source

        scan_source(session, source, options, helper)
