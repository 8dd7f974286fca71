"""Scan, `mu index` and `notmuch new` over the same Maildirs, in turns in one run.

    .venv/bin/python tests/stress/bench_scan.py [MAILS] [ROUNDS] [--python=PATH] [--profile]

Needs the Debian packages maildir-utils and notmuch. Prints mails per second of wall time and of
processor time, the largest process, memory at a tenth of the mails beside it, and with
--profile where the time of one process goes. A machine that others share runs at half its speed
for seconds at a time, so scan and mu take turns, and our slowest one is held against the median of
mu's; notmuch, which takes five times as long, runs once. Exits 1 where a bar is not met.

With --python=/usr/bin/python3.11, say, the scan runs on another interpreter of the same version
with the packages of this one. mu and notmuch are optimised builds of the distribution, and so is
its Python; one that was built from source without --enable-optimizations takes a third longer.
"""

import cProfile
import io
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from stress.make_mailbox import make_mailbox

CONFIG = """\
own_domains = ["shop.example"]
zone = "UTC"
agents = [
  { name = "Ana Ortiz", addresses = ["ana@shop.example"] },
  { name = "Ben Adler", addresses = ["ben@shop.example"] },
  { name = "Dana Fox", addresses = ["dana@shop.example"] },
]
"""
NOTMUCH = """\
[database]
path={folder}/notmuch
mail_root={mail}
[user]
name=Ana Ortiz
primary_email=ana@shop.example
[new]
tags=unread;inbox;
"""
AS_OF = "2026-06-01T00:00:00Z"
ROUNDS = 5
NOTMUCH_FACTOR = 2.0
FLAT_FACTOR = 1.25
LINES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one program took: seconds of the wall and of all processors; MiB at its largest."""

    name: str
    mails: int
    seconds: float
    busy_seconds: float
    mebibytes: float

    @property
    def per_second(self) -> float:
        return self.mails / self.seconds

    def line(self) -> str:
        return (
            f"{self.name:<24}{self.mails:>8} mails {self.seconds:8.1f} s {self.per_second:8.0f}/s"
            f" {self.mails / self.busy_seconds:8.0f}/s of processor {self.mebibytes:8.0f} MiB"
        )


def run(name: str, mails: int, command: list[str]) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    done = Run(
        name=name,
        mails=mails,
        seconds=seconds,
        busy_seconds=usage.ru_utime + usage.ru_stime,
        mebibytes=usage.ru_maxrss / 1024,
    )
    say(done.line())
    return done


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def scan_command(folder: Path, mail: Path, ledger: str, python: str = sys.executable) -> list[str]:
    options = ["--config", str(folder / "config.toml"), "--ledger", str(folder / ledger)]
    program = [python, "-m", "promisekeeper", *options]
    return [*program, "scan", str(mail), "--summary-json", "--as-of", AS_OF]


def warm(mail: Path) -> None:
    """Everybody reads from memory, not only whoever comes second."""
    for path in mail.rglob("*.example:2,S"):
        path.read_bytes()


def median_rate(runs: list[Run]) -> float:
    return statistics.median(one.per_second for one in runs)


def mu_run(folder: Path, mail: Path, mails: int, home: str) -> Run:
    where = f"--muhome={folder}/{home}"
    made = ["mu", "init", where, f"--maildir={mail}"]
    subprocess.run(made, check=True, capture_output=True)
    return run("mu index", mails, ["mu", "index", where, "--quiet"])


def measure(folder: Path, mails: int, rounds: int, python: str) -> bool:
    few, many = folder / "few", folder / "many"
    say(f"few:  {make_mailbox(few, mails // 10)}")
    say(f"many: {make_mailbox(many, mails)}")
    (folder / "config.toml").write_text(CONFIG)
    (folder / "notmuch").mkdir()
    (folder / "notmuch.ini").write_text(NOTMUCH.format(folder=folder, mail=many))
    warm(many)
    ours: list[Run] = []
    theirs: list[Run] = []
    for number in range(rounds):
        command = scan_command(folder, many, f"many{number}.db", python)
        ours.append(run("promisekeeper scan", mails, command))
        theirs.append(mu_run(folder, many, mails, f"mu{number}"))
    config = f"--config={folder}/notmuch.ini"
    others = run("notmuch new", mails, ["notmuch", config, "new", "--quiet"])
    command = scan_command(folder, few, "few.db", python)
    small = run("promisekeeper scan, a tenth", mails // 10, command)
    rate, mu_rate = median_rate(ours), median_rate(theirs)
    say(f"median of {rounds}: scan {rate:.0f}/s, mu index {mu_rate:.0f}/s: {rate / mu_rate:.2f} x")
    worst = min(one.per_second for one in ours)
    largest = max(one.mebibytes for one in ours)
    bars = {
        "faster than mu index": worst > mu_rate,
        "twice as fast as notmuch new": worst > NOTMUCH_FACTOR * others.per_second,
        "memory is flat": largest < FLAT_FACTOR * small.mebibytes,
    }
    for name, is_met in bars.items():
        say(f"{'ok  ' if is_met else 'FAIL'}  {name}")
    return all(bars.values())


def profile(folder: Path, mail: Path) -> None:
    """Where the time goes, with nobody to help."""
    from promisekeeper.app.cli import cli

    os.cpu_count = lambda: 1
    arguments = scan_command(folder, mail, "profile.db")[3:]
    shown, sys.stdout = sys.stdout, io.StringIO()
    profiler = cProfile.Profile()
    profiler.enable()
    try:
        cli.main(arguments, standalone_mode=False)
    finally:
        profiler.disable()
        sys.stdout = shown
    pstats.Stats(profiler).sort_stats("cumtime").print_stats(
        r"promisekeeper/(app|flows|core|store|doors)/", LINES
    )


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    pythons = [word.partition("=")[2] for word in sys.argv[1:] if word.startswith("--python=")]
    if pythons:
        packages = [place for place in sys.path if place.endswith(("-packages", "/src"))]
        os.environ["PYTHONPATH"] = os.pathsep.join(packages)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mails, rounds = [*numbers, *(20_000, ROUNDS)[len(numbers) :]]
        is_met = measure(folder, mails, rounds, (pythons or [sys.executable])[0])
        if "--profile" in sys.argv:
            profile(folder, folder / "few")
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
