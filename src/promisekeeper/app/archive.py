"""Reading an account or a local archive, years of it, as history.

Each page is stored in one transaction with the cursor of the scan, which is not that of the
daemon: a scan that was stopped, by whatever means, goes on from there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from promisekeeper.app.readers import Desk
from promisekeeper.core.mail import Cursor, Page, Role
from promisekeeper.errors import FolderNotFoundError
from promisekeeper.flows.history import Kept, Reading, ReadPage, keep, read_page
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.lapses import give_up
from promisekeeper.flows.ports import Mailbox, Store
from promisekeeper.flows.verdicts import settle_news

# Customers write first, and "your time" is read by what they wrote.
ORDER = (Role.INBOX, Role.SENT)
# Several pages are in memory at once, and the more so with two processes at work.
PAGE_MAILS = 50
# A transaction waits for the disk, so several pages are stored in one; not if they are large.
STORED_TOGETHER = 8
MOST_BYTES = 32 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Scanned:
    """What a scan has gone through so far.

    Attributes:
        sent, received: Mails read in each folder.
        new: How many sent ones the ledger had not seen.
        left: About how many are still to come in this folder; None where nobody knows.
        keys: The promises in the mails read.
    """

    sent: int = 0
    received: int = 0
    new: int = 0
    unread: int = 0
    left: int | None = None
    keys: set[str] = field(default_factory=set)

    @property
    def mails(self) -> int:
        """All mails read."""
        return self.sent + self.received


def scan_mailbox(
    mailbox: Mailbox,
    store: Store,
    rules: IntakeRules,
    *,
    desk: Desk,
    source: str,
    now: datetime,
    since: date | None = None,
    is_anew: bool = False,
    page_mails: int = PAGE_MAILS,
    on_page: Callable[[Scanned], None] = lambda scanned: None,
) -> Scanned:
    """Read both folders of a mailbox; a source with no inbox is read as sent mail alone.

    Args:
        desk: Where mails are read and promises weighed.
        source: Stable name of this scan: what was stored under it before is not read again.
        is_anew: Read everything again.
        page_mails: How many mails a page holds; what is stored does not depend on it.
        on_page: Told after each few pages that are stored.

    Raises:
        FolderNotFoundError: There is no sent folder.
    """
    scanned = Scanned()
    for role in ORDER:
        try:
            mailbox.folder_of(role)
        except FolderNotFoundError:
            if role is Role.SENT:
                raise
            continue
        folder = folder_of_scan(source, role)
        cursor = None if is_anew else store.cursor(folder)
        pages = _pages(mailbox, role, cursor, limit=page_mails, since=since, desk=desk)
        for some in _portions(desk.read(pages, role)):
            with store.together():
                kept = [
                    keep(
                        page,
                        folder=folder,
                        role=role,
                        store=store,
                        rules=rules,
                        now=now,
                        since=since,
                    )
                    for page in some
                ]
            for one, page in zip(kept, some, strict=True):
                _count(scanned, role, one, page)
            on_page(scanned)
    settle_news(store, rules, spread=desk.weigh)
    folders = tuple(folder_of_scan(source, role) for role in ORDER)
    give_up(store, rules, now, found_in=folders)
    return scanned


def folder_of_scan(source: str, role: Role) -> str:
    """The name under which a scan keeps its place in a folder, and what it found there."""
    return f"scan/{source}/{role.value}"


def _pages(
    mailbox: Mailbox,
    role: Role,
    cursor: Cursor | None,
    *,
    limit: int,
    since: date | None,
    desk: Desk,
) -> Iterator[Page]:
    has_more = True
    while has_more:
        page = mailbox.read(role, cursor, limit=limit, since=since)
        if page.left is not None:
            desk.expect(page.left)
        yield page
        cursor, has_more = page.cursor, page.has_more


def _portions(read: Iterable[tuple[Page, list[Reading]]]) -> Iterator[list[ReadPage]]:
    """The pages that are stored together."""
    some: list[ReadPage] = []
    size = 0
    for page, readings in read:
        some.append(read_page(page, readings))
        size += sum(len(mail.raw) for mail in some[-1].again.values())
        if len(some) >= STORED_TOGETHER or size > MOST_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _count(scanned: Scanned, role: Role, kept: Kept, page: ReadPage) -> None:
    if role is Role.SENT:
        scanned.sent += kept.mails
        scanned.new += kept.new
    else:
        scanned.received += kept.mails
    scanned.unread += kept.unread
    scanned.keys.update(kept.keys)
    scanned.left = page.left
