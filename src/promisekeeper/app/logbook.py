"""Everything that was done about a promise, in the order of time: events, letters, answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from promisekeeper.core.answering import Refusal
from promisekeeper.core.promise import Event, Promise
from promisekeeper.core.records import Answer, OutboxLetter, Stage
from promisekeeper.core.safetext import safe_text
from promisekeeper.core.telling import clock_text, shortened
from promisekeeper.core.tokens import token_name

if TYPE_CHECKING:
    from promisekeeper.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a logbook.

    Attributes:
        what: "event", "letter" or "answer".
        action: The verb of an event; a letter's kind and stage; what became of an answer.
        who: Whoever did it; for a letter, whom it is for.
        message_id: Of the letter, of the answer, or of the mail that shows an event.
    """

    at: datetime
    what: str
    action: str
    who: str
    note: str = ""
    message_id: str = ""


def logbook(ledger: "Ledger", promise: Promise) -> list[Entry]:
    """All that the ledger knows of a promise, oldest first."""
    entries = [_event(event) for event in ledger.events(promise.key)]
    for letter in ledger.letters_about(promise.key):
        entries += _letter(letter)
        for answer in ledger.answers(token=token_name(letter.letter.dedupe_key)):
            entries.append(_answer(answer, f"{letter.letter.kind} answered, "))
    return sorted(entries, key=lambda entry: entry.at)


def answer_book(answers: Sequence[Answer]) -> list[Entry]:
    """Mails to the control address, oldest first."""
    return [_answer(answer) for answer in answers]


def refusals(answers: Sequence[Answer]) -> str:
    """How many mails there were, and how many were refused for which reason."""
    counts = Counter(answer.outcome for answer in answers)
    refused = {one.value: counts[one.value] for one in Refusal if counts[one.value]}
    reasons = ", ".join(f"{number} {name}" for name, number in refused.items())
    total = f"{len(answers)} mail(s) to the control address, {sum(refused.values())} refused"
    return f"{total} ({reasons})" if reasons else total


def _event(event: Event) -> Entry:
    return Entry(
        at=event.at,
        what="event",
        action=event.action,
        who=event.actor,
        note=event.note,
        message_id=event.evidence.message_id if event.evidence else "",
    )


def _letter(entry: OutboxLetter) -> list[Entry]:
    """When it was queued, and what became of it since."""
    letter = entry.letter
    stages: list[tuple[datetime, str, str]] = []
    if entry.queued_at is not None:
        stages.append((entry.queued_at, Stage.QUEUED.value, ""))
    if entry.stage is not Stage.QUEUED or entry.attempts:
        tries = f"after {entry.attempts} tries; " if entry.attempts > 1 else ""
        stages.append((entry.changed_at, entry.stage.value, f"{tries}{entry.note}".strip("; ")))
    return [
        Entry(
            at=at,
            what="letter",
            action=f"{letter.kind} {stage}",
            who=letter.recipient,
            note=note,
            message_id=letter.message_id,
        )
        for at, stage, note in stages
    ]


def _answer(answer: Answer, to_what: str = "") -> Entry:
    return Entry(
        at=answer.at,
        what="answer",
        action=f"{to_what}{answer.outcome}",
        who=answer.sender,
        note=answer.said,
        message_id=answer.message_id,
    )


def entry_fields(entry: Entry) -> dict[str, Any]:
    """A line of a logbook as stable JSON fields."""
    return {
        "at": entry.at.isoformat(),
        "what": entry.what,
        "action": entry.action,
        "who": entry.who,
        "note": entry.note,
        "message_id": entry.message_id,
    }


def entry_line(entry: Entry, *, now: datetime, zone: tzinfo | None) -> str:
    """A line of a logbook for people."""
    link = "to" if entry.what == "letter" else "by"
    who = f" {link} {safe_text(entry.who)}" if entry.who else ""
    note = f"  {shortened(entry.note, 300)}" if entry.note else ""
    when = clock_text(entry.at, zone, now=now)
    return f"  {when}  {entry.what:<6}  {safe_text(entry.action)}{who}{note}"
