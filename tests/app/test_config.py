"""The configuration file: what it says, and every complaint about it."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from promisekeeper.app.config import read_config
from promisekeeper.app.starter import Answers, starter_config
from promisekeeper.app.wiring import daemon_parts, texts_of
from promisekeeper.errors import ConfigError

DATA = Path(__file__).parent.parent / "data"
ACCOUNT = '[[accounts]]\nhost = "imap.example"\nuser = "u"\npassword_env = "X"\n'


def a_config_file(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_letters_speak_languages_that_there_are(tmp_path: Path) -> None:
    path = a_config_file(tmp_path, 'language = "es"\nlead = "Nobody"\n')
    with pytest.raises(ConfigError, match="names 'Nobody', who is no agent"):
        read_config(path)
    config = read_config(a_config_file(tmp_path, 'language = "es"\n'))
    with pytest.raises(ConfigError, match="no letters are written in 'es': use de, en, fr"):
        texts_of(config)


def test_the_mailbox_of_the_tests_is_read_whole() -> None:
    config = read_config(DATA / "cornerbicycle.toml")
    assert config.as_of == datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    assert config.agents[0].name == "Tamsin Okafor"
    assert config.support_addresses == ("hello@cornerbicycle.example",)
    london, west = config.hours
    assert (london.zone, london.date_order) == ("Europe/London", "dmy")
    assert date(2026, 4, 3) in london.holidays
    assert west.shifts == (("10:00", "18:00"),)
    assert config.forms[2].labels["subject"] == ("What is this about?",)
    assert config.acks.per_address_per_day == 3


def test_what_init_writes_is_read_back(tmp_path: Path) -> None:
    answers = Answers(
        mailbox='imap.shop.example"',
        agent_name='Dana "D" Fox',
        agent_address="dana@shop.example",
        zone="Europe/Berlin",
        opens="08:30",
        closes="16:30",
        country="DE",
    )
    config = read_config(a_config_file(tmp_path, starter_config(answers)))
    assert config.agents[0].name == 'Dana "D" Fox'
    assert config.accounts[0].host == 'imap.shop.example"'
    assert config.hours[0].shifts == (("08:30", "16:30"),)
    assert config.hours[0].country == "DE"
    assert config.followup.remind_before == timedelta(hours=4)


def test_the_shipped_example_is_what_init_writes() -> None:
    example = DATA.parent.parent / "contrib" / "config.toml"
    assert example.read_text(encoding="utf-8") == starter_config(Answers())


EXAMPLE = (DATA.parent.parent / "contrib" / "config.toml").read_text(encoding="utf-8")
KEYS = {
    key
    for name in ("config", "configparts", "ackconfig")
    for key in re.findall(
        r"\b(?:top|table)\.\w+\(\s*\"(\w+)\"",
        (DATA.parent.parent / "src" / "promisekeeper" / "app" / f"{name}.py").read_text(),
    )
}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_each_key_is_in_the_example(key: str) -> None:
    assert re.search(rf"\b{key}\b", EXAMPLE)


def test_what_the_example_leaves_out_can_be_turned_on(tmp_path: Path) -> None:
    """Every commented key and table is right as it stands, all of them at once."""
    text = re.sub(r"^# (?=\[|[a-z_]+ = )", "", EXAMPLE, flags=re.MULTILINE)
    config = read_config(a_config_file(tmp_path, text))
    assert (config.lead, config.retain_days, config.control.account) == ("Dana", 730, "support")
    assert config.forms[0].queue == config.queues[0].name == "Our support team"
    assert config.acks.must_be_addressed


def test_no_file_at_all_is_fine_unless_it_was_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no config at .*: 'promisekeeper init' writes one"):
        read_config(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            "compny = 'x'", "compny is not a known key: did you mean 'company'?", id="typo"
        ),
        pytest.param("[smpt]\nhost = 'h'", "did you mean 'smtp'?", id="swapped letters"),
        pytest.param("zone = 'Europe/Atlantis'", "is no time zone", id="zone"),
        pytest.param("own_domains = 'x'", "own_domains must be a list", id="type"),
        pytest.param("own_domains = [1]", "must hold only text", id="type in a list"),
        pytest.param("customer_mail = 'always'", "it must be one of", id="choice"),
        pytest.param("support_address = 'nobody'", "which is no mail address", id="address"),
        pytest.param("watch_since = 2026-01-01T00:00:00", "needs an offset", id="naive time"),
        pytest.param("[[agents]]\nname = 'A'", "agents[1].addresses is missing", id="missing"),
        pytest.param("[[accounts]]\nname = 'a'", "one of them, not both", id="no mailbox"),
        pytest.param(
            "[[accounts]]\nhost='h'\nuser='u'", "exactly one of password_command", id="no secret"
        ),
        pytest.param(ACCOUNT + "password_file = 'p'", "exactly one of", id="two secrets"),
        pytest.param(
            ACCOUNT + "auth = 'xoauth2'", "exactly one of token_command", id="a token is needed"
        ),
        pytest.param(ACCOUNT * 2, "has two named 'imap.example'", id="two of a name"),
        pytest.param("[control]\naccount = 'x'", "names no account with an inbox", id="no inbox"),
        pytest.param("[control]\nhost = 'h'\nuser = 'u'", "exactly one of", id="control secret"),
        pytest.param(ACCOUNT + "port = 70000", "from 1 to 65535", id="port"),
        pytest.param("[smtp]\nhost = 'h'", "control_address is missing", id="no sender"),
        pytest.param("[hours.'UTC']\nopen = '25:00'", 'must be a time such as "09:00"', id="clock"),
        pytest.param(
            "[hours.'UTC']\nopen = '18:00'", "(17:00) must be later than open", id="backwards"
        ),
        pytest.param("[hours.'UTC']\nshifts = ['9 to 5']", "write shifts as", id="shift"),
        pytest.param("[hours.'UTC']\ndays = ['moonday']", "use mon, tue", id="day"),
        pytest.param("[hours.'Mars']\ndays = ['mon']", "is no time zone", id="zone of hours"),
        pytest.param("[hours.'UTC']\nholidays = ['x']", "only dates", id="holiday"),
        pytest.param("[followup]\nremind_before = 'soon'", 'write "30m", "4h"', id="span"),
        pytest.param("[followup]\nvague_working_days = 0", "from 1 to", id="number"),
        pytest.param("[followup]\nvague_working_days = true", "from 1 to", id="no number"),
    ],
)
def test_a_complaint_names_the_key_and_what_to_do(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(a_config_file(tmp_path, text))
    assert complaint in str(caught.value)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = "compny = 'x'\nzone = 'Nowhere'\n[followup]\nremind = '4h'"
    with pytest.raises(ConfigError) as caught:
        read_config(a_config_file(tmp_path, text))
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        pytest.param(b"a = ", "is no valid TOML", id="no TOML"),
        pytest.param(b"a = " + b"[" * 100_000, "is no valid TOML", id="nested too deeply"),
        pytest.param(b"a = " + b"9" * 5_000, "is no valid TOML", id="endless number"),
        pytest.param(b"\xff\xfe", "is no valid TOML", id="no UTF-8"),
        pytest.param(b"#" * 1_000_001, "is larger than a config can be", id="huge"),
    ],
)
def test_an_unreadable_file(tmp_path: Path, raw: bytes, complaint: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError, match=complaint):
        read_config(path)


def test_paths_start_at_the_config_file(tmp_path: Path) -> None:
    config = read_config(a_config_file(tmp_path, "[ledger]\npath = 'l.db'"))
    assert config.ledger == tmp_path / "l.db"
    assert read_config(config.path, ledger=Path("/else.db")).ledger == Path("/else.db")


@pytest.mark.parametrize(
    ("table", "heard_in"),
    [
        pytest.param("", ["one/inbox", "two/inbox"], id="in every inbox"),
        pytest.param("[control]\naccount = 'two'", ["two/inbox"], id="in one"),
        pytest.param("[control]\npath = 'control'", ["control"], id="in a mailbox of its own"),
        pytest.param("[control]\ntags = true", ["one/inbox", "two/inbox"], id="with tags"),
    ],
)
def test_answers_are_heard_where_the_config_says(
    tmp_path: Path, table: str, heard_in: list[str]
) -> None:
    accounts = "".join(f"[[accounts]]\nname = '{one}'\npath = '{one}'\n" for one in ("one", "two"))
    text = f"control_address = 'p@shop.example'\n{accounts}[smtp]\nhost = 'h'\n{table}\n"
    config = read_config(a_config_file(tmp_path, text), ledger=tmp_path / "ledger.db")
    parts = daemon_parts(config)
    assert [watch.folder for watch in parts.watches if watch.hears] == heard_in
    assert [watch.folder for watch in parts.watches if not watch.takes_mail] == [
        folder for folder in heard_in if folder == "control"
    ]
    assert parts.replies is not None
    assert parts.replies.takes_tags == ("tags" in table)


def test_without_a_server_nothing_is_heard(tmp_path: Path) -> None:
    text = "control_address = 'p@shop.example'\n[[accounts]]\npath = 'one'\n[control]\npath = 'c'\n"
    config = read_config(a_config_file(tmp_path, text), ledger=tmp_path / "ledger.db")
    parts = daemon_parts(config)
    assert parts.replies is None
    assert len(parts.watches) == 2
