"""The command that says who is away, and who stands in: away."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from promisekeeper.app import render
from promisekeeper.app.cli.context import Session
from promisekeeper.app.cli.show import NUMBER, json_option
from promisekeeper.app.clock import utc_now
from promisekeeper.app.rules import team_of
from promisekeeper.core.absence import Absence
from promisekeeper.core.daywords import read_days
from promisekeeper.core.load import Load
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.team import Agent, Team
from promisekeeper.core.telling import clock_text, shortened
from promisekeeper.errors import AbsenceNotFoundError, InputError
from promisekeeper.flows.deeds import agent_called
from promisekeeper.flows.handover import load_during, open_promises

if TYPE_CHECKING:
    from promisekeeper.store.ledger import Ledger

ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)


@click.command()
@click.argument("name", required=False)
@click.argument("days", nargs=-1)
@click.option("--deputy", default="", help="Who stands in: an agent's name.")
@click.option("--end", "ended", type=NUMBER, metavar="N", help="Absence N is over, or off.")
@json_option
@click.pass_obj
def away(
    session: Session,
    name: str | None,
    days: tuple[str, ...],
    deputy: str,
    ended: int | None,
    as_json: bool,
) -> None:
    """Show who is away, or say so: away dana 3-14 Aug --deputy lee.

    While somebody is away they get no mail: their deputy does, after one hand-over mail at the
    start with everything that is open.
    """
    with session.ledger(is_read_only=name is None and ended is None) as ledger:
        if ended is not None:
            if not ledger.end_absence(ended):
                raise AbsenceNotFoundError(ended)
        elif name is not None:
            _go_away(session, ledger, name, " ".join(days), deputy, as_json)
            return
        _show(session, ledger.absences(), as_json)


def _go_away(
    session: Session, ledger: "Ledger", name: str, days: str, deputy: str, as_json: bool
) -> None:
    team, now = team_of(session.config), utc_now()
    agent, stand_in = _agent(name, team), _agent(deputy, team)
    if agent == stand_in:
        raise InputError(f"{agent.name} cannot be their own deputy")
    absence = _absence(agent, stand_in, days, team, now)
    number = ledger.add_absence(absence)
    promises = open_promises(ledger, agent)
    load = load_during(ledger, absence, agent=agent, deputy=stand_in)
    if as_json:
        value = {
            **absence_fields(absence, number),
            "promises": [render.promise_fields(promise) for promise in promises],
        }
        click.echo(render.as_json(value))
        return
    click.echo(_line(absence, number, session))
    for promise in promises:
        due = clock_text(promise.deadline.follow_up_at, session.zone_of(promise), now=now)
        customer = safe_text(promise.customer_name or promise.customer)
        click.echo(f'#{promise.id}  {due}  {customer}: "{shortened(promise.words, 70)}"')
    click.echo(_load_text(load, agent, stand_in))


def _agent(name: str, team: Team) -> Agent:
    known = ", ".join(agent.name for agent in team.agents) or "none: see [[agents]]"
    if not name:
        raise InputError(f"--deputy must name who stands in; your agents are {known}")
    agent = agent_called(name, team)
    if agent is None:
        raise InputError(f"{safe_text(name, 60)!r} is no one agent of yours: they are {known}")
    return agent


def _absence(agent: Agent, deputy: Agent, days: str, team: Team, now: datetime) -> Absence:
    hours = team.hours_for(agent, now)
    found = read_days(days, hours, now)
    if found is None:
        raise InputError(
            f"{safe_text(days)!r} names no first and last day: write 3-14 Aug, until Friday,"
            " 2026-08-03 2026-08-14"
        )
    first, last = found
    ends_at = hours.at(last + ONE_DAY, MIDNIGHT)
    if ends_at <= now:
        raise InputError(f"{last.isoformat()} is past: say when they will be away")
    return Absence(
        agent=agent.name,
        deputy=deputy.name,
        starts_at=max(hours.at(first, MIDNIGHT), now),
        ends_at=ends_at,
    )


def _show(session: Session, absences: tuple[Absence, ...], as_json: bool) -> None:
    coming = [absence for absence in absences if absence.ends_at > utc_now()]
    if as_json:
        click.echo(render.as_json([absence_fields(absence, absence.id) for absence in coming]))
        return
    lines = [_line(absence, absence.id, session) for absence in coming]
    click.echo("\n".join(lines) if lines else "Nobody is away.")


def _line(absence: Absence, number: int | None, session: Session) -> str:
    agent = agent_called(absence.agent, team_of(session.config))
    zone = agent.hours.zone if agent and agent.hours else session.zone
    last = absence.ends_at - timedelta(seconds=1)
    start = clock_text(absence.starts_at, zone, now=utc_now())
    end = clock_text(last, zone, now=utc_now())
    return f"{number}  {absence.agent} is away {start} to {end}; {absence.deputy} stands in."


def _load_text(load: Load, agent: Agent, deputy: Agent) -> str:
    text = (
        f"{load.taken_over} of {agent.first_name}'s fall due in that time, and {load.own} of "
        f"{deputy.first_name}'s own: {load.total} for {deputy.first_name}"
    )
    usual = "" if load.usual is None else f"; usually it is {load.usual}"
    return f"{text}{usual}." + (" That is much." if load.is_heavy else "")


def absence_fields(absence: Absence, number: int | None) -> dict[str, Any]:
    """An absence as stable JSON fields."""
    return {
        "id": number,
        "agent": absence.agent,
        "deputy": absence.deputy,
        "starts_at": absence.starts_at.isoformat(),
        "ends_at": absence.ends_at.isoformat(),
    }
