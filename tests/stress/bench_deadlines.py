"""How fast times are read, beside dateparser and chrono-node, in the same run.

    .venv/bin/python tests/stress/bench_deadlines.py [ROUNDS]

Reads a mix of sentences of which one in ten holds a deadline, in three lengths. The readers take
turns in each round; prints the median of sentences per CPU second, and ratios. Two ways: warm, the
same sentences again and again, which suits a compiler that learns (chrono's); and new, in a process
of its own that has read 500 others, every sentence once, as mail comes. chrono-node is fetched by
npm into a temporary folder, and left out with a word where that fails.
"""

import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dateparser.search import search_dates

from promisekeeper.core.deadline import TimeContext, read_times
from promisekeeper.core.hours import office_hours
from promisekeeper.core.lastresort import times_asked

ROOT = Path(__file__).parent.parent.parent
PROSE = ROOT / "tests" / "data" / "deadlines" / "prose.jsonl"
FIRST_LOOK = PROSE.with_name("first_look.toml")
# Other people's mail: read where it lies, never copied.
MAIL = ROOT.parent / "shared" / "promises" / "unlabelled_mail.jsonl"
SIZE, DEADLINES, SHORT = 2_000, 200, 60
# dateparser is so slow that a part of the mix has to do.
SLOW_SHARE = 6
ROUNDS = 5
SENT_AT = datetime(2024, 5, 7, 10, 15, tzinfo=ZoneInfo("America/New_York"))
CONTEXT = TimeContext(
    sent_at=SENT_AT, hours=office_hours(ZoneInfo("America/New_York"), date_order="mdy")
)
SETTINGS = {
    "RELATIVE_BASE": SENT_AT.replace(tzinfo=None),
    "TIMEZONE": "America/New_York",
    "PREFER_DATES_FROM": "future",
}
CHRONO = """
import * as chrono from 'chrono-node';
import readline from 'node:readline';
const reference = new Date('2024-05-07T10:15:00-04:00');
for await (const line of readline.createInterface({input: process.stdin})) {
  const sentences = JSON.parse(line);
  const before = process.cpuUsage();
  for (const text of sentences) chrono.parse(text, reference, {forwardDate: true});
  const used = process.cpuUsage(before);
  console.log(sentences.length / ((used.user + used.system) / 1e6));
}
"""
Rate = Callable[[list[str]], float]
# One process reads so many sentences before those that are measured.
WARM_UP = 500
OURS = [sys.executable, __file__, "--answer"]


def with_deadlines() -> list[str]:
    rows = map(json.loads, PROSE.read_text(encoding="utf-8").splitlines())
    found = [row["text"] for row in rows if row["deadlines"]]
    tables = tomllib.loads(FIRST_LOOK.read_text(encoding="utf-8")).values()
    looks = [row[0] for table in tables for row in table["rows"] if row[2] != "nothing"]
    return list(dict.fromkeys([*found, *looks]))


def without_times() -> list[str]:
    if MAIL.exists():
        rows = map(json.loads, MAIL.read_text(encoding="utf-8").splitlines())
        sentences = [sentence for row in rows for sentence in row["sentences"]]
    else:
        pages = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
        text = " ".join(page.read_text(encoding="utf-8") for page in pages)
        sentences = re.split(r"(?<=[.!?:])\s+", re.sub(r"\s+", " ", text))
    return [sentence for sentence in sentences if not read_times(sentence, CONTEXT)]


def mixes() -> dict[str, list[str]]:
    """One in ten with a deadline; the rest of any length, short, or long."""
    dated, free = with_deadlines(), without_times()
    sorts = {
        "mixed": free,
        "short": [sentence for sentence in free if len(sentence) < SHORT],
        "long": [sentence for sentence in free if len(sentence) >= SHORT],
    }
    chance = random.Random(7)
    found = {}
    for name, rest in sorts.items():
        mix = chance.sample(dated, DEADLINES)
        mix += chance.sample(rest, min(SIZE - DEADLINES, len(rest)))
        chance.shuffle(mix)
        found[name] = mix
    return found


def ours(sentences: list[str]) -> float:
    started = time.process_time()
    for sentence in sentences:
        read_times(sentence, CONTEXT)
    return len(sentences) / (time.process_time() - started)


def dateparser_search(sentences: list[str]) -> float:
    part = sentences[::SLOW_SHARE]
    started = time.process_time()
    for sentence in part:
        search_dates(sentence, languages=["en"], settings=SETTINGS)
    return len(part) / (time.process_time() - started)


def answer() -> None:
    """For each line of sentences on standard input, how many we read in a CPU second."""
    for line in sys.stdin:
        sys.stdout.write(f"{ours(json.loads(line))}\n")
        sys.stdout.flush()


def new_rate(command: list[str], sentences: list[str]) -> float:
    """Sentences per CPU second in a new process, each read once, after some others."""
    parts = "".join(json.dumps(part) + "\n" for part in (sentences[:WARM_UP], sentences[WARM_UP:]))
    run = subprocess.run(command, input=parts, capture_output=True, text=True, check=True)
    return float(run.stdout.split()[-1])


@contextmanager
def chrono_node() -> Iterator[tuple[Rate, list[str]] | None]:
    """A running node with chrono in it, and how to start one; None without npm or network."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "install", "--silent", "--no-audit", "--prefix", folder, "chrono-node@2"]
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
            yield None
            return
        script = Path(folder) / "chrono.mjs"
        script.write_text(CHRONO, encoding="utf-8")
        pipe = subprocess.PIPE
        with subprocess.Popen([node, script], stdin=pipe, stdout=pipe, text=True) as running:
            assert running.stdin is not None
            assert running.stdout is not None
            to_node, from_node = running.stdin, running.stdout

            def rate(sentences: list[str]) -> float:
                to_node.write(json.dumps(sentences) + "\n")
                to_node.flush()
                return float(from_node.readline())

            yield rate, [node, str(script)]
            to_node.close()


def tell_new(name: str, mix: list[str], chrono: list[str], rounds: int) -> None:
    """Print how fast new sentences are read, by us and by chrono, in turns."""
    rates = [(new_rate(OURS, mix), new_rate(chrono, mix)) for _ in range(rounds)]
    own, other = (statistics.median(found) for found in zip(*rates, strict=True))
    against = f"ours is {own / other:.2f} x chrono"
    sys.stdout.write(
        f"{name}, new sentences: ours {own:,.0f}/s, chrono {other:,.0f}/s; {against}\n"
    )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    warnings.simplefilter("ignore")
    with chrono_node() as chrono:
        readers: dict[str, Rate] = {"ours": ours, "dateparser": dateparser_search}
        if chrono is None:
            sys.stdout.write("chrono-node left out: npm cannot install it here\n")
        else:
            readers["chrono"] = chrono[0]
        for name, mix in mixes().items():
            rates: dict[str, list[float]] = {reader: [] for reader in readers}
            for _ in range(rounds + 1):
                for reader, measure in readers.items():
                    rates[reader].append(measure(mix))
            # The first round warms up all alike.
            median = {reader: statistics.median(found[1:]) for reader, found in rates.items()}
            length = statistics.mean(map(len, mix))
            told = ", ".join(f"{reader} {median[reader]:,.0f}/s" for reader in readers)
            against = ", ".join(
                f"{median['ours'] / median[other]:.2f} x {other}"
                for other in readers
                if other != "ours"
            )
            sys.stdout.write(f"{name} ({length:.0f} characters): {told}; ours is {against}\n")
            if chrono is not None:
                tell_new(name, mix, chrono[1], rounds)
    sys.stdout.write(f"dateparser was asked by ours {times_asked()} times\n")


if __name__ == "__main__":
    answer() if sys.argv[1:] == ["--answer"] else main()
