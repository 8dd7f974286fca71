"""The daemon with fakes for the doors and a clock of our own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import FRIDAY, MONDAY, a_letter
from fakes import FakeMailbox, FakePostman, a_mail_text
from promisekeeper.app.daemon import Daemon, run_once
from promisekeeper.app.daemonparts import DaemonParts, Watch
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.ladder import Policy
from promisekeeper.core.mail import Handed, Role
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Batch, Round, Stage
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.errors import MailboxError, MailboxLoginError, StoreError
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.speaking import FollowUpRules
from promisekeeper.store.ledger import Ledger
from servers.loopback import until
from updating import RULES

PROMISE = a_mail_text("I'll send you the invoice by Friday.")


class Place:
    """A ledger, a mailbox, a postman and a clock, joined."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.db"
        self.mailbox = FakeMailbox(sent=[PROMISE])
        self.postman = FakePostman()
        self.now = MONDAY + timedelta(hours=1)
        self.retained: list[datetime] = []
        self.parts = DaemonParts(
            clock=lambda: self.now,
            open_store=lambda: Ledger(self.path),
            watches=(self.watch("shop/sent", lambda: self.mailbox),),
            intake=IntakeRules(team=Team(), defaults=FollowUpDefaults(), settling=SettlingPolicy()),
            followup=FollowUpRules(
                policy=Policy(), sender="promises@shop.example", texts=TemplateTexts()
            ),
            open_postman=lambda: self.postman,
            round_seconds=0.05,
            retain=self.retained.append,
        )

    def watch(self, folder: str, open_mailbox: Callable[[], FakeMailbox]) -> Watch:
        return Watch(folder=folder, role=Role.SENT, open_mailbox=open_mailbox)

    def promises(self) -> int:
        with Ledger(self.path) as ledger:
            return len(ledger.promises(PromiseQuery()))

    @contextmanager
    def running(self, parts: DaemonParts | None = None) -> Iterator[Daemon]:
        daemon = Daemon(parts or self.parts)
        thread = threading.Thread(target=daemon.run)
        thread.start()
        try:
            yield daemon
        finally:
            daemon.stop()
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_page_that_could_not_be_stored_is_read_again(place: Place) -> None:
    class Failing(Ledger):
        fails = 2

        def record(self, batch: Batch) -> tuple:  # type: ignore[type-arg]
            if Failing.fails:
                Failing.fails -= 1
                raise StoreError("the disk is full")
            return super().record(batch)

    parts = replace(place.parts, open_store=lambda: Failing(place.path))
    with place.running(parts):
        until(place.promises, "the page is stored after all", 20)
    assert place.promises() == 1


def test_a_mailbox_that_is_away_for_a_while_is_tried_again(place: Place) -> None:
    place.mailbox.fails_with = MailboxError("the server is away")
    with place.running():
        until(lambda: place.path.exists(), "the daemon has started")
        assert place.promises() == 0
        place.mailbox.fails_with = None
        until(place.promises, "the mail is read", 20)


def test_a_mailbox_that_cannot_be_opened_at_first_is_tried_again(place: Place) -> None:
    failures = iter([MailboxError("not mounted yet")])

    def open_mailbox() -> FakeMailbox:
        for error in failures:
            raise error
        return place.mailbox

    parts = replace(place.parts, watches=(place.watch("shop/sent", open_mailbox),))
    with place.running(parts):
        until(place.promises, "the mail is read", 20)


def test_a_wrong_password_at_the_start_ends_it(place: Place) -> None:
    place.mailbox.fails_with = MailboxLoginError("no")
    with pytest.raises(MailboxLoginError):
        Daemon(place.parts).run()


def test_one_accounts_wrong_password_does_not_end_the_others(place: Place) -> None:
    locked = FakeMailbox(sent=[])
    locked.fails_with = MailboxLoginError("no")
    watches = (*place.parts.watches, place.watch("other/sent", lambda: locked))
    with place.running(replace(place.parts, watches=watches)):
        until(place.promises, "the mail of the good account is read")


def test_a_sender_without_a_ledger_ends_it(place: Place) -> None:
    def open_store() -> Ledger:
        if threading.current_thread().name == "sender":
            raise StoreError("it is held by somebody")
        return Ledger(place.path)

    with pytest.raises(StoreError):
        Daemon(replace(place.parts, open_store=open_store)).run()


def test_a_reminder_is_sent_when_its_time_comes(place: Place) -> None:
    with place.running():
        until(place.promises, "the mail is read")
        assert place.postman.carried == []
        place.now = FRIDAY - timedelta(hours=3)
        until(lambda: place.postman.carried, "the reminder is sent")
    assert len(place.postman.carried) == 1


def test_retention_runs_once_a_day(place: Place) -> None:
    with place.running():
        until(lambda: place.retained, "retention has run")
        place.now += timedelta(days=1)
        until(lambda: len(place.retained) == 2, "and again the next day")


def test_one_round_resolves_doubts_before_it_sends(place: Place) -> None:
    letter = a_letter(message_id="<1@shop.example>")
    with Ledger(place.path) as ledger:
        ledger.close_round(Round(letters=(letter,)), MONDAY)
        (entry,) = ledger.letters()
        ledger.move_letter(entry.id, Stage.IN_DATA, now=MONDAY)
        assert run_once(place.parts, ledger) == []
        assert [one.stage for one in ledger.letters()] == [Stage.SENT]
    assert place.postman.carried == []
    assert place.retained == [place.now]


def test_one_round_tells_what_went_wrong_and_does_the_rest(place: Place) -> None:
    place.postman.outcomes = [Handed.UNSENT]
    locked = FakeMailbox(sent=[])
    locked.fails_with = MailboxError("away")
    watches = (place.watch("other/sent", lambda: locked), *place.parts.watches)
    place.now = FRIDAY
    with Ledger(place.path) as ledger:
        problems = run_once(replace(place.parts, watches=watches), ledger)
    assert [str(problem) for problem in problems] == [
        "away",
        "a letter was not sent: connection refused",
    ]
    assert place.promises() == 1


def test_nothing_is_decided_while_an_account_could_not_be_asked(place: Place) -> None:
    with Ledger(place.path) as ledger:
        ledger.close_round(Round(letters=(a_letter(message_id="<none@shop.example>"),)), MONDAY)
        (entry,) = ledger.letters()
        ledger.move_letter(entry.id, Stage.IN_DATA, now=MONDAY)

        class Away(FakeMailbox):
            def contains(self, role: Role, message_id: str) -> bool:
                raise MailboxError("away")

        watches = (place.watch("away/sent", lambda: Away(sent=[])), *place.parts.watches)
        problems = run_once(replace(place.parts, watches=watches), ledger)
        assert [one.stage for one in ledger.letters()] == [Stage.IN_DATA]
        assert "cannot be looked for" in str(problems[0])


def test_folder_that_was_read_to_its_end_is_noted(place: Place) -> None:
    def read_at() -> datetime | None:
        with Ledger(place.path) as ledger:
            return ledger.read_at("shop/sent")

    with place.running():
        until(read_at, "the folder is noted as read")
    assert read_at() == place.now


def test_one_round_notes_what_it_read_and_not_what_it_could_not(place: Place) -> None:
    locked = FakeMailbox(sent=[])
    locked.fails_with = MailboxError("away")
    watches = (place.watch("other/sent", lambda: locked), *place.parts.watches)
    with Ledger(place.path) as ledger:
        run_once(replace(place.parts, watches=watches), ledger)
        assert ledger.read_at("shop/sent") == place.now
        assert ledger.read_at("other/sent") is None


def test_fault_in_one_part_of_a_round_silences_no_other(tmp_path: Path) -> None:
    place = Place(tmp_path)

    def fail(*asked: object) -> bool:
        raise RuntimeError("a bug in the mood")

    team = Team(agents=(Agent(name="Ana", addresses=("ana@shop.example",)),))
    intake = replace(place.parts.intake, team=team)
    updates = replace(RULES, intake=intake, is_upset=fail)
    parts = replace(place.parts, intake=intake, updates=updates, open_postman=None)
    with Ledger(place.path) as ledger:
        run_once(replace(parts, updates=None), ledger)
        place.now = FRIDAY - timedelta(hours=1)
        with pytest.raises(RuntimeError, match="mood"):
            run_once(parts, ledger)
        kinds = [entry.letter.kind for entry in ledger.letters()]
    assert "reminder" in kinds
