"""A few rounds of the crash suite; `tests/stress/kill_store.py` runs a thousand."""

import subprocess
import sys
from pathlib import Path

KILL = Path(__file__).parents[1] / "stress" / "kill_store.py"


def test_nothing_stored_is_lost_to_kill_9(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(KILL), "--rounds", "20", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("20 kills")
    assert done.returncode == 0
