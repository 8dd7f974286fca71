"""The demo is the real program on real (private) servers, so it is a test too."""

import json
import shlex
import stat
from pathlib import Path

from click.testing import CliRunner

from promisekeeper.app.cli import cli


def test_the_story_comes_true_and_can_be_explored(tmp_path: Path) -> None:
    folder = tmp_path / "story"
    told = CliRunner().invoke(cli, ["demo", "--folder", str(folder), "--pace", "0.1"])
    assert told.exit_code == 0, told.output
    for part in (
        "Promise 1 found: firm, due Tue 3 Mar 12:00.",
        "Promise 1 is open: that was only a holding answer",
        "Reminder delivered to Ada Lindqvist: [promise 1] Ruth Abara",
        "Promise 1 is kept:",
        "Promise 2 is broken: nothing was ever sent",
    ):
        assert part in told.stdout
    assert stat.S_IMODE((folder / "config.toml").stat().st_mode) == 0o600
    commands = [line[2:] for line in told.stdout.splitlines() if line.startswith("$ ")]
    # What stands before --config is how the program was called; here, by pytest.
    calls = [shlex.split(command[command.index("--config") :]) for command in commands]
    assert [call[2] for call in calls] == ["list", "show"]
    for call in calls:
        assert CliRunner().invoke(cli, call).exit_code == 0
    options = ["--config", str(folder / "config.toml")]
    scan = ["scan", str(folder / "mail"), "--dry-run", "--json"]
    found = CliRunner().invoke(cli, [*options, *scan, "--as-of", "2026-03-20T09:00:00Z"])
    states = [row["state"] for row in json.loads(found.stdout)]
    assert states == ["kept", "broken"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    told = CliRunner().invoke(cli, ["demo", "--folder", str(tmp_path)])
    assert told.exit_code == 65
    assert "is not empty" in told.stderr
