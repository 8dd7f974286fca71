"""A shop with a contact form on real servers, for tests of acknowledgements."""

import smtplib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from promisekeeper.app.ackwiring import ack_digest
from promisekeeper.app.cli.ack import PREVIEWED
from promisekeeper.app.clock import utc_now
from promisekeeper.app.config import read_config
from promisekeeper.app.daemon import run_once
from promisekeeper.app.wiring import daemon_parts
from promisekeeper.flows.acknowledge import ENABLED, ENABLED_WITH
from promisekeeper.store.ledger import Ledger
from servers.dovecot import PASSWORD as IMAP_PASSWORD
from servers.dovecot import Dovecot
from servers.exim import PASSWORD as SMTP_PASSWORD
from servers.exim import USER as SMTP_USER
from servers.exim import Exim
from servers.loopback import HOST, until

CONFIG = """\
company = "Shop"
support_address = "{user}"
own_domains = ["{domain}"]
control_address = "promises@{domain}"
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
password_file = "imap.secret"

[smtp]
host = "localhost"
port = {smtp_port}
security = "starttls"
ca_file = "{smtp_ca}"
user = "{smtp_user}"
password_file = "smtp.secret"
timeout_seconds = 5

[[queues]]
name = "Our team"
address = "{user}"
target = "1d"

[[forms]]
id = "contact"
preset = "netlify"
from = [{senders}]
title = "our shop"

[outbox]
per_hour = 100000
flood_per_hour = 100000
"""


class AckShop:
    """One support mailbox on Dovecot, letters through Exim, and the daemon's rounds."""

    def __init__(
        self, folder: Path, user: str, dovecot: Dovecot, exim: Exim, *senders: str
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.user, self.dovecot, self.exim = user, dovecot, exim
        self.ledger = folder / "ledger.db"
        for name, secret in (("imap", IMAP_PASSWORD), ("smtp", SMTP_PASSWORD)):
            (folder / f"{name}.secret").write_text(secret)
            (folder / f"{name}.secret").chmod(0o600)
        text = CONFIG.format(
            user=user,
            domain=user.partition("@")[2],
            imap_port=dovecot.imap_port,
            imap_ca=dovecot.ca_file,
            smtp_port=exim.port,
            smtp_ca=exim.ca_file,
            smtp_user=SMTP_USER,
            senders=", ".join(f'"{sender}"' for sender in senders),
        )
        (folder / "config.toml").write_text(text)
        (folder / "config.toml").chmod(0o600)
        self.config = read_config(folder / "config.toml")
        with Ledger(self.ledger) as ledger:
            ledger.set_ack_setting(PREVIEWED, ack_digest(self.config))
            ledger.set_ack_setting(ENABLED_WITH, ack_digest(self.config))
            ledger.set_ack_setting(ENABLED, datetime.fromisoformat("2020-01-01T00:00Z").isoformat())

    def hold_round(self, clock: Callable[[], datetime] = utc_now) -> None:
        """One round of the daemon: read, decide, send."""
        parts = daemon_parts(self.config, clock=clock)
        store = parts.open_store()
        try:
            problems = run_once(parts, store)
        finally:
            store.close()
        assert not problems, problems

    def suppressions(self) -> Counter[str]:
        """How many form mails met which end."""
        with Ledger(self.ledger) as ledger:
            return Counter(one.reason or one.stage.value for one in ledger.receipts())

    def form_mails(self) -> int:
        """How many mails of the site's form lie in the inbox."""
        with self.dovecot.client(self.user) as client:
            client.select_folder("INBOX", readonly=True)
            return len(client.search(["HEADER", "MESSAGE-ID", "@site.example"]))

    def receive(self, *mails: bytes) -> None:
        """Form mails come in by the MTA; returns once they lie in the inbox."""
        wanted = self.form_mails() + len(mails)
        post(self.exim, self.user, *mails)
        until(lambda: self.form_mails() >= wanted, "the form mails have come")


def post(exim: Exim, recipient: str, *mails: bytes, sender: str = "bounces@site.example") -> None:
    """Hand mails to the MTA, as a web server does."""
    with smtplib.SMTP(HOST, exim.port) as client:
        for raw in mails:
            client.sendmail(sender, [recipient], raw)


def form_mail(
    number: str,
    *,
    email: str,
    name: str = "Pia Lund",
    message: str = "Hi",
    sender: str = "forms@site.example",
    subject: str = "Contact",
    more: str = "",
) -> bytes:
    """What a site's form sends."""
    text = (
        f"From: Site <{sender}>\r\nTo: help@shop.example\r\nSubject: {subject}\r\n{more}"
        f"Message-ID: <{number}@site.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"Name: {name}\r\nEmail: {email}\r\nMessage: {message}\r\n"
    )
    return text.encode()


def wait_for_mails(dovecot: Dovecot, user: str, count: int) -> list[bytes]:
    """The mails of a mailbox, once there are so many."""
    until(lambda: len(dovecot.mails(user)) >= count, f"{count} mails for {user}")
    return dovecot.mails(user)
