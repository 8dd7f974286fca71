"""A rendered text becomes a letter: safe headers, a token, one frozen Message-ID."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from email.utils import format_datetime

from promisekeeper.core.compose import compose
from promisekeeper.core.message import Address
from promisekeeper.core.promise import Promise
from promisekeeper.core.records import Audience, Letter
from promisekeeper.core.texts import RenderedText
from promisekeeper.core.tokens import Token, token_name

SENDER_NAME = "promisekeeper"
# Answers may come late, but not for ever.
TOKEN_LASTS = timedelta(days=30)
MAX_LOCAL_PART = 64
# The words that an agent may answer with, as examples; `send` needs a draft.
ANSWERS = (
    ("done", "done"),
    ("send", "send"),
    ("move", "move Tue 14:00"),
    ("snooze", "snooze 2h"),
    ("give", "give NAME"),
    ("not a promise", "not a promise"),
    ("drop", "drop WHY"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One of the words that an agent may answer with.

    Attributes:
        shown: The whole line, as an example.
    """

    verb: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who a letter to our own side is for.

    Attributes:
        language: Empty for English.
        zone: Times are shown in it.
    """

    name: str
    address: str
    language: str = ""
    zone: tzinfo | None = None


def answers(
    promises: Sequence[Promise], *, can_send: bool = False, colleague: str = ""
) -> tuple[Answer, ...]:
    """The words that a letter about these promises may be answered with.

    Where it is about several, each line of an answer names the promise: "#41 done".
    """
    mark = f"#{promises[0].id} " if len(promises) > 1 else ""
    return tuple(
        Answer(verb=verb, shown=mark + example.replace("NAME", colleague or "NAME"))
        for verb, example in ANSWERS
        if verb != "send" or can_send
    )


def token_for(
    key: str,
    *,
    reader: Reader,
    step: str,
    promises: Sequence[Promise],
    now: datetime,
    draft_digest: str = "",
) -> Token:
    """The right to answer the letter with this key.

    Args:
        draft_digest: Of the draft that the letter shows, which `send` then approves.
    """
    return Token(
        name=token_name(key),
        agent=reader.address,
        step=step,
        promise_keys=tuple(promise.key for promise in promises),
        expires_at=now + TOKEN_LASTS,
        draft_digest=draft_digest,
    )


def own_letter(
    rendered: RenderedText,
    *,
    key: str,
    kind: str,
    sender: str,
    reader: Reader,
    now: datetime,
    promises: Sequence[Promise] = (),
    reply_to: str = "",
    is_urgent: bool = False,
    is_threaded: bool = True,
) -> Letter:
    """A letter to our own side.

    Args:
        key: What it is about, once for ever.
        sender: The control address.
        promises: What it speaks of.
        is_threaded: It hangs together with all other letters about these promises.
        reply_to: Where answers go, if not to the sender.
    """
    message_id = letter_id(key, sender)
    domain = sender.rpartition("@")[2]
    headers = {
        "Date": format_datetime(now.astimezone(reader.zone)),
        "Message-ID": message_id,
        "List-Id": f"promisekeeper <promisekeeper.{domain}>",  # RFC 2919
        "Auto-Submitted": "auto-generated",  # RFC 3834, section 5
        "X-Auto-Response-Suppress": "All",
    }
    if promises and is_threaded:
        # All letters about one promise hang from the same id, which is nobody's mail.
        headers["References"] = " ".join(letter_id(promise.key, sender) for promise in promises)
        headers["X-Promisekeeper-Promise"] = " ".join(promise.key for promise in promises[:3])
    if reply_to:
        headers["Reply-To"] = reply_to
    content = compose(
        sender=Address(name=SENDER_NAME, address=sender),
        recipient=Address(name=reader.name, address=reader.address),
        subject=rendered.subject,
        headers=headers,
        body=rendered.text,
        html=rendered.html,
    )
    return Letter(
        dedupe_key=key,
        message_id=message_id,
        audience=Audience.AGENT,
        sender=sender,
        recipient=reader.address,
        content=content,
        kind=kind,
        promise_keys=tuple(promise.key for promise in promises),
        is_urgent=is_urgent,
    )


def letter_id(key: str, sender: str) -> str:
    """The Message-ID that belongs to a letter's key, or to a promise's."""
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
    return f"<pk.{digest}@{sender.rpartition('@')[2]}>"


def tagged_address(control: str, token: str) -> str:
    """The control address with a token in it (RFC 5233); empty where that would be too long."""
    local, _, domain = control.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged) <= MAX_LOCAL_PART else ""
