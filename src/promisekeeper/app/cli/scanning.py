"""What the command `scan` does."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from heapq import nlargest
from pathlib import Path

import click

from promisekeeper.app import render
from promisekeeper.app.archive import Scanned, folder_of_scan, scan_mailbox
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.scan import ScanOptions
from promisekeeper.app.clock import utc_now
from promisekeeper.app.helper import Helper, can_help
from promisekeeper.app.mailboxes import open_mailbox, open_path
from promisekeeper.app.progress import Progress
from promisekeeper.app.readers import Desk, collecting_seldom
from promisekeeper.app.rules import intake_rules
from promisekeeper.app.settings import Config
from promisekeeper.app.summary import summary_fields, summary_of, summary_text
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import OPEN, PromiseQuery
from promisekeeper.errors import InputError, SourceNotFoundError
from promisekeeper.flows.ports import Mailbox
from promisekeeper.store.ledger import Ledger, open_ledger

UNITS = {"d": 1, "w": 7, "m": 31, "y": 366}
ALL = datetime.max.replace(tzinfo=UTC)
EVERY = PromiseQuery()
MOST_SHOWN = 20
MANY_OPEN = f"\nStill open, the last {MOST_SHOWN} ('promisekeeper list --all' shows every one):"


def scan_source(session: Session, source: str, options: ScanOptions, helper: Helper | None) -> None:
    """Read a source as history, and say what was found.

    Args:
        helper: One that was called already; else one is called once it is worth that.
    """
    config = session.config
    now = _as_of(options.as_of, config)
    first_day = _since(options.since, now)
    mailbox = _mailbox(source, config, options.sent or config.sent, options.inbox or config.inbox)
    name = _scan_name(source, options.since, config)
    with Ledger(":memory:") if options.dry_run else open_ledger(config.ledger) as ledger:
        is_resumed = not options.again and any(_cursors(ledger, name))
        scanned = _scan(
            mailbox,
            ledger,
            config,
            helper,
            source=name,
            now=now,
            since=first_day,
            is_anew=options.again,
        )
        summary = summary_of(_promises(ledger, name, scanned), session.margin_of)
        is_silent = options.as_json or options.summary_json
        still_open = [] if is_silent else _still_open(ledger, name, scanned)
        if options.as_json:
            promises = sorted(_promises(ledger, name, scanned), key=_place)
            fields = [render.promise_fields(one, session.margin_of(one)) for one in promises]
            click.echo(render.as_json(fields))
    if options.summary_json:
        figures = summary_fields(
            summary, sent=scanned.sent, received=scanned.received, unread=scanned.unread
        )
        click.echo(render.as_json(figures), err=options.as_json)
        return
    text = summary_text(
        summary,
        sent=scanned.new if is_resumed else scanned.sent,
        is_resumed=is_resumed,
        unread=scanned.unread,
    )
    sentence, *table = text.split("\n")
    wrapped = click.wrap_text(sentence, width=render.LINE_WIDTH)
    click.echo("\n".join([wrapped, *table]), err=options.as_json)
    if not options.as_json:
        _show_open(still_open, now)


def _scan(
    mailbox: Mailbox,
    ledger: Ledger,
    config: Config,
    helper: Helper | None,
    *,
    source: str,
    now: datetime,
    since: date | None,
    is_anew: bool,
) -> Scanned:
    # What the daemon watches over stays its own, even where a scan reads it first.
    before = config.watch_since or ledger.started_at() or ALL
    rules = intake_rules(config, history_before=before)
    read_at = utc_now()

    def briefed() -> Helper:
        called = helper or Helper()
        called.brief(config, before, read_at)
        return called

    desk = Desk(rules, read_at, briefed if can_help() else None, ledger=ledger.path)
    progress = Progress(sys.stderr)
    try:
        with collecting_seldom():
            return scan_mailbox(
                mailbox,
                ledger,
                rules,
                desk=desk,
                source=source,
                now=now,
                since=since,
                is_anew=is_anew,
                on_page=progress.show,
            )
    finally:
        progress.end()
        desk.close()
        mailbox.close()


def _promises(
    ledger: Ledger, name: str, scanned: Scanned, which: PromiseQuery = EVERY
) -> Iterator[Promise]:
    """All that this source ever held; of standard input, what came just now."""
    found = ledger.each_promise(replace(which, found_in=_folders(name)))
    return (promise for promise in found if name != "-" or promise.key in scanned.keys)


def _place(promise: Promise) -> tuple[datetime, int]:
    return promise.deadline.follow_up_at, promise.id or 0


def _still_open(ledger: Ledger, name: str, scanned: Scanned) -> list[Promise]:
    """The open ones that are followed up last, the very last at the end; one more than shown."""
    found = _promises(ledger, name, scanned, OPEN)
    return sorted(nlargest(MOST_SHOWN + 1, found, key=_place), key=_place)


def _show_open(found: Sequence[Promise], now: datetime) -> None:
    if not found:
        return
    click.echo("\nStill open, the latest last:" if len(found) <= MOST_SHOWN else MANY_OPEN)
    click.echo(render.promise_table(found[-MOST_SHOWN:], now=now, zone=None))


def _scan_name(source: str, since: str, config: Config) -> str:
    """What makes two scans the same: where they read, and from when on."""
    is_account = any(account.name == source for account in config.accounts)
    place = source if is_account or source == "-" else str(Path(source).expanduser().resolve())
    return f"{place} since {since}" if since else place


def _folders(name: str) -> tuple[str, ...]:
    return tuple(folder_of_scan(name, role) for role in Role)


def _cursors(ledger: Ledger, name: str) -> list[Cursor | None]:
    return [ledger.cursor(folder) for folder in _folders(name)]


def _mailbox(source: str, config: Config, sent: str, inbox: str) -> Mailbox:
    for account in config.accounts:
        if account.name == source:
            return open_mailbox(account, reads_late=True)
    if source == "-" or Path(source).expanduser().exists():
        return open_path(source, sent=sent, inbox=inbox, reads_late=True)
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
