"""What all private servers share: ports, folders, a certificate, an unprivileged user, waiting."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")

HOST = "127.0.0.1"
SERVICE_USER = "pktest"


def until(condition: Callable[[], Value], what: str, seconds: float = 10) -> Value:
    """Ask again and again until the answer is true; fail loudly when it never is."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.01)
    return value


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def listens(port: int, greeting: bytes) -> bool:
    """Whether a server answers on this port with this greeting."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as probe:
            return probe.recv(200).startswith(greeting)
    except OSError:
        return False


def service_user() -> pwd.struct_passwd:
    """Who runs the servers: never root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SERVICE_USER],
            check=True,
        )
        return pwd.getpwnam(SERVICE_USER)


def group_name(user: pwd.struct_passwd) -> str:
    return grp.getgrgid(user.pw_gid).gr_name


def find_program(*names: str) -> str:
    """The path of a server's program; a machine without it fails the tests."""
    for name in names:
        if path := shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
            return path
    raise AssertionError(f"no {names[0]} on this machine: install it, tests/run.sh does so as root")


class ServerFolder:
    """A folder under /tmp that belongs to the unprivileged user and goes when the server goes."""

    def __init__(self, prefix: str) -> None:
        self.user = service_user()
        # Not pytest's own folder: that is closed to other users, and too long for Unix sockets.
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
        self.path.chmod(0o755)

    def hand_over(self) -> None:
        """Give everything in the folder to the user who runs the server."""
        if os.geteuid() == 0:
            for path in (self.path, *self.path.rglob("*")):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Run a server in the foreground as that user, in a process group of its own."""
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        with (self.path / "output").open("wb") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **as_user,
            )

    def make_certificate(self) -> Path:
        """A certificate for localhost that signs itself, beside its key."""
        certificate = self.path / "cert.pem"
        make_certificate(certificate, self.path / "key.pem")
        return certificate

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def make_certificate(certificate: Path, key: Path, host: str = "localhost") -> None:
    names = f"subjectAltName=DNS:{host}" + (",IP:127.0.0.1" if host == "localhost" else "")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
            *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={host}"),
            *("-addext", names, "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )


def stop_process(process: subprocess.Popen[bytes]) -> None:
    """End a server that we started, and whatever it started."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
