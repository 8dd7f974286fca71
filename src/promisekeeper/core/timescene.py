"""The setting of time words: the tenses of a text, its clauses, and whether to look at all.

A text without time words must cost next to nothing: `interest_of` looks at its
words as a set. `scene_of` walks the words once.
"""

import re
from bisect import bisect_right
from collections.abc import Set as AbstractSet
from enum import IntEnum
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from promisekeeper.core.timewords import (
    DOUBTFUL_NAMES,
    GATE_WORDS,
    LOOSE_WORDS,
    WEAK_WORDS,
    word_set,
)

_BETWEEN = '\t\n\r.,;:!?()[]{}<>"“”«»*_/\\|=+-–—~#@$%&'
_BLANKS = dict.fromkeys(map(ord, _BETWEEN), " ")
_MARKS = {ord("’"): "'", ord("‘"): "'"}
_PLAIN_MARKS = "".join(mark for mark in _BETWEEN if mark.isascii()) + "\x1c\x1d\x1e\x1f"
# The same for plain ASCII, where tables of bytes are ten times as fast: lower case and blanks.
_FOLD = bytes.maketrans(
    (_PLAIN_MARKS + ascii_uppercase).encode(),
    (" " * len(_PLAIN_MARKS) + ascii_lowercase).encode(),
)
_ALL_DIGITS = bytes.maketrans(b"123456789", b"000000000")
# Both at once, to see whether there is anything to look at.
_SHAPE = _FOLD.translate(_ALL_DIGITS)
# A figure that may be part of a time: 9:30, 5/6, 3-5, 10.30, 4pm, 2nd, or one behind "at" and the
# like. Not that of a telephone or part number, a price or a version.
_FIGURES = re.compile(
    r"\d(?:[:/]\d|(?:st|nd|rd|th)\b|[ap]\b|[ap]\.?m|[dwms]\b|\s?h\b|h|bd|da|we|wk|mi|mo|mt|se|y|q|fo|ish"
    r"|ja|fe|ma|ap|ju|au|oc|no|de|\s[ap]\.?m\b|(?<=(?:at|by)\s\d)|(?<=@\s\d)|(?<=til\s\d)"
    r"|(?<=till\s\d)|(?<=until\s\d)|(?<=around\s\d)|(?<=before\s\d)"
    r"|(?<![\w.-]\d)\d?(?:-\d{1,2}(?!\d)|\.\d\d?(?!\d))|\d{3}[-.]\d{1,2}[-.]\d)"
)
# "by five", "at ten".
_SPOKEN_HOUR = re.compile(
    r"\b(?:at|by|before|until|till?|around|about)\s"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
)
SHORT_TEXT = 24


class Interest(IntEnum):
    """What a text may hold."""

    NOTHING = 0
    LOOSE = 1
    TIMES = 2


def lowered(text: str) -> str:
    """The text in lower case with straight apostrophes, character for character."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower if lower.isascii() else lower.translate(_MARKS)


_HINTS = GATE_WORDS | WEAK_WORDS | DOUBTFUL_NAMES | LOOSE_WORDS
_HINT_BYTES = frozenset(word.encode() for word in _HINTS)


def words_in(text: str) -> set[str]:
    """The distinct words of a text; none where no figure and no word leads to a time."""
    if not text.isascii():
        return set(lowered(text).translate(_BLANKS).split())
    written = text.encode()
    shape = written.translate(_SHAPE)
    if b"0" not in shape and _HINT_BYTES.isdisjoint(shape.split()):
        return set()
    return set(written.translate(_FOLD).decode().split())


def interest_of(text: str, lower: str, words: AbstractSet[str]) -> Interest:
    """Whether a text can hold times, loose time words only, or neither."""
    hints = _HINTS & words
    if not GATE_WORDS.isdisjoint(hints):
        return Interest.TIMES
    weak = len(WEAK_WORDS & hints)
    has_figure = _has_figure(text)
    if weak > 1 or (weak and (len(text) < SHORT_TEXT or has_figure)):
        return Interest.TIMES
    if has_figure and _FIGURES.search(lower):
        return Interest.TIMES
    if weak and _SPOKEN_HOUR.search(lower):
        return Interest.TIMES
    if not DOUBTFUL_NAMES.isdisjoint(hints) and _names_capitals(text, hints):
        return Interest.TIMES
    return Interest.NOTHING if LOOSE_WORDS.isdisjoint(hints) else Interest.LOOSE


def _has_figure(text: str) -> bool:
    if text.isascii():
        return b"0" in text.encode().translate(_ALL_DIGITS)
    return _DIGIT.search(text) is not None


_DIGIT = re.compile(r"\d")


def _names_capitals(text: str, words: AbstractSet[str]) -> bool:
    """Whether "may", "sat" and the like stand there as a name, not as a plain word."""
    if len(text) < SHORT_TEXT:
        return True
    return any(text.find(word.capitalize(), 1) > 0 for word in DOUBTFUL_NAMES & words)


_FUTURE = word_set(
    "will won't shall should can cannot can't could would may might must gonna aim aims aiming "
    "plan plans planning expect expects expecting hope hopes hoping intend intends intending "
    "promise let's please kindly allow give scheduled pencilled penciled slotted reserved "
    "confirmed rescheduled moved postponed deferred pushed extended booked planned expected "
    "estimated slated targeted arranged due"
)
_FUTURE_PAIRS = frozenset(
    {
        *(("going", "to"), ("about", "to"), ("need", "to"), ("want", "to"), ("have", "to")),
        *(("has", "to"), ("try", "to"), ("trying", "to"), ("let", "me"), ("let", "us")),
        *(("let", "you"), ("to", "follow"), ("on", "track")),
    }
)
_PRESENT = word_set(
    "am is are isn't aren't be being get gets goes go ship ships arrive arrives leave leaves "
    "land lands start starts begin begins come comes run runs end ends expire expires become "
    "becomes send sends need needs take takes want wants meet meets deliver delivers reopen "
    "reopens resume resumes return returns"
)
_PAST = word_set(
    "was were wasn't weren't had hadn't did didn't been went came sent made took said told saw "
    "found gave wrote began broke left met lost ran got spoke rang bought paid heard knew "
    "thought felt brought built caught kept held became drank ate fell grew led read sat sold "
    "spent stood taught understood woke won drove flew forgot hid hit put shut rose ago "
    "yesterday previously earlier recently"
)
_PAST_PAIRS = frozenset(
    {("used", "to"), ("thanks", "for"), ("thank", "you"), ("sorry", "for"), ("apologies", "for")}
)
_HAD = word_set("been had meant said thought told sent made done gone got written")
_PAIR_STARTS = frozenset(first for first, _ in _FUTURE_PAIRS | _PAST_PAIRS)
# "-ed" behind one of these is no past tense: "is finished", "be released", "the revised quote".
_PARTICIPLE_LEADS = word_set(
    "is are be being am get gets getting to this your the a an our my for as not fully"
)
# "have it all fixed by Monday": so many words may stand between.
_HOLDERS = word_set("have has get getting need want keep see")
_HOLDER_REACH = 6
_SUBJECTS = word_set("i we you they he she it there our your the")
# Never what is done to: "you see we asked", but "I want to see it fixed".
_DOERS = word_set("i we they he she")
_JOINERS = word_set("and but so then yet or")
_LINKS = word_set("and but so because while")

# In what stands between two blanks; a mark counts at its end only, a dash when alone.
_STEP = re.compile(r"[a-z]+(?:'[a-z]+)?|[,;:!?.]$")
_DASHES = frozenset("-–—")
_CHUNK = re.compile(r"\S+")


class Scene(NamedTuple):
    """A text and the places in it that tell tense and clause, found once.

    Attributes:
        text: In lower case with straight apostrophes; places fit the original.
        words: Its distinct words.
        cues: (place, tense) of each verb that tells one, in order.
        clauses: Where a new clause starts, in order.
        is_promising, is_stated: Anything in the text speaks of the future, of the present.
    """

    text: str
    words: AbstractSet[str]
    cues: tuple[tuple[int, str], ...]
    clauses: tuple[int, ...]
    is_promising: bool
    is_stated: bool

    def clause_of(self, place: int) -> tuple[int, int]:
        """Where the clause around a place starts and ends."""
        i = bisect_right(self.clauses, place)
        start = self.clauses[i - 1] if i else 0
        end = self.clauses[i] if i < len(self.clauses) else len(self.text)
        return start, end

    def cue_kinds(self, start: int, end: int) -> list[str]:
        """The tenses between two places, in order."""
        return [kind for place, kind in self.cues if start <= place < end]


def scene_of(lower: str, words: AbstractSet[str]) -> Scene:
    """Find the tense cues and clause boundaries of a text in lower case."""
    chunks = lower.split()
    parts = list(map(_steps_in, chunks))
    if chunks and lower.endswith(chunks[-1]):
        parts[-1] = _last_steps_in(chunks[-1])
    if chunks and chunks[0] in _DASHES and lower.startswith(chunks[0]):
        parts[0] = ((), ())
    said, telling = _walked(lower, chunks, parts)
    cues = []
    clauses = []
    for place, first, found in telling:
        for n, start, end, sort in found:
            i = first + n
            tense = sort if sort in _TENSES else _tense_beside(said, i, sort)
            if tense and not _is_infinitive(said, i, tense):
                cues.append((place + start, tense))
            elif sort == "link" and (opened := _opens_clause(said, i)):
                joiner = said[i + 1] if opened > 1 else ""
                clauses.append(lower.index(joiner, place + end) + len(joiner))
    tenses = [tense for _, tense in cues]
    return Scene(
        text=lower,
        words=words,
        cues=tuple(cues),
        clauses=tuple(clauses),
        is_promising="future" in tenses,
        is_stated="present" in tenses,
    )


def _is_infinitive(said: list[str], i: int, tense: str) -> bool:
    """ "I hoped to send it" is as late as "hoped", whatever "send" says."""
    return tense == "present" and i > 0 and said[i - 1] == "to"


# The words and marks; and of those that may tell a tense or a clause, which it is, where it
# starts and ends, and its sort.
_Telling = tuple[tuple[int, int, int, str], ...]
_Steps = tuple[tuple[str, ...], _Telling]


def _walked(
    text: str, chunks: list[str], parts: list[_Steps]
) -> tuple[list[str], list[tuple[int, int, _Telling]]]:
    """All steps; and for each part that tells, where it starts, its first step, and what tells."""
    said: list[str] = []
    telling = []
    place = 0
    for chunk, (spoken, found) in zip(chunks, parts, strict=True):
        if found:
            telling.append((place, len(said), found))
        said += spoken
        place += len(chunk) + 1
    if place != len(text) + 1:
        # More than single blanks between the parts.
        starts = [chunk.start() for chunk in _CHUNK.finditer(text)]
        firsts = [(start, found) for start, (_, found) in zip(starts, parts, strict=True) if found]
        telling = [
            (start, first, found)
            for (start, found), (_, first, _) in zip(firsts, telling, strict=True)
        ]
    return said, telling


@lru_cache(maxsize=8_192)
def _steps_in(chunk: str) -> _Steps:
    """The steps between two blanks."""
    if chunk in _DASHES:
        return (" " + chunk,), ((0, -1, 1, "link"),)
    if chunk.isalpha() and chunk.isascii():
        sort = _sort_of(chunk)
        return (chunk,), ((0, 0, len(chunk), sort),) if sort else ()
    found = [(match.group(), *match.span()) for match in _STEP.finditer(chunk)]
    sorts = [_sort_of(word) for word, _, _ in found]
    telling = [(n, *found[n][1:], sort) for n, sort in enumerate(sorts) if sort]
    return tuple(word for word, _, _ in found), tuple(telling)


@lru_cache(maxsize=8_192)
def _last_steps_in(chunk: str) -> _Steps:
    """The steps of a text's last word; a mark behind it sets nothing apart."""
    words, telling = _steps_in(chunk)
    if not words or words[-1][0].isalpha():
        return words, telling
    return words[:-1], telling[:-1]


def _tense_beside(said: list[str], i: int, sort: str) -> str:
    """The tense of a word whose neighbours decide."""
    if sort == "pair":
        pair = (said[i], said[i + 1] if i + 1 < len(said) else "")
        if pair in _FUTURE_PAIRS:
            return "future"
        return "past" if pair in _PAST_PAIRS else _tense_alone(said[i])
    if sort == "would":
        # "I'd send it" looks ahead, "I'd hoped to" back.
        following = said[i + 1] if i + 1 < len(said) else ""
        is_had = following in _HAD or (len(following) > 4 and following.endswith("ed"))
        return "past" if is_had and following != "need" else "future"
    if sort == "regular":
        return "" if _is_participle(said, i) else "past"
    return ""


_TENSES = frozenset({"past", "present", "future"})


def _sort_of(word: str) -> str:
    """The tense of a word by itself, "pair" or "regular" where its neighbours decide, or "link"."""
    if word in _PAIR_STARTS:
        return "pair"
    if word in _LINKS or not word[0].isalpha():
        return "link"
    is_regular = len(word) > 3 and word.endswith("ed") and word[-3] != "e"
    return _tense_alone(word) or ("regular" if is_regular else "")


_TENSE_OF = {
    **dict.fromkeys(_PAST, "past"),
    **dict.fromkeys(_PRESENT, "present"),
    **dict.fromkeys(_FUTURE, "future"),
}
_TENSE_OF_ENDING = {"d": "would", "ll": "future", "m": "present", "re": "present", "s": "present"}


def _tense_alone(word: str) -> str:
    known = _TENSE_OF.get(word)
    if known is None and "'" in word:
        known = _TENSE_OF_ENDING.get(word.rpartition("'")[2])
    return known or ""


def _is_participle(said: list[str], i: int) -> bool:
    before = said[i - 1] if i else ""
    if before in _DOERS or (i > 1 and before in _SUBJECTS and said[i - 2] == "that"):
        return False
    if before in _PARTICIPLE_LEADS or before.endswith(("'s", "'re")):
        return True
    return not _HOLDERS.isdisjoint(said[max(0, i - _HOLDER_REACH) : i])


def _opens_clause(said: list[str], i: int) -> int:
    """How many steps from `i` on belong to a clause boundary; 0 where there is none."""
    word = said[i]
    if word == "but" or word[0] in ";!?." or word[0].isspace():
        return 1
    following = _stem(said, i + 1)
    if word[0].isalpha():
        return 1 if following in _CLAUSE_STARTS else 0
    if word == ":":
        return 1
    if following in _JOINERS and _stem(said, i + 2) in _SUBJECTS:
        return 2
    return 1 if following in _SUBJECTS else 0


_CLAUSE_STARTS = word_set("i we you they he she it then will")


def _stem(said: list[str], i: int) -> str:
    """The word at `i` without its contraction: "I'll" is "i"."""
    return said[i].partition("'")[0] if i < len(said) else ""
