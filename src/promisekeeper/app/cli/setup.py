"""The command that writes a configuration: init."""

import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from promisekeeper.app.cli.context import Session
from promisekeeper.app.config import read_config
from promisekeeper.app.configtable import ADDRESS, CLOCK
from promisekeeper.app.mailboxes import open_path
from promisekeeper.app.paths import default_config_path, default_ledger_path
from promisekeeper.app.privatefile import write_private
from promisekeeper.app.settings import AccountConfig
from promisekeeper.app.starter import Answers, starter_config
from promisekeeper.core.mail import Role
from promisekeeper.doors.calendars import public_holidays
from promisekeeper.errors import ConfigError, FolderNotFoundError, PromisekeeperError

HOURS = re.compile(r"(\S+?)\s*(?:-|–|to)\s*(\S+)")
HOST = re.compile(r"[\w.:-]{1,255}")
SOME_YEAR = 2026
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
    answers = replace(answers, ledger=str(default_ledger_path()))
    _write(path, starter_config(answers))
    click.echo(f"Wrote {path}. Edit it, then check it with: promisekeeper doctor")


def _ask() -> Answers:
    mailbox, is_path = click.prompt(
        "1. Mailbox: an IMAP server, or the path of a Maildir or mbox", value_proc=_place
    )
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
        is_path=is_path,
        has_inbox=not is_path or _has_inbox(mailbox),
        agent_name=name,
        agent_address=address,
        zone=zone,
        opens=opens,
        closes=closes,
        country=country,
    )


def _place(text: str) -> tuple[str, bool]:
    """A server's name, or the whole path of mail that can be read."""
    path = Path(text.strip()).expanduser()
    if "/" not in text and not path.exists():
        if not HOST.fullmatch(text.strip()):
            raise click.UsageError(f"{text!r} is no server: write imap.shop.example, or a path")
        return text.strip(), False
    # In the file, a relative path would start elsewhere.
    place = str(path.absolute())
    try:
        _has_inbox(place)
    except PromisekeeperError as error:
        raise click.UsageError(str(error)) from error
    return place, True


def _has_inbox(path: str) -> bool:
    default = AccountConfig(name="")
    mailbox = open_path(path, sent=default.sent, inbox=default.inbox)
    try:
        mailbox.folder_of(Role.INBOX)
    except FolderNotFoundError:
        return False
    finally:
        mailbox.close()
    return True


def _agent(text: str) -> tuple[str, str]:
    match = AGENT.fullmatch(text)
    address = (match[2] if match else text).strip().lower()
    if not ADDRESS.fullmatch(address):
        raise click.UsageError(
            f"{text!r} holds no mail address: write Dana Fox <dana@shop.example>"
        )
    name = match[1] if match and match[1] else address.partition("@")[0].capitalize()
    if not name.isprintable():
        raise click.UsageError(f"{name!r} is no name that can be written in a letter")
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
    opens, closes = match[1].zfill(5), match[2].zfill(5)
    if opens >= closes:
        raise click.UsageError(f"{text!r} closes before it opens: write 09:00-17:00")
    return opens, closes


def _country(text: str) -> str:
    code = text.strip().upper()
    if code and not re.fullmatch(r"[A-Z]{2}", code):
        raise click.UsageError(f"{text!r} is no country code: write DE, GB, US, or nothing")
    if code:
        _check_holidays(code)
    return code


def _check_holidays(code: str) -> None:
    try:
        public_holidays(code, "", [SOME_YEAR])
    except ConfigError as error:
        raise click.UsageError(f"{error}; for now, leave it empty") from error


def _local_zone() -> str:
    target = os.path.realpath("/etc/localtime")
    return target.partition("zoneinfo/")[2] or "UTC"


def _write(path: Path, text: str) -> None:
    _check(text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, text.encode())
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error


def _check(text: str) -> None:
    """Read it back before anything is written where a user looks."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "config.toml"
        write_private(draft, text.encode())
        read_config(draft)
