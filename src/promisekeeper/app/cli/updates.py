"""Commands about updates that go out by themselves: updates preview, updates enable, disable."""

from dataclasses import replace
from datetime import UTC, datetime, time

import click

from promisekeeper.app import draftrender, render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option
from promisekeeper.app.clock import utc_now
from promisekeeper.app.mailboxes import open_mailbox, open_path
from promisekeeper.app.outgoing import limits_of
from promisekeeper.app.settings import Config
from promisekeeper.app.wiring import updates_of
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import ConfigError, InputError
from promisekeeper.flows import updateswitch
from promisekeeper.flows.intake import ReadMail
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Mailbox
from promisekeeper.flows.replay import past_mails
from promisekeeper.flows.updatepreview import WouldSend, preview_updates
from promisekeeper.flows.updaterules import UpdateRules
from promisekeeper.store.ledger import Ledger


@click.group()
def updates() -> None:
    """Updates that go out by themselves: see them first, then allow them."""


@updates.command(short_help="Show which would have gone out in the past.")
@click.argument("source", default="")
@click.option("--from", "start", default="", help="Only promises from this day on: 2026-03-01.")
@json_option
@click.pass_obj
def preview(session: Session, source: str, start: str, as_json: bool) -> None:
    """Show every update that would have gone out by itself in the past. Nothing is sent.

    All configured accounts are read. With SOURCE, a path, only that archive: then it does not
    count as the preview that 'updates enable' asks for.
    """
    config = session.config
    rules = _rules(config)
    begin = _day(start) if start else None
    now = utc_now()
    intake = replace(rules.intake, history_before=begin)
    mails = _mails(config, source, intake, now)
    with Ledger(":memory:") as past:
        found = preview_updates(
            mails,
            past,
            rules=replace(rules, intake=intake, is_auto=True),
            limits=limits_of(config),
            until=now,
        )
    _show(found, as_json, session)
    if not source:
        with session.ledger() as ledger:
            updateswitch.note_preview(ledger, rules.fingerprint, now)
        if not as_json:
            first = "" if config.customer_mail == "auto" else 'set customer_mail = "auto", then '
            click.echo(
                f"To let such letters go out: {first}'promisekeeper updates enable'", err=True
            )


@updates.command(short_help="Let updates go out, announced hours before.")
@click.pass_obj
def enable(session: Session) -> None:
    """Let updates go out announced, with the settings as they were previewed."""
    if session.config.customer_mail != "auto":
        raise ConfigError('set customer_mail = "auto" first: see docs/updates.md')
    with session.ledger() as ledger:
        updateswitch.enable(ledger, _rules(session.config).fingerprint, utc_now())
    click.echo("Updates go out by themselves from now on, announced hours before.")


def _rules(config: Config) -> UpdateRules:
    rules = updates_of(config)
    if rules is None:
        raise ConfigError('updates to customers are switched off: see "customer_mail"')
    return rules


def _mails(config: Config, source: str, intake: IntakeRules, now: datetime) -> list[ReadMail]:
    if source:
        mailboxes = [open_path(source, sent=config.sent, inbox=config.inbox)]
    else:
        mailboxes = [open_mailbox(account) for account in config.accounts]
    if not mailboxes:
        raise ConfigError("no [[accounts]] are configured: name an archive")
    found = [mail for mailbox in mailboxes for mail in _past_of(mailbox, intake, now)]
    return sorted(found, key=lambda mail: (mail.note.sent_at, mail.note.message_id))


def _past_of(mailbox: Mailbox, intake: IntakeRules, now: datetime) -> list[ReadMail]:
    try:
        return past_mails(mailbox, intake, now, now=now)
    finally:
        mailbox.close()


def _day(text: str) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time.min, UTC)
    except ValueError as error:
        raise InputError(f"{text!r} is no day: write 2026-03-01") from error


def _show(found: tuple[WouldSend, ...], as_json: bool, session: Session) -> None:
    if as_json:
        rows = [
            {"at": one.at.isoformat(), **draftrender.draft_fields(one.draft, one.promise)}
            for one in found
        ]
        click.echo(render.as_json(rows))
        return
    for one in found:
        zone = session.zone_of(one.promise)
        click.echo(f"{clock_text(one.at, zone)}  to {safe_text(one.draft.recipient)}")
        click.echo(f"  Subject: {safe_text(one.draft.subject)}")
        for line in one.draft.body.splitlines():
            click.echo(f"  {safe_text(line, 500)}".rstrip())
        click.echo()
    click.echo(f"{len(found)} updates would have gone out by themselves.")
