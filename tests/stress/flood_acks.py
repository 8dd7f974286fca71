"""Ten thousand form mails within a minute: with one visitor's address, and with as many.

    PYTHONPATH=tests python tests/stress/flood_acks.py [COUNT]

The real daemon's rounds read them from a Maildir. Prints letters, ends, seconds and memory: what
the process held after the first thousand, and at the end.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ackshop import form_mail
from promisekeeper.app.ackwiring import ack_digest
from promisekeeper.app.cli.ack import PREVIEWED
from promisekeeper.app.clock import utc_now
from promisekeeper.app.config import read_config
from promisekeeper.app.rounds import hold_round
from promisekeeper.app.wiring import daemon_parts
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.records import Batch
from promisekeeper.flows.acknowledge import BREAKER, ENABLED, ENABLED_WITH
from promisekeeper.flows.intake import take_in
from promisekeeper.store.ledger import Ledger

PAGE_SIZE = 100
CONFIG = """\
company = "Shop"
support_address = "help@shop.example"
own_domains = ["shop.example"]
control_address = "pk@shop.example"
zone = "UTC"

[ledger]
path = "ledger.db"

[[accounts]]
name = "shop"
path = "mail"

[[forms]]
id = "contact"
preset = "netlify"
from = "forms@site.example"
title = "our shop"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """What came of one flood.

    Attributes:
        letters: By kind.
        early_mb, late_mb: Memory after a tenth, and at the end.
    """

    ends: Counter[str]
    letters: Counter[str]
    has_tripped: bool
    seconds: float
    early_mb: float
    late_mb: float


def flood(folder: Path, count: int, *, one_address: bool) -> Flood:
    """Write the mails, and let the daemon's rounds deal with them at one instant."""
    with _shop(folder) as ledger:
        inbox = folder / "mail" / "INBOX" / "new"
        for number in range(count):
            address = "pia@client.example" if one_address else f"v{number}@gmail.com"
            (inbox / f"{number:06}.shop").write_bytes(form_mail(f"f{number}", email=address))
        config = read_config(folder / "config.toml")
        ledger.set_ack_setting(PREVIEWED, ack_digest(config))
        ledger.set_ack_setting(ENABLED_WITH, ack_digest(config))
        ledger.set_ack_setting(ENABLED, datetime(2020, 1, 1, tzinfo=UTC).isoformat())
        now = utc_now()
        parts = daemon_parts(config, clock=lambda: now)
        watch = next(watch for watch in parts.watches if watch.role is Role.INBOX)
        # The daemon reads the sent folder beside it: it is empty.
        other = next(watch for watch in parts.watches if watch.role is Role.SENT)
        ledger.record(Batch(folder=other.folder, cursor=Cursor(validity=1, position=0)))
        ledger.note_read(other.folder, now)
        mailbox = watch.open_mailbox()
        started, early, taken = time.monotonic(), 0.0, 0
        cursor: Cursor | None = None
        has_more = True
        while has_more:
            page = mailbox.read(Role.INBOX, cursor, limit=PAGE_SIZE)
            take_in(
                page,
                folder=watch.folder,
                role=watch.role,
                store=ledger,
                rules=parts.intake,
                now=now,
            )
            hold_round(parts, ledger)
            cursor, has_more, taken = page.cursor, page.has_more, taken + len(page.mails)
            if taken >= count // 10 and not early:
                early = memory_mb()
        mailbox.close()
        return Flood(
            ends=Counter(one.reason or one.stage.value for one in ledger.receipts()),
            letters=Counter(entry.letter.kind for entry in ledger.letters()),
            has_tripped=bool(ledger.ack_setting(BREAKER)),
            seconds=time.monotonic() - started,
            early_mb=early,
            late_mb=memory_mb(),
        )


@contextmanager
def _shop(folder: Path) -> Iterator[Ledger]:
    for name in ("INBOX", "Sent"):
        for part in ("cur", "new", "tmp"):
            (folder / "mail" / name / part).mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG)
    with Ledger(folder / "ledger.db") as ledger:
        yield ledger


def memory_mb() -> float:
    """What this process holds in memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status tells no VmRSS")


def main() -> None:
    """Run both floods and print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for one_address in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            result = flood(Path(folder), count, one_address=one_address)
        who = "one address" if one_address else f"{count} addresses"
        sys.stdout.write(
            f"{count} form mails, {who}: {result.seconds:.1f} s, breaker"
            f" {'open' if result.has_tripped else 'shut'}, memory {result.early_mb:.0f} ->"
            f" {result.late_mb:.0f} MB\n  letters {dict(result.letters)}\n"
        )
        for reason, number in result.ends.most_common():
            sys.stdout.write(f"{number:>7}  {reason}\n")


if __name__ == "__main__":
    main()
