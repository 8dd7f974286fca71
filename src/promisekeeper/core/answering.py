"""A mail to the control address: is it an agent's own answer, and to which letter of ours?

Nothing here trusts a header that anybody can write, except to turn a mail away.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from promisekeeper.core.authresults import is_authenticated
from promisekeeper.core.headers import MAX_BLOCK_BYTES, parse_addresses
from promisekeeper.core.message import Message
from promisekeeper.core.robots import Side, may_answer
from promisekeeper.core.team import Team, is_control
from promisekeeper.core.tokens import Token, is_genuine, names_in

MAX_NAMES = 20
MAX_SEARCHED = 300_000
MAX_OWN_IDS = 20
# Where servers leave the address that a mail really came to, with its tag.
DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
# What says that a machine wrote a mail. Agents' mail may be taken for spam, or be large.
MACHINES = frozenset(
    {
        *("own-letter", "null-sender", "auto-submitted", "report", "failed-recipients", "list"),
        *("bulk", "robot-header", "no-address", "several-authors", "own-address"),
        *("system-address", "report-words", "notice-words"),
    }
)
REPORTS = frozenset({"null-sender", "report", "failed-recipients", "report-words"})
WORDS_ALONE = frozenset({"report-words", "notice-words"})

# A program that wraps long lines may break a token at its hyphens, even in a quote.
_BROKEN = re.compile(r"-[ \t]{0,20}\r?\n[>| \t]{0,20}")


class Refusal(StrEnum):
    """Why an answer is not heeded."""

    NO_TOKEN = "no_token"
    UNKNOWN = "unknown_token"
    FORGED = "forged"
    WRONG_SENDER = "wrong_sender"
    SHARED_SENDER = "shared_sender"
    NOT_AUTHENTICATED = "not_authenticated"
    EXPIRED = "expired"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a mail shows of its right to answer.

    Attributes:
        token: The token that it bears, if that is genuine.
        refusal: Why it is not heeded; None where it is.
    """

    token: Token | None = None
    refusal: Refusal | None = None


def names_control(raw: bytes, control: str) -> bool:
    """Whether the control address can stand in a mail's header block at all: a quick look."""
    local, _, domain = control.lower().encode().rpartition(b"@")
    head = raw[:MAX_BLOCK_BYTES].lower()
    return bool(local) and local in head and domain in head


def is_for_control(message: Message, control: str) -> bool:
    """Whether a mail was written or delivered to the control address, with or without a tag."""
    return any(is_control(address, control) for address in _addressed(message))


def machine_of(message: Message, control: str, team: Team) -> str:
    """By which rule a machine wrote a mail; empty for a person's."""
    if own_ids(message.message_id, control):
        return "own-letter"
    side = Side(addresses=frozenset({control}), heeds_suppress=False)
    reason = may_answer(message, side).reason
    # A small firm's agent may well be called hostmaster@.
    is_agent = reason == "system-address" and team.agent_at(message.sender.address) is not None
    if reason in MACHINES and not is_agent:
        return reason
    return "own-address" if is_control(message.sender.address, control) else ""


def own_ids(text: str, control: str) -> tuple[str, ...]:
    """The Message-IDs of letters of ours that stand in a text, each once."""
    domain = re.escape(control.rpartition("@")[2])
    found = re.findall(rf"<pk\.[0-9a-f]{{32}}@{domain}>", text[:MAX_SEARCHED], re.IGNORECASE)
    return tuple(dict.fromkeys(found))[:MAX_OWN_IDS]


def credentials_of(
    message: Message,
    look_up: Callable[[str], Token | None],
    *,
    secret: bytes,
    team: Team,
    authserv_id: str,
    now: datetime,
) -> Credentials:
    """Whether a mail may answer, and with which token.

    The first genuine token counts: in the address that it came to, in the subject, in the text
    from its top. So a mail that quotes a whole conversation answers the last letter of it.

    Args:
        look_up: A token by its name.
        authserv_id: The name of our own mail server, where it reports authentication.
    """
    text = _searched(message)
    token, refusal = None, Refusal.NO_TOKEN
    for name in names_in(text)[:MAX_NAMES]:
        known = look_up(name)
        if known is not None and is_genuine(text, known, secret):
            token = known
            break
        is_forged = known is not None or refusal is Refusal.FORGED
        refusal = Refusal.FORGED if is_forged else Refusal.UNKNOWN
    if token is None:
        return Credentials(refusal=refusal)
    return Credentials(token=token, refusal=_refused(message, token, team, authserv_id, now))


def _refused(
    message: Message, token: Token, team: Team, authserv_id: str, now: datetime
) -> Refusal | None:
    if not is_from(message, token.agent, team):
        is_shared = message.sender.address in team.shared_addresses
        return Refusal.SHARED_SENDER if is_shared else Refusal.WRONG_SENDER
    if authserv_id and not is_authenticated(message, authserv_id):
        return Refusal.NOT_AUTHENTICATED
    if token.used_at is not None:
        return Refusal.SPENT
    return Refusal.EXPIRED if token.expires_at <= now else None


def is_from(message: Message, address: str, team: Team) -> bool:
    """Whether one person alone wrote a mail, and it is the one at this address."""
    authors = parse_addresses(message.headers.get("from", ()))
    if len(authors) != 1:
        return False
    agent = team.agent_at(address)
    return authors[0].address in (agent.addresses if agent else (address,))


def _addressed(message: Message) -> tuple[str, ...]:
    delivered = parse_addresses(
        value for name in DELIVERED_TO for value in message.headers.get(name, ())
    )
    return tuple(person.address for person in (*message.recipients, *delivered))


def _searched(message: Message) -> str:
    """Where a token may stand, in the order in which it counts."""
    text = _BROKEN.sub("-", message.text[:MAX_SEARCHED])
    return "\n".join((*_addressed(message), message.subject, text))
