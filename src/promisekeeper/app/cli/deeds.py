"""Commands that say something of a promise: done, dismiss, release, move, snooze, give, undo."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import json_option, promise_argument
from promisekeeper.app.cli.user import user_name
from promisekeeper.app.clock import utc_now
from promisekeeper.app.rules import team_of
from promisekeeper.core.corrections import Voice
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import InputError, TemplateError
from promisekeeper.flows import deeds
from promisekeeper.flows.verdicts import hours_of

if TYPE_CHECKING:
    from promisekeeper.store.ledger import Ledger


@click.command()
@promise_argument
@click.option("--by", "means", default="", help='How, where no mail shows it: "phone".')
@click.option("--at", "at", default="", help="When, as 2026-03-06T16:30; now if not said.")
@json_option
@click.pass_obj
def done(session: Session, promise_id: int, means: str, at: str, as_json: bool) -> None:
    """Say that a promise was kept, by mail or otherwise."""
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        done_at = _instant(at, session, promise) if at else None
        _store(ledger, deeds.done(promise, _voice(), at=done_at, means=means))
        _report(ledger, promise_id, as_json)


@click.command()
@promise_argument
@click.option("-r", "--reason", default="", help="Why, for the record.")
@click.option(
    "--not-a-promise", is_flag=True, help="And never take this agent's sentence for one again."
)
@click.option("--undo", "take_back", is_flag=True, help="Take it back, and what it taught.")
@json_option
@click.pass_obj
def dismiss(
    session: Session,
    promise_id: int,
    reason: str,
    not_a_promise: bool,
    take_back: bool,
    as_json: bool,
) -> None:
    """Say that something is no promise; 'promisekeeper rules' shows what was taught."""
    if take_back and not_a_promise:
        raise InputError("give --undo or --not-a-promise, not both")
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        if take_back and promise.state is not State.REJECTED:
            raise InputError(f"promise {promise.id} was not dismissed: it is {promise.state}")
        if take_back:
            deed = deeds.reopened(ledger, promise, _voice())
        else:
            deed = deeds.dismissed(promise, _voice(), reason=reason, teach=not_a_promise)
        _store(ledger, deed)
        _report(ledger, promise_id, as_json)


@click.command()
@promise_argument
@click.option("-r", "--reason", required=True, help="Why nobody waits for it any more.")
@json_option
@click.pass_obj
def release(session: Session, promise_id: int, reason: str, as_json: bool) -> None:
    """Say that a promise is no longer needed."""
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        _store(ledger, deeds.released(promise, _voice(), reason=reason))
        _report(ledger, promise_id, as_json)


@click.command()
@promise_argument
@click.argument("when", nargs=-1, required=True)
@json_option
@click.pass_obj
def move(session: Session, promise_id: int, when: tuple[str, ...], as_json: bool) -> None:
    """Say that the customer was told a new date, in words: move 7 Tue 14:00."""
    voice = _voice()
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        hours = hours_of(promise, team_of(session.config))
        deed = deeds.moved(ledger, promise, voice, words=" ".join(when), hours=hours)
        _store(ledger, deed)
        (stored,) = ledger.promises_by_key([deed.promise.key])
    if as_json:
        click.echo(render.as_json(render.promise_fields(stored, session.margin_of(stored))))
        return
    due = clock_text(stored.deadline.follow_up_at, session.zone_of(promise), now=voice.now)
    click.echo(f"Promise {promise_id} is moved: promise {stored.id} is due {due}.")


@click.command()
@promise_argument
@click.argument("when", nargs=-1, required=True)
@json_option
@click.pass_obj
def snooze(session: Session, promise_id: int, when: tuple[str, ...], as_json: bool) -> None:
    """Hear nothing of a promise for a while: snooze 7 2h, snooze 7 until Tue 9:00.

    The deadline stays what it is. Hours are those of the clock, and a day without a time of
    day ends the pause when that day's work begins.
    """
    voice = _voice()
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        hours = hours_of(promise, team_of(session.config))
        deed = deeds.snoozed(promise, voice, words=" ".join(when), hours=hours)
        _store(ledger, deed)
        if as_json:
            click.echo(render.as_json(render.promise_fields(ledger.promise(promise_id))))
            return
    until = clock_text(deed.until or voice.now, session.zone_of(promise), now=voice.now)
    click.echo(f"Promise {promise_id}: nobody is reminded before {until}.")


@click.command()
@promise_argument
@click.argument("name", nargs=-1, required=True)
@json_option
@click.pass_obj
def give(session: Session, promise_id: int, name: tuple[str, ...], as_json: bool) -> None:
    """Give a promise to a colleague, who is reminded of it from now on."""
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        team = team_of(session.config)
        deed = deeds.given(promise, _voice(), name=" ".join(name), team=team)
        _store(ledger, _with_news(session, ledger, deed))
        if as_json:
            click.echo(render.as_json(render.promise_fields(ledger.promise(promise_id))))
            return
    owner = f"{safe_text(deed.promise.owner)} <{safe_text(deed.promise.owner_address)}>"
    click.echo(f"Promise {promise_id} is {owner}'s now.")


@click.command()
@promise_argument
@json_option
@click.pass_obj
def reopen(session: Session, promise_id: int, as_json: bool) -> None:
    """Take back what was said last of a promise; also what mail has settled."""
    with session.ledger() as ledger:
        _store(ledger, deeds.reopened(ledger, ledger.promise(promise_id), _voice()))
        _report(ledger, promise_id, as_json)


@click.command()
@promise_argument
@json_option
@click.pass_obj
def undo(session: Session, promise_id: int, as_json: bool) -> None:
    """Take back the last thing that a person said: a verdict, a pause, a new owner.

    Where nobody has said anything, it does what 'reopen' does.
    """
    with session.ledger() as ledger:
        deed = deeds.undone(ledger, ledger.promise(promise_id), _voice())
        _store(ledger, deed)
        _report(ledger, deed.promise.id or promise_id, as_json)


def _voice() -> Voice:
    return Voice(actor=user_name(), now=utc_now())


def _store(ledger: "Ledger", deed: deeds.Deed) -> None:
    deeds.store_deed(ledger, deed, utc_now())


def _with_news(session: Session, ledger: "Ledger", deed: deeds.Deed) -> deeds.Deed:
    """With a letter to the new owner, as after an answer by mail; where mail is sent at all."""
    from promisekeeper.app.answerwiring import reply_rules
    from promisekeeper.flows.replies import Replies

    now = utc_now()
    try:
        rules = reply_rules(session.config)
        if rules is None:
            return deed
        replies = Replies(ledger, rules, f"command line {now.isoformat()}", now)
        news = replies.given(replies.owner_of(deed.promise), deed.promise, user_name())
    except (TemplateError, ValueError) as error:
        click.echo(f"Note: the new owner gets no letter: {error}", err=True)
        return deed
    told = replace(deed.decided, letters=news.letters, tokens=news.tokens)
    return replace(deed, decided=told)


def _report(ledger: "Ledger", promise_id: int, as_json: bool) -> None:
    promise = ledger.promise(promise_id)
    if as_json:
        click.echo(render.as_json(render.promise_fields(promise)))
    else:
        click.echo(f"Promise {promise_id} is {promise.state}.")


def _instant(text: str, session: Session, promise: Promise) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--at {text!r} is no time: write it as 2026-03-06T16:30") from error
    if at.utcoffset() is None:
        at = at.replace(tzinfo=session.zone_of(promise))
    return at
