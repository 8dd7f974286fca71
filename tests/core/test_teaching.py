"""What was taught, and what it makes of a finding."""

import pytest

from builders import MONDAY
from promisekeeper.core.teaching import (
    BOILERPLATE_CUSTOMERS,
    Judgement,
    Lesson,
    LessonKind,
    Tally,
    Teaching,
    Telling,
    judge,
    pattern_of,
)

LONG = "we will answer every letter within # days"
SHORT = "we will check"
PERSONAL = "i'll get back to you <time>."


def a_telling(pattern: str = LONG, owner: str = "Ana") -> Telling:
    return Telling(
        owner=owner,
        pattern=pattern,
        rule="firm.will",
        message_id="<1@shop.example>",
        customer="carl@client.example",
        sentence=pattern,
        promise_key="promise-1",
    )


def a_lesson(kind: LessonKind, owner: str = "Ana", pattern: str = LONG) -> Lesson:
    return Lesson(
        owner=owner,
        pattern=pattern,
        kind=kind,
        rule="firm.will",
        sentence=pattern,
        at=MONDAY,
        actor="ana",
    )


@pytest.mark.parametrize(
    ("sentence", "time_words", "pattern"),
    [
        ("I'll call you by Friday.", ("by Friday",), "i'll call you <time>."),
        ("I’ll  send order 4711-2 today", ("today",), "i'll send order # <time>"),
        ("Will do.", (), "will do."),
        ("Will do.", ("",), "will do."),
    ],
)
def test_patterns(sentence: str, time_words: tuple[str, ...], pattern: str) -> None:
    assert pattern_of(sentence, time_words) == pattern


def told(number: int, pattern: str = LONG) -> dict[tuple[str, str], set[str]]:
    return {("Ana", pattern): {f"c{n}@client.example" for n in range(number)}}


@pytest.mark.parametrize(
    ("telling", "customers", "teaching", "judgement"),
    [
        pytest.param(a_telling(), {}, Teaching(), Judgement.KEEP, id="nothing was taught"),
        pytest.param(
            a_telling(),
            {},
            Teaching(lessons=(a_lesson(LessonKind.MUTE),)),
            Judgement.DROP,
            id="muted",
        ),
        pytest.param(
            a_telling(owner="Ben"),
            {},
            Teaching(lessons=(a_lesson(LessonKind.MUTE),)),
            Judgement.KEEP,
            id="muted for somebody else",
        ),
        pytest.param(
            a_telling(),
            told(BOILERPLATE_CUSTOMERS - 1),
            Teaching(),
            Judgement.KEEP,
            id="used now and then",
        ),
        pytest.param(
            a_telling(),
            told(BOILERPLATE_CUSTOMERS),
            Teaching(),
            Judgement.ASK,
            id="a stock phrase: asked",
        ),
        pytest.param(
            a_telling(),
            told(99),
            Teaching(lessons=(a_lesson(LessonKind.QUESTION),)),
            Judgement.DOUBT,
            id="asked once only",
        ),
        pytest.param(
            a_telling(),
            told(99),
            Teaching(lessons=(a_lesson(LessonKind.PROMISE),)),
            Judgement.KEEP,
            id="answered: a promise",
        ),
        pytest.param(
            a_telling(PERSONAL),
            told(99, PERSONAL),
            Teaching(),
            Judgement.KEEP,
            id="in somebody's own name: a promise each time",
        ),
        pytest.param(
            a_telling(SHORT), told(99, SHORT), Teaching(), Judgement.KEEP, id="short ones never"
        ),
        pytest.param(
            a_telling(),
            {},
            Teaching(tallies=(Tally(owner="Ana", rule="firm.will", found=6, dismissed=3),)),
            Judgement.DOUBT,
            id="a doubted wording",
        ),
        pytest.param(
            a_telling(),
            {},
            Teaching(tallies=(Tally(owner="Ana", rule="firm.will", found=7, dismissed=3),)),
            Judgement.KEEP,
            id="dismissed, but more often right",
        ),
        pytest.param(
            a_telling(),
            {},
            Teaching(tallies=(Tally(owner="Ana", rule="firm.will", found=2, dismissed=2),)),
            Judgement.KEEP,
            id="dismissed too seldom to tell",
        ),
    ],
)
def test_judgements(
    telling: Telling,
    customers: dict[tuple[str, str], set[str]],
    teaching: Teaching,
    judgement: Judgement,
) -> None:
    assert judge(telling, customers, teaching) is judgement
