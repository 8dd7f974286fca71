"""Config -> working calendars; and by how much working time a promise was early or late.

Commands that only show something load no more than this.
"""

from collections.abc import Callable
from datetime import UTC, date, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from promisekeeper.app.settings import Config, HoursConfig
from promisekeeper.core.hours import WorkingHours, office_hours
from promisekeeper.core.margins import margin
from promisekeeper.core.promise import Promise
from promisekeeper.errors import ConfigError

HOLIDAY_YEARS = range(2015, 2036)

MarginOf = Callable[[Promise], timedelta | None]


def working_hours(config: Config, zone: str) -> WorkingHours:
    """The working calendar of a zone: as configured, else Monday to Friday 9 to 5."""
    for hours in config.hours:
        if hours.zone == zone:
            return _configured_hours(hours)
    return office_hours(ZoneInfo(zone))


def _configured_hours(hours: HoursConfig) -> WorkingHours:
    shifts = tuple((_clock(start), _clock(end)) for start, end in hours.shifts)
    try:
        return office_hours(
            ZoneInfo(hours.zone),
            days=hours.days,
            shifts=shifts,
            holidays=_free_days(hours),
            date_order=hours.date_order,
        )
    except ValueError as error:
        raise ConfigError(f'hours."{hours.zone}": {error}') from error


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _free_days(hours: HoursConfig) -> frozenset[date]:
    days = frozenset(hours.holidays)
    if hours.country or hours.holidays_file:
        # An installation that lists its own days pays for neither library nor file.
        from promisekeeper.doors.calendars import ics_days, public_holidays

        if hours.country:
            days |= public_holidays(hours.country, hours.region, HOLIDAY_YEARS)
        if hours.holidays_file:
            days |= ics_days(hours.holidays_file)
    return days


def margin_reader(config: Config) -> MarginOf:
    """What tells by how much of its owner's working time a promise was early; less than none: late.

    The owner's calendar counts, else the configured zone's, else office hours in the offset of
    the mail.
    """
    zones = {
        name: agent.zone
        for agent in config.agents
        if agent.zone
        for name in (agent.name, *agent.addresses)
    }
    calendar = lru_cache(maxsize=64)(lambda zone: working_hours(config, zone))

    def margin_of(promise: Promise) -> timedelta | None:
        owner = zones.get(promise.owner_address) or zones.get(promise.owner) or config.zone
        return margin(
            promise, calendar(owner) if owner else office_hours(promise.made_at.tzinfo or UTC)
        )

    return margin_of
