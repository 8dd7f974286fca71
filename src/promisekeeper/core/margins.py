"""By how much working time a promise was early or late."""

from datetime import timedelta

from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.promise import Promise, State

# Of a working day of eight hours: to have kept a word that long before is early.
EARLY = timedelta(hours=4)


def margin(promise: Promise, hours: WorkingHours) -> timedelta | None:
    """The working time by which a promise was early; negative where it was late.

    None where nothing was delivered, or no instant was promised.
    """
    due_at, settled_at = promise.deadline.due_at, promise.settled_at
    if due_at is None or settled_at is None or promise.state not in (State.KEPT, State.LATE):
        return None
    if settled_at <= due_at:
        return hours.working_time_between(settled_at, due_at)
    return -hours.working_time_between(due_at, settled_at)


def margin_text(span: timedelta) -> str:
    """A margin in words, such as "6 h of working time early"."""
    minutes = round(abs(span).total_seconds() / 60)
    if not minutes:
        # Before or after it, but with no working time between.
        return "no working time from its date"
    size = f"{minutes} min" if minutes < 60 else f"{minutes / 60:.1f}".removesuffix(".0") + " h"
    return f"{size} of working time {'early' if span > timedelta(0) else 'late'}"
