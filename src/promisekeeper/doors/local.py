"""Mail on this machine: Maildir, mbox, .eml files and standard input, behind the mailbox port.

Local sources know nothing of days: `since` is a hint that they pass over.
"""

import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import BinaryIO, Protocol

from promisekeeper.core.mail import Cursor, Page, Role
from promisekeeper.doors.localfiles import FileFolder, is_maildir
from promisekeeper.doors.localmbox import MboxFolder, starts_as_mbox
from promisekeeper.errors import FolderNotFoundError, MailboxError, SourceNotFoundError

POLL_SECONDS = 0.5
HEAD_BYTES = 1_024
EML = r"(?i)[^.].*\.eml\Z"
HEADER_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,70}:[ \t]")
MESSAGE_ID = re.compile(rb"^message-id:\s{0,100}(<[^<>\s]{1,990}>)", re.MULTILINE | re.IGNORECASE)


class LocalFolder(Protocol):
    """What every kind of local folder can do."""

    name: str

    def read(self, after: Cursor | None, limit: int) -> Page:
        """The next mails after a cursor."""
        ...

    def has_news(self) -> bool:
        """Whether something changed since the last read."""
        ...

    def heads(self) -> Iterator[bytes]:
        """The beginning of every mail."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class LocalMailbox:
    """Local folders, each of which plays a role."""

    def __init__(self, name: str, folders: Mapping[Role, LocalFolder]) -> None:
        self._name = name
        self._folders = dict(folders)
        self._stopped = threading.Event()

    @property
    def name(self) -> str:
        """The configured name, or the path."""
        return self._name

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that some folder plays."""
        return tuple(self._folders)

    def folder_of(self, role: Role) -> str:
        """The path of the folder that plays this role.

        Raises:
            FolderNotFoundError: None does.
        """
        return self._folder(role).name

    def read(
        self, role: Role, after: Cursor | None, *, limit: int = 100, since: date | None = None
    ) -> Page:
        """The next mails after a cursor, oldest first; from the beginning without one.

        A mail that was read before may come again, but none is ever left out.

        Raises:
            MailboxError: The folder cannot be listed just now.
            FolderNotFoundError: No folder plays this role.
        """
        folder = self._folder(role)
        if self._stopped.is_set():
            raise MailboxError(f"{self._name}: stopped")
        try:
            return folder.read(after, limit)
        except OSError as error:
            raise MailboxError(f"cannot read {folder.name}: {error.strerror or error}") from error

    def wait(self, role: Role, timeout_seconds: float) -> None:
        """Return when something has changed since the last read, or after the timeout."""
        folder = self._folder(role)
        deadline = time.monotonic() + timeout_seconds
        try:
            while not folder.has_news():
                left = deadline - time.monotonic()
                if left <= 0 or self._stopped.wait(min(left, POLL_SECONDS)):
                    return
        except OSError as error:
            raise MailboxError(f"cannot read {folder.name}: {error.strerror or error}") from error

    def contains(self, role: Role, message_id: str) -> bool:
        """Whether a mail with this Message-ID lies in the folder."""
        wanted = message_id.encode()
        return any(_message_id(head) == wanted for head in self._folder(role).heads())

    def interrupt(self) -> None:
        """From another thread and for good: end a blocked wait."""
        self._stopped.set()

    def close(self) -> None:
        """Let go of the copy of a stream; files do not stay open between two calls."""
        for folder in self._folders.values():
            folder.close()

    def _folder(self, role: Role) -> LocalFolder:
        if role not in self._folders:
            raise FolderNotFoundError(
                f"{self._name} has no folder that holds {role.value} mail: "
                f'set {role.value} = "..." to the name of a folder in it'
            )
        return self._folders[role]


def open_local(
    path: Path,
    *,
    sent: str = "Sent",
    inbox: str = "INBOX",
    name: str = "",
    reads_late: bool = False,
) -> LocalMailbox:
    """Open a Maildir, an mbox file, a .eml file, or a folder of any of these.

    A single place of mail counts as sent mail. In a folder with places for both, `sent`
    and `inbox` name them ("Sent" also finds ".Sent" and "Sent.mbox"; "." is the folder
    itself); beside a Maildir++ ".Sent" the Maildir itself is the inbox.

    Args:
        reads_late: Mails that have a file of their own are read only when they are looked at.

    Raises:
        SourceNotFoundError: There is nothing at this path.
        FolderNotFoundError: There is, but no mail that this program knows.
        MailboxError: The path cannot be read.
    """
    path = path.expanduser()
    label = name or str(path)
    try:
        folders = _folders_at(path, sent, inbox)
    except FileNotFoundError as error:
        raise SourceNotFoundError(f"{path} does not exist") from error
    except OSError as error:
        raise MailboxError(f"cannot read {path}: {error.strerror or error}") from error
    for folder in folders.values():
        if isinstance(folder, FileFolder):
            folder.reads_late = reads_late
    return LocalMailbox(label, folders)


def open_stream(stream: BinaryIO, *, name: str = "-") -> LocalMailbox:
    """One mail, or a whole mbox, from a stream such as standard input, as sent mail."""
    with ExitStack() as undo:
        spool = undo.enter_context(tempfile.NamedTemporaryFile())
        shutil.copyfileobj(stream, spool)
        spool.flush()
        folder = MboxFolder(Path(spool.name), name=name, on_close=undo.pop_all().close)
    return LocalMailbox(name, {Role.SENT: folder})


def _folders_at(path: Path, sent: str, inbox: str) -> dict[Role, LocalFolder]:
    own = _open_place(path)
    if not path.is_dir():
        if own is None:
            raise FolderNotFoundError(f"{path} is no mail: neither an mbox nor a .eml file")
        return {Role.SENT: own}
    found = {Role.SENT: _child(path, sent), Role.INBOX: _child(path, inbox)}
    folders = {role: folder for role, folder in found.items() if folder is not None}
    if Role.SENT in folders:
        return {Role.INBOX: own, **folders} if own is not None else folders
    if own is not None and Role.INBOX not in folders:
        return {Role.SENT: own}
    if folders:
        return folders
    raise FolderNotFoundError(
        f"no mail in {path}: it has neither folders named {sent} and {inbox}, "
        "nor cur and new as a Maildir, nor .eml files"
    )


def _child(root: Path, name: str) -> LocalFolder | None:
    """The place of mail of this name within a folder, in any of its usual spellings."""
    if name == ".":
        return _open_place(root)
    wanted = {spelling.lower() for spelling in (name, f".{name}", f"{name}.mbox")}
    for entry in sorted(root.iterdir()):
        if entry.name.lower() in wanted and (place := _open_place(entry)):
            return place
    return None


def _open_place(path: Path) -> LocalFolder | None:
    """The kind of mail that lies at a path itself; None for anything else."""
    if path.is_dir():
        if is_maildir(path):
            return FileFolder(str(path), (path / "new", path / "cur"), flag_mark=":2,")
        has_mail = any(entry.suffix.lower() == ".eml" for entry in path.iterdir())
        return FileFolder(str(path), (path,), pattern=EML) if has_mail else None
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head or starts_as_mbox(head):
        return MboxFolder(path)
    if path.suffix.lower() == ".eml" or HEADER_LINE.match(head):
        return FileFolder(str(path), (path.parent,), pattern=re.escape(path.name) + r"\Z")
    return None


def _message_id(head: bytes) -> bytes:
    """The Message-ID in a header block; empty where there is none."""
    end = re.search(rb"\r?\n\r?\n", head)
    found = MESSAGE_ID.search(head, 0, end.start() if end else len(head))
    return found[1] if found else b""
