"""What agents have taught: sentences that are no promise, and wordings that are often wrong.

A sentence is compared as a pattern: lower case, with numbers and time words masked. What was
taught holds for one agent, is shown by `promisekeeper rules`, and can be lifted.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from promisekeeper.core.promise import check_aware

MAX_SENTENCE = 1_000
# A sentence sent to so many customers is a stock phrase; a short one ("I'll check.") never is.
BOILERPLATE_CUSTOMERS = 6
BOILERPLATE_WORDS = 6
# A wording is doubted once it was dismissed so often, and in so large a share of its uses.
DOUBT_AFTER = 3
DOUBT_SHARE = 0.5
PERSONAL = re.compile(r"\b(?:i|i'll|i'm|i've|i'd|ill|me|my|myself)\b")
NUMBER = re.compile(r"\d[\d.,:/-]*")


class LessonKind(StrEnum):
    """What was learned of a pattern, or is still to be asked."""

    MUTE = "mute"
    PROMISE = "promise"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One thing that was taught of a sentence; it holds until it is lifted.

    Attributes:
        id: The number users see; None until the ledger gave one.
        sentence: An example, as the agent wrote it.
        promise_key: The promise that it was taught on; may be empty.
    """

    owner: str
    pattern: str
    kind: LessonKind
    rule: str
    sentence: str
    at: datetime
    actor: str
    promise_key: str = ""
    id: int | None = None

    def __post_init__(self) -> None:
        """Check that the time is aware."""
        check_aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One use of a sentence that promises, in one mail."""

    owner: str
    pattern: str
    rule: str
    message_id: str
    customer: str
    sentence: str
    promise_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a wording fared with one agent: how often it was found, how often dismissed."""

    owner: str
    rule: str
    found: int
    dismissed: int

    @property
    def is_doubted(self) -> bool:
        """Whether what it finds is only possible from now on."""
        return self.dismissed >= DOUBT_AFTER and self.dismissed >= DOUBT_SHARE * self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """All lessons that hold, and the tallies of the wordings they are about."""

    lessons: tuple[Lesson, ...] = ()
    tallies: tuple[Tally, ...] = ()

    def lesson(self, owner: str, pattern: str) -> Lesson | None:
        """What was taught of a pattern to this agent."""
        return next(
            (
                lesson
                for lesson in self.lessons
                if (lesson.owner, lesson.pattern) == (owner, pattern)
            ),
            None,
        )

    def is_doubted(self, owner: str, rule: str) -> bool:
        """Whether a wording was dismissed too often by this agent."""
        return any(
            tally.is_doubted for tally in self.tallies if (tally.owner, tally.rule) == (owner, rule)
        )


class Judgement(StrEnum):
    """What teaching makes of one finding; ASK and DOUBT leave it as possible."""

    KEEP = "keep"
    DOUBT = "doubt"
    DROP = "drop"
    ASK = "ask"


_TAUGHT = {
    LessonKind.PROMISE: Judgement.KEEP,
    LessonKind.QUESTION: Judgement.DOUBT,
    LessonKind.MUTE: Judgement.DROP,
}


def may_be_stock(pattern: str) -> bool:
    """Whether a sentence can be a stock phrase: long, and in nobody's own name.

    "I'll get back to you by Friday" is a promise each time, to however many customers.
    """
    words = pattern.split()
    return len(words) >= BOILERPLATE_WORDS and not PERSONAL.search(pattern)


def pattern_of(sentence: str, time_words: Collection[str] = ()) -> str:
    """What is the same in two uses of a sentence.

    Args:
        time_words: Stretches of the sentence that only say when.
    """
    text = sentence[:MAX_SENTENCE].lower()
    for words in sorted(filter(None, time_words), key=len, reverse=True):
        text = text.replace(words.lower(), "<time>")
    return " ".join(NUMBER.sub("#", text).replace("’", "'").split())


def judge(
    telling: Telling, customers: Mapping[tuple[str, str], Collection[str]], teaching: Teaching
) -> Judgement:
    """Say whether a finding is followed, doubted, dropped, or to be asked about once.

    Args:
        customers: Everybody who was told the pattern by its owner, this mail included.
    """
    lesson = teaching.lesson(telling.owner, telling.pattern)
    if lesson is not None:
        return _TAUGHT[lesson.kind]
    told = customers.get((telling.owner, telling.pattern), ())
    if len(told) >= BOILERPLATE_CUSTOMERS and may_be_stock(telling.pattern):
        return Judgement.ASK
    if teaching.is_doubted(telling.owner, telling.rule):
        return Judgement.DOUBT
    return Judgement.KEEP
