"""Signatures, sign-offs, "Sent from my phone" and legal footers, cut from own words.

Only what is plainly no message is cut: prose below a sign-off ("PS I'll send
it tomorrow") stays. What is cut is kept apart, because on a shared address the
name in it tells who wrote.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from promisekeeper.core.mailwords import LEGAL, LEGAL_SIGNS, SIGN_OFFS, THANKS, either
from promisekeeper.core.signaturelines import (
    FIRST_PERSON_WORD,
    MAX_LINE,
    POSTSCRIPT,
    STOPS,
    can_sign,
    is_contact,
    is_known,
    is_mobile,
    is_name,
    is_ornament,
    is_sign_off,
    is_title,
)

_MAX_MARKED_LINES = 40
_MAX_DASHED_LINES = 8
_MAX_TAILS = 40
_MAX_SIGN_OFF_LINES = 30
_MAX_CARD_LINES = 12
_MAX_SLOGAN = 300
_MAX_LEGAL = 2000
# "HRB 7".
_SHORTEST_LEGAL = 5
_MAX_GIVEN_NAME_WORDS = 2
_MIN_WRAPPED = 45
# The same people sign in the same way below many mails; longer paragraphs are not kept.
_KEPT_PARAGRAPHS = 256
_MAX_KEPT_CHARACTERS = 400

_MARK = re.compile(r"\s{0,3}--\s{0,3}$")
_MARKS = frozenset({"--", "\u2014", "\u2013"})
# With all its blanks.
_LONGEST_MARK = 8
# Without its blank, or as a long dash, the mark may as well part two halves of a letter.
_PROPER_MARK = "-- "
_DASH_MARK = re.compile(r"\s{0,3}[\u2014\u2013]\s{0,3}$")
_SIGN_OFF_WITH_NAME = re.compile(
    rf"\s{{0,8}}{either(SIGN_OFFS)}\s{{0,2}}[,.!\u2013\u2014-]{{1,2}}\s{{0,2}}(\S.{{0,40}})$",
    re.IGNORECASE,
)
_THANKS = re.compile(rf"\s{{0,8}}{either(THANKS)}\b", re.IGNORECASE)
_ACTING = re.compile(r"\bI\b")
_LEGAL = re.compile(either(LEGAL))


class Split(NamedTuple):
    """A text's own lines, and the lines of its signature in the order of the mail."""

    own: list[str]
    signature: list[str]


def split_signature(lines: Sequence[str]) -> Split:
    """Part one stretch of own words from the signature in or below it."""
    if len(lines) == 1 and _says_something(lines[0]):
        return Split(own=[lines[0]], signature=[])
    marked = _at_mark(lines)
    own = marked.own
    end = last = _end_of_words(own, len(own))
    for _ in range(_MAX_TAILS):
        count = _tail_length(own, end)
        if count == 0:
            break
        end = _end_of_words(own, end - count)
    signed = [line for line in own[end:last] if not is_ornament(line)]
    return _at_closing(own[:end], signed + marked.signature)


def _says_something(line: str) -> bool:
    """Whether a line that stands alone is no signature; answers between quotes are such lines."""
    is_sign = is_ornament(line) or line.strip() in _MARKS or is_mobile(line)
    is_signed = len(line) <= MAX_LINE and _SIGN_OFF_WITH_NAME.match(line) is not None
    return not (is_sign or is_signed or _has_legal(line[:_MAX_LEGAL]))


def _at_mark(lines: Sequence[str]) -> Split:
    """Cut at the signature mark "-- " (RFC 3676, 4.3); a postscript below it stays."""
    mark = _find_mark(lines)
    if mark is None:
        return Split(own=list(lines), signature=[])
    kept, cut = list(lines[:mark]), []
    is_postscript = False
    for line in lines[mark + 1 :]:
        is_postscript = bool(line.strip()) and (is_postscript or bool(POSTSCRIPT.match(line)))
        if is_postscript:
            _keep(kept, [line], is_new=bool(POSTSCRIPT.match(line)))
        elif line.strip():
            cut.append(line)
    return Split(own=kept, signature=cut)


def _find_mark(lines: Sequence[str]) -> int | None:
    """The first mark that has few enough lines below it for a signature."""
    first = next((index for index, line in enumerate(lines) if _may_be_mark(line)), None)
    if first is None:
        return None
    filled, found = 0, None
    is_personal = False
    for index in range(len(lines) - 1, first - 1, -1):
        line = lines[index]
        if filled > _MAX_MARKED_LINES:
            break
        if _may_be_mark(line):
            is_dash = _DASH_MARK.match(line) and filled <= _MAX_DASHED_LINES
            is_loose = not is_personal and (is_dash or _MARK.match(line))
            if line == _PROPER_MARK or is_loose:
                found = index
        filled += bool(line.strip())
        is_personal |= "I" in line and _ACTING.search(line[:_MAX_LEGAL]) is not None
    return found


def _may_be_mark(line: str) -> bool:
    return len(line) <= _LONGEST_MARK and line.strip() in _MARKS


def _keep(kept: list[str], lines: Sequence[str], *, is_new: bool) -> None:
    """Add lines to what stays; a new paragraph gets one empty line above."""
    if is_new and kept and kept[-1].strip():
        kept.append("")
    kept += lines


def _end_of_words(own: Sequence[str], end: int) -> int:
    while end and is_ornament(own[end - 1]):
        end -= 1
    return end


def _tail_length(own: Sequence[str], end: int) -> int:
    """How many lines before `end` are a footer, a mobile signature or a name; 0 for none."""
    if end == 0:
        return 0
    if is_mobile(own[end - 1]):
        return 1
    start = end - 1
    while start and own[start - 1].strip() and end - start < _MAX_SIGN_OFF_LINES:
        start -= 1
    paragraph = own[start:end]
    footer = _legal_length(paragraph)
    if footer:
        return footer
    if start and _is_name_block(paragraph, _above(own, start)):
        return len(paragraph)
    return int(len(paragraph) > 1 and _is_name_below(paragraph[-1], paragraph[-2].rstrip()))


def _above(own: Sequence[str], start: int) -> str:
    return next((own[index] for index in range(start - 1, -1, -1) if own[index].strip()), "")


def _legal_length(paragraph: Sequence[str]) -> int:
    """How many of the last lines are a footer; a sentence of the writer's may stand above."""
    if not _has_legal(_joined(paragraph)):
        return 0
    for start in range(1, len(paragraph)):
        is_whole = paragraph[start - 1].rstrip()[-1:] in STOPS
        if is_whole and not _is_legal(paragraph[:start]) and _is_legal(paragraph[start:]):
            return len(paragraph) - start
    return len(paragraph) if _is_legal(paragraph) else 0


def _is_name_block(paragraph: Sequence[str], above: str) -> bool:
    """Whether a last paragraph is a name with, perhaps, title and addresses below it."""
    if above.rstrip()[-1:] in (":", ",") and not is_sign_off(above):
        return False
    return is_name(paragraph[0]) and _signed_length(paragraph) == len(paragraph)


def _at_closing(own: list[str], signature: list[str]) -> Split:
    """Cut at "Kind regards," and the like where a name follows, or at a name with addresses."""
    filled = [index for index, line in enumerate(own) if line.strip()][-_MAX_SIGN_OFF_LINES:]
    for place, index in enumerate(filled):
        following = own[filled[place + 1]] if place + 1 < len(filled) else ""
        if (is_sign_off(own[index]) and (can_sign(following) if following else signature)) or (
            index and not own[index - 1].strip() and _is_card(own, index)
        ):
            # "Thanks!" and a name may be all that a mail says.
            is_message = place == 0 and _THANKS.match(own[index])
            return _parted(own, index + bool(is_message), signature)
    last = own[filled[-1]] if filled else ""
    named = _SIGN_OFF_WITH_NAME.match(last) if len(last) <= MAX_LINE else None
    if named and is_name(named[1]):
        return Split(own=own[: filled[-1]], signature=[last, *signature])
    return Split(own=own, signature=signature)


def _is_card(own: Sequence[str], index: int) -> bool:
    """Whether the paragraph that begins here is a name with its addresses."""
    if not is_name(own[index]):
        return False
    card = _paragraphs(own[index : index + _MAX_CARD_LINES])[0]
    return any(map(is_contact, card)) and _signed_length(card) == len(card)


def _parted(own: list[str], start: int, signature: list[str]) -> Split:
    """Below a closing keep what is prose, for instance a postscript."""
    kept, cut = own[:start], []
    has_card = False
    for paragraph in _paragraphs(own[start:]):
        is_below_card = has_card and _is_slogan(paragraph)
        count = len(paragraph) if is_below_card else _signed_length(paragraph)
        has_card |= any(map(is_contact, paragraph[:count]))
        cut += paragraph[:count]
        _keep(kept, paragraph[count:], is_new=True)
    return Split(own=kept, signature=cut + signature)


def _is_slogan(paragraph: Sequence[str]) -> bool:
    """Whether a paragraph below somebody's addresses speaks for the house, not for the writer."""
    text = " ".join(paragraph)
    is_short = len(text) <= _MAX_SLOGAN
    return is_short and not FIRST_PERSON_WORD.search(text) and not POSTSCRIPT.match(text)


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _signed_length(paragraph: Sequence[str]) -> int:
    """How many of the first lines of a paragraph belong to a signature."""
    if sum(map(len, paragraph)) <= _MAX_KEPT_CHARACTERS:
        return _kept_signed_length(tuple(paragraph))
    return _any_signed_length(paragraph)


def _any_signed_length(paragraph: Sequence[str]) -> int:
    if _is_legal(paragraph):
        return len(paragraph)
    has_contact = False
    for index, line in enumerate(paragraph):
        # A slogan stands below address and phone, and promises for the house at most.
        is_slogan = has_contact and not FIRST_PERSON_WORD.search(line[:MAX_LINE])
        if not (is_known(line) or is_slogan or (index > 0 and is_title(line))):
            return index
        has_contact |= is_contact(line)
    return len(paragraph)


# Whoever signs with a name, a firm and a number does so below every mail.
_kept_signed_length = lru_cache(maxsize=_KEPT_PARAGRAPHS)(_any_signed_length)


def _is_legal(paragraph: Sequence[str]) -> bool:
    text = _joined(paragraph)
    return _has_legal(text) and not FIRST_PERSON_WORD.search(text)


# A last paragraph is looked at for several reasons, and many mails end in the same one.
@lru_cache(maxsize=64)
def _has_legal(text: str) -> bool:
    if len(text) < _SHORTEST_LEGAL:
        return False
    lower = text.lower()
    for sign in LEGAL_SIGNS:
        if sign in lower:
            return _LEGAL.search(lower) is not None
    return False


def _joined(paragraph: Sequence[str]) -> str:
    return " ".join(line[:_MAX_LEGAL] for line in paragraph)[:_MAX_LEGAL]


def _is_name_below(line: str, above: str) -> bool:
    """Whether a last line is a name, and not the rest of a wrapped sentence."""
    is_short = len(above) < _MIN_WRAPPED and above[-1:] not in ",:" and not is_name(above)
    return (
        (above[-1:] in STOPS or is_short)
        and len(line.split()) <= _MAX_GIVEN_NAME_WORDS
        and is_name(line)
    )
