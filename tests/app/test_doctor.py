"""doctor and run against servers that are well, and against each thing that can be wrong."""

from pathlib import Path

import pytest

from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.inprocess import Pymap
from servers.loopback import free_port
from shop import Shop


@pytest.fixture
def shop(tmp_path: Path, user: str, dovecot: Dovecot, exim: Exim) -> Shop:
    return Shop(tmp_path, user, dovecot, exim)


def change(shop: Shop, old: str, new: str) -> None:
    text = shop.config.read_text()
    assert old in text
    shop.config.write_text(text.replace(old, new, 1))


def test_all_is_well(shop: Shop) -> None:
    done = shop.run("doctor")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert all(line.startswith("ok    ") for line in lines)
    assert [line.split(":")[0].split("ok    ")[1] for line in lines] == [
        "config",
        "clock",
        "hours",
        "ledger",
        "shop sent",
        "shop inbox",
        "smtp",
        "letters",
    ]
    assert "folder 'Sent Mail' can be read" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "code", "complaint"),
    [
        pytest.param("TEST_IMAP_PASSWORD", "HOME", 77, "shop (localhost:", id="wrong password"),
        pytest.param("TEST_IMAP_PASSWORD", "NO_SUCH", 78, "no variable NO_SUCH", id="unset"),
        pytest.param('\nca_file = "{imap}"', "", 76, "the certificate of", id="untrusted"),
        pytest.param(
            'security = "starttls"\nca_file',
            'security = "tls"\nca_file',
            76,
            "TLS",
            id="no TLS there",
        ),
        pytest.param("port = {imap_port}", "port = {closed}", 75, "shop (localhost", id="closed"),
        pytest.param("TEST_SMTP_PASSWORD", "HOME", 77, "smtp", id="wrong SMTP password"),
    ],
)
def test_what_is_wrong_is_said(
    shop: Shop, dovecot: Dovecot, old: str, new: str, code: int, complaint: str
) -> None:
    names = {"imap": dovecot.ca_file, "imap_port": dovecot.imap_port, "closed": free_port()}
    change(shop, old.format_map(names), new.format_map(names))
    done = shop.run("doctor")
    assert done.returncode == code, done.stdout
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert failed
    assert all(complaint in line for line in failed)
    assert "Traceback" not in done.stderr


def test_no_sent_folder(shop: Shop, pymap: Pymap, user: str) -> None:
    pymap.add_user(user, "Elsewhere")
    text = shop.config.read_text()
    start, end = text.index("port ="), text.index("user =")
    shop.config.write_text(f'{text[:start]}port = {pymap.port}\nsecurity = "plain"\n{text[end:]}')
    for command in (("doctor",), ("run", "--once"), ("run",)):
        done = shop.run(*command)
        assert done.returncode == 78, done.stderr
        said = done.stdout + done.stderr
        assert 'has no folder "Sent" (it has: Elsewhere, INBOX): set sent = "..."' in said
