"""A ledger is opened safely, and what goes wrong with its file is said plainly."""

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from builders import MONDAY, a_batch, a_change, a_promise
from promisekeeper.core.promise import State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.errors import SourceNotFoundError, StoreBusyError, StoreError
from promisekeeper.store import schema
from promisekeeper.store.connection import LedgerFile, connect_for_writing
from promisekeeper.store.ledger import Ledger, open_ledger
from promisekeeper.store.reading import open_for_reading

ALL = PromiseQuery()
NOBODY = 65534
FULL = 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with one promise."""
    path = tmp_path / "ledger.db"
    with open_ledger(path) as ledger:
        ledger.record(a_batch(a_promise()))
    return path


@contextmanager
def powerless() -> Iterator[None]:
    """Root may do everything: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that anybody may read and nobody may write."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)
        Path(made).chmod(0o755)


def _record_and_fail(ledger: Ledger) -> None:
    assert ledger.record(a_batch(a_promise(key="2")))
    raise KeyError


def test_what_is_recorded_together_is_stored_together_or_not_at_all(path: Path) -> None:
    third, fourth = a_promise(key="3"), a_promise(key="4")
    with open_ledger(path) as ledger, open_for_reading(path) as other:
        with pytest.raises(KeyError), ledger.together():
            _record_and_fail(ledger)
        assert len(ledger.promises(ALL)) == 1
        with ledger.together():
            ledger.record(a_batch(third))
            ledger.record(a_batch(fourth))
            assert len(other.promises(ALL)) == 1
        assert len(other.promises(ALL)) == 3


def test_new_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "promisekeeper" / "ledger.db"
    with open_ledger(path) as ledger:
        ledger.record(a_batch(a_promise()))
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert modes == {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_commits_reach_the_disk_before_they_return(path: Path) -> None:
    """A power cut cannot be tested here, so these are the settings that it hangs on."""
    with closing(connect_for_writing(path, 1.0)) as file:
        assert file.rows("PRAGMA journal_mode") == [("wal",)]
        assert file.rows("PRAGMA synchronous") == [(FULL,)]


def test_reading_needs_no_heavy_library(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from promisekeeper.store.reading import PromiseQuery, open_for_reading\n"
        f"with open_for_reading(Path({str(path)!r})) as ledger:\n"
        "    print(len(ledger.promises(PromiseQuery())), 'sqlite_utils' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("1 False\n", "")


def test_reader_of_no_ledger_is_told_what_makes_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with pytest.raises(SourceNotFoundError, match=r"no ledger at .*'promisekeeper scan' or"):
        open_for_reading(path)
    assert not path.exists()


def test_empty_file_is_no_ledger_to_a_reader_and_a_new_one_to_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.touch()
    with pytest.raises(SourceNotFoundError, match="no ledger at"):
        open_for_reading(path)
    with open_ledger(path) as ledger:
        assert ledger.promises(ALL) == ()


def test_reader_refuses_a_ledger_that_needs_an_upgrade(path: Path) -> None:
    """Version -1 stands for an older release."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = -1")
    with pytest.raises(StoreError, match="older release"):
        open_for_reading(path)


def test_reader_writes_nothing(path: Path) -> None:
    with Ledger(path, is_read_only=True) as ledger:
        (promise,) = ledger.promises(ALL)
        with pytest.raises(StoreError, match="read-only"):
            ledger.change(a_change(promise))
        assert ledger.promise(1).state is State.OPEN


def test_reader_follows_a_writer(path: Path) -> None:
    with open_ledger(path) as writer, open_for_reading(path) as reader:
        writer.record(a_batch(a_promise(key="b")))
        assert len(reader.promises(ALL)) == 2


def test_ledger_in_a_read_only_folder_is_read(public_folder: Path) -> None:
    path = public_folder / "ledger.db"
    with open_ledger(path) as ledger:
        ledger.record(a_batch(a_promise()))
    path.chmod(0o444)
    public_folder.chmod(0o555)
    with powerless():
        with open_for_reading(path) as ledger:
            assert len(ledger.promises(ALL)) == 1
        assert [one.name for one in public_folder.iterdir()] == ["ledger.db"]


def test_ledger_with_a_log_is_not_read_without_it(public_folder: Path) -> None:
    """What a crashed writer committed last lies in the log; half the truth is not shown."""
    path = public_folder / "ledger.db"
    with open_ledger(path) as ledger:
        ledger.record(a_batch(a_promise()))
        kept = {one.name: one.read_bytes() for one in public_folder.iterdir()}
    for name, content in kept.items():
        (public_folder / name).write_bytes(content)
        (public_folder / name).chmod(0o644)
    (public_folder / "ledger.db-shm").unlink()
    public_folder.chmod(0o555)
    with powerless(), pytest.raises(StoreError, match="owner, mode and mount"):
        open_for_reading(path)


@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_ledger_that_may_not_be_written_is_refused_at_once(public_folder: Path, mode: int) -> None:
    path = public_folder / "ledger.db"
    open_ledger(path).close()
    path.chmod(mode)
    public_folder.chmod(0o555)
    with powerless(), pytest.raises(StoreError, match="owner, mode and mount") as caught:
        open_ledger(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["ledger.db", "new/ledger.db"])
def test_folder_that_may_not_be_written_is_named(public_folder: Path, name: str) -> None:
    public_folder.chmod(0o555)
    with powerless(), pytest.raises(StoreError, match="cannot be created: Permission denied"):
        open_ledger(public_folder / name)


def test_reader_that_may_not_enter_the_folder_is_told(public_folder: Path) -> None:
    public_folder.chmod(0o600)
    with powerless(), pytest.raises(StoreError, match="Permission denied: see owner"):
        open_for_reading(public_folder / "ledger.db")


def test_new_ledger_behind_a_link_is_for_its_owner_alone(tmp_path: Path) -> None:
    link, target = tmp_path / "link.db", tmp_path / "target.db"
    link.symlink_to(target)
    open_ledger(link).close()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_ledger(tmp_path)


def test_file_below_a_file_cannot_be(path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be created"):
        open_ledger(path / "ledger.db")


@pytest.mark.parametrize("open_it", [open_ledger, open_for_reading])
def test_garbage_is_no_ledger(tmp_path: Path, open_it: Callable[[Path], Ledger]) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"Dear diary,\n" * 1000)
    with pytest.raises(StoreError, match="not a ledger: name another file"):
        open_it(path)
    assert path.read_bytes() == b"Dear diary,\n" * 1000


def test_damaged_ledger_is_told_as_such(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(StoreError, match=r"damaged.*backup"), open_ledger(path) as ledger:
        ledger.promises(ALL)


def store_much(file: LedgerFile) -> None:
    with file.transaction() as database:
        database.execute("INSERT INTO meta VALUES ('small', 'x')")
        database.execute("INSERT INTO meta VALUES ('large', ?)", ["x" * 100_000])


def test_full_disk_stores_nothing_and_may_be_mended(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    file = LedgerFile(connection, "ledger.db", 0.1)
    with closing(file):
        file.prepare(is_writer=True)
        (pages,) = file.rows("PRAGMA page_count")[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(StoreError, match="disk is full: make room"):
            store_much(file)
        assert file.rows("SELECT name FROM meta ORDER BY name") == []
        connection.execute("PRAGMA max_page_count = 1000000")
        store_much(file)
        assert file.rows("SELECT name FROM meta ORDER BY name") == [("large",), ("small",)]


def test_writer_waits_only_so_long(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Ledger(path, patience_seconds=0.05) as ledger:
            with pytest.raises(StoreBusyError, match="another program has held the ledger"):
                ledger.change(a_change(a_promise()))
            assert ledger.promise(1).state is State.OPEN
            other.execute("ROLLBACK")
            assert ledger.change(a_change(a_promise()))


@pytest.mark.parametrize("is_read_only", [True, False])
def test_ledger_that_another_keeps_to_itself_is_busy(path: Path, is_read_only: bool) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="fuser"):
            Ledger(path, is_read_only=is_read_only, patience_seconds=0.05)


def test_interrupted_block_stores_nothing(path: Path) -> None:
    def forget_and_be_interrupted(file: LedgerFile) -> None:
        with file.transaction() as database:
            database.execute("DELETE FROM events")
            raise KeyboardInterrupt

    with closing(connect_for_writing(path, 1.0)) as file:
        with pytest.raises(KeyboardInterrupt):
            forget_and_be_interrupted(file)
        assert file.rows("SELECT count(*) FROM events") == [(1,)]


def test_running_program_does_not_write_after_an_upgrade(path: Path) -> None:
    with open_ledger(path) as running:
        with closing(sqlite3.connect(path)) as newer:
            newer.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        with pytest.raises(StoreError, match="restart this program"):
            running.first_start(MONDAY)


START = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import sqlite_utils
from promisekeeper.store.ledger import open_ledger
print("ready", flush=True)
sys.stdin.readline()
with open_ledger(Path(sys.argv[1])) as ledger:
    print(ledger.first_start(datetime(2026, 11, int(sys.argv[2]), tzinfo=UTC)))
"""


def starter(path: Path, day: int) -> "subprocess.Popen[str]":
    """A process that will open the ledger as soon as it is told."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(path), str(day)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_first_start_of_many_processes_at_once(tmp_path: Path) -> None:
    """Each wants to make the file, to switch it to WAL, to run the migrations, and to be first."""
    starters = [starter(tmp_path / "ledger.db", day) for day in range(1, 7)]
    for process in starters:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = {process.communicate()[0] for process in starters}
    assert [process.returncode for process in starters] == [0] * 6
    assert len(answers) == 1
