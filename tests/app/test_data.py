"""export, backup and forget."""

import csv
import io
import json
import os
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


def test_backup(place: Path) -> None:
    target = place / "copy.db"
    assert call(place, "backup", str(target)).exit_code == 0
    again = call(place, "backup", str(target))
    assert (again.exit_code, "exists already" in again.stderr) == (os.EX_IOERR, True)


def test_forget_asks_first(place: Path) -> None:
    asked = CliRunner().invoke(
        cli, ["--ledger", str(place / "ledger.db"), "forget", "carl@client.example"], input="n\n"
    )
    assert asked.exit_code == 1
    result = call(place, "forget", "carl@client.example", "--yes")
    assert result.stdout.startswith("Deleted: ")
    assert "3 promises" in result.stdout
    assert call(place, "list", "--all").stdout == "No promises.\n"


def test_forget_counts_for_programs(place: Path) -> None:
    counts = json.loads(call(place, "forget", "carl@client.example", "--yes", "--json").stdout)
    assert counts["promises"] == 3


@pytest.mark.parametrize("arguments", [("export",), ("backup", "x"), ("forget", "a@b.c")])
def test_without_a_ledger(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = call(tmp_path, *arguments)
    assert result.exit_code == os.EX_NOINPUT
    assert not (tmp_path / "ledger.db").exists()
