"""The story that `promisekeeper demo` tells: a small shop, three promises, the real daemon.

Nothing is acted: the mails lie on a real IMAP server, the daemon watches it
with IDLE, reminders go through SMTP. Only the clock runs faster than the sun.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from promisekeeper.app.config import read_config
from promisekeeper.app.daemon import Daemon
from promisekeeper.app.privateservers import HOST, PrivateServers
from promisekeeper.app.settings import AccountConfig, Config, SecretConfig, SmtpConfig
from promisekeeper.app.wiring import daemon_parts
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Stage
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text
from promisekeeper.errors import PromisekeeperError
from promisekeeper.store.ledger import Ledger
from promisekeeper.store.reading import open_for_reading

Found = TypeVar("Found")
ZONE = ZoneInfo("Europe/London")
START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PATIENCE_SECONDS = 30.0

CONFIG = """\
# The shop of the story. Its mail lies in the folder "mail" beside this file.
company = "Saltmarsh Teas"
own_domains = ["saltmarsh.example"]
control_address = "promises@saltmarsh.example"
zone = "Europe/London"

[ledger]
path = "ledger.db"

[[accounts]]
name = "saltmarsh"
path = "mail"

[[agents]]
name = "Ada Lindqvist"
addresses = ["ada@saltmarsh.example"]

[[agents]]
name = "Joss Merrow"
addresses = ["joss@saltmarsh.example"]

[hours."Europe/London"]
days = ["mon", "tue", "wed", "thu", "fri"]
open = "09:00"
close = "17:00"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMail:
    """One mail of the story.

    Attributes:
        told: The line of its text that the story tells.
        answers: The Message-ID that it replies to.
    """

    id: str
    sender: str
    recipient: str
    subject: str
    text: str
    told: str
    answers: str = ""
    attachment: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether the shop wrote it."""
        return "@saltmarsh.example" in self.sender

    def content(self, at: datetime) -> bytes:
        """The mail as bytes, dated."""
        threading_lines = [f"In-Reply-To: {self.answers}", f"References: {self.answers}"]
        lines = [
            f"Date: {format_datetime(at)}",
            f"From: {self.sender}",
            f"To: {self.recipient}",
            f"Subject: {self.subject}",
            f"Message-ID: {self.id}",
            *(threading_lines if self.answers else []),
            "MIME-Version: 1.0",
            *self._body(),
        ]
        return "\r\n".join(lines).encode()

    def _body(self) -> list[str]:
        text = ["Content-Type: text/plain; charset=utf-8", "", *self.text.splitlines(), ""]
        if not self.attachment:
            return text
        return [
            'Content-Type: multipart/mixed; boundary="leaves"',
            "",
            "--leaves",
            *text,
            "--leaves",
            f'Content-Type: application/pdf; name="{self.attachment}"',
            f'Content-Disposition: attachment; filename="{self.attachment}"',
            "",
            "%PDF-1.4",
            "--leaves--",
            "",
        ]


RUTH = "Ruth Abara <ruth@abara-books.example>"
MILO = "Milo Tarrant <milo@postbox.example>"
ADA = "Ada Lindqvist <ada@saltmarsh.example>"
JOSS = "Joss Merrow <joss@saltmarsh.example>"

RUTH_ASKS = StoryMail(
    id="<1.ruth@abara-books.example>",
    sender=RUTH,
    recipient=ADA,
    subject="Invoice 771 has the wrong address",
    text="Hello, invoice 771 still shows our old address. Could you correct it?\n\nRuth Abara",
    told="Invoice 771 still shows our old address. Could you correct it?",
)
ADA_PROMISES = StoryMail(
    id="<2.ada@saltmarsh.example>",
    sender=ADA,
    recipient=RUTH,
    subject="Re: Invoice 771 has the wrong address",
    text="""\
Dear Ruth,

Thank you for telling me, and I am sorry about the old address.
I'll send you the corrected invoice by noon tomorrow.

Kind regards,
Ada
Saltmarsh Teas""",
    told="I'll send you the corrected invoice by noon tomorrow.",
    answers=RUTH_ASKS.id,
)
ADA_HOLDS = StoryMail(
    id="<3.ada@saltmarsh.example>",
    sender=ADA,
    recipient=RUTH,
    subject="Re: Invoice 771 has the wrong address",
    text="Dear Ruth,\n\nI am still looking into it, the books are at our accountant's.\n\nAda",
    told="I am still looking into it, the books are at our accountant's.",
    answers=ADA_PROMISES.id,
)
ADA_DELIVERS = StoryMail(
    id="<4.ada@saltmarsh.example>",
    sender=ADA,
    recipient=RUTH,
    subject="Re: Invoice 771 has the wrong address",
    text="Dear Ruth,\n\nHere is the corrected invoice, with your new address.\n\nAda",
    told="Here is the corrected invoice, with your new address. [invoice-771.pdf]",
    answers=ADA_PROMISES.id,
    attachment="invoice-771.pdf",
)
MILO_ASKS = StoryMail(
    id="<5.milo@postbox.example>",
    sender=MILO,
    recipient=JOSS,
    subject="Blue teapot",
    text="Hi, will you have the blue teapot again this spring?\n\nMilo",
    told="Will you have the blue teapot again this spring?",
)
JOSS_PROMISES = StoryMail(
    id="<6.joss@saltmarsh.example>",
    sender=JOSS,
    recipient=MILO,
    subject="Re: Blue teapot",
    text="""\
Hi Milo,

Good question. Let me ask the potter and get back to you by Thursday.

Cheers,
Joss""",
    told="Let me ask the potter and get back to you by Thursday.",
    answers=MILO_ASKS.id,
)


class StoryClock:
    """A clock that the story can make run faster; it never runs backwards."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._base = start
        self._since = time.monotonic()
        self._speed = 1.0
        self._until: datetime | None = None

    def now(self) -> datetime:
        """The present of the story."""
        with self._lock:
            return self._read()

    def run_to(self, at: datetime, seconds: float) -> None:
        """Let the time pass until `at` within so many real seconds, then go on slowly."""
        gap = at - self.now()
        if gap <= timedelta(0):
            return
        self._set_speed(gap / timedelta(seconds=seconds), until=at)
        time.sleep(seconds)
        self._set_speed(1.0)

    def _set_speed(self, speed: float, *, until: datetime | None = None) -> None:
        with self._lock:
            self._base, self._since, self._speed = self._read(), time.monotonic(), speed
            self._until = until

    def _read(self) -> datetime:
        passed = timedelta(seconds=(time.monotonic() - self._since) * self._speed)
        now = self._base + passed
        # A busy machine wakes late: at this speed that would be hours of the story.
        return min(now, self._until) if self._until is not None else now


class Story:
    """The telling: puts mails into the mailbox and says what the daemon makes of them."""

    def __init__(self, folder: Path, tell: Callable[[str], None], *, pace: float = 1.0) -> None:
        self._folder = folder
        self._tell_line = tell
        self._pace = pace
        self._clock = StoryClock(START)
        self._letters: list[bytes] = []
        self._config = _write_config(folder)

    def tell(self) -> Config:
        """Run it from beginning to end.

        Returns:
            The configuration that was left in the folder.

        Raises:
            PromisekeeperError: Something that the story needs did not come about.
        """
        with PrivateServers(on_letter=self._letters.append) as servers:
            config = _served_config(self._config, servers)
            parts = replace(daemon_parts(config, clock=self._clock.now), round_seconds=0.2)
            daemon = Daemon(parts)
            thread = threading.Thread(target=daemon.run, name="daemon")
            thread.start()
            try:
                self._act(servers)
            finally:
                daemon.stop()
                thread.join()
        return self._config

    def _act(self, servers: PrivateServers) -> None:
        self._say("A shop opens. The daemon watches its mailbox over IMAP.")
        self._clock.run_to(START.replace(hour=9, minute=12), self._pace)
        self._put(servers, RUTH_ASKS)
        self._put(servers, MILO_ASKS)
        self._clock.run_to(START.replace(hour=9, minute=40), self._pace)
        self._put(servers, ADA_PROMISES)
        invoice = self._found(ADA_PROMISES)
        self._put(servers, JOSS_PROMISES)
        teapot = self._found(JOSS_PROMISES)
        self._clock.run_to(START.replace(hour=15), self._pace)
        self._put(servers, ADA_HOLDS)
        self._settled_nothing(invoice, ADA_HOLDS)
        self._clock.run_to(START.replace(hour=16, minute=5), self._pace)
        self._reminded(invoice)
        self._clock.run_to(START.replace(day=3, hour=11, minute=20), 2 * self._pace)
        self._put(servers, ADA_DELIVERS)
        self._became(invoice, State.KEPT)
        self._clock.run_to(START.replace(day=5, hour=13, minute=5), 2 * self._pace)
        self._reminded(teapot)
        self._say("Joss is busy, and Thursday passes.")
        self._clock.run_to(START.replace(day=5, hour=17, minute=1), self._pace)
        self._delivered(teapot.owner, "Reminder", "was due Thu 5 Mar 17:00")
        self._say("So do two more weeks.")
        self._clock.run_to(START.replace(day=20, hour=9), 2 * self._pace)
        self._became(teapot, State.BROKEN, "nothing was ever sent")
        self._delivered(teapot.owner, "Digest", "Friday 20 March")
        # The server has it before the sender has heard so.
        self._wait("the outbox to be empty", lambda: self._has_sent_all() or None)

    def _put(self, servers: PrivateServers, mail: StoryMail) -> None:
        at = self._clock.now()
        content = mail.content(at)
        folder = "Sent" if mail.is_ours else "INBOX"
        place = self._folder / "mail" / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{mail.id[1:-1].replace('@', '.')}.eml").write_bytes(content)
        servers.append(folder, content, at)
        name = mail.sender.partition(" <")[0]
        to = mail.recipient.partition(" <")[0]
        self._say(f'{name} -> {to}: "{mail.told}"')

    def _found(self, mail: StoryMail) -> Promise:
        promise = self._wait_for(
            f"the promise in {mail.id}",
            lambda promise: promise.message_id == mail.id,
        )
        due = clock_text(promise.deadline.follow_up_at, ZONE)
        self._say(f"   Promise {promise.id} found: {promise.kind}, due {due}.")
        return promise

    def _reminded(self, promise: Promise) -> None:
        self._delivered(promise.owner, "Reminder", f"[promise {promise.id}]")

    def _delivered(self, owner: str, kind: str, mark: str) -> None:
        """Wait for a letter with this in its subject."""
        subject = self._wait(
            f"the {kind.lower()} {mark!r}",
            lambda: next((text for text in self._subjects() if mark in text), None),
        )
        self._say(f"   {kind} delivered to {owner}: {subject}")

    def _settled_nothing(self, promise: Promise, mail: StoryMail) -> None:
        self._wait(f"{mail.id} to be read", lambda: self._has_read(mail) or None)
        self._became(promise, State.OPEN, "that was only a holding answer")

    def _has_read(self, mail: StoryMail) -> bool:
        with Ledger(self._config.ledger, is_read_only=True) as ledger:
            is_known = mail.id in ledger.known([mail.id], Role.SENT)
            return is_known and not ledger.unsettled()

    def _became(self, promise: Promise, state: State, why: str = "") -> None:
        settled = self._wait_for(
            f"promise {promise.id} to become {state}",
            lambda one: one.id == promise.id and one.state is state,
        )
        proof = f'"{settled.evidence.sentence}"' if settled.evidence else why
        self._say(f"   Promise {promise.id} is {state}: {proof}")

    def _has_sent_all(self) -> bool:
        with Ledger(self._config.ledger, is_read_only=True) as ledger:
            return all(letter.stage is Stage.SENT for letter in ledger.letters())

    def _subjects(self) -> list[str]:
        return [
            safe_text(str(message_from_bytes(letter)["Subject"]).replace("\r\n", ""))
            for letter in list(self._letters)
        ]

    def _wait_for(self, what: str, is_it: Callable[[Promise], bool]) -> Promise:
        return self._wait(what, lambda: next(filter(is_it, self._promises()), None))

    def _promises(self) -> tuple[Promise, ...]:
        with open_for_reading(self._config.ledger) as ledger:
            return ledger.promises(PromiseQuery())

    def _wait(self, what: str, look: Callable[[], Found | None]) -> Found:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            found = look()
            if found is not None:
                return found
            time.sleep(0.05)
        raise PromisekeeperError(f"the story stopped: {what} did not come; please report this")

    def _say(self, text: str) -> None:
        self._tell_line(f"{clock_text(self._clock.now(), ZONE):<17} {text}")


def _write_config(folder: Path) -> Config:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    path.chmod(0o600)
    return read_config(path)


def _served_config(config: Config, servers: PrivateServers) -> Config:
    """The story's configuration, with the private servers in place of the folder."""
    secret = SecretConfig(command=("printf", "%s", servers.password))
    account = AccountConfig(
        name="saltmarsh",
        host=HOST,
        port=servers.imap_port,
        security="plain",
        user=servers.user,
        secret=secret,
    )
    smtp = SmtpConfig(host=HOST, port=servers.smtp_port, security="plain")
    return replace(config, accounts=(account,), smtp=smtp)
