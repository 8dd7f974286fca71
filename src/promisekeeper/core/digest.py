"""What stands in one person's digest of one day."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.ladder import IN_DIGEST, Action, Policy, due_actions, step_of
from promisekeeper.core.mood import Mood
from promisekeeper.core.promise import Certainty, DeadlineKind, Promise, State
from promisekeeper.core.records import Step
from promisekeeper.core.standing import is_waiting

# Steps that only digests take. Each question is asked once; OVER_CAP marks what the day's cap
# kept from being a mail of its own, OVER_CAP_TOLD that a digest has made up for it.
ASK_WHEN, ASK_KEPT, ASK_RELEASE, ASK_WAITING = "ask_when", "ask_kept", "ask_release", "ask_waiting"
DEFAULT_DUE, WEEKLY, BROKEN, LATE = "default_due", "weekly", "broken", "late"
OVER_CAP, OVER_CAP_TOLD = "over_cap", "over_cap_told"
LEAD_OVER_CAP, LEAD_OVER_CAP_TOLD = "lead_over_cap", "lead_over_cap_told"
MAX_SECTION = 12
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One promise in a digest.

    Attributes:
        why: What it is in its section for: "half_way", "over_cap", "upset", "ask_when", ...
        steps: What is done by telling it.
    """

    promise: Promise
    why: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One person's day, each promise in one section only.

    Attributes:
        kept: Yesterday, which on a Monday is Friday and the weekend.
        late: Lapsed and still open, or given up since the last digest.
        today: Due before work begins on the next working day.
        risk: Half of its time gone, or the customer upset, or told here for want of a mail.
        asked: Questions that a person answers in a word.
        possible: Perhaps promises; once a week.
        team_late: For a lead: what the day's cap kept from being a mail.
        hidden: How many more there are than are told.
        is_week_start: It is the first of the week.
    """

    kept: tuple[Entry, ...] = ()
    late: tuple[Entry, ...] = ()
    today: tuple[Entry, ...] = ()
    risk: tuple[Entry, ...] = ()
    asked: tuple[Entry, ...] = ()
    possible: tuple[Entry, ...] = ()
    team_late: tuple[Entry, ...] = ()
    hidden: int = 0
    is_week_start: bool = False

    @property
    def sections(self) -> dict[str, tuple[Entry, ...]]:
        """Every section by its name, in the order of reading."""
        names = ("kept", "late", "today", "risk", "asked", "team_late", "possible")
        return {name: getattr(self, name) for name in names}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say that was not said before.

        What is late, or owed to somebody upset, is told again with other news, and once a week.
        """
        standing = [entry for entry in (*self.late, *self.risk) if not entry.steps]
        told = sum(map(len, self.sections.values()))
        return told == (0 if self.is_week_start else len(standing))

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is done by all that is told."""
        entries = (entry for some in self.sections.values() for entry in some)
        return tuple(step for entry in entries for step in entry.steps)

    def shortened(self, limit: int = MAX_SECTION) -> "Digest":
        """The first of each section; what is left out is told another day."""
        hidden = sum(max(0, len(some) - limit) for some in self.sections.values())
        short = {name: some[:limit] for name, some in self.sections.items()}
        return _digest_from(short, hidden=hidden, is_week_start=self.is_week_start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The day that a digest is for, in its reader's calendar.

    Attributes:
        starts_at: Midnight.
        since: The start of the working day before: what was kept from then on is news.
        until: When work begins on the next working day.
        is_week_start: The first working day of the week.
    """

    starts_at: datetime
    since: datetime
    until: datetime
    is_week_start: bool


def day_of(now: datetime, hours: WorkingHours) -> Day:
    """The day that lies around an instant."""
    today = hours.day_of(now)
    before = hours.working_day_before(today)
    return Day(
        starts_at=hours.at(today, MIDNIGHT),
        since=hours.at(before, MIDNIGHT),
        until=hours.opening(hours.next_working_day(today)),
        is_week_start=before.isocalendar()[:2] != today.isocalendar()[:2],
    )


def digest_of(
    promises: Iterable[Promise],
    *,
    taken: Collection[Step],
    now: datetime,
    day: Day,
    policy: Policy,
    hours: Callable[[Promise], WorkingHours],
    mood: Callable[[Promise], Mood | None],
    told: Collection[str] = (),
    led: Iterable[Promise] = (),
) -> Digest:
    """Sort one person's promises into the sections of their digest.

    Args:
        promises: The open ones, and those kept or given up of late, of everybody whom the
            reader answers for.
        hours: The owner's calendar.
        told: Keys of the promises that they got a mail about today; it says all there is.
        led: For a lead: the open promises of everybody else.
    """
    found: dict[str, list[Entry]] = {name: [] for name in Digest().sections}
    for promise in promises:
        placing = _Placing(promise, taken, now, day)
        due = due_actions(promise, taken=taken, now=now, policy=policy, hours=hours(promise))
        place = placing.section([one for one in due if one.kind in IN_DIGEST], mood(promise))
        if place is not None and promise.key not in told:
            section, why = place
            found[section].append(Entry(promise=promise, why=why, steps=tuple(placing.done)))
    for promise in led:
        placing = _Placing(promise, taken, now, day)
        if placing.may_say(LEAD_OVER_CAP_TOLD, after=LEAD_OVER_CAP):
            steps = tuple(placing.done)
            found["team_late"].append(Entry(promise=promise, why=LEAD_OVER_CAP, steps=steps))
    return _digest_from(found, is_week_start=day.is_week_start)


def _digest_from(
    sections: Mapping[str, Sequence[Entry]], *, is_week_start: bool, hidden: int = 0
) -> Digest:
    return Digest(
        kept=tuple(sections["kept"]),
        late=tuple(sections["late"]),
        today=tuple(sections["today"]),
        risk=tuple(sections["risk"]),
        asked=tuple(sections["asked"]),
        possible=tuple(sections["possible"]),
        team_late=tuple(sections["team_late"]),
        hidden=hidden,
        is_week_start=is_week_start,
    )


class _Placing:
    """Where one promise stands in a digest, and which steps are taken by saying it."""

    def __init__(self, promise: Promise, taken: Collection[Step], now: datetime, day: Day) -> None:
        self.done: list[Step] = []
        self._promise = promise
        self._taken = taken
        self._now = now
        self._day = day

    def section(self, actions: Sequence[Action], mood: Mood | None) -> tuple[str, str] | None:
        """The name of the section, and why it stands there; None where there is no need."""
        promise = self._promise
        if promise.state is State.KEPT:
            return self._kept()
        if promise.state is State.BROKEN and not promise.is_history and self.may_say(BROKEN):
            return "late", BROKEN
        if promise.state is not State.OPEN or promise.is_history or promise.same_as:
            return None
        if promise.certainty is Certainty.POSSIBLE:
            is_asked = self._day.is_week_start and self.may_say(WEEKLY)
            return ("possible", WEEKLY) if is_asked else None
        self.done += [action.step for action in actions]
        # Whatever section it stands in, the letter tells of these; so they are asked.
        is_kept = promise.is_maybe_kept and self.may_say(ASK_KEPT)
        is_released = promise.proposed_state is not None and self.may_say(ASK_RELEASE)
        is_over_cap = self.may_say(OVER_CAP_TOLD, after=OVER_CAP)
        at = self._by_the_clock()
        if at is not None:
            # Lateness is news once.
            if at == "late":
                self.may_say(LATE)
            return at, OVER_CAP if is_over_cap else ""
        if is_over_cap or mood is not None or actions:
            return "risk", OVER_CAP if is_over_cap else "upset" if mood else "half_way"
        if is_kept or is_released:
            return "asked", ASK_RELEASE if is_released else ASK_KEPT
        return self._asked_about_time()

    def may_say(self, kind: str, *, after: str = "") -> bool:
        """Take a step that only a digest takes; False where it was taken, or is not called for."""
        step = step_of(kind, self._promise)
        is_called_for = not after or step_of(after, self._promise) in self._taken
        if step in self._taken or not is_called_for:
            return False
        self.done.append(step)
        return True

    def _kept(self) -> tuple[str, str] | None:
        settled_at = self._promise.settled_at
        is_news = settled_at is not None and self._day.since <= settled_at < self._day.starts_at
        is_told = is_news and not self._promise.is_history and not self._promise.same_as
        return ("kept", "") if is_told else None

    def _by_the_clock(self) -> str | None:
        deadline = self._promise.deadline
        if deadline.kind is not DeadlineKind.INSTANT or is_waiting(self._promise):
            return None
        if deadline.follow_up_at < self._now:
            return "late"
        return "today" if deadline.remind_by < self._day.until else None

    def _asked_about_time(self) -> tuple[str, str] | None:
        deadline = self._promise.deadline
        is_due = deadline.follow_up_at < self._day.until
        if is_waiting(self._promise):
            is_asked = is_due and self.may_say(ASK_WAITING)
            return ("asked", ASK_WAITING) if is_asked else None
        if deadline.kind is DeadlineKind.INSTANT:
            return None
        if self.may_say(ASK_WHEN):
            return "asked", ASK_WHEN
        return ("asked", DEFAULT_DUE) if is_due and self.may_say(DEFAULT_DUE) else None
