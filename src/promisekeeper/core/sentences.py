"""Own words of a mail -> sentences, each on one line.

Lines are first put together to paragraphs, items and lines that stand alone; then
each is cut at its stops. Everything works on words with their places, so that a
sentence knows where it stood; the time is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from promisekeeper.core.reading import Sentence

MAX_TEXT = 500_000
MAX_SENTENCE = 2000
# Below this width a line end is not taken for one that a mail program made.
MIN_WIDTH = 60

_WORD = re.compile(r"\S{1,1000}")
_BULLET = re.compile(r"[-*•·‣▪◦+–—o]|\(?\d{1,2}[.)]|\(?[a-z]\)")
_STOP = re.compile(r"(?P<stop>\.{3}|…|[.!?]+)[\"'”’»)\]*_]{0,4}\Z")
_OPENERS = "\"'“‘«([*_¿¡"
# What a word that ends a sentence can end in: a stop, what may follow one, a smile.
_LAST_SIGNS = frozenset(".!?…\"'”’»)]*_D(🙂👍")
_SMILES = frozenset({":)", ":-)", ";)", ";-)", ":D", ":(", "🙂", "👍"})
_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten tag"
    r"|liebe[r]?|sehr geehrte[r]?|bonjour|hei|kjære|hola|ciao)\b[^.?]{0,60}\Z",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:(?:many |with |kind |best |warm |kindest |warmest )*"
    r"(?:regards|wishes|thanks|thank you|cheers|sincerely|yours|best|greetings|respectfully)"
    r"(?: again| so much| a lot| very much| in advance| truly| sincerely| faithfully| all)?"
    r"|ta|talk soon|take care|all the best|have a (?:good|great|nice) \w{1,12})[,.!]{0,3}\Z",
    re.IGNORECASE,
)
# Points after these end no sentence. Those of the second set may, before a new start.
_ABBREVIATION_WORDS = (
    "mr mrs ms dr prof rev hon st mt messrs vs approx dept est fig ext tel ref attn vol pp cf e.g "
    "i.e eg ie ca resp bzw z.b incl excl max min no nr art sec temp gen gov sen rep capt sgt col"
)
_PERHAPS_LAST_WORDS = (
    "inc ltd corp co llc jr sr etc a.m p.m am pm u.s u.k jan feb mar apr jun jul aug sep sept oct "
    "nov dec mon tue tues wed thu thur thurs fri sat sun ph.d b.a m.a hr hrs wk wks min mins"
)
# A line that ends in one of these is not finished.
_HANGING_WORDS = (
    "a an the to by on in at of for from with and or but as if that than my your our his her their "
    "this these is are was be will would can could should may i we he she it they until before "
    "after within next last per via about into"
)
_STARTER_WORDS = (
    "i we you he she it they the this that these those there please if when once let can could "
    "will would thanks thank our my your his her their a an in on at for to as but and so what "
    "how why who where do does did is are not no yes i'll we'll i'm it's we're i've you'll let's "
    "also after before meanwhile then just sorry unfortunately however"
)


_ABBREVIATIONS = frozenset(_ABBREVIATION_WORDS.split())
_PERHAPS_LAST = frozenset(_PERHAPS_LAST_WORDS.split())
_HANGING = frozenset(_HANGING_WORDS.split())
_STARTERS = frozenset(_STARTER_WORDS.split())


class _Word(NamedTuple):
    text: str
    start: int
    end: int


# Most of the time goes into making these.
_new_word = partial(tuple.__new__, _Word)


class _Block(NamedTuple):
    """Words that belong together: a paragraph, an item, a line that stands alone."""

    words: list[_Word]
    is_item: bool


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut own words, without quotes and signature, into sentences.

    Args:
        text: Lines as in the mail; only the first 500,000 characters are read.

    Returns:
        Sentences in their order, line ends and runs of blanks made one blank. A
        greeting, a sign-off and each item of a list stand alone; the mark of an item
        is left out. A run without a stop is cut after 2,000 characters.
    """
    return tuple(sentence for block in _blocks(text[:MAX_TEXT]) for sentence in _sentences(block))


def _blocks(text: str) -> Iterator[_Block]:
    """Put the lines together that belong together."""
    for paragraph in _paragraphs(text):
        width = max(MIN_WIDTH, *(line[-1].end - line[0].start for line in paragraph))
        words: list[_Word] = []
        is_item = False
        previous: list[_Word] = []
        for line in paragraph:
            starts_item = _is_item(line)
            if words and (starts_item or not _goes_on(previous, line, width)):
                yield _Block(words, is_item)
                words = []
            if not words:
                is_item = starts_item
            words.extend(line[1:] if starts_item else line)
            previous = line
        if words:
            yield _Block(words, is_item)


def _paragraphs(text: str) -> Iterator[list[list[_Word]]]:
    """Lines as words, in groups between empty lines."""
    lines: list[list[_Word]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        words = [
            _new_word((match.group(), at + match.start(), at + match.end()))
            for match in _WORD.finditer(line)
        ]
        at += len(line)
        if words and not _is_rule(words):
            lines.append(words)
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _is_rule(words: list[_Word]) -> bool:
    """Whether a line is only drawn, such as "-----"."""
    return all(not any(letter.isalnum() for letter in word.text[:20]) for word in words)


def _is_item(line: list[_Word]) -> bool:
    return len(line) > 1 and _BULLET.fullmatch(line[0].text) is not None


def _goes_on(previous: list[_Word], line: list[_Word], width: int) -> bool:
    """Whether a line continues the one before it."""
    if _stands_alone(previous) or _stands_alone(line):
        return False
    first = line[0].text.lstrip(_OPENERS)[:1]
    if first.islower():
        return True
    last = previous[-1].text.lower()
    if last in _HANGING or (last.endswith((",", "&")) and len(previous) > 3):
        return True
    # A mail program breaks a line only where the next word finds no place.
    length = previous[-1].end - previous[0].start
    return length + 1 + len(line[0].text) > width


def _stands_alone(line: list[_Word]) -> bool:
    """Whether a line is a greeting or a sign-off."""
    if len(line) > 8:
        return False
    text = " ".join(word.text for word in line)
    return bool(_GREETING.match(text) or _SIGN_OFF.match(text)) and len(text) <= 80


def _sentences(block: _Block) -> Iterator[Sentence]:
    words = block.words
    begin = 0
    last = len(words) - 1
    for at, (text, _, end) in enumerate(words):
        if (
            at == last
            or end - words[begin].start > MAX_SENTENCE
            or (text[-1] in _LAST_SIGNS and _ends(text, words[at + 1].text))
        ):
            yield _sentence(words[begin : at + 1], block.is_item)
            begin = at + 1


def _sentence(words: list[_Word], is_item: bool) -> Sentence:
    return Sentence(
        text=" ".join(word.text for word in words),
        start=words[0].start,
        end=words[-1].end,
        is_item=is_item,
    )


def _ends(word: str, following: str) -> bool:
    """Whether a sentence ends between two words."""
    if word in _SMILES:
        return following[:1].isupper()
    found = _STOP.search(word[-12:])
    if found is None:
        return False
    first = following.lstrip(_OPENERS)[:1]
    stop = found["stop"]
    if stop in ("...", "…") or word.lstrip(_OPENERS).startswith(("(", "[")):
        return first.isupper()
    if not stop.startswith("."):
        return True
    return _point_ends(word[: -len(found.group())].lstrip(_OPENERS), first, following)


def _point_ends(stem: str, first: str, following: str) -> bool:
    """Whether the point after `stem` ends a sentence before a word."""
    low = stem.lower()
    if low in _PERHAPS_LAST and following.lower().rstrip(",.:;!?") not in _STARTERS:
        return False
    if low in ("no", "nr", "art", "sec", "min", "max"):
        return not first.isdigit() and first.isupper()
    if low in _ABBREVIATIONS or (len(stem) == 1 and stem.isupper() and stem != "I"):
        return False
    # Lower case after a point: hasty writing, unless the stem looks like a short form.
    return not first.islower() or (len(stem) > 2 and stem.isalpha() and low not in _PERHAPS_LAST)
