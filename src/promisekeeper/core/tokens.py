"""Signed tokens: who may answer for which promise, at which step, once.

A token has a name, made from the key of the letter that carries it, and a keyed hash
(HMAC-SHA256, RFC 2104) over everything that it is bound to. It is shown as
`pk-<name>-<signature>`, in letters and digits that survive every mail program.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from promisekeeper.core.promise import check_aware

NAME, SIGNATURE = 16, 32
TOKEN = re.compile(rf"\bpk-([a-z2-7]{{{NAME}}})-([a-z2-7]{{{SIGNATURE}}})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The right to answer once.

    Attributes:
        name: `token_name` of the letter that carries it.
        agent: The address that may use it.
        step: What was asked: a step of the ladder, "digest", or "undo".
        promise_keys: What it is about; several where one mail asks about several.
        draft_digest: Hash of the draft that `send` would approve; empty where there was none.
    """

    name: str
    agent: str
    step: str
    promise_keys: tuple[str, ...]
    expires_at: datetime
    draft_digest: str = ""
    used_at: datetime | None = None

    def __post_init__(self) -> None:
        """Check that times are aware."""
        check_aware(self.expires_at)
        check_aware(self.used_at)


def token_name(letter_key: str) -> str:
    """The name of the token in the letter with this dedupe key: the same whenever it is made."""
    return _short(hashlib.sha256(letter_key.encode("utf-8", "replace")).digest(), NAME)


def token_text(token: Token, secret: bytes) -> str:
    """The token as it stands in a letter."""
    return f"pk-{token.name}-{_signature(token, secret)}"


def names_in(text: str) -> tuple[str, ...]:
    """The names of all tokens in a text, each once; nothing is verified yet."""
    return tuple(dict.fromkeys(name.lower() for name, _ in TOKEN.findall(text)))


def is_genuine(text: str, token: Token, secret: bytes) -> bool:
    """Whether this token stands in a text, signed with our secret."""
    signature = _signature(token, secret)
    return any(
        name.lower() == token.name and hmac.compare_digest(shown.lower(), signature)
        for name, shown in TOKEN.findall(text)
    )


def _signature(token: Token, secret: bytes) -> str:
    bound = (token.name, token.agent, token.step, token.draft_digest, *token.promise_keys)
    message = "\0".join(bound).encode("utf-8", "replace")
    return _short(hmac.new(secret, message, hashlib.sha256).digest(), SIGNATURE)


def _short(digest: bytes, length: int) -> str:
    return base64.b32encode(digest).decode()[:length].lower()
