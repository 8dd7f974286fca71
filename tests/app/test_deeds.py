"""snooze, give and undo on the command line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builders import a_batch, a_promise
from promisekeeper.app.cli import cli
from promisekeeper.core.tokens import names_in
from promisekeeper.store.ledger import Ledger

CONFIG = """\
own_domains = ["shop.example"]
zone = "UTC"
[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
[[agents]]
name = "Joss Lind"
addresses = ["joss@shop.example"]
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise()))
    return tmp_path


def call(place: Path, *arguments: str) -> Result:
    options = ["--config", str(place / "config.toml"), "--ledger", str(place / "ledger.db")]
    return CliRunner().invoke(cli, [*options, *arguments], prog_name="promisekeeper")


def shown(place: Path) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(call(place, "show", "1", "--json").stdout)
    return fields


def test_snooze_until_and_back(place: Path) -> None:
    result = call(place, "snooze", "1", "until", "tomorrow", "9:00")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Promise 1: nobody is reminded before ")
    assert result.stdout.endswith("09:00.\n")
    assert shown(place)["snoozed_until"].endswith("T09:00:00+00:00")
    assert "nobody is reminded before" in call(place, "show", "1").stdout
    assert call(place, "undo", "1").stdout == "Promise 1 is open.\n"
    assert shown(place)["snoozed_until"] is None


def test_snooze_for_how_long(place: Path) -> None:
    result = call(place, "snooze", "1", "a while")
    assert (result.exit_code, "names no single time" in result.stderr) == (os.EX_DATAERR, True)


def test_give_and_back(place: Path) -> None:
    assert (
        call(place, "give", "1", "joss").stdout
        == "Promise 1 is Joss Lind <joss@shop.example>'s now.\n"
    )
    assert shown(place)["owner_address"] == "joss@shop.example"
    call(place, "undo", "1")
    assert shown(place)["owner_address"] == "ana@shop.example"


def test_give_to_nobody_says_who_is_there(place: Path) -> None:
    result = call(place, "give", "1", "Kim")
    assert result.exit_code == os.EX_DATAERR
    assert "they are Ana Ortiz, Joss Lind" in result.stderr


def test_undo_of_nothing(place: Path) -> None:
    result = call(place, "undo", "1")
    assert (result.exit_code, "nobody has said anything" in result.stderr) == (os.EX_DATAERR, True)


def test_a_move_taken_back_leaves_one_open_promise(place: Path) -> None:
    call(place, "move", "1", "tomorrow", "14:00")
    assert call(place, "undo", "2").stdout == "Promise 1 is open.\n"
    rows = json.loads(call(place, "list", "--json").stdout)
    assert [row["id"] for row in rows] == [1]


def test_json_is_the_whole_promise(place: Path) -> None:
    for arguments in (("snooze", "1", "2h"), ("give", "1", "Joss"), ("undo", "1")):
        assert json.loads(call(place, *arguments, "--json").stdout)["id"] == 1


MAILING = """\
control_address = "promises@shop.example"
[smtp]
host = "127.0.0.1"
security = "plain"
"""


def test_give_tells_the_new_owner(place: Path) -> None:
    (place / "config.toml").write_text(MAILING.partition("[smtp]")[0] + CONFIG)
    assert call(place, "give", "1", "joss").exit_code == 0
    assert call(place, "undo", "1").exit_code == 0
    with Ledger(place / "ledger.db") as ledger:
        assert ledger.letters() == ()
    control, _, smtp = MAILING.partition("[smtp]")
    (place / "config.toml").write_text(f"{control}{CONFIG}[smtp]{smtp}")
    result = call(place, "give", "1", "joss")
    assert (result.exit_code, result.stderr) == (0, "")
    with Ledger(place / "ledger.db") as ledger:
        (entry,) = ledger.letters()
        letter = entry.letter
        assert (letter.kind, letter.recipient) == ("given", "joss@shop.example")
        token = ledger.token(names_in(letter.content.decode())[0])
        assert token is not None
        assert token.agent == "joss@shop.example"
