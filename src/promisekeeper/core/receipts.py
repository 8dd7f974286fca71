"""A contact-form mail that came in: what is remembered of it, and what it obliges us to.

It is noted in the same transaction as the page that brought it, and decided upon later; so no
crash can lose it, and none can answer it twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from promisekeeper.core.ackrecords import Receipt
from promisekeeper.core.authresults import is_authenticated
from promisekeeper.core.forms import Form, form_of, read_submission
from promisekeeper.core.mail import Role
from promisekeeper.core.message import Message
from promisekeeper.core.promise import (
    Certainty,
    Evidence,
    Promise,
    State,
)
from promisekeeper.core.quoting import own_words
from promisekeeper.core.reading import Sentence
from promisekeeper.core.records import MailNote, Signal
from promisekeeper.core.robots import MAY, Side, Verdict, may_answer, may_write_to
from promisekeeper.core.sentences import split_sentences
from promisekeeper.core.signals import customer_signals
from promisekeeper.core.upset import upset_sentences

# What the problems of `core.forms` rest on.
SOURCES = {
    "header-injection": "RFC 5322, 2.2",
    "several-addresses": "RFC 3834, 3.1.3",
    "advertising-name": "RFC 3834, 7",
    "no-address": "RFC 3834, 4",
    "no-submission": "the form's own labels",
    "international-address": "RFC 6531, 3.2",
}
FORGED = Verdict(reason="not-authentic", source="RFC 8601, 2.7")
# Rules of `core.robots` by which the mail came from no person at all: nobody waits for an answer.


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What is needed to know form mail when it comes."""

    forms: tuple[Form, ...]
    side: Side


def receipt_of(
    message: Message, reception: Reception, *, received_at: datetime, size: int = 0
) -> Receipt | None:
    """A form mail with its visitor, or with the reason why nobody is answered.

    None where it comes from no configured form.
    """
    form = form_of(message, reception.forms)
    if form is None:
        return None
    receipt = Receipt(
        message_id=message.message_id,
        received_at=received_at,
        form=form.id,
        thread=message.thread,
        references=message.references,
        is_upset=bool(upset_sentences(one.text for one in _sentences(message))),
    )
    verdict = _verdict_on_mail(message, form, reception.side, size)
    if not verdict.may:
        return _refused(receipt, verdict)
    found = read_submission(message, form)
    receipt = replace(receipt, address=found.address, name=found.name, matter=found.matter)
    if found.problem:
        return _refused(receipt, Verdict(reason=found.problem, source=SOURCES[found.problem]))
    verdict = may_write_to(found.address, reception.side)
    return receipt if verdict.may else _refused(receipt, verdict)


def visitors_signals(message: Message) -> tuple[Signal, ...]:
    """What a visitor's words in a form mail say of promises made to them earlier."""
    return customer_signals(one.text for one in _sentences(message))


def _sentences(message: Message) -> tuple[Sentence, ...]:
    return split_sentences(own_words(message.text).text)


def _verdict_on_mail(message: Message, form: Form, side: Side, size: int) -> Verdict:
    verdict = may_answer(message, side, is_form=True, size=size)
    if not verdict.may:
        return verdict
    if side.authserv_id and not form.is_trusted and not is_authenticated(message, side.authserv_id):
        return FORGED
    return MAY


def _refused(receipt: Receipt, verdict: Verdict) -> Receipt:
    """Refused for good; it still waits for the round that decides upon all."""
    return replace(receipt, reason=verdict.reason, source=verdict.source)


def settled_by_answer(promise: Promise, notes: Sequence[MailNote]) -> Promise:
    """A form mail's promise, kept by the first answer that a person sent to that visitor.

    Any answer does, holding or not: what was promised is that somebody would write.
    """
    for note in sorted(notes, key=lambda note: (note.sent_at, note.message_id)):
        if note.role is not Role.SENT or note.sent_at <= promise.made_at or note.is_automatic:
            continue
        if promise.customer not in note.customers:
            continue
        due_at = promise.deadline.due_at
        is_late = due_at is not None and note.sent_at > due_at
        said = next((signal.sentence for signal in note.signals), "")
        return replace(
            promise,
            state=State.LATE if is_late else State.KEPT,
            settled_at=note.sent_at,
            evidence=Evidence(message_id=note.message_id, sentence=said),
            confidence=Certainty.CERTAIN,
        )
    return promise
