"""Ledger -> one digest a day for each person, and none where there is nothing to say."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from promisekeeper.core.digest import Day, Digest, Entry, day_of, digest_of
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import OPEN, PromiseQuery
from promisekeeper.core.readers import Colleague
from promisekeeper.core.records import Letter, Mark, Round, Step
from promisekeeper.core.standing import Standing
from promisekeeper.core.tokens import Token
from promisekeeper.flows.onebyone import one_by_one
from promisekeeper.flows.speaking import Present

# A digest tells of what was kept or given up since the one before; holidays may lie between.
NEWS_WITHIN = timedelta(days=45)
SETTLED = PromiseQuery(states=frozenset({State.KEPT, State.BROKEN}), with_history=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stock:
    """The promises that digests may speak of, and what was said of them."""

    promises: tuple[Promise, ...]
    taken: frozenset[Step]


def send_digests(present: Present) -> tuple[Round, ...]:
    """Queue the digests whose hour has come, each in a transaction of its own.

    Returns:
        What was decided and stored.

    Raises:
        TemplateError: One cannot be put into words; all others are queued by then.
    """
    waiting = _waiting(present)
    if not waiting:
        return ()
    stock = _stock(present)

    def send(wanted: tuple[Colleague, Mark]) -> Round | None:
        one = _round(*wanted, stock, present)
        return one if present.store.close_round(one, present.now) else None

    return tuple(filter(None, one_by_one(waiting, send)))


def _waiting(present: Present) -> list[tuple[Colleague, Mark]]:
    """Everybody whose hour has come today, and who has had none today."""
    due = {
        reader.address: (reader, Mark(name=digest_name(reader, day), at=present.now))
        for reader in present.everybody()
        if (day := _digest_day(reader, present)) is not None
    }
    marked = present.store.marked([mark.name for _, mark in due.values()])
    return [(reader, mark) for reader, mark in due.values() if mark.name not in marked]


def digest_name(reader: Colleague, day: date) -> str:
    """The name under which a digest is sent once."""
    return f"digest/{reader.address}/{day.isoformat()}"


def next_digest_at(reader: Colleague, now: datetime) -> datetime:
    """The next hour of a reader's digest after now."""
    day = reader.hours.day_of(now)
    while not reader.hours.is_working_day(day) or _digest_at(reader, day) <= now:
        day = reader.hours.next_working_day(day)
    return _digest_at(reader, day)


def _digest_at(reader: Colleague, day: date) -> datetime:
    hour = reader.digest_at
    return reader.hours.at(day, hour) if hour else reader.hours.opening(day)


def _digest_day(reader: Colleague, present: Present) -> date | None:
    """The day that a digest is due for now: a working day of theirs, from their hour to its end."""
    day = reader.hours.day_of(present.now)
    starts_at = _digest_at(reader, day)
    if not reader.hours.is_working_day(day) or present.now < starts_at:
        return None
    # Whoever has gone home reads it tomorrow: then a new one comes anyway.
    ends_at = max(reader.hours.close(day), starts_at + timedelta(hours=1))
    return day if present.now < ends_at else None


def _stock(present: Present) -> _Stock:
    promises = (
        *present.store.promises(replace(OPEN, with_history=False)),
        *present.store.promises(replace(SETTLED, settled_since=present.now - NEWS_WITHIN)),
    )
    return _Stock(
        promises=promises, taken=present.store.steps([promise.key for promise in promises])
    )


def _round(reader: Colleague, mark: Mark, stock: _Stock, present: Present) -> Round:
    day = day_of(present.now, reader.hours)
    digest = _digest(reader, day, stock, present)
    # An empty one is done with, too: nothing that comes later in the day makes a second hour.
    silent = Round(marks=(mark,), is_first=True)
    if digest.is_empty and present.stale_since is None:
        return silent
    try:
        letter, token = _letter(reader, mark, digest, day, present)
    except ValueError:
        return silent
    return Round(
        steps=digest.steps, marks=(mark,), letters=(letter,), tokens=(token,), is_first=True
    )


def _digest(reader: Colleague, day: Day, stock: _Stock, present: Present) -> Digest:
    lead = present.readers.the_lead()
    is_lead = lead is not None and lead.address == reader.address
    mine: list[Promise] = []
    others: list[Promise] = []
    for promise in stock.promises:
        is_mine = present.readers.of(promise).address == reader.address
        (mine if is_mine else others).append(promise)
    return digest_of(
        mine,
        taken=stock.taken,
        now=present.now,
        day=day,
        policy=present.rules.policy,
        hours=present.hours,
        mood=present.mood,
        told=present.store.told_since(day.starts_at, reader.address),
        led=others if is_lead else (),
    ).shortened()


def _letter(
    reader: Colleague, mark: Mark, digest: Digest, day: Day, present: Present
) -> tuple[Letter, Token]:
    sections = digest.sections
    asked_about = [
        entry.promise for name, some in sections.items() for entry in some if name != "kept"
    ]
    slots: dict[str, object] = {
        **{name: _shown(name, some, reader, present) for name, some in sections.items()},
        "hidden": digest.hidden,
        "today_at": day.starts_at,
        "until": day.until,
    }
    return present.letter(
        "digest",
        mark.name,
        reader=reader,
        promises=asked_about,
        slots=slots,
        step="digest",
        is_threaded=False,
    )


def _shown(
    name: str, entries: tuple[Entry, ...], reader: Colleague, present: Present
) -> list[Standing]:
    return [
        present.standing(entry.promise, reader, entry.why, is_led=name == "team_late")
        for entry in entries
    ]
