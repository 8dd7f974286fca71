"""One promise against one later mail: what that mail says about it.

A mail in the same conversation counts by what it reports; a sibling mail to the same customer
only with words about the promise's own matter. Doubt makes the answer UNCLEAR, never DELIVERED:
a wrong "kept" loses a customer silently.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from promisekeeper.core.matter import (
    Deed,
    is_name,
    past_deeds,
    promised_deeds,
    reported_deeds,
    spelled_out,
    stems,
)
from promisekeeper.core.numbered import names_another
from promisekeeper.core.promise import Certainty, DeadlineKind, Kind, Promise
from promisekeeper.core.records import MailNote, Signal, SignalKind
from promisekeeper.core.signals import COMING, UPDATE


class Said(StrEnum):
    """What a mail says about a promise."""

    NOTHING = "nothing"
    DELIVERED = "delivered"
    PART = "part"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What one mail says about one promise, with the sentence that says it.

    Attributes:
        moved_to: Key of the promise that takes over; empty where only the new date was told.
    """

    said: Said = Said.NOTHING
    sentence: str = ""
    certainty: Certainty = Certainty.POSSIBLE
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a promise is about.

    Attributes:
        own: Content words of its sentence.
        topic: Those, and the words of its mail's subject.
        deeds: The kinds of deeds that keep it; empty for "Leave it with me".
    """

    own: frozenset[str]
    topic: frozenset[str]
    deeds: frozenset[Deed]


# A deed that was done covers what else was said of the same thing: sent is answered, too.
_COVERS = {
    Deed.CALL: {Deed.ANSWER},
    Deed.PAY: {Deed.ARRIVE},
    Deed.SHIP: {Deed.SEND},
    Deed.ARRIVE: {Deed.SHIP, Deed.SEND},
    Deed.FETCH: {Deed.ARRIVE},
    Deed.SEND: {Deed.ANSWER, Deed.ARRIVE, Deed.SHIP},
    Deed.READY: set(),
    Deed.ANSWER: set(),
}
_INSTEAD = re.compile(
    r"\b(?:instead|rather\sthan|later\sthan|new\sdate|pushed\s(?:back|to)|postponed?|slipped|"
    r"moved\s(?:it\s)?to|rescheduled?|after\sall|now\s(?:by|on))\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|this|that|they|them|these|those|he|she|him|her|one|yours|mine)\b", re.IGNORECASE
)
_NAMED = re.compile(
    r"\b(?:here|attached|enclosed|below)\s(?:is|are)\s(?:the|your|our)\s"
    r"|\b(?:the|your|our)\s\w+(?:\s\w+)?\s(?:is|are)\s(?:attached|enclosed|below)"
    r"|\byou\s(?:can|may)\s(?:now\s)?(?:download|find|view|access|open|see)\b",
    re.IGNORECASE,
)
# What comes after these words is another matter, unless it names this one.
_DIGRESSES = re.compile(
    r"\W{0,3}(?:by\sthe\sway|btw|incidentally|also|apart\sfrom\sthat|on\sanother\s(?:note|matter|subject)"
    r"|separately|unrelated|in\sother\snews|p\.?s\b|one\smore\sthing|while\si\sam\sat\sit)",
    re.IGNORECASE,
)
_ANY_PAPER = stems("document file attachment copy scan pdf paper find download link")
_FINISHED = re.compile(
    r"\b(?:(?:all|is|are|now|been|just|both|was|were)\s(?:\w+\s){0,2}(?:done|ready|finished|complete|completed|"
    r"sorted|fixed|resolved|solved|built|repaired|working|set|live|in(?=$|[.!,])|on(?=$|[.!,])|up(?=$|[.!,])"
    r"|in\syour\s(?:\w+\s)?(?:hands?|inbox|account))\b|"
    r"back\s(?:in|up|on|together)|"
    r"all\s(?:done|set|sorted|fixed)|^done\b|ready\s(?:to|for|when))",
    re.IGNORECASE,
)


_PROMISES_UPDATE = re.compile(r"\b(?:update|news|status|posted|progress)\b", re.IGNORECASE)


def matter_of(promise: Promise, before: Sequence[Promise] = ()) -> Matter:
    """What a promise is about, from its own words and its mail's subject.

    Args:
        before: The promises that it took over from, whose matter it shares.
    """
    matter = _matter(promise.words, promise.start, promise.end, promise.subject)
    if not before:
        return matter
    own = matter.own.union(*(stems(one.words) for one in before))
    return Matter(own=own, topic=own | matter.topic, deeds=matter.deeds)


@lru_cache(maxsize=1024)
def _matter(words: str, start: int, end: int, subject: str) -> Matter:
    own = stems(words)
    span = words[start:end] or words
    return Matter(own=own, topic=own | stems(subject), deeds=promised_deeds(span))


def touches(promise: Promise, note: MailNote, before: Sequence[Promise] = ()) -> bool:
    """Whether a mail shares any word with a promise; one in another conversation must."""
    topic = matter_of(promise, before).topic
    texts = (note.subject, *(signal.sentence for signal in note.signals))
    return any(not topic.isdisjoint(stems(text)) for text in texts)


def weigh_mail(
    promise: Promise,
    note: MailNote,
    *,
    is_same: bool,
    others: Sequence[Promise] = (),
    before: Sequence[Promise] = (),
    is_awaited: bool = True,
) -> Weighed:
    """What a later mail of the team says about a promise.

    Args:
        is_same: The mail stands in the promise's own conversation.
        others: The other promises to this customer that were open when the mail was sent, and
            those that it makes.
        before: The promises that this one took over from.
        is_awaited: No condition of the promise is still unmet.
    """
    matter = matter_of(promise, before)
    moved = _moved(promise, matter, note, others) if is_same and is_awaited else None
    if moved is not None:
        return moved
    rivals = [one for one in others if one.made_at < note.sent_at]
    scene = _Scene(
        promise=promise,
        matter=matter,
        is_same=is_same,
        rivals=rivals,
        is_awaited=is_awaited,
        wide=frozenset() if is_same else _all_stems(note),
    )
    found = [one for signal in note.signals if (one := _fit(signal, note, scene)) is not None]
    delivered = [one for one in found if one.said is Said.DELIVERED]
    if delivered:
        best = min(delivered, key=lambda one: one.certainty is not Certainty.CERTAIN)
        holding = _holding(note, matter) if is_same else None
        if holding is not None:
            return Weighed(said=Said.PART, sentence=holding.sentence)
        return best
    return _otherwise(note, matter, is_same=is_same, is_awaited=is_awaited, found=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    promise: Promise
    matter: Matter
    is_same: bool
    rivals: Sequence[Promise]
    is_awaited: bool
    # All that the mail speaks of, where it stands in another conversation.
    wide: frozenset[str]


def _all_stems(note: MailNote) -> frozenset[str]:
    return stems(note.subject).union(*(stems(one.sentence) for one in note.signals))


def _fit(signal: Signal, note: MailNote, scene: _Scene) -> Weighed | None:
    """Whether one sentence delivers the promise; None where it speaks of something else."""
    if signal.kind not in (SignalKind.DELIVERS, SignalKind.ANSWERS, SignalKind.STATES):
        return None
    if signal.kind is SignalKind.STATES and not scene.is_same:
        return None
    words = stems(signal.sentence)
    deeds = reported_deeds(signal.sentence)
    matter = scene.matter
    beside = () if scene.is_same else (note.subject,)
    if names_another(scene.promise, signal.sentence, *beside):
        return None
    if (
        deeds
        and not matter.own & words
        and any(rival.own & words and rival.deeds & deeds for rival in map(matter_of, scene.rivals))
    ):
        return None
    if not scene.is_awaited and not matter.own & words:
        return None
    if scene.is_same:
        certainty = _fits_here(signal, words, deeds, scene)
    else:
        certainty = _fits_beside(signal, deeds, scene)
    if certainty is None:
        return None
    said = Said.UNCLEAR if certainty is Certainty.POSSIBLE else Said.DELIVERED
    return Weighed(said=said, sentence=signal.sentence, certainty=certainty)


def _fits_here(
    signal: Signal, words: frozenset[str], deeds: frozenset[Deed], scene: _Scene
) -> Certainty | None:
    matter = scene.matter
    own, topic = matter.own & words, matter.topic & words
    if not own and _DIGRESSES.match(signal.sentence):
        return Certainty.POSSIBLE
    sure = Certainty.CERTAIN if topic else Certainty.LIKELY
    is_report = signal.kind is SignalKind.DELIVERS
    shared = (matter.deeds & deeds) - {Deed.ANSWER}
    is_finished = _FINISHED.search(spelled_out(signal.sentence)) is not None
    if not matter.deeds:
        is_said = is_report and (own or is_finished or not matter.own)
        return sure if is_said else Certainty.POSSIBLE
    if signal.kind is SignalKind.STATES:
        if UPDATE.match(spelled_out(signal.sentence)) and _PROMISES_UPDATE.search(
            scene.promise.words
        ):
            return sure
        is_done = len(own) > 1 and bool(own & past_deeds(signal.sentence))
        return Certainty.LIKELY if is_done else Certainty.POSSIBLE
    # "The brochure is attached" does not keep "I'll send the contract".
    is_named = _says_what(signal.sentence, words)
    is_other = matter.own and not topic and is_named and not shared & {Deed.CALL, Deed.PAY}
    if is_other and not is_finished and Deed.ANSWER not in matter.deeds:
        return Certainty.POSSIBLE
    if is_report and shared and (shared != {Deed.READY} or own or is_finished):
        return sure
    if Deed.ANSWER in matter.deeds and _answers(scene, deeds, own, topic, is_report=is_report):
        return sure
    if is_report and len(own) > 1:
        return Certainty.LIKELY
    return Certainty.POSSIBLE


def _says_what(sentence: str, words: frozenset[str]) -> bool:
    """Whether a sentence says what was delivered; "the document" may be anything."""
    telling = words - _ANY_PAPER
    return len(telling) > 1 or (bool(telling) and _NAMED.search(sentence) is not None)


def _answers(
    scene: _Scene,
    deeds: frozenset[Deed],
    own: frozenset[str],
    topic: frozenset[str],
    *,
    is_report: bool,
) -> bool:
    """Whether a sentence answers; what waits for an event needs words about just that."""
    if scene.promise.deadline.kind is DeadlineKind.EVENT or scene.promise.kind is Kind.CONDITIONAL:
        return bool(own) and (Deed.ANSWER in deeds or not is_report or len(own) > 1)
    return not is_report or bool(topic) or Deed.ANSWER in deeds or Deed.SEND in deeds


def _fits_beside(signal: Signal, deeds: frozenset[Deed], scene: _Scene) -> Certainty | None:
    matter, wide = scene.matter, scene.wide
    own = matter.own & wide
    rivals = map(matter_of, scene.rivals)
    if any(len(rival.own & wide) > len(own) and rival.deeds & deeds for rival in rivals):
        return None
    shared = (matter.deeds & deeds) - {Deed.ANSWER}
    is_report = signal.kind is SignalKind.DELIVERS
    if own and shared and is_report and (shared != {Deed.READY} or len(own) > 1):
        return Certainty.LIKELY
    is_close = len(own) > 1 or any(is_name(word) for word in matter.topic & wide)
    if is_close and (Deed.ANSWER in matter.deeds or not matter.deeds):
        return Certainty.LIKELY
    return Certainty.POSSIBLE if is_close and is_report else None


def _holding(note: MailNote, matter: Matter) -> Signal | None:
    """The sentence that says that this promise, or a part of it, is still in work."""
    for signal in note.signals:
        words = stems(signal.sentence)
        is_about = bool(matter.topic & words) or len(words) < 2 or Deed.ANSWER in matter.deeds
        if signal.kind is SignalKind.HOLDS and is_about:
            return signal
        if signal.kind is SignalKind.WITHDRAWS and matter.own & words:
            return signal
    return None


def _otherwise(
    note: MailNote, matter: Matter, *, is_same: bool, is_awaited: bool, found: Sequence[Weighed]
) -> Weighed:
    for signal in note.signals if is_same else ():
        if signal.kind is SignalKind.WITHDRAWS and _concerns(signal, matter):
            return Weighed(said=Said.WITHDRAWN, sentence=signal.sentence)
    if not is_same or not is_awaited:
        unclear = next(iter(found), None)
        return unclear if unclear is not None and is_awaited else Weighed()
    if _bare_attachment(note, matter):
        return Weighed(said=Said.DELIVERED, certainty=Certainty.LIKELY)
    if found:
        return found[0]
    kinds = {signal.kind for signal in note.signals}
    return Weighed(said=Said.UNCLEAR) if not kinds else Weighed()


def _concerns(signal: Signal, matter: Matter) -> bool:
    words = stems(signal.sentence)
    return bool(matter.own & words) or bool(matter.deeds & promised_deeds(signal.sentence))


def _bare_attachment(note: MailNote, matter: Matter) -> bool:
    """A file without words about it; a mail that promises or holds attaches something else."""
    other = {SignalKind.PROMISES, SignalKind.HOLDS, SignalKind.WITHDRAWS}
    is_sending = not matter.deeds or bool(matter.deeds & {Deed.SEND, Deed.ANSWER})
    is_bare = all(signal.kind not in other for signal in note.signals)
    return note.has_attachment and is_sending and is_bare and not _names_file(note)


def _names_file(note: MailNote) -> bool:
    """Whether a mail says what its file is; then it is for the words to settle anything."""
    return any(
        Deed.SEND in reported_deeds(signal.sentence)
        and _says_what(signal.sentence, stems(signal.sentence))
        for signal in note.signals
        if signal.kind is SignalKind.DELIVERS
    )


def _moved(
    promise: Promise, matter: Matter, note: MailNote, others: Sequence[Promise]
) -> Weighed | None:
    """The new date for the same thing, if the mail names one."""
    done: set[Deed] = set()
    for signal in note.signals:
        if signal.kind is SignalKind.DELIVERS:
            for deed in reported_deeds(signal.sentence):
                done |= {deed, *_COVERS[deed]}
    kinds = {signal.kind for signal in note.signals}
    says_more = bool(kinds & {SignalKind.DELIVERS, SignalKind.ANSWERS})
    is_answered = says_more and SignalKind.HOLDS not in kinds
    told = {other.words for other in others if other.message_id == note.message_id}
    for other in others:
        is_later = other.message_id == note.message_id and _has_new_date(promise, other, note)
        if is_later and _takes_over(matter, other.words, matter_of(other), done, is_answered):
            return Weighed(
                said=Said.MOVED,
                sentence=other.words,
                certainty=other.certainty,
                moved_to=other.key,
            )
    for signal in note.signals:
        words = signal.sentence
        if signal.kind is SignalKind.PROMISES and words not in told and _is_coming(words):
            new = Matter(own=stems(words), topic=stems(words), deeds=promised_deeds(words))
            if _takes_over(matter, words, new, done, is_answered):
                return Weighed(said=Said.MOVED, sentence=words, certainty=Certainty.LIKELY)
    return None


def _is_coming(words: str) -> bool:
    return COMING.search(spelled_out(words)) is not None


def _has_new_date(promise: Promise, other: Promise, note: MailNote) -> bool:
    due_at = other.deadline.due_at
    if due_at is None or due_at <= note.sent_at or other.certainty is Certainty.POSSIBLE:
        return False
    before = promise.deadline.due_at
    return (
        before is None
        or due_at > before
        or (due_at < before and bool(_INSTEAD.search(other.words)))
    )


def _takes_over(
    matter: Matter, words: str, new: Matter, done: set[Deed], is_answered: bool
) -> bool:
    """Whether a new promise is for the same thing: the same kind of deed, not done meanwhile."""
    says_instead = _INSTEAD.search(words) is not None
    shared = (matter.deeds & new.deeds) - done
    if shared <= {Deed.ANSWER} and is_answered and not says_instead:
        return False
    is_about = says_instead or bool(matter.topic & new.own) or not new.own
    is_about = is_about or _POINTS_BACK.search(words) is not None
    is_open = not matter.deeds or not new.deeds
    return is_about and (bool(shared) or (says_instead and is_open))
