"""promisekeeper away."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import AGENT, a_batch, a_promise
from promisekeeper.app.cli import cli
from promisekeeper.app.clock import utc_now
from promisekeeper.store.ledger import Ledger

CONFIG = """\
own_domains = ["shop.example"]
zone = "UTC"
[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
[[agents]]
name = "Joss Merrow"
addresses = ["joss@shop.example"]
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    now = utc_now()
    with Ledger(tmp_path / "ledger.db") as ledger:
        due_at = now + timedelta(hours=3)
        ledger.record(a_batch(a_promise(owner="Ana Ortiz", made_at=now, due_at=due_at)))
    return tmp_path


def call(place: Path, *arguments: str) -> Result:
    options = ["--config", str(place / "config.toml"), "--ledger", str(place / "ledger.db")]
    return CliRunner().invoke(cli, [*options, "away", *arguments])


def test_nobody_is_away_at_first(place: Path) -> None:
    assert call(place).stdout == "Nobody is away.\n"


def test_it_says_who_stands_in_and_for_what(place: Path) -> None:
    result = call(place, "ana", "until", "tomorrow", "--deputy", "Joss")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("1  Ana Ortiz is away ")
    assert lines[0].endswith("; Joss Merrow stands in.")
    assert lines[1].startswith("#1  ")
    assert "I'll send you the new invoice by Friday." in lines[1]
    assert lines[2] == "1 of Ana's fall due in that time, and 0 of Joss's own: 1 for Joss."
    assert call(place).stdout == f"{lines[0]}\n"


def test_an_absence_ends(place: Path) -> None:
    call(place, "ana", "tomorrow", "--deputy", "joss@shop.example")
    assert call(place, "--end", "1").stdout == "Nobody is away.\n"
    assert call(place, "--end", "1").exit_code == os.EX_NOINPUT


def test_json(place: Path) -> None:
    value = json.loads(call(place, "ana", "until tomorrow", "--deputy", "joss", "--json").stdout)
    assert (value["agent"], value["deputy"]) == ("Ana Ortiz", "Joss Merrow")
    assert [promise["owner_address"] for promise in value["promises"]] == [AGENT]
    (listed,) = json.loads(call(place, "--json").stdout)
    assert listed == {name: value[name] for name in listed}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("ana", "soon", "--deputy", "joss"), "names no first and last day"),
        (("ana", "2020-01-01", "--deputy", "joss"), "is past"),
        (("ana", "tomorrow"), "--deputy must name who stands in"),
        (("ana", "tomorrow", "--deputy", "nobody"), "is no one agent of yours"),
        (("ana", "tomorrow", "--deputy", "ana"), "cannot be their own deputy"),
    ],
)
def test_what_cannot_be(place: Path, arguments: tuple[str, ...], problem: str) -> None:
    result = call(place, *arguments)
    assert (result.exit_code, problem in result.stderr) == (os.EX_DATAERR, True)
    assert call(place).stdout == "Nobody is away.\n"
