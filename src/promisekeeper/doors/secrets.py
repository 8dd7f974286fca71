"""Passwords and tokens, fetched anew whenever a connection is made.

A secret never stands in a message, a log line, a repr or on a command line.
"""

import os
import signal
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from promisekeeper.doors.security import CONTROL_CHARACTERS
from promisekeeper.errors import ConfigError, MailboxError

MAX_SECRET_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a password or a token is fetched; exactly one of the sources is set.

    Attributes:
        command: A program and its arguments; the first line it prints is the secret.
        file: A file that only its owner can read; its first line is the secret.
        credential: A name given to systemd's LoadCredential=.
        env: A variable of the environment.
        timeout_seconds: How long the command may take.
    """

    command: tuple[str, ...] = ()
    file: Path | None = None
    credential: str = ""
    env: str = ""
    timeout_seconds: float = 30

    def read(self) -> str:
        """Fetch the secret.

        Raises:
            ConfigError: The source is missing, open to others, or holds nothing usable.
            MailboxError: The command failed; another time it may not.
        """
        source, fetch = self._source()
        try:
            text = fetch().decode("utf-8")
        except OSError as error:
            raise ConfigError(f"cannot read the {source}: {error.strerror}") from error
        except UnicodeDecodeError:
            # Without the cause: it would carry the bytes into a traceback.
            raise ConfigError(f"the {source} holds bytes that are not UTF-8 text") from None
        line = text.partition("\n")[0].rstrip("\r")
        if not line:
            raise ConfigError(f"the {source} is empty")
        if CONTROL_CHARACTERS.search(line):
            raise ConfigError(f"the {source} holds a control character")
        return line

    def _source(self) -> tuple[str, Callable[[], bytes]]:
        if self.command:
            return f"output of {self.command[0]}", self._from_command
        if self.file:
            file = self.file
            return f"password file {file}", lambda: _read_private(file)
        if self.credential:
            return f"systemd credential {self.credential}", self._from_credential
        if self.env:
            return f"variable {self.env}", self._from_env
        raise ConfigError("no password is configured: name a command, file, credential or env")

    def _from_command(self) -> bytes:
        with subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                output = process.communicate(timeout=self.timeout_seconds)[0]
            except subprocess.TimeoutExpired as error:
                os.killpg(process.pid, signal.SIGKILL)
                text = f"{self.command[0]} gave no password in {self.timeout_seconds:g} s"
                raise MailboxError(text) from error
        if process.returncode:
            text = f"{self.command[0]} ended with code {process.returncode} and gave no password"
            raise MailboxError(f"{text}: run it by hand to see why")
        return output[:MAX_SECRET_BYTES]

    def _from_credential(self) -> bytes:
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        if not folder:
            raise ConfigError(
                f"no systemd credential {self.credential}: "
                f"the unit needs LoadCredential={self.credential}:/path/of/the/secret"
            )
        if "/" in self.credential:
            raise ConfigError(f"{self.credential} is no name of a credential")
        return (Path(folder) / self.credential).read_bytes()[:MAX_SECRET_BYTES]

    def _from_env(self) -> bytes:
        value = os.environ.get(self.env)
        if value is None:
            raise ConfigError(f"the environment has no variable {self.env}")
        return os.fsencode(value)


def _read_private(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & 0o077:
            raise ConfigError(f"{path} can be read by others ({mode:04o}): chmod 600 {path}")
        return file.read(MAX_SECRET_BYTES)
