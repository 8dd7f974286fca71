"""What became of many promises, in figures: all in all, by month and by agent."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from promisekeeper.core.margins import EARLY
from promisekeeper.core.promise import Certainty, DeadlineKind, Promise, State
from promisekeeper.core.safetext import safe_text

COLUMNS = ("promises", "kept", "early", "late", "moved in time", "broken", "open", "no date")
MOVED_LATE = "moved late"
NAME_WIDTH = 22


@dataclass(slots=True)
class Figures:
    """How many promises there are of each fate; see `COLUMNS`."""

    counts: Counter[str] = field(default_factory=Counter)
    margins: dict[State, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, promise: Promise, margin: timedelta | None) -> None:
        """Count one promise, which was early by so much working time."""
        for name in _fates(promise, margin):
            self.counts[name] += 1
        if margin is not None:
            self.margins[promise.state].append(abs(margin).total_seconds() / 3600)

    def middle_hours(self, state: State) -> float | None:
        """How many working hours early, or late, half of the promises were at least."""
        hours = self.margins.get(state)
        return round(median(hours), 1) if hours else None

    def fields(self) -> dict[str, Any]:
        """The figures as stable JSON fields."""
        names = [*COLUMNS, MOVED_LATE, State.RELEASED, State.REJECTED]
        return {
            **{name.replace(" ", "_"): self.counts[name] for name in names},
            "kept_median_working_hours_early": self.middle_hours(State.KEPT),
            "late_median_working_hours_late": self.middle_hours(State.LATE),
        }


@dataclass(slots=True, kw_only=True)
class Summary:
    """The figures of a scan.

    Attributes:
        months: By the month in which they were made, in the zone of their mail.
        possible: Sentences that may be promises; they are in no other figure.
    """

    whole: Figures = field(default_factory=Figures)
    months: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    agents: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    possible: int = 0


def summary_of(
    promises: Iterable[Promise], margin_of: Callable[[Promise], timedelta | None]
) -> Summary:
    """Count promises; those that are only possible are not held against anybody.

    Args:
        margin_of: Tells by how much of its owner's working time a promise was early.
    """
    summary = Summary()
    for promise in promises:
        if promise.certainty is Certainty.POSSIBLE:
            summary.possible += 1
            continue
        margin = margin_of(promise)
        for figures in (
            summary.whole,
            summary.months[f"{promise.made_at:%Y-%m}"],
            summary.agents[promise.owner],
        ):
            figures.add(promise, margin)
    return summary


def _fates(promise: Promise, margin: timedelta | None) -> list[str]:
    fates = ["promises"]
    if promise.deadline.kind is DeadlineKind.NONE:
        fates.append("no date")
    if promise.state is State.MOVED:
        settled_at = promise.settled_at
        is_in_time = settled_at is not None and settled_at <= promise.deadline.follow_up_at
        return [*fates, "moved in time" if is_in_time else MOVED_LATE]
    fates.append(promise.state.value)
    if promise.state is State.KEPT and margin is not None and margin >= EARLY:
        fates.append("early")
    return fates


def summary_text(summary: Summary, *, sent: int, is_resumed: bool, unread: int) -> str:
    """The figures in a sentence, and a table by month and by agent below it.

    Args:
        sent: Mails of the sent folder that were read.
        is_resumed: Others were read earlier, and their promises count too.
    """
    lines = [_sentence(summary, sent, is_resumed, unread)]
    if summary.whole.counts["promises"]:
        lines += ["", *_table("month", sorted(summary.months.items()))]
    if len(summary.agents) > 1:
        lines += ["", *_table("agent", sorted(summary.agents.items()))]
    return "\n".join(lines)


def _sentence(summary: Summary, sent: int, is_resumed: bool, unread: int) -> str:
    counts = summary.whole.counts
    text = f"{grouped(sent)} {'new ' if is_resumed else ''}sent mails read, "
    text += f"{grouped(counts['promises'])} promises"
    parts = [
        f"{grouped(counts[name])} {name}" + _aside(name, summary.whole)
        for name in ("kept", "late", "moved in time", MOVED_LATE, "broken", "released", "open")
        if counts[name]
    ]
    if parts:
        text += f": {', '.join(parts)}"
    if counts["no date"]:
        share = 100 * counts["no date"] / counts["promises"]
        text += f"; {share:.0f} % without a date"
    if summary.possible:
        text += f"; {grouped(summary.possible)} sentences that may be promises"
    return text + (f"; {grouped(unread)} mails could not be read" if unread else "")


def _aside(name: str, figures: Figures) -> str:
    if name == State.KEPT and figures.counts["early"]:
        return f" ({grouped(figures.counts['early'])} early)"
    hours = figures.middle_hours(State.LATE) if name == State.LATE else None
    return "" if hours is None else f" (half of them by {hours:g} working hours or more)"


def _table(title: str, rows: Sequence[tuple[str, Figures]]) -> list[str]:
    """Rows below a head of two lines: 80 columns, as long as no figure passes 9 999."""
    # "moved in time" is "moved" above "in time".
    heads = [("", *name.split(" ", 1))[-2:] for name in COLUMNS]
    rows_shown = [
        [safe_text(name, NAME_WIDTH), *(grouped(figures.counts[one]) for one in COLUMNS)]
        for name, figures in rows
    ]
    cells = [
        ["", *(above for above, _ in heads)],
        [title, *(below for _, below in heads)],
        *rows_shown,
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [_row(line, widths) for line in cells]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = (
        f"{cell:<{width}}" if place == 0 else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([name, *figures]).rstrip()


def grouped(number: int) -> str:
    """A number as people read it: 11 204."""
    return f"{number:,}".replace(",", " ")


def summary_fields(summary: Summary, *, sent: int, received: int, unread: int) -> dict[str, Any]:
    """The figures as stable JSON fields."""
    return {
        "sent_mails_read": sent,
        "received_mails_read": received,
        "unread": unread,
        **summary.whole.fields(),
        "possible": summary.possible,
        "by_month": {name: one.fields() for name, one in sorted(summary.months.items())},
        "by_agent": {name: one.fields() for name, one in sorted(summary.agents.items())},
    }
