"""Reading an account or a local archive once, from end to end, as history."""

from dataclasses import dataclass, field
from datetime import date, datetime

from promisekeeper.core.mail import Cursor, Role
from promisekeeper.errors import FolderNotFoundError
from promisekeeper.flows.followup import give_up
from promisekeeper.flows.intake import IntakeRules, take_in
from promisekeeper.flows.ports import Mailbox, Store


@dataclass(slots=True, kw_only=True)
class Scanned:
    """What a scan went through."""

    mails: int = 0
    unread: int = 0
    message_ids: set[str] = field(default_factory=set)


def scan_mailbox(
    mailbox: Mailbox, store: Store, rules: IntakeRules, *, now: datetime, since: date | None
) -> Scanned:
    """Read both folders of a mailbox; a source with no inbox is read as sent mail alone.

    The cursors of the daemon are left alone: a scan has its own.

    Raises:
        FolderNotFoundError: There is no sent folder.
    """
    scanned = Scanned()
    for role in (Role.INBOX, Role.SENT):
        try:
            mailbox.folder_of(role)
        except FolderNotFoundError:
            if role is Role.SENT:
                raise
            continue
        _scan_folder(mailbox, role, store, rules, now, since, scanned)
    give_up(store, rules, now)
    return scanned


def _scan_folder(
    mailbox: Mailbox,
    role: Role,
    store: Store,
    rules: IntakeRules,
    now: datetime,
    since: date | None,
    scanned: Scanned,
) -> None:
    cursor: Cursor | None = None
    has_more = True
    while has_more:
        page = mailbox.read(role, cursor, since=since)
        taken = take_in(
            page,
            folder=f"scan/{mailbox.name}/{role.value}",
            role=role,
            store=store,
            rules=rules,
            now=now,
        )
        scanned.unread += len(taken.quarantined)
        if role is Role.SENT:
            scanned.mails += len(page.mails)
            scanned.message_ids |= taken.message_ids
        cursor, has_more = page.cursor, page.has_more
