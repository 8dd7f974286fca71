"""Kill the ledger's users at random moments, again and again, and look what is left.

    python tests/stress/kill_store.py [--rounds 1000] [--seed 1] [--folder PLACE]

Each round starts a process with two threads, as the daemon has: one stores pages and rounds, one
moves letters. After each call that returned it writes a line: from then on the program would
rely on it. SIGKILL comes at a random moment; then the ledger must hold every line's promise.

What this cannot test is a power cut: SIGKILL loses no page that the kernel has.
"""

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import traceback
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import (
    FRIDAY,
    MONDAY,
    SENT_FOLDER,
    a_batch,
    a_change,
    a_cursor,
    a_letter,
    a_note,
    a_promise,
    a_step,
)
from promisekeeper.core.promise import State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Round, Stage
from promisekeeper.store.ledger import Ledger

MAILS = 4
PROGRESS = [Stage.QUEUED, Stage.IN_DATA, Stage.SENT]
OPEN = PromiseQuery(states=frozenset({State.OPEN}), limit=MAILS)


@dataclass(slots=True)
class Heard:
    """What the killed processes said was stored."""

    page: int = -1
    letters: dict[int, Stage] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    lines: int = 0


def customer_of(mail: int) -> str:
    """Ten customers take turns."""
    return f"customer-{mail % 10}@client.example"


def store_pages(path: Path, pipe: int) -> None:
    """Like the main thread: a page, verdicts, a round, and so on until killed."""
    with Ledger(path) as ledger:
        cursor = ledger.cursor(SENT_FOLDER)
        page = cursor.position + 1 if cursor else 0
        while True:
            mails = range(page * MAILS, (page + 1) * MAILS)
            promises = [a_promise(key=f"mail-{n}", customer=customer_of(n)) for n in mails]
            notes = [a_note(message_id=f"<{n}@x>", customers=(customer_of(n),)) for n in mails]
            ledger.record(a_batch(*promises, notes=tuple(notes), cursor=a_cursor(page)))
            say(pipe, f"page {page}")
            key = promises[0].key
            letter = a_letter(dedupe_key=f"reminder/{key}", content=b"x" * 2000)
            ledger.close_round(Round(steps=(a_step(promise_key=key),), letters=(letter,)), MONDAY)
            for promise in ledger.promises(OPEN):
                if ledger.change(a_change(promise)):
                    say(pipe, f"kept {promise.key}")
            page += 1


def send_letters(path: Path, pipe: int) -> None:
    """Like the sender's thread; a letter in doubt counts as found."""
    with Ledger(path) as ledger:
        for entry in ledger.letters(Stage.IN_DATA):
            move(ledger, entry.id, Stage.SENT, pipe)
        while True:
            entry_or_none = ledger.next_letter(FRIDAY)
            if entry_or_none is not None:
                move(ledger, entry_or_none.id, Stage.IN_DATA, pipe)
                move(ledger, entry_or_none.id, Stage.SENT, pipe)


def move(ledger: Ledger, letter_id: int, stage: Stage, pipe: int) -> None:
    """Move a letter and say so."""
    ledger.move_letter(letter_id, stage, now=MONDAY)
    say(pipe, f"letter {letter_id} {stage}")


def say(pipe: int, line: str) -> None:
    """One short line, which a pipe takes whole or not at all."""
    os.write(pipe, f"{line}\n".encode())


def live(path: Path, pipe: int) -> None:
    """The process that will be killed; only an error ends it otherwise."""
    try:
        threading.Thread(target=send_letters, args=(path, pipe), daemon=True).start()
        store_pages(path, pipe)
    finally:
        traceback.print_exc()
        os._exit(1)


def run_and_kill(path: Path, heard: Heard, chance: random.Random) -> None:
    """One life of the two threads, and what was heard of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        live(path, writing)
    os.close(writing)
    with os.fdopen(reading) as lines:
        for _ in range(chance.randint(1, 60)):
            listen(lines.readline(), heard)
        kill_at = time.monotonic() + chance.uniform(0, 0.003)
        while time.monotonic() < kill_at:
            pass
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        for line in lines:
            listen(line, heard)
    must(os.WIFSIGNALED(status), "it ran until it was killed")


def listen(line: str, heard: Heard) -> None:
    """Take down one line."""
    heard.lines += 1
    match line.split():
        case ["page", page]:
            heard.page = int(page)
        case ["kept", key]:
            heard.kept.add(key)
        case ["letter", letter_id, stage]:
            heard.letters[int(letter_id)] = Stage(stage)
        case _:
            must(False, f"a line was cut: {line!r}")


def must(is_true: bool, law: str) -> None:
    """Stop with the law that was broken."""
    if not is_true:
        raise SystemExit(f"BROKEN: {law}")


def check(path: Path, heard: Heard) -> None:
    """Compare the ledger with what was heard."""
    with Ledger(path) as ledger:
        cursor = ledger.cursor(SENT_FOLDER)
        letters = {entry.id: entry for entry in ledger.letters()}
        promises = {promise.key: promise for promise in ledger.promises(PromiseQuery())}
        steps = ledger.steps(promises.keys())
    page = cursor.position if cursor else -1
    must(page in (heard.page, heard.page + 1), f"page {heard.page} is stored, cursor {page}")
    whole = {f"mail-{n}" for n in range((page + 1) * MAILS)}
    must(promises.keys() == whole, "cursor and promises agree")
    settled = {key for key, promise in promises.items() if promise.state is State.KEPT}
    must(heard.kept <= settled, f"changes are kept: {heard.kept - settled}")
    must(len(settled - heard.kept) <= 1, f"one change was on its way: {settled - heard.kept}")
    must(len(letters) == len(steps), "a step and its letter are stored together")
    for letter_id, stage in heard.letters.items():
        found = PROGRESS.index(letters[letter_id].stage)
        must(found >= PROGRESS.index(stage), f"letter {letter_id} is {stage}")
    for entry in letters.values():
        must(entry.attempts == (entry.stage is not Stage.QUEUED), f"{entry.id} was tried once")
    look_inside(path, len(whole), len(settled))
    # What was on its way when the process died is now known to be stored.
    heard.page, heard.kept = page, settled


def look_inside(path: Path, mails: int, settled: int) -> None:
    """What only SQL can tell."""
    with closing(sqlite3.connect(path)) as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
        strays = connection.execute("PRAGMA foreign_key_check").fetchall()
        (events,) = connection.execute("SELECT count(*) FROM events").fetchone()
        (notes,) = connection.execute("SELECT count(*) FROM notes").fetchone()
    must(answer == "ok", f"integrity: {answer}")
    must(not strays, f"foreign keys: {strays}")
    must(notes == mails, f"{mails} notes, found {notes}")
    must(events == mails + settled, f"each change has its event: {events}")


def main() -> None:
    """Kill, look, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    lines = 0
    # Loads the libraries once; the processes are forks of this one.
    Ledger(":memory:").close()
    with tempfile.TemporaryDirectory(dir=options.folder) as made:
        for number in range(options.rounds):
            # A new ledger now and then: the first moments of a file are moments, too.
            if number % 25 == 0:
                path, heard = Path(made) / f"{number}.db", Heard()
            run_and_kill(path, heard, chance)
            check(path, heard)
            lines, heard.lines = lines + heard.lines, 0
    sys.stdout.write(
        f"{options.rounds} kills (seed {options.seed}), {lines} acknowledged writes: none lost\n"
    )


if __name__ == "__main__":
    main()
