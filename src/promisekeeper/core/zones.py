"""Zone names that people write: "EST", "Pacific", "UK time", "UTC+2".

An abbreviation is read as the wall clock of its place, because "5pm EST" in
July means 5pm in New York; the strict offset is kept as a second reading.
Abbreviations that several countries use follow the writer's own offset.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from promisekeeper.core.timewords import word_set

_PLACES = {
    "America/New_York": "et est edt eastern newyork",
    "America/Chicago": "ct cdt central chicago",
    "America/Denver": "mt mst mdt mountain denver",
    "America/Los_Angeles": "pt pst pdt pacific losangeles sanfrancisco seattle california",
    "America/Toronto": "toronto",
    "America/Anchorage": "akst akdt",
    "Pacific/Honolulu": "hst hawaii",
    "America/Halifax": "adt atlantic",
    "Europe/London": "uk british london",
    "Europe/Berlin": "cet cest mez mesz german berlin",
    "Europe/Paris": "paris french",
    "Europe/Athens": "eet eest",
    "Europe/Lisbon": "wet west lisbon",
    "Europe/Madrid": "madrid spanish",
    "Europe/Rome": "rome italian",
    "Europe/Amsterdam": "amsterdam dutch",
    "Europe/Dublin": "dublin irish",
    "Europe/Moscow": "msk moscow",
    "Asia/Dubai": "gst dubai",
    "Asia/Karachi": "pkt",
    "Asia/Singapore": "sgt singapore",
    "Asia/Hong_Kong": "hkt hongkong",
    "Asia/Kolkata": "india indian bangalore mumbai",
    "Asia/Shanghai": "china beijing shanghai",
    "Asia/Tokyo": "jst tokyo japan",
    "Asia/Seoul": "kst",
    "Australia/Sydney": "aest aedt sydney melbourne",
    "Australia/Brisbane": "brisbane",
    "Australia/Adelaide": "acst acdt",
    "Australia/Perth": "awst perth",
    "Pacific/Auckland": "nzst nzdt nzt",
    "Africa/Johannesburg": "sast",
    "America/Sao_Paulo": "brt",
    "UTC": "utc gmt zulu",
}
PLACES = {word: zone for zone, words in _PLACES.items() for word in words.split()}
# Several countries share these: the first whose clock agrees with the writer's wins.
_SHARED = {
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
}
# Words that are a zone only with a clock before them and "time" behind, or a clock alone.
TIME_WORDS = frozenset({"eastern", "central", "mountain", "pacific", "atlantic"})
NEEDS_TIME = word_set(
    "uk british london newyork german berlin paris french dubai singapore tokyo japan sydney "
    "perth moscow hawaii west chicago denver losangeles sanfrancisco seattle california toronto "
    "lisbon madrid spanish rome italian amsterdam dutch dublin irish hongkong india indian "
    "bangalore mumbai china beijing shanghai melbourne brisbane"
)
# Places of two words.
_TWO_WORDS = {"newyork": "new", "losangeles": "los", "sanfrancisco": "san", "hongkong": "hong"}
PLACE_STARTS = frozenset(_TWO_WORDS.values())
_STRICT_HOURS = {
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
    **{"cet": 1, "cest": 2, "gmt": 0, "eet": 2, "eest": 3, "aest": 10, "aedt": 11},
}
_OFFSET = re.compile(r"(?:utc|gmt)([+-])(\d{1,2}):?(\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """What a zone name means.

    Attributes:
        zone: The wall clock of the place.
        literal: The fixed offset that the abbreviation strictly names, if it has one.
    """

    zone: tzinfo
    literal: tzinfo | None = None


@lru_cache(maxsize=256)
def _place(key: str) -> ZoneInfo:
    return ZoneInfo(key)


def is_zone_word(word: str) -> bool:
    """Whether a lower-case word can name a zone."""
    return word in PLACES or word in _SHARED or bool(_OFFSET.fullmatch(word))


def zone_named(word: str, sent_at: datetime) -> Zone:
    """The zone that an abbreviation or place names.

    Raises:
        KeyError: `is_zone_word` does not hold for the word.
    """
    if match := _OFFSET.fullmatch(word):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        offset = timedelta(minutes=min(minutes, 14 * 60) * (-1 if match[1] == "-" else 1))
        return Zone(zone=timezone(offset))
    if word in _SHARED:
        zone: tzinfo = _shared(_SHARED[word], sent_at)
    else:
        zone = _place(PLACES[word])
    hours = _STRICT_HOURS.get(word)
    literal = None if hours is None else timezone(timedelta(hours=hours))
    return Zone(zone=zone, literal=literal)


def _shared(keys: tuple[str, ...], sent_at: datetime) -> ZoneInfo:
    for key in keys:
        if sent_at.astimezone(_place(key)).utcoffset() == sent_at.utcoffset():
            return _place(key)
    return _place(keys[0])
