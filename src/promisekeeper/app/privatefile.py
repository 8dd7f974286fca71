"""Files written for their owner alone, whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def is_one_of(path: Path, others: Iterable[Path | None]) -> bool:
    """Whether a path names one of these files, also through links; None stands for none."""
    return any(other is not None and _is_same(path, other) for other in others)


def _is_same(path: Path, other: Path) -> bool:
    # A file that is not there yet, such as a ledger's -wal, can only be told by its name.
    if path.resolve() == other.resolve():
        return True
    return path.exists() and other.exists() and path.samefile(other)


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 in one step; through a link, the file that it leads to.

    What stood there before is untouched until the new content is whole on the disk.

    Raises:
        OSError: It cannot be written; nothing is left behind.
        FileExistsError: Something that is no file stands there.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "it is no ordinary file", str(path))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
