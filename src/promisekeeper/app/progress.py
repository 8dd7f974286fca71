"""How far a long read has come, on one line of a terminal and nowhere else."""

import time
from typing import TextIO

from promisekeeper.app.archive import Scanned
from promisekeeper.app.summary import grouped

EACH_SECONDS = 0.2


class Progress:
    """One line that is written over; nothing where nobody looks."""

    def __init__(self, stream: TextIO, *, each_seconds: float = EACH_SECONDS) -> None:
        self._stream = stream
        self._each_seconds = each_seconds
        self._is_seen = stream.isatty()
        self._began_at = self._shown_at = time.monotonic()
        self._has_line = False

    def show(self, scanned: Scanned) -> None:
        """Write how far it is, unless that was just done."""
        now = time.monotonic()
        if self._is_seen and now - self._shown_at >= self._each_seconds:
            self._shown_at = now
            self._has_line = True
            self._stream.write(f"\r{progress_line(scanned, now - self._began_at)}\x1b[K")
            self._stream.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._has_line:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def progress_line(scanned: Scanned, seconds: float) -> str:
    """How many mails, how fast, and how long it may still take in this folder."""
    per_second = scanned.mails / seconds if seconds > 0 else 0.0
    text = f"{grouped(scanned.mails)} mails, {grouped(round(per_second))} a second"
    if scanned.left is None or not per_second:
        return text
    left = scanned.left / per_second
    shown = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min"
    return f"{text}, {grouped(scanned.left)} left in this folder: about {shown}"
