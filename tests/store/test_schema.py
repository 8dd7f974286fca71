"""Ledgers of every release open; strangers and newer ones are left alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from builders import (
    CUSTOMER,
    FRIDAY,
    MONDAY,
    SENT_FOLDER,
    a_batch,
    a_cursor,
    a_letter,
    a_note,
    a_promise,
    a_quarantined,
    a_step,
)
from promisekeeper.core.promise import DeadlineKind, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Stage
from promisekeeper.errors import StoreError
from promisekeeper.store import schema
from promisekeeper.store.ledger import Ledger

LEDGERS = Path(__file__).parents[1] / "data" / "ledgers"
RELEASED = sorted(LEDGERS.glob("v*.sql"), key=lambda path: int(path.stem[1:]))


def run_sql(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def tables(path: Path) -> list[tuple[str, ...]]:
    """Everything that the schema consists of, blanks aside."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name")
        return [(kind, name, " ".join((sql or "").split())) for kind, name, sql in found]


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    run_sql(path, request.param.read_text())
    return path


def test_every_version_has_its_file() -> None:
    assert [path.stem for path in RELEASED] == [f"v{n + 1}" for n in range(schema.VERSION)]


def test_released_ledger_becomes_what_a_new_one_is(released: Path, tmp_path: Path) -> None:
    """Fails, too, when a released migration was edited: its file was made by the old one."""
    Ledger(released).close()
    Ledger(tmp_path / "new.db").close()
    assert tables(released) == tables(tmp_path / "new.db")


def test_released_ledger_keeps_all_it_held(released: Path) -> None:
    with Ledger(released) as ledger:
        kept, history = ledger.promises(PromiseQuery())
        assert (kept.id, kept.state, kept.deadline.due_at) == (1, State.KEPT, FRIDAY)
        assert kept.made_at.utcoffset() == timedelta(hours=1)
        assert (history.is_history, history.deadline.kind) == (True, DeadlineKind.VAGUE)
        actions = [event.action for event in ledger.events(kept.key)]
        assert actions == ["found", "reminder queued", "kept"]
        (note,) = ledger.notes(CUSTOMER)
        assert note == replace(a_note(), references=note.references, has_attachment=True)
        assert ledger.steps([kept.key]) == {a_step()}
        assert [entry.stage for entry in ledger.letters()] == [Stage.SENT, Stage.QUEUED]
        assert ledger.letters()[0].letter == a_letter()
        assert ledger.cursor(SENT_FOLDER) == a_cursor(42, validity=7)
        assert ledger.quarantine() == (a_quarantined(),)
        assert ledger.unsettled() == ("eve@client.example",)
        assert ledger.first_start(FRIDAY) == MONDAY


def test_released_ledger_goes_on_counting(released: Path) -> None:
    with Ledger(released) as ledger:
        (promise,) = ledger.record(a_batch(a_promise(key="new")))
        assert promise.id == 3


def test_newer_ledger_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    run_sql(path, f"PRAGMA user_version = {schema.VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer promisekeeper.*upgrade this program"):
        Ledger(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("CREATE TABLE places (url TEXT)", id="tables of its own"),
        pytest.param("PRAGMA user_version = 1", id="a version of its own"),
        pytest.param("PRAGMA application_id = 7; CREATE TABLE a (b)", id="an id of its own"),
    ],
)
def test_database_of_another_program_is_refused_untouched(tmp_path: Path, script: str) -> None:
    path = tmp_path / "places.sqlite"
    run_sql(path, script)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program: name another file"):
        Ledger(path)
    assert path.read_bytes() == before


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise()))
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE promises SET state = 'done'", id="no such state"),
        pytest.param("UPDATE promises SET state = 'kept'", id="settled without a time"),
        pytest.param("UPDATE promises SET due_at = NULL", id="instant without an instant"),
        pytest.param("UPDATE promises SET kind = 'vow'", id="no such kind"),
        pytest.param("UPDATE promises SET start = 'x'", id="text for a number"),
        pytest.param("UPDATE promises SET evidence_sentence = 'x'", id="half an evidence"),
        pytest.param("DELETE FROM promises", id="history without its promise"),
        pytest.param("INSERT INTO steps VALUES ('nobody', 'remind', 'x')", id="nobody's step"),
        pytest.param(
            "INSERT INTO promises SELECT 2, key FROM promises", id="same key twice, and short"
        ),
    ],
)
def test_database_itself_refuses_nonsense(connection: sqlite3.Connection, statement: str) -> None:
    with pytest.raises((sqlite3.IntegrityError, sqlite3.OperationalError)):
        connection.execute(statement)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("state IN (?) AND follow_up_utc < ?", id="what is due"),
        pytest.param("customer = ?", id="one customer's"),
        pytest.param("follow_up_utc < ?", id="everything"),
    ],
)
def test_questions_need_no_sorting(connection: sqlite3.Connection, question: str) -> None:
    plan = connection.execute(
        f"EXPLAIN QUERY PLAN SELECT * FROM promises WHERE {question} ORDER BY follow_up_utc, id",
        ["x"] * question.count("?"),
    ).fetchall()
    details = " ".join(detail for *_, detail in plan)
    assert "USING INDEX" in details
    assert "TEMP B-TREE" not in details
