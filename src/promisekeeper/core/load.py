"""How much somebody has to keep in a time, beside what they usually have."""

from collections.abc import Iterable
from dataclasses import dataclass

from promisekeeper.core.absence import Absence
from promisekeeper.core.promise import Promise, State

# How many times the length of an absence is looked back for what is usual.
PERIODS_BACK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Promises that fall due while somebody stands in for somebody else.

    Attributes:
        own: The deputy's own.
        taken_over: The absent one's.
        usual: As many fell due for the deputy in a time of this length; None where there is no
            past to tell from.
    """

    own: int
    taken_over: int
    usual: int | None

    @property
    def total(self) -> int:
        """All that the deputy would have to keep."""
        return self.own + self.taken_over

    @property
    def is_heavy(self) -> bool:
        """Whether it is much more than usual."""
        return self.usual is not None and self.total > max(3, self.usual * 3 // 2)


def load_of(deputys: Iterable[Promise], absents: Iterable[Promise], *, absence: Absence) -> Load:
    """Count what falls due to the end of an absence, late ones included.

    Args:
        deputys: All of theirs, also settled ones, back to `PERIODS_BACK` times its length.
        absents: The open ones of whoever goes away.
    """
    deputys = list(deputys)
    own = sum(_is_due(promise, absence) for promise in deputys)
    earlier = [
        promise
        for promise in deputys
        if promise.deadline.follow_up_at < absence.starts_at and promise.state is not State.REJECTED
    ]
    return Load(
        own=own,
        taken_over=sum(_is_due(promise, absence) for promise in absents),
        usual=-(-len(earlier) // PERIODS_BACK) if earlier else None,
    )


def _is_due(promise: Promise, absence: Absence) -> bool:
    is_open = promise.state is State.OPEN
    return is_open and promise.deadline.follow_up_at < absence.ends_at
