"""Findings -> what is still a promise after what agents have taught."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from promisekeeper.core.promise import Certainty, Promise
from promisekeeper.core.settling import ACTOR
from promisekeeper.core.teaching import (
    Judgement,
    Lesson,
    LessonKind,
    Telling,
    judge,
    pattern_of,
)
from promisekeeper.flows.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What a page's findings came to.

    Attributes:
        promises: The ones to follow up, or to keep as possible.
        tellings: Every use of a sentence, so that stock phrases show.
        questions: Sentences to ask about, once each.
    """

    promises: tuple[Promise, ...] = ()
    tellings: tuple[Telling, ...] = ()
    questions: tuple[Lesson, ...] = ()


def telling_of(promise: Promise) -> Telling:
    """The use of a sentence that a promise is."""
    return Telling(
        owner=promise.owner,
        pattern=pattern_of(promise.words, (promise.deadline.words,)),
        rule=promise.rule,
        message_id=promise.message_id,
        customer=promise.customer,
        sentence=promise.words,
        promise_key=promise.key,
    )


def apply_teaching(found: Sequence[Promise], store: Store, now: datetime) -> Learned:
    """Judge a page's findings by what was taught and by how often each sentence is used."""
    if not found:
        return Learned()
    tellings = [telling_of(promise) for promise in found]
    teaching = store.teaching()
    customers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for pattern, told in store.told([(one.owner, one.pattern) for one in tellings]).items():
        customers[pattern] |= told
    for telling in tellings:
        customers[telling.owner, telling.pattern].add(telling.customer)
    promises: list[Promise] = []
    questions: dict[tuple[str, str], Lesson] = {}
    for promise, telling in zip(found, tellings, strict=True):
        judgement = judge(telling, customers, teaching)
        if judgement is Judgement.KEEP:
            promises.append(promise)
        elif judgement is not Judgement.DROP:
            promises.append(replace(promise, certainty=Certainty.POSSIBLE))
        if judgement is Judgement.ASK:
            key = (telling.owner, telling.pattern)
            questions.setdefault(key, _question(telling, promise, now))
    return Learned(
        promises=tuple(promises), tellings=tuple(tellings), questions=tuple(questions.values())
    )


def _question(telling: Telling, promise: Promise, now: datetime) -> Lesson:
    return Lesson(
        owner=telling.owner,
        pattern=telling.pattern,
        kind=LessonKind.QUESTION,
        rule=telling.rule,
        sentence=promise.words,
        at=now,
        actor=ACTOR,
        promise_key=promise.key,
    )
