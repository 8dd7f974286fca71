"""The command that stays: run."""

import logging
import sys

import click

from promisekeeper.app.cli.context import Session
from promisekeeper.app.daemon import Daemon, run_once
from promisekeeper.app.render import safe_lines
from promisekeeper.app.wiring import daemon_parts
from promisekeeper.store.ledger import open_ledger
from promisekeeper.store.outbox import sender_lock


@click.command()
@click.option("--once", is_flag=True, help="Do one round and exit.")
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
@click.pass_obj
def run(session: Session, once: bool, verbose: bool) -> None:
    """Watch the configured mailboxes, track promises, and remind in time.

    It ends cleanly on SIGTERM or SIGINT. With --once it reads, reminds and
    sends what is due now, and exits with the code of the first thing that
    went wrong.
    """
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("imapclient").setLevel(logging.WARNING)
    config = session.config
    parts = daemon_parts(config)
    with sender_lock(config.ledger):
        if not once:
            Daemon(parts).run()
            return
        with open_ledger(config.ledger) as store:
            problems = run_once(parts, store)
    for problem in problems:
        click.echo(f"promisekeeper: {safe_lines(str(problem))}", err=True)
    if problems:
        sys.exit(problems[0].exit_code)
