"""A year of mail under a simulated clock, with a month in which nothing runs: who hears what.

    PYTHONPATH=tests .venv/bin/python tests/stress/simulated_year.py [MINUTES_BETWEEN_ROUNDS] [CAP]

The 13 weeks of the development mailbox, four times. Ledgers are closed and opened, folders read
again, dates moved, reminders snoozed. Exits 1 where a step comes twice, at a wrong time or not at
all, where somebody gets a second digest on a day, or more urgent mails than the cap allows.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from year import STARTS_AT, Year, after_the_outage, days_over, missing, table, twice, untold

OUTAGE = (STARTS_AT + timedelta(days=120), STARTS_AT + timedelta(days=150))


def main() -> None:
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    cap = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    with tempfile.TemporaryDirectory() as folder:
        year = Year(
            Path(folder) / "ledger.db",
            periods=4,
            outage=OUTAGE,
            every=timedelta(minutes=minutes),
            urgent_a_day=cap,
        )
        year.run()
        problems = [*twice(year), *missing(year), *days_over(year), *untold(year)]
        lines = [
            table(year),
            f"{len(year.rounds)} rounds, {len(year.promises())} promises; in the first round "
            f"after the outage: {dict(after_the_outage(year))}",
            *problems,
            f"{len(problems)} problems",
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    if problems:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
