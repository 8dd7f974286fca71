"""What is remembered of a mail that somebody wrote to us."""

from promisekeeper.core.mail import Role
from promisekeeper.core.message import Message
from promisekeeper.core.quoting import own_words
from promisekeeper.core.records import MailNote, Signal, SignalKind
from promisekeeper.core.robots import is_automatic
from promisekeeper.core.sentences import split_sentences
from promisekeeper.core.signals import bounced_addresses, customer_signals
from promisekeeper.core.team import Team


def received_note(message: Message, team: Team) -> MailNote:
    """The note of an inbound mail: its people, and the sentences that may count as evidence.

    Of a report that a mail came back, the customers are those whom it could not reach.
    """
    sender = message.sender.address
    lost = tuple(one for one in bounced_addresses(message) if not team.is_ours(one))
    customers = lost or ((sender,) if sender and not team.is_ours(sender) else ())
    signals = tuple(Signal(kind=SignalKind.BOUNCED, sentence=address) for address in lost)
    if customers and not lost and not is_automatic(message):
        sentences = split_sentences(own_words(message.text).text)
        signals = customer_signals(sentence.text for sentence in sentences)
    return MailNote(
        message_id=message.message_id,
        is_automatic=is_automatic(message),
        role=Role.INBOX,
        sent_at=message.sent_at,
        thread=message.thread,
        references=message.references,
        sender=sender,
        customers=customers,
        subject=message.subject,
        signals=signals,
        has_attachment=bool(message.attachments),
    )
