"""Steps in the calendar: so many days, months or quarters on from a day."""

from datetime import date, timedelta
from math import ceil

_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14, "weekend": 7}
UNIT_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def add_unit(start: date, number: float, unit: str) -> date:
    """The day so many units on; a part of a month is counted in days."""
    if unit in _UNIT_DAYS:
        return start + timedelta(days=ceil(number * _UNIT_DAYS[unit] - 1e-9))
    months = number * UNIT_MONTHS[unit]
    whole = int(months)
    return add_months(start, whole) + timedelta(days=round((months - whole) * 30))


def add_months(start: date, count: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    index = start.year * 12 + start.month - 1 + count
    year, month = divmod(index, 12)
    if not 1 <= year <= 9990:
        raise OverflowError("beyond the calendar")
    for day in range(start.day, 27, -1):
        if exists(year, month + 1, day):
            return date(year, month + 1, day)
    return date(year, month + 1, min(start.day, 27))


def exists(year: int, month: int, day: int) -> bool:
    """Whether there is such a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
