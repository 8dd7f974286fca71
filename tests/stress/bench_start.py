"""How long commands take as whole processes, as ratios to `python -c pass` in the same run.

    .venv/bin/python tests/stress/bench_start.py [PROMISES]

The commands take turns, so that a machine that changes its speed changes all alike. Prints the
median of each ratio.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from builders import a_batch, a_promise
from promisekeeper.store.ledger import Ledger

ROUNDS = 15


def seconds_of(command: list[str]) -> float:
    started = time.perf_counter()
    # An installed program has its bytecode; a variable of the workplace must not hide that.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        with Ledger(path) as ledger:
            ledger.record(a_batch(*(a_promise(key=f"p{number}") for number in range(count))))
        # The console script, as a user runs it.
        program = [str(Path(sys.executable).parent / "promisekeeper"), "--ledger", str(path)]
        commands = {
            "list": [*program, "list"],
            "list --limit 20": [*program, "list", "--limit", "20"],
            "show 1": [*program, "show", "1"],
            "--help": [*program, "--help"],
        }
        ratios: dict[str, list[float]] = {name: [] for name in commands}
        bare: list[float] = []
        for _ in range(ROUNDS + 1):
            bare.append(seconds_of([sys.executable, "-c", "pass"]))
            for name, command in commands.items():
                ratios[name].append(seconds_of(command) / bare[-1])
    sys.stdout.write(f"python -c pass: {1000 * statistics.median(bare[1:]):.0f} ms\n")
    for name, values in ratios.items():
        sys.stdout.write(f"{name}, {count} promises: {statistics.median(values[1:]):.2f} x\n")


if __name__ == "__main__":
    main()
