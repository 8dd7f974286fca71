"""Who is who: agents, our own addresses, and the customer of a mail."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time

from promisekeeper.core.hours import WorkingHours, office_hours
from promisekeeper.core.message import Address, Message

SIGNATURE_LINES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Somebody who writes to customers and gets reminders; the first address is for mail.

    Attributes:
        hours: Their working calendar; None where no zone is configured for them.
        language: Of the letters that they get; empty for the team's.
        digest_at: When they want their digest, by their own clock; None for the team's time.
    """

    name: str
    addresses: tuple[str, ...]
    hours: WorkingHours | None = None
    language: str = ""
    digest_at: time | None = None

    @property
    def first_name(self) -> str:
        """The name that a signature or a colleague would use."""
        return self.name.split()[0] if self.name.split() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Our side, as configured; all addresses are lower case.

    Attributes:
        shared_addresses: Written from by several agents, who sign with their name.
        own_domains: Everybody there is ours; empty where nothing is configured.
        control_address: Ours alone: mail to or from it is never read.
        hours: For whoever has no calendar of their own; None takes the Date's offset.
    """

    agents: tuple[Agent, ...] = ()
    shared_addresses: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    control_address: str = ""
    hours: WorkingHours | None = None
    tracks_internal: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The first names of all agents, for sentences that name who will act."""
        return tuple(agent.first_name for agent in self.agents)

    @property
    def is_known(self) -> bool:
        """Whether anything is configured that tells us from strangers."""
        return bool(self.agents or self.own_domains or self.shared_addresses)

    def is_ours(self, address: str) -> bool:
        """Whether an address is an agent's, shared, or of an own domain."""
        return (
            address.rpartition("@")[2] in self.own_domains
            or address in self.shared_addresses
            or is_control(address, self.control_address)
            or self.agent_at(address) is not None
        )

    def may_remind(self, address: str) -> bool:
        """Whether a letter may go there: to our side alone, where it is known who that is."""
        return not self.is_known or self.is_ours(address)

    def hours_for(self, agent: Agent | None, at: datetime) -> WorkingHours:
        """A writer's calendar; the offset of `at` where no zone is configured."""
        if agent is not None and agent.hours is not None:
            return agent.hours
        return self.hours or office_hours(at.tzinfo or UTC)

    def agent_at(self, address: str) -> Agent | None:
        """The agent who has this address for their own."""
        if address in self.shared_addresses:
            return None
        return next((agent for agent in self.agents if address in agent.addresses), None)

    def agent_named(self, words: str) -> Agent | None:
        """The one agent whose full name stands in `words`, else whose first name; None if two."""
        for names in ("name", "first_name"):
            found = [
                agent for agent in self.agents if _stands_in(str(getattr(agent, names)), words)
            ]
            if found:
                return found[0] if len(found) == 1 else None
        return None


def _stands_in(name: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", words[:500], re.IGNORECASE) is not None


def author_of(message: Message, signature: str, team: Team) -> Agent | None:
    """The agent who wrote a mail: by address, else by display name, else by signature."""
    by_address = team.agent_at(message.sender.address)
    if by_address is not None:
        return by_address
    by_name = team.agent_named(message.sender.name)
    if by_name is not None:
        return by_name
    head = "\n".join(signature.strip().splitlines()[:SIGNATURE_LINES])
    return team.agent_named(head)


def customers_of(message: Message, team: Team) -> tuple[Address, ...]:
    """The correspondents outside our side, the first addressed first, each once.

    Where no own domain is known, only the writer's own address counts as ours.
    """
    found: dict[str, Address] = {}
    for person in message.recipients:
        is_outside = person.address != message.sender.address and not team.is_ours(person.address)
        if person.address and (is_outside or team.tracks_internal):
            found.setdefault(person.address, person)
    return tuple(found.values())


def is_control(address: str, control: str) -> bool:
    """Whether an address is the control address, with or without a tag (RFC 5233)."""
    local, _, domain = control.rpartition("@")
    own, _, own_domain = address.rpartition("@")
    return bool(control) and own_domain == domain and own.partition("+")[0] == local


def is_own_machinery(message: Message, team: Team) -> bool:
    """Whether a mail goes to or comes from the control address: never a source."""
    people = (message.sender, *message.recipients)
    return any(is_control(person.address, team.control_address) for person in people)
