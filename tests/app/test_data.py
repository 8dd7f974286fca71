"""export, backup and forget."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import FRIDAY, a_batch, a_change, a_deadline, a_promise
from promisekeeper.app.cli import cli
from promisekeeper.core.promise import DeadlineKind
from promisekeeper.store.ledger import Ledger


def call(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--ledger", str(place / "ledger.db"), *arguments])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with Ledger(tmp_path / "ledger.db") as ledger:
        first, *_ = ledger.record(
            a_batch(
                a_promise(),
                a_promise(key="two", words="=HYPERLINK(1); I'll write, é and so on, " * 4),
                a_promise(key="three", deadline=a_deadline(kind=DeadlineKind.NONE, words="")),
            )
        )
        assert ledger.change(a_change(first))
    return tmp_path


def test_json_holds_all_promises(place: Path) -> None:
    rows = json.loads(call(place, "export").stdout)
    assert sorted(row["state"] for row in rows) == ["kept", "open", "open"]


def test_csv_is_safe_to_open_in_a_spreadsheet(place: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(call(place, "export", "--format", "csv").stdout)))
    assert len(rows) == 3
    assert not any(value.startswith("=") for row in rows for value in row.values())


def test_a_calendar_holds_the_open_ones(place: Path) -> None:
    text = call(place, "export", "--format", "ics").stdout
    lines = text.replace("\r\n", "\n").split("\n")
    assert lines.count("BEGIN:VEVENT") == 2
    assert f"DTSTART:{FRIDAY:%Y%m%dT%H%M%SZ}" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = "\n".join(lines).replace("\n ", "")
    assert "I'll write\\, é and so on" in unfolded
    assert "(no time was named)" in unfolded


def test_a_file_is_for_its_owner_alone(place: Path) -> None:
    target = place / "out.csv"
    result = call(place, "export", "--format", "csv", "-o", str(target))
    assert result.stdout == f"Wrote 3 promises to {target}.\n"
    assert target.stat().st_mode & 0o077 == 0


def ledger_itself(place: Path) -> Path:
    return place / "ledger.db"


def its_log(place: Path) -> Path:
    return place / "ledger.db-wal"


def a_link_to_it(place: Path) -> Path:
    (place / "link").symlink_to(place / "ledger.db")
    return place / "link"


def another_name_of_it(place: Path) -> Path:
    (place / "hard").hardlink_to(place / "ledger.db")
    return place / "hard"


@pytest.mark.parametrize("target_in", [ledger_itself, its_log, a_link_to_it, another_name_of_it])
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_an_export_never_writes_over_the_ledger(
    place: Path, target_in: Callable[[Path], Path], force: tuple[str, ...]
) -> None:
    before = (place / "ledger.db").read_bytes()
    result = call(place, "export", "-o", str(target_in(place)), *force)
    assert (result.exit_code, "is promisekeeper's own" in result.stderr) == (os.EX_DATAERR, True)
    assert (place / "ledger.db").read_bytes() == before


def test_an_export_never_writes_over_the_configuration(place: Path) -> None:
    config = place / "config.toml"
    config.write_text('zone = "UTC"\n')
    result = call(place, "--config", str(config), "export", "-o", str(config), "--force")
    assert result.exit_code == os.EX_DATAERR
    assert config.read_text() == 'zone = "UTC"\n'


def test_an_export_writes_over_a_file_only_when_told_to(place: Path) -> None:
    target = place / "mine.txt"
    target.write_text("mine")
    refused = call(place, "export", "-o", str(target))
    assert (refused.exit_code, "say --force" in refused.stderr) == (os.EX_DATAERR, True)
    assert target.read_text() == "mine"
    assert call(place, "export", "-o", str(target), "--force").exit_code == 0
    assert len(json.loads(target.read_text())) == 3


def test_an_export_that_fails_leaves_nothing_behind(place: Path) -> None:
    result = call(place, "export", "-o", str(place / "ledger.db" / "x"))
    assert result.exit_code == os.EX_IOERR
    fifo = place / "out" / "fifo"
    fifo.parent.mkdir()
    os.mkfifo(fifo)
    refused = call(place, "export", "-o", str(fifo), "--force")
    assert (refused.exit_code, "no ordinary file" in refused.stderr) == (os.EX_IOERR, True)
    assert list(fifo.parent.iterdir()) == [fifo]


def test_backup(place: Path) -> None:
    target = place / "copy.db"
    assert call(place, "backup", str(target)).exit_code == 0
    again = call(place, "backup", str(target))
    assert (again.exit_code, "exists already" in again.stderr) == (os.EX_DATAERR, True)


def test_forget_asks_first(place: Path) -> None:
    asked = CliRunner().invoke(
        cli, ["--ledger", str(place / "ledger.db"), "forget", "carl@client.example"], input="n\n"
    )
    assert asked.exit_code == 1
    assert "Delete everything of carl@client.example, with 3 promise(s)?" in asked.stderr
    result = call(place, "forget", "Carl <CARL@client.example>", "--yes")
    assert result.stdout.startswith("Deleted: ")
    assert "3 promises" in result.stdout
    assert call(place, "list", "--all").stdout == "No promises.\n"


def test_forget_counts_for_programs(place: Path) -> None:
    counts = json.loads(call(place, "forget", "carl@client.example", "--yes", "--json").stdout)
    assert counts["promises"] == 3


@pytest.mark.parametrize("address", ["Carl", "carl@", "<>", "a@b c@d"])
def test_forget_needs_an_address(place: Path, address: str) -> None:
    result = call(place, "forget", address, "--yes")
    assert (result.exit_code, "is no mail address" in result.stderr) == (os.EX_DATAERR, True)


@pytest.mark.parametrize("arguments", [("export",), ("backup", "x"), ("forget", "a@b.c")])
def test_without_a_ledger(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = call(tmp_path, *arguments)
    assert result.exit_code == os.EX_NOINPUT
    assert not (tmp_path / "ledger.db").exists()
