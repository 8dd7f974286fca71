"""Where passwords and tokens come from, and that they go nowhere else."""

import os
import sys
import time
from pathlib import Path

import pytest

from promisekeeper.doors.secrets import Secret
from promisekeeper.errors import ConfigError, MailboxError
from servers.loopback import until

PRINT = (sys.executable, "-c", "import sys; sys.stdout.write(sys.argv[1])")


def private_file(path: Path, text: bytes = b"s3cret\n", mode: int = 0o600) -> Path:
    path.write_bytes(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        pytest.param("s3cret\n", "s3cret", id="a line"),
        pytest.param("s3cret", "s3cret", id="no line end"),
        pytest.param("s3cret\r\n", "s3cret", id="a line from Windows"),
        pytest.param("s3cret\nuser: ana\n", "s3cret", id="more lines, as pass prints them"),
        pytest.param(" with blanks ", " with blanks ", id="blanks belong to it"),
        pytest.param("gehéim", "gehéim", id="any letter"),
    ],
)
def test_the_first_line_is_the_secret(tmp_path: Path, written: str, secret: str) -> None:
    file = private_file(tmp_path / "pw", written.encode())
    assert Secret(file=file).read() == secret
    assert Secret(command=(*PRINT, written)).read() == secret


@pytest.mark.parametrize(
    ("written", "match"),
    [
        pytest.param(b"", "is empty", id="nothing"),
        pytest.param(b"\nsecond line", "is empty", id="an empty line"),
        pytest.param(b"s3c\x07ret", "control character", id="a bell"),
        pytest.param(b"s3c\0ret", "control character", id="a NUL"),
        pytest.param(b"s3cret\xff", "UTF-8", id="no text"),
    ],
)
def test_what_is_no_secret_is_refused_without_being_shown(
    tmp_path: Path, written: bytes, match: str
) -> None:
    with pytest.raises(ConfigError, match=match) as caught:
        Secret(file=private_file(tmp_path / "pw", written)).read()
    assert "s3c" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    file = private_file(tmp_path / "pw", mode=mode)
    with pytest.raises(ConfigError, match=f"chmod 600 {file}"):
        Secret(file=file).read()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the password file .*/pw: No such file"):
        Secret(file=tmp_path / "pw").read()


def test_a_secret_is_fetched_anew_each_time(tmp_path: Path) -> None:
    file = private_file(tmp_path / "pw")
    secret = Secret(file=file)
    assert secret.read() == "s3cret"
    private_file(file, b"changed")
    assert secret.read() == "changed"


def test_the_environment_holds_a_secret() -> None:
    os.environ["PK_TEST_SECRET"] = "s3cret"
    try:
        assert Secret(env="PK_TEST_SECRET").read() == "s3cret"
    finally:
        del os.environ["PK_TEST_SECRET"]
    with pytest.raises(ConfigError, match="no variable PK_TEST_SECRET"):
        Secret(env="PK_TEST_SECRET").read()


def test_systemd_hands_over_a_credential(tmp_path: Path) -> None:
    private_file(tmp_path / "imap", mode=0o644)
    with pytest.raises(ConfigError, match="LoadCredential=imap:"):
        Secret(credential="imap").read()
    os.environ["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    try:
        assert Secret(credential="imap").read() == "s3cret"
        with pytest.raises(ConfigError, match="no name of a credential"):
            Secret(credential="../imap").read()
        with pytest.raises(ConfigError, match="cannot read the systemd credential smtp"):
            Secret(credential="smtp").read()
    finally:
        del os.environ["CREDENTIALS_DIRECTORY"]


def test_a_command_that_fails_may_work_later() -> None:
    script = "import sys; print('s3cret'); sys.exit(3)"
    with pytest.raises(MailboxError, match="ended with code 3") as caught:
        Secret(command=(sys.executable, "-c", script)).read()
    assert "s3cret" not in str(caught.value)


def test_a_command_that_is_missing_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="/no/such/program: No such file"):
        Secret(command=("/no/such/program", "--token")).read()


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    written = tmp_path / "pid"
    child = f"echo $$ > {written}; exec sleep 60"
    script = f"import subprocess; subprocess.run(['sh', '-c', '{child}'])"
    started = time.monotonic()
    with pytest.raises(MailboxError, match=r"gave no password in 0\.6 s"):
        Secret(command=(sys.executable, "-c", script), timeout_seconds=0.6).read()
    assert time.monotonic() - started < 2
    until(lambda: not is_running(int(written.read_text())), "the child's end")


def is_running(pid: int) -> bool:
    """Whether a process does anything still; one that only waits to be reaped does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_nothing_configured_says_what_to_name() -> None:
    with pytest.raises(ConfigError, match="name a command, file, credential or env"):
        Secret().read()


def test_a_repr_holds_no_secret(tmp_path: Path) -> None:
    secret = Secret(file=private_file(tmp_path / "pw"))
    assert secret.read() not in repr(secret)
