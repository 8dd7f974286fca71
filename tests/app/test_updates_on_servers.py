"""An update from the promise to the customer's inbox, on real servers, under our own clock.

Dovecot holds the agent's mail, Exim carries the letters; a copy goes into the sent folder.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.test_answers_live import TalkingShop, plain, quoted
from fakes import a_mail_text
from promisekeeper.app.clock import utc_now
from promisekeeper.app.config import read_config
from promisekeeper.app.daemon import run_once
from promisekeeper.app.daemonparts import DaemonParts
from promisekeeper.app.wiring import daemon_parts
from promisekeeper.core.corrections import Voice
from promisekeeper.core.drafts import DraftStage
from promisekeeper.core.promise import State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.flows.deeds import approved, store_deed
from promisekeeper.flows.draftwork import edited_draft
from promisekeeper.store.ledger import Ledger
from servers.dovecot import SENT, Dovecot
from servers.exim import Exim
from servers.loopback import until
from shop import Shop


class Place:
    """A shop, its ledger, and the last Thursday's clock."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        today = utc_now().replace(hour=9, minute=0, second=0, microsecond=0)
        # On the last Thursday but today: mail from the future would be believed by nobody.
        self.now = today - timedelta(days=(today.weekday() - 3) % 7 or 7)
        self.customer = f"customer.{shop.user}"
        config = read_config(shop.config)
        self.parts: DaemonParts = daemon_parts(config, clock=self.tick)
        self.ledger = Ledger(config.ledger)

    def tick(self) -> datetime:
        """The time goes on: what was read before a word was said was read before it."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def sent(self, text: str) -> None:
        raw = a_mail_text(
            text,
            id="<promise@shop.example>",
            sender=f"Ana Ortiz <{self.shop.user}>",
            to=f"Carl Ebner <{self.customer}>",
            date=self.now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        )
        self.shop.dovecot.append(self.shop.user, SENT, raw)

    def round(self, **later: float) -> None:
        self.now += timedelta(**later)
        assert run_once(self.parts, self.ledger) == []

    def inbox(self, user: str, folder: str = "INBOX") -> list[EmailMessage]:
        with self.shop.dovecot.client(user) as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
        raws = [one[b"BODY[]"] for one in found.values()]
        return [message_from_bytes(raw, policy=policy.default) for raw in raws]


@pytest.fixture
def place(
    tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    yield from opened(Shop(tmp_path, user, dovecot, exim), monkeypatch)


@pytest.fixture
def talking(
    tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A shop whose control address has a mailbox of its own."""
    control = f"control.{user}"
    yield from opened(TalkingShop(tmp_path, user, dovecot, exim, control=control), monkeypatch)


def opened(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    text = shop.config.read_text()
    shop.config.write_text(
        f'customer_mail = "approve"\ncopy_updates_to = "shop"\n{text}'.replace(
            'own_domains = ["shop.example"]', "support_addresses = []\nown_domains = []"
        )
    )
    for name, value in shop.environment().items():
        if name.startswith("TEST_"):
            monkeypatch.setenv(name, value)
    made = Place(shop)
    yield made
    made.ledger.close()


def test_update_reaches_the_customer_once_and_its_date_is_tracked(place: Place) -> None:
    place.sent("I'll send you the new invoice within 8 hours.")
    place.round()
    place.round(hours=6.5)
    (draft,) = place.ledger.drafts()
    (promise,) = place.ledger.promises(PromiseQuery())
    voice = Voice(actor="Ana", now=place.now)
    assert place.parts.updates is not None
    new_date = place.now + timedelta(days=4)
    deed = edited_draft(
        draft, promise, place.ledger, place.parts.updates, voice, new_due_at=new_date
    )
    store_deed(place.ledger, deed, place.now)
    (draft,) = place.ledger.drafts()
    store_deed(place.ledger, approved(draft, promise, voice), place.now)
    # Run twice: the first round reads before it queues, and the letter waits for fresh news.
    for _ in range(3):
        place.round(seconds=40)
    (mail,) = until(lambda: place.inbox(place.customer), "the update has come")
    assert mail["In-Reply-To"] == "<promise@shop.example>"
    assert mail["Return-Path"] == f"<{place.shop.user}>"
    assert "My new date for it is " in mail.get_content()
    (copy,) = [
        one for one in place.inbox(place.shop.user, SENT) if one["Subject"].startswith("Re:")
    ]
    assert copy["Message-ID"] == mail["Message-ID"]
    flags = place.shop.dovecot.flags(place.shop.user, SENT)
    assert [b"\\Seen" in one for one in flags] == [False, True]
    # The copy is read like any mail in that folder, and is nobody's promise.
    for _ in range(3):
        place.round(minutes=5)
    states = [one.state for one in place.ledger.promises(PromiseQuery())]
    assert sorted(states) == [State.MOVED, State.OPEN]
    assert len(place.inbox(place.customer)) == 1
    assert [one.stage for one in place.ledger.drafts()] == [DraftStage.SENT]


def test_answer_that_comes_after_the_approval_stops_it(place: Place) -> None:
    place.sent("I'll send you the new invoice within 8 hours.")
    place.round()
    place.round(hours=6.5)
    (draft,) = place.ledger.drafts()
    (promise,) = place.ledger.promises(PromiseQuery())
    voice = Voice(actor="Ana", now=place.now)
    store_deed(place.ledger, approved(draft, promise, voice), place.now)
    raw = a_mail_text(
        "Never mind, I found it.",
        id="<answer@client.example>",
        sender=f"Carl Ebner <{place.customer}>",
        to=place.shop.user,
        date=place.now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        answers="<promise@shop.example>",
    )
    place.shop.dovecot.append(place.shop.user, "INBOX", raw)
    for _ in range(4):
        place.round(seconds=40)
    (draft,) = place.ledger.drafts()
    assert (draft.stage, draft.note) == (
        DraftStage.DROPPED,
        "somebody wrote since the draft was made",
    )
    told = until(
        lambda: [m for m in place.inbox(place.shop.user) if "Not sent to" in str(m["Subject"])],
        "the agent is told",
    )
    assert len(told) == 1
    assert place.inbox(place.customer) == []


def test_by_mail_alone_from_the_promise_to_the_new_date(talking: Place) -> None:
    """A reminder with a draft, a new date on the terminal, its preview by mail, and one word."""
    place, shop = talking, talking.shop
    assert isinstance(shop, TalkingShop)
    place.sent("I'll send you the new invoice within 8 hours.")
    place.round()
    place.round(hours=6.5)
    (reminder,) = until(lambda: place.inbox(shop.user), "the reminder has come")
    assert "It is not done yet" in plain(reminder)
    (draft,) = place.ledger.drafts()
    (promise,) = place.ledger.promises(PromiseQuery())
    voice = Voice(actor="Ana", now=place.now)
    assert place.parts.updates is not None
    # A veto may lie in the control mailbox: it counts among what must have been read.
    assert len(place.parts.updates.folders) == 3
    date = place.now + timedelta(days=4)
    deed = edited_draft(draft, promise, place.ledger, place.parts.updates, voice, new_due_at=date)
    store_deed(place.ledger, deed, place.now)

    def answer(mail: EmailMessage, text: str, waiting: int) -> None:
        shop.post(shop.user, shop.control, f"{text}\r\n\r\n{quoted(mail)}")
        until(lambda: len(place.inbox(shop.control)) == waiting, "the answer lies there")
        for _ in range(3):
            place.round(seconds=40)

    # The reminder had shown another text, so its "send" sends nothing.
    answer(reminder, "send", 1)
    (_, preview) = until(lambda: two(place.inbox(shop.user)), "the preview has come")
    assert "My new date for it is " in plain(preview)
    assert place.inbox(place.customer) == []
    answer(preview, "send", 2)
    (mail,) = until(lambda: place.inbox(place.customer), "the update has come")
    assert "My new date for it is " in mail.get_content()
    answer(preview, "send", 3)
    assert len(place.inbox(place.customer)) == 1
    states = [one.state for one in place.ledger.promises(PromiseQuery())]
    assert sorted(states) == [State.MOVED, State.OPEN]
    outcomes = [one.outcome for one in place.ledger.answers()]
    assert outcomes == ["previewed", "done", "spent"]


def test_hold_by_mail_after_the_word_to_send(talking: Place) -> None:
    place, shop = talking, talking.shop
    assert isinstance(shop, TalkingShop)
    place.sent("I'll send you the new invoice within 8 hours.")
    place.round()
    place.round(hours=6.5)
    (reminder,) = until(lambda: place.inbox(shop.user), "the reminder has come")
    shop.post(shop.user, shop.control, f"send\r\n\r\n{quoted(reminder)}")
    until(lambda: place.inbox(shop.control), "the answer lies there")
    place.round(seconds=40)
    (_, confirmation) = until(lambda: two(place.inbox(shop.user)), "it is confirmed")
    shop.post(shop.user, shop.control, f"hold\r\n\r\n{quoted(confirmation)}")
    until(lambda: len(place.inbox(shop.control)) == 2, "the second one, too")
    for _ in range(4):
        place.round(seconds=40)
    assert place.inbox(place.customer) == []
    assert [one.stage for one in place.ledger.drafts()] == [DraftStage.VETOED]


def two(mails: list[EmailMessage]) -> list[EmailMessage]:
    return mails if len(mails) == 2 else []
