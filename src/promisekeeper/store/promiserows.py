"""Promises and their history to rows and back, and what all rows are made of.

Commands that only show promises need no more than this.
"""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any

from promisekeeper.core.promise import (
    Certainty,
    Deadline,
    DeadlineKind,
    Event,
    Evidence,
    Kind,
    Promise,
    State,
)

Row = dict[str, str | int | bytes | None]
ReadRow = tuple[Any, ...]

# The length of "2026-11-20T16:00:00.000000Z".
INSTANT_LENGTH = 27


def instant_text(at: datetime) -> str:
    """An instant in UTC, always 27 characters, so that text sorts by time."""
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        # A hostile Date at the edge of the calendar: hours do not matter there.
        at = at.replace(tzinfo=UTC)
    return at.isoformat(timespec="microseconds")[: INSTANT_LENGTH - 1] + "Z"


def local_text(at: datetime) -> str:
    """An instant and the offset it was given in: `2026-11-20T16:00:00.000000Z[+01:00]`."""
    offset = at.utcoffset()
    return f"{instant_text(at)}[{_offset_text(offset)}]" if offset else instant_text(at)


@lru_cache(maxsize=256)
def _offset_text(offset: timedelta) -> str:
    # str(timezone) is "UTC+01:00".
    return str(timezone(offset))[3:]


def read_time(text: str) -> datetime:
    """The aware time that a text of the ledger stands for."""
    at = datetime.fromisoformat(text[:INSTANT_LENGTH])
    if len(text) == INSTANT_LENGTH:
        return at
    return at.astimezone(_zone(text[INSTANT_LENGTH + 1 : -1]))


@lru_cache(maxsize=256)
def _zone(offset: str) -> tzinfo | None:
    return datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo


def storable(text: str) -> str:
    """The text as UTF-8 can hold it: a lone surrogate becomes a question mark."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def row_of(**columns: str | int | bytes | None) -> Row:
    """A row to be written, with text that UTF-8 can hold."""
    return {
        name: storable(value) if isinstance(value, str) else value
        for name, value in columns.items()
    }


def optional_text(at: datetime | None) -> str | None:
    """As `local_text`, where there is a time."""
    return None if at is None else local_text(at)


def optional_time(text: str | None) -> datetime | None:
    """As `read_time`, where there is a text."""
    return None if text is None else read_time(text)


def _evidence_columns(evidence: Evidence | None) -> Row:
    return {
        "evidence_message_id": evidence.message_id if evidence else None,
        "evidence_sentence": evidence.sentence if evidence else None,
    }


def _evidence(message_id: str | None, sentence: str) -> Evidence | None:
    return None if message_id is None else Evidence(message_id=message_id, sentence=sentence)


PROMISE_COLUMNS = (
    "id, key, message_id, thread, words, start, end, rule, kind, certainty, owner,"
    " owner_address, customer, customer_name, subject, condition, delegate, made_at,"
    " is_history, state, settled_at, is_maybe_kept, evidence_message_id, evidence_sentence,"
    " deadline_kind, deadline_words, deadline_why, follow_up_at, due_at, earliest, latest,"
    " alternative, confidence, proposed_state, hint_message_id, hint_sentence, condition_met_at,"
    " moved_to, moved_from, same_as, snoozed_until"
)


def promise_row(promise: Promise) -> Row:
    """A promise and its deadline, without the id, which only the ledger gives."""
    deadline = promise.deadline
    return row_of(
        key=promise.key,
        message_id=promise.message_id,
        thread=promise.thread,
        words=promise.words,
        start=promise.start,
        end=promise.end,
        rule=promise.rule,
        owner=promise.owner,
        owner_address=promise.owner_address,
        customer=promise.customer,
        customer_name=promise.customer_name,
        subject=promise.subject,
        condition=promise.condition,
        delegate=promise.delegate,
        kind=promise.kind.value,
        certainty=promise.certainty.value,
        made_at=local_text(promise.made_at),
        is_history=promise.is_history,
        state=promise.state.value,
        settled_at=optional_text(promise.settled_at),
        is_maybe_kept=promise.is_maybe_kept,
        **_evidence_columns(promise.evidence),
        deadline_kind=deadline.kind.value,
        deadline_words=deadline.words,
        deadline_why=deadline.why,
        follow_up_at=local_text(deadline.follow_up_at),
        due_at=optional_text(deadline.due_at),
        earliest=optional_text(deadline.earliest),
        latest=optional_text(deadline.latest),
        alternative=optional_text(deadline.alternative),
        confidence=promise.confidence.value if promise.confidence else None,
        proposed_state=promise.proposed_state.value if promise.proposed_state else None,
        hint_message_id=promise.hint.message_id if promise.hint else None,
        hint_sentence=promise.hint.sentence if promise.hint else None,
        condition_met_at=optional_text(promise.condition_met_at),
        moved_to=promise.moved_to,
        moved_from=promise.moved_from,
        same_as=promise.same_as,
        snoozed_until=optional_text(promise.snoozed_until),
    )


def promise_from(row: ReadRow) -> Promise:
    """The promise of a row."""
    promise_id, key, message_id, thread, words, start, end, rule, kind, certainty = row[:10]
    owner, owner_address, customer, customer_name, subject, condition, delegate = row[10:17]
    made_at, is_history, state, settled_at, is_maybe_kept = row[17:22]
    confidence, proposed_state, *hint, condition_met_at = row[32:37]
    moved_to, moved_from, same_as, snoozed_until = row[37:]
    return Promise(
        id=promise_id,
        key=key,
        message_id=message_id,
        thread=thread,
        words=words,
        start=start,
        end=end,
        rule=rule,
        kind=Kind(kind),
        certainty=Certainty(certainty),
        owner=owner,
        owner_address=owner_address,
        customer=customer,
        customer_name=customer_name,
        subject=subject,
        condition=condition,
        delegate=delegate,
        made_at=read_time(made_at),
        is_history=bool(is_history),
        state=State(state),
        settled_at=optional_time(settled_at),
        is_maybe_kept=bool(is_maybe_kept),
        evidence=_evidence(*row[22:24]),
        deadline=_deadline(*row[24:32]),
        confidence=Certainty(confidence) if confidence else None,
        proposed_state=State(proposed_state) if proposed_state else None,
        hint=_evidence(*hint),
        condition_met_at=optional_time(condition_met_at),
        moved_to=moved_to,
        moved_from=moved_from,
        same_as=same_as,
        snoozed_until=optional_time(snoozed_until),
    )


def _deadline(
    kind: str,
    words: str,
    why: str,
    follow_up_at: str,
    due_at: str | None,
    earliest: str | None,
    latest: str | None,
    alternative: str | None,
) -> Deadline:
    return Deadline(
        kind=DeadlineKind(kind),
        words=words,
        why=why,
        follow_up_at=read_time(follow_up_at),
        due_at=optional_time(due_at),
        earliest=optional_time(earliest),
        latest=optional_time(latest),
        alternative=optional_time(alternative),
    )


EVENT_COLUMNS = (
    "promise_key, actor, action, note, at, state, evidence_message_id, evidence_sentence"
)


def event_row(event: Event) -> Row:
    """One line of history."""
    return row_of(
        promise_key=event.promise_key,
        actor=event.actor,
        action=event.action,
        note=event.note,
        at=local_text(event.at),
        state=event.state.value,
        **_evidence_columns(event.evidence),
    )


def event_from(row: ReadRow) -> Event:
    """The line of history of a row."""
    promise_key, actor, action, note, at, state, *evidence = row
    return Event(
        promise_key=promise_key,
        actor=actor,
        action=action,
        note=note,
        at=read_time(at),
        state=State(state),
        evidence=_evidence(*evidence),
    )
