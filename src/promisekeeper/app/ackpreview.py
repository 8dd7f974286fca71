"""Who would have been acknowledged: the mail of a place, judged in the order of its dates.

The same decisions as the daemon's fall on a ledger of their own that is thrown away, so that
limits count as they would have, and nothing is sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from promisekeeper.core.ackrecords import Receipt, ReceiptStage
from promisekeeper.core.mail import Cursor, Role
from promisekeeper.core.receipts import Reception, receipt_of
from promisekeeper.core.records import Batch
from promisekeeper.core.robots import may_answer
from promisekeeper.errors import FolderNotFoundError, MessageUnreadableError
from promisekeeper.flows.acknowledge import ENABLED, ENABLED_WITH, AckRules, acknowledge
from promisekeeper.flows.intake import open_mail
from promisekeeper.flows.ports import Mailbox
from promisekeeper.store.ledger import Ledger

NOT_A_FORM, UNREADABLE, ANSWERED = "not-a-form", "unreadable", "form"
LONG_AGO = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """One inbound mail.

    Attributes:
        reason: The form's id where it would be acknowledged, else why it would not.
        source: The text that the reason rests on, where there is one.
        letter: The whole letter as bytes; empty where there is none.
    """

    message_id: str
    sent_at: datetime
    subject: str
    sender: str
    ack: bool
    reason: str
    source: str = ""
    form: str = ""
    to: str = ""
    name: str = ""
    letter: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An inbound mail, as little of it as is needed later."""

    message_id: str
    sent_at: datetime
    subject: str
    sender: str
    reason: str
    source: str
    receipt: Receipt | None


def preview(
    mailboxes: Sequence[Mailbox],
    reception: Reception,
    rules: AckRules,
    now: datetime,
    *,
    since: date | None = None,
) -> list[Previewed]:
    """Every inbound mail, the oldest first, with what would have become of it.

    Args:
        since: Older mail is left out.
    """
    found: dict[str, _Seen] = {}
    for mailbox in mailboxes:
        for seen in _inbound(mailbox, reception, now, since):
            found.setdefault(seen.message_id, seen)
    in_order = sorted(found.values(), key=lambda seen: (seen.sent_at, seen.message_id))
    # What is shown is who would get a letter, dry run or not.
    rules = replace(rules, limits=replace(rules.limits, is_dry=False))
    with Ledger(":memory:") as ledger:
        ledger.set_ack_setting(ENABLED, LONG_AGO)
        ledger.set_ack_setting(ENABLED_WITH, rules.fingerprint)
        return [_judged(seen, ledger, rules) for seen in in_order]


def _judged(seen: _Seen, ledger: Ledger, rules: AckRules) -> Previewed:
    line = Previewed(
        message_id=seen.message_id,
        sent_at=seen.sent_at,
        subject=seen.subject,
        sender=seen.sender,
        ack=False,
        reason=seen.reason,
        source=seen.source,
    )
    if seen.receipt is None:
        return line
    ledger.record(Batch(folder="preview", receipts=(seen.receipt,)))
    decided = acknowledge(ledger, rules=rules, now=seen.sent_at)
    receipt = next(iter(decided), seen.receipt)
    line = replace(line, form=receipt.form, reason=receipt.reason, source=receipt.source)
    if receipt.stage is not ReceiptStage.SENT:
        return line
    letters = ledger.letters()
    letter = next(one.letter for one in letters if one.letter.dedupe_key == receipt.letter_key)
    return replace(
        line,
        ack=True,
        reason=ANSWERED,
        to=receipt.address,
        name=receipt.name,
        letter=letter.content,
    )


def _inbound_role(mailbox: Mailbox) -> Role:
    """The inbox; where there is but one folder, whoever asks for a preview means that one."""
    try:
        mailbox.folder_of(Role.INBOX)
    except FolderNotFoundError:
        return Role.SENT
    return Role.INBOX


def _inbound(
    mailbox: Mailbox, reception: Reception, now: datetime, since: date | None
) -> Iterator[_Seen]:
    cursor: Cursor | None = None
    has_more, role = True, _inbound_role(mailbox)
    while has_more:
        page = mailbox.read(role, cursor, since=since)
        cursor, has_more = page.cursor, page.has_more
        for raw in page.mails:
            try:
                message = open_mail(raw, now)
            except MessageUnreadableError:
                continue
            at = message.sent_at
            receipt = receipt_of(message, reception, received_at=at, size=raw.size)
            verdict = may_answer(message, reception.side, size=raw.size)
            yield _Seen(
                message_id=message.message_id,
                sent_at=at,
                subject=message.subject,
                sender=message.sender.address,
                reason=verdict.reason or NOT_A_FORM,
                source=verdict.source,
                receipt=receipt,
            )
