"""Answers on real servers, and machines that answer machines: how much mail is there at the end?"""

import itertools
import smtplib
import ssl
import sys
from collections import Counter
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

import pytest

from promisekeeper.core.promise import State
from promisekeeper.core.records import Answer, OutboxLetter
from promisekeeper.store.ledger import Ledger
from servers.dovecot import Dovecot
from servers.exim import PASSWORD, USER, Exim
from servers.loopback import until
from shop import Shop

NUMBERS = itertools.count(1)
CONTROL_TABLE = """
[control]
host = "localhost"
port = {port}
security = "starttls"
ca_file = "{ca}"
user = "{user}"
password_env = "TEST_IMAP_PASSWORD"
poll_seconds = 1
"""


class TalkingShop(Shop):
    """A shop whose control address has a mailbox of its own."""

    def __init__(
        self,
        folder: Path,
        user: str,
        dovecot: Dovecot,
        exim: Exim,
        *,
        control: str,
        agent: str = "",
    ) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__(folder, user, dovecot, exim)
        self.exim, self.control = exim, control
        text = self.config.read_text().replace("promises@shop.example", control)
        if agent:
            text = text.replace(f'addresses = ["{user}"]', f'addresses = ["{agent}", "{user}"]')
        table = CONTROL_TABLE.format(port=dovecot.imap_port, ca=dovecot.ca_file, user=control)
        self.config.write_text(text + table)

    def inbox(self, user: str) -> list[Mail]:
        """Everything in somebody's inbox, oldest first."""
        with self.dovecot.client(user) as client:
            client.select_folder("INBOX", readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
        raw = [
            next(v for k, v in items.items() if k != b"SEQ") for _, items in sorted(found.items())
        ]
        return [message_from_bytes(one, policy=default) for one in raw]

    def post(self, sender: str, to: str, text: str, *, subject: str = "Re: your promise") -> None:
        """Somebody sends a mail by the real MTA."""
        mail = f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\n{text}\r\n"
        with smtplib.SMTP("localhost", self.exim.port, timeout=10) as client:
            client.starttls(context=ssl.create_default_context(cafile=self.exim.ca_file))
            client.login(USER, PASSWORD)
            client.sendmail(sender, [to], mail.replace("\r\n", "\n").replace("\n", "\r\n"))

    def answers(self) -> tuple[Answer, ...]:
        with Ledger(self.ledger) as ledger:
            return ledger.answers()

    def kinds(self) -> list[str]:
        return [entry.letter.kind for entry in self.letters()]

    def letters(self) -> tuple[OutboxLetter, ...]:
        return super().letters() if self.ledger.exists() else ()


def show(capsys: pytest.CaptureFixture[str], counts: str) -> None:
    """Print what there was in the end, whoever captures output."""
    with capsys.disabled():
        sys.stdout.write(f"\n{counts}\n")


def plain(mail: Mail) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def quoted(mail: Mail) -> str:
    return "\r\n".join(f"> {line}" for line in plain(mail).splitlines())


@pytest.fixture
def control() -> str:
    return f"promises{next(NUMBERS)}@shop.example"


@pytest.fixture
def shop(tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim, control: str) -> TalkingShop:
    return TalkingShop(tmp_path, user, dovecot, exim, control=control)


def test_a_word_by_mail_keeps_a_promise_and_undo_takes_it_back(shop: TalkingShop) -> None:
    with shop.daemon():
        shop.promise_soon_due(1)
        (reminder,) = until(lambda: shop.inbox(shop.user), "the reminder has come")
        shop.post(shop.user, shop.control, f"done, thanks!\r\n\r\n{quoted(reminder)}")
        until(lambda: shop.promises()[0].state is State.KEPT, "the promise is kept", 20)
        until(lambda: len(shop.inbox(shop.user)) == 2, "the confirmation has come", 20)
        confirmation = shop.inbox(shop.user)[-1]
        assert "is kept" in plain(confirmation)
        shop.post(shop.user, shop.control, f"undo\r\n\r\n{quoted(confirmation)}")
        until(lambda: shop.promises()[0].state is State.OPEN, "it is open again", 20)
    assert [answer.outcome for answer in shop.answers()] == ["done", "done"]
    assert "answer.heard outcome=done" in shop.log_text()


def test_one_round_hears_too(shop: TalkingShop) -> None:
    shop.promise_soon_due(1)
    assert shop.run("run", "--once").returncode == 0
    (reminder,) = until(lambda: shop.inbox(shop.user), "the reminder has come")
    shop.post(shop.user, shop.control, f"not a promise\r\n\r\n{quoted(reminder)}")
    until(lambda: shop.inbox(shop.control), "the answer lies in the control mailbox")
    assert shop.run("run", "--once").returncode == 0
    assert shop.promises()[0].state is State.REJECTED
    assert shop.run("run", "--once").returncode == 0
    assert shop.kinds() == ["reminder", "confirmation"]
    assert "1 mail(s) to the control address, 0 refused" in shop.run("log").stdout


def test_the_mark_may_travel_in_the_address_alone(shop: TalkingShop) -> None:
    """A program that quotes nothing still answers to the address that the letter names."""
    with shop.config.open("a") as config:
        config.write("tags = true\n")
    shop.promise_soon_due(1)
    assert shop.run("run", "--once").returncode == 0
    (reminder,) = until(lambda: shop.inbox(shop.user), "the reminder has come")
    shop.post(shop.user, parseaddr(str(reminder["Reply-To"]))[1], "snooze 1h")
    until(lambda: shop.inbox(shop.control), "the answer lies in the control mailbox")
    assert shop.run("run", "--once").returncode == 0
    assert shop.promises()[0].snoozed_until is not None
    assert shop.kinds() == ["reminder", "confirmation"]


def test_the_control_address_may_be_an_alias_of_a_watched_account(
    tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim, control: str
) -> None:
    shop = TalkingShop(tmp_path, user, dovecot, exim, control=control)
    text = shop.config.read_text()
    shop.config.write_text(text[: text.index("[control]")] + '[control]\naccount = "shop"\n')
    shop.promise_soon_due(1)
    assert shop.run("run", "--once").returncode == 0
    (reminder,) = until(lambda: shop.inbox(user), "the reminder has come")
    answer = (
        f"From: {user}\r\nTo: {control}\r\nSubject: Re\r\n\r\ndone\r\n\r\n{quoted(reminder)}\r\n"
    )
    dovecot.append(user, "INBOX", answer.encode())
    assert shop.run("run", "--once").returncode == 0
    assert shop.promises()[0].state is State.KEPT


def quiet(shops: list[TalkingShop], mails: int) -> None:
    """Wait until every mail at the control addresses was dealt with, and nothing waits."""

    def is_quiet() -> bool:
        heard = sum(len(shop.answers()) for shop in shops)
        waiting = any(entry.stage in ("queued", "in_data") for s in shops for entry in s.letters())
        return heard >= mails and not waiting

    until(is_quiet, f"{mails} mails were dealt with", 30)


def test_two_installations_that_remind_each_other(
    tmp_path: Path, dovecot: Dovecot, exim: Exim, control: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = control.replace("promises", "pledges")
    users = (control.replace("promises", "ana"), control.replace("promises", "joss"))
    one = TalkingShop(tmp_path / "1", users[0], dovecot, exim, control=control, agent=other)
    two = TalkingShop(tmp_path / "2", users[1], dovecot, exim, control=other, agent=control)
    shops = [one, two]
    with one.daemon(), two.daemon():
        for shop in shops:
            shop.promise_soon_due(1)
        quiet(shops, mails=2)
    # One more round each: whatever they could still say to each other, they say now.
    for shop in shops:
        assert shop.run("run", "--once").returncode == 0
    counts = {shop.control: (shop.kinds(), len(shop.inbox(shop.control))) for shop in shops}
    show(capsys, f"two installations: {counts}")
    assert counts == {control: (["reminder"], 1), other: (["reminder"], 1)}
    assert {answer.outcome for shop in shops for answer in shop.answers()} == {"automatic"}


def test_a_machine_that_answers_everything(
    shop: TalkingShop, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ticket system at the agent's address: no header tells it, and it quotes our mark."""
    shop.promise_soon_due(1)
    seen = 0
    for _ in range(12):
        assert shop.run("run", "--once").returncode == 0
        sent = len(shop.kinds())
        until(lambda: len(shop.inbox(shop.user)) == sent, "all letters have come")  # noqa: B023
        mails = shop.inbox(shop.user)
        if len(mails) == seen:
            break
        for mail in mails[seen:]:
            before = len(shop.inbox(shop.control))
            shop.post(
                shop.user, shop.control, f"Your request was received: #77.\r\n\r\n{quoted(mail)}"
            )
            until(lambda: len(shop.inbox(shop.control)) > before, "it has come")  # noqa: B023
        seen = len(mails)
    show(capsys, f"a machine that answers everything: {shop.kinds()}")
    assert shop.kinds() == ["reminder", *["explanation"] * 4]
    assert shop.promises()[0].state is State.OPEN


VACATION = """\
require ["vacation-seconds"];
vacation :seconds 0 :subject "Away until Monday" :addresses ["{user}"] "I am away until Monday.";
"""
PASSED_ON = """\
require ["copy"];
redirect :copy "{control}";
"""


@pytest.mark.parametrize(
    ("script", "comes_back"),
    [
        pytest.param(VACATION, False, id="vacation"),
        pytest.param(PASSED_ON, True, id="passed on to us"),
    ],
)
def test_a_real_responder_at_the_agents_side(
    shop: TalkingShop, script: str, comes_back: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.dovecot.put_sieve(shop.user, script.format(user=shop.user, control=shop.control))
    for number in range(1, 4):
        shop.promise_soon_due(number)
        assert shop.run("run", "--once").returncode == 0
    sent = shop.kinds()
    until(lambda: len(shop.inbox(shop.user)) == len(sent), "all letters have come")
    back = len(sent) if comes_back else 0
    until(lambda: len(shop.inbox(shop.control)) == back, "what comes back has come back")
    assert shop.run("run", "--once").returncode == 0
    show(capsys, f"a real responder: {sent} sent, {len(shop.inbox(shop.control))} came back")
    assert shop.kinds() == sent
    assert set(sent) <= {"reminder", "digest"}
    assert [answer.outcome for answer in shop.answers()] == ["automatic"] * back


def test_an_out_of_office_notice_is_neither_heeded_nor_answered(shop: TalkingShop) -> None:
    shop.promise_soon_due(1)
    assert shop.run("run", "--once").returncode == 0
    (reminder,) = until(lambda: shop.inbox(shop.user), "the reminder has come")
    away = "I am out of the office until Monday.\r\nIn urgent cases write to Joss."
    shop.post(
        shop.user,
        shop.control,
        f"{away}\r\n\r\n{quoted(reminder)}",
        subject="Automatic reply: your promise",
    )
    until(lambda: shop.inbox(shop.control), "the notice has come")
    assert shop.run("run", "--once").returncode == 0
    assert shop.kinds() == ["reminder"]
    assert [answer.outcome for answer in shop.answers()] == ["automatic"]


@pytest.fixture
def gone() -> str:
    return f"gone{next(NUMBERS)}@shop.example"


def test_an_agent_whose_mail_comes_back(
    tmp_path: Path,
    user: str,
    dovecot: Dovecot,
    exim: Exim,
    control: str,
    gone: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop = TalkingShop(tmp_path, user, dovecot, exim, control=control, agent=gone)
    text = shop.config.read_text()
    shop.config.write_text(f'lead = "lead-{control}"\n{text}')
    for number in range(1, 4):
        shop.promise_soon_due(number)
        assert shop.run("run", "--once").returncode == 0
    reminders = shop.kinds().count("reminder")
    until(lambda: len(shop.inbox(control)) == reminders, "the reports have come", 20)
    for _ in range(3):
        assert shop.run("run", "--once").returncode == 0
    reports = len(shop.inbox(control))
    show(capsys, f"a bouncing agent: {shop.kinds()}, {reports} reports")
    assert [answer.outcome for answer in shop.answers()] == ["bounced"] * reports
    assert Counter(shop.kinds()) == {"reminder": reminders, "unreachable": 1}
    (alert,) = until(lambda: shop.inbox(f"lead-{control}"), "the lead is told")
    assert gone in plain(alert)
    assert "letter came back" in shop.run("log", "1").stdout
