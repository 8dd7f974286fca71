"""outbox, pause and resume: what a person sees and decides of letters on their way."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import CUSTOMER, MONDAY, a_batch, a_letter, a_promise
from promisekeeper.app.cli import cli
from promisekeeper.core.promise import State
from promisekeeper.core.records import Audience, OutboxLetter, Round, Stage
from promisekeeper.core.settling import is_corrected
from promisekeeper.store.ledger import Ledger


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def call(ledger_file: Path, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(
        cli,
        ["--ledger", str(ledger_file), *arguments],
        input=given,
        prog_name="promisekeeper",
        env={"XDG_CONFIG_HOME": str(ledger_file.parent)},
    )


def left_at(ledger_file: Path, stage: Stage, note: str = "") -> None:
    """A letter to a customer that has come so far."""
    letter = a_letter(
        audience=Audience.CUSTOMER, recipient=CUSTOMER, kind="update", promise_keys=("promise-1",)
    )
    with Ledger(ledger_file) as ledger:
        ledger.record(a_batch(a_promise()))
        ledger.close_round(Round(letters=(letter,)), MONDAY)
        if stage is not Stage.QUEUED:
            ledger.move_letter(1, Stage.IN_DATA, now=MONDAY)
        if stage is not Stage.IN_DATA:
            ledger.move_letter(1, stage, now=MONDAY, note=note)


def the_letter(ledger_file: Path) -> OutboxLetter:
    with Ledger(ledger_file) as ledger:
        (entry,) = ledger.letters()
        return entry


def actions(ledger_file: Path) -> list[str]:
    with Ledger(ledger_file) as ledger:
        events = ledger.events("promise-1")
        assert not is_corrected(events)
        assert all(event.state is State.OPEN for event in events)
        return [event.action for event in events]


def test_held_letter_is_listed_with_the_reason(ledger_file: Path) -> None:
    left_at(ledger_file, Stage.HELD, "the answer was lost")
    shown = call(ledger_file, "outbox").stdout
    assert f"   1  held     update    {CUSTOMER}" in shown
    assert "\n      the answer was lost" in shown
    (fields,) = json.loads(call(ledger_file, "outbox", "--json", "--stage", "held").stdout)
    assert (fields["kind"], fields["note"]) == ("update", "the answer was lost")


def test_held_letter_goes_out_again_only_after_a_warning(ledger_file: Path) -> None:
    left_at(ledger_file, Stage.HELD)
    refused = call(ledger_file, "outbox", "retry", "1", given="n\n")
    assert refused.exit_code == 1
    assert "it may arrive twice" in refused.output
    assert the_letter(ledger_file).stage is Stage.HELD
    assert call(ledger_file, "outbox", "retry", "1", given="y\n").exit_code == 0
    entry = the_letter(ledger_file)
    assert (entry.stage, "retried by" in entry.note) == (Stage.QUEUED, True)
    assert actions(ledger_file) == ["found", "letter retried"]


def test_letter_that_was_refused_is_tried_again_without_ado(ledger_file: Path) -> None:
    left_at(ledger_file, Stage.FAILED, "550 no such user")
    assert call(ledger_file, "outbox", "retry", "1").exit_code == 0
    entry = the_letter(ledger_file)
    assert (entry.stage, "550 no such user" in entry.note) == (Stage.QUEUED, True)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        pytest.param(Stage.HELD, "may or may not have arrived", id="held"),
        pytest.param(Stage.FAILED, "was not sent", id="failed"),
        pytest.param(Stage.QUEUED, "was not sent", id="waiting"),
    ],
)
def test_discarding_says_what_it_means(ledger_file: Path, stage: Stage, words: str) -> None:
    left_at(ledger_file, stage)
    refused = call(ledger_file, "outbox", "discard", "1", given="n\n")
    assert (refused.exit_code, words in refused.output) == (1, True)
    assert the_letter(ledger_file).stage is stage
    done = call(ledger_file, "outbox", "discard", "1", "--yes")
    assert (done.exit_code, "is discarded" in done.stdout) == (0, True)
    assert the_letter(ledger_file).stage is Stage.DROPPED
    assert actions(ledger_file) == ["found", "letter discarded"]


def test_letter_that_did_arrive_counts_as_sent(ledger_file: Path) -> None:
    left_at(ledger_file, Stage.HELD)
    assert call(ledger_file, "outbox", "discard", "1", "--arrived", given="y\n").exit_code == 0
    assert the_letter(ledger_file).stage is Stage.SENT
    assert actions(ledger_file) == ["found", "letter arrived"]


@pytest.mark.parametrize("stage", [Stage.SENT, Stage.IN_DATA, Stage.DROPPED])
@pytest.mark.parametrize("verb", ["retry", "discard"])
def test_nothing_is_decided_of_a_letter_that_is_settled(
    ledger_file: Path, verb: str, stage: Stage
) -> None:
    left_at(ledger_file, stage)
    result = call(ledger_file, "outbox", verb, "1", "--yes")
    assert (result.exit_code, f"letter 1 is {stage}" in result.stderr) == (os.EX_DATAERR, True)
    assert the_letter(ledger_file).stage is stage


def test_letter_that_was_refused_cannot_have_arrived(ledger_file: Path) -> None:
    left_at(ledger_file, Stage.FAILED)
    result = call(ledger_file, "outbox", "discard", "1", "--arrived", "--yes")
    assert (result.exit_code, "cannot have arrived" in result.stderr) == (os.EX_DATAERR, True)


def test_unknown_letter_says_where_to_look(ledger_file: Path) -> None:
    left_at(ledger_file, Stage.HELD)
    result = call(ledger_file, "outbox", "retry", "7")
    assert (result.exit_code, result.stderr) == (
        os.EX_NOINPUT,
        "promisekeeper: no letter 7: see 'promisekeeper outbox'\n",
    )


def test_suppressed_address_is_shown_and_allowed_again(ledger_file: Path) -> None:
    with Ledger(ledger_file) as ledger:
        ledger.close_round(Round(suppressed=((CUSTOMER, "mail came back"),)), MONDAY)
    shown = call(ledger_file, "outbox", "suppressed").stdout
    assert shown.startswith(f"{CUSTOMER}  since Mon 16 Nov")
    assert shown.endswith(": mail came back\n")
    (fields,) = json.loads(call(ledger_file, "outbox", "suppressed", "--json").stdout)
    assert fields["address"] == CUSTOMER
    assert call(ledger_file, "outbox", "allow", CUSTOMER.upper()).exit_code == 0
    assert call(ledger_file, "outbox", "suppressed").stdout == "Letters may go to everybody.\n"
    assert call(ledger_file, "outbox", "allow", CUSTOMER).exit_code == os.EX_DATAERR


def test_pause_is_shown_and_taken_back(ledger_file: Path) -> None:
    assert "until 'promisekeeper resume'" in call(ledger_file, "pause").stdout
    assert "until 'promisekeeper resume'" in call(ledger_file, "outbox").stderr
    assert call(ledger_file, "resume").stdout == "Letters are sent again; 0 wait.\n"
    assert call(ledger_file, "pause", "--show").stdout == "Letters are sent.\n"
    assert call(ledger_file, "outbox").stderr == ""


def test_pause_lasts_as_long_as_it_is_told(ledger_file: Path) -> None:
    assert call(ledger_file, "pause", "2d").exit_code == 0
    with Ledger(ledger_file) as ledger:
        until = ledger.paused_until()
    assert until is not None
    first = call(ledger_file, "pause", "--show").stdout
    assert first.startswith("Nothing is sent until ")
    assert "resume" not in first
    assert call(ledger_file, "pause", "a while").exit_code == os.EX_DATAERR


def test_why_the_breaker_is_open_is_told(ledger_file: Path) -> None:
    left_at(ledger_file, Stage.QUEUED)
    assert call(ledger_file, "pause", "2d").exit_code == 0
    with Ledger(ledger_file) as ledger:
        until = ledger.paused_until()
        assert until is not None
        ledger.pause(until + timedelta(hours=1), "12 letters were refused within an hour")
    assert "12 letters were refused within an hour" in call(ledger_file, "outbox").stderr
