"""The data is the user's: export, backup, forget."""

import re
from pathlib import Path

import click

from promisekeeper.app import export as exporting
from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option
from promisekeeper.app.clock import utc_now
from promisekeeper.app.configtable import ADDRESS
from promisekeeper.app.privatefile import is_one_of, write_private
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.safetext import safe_text
from promisekeeper.errors import InputError, StoreError
from promisekeeper.store.upkeep import back_up
from promisekeeper.store.upkeep import forget as forget_person

NAMED = re.compile(r"[^<>]*<([^<>]+)>\s*")


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "ics"]),
    default="json",
    show_default=True,
    help="ICS holds the open promises alone.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file; standard output if not said.",
)
@click.option("--force", is_flag=True, help="Write over an existing file.")
@click.pass_obj
def export(session: Session, form: str, output: Path | None, force: bool) -> None:
    """Write all promises for other programs: JSON, CSV, or a calendar."""
    if output is not None:
        _check_target(session, output, force)
    with session.ledger_for_reading() as ledger:
        promises = ledger.promises(PromiseQuery())
    if form == "json":
        text = exporting.to_json(promises, session.margin_of)
    elif form == "csv":
        text = exporting.to_csv(promises, session.margin_of)
    else:
        text = exporting.to_ics(promises, utc_now())
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_private(output, text.encode())
    except OSError as error:
        raise StoreError(f"cannot write {output}: {error.strerror}") from error
    click.echo(f"Wrote {len(promises)} promises to {output}.")


def _check_target(session: Session, output: Path, is_forced: bool) -> None:
    """Refuse to write over what promisekeeper itself lives from, and over any file unasked."""
    ledger = session.ledger_file
    ours = [ledger, *(ledger.with_name(ledger.name + end) for end in ("-wal", "-shm"))]
    if is_one_of(output, [*ours, session.config.path]):
        raise InputError(f"{output} is promisekeeper's own: name another file")
    if output.exists() and not is_forced:
        raise InputError(f"{output} exists already: name another file, or say --force")


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(session: Session, target: Path) -> None:
    """Copy the ledger to TARGET, whole and consistent, while it is in use."""
    with session.ledger_for_reading():
        pass  # says clearly where there is none
    size = back_up(session.ledger_file, target)
    click.echo(f"Wrote {target} ({size} bytes). To restore it, stop the daemon and copy it back.")


@click.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def forget(session: Session, address: str, yes: bool, as_json: bool) -> None:
    """Delete everything that the ledger holds of the customer ADDRESS.

    The mails themselves stay where they are: a later scan of the same mailbox
    would find them again.
    """
    who = _address(address)
    with session.ledger_for_reading() as ledger:
        number = len(ledger.promises(PromiseQuery(customer=who)))
    if not yes:
        question = f"Delete everything of {who}, with {number} promise(s)?"
        click.confirm(question, abort=True, err=True)
    counts = forget_person(session.ledger_file, who)
    if as_json:
        click.echo(render.as_json(counts))
    elif counts:
        deleted = ", ".join(f"{number} {name}" for name, number in counts.items())
        click.echo(f"Deleted: {deleted}.")
    else:
        click.echo(f"The ledger holds nothing of {who}.")


def _address(text: str) -> str:
    """The address alone, lower case, of an address or of "Name <address>"."""
    named = NAMED.fullmatch(text)
    address = (named[1] if named else text).strip().lower()
    if not ADDRESS.fullmatch(address):
        raise InputError(f"{safe_text(text)!r} is no mail address: write eve@client.example")
    return address
