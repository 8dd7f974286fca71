"""A busy sender is killed twenty times on real servers with faults: nothing twice, nothing lost."""

import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
KILL = TESTS / "stress" / "kill_sender.py"


def test_twenty_kills_of_a_busy_sender() -> None:
    done = subprocess.run(
        [sys.executable, str(KILL), "--rounds", "20", "--seed", "20261128"],
        env={"PYTHONPATH": str(TESTS), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 kills" in done.stdout
    assert "customer letters twice: 0\n" in done.stdout
    assert "letters lost silently: 0\n" in done.stdout
    # A run in which no kill or fault fell between the dot and its answer would prove nothing.
    assert "listed by the outbox: 0" not in done.stdout
