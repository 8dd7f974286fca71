"""Values -> text for people, and JSON for programs. All text of mails is made safe here."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from promisekeeper.core.margins import margin_text
from promisekeeper.core.promise import DeadlineKind, Event, Promise, State
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text, distance_text, due_text, shortened

if TYPE_CHECKING:
    from promisekeeper.core.records import MailNote, OutboxLetter, Quarantined
    from promisekeeper.core.teaching import Lesson, Tally
    from promisekeeper.flows.replay import Would

WORDS_SHOWN = 72
# What a terminal holds that nobody made wider.
LINE_WIDTH = 80
LINE_SHOWN = 2000

ZoneOf = Callable[[Promise], tzinfo | None]
MarginOf = Callable[[Promise], timedelta | None]


def as_json(value: object) -> str:
    """One value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def safe_lines(text: str) -> str:
    """A message of ours that may quote a stranger: its lines stay, its control marks go."""
    return "\n".join(_indent(line) + safe_text(line, LINE_SHOWN) for line in text.split("\n"))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def promise_fields(promise: Promise, margin: timedelta | None = None) -> dict[str, Any]:
    """A promise as stable JSON fields; times in ISO 8601 with an offset.

    Args:
        margin: The working time by which it was early; negative where it was late.
    """
    deadline, evidence = promise.deadline, promise.evidence
    return {
        "id": promise.id,
        "message_id": promise.message_id,
        "sentence": promise.words,
        "kind": promise.kind.value,
        "certainty": promise.certainty.value,
        "owner": promise.owner,
        "owner_address": promise.owner_address,
        "customer": promise.customer,
        "customer_name": promise.customer_name,
        "subject": promise.subject,
        "made_at": promise.made_at.isoformat(),
        "due_kind": deadline.kind.value,
        "due_at": _iso(deadline.due_at),
        "follow_up_at": _iso(deadline.follow_up_at),
        "alternative_due_at": _iso(deadline.alternative),
        "deadline_words": deadline.words,
        "deadline_why": deadline.why,
        "condition": promise.condition,
        "delegate": promise.delegate,
        "rule": promise.rule,
        "history": promise.is_history,
        "state": promise.state.value,
        "maybe_kept": promise.is_maybe_kept,
        "settled_at": _iso(promise.settled_at),
        "early_by_working_seconds": None if margin is None else round(margin.total_seconds()),
        "evidence_message_id": evidence.message_id if evidence else None,
        "evidence_sentence": evidence.sentence if evidence else None,
        "confidence": promise.confidence.value if promise.confidence else None,
        "proposed_state": promise.proposed_state.value if promise.proposed_state else None,
        "hint_message_id": promise.hint.message_id if promise.hint else None,
        "hint_sentence": promise.hint.sentence if promise.hint else None,
        "condition_met_at": _iso(promise.condition_met_at),
        "key": promise.key,
        "moved_to": promise.moved_to,
        "moved_from": promise.moved_from,
        "same_as": promise.same_as,
        "snoozed_until": _iso(promise.snoozed_until),
    }


def event_fields(event: Event) -> dict[str, Any]:
    """A line of a promise's history as stable JSON fields."""
    evidence = event.evidence
    return {
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "state": event.state.value,
        "evidence_message_id": evidence.message_id if evidence else None,
        "evidence_sentence": evidence.sentence if evidence else None,
        "note": event.note,
    }


def letter_fields(entry: "OutboxLetter") -> dict[str, Any]:
    """A letter in the outbox as stable JSON fields, without its text."""
    return {
        "id": entry.id,
        "about": entry.letter.dedupe_key,
        "message_id": entry.letter.message_id,
        "audience": entry.letter.audience.value,
        "kind": entry.letter.kind,
        "recipient": entry.letter.recipient,
        "stage": entry.stage.value,
        "attempts": entry.attempts,
        "next_try_at": entry.next_try_at.isoformat(),
        "changed_at": entry.changed_at.isoformat(),
        "note": entry.note,
    }


def promise_table(
    promises: Sequence[Promise],
    *,
    now: datetime,
    zone: ZoneOf | tzinfo | None,
    margin: MarginOf = lambda promise: None,
) -> str:
    """Promises, two lines each: when and who, then the words; marks that are many stand between.

    Args:
        zone: For all, or what tells that of each; None for the offset of its mail.
        margin: Tells by how much working time one was early.
    """
    return "\n".join(
        _promise_lines(promise, now, zone(promise) if callable(zone) else zone, margin(promise))
        for promise in promises
    )


def _promise_lines(
    promise: Promise, now: datetime, zone: tzinfo | None, margin: timedelta | None
) -> str:
    shown_zone = zone or promise.made_at.tzinfo
    at = promise.deadline.follow_up_at
    when = clock_text(at, shown_zone, now=now)
    if promise.state is State.OPEN:
        when += f" ({distance_text(at, now)})"
    who = promise.customer_name or promise.customer
    head = f"#{promise.id}  {when}  {safe_text(promise.owner)} -> {safe_text(who)}"
    marks = " ".join(f"[{mark}]" for mark in _marks(promise, margin))
    fits = len(head) + 1 + len(marks) <= LINE_WIDTH
    head += f" {marks}" if fits else f"\n     {marks}"
    return f'{head}\n     "{shortened(promise.words, WORDS_SHOWN)}"'


def _marks(promise: Promise, margin: timedelta | None) -> Iterable[str]:
    if promise.state is not State.OPEN:
        yield f"{promise.state.value}{_how_early(margin)}"
    if promise.proposed_state is not None:
        yield f"{promise.proposed_state}?"
    elif promise.is_maybe_kept:
        yield "maybe kept"
    if promise.deadline.kind is not DeadlineKind.INSTANT:
        yield "no date" if promise.deadline.kind is DeadlineKind.NONE else promise.deadline.kind
    if promise.is_history:
        yield "history"
    yield promise.certainty.value


def promise_page(
    promise: Promise,
    events: Sequence[Event],
    *,
    now: datetime,
    zone: tzinfo | None,
    margin: timedelta | None = None,
) -> str:
    """One promise in full, with its history."""
    shown_zone = zone or promise.made_at.tzinfo
    customer = f"{promise.customer_name} <{promise.customer}>".strip()
    due = due_text(promise.deadline, now, shown_zone, is_open=promise.state is State.OPEN)
    sent = clock_text(promise.made_at, shown_zone, now=now)
    lines = [
        f"Promise {promise.id}: {promise.state.value}{_how_early(margin)}",
        f'  "{shortened(promise.words, 1000)}"',
        f"  by        {safe_text(promise.owner)} <{safe_text(promise.owner_address)}>",
        f"  to        {safe_text(customer)}",
        f"  subject   {safe_text(promise.subject)}",
        f"  sent      {sent} in {safe_text(promise.message_id)}",
        f"  due       {due}",
        f"  read as   {promise.kind}, {promise.certainty}, by the wording '{promise.rule}'",
    ]
    if promise.deadline.why:
        lines.append(f"            {shortened(promise.deadline.why, 300)}")
    if promise.deadline.alternative is not None:
        other = clock_text(promise.deadline.alternative, shown_zone, now=now)
        lines.append(f"  or        {other}")
    if promise.condition:
        lines.append(f"  condition {shortened(promise.condition, 300)}")
    if promise.proposed_state is not None:
        lines.append(f"  asked     {promise.proposed_state}? {_hint(promise)}".rstrip())
    elif promise.is_maybe_kept:
        lines.append(f"  asked     kept? {_hint(promise)}".rstrip())
    if promise.snoozed_until is not None and promise.snoozed_until > now:
        until = clock_text(promise.snoozed_until, shown_zone, now=now)
        lines.append(f"  snoozed   nobody is reminded before {until}")
    if promise.same_as:
        lines.append("  repeats   an earlier promise; nobody is reminded twice")
    if promise.is_history:
        lines.append("  history   older than the first start: nobody is reminded")
    lines.append("History")
    lines += [_event_line(event, now, shown_zone) for event in events]
    return "\n".join(lines)


def _how_early(margin: timedelta | None) -> str:
    return "" if margin is None else f", {margin_text(margin)}"


def _hint(promise: Promise) -> str:
    if promise.hint is None:
        return ""
    said = f': "{shortened(promise.hint.sentence, 300)}"' if promise.hint.sentence else ""
    return f"{safe_text(promise.hint.message_id)}{said}"


def _event_line(event: Event, now: datetime, zone: tzinfo | None) -> str:
    text = f"  {clock_text(event.at, zone, now=now)}  {event.action} ({safe_text(event.actor)})"
    if event.evidence is not None:
        text += f" by {safe_text(event.evidence.message_id)}"
        if event.evidence.sentence:
            text += f': "{shortened(event.evidence.sentence, 300)}"'
    if event.note:
        text += f"  {shortened(event.note, 300)}"
    return text


def note_fields(note: "MailNote") -> dict[str, Any]:
    """What is remembered of a mail as stable JSON fields."""
    return {
        "message_id": note.message_id,
        "folder": note.role.value,
        "sent_at": note.sent_at.isoformat(),
        "sender": note.sender,
        "author": note.author,
        "subject": note.subject,
        "has_attachment": note.has_attachment,
        "says": [{"kind": s.kind.value, "sentence": s.sentence} for s in note.signals],
    }


def quarantined_fields(mail: "Quarantined") -> dict[str, Any]:
    """A mail that was set aside as stable JSON fields."""
    return {
        "folder": mail.folder,
        "position": mail.position,
        "size": mail.size,
        "problem": mail.problem,
        "at": mail.at.isoformat(),
    }


def quarantine_table(mails: "Sequence[Quarantined]", *, now: datetime, zone: tzinfo | None) -> str:
    """The mails that were set aside, a line each."""
    return "\n".join(
        f"{clock_text(mail.at, zone, now=now)}  {safe_text(mail.folder)}, position {mail.position}"
        f" ({mail.size} bytes): {safe_text(mail.problem, 300)}"
        for mail in mails
    )


def lesson_fields(lesson: "Lesson") -> dict[str, Any]:
    """Something that was taught as stable JSON fields."""
    return {
        "id": lesson.id,
        "owner": lesson.owner,
        "kind": lesson.kind.value,
        "rule": lesson.rule,
        "sentence": lesson.sentence,
        "pattern": lesson.pattern,
        "at": lesson.at.isoformat(),
        "actor": lesson.actor,
    }


def wording_fields(tally: "Tally") -> dict[str, Any]:
    """How a wording has fared with an agent as stable JSON fields."""
    return {
        "owner": tally.owner,
        "rule": tally.rule,
        "found": tally.found,
        "dismissed": tally.dismissed,
        "doubted": tally.is_doubted,
    }


def replay_fields(letter: "Would") -> dict[str, Any]:
    """A letter that would have gone out as stable JSON fields."""
    return {
        "at": letter.at.isoformat(),
        "kind": letter.kind,
        "recipient": letter.recipient,
        "promises": [
            {"step": told.step, "promise": promise_fields(told.promise)} for told in letter.told
        ],
    }


def conversation(notes: "Sequence[MailNote]", *, now: datetime, zone: tzinfo | None) -> str:
    """The mails of a conversation, with what each was understood to say."""
    lines = ["Mails since"]
    for note in notes:
        who = note.author or note.sender
        file = ", with an attachment" if note.has_attachment else ""
        when = clock_text(note.sent_at, zone or note.sent_at.tzinfo, now=now)
        lines.append(f"  {when}  {safe_text(who)}{file}  {safe_text(note.message_id)}")
        lines += [f'    {s.kind}: "{shortened(s.sentence, 300)}"' for s in note.signals]
    return "\n".join(lines)


def outbox_table(entries: "Sequence[OutboxLetter]", *, now: datetime, zone: tzinfo | None) -> str:
    """The outbox: a line a letter, and one more for what the server said or why it waits."""
    lines = []
    for entry in entries:
        letter = entry.letter
        lines.append(
            f"{entry.id:>4}  {entry.stage:<8} {letter.kind:<9} {safe_text(letter.recipient)}"
            f"  {safe_text(letter.dedupe_key)}"
        )
        if entry.stage == "queued" and entry.next_try_at > now:
            why = f": {safe_text(entry.note)}" if entry.note else ""
            lines.append(f"      waits until {clock_text(entry.next_try_at, zone, now=now)}{why}")
        elif entry.note:
            lines.append(f"      {safe_text(entry.note)}")
    return "\n".join(lines)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
