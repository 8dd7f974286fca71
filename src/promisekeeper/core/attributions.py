"""Lines that introduce quoted or forwarded mail, in the common languages.

"On ... wrote:" over several lines, Outlook's header block, "Original Message"
and forward marks. Languages are rows in `core.mailwords`; the code here knows none.
Every look-ahead is bounded, so reading a text stays linear in its length.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from promisekeeper.core.mailwords import (
    BEGIN_FORWARD,
    FORWARDED_MESSAGE,
    HEADER_LABELS,
    ORIGINAL_MESSAGE,
    REPLY_ABOVE,
    WROTE,
    WROTE_OPENINGS,
    either,
)

MAX_ATTRIBUTION_LINES = 6
MAX_ATTRIBUTION_CHARACTERS = 500
MAX_HEADER_LINES = 14
_TELLING_LABELS = frozenset(["date", "to", "subject"])
_MIN_TELLING_LABELS = 2
_MAX_LINES_ABOVE = 3
_MAX_BARE_CHARACTERS = 200


class Intro(NamedTuple):
    """Lines that introduce what somebody else wrote.

    Attributes:
        lines: How many lines it takes.
        is_proof: What follows is quoted even where its lines bear no mark.
        is_forward: It introduces a forwarded mail.
    """

    lines: int
    is_proof: bool = True
    is_forward: bool = False


_OPENING = re.compile(
    # Or a name, then its address in brackets.
    rf"[\s*_>-]{{0,12}}(?:{either(WROTE_OPENINGS)}|[^<>@]{{1,80}}[<(\[])",
    re.IGNORECASE,
)
_WROTE_WORD = re.compile(
    rf"(?:^|[\s>)\]*_\"',\uff0c]){either(WROTE)}(?=$|[\s:\uff1a*_-])", re.IGNORECASE
)
_AFTER_WROTE = ":\uff1a*_- "
_WROTE_ALONE = frozenset(word for row in WROTE for word in row.split("|") if word.isalpha())
_OPEN_ENDS = frozenset(":\uff1a-")
_ENDS_OPEN = re.compile(r"(?:[:\uff1a]|-{2,})[\s*_]{0,6}$")
_PLAIN_ENDS = (":", "\uff1a", "--")
_ADDRESS = re.compile(r"[^\s<>@:]{1,64}@[^\s<>@:]{1,100}")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_YEAR = re.compile(r"(?:\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}年)")
_OWN_SUBJECT = re.compile(
    r"\b(?:i|we|you|ich|wir|sie|je|vous|nous|yo|io)\s{1,3}\w{1,12}\s{0,3}[:\uff1a]", re.IGNORECASE
)
# Two sentences are prose; "Apr. 2017" and "nachm. schrieb" are not two sentences.
_SENTENCE_END = re.compile(r"[^\W\d_]{4,}[.!?]\s{1,3}[A-Z]")
_DATE_AND_NAME = re.compile(
    r"\s{0,8}\d{4}[-/]\d{1,2}[-/]\d{1,2}\b(?:\s\d{1,2}:\d{2}(?::\d{2})?)?"
    r"(?:\s(?:GMT|UTC)[+-]\d{1,2}:?\d{2}\s\S.{0,80}|\s\S.{0,120}<[^\s<>@]{1,64}@[^\s<>@]{1,100}>:?)\s*$"
)

_BAR = r"[\s*_]{0,6}(?:-{2,}|_{5,}|={3,})[\s*_]{0,4}"
_BAR_AFTER = r"[\s*_:]{0,4}(?:-{2,}|_{5,}|={3,})?[\s*_]{0,8}$"
_ORIGINAL_LINE = re.compile(rf"{_BAR}{either(ORIGINAL_MESSAGE)}{_BAR_AFTER}", re.IGNORECASE)
_FORWARD_LINE = re.compile(rf"{_BAR}{either(FORWARDED_MESSAGE)}{_BAR_AFTER}", re.IGNORECASE)
_REPLY_ABOVE_LINE = re.compile(
    rf"[\s*]{{0,4}}[#=_-]{{2,40}}.{{0,20}}{either(REPLY_ABOVE)}", re.IGNORECASE
)
_BEGIN_FORWARD_LINE = re.compile(rf"\s{{0,8}}{either(BEGIN_FORWARD)}\s{{0,3}}:\s*$", re.IGNORECASE)
_LABELS = {
    name: re.compile(
        rf"[\s>*_]{{0,8}}{either(rows)}\s{{0,3}}[*_]{{0,2}}\s?[:\uff1a](?!//)", re.IGNORECASE
    )
    for name, rows in HEADER_LABELS.items()
}
# How all the drawn ones begin; most lines do not.
_DRAWN = re.compile(r"[\s*_]{0,12}[-_=#*]")
_DRAWN_SIGNS = " \t*_-=#"
_RULE = re.compile(r"[\s*]{0,8}[_=-]{5,}[\s*]{0,8}$")


def find_intro(lines: Sequence[str], start: int) -> Intro | None:
    """Whether the lines from `start` on introduce somebody else's text; each line is capped."""
    line = lines[start]
    if not line.strip(_DRAWN_SIGNS):
        # Nothing but a rule, if that; it may stand above a header block.
        count = _header_lines(lines, start) if _RULE.match(line) else 0
        return Intro(lines=count) if count else None
    is_drawn = _DRAWN.match(line) is not None
    if _says_forward(line, is_drawn=is_drawn):
        return Intro(lines=1 + _header_lines(lines, start + 1), is_forward=True)
    if is_drawn and (_ORIGINAL_LINE.match(line) or _REPLY_ABOVE_LINE.match(line)):
        return Intro(lines=1 + _header_lines(lines, start + 1))
    if (is_drawn and _RULE.match(line)) or (_has_colon(line) and _LABELS["from"].match(line)):
        count = _header_lines(lines, start)
        return Intro(lines=count) if count else None
    if _OPENING.match(line):
        return _attribution(lines, start)
    return None


def _has_colon(line: str) -> bool:
    return ":" in line or "\uff1a" in line


def is_forward_mark(line: str) -> bool:
    """Whether a line says that a forwarded mail follows."""
    return _says_forward(line, is_drawn=_DRAWN.match(line) is not None)


def _says_forward(line: str, *, is_drawn: bool) -> bool:
    if is_drawn:
        return _FORWARD_LINE.match(line) is not None
    # No begin of a forwarded mail is known that does not end so.
    return line.rstrip()[-1:] == ":" and _BEGIN_FORWARD_LINE.match(line) is not None


def ends_open(line: str) -> bool:
    """Whether a line can be the last one of an introduction."""
    line = line.strip()
    return line.endswith(_PLAIN_ENDS) or (line[-1:] in "*_" and _ENDS_OPEN.search(line) is not None)


def is_bare_attribution(line: str) -> bool:
    """Whether a line that stands right above a marked quote says who wrote it."""
    # The last sign tells most lines apart, and is quicker to see than the pattern is to try.
    if len(line) > _MAX_BARE_CHARACTERS or line.rstrip("* _\t\r\xa0")[-1:] not in _OPEN_ENDS:
        return False
    if not _ENDS_OPEN.search(line):
        return False
    if not line.strip(_DRAWN_SIGNS):
        return False
    is_telling = (
        _ends_in_wrote(line) or _WROTE_WORD.search(line) or _has_address(line) or _has_instant(line)
    )
    return bool(is_telling) and not _OWN_SUBJECT.search(line)


def _header_lines(lines: Sequence[str], start: int) -> int:
    """How many lines a header block takes from `start` on; 0 where there is none."""
    position = start
    for line in lines[start : start + _MAX_LINES_ABOVE]:
        if not _is_rule_or_gap(line):
            break
        position += 1
    if position == len(lines) or not _LABELS["from"].match(lines[position]):
        return 0
    end = position + 1
    kinds: set[str] = set()
    for line in lines[end : position + MAX_HEADER_LINES]:
        label = _label(line)
        if label == "from" or not line.strip():
            # Another mail's block, or the end of this one.
            break
        kinds.add(label)
        end += 1
    if len(kinds & _TELLING_LABELS) < _MIN_TELLING_LABELS:
        return 0
    has_proof = "subject" in kinds or any(map(_is_of_mail, lines[position:end]))
    return end - start if has_proof else 0


def _is_rule_or_gap(line: str) -> bool:
    return not line.strip(_DRAWN_SIGNS) and (not line.strip() or _RULE.match(line) is not None)


def _is_of_mail(line: str) -> bool:
    """Whether a line holds what an itinerary or a bill of lading does not."""
    return "@" in line or _has_instant(line)


def _has_instant(line: str) -> bool:
    return bool(_YEAR.search(line) and _CLOCK.search(line))


def _has_address(line: str) -> bool:
    return "@" in line and _ADDRESS.search(line) is not None


def _label(line: str) -> str:
    """What a header line names; empty for any other line."""
    if not _has_colon(line):
        return ""
    for name, label in _LABELS.items():
        if label.match(line):
            return name
    return ""


def _attribution(lines: Sequence[str], start: int) -> Intro | None:
    """A line "On ... wrote:" that may have been wrapped."""
    joined = ""
    for index in range(start, min(len(lines), start + MAX_ATTRIBUTION_LINES)):
        line = lines[index].strip()
        if is_gap(lines, index):
            return None
        joined = f"{joined} {line}"[: MAX_ATTRIBUTION_CHARACTERS + 1]
        if len(joined) > MAX_ATTRIBUTION_CHARACTERS or _has_sentence_end(joined):
            return None
        if _DATE_AND_NAME.match(joined):
            return Intro(lines=index - start + 1)
        if ends_open(line):
            return _judged(joined, index - start + 1)
    return None


def _has_sentence_end(joined: str) -> bool:
    # With any other blank than these a text is not printable.
    may_have = ". " in joined or "! " in joined or "? " in joined or not joined.isprintable()
    return may_have and _SENTENCE_END.search(joined) is not None


def is_gap(lines: Sequence[str], index: int) -> bool:
    """Whether a line is empty, and so ends an introduction; an address may stand below it."""
    if lines[index].strip():
        return False
    return not (index + 1 < len(lines) and lines[index + 1].lstrip()[:1] == "<")


def _ends_in_wrote(joined: str) -> bool:
    """What nearly every one does; quicker to see than the word is to find anywhere."""
    return joined.rstrip(_AFTER_WROTE).rpartition(" ")[2].lower() in _WROTE_ALONE


def _judged(joined: str, count: int) -> Intro | None:
    has_address, has_instant = _has_address(joined), _has_instant(joined)
    if not (_ends_in_wrote(joined) or _WROTE_WORD.search(joined)):
        # Some languages do without the verb: "Tue, 3 Mar 2026, 10:00, Dana <d@c.example>:".
        return Intro(lines=count) if has_address and has_instant else None
    # "On 3 March the inspector wrote:" may be prose; no mail program leaves out the hour as well.
    has_proof = has_address or has_instant
    return Intro(lines=count, is_proof=has_proof and not _OWN_SUBJECT.search(joined))
