"""Commands about letters on their way: outbox with retry and discard, pause, resume."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import NUMBER, json_option
from promisekeeper.app.cli.user import user_name
from promisekeeper.app.clock import utc_now
from promisekeeper.app.configtable import read_span
from promisekeeper.core.records import OutboxLetter, Stage
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import InputError, LetterNotFoundError
from promisekeeper.flows.mending import count_as_sent, discard_letter, retry_letter
from promisekeeper.store.ledger import Ledger

if TYPE_CHECKING:
    from promisekeeper.flows.delivery import Dispatch

UNTIL_TOLD = timedelta(days=36_500)
letter_argument = click.argument("letter_id", type=NUMBER)
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group(invoke_without_command=True)
@click.option("--stage", type=click.Choice([stage.value for stage in Stage]), help="Only these.")
@json_option
@click.pass_context
def outbox(ctx: click.Context, stage: str | None, as_json: bool) -> None:
    """Show the letters that wait, were sent, or are held; decide about one of them."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    with session.ledger(is_read_only=True) as ledger:
        entries = ledger.letters(Stage(stage) if stage else None)
        paused = _paused_text(ledger, session, utc_now())
    if paused:
        click.echo(paused, err=True)
    if as_json:
        click.echo(render.as_json([render.letter_fields(entry) for entry in entries]))
    elif entries:
        click.echo(render.outbox_table(entries, now=utc_now(), zone=session.zone))
    else:
        click.echo("No letters.")


@outbox.command()
@letter_argument
@yes_option
@click.pass_obj
def retry(session: Session, letter_id: int, yes: bool) -> None:
    """Send a letter again that is held, failed, or waits."""
    with session.ledger() as ledger:
        entry = _letter(ledger, letter_id, Stage.HELD, Stage.FAILED, Stage.QUEUED)
        who = safe_text(entry.letter.recipient)
        if entry.stage is Stage.HELD and not yes:
            click.confirm(
                f"Nobody knows whether letter {letter_id} has reached {who}: the server's answer"
                " was lost. Sent again, it may arrive twice. Send it again?",
                abort=True,
            )
        dispatch = dispatch_for(session, ledger)
        retry_letter(ledger, entry, actor=user_name(), now=utc_now(), dispatch=dispatch)
    click.echo(f"Letter {letter_id} to {who} goes out with the next round.")


@outbox.command(short_help="Take a letter out of the outbox for good.")
@letter_argument
@click.option("--arrived", is_flag=True, help="It did reach its recipient: count it as sent.")
@yes_option
@click.pass_obj
def discard(session: Session, letter_id: int, arrived: bool, yes: bool) -> None:
    """Take a letter that waits, failed or is held out of the outbox for good."""
    with session.ledger() as ledger:
        entry = _letter(ledger, letter_id, Stage.HELD, Stage.FAILED, Stage.QUEUED)
        if arrived and entry.stage is not Stage.HELD:
            raise InputError(f"letter {letter_id} is {entry.stage}: it cannot have arrived")
        if not yes:
            click.confirm(_what_discarding_means(entry, arrived), abort=True)
        act = count_as_sent if arrived else discard_letter
        dispatch = dispatch_for(session, ledger)
        act(ledger, entry, actor=user_name(), now=utc_now(), dispatch=dispatch)
    done = "counts as sent" if arrived else "is discarded"
    click.echo(f"Letter {letter_id} to {safe_text(entry.letter.recipient)} {done}.")


@outbox.command(short_help="Show the customers whom no letter goes to.")
@json_option
@click.pass_obj
def suppressed(session: Session, as_json: bool) -> None:
    """Show the customers whom no letter goes to, for mail to them came back."""
    with session.ledger(is_read_only=True) as ledger:
        found = ledger.suppressions()
    if as_json:
        rows = [
            {"address": address, "reason": reason, "since": at.isoformat()}
            for address, reason, at in found
        ]
        click.echo(render.as_json(rows))
    elif not found:
        click.echo("Letters may go to everybody.")
    for address, reason, at in () if as_json else found:
        since = clock_text(at, session.zone, now=utc_now())
        click.echo(f"{safe_text(address)}  since {since}: {safe_text(reason)}")


@outbox.command()
@click.argument("address")
@click.pass_obj
def allow(session: Session, address: str) -> None:
    """Let letters go to an address again."""
    with session.ledger() as ledger:
        if not ledger.allow(address.strip().lower()):
            raise InputError(f"{safe_text(address)} is not among those of 'outbox suppressed'")
    click.echo(f"Letters may go to {safe_text(address)} again.")


def _what_discarding_means(entry: OutboxLetter, arrived: bool) -> str:
    who = safe_text(entry.letter.recipient)
    if arrived:
        return f"{who} has letter {entry.id}, and whatever it promises is tracked. Is that so?"
    known = "may or may not have arrived" if entry.stage is Stage.HELD else "was not sent"
    return (
        f"Letter {entry.id} to {who} {known}. Discarded, it is never sent again, and this cannot"
        " be taken back. Discard it?"
    )


def dispatch_for(session: Session, ledger: Ledger) -> "Dispatch":
    """What follows when a letter's fate is decided."""
    from promisekeeper.app.wiring import dispatching, updates_of

    return dispatching(session.config, updates_of(session.config))(ledger)


def _letter(ledger: Ledger, letter_id: int, *stages: Stage) -> OutboxLetter:
    entry = ledger.letter_numbered(letter_id)
    if entry is None:
        raise LetterNotFoundError(letter_id)
    if entry.stage not in stages:
        raise InputError(f"letter {letter_id} is {entry.stage}: nothing is left to decide")
    return entry


@click.command()
@click.argument("span", default="")
@click.option("--show", is_flag=True, help="Only show whether letters are held back, and why.")
@click.pass_obj
def pause(session: Session, span: str, show: bool) -> None:
    """Send nothing at all, for a SPAN such as 30m, 4h or 2d, else until 'resume'."""
    length = read_span(span) if span else UNTIL_TOLD
    if length is None:
        raise InputError(f"{safe_text(span)!r} is no span: write 30m, 4h or 2d")
    now = utc_now()
    with session.ledger() as ledger:
        if not show:
            ledger.pause(now + length)
        text = _paused_text(ledger, session, now)
    click.echo(text or "Letters are sent.")


@click.command()
@click.pass_obj
def resume(session: Session) -> None:
    """Send again, after 'pause' or after too many failures; what waited goes out first."""
    now = utc_now()
    with session.ledger() as ledger:
        # An instant rather than nothing: the breaker counts failures from here on.
        ledger.pause(now)
        waiting = len(ledger.letters(Stage.QUEUED))
    click.echo(f"Letters are sent again; {waiting} wait.")


def _paused_text(ledger: Ledger, session: Session, now: datetime) -> str:
    until, why = ledger.paused_until(), ledger.paused_why()
    if until is None or until <= now:
        return ""
    is_open_end = until - now > UNTIL_TOLD / 2
    end = "'promisekeeper resume'" if is_open_end else clock_text(until, session.zone, now=now)
    return f"Nothing is sent until {end}" + (f": {safe_text(why, 400)}" if why else ".")
