"""Whether a letter may go out now: rulings, the limits on all sending, and the circuit breaker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from promisekeeper.core.promise import check_aware

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How long the breaker keeps everything back; by then a server or a loop has mostly been mended.
BREAK = timedelta(hours=1)


class Fate(StrEnum):
    """What becomes of a letter that is about to be handed over."""

    GO = "go"
    WAIT = "wait"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The answer to "may this letter go out now?", with its reason.

    Attributes:
        until: When it is worth asking again, for WAIT.

    Raises:
        ValueError: A letter is to wait, but nobody says until when; or a time is naive.
    """

    fate: Fate
    reason: str = ""
    until: datetime | None = None

    def __post_init__(self) -> None:
        """Check that whoever waits knows for how long."""
        check_aware(self.until)
        if (self.fate is Fate.WAIT) != (self.until is not None):
            raise ValueError("a letter waits until some time, and no other does")


GO = Ruling(fate=Fate.GO)


def wait(reason: str, until: datetime) -> Ruling:
    """Not now: the letter stays queued and shows why."""
    return Ruling(fate=Fate.WAIT, reason=reason, until=until)


def drop(reason: str) -> Ruling:
    """Not any more: what it says is no longer so."""
    return Ruling(fate=Fate.DROP, reason=reason)


class CalledOffError(Exception):
    """Raised at the point of no return: this letter is not to go out after all.

    A postman ends the transaction without a byte of the letter and lets it through.
    """

    def __init__(self, ruling: Ruling) -> None:
        super().__init__(ruling.reason)
        self.ruling = ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingLimits:
    """How much may go out; letters over a limit wait, none is thrown away.

    Attributes:
        failures_per_hour: So many letters refused or of unknown fate open the breaker.
        flood_per_hour: So many letters queued open the breaker: something runs in circles.
    """

    per_hour: int = 200
    per_recipient_per_day: int = 100
    per_customer_per_day: int = 5
    failures_per_hour: int = 10
    flood_per_hour: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What happened in the outbox since some instant."""

    queued: int = 0
    sent: int = 0
    failed: int = 0
    in_doubt: int = 0


def within_caps(
    to_all: Sequence[datetime],
    to_this: Sequence[datetime],
    limits: SendingLimits,
    now: datetime,
    *,
    is_customer: bool = False,
) -> Ruling:
    """Whether one more letter stays within the caps.

    Args:
        to_all: When letters were handed over within the last hour, oldest first.
        to_this: When they were to this recipient, within the last day.
        is_customer: Whether the recipient is a customer, who gets far less than an agent.
    """
    an_hour = limits.per_hour
    a_day = limits.per_customer_per_day if is_customer else limits.per_recipient_per_day
    today = [at for at in to_this if at > now - DAY]
    if len(today) >= a_day:
        return wait(f"{a_day} letters a day to one recipient are the limit", today[-a_day] + DAY)
    lately = [at for at in to_all if at > now - HOUR]
    if len(lately) >= an_hour:
        return wait(f"{an_hour} letters an hour are the limit", lately[-an_hour] + HOUR)
    return GO


def why_break(traffic: Traffic, limits: SendingLimits) -> str:
    """Why nothing should go out for a while; empty where all is well.

    Failures count only where they are the rule: a few bad addresses among many good ones are
    daily business.
    """
    failures = traffic.failed + traffic.in_doubt
    if failures >= limits.failures_per_hour and failures > traffic.sent:
        return (
            f"{traffic.failed} letters were refused and {traffic.in_doubt} are in doubt within"
            f" an hour, while {traffic.sent} went out: see what the server says"
        )
    if traffic.queued >= limits.flood_per_hour:
        return f"{traffic.queued} letters were queued within an hour: something runs in circles"
    return ""
