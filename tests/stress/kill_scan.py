"""A longer run of tests/app/test_scan.py: kill -9 of a scan, fifty times.

    PYTHONPATH=tests .venv/bin/python tests/stress/kill_scan.py [ROUNDS] [MAILS] [SEED]

Exits 1 where the ledger differs, in whatever row or number, from that of a scan left alone.
"""

import importlib.util
import random
import sys
import tempfile
from pathlib import Path

from stress.make_mailbox import make_mailbox


def main() -> None:
    rounds, mails, seed = (
        int(sys.argv[at]) if len(sys.argv) > at else default
        for at, default in ((1, 50), (2, 6_000), (3, 1))
    )
    path = Path(__file__).parent.parent / "app" / "test_scan.py"
    spec = importlib.util.spec_from_file_location("test_scan", path)
    assert spec is not None
    assert spec.loader is not None
    scans = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scans)
    with tempfile.TemporaryDirectory() as name:
        make_mailbox(Path(name) / "mail", mails)
        scans.kill_scan(Path(name) / "mail", Path(name), rounds, random.Random(seed))
    sys.stdout.write(f"{rounds} kills amid {mails} mails: the same ledger\n")


if __name__ == "__main__":
    main()
