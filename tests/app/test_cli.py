"""The commands: what they print, where, and with which exit code."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import MONDAY, a_batch, a_deadline, a_letter, a_promise, a_quarantined
from fakes import a_mail_text
from promisekeeper.app.cli import COMMANDS, LazyGroup, cli
from promisekeeper.app.cli.user import user_name
from promisekeeper.app.config import read_config
from promisekeeper.app.paths import default_ledger_path
from promisekeeper.app.render import LINE_WIDTH, promise_table
from promisekeeper.core.records import Round, Stage
from promisekeeper.errors import PromisekeeperError
from promisekeeper.store.ledger import Ledger

CONFIG = """\
own_domains = ["shop.example"]
zone = "UTC"
[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
"""
MAIL = a_mail_text("Hello Carl,\n\nI'll send you the invoice by Friday.\n\nAna")

AT = '{"sent_at": "2026-11-16T09:00:00Z"'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    return tmp_path


def call(place: Path, *arguments: str, given: str | bytes | None = None) -> Result:
    options = ["--config", str(place / "config.toml"), "--ledger", str(place / "ledger.db")]
    return CliRunner().invoke(cli, [*options, *arguments], input=given, prog_name="promisekeeper")


@pytest.fixture
def filled(place: Path) -> Path:
    with Ledger(place / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise(), a_promise(key="two", words="I'll call you by Friday.")))
    return place


def archive(place: Path) -> Path:
    for role, raw in (("Sent", MAIL), ("INBOX", a_mail_text("Thank you", sender="c@d.example"))):
        (place / "mail" / role).mkdir(parents=True)
        (place / "mail" / role / "1.eml").write_bytes(raw)
    return place / "mail"


def test_help_names_every_command(place: Path) -> None:
    result = call(place, "--help")
    assert result.exit_code == 0
    assert all(f"  {name} " in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_starts_as_the_table_says(place: Path, name: str) -> None:
    result = call(place, name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: promisekeeper {name}")


def test_list(filled: Path) -> None:
    result = call(filled, "list")
    assert result.exit_code == 0
    first, words = result.stdout.splitlines()[:2]
    assert first.startswith("#1  Fri 20 Nov 17:00")
    assert first.endswith("Ana -> carl@client.example [certain]")
    assert words == '     "I\'ll send you the new invoice by Friday."'


def test_list_json_is_stable(filled: Path) -> None:
    rows = json.loads(call(filled, "list", "--json").stdout)
    assert [row["id"] for row in rows] == [1, 2]
    needed = {"message_id", "sentence", "kind", "certainty", "owner", "customer", "due_kind"}
    assert needed | {"due_at", "state", "evidence_message_id"} <= set(rows[0])
    assert rows[0]["due_at"] == "2026-11-20T17:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (("--owner", "Ana"), [1, 2]),
        (("--owner", "aNA"), [1, 2]),
        (("--owner", "ANA@shop.example"), [1, 2]),
        (("--owner", "Ana Ortiz"), []),
        (("--owner", "Ana", "--limit", "1"), [1]),
        (("--customer", "CARL@client.example"), [1, 2]),
        (("--limit", "1"), [1]),
    ],
)
def test_list_narrows(filled: Path, arguments: tuple[str, ...], ids: list[int]) -> None:
    rows = json.loads(call(filled, "list", "--json", *arguments).stdout)
    assert [row["id"] for row in rows] == ids


def test_list_of_an_agent_by_any_of_their_names(place: Path) -> None:
    with Ledger(place / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise(owner="Ana Ortiz"), a_promise(key="2", owner="Ben Ito")))
    for name in ("Ana Ortiz", "ana", "ANA@SHOP.example", "ana ORTIZ"):
        rows = json.loads(call(place, "list", "--json", "--owner", name).stdout)
        assert "Ana Ortiz" in [row["owner"] for row in rows]
    result = call(place, "list", "--owner", "Zoe")
    assert result.exit_code == os.EX_DATAERR
    assert "the known agents are Ana Ortiz, Ben Ito" in result.stderr


def test_times_are_those_of_the_owner(place: Path) -> None:
    config = place / "config.toml"
    config.write_text(CONFIG + 'zone = "Asia/Tokyo"\n')
    stranger = a_promise(key="two", owner="Ben", owner_address="ben@shop.example")
    with Ledger(place / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise(), stranger))
    assert "#1  Sat 21 Nov 02:00" in call(place, "list").stdout
    assert "#2  Fri 20 Nov 17:00" in call(place, "list").stdout
    assert "Sat 21 Nov 02:00 JST" in call(place, "show", "1").stdout
    done = call(place, "done", "1", "--at", "2026-11-16T18:30", "--json")
    assert json.loads(done.stdout)["settled_at"] == "2026-11-16T18:30:00+09:00"


def test_another_year_is_shown(place: Path) -> None:
    deadline = a_deadline(due_at=datetime(2031, 1, 3, 17, tzinfo=UTC))
    with Ledger(place / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise(deadline=deadline)))
    assert "Fri 3 Jan 2031 17:00" in call(place, "list").stdout
    assert "Fri 3 Jan 2031 17:00 UTC" in call(place, "show", "1").stdout


def test_a_sentence_that_is_cut_says_so(place: Path) -> None:
    with Ledger(place / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise(words="I'll send it. " + "word " * 40)))
    words = call(place, "list").stdout.splitlines()[1].strip()
    assert words.endswith('..."')
    assert len(words) <= 74


@pytest.mark.parametrize("command", ["show", "done", "dismiss", "reopen"])
def test_a_number_beyond_all_ledgers(filled: Path, command: str) -> None:
    result = call(filled, command, str(2**63))
    assert (result.exit_code, "is not in the range" in result.stderr) == (2, True)


def test_list_before_anything_was_read_says_what_to_do(place: Path) -> None:
    result = call(place, "list")
    assert result.exit_code == os.EX_NOINPUT
    assert "run 'promisekeeper scan' or 'promisekeeper run' first" in result.stderr


def test_list_tells_of_letters_and_mails_that_need_a_person(filled: Path) -> None:
    with Ledger(filled / "ledger.db") as ledger:
        ledger.close_round(Round(letters=(a_letter(),)), a_promise().made_at)
        (entry,) = ledger.letters()
        ledger.move_letter(entry.id, Stage.IN_DATA, now=a_promise().made_at)
        ledger.move_letter(entry.id, Stage.HELD, now=a_promise().made_at)
        ledger.record(a_batch(quarantined=(a_quarantined(),)))
    result = call(filled, "list")
    assert "1 letter(s) could not be sent" in result.stderr
    assert "1 mail(s) could not be read" in result.stderr
    assert "see 'promisekeeper quarantine'" in result.stderr
    assert "held" in call(filled, "outbox").stdout


def test_quarantine_shows_what_was_set_aside(filled: Path) -> None:
    assert call(filled, "quarantine").stdout == "No mails were set aside.\n"
    mail = a_quarantined(problem="no header \x1b[2J at all")
    with Ledger(filled / "ledger.db") as ledger:
        ledger.record(a_batch(quarantined=(mail,)))
    shown = call(filled, "quarantine").stdout
    assert f"{mail.folder}, position {mail.position}" in shown
    assert "no header [2J at all" in shown
    (row,) = json.loads(call(filled, "quarantine", "--json").stdout)
    assert (row["folder"], row["problem"]) == (mail.folder, mail.problem)


@pytest.mark.parametrize("command", [("list", "--json"), ("--help",)])
def test_a_full_standard_output_is_said_in_a_line(filled: Path, command: tuple[str, ...]) -> None:
    words = [sys.executable, "-m", "promisekeeper", "--ledger", str(filled / "ledger.db")]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*words, *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == os.EX_IOERR
    assert done.stderr == "promisekeeper: No space left on device\n"


def test_an_interrupt_shows_no_traceback() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    group = LazyGroup(callback=stop, invoke_without_command=True)
    result = CliRunner().invoke(group, [])
    assert (result.exit_code, result.output) == (130, "")


def test_what_a_stranger_wrote_never_steers_the_terminal(place: Path) -> None:
    result = call(place, "explain", "--jsonl", given='{"id": "\\u001b[2J\x1b[2J')
    assert result.exit_code == os.EX_DATAERR
    result = call(place, "scan", "no\x1b[2Jwhere\u202e")
    assert not set("\x1b\u202e") & set(result.stderr)


def test_show(filled: Path) -> None:
    result = call(filled, "show", "1")
    assert result.exit_code == 0
    assert "Promise 1: open" in result.stdout
    assert "<promise-1@shop.example>" in result.stdout
    assert "found (promisekeeper)" in result.stdout


@pytest.mark.parametrize("command", ["show", "done", "dismiss"])
def test_a_promise_that_is_not_there(filled: Path, command: str) -> None:
    result = call(filled, command, "99")
    assert result.exit_code == os.EX_NOINPUT
    assert result.stderr == "promisekeeper: no promise 99: see 'promisekeeper list --all'\n"


def test_hostile_words_do_not_reach_the_terminal(place: Path) -> None:
    with Ledger(place / "ledger.db") as ledger:
        evil = a_promise(words="I'll \x1b[2J send it", customer_name="\x07Eve\u202e")
        ledger.record(a_batch(evil))
    for arguments in (("list",), ("show", "1")):
        assert not set("\x1b\x07\u202e") & set(call(place, *arguments).stdout)


@pytest.mark.parametrize(
    ("arguments", "state"),
    [
        (("done", "1", "--at", "2026-11-20T16:00"), "kept"),
        (("done", "1", "--by", "phone", "--at", "2026-11-20T17:01:00+00:00"), "late"),
        (("dismiss", "1", "-r", "standard phrase"), "rejected"),
    ],
)
def test_an_agent_says_what_became_of_it(
    filled: Path, arguments: tuple[str, ...], state: str
) -> None:
    result = call(filled, *arguments)
    if result.exit_code:
        assert "lies in the future" in result.stderr
        return
    assert result.stdout == f"Promise 1 is {state}.\n"
    last = json.loads(call(filled, "show", "1", "--json").stdout)["events"][-1]
    assert last["state"] == state
    assert last["actor"]


@pytest.mark.parametrize(
    ("at", "complaint"),
    [
        ("yesterday", "is no time"),
        ("2026-11-15T00:00", "lies before the promise was made"),
        ("2126-01-01T00:00", "lies in the future"),
    ],
)
def test_done_at_a_wrong_time(filled: Path, at: str, complaint: str) -> None:
    result = call(filled, "done", "1", "--at", at)
    assert result.exit_code == os.EX_DATAERR
    assert complaint in result.stderr
    assert json.loads(call(filled, "show", "1", "--json").stdout)["state"] == "open"


def test_scan_records_history(place: Path) -> None:
    mail = archive(place)
    result = call(place, "scan", str(mail), "--as-of", "2026-11-17T00:00:00Z")
    assert result.exit_code == 0, result.stderr
    assert "1 sent mails read, 1 promises: 1 open" in result.stdout
    (row,) = json.loads(call(place, "list", "--json").stdout)
    assert (row["history"], row["owner"]) == (True, "Ana Ortiz")
    again = call(place, "scan", str(mail), "--json", "--as-of", "2026-11-17T00:00:00Z")
    assert [row["id"] for row in json.loads(again.stdout)] == [1]


def test_a_dry_run_stores_nothing(place: Path) -> None:
    result = call(place, "scan", str(archive(place)), "--dry-run", "--json")
    assert len(json.loads(result.stdout)) == 1
    assert not (place / "ledger.db").exists()


def test_scan_judges_as_of_an_instant(place: Path) -> None:
    mail = archive(place)
    for as_of, state in (("2026-11-30T12:00:00Z", "open"), ("2026-12-30T12:00:00Z", "broken")):
        result = call(place, "scan", str(mail), "--dry-run", "--json", "--as-of", as_of)
        assert json.loads(result.stdout)[0]["state"] == state


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("nowhere",), os.EX_NOINPUT, "is neither a path nor an account"),
        ((".", "--since", "last week"), os.EX_DATAERR, "write 2026-01-31, 90d or 1y"),
        ((".", "--as-of", "now"), os.EX_DATAERR, "is no time"),
    ],
)
def test_scan_of_nothing(
    place: Path, arguments: tuple[str, ...], code: int, complaint: str
) -> None:
    result = call(place, "scan", *arguments)
    assert (result.exit_code, complaint in result.stderr) == (code, True)


def test_scan_of_an_empty_mailbox(place: Path) -> None:
    for name in ("Sent/cur", "Sent/new", "Sent/tmp"):
        (place / "mail" / name).mkdir(parents=True)
    result = call(place, "scan", str(place / "mail"))
    assert (result.exit_code, result.stdout) == (0, "0 sent mails read, 0 promises\n")


def test_scan_reads_one_mail_from_standard_input(place: Path) -> None:
    result = call(place, "scan", "-", "--dry-run", "--json", given=MAIL)
    assert [row["customer"] for row in json.loads(result.stdout)] == ["carl@client.example"]


def test_explain(place: Path) -> None:
    result = call(place, "explain", "Thank you. I'll send you the invoice by Friday.")
    assert result.exit_code == 0
    assert "promise: firm, certain" in result.stdout
    assert "no promise" in result.stdout


def test_explain_json_lines(place: Path) -> None:
    lines = [{"id": 1, "text": "I'll send it."}, {"id": 2, "text": "Thank you.", "next": None}]
    given = "".join(json.dumps(line) + "\n" for line in lines)
    result = call(place, "explain", "--jsonl", given=given)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["id"], len(answer["promises"])) for answer in answers] == [(1, 1), (2, 0)]


def test_when(place: Path) -> None:
    at = ("--sent-at", "2026-11-16T09:00:00+00:00", "--zone", "Europe/Berlin")
    result = call(place, "when", "by Friday", *at)
    assert result.stdout.startswith('"by Friday": Fri 20 Nov 17:00 CET')


def test_when_json_lines(place: Path) -> None:
    row = {"id": "a", "text": "by Friday", "sent_at": "2026-11-16T09:00:00+00:00", "zone": None}
    result = call(place, "when", "--jsonl", given=json.dumps(row | {"date_order": "MDY"}) + "\n")
    (time,) = json.loads(result.stdout)["times"]
    assert (time["kind"], time["due_at"]) == ("instant", "2026-11-20T17:00:00+00:00")


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(b'{"id": 1, "text": null}', id="null"),
        pytest.param(
            b'{"id": 1, "text": "I will send it \\ud800 tomorrow"}', id="half a character"
        ),
        pytest.param(b'{"id": "\\udfff", "text": "x"}', id="half a character as id"),
        pytest.param(b'{"id": 1, "text": "caf\xe9"}', id="no UTF-8"),
        pytest.param(b'\n\n{"id": 1.5}', id="blank lines"),
    ],
)
def test_odd_lines_are_answered_in_json(place: Path, row: bytes) -> None:
    result = call(place, "explain", "--jsonl", given=row + b"\n")
    assert result.exit_code == 0, result.stderr
    (answer,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert {"id", "promises", "refused"} <= set(answer)
    answer["sentence"].encode()


@pytest.mark.parametrize("arguments", [("explain",), ("when",), ("explain", "--jsonl")])
def test_words_from_a_closed_standard_input(place: Path, arguments: tuple[str, ...]) -> None:
    words = [sys.executable, "-m", "promisekeeper", "--ledger", str(place / "l.db"), *arguments]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == os.EX_DATAERR
    assert done.stderr.startswith("promisekeeper: standard input is closed: give TEXT")


@pytest.mark.parametrize(
    ("arguments", "given", "complaint"),
    [
        (("explain", "--jsonl"), "no json\n", "line 1 of standard input is no JSON"),
        (("when", "--jsonl"), "[1]\n", "line 1 of standard input must be a JSON object"),
        (("when", "--jsonl"), '{"sent_at": "2026-11-16T09:00:00"}\n', "needs an offset"),
        (
            ("explain", "--jsonl"),
            '{"id": 1}\n{"text": 7}\n',
            "line 2 of standard input holds 'text'",
        ),
        (("explain", "--jsonl"), '{"id": NaN}\n', "NaN is no number"),
        (("explain", "--jsonl"), '{"id": 1e999}\n', "neither text nor a number"),
        (("explain", "--jsonl"), "[" * 100_000 + "\n", "nested too deeply"),
        (("explain", "--jsonl"), "x" * 1_000_001, "line 1 of standard input is longer"),
        (("explain", "--jsonl", "--json"), "", "not both"),
        (("when", "--jsonl", "--json"), "", "not both"),
        (
            ("when", "--jsonl"),
            '{"text": "tomorrow"}\n',
            "line 1 of standard input has no 'sent_at'",
        ),
        (("when", "--jsonl"), '{"sent_at": 5}\n', "'sent_at' that is no text"),
        (("when", "--jsonl"), '{"sent_at": "0001-01-01T00:00+14:00"}\n', "is no time that mail"),
        (("when", "--jsonl"), AT + ', "date_order": "ydm"}\n', "is no order of dates"),
        (("when", "--jsonl"), AT + ', "zone": ["UTC"]}\n', "'zone' that is no text"),
        (("when", "tomorrow", "--zone", "Mars"), None, "is no time zone"),
        (("when", "tomorrow", "--sent-at", "noon"), None, "is no time"),
    ],
)
def test_words_that_cannot_be_read(
    place: Path, arguments: tuple[str, ...], given: str | None, complaint: str
) -> None:
    result = call(place, *arguments, given=given)
    assert (result.exit_code, complaint in result.stderr) == (os.EX_DATAERR, True)


def test_init_by_questions(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    answers = "imap.shop.example\nDana Fox <dana@shop.example>\nEurope/Berlin\n08:00-16:00\nDE\n"
    result = CliRunner().invoke(cli, ["--config", str(path), "init"], input=answers)
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert 'name = "Dana Fox"' in path.read_text()


def init_with(place: Path, answers: str) -> Result:
    path = place / "new" / "config.toml"
    return CliRunner().invoke(cli, ["--config", str(path), "init"], input=answers)


AGENT = "Dana Fox <dana@shop.example>"


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        (f"imap.x.example\n{AGENT}\nUTC\n17:00-09:00\n09:00-17:00\n\n", "closes before it opens"),
        (f"imap.x.example\n{AGENT}\nUTC\n9:00-17:00\nXX\n\n", "for now, leave it empty"),
        (f"/no/such/mail\nimap.x.example\n{AGENT}\nUTC\n9:00-17:00\n\n", "does not exist"),
        (f"an imap server\nimap.x.example\n{AGENT}\nUTC\n9:00-17:00\n\n", "is no server"),
    ],
)
def test_init_asks_again(tmp_path: Path, answers: str, complaint: str) -> None:
    result = init_with(tmp_path, answers)
    assert (result.exit_code, complaint in result.output) == (0, True), result.output
    assert read_config(tmp_path / "new" / "config.toml").smtp is not None


def test_init_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    assert init_with(tmp_path, "imap.x.example\n").exit_code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("folders", "inbox"), [(("Sent", "INBOX"), "INBOX"), ((), "")])
def test_init_for_a_local_mailbox(tmp_path: Path, folders: tuple[str, ...], inbox: str) -> None:
    for folder in folders or (".",):
        for name in ("cur", "new", "tmp"):
            (tmp_path / "mail" / folder / name).mkdir(parents=True)
    result = init_with(tmp_path, f"{tmp_path / 'mail'}\n{AGENT}\nUTC\n9:00-17:00\n\n")
    assert result.exit_code == 0, result.output
    config = read_config(tmp_path / "new" / "config.toml")
    assert (config.smtp, config.accounts[0].inbox) == (None, inbox)
    assert config.ledger == default_ledger_path()
    assert "\n[ledger]\npath = " in (tmp_path / "new" / "config.toml").read_text()


def test_init_never_overwrites(place: Path) -> None:
    result = call(place, "init", "--defaults")
    assert result.exit_code == os.EX_CONFIG
    assert (place / "config.toml").read_text() == CONFIG


def test_doctor_says_what_to_do(place: Path) -> None:
    result = call(place, "doctor")
    assert result.exit_code == os.EX_CONFIG
    assert "FAIL  config:" in result.stdout
    assert f"ok    ledger: will be made at {place / 'ledger.db'}" in result.stdout
    assert not (place / "ledger.db").exists()
    assert "there is no [smtp]" in result.stdout


def test_doctor_finds_that_no_ledger_can_be_made(place: Path) -> None:
    (place / "file").write_text("")
    ledger = place / "file" / "ledger.db"
    options = ["--config", str(place / "config.toml"), "--ledger", str(ledger)]
    result = CliRunner().invoke(cli, [*options, "doctor"])
    assert f"FAIL  ledger: {ledger} cannot be made" in result.stdout


def test_an_unknown_key_names_the_nearest(place: Path) -> None:
    (place / "config.toml").write_text("compny = 'x'")
    result = call(place, "list")
    assert result.exit_code == os.EX_CONFIG
    assert "did you mean 'company'?" in result.stderr


def test_a_file_that_is_no_ledger(place: Path) -> None:
    raw = b"not a database at all, but long enough to be read" * 20
    (place / "ledger.db").write_bytes(raw)
    for arguments in (("list",), ("done", "1")):
        result = call(place, *arguments)
        assert result.exit_code == os.EX_IOERR
        assert "ledger.db" in result.stderr
    assert (place / "ledger.db").read_bytes() == raw


def test_every_error_of_ours_has_an_exit_code_of_sysexits() -> None:
    def below(kind: type[PromisekeeperError]) -> list[type[PromisekeeperError]]:
        return [kind, *(one for sub in kind.__subclasses__() for one in below(sub))]

    assert {kind.exit_code for kind in below(PromisekeeperError)} <= set(range(64, 79))


def test_what_was_dismissed_is_taught_shown_and_taken_back(filled: Path) -> None:
    assert call(filled, "dismiss", "1", "--not-a-promise").exit_code == 0
    shown = call(filled, "rules").stdout
    assert "Dismissed: no promises" in shown
    assert "I'll send you the new invoice by Friday." in shown
    (lesson,) = json.loads(call(filled, "rules", "--json").stdout)["lessons"]
    assert (lesson["kind"], lesson["owner"]) == ("mute", "Ana")
    assert call(filled, "dismiss", "1", "--undo").stdout == "Promise 1 is open.\n"
    assert "Nothing was taught yet" in call(filled, "rules").stdout


def test_a_lesson_is_lifted_by_its_number(filled: Path) -> None:
    call(filled, "dismiss", "1", "--not-a-promise")
    assert call(filled, "rules", "--undo", "1").exit_code == 0
    again = call(filled, "rules", "--undo", "1")
    assert again.exit_code == os.EX_NOINPUT
    assert "no lesson 1: see 'promisekeeper rules'" in again.stderr


def test_only_a_dismissal_is_undone(filled: Path) -> None:
    result = call(filled, "dismiss", "1", "--undo")
    assert (result.exit_code, "was not dismissed" in result.stderr) == (os.EX_DATAERR, True)


def test_a_dismissal_is_taught_or_undone_not_both(filled: Path) -> None:
    result = call(filled, "dismiss", "1", "--undo", "--not-a-promise")
    assert (result.exit_code, "not both" in result.stderr) == (os.EX_DATAERR, True)


def test_rules_takes_one_answer_at_a_time(filled: Path) -> None:
    result = call(filled, "rules", "--undo", "1", "--promise", "1")
    assert result.exit_code == os.EX_DATAERR


def test_release_needs_a_reason(filled: Path) -> None:
    assert call(filled, "release", "1").exit_code == 2
    result = call(filled, "release", "1", "-r", "she solved it")
    assert result.stdout == "Promise 1 is released.\n"
    assert "she solved it" in call(filled, "show", "1").stdout


def test_only_what_somebody_waits_for_is_released(filled: Path) -> None:
    call(filled, "done", "1")
    result = call(filled, "release", "1", "-r", "she solved it")
    assert result.exit_code == os.EX_DATAERR
    assert "already: reopen it first" in result.stderr


def test_a_user_without_a_name_has_a_number() -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found")

    assert user_name(unknown) == f"uid {os.getuid()}"
    assert user_name(lambda: "dana") == "dana"


def test_move_leaves_a_new_open_promise(filled: Path) -> None:
    result = call(filled, "move", "1", "tomorrow", "at", "14:00")
    assert result.exit_code == 0, result.stderr
    assert "Promise 1 is moved: promise 3 is due " in result.stdout
    assert json.loads(call(filled, "show", "1", "--json").stdout)["state"] == "moved"
    new = json.loads(call(filled, "show", "3", "--json").stdout)
    assert (new["state"], new["sentence"]) == ("open", "I'll send you the new invoice by Friday.")
    assert new["events"][0]["note"] == "from promise 1"
    again = call(filled, "move", "1", "tomorrow")
    assert (again.exit_code, "is moved already" in again.stderr) == (os.EX_DATAERR, True)


@pytest.mark.parametrize("words", ["soon", "invoice", "Monday and Tuesday 14:00 and 6 March"])
def test_move_to_no_single_time(filled: Path, words: str) -> None:
    result = call(filled, "move", "1", words)
    assert (result.exit_code, "names no single time" in result.stderr) == (os.EX_DATAERR, True)


def test_reopen_takes_the_last_word_back(filled: Path) -> None:
    assert call(filled, "reopen", "1").exit_code == os.EX_DATAERR
    call(filled, "dismiss", "1", "--not-a-promise")
    assert call(filled, "reopen", "1").stdout == "Promise 1 is open.\n"
    assert "Nothing was taught yet" in call(filled, "rules").stdout
    actions = [
        event["action"]
        for event in json.loads(call(filled, "show", "1", "--json").stdout)["events"]
    ]
    assert actions == ["found", "dismissed", "reopened"]


def test_the_proof_names_every_mail_since(place: Path) -> None:
    sent = place / "mail" / "Sent"
    sent.mkdir(parents=True)
    (sent / "1.eml").write_bytes(MAIL)
    reply = a_mail_text(
        "Here is the invoice.",
        id="<2@shop.example>",
        date="Tue, 17 Nov 2026 10:00:00 +0000",
        answers="<1@shop.example>",
    )
    (sent / "2.eml").write_bytes(reply)
    call(place, "scan", str(place / "mail"))
    shown = call(place, "show", "1", "--proof").stdout
    assert "Mails since" in shown
    assert 'delivers: "Here is the invoice."' in shown
    mails = json.loads(call(place, "show", "1", "--proof", "--json").stdout)["mails"]
    assert [mail["message_id"] for mail in mails] == ["<1@shop.example>", "<2@shop.example>"]


def test_a_scan_takes_nothing_from_the_daemons_watch(place: Path) -> None:
    """What is sent after the daemon's first start reminds, whoever reads it first."""
    with Ledger(place / "ledger.db") as ledger:
        ledger.first_start(a_promise().made_at)
    call(place, "scan", str(archive(place)))
    (row,) = json.loads(call(place, "list", "--all", "--json").stdout)
    assert row["history"] is False


@pytest.mark.parametrize(("since", "number"), [("2026-11-16", 1), ("2026-11-17", 0)])
def test_scan_since_passes_older_mail_over(place: Path, since: str, number: int) -> None:
    result = call(place, "scan", str(archive(place)), "--since", since, "--dry-run", "--json")
    assert len(json.loads(result.stdout)) == number


def test_a_mail_twice_in_a_folder_is_one(place: Path) -> None:
    mail = archive(place)
    (mail / "Sent" / "2.eml").write_bytes(MAIL.replace(b"Friday", b"Thursday"))
    result = call(place, "scan", str(mail), "--dry-run", "--json")
    assert len(json.loads(result.stdout)) == 1


def test_a_long_line_of_list_is_broken_before_its_marks() -> None:
    names = {"owner": "Persephone Ashdown", "customer_name": "Bartholomew Quill"}
    promise = a_promise(is_history=True, is_maybe_kept=True, **names)
    lines = promise_table([promise], now=MONDAY, zone=UTC).splitlines()
    assert lines[0].endswith("Persephone Ashdown -> Bartholomew Quill")
    assert lines[1] == "     [maybe kept] [history] [certain]"
    assert max(map(len, lines)) <= LINE_WIDTH


def test_help_fits_a_terminal_and_cuts_no_sentence(place: Path) -> None:
    for arguments in ((), ("ack",), ("drafts",), ("outbox",), ("updates",)):
        shown = CliRunner().invoke(cli, [*arguments, "--help"], terminal_width=80).stdout
        assert "..." not in shown.partition("\n\n")[2], arguments
        assert all(len(line) <= 80 for line in shown.splitlines()), arguments
