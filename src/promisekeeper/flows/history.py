"""Years of mail, page by page: read anywhere, stored in order, weighed at the end.

Reading a mail takes a hundred times as long as storing what it says, and needs no ledger; so
another process may do it. What is stored, and in which order, stays the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.core.team import is_own_machinery
from promisekeeper.errors import MessageUnreadableError
from promisekeeper.flows.intake import (
    ReadMail,
    batch_of,
    customer_zone,
    open_mail,
    read_safely,
    says_your_time,
    set_aside,
)
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading one mail without the ledger.

    Attributes:
        mail: None where the mail is our own, or one of the following is set.
        problem: Why it cannot be read.
        needs_ledger: It says "your time", and only the ledger knows whose that is; or its file
            has moved, and only the folder knows whereto.
    """

    mail: ReadMail | None = None
    problem: str = ""
    needs_ledger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """What came of a page; of its mails themselves no more than is needed, for they are large.

    Attributes:
        readings: One for each mail, in order.
        again: Those mails that must be looked at once more, by their place.
        left: As in `Page`.
    """

    readings: Sequence[Reading]
    again: Mapping[int, RawMail]
    cursor: Cursor
    left: int | None


def read_page(page: Page, readings: Sequence[Reading]) -> ReadPage:
    """Put a page and what its mails say together."""
    again = {
        place: page.mails[place]
        for place, reading in enumerate(readings)
        if reading.needs_ledger or reading.problem
    }
    return ReadPage(readings=readings, again=again, cursor=page.cursor, left=page.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a page came to.

    Attributes:
        mails: How many it held.
        new: How many of them were not stored before.
        keys: The promises in it, whether new or stored before.
    """

    mails: int
    new: int
    unread: int
    keys: tuple[str, ...]


def read_alone(
    raws: Sequence[RawMail], role: Role, rules: IntakeRules, now: datetime
) -> list[Reading]:
    """Read mails as far as that goes without a ledger; one answer for each, in order."""
    return [_read(raw, role, rules, now) for raw in raws]


def _read(raw: RawMail, role: Role, rules: IntakeRules, now: datetime) -> Reading:
    try:
        return _read_or_refuse(raw, role, rules, now)
    except MessageUnreadableError as error:
        return Reading(problem=str(error))


def _read_or_refuse(raw: RawMail, role: Role, rules: IntakeRules, now: datetime) -> Reading:
    if raw.is_gone:
        return Reading(needs_ledger=True)
    message = open_mail(raw, now)
    if is_own_machinery(message, rules.team):
        return Reading()
    if role is Role.SENT and says_your_time(message):
        return Reading(needs_ledger=True)
    return Reading(mail=read_safely(message, role, rules))


def keep(
    page: ReadPage,
    *,
    folder: str,
    role: Role,
    store: Store,
    rules: IntakeRules,
    now: datetime,
    since: date | None = None,
) -> Kept:
    """Store a page that was read, with its cursor; nothing is weighed yet.

    Args:
        folder: The key of the cursor.
        since: Older mails are passed over, also where the source knows nothing of days.
    """
    mails: list[ReadMail] = []
    unread = []
    for place, first in enumerate(page.readings):
        reading = first
        if first.needs_ledger:
            reading = _read_with(store, page.again[place], role, rules, now)
        if reading.problem:
            unread.append(set_aside(page.again[place], folder, reading.problem, now))
        elif reading.mail is not None:
            mails.append(reading.mail)
    if since is not None:
        mails = [mail for mail in mails if mail.note.sent_at.date() >= since]
    # The same mail may lie twice on one page; the first one counts.
    by_id: dict[str, ReadMail] = {}
    for mail in mails:
        by_id.setdefault(mail.note.message_id, mail)
    mails = list(by_id.values())
    known = store.known([mail.note.message_id for mail in mails], role)
    new = [mail for mail in mails if mail.note.message_id not in known]
    batch = batch_of(new, unread, folder=folder, cursor=page.cursor, store=store, now=now)
    keys = tuple(promise.key for mail in mails for promise in mail.promises)
    store.record(replace(batch, found=keys))
    passed_over = len(page.readings) - len(unread) - len(mails) if since is not None else 0
    number = len(page.readings) - passed_over
    return Kept(mails=number, new=len(new), unread=len(unread), keys=keys)


def _read_with(
    store: Store, raw: RawMail, role: Role, rules: IntakeRules, now: datetime
) -> Reading:
    if raw.is_gone:
        return Reading()
    try:
        message = open_mail(raw, now)
        zone = customer_zone(message, store, rules.team)
        return Reading(mail=read_safely(message, role, rules, customer_zone=zone))
    except MessageUnreadableError as error:
        return Reading(problem=str(error))
