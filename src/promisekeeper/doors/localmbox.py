"""Mail in one file: mbox (RFC 4155, and the "mboxrd" way of quoting From lines).

The file is read in pieces, never mapped: a mail program may shorten it at any time. A
cursor is the offset at which the next mail begins, with a fingerprint of what came before;
where that does not fit any more, the file was rewritten and is read anew.
"""

import fcntl
import os
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from promisekeeper.core.mail import Cursor, Page, RawMail
from promisekeeper.doors.bounds import BODY_CAP, HEADER_CAP, PAGE_CAP, bounded
from promisekeeper.errors import MailboxError

CHUNK = 262_144
LINE_CAP = 512
SAMPLE = 4_096
SEPARATOR = b"\nFrom "
CLOCK = re.compile(rb"\b\d{1,2}:\d\d\b")
YEAR = re.compile(rb"\b(?:19|20)\d\d\b")
QUOTED_FROM = re.compile(rb"^>(>{0,50}From )", re.MULTILINE)


class MboxFolder:
    """An mbox file; or, where it does not begin as one, a single mail."""

    def __init__(
        self, path: Path, *, name: str = "", on_close: Callable[[], object] | None = None
    ) -> None:
        self.name = name or str(path)
        self._path = path
        self._on_close = on_close
        self._read_state: object = None

    def read(self, after: Cursor | None, limit: int) -> Page:
        """The next mails after a cursor, in the order of the file."""
        self._read_state = self._state()
        with self._path.open("rb") as file:
            self._respect_locks(file)
            size = os.fstat(file.fileno()).st_size
            start = 0 if after is None else after.position
            is_restart = after is not None and not _is_as_left(file, after, size)
            start = 0 if is_restart else start
            mails, end = self._read_from(file, start, limit)
            cursor = Cursor(validity=_fingerprint(file, end), position=end)
        return Page(
            mails=tuple(mails),
            cursor=cursor,
            has_more=end < size,
            is_restart=is_restart,
            left=(size - end) * len(mails) // max(1, end - start),
        )

    def has_news(self) -> bool:
        """Whether the file changed since it was last read."""
        return self._state() != self._read_state

    def heads(self) -> Iterator[bytes]:
        """The beginning of every mail."""
        with self._path.open("rb") as file:
            for start, end in _mails(file, 0):
                yield os.pread(file.fileno(), min(end - start, HEADER_CAP), start)

    def close(self) -> None:
        """Let go of the copy of a stream."""
        if self._on_close is not None:
            self._on_close()

    def _state(self) -> object:
        status = self._path.stat()
        return status.st_ino, status.st_size, status.st_mtime_ns

    def _read_from(self, file: BinaryIO, start: int, limit: int) -> tuple[list[RawMail], int]:
        mails: list[RawMail] = []
        held, position = 0, start
        for begin, end in _mails(file, start):
            if len(mails) >= limit or held >= PAGE_CAP:
                return mails, begin
            mails.append(_read_mail(file, begin, end))
            held += len(mails[-1].raw)
            position = end
        return mails, position

    def _respect_locks(self, file: BinaryIO) -> None:
        """Half a mail must not be read: writers lock the file, or make a .lock beside it."""
        try:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            raise MailboxError(f"{self.name} is being written to; will try again") from error
        except OSError:
            return
        if Path(f"{self._path}.lock").exists():
            raise MailboxError(f"{self.name}.lock says that it is being written to")


def starts_as_mbox(head: bytes) -> bool:
    """Whether the first bytes of a file are those of an mbox."""
    return head.startswith(SEPARATOR[1:]) and _is_from_line(head[:LINE_CAP])


def is_separator(file: BinaryIO, offset: int) -> bool:
    """Whether a mail of an mbox begins at this offset."""
    line = os.pread(file.fileno(), LINE_CAP, offset)
    return starts_as_mbox(line) and (offset == 0 or os.pread(file.fileno(), 1, offset - 1) == b"\n")


def _is_as_left(file: BinaryIO, after: Cursor, size: int) -> bool:
    """Whether the file up to a cursor is still what was read, and a mail or the end follows."""
    if after.position == 0:
        return True
    is_same = after.position <= size and after.validity == _fingerprint(file, after.position)
    return is_same and (after.position == size or is_separator(file, after.position))


def _fingerprint(file: BinaryIO, position: int) -> int:
    """Stands for the first header block and for what lies right before a position."""
    head = os.pread(file.fileno(), min(position, SAMPLE), 0)
    first = head.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    tail = os.pread(file.fileno(), min(position, SAMPLE), max(position - SAMPLE, 0))
    return zlib.crc32(first) << 31 ^ zlib.crc32(tail)


def _mails(file: BinaryIO, start: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each mail, From line included."""
    size = os.fstat(file.fileno()).st_size
    if start == 0 and not is_separator(file, 0):
        if size:
            yield 0, size
        return
    begin = start
    for separator in _separators(file, start, size):
        if separator > begin:
            yield begin, separator
        begin = separator
    if begin < size:
        yield begin, size


def _separators(file: BinaryIO, start: int, size: int) -> Iterator[int]:
    """Offsets of the From lines after `start`."""
    offset, rest = start, b""
    while offset < size:
        chunk = os.pread(file.fileno(), CHUNK, offset)
        if not chunk:
            return
        window, base = rest + chunk, offset - len(rest)
        offset += len(chunk)
        at = window.find(SEPARATOR)
        # A line that the window may cut is left for the next one.
        while at >= 0 and (len(window) - at > LINE_CAP or offset >= size):
            if _is_from_line(window[at + 1 : at + 1 + LINE_CAP]):
                yield base + at + 1
            at = window.find(SEPARATOR, at + 1)
        rest = window[at:] if at >= 0 else window[-len(SEPARATOR) :]


def _is_from_line(text: bytes) -> bool:
    """Whether text that begins with "From " goes on as an envelope line does, with a date."""
    line = text.partition(b"\n")[0]
    return bool(CLOCK.search(line) and YEAR.search(line))


def _read_mail(file: BinaryIO, begin: int, end: int) -> RawMail:
    raw = os.pread(file.fileno(), min(end - begin, LINE_CAP + HEADER_CAP + BODY_CAP), begin)
    if starts_as_mbox(raw):
        raw = raw.partition(b"\n")[2]
    size = end - begin
    return RawMail(position=begin, raw=bounded(QUOTED_FROM.sub(rb"\1", raw)), size=size)
