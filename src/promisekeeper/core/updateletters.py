"""An approved draft becomes a letter to the customer: an answer in the conversation."""

from datetime import datetime
from email.utils import format_datetime

from promisekeeper.core.compose import compose, message_ids
from promisekeeper.core.drafts import Draft
from promisekeeper.core.letters import letter_id
from promisekeeper.core.message import Address
from promisekeeper.core.promise import ACTOR
from promisekeeper.core.records import Audience, Letter

UPDATE = "update"


def update_key(draft: Draft, nth: int = 0) -> str:
    """The key of the letter that carries exactly this text: once for ever.

    Args:
        nth: How many letters with this draft were called off before their first byte went out.
    """
    again = f"{nth}/" if nth else ""
    return f"{UPDATE}/{draft.id}/{again}{draft.digest}"


def digest_in(key: str) -> str:
    """The digest of the text that the letter with this key carries."""
    return key.rpartition("/")[2]


def update_letter(draft: Draft, *, now: datetime, nth: int = 0) -> Letter:
    """The letter, from and returned to the address that it speaks for.

    Nothing of it comes from a control mail: the text is the stored draft.

    Args:
        nth: As for `update_key`.

    Raises:
        ValueError: An address is none, or headers would grow.
    """
    key = update_key(draft, nth)
    message_id = letter_id(key, draft.sender)
    references = [*message_ids(" ".join(draft.references)), *message_ids(draft.in_reply_to)]
    headers = {"Date": format_datetime(now), "Message-ID": message_id}
    if draft.in_reply_to:
        headers["In-Reply-To"] = draft.in_reply_to
        headers["References"] = " ".join(dict.fromkeys(references))
    if draft.decided_by == ACTOR:
        # RFC 3834, section 5: nobody has read it before it went out.
        headers["Auto-Submitted"] = "auto-generated"
        headers["X-Auto-Response-Suppress"] = "All"
    content = compose(
        sender=Address(name=draft.sender_name, address=draft.sender),
        recipient=Address(name=draft.recipient_name, address=draft.recipient),
        subject=draft.subject,
        headers=headers,
        body=draft.body,
    )
    return Letter(
        dedupe_key=key,
        message_id=message_id,
        audience=Audience.CUSTOMER,
        sender=draft.sender,
        recipient=draft.recipient,
        content=content,
        kind=UPDATE,
        promise_keys=(draft.promise_key,),
        draft_id=draft.id,
    )
