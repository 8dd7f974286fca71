"""The command that writes a configuration: init."""

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from promisekeeper.app.cli.context import Session
from promisekeeper.app.config import read_config
from promisekeeper.app.configtable import ADDRESS, CLOCK
from promisekeeper.app.paths import default_config_path
from promisekeeper.app.starter import Answers, starter_config
from promisekeeper.errors import ConfigError

HOURS = re.compile(r"(\S+?)\s*(?:-|–|to)\s*(\S+)")
AGENT = re.compile(r"\s*(.*?)\s*<([^<>]+)>\s*")


@click.command()
@click.option("--defaults", is_flag=True, help="Ask nothing; write an example to edit.")
@click.option("--force", is_flag=True, help="Write over an existing configuration.")
@click.pass_obj
def init(session: Session, defaults: bool, force: bool) -> None:
    """Write a commented configuration, after five questions."""
    path = session.config_path or default_config_path()
    if path.exists() and not force:
        raise ConfigError(f"{path} exists already: edit it, or write it anew with --force")
    answers = Answers() if defaults else _ask()
    _write_private(path, starter_config(answers))
    read_config(path)
    click.echo(f"Wrote {path}. Edit it, then check it with: promisekeeper doctor")


def _ask() -> Answers:
    mailbox = click.prompt("1. Mailbox: an IMAP server, or the path of a Maildir or mbox")
    name, address = click.prompt(
        "2. An agent, as Name <address> (add more later)", value_proc=_agent
    )
    zone = click.prompt("3. Time zone", default=_local_zone(), value_proc=_zone)
    opens, closes = click.prompt(
        "4. Working hours, Monday to Friday", default="09:00-17:00", value_proc=_hours
    )
    country = click.prompt(
        "5. Public holidays of which country, as DE or GB (empty for none)",
        default="",
        show_default=False,
        value_proc=_country,
    )
    return Answers(
        mailbox=mailbox,
        is_path="/" in mailbox or Path(mailbox).expanduser().exists(),
        agent_name=name,
        agent_address=address,
        zone=zone,
        opens=opens,
        closes=closes,
        country=country,
    )


def _agent(text: str) -> tuple[str, str]:
    match = AGENT.fullmatch(text)
    address = (match[2] if match else text).strip().lower()
    if not ADDRESS.fullmatch(address):
        raise click.UsageError(
            f"{text!r} holds no mail address: write Dana Fox <dana@shop.example>"
        )
    name = match[1] if match and match[1] else address.partition("@")[0].capitalize()
    return name.strip('"'), address


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.UsageError(f"{text!r} is no time zone: use Europe/Berlin and kin") from error
    return text


def _hours(text: str) -> tuple[str, str]:
    match = HOURS.fullmatch(text.strip())
    if match is None or not all(CLOCK.fullmatch(part) for part in match.groups()):
        raise click.UsageError(f"{text!r} are no hours: write 09:00-17:00")
    return match[1].zfill(5), match[2].zfill(5)


def _country(text: str) -> str:
    code = text.strip().upper()
    if code and not re.fullmatch(r"[A-Z]{2}", code):
        raise click.UsageError(f"{text!r} is no country code: write DE, GB, US, or nothing")
    return code


def _local_zone() -> str:
    target = os.path.realpath("/etc/localtime")
    return target.partition("zoneinfo/")[2] or "UTC"


def _write_private(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
