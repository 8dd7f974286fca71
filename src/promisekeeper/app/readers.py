"""Reading pages of mail, and weighing promises, with two processes: this one and a helper.

Run as a module, this is the helper: it reads what it is given and ends when nobody is there to
give it more, so that a scan that is killed leaves nothing behind.
"""

import gc
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar, cast

from promisekeeper.app.helper import WORTH_A_HELPER, Helper
from promisekeeper.app.jobs import Job, ReadJob, WeighJob
from promisekeeper.app.rules import intake_rules
from promisekeeper.core.mail import Page, Role
from promisekeeper.flows.history import Reading, read_alone
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.verdicts import Verdicts, Weigh

# How many pages may be read ahead of the one that is stored next.
AHEAD = 6
SWITCH_SECONDS = 0.0005

# Reading a mail makes thousands of values and no cycles: looking for those each 700 values, as
# Python does by itself, took a seventh of the time.
COLLECT_EACH = 50_000

J = TypeVar("J")
R = TypeVar("R")


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


class Desk:
    """Where pages are read and promises weighed: here, and by a helper as soon as there is one."""

    def __init__(
        self,
        rules: IntakeRules,
        now: datetime,
        call_helper: Callable[[], Helper] | None = None,
        *,
        ledger: Path | None = None,
    ) -> None:
        """Make a desk.

        Args:
            call_helper: Starts a helper, once it is worth that.
            ledger: Where a helper finds what is to be weighed; None where only we can see it.
        """
        self._rules = rules
        self._now = now
        self._call_helper = call_helper
        self._ledger = ledger
        self._helper: Helper | None = None

    def read(self, pages: Iterable[Page], role: Role) -> Iterator[tuple[Page, list[Reading]]]:
        """Each page with what its mails say, in the order of the pages."""

        def here(page: Page) -> list[Reading]:
            return read_alone(page.mails, role, self._rules, self._now)

        return self._shared(
            here, pages, lambda page: ReadJob(page.mails, role) if page.mails else None
        )

    def weigh(self, here: Weigh, portions: Iterable[tuple[str, ...]]) -> Iterator[Verdicts]:
        """The verdicts on each portion of customers, in their order."""
        path = self._ledger
        shared = self._shared(
            here, portions, lambda some: WeighJob(path, some) if path is not None else None
        )
        return (verdicts for _, verdicts in shared)

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

    def _shared(
        self, here: Callable[[J], R], items: Iterable[J], job_of: Callable[[J], Job | None]
    ) -> Iterator[tuple[J, R]]:
        """What is done here or by the helper with each item, in their order."""
        begun: deque[tuple[J, list[R]]] = deque()
        for item in items:
            begun.append((item, [] if self._is_given(job_of(item)) else [here(item)]))
            while begun and (len(begun) > AHEAD or self._is_done(begun[0][1])):
                yield self._finished(*begun.popleft(), here)
        while begun:
            yield self._finished(*begun.popleft(), here)

    def _is_given(self, job: Job | None) -> bool:
        """Whether the helper does it."""
        helper = self._helper
        with suppress(OSError, EOFError):
            if helper is not None and job is not None and helper.can_take():
                helper.give(job)
                return True
        return False

    def _is_done(self, results: list[R]) -> bool:
        return bool(results) or self._helper is None or self._helper.is_done()

    def _finished(self, item: J, results: list[R], here: Callable[[J], R]) -> tuple[J, R]:
        if not results and self._helper is not None:
            try:
                return item, cast(R, self._helper.take())
            except (OSError, EOFError):
                self.close()
        # Where nobody did it, the helper has died; we have its items still.
        return item, results[0] if results else here(item)


def main() -> None:
    """The helper's life."""
    connection = Connection(int(sys.argv[1]))
    with suppress(OSError, EOFError):
        config, history_before, now = connection.recv()
        rules = intake_rules(config, history_before=history_before)
        jobs: SimpleQueue[Job | None] = SimpleQueue()
        # A page comes in many pieces, and each waits for its turn beside what is being read.
        sys.setswitchinterval(SWITCH_SECONDS)
        # Somebody must always listen, or both sides could wait for the other to read.
        Thread(target=_listen, args=(connection, jobs), daemon=True).start()
        connection.send("ready")
        with collecting_seldom():
            while (job := jobs.get()) is not None:
                connection.send(job.done(rules, now))


def _listen(connection: Connection, jobs: "SimpleQueue[Job | None]") -> None:
    with suppress(OSError, EOFError):
        while True:
            jobs.put(connection.recv())
    jobs.put(None)


if __name__ == "__main__":
    main()
