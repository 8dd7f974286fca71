"""A longer run of tests/app/test_crash.py: kill -9 of the daemon, hundreds of times.

    PYTHONPATH=tests .venv/bin/python tests/stress/kill_daemon.py [ROUNDS] [SEED]

Starts Dovecot and Exim on loopback, unprivileged. Exits 1 where a promise is lost or a
letter comes twice.
"""

import importlib.util
import random
import sys
import tempfile
from pathlib import Path

from servers.dovecot import running_dovecot
from servers.exim import running_exim
from servers.tokens import TokenEndpoint
from shop import Shop

BATCH = 50


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    path = Path(__file__).parent.parent / "app" / "test_crash.py"
    spec = importlib.util.spec_from_file_location("test_crash", path)
    assert spec is not None
    assert spec.loader is not None
    crash = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(crash)
    with (
        TokenEndpoint() as tokens,
        running_dovecot(tokens.url) as dovecot,
        running_exim(dovecot.lmtp_port) as exim,
    ):
        for number in range(0, rounds, BATCH):
            with tempfile.TemporaryDirectory() as folder:
                shop = Shop(Path(folder), f"user{number}@shop.example", dovecot, exim)
                crash.kill_rounds(shop, min(BATCH, rounds - number), chance)
            sys.stdout.write(f"{min(number + BATCH, rounds)} kills: nothing lost or double\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
