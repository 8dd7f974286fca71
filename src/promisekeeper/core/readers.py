"""Who on our side reads a letter: an agent, their deputy while they are away, the lead."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from promisekeeper.core.absence import Absence, absence_of, stand_in
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.letters import Reader
from promisekeeper.core.promise import Promise
from promisekeeper.core.team import Agent, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague(Reader):
    """Somebody of ours who is reminded, and gets a digest.

    Attributes:
        hours: Their working calendar; its zone is theirs.
        digest_at: When their digest comes, by their own clock; None for the opening of the day.
    """

    hours: WorkingHours
    digest_at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Everybody of ours who may be written to, as things stand at one time.

    Attributes:
        lead: An agent's name, or an address; empty where nobody is told of lapses.
        language, digest_at: For whoever has none of their own.
    """

    team: Team
    absences: tuple[Absence, ...]
    now: datetime
    lead: str = ""
    language: str = ""
    digest_at: time | None = None

    def of(self, promise: Promise) -> Colleague:
        """Who is written to about a promise: its owner, or whoever stands in for them."""
        agent = self.team.agent_at(promise.owner_address) or self.named(promise.owner)
        if agent is not None:
            return self._standing_in(agent)
        return Colleague(
            name=promise.owner,
            address=promise.owner_address,
            zone=self.team.hours_for(None, promise.made_at).zone,
            hours=self.team.hours_for(None, promise.made_at),
            language=self.language,
            digest_at=self.digest_at,
        )

    def the_lead(self) -> Colleague | None:
        """Who is told of lapses; None where nobody is named."""
        if not self.lead:
            return None
        agent = self.team.agent_at(self.lead) or self.named(self.lead)
        if agent is not None:
            return self._standing_in(agent)
        return Colleague(
            name="",
            address=self.lead,
            zone=self.team.hours_for(None, self.now).zone,
            hours=self.team.hours_for(None, self.now),
            language=self.language,
            digest_at=self.digest_at,
        )

    def called(self, name: str) -> Colleague | None:
        """An agent by name, away or not; None where nobody is called so."""
        agent = self.named(name)
        return self._reader(agent) if agent is not None else None

    def named(self, name: str) -> Agent | None:
        """The agent of this full or first name."""
        known = [agent for agent in self.team.agents if agent.name.lower() == name.lower()]
        known += [agent for agent in self.team.agents if agent.first_name.lower() == name.lower()]
        return known[0] if known else None

    def is_away(self, name: str) -> bool:
        """Whether somebody is away now."""
        return absence_of(name, self.absences, self.now) is not None

    def _standing_in(self, agent: Agent) -> Colleague:
        name = stand_in(agent.name, self.absences, self.now)
        return self._reader(self.named(name) or agent)

    def _reader(self, agent: Agent) -> Colleague:
        return Colleague(
            name=agent.name,
            address=agent.addresses[0],
            zone=self.team.hours_for(agent, self.now).zone,
            hours=self.team.hours_for(agent, self.now),
            language=agent.language or self.language,
            digest_at=agent.digest_at or self.digest_at,
        )


def colleague_of(reader: Reader, team: Team, *, away: Collection[str] = ()) -> str:
    """Somebody whom a promise could be given to, for an example; empty where there is nobody."""
    return next(
        (
            agent.first_name
            for agent in team.agents
            if agent.name != reader.name and agent.name not in away
        ),
        "",
    )
