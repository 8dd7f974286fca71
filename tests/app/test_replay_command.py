"""promisekeeper replay."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fakes import a_mail_text
from promisekeeper.app.cli import cli

CONFIG = """\
own_domains = ["shop.example"]
zone = "UTC"
[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "Sent").mkdir()
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "later.toml").write_text(CONFIG + '[followup]\nremind_before = "1h"\n')
    for number, words in enumerate(("I'll send it by Friday.", "I'll call you within an hour.")):
        raw = a_mail_text(words, id=f"<{number}@shop.example>")
        (tmp_path / "Sent" / f"{number}.eml").write_bytes(raw)
    return tmp_path


def call(place: Path, *arguments: str) -> Result:
    options = ["--config", str(place / "config.toml"), "--ledger", str(place / "ledger.db")]
    return CliRunner().invoke(cli, [*options, "replay", str(place), *arguments])


def test_it_shows_each_letter_and_stores_nothing(place: Path) -> None:
    result = call(place, "--to", "2026-11-30")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Mon 16 Nov 09:30  remind_agent to ana@shop.example")
    assert lines[1].startswith("Fri 20 Nov 13:00  remind_agent to ana@shop.example")
    assert lines[2] == "2 letters to 1 people would have gone out."
    assert not (place / "ledger.db").exists()


def test_json(place: Path) -> None:
    rows = json.loads(call(place, "--to", "2026-11-30", "--json").stdout)
    assert [row["promise"]["sentence"] for row in rows] == [
        "I'll call you within an hour.",
        "I'll send it by Friday.",
    ]


def test_the_difference_between_two_configurations(place: Path) -> None:
    later = ("--to", "2026-11-30", "--against", str(place / "later.toml"))
    result = call(place, *later)
    assert "now Fri 20 Nov 16:00" in result.stdout
    assert result.stdout.splitlines()[-1] == "2 letters, -0 +0, 1 at another time"
    value = json.loads(call(place, *later, "--json").stdout)
    assert [len(value[key]) for key in ("only_before", "only_against", "moved")] == [0, 0, 1]


def test_a_day_that_is_none(place: Path) -> None:
    result = call(place, "--from", "spring")
    assert (result.exit_code, "is no day" in result.stderr) == (os.EX_DATAERR, True)


def test_the_last_day_comes_after_the_first(place: Path) -> None:
    result = call(place, "--from", "2026-11-30", "--to", "2026-11-01")
    assert (result.exit_code, "no day is left" in result.stderr) == (os.EX_DATAERR, True)
