"""Holidays that people name in mail, computed; no calendar of days off.

Which of them are days off is for `WorkingHours.holidays` to say; here is only
the date that a name means. Gregorian calendar, years 1900 to 2200.
"""

from collections.abc import Callable
from datetime import date, timedelta

MONDAY, TUESDAY, THURSDAY, SUNDAY = 0, 1, 3, 6


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, count: int) -> date:
    """The nth such weekday of a month; a negative count is from the end."""
    if count > 0:
        first = date(year, month, 1)
        ahead = (weekday - first.weekday()) % 7 + 7 * (count - 1)
        return first + timedelta(days=ahead)
    next_month = date(year + month // 12, month % 12 + 1, 1)
    last = next_month - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-count - 1))


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _nth(month: int, weekday: int, count: int) -> Callable[[int], date]:
    return lambda year: nth_weekday(year, month, weekday, count)


_FEASTS: dict[str, Callable[[int], date]] = {
    "christmas eve": _fixed(12, 24),
    "xmas eve": _fixed(12, 24),
    "christmas day": _fixed(12, 25),
    "christmas": _fixed(12, 25),
    "xmas": _fixed(12, 25),
    "boxing day": _fixed(12, 26),
    "new year's eve": _fixed(12, 31),
    "new years eve": _fixed(12, 31),
    "new year's day": _fixed(1, 1),
    "new years day": _fixed(1, 1),
    "new year's": _fixed(1, 1),
    "new years": _fixed(1, 1),
    "new year": _fixed(1, 1),
    "hogmanay": _fixed(12, 31),
    "epiphany": _fixed(1, 6),
    "valentine's day": _fixed(2, 14),
    "valentines day": _fixed(2, 14),
    "st patrick's day": _fixed(3, 17),
    "st patricks day": _fixed(3, 17),
    "bonfire night": _fixed(11, 5),
    "guy fawkes night": _fixed(11, 5),
    "halloween": _fixed(10, 31),
    "all saints day": _fixed(11, 1),
    "juneteenth": _fixed(6, 19),
    "independence day": _fixed(7, 4),
    "the fourth of july": _fixed(7, 4),
    "fourth of july": _fixed(7, 4),
    "veterans day": _fixed(11, 11),
    "remembrance day": _fixed(11, 11),
    "bastille day": _fixed(7, 14),
    "canada day": _fixed(7, 1),
    "anzac day": _fixed(4, 25),
    "australia day": _fixed(1, 26),
    "german unity day": _fixed(10, 3),
    "may day": _fixed(5, 1),
    "martin luther king day": _nth(1, MONDAY, 3),
    "mlk day": _nth(1, MONDAY, 3),
    "presidents day": _nth(2, MONDAY, 3),
    "president's day": _nth(2, MONDAY, 3),
    "mother's day": _nth(5, SUNDAY, 2),
    "mothers day": _nth(5, SUNDAY, 2),
    "father's day": _nth(6, SUNDAY, 3),
    "fathers day": _nth(6, SUNDAY, 3),
    "memorial day": _nth(5, MONDAY, -1),
    "labor day": _nth(9, MONDAY, 1),
    "labour day": _nth(9, MONDAY, 1),
    "columbus day": _nth(10, MONDAY, 2),
    "indigenous peoples day": _nth(10, MONDAY, 2),
    "thanksgiving day": _nth(11, THURSDAY, 4),
    "thanksgiving": _nth(11, THURSDAY, 4),
    "black friday": lambda year: nth_weekday(year, 11, THURSDAY, 4) + timedelta(days=1),
    "cyber monday": lambda year: nth_weekday(year, 11, THURSDAY, 4) + timedelta(days=4),
    "early may bank holiday": _nth(5, MONDAY, 1),
    "spring bank holiday": _nth(5, MONDAY, -1),
    "summer bank holiday": _nth(8, MONDAY, -1),
    "august bank holiday": _nth(8, MONDAY, -1),
    "may bank holiday": _nth(5, MONDAY, 1),
    "shrove tuesday": _from_easter(-47),
    "ash wednesday": _from_easter(-46),
    "palm sunday": _from_easter(-7),
    "maundy thursday": _from_easter(-3),
    "good friday": _from_easter(-2),
    "holy saturday": _from_easter(-1),
    "easter sunday": _from_easter(0),
    "easter monday": _from_easter(1),
    "easter": _from_easter(0),
    "ascension day": _from_easter(39),
    "whit sunday": _from_easter(49),
    "whitsun": _from_easter(49),
    "pentecost": _from_easter(49),
    "whit monday": _from_easter(50),
    "corpus christi": _from_easter(60),
}
FEAST_NAMES = frozenset(_FEASTS)
LONGEST_NAME = max(name.count(" ") for name in FEAST_NAMES) + 1
FEAST_STARTS = frozenset(name.split()[0] for name in FEAST_NAMES)
# By first word, the longest name first.
FEASTS_FROM = {
    start: sorted(
        (tuple(name.split()) for name in FEAST_NAMES if name.split()[0] == start),
        key=len,
        reverse=True,
    )
    for start in FEAST_STARTS
}


def feast_on_or_after(name: str, day: date) -> date:
    """The next date of a holiday, `day` itself included.

    Raises:
        KeyError: The name is none of FEAST_NAMES.
    """
    feast = _FEASTS[name]
    this_year = feast(day.year)
    return this_year if this_year >= day else feast(day.year + 1)
