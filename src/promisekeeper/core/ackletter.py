"""The letter that a visitor gets: personal, short, and nothing in it but our own words.

Of what the visitor wrote it repeats the name alone, and that only where it is one.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.utils import format_datetime

from promisekeeper.core.ackrecords import Receipt
from promisekeeper.core.acks import Answered, Queue
from promisekeeper.core.compose import compose
from promisekeeper.core.letters import letter_id
from promisekeeper.core.message import Address
from promisekeeper.core.records import Audience, Letter
from promisekeeper.core.texts import RenderedText

KIND = "ack"


@dataclass(frozen=True, slots=True, kw_only=True)
class AckSlots:
    """What the letter's template may say.

    Attributes:
        matter: What it is about, in our words; may be empty.
        team: Who will answer.
        due_at: By when, in the zone that is shown.
        opens_at: When we are there again; None where we are there now.
        is_our_time: The times are by our clock, not the visitor's.
        zone: The short name of the zone, where it has one in letters.
    """

    name: str
    company: str
    matter: str
    team: str
    due_at: datetime
    opens_at: datetime | None
    is_our_time: bool
    zone: str

    def as_slots(self) -> dict[str, object]:
        """By name, for the template."""
        return {name: getattr(self, name) for name in self.__slots__}


def slots_of(
    receipt: Receipt,
    queue: Queue,
    answered: Answered,
    *,
    company: str,
    visitors_zone: tzinfo | None = None,
) -> AckSlots:
    """Everything that the letter says."""
    zone = visitors_zone or queue.hours.zone
    due_at = answered.due_at.astimezone(zone)
    opens_at = answered.opens_at
    name = due_at.tzname() or ""
    return AckSlots(
        name=receipt.name,
        company=company,
        matter=receipt.matter,
        team=queue.name,
        due_at=due_at,
        opens_at=opens_at.astimezone(zone) if opens_at else None,
        is_our_time=visitors_zone is None,
        zone=name if name.isalpha() else "",
    )


def ack_key(receipt: Receipt) -> str:
    """What the letter is about, once for ever."""
    return f"{KIND}/{receipt.message_id}"


def ack_letter(
    receipt: Receipt, rendered: RenderedText, *, sender: Address, now: datetime, zone: tzinfo | None
) -> Letter:
    """The letter, with the headers that keep machines from answering it.

    RFC 3834: Auto-Submitted (5), the null sender (3.3), one recipient (3.1.3), In-Reply-To and
    References (3.1.6), a person's address in From (3.1.1).

    Raises:
        ValueError: An address is none.
    """
    key = ack_key(receipt)
    message_id = letter_id(key, sender.address)
    content = compose(
        sender=sender,
        recipient=Address(name=receipt.name, address=receipt.address),
        subject=rendered.subject,
        headers={
            "Date": format_datetime(now.astimezone(zone)),
            "Message-ID": message_id,
            "In-Reply-To": receipt.message_id,
            "References": " ".join((*receipt.references, receipt.message_id)),
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
            "X-Promisekeeper-Promise": receipt.key,
        },
        body=rendered.text,
        html=rendered.html,
    )
    return Letter(
        dedupe_key=key,
        message_id=message_id,
        audience=Audience.CUSTOMER,
        sender="",
        recipient=receipt.address,
        content=content,
        kind=KIND,
        promise_keys=(receipt.key,),
    )
