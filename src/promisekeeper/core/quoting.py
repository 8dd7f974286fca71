"""Text of a mail -> the writer's own words: no quotes, no forwarded text, no signature.

Works line by line on at most 1,000 characters of each, so that its time is
linear in the length of the text. Nothing is dropped that is not plainly
somebody else's: words below or between marked quotes stay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from promisekeeper.core.attributions import (
    MAX_ATTRIBUTION_LINES,
    Intro,
    ends_open,
    find_intro,
    is_bare_attribution,
    is_forward_mark,
    is_gap,
)
from promisekeeper.core.signaturelines import is_ornament
from promisekeeper.core.signatures import split_signature

MAX_LINE_CHARACTERS = 1000

_QUOTE = re.compile(r"\s{0,4}>")
# Some programs put the quoted writer's initials before the mark: "DK> text".
_INITIALS_QUOTE = re.compile(r"\s{0,2}[A-Za-z]{1,12}>(?:\s|$)")
_BAR_QUOTE = re.compile(r"\s{0,2}[|¦](?:\s|$)")
_SUSPECT_STARTS = frozenset("-_=#*|¦")
_WRAPPED_FROM = 60
_WRAPPED_REST = 40
_MAX_GAP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """What the writer of a mail wrote.

    Attributes:
        text: Own words, in order; quotes between them leave an empty line.
        signature: Sign-off, name and what stands below them; may tell who wrote.
        quoted: Something was cut because somebody else wrote it.
        is_forward: The mail passes another mail on.
    """

    text: str
    signature: str = ""
    quoted: bool = False
    is_forward: bool = False


@dataclass(slots=True)
class _Cut:
    """The stretches of own lines found so far."""

    stretches: list[list[str]] = field(default_factory=lambda: [[]])
    quoted: bool = False
    is_forward: bool = False
    in_quote: bool = False
    is_attributed: bool = False

    def close(self) -> None:
        """A quote begins or goes on here."""
        self.quoted = self.in_quote = True
        if self.stretches[-1]:
            self.stretches.append([])

    def keep(self, lines: Sequence[str]) -> None:
        """Own lines; empty ones belong to what is around them, unless that is a quote."""
        stretch, start = self.stretches[-1], 0
        if not stretch:
            while start < len(lines) and not lines[start].strip():
                start += 1
            if start == len(lines):
                return
            self.in_quote = self.is_attributed = False
        stretch += lines[start:]


def own_words(text: str) -> OwnWords:
    """Part a mail's text into the writer's own words and the rest."""
    lines = text.split("\n")
    cut = _without_quotes(lines)
    kept: list[str] = []
    signature: list[str] = []
    for stretch in filter(None, cut.stretches):
        split = split_signature(stretch)
        signature += split.signature
        own = _trimmed(split.own)
        kept += ["", *own] if kept and own else own
    return OwnWords(
        text="\n".join(kept),
        signature="\n".join(_trimmed(signature)),
        quoted=cut.quoted,
        is_forward=cut.is_forward,
    )


def _without_quotes(lines: Sequence[str]) -> _Cut:
    cut = _Cut()
    heads = [line[:MAX_LINE_CHARACTERS] for line in lines]
    may_be_foreign = suspects(heads)
    index = 0
    while index < len(lines):
        if heads[index][:1] == ">":
            _pass_over_quote(heads[index], cut)
            index += 1
            continue
        taken = _foreign_lines(heads, index, cut) if may_be_foreign[index] else 0
        if taken:
            index += taken
            continue
        end = index + 1
        if not may_be_foreign[end]:
            # Most lines stand among others that nothing is to be looked up for.
            end = may_be_foreign.find(1, end, len(lines))
            end = len(lines) if end < 0 else end
        cut.keep(lines[index:end])
        index = end
    return cut


def suspects(heads: Sequence[str]) -> bytearray:
    """For each line whether it may be somebody else's: a few signs, quick to see, tell most."""
    found = bytearray(len(heads) + 2)
    below_gap = 0
    for index, head in enumerate(heads):
        may_end_intro = ":" in head or "--" in head or "\uff1a" in head
        if ">" in head:
            found[index] = 1
            if len(head) >= _WRAPPED_FROM:
                # Below may stand the rest of it.
                found[index + 1] = 1
        elif may_end_intro:
            found[index] = 1
        elif not head[:1].isalpha():
            first = head.lstrip()[:1]
            if first in _SUSPECT_STARTS or first.isdigit():
                found[index] = 1
            elif not first and is_gap(heads, index):
                below_gap = index + 1
        if may_end_intro and ends_open(head):
            # An introduction ends here and begins above; it goes over no gap.
            begin = max(below_gap, index + 1 - MAX_ATTRIBUTION_LINES)
            found[begin:index] = b"\1" * (index - begin)
    return found


def _foreign_lines(heads: Sequence[str], index: int, cut: _Cut) -> int:
    """How many lines from here on are somebody else's; 0 where this one is own or empty."""
    head = heads[index]
    if not head.strip():
        return 0
    if _is_quote(heads, index, cut):
        _pass_over_quote(head, cut)
        return 1
    intro = find_intro(heads, index)
    if intro is None:
        if not (_is_quote_next(heads, index + 1) and is_bare_attribution(head)):
            return 0
        intro = Intro(lines=1)
    is_marked = _is_quote_next(heads, index + intro.lines)
    if not (is_marked or intro.is_proof):
        return 0
    cut.close()
    cut.is_attributed = True
    cut.is_forward |= intro.is_forward
    return intro.lines if is_marked else len(heads) - index


def _pass_over_quote(head: str, cut: _Cut) -> None:
    if cut.in_quote and cut.is_attributed:
        # One more line of the same.
        return
    if not cut.is_attributed:
        quoted = head.lstrip("> ")
        cut.is_forward |= is_forward_mark(quoted)
        cut.is_attributed = bool(quoted)
    cut.close()


def _is_quote(heads: Sequence[str], index: int, cut: _Cut) -> bool:
    head = heads[index]
    has_mark = ">" in head
    if has_mark and _QUOTE.match(head):
        return True
    if _has_bar(head):
        return cut.in_quote
    if has_mark and _INITIALS_QUOTE.match(head):
        following = heads[index + 1] if index + 1 < len(heads) else ""
        return cut.in_quote or _INITIALS_QUOTE.match(following) is not None
    return index > 0 and ">" in heads[index - 1] and _is_wrapped_rest(heads, index)


def _is_wrapped_rest(heads: Sequence[str], index: int) -> bool:
    """Whether a line is the end of a quoted one that was wrapped on the way."""
    if index == len(heads) - 1 or not heads[index][:1].islower():
        return False
    above, below = heads[index - 1], heads[index + 1]
    if len(above) < _WRAPPED_FROM or len(heads[index]) > _WRAPPED_REST:
        return False
    is_between = _QUOTE.match(above) and _QUOTE.match(below)
    return bool(is_between) and above.rstrip()[-1:] not in ".?!:"


def _is_quote_next(heads: Sequence[str], index: int) -> bool:
    """Whether the next line that says something bears a quote mark."""
    for head in heads[index : index + _MAX_GAP]:
        if head.strip():
            is_marked = ">" in head and (_QUOTE.match(head) or _INITIALS_QUOTE.match(head))
            return bool(is_marked) or _has_bar(head)
    return False


def _has_bar(head: str) -> bool:
    return ("|" in head or "¦" in head) and _BAR_QUOTE.match(head) is not None


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without empty lines at both ends and without ornaments at the end."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and is_ornament(lines[end - 1]):
        end -= 1
    return list(lines[start:end])
