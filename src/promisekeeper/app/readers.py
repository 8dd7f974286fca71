"""Reading pages of mail with two processes: this one and a helper.

Run as a module, this is the helper: it reads what it is given and ends when nobody is there to
give it more, so that a scan that is killed leaves nothing behind.
"""

import gc
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from promisekeeper.app.settings import Config
from promisekeeper.app.wiring import intake_rules
from promisekeeper.core.mail import Page, RawMail, Role
from promisekeeper.flows.history import Reading, read_alone
from promisekeeper.flows.intake import IntakeRules

# One page to read and one at hand, so that the helper never waits.
AT_HELPER = 2
# How many pages may be read ahead of the one that is stored next.
AHEAD = 4
STOP_SECONDS = 5.0
WORTH_A_HELPER = 500

# Reading a mail makes thousands of values and no cycles: looking for those each 700 values, as
# Python does by itself, took a seventh of the time.
COLLECT_EACH = 50_000

Job = tuple[tuple[RawMail, ...], Role]


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles among values seldom, and not among those that are there by now."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(COLLECT_EACH, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class Helper:
    """Another process that reads mails by the same rules."""

    def __init__(self, config: Config, history_before: datetime, now: datetime) -> None:
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
        self._connection.send((config, history_before, now))
        self._is_ready = False
        self._given = 0

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

    def give(self, page: Page, role: Role) -> None:
        """Let it read a page."""
        self._connection.send((page.mails, role))
        self._given += 1

    def is_done(self) -> bool:
        """Whether the page that it was given first is read."""
        return self._connection.poll()

    def take(self) -> list[Reading]:
        """What it read in the page that it was given first; waits for it.

        Raises:
            EOFError: The helper has died.
            OSError: Likewise.
        """
        readings: list[Reading] = self._connection.recv()
        self._given -= 1
        return readings

    def close(self) -> None:
        """Send it home."""
        self._connection.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Desk:
    """Where pages are read: here, and by a helper as soon as there is one."""

    def __init__(
        self, rules: IntakeRules, now: datetime, call_helper: Callable[[], Helper] | None = None
    ) -> None:
        """Make a desk.

        Args:
            call_helper: Starts a helper, once it is worth that.
        """
        self._rules = rules
        self._now = now
        self._call_helper = call_helper
        self._helper: Helper | None = None

    def read(self, pages: Iterable[Page], role: Role) -> Iterator[tuple[Page, list[Reading]]]:
        """Each page with what its mails say, in the order of the pages."""
        begun: deque[tuple[Page, list[Reading] | None]] = deque()
        for page in pages:
            begun.append((page, self._begin(page, role)))
            while begun and (len(begun) > AHEAD or self._is_done(begun[0][1])):
                yield self._finished(*begun.popleft(), role)
        while begun:
            yield self._finished(*begun.popleft(), role)

    def expect(self, mails: int) -> None:
        """Say how many mails are still to come."""
        if self._call_helper is not None and self._helper is None and mails >= WORTH_A_HELPER:
            self._helper = self._call_helper()
            self._call_helper = None

    def close(self) -> None:
        """Send the helper home."""
        if self._helper is not None:
            self._helper.close()
            self._helper = None

    def _begin(self, page: Page, role: Role) -> list[Reading] | None:
        """What its mails say; None where the helper is at it."""
        helper = self._helper
        with suppress(OSError, EOFError):
            if helper is not None and page.mails and helper.can_take():
                helper.give(page, role)
                return None
        return read_alone(page.mails, role, self._rules, self._now)

    def _is_done(self, readings: list[Reading] | None) -> bool:
        return readings is not None or self._helper is None or self._helper.is_done()

    def _finished(
        self, page: Page, readings: list[Reading] | None, role: Role
    ) -> tuple[Page, list[Reading]]:
        if readings is None and self._helper is not None:
            try:
                readings = self._helper.take()
            except (OSError, EOFError):
                self.close()
        if readings is None:
            # The helper has died; we have its pages still.
            readings = read_alone(page.mails, role, self._rules, self._now)
        return page, readings


def main() -> None:
    """The helper's life."""
    connection = Connection(int(sys.argv[1]))
    with suppress(OSError, EOFError):
        config, history_before, now = connection.recv()
        rules = intake_rules(config, history_before=history_before)
        jobs: SimpleQueue[Job | None] = SimpleQueue()
        # Somebody must always listen, or both sides could wait for the other to read.
        Thread(target=_listen, args=(connection, jobs), daemon=True).start()
        connection.send("ready")
        with collecting_seldom():
            while (job := jobs.get()) is not None:
                raws, role = job
                connection.send(read_alone(raws, role, rules, now))


def _listen(connection: Connection, jobs: "SimpleQueue[Job | None]") -> None:
    with suppress(OSError, EOFError):
        while True:
            jobs.put(connection.recv())
    jobs.put(None)


if __name__ == "__main__":
    main()
