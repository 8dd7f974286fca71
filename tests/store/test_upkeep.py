"""Backup, forgetting and retention, on real files."""

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from builders import (
    CUSTOMER,
    FRIDAY,
    MONDAY,
    THURSDAY,
    a_batch,
    a_change,
    a_letter,
    a_note,
    a_promise,
    a_receipt,
    a_step,
)
from promisekeeper.core.ackrecords import ReceiptStage
from promisekeeper.core.mail import Role
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Round
from promisekeeper.core.teaching import Lesson, LessonKind, Telling
from promisekeeper.errors import InputError, StoreError
from promisekeeper.store.ledger import Ledger
from promisekeeper.store.upkeep import back_up, forget, retain

OTHER = "eve@client.example"
EVERYTHING = PromiseQuery()


def a_telling(key: str, customer: str) -> Telling:
    return Telling(
        owner="Ana",
        pattern="i'll send it",
        rule="firm.will",
        message_id=f"<{key}@shop.example>",
        customer=customer,
        sentence="I'll send it.",
        promise_key=key,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with two customers: Carl, whose promise was kept and reminded of, and Eve."""
    path = tmp_path / "ledger.db"
    with Ledger(path) as ledger:
        carl, _ = ledger.record(
            a_batch(
                a_promise(),
                a_promise(key="two", customer=OTHER, words="I'll call Eve by Friday."),
                notes=(a_note(), a_note(message_id="<2@shop.example>", customers=(OTHER,))),
                tellings=(a_telling("promise-1", CUSTOMER), a_telling("two", OTHER)),
            )
        )
        letter = a_letter(dedupe_key=f"remind_agent/promise-1/{FRIDAY.isoformat()}")
        ledger.close_round(Round(steps=(a_step(),), letters=(letter,)), MONDAY)
        assert ledger.change(a_change(carl))
    return path


def test_a_backup_is_a_ledger_of_its_own(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with Ledger(path) as ledger:
        assert back_up(path, target) == target.stat().st_size
        with Ledger(target) as copy:
            assert copy.promises(EVERYTHING) == ledger.promises(EVERYTHING)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.txt"
    target.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        back_up(path, target)
    assert target.read_text() == "mine"


def test_a_backup_that_fails_leaves_no_half_copy(tmp_path: Path) -> None:
    source, target = tmp_path / "broken.db", tmp_path / "copy.db"
    source.write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(StoreError):
        back_up(source, target)
    assert not target.exists()


def test_everything_of_one_person_goes_and_no_more(path: Path) -> None:
    counts = forget(path, " Carl@Client.example ")
    assert counts == {
        "letters": 1,
        "steps": 1,
        "lines of history": 2,
        "uses of sentences": 1,
        "promises": 1,
        "marks": 1,
        "notes of mails": 1,
    }
    raw = path.read_bytes()
    assert CUSTOMER.encode() not in raw
    assert b"send you the new invoice" not in raw
    with Ledger(path) as ledger:
        assert [promise.customer for promise in ledger.promises(EVERYTHING)] == [OTHER]
        assert len(ledger.notes(OTHER)) == 1
        assert ledger.unsettled() == (OTHER,)


def test_what_was_taught_on_their_promises_goes_too(path: Path) -> None:
    with Ledger(path) as ledger:
        for key, pattern in (("promise-1", "i'll send carl it"), ("two", "i'll call")):
            lesson = Lesson(
                owner="Ana",
                pattern=pattern,
                kind=LessonKind.MUTE,
                rule="firm.will",
                sentence=pattern,
                at=MONDAY,
                actor="ana",
                promise_key=key,
            )
            ledger.teach(lesson)
    assert forget(path, CUSTOMER)["lessons"] == 1
    with Ledger(path) as ledger:
        assert [lesson.promise_key for lesson in ledger.teaching().lessons] == ["two"]
    assert b"i'll send carl it" not in path.read_bytes()


def test_of_a_stranger_there_is_nothing_to_forget(path: Path) -> None:
    assert forget(path, "nobody@client.example") == {}
    with Ledger(path) as ledger:
        assert len(ledger.promises(EVERYTHING)) == 2


def test_retention_takes_what_is_settled_and_leaves_what_is_open(path: Path) -> None:
    assert retain(path, THURSDAY) == {"notes of mails": 1}
    counts = retain(path, THURSDAY + timedelta(seconds=1))
    assert counts["promises"] == 1
    with Ledger(path) as ledger:
        (left,) = ledger.promises(EVERYTHING)
        assert left.customer == OTHER
        assert len(ledger.notes(OTHER)) == 1
        assert ledger.known(["<2@shop.example>"], Role.SENT)


def test_forgetting_and_retention_reach_form_mail(path: Path) -> None:
    theirs = a_receipt()
    others = a_receipt(message_id="<form-2@site.example>", address=OTHER)
    waits = a_receipt(message_id="<form-3@site.example>", address=OTHER)
    with Ledger(path) as ledger:
        ledger.record(a_batch(receipts=(theirs, others, waits)))
        decided = [
            replace(one, stage=ReceiptStage.REFUSED, reason="off", decided_at=MONDAY)
            for one in (theirs, others)
        ]
        ledger.close_round(Round(receipts=tuple(decided)), MONDAY)
    assert forget(path, CUSTOMER)["form mails"] == 1
    assert retain(path, THURSDAY)["form mails"] == 1
    with Ledger(path) as ledger:
        assert ledger.receipts() == (waits,)
