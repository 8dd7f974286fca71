"""A whole installation for tests: a config file, a ledger, and the real daemon as a process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from fakes import a_mail_text
from promisekeeper.app.clock import utc_now
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import OutboxLetter
from promisekeeper.errors import SourceNotFoundError
from promisekeeper.store.ledger import Ledger
from promisekeeper.store.reading import open_for_reading
from servers.dovecot import PASSWORD as IMAP_PASSWORD
from servers.dovecot import SENT, Dovecot
from servers.exim import PASSWORD as SMTP_PASSWORD
from servers.exim import USER as SMTP_USER
from servers.exim import Exim
from servers.loopback import until

CONFIG = """\
company = "Shop"
own_domains = ["shop.example"]
control_address = "promises@shop.example"
zone = "UTC"
watch_since = 2020-01-01T00:00:00Z

[ledger]
path = "ledger.db"

[[accounts]]
name = "shop"
host = "localhost"
port = {imap_port}
security = "starttls"
ca_file = "{imap_ca}"
user = "{user}"
password_env = "TEST_IMAP_PASSWORD"
poll_seconds = 1

[smtp]
host = "localhost"
port = {smtp_port}
security = "starttls"
ca_file = "{smtp_ca}"
user = "{smtp_user}"
password_env = "TEST_SMTP_PASSWORD"
timeout_seconds = 1

[[agents]]
name = "Ana Ortiz"
addresses = ["{user}"]

[hours."UTC"]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
open = "00:00"
close = "23:59"

[followup]
urgent_a_day = 1000
digest_at = "23:58"
"""


class Shop:
    """One agent's mailbox on Dovecot, letters through Exim, and a folder of our own."""

    def __init__(self, folder: Path, user: str, dovecot: Dovecot, exim: Exim) -> None:
        self.user = user
        self.dovecot = dovecot
        self.config = folder / "config.toml"
        self.ledger = folder / "ledger.db"
        self.log = folder / "log"
        self.config.write_text(
            CONFIG.format(
                user=user,
                imap_port=dovecot.imap_port,
                imap_ca=dovecot.ca_file,
                smtp_port=exim.port,
                smtp_ca=exim.ca_file,
                smtp_user=SMTP_USER,
            )
        )
        self.config.chmod(0o600)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "promisekeeper", "--config", str(self.config), *arguments]

    def environment(self) -> dict[str, str]:
        secrets = {"TEST_IMAP_PASSWORD": IMAP_PASSWORD, "TEST_SMTP_PASSWORD": SMTP_PASSWORD}
        return os.environ | secrets

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Start the daemon; it may not be ready yet."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command("run"), env=self.environment(), stdout=log, stderr=log
            )

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, ready, until the block ends; then it must stop cleanly."""
        before = self.times_ready()
        process = self.start()
        try:
            until(lambda: self.times_ready() > before, f"the daemon is ready: {self.log_text()}")
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)

    def times_ready(self) -> int:
        return self.log_text().count("daemon.ready")

    def log_text(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def send(
        self,
        text: str,
        *,
        id: str,
        sent_at: datetime | None = None,
        answers: str = "",
        folder: str = SENT,
    ) -> None:
        """Put a mail of the agent's into the sent folder, as a mail program does."""
        at = sent_at or utc_now()
        raw = a_mail_text(
            text,
            id=id,
            sender=f"Ana Ortiz <{self.user}>",
            date=format_datetime(at),
            answers=answers,
        )
        self.dovecot.append(self.user, folder, raw)

    def promise_soon_due(self, number: int) -> str:
        """Send a promise whose reminder is due at once; returns its Message-ID."""
        id = f"<promise-{number}@shop.example>"
        made_at = utc_now() - timedelta(hours=2)
        self.send(f"I'll send you part {number} within 3 hours.", id=id, sent_at=made_at)
        return id

    def promises(self) -> tuple[Promise, ...]:
        """What the ledger holds; nothing where there is no ledger yet."""
        try:
            with open_for_reading(self.ledger) as ledger:
                return ledger.promises(PromiseQuery())
        except SourceNotFoundError:
            return ()

    def letters(self) -> tuple[OutboxLetter, ...]:
        with Ledger(self.ledger) as ledger:
            return ledger.letters()

    def reminders(self) -> list[str]:
        """The Message-IDs of the reminders in the agent's inbox, one for each copy."""
        with self.dovecot.client(self.user) as client:
            client.select_folder("INBOX", readonly=True)
            uids = client.search(["FROM", "promises@shop.example"])
            found = client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        return [
            next(value for key, value in items.items() if key != b"SEQ").decode().strip()
            for items in found.values()
        ]
