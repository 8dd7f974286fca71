"""One open ledger file: how it is opened, locked and written, and what its errors mean.

Writers take turns in their own way. SQLite's busy handler sleeps up to 100 ms between two looks
and has no queue, so a command would wait seconds behind a busy daemon. Here each one looks every
millisecond, and one that has just written leaves a gap in which another's look falls.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from promisekeeper.errors import SourceNotFoundError, StoreBusyError, StoreError
from promisekeeper.store import schema
from promisekeeper.store.promiserows import Row, storable

if TYPE_CHECKING:
    from sqlite_utils import Database

PATIENCE_SECONDS = 5.0
LOOK_EACH_SECONDS = 0.001
LONGEST_GAP_SECONDS = 0.003
# STRICT tables came with 3.37.
OLDEST_SQLITE = (3, 37)

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_ADVICE = {
    sqlite3.SQLITE_READONLY: "it, or its folder, is read-only: see owner, mode and mount",
    sqlite3.SQLITE_PERM: "access is denied: see owner and mode of it and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: see owner, mode and mount of it and its folder",
    sqlite3.SQLITE_FULL: "the disk is full: make room; nothing of this step was stored",
    sqlite3.SQLITE_CORRUPT: "it is damaged: stop promisekeeper and restore it from a backup, "
    "or save what can be read with 'sqlite3 FILE .recover'",
    sqlite3.SQLITE_NOTADB: "it is not a ledger: name another file, or move this one away",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
}


T = TypeVar("T")

# Closing a second descriptor of a file drops every lock that SQLite holds on it in the same
# process (POSIX, fcntl), so no thread may connect while another still creates.
_creating = threading.Lock()


class LedgerFile:
    """A connection to one ledger; belongs to the thread that opened it.

    Attributes:
        name: The path, or ":memory:", for messages.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, patience_seconds: float) -> None:
        self.name = name
        self._connection = connection
        self._patience_seconds = patience_seconds
        self._database: Database | None = None
        self._is_ready = False
        self._next_turn_at = 0.0
        self._together_in: Database | None = None

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of one query."""
        values = [storable(value) if isinstance(value, str) else value for value in parameters]
        with speaking_plainly(self.name):
            return self._patiently(lambda: self._connection.execute(sql, values).fetchall())

    @contextmanager
    def transaction(self) -> "Iterator[Database]":
        """One write transaction: committed to the disk at its end, or nothing of it is stored.

        Raises:
            StoreBusyError: Another process wrote all the time.
            StoreError: The ledger cannot be written.
        """
        if self._together_in is not None:
            yield self._together_in
            return
        database = self._writing_database()
        time.sleep(max(0.0, self._next_turn_at - time.monotonic()))
        with speaking_plainly(self.name):
            self._patiently(lambda: self._connection.execute("BEGIN IMMEDIATE"))
            began_at = time.monotonic()
            try:
                self._check_release()
                yield database
                self._patiently(lambda: self._connection.execute("COMMIT"))
            except BaseException:
                # A full disk has rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            ended_at = time.monotonic()
            # Short writes leave short gaps: ten in a row should not wait for nobody.
            gap_seconds = min(LONGEST_GAP_SECONDS, (ended_at - began_at) / 4)
            self._next_turn_at = ended_at + gap_seconds

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction around all that are begun in here: all of them, or nothing."""
        with self.transaction() as database:
            self._together_in = database
            try:
                yield
            finally:
                self._together_in = None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def prepare(self, *, is_writer: bool) -> None:
        """Check whose file it is, and bring a writer's one up to this release."""
        with speaking_plainly(self.name):
            found = self._patiently(lambda: schema.version(self._connection, self.name))
            self._connection.execute("PRAGMA foreign_keys = ON")
            if is_writer:
                self._patiently(lambda: self._connection.execute("PRAGMA journal_mode = WAL"))
                self._connection.execute("PRAGMA synchronous = FULL")
        if found < schema.VERSION and not is_writer:
            self._refuse_old(found)
        if found < schema.VERSION:
            with self.transaction() as database:
                # Another process may have done it while this one waited.
                schema.migrate(database, schema.version(self._connection, self.name))
        self._is_ready = True

    def _refuse_old(self, found: int) -> None:
        if found == 0:
            raise _no_ledger(self.name)
        raise StoreError(
            f"{self.name} is of an older release (ledger version {found}): start "
            f"'promisekeeper run' or 'promisekeeper scan' once, which brings it up to date"
        )

    def _check_release(self) -> None:
        """Never write into tables that a newer release has changed under our feet."""
        if self._is_ready:
            (found,) = self._connection.execute("PRAGMA user_version").fetchone()
            if found != schema.VERSION:
                raise StoreError(
                    f"{self.name} was upgraded to ledger version {found} by another release"
                    f" (this program writes {schema.VERSION}): restart this program"
                )

    def _writing_database(self) -> "Database":
        """The connection as sqlite-utils sees it."""
        if self._database is None:
            # Imported here for start-up time: commands that only read never need it.
            from sqlite_utils import Database

            self._database = Database(
                self._connection, recursive_triggers=False, execute_plugins=False
            )
        return self._database

    def _patiently(self, act: Callable[[], T]) -> T:
        give_up_at = time.monotonic() + self._patience_seconds
        while True:
            try:
                return act()
            except sqlite3.OperationalError as error:
                if primary_code(error) not in _BUSY or time.monotonic() > give_up_at:
                    raise
            time.sleep(LOOK_EACH_SECONDS)


def connect_for_writing(path: Path | str, patience_seconds: float) -> LedgerFile:
    """Open a ledger, made with mode 0600 where there is none, at this release's version.

    Raises:
        StoreError: It cannot be opened, or is no ledger, or of a newer release.
    """
    _check_sqlite()
    if path != ":memory:":
        # Through a link, the mode must be that of the file itself.
        path = Path(path).resolve()
        _create(path)
    with speaking_plainly(str(path)):
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    return _prepared(LedgerFile(connection, str(path), patience_seconds), is_writer=True)


def connect_for_reading(path: Path, patience_seconds: float) -> LedgerFile:
    """Open a ledger that exists; nothing can be written through it.

    Raises:
        SourceNotFoundError: There is no ledger yet.
        StoreError: It cannot be opened, or is no ledger, or of another release.
    """
    _check_sqlite()
    _check_is_there(path)
    with speaking_plainly(str(path)):
        connection = _connect_read_only(path)
    return _prepared(LedgerFile(connection, str(path), patience_seconds), is_writer=False)


def insert(database: "Database", table: str, row: Row) -> int | None:
    """Store one row; returns its number, in a table that numbers its rows."""
    return database.execute(_insertion(table, tuple(row)), row).lastrowid


@lru_cache(maxsize=64)
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"


def insert_new(
    database: "Database", table: str, row: Row, *, once_by: tuple[str, ...]
) -> int | None:
    """Store a row; None where one with the same `once_by` was there.

    The table's unique key stands behind this. ON CONFLICT would do, but it uses up numbers, and
    users see them.
    """
    same = " AND ".join(f"{column} = :{column}" for column in once_by)
    is_there = database.execute(f"SELECT 1 FROM {table} WHERE {same}", row).fetchone()
    return None if is_there else insert(database, table, row)


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 where Python made the error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def speaking_plainly(name: str) -> Iterator[None]:
    """Turn what SQLite says of the file into what a user can do about it."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = primary_code(error)
        if code in _BUSY:
            raise StoreBusyError(
                f"{name}: another program has held the ledger for seconds: try again, "
                f"or see which one with 'fuser -v {name}'"
            ) from error
        if code in _ADVICE:
            raise StoreError(f"{name}: {_ADVICE[code]} ({error})") from error
        raise


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old: use a Python that is built with "
            f"{'.'.join(map(str, OLDEST_SQLITE))} or newer"
        )


def _create(path: Path) -> None:
    try:
        with _creating:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Another process may be quicker, between the look and the making.
            if not path.exists():
                with suppress(FileExistsError):
                    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path}: the ledger cannot be created: {error.strerror}: "
            f"see the owner and mode of the folder, or name another file"
        ) from error


def _check_is_there(path: Path) -> None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_ledger(str(path)) from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}: see owner and mode of its folder") from error


def _connect_read_only(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as error:
        # In a read-only folder SQLite cannot make its lock file. While no log lies beside the
        # ledger nobody is writing, and it may be read without one.
        is_locked_out = primary_code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if is_locked_out and not _has_log(path):
            connection.close()
            return sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    return connection


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _prepared(file: LedgerFile, *, is_writer: bool) -> LedgerFile:
    try:
        file.prepare(is_writer=is_writer)
    except BaseException:
        file.close()
        raise
    return file


def _no_ledger(name: str) -> SourceNotFoundError:
    return SourceNotFoundError(
        f"no ledger at {name}: run 'promisekeeper scan' or 'promisekeeper run' first"
    )
