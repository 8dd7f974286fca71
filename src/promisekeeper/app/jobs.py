"""What a scan has done by a helper: values that go to another process, which does them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from promisekeeper.core.mail import RawMail, Role
from promisekeeper.flows.history import Reading, read_alone
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.verdicts import Verdicts, weigh_news
from promisekeeper.store.ledger import Ledger


class ReadJob(NamedTuple):
    """Mails to read."""

    raws: Sequence[RawMail]
    role: Role

    def done(self, rules: IntakeRules, now: datetime) -> list[Reading]:
        """What they say."""
        return read_alone(self.raws, self.role, rules, now)


class WeighJob(NamedTuple):
    """Customers whose promises are to be weighed by what a ledger holds."""

    ledger: Path
    customers: tuple[str, ...]

    def done(self, rules: IntakeRules, now: datetime) -> Verdicts:
        """The verdicts, which whoever asked for them has to store."""
        return weigh_news(self.customers, _ledger_at(self.ledger), rules)


Job = ReadJob | WeighJob


@cache
def _ledger_at(path: Path) -> Ledger:
    return Ledger(path, is_read_only=True)
