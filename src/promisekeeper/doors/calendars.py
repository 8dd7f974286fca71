"""Free days: public holidays by country and region, own dates, ICS files."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from promisekeeper.errors import ConfigError

MAX_ICS_BYTES = 2_000_000
MAX_FREE_DAYS = 5_000
EVENT = re.compile(r"BEGIN:VEVENT(.{0,20000}?)END:VEVENT", re.DOTALL)
ICS_DATE = r"(?:;[^:\r\n]{0,200})?:(\d{4})(\d{2})(\d{2})"


def public_holidays(country: str, region: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a country (ISO 3166 code) and region.

    Raises:
        ConfigError: The `holidays` extra is not installed, or does not know the place.
    """
    try:
        # Only installations that name a country pay for this import (0.1 s).
        import holidays
    except ImportError as error:
        raise ConfigError(
            f"public holidays of {country} need the 'holidays' extra: "
            "pip install 'promisekeeper[holidays]'"
        ) from error
    try:
        days = holidays.country_holidays(country, subdiv=region or None, years=list(years))
    except NotImplementedError as error:
        place = f"{country}-{region}" if region else country
        raise ConfigError(f"no public holidays are known for {place}") from error
    return frozenset(days)


def ics_days(path: Path) -> frozenset[date]:
    """The days that the events of an ICS file cover (RFC 5545, 3.6.1).

    DTEND is exclusive for whole-day events, as the RFC says.

    Raises:
        ConfigError: The file cannot be read or holds no event.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_ICS_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise ConfigError(f"cannot read the holidays in {path}: {error.strerror}") from error
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    days: set[date] = set()
    for event in EVENT.findall(unfolded):
        days |= _event_days(event, path)
    if not days:
        raise ConfigError(f"{path} holds no events: is it an ICS calendar?")
    return frozenset(days)


def _event_days(event: str, path: Path) -> set[date]:
    start = _ics_date("DTSTART", event, path)
    if start is None:
        return set()
    end = _ics_date("DTEND", event, path) or start + timedelta(days=1)
    length = min(max((end - start).days, 1), MAX_FREE_DAYS)
    return {start + timedelta(days=number) for number in range(length)}


def _ics_date(name: str, event: str, path: Path) -> date | None:
    match = re.search(rf"^{name}{ICS_DATE}", event, re.MULTILINE)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise ConfigError(f"{path}: {name} holds a date that does not exist") from error
