"""Customer updates: when one is drafted, what it tells, and whether it may go out now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from math import ceil

from promisekeeper.core.ackrecords import RULE
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.hours import WorkingHours, wall_time
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import (
    Certainty,
    DeadlineKind,
    Kind,
    Promise,
    State,
)
from promisekeeper.core.recast import recast
from promisekeeper.core.records import MailNote, SignalKind
from promisekeeper.core.sending import GO, Ruling, drop, wait
from promisekeeper.core.telling import shortened
from promisekeeper.core.visitors import cleaned_name

# What shows the customer, or us, that somebody is at it.
PROGRESS = frozenset({SignalKind.DELIVERS, SignalKind.ANSWERS, SignalKind.HOLDS})
TELLABLE = frozenset({DeadlineKind.INSTANT, DeadlineKind.VAGUE, DeadlineKind.NONE})
ENOUGH_TO_LEARN = 5
MANY = 0.8
ASK_AGAIN = timedelta(seconds=30)
MIN_WORDS, MAX_WORDS = 4, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePolicy:
    """When an update is drafted, and when it may go out.

    Attributes:
        draft_at: The share of the time to the deadline that passes first.
        veto_time: Working time between the announcement of an automatic update and its leaving.
        is_fresh_for: How long ago both folders may have been read when it goes out.
        quiet_from, quiet_until: No update between these, by the customer's clock.
    """

    draft_at: float = 0.75
    veto_time: timedelta = timedelta(hours=2)
    is_fresh_for: timedelta = timedelta(minutes=10)
    quiet_from: time = time(20)
    quiet_until: time = time(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the template of an update is given; every time is in the customer's zone.

    Attributes:
        name: Cleaned; empty where it is no name.
        matter: The subject of the conversation.
        plain: "send you the invoice", to stand behind "I promised to"; empty where the
            sentence is quoted instead.
        words: The sentence as it was written; empty where it says nothing by itself.
        writer: Who wrote it, where that is somebody else than who writes now.
        due_at: What the words named, where that is an instant.
        is_day: The deadline is the end of a day's work: the day says enough.
        write_by: By when the customer hears of it again; None where nothing of that was said.
        new_due_at: The new date that a person has chosen.
        is_new_day: As `is_day`, of the new date.
        zone: "GMT", "UTC-8"; stands beside hours.
        is_their_time: The customer's own mail says so; else it is the team's.
        is_late: The deadline is over.
        is_auto: No person has seen this letter yet.
    """

    now: datetime
    name: str
    matter: str
    plain: str
    words: str
    wrote_at: datetime
    writer: str
    due_at: datetime | None
    is_day: bool
    write_by: datetime | None
    new_due_at: datetime | None
    is_new_day: bool
    zone: str
    is_their_time: bool
    is_late: bool
    is_upset: bool
    is_auto: bool
    sender_name: str
    company: str


def draft_moment(promise: Promise, hours: WorkingHours, policy: UpdatePolicy) -> datetime:
    """When an update is drafted, where nothing has happened: by working time if there is any."""
    due_at = promise.deadline.remind_by
    working = hours.working_time_between(promise.made_at, due_at)
    if working > timedelta(0):
        return hours.add_working_time(promise.made_at, working * policy.draft_at)
    gap = due_at.astimezone(UTC) - promise.made_at.astimezone(UTC)
    return promise.made_at + gap * policy.draft_at


def may_be_told(promise: Promise) -> bool:
    """Whether it is a promise of which a customer may be told that it is still open."""
    if promise.state is not State.OPEN or promise.is_history or promise.same_as:
        return False
    if promise.certainty is Certainty.POSSIBLE or promise.is_maybe_kept or promise.proposed_state:
        return False
    if promise.rule == RULE:
        # The visitor was told by the queue, and an agent's first answer settles it.
        return False
    # Else it is the customer who is waited for.
    return promise.kind is not Kind.CONDITIONAL or promise.condition_met_at is not None


def shows_progress(promise: Promise, notes: Sequence[MailNote]) -> bool:
    """Whether we have written to the customer since that we are at it, or done.

    Args:
        notes: Of the mails to and from the customer.
    """
    return any(
        signal.kind in PROGRESS
        for note in notes
        if note.role is Role.SENT and note.sent_at > promise.made_at
        for signal in note.signals
    )


def may_be_automatic(promise: Promise, *, is_upset: bool, now: datetime) -> bool:
    """Whether an update about it may go out without a person's word.

    Whoever fills in a contact form may name anybody: after the receipt no machine writes there.
    """
    due_at = promise.deadline.due_at
    is_plain = promise.certainty is Certainty.CERTAIN and promise.rule != RULE
    return is_plain and not is_upset and due_at is not None and now < due_at


def customer_zone(notes: Sequence[MailNote], default: tzinfo) -> tzinfo:
    """The zone of the customer's last mail, where there is one.

    Args:
        notes: Oldest first.
    """
    return _last_zone(notes) or default


def _last_zone(notes: Sequence[MailNote]) -> tzinfo | None:
    written = (note.sent_at.tzinfo for note in reversed(notes) if note.role is Role.INBOX)
    return next(filter(None, written), None)


# "UTC-08:00", or "-03" where a zone has no name of its own.
_OFFSET = re.compile(r"(?:UTC)?([+-])0?(\d{1,2})(?::00)?\b")


def zone_shown(at: datetime, zone: tzinfo) -> str:
    """A zone as people write it: GMT, UTC-8, UTC+5:30."""
    name = at.astimezone(zone).tzname() or ""
    return _OFFSET.sub(r"UTC\1\2", name)


def told_of(
    promise: Promise,
    *,
    notes: Sequence[MailNote],
    hours: WorkingHours,
    now: datetime,
    is_upset: bool,
    sender_name: str,
    company: str = "",
    new_due_at: datetime | None = None,
    is_auto: bool = False,
) -> Told:
    """Everything that an update says, before a template has put it into words.

    Args:
        notes: Of the mails to and from the customer, oldest first.
        hours: The owner's calendar.
    """
    zone = customer_zone(notes, hours.zone)
    due_at, is_late = promise.deadline.due_at, now >= promise.deadline.follow_up_at
    writer = next((one.author for one in notes if one.message_id == promise.message_id), "")
    by_another = shortened(writer, 80) if writer and writer != sender_name else ""
    is_tellable = promise.deadline.kind in TELLABLE and not by_another
    shown = (due_at or promise.deadline.follow_up_at).astimezone(zone)
    return Told(
        now=now.astimezone(zone),
        name=cleaned_name(promise.customer_name),
        matter=matter_of(promise.subject).replace('"', "'"),
        plain=recast(promise.words, promise.deadline.words) if is_tellable else "",
        words=_quotable(promise.words),
        wrote_at=promise.made_at.astimezone(zone),
        writer=by_another,
        due_at=due_at.astimezone(zone) if due_at else None,
        is_day=due_at is not None and _is_close(due_at, hours, zone),
        write_by=due_at.astimezone(zone) if due_at and not is_late and not new_due_at else None,
        new_due_at=new_due_at.astimezone(zone) if new_due_at else None,
        is_new_day=new_due_at is not None and _is_close(new_due_at, hours, zone),
        zone=zone_shown(new_due_at or shown, zone),
        is_their_time=_last_zone(notes) is not None,
        is_late=is_late,
        is_upset=is_upset,
        is_auto=is_auto,
        sender_name=shortened(sender_name, 80),
        company=shortened(company, 80),
    )


def _quotable(sentence: str) -> str:
    """A sentence that says something by itself; "Will do." tells a customer nothing any more."""
    words = shortened(sentence, MAX_WORDS).replace('"', "'")
    return words if len(words.split()) >= MIN_WORDS else ""


def _is_close(at: datetime, hours: WorkingHours, zone: tzinfo) -> bool:
    """Whether an instant is the end of a working day that is the same day to both sides."""
    day = hours.day_of(at)
    return (
        hours.is_working_day(day) and at == hours.close(day) and at.astimezone(zone).date() == day
    )


def matter_of(subject: str) -> str:
    """A conversation's subject without the marks of answers; empty where nothing is left."""
    text = shortened(subject, 120)
    while True:
        head, colon, rest = text.partition(":")
        if not colon or head.strip().casefold() not in {"re", "aw", "sv", "fw", "fwd", "wg", "tr"}:
            return text.strip()
        text = rest.strip()


def reply_subject(subject: str) -> str:
    """The subject of an answer in the conversation."""
    matter = matter_of(subject)
    return f"Re: {matter}" if matter else "Re: your mail"


def suggested_date(
    promises: Sequence[Promise], *, owner_address: str, hours: WorkingHours, now: datetime
) -> datetime | None:
    """A date that this agent would keep four times out of five, by what they did before.

    It is shown to the agent as a suggestion and never gets into a letter by itself.

    Returns:
        None where too little is known of this agent.
    """
    spans = sorted(
        hours.working_time_between(one.made_at, one.settled_at)
        for one in promises
        if one.owner_address == owner_address
        and one.state in (State.KEPT, State.LATE)
        and one.settled_at is not None
    )
    if len(spans) < ENOUGH_TO_LEARN:
        return None
    usual = spans[ceil(MANY * len(spans)) - 1]
    at = hours.add_working_time(now, max(usual, timedelta(hours=1)))
    local = at.astimezone(hours.zone)
    full = local.replace(minute=0, second=0, microsecond=0)
    return full if full == local else full + timedelta(hours=1)


def quiet_until(at: datetime, zone: tzinfo, policy: UpdatePolicy) -> datetime | None:
    """When the customer's quiet hours end; None where it is none of them."""
    local = at.astimezone(zone)
    is_weekend = local.weekday() >= 5
    if not is_weekend and policy.quiet_until <= local.time() < policy.quiet_from:
        return None
    day = local.date()
    if is_weekend or local.time() >= policy.quiet_from:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return wall_time(day, policy.quiet_until, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that counts at the moment at which an update would go out.

    Attributes:
        promise: None where it is gone.
        mails: How many mails to and from the customer are known now.
        read_at: When each watched folder was last read to its end; None for one never read.
        suppressed: Why no letter goes to the recipient; empty where one may.
    """

    now: datetime
    promise: Promise | None
    mails: int
    read_at: Sequence[datetime | None]
    zone: tzinfo
    is_upset: bool
    suppressed: str = ""
    policy: UpdatePolicy = field(default_factory=UpdatePolicy)


def why_stale(draft: Draft, now: Situation) -> str:
    """Why a draft can never go out as it stands; empty where it still may."""
    promise = now.promise
    if promise is None or promise.state is not State.OPEN:
        return f"the promise is {promise.state if promise else 'gone'} meanwhile"
    if now.suppressed:
        return f"no letter goes to this address: {now.suppressed}"
    if now.mails != draft.known_mails:
        return "somebody wrote since the draft was made"
    if draft.sender_name != promise.owner and draft.sender != promise.owner_address:
        return f"it speaks in the name of {draft.sender_name}, and {promise.owner} owns it now"
    if draft.new_due_at is not None and draft.new_due_at <= now.now:
        return "the new date in it is over"
    lapsed_at = promise.deadline.follow_up_at
    if draft.created_at < lapsed_at <= now.now:
        return "the deadline has passed since it was written, and it says no word of that"
    if draft.is_auto and now.is_upset:
        return "the customer sounds upset: only a person may write to them"
    return ""


def may_go(draft: Draft, digest: str, now: Situation) -> Ruling:
    """Whether an update may go out at this very moment.

    Args:
        digest: Of the text that lies in the outbox.
    """
    if not draft.is_approved or draft.digest != digest:
        return drop(f"the draft is {draft.stage}, or its text is another one now")
    if stale := why_stale(draft, now):
        return drop(stale)
    if draft.expires_at is not None and draft.expires_at <= now.now:
        return drop("the approval is too old")
    if quiet := quiet_until(now.now, now.zone, now.policy):
        return wait("the customer's quiet hours", quiet)
    approved_at = draft.approved_at or now.now
    if not now.read_at:
        return drop("no mailbox is watched, so nobody can tell whether it is still wanted")
    for read_at in now.read_at:
        if read_at is None or read_at < approved_at:
            return wait("the mailboxes were not read since it was approved", now.now + ASK_AGAIN)
        # A time still to come was noted by a clock that was wrong: it says nothing.
        if abs(now.now - read_at) > now.policy.is_fresh_for:
            return wait("the mailboxes were not read lately", now.now + ASK_AGAIN)
    return GO


LIVE = frozenset({DraftStage.DRAFTED, DraftStage.ANNOUNCED, DraftStage.APPROVED})
