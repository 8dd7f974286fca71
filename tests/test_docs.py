"""The README tells the truth: each command is in it, and each command in it is one."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from promisekeeper.app.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
CALLS = [
    line.partition("#")[0].strip()
    for block in BLOCKS
    for line in block.splitlines()
    if line.startswith("promisekeeper ")
]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_in_the_readme(name: str) -> None:
    assert f"`promisekeeper {name}" in README


@pytest.mark.parametrize("call", CALLS)
def test_each_call_in_the_readme_is_understood(call: str) -> None:
    """Every option and command exists; --help keeps it from acting."""
    words = shlex.split(call)[1:]
    result = CliRunner().invoke(cli, [words[0], "--help"])
    assert result.exit_code == 0
    options = [word for word in words[1:] if word.startswith("--")]
    assert all(option in result.stdout for option in options)


@pytest.mark.parametrize("text", ["Let me check with Jo and come back to you."])
def test_the_sentences_in_the_readme_are_promises(text: str) -> None:
    assert f'promisekeeper explain "{text}"' in README
    assert "promise: firm" in CliRunner().invoke(cli, ["explain", text]).stdout


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?:docs|contrib)/[^)]+)\)", README))))
def test_each_link_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    assert "tests/run.sh" in README
    assert "exec tests/run.sh" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
