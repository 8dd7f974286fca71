"""Another process that reads and weighs beside this one.

It takes a second to start, so it is called before this process loads what it needs itself; this
module loads nothing of that.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from multiprocessing import Pipe
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promisekeeper.app.jobs import Job
    from promisekeeper.app.settings import Config

    Briefing = tuple[Config, datetime, datetime]

# One page to read, one at hand, and one on its way, so that the helper never waits.
AT_HELPER = 3
STOP_SECONDS = 5.0
WORTH_A_HELPER = 500


class Helper:
    """Another process that reads and weighs by the same rules, once it is told them."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        handle = theirs.fileno()
        # Not of our process group: Ctrl-C is for us, who then close the connection.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "promisekeeper.app.readers", str(handle)],
            pass_fds=[handle],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self._is_ready = False
        self._given = 0
        # Jobs may be larger than what fits into the connection, which a busy helper empties slowly.
        self._to_send: SimpleQueue[Job | Briefing | None] = SimpleQueue()
        self._sender = Thread(target=self._send, daemon=True)
        self._sender.start()

    def brief(self, config: "Config", history_before: datetime, now: datetime) -> None:
        """Tell it by which rules it reads; comes before any job."""
        self._to_send.put((config, history_before, now))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def can_take(self) -> bool:
        """Whether the helper has started and has not enough to do."""
        if not self._is_ready and self._connection.poll():
            self._connection.recv()
            self._is_ready = True
        return self._is_ready and self._given < AT_HELPER

    def give(self, job: "Job") -> None:
        """Let it do something; where it has died, `take` tells."""
        self._to_send.put(job)
        self._given += 1

    def _send(self) -> None:
        with suppress(OSError, EOFError):
            while (job := self._to_send.get()) is not None:
                self._connection.send(job)

    def is_done(self) -> bool:
        """Whether the job that it was given first is done."""
        return self._connection.poll()

    def take(self) -> object:
        """What came of the job that it was given first; waits for it.

        Raises:
            EOFError: The helper has died.
            OSError: Likewise.
        """
        result = self._connection.recv()
        self._given -= 1
        return result

    def close(self) -> None:
        """Send it home; where it has not even begun, do not wait for that."""
        if not self._is_ready:
            self._process.kill()
        self._to_send.put(None)
        self._sender.join(STOP_SECONDS)
        self._connection.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def can_help() -> bool:
    """Whether this machine has room for two."""
    return (os.cpu_count() or 1) > 1


@contextmanager
def called_for(source: Path) -> Iterator[Helper | None]:
    """A helper where it is plain at first sight that there is enough to read; sent home after."""
    helper = Helper() if can_help() and is_large(source) else None
    try:
        yield helper
    finally:
        if helper is not None:
            helper.close()


def is_large(source: Path) -> bool:
    """Whether a folder and those in it hold so many files that a helper is worth its start."""
    folders = deque([source])
    number = 0
    while folders and number < WORTH_A_HELPER:
        with suppress(OSError), os.scandir(folders.popleft()) as listed:
            for entry in islice(listed, WORTH_A_HELPER):
                number += 1
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry))
    return number >= WORTH_A_HELPER
