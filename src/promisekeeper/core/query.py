"""Which promises are asked for."""

from dataclasses import dataclass
from datetime import datetime

from promisekeeper.core.promise import State


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseQuery:
    """Which promises are asked for; every field narrows, the default asks for all.

    Results come ordered by the instant that follow-up uses, then by id.

    Attributes:
        found_in: Only what was found in one of these folders, by the keys of their cursors.
    """

    states: frozenset[State] = frozenset()
    owner: str = ""
    customer: str = ""
    due_before: datetime | None = None
    settled_since: datetime | None = None
    with_history: bool = True
    found_in: tuple[str, ...] = ()
    limit: int | None = None


OPEN = PromiseQuery(states=frozenset({State.OPEN}))
