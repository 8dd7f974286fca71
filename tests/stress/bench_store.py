"""Figures of the ledger on this machine: writing, reading, and a command beside a busy writer.

    python tests/stress/bench_store.py [FOLDER]

Run it on a quiet machine; the folder should lie on the disk that the ledger will use.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import CUSTOMER, FRIDAY, a_batch, a_change, a_cursor, a_note, a_promise
from promisekeeper.core.promise import State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Batch
from promisekeeper.store.ledger import Ledger

OPEN = PromiseQuery(states=frozenset({State.OPEN}))


def page(number: int, size: int = 100, promises_each: int = 1) -> Batch:
    """A page of mails to fifty customers, each with a promise."""
    mails = range(number * size, (number + 1) * size)
    return a_batch(
        *[
            a_promise(
                key=f"key-{mail}-{place}",
                customer=f"customer-{mail % 50}@client.example",
                due_at=FRIDAY + timedelta(minutes=mail % 10_000),
            )
            for mail in mails
            for place in range(promises_each)
        ],
        notes=tuple(
            a_note(
                message_id=f"<mail-{mail}@shop.example>",
                customers=(f"customer-{mail % 50}@client.example",),
            )
            for mail in mails
        ),
        cursor=a_cursor(number),
    )


def say(line: str) -> None:
    """One line for the reader, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def timed(act: Callable[[], object], times: int = 1) -> float:
    """Median milliseconds of a call."""
    spans = []
    for _ in range(times):
        start = perf_counter()
        act()
        spans.append((perf_counter() - start) * 1000)
    return statistics.median(spans)


def write(path: Path, pages: int) -> None:
    """Record pages; a page is 100 mails with a promise each, so about 500 rows."""
    with Ledger(path) as ledger:
        batches = [page(number) for number in range(pages)]
        spans = [timed(partial(ledger.record, batch)) for batch in batches]
        spans.sort()
        say(
            f"record, 100 mails and promises a page: median {statistics.median(spans):.1f} ms,"
            f" slowest {spans[-1]:.1f} ms, {pages * 100 / sum(spans) * 1000:,.0f} mails/s"
        )
        say(f"record again, all known: {timed(lambda: ledger.record(batches[0]), 9):.1f} ms")
        promise = ledger.promise(1)
        change = a_change(promise, state=State.OPEN)
        say(f"one change: {timed(lambda: ledger.change(change), 99):.2f} ms")


def read(path: Path) -> None:
    """Questions that commands and rounds ask."""
    with Ledger(path) as ledger:
        count = len(ledger.promises(PromiseQuery()))
        few = PromiseQuery(states=OPEN.states, limit=50)
        due = PromiseQuery(states=OPEN.states, due_before=FRIDAY + timedelta(minutes=10))
        say(
            f"{count:,} promises: all open {timed(lambda: ledger.promises(OPEN), 3):.1f} ms,"
            f" first 50 {timed(lambda: ledger.promises(few), 9):.2f} ms,"
            f" due window of {len(ledger.promises(due))}"
            f" {timed(lambda: ledger.promises(due), 9):.2f} ms,"
            f" notes of one customer {timed(lambda: ledger.notes(CUSTOMER), 9):.2f} ms"
        )


def busy_writer(path: Path, is_writing: Flag, must_stop: Flag) -> None:
    """Record page after page without a pause."""
    batches = [page(number) for number in range(600)]
    with Ledger(path) as ledger:
        for number, batch in enumerate(batches):
            ledger.record(batch)
            is_writing.set()
            if must_stop.is_set():
                say(f"  meanwhile the busy writer stored {number + 1} pages")
                return
    say("  the busy writer was done before the commands")


def beside_a_busy_writer(path: Path, commands: int = 300) -> None:
    """How long a command's one write waits while another process writes back to back."""
    is_writing, must_stop = multiprocessing.Event(), multiprocessing.Event()
    writer = multiprocessing.Process(target=busy_writer, args=(path, is_writing, must_stop))
    writer.start()
    is_writing.wait()
    spans = []
    with Ledger(path) as ledger:
        change = a_change(ledger.promise(1), state=State.OPEN)
        for number in range(commands):
            # Commands come one by one, at no special moment of the writer's.
            time.sleep(0.005 + number % 7 / 1000)
            spans.append(timed(lambda: ledger.change(change)))
    spans.sort()
    must_stop.set()
    writer.join()
    say(
        f"a write beside a busy writer: median {statistics.median(spans):.1f} ms,"
        f" p99 {spans[int(commands * 0.99)]:.1f} ms, slowest {spans[-1]:.1f} ms"
    )


def main(folder: Path) -> None:
    """Print everything."""
    write(folder / "small.db", 10)
    read(folder / "small.db")
    write(folder / "large.db", 1000)
    read(folder / "large.db")
    beside_a_busy_writer(folder / "busy.db")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as made:
        main(Path(made))
