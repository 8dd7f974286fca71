"""Free days by country and from files."""

from datetime import date
from pathlib import Path

import pytest

from promisekeeper.doors.calendars import ics_days, public_holidays
from promisekeeper.errors import ConfigError

ICS = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261227
SUMMARY:Closed
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20261231T120000
SUMMARY:Half a day, which
 counts whole
END:VEVENT
END:VCALENDAR
"""


def test_public_holidays_of_a_region() -> None:
    bavaria = public_holidays("DE", "BY", [2024])
    assert date(2024, 5, 9) in bavaria
    assert date(2024, 1, 6) in bavaria
    assert date(2024, 1, 6) not in public_holidays("DE", "BE", [2024])


@pytest.mark.parametrize(("country", "region"), [("XX", ""), ("DE", "Nowhere")])
def test_an_unknown_place(country: str, region: str) -> None:
    with pytest.raises(ConfigError, match="no public holidays are known"):
        public_holidays(country, region, [2026])


def test_an_ics_file(tmp_path: Path) -> None:
    path = tmp_path / "free.ics"
    path.write_bytes(ICS.replace("\n", "\r\n").encode())
    assert sorted(ics_days(path)) == [
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2026, 12, 31),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nothing", "holds no events"),
        ("BEGIN:VEVENT\nDTSTART:20261399\nEND:VEVENT", "does not exist"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "free.ics"
    path.write_text(text)
    with pytest.raises(ConfigError, match=complaint):
        ics_days(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read the holidays"):
        ics_days(tmp_path / "none.ics")
