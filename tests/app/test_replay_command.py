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
    starts = [line.partition(", due")[0] for line in lines]
    assert starts[:2] == [
        "Mon 16 Nov 09:30  reminder to ana@shop.example: remind_agent",
        "Mon 16 Nov 10:00  reminder to ana@shop.example: lapse",
    ]
    assert "Fri 20 Nov 13:00  reminder to ana@shop.example: remind_agent" in starts
    digests = sum(" digest to " in line for line in lines)
    counted = f"{digests} digest, 4 reminder" if digests > 4 else f"4 reminder, {digests} digest"
    assert lines[-1] == f"{digests + 4} letters to 1 people would have gone out: {counted}."
    assert not (place / "ledger.db").exists()


def test_json(place: Path) -> None:
    rows = json.loads(call(place, "--to", "2026-11-30", "--json").stdout)
    told = [
        (one["step"], one["promise"]["sentence"])
        for row in rows
        if row["kind"] == "reminder"
        for one in row["promises"]
    ]
    assert told == [
        ("remind_agent", "I'll call you within an hour."),
        ("lapse", "I'll call you within an hour."),
        ("remind_agent", "I'll send it by Friday."),
        ("lapse", "I'll send it by Friday."),
    ]


def test_the_difference_between_two_configurations(place: Path) -> None:
    later = ("--to", "2026-11-30", "--against", str(place / "later.toml"))
    result = call(place, *later)
    assert "now Fri 20 Nov 16:00" in result.stdout
    assert result.stdout.splitlines()[-1].endswith(" now: -0 +0, 1 at another time")
    value = json.loads(call(place, *later, "--json").stdout)
    assert [len(value[key]) for key in ("only_before", "only_against", "moved")] == [0, 0, 1]


def test_a_day_that_is_none(place: Path) -> None:
    result = call(place, "--from", "spring")
    assert (result.exit_code, "is no day" in result.stderr) == (os.EX_DATAERR, True)


def test_the_last_day_comes_after_the_first(place: Path) -> None:
    result = call(place, "--from", "2026-11-30", "--to", "2026-11-01")
    assert (result.exit_code, "no day is left" in result.stderr) == (os.EX_DATAERR, True)
