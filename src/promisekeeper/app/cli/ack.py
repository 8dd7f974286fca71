"""The commands about contact forms: ack preview, enable, disable, log, learn."""

import email
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from email import policy
from pathlib import Path

import click

from promisekeeper.app import render
from promisekeeper.app.ackpreview import Previewed, preview
from promisekeeper.app.ackrender import preview_fields, receipt_fields
from promisekeeper.app.ackwiring import (
    ack_digest,
    ack_rules,
    ack_sender,
    check_forgery,
    reception_of,
)
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import NUMBER, json_option
from promisekeeper.app.clock import utc_now
from promisekeeper.app.mailboxes import open_mailbox, open_path
from promisekeeper.app.settings import Config
from promisekeeper.core.ackrecords import Receipt, ReceiptStage
from promisekeeper.core.formlearning import learn_form
from promisekeeper.core.mime import read_message
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text, shortened
from promisekeeper.errors import ConfigError, InputError, MessageUnreadableError, StoreError
from promisekeeper.flows.acknowledge import BREAKER, ENABLED, ENABLED_WITH
from promisekeeper.store.ledger import open_ledger

PREVIEWED = "previewed"
CHANGED = (
    "Forms or limits were changed since acknowledgements were enabled, so none goes out: "
    "'promisekeeper ack preview', then 'ack enable', and start the daemon anew."
)
SHOWN = 20
DAYS = 90
MOST_BYTES = 12 * 1024 * 1024
STAGES = {
    ReceiptStage.PENDING: "waits for its decision",
    ReceiptStage.SENT: "acknowledged",
    ReceiptStage.WOULD: "dry run: would be acknowledged",
    ReceiptStage.REFUSED: "not acknowledged",
}


@click.group("ack")
def ack() -> None:
    """Acknowledge contact-form mail: off until you have seen who would get what."""


@ack.command("preview")
@click.argument("path", required=False)
@click.option(
    "--last",
    "shown",
    type=NUMBER,
    metavar="N",
    default=SHOWN,
    show_default=True,
    help="How many form mails to show.",
)
@click.option(
    "--days",
    type=NUMBER,
    metavar="N",
    default=DAYS,
    show_default=True,
    help="How far to look back in accounts.",
)
@click.option("--letters", is_flag=True, help="Show each letter whole.")
@click.option("--json", "as_json", is_flag=True, help="Print every inbound mail as JSON.")
@click.pass_obj
def preview_(
    session: Session, path: str | None, shown: int, days: int, letters: bool, as_json: bool
) -> None:
    """Show who would have been acknowledged, and why others not. Nothing is sent.

    PATH is read whole; without one, the inboxes of all configured accounts are.
    """
    config = session.config
    lines = _previewed(config, path, days)
    if as_json:
        click.echo(render.as_json([preview_fields(line) for line in lines]))
    else:
        _show(lines, shown, with_letters=letters)
        if not config.authserv_id:
            click.echo(
                "authserv_id is not configured: whoever writes in a form's name is believed.",
                err=True,
            )
    if not any(line.form for line in lines):
        # Whoever was shown nothing has seen nothing.
        click.echo(
            "No form mail is among them, so this is no preview: fill in your form once.", err=True
        )
        return
    try:
        with open_ledger(config.ledger) as ledger:
            ledger.set_ack_setting(PREVIEWED, ack_digest(config))
    except StoreError as error:
        # Whoever may only look can do so; but nobody can enable what the ledger never saw.
        click.echo(f"that you looked could not be noted: {error}", err=True)


def _previewed(config: Config, path: str | None, days: int) -> list[Previewed]:
    reception = reception_of(config)
    if reception is None:
        raise ConfigError("no [[forms]] are configured: 'promisekeeper ack learn' proposes one")
    if path is None and not config.accounts:
        raise InputError("no [[accounts]] are configured: name a PATH to look at")
    mailboxes = (
        [open_path(path, sent=config.sent, inbox=config.inbox)]
        if path is not None
        else [open_mailbox(account) for account in config.accounts if account.inbox]
    )
    try:
        now = utc_now()
        since = None if path is not None else (now - timedelta(days=days)).date()
        return preview(mailboxes, reception, ack_rules(config), now, since=since)
    finally:
        for mailbox in mailboxes:
            mailbox.close()


def _show(lines: Sequence[Previewed], shown: int, *, with_letters: bool) -> None:
    forms = [line for line in lines if line.form]
    for line in forms[-shown:]:
        when = clock_text(line.sent_at, line.sent_at.tzinfo)
        if line.ack:
            who = f"{line.name} <{line.to}>" if line.name else f"<{line.to}>"
            click.echo(f"{when}  {line.form}: would go to {safe_text(who)}")
            if with_letters:
                click.echo(_letter_text(line.letter))
        else:
            why = f"{line.reason} ({line.source})" if line.source else line.reason
            about = shortened(line.subject, 50)
            click.echo(f'{when}  {line.form}: not acknowledged, {why}: "{about}"')
    sample = next((line for line in reversed(forms) if line.ack), None)
    if sample is not None and not with_letters:
        click.echo(f"\nThe last of them would read:\n\n{_letter_text(sample.letter)}")
    would = sum(line.ack for line in forms)
    reasons = Counter(line.reason for line in forms if not line.ack)
    others = "".join(f", {count} {reason}" for reason, count in reasons.most_common())
    click.echo(f"{len(forms)} form mails of {len(lines)}: {would} would be acknowledged{others}.")


def _letter_text(content: bytes) -> str:
    mail = email.message_from_bytes(content, policy=policy.default)
    body = mail.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    head = f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n"
    return "".join(f"    {line}\n" for line in render.safe_lines(head + text).splitlines())


@ack.command("enable")
@click.pass_obj
def enable(session: Session) -> None:
    """Acknowledge form mail that comes from now on."""
    config = session.config
    if not config.forms:
        raise ConfigError("no [[forms]] are configured: 'promisekeeper ack learn' proposes one")
    if not ack_sender(config):
        raise ConfigError("support_address is missing: visitors need somebody to answer to")
    if config.smtp is None:
        raise ConfigError("[smtp] is missing: nothing can be sent")
    check_forgery(config)
    with open_ledger(config.ledger) as ledger:
        if ledger.ack_setting(PREVIEWED) != ack_digest(config):
            raise InputError(
                "see first who would get what: 'promisekeeper ack preview' "
                "(again after each change of forms and limits)"
            )
        now = utc_now()
        ledger.set_ack_setting(BREAKER, "")
        digest = ack_digest(config)
        if not ledger.ack_setting(ENABLED) or ledger.ack_setting(ENABLED_WITH) != digest:
            ledger.set_ack_setting(ENABLED, now.isoformat())
        ledger.set_ack_setting(ENABLED_WITH, digest)
    dry = " Dry run: they are logged, and none is sent." if config.acks.dry_run else ""
    click.echo(f"Form mail is acknowledged from now on.{dry} 'promisekeeper ack log' shows it.")


@ack.command("disable", short_help="Stop acknowledging at once.")
@click.pass_obj
def disable(session: Session) -> None:
    """Stop acknowledging at once; letters that were not handed over yet are held."""
    with session.ledger() as ledger:
        ledger.set_ack_setting(ENABLED, "")
        held = ledger.hold_acks(utc_now())
    click.echo("No form mail is acknowledged any more." + (f" {held} held." if held else ""))


@ack.command("log")
@click.option(
    "--limit", type=NUMBER, metavar="N", default=SHOWN, show_default=True, help="At most so many."
)
@click.option("--summary", is_flag=True, help="Count them by reason instead.")
@json_option
@click.pass_obj
def log(session: Session, limit: int, summary: bool, as_json: bool) -> None:
    """Show what became of form mail, the latest first."""
    with session.ledger(is_read_only=True) as ledger:
        receipts = ledger.receipts(limit=None if summary else limit)
        enabled_at, until = ledger.ack_setting(ENABLED), ledger.ack_setting(BREAKER)
        is_seen = ledger.ack_setting(ENABLED_WITH) == ack_digest(session.config)
    if summary:
        _show_summary(receipts, as_json)
    elif as_json:
        click.echo(render.as_json([receipt_fields(receipt) for receipt in receipts]))
    else:
        for receipt in receipts:
            click.echo(_log_line(receipt, session))
    if not as_json:
        click.echo(
            CHANGED if enabled_at and not is_seen else _state_text(enabled_at, until, session)
        )


def _show_summary(receipts: Sequence[Receipt], as_json: bool) -> None:
    counts = Counter(receipt.reason or receipt.stage.value for receipt in receipts)
    if as_json:
        click.echo(render.as_json(dict(counts.most_common())))
        return
    for reason, count in counts.most_common():
        click.echo(f"{count:>7}  {reason}")


def _log_line(receipt: Receipt, session: Session) -> str:
    when = clock_text(receipt.received_at, session.zone)
    who = safe_text(receipt.address, 80) or "nobody"
    why = f": {receipt.reason}" if receipt.reason else ""
    source = f" ({receipt.source})" if receipt.source else ""
    return f"{when}  {safe_text(receipt.form)}, {who}  {STAGES[receipt.stage]}{why}{source}"


def _state_text(enabled_at: str, until: str, session: Session) -> str:
    if not enabled_at:
        return "Acknowledgements are off: 'promisekeeper ack preview', then 'ack enable'."
    since = clock_text(datetime.fromisoformat(enabled_at), session.zone)
    text = f"Acknowledgements are on since {since}."
    if until and utc_now() < datetime.fromisoformat(until):
        again = clock_text(datetime.fromisoformat(until), session.zone)
        text += f" Too many came at once: nothing goes out until {again}."
    return text


@ack.command("learn", short_help="Propose the configuration of a form.")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def learn(path: Path, as_json: bool) -> None:
    """Propose the configuration of a form from one of its mails (an .eml FILE)."""
    try:
        with path.open("rb") as file:
            message = read_message(file.read(MOST_BYTES), received_at=utc_now())
    except MessageUnreadableError as error:
        raise InputError(f"{path}: {error}") from error
    learned = learn_form(message)
    if as_json:
        click.echo(render.as_json(learned.as_fields()))
        return
    click.echo(learned.as_toml())
    click.echo(learned.story, err=True)
