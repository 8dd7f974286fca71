"""Own words of a mail -> sentences, each on one line.

Lines are first put together to paragraphs, items and lines that stand alone; then
each is cut at its stops. Everything works on words with their places, so that a
sentence knows where it stood; the time is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from promisekeeper.core.reading import Sentence

MAX_TEXT = 500_000
MAX_SENTENCE = 2000
# Below this width a line end is not taken for one that a mail program made.
MIN_WIDTH = 60

MAX_WORD = 1000
# As "(12)".
MAX_BULLET = 4
_LAST_OF_BULLET = frozenset("-*•·‣▪◦+–—o.)")

_WORD = re.compile(rf"\S{{1,{MAX_WORD}}}")
_BULLET = re.compile(r"[-*•·‣▪◦+–—o]|\(?\d{1,2}[.)]|\(?[a-z]\)")
_STOP = re.compile(r"(?P<stop>\.{3}|…|[.!?]+)[\"'”’»)\]*_]{0,4}\Z")
_OPENERS = "\"'“‘«([*_¿¡"
# What a word that ends a sentence can end in: a stop, what may follow one, a smile.
_LAST_SIGNS = frozenset(".!?…\"'”’»)]*_D(🙂👍")
_SMILES = frozenset({":)", ":-)", ";)", ";-)", ":D", ":(", "🙂", "👍"})
GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten tag"
    r"|liebe[r]?|sehr geehrte[r]?|bonjour|hei|kjære|hola|ciao)\b[^.?]{0,60}\Z",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"(?:(?:many |with |kind |best |warm |kindest |warmest )*"
    r"(?:regards|wishes|thanks|thank you|cheers|sincerely|yours|best|greetings|respectfully)"
    r"(?: again| so much| a lot| very much| in advance| truly| sincerely| faithfully| all)?"
    r"|ta|talk soon|take care|all the best|have a (?:good|great|nice) \w{1,12})[,.!]{0,3}\Z",
    re.IGNORECASE,
)
# How either of them begins.
_ALONE_STARTS = "hi he de go gr ha gu li se bo kj ho ci ma wi ki be wa re th ch si yo ta al"
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
ALONE_STARTS = frozenset(_ALONE_STARTS.split())


# The words of a line, where it begins in the text, and how wide it is without margins. A bare
# tuple, because there is one for every line.
_Line = tuple[list[str], int, int]


class _Block(NamedTuple):
    """Words that belong together: a paragraph, an item, a line that stands alone.

    They follow each other in the text, with nothing but blanks between, from `at` on.
    """

    words: list[str]
    at: int
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
    text = text[:MAX_TEXT]
    found: list[Sentence] = []
    for block in _blocks(text):
        found += _sentences(text, block)
    return tuple(found)


def _blocks(text: str) -> Iterator[_Block]:
    """Put the lines together that belong together."""
    for paragraph in _paragraphs(text):
        widest = max(MIN_WIDTH, *[width for _, _, width in paragraph])
        words: list[str] = []
        at, is_item = 0, False
        previous = paragraph[0]
        for line in paragraph:
            own, begin, _ = line
            starts_item = own[0][-1] in _LAST_OF_BULLET and _is_item(own)
            if words and (starts_item or not _goes_on(previous, line, widest)):
                yield _Block(words, at, is_item)
                words = []
            if not words:
                at, is_item = begin, starts_item
            if starts_item:
                at = text.index(own[0], at) + len(own[0])
            words += own[1:] if starts_item else own
            previous = line
        if words:
            yield _Block(words, at, is_item)


def _paragraphs(text: str) -> Iterator[list[_Line]]:
    """Lines as words, in groups between empty lines."""
    lines: list[_Line] = []
    at = 0
    for line in text.splitlines(keepends=True):
        words = line.split()
        if len(line) > MAX_WORD:
            words = _WORD.findall(line)
        if words and (words[0][0].isalnum() or not _is_rule(words)):
            lines.append((words, at, len(line.strip())))
        elif lines:
            yield lines
            lines = []
        at += len(line)
    if lines:
        yield lines


def _is_rule(words: list[str]) -> bool:
    """Whether a line is only drawn, such as "-----"."""
    return all(not any(letter.isalnum() for letter in word[:20]) for word in words)


def _is_item(words: list[str]) -> bool:
    return len(words) > 1 and len(words[0]) <= MAX_BULLET and bool(_BULLET.fullmatch(words[0]))


def _goes_on(previous: _Line, line: _Line, widest: int) -> bool:
    """Whether a line continues the one before it."""
    words, _, width = previous
    if _stands_alone(words) or _stands_alone(line[0]):
        return False
    following = line[0][0]
    if following.lstrip(_OPENERS)[:1].islower():
        return True
    last = words[-1].lower()
    if last in _HANGING or (last.endswith((",", "&")) and len(words) > 3):
        return True
    # A mail program breaks a line only where the next word finds no place.
    return width + 1 + len(following) > widest


def _stands_alone(words: list[str]) -> bool:
    """Whether a line is a greeting or a sign-off."""
    start = words[0][:2].lower()
    if len(words) > 8 or (start not in ALONE_STARTS and start.isascii()):
        return False
    text = " ".join(words)
    return len(text) <= 80 and bool(GREETING.match(text) or SIGN_OFF.match(text))


def _sentences(text: str, block: _Block) -> list[Sentence]:
    words, is_item = block.words, block.is_item
    stops = [
        at
        for at, word in enumerate(words[:-1], 1)
        if word[-1] in _LAST_SIGNS and _ends(word, words[at])
    ]
    is_short = sum(map(len, words)) + len(words) <= MAX_SENTENCE
    found: list[Sentence] = []
    begin, end = 0, block.at
    for stop in (*stops, len(words)):
        whole = words[begin:stop]
        for some in (whole,) if is_short else _portions(whole):
            sentence = " ".join(some)
            start = text.index(some[0], end)
            end = _end_of(some, sentence, text, start)
            found.append(Sentence(sentence, start, end, is_item))
        begin = stop
    return found


def _portions(words: list[str]) -> Iterator[list[str]]:
    """The words of a sentence; a run without a stop in portions."""
    begin = length = 0
    for at, word in enumerate(words, 1):
        length += len(word) + 1
        if length > MAX_SENTENCE or at == len(words):
            yield words[begin:at]
            begin, length = at, 0


def _end_of(words: list[str], sentence: str, text: str, start: int) -> int:
    """Where words end that begin at `start`, whatever blanks stand between them."""
    end = start + len(sentence)
    if text[start:end].replace("\n", " ") == sentence:
        return end
    for word in words:
        start = text.index(word, start) + len(word)
    return start


def _ends(word: str, following: str) -> bool:
    """Whether a sentence ends between two words."""
    last = word[-1]
    if last in ".!?" and word[-2:-1].isalnum():
        # As nearly always: one stop behind a word.
        return last != "." or _point_ends(word[:-1].lstrip(_OPENERS), following)
    if word in _SMILES:
        return following[:1].isupper()
    found = _STOP.search(word[-12:])
    if found is None:
        return False
    stop = found["stop"]
    if stop in ("...", "…"):
        return following.lstrip(_OPENERS)[:1].isupper()
    return stop[0] != "." or _point_ends(word[: -len(found[0])].lstrip(_OPENERS), following)


def _point_ends(stem: str, following: str) -> bool:
    """Whether the point after `stem` ends a sentence before a word."""
    first = following.lstrip(_OPENERS)[:1]
    low = stem.lower()
    if low in _PERHAPS_LAST and following.lower().rstrip(",.:;!?") not in _STARTERS:
        return False
    if low in ("no", "nr", "art", "sec", "min", "max"):
        return not first.isdigit() and first.isupper()
    if low in _ABBREVIATIONS or (len(stem) == 1 and stem.isupper() and stem != "I"):
        return False
    # Lower case after a point: hasty writing, unless the stem looks like a short form.
    return not first.islower() or (len(stem) > 2 and stem.isalpha() and low not in _PERHAPS_LAST)
