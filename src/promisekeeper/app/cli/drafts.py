"""Commands about updates to customers: drafts (list, show, make, edit, approve, hold), approve."""

from datetime import datetime
from pathlib import Path

import click

from promisekeeper.app import draftrender, render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import NUMBER, json_option, promise_argument
from promisekeeper.app.cli.user import user_name
from promisekeeper.app.clock import utc_now
from promisekeeper.app.wiring import updates_of
from promisekeeper.core.commandtimes import read_when
from promisekeeper.core.corrections import Voice
from promisekeeper.core.drafts import Draft
from promisekeeper.core.promise import Promise
from promisekeeper.core.records import Stage
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.updates import LIVE
from promisekeeper.errors import ConfigError, DraftNotFoundError, InputError
from promisekeeper.flows import deeds, draftwork
from promisekeeper.flows.updaterules import UpdateRules, promise_of, suggestion
from promisekeeper.flows.verdicts import hours_of
from promisekeeper.store.ledger import Ledger

draft_argument = click.argument("draft_id", type=NUMBER)
date_option = click.option(
    "--new-date", "when", default="", help="The new date that it tells, in words: Tue 14:00."
)
# A text by hand is read at most so far; no letter is longer.
MAX_FILE = 100_000


@click.group(invoke_without_command=True)
@click.option("--all", "show_all", is_flag=True, help="Also those that went out or were dropped.")
@json_option
@click.pass_context
def drafts(ctx: click.Context, show_all: bool, as_json: bool) -> None:
    """Show the status updates to customers that wait for a word; decide about one of them."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    with session.ledger(is_read_only=True) as ledger:
        found = ledger.drafts(stages=() if show_all else LIVE)
        rows = [(draft, promise_of(draft, ledger)) for draft in found]
    if as_json:
        click.echo(render.as_json([draftrender.draft_fields(*row) for row in rows]))
    elif rows:
        click.echo(draftrender.drafts_table(rows, now=utc_now(), zone=session.zone))
    else:
        click.echo("No drafts.")


@drafts.command()
@draft_argument
@json_option
@click.pass_obj
def show(session: Session, draft_id: int, as_json: bool) -> None:
    """Show one draft, exactly as it would be sent."""
    with session.ledger(is_read_only=True) as ledger:
        draft = _draft(ledger, draft_id)
        promise = promise_of(draft, ledger)
        rules = updates_of(session.config)
        is_asked = rules is not None and promise is not None and draft.stage in LIVE
        now = utc_now()
        suggested = (
            suggestion(promise, ledger, rules, now) if is_asked and promise and rules else None
        )
    if as_json:
        click.echo(render.as_json(draftrender.draft_fields(draft, promise)))
        return
    zone = session.zone_of(promise) if promise else session.zone
    click.echo(
        draftrender.draft_page(
            draft,
            promise,
            suggested_at=suggested.astimezone(zone) if suggested else None,
            now=now,
            zone=zone,
        )
    )


@drafts.command()
@promise_argument
@date_option
@click.pass_obj
def make(session: Session, promise_id: int, when: str) -> None:
    """Draft an update about a promise now."""
    rules = _rules(session)
    with session.ledger() as ledger:
        promise = ledger.promise(promise_id)
        voice = _voice()
        new_due_at = _date(when, promise, rules, voice.now)
        deed = draftwork.new_draft(promise, ledger, rules, voice, new_due_at=new_due_at)
        deeds.store_deed(ledger, deed, voice.now)
        number = ledger.drafts(promise_key=promise.key)[-1].id
    click.echo(f"Draft {number} is made: promisekeeper drafts show {number}")


@drafts.command(short_help="Change a draft's text or its new date.")
@draft_argument
@date_option
@click.option(
    "--body-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help='The whole new text; "-" for standard input.',
)
@click.pass_obj
def edit(session: Session, draft_id: int, when: str, body_file: Path | None) -> None:
    """Change a draft's text, or the new date that it tells; it must be approved afterwards.

    With --new-date alone the text is made anew with that date. Without any option your editor
    opens ($EDITOR).
    """
    rules = _rules(session)
    with session.ledger() as ledger:
        draft = _draft(ledger, draft_id)
        promise = _promise(draft, ledger)
        voice = _voice()
        new_due_at = _date(when, promise, rules, voice.now)
        deed = draftwork.edited_draft(
            draft,
            promise,
            ledger,
            rules,
            voice,
            body=_body(draft, body_file, has_date=bool(when)),
            new_due_at=new_due_at,
        )
        deeds.store_deed(ledger, deed, voice.now)
    click.echo(f"Draft {draft_id} is changed, and waits for 'promisekeeper approve {draft_id}'.")


@drafts.command()
@draft_argument
@click.pass_obj
def approve(session: Session, draft_id: int) -> None:
    """Let exactly this text go out, within a working day."""
    rules = _rules(session)
    with session.ledger() as ledger:
        draft = _draft(ledger, draft_id)
        promise = _promise(draft, ledger)
        hours = hours_of(promise, rules.intake.team)
        voice = _voice()
        deeds.store_deed(ledger, deeds.approved(draft, promise, voice, hours=hours), voice.now)
    who = safe_text(draft.recipient)
    click.echo(
        f"Draft {draft_id} goes to {who} as soon as the mailboxes were read again and nobody has"
        " written meanwhile."
    )


@drafts.command()
@draft_argument
@click.pass_obj
def hold(session: Session, draft_id: int) -> None:
    """Do not let a draft go out."""
    with session.ledger() as ledger:
        draft = _draft(ledger, draft_id)
        voice = _voice()
        deeds.store_deed(ledger, deeds.held(draft, _promise(draft, ledger), voice), voice.now)
        gone = (Stage.IN_DATA, Stage.SENT, Stage.HELD)
        if any(entry.stage in gone for entry in ledger.letters_of_draft(draft_id)):
            raise InputError(f"draft {draft_id} was on its way already: see 'outbox'")
    click.echo(f"Draft {draft_id} is held.")


def _rules(session: Session) -> UpdateRules:
    rules = updates_of(session.config)
    if rules is None:
        raise ConfigError('updates to customers are switched off: see "customer_mail"')
    return rules


def _draft(ledger: Ledger, draft_id: int) -> Draft:
    draft = ledger.draft(draft_id)
    if draft is None:
        raise DraftNotFoundError(draft_id)
    return draft


def _promise(draft: Draft, ledger: Ledger) -> Promise:
    promise = promise_of(draft, ledger)
    if promise is None:
        raise InputError(f"the promise of draft {draft.id} is gone")
    return promise


def _date(words: str, promise: Promise, rules: UpdateRules, now: datetime) -> datetime | None:
    if not words:
        return None
    reading = read_when(words, hours_of(promise, rules.intake.team), now)
    if reading is None or reading.due_at is None:
        raise InputError(f"{safe_text(words)!r} names no single time: write Tue 14:00, 6 March")
    return reading.due_at


def _body(draft: Draft, body_file: Path | None, *, has_date: bool) -> str:
    if body_file is not None:
        with click.open_file(str(body_file), encoding="utf-8") as file:
            return str(file.read(MAX_FILE))
    if has_date:
        return ""
    text = click.edit(draft.body)
    if text is None or text.strip() == draft.body.strip():
        raise InputError("the text was not changed")
    return text


def _voice() -> Voice:
    return Voice(actor=user_name(), now=utc_now())
