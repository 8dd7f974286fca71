"""A mailbox over IMAP: read-only, in bounded pieces, with no surprises from the library.

Folders are opened with EXAMINE and fetched with BODY.PEEK, so nothing on the
server changes. After any fault the connection is dropped; the next call makes a
new one. One watcher has one mailbox of its own.
"""

import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeVar

from imapclient import IMAPClient

from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.doors.bounds import HEADER_CAP, PAGE_CAP
from promisekeeper.doors.imapanswers import (
    Items,
    as_mail,
    idle_news,
    is_whole,
    listed_folders,
    number,
)
from promisekeeper.doors.imapsession import (
    CommandRefusedError,
    ImapSettings,
    ask,
    connect,
    shut,
)
from promisekeeper.doors.security import CONTROL_CHARACTERS
from promisekeeper.errors import FolderNotFoundError, InputError, MailboxError

__all__ = ["ImapMailbox", "ImapSettings"]

Answer = TypeVar("Answer")

BATCH = 100
BODY_BATCH_BYTES = 4_194_304
# An answer to SEARCH longer than a million bytes breaks imaplib; a UID takes up to eleven.
FIRST_WINDOW, WIDEST_WINDOW = 1_000, 80_000
IDLE_REFUSALS_BEFORE_POLLING = 2
EARLIEST = date(1970, 1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as it was when last opened."""

    role: Role
    name: str
    validity: int
    uid_next: int | None


class ImapMailbox:
    """An IMAP account, read one folder at a time by one thread.

    Only `interrupt` may be called from another thread.
    """

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._client: IMAPClient | None = None
        self._names: dict[Role, str] = {}
        self._seen: Folder | None = None
        self._stand_in_validity = 0
        self._idle_refusals = 0
        self._stopped = threading.Event()

    @property
    def name(self) -> str:
        """The configured name of the account."""
        return self._settings.name

    def folder_of(self, role: Role) -> str:
        """The folder's real name: by its use (RFC 6154), else by the configured name.

        Raises:
            FolderNotFoundError: Neither leads to a folder; the message lists those that exist.
            MailboxError: Also MailboxLoginError and TlsRefusedError, as `read` has them.
        """
        if role not in self._names:
            self._connected()
            self._names[role] = self._find_folder(role)
        return self._names[role]

    def read(
        self, role: Role, after: Cursor | None, *, limit: int = BATCH, since: date | None = None
    ) -> Page:
        """The next mails after a cursor, oldest first; from the beginning without one.

        A UIDVALIDITY other than the cursor's starts the folder anew. A page also ends
        when it holds 16 MB. With `since`, mail that arrived before that day is passed over.

        Raises:
            MailboxError: Not now; the next call connects anew.
            MailboxLoginError: The server refuses user, password or token.
            TlsRefusedError: The connection would not be private.
            FolderNotFoundError: No folder plays this role.
            ConfigError: The secret cannot be read.
        """
        folder = self._examine(role)
        is_restart = after is not None and after.validity != folder.validity
        start = 0 if after is None or is_restart else after.position
        uids, end, has_more = self._search(folder, start, limit, since)
        mails, unread = self._fetch(folder, uids)
        if unread:
            end, has_more = unread[0] - 1, True
        return Page(
            mails=tuple(mails),
            cursor=Cursor(validity=folder.validity, position=end),
            has_more=has_more,
            is_restart=is_restart,
            # Numbers that were given out; mails that are gone leave gaps in them.
            left=max(0, folder.uid_next - 1 - end) if folder.uid_next else None,
        )

    def wait(self, role: Role, timeout_seconds: float) -> None:
        """Return when something may be new since the last read, or after the timeout.

        Raises:
            MailboxError: As `read` does; the next call connects anew.
        """
        if self._stopped.is_set():
            return
        seen = self._seen
        try:
            can_idle = self._can_idle()
            # After this only IDLE may be sent: any other answer could swallow the news.
            folder = self._examine(role)
            if seen is None or (folder.name, folder.uid_next) != (seen.name, seen.uid_next):
                return
            if can_idle:
                self._idle(timeout_seconds)
            else:
                self._stopped.wait(min(timeout_seconds, self._settings.poll_seconds))
        except MailboxError:
            if not self._stopped.is_set():
                raise

    def contains(self, role: Role, message_id: str) -> bool:
        """Whether a mail with this Message-ID lies in the folder."""
        if CONTROL_CHARACTERS.search(message_id) or not message_id.isascii():
            raise InputError("a Message-ID is plain ASCII on one line")
        self._examine(role)
        criteria = ["HEADER", "Message-ID", message_id]
        return bool(self._ask(lambda client: client.search(criteria), "looking for a letter"))

    def interrupt(self) -> None:
        """For good: end a blocked call soon, and let no further one begin."""
        self._stopped.set()
        client = self._client
        if client is None:
            return
        try:
            # Not SSLSocket.shutdown, which takes the TLS state away under the reader.
            socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)
        except OSError:
            return

    def close(self) -> None:
        """Let go of the connection; a later call would make a new one."""
        client, self._client = self._client, None
        self._names.clear()
        if client is not None:
            shut(client)

    def _connected(self) -> IMAPClient:
        if self._client is None and not self._stopped.is_set():
            self._client = connect(self._settings)
            self._stand_in_validity = 1 + secrets.randbits(62)
        if self._stopped.is_set():
            self.close()
            raise MailboxError(f"{self._settings.where}: stopped")
        assert self._client is not None
        return self._client

    def _ask(self, call: Callable[[IMAPClient], Answer], what: str) -> Answer:
        client = self._connected()
        try:
            return ask(lambda: call(client), self._settings, what)
        except MailboxError:
            self.close()
            raise

    def _find_folder(self, role: Role) -> str:
        wanted = self._settings.sent if role is Role.SENT else self._settings.inbox
        if role is Role.INBOX and wanted.upper() == "INBOX":
            return "INBOX"
        folders = self._ask(listed_folders, "listing the folders")
        marked = [name for flags, _, name in folders if b"\\sent" in flags]
        if role is Role.SENT and marked:
            return wanted if wanted in marked else marked[0]
        for _, delimiter, name in folders:
            if wanted.lower() in (name.lower(), name.rpartition(delimiter)[2].lower()):
                return name
        known = ", ".join(sorted(name for _, _, name in folders)[:50]) or "none"
        raise FolderNotFoundError(
            f'{self._settings.where} has no folder "{wanted}" (it has: {known}): '
            f'set {role.value} = "..." in the configuration to one of these'
        )

    def _examine(self, role: Role) -> Folder:
        name = self.folder_of(role)
        found = self._ask(
            lambda client: client.select_folder(name, readonly=True), f"opening {name}"
        )
        self._seen = Folder(
            role=role,
            name=name,
            # Without UIDVALIDITY, UIDs mean nothing beyond this connection (RFC 3501, 2.3.1.1).
            validity=number(found.get(b"UIDVALIDITY")) or self._stand_in_validity,
            uid_next=number(found.get(b"UIDNEXT")),
        )
        return self._seen

    def _search(
        self, folder: Folder, start: int, limit: int, since: date | None
    ) -> tuple[list[int], int, bool]:
        """The next UIDs; where the cursor may go after them; whether there are more."""
        low, width = start + 1, FIRST_WINDOW
        while True:
            high = low + width - 1
            is_last = folder.uid_next is None or high >= folder.uid_next - 1
            uids = self._search_window(low, None if is_last else high, since)
            if uids or is_last:
                break
            low, width = high + 1, min(width * 4, WIDEST_WINDOW)
        if len(uids) > limit:
            return uids[:limit], uids[limit - 1], True
        if not is_last:
            return uids, high, True
        end = uids[-1] if uids else start
        if since is not None and folder.uid_next is not None:
            end = max(end, folder.uid_next - 1)
        return uids, end, False

    def _search_window(self, low: int, high: int | None, since: date | None) -> list[int]:
        criteria: list[Any] = ["UID", f"{low}:{high or '*'}"]
        if since is not None:
            # The server's days begin in a zone of its own.
            criteria += ["SINCE", max(since, EARLIEST) - timedelta(days=1)]
        found = self._ask(lambda client: client.search(criteria), "searching")
        # "n:*" also names the last mail when n is beyond it (RFC 3501, 6.4.8).
        return sorted({uid for uid in found if uid >= low})

    def _fetch(self, folder: Folder, uids: list[int]) -> tuple[list[RawMail], list[int]]:
        """The mails that fit into a page, and the UIDs that did not."""
        mails: list[RawMail] = []
        held = 0
        for at in range(0, len(uids), BATCH):
            for group in self._grouped(folder, uids[at : at + BATCH]):
                if held >= PAGE_CAP:
                    return mails, [uid for uid in uids if uid >= group[0]]
                got = self._fetch_group(folder, group)
                held += sum(len(mail.raw) for mail in got)
                mails += got
        if len(mails) > 3 and all(mail.problem for mail in mails):
            raise MailboxError(f"{self._settings.where} gives no mail at all: {mails[0].problem}")
        return mails, []

    def _grouped(self, folder: Folder, uids: list[int]) -> Iterable[list[int]]:
        """UIDs in groups whose bodies fit into one answer of a few megabytes."""
        sizes = self._sizes(folder, uids)
        group: list[int] = []
        held = 0
        for uid in uids:
            size = min(sizes.get(uid, 0), self._settings.body_cap)
            if group and held + size > BODY_BATCH_BYTES:
                yield group
                group, held = [], 0
            group.append(uid)
            held += size
        if group:
            yield group

    def _sizes(self, folder: Folder, uids: Sequence[int]) -> dict[int, int]:
        try:
            found = self._fetch_items(folder, uids, ["RFC822.SIZE"])
        except CommandRefusedError:
            return dict.fromkeys(uids, self._settings.body_cap)
        return {uid: number(items.get(b"RFC822.SIZE")) or 0 for uid, items in found.items()}

    def _fetch_group(self, folder: Folder, uids: list[int]) -> list[RawMail]:
        try:
            found = self._fetch_mails(folder, uids)
        except CommandRefusedError:
            found = {}
        for uid in uids:
            if uid not in found and (mail := self._fetch_one(folder, uid)):
                found[uid] = mail
        return [found[uid] for uid in uids if uid in found]

    def _fetch_one(self, folder: Folder, uid: int) -> RawMail | None:
        """One mail that did not come with the others; None when it is gone."""
        problem = "the server says that it is there and does not give it"
        for _ in range(2):
            try:
                if mail := self._fetch_mails(folder, [uid]).get(uid):
                    return mail
                self._reopen(folder)
                if uid not in self._search_window(uid, uid, None):
                    return None
            except CommandRefusedError as error:
                problem = str(error)
        return RawMail(position=uid, raw=b"", size=0, problem=problem)

    def _fetch_mails(self, folder: Folder, uids: Sequence[int]) -> dict[int, RawMail]:
        items = [
            "RFC822.SIZE",
            "INTERNALDATE",
            f"BODY.PEEK[HEADER]<0.{HEADER_CAP}>",
            f"BODY.PEEK[TEXT]<0.{self._settings.body_cap}>",
        ]
        found = self._fetch_items(folder, uids, items)
        cap = self._settings.body_cap
        return {uid: as_mail(uid, found[uid], cap) for uid in uids if is_whole(found.get(uid))}

    def _fetch_items(
        self, folder: Folder, uids: Sequence[int], items: list[str]
    ) -> dict[int, Items]:
        self._reopen(folder)
        found: dict[int, Items] = self._ask(lambda client: client.fetch(uids, items), "fetching")
        return found

    def _reopen(self, folder: Folder) -> None:
        """Open the folder again where a fault has cost the connection."""
        if self._client is None and self._examine(folder.role).validity != folder.validity:
            raise MailboxError(f"{self._settings.where}: {folder.name} changed while being read")

    def _can_idle(self) -> bool:
        if self._idle_refusals >= IDLE_REFUSALS_BEFORE_POLLING:
            return False
        return bool(self._ask(lambda client: client.has_capability("IDLE"), "asking for IDLE"))

    def _idle(self, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not self._stopped.is_set() and (left := deadline - time.monotonic()) > 0:
            try:
                self._ask(lambda client: client.idle(), "starting IDLE")
            except CommandRefusedError:
                # News sent before the "+" looks like a refusal too; either way, look.
                self._idle_refusals += 1
                return
            self._idle_refusals = 0
            pause = min(left, self._settings.idle_refresh_seconds)
            if self._ask(partial(idle_news, timeout_seconds=pause), "watching"):
                return
