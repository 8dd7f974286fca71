"""How a customer feels about what they were promised, as their own mails show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Promise
from promisekeeper.core.records import MailNote, SignalKind
from promisekeeper.core.upset import cue_words

# An angry mail is answered with a promise as often as it follows a broken one.
LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The mail in which a customer last sounded upset.

    Attributes:
        cues: The words that it was known by.
        is_news: It came after the promise was made: the agent may not have seen it.
    """

    at: datetime
    message_id: str
    sentence: str
    cues: tuple[str, ...]
    is_news: bool = True


def mood_of(promise: Promise, notes: Iterable[MailNote]) -> Mood | None:
    """The customer's anger while this promise is open; None where they are calm.

    What they write after it may make up for it: a mail that confirms something.

    Args:
        notes: Of the mails to and from the customer, in any order.
    """
    theirs = sorted(
        (
            note
            for note in notes
            if note.role is Role.INBOX
            and promise.customer in note.customers
            and note.sent_at > promise.made_at - LASTS
        ),
        key=lambda note: note.sent_at,
    )
    angry = next((note for note in reversed(theirs) if upset_words(note)), None)
    if angry is None or any(_confirms(note) for note in theirs if note.sent_at > angry.sent_at):
        return None
    sentences = upset_words(angry)
    return Mood(
        at=angry.sent_at,
        message_id=angry.message_id,
        sentence=sentences[0],
        cues=cue_words(sentences),
        is_news=angry.sent_at > promise.made_at,
    )


def upset_words(note: MailNote) -> Sequence[str]:
    """The sentences of a mail that sound upset, the most telling first."""
    return [one.sentence for one in note.signals if one.kind is SignalKind.UPSETS]


def _confirms(note: MailNote) -> bool:
    kinds = {signal.kind for signal in note.signals}
    return SignalKind.CONFIRMS in kinds and SignalKind.UPSETS not in kinds
