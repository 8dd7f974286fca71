"""ingest: an MTA keeps the mail on exit code 75, and drops it on almost any other."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from answering import Desk, a_reply, quoted
from builders import a_batch, a_promise
from fakes import a_mail_text
from promisekeeper.app.cli import cli
from promisekeeper.app.cli.ingest import ingest
from promisekeeper.app.clock import utc_now
from promisekeeper.core.promise import State
from promisekeeper.store.ledger import Ledger

CONFIG = """\
watch_since = 2020-01-01T00:00:00Z
own_domains = ["shop.example"]
zone = "UTC"
[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
"""
MAIL = a_mail_text("Hello Carl,\n\nI'll send you the invoice by Friday.\n\nAna")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    return tmp_path


def options(place: Path) -> list[str]:
    return ["--config", str(place / "config.toml"), "--ledger", str(place / "ledger.db")]


def call(place: Path, *arguments: str, given: bytes = MAIL) -> Result:
    return CliRunner().invoke(cli, [*options(place), "ingest", *arguments], input=given)


def test_it_takes_in_one_mail(place: Path) -> None:
    result = call(place)
    assert (result.exit_code, result.output) == (0, "")
    listed = CliRunner().invoke(cli, [*options(place), "list", "--json"])
    (row,) = json.loads(listed.stdout)
    assert row["history"] is False
    assert stat.S_IMODE((place / "ledger.db").stat().st_mode) == 0o600


def test_of_thirty_megabytes_it_reads_the_head(place: Path) -> None:
    huge = MAIL + (b"x" * 75 + b"\n") * 400_000
    result = call(place, "--json", given=huge)
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)) == 1


def test_a_mail_that_cannot_be_read_is_never_tried_again(place: Path) -> None:
    result = call(place, given=b"")
    assert (result.exit_code, "holds no mail" in result.stderr) == (os.EX_DATAERR, True)


def a_broken_config(place: Path) -> None:
    (place / "config.toml").write_text("zone = ")


def no_config(place: Path) -> None:
    (place / "config.toml").unlink()


def no_ledger_at_all(place: Path) -> None:
    (place / "ledger.db").write_bytes(b"not a database, but long enough to be read as one" * 20)


def a_folder_in_its_place(place: Path) -> None:
    (place / "ledger.db").mkdir()


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(a_broken_config, "is no valid TOML", id="config wrong"),
        pytest.param(no_config, "no config at", id="config missing"),
        pytest.param(no_ledger_at_all, "ledger.db", id="no ledger"),
        pytest.param(a_folder_in_its_place, "ledger.db", id="a folder"),
    ],
)
def test_what_can_be_mended_leaves_the_mail_with_the_mta(
    place: Path, spoil: Callable[[Path], None], complaint: str
) -> None:
    spoil(place)
    result = call(place)
    assert (result.exit_code, complaint in result.stderr) == (os.EX_TEMPFAIL, True)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(("--agent", "Nobody"), "none of the configured agents", id="agent"),
        pytest.param(("--folder", "Trash"), "Trash", id="folder"),
        pytest.param(("--no-such-option",), "No such option", id="option"),
    ],
)
def test_wrong_arguments_leave_the_mail_with_the_mta(
    place: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    result = call(place, *arguments)
    assert (result.exit_code, complaint in result.stderr) == (os.EX_TEMPFAIL, True)


def test_a_busy_ledger(place: Path) -> None:
    assert call(place).exit_code == 0
    blocker = sqlite3.connect(place / "ledger.db")
    blocker.execute("BEGIN EXCLUSIVE")
    try:
        result = call(place)
    finally:
        blocker.close()
    assert (result.exit_code, "ledger" in result.stderr) == (os.EX_TEMPFAIL, True)


def test_a_closed_standard_input(place: Path) -> None:
    words = [sys.executable, "-m", "promisekeeper", *options(place), "ingest"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == os.EX_TEMPFAIL
    assert done.stderr == "promisekeeper: standard input is closed: give the mail there\n"


class Bug:
    """A session that fails as no session should."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    @property
    def config(self) -> object:
        raise self._error


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        pytest.param(LookupError("a bug"), "LookupError: a bug", id="unexpected"),
        pytest.param(MemoryError(), "Traceback", id="no memory"),
        pytest.param(OSError(5, "Input/output error"), "Input/output error", id="system"),
        pytest.param(KeyboardInterrupt(), "stopped before", id="interrupted"),
    ],
)
def test_a_bug_leaves_the_mail_with_the_mta(
    caplog: pytest.LogCaptureFixture, error: BaseException, complaint: str
) -> None:
    result = CliRunner().invoke(ingest, [], obj=Bug(error), input=MAIL)
    assert (result.exit_code, complaint in result.stderr + caplog.text) == (os.EX_TEMPFAIL, True)


def test_an_answer_from_an_mta_is_followed(place: Path) -> None:
    smtp = 'control_address = "promises@shop.example"\n' + CONFIG + '[smtp]\nhost = "localhost"\n'
    (place / "config.toml").write_text(smtp)
    with Ledger(place / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise(made_at=utc_now() - timedelta(hours=1))))
        letter = Desk(ledger, now=utc_now()).a_letter()
    reply = a_reply(f"not a promise\n\n{quoted(letter)}", at=utc_now())
    assert call(place, "--folder", "inbox", given=reply).exit_code == 0
    assert call(place, "--folder", "inbox", given=reply).exit_code == 0
    with Ledger(place / "ledger.db") as ledger:
        assert ledger.promise(1).state is State.REJECTED
        assert [entry.letter.kind for entry in ledger.letters()] == ["reminder", "confirmation"]
