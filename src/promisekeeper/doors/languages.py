"""How a language writes dates and spans: a small table in its templates' folder."""

import tomllib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from promisekeeper.errors import TemplateError

LANGUAGE_FILE = "language.toml"
LENGTHS = {"days": 7, "long_days": 7, "months": 12, "long_months": 12, "units": 3}
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language's table.

    Attributes:
        days, long_days: Weekdays from Monday on, short and in full.
        months, long_months: From January on.
        units: Days, hours and minutes, as they stand behind a number.
        first: How the first of a month is written; every other day is its number.
        moment_form, day_form: With {day}, {long_day}, {number}, {month}, {long_month}, {time}.
        other_year_moment, other_year_day: The same with {year}, where it is not the present one.
        clock_form: With {hour} and {minute}, both of two digits.
        ahead, behind: With {span}: how far off an instant is.
        present: What is said of an instant that is less than a minute off.
    """

    days: tuple[str, ...]
    long_days: tuple[str, ...]
    months: tuple[str, ...]
    long_months: tuple[str, ...]
    units: tuple[str, ...]
    first: str
    moment_form: str
    day_form: str
    other_year_moment: str
    other_year_day: str
    clock_form: str
    ahead: str
    behind: str
    present: str

    def moment(self, at: datetime, now: datetime | None = None) -> str:
        """A time for people, in the zone that it came in: "Fri 6 Mar 17:00"."""
        return self._said(at, now, self.moment_form, self.other_year_moment)

    def day(self, at: datetime, now: datetime | None = None) -> str:
        """The day of an instant: "Friday 6 March"."""
        return self._said(at, now, self.day_form, self.other_year_day)

    def clock(self, at: datetime) -> str:
        """The time of day alone."""
        return self.clock_form.format(hour=f"{at:%H}", minute=f"{at:%M}")

    def span(self, span: timedelta) -> str:
        """A length of time in its two largest units: "3 h 20 min"."""
        minutes = abs(int(span / MINUTE))
        days, rest = divmod(minutes, 24 * 60)
        parts = zip((days, *divmod(rest, 60)), self.units, strict=True)
        return " ".join([f"{number} {unit}" for number, unit in parts if number][:2])

    def distance(self, gap: timedelta) -> str:
        """How far off something is: "in 3 h 20 min", "2 d late"."""
        span = self.span(gap)
        if not span:
            return self.present
        return (self.ahead if gap > timedelta(0) else self.behind).format(span=span)

    def _said(self, at: datetime, now: datetime | None, near: str, other_year: str) -> str:
        is_near = now is None or now.astimezone(at.tzinfo).year == at.year
        return (near if is_near else other_year).format(
            day=self.days[at.weekday()],
            long_day=self.long_days[at.weekday()],
            number=self.first if at.day == 1 else at.day,
            month=self.months[at.month - 1],
            long_month=self.long_months[at.month - 1],
            year=at.year,
            time=self.clock(at),
        )


def read_language(text: str, *, name: str) -> Language:
    """Read a language's table.

    Raises:
        TemplateError: Something is missing, of the wrong length or kind, or asks for a part
            that there is not.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{name} is no valid TOML: {error}") from error
    known = [field.name for field in fields(Language)]
    problems = [f"{key} is missing" for key in known if key not in table]
    problems += [f"{key} is not known" for key in table if key not in known]
    values: dict[str, object] = {}
    for key, value in table.items():
        length = LENGTHS.get(key)
        if length is None:
            values[key] = value
            if not isinstance(value, str):
                problems.append(f"{key} must be text in quotes")
        elif (
            not isinstance(value, list)
            or [isinstance(one, str) for one in value] != [True] * length
        ):
            problems.append(f"{key} must be a list of {length} words")
        else:
            values[key] = tuple(value)
    if problems:
        raise TemplateError(f"{name}: {'; '.join(problems)}")
    language = Language(**values)  # type: ignore[arg-type]
    _try(language, name)
    return language


def _try(language: Language, name: str) -> None:
    """Say every kind of time once, so that a slip shows before a letter is due."""
    at = datetime.fromisoformat("2026-03-06T17:00+00:00")
    try:
        for now in (at, at + timedelta(days=400)):
            language.moment(at, now)
            language.day(at, now)
        for gap in (timedelta(hours=3), timedelta(hours=-3)):
            language.distance(gap)
    except (KeyError, IndexError, AttributeError, ValueError) as error:
        raise TemplateError(f"{name}: a form asks for {error}, which no time has") from error
