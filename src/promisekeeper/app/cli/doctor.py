"""The command that checks everything: doctor."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from promisekeeper import errors
from promisekeeper.app.ackwiring import ack_digest, ack_sender, check_forgery
from promisekeeper.app.cli.context import Session
from promisekeeper.app.clock import utc_now
from promisekeeper.app.mailboxes import open_mailbox
from promisekeeper.app.render import safe_lines
from promisekeeper.app.rules import team_of
from promisekeeper.app.settings import AccountConfig, Config
from promisekeeper.app.wiring import open_postman, texts_of, updates_of
from promisekeeper.core.mail import Role
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import ConfigError, PromisekeeperError, StoreError
from promisekeeper.flows.acknowledge import ENABLED, ENABLED_WITH
from promisekeeper.flows.updateswitch import is_enabled
from promisekeeper.store.ledger import open_ledger

BUILT_AT = datetime(2026, 1, 1, tzinfo=UTC)
Check = Callable[[], str]


@click.command()
@click.pass_obj
def doctor(session: Session) -> None:
    """Check the configuration, the servers and the ledger; each line says ok or what to do."""
    config = session.config
    failed: PromisekeeperError | None = None
    for name, check in _checks(config):
        try:
            click.echo(f"ok    {safe_lines(name)}: {safe_lines(check())}")
        except PromisekeeperError as error:
            failed = failed or error
            click.echo(f"FAIL  {safe_lines(name)}: {safe_lines(str(error))}")
    if failed is not None:
        sys.exit(failed.exit_code)


def _checks(config: Config) -> Iterator[tuple[str, Check]]:
    yield "config", partial(_config, config)
    yield "clock", _clock
    yield "hours", partial(_hours, config)
    yield "ledger", partial(_ledger, config)
    for account in config.accounts:
        for role in Role:
            if role is Role.SENT or account.inbox:
                yield f"{account.name} {role}", partial(_folder, account, role)
    if config.control.mailbox is not None:
        yield "control", partial(_folder, config.control.mailbox, Role.INBOX)
    yield "smtp", partial(_smtp, config)
    if config.customer_mail != "off":
        yield "updates", partial(_updates, config)
    yield "letters", partial(_letters, config)
    if config.forms:
        yield "forms", partial(_forms, config)


def _config(config: Config) -> str:
    if config.path is None:
        raise ConfigError("there is none: 'promisekeeper init' writes one")
    if not config.accounts:
        raise ConfigError(f"{config.path} names no [[accounts]] to watch")
    if not config.agents:
        raise ConfigError(f"{config.path} names no [[agents]]: reminders need somebody to go to")
    if not config.own_domains:
        raise ConfigError(f"{config.path} names no own_domains: who is a customer, who is not?")
    return f"{config.path}, {len(config.accounts)} accounts, {len(config.agents)} agents"


def _clock() -> str:
    now = utc_now()
    if now < BUILT_AT:
        raise errors.ConfigError(f"it says {now:%Y-%m-%d}, before this program was made: set it")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _hours(config: Config) -> str:
    now = utc_now()
    team = team_of(config)
    zones = {agent.hours.zone for agent in team.agents if agent.hours is not None}
    shown = sorted(f"{zone}: now {clock_text(now, zone)}" for zone in zones)
    return "; ".join(shown) or "no zones configured, so the Date of each mail counts"


def _letters(config: Config) -> str:
    """Whether all templates can be read, and who is told of lapses."""
    texts_of(config)
    languages = {config.language or "en", *(agent.language for agent in config.agents)} - {""}
    lead = config.lead or "nobody: no 'lead' is named"
    return f"in {', '.join(sorted(languages))}; told of lapses: {lead}"


def _ledger(config: Config) -> str:
    if not config.ledger.exists():
        return _ledger_to_be(config.ledger)
    with open_ledger(config.ledger) as ledger:
        ledger.check_writable()
    return str(config.ledger)


def _ledger_to_be(path: Path) -> str:
    """Whether one can be made: the nearest folder that is there must let us write."""
    folder = next(parent for parent in path.resolve().parents if parent.exists())
    if not folder.is_dir():
        raise StoreError(f"{path} cannot be made: {folder} is no folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"{path} cannot be made: see owner and mode of {folder}")
    return f"will be made at {path}"


def _folder(account: AccountConfig, role: Role) -> str:
    mailbox = open_mailbox(account)
    try:
        folder = mailbox.folder_of(role)
        mailbox.read(role, None, limit=1)
    finally:
        mailbox.close()
    return f"folder {folder!r} can be read"


def _forms(config: Config) -> str:
    """Whether visitors can be answered to, and whether a forged form would be noticed."""
    if not ack_sender(config):
        raise ConfigError("support_address is missing: visitors need somebody to answer to")
    check_forgery(config)
    is_on = False
    if config.ledger.exists():
        with open_ledger(config.ledger) as ledger:
            is_seen = ledger.ack_setting(ENABLED_WITH) == ack_digest(config)
            is_on = bool(ledger.ack_setting(ENABLED)) and is_seen
    state = "acknowledged" if is_on else "not acknowledged: see 'ack preview'"
    return f"{len(config.forms)} known, {state}"


def _updates(config: Config) -> str:
    rules = updates_of(config)
    if rules is None or not rules.is_auto:
        return "each waits for 'promisekeeper approve'"
    if config.ledger.exists():
        with open_ledger(config.ledger) as ledger:
            if is_enabled(ledger, rules.fingerprint):
                return "plain ones go out by themselves, announced hours before"
    return "each waits for 'promisekeeper approve', until 'updates preview' and 'updates enable'"


def _smtp(config: Config) -> str:
    if config.smtp is None:
        raise ConfigError(
            "there is no [smtp]: promises are tracked, but nobody is reminded until there is"
        )
    postman = open_postman(config.smtp)
    try:
        postman.check()
    finally:
        postman.close()
    return f"{config.smtp.host}:{config.smtp.port} accepts us"
