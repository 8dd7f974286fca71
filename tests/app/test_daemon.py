"""The main job on real servers: Dovecot holds the mail, Exim carries the reminder."""

import signal
import time
from pathlib import Path

import pytest

from builders import MONDAY
from promisekeeper.core.promise import State
from promisekeeper.core.records import Stage
from servers.dovecot import SENT, Dovecot
from servers.exim import Exim
from servers.loopback import until
from shop import Shop


@pytest.fixture
def shop(tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim) -> Shop:
    return Shop(tmp_path, user, dovecot, exim)


def test_a_promise_is_found_reminded_and_kept(shop: Shop) -> None:
    with shop.daemon():
        id = shop.promise_soon_due(1)
        until(shop.promises, "the promise is in the ledger")
        listed = shop.run("list")
        assert "I'll send you part 1 within 3 hours." in listed.stdout
        assert "Ana Ortiz -> Carl Ebner" in listed.stdout
        until(shop.reminders, "the reminder lies in the agent's inbox")
        shop.send("Here is part 1.", id="<reply@shop.example>", answers=id)
        until(lambda: shop.promises()[0].state is State.KEPT, "the promise is kept")
    shown = shop.run("show", "1")
    assert "Promise 1: kept" in shown.stdout
    assert "<reply@shop.example>" in shown.stdout
    assert len(shop.reminders()) == 1
    assert shop.run("list").stdout == "No open promises.\n"


def test_new_mail_is_taken_in_within_a_second_of_the_push(shop: Shop) -> None:
    with shop.daemon():
        shop.promise_soon_due(1)
        until(shop.promises, "the first mail is read, so the watcher waits for the next")
        shop.promise_soon_due(2)
        started = time.monotonic()
        until(lambda: len(shop.promises()) == 2, "the promise is in the ledger")
        # Dovecot itself waits half a second before it pushes.
        assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_in_under_two_seconds(shop: Shop, number: int) -> None:
    with shop.daemon() as process:
        process.send_signal(number)
        started = time.monotonic()
        assert process.wait(5) == 0
        assert time.monotonic() - started < 2
    assert "daemon.stopped left=0" in shop.log_text()


def test_one_round_and_out(shop: Shop) -> None:
    shop.promise_soon_due(1)
    done = shop.run("run", "--once")
    assert done.returncode == 0, done.stderr
    until(shop.reminders, "the reminder lies in the agent's inbox")
    assert shop.run("run", "--once").returncode == 0
    assert len(shop.reminders()) == 1
    assert [letter.stage for letter in shop.letters()] == [Stage.SENT]


def test_a_new_uidvalidity_brings_nothing_twice(shop: Shop) -> None:
    shop.promise_soon_due(1)
    assert shop.run("run", "--once").returncode == 0
    shop.dovecot.clear_uidlist(shop.user, SENT)
    shop.promise_soon_due(2)
    assert shop.run("run", "--once").returncode == 0
    assert sorted(promise.message_id for promise in shop.promises()) == [
        "<promise-1@shop.example>",
        "<promise-2@shop.example>",
    ]
    until(lambda: len(set(shop.reminders())) == 2, "both reminders have come")
    assert len(shop.reminders()) == 2


def test_a_hostile_mail_is_set_aside_and_the_next_is_read(shop: Shop) -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(2000)
    )
    head = b"From: <ana@shop.example>\r\nMessage-ID: <evil@shop.example>\r\n"
    shop.dovecot.append(shop.user, SENT, head + nested)
    shop.promise_soon_due(1)
    with shop.daemon():
        until(shop.promises, "the promise after the hostile mail")
    listed = shop.run("list")
    assert "1 mail(s) could not be read and were set aside" in listed.stderr


def test_our_own_reminder_is_no_source(shop: Shop) -> None:
    shop.promise_soon_due(1)
    assert shop.run("run", "--once").returncode == 0
    until(shop.reminders, "the reminder lies in the inbox")
    assert shop.run("run", "--once").returncode == 0
    assert len(shop.promises()) == 1


def test_mail_from_before_the_first_start_reminds_nobody(shop: Shop) -> None:
    text = shop.config.read_text().replace("watch_since = 2020-01-01T00:00:00Z\n", "")
    shop.config.write_text(text)
    shop.promise_soon_due(1)
    assert shop.run("run", "--once").returncode == 0
    assert shop.promises()[0].is_history
    assert shop.letters() == ()


def test_a_wrong_password_ends_it_with_a_clear_word(shop: Shop) -> None:
    text = shop.config.read_text().replace("TEST_IMAP_PASSWORD", "TEST_SMTP_PASSWORD")
    shop.config.write_text(text.replace('"TEST_SMTP_PASSWORD"\npoll', '"HOME"\npoll'))
    done = shop.run("run")
    assert done.returncode == 77, done.stderr
    assert "shop (localhost:" in done.stderr
    assert done.stderr.count("Traceback") == 0


def test_two_daemons_never_send_from_one_ledger(shop: Shop) -> None:
    with shop.daemon():
        second = shop.run("run", "--once")
        assert second.returncode == 75
        assert "another promisekeeper" in second.stderr


def test_nothing_in_the_mailbox_is_changed(shop: Shop) -> None:
    shop.send("I'll write on Friday.", id="<1@shop.example>", sent_at=MONDAY)
    before = shop.dovecot.flags(shop.user, SENT)
    with shop.daemon():
        until(shop.promises, "the promise is in the ledger")
    assert [
        tuple(flag for flag in flags if flag != b"\\Recent")
        for flags in shop.dovecot.flags(shop.user, SENT)
    ] == [tuple(flag for flag in flags if flag != b"\\Recent") for flags in before]
