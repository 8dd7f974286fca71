"""Two daemons never send from one ledger."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from promisekeeper.errors import StoreBusyError, StoreError
from promisekeeper.store.outbox import sender_lock

HOLD = """
import sys
from pathlib import Path
from promisekeeper.store.outbox import sender_lock
with sender_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def hold(ledger: Path) -> "subprocess.Popen[str]":
    """Another process that has the lock until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(ledger)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_one_sender_after_another(ledger: Path) -> None:
    lock = ledger.with_name("ledger.db-sender")
    lock.write_text("the number of a long gone process")
    for _ in range(2):
        with sender_lock(ledger):
            assert lock.read_text() == str(os.getpid())


def test_second_sender_is_named_the_first(ledger: Path) -> None:
    with hold(ledger) as other:
        message = rf"process {other.pid}\) sends from this ledger already"
        with pytest.raises(StoreBusyError, match=message), sender_lock(ledger):
            pass
        other.communicate()
    with sender_lock(ledger):
        pass


def test_threads_of_one_process_exclude_each_other_too(ledger: Path) -> None:
    with sender_lock(ledger), pytest.raises(StoreBusyError), sender_lock(ledger):
        pass


def test_ledgers_have_senders_of_their_own(ledger: Path) -> None:
    with sender_lock(ledger), sender_lock(ledger.with_name("other.db")):
        pass


def test_ledger_by_another_name_has_the_same_sender(ledger: Path) -> None:
    link = ledger.with_name("link.db")
    link.symlink_to(ledger)
    with sender_lock(ledger), pytest.raises(StoreBusyError), sender_lock(link):
        pass


def test_killed_sender_leaves_no_lock(ledger: Path) -> None:
    with hold(ledger) as other:
        other.send_signal(signal.SIGKILL)
    with sender_lock(ledger):
        pass


def test_lock_is_let_go_after_an_error(ledger: Path) -> None:
    with pytest.raises(ZeroDivisionError), sender_lock(ledger):
        raise ZeroDivisionError
    with sender_lock(ledger):
        pass


def test_lock_is_for_its_owner_alone(ledger: Path) -> None:
    with sender_lock(ledger):
        assert (ledger.parent / "ledger.db-sender").stat().st_mode & 0o777 == 0o600


def test_lock_may_be_the_first_file_of_all(tmp_path: Path) -> None:
    with sender_lock(tmp_path / "new" / "ledger.db"):
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="see the owner"), sender_lock(tmp_path / "file" / "l.db"):
        pass
