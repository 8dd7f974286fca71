"""log: everything that was done about a promise, and who knocked at the control address."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from answering import NOW, Desk, a_reply
from builders import AGENT, MONDAY, a_batch, a_promise
from promisekeeper.app.cli import cli
from promisekeeper.core.records import Stage
from promisekeeper.store.ledger import Ledger


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise()))
        yield Desk(ledger)


def log(tmp_path: Path, *arguments: str) -> str:
    (tmp_path / "config.toml").write_text('zone = "UTC"\n')
    options = ["--config", str(tmp_path / "config.toml"), "--ledger", str(tmp_path / "ledger.db")]
    result = CliRunner().invoke(cli, [*options, "log", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_letters_and_answers_stand_in_the_history(desk: Desk, tmp_path: Path) -> None:
    letter = desk.a_letter()
    (entry,) = desk.ledger.letters()
    desk.ledger.move_letter(entry.id, Stage.IN_DATA, now=NOW)
    desk.ledger.move_letter(entry.id, Stage.SENT, now=NOW, note="250 OK")
    desk.say("done by phone", letter)
    shown = log(tmp_path, "1")
    assert shown.startswith('Promise 1: kept, "I\'ll send you the new invoice by Friday."\n')
    for line in (
        f"letter  reminder queued to {AGENT}",
        f"letter  reminder sent to {AGENT}  250 OK",
        f"answer  reminder answered, done by {AGENT}  done by phone",
        "event   done by Ana Ortiz  by phone",
        f"letter  confirmation queued to {AGENT}",
    ):
        assert f"{line}\n" in shown
    rows = json.loads(log(tmp_path, "1", "--json"))
    assert rows[0]["at"] == MONDAY.isoformat()
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


def test_refused_mail_is_counted(desk: Desk, tmp_path: Path) -> None:
    letter = desk.a_letter()
    desk.say("done", letter)
    desk.say("done", letter)
    desk.hear(a_reply("done"), a_reply("done", sender="eve@evil.example"))
    shown = log(tmp_path)
    assert shown.startswith("4 mail(s) to the control address, 3 refused (2 no_token, 1 spent)\n")
    assert "eve@evil.example" not in shown
    assert len(json.loads(log(tmp_path, "--json"))) == 4


def test_nobody_has_answered_yet(desk: Desk, tmp_path: Path) -> None:
    assert log(tmp_path) == "0 mail(s) to the control address, 0 refused\n"
