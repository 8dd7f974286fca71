"""kill -9 at random moments: no promise is lost, and no letter is sent twice."""

import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from promisekeeper.core.digest import OVER_CAP
from promisekeeper.core.records import Stage
from promisekeeper.store.ledger import Ledger
from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.loopback import until
from shop import Shop

ROUNDS = 20


def test_twenty_kills(tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim) -> None:
    kill_rounds(Shop(tmp_path, user, dovecot, exim), ROUNDS, random.Random(20261122))


def kill_rounds(shop: Shop, rounds: int, chance: random.Random) -> None:
    """Kill the daemon `rounds` times amid its work, let it finish, and compare."""
    wanted = [shop.promise_soon_due(number) for number in range(rounds)]
    amid = 0
    for number in range(rounds):
        process = started(shop)
        wanted.append(shop.promise_soon_due(rounds + number))
        # Half a second passes before Dovecot tells of it; then all happens in a blink.
        kill_after(process, chance.uniform(0.0, 0.9))
        amid += is_amid_work(shop, len(wanted))
    # A run in which no kill fell into work would prove nothing.
    assert amid >= rounds // 5
    with shop.daemon():
        until(lambda: len(told(shop)) == len(wanted), "every promise is told of", 60)
        until(
            lambda: all(letter.stage is Stage.SENT for letter in shop.letters()),
            "every letter is sent",
            60,
        )
        until(lambda: len(shop.reminders()) >= len(shop.letters()), "every letter has come", 30)
    assert sorted(promise.message_id for promise in shop.promises()) == sorted(wanted)
    assert set(told(shop).values()) == {1}
    copies = Counter(shop.reminders())
    assert set(copies.values()) == {1}
    queued = {f"Message-ID: {letter.letter.message_id}" for letter in shop.letters()}
    assert copies.keys() == queued
    with Ledger(shop.ledger) as ledger:
        assert ledger.unsettled() == ()


def told(shop: Shop) -> Counter[str]:
    """How often each promise was told of: in a letter, or left to the digest, which is a step."""
    with Ledger(shop.ledger) as ledger:
        in_letters = [key for one in ledger.letters() for key in one.letter.promise_keys]
        steps = ledger.steps([promise.key for promise in shop.promises()])
    left = [step.promise_key for step in steps if step.kind == OVER_CAP]
    return Counter([*in_letters, *left])


def is_amid_work(shop: Shop, wanted: int) -> bool:
    """Whether the last kill left something half done: unread, unweighed, or unsent."""
    with Ledger(shop.ledger) as ledger:
        is_all_sent = all(letter.stage is Stage.SENT for letter in ledger.letters())
        return bool(ledger.unsettled()) or not is_all_sent or len(told(shop)) < wanted


def started(shop: Shop) -> subprocess.Popen[bytes]:
    before = shop.times_ready()
    process = shop.start()
    until(lambda: shop.times_ready() > before, "the daemon is ready")
    return process


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.wait()
