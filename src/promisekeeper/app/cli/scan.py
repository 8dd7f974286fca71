"""Commands that read mail once: scan, ingest."""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import click

from promisekeeper.app import render
from promisekeeper.app.archive import scan_mailbox
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.app.settings import Config
from promisekeeper.app.wiring import intake_rules, open_mailbox, open_path
from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.doors.bounds import BODY_CAP, HEADER_CAP, bounded
from promisekeeper.errors import InputError, MessageUnreadableError, SourceNotFoundError
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.ports import Mailbox
from promisekeeper.store.ledger import Ledger, open_ledger

UNITS = {"d": 1, "w": 7, "m": 31, "y": 366}
# A mail that an MTA pipes in was sent moments ago, so the first one of all must
# not count as older than the ledger it opens.
FIRST_INGEST = timedelta(hours=1)


@click.command()
@click.argument("source")
@click.option("--since", default="", help="Only mail since then: 2026-01-31, 90d, 1y.")
@click.option("--as-of", default="", help="Judge what became of promises at this instant.")
@click.option("--sent", "sent", default="", help="Name of the sent folder, over the config.")
@click.option("--inbox", "inbox", default="", help="Name of the inbox, over the config.")
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the promises as JSON.")
@click.pass_obj
def scan(
    session: Session,
    source: str,
    since: str,
    as_of: str,
    sent: str,
    inbox: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read SOURCE and record its promises as history: nobody is reminded of the past.

    SOURCE is the name of a configured account, a Maildir, a folder that holds
    some, an mbox, an .eml file or a folder of those, or - for one mail on
    standard input. It is only read, never changed.
    """
    config = session.config
    now = _as_of(as_of, config)
    first_day = _since(since, now)
    rules = intake_rules(config, history_before=datetime.max.replace(tzinfo=UTC))
    mailbox = _mailbox(source, config, sent or config.sent, inbox or config.inbox)
    with Ledger(":memory:") if dry_run else open_ledger(config.ledger) as ledger:
        try:
            found = scan_mailbox(mailbox, ledger, rules, now=now, since=first_day)
        finally:
            mailbox.close()
        promises = [
            promise
            for promise in ledger.promises(PromiseQuery())
            if promise.message_id in found.message_ids
        ]
    if as_json:
        click.echo(render.as_json([render.promise_fields(promise) for promise in promises]))
    else:
        zone = None
        if promises:
            click.echo(render.promise_table(promises, now=now, zone=zone))
    click.echo(_summary(found.mails, found.unread, promises), err=as_json)


def _summary(mails: int, unread: int, promises: list[Promise]) -> str:
    counts = {state: sum(promise.state is state for promise in promises) for state in State}
    shown = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
    text = f"{mails} sent mails read, {len(promises)} promises" + (f": {shown}" if shown else "")
    return text + (f"; {unread} mails could not be read" if unread else "")


def _mailbox(source: str, config: Config, sent: str, inbox: str) -> Mailbox:
    for account in config.accounts:
        if account.name == source:
            return open_mailbox(account)
    if source == "-" or Path(source).expanduser().exists():
        return open_path(source, sent=sent, inbox=inbox)
    names = ", ".join(account.name for account in config.accounts) or "none are configured"
    raise SourceNotFoundError(f"{source!r} is neither a path nor an account ({names})")


def _as_of(text: str, config: Config) -> datetime:
    if not text:
        return config.as_of or utc_now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--as-of {text!r} is no time: write 2026-06-01T12:00:00Z") from error
    return at if at.utcoffset() is not None else at.replace(tzinfo=UTC)


def _since(text: str, now: datetime) -> date | None:
    if not text:
        return None
    if text[-1] in UNITS and text[:-1].isdigit():
        days = min(int(text[:-1]) * UNITS[text[-1]], 36_500)
        return (now - timedelta(days=days)).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--since {text!r} is no date: write 2026-01-31, 90d or 1y") from error


@click.command()
@click.option("--agent", default="", help="Who wrote it, where neither address nor name tells.")
@click.option(
    "--folder",
    type=click.Choice([role.value for role in Role]),
    default=Role.SENT.value,
    show_default=True,
    help="Whether the team sent or received it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the promises as JSON.")
@click.pass_obj
def ingest(session: Session, agent: str, folder: str, as_json: bool) -> None:
    """Take in one mail from standard input.

    Exits with 75 when it should be tried again, so that an MTA keeps the mail;
    with 65 when the mail cannot be read at all.
    """
    config, now = session.config, utc_now()
    if agent and agent not in {known.name for known in config.agents}:
        raise InputError(f"--agent {agent!r} is none of the configured agents")
    raw, size = _read_bounded(sys.stdin.buffer)
    mail = RawMail(position=0, raw=raw, size=size, received_at=now)
    if not raw.strip():
        raise MessageUnreadableError("standard input holds no mail")
    with session.ledger() as ledger:
        first_start = ledger.first_start(now - FIRST_INGEST)
        rules = intake_rules(config, history_before=config.watch_since or first_start, agent=agent)
        taken = take_in(
            Page(mails=(mail,), cursor=Cursor(validity=0, position=0), has_more=False),
            folder=f"ingest/{folder}",
            role=Role(folder),
            store=ledger,
            rules=rules,
            now=now,
        )
    for unread in taken.quarantined:
        raise MessageUnreadableError(f"the mail was set aside: {unread.problem}")
    if as_json:
        click.echo(render.as_json([render.promise_fields(promise) for promise in taken.promises]))


def _read_bounded(stream: BinaryIO) -> tuple[bytes, int]:
    """The head of a mail, and its whole size; the rest is read and let go."""
    head = stream.read(HEADER_CAP + BODY_CAP)
    size = len(head)
    while piece := stream.read(BODY_CAP):
        size += len(piece)
    return bounded(head), size
