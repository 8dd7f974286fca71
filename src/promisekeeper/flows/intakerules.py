"""What reading and weighing mail needs to know of the user's world."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.receipts import Reception
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """What intake needs to know of the user's world.

    Attributes:
        history_before: Promises in mail older than this remind nobody.
        agent: The name of the agent who wrote where neither address nor signature tells.
        retained: How long the ledger keeps what is settled. A folder that is numbered anew is
            read again, and what was deleted by then is no news.
        reception: How mail of contact forms is known; None where it is read like any other.
    """

    team: Team
    defaults: FollowUpDefaults
    settling: SettlingPolicy
    history_before: datetime | None = None
    agent: str = ""
    retained: timedelta | None = None
    reception: Reception | None = None

    def at(self, now: datetime) -> "IntakeRules":
        """The rules on a day: what is older than what is kept is history, too."""
        if self.retained is None:
            return self
        limit = now - self.retained
        return replace(self, history_before=max(limit, self.history_before or limit))
