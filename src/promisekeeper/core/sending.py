"""Whether a letter may go out now: rulings, the limits on all sending, and the circuit breaker."""

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

    def a_day(self, *, is_customer: bool) -> int:
        """How many letters one recipient gets within a day."""
        return self.per_customer_per_day if is_customer else self.per_recipient_per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What happened in the outbox since some instant."""

    queued: int = 0
    sent: int = 0
    failed: int = 0
    in_doubt: int = 0


def within_caps(
    nth_this_hour: datetime | None,
    nth_today: datetime | None,
    limits: SendingLimits,
    *,
    is_customer: bool = False,
) -> Ruling:
    """Whether one more letter stays within the caps.

    Args:
        nth_this_hour: When the oldest of the last `per_hour` letters was handed over; None
            where the last hour saw fewer.
        nth_today: The same for this recipient and the last day.
        is_customer: Whether the recipient is a customer, who gets far less than an agent.
    """
    if nth_today is not None:
        number = limits.a_day(is_customer=is_customer)
        return wait(f"{number} letters a day to one recipient are the limit", nth_today + DAY)
    if nth_this_hour is not None:
        return wait(f"{limits.per_hour} letters an hour are the limit", nth_this_hour + HOUR)
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
