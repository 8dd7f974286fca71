"""What contact forms have to do with a mail that comes in.

A form's own mail is its visitor's, whatever address sent it, and an answer to it is to the
visitor, whatever address it went to.
"""

from dataclasses import replace
from datetime import datetime

from promisekeeper.core.ackrecords import Receipt
from promisekeeper.core.mail import RawMail, Role
from promisekeeper.core.message import Message
from promisekeeper.core.receipts import Reception, receipt_of, visitors_signals
from promisekeeper.core.records import MailNote
from promisekeeper.core.robots import may_write_to
from promisekeeper.core.robotwords import is_passed_on
from promisekeeper.flows.ports import Store


def received(
    note: MailNote,
    message: Message,
    raw: RawMail,
    store: Store,
    reception: Reception,
    now: datetime,
) -> tuple[MailNote, Receipt | None]:
    """The note with the visitor as its customer, and the receipt where a form sent the mail."""
    if note.role is Role.SENT:
        if not _may_reach_visitor(note, message, reception):
            return note, None
        answered = store.receipt_addresses(message.references).values()
        visitors = store.visitors_at(note.customers)
        # An address that several forms' mail names is no visitor's own.
        alone = visitors if len(visitors) == 1 else ()
        customers = tuple(dict.fromkeys((*note.customers, *answered, *alone)))
        return replace(note, customers=customers), None
    # A copied mailbox tells the day of the copying, and nobody waits since then alone.
    came_at = min(raw.received_at or now, message.sent_at)
    receipt = receipt_of(message, reception, received_at=came_at, size=raw.size)
    if receipt is not None and receipt.is_waited_for:
        signals = visitors_signals(message)
        note = replace(note, customers=_to_answer(receipt, message, reception), signals=signals)
    return note, receipt


def _to_answer(receipt: Receipt, message: Message, reception: Reception) -> tuple[str, ...]:
    """The visitor's address, and where the form says that answers go: another of theirs."""
    forms = _senders(reception)
    others = (
        one.address
        for one in message.reply_to
        if one.address not in forms and may_write_to(one.address, reception.side).may
    )
    return tuple(dict.fromkeys((receipt.address, *others)))


def _senders(reception: Reception) -> frozenset[str]:
    return frozenset(sender for form in reception.forms for sender in form.senders)


def _may_reach_visitor(note: MailNote, message: Message, reception: Reception) -> bool:
    """Whether an answer to a form's mail went to somebody who may be its visitor.

    Passed on, or sent to colleagues or to the form's own address, it told the visitor nothing.
    """
    return bool(set(note.customers) - _senders(reception)) and not is_passed_on(message.subject)
