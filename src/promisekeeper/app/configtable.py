"""Reading a TOML table key by key, collecting what is wrong instead of stopping.

A key that nobody asked for is a problem too, with the nearest known key named.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from promisekeeper.errors import ConfigError

CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
SPAN = re.compile(r"(\d{1,5})\s?([mhd])")
ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,255}")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
MAX_CONFIG_BYTES = 1_000_000


def load_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        ConfigError: It is missing, unreadable, too large or no TOML.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_CONFIG_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(f"no config at {path}: 'promisekeeper init' writes one") from error
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    if len(raw) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{path} is larger than a config can be ({MAX_CONFIG_BYTES} bytes)")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except RecursionError as error:
        raise ConfigError(f"{path} is no valid TOML: it is nested too deeply") from error
    except ValueError as error:
        raise ConfigError(f"{path} is no valid TOML: {error}") from error


def read_span(text: str) -> timedelta | None:
    """A length of time such as "4h", "30m" or "2d"; None where it is none."""
    match = SPAN.fullmatch(text.strip().lower())
    return timedelta(**{UNITS[match[2]]: int(match[1])}) if match else None


class Table:
    """One TOML table; every getter marks its key as known.

    Attributes:
        problems: What is wrong here and in all tables below, in order of finding.
    """

    def __init__(
        self, values: object, where: str, *, base: Path, problems: list[str] | None = None
    ) -> None:
        self.where = where
        self.base = base
        self.problems: list[str] = [] if problems is None else problems
        self._known: set[str] = set()
        self._below: list[Table] = []
        self._values: dict[str, Any] = values if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            self.problems.append(f"{where or 'the file'} must be a table")

    def problem(self, key: str, what: str) -> None:
        """Note something wrong with a key."""
        self.problems.append(f"{self._name(key)} {what}")

    def finish(self) -> None:
        """Note every key that no getter has asked for, here and below."""
        for key in self._values:
            if key not in self._known:
                self.problems.append(f"{self._name(key)} is not a known key{self._nearest(key)}")
        for table in self._below:
            table.finish()

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        self._known.add(key)
        return key in self._values

    def holds_list(self, key: str) -> bool:
        """Whether a list was written there, where a single text would do."""
        return isinstance(self._values.get(key), list)

    def text(self, key: str, default: str = "", *, needed: bool = False) -> str:
        """A string."""
        value = self._get(key, str, "must be text in quotes")
        if needed and not value:
            self.problem(key, "is missing")
        return default if value is None else str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._get(key, list, 'must be a list, such as ["one", "two"]') or []
        if not all(isinstance(item, str) for item in value):
            self.problem(key, "must hold only text in quotes")
            return ()
        return tuple(value)

    def number(self, key: str, default: int, *, low: int = 0, high: int = 10**9) -> int:
        """A whole number within bounds."""
        value = self._get(key, int, "must be a whole number")
        if value is None:
            return default
        if isinstance(value, bool) or not low <= value <= high:
            self.problem(key, f"must be a whole number from {low} to {high}")
            return default
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false; false where it is not said."""
        return bool(self._get(key, bool, "must be true or false"))

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """One of several words."""
        value = self.text(key, default)
        if value not in choices:
            listed = ", ".join(f'"{choice}"' for choice in choices)
            self.problem(key, f"is {value!r}: it must be one of {listed}")
            return default
        return value

    def address(self, key: str, *, needed: bool = False) -> str:
        """One mail address, lower case."""
        value = self.text(key, needed=needed).strip().lower()
        if value and not ADDRESS.fullmatch(value):
            self.problem(key, f"holds {value!r}, which is no mail address")
        return value

    def addresses(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of mail addresses, lower case."""
        values = tuple(value.strip().lower() for value in self.texts(key))
        if needed and not values:
            self.problem(key, 'is missing: a list, such as ["dana@shop.example"]')
        for value in values:
            if not ADDRESS.fullmatch(value):
                self.problem(key, f"holds {value!r}, which is no mail address")
        return values

    def path(self, key: str) -> Path | None:
        """A path; relative ones start at the config file's folder."""
        value = self.text(key)
        return self.base / Path(value).expanduser() if value else None

    def zone(self, key: str) -> str:
        """The name of a time zone."""
        return self._checked_zone(key, self.text(key))

    def zone_name(self) -> str:
        """This table's own name, which must be that of a time zone."""
        name = self.where.partition(".")[2].strip('"')
        return self._checked_zone("", name)

    def instant(self, key: str) -> datetime | None:
        """A date and time with an offset."""
        value = self._get(key, datetime, "must be a date and time, such as 2026-06-01T12:00:00Z")
        if value is not None and value.utcoffset() is None:
            self.problem(key, "needs an offset: end it with Z or with +01:00")
            return None
        return value if isinstance(value, datetime) else None

    def dates(self, key: str) -> tuple[date, ...]:
        """A list of dates."""
        value = self._get(key, list, "must be a list of dates, such as [2026-12-25]") or []
        if any(isinstance(day, datetime) or not isinstance(day, date) for day in value):
            self.problem(key, "must hold only dates, such as 2026-12-25")
            return ()
        return tuple(value)

    def days(self, key: str, names: Sequence[str]) -> tuple[int, ...]:
        """A list of weekdays by their first three letters; Monday is 0."""
        words = [word.lower()[:3] for word in self.texts(key)]
        for word in words:
            if word not in names:
                self.problem(key, f"holds {word!r}: use {', '.join(names)}")
        return tuple(sorted({names.index(word) for word in words if word in names}))

    def clock(self, key: str, default: str) -> str:
        """A time of day as HH:MM."""
        value = self.text(key, default)
        if not CLOCK.fullmatch(value):
            self.problem(key, f'is {value!r}: it must be a time such as "09:00"')
            return default
        return value.zfill(5)

    def time_of_day(self, key: str) -> time | None:
        """A time such as "09:00"; None where it is not said."""
        return time.fromisoformat(self.clock(key, "09:00")) if self.has(key) else None

    def shifts(self, key: str) -> tuple[tuple[str, str], ...]:
        """A list of "HH:MM-HH:MM"."""
        found = []
        for value in self.texts(key):
            start, _, end = (part.strip() for part in value.partition("-"))
            if CLOCK.fullmatch(start) and CLOCK.fullmatch(end):
                found.append((start.zfill(5), end.zfill(5)))
            else:
                self.problem(key, f'holds {value!r}: write shifts as "09:00-12:30"')
        return tuple(found)

    def span(self, key: str, default: timedelta) -> timedelta:
        """A length of time such as "4h", "30m" or "2d"."""
        value = self.text(key)
        if not value:
            return default
        span = read_span(value)
        if span is None:
            self.problem(key, f'is {value!r}: write "30m", "4h" or "2d"')
            return default
        return span

    def table(self, key: str) -> "Table":
        """The table below a key; an empty one where there is none."""
        return self._child(self._get(key, dict, "must be a table") or {}, self._name(key))

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of a list such as [[agents]]."""
        for number, value in enumerate(self._get(key, list, f"must be [[{key}]]") or [], 1):
            yield self._child(value, f"{self._name(key)}[{number}]")

    def named_tables(self, key: str) -> Iterator["Table"]:
        """The tables below a key, each with a name of the user's own."""
        for name, value in (self._get(key, dict, "must be a table") or {}).items():
            yield self._child(value, f'{self._name(key)}."{name}"')

    def _child(self, values: object, where: str) -> "Table":
        table = Table(values, where, base=self.base, problems=self.problems)
        self._below.append(table)
        return table

    def _get(self, key: str, kind: type, complaint: str) -> Any:  # noqa: ANN401 - TOML is untyped
        self._known.add(key)
        value = self._values.get(key)
        if value is None or isinstance(value, kind):
            return value
        self.problem(key, complaint)
        return None

    def _checked_zone(self, key: str, name: str) -> str:
        if not name:
            return ""
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problem(key, f'names {name!r}, which is no time zone: use "Europe/Berlin" and kin')
            return ""
        return name

    def _name(self, key: str) -> str:
        return f"{self.where}.{key}".strip(".")

    def _nearest(self, key: str) -> str:
        known = sorted(self._known)
        # Two letters in the wrong order are the commonest slip, and difflib thinks little of it.
        swapped = [name for name in known if sorted(name) == sorted(key)]
        near = swapped or difflib.get_close_matches(key[:100], known, n=1, cutoff=0.5)
        return f": did you mean '{near[0]}'?" if near else ""
