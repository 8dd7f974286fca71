"""Acknowledging a form mail: within which limits, and when somebody will answer.

The letter promises a time, so the time is worked out on the queue's own calendar, and what is
said of it is true outside working hours and on holidays too.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from promisekeeper.core.ackrecords import RULE, AckCounts, Receipt
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.promise import (
    Certainty,
    Deadline,
    DeadlineKind,
    Kind,
    Promise,
)
from promisekeeper.core.visitors import is_public, one_mailbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Shorter notice would promise a minute that nobody has in mind.
ROUNDED_TO = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AckLimits:
    """How many acknowledgements may go out.

    Attributes:
        per_domain_per_hour: To all addresses of a domain that is no big public one.
        public_domains: Further domains that have no limit of their own.
        per_minute: To everybody; when it is reached the breaker opens.
        pause: How long nothing is acknowledged once the breaker is open.
        max_age: Older mail is not acknowledged: somebody may have answered by now.
        is_dry: Nothing is sent; the log says what would have been.
    """

    per_address_per_hour: int = 1
    per_address_per_day: int = 3
    per_domain_per_hour: int = 10
    public_domains: frozenset[str] = frozenset()
    per_minute: int = 20
    pause: timedelta = HOUR
    max_age: timedelta = DAY
    is_dry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Who answers form mail, and how soon.

    Attributes:
        name: What the letter calls them: "our workshop".
        address: Where reminders go.
        target: The working time within which they answer.
        target_days: The same in working days, where it was given so; then `target` is zero.
    """

    name: str
    address: str
    hours: WorkingHours
    target: timedelta = timedelta(0)
    target_days: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """When somebody will answer.

    Attributes:
        due_at: In the queue's zone.
        opens_at: When the queue works again; None where it works now.
    """

    due_at: datetime
    opens_at: datetime | None = None


def answer_by(queue: Queue, at: datetime) -> Answered:
    """When a queue that gets a mail at an instant will have answered it.

    Days count from the moment that somebody is there: what comes on Saturday and is promised
    within a day is answered by Tuesday morning, after the whole of Monday.
    """
    hours = queue.hours
    starts_at = _work_from(hours, at)
    if queue.target_days and not queue.target:
        day = hours.add_working_days(hours.day_of(starts_at), queue.target_days)
        due_at = hours.at(day, starts_at.astimezone(hours.zone).time())
        due_at = min(max(due_at, hours.opening(day)), hours.close(day))
    else:
        due_at = hours.add_working_time(starts_at, queue.target)
    due_at = _rounded(hours, due_at)
    return Answered(due_at=due_at, opens_at=starts_at if starts_at > at else None)


def _work_from(hours: WorkingHours, at: datetime) -> datetime:
    """The instant itself where somebody works then, else the next opening."""
    a_moment = timedelta(microseconds=1)
    return hours.add_working_time(at, a_moment) - a_moment


def _rounded(hours: WorkingHours, at: datetime) -> datetime:
    """Up to the next half hour, as people say it; never beyond the close of the day."""
    local = at.astimezone(hours.zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    rest = past % ROUNDED_TO
    rounded = local + (ROUNDED_TO - rest if rest else timedelta(0))
    close = hours.close(hours.day_of(at))
    return min(rounded, close) if at <= close else rounded


def over_limit(receipt: Receipt, counts: AckCounts, limits: AckLimits) -> str:
    """The limit that one more letter would break; empty where it breaks none."""
    domain = receipt.address.rpartition("@")[2]
    has_own_limit = not is_public(domain, limits.public_domains)
    checks = (
        ("limit-thread", counts.thread, 1),
        ("limit-address-hour", counts.address_hour, limits.per_address_per_hour),
        ("limit-address-day", counts.address_day, limits.per_address_per_day),
        ("limit-domain-hour", counts.domain_hour, limits.per_domain_per_hour),
    )
    for name, count, most in checks:
        if count >= most and (has_own_limit or name != "limit-domain-hour"):
            return name
    return "limit-minute" if counts.minute >= limits.per_minute else ""


@dataclass(slots=True)
class Tally:
    """What was decided in this round and is not in the ledger yet, added to its counts."""

    sent: list[Receipt] = field(default_factory=list)

    def added_to(self, counts: AckCounts, receipt: Receipt, now: datetime) -> AckCounts:
        """The counts with everything that was decided since they were taken.

        All of it was decided at `now`, so that it lies within every span that is counted.
        """
        mailbox = one_mailbox(receipt.address)
        same = [one for one in self.sent if one_mailbox(one.address) == mailbox]
        domain = receipt.address.rpartition("@")[2]
        kin = sum(one.address.rpartition("@")[2] == domain for one in self.sent)
        return AckCounts(
            thread=counts.thread + sum(one.thread == receipt.thread for one in same),
            address_hour=counts.address_hour + len(same),
            address_day=counts.address_day + len(same),
            domain_hour=counts.domain_hour + kin,
            minute=counts.minute + len(self.sent),
        )


def promise_of(
    receipt: Receipt,
    queue: Queue,
    answered: Answered,
    *,
    words: str,
    is_said: bool,
    is_history: bool = False,
) -> Promise:
    """What a form mail obliges us to.

    Args:
        words: What the letter promised, or what there is to say where none goes out.
        is_said: The visitor was told the time. Where not, nothing was promised: it waits on us,
            visibly, and nobody is reminded.
    """
    due_at = answered.due_at
    deadline = Deadline(
        kind=DeadlineKind.INSTANT if is_said else DeadlineKind.NONE,
        follow_up_at=due_at,
        due_at=due_at if is_said else None,
        earliest=due_at if is_said else None,
        latest=due_at if is_said else None,
        why="the queue's target on its working calendar",
    )
    return Promise(
        key=receipt.key,
        message_id=receipt.message_id,
        thread=receipt.thread or receipt.message_id,
        words=words,
        start=0,
        end=len(words),
        kind=Kind.FIRM,
        certainty=Certainty.CERTAIN if is_said else Certainty.POSSIBLE,
        rule=RULE,
        owner=queue.name or queue.address,
        owner_address=queue.address,
        customer=receipt.address,
        customer_name=receipt.name,
        subject=receipt.matter,
        made_at=receipt.received_at,
        deadline=deadline,
        is_history=is_history,
    )
