"""Who is away, until when, and who stands in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from promisekeeper.core.promise import check_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One agent's time away.

    Attributes:
        agent, deputy: Configured names.
        starts_at: When it begins; `ends_at` is the first instant at which they are back.
    """

    agent: str
    deputy: str
    starts_at: datetime
    ends_at: datetime
    id: int | None = None

    def __post_init__(self) -> None:
        """Check that times are aware and in order, and that nobody stands in for themself."""
        check_aware(self.starts_at)
        check_aware(self.ends_at)
        if self.ends_at <= self.starts_at:
            raise ValueError("an absence must end after it starts")
        if self.agent == self.deputy:
            raise ValueError("nobody can be their own deputy")


def absence_of(agent: str, absences: Iterable[Absence], at: datetime) -> Absence | None:
    """The absence of an agent at an instant; the one that ends last where there are several."""
    found = [one for one in absences if one.agent == agent and one.starts_at <= at < one.ends_at]
    return max(found, key=lambda one: one.ends_at, default=None)


def stand_in(agent: str, absences: Iterable[Absence], at: datetime) -> str:
    """Who is written to instead of an agent: their deputy's deputy where that one is away too.

    The agent's own name where nobody is left, for a letter late is better than a letter lost.
    """
    known = tuple(absences)
    asked, name = {agent}, agent
    while (absence := absence_of(name, known, at)) is not None:
        if absence.deputy in asked:
            return agent
        name = absence.deputy
        asked.add(name)
    return name
