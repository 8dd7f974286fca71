"""The command that lets the past happen again: replay."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, tzinfo
from pathlib import Path

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option
from promisekeeper.app.clock import utc_now
from promisekeeper.app.config import read_config
from promisekeeper.app.mailboxes import open_path
from promisekeeper.app.rules import intake_rules
from promisekeeper.app.settings import Config
from promisekeeper.app.wiring import replay_rules
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text, shortened
from promisekeeper.errors import InputError
from promisekeeper.flows.replay import Would, past_mails
from promisekeeper.flows.replay import replay as let_happen_again
from promisekeeper.store.ledger import Ledger


@click.command()
@click.argument("path")
@click.option("--from", "start", default="", help="First day, 2026-03-01; the first mail's if not.")
@click.option("--to", "end", default="", help="Last day, 2026-05-31; today if not said.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A second configuration: show what it would change.",
)
@json_option
@click.pass_obj
def replay(
    session: Session, path: str, start: str, end: str, against: Path | None, as_json: bool
) -> None:
    """Show every letter that would have gone out in the past of PATH. Nothing is sent or stored."""
    first = _day(start, time.min) if start else datetime.min.replace(tzinfo=UTC)
    until = _day(end, time.max) if end else utc_now()
    if first > until:
        raise InputError(f"--from {start} lies after --to {end or 'today'}: no day is left")
    letters = _letters(session.config, path, first, until)
    if against is None:
        _show(letters, as_json)
        return
    others = _letters(read_config(against), path, first, until)
    _show_difference(letters, others, as_json)


def _letters(config: Config, path: str, first: datetime, until: datetime) -> list[Would]:
    rules = intake_rules(config, history_before=first)
    mailbox = open_path(path, sent=config.sent, inbox=config.inbox)
    try:
        mails = past_mails(mailbox, rules, until, now=utc_now())
    finally:
        mailbox.close()
    with Ledger(":memory:") as ledger:
        return let_happen_again(
            mails, ledger, intake=rules, followup=replay_rules(config), until=until
        )


def _day(text: str, clock: time) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), clock, UTC)
    except ValueError as error:
        raise InputError(f"{text!r} is no day: write 2026-03-01") from error


def _show(letters: list[Would], as_json: bool) -> None:
    if as_json:
        click.echo(render.as_json([render.replay_fields(letter) for letter in letters]))
        return
    for letter in letters:
        click.echo(_lines(letter))
    people = len({letter.recipient for letter in letters})
    kinds = Counter(letter.kind for letter in letters)
    counted = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    click.echo(
        f"{len(letters)} letters to {people} people would have gone out"
        + (f": {counted}." if counted else ".")
    )


def _show_difference(mine: list[Would], theirs: list[Would], as_json: bool) -> None:
    here, there = _topics(mine), _topics(theirs)
    gone = [letter for about, letter in here.items() if about not in there]
    new = [letter for about, letter in there.items() if about not in here]
    moved = [
        (here[about], letter)
        for about, letter in there.items()
        if about in here and here[about].at != letter.at
    ]
    if as_json:
        value = {
            "only_before": [render.replay_fields(letter) for letter in gone],
            "only_against": [render.replay_fields(letter) for letter in new],
            "moved": [
                [render.replay_fields(old), render.replay_fields(later)] for old, later in moved
            ],
        }
        click.echo(render.as_json(value))
        return
    for letter in gone:
        click.echo(f"- {_lines(letter)}")
    for letter in new:
        click.echo(f"+ {_lines(letter)}")
    for old, later in moved:
        click.echo(f"~ {_lines(old)}\n  now {clock_text(later.at, _zone(later))}")
    click.echo(
        f"{len(mine)} letters before, {len(theirs)} now: "
        f"-{len(gone)} +{len(new)}, {len(moved)} at another time"
    )


def _topics(letters: list[Would]) -> dict[tuple[str, ...], Would]:
    """The letters, cut into what they are about: a promise at a step, or a day's digest."""
    found: dict[tuple[str, ...], Would] = {}
    for letter in letters:
        if letter.kind == "digest":
            found[letter.kind, letter.recipient, letter.at.date().isoformat()] = letter
            continue
        for told in letter.told:
            about = (letter.kind, letter.recipient, told.promise.key, told.step)
            found[about] = replace(letter, told=(told,))
    return found


def _lines(letter: Would) -> str:
    """A letter on a line, with a line for each promise where it is about several."""
    zone = _zone(letter)
    head = f"{clock_text(letter.at, zone)}  {letter.kind} to {letter.recipient}"
    about = [
        f"{told.step}, due {clock_text(told.promise.deadline.follow_up_at, zone)}, "
        f'{safe_text(told.promise.customer)}, "{shortened(told.promise.words, 60)}"'
        for told in letter.told
    ]
    if len(about) == 1:
        return f"{head}: {about[0]}"
    return "\n".join([head, *(f"    {line}" for line in about)])


def _zone(letter: Would) -> tzinfo | None:
    """Of the first promise that it is about."""
    return letter.told[0].promise.deadline.follow_up_at.tzinfo if letter.told else letter.at.tzinfo
