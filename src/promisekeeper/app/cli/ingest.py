"""The command that takes in one mail: ingest. An MTA calls it, and keeps the mail on 75 alone."""

import logging
import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import click

from promisekeeper.app import render
from promisekeeper.app.ackwiring import reception_of
from promisekeeper.app.answerwiring import reply_rules
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option
from promisekeeper.app.clock import utc_now
from promisekeeper.app.rules import intake_rules
from promisekeeper.app.settings import Config
from promisekeeper.core.answering import names_control
from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.core.promise import Promise
from promisekeeper.doors.bounds import BODY_CAP, HEADER_CAP, bounded
from promisekeeper.errors import InputError, MessageUnreadableError, PromisekeeperError
from promisekeeper.flows.answers import take_answers
from promisekeeper.flows.intake import take_in
from promisekeeper.store.ledger import Ledger

# A mail that an MTA pipes in was sent moments ago, so the first one of all must
# not count as older than the ledger it opens.
FIRST_INGEST = timedelta(hours=1)

log = logging.getLogger(__name__)


class MtaCommand(click.Command):
    """A command that exits with 75 whatever goes wrong, but for a mail that cannot be read.

    Postfix drops a mail, or bounces it, on any exit code that it does not know as "later".
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> click.Context:
        """Read the arguments; wrong ones are mended in the MTA's configuration."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(os.EX_TEMPFAIL) from error

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except MessageUnreadableError:
            raise
        except (PromisekeeperError, OSError) as error:
            click.echo(f"promisekeeper: {render.safe_lines(str(error))}", err=True)
        except KeyboardInterrupt:
            click.echo("promisekeeper: stopped before the mail was stored", err=True)
        except Exception:
            log.exception("ingest failed; the mail should be tried again")
        raise click.exceptions.Exit(os.EX_TEMPFAIL)


@click.command(cls=MtaCommand)
@click.option("--agent", default="", help="Who wrote it, where neither address nor name tells.")
@click.option(
    "--folder",
    type=click.Choice([role.value for role in Role]),
    default=Role.SENT.value,
    show_default=True,
    help="Whether the team sent or received it.",
)
@json_option
@click.pass_obj
def ingest(session: Session, agent: str, folder: str, as_json: bool) -> None:
    """Take in one mail from standard input.

    Exits with 75 when it should be tried again, so that an MTA keeps the mail;
    with 65 when the mail cannot be read at all.
    """
    config = session.config
    if agent and agent not in {known.name for known in config.agents}:
        raise InputError(f"--agent {agent!r} is none of the configured agents")
    if sys.stdin is None:
        raise InputError("standard input is closed: give the mail there")
    raw, size = _read_bounded(sys.stdin.buffer)
    if not raw.strip():
        raise MessageUnreadableError("standard input holds no mail")
    promises = _take_in(session, raw, size, agent=agent, role=Role(folder))
    if as_json:
        click.echo(render.as_json([render.promise_fields(promise) for promise in promises]))


def _take_in(
    session: Session, raw: bytes, size: int, *, agent: str, role: Role
) -> tuple[Promise, ...]:
    config, now = session.config, utc_now()
    mail = RawMail(position=0, raw=raw, size=size, received_at=now)
    with session.ledger() as ledger:
        first_start = ledger.first_start(now - FIRST_INGEST)
        rules = intake_rules(config, history_before=config.watch_since or first_start, agent=agent)
        rules = replace(rules, reception=reception_of(config))
        page = Page(mails=(mail,), cursor=Cursor(validity=0, position=0), has_more=False)
        if role is Role.INBOX:
            _hear(config, page, ledger, now)
        taken = take_in(
            page,
            folder=f"ingest/{role}",
            role=role,
            store=ledger,
            rules=rules,
            now=now,
        )
    for unread in taken.quarantined:
        raise MessageUnreadableError(f"the mail was set aside: {unread.problem}")
    return taken.promises


def _hear(config: Config, page: Page, ledger: Ledger, now: datetime) -> None:
    """Do what an agent says in a mail to the control address."""
    # Other mail does not pay for the templates.
    if not names_control(page.mails[0].raw, config.control_address):
        return
    rules = reply_rules(config)
    if rules is not None:
        folder = f"ingest/{Role.INBOX}"
        take_answers(page, folder=folder, store=ledger, rules=rules, now=now, is_shared=True)


def _read_bounded(stream: BinaryIO) -> tuple[bytes, int]:
    """The head of a mail, and its whole size; the rest is read and let go."""
    head = stream.read(HEADER_CAP + BODY_CAP)
    size = len(head)
    while piece := stream.read(BODY_CAP):
        size += len(piece)
    return bounded(head), size
