"""Scanning the whole past: fast, in two processes, and restartable at any moment."""

import io
import json
import os
import pickle
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, a_promise
from fakes import FakeMailbox, a_mail_text, raw_mail
from promisekeeper.app.archive import Scanned, scan_mailbox
from promisekeeper.app.cli import cli
from promisekeeper.app.config import read_config
from promisekeeper.app.helper import AT_HELPER, WORTH_A_HELPER, Helper, is_large
from promisekeeper.app.jobs import ReadJob
from promisekeeper.app.progress import Progress, progress_line
from promisekeeper.app.readers import Desk
from promisekeeper.app.rules import intake_rules
from promisekeeper.app.summary import grouped, summary_fields, summary_of, summary_text
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.hours import office_hours
from promisekeeper.core.mail import Cursor, Page, Role
from promisekeeper.core.margins import margin
from promisekeeper.core.promise import Certainty, Deadline, DeadlineKind, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.doors.local import open_local
from promisekeeper.flows.history import Reading, keep, read_alone, read_page
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.verdicts import Verdicts, settle_news, weigh_news
from promisekeeper.store.ledger import Ledger
from servers.loopback import until
from stress.make_mailbox import make_mailbox

CONFIG = """\
own_domains = ["shop.example"]
zone = "UTC"
[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
[[agents]]
name = "Ben Adler"
addresses = ["ben@shop.example"]
[[agents]]
name = "Dana Fox"
addresses = ["dana@shop.example"]
"""
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
AS_OF = ("--as-of", NOW.isoformat())
ALL = datetime.max.replace(tzinfo=UTC)
ROUNDS = 4
TABLES = ("promises", "events", "notes", "note_customers", "found_in", "cursors")
MORE_TABLES = ("tellings", "lessons", "unsettled", "quarantine", "steps", "outbox")


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mailbox of 500 mails."""
    folder = tmp_path_factory.mktemp("past") / "mail"
    make_mailbox(folder, 500)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    return tmp_path


def options(place: Path) -> list[str]:
    return ["--config", str(place / "config.toml"), "--ledger", str(place / "ledger.db")]


def call(place: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(cli, [*options(place), *arguments], prog_name="promisekeeper")
    assert result.exit_code == 0, result.output
    return result


def contents(ledger: Path, tables: Iterable[str] = (*TABLES, *MORE_TABLES)) -> dict[str, list[str]]:
    """All rows of a ledger, with their numbers."""
    with closing(sqlite3.connect(ledger)) as connection:
        return {
            table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))
            for table in tables
        }


def rules_of(place: Path) -> IntakeRules:
    return intake_rules(read_config(place / "config.toml"), history_before=ALL)


def pages_of(mail: Path, size: int = 25) -> list[Page]:
    raws = [path.read_bytes() for path in sorted((mail / "Sent" / "cur").iterdir())[:100]]
    return [
        Page(
            mails=tuple(
                raw_mail(raw, at + place) for place, raw in enumerate(raws[at : at + size])
            ),
            cursor=Cursor(validity=1, position=at + size),
            has_more=at + size < len(raws),
        )
        for at in range(0, len(raws), size)
    ]


# Two processes


@pytest.fixture
def helper(place: Path) -> Iterator[Helper]:
    helper = Helper()
    helper.brief(read_config(place / "config.toml"), ALL, NOW)
    until(helper.can_take, "the helper has started", 60)
    yield helper
    helper.close()


def test_a_helper_reads_what_we_would_read(place: Path, mail: Path, helper: Helper) -> None:
    given = pages_of(mail)[:AT_HELPER]
    for page in given:
        assert helper.can_take()
        helper.give(ReadJob(page.mails, Role.SENT))
    assert not helper.can_take()
    for page in given:
        expected = read_alone(page.mails, Role.SENT, rules_of(place), NOW)
        assert any(reading.mail and reading.mail.promises for reading in expected)
        assert helper.take() == expected


def read_at_desk(
    desk: Desk, pages: list[Page], before_each: Callable[[], None]
) -> list[tuple[Page, list[Reading]]]:
    def given() -> Iterator[Page]:
        for page in pages:
            before_each()
            yield page

    return list(desk.read(given(), Role.SENT))


def test_pages_come_in_their_order_whoever_read_them(
    place: Path, mail: Path, helper: Helper
) -> None:
    pages, rules = pages_of(mail), rules_of(place)
    desk = Desk(rules, NOW, lambda: helper)
    desk.expect(10_000)
    found = read_at_desk(desk, pages, lambda: None)
    alone = [(page, read_alone(page.mails, Role.SENT, rules, NOW)) for page in pages]
    assert found == alone


def test_mails_that_move_or_go_while_a_scan_reads(place: Path, tmp_path: Path) -> None:
    cur = tmp_path / "mail" / "cur"
    cur.mkdir(parents=True)
    for number in range(4):
        raw = a_mail_text("I'll send it by Friday.", id=f"<{number}@shop.example>")
        (cur / f"{number}.host:2,S").write_bytes(raw)
    mailbox, rules = open_local(tmp_path / "mail", reads_late=True), rules_of(place)
    with Ledger(":memory:") as ledger:
        page = mailbox.read(Role.SENT, None)
        there = pickle.loads(pickle.dumps(page.mails))
        (cur / "1.host:2,S").rename(cur / "1.host:2,RS")
        (cur / "2.host:2,S").unlink()
        (cur / "3.host:2,S").write_bytes(b"\0")
        read = read_page(page, read_alone(there, Role.SENT, rules, NOW))
        kept = keep(read, folder="x", role=Role.SENT, store=ledger, rules=rules, now=NOW)
        ids = [promise.message_id for promise in ledger.promises(PromiseQuery())]
        (quarantined,) = ledger.quarantine()
    assert sorted(ids) == ["<0@shop.example>", "<1@shop.example>"]
    assert (kept.new, kept.unread, quarantined.size) == (2, 1, 1)


def test_what_a_helper_took_to_its_grave_is_read_here(
    place: Path, mail: Path, helper: Helper
) -> None:
    pages, rules = pages_of(mail), rules_of(place)
    desk = Desk(rules, NOW, lambda: helper)
    desk.expect(10_000)
    calls = iter(range(len(pages)))

    def kill_at_third() -> None:
        if next(calls) == 2:
            os.kill(helper.pid, signal.SIGKILL)

    found = read_at_desk(desk, pages, kill_at_third)
    assert [readings for _, readings in found] == [
        read_alone(page.mails, Role.SENT, rules, NOW) for page in pages
    ]
    desk.close()


def test_promises_are_weighed_alike_whoever_does_it(
    place: Path, mail: Path, helper: Helper
) -> None:
    rules = rules_of(place)
    with Ledger(place / "ledger.db") as ledger:
        for page in pages_of(mail):
            read = read_page(page, read_alone(page.mails, Role.SENT, rules, NOW))
            keep(read, folder="x", role=Role.SENT, store=ledger, rules=rules, now=NOW)
        customers = ledger.unsettled()
        portions = [customers[at : at + 5] for at in range(0, len(customers), 5)]
        expected = [weigh_news(some, ledger, rules) for some in portions]
        asked_here: list[tuple[str, ...]] = []

        def here(some: tuple[str, ...]) -> Verdicts:
            asked_here.append(some)
            return weigh_news(some, ledger, rules)

        desk = Desk(rules, NOW, lambda: helper, ledger=ledger.path)
        desk.expect(10_000)
        assert list(desk.weigh(here, portions)) == expected
    assert any(changes for verdicts in expected for changes in verdicts.values())
    assert len(asked_here) < len(portions)


def test_a_helper_is_called_early_for_a_large_folder_only(tmp_path: Path) -> None:
    cur = tmp_path / "Sent" / "cur"
    cur.mkdir(parents=True)
    for number in range(WORTH_A_HELPER):
        assert number % 100 or not is_large(tmp_path)
        (cur / f"{number}.host").touch()
    assert is_large(tmp_path)
    assert not is_large(cur / "0.host")
    assert not is_large(tmp_path / "nowhere")


def test_a_helper_without_work_is_sent_home() -> None:
    helper = Helper()
    helper.close()
    with pytest.raises(ProcessLookupError):
        os.kill(helper.pid, 0)
    helper.close()


def test_a_few_mails_are_not_worth_a_helper(place: Path) -> None:
    called: list[Helper] = []
    desk = Desk(rules_of(place), NOW, lambda: called[0])
    desk.expect(20)
    desk.close()
    assert called == []


def test_one_odd_mail_does_not_stop_the_scan(place: Path) -> None:
    odd, fine = raw_mail(b"\0", 1), raw_mail(a_mail_text("I'll send it by Friday."), 2)
    readings = read_alone([odd, fine], Role.SENT, rules_of(place), NOW)
    assert [bool(reading.problem) for reading in readings] == [True, False]


# Restarts


def test_kills_leave_the_same_ledger(mail: Path, tmp_path: Path) -> None:
    kill_scan(mail, tmp_path, ROUNDS, random.Random(20261122))


def test_where_pages_end_leaves_no_trace(place: Path, mail: Path) -> None:
    """A scan that goes on after a kill cuts its pages elsewhere."""
    rules = rules_of(place)
    for size in (7, 50):
        with Ledger(place / f"{size}.db") as ledger:
            mailbox, desk = open_local(mail, reads_late=True), Desk(rules, NOW)
            scan_mailbox(mailbox, ledger, rules, desk=desk, source="x", now=NOW, page_mails=size)
    assert contents(place / "7.db") == contents(place / "50.db")


def wait_for_progress(process: subprocess.Popen[bytes], ledger: Path, before: object) -> None:
    """Until the scan has stored something more, or has ended."""
    until(
        lambda: process.poll() is not None or progress_of(ledger) != before, "the scan goes on", 60
    )


def kill_scan(mail: Path, folder: Path, rounds: int, chance: random.Random) -> None:
    """Kill a scan `rounds` times amid its work, let it finish, and compare with one that ran."""
    disturbed, quiet = folder / "disturbed", folder / "quiet"
    for place in (disturbed, quiet):
        place.mkdir()
        (place / "config.toml").write_text(CONFIG)
    command = [sys.executable, "-m", "promisekeeper", *options(disturbed)]
    command += ["scan", str(mail), "--summary-json", *AS_OF]
    for _ in range(rounds):
        before = progress_of(disturbed / "ledger.db")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_progress(process, disturbed / "ledger.db", before)
        wait_at_most(process, chance.uniform(0, 0.2))
        process.kill()
        process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    call(quiet, "scan", str(mail), "--summary-json", *AS_OF)
    assert contents(disturbed / "ledger.db") == contents(quiet / "ledger.db")


def wait_at_most(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def progress_of(ledger: Path) -> tuple[int, ...]:
    """How many rows there are of what a scan stores; nothing where there is no ledger yet."""
    try:
        with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as connection:
            return tuple(
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("notes", "events", "unsettled")
            )
    except sqlite3.Error:
        return ()


def test_a_scan_that_had_ended_reads_what_is_new_and_tells_all(place: Path, tmp_path: Path) -> None:
    sent = tmp_path / "mail" / "Sent"
    sent.mkdir(parents=True)
    text = "I'll send you the invoice by Friday."
    (sent / "1.eml").write_bytes(a_mail_text(text, id="<1@shop.example>"))
    first = call(place, "scan", str(tmp_path / "mail"), *AS_OF)
    assert "1 sent mails read, 1 promises" in first.stdout
    before = contents(place / "ledger.db", TABLES)
    again = call(place, "scan", str(tmp_path / "mail"), *AS_OF)
    assert "0 new sent mails read, 1 promises" in again.stdout
    assert contents(place / "ledger.db", TABLES) == before
    (sent / "2.eml").write_bytes(a_mail_text(text, id="<2@shop.example>", to="eve@client.example"))
    third = call(place, "scan", str(tmp_path / "mail"), *AS_OF)
    assert "1 new sent mails read, 2 promises" in third.stdout
    whole = call(place, "scan", str(tmp_path / "mail"), "--again", *AS_OF)
    assert "2 sent mails read, 2 promises" in whole.stdout
    assert len(json.loads(call(place, "list", "--all", "--json").stdout)) == 2


def test_another_source_has_figures_of_its_own(place: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / f"mail{number}"
        folder.mkdir()
        raw = a_mail_text("I'll call you tomorrow.", id=f"<{number}@shop.example>")
        (folder / "one.eml").write_bytes(raw)
        rows = json.loads(call(place, "scan", str(folder), "--json", *AS_OF).stdout)
        assert [row["message_id"] for row in rows] == [f"<{number}@shop.example>"]
    figures = json.loads(call(place, "scan", str(tmp_path / "mail1"), "--summary-json").stdout)
    assert (figures["promises"], figures["sent_mails_read"]) == (1, 1)


def test_reading_everything_again_changes_nothing(place: Path, mail: Path) -> None:
    call(place, "scan", str(mail), *AS_OF)
    before = contents(place / "ledger.db")
    call(place, "scan", str(mail), "--again", *AS_OF)
    assert contents(place / "ledger.db") == before
    assert before["unsettled"] == before["outbox"] == before["steps"] == []
    assert len(before["notes"]) == 500


# Order


def mail_at(hour: int, text: str, *, id: str, answers: str = "", sender: str = "") -> bytes:
    at = MONDAY + timedelta(hours=hour)
    date = f"{at:%a, %d %b %Y %H:%M:%S} +0000"
    if sender:
        to = "ana@shop.example"
        return a_mail_text(text, id=id, answers=answers, date=date, sender=sender, to=to)
    return a_mail_text(text, id=id, answers=answers, date=date)


CARL = "Carl Ebner <carl@client.example>"
PAST = (
    (Role.INBOX, mail_at(-2, "Where is my invoice?", id="<a@c>", sender=CARL)),
    (
        Role.SENT,
        mail_at(0, "I'll send you the invoice by Friday.", id="<1@s>", answers="<a@c>"),
    ),
    (Role.SENT, mail_at(3, "Still looking into it.", id="<2@s>", answers="<1@s>")),
    (Role.SENT, mail_at(26, "I have sent the invoice this morning.", id="<3@s>", answers="<1@s>")),
    (Role.SENT, mail_at(27, "I'll order the new cable tomorrow.", id="<4@s>")),
    (
        Role.INBOX,
        mail_at(30, "Never mind the cable.", id="<b@client.example>", answers="<4@s>", sender=CARL),
    ),
    (Role.SENT, mail_at(80, "Here is the invoice.", id="<5@s>", answers="<1@s>")),
)
RULES = IntakeRules(
    team=Team(
        agents=(Agent(name="Ana Ortiz", addresses=("ana@shop.example",)),),
        own_domains=("shop.example",),
        hours=office_hours(UTC),
    ),
    defaults=FollowUpDefaults(),
    settling=SettlingPolicy(),
)


def verdicts(pages: Iterable[tuple[Role, list[bytes]]]) -> list[tuple[object, ...]]:
    with Ledger(":memory:") as ledger:
        for role, raws in pages:
            page = FakeMailbox(**{role.value: raws}).read(role, None)
            take_in(page, folder=role.value, role=role, store=ledger, rules=RULES, now=LATER)
        settle_news(ledger, RULES)
        found = ledger.promises(PromiseQuery())
    return [
        (one.key, one.state, one.settled_at, one.evidence, one.is_maybe_kept)
        for one in sorted(found, key=lambda one: one.key)
    ]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(PAST), doubles=st.lists(st.sampled_from(PAST), max_size=3))
def test_late_and_double_mail_in_any_order_ends_in_the_same_verdicts(
    order: list[tuple[Role, bytes]], doubles: list[tuple[Role, bytes]]
) -> None:
    in_time = verdicts((role, [raw]) for role, raw in PAST)
    assert State.KEPT in {verdict[1] for verdict in in_time}
    assert verdicts((role, [raw]) for role, raw in [*order, *doubles]) == in_time


# Progress and summary


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("scanned", "seconds", "line"),
    [
        pytest.param(
            Scanned(sent=2_000, received=1_000, left=9_000),
            10.0,
            "3 000 mails, 300 a second, 9 000 left in this folder: about 30 s",
            id="known",
        ),
        pytest.param(
            Scanned(sent=10, left=60_000),
            1.0,
            "10 mails, 10 a second, 60 000 left in this folder: about 100 min",
            id="long",
        ),
        pytest.param(Scanned(received=500), 2.0, "500 mails, 250 a second", id="nobody knows"),
        pytest.param(Scanned(left=7), 0.0, "0 mails, 0 a second", id="just begun"),
    ],
)
def test_progress_line(scanned: Scanned, seconds: float, line: str) -> None:
    assert progress_line(scanned, seconds) == line


@pytest.mark.parametrize(("stream", "is_shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_progress_is_for_terminals(stream: io.StringIO, is_shown: bool) -> None:
    progress = Progress(stream, each_seconds=0.0)
    progress.show(Scanned(sent=100, left=50))
    progress.end()
    assert ("100 mails" in stream.getvalue()) is is_shown
    assert stream.getvalue().endswith("\r\x1b[K") is is_shown


def margin_of(promise: Promise) -> timedelta | None:
    return margin(promise, office_hours(UTC))


def settled(state: State, hours_before_due: float, **changes: object) -> Promise:
    promise = a_promise(**changes)
    at = promise.deadline.follow_up_at - timedelta(hours=hours_before_due)
    return a_promise(state=state, settled_at=at, **changes)


UNDATED = Deadline(kind=DeadlineKind.NONE, follow_up_at=MONDAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("promise", "counted"),
    [
        pytest.param(a_promise(), {"open"}, id="open"),
        pytest.param(settled(State.KEPT, 30), {"kept", "early"}, id="a day early"),
        pytest.param(settled(State.KEPT, 2), {"kept"}, id="on its day"),
        pytest.param(settled(State.KEPT, 30, deadline=UNDATED), {"kept", "no_date"}, id="undated"),
        pytest.param(settled(State.LATE, -1), {"late"}, id="late"),
        pytest.param(settled(State.MOVED, 3), {"moved_in_time"}, id="told before the lapse"),
        pytest.param(settled(State.MOVED, -3), {"moved_late"}, id="told after the lapse"),
        pytest.param(settled(State.BROKEN, -300), {"broken"}, id="broken"),
        pytest.param(settled(State.RELEASED, 3), {"released"}, id="released"),
    ],
)
def test_what_a_promise_counts_as(promise: Promise, counted: set[str]) -> None:
    fields = summary_fields(summary_of([promise], margin_of), sent=1, received=0, unread=0)
    numbers = {name for name, value in fields.items() if value == 1} - {"sent_mails_read"}
    assert numbers == {"promises", *counted}


def test_half_of_the_late_ones_are_told_in_working_time() -> None:
    late = [settled(State.LATE, -hours) for hours in (1, 90, 91)]
    summary = summary_of(late, margin_of)
    text = summary_text(summary, sent=3, is_resumed=False, unread=0)
    # From Friday's close over a weekend to Tuesday: a working day and two hours.
    assert "3 late (half of them by 10 working hours or more)" in text
    assert summary_fields(summary, sent=3, received=0, unread=0)[
        "late_median_working_hours_late"
    ] == pytest.approx(10.0)


def test_what_is_only_possible_is_held_against_nobody() -> None:
    summary = summary_of([a_promise(certainty=Certainty.POSSIBLE)], margin_of)
    assert (summary.whole.counts["promises"], summary.possible) == (0, 1)


def test_summary_by_month_and_by_agent() -> None:
    later = {"made_at": MONDAY + timedelta(days=30), "owner": "Ben"}
    summary = summary_of([a_promise(), settled(State.KEPT, 30), a_promise(**later)], margin_of)
    text = summary_text(summary, sent=11_204, is_resumed=False, unread=2)
    lines = text.splitlines()
    assert lines[0] == (
        "11 204 sent mails read, 3 promises: 1 kept (1 early), 2 open; 2 mails could not be read"
    )
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:] if line}
    assert rows["2026-11"][:3] == ["2", "1", "1"]
    assert rows["2026-12"][:3] == ["1", "0", "0"]
    assert (rows["Ana"][0], rows["Ben"][0]) == ("2", "1")


def test_numbers_are_grouped() -> None:
    assert [grouped(number) for number in (0, 999, 11_204, 1_000_000)] == [
        "0", "999", "11 204", "1 000 000",
    ]  # fmt: skip
