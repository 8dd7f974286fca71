"""Mail with a file of its own: Maildir (cr.yp.to/proto/maildir.html) and .eml files.

Files have no numbers that only grow, so the cursor is a time: when a file was last
renamed or changed (ctime). Within one run the names that were handed out are known, so
nothing comes twice; a new run starts two seconds before the cursor, so nothing is missed.
"""

import io
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, overload

from promisekeeper.core.mail import Cursor, Page, RawMail
from promisekeeper.doors.bounds import BODY_CAP, HEADER_CAP, PAGE_CAP, bounded

# ctime comes from a coarse clock, and NTP may turn the clock back a little.
MARGIN_NS = 2_000_000_000
TICK_SECONDS = 0.02
READ_BYTES = 65_536
LARGEST_ROWID = 2**63 - 1


class Entry(NamedTuple):
    """One file, known by the part of its name that never changes.

    There are as many of them in memory as there are mails in a folder, so they are small: what
    stands behind the key is the same few texts for most, and the folder is a number.
    """

    changed_ns: int
    key: str
    flags: str
    place: int


class FileMails(Sequence[RawMail]):
    """Mails that stay in their files; each is read when it is looked at.

    In another process they are only looked for where they were listed.
    """

    def __init__(
        self, files: Sequence[tuple[str, int]], search: Callable[[int], str | None] | None = None
    ) -> None:
        """Make a sequence of mails.

        Args:
            files: The path and the position of each.
            search: Where one of them lies that was renamed since; None where it is nowhere.
        """
        self._files = files
        self._search = search

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, place: int) -> RawMail: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[RawMail, ...]: ...
    def __getitem__(self, place: int | slice) -> RawMail | tuple[RawMail, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(len(self))[place])
        path, position = self._files[place]
        with suppress(FileNotFoundError):
            return _read_file(path, position)
        with suppress(FileNotFoundError):
            if self._search is not None and (moved := self._search(place)) is not None:
                return _read_file(moved, position)
        return RawMail(position=position, raw=b"", size=0, is_gone=True)

    def __reduce__(self) -> tuple[type["FileMails"], tuple[Sequence[tuple[str, int]]]]:
        return FileMails, (self._files,)


class FileFolder:
    """One or two directories whose files are mails.

    Attributes:
        name: The path, for messages.
        reads_late: Pages hold `FileMails`, for whoever reads them elsewhere or one by one.
    """

    def __init__(
        self,
        name: str,
        places: tuple[Path, ...],
        *,
        pattern: str = r"[^.]",
        flag_mark: str = "",
    ) -> None:
        self.name = name
        self.reads_late = False
        self._places = places
        self._pattern = re.compile(pattern)
        self._flag_mark = flag_mark
        self._listing: list[Entry] = []
        self._known: dict[str, int] = {}
        self._known_since_ns = 0
        self._starts: dict[Cursor, int] = {}
        self._listed_state: object = None
        self._listed_at = 0.0
        self._is_settled = True

    def read(self, after: Cursor | None, limit: int) -> Page:
        """The next mails after a cursor, by the time of their files."""
        validity = self._validity()
        is_restart = after is not None and after.validity != validity
        if after is None or is_restart:
            self._list(0, is_new_only=False)
            start = 0
        else:
            start = self._start_of(after)
        mails, end = (self._late_from if self.reads_late else self._read_from)(start, limit)
        left = len(self._listing) - end
        position = self._listing[end - 1].changed_ns if end > start else 0
        if end == start and after is not None and not is_restart:
            position = after.position
        cursor = self._new_cursor(validity, position, end)
        if not left:
            # Years of mail are not kept in mind once they are read: only the last page may be
            # asked for again. An earlier one is listed anew, by time.
            self._listing = self._listing[start:end]
            self._starts = {cursor: end - start} | ({after: 0} if after in self._starts else {})
            if self.reads_late:
                self._forget_names(position - MARGIN_NS)
        return Page(
            mails=mails,
            cursor=cursor,
            has_more=left > 0,
            is_restart=is_restart,
            left=left,
        )

    def has_news(self) -> bool:
        """Whether files came or went since they were last listed."""
        if self._state() != self._listed_state:
            return True
        if self._is_settled or time.monotonic() - self._listed_at < TICK_SECONDS:
            return False
        # A file that came within the same tick has left the directory's time as it was.
        self._is_settled = True
        return any(self._is_new(entry) for entry in self._entries())

    def heads(self) -> Iterator[bytes]:
        """The beginning of every file."""
        for entry in self._entries():
            mail = self._read_entry(entry)
            if mail is not None:
                yield mail.raw[:HEADER_CAP]

    def close(self) -> None:
        """No file stays open."""

    def _start_of(self, after: Cursor) -> int:
        """Where in the listing to go on; lists anew what came since, when it is used up."""
        start = self._starts.get(after)
        if start is None:
            self._list(after.position - MARGIN_NS, is_new_only=False)
            return 0
        if start < len(self._listing):
            return start
        self._list(0, is_new_only=True)
        self._starts[after] = 0
        return 0

    def _state(self) -> object:
        found = (_stat(place) for place in self._places)
        return tuple((status.st_ino, status.st_mtime_ns) for status in found if status)

    def _list(self, changed_since_ns: int, *, is_new_only: bool) -> None:
        self._listed_state, self._listed_at = self._state(), time.monotonic()
        self._is_settled = False
        entries = self._entries()
        self._listing = sorted(
            entry
            for entry in entries
            if entry.changed_ns >= changed_since_ns and (not is_new_only or self._is_new(entry))
        )
        self._known = {entry.key: entry.changed_ns for entry in entries}
        self._known_since_ns = 0
        self._starts = {}

    def _is_new(self, entry: Entry) -> bool:
        return entry.changed_ns >= self._known_since_ns and entry.key not in self._known

    def _forget_names(self, before_ns: int) -> None:
        """Tell what is new by its time: the names of years of mail would fill the memory."""
        self._known_since_ns = before_ns
        self._known = {key: at for key, at in self._known.items() if at >= before_ns}

    def _entries(self) -> list[Entry]:
        """All files; one that moves from the first place to the second is seen in either."""
        found: dict[str, Entry] = {}
        for number, place in enumerate(self._places):
            if _stat(place) is None:
                continue
            with os.scandir(place) as listed:
                for item in listed:
                    if self._pattern.match(item.name) and (entry := self._entry(item, number)):
                        found[entry.key] = entry
        return list(found.values())

    def _entry(self, item: "os.DirEntry[str]", place: int) -> Entry | None:
        key = item.name.partition(self._flag_mark)[0] if self._flag_mark else item.name
        flags = sys.intern(item.name[len(key) :])
        try:
            if not item.is_file():
                return None
            return Entry(item.stat().st_ctime_ns, key, flags, place)
        except FileNotFoundError:
            return None

    def _late_from(self, start: int, limit: int) -> tuple[FileMails, int]:
        entries = self._listing[start : start + limit]
        files = [(self._path(entry), entry.changed_ns) for entry in entries]
        return FileMails(files, lambda place: self._moved(entries[place])), start + len(entries)

    def _read_from(self, start: int, limit: int) -> tuple[tuple[RawMail, ...], int]:
        mails: list[RawMail] = []
        held, end = 0, start
        for entry in self._listing[start : start + limit]:
            if held >= PAGE_CAP:
                break
            end += 1
            if mail := self._read_entry(entry):
                mails.append(mail)
                held += len(mail.raw)
        return tuple(mails), end

    def _read_entry(self, entry: Entry) -> RawMail | None:
        """One mail; None when its file is gone, not only renamed."""
        try:
            return _read_file(self._path(entry), entry.changed_ns)
        except FileNotFoundError:
            moved = self._moved(entry)
            return _read_file(moved, entry.changed_ns) if moved is not None else None

    def _moved(self, entry: Entry) -> str | None:
        found = (self._path(other) for other in self._entries() if other.key == entry.key)
        return next(found, None)

    def _path(self, entry: Entry) -> str:
        return f"{self._places[entry.place]}/{entry.key}{entry.flags}"

    def _validity(self) -> int:
        status = _stat(self._places[-1])
        return status.st_ino & LARGEST_ROWID if status else 0

    def _new_cursor(self, validity: int, position: int, end: int) -> Cursor:
        """A cursor that no page of this listing has had, so that each can be asked for again."""
        cursor = Cursor(validity=validity, position=position)
        while self._starts.get(cursor, end) != end:
            cursor = Cursor(validity=validity, position=cursor.position - 1)
        self._starts[cursor] = end
        return cursor


def is_maildir(path: Path) -> bool:
    """Whether a directory is a Maildir."""
    return (path / "cur").is_dir() or (path / "new").is_dir()


def _read_file(path: str, position: int) -> RawMail:
    try:
        # Without a buffer, which would be as large as the cap for each mail.
        with open(path, "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            raw = _read_up_to(file, HEADER_CAP + BODY_CAP, expected=status.st_size)
    except FileNotFoundError:
        raise
    except OSError as error:
        problem = f"cannot read {path}: {error.strerror or error}"
        return RawMail(position=position, raw=b"", size=0, problem=problem)
    return RawMail(
        position=position,
        raw=bounded(raw),
        size=status.st_size,
        received_at=_instant(status.st_mtime),
    )


def _read_up_to(file: io.FileIO, cap: int, *, expected: int) -> bytes:
    """The file's bytes; it may hold more or fewer than its size says."""
    raw = file.read(min(expected + 1, cap))
    while len(raw) < cap and (more := file.read(min(READ_BYTES, cap - len(raw)))):
        raw += more
    return raw


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _instant(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
