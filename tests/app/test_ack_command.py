"""ack: see first, then enable; log, disable, learn."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from promisekeeper.app.cli import cli
from promisekeeper.store.ledger import Ledger

DATA = Path(__file__).parent.parent / "data"
CONFIG = """
company = "Shop"
support_address = "help@shop.example"
own_domains = ["shop.example"]
control_address = "pk@shop.example"
{more}
[ledger]
path = "ledger.db"

[smtp]
host = "localhost"
security = "plain"

[[agents]]
name = "Ana Ortiz"
addresses = ["ana@shop.example"]
zone = "Europe/London"

[[queues]]
name = "Our workshop"
members = ["Ana Ortiz"]
target = "4h"

[[forms]]
id = "contact"
preset = "netlify"
from = "forms@site.example"
title = "our shop"
trusted = true
"""
MAIL = """\
From: Site <forms@site.example>
To: help@shop.example
Subject: Contact
Date: Mon, 16 Nov 2026 09:0{minute}:00 +0000
Message-ID: <form-{minute}@site.example>

Name: Pia Lund
Email: {address}
Message: When do you open?
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG.format(more=""))
    mails = tmp_path / "mails"
    mails.mkdir()
    for minute, address in enumerate(("pia@b.example", "PIA+1@b.example", "none", "bo@c.example")):
        text = MAIL.format(minute=minute, address=address)
        (mails / f"{minute}.eml").write_text(text)
    other = "From: bo@c.example\nMessage-ID: <x@c.example>\nSubject: Hi\n\nHello"
    (mails / "x.eml").write_text(other)
    return tmp_path


def ack(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["-c", str(folder / "config.toml"), "ack", *words])


def test_preview_judges_every_inbound_mail_in_the_order_of_dates(folder: Path) -> None:
    result = ack(folder, "preview", str(folder / "mails"), "--json")
    assert result.exit_code == 0
    got = {line["message_id"]: line for line in json.loads(result.stdout)}
    assert [got[f"<form-{n}@site.example>"]["ack"] for n in range(4)] == [True, False, False, True]
    assert got["<form-0@site.example>"]["to"] == "pia@b.example"
    assert got["<form-0@site.example>"]["name"] == "Pia Lund"
    assert got["<form-1@site.example>"]["reason"] == "limit-address-hour"
    assert got["<form-2@site.example>"]["reason"] == "no-address"
    assert got["<x@c.example>"]["reason"] == "not-a-form"
    assert not any(line["to"] for line in got.values() if not line["ack"])


def test_preview_shows_a_letter_and_sends_and_stores_none(folder: Path) -> None:
    result = ack(folder, "preview", str(folder / "mails"))
    assert "Our workshop will answer you by Monday 16 November, 13:30, our time" in result.stdout
    assert "4 form mails of 5: 2 would be acknowledged" in result.stdout
    assert "authserv_id is not configured" in result.stderr
    with Ledger(folder / "ledger.db") as ledger:
        assert (ledger.letters(), ledger.receipts()) == ((), ())
    every = ack(folder, "preview", str(folder / "mails"), "--letters").stdout
    assert every.count("Subject: We have your message (our shop)") == 2


def test_enable_refuses_before_a_preview_of_this_very_configuration(folder: Path) -> None:
    refused = ack(folder, "enable")
    assert (refused.exit_code, "ack preview" in refused.stderr) == (65, True)
    ack(folder, "preview", str(folder / "mails"))
    assert ack(folder, "enable").exit_code == 0
    assert "on since" in ack(folder, "log").stdout
    config = folder / "config.toml"
    config.write_text(config.read_text() + "\n[acks]\nper_address_per_day = 9\n")
    assert ack(folder, "enable").exit_code == 65


def test_a_changed_configuration_is_off_until_it_was_seen(folder: Path) -> None:
    ack(folder, "preview", str(folder / "mails"))
    ack(folder, "enable")
    config = folder / "config.toml"
    config.write_text(config.read_text() + "\n[acks]\nper_address_per_day = 9\n")
    assert "none goes out" in ack(folder, "log").stdout
    ack(folder, "preview", str(folder / "mails"))
    assert "none goes out" in ack(folder, "log").stdout
    ack(folder, "enable")
    assert "on since" in ack(folder, "log").stdout


def test_a_preview_of_nothing_is_none(folder: Path) -> None:
    (folder / "others").mkdir()
    (folder / "mails" / "x.eml").rename(folder / "others" / "x.eml")
    shown = ack(folder, "preview", str(folder / "others"))
    assert (shown.exit_code, "no preview" in shown.stderr) == (0, True)
    assert ack(folder, "enable").exit_code == 65


def test_disable_works_at_once(folder: Path) -> None:
    ack(folder, "preview", str(folder / "mails"))
    ack(folder, "enable")
    assert ack(folder, "disable").exit_code == 0
    assert "are off" in ack(folder, "log").stdout


@pytest.mark.parametrize(
    ("without", "problem"),
    [
        ('support_address = "help@shop.example"\n', "support_address is missing"),
        ('[smtp]\nhost = "localhost"\nsecurity = "plain"\n', "[smtp] is missing"),
    ],
)
def test_enable_says_what_is_missing(folder: Path, without: str, problem: str) -> None:
    (folder / "config.toml").write_text(CONFIG.format(more="").replace(without, ""))
    ack(folder, "preview", str(folder / "mails"))
    result = ack(folder, "enable")
    assert (result.exit_code, problem in result.stderr) == (78, True)


def test_without_forms_there_is_nothing_to_preview(folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG.format(more="").partition("[[queues]]")[0])
    assert ack(folder, "preview", str(folder / "mails")).exit_code == 78


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('preset = "netlify"', 'preset = "netify"', "forms[1].preset"),
        ('from = "forms@site.example"', 'from = "nobody"', "no mail address"),
        ('title = "our shop"', 'subject = "("', "is no pattern"),
        ('title = "our shop"', 'queue = "Parts"', "names the queue 'Parts'"),
        ('title = "our shop"', 'language = "English"', "language"),
        ('title = "our shop"', 'header = "X Form: a"', "header"),
        ('preset = "netlify"', "", "labels.email"),
        ('target = "4h"', 'target = "soon"', "queues[1].target"),
    ],
)
def test_a_wrong_form_is_told(folder: Path, old: str, new: str, problem: str) -> None:
    (folder / "config.toml").write_text(CONFIG.format(more="").replace(old, new))
    result = ack(folder, "preview", str(folder / "mails"))
    assert result.exit_code == 78
    assert problem in result.stderr


def test_learn_proposes_a_block_that_reads_the_mail(folder: Path) -> None:
    result = ack(folder, "learn", str(folder / "mails" / "0.eml"))
    assert 'from = "forms@site.example"' in result.stdout
    assert "Pia Lund, pia@b.example" in result.stderr
    config = CONFIG.format(more="").partition("[[forms]]")[0] + result.stdout
    (folder / "config.toml").write_text(config)
    again = ack(folder, "preview", str(folder / "mails"), "--json")
    assert [line["ack"] for line in json.loads(again.stdout)].count(True) == 2


def test_learn_refuses_what_is_no_mail(folder: Path) -> None:
    (folder / "x.bin").write_bytes(b"\x00\x01")
    assert ack(folder, "learn", str(folder / "x.bin")).exit_code == 65


def test_the_mailbox_of_the_tests_is_acknowledged_as_it_should_be(tmp_path: Path) -> None:
    """The gold of Corner Bicycle Works: who gets a letter, under which name, and who does not."""
    mailbox = DATA / "mailbox"
    result = CliRunner().invoke(
        cli,
        [
            *("-c", str(DATA / "cornerbicycle.toml"), "--ledger", str(tmp_path / "ledger.db")),
            *("ack", "preview", str(mailbox), "--json"),
        ],
    )
    got = {line["message_id"]: line for line in json.loads(result.stdout)}
    gold = [
        json.loads(line)
        for line in (mailbox / "gold" / "acks.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    wrong = [
        want["message_id"]
        for want in gold
        if not want.get("either")
        and (want["ack"], want["to"], want["name"])
        != tuple(got[want["message_id"]][key] for key in ("ack", "to", "name"))
    ]
    assert wrong == []


def test_doctor_tells_whether_a_forged_form_would_be_noticed(folder: Path) -> None:
    def line() -> str:
        doctor = CliRunner().invoke(cli, ["-c", str(folder / "config.toml"), "doctor"])
        return next(one for one in doctor.stdout.splitlines() if " forms:" in one)

    config = folder / "config.toml"
    config.write_text(CONFIG.format(more="").replace("trusted = true\n", ""))
    assert line().startswith("FAIL  forms: authserv_id is missing")
    ack(folder, "preview", str(folder / "mails"))
    refused = ack(folder, "enable")
    assert (refused.exit_code, "authserv_id is missing" in refused.stderr) == (78, True)
    config.write_text(CONFIG.format(more='authserv_id = "mx.shop.example"'))
    assert line() == "ok    forms: 1 known, not acknowledged: see 'ack preview'"
    ack(folder, "preview", str(folder / "mails"))
    ack(folder, "enable")
    assert line() == "ok    forms: 1 known, acknowledged"
