"""Times in words, as people read them in letters and on the terminal."""

from datetime import datetime, timedelta, tzinfo

from promisekeeper.core.promise import Deadline, DeadlineKind
from promisekeeper.core.safetext import safe_text


def due_text(
    deadline: Deadline, now: datetime, zone: tzinfo | None, *, is_open: bool = True
) -> str:
    """One sentence that says when a promise is due, and how that is known.

    Args:
        is_open: Whether it still matters how far off that is.
    """
    at = deadline.follow_up_at
    when = f"{clock_text(at, zone, now=now)} {at.astimezone(zone).tzname()}"
    if is_open:
        when += f" ({distance_text(at, now)})"
    words = shortened(deadline.words, 80)
    if deadline.kind is DeadlineKind.INSTANT:
        return f'{when}, as you wrote: "{words}".'
    if deadline.kind is DeadlineKind.NONE:
        return f"{when}, by default: you named no time."
    return f'{when}, by default: "{words}" names no instant.'


def clock_text(at: datetime, zone: tzinfo | None, *, now: datetime | None = None) -> str:
    """A time for people: "Fri 6 Mar 17:00".

    Args:
        now: The present; the year is told where it is another one: "Fri 6 Mar 2026 17:00".
    """
    local = at.astimezone(zone)
    is_other_year = now is not None and local.year != now.astimezone(zone).year
    year = f" {local.year}" if is_other_year else ""
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def shortened(text: str, limit: int) -> str:
    """A stranger's text made safe, on one line; where it is cut it ends in "..."."""
    safe = safe_text(text, limit + 1)
    return safe if len(safe) <= limit else safe[: limit - 3].rstrip() + "..."


def distance_text(at: datetime, now: datetime) -> str:
    """How far off a time is, in its two largest units: "in 3 h 20 min", "2 d late"."""
    gap = at - now
    minutes = abs(int(gap / timedelta(minutes=1)))
    days, rest = divmod(minutes, 24 * 60)
    hours, mins = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (mins, "min")]
    shown = [f"{number} {unit}" for number, unit in parts if number][:2]
    if not shown:
        return "now"
    text = " ".join(shown)
    return f"in {text}" if gap > timedelta(0) else f"{text} late"
