"""What a line below a letter can be: closing words, a name, a title, an address, a device.

Each line is judged by itself here; `core.signatures` sees to what stands around it.
"""

import re
from functools import lru_cache

from promisekeeper.core.mailwords import (
    ALSO_NAMES,
    FIRST_PERSON,
    NAME_PARTICLES,
    NO_NAMES,
    NO_TITLES,
    PROSE,
    SENT_FROM_LINE,
    SIGN_OFFS,
    either,
)

MAX_LINE = 120
# "a from aol", or fewer signs in a script with one for a word.
_SHORTEST_MOBILE = 5
# No wording of a sign-off is longer, with all its blanks and stops; most lines of prose are.
LONGEST_SIGN_OFF = 60
_MAX_NAME = 40
_MAX_NAME_WORDS = 5
_MAX_TITLE_PROSE_WORDS = 3
_KEPT_LINES = 1024
STOPS = frozenset(".!?)…")
_SENTENCE_BREAK = re.compile(r"[.!?]\s{1,3}(?=\S)")
# A line of rules and dots, as it stands above a signature or at the very end.
_ORNAMENT = re.compile(r"[\s\-_=*~#+.·•ᐧ|\u2014\u2013]{1,200}$")
# "Sent from my desk. I'll call you" is prose; "please excuse any typos" is not.
_APOLOGY = re.compile(
    r"\b(?:excuse|typo\w*|brevity|forgive|pardon|auto-?correct|fat fingers)\b", re.IGNORECASE
)
SIGN_OFF = re.compile(
    rf"\s{{0,8}}{either(SIGN_OFFS)}\s{{0,3}}[,.!;:\u2013\u2014-]{{0,3}}\s{{0,3}}[:;]?[-)]{{0,2}}$",
    re.IGNORECASE,
)
# A full stop ends an initial or "Jr.", else a sentence of one word.
_NAME_WORD = re.compile(r"(?:[^\W\d_]\w?\.|[^\W\d_][\w'\u2019-]{0,25}(?:\.[\w-]{1,25})?),?$")
_PARTICLE = re.compile(either(NAME_PARTICLES))
_NO_NAME = re.compile(either(NO_NAMES))
_ALSO_NAME = re.compile(either(ALSO_NAMES))
_PROSE_WORD = re.compile(rf"\b{either(PROSE)}\b", re.IGNORECASE)
_NO_TITLE = re.compile(rf"\b{either(NO_TITLES)}\b", re.IGNORECASE)
FIRST_PERSON_WORD = re.compile(rf"\b{either(FIRST_PERSON)}\b")
_CONTACT = re.compile(
    r"\+?\(?\d[\d\s().\-/]{6,20}\d|[^\s@]{1,60}@[^\s@]{1,80}\.\w{2,}|https?://|\bwww\."
    r"|\s[|•·]\s|\b(?:tel|phone|fax|mobile|mob|cell|direct|office|m|t|f|p|e)[.:]\s{0,3}\+?\(?\d",
    re.IGNORECASE,
)
# Without one of these a line is no contact; this is quicker to see.
_CONTACT_SIGN = re.compile(r"[@\d|•·]|https?://|www\.", re.IGNORECASE)
POSTSCRIPT = re.compile(r"\s{0,3}\(?P\.?\s?(?:P\.?\s?)?S\b", re.IGNORECASE)


def is_ornament(line: str) -> bool:
    """Whether a line shows nothing but rules, dots and blanks."""
    first = line.lstrip()[:1]
    # A letter tells most lines apart; some ornaments are letters of other scripts.
    if first.isascii() and first.isalnum():
        return False
    return not first or _ORNAMENT.match(line) is not None


def is_sign_off(line: str) -> bool:
    """Whether a line says "Kind regards," or the like, and nothing else."""
    return len(line) <= LONGEST_SIGN_OFF and _is_closing_words(line)


# The short lines of letters are greetings, closing words and names: the same again and again.
@lru_cache(maxsize=_KEPT_LINES)
def _is_closing_words(line: str) -> bool:
    return SIGN_OFF.match(line) is not None


def can_sign(line: str) -> bool:
    """Whether a line can stand below a sign-off."""
    return is_name(line, is_signed=True) or is_contact(line)


def is_known(line: str) -> bool:
    """Whether a line of a signature tells by itself that it is one."""
    if len(line) > MAX_LINE or POSTSCRIPT.match(line):
        return False
    return bool(
        is_sign_off(line)
        or is_name(line, is_signed=True)
        or is_mobile(line)
        or is_contact(line)
        or is_ornament(line)
    )


def is_mobile(line: str) -> bool:
    """Whether a line says what device it was sent from, and nothing of the writer's."""
    if not _SHORTEST_MOBILE <= len(line) <= MAX_LINE or not SENT_FROM_LINE.match(line):
        return False
    is_more = _SENTENCE_BREAK.search(line.strip()) or _PROSE_WORD.search(line)
    return not is_more or _APOLOGY.search(line) is not None


def is_contact(line: str) -> bool:
    """Whether a line gives a number, an address or a link, and is no prose."""
    if len(line) > MAX_LINE or _CONTACT_SIGN.search(line) is None:
        return False
    return _CONTACT.search(line) is not None and not _is_prose(line)


def _is_prose(line: str) -> bool:
    if POSTSCRIPT.match(line) or len(line) > MAX_LINE:
        return True
    return bool(
        FIRST_PERSON_WORD.search(line)
        or (_PROSE_WORD.search(line) and len(line.split()) > _MAX_TITLE_PROSE_WORDS)
    )


def is_title(line: str) -> bool:
    """Whether a line below a name can be a title, a department or a street."""
    return not _is_prose(line) and not _NO_TITLE.search(line) and line.rstrip()[-1:] not in STOPS


def is_name(line: str, *, is_signed: bool = False) -> bool:
    """Whether a line can be the name of a person, team or firm; below a sign-off more can be."""
    if len(line) > MAX_LINE:
        return False
    name = line.strip().lstrip("-\u2013\u2014/~*_ ").rstrip("*_ ")
    return len(name) <= _MAX_NAME and _is_bare_name(name, is_signed=is_signed)


@lru_cache(maxsize=_KEPT_LINES)
def _is_bare_name(name: str, *, is_signed: bool) -> bool:
    words = name.split()
    if not words or len(words) > _MAX_NAME_WORDS:
        return False
    is_small_allowed = is_signed and len(words) == 1
    return all(_is_of_name(word, is_small_allowed=is_small_allowed) for word in words) and not any(
        _is_no_name(word.lower().strip(".,"), is_signed=is_signed) for word in words
    )


def _is_of_name(word: str, *, is_small_allowed: bool) -> bool:
    if (word[0].isupper() or is_small_allowed) and _NAME_WORD.match(word):
        return True
    return _PARTICLE.fullmatch(word) is not None


# Names are few, and so are the words that stand where names do.
@lru_cache(maxsize=2048)
def _is_no_name(word: str, *, is_signed: bool) -> bool:
    if is_signed and _ALSO_NAME.fullmatch(word):
        return False
    return _NO_NAME.fullmatch(word) is not None
