"""The address in a field of a form, as it was typed; never a part of it.

People type "john,doe@shop.example" and "o'neil@shop.example". Whoever takes what looks like an
address out of such a value writes to doe@ and to neil@, who asked for nothing. So an address
counts only as a whole, and what is glued to it makes it none.
"""

import re
from collections.abc import Iterator
from html import unescape

from promisekeeper.core.compose import PLAIN_ADDRESS
from promisekeeper.core.decoding import decode_words

MAX_VALUE = 1_000
# RFC 5321, 4.5.3.1.
MAX_LOCAL, MAX_DOMAIN = 64, 253

_PIECE = re.compile(r"[^\s<>()\[\],;:|\"]{1,400}")
# What may stand before an address and be no part of it: "mailto:pia@shop.example".
_SCHEMES = frozenset({"mailto", "email", "e-mail", "mail"})
_FRAMES = {"<": ">", "(": ")", "[": "]"}
_SLASHED = re.compile(r"\\(['\"])")
_EMPHASIS = "*'"
# With letters of other scripts, which no letter of ours can be sent to without SMTPUTF8.
_ANY_LETTERS = re.compile(r"[^\s@<>()\[\],;:|\"]{1,64}@(?:[^\W_]|[.-]){1,253}")


def addresses_in(text: str, *, is_alone: bool = False) -> set[str]:
    """Every address in a field's value, lower case.

    Where something is glued to one, the whole of it is given, which is no address.

    Args:
        is_alone: The field holds an address and no name: a word before it may belong to it.
    """
    words = as_typed(text[:MAX_VALUE]).split()
    found: set[str] = set()
    for place, word in enumerate(words):
        if "@" not in word:
            continue
        before = words[place - 1] if place else ""
        is_glued = is_alone and before[-1:].isalnum() and word[0] not in _FRAMES
        found |= {f"{before} {word}"} if is_glued else set(_in_word(word))
    return found


def as_typed(value: str) -> str:
    """What the visitor typed: "O&#039;Neil" and "O\\'Neil" are made by sites, not by people."""
    return _SLASHED.sub(r"\1", unescape(decode_words(value)))


def without_addresses(text: str) -> str:
    """The name that stands beside an address: "Pia Lund, pia@shop.example"."""
    words = (word for word in as_typed(text[:MAX_VALUE]).split() if "@" not in word)
    return " ".join(words).strip(' ,;:|<>()[]\u2013\u2014"-')


def is_plain(address: str) -> bool:
    """Whether any mail server takes it, and a network could know its domain."""
    local, _, domain = address.rpartition("@")
    return (
        PLAIN_ADDRESS.fullmatch(address) is not None
        and len(local) <= MAX_LOCAL
        and len(domain) <= MAX_DOMAIN
        and "." in domain
        and not domain.rpartition(".")[2].isdigit()
    )


def is_international(address: str) -> bool:
    """Whether it is an address that only SMTPUTF8 could carry (RFC 6531)."""
    is_whole = _ANY_LETTERS.fullmatch(address) is not None and "." in address.rpartition("@")[2]
    return is_whole and not address.isascii()


def _in_word(word: str) -> Iterator[str]:
    is_clear = True
    for match in _PIECE.finditer(word):
        piece = match[0].strip(_EMPHASIS).strip(".")
        if "@" not in piece:
            is_clear = is_clear and piece.lower() in {"", *_SCHEMES}
        elif is_clear or _is_framed(word, match.start(), match.end()):
            # Lower case makes plain letters of a few others, and they were not typed.
            yield piece.lower() if piece.isascii() else piece
        else:
            yield word


def _is_framed(word: str, start: int, end: int) -> bool:
    """Whether it stands in brackets that end the word: "Pia<pia@shop.example>"."""
    before = word[:start].removesuffix("mailto:")
    closing = _FRAMES.get(before[-1:], "")
    return bool(closing) and word[end:].rstrip(".,;") == closing
