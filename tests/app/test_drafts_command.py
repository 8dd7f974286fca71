"""drafts, approve and updates: what a person does about letters to customers."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import a_batch, a_deadline, a_note, a_promise
from fakes import a_mail_text
from promisekeeper.app.cli import cli
from promisekeeper.app.clock import utc_now
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.store.ledger import Ledger

CONFIG = """\
own_domains = ["shop.example"]
zone = "UTC"
company = "The Shop"
customer_mail = "approve"
control_address = "promises@shop.example"
[[accounts]]
name = "shop"
path = "mail"
[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
"""
PROMISE = a_promise(
    owner="Ana Ortiz",
    customer_name="Carl Ebner",
    made_at=utc_now() - timedelta(days=2),
    deadline=a_deadline(due_at=utc_now() + timedelta(days=3)),
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    for folder in ("Sent", "INBOX"):
        (tmp_path / "mail" / folder).mkdir(parents=True)
        (tmp_path / "mail" / folder / "1.eml").write_bytes(
            a_mail_text("Hello.", id=f"<{folder}@x>")
        )
    with Ledger(tmp_path / "ledger.db") as ledger:
        note = a_note(message_id=PROMISE.message_id, signals=(), author="Ana Ortiz")
        ledger.record(a_batch(PROMISE, notes=(note,)))
    return tmp_path


def call(place: Path, *arguments: str, given: str | None = None) -> Result:
    options = ["--config", str(place / "config.toml"), "--ledger", str(place / "ledger.db")]
    return CliRunner().invoke(cli, [*options, *arguments], input=given, prog_name="promisekeeper")


def the_draft(place: Path) -> Draft:
    with Ledger(place / "ledger.db") as ledger:
        (draft,) = ledger.drafts()
        return draft


def actions(place: Path) -> list[str]:
    with Ledger(place / "ledger.db") as ledger:
        return [event.action for event in ledger.events(PROMISE.key)]


def test_draft_is_made_shown_and_approved(place: Path) -> None:
    assert call(place, "drafts").stdout == "No drafts.\n"
    made = call(place, "drafts", "make", "1")
    assert (made.exit_code, made.stdout) == (
        0,
        "Draft 1 is made: promisekeeper drafts show 1\n",
    )
    shown = call(place, "drafts", "show", "1").stdout
    assert "  to        Carl Ebner <carl@client.example>" in shown
    assert "  Dear Carl Ebner," in shown
    assert "suggestion" not in shown
    assert "   1  drafted   carl@client.example  promise 1\n" in call(place, "drafts").stdout
    approved = call(place, "approve", "1")
    assert approved.exit_code == 0
    assert "goes to carl@client.example as soon as" in approved.stdout
    draft = the_draft(place)
    assert (draft.is_approved, draft.stage) == (True, DraftStage.APPROVED)
    assert draft.expires_at is not None
    assert ", good until " in call(place, "drafts").stdout
    assert actions(place) == ["found", "edited", "approved"]


def test_new_date_is_told_in_the_text(place: Path) -> None:
    call(place, "drafts", "make", "1", "--new-date", "tomorrow 14:00")
    draft = the_draft(place)
    assert draft.new_due_at is not None
    assert "My new date for it is " in draft.body
    assert "  new date  " in call(place, "drafts", "show", "1").stdout


def test_editing_voids_the_approval(place: Path) -> None:
    call(place, "drafts", "make", "1")
    call(place, "approve", "1")
    edited = call(
        place, "drafts", "edit", "1", "--body-file", "-", given="Dear Carl,\n\nSoon.\n\nAna\n"
    )
    assert edited.exit_code == 0, edited.output
    draft = the_draft(place)
    assert (draft.body, draft.stage, draft.is_approved) == (
        "Dear Carl,\n\nSoon.\n\nAna\n",
        DraftStage.DRAFTED,
        False,
    )
    # The template would write over what was written by hand.
    again = call(place, "drafts", "edit", "1", "--new-date", "tomorrow 14:00")
    assert (again.exit_code, "by hand" in again.stderr) == (os.EX_DATAERR, True)


def test_new_date_alone_makes_the_text_anew(place: Path) -> None:
    call(place, "drafts", "make", "1")
    before = the_draft(place).body
    assert call(place, "drafts", "edit", "1", "--new-date", "tomorrow 14:00").exit_code == 0
    assert the_draft(place).body != before


def test_text_is_edited_in_the_editor(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call(place, "drafts", "make", "1")
    monkeypatch.setenv("EDITOR", "sed -i s/patience/kindness/")
    assert call(place, "drafts", "edit", "1").exit_code == 0
    assert "kindness" in the_draft(place).body
    monkeypatch.setenv("EDITOR", "true")
    unchanged = call(place, "drafts", "edit", "1")
    assert (unchanged.exit_code, "was not changed" in unchanged.stderr) == (os.EX_DATAERR, True)


def test_held_draft_is_not_listed_any_more(place: Path) -> None:
    call(place, "drafts", "make", "1")
    assert call(place, "drafts", "hold", "1").stdout == "Draft 1 is held.\n"
    assert call(place, "drafts").stdout == "No drafts.\n"
    (fields,) = json.loads(call(place, "drafts", "--all", "--json").stdout)
    assert (fields["stage"], fields["promise_id"]) == ("vetoed", 1)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(("approve", "7"), os.EX_NOINPUT, "no draft 7", id="no such draft"),
        pytest.param(("drafts", "make", "7"), os.EX_NOINPUT, "no promise 7", id="no promise"),
        pytest.param(
            ("drafts", "make", "1", "--new-date", "some day"),
            os.EX_DATAERR,
            "names no single time",
            id="no date",
        ),
        pytest.param(
            ("updates", "enable"), os.EX_CONFIG, 'customer_mail = "auto" first', id="not auto"
        ),
    ],
)
def test_what_cannot_be_is_told(
    place: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = call(place, *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True), result.stderr


def test_second_draft_of_a_promise_is_refused(place: Path) -> None:
    call(place, "drafts", "make", "1")
    result = call(place, "drafts", "make", "1")
    assert (result.exit_code, "draft 1 lies there" in result.stderr) == (os.EX_DATAERR, True)


def test_draft_is_stale_once_somebody_wrote(place: Path) -> None:
    call(place, "drafts", "make", "1")
    with Ledger(place / "ledger.db") as ledger:
        ledger.record(a_batch(notes=(a_note(message_id="<new@x>"),)))
    result = call(place, "drafts", "edit", "1", "--new-date", "tomorrow 14:00")
    assert (result.exit_code, "somebody wrote" in result.stderr) == (os.EX_DATAERR, True)


def test_nothing_is_drafted_while_updates_are_off(place: Path) -> None:
    text = CONFIG.replace('customer_mail = "approve"', 'customer_mail = "off"')
    (place / "config.toml").write_text(text)
    for arguments in (("drafts", "make", "1"), ("updates", "preview")):
        result = call(place, *arguments)
        assert (result.exit_code, "switched off" in result.stderr) == (os.EX_CONFIG, True)


def test_enabling_asks_for_a_preview(place: Path) -> None:
    (place / "config.toml").write_text(CONFIG.replace('"approve"', '"auto"'))
    refused = call(place, "updates", "enable")
    assert (refused.exit_code, "updates preview" in refused.stderr) == (os.EX_DATAERR, True)
    shown = call(place, "updates", "preview")
    assert shown.exit_code == 0, shown.output
    assert "0 updates would have gone out by themselves." in shown.stdout
    assert call(place, "updates", "enable").exit_code == 0
    # Another sender's name, say, asks for another look.
    (place / "config.toml").write_text(
        CONFIG.replace('"approve"', '"auto"').replace("The Shop", "Another")
    )
    assert call(place, "updates", "enable").exit_code == os.EX_DATAERR


@pytest.mark.parametrize(
    ("mode", "hint"),
    [
        ("auto", "go out: 'promisekeeper updates enable'"),
        ("approve", "go out: set customer_mail = \"auto\", then 'promisekeeper updates enable'"),
    ],
)
def test_a_preview_says_what_comes_next(place: Path, mode: str, hint: str) -> None:
    (place / "config.toml").write_text(CONFIG.replace('"approve"', f'"{mode}"'))
    assert hint in call(place, "updates", "preview").stderr


def test_doctor_says_what_becomes_of_updates(place: Path) -> None:
    assert "ok    updates: each waits for 'promisekeeper approve'\n" in call(place, "doctor").stdout
    (place / "config.toml").write_text(CONFIG.replace('"approve"', '"auto"'))
    assert "until 'updates preview' and 'updates enable'" in call(place, "doctor").stdout
    call(place, "updates", "preview")
    call(place, "updates", "enable")
    assert "announced hours before" in call(place, "doctor").stdout
