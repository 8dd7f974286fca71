"""How a customer feels about what they were promised."""

from dataclasses import replace
from datetime import timedelta

from builders import CUSTOMER, MONDAY, THURSDAY, a_note, a_promise
from promisekeeper.core.mail import Role
from promisekeeper.core.mood import mood_of
from promisekeeper.core.records import MailNote, Signal, SignalKind

PROMISE = a_promise()
ANGRY = a_note(
    message_id="<angry@client.example>",
    role=Role.INBOX,
    sent_at=THURSDAY,
    sender=CUSTOMER,
    author="",
    signals=(
        Signal(kind=SignalKind.ASKS, sentence="Where is it?"),
        Signal(kind=SignalKind.UPSETS, sentence="This is unacceptable."),
    ),
)


def after(note: MailNote, hours: float, *kinds: SignalKind) -> MailNote:
    return replace(
        note,
        message_id=f"<{hours}@client.example>",
        sent_at=note.sent_at + timedelta(hours=hours),
        signals=tuple(Signal(kind=kind, sentence="It's here.") for kind in kinds),
    )


def test_the_last_angry_mail_is_told_with_its_words() -> None:
    mood = mood_of(PROMISE, [ANGRY, a_note()])
    assert mood is not None
    assert (mood.at, mood.sentence, mood.is_news) == (THURSDAY, "This is unacceptable.", True)
    assert mood.cues == ("This is unacceptable",)


def test_a_calm_customer_has_no_mood() -> None:
    assert mood_of(PROMISE, [a_note(), after(ANGRY, 1, SignalKind.ASKS)]) is None
    assert mood_of(replace(PROMISE, customer="milo@postbox.example"), [ANGRY]) is None


def test_a_mail_that_confirms_makes_up_for_it() -> None:
    assert mood_of(PROMISE, [after(ANGRY, 1, SignalKind.CONFIRMS), ANGRY]) is None
    assert mood_of(PROMISE, [after(ANGRY, -1, SignalKind.CONFIRMS), ANGRY]) is not None


def test_anger_before_the_promise_lasts_a_while_and_is_no_news() -> None:
    early = replace(ANGRY, sent_at=MONDAY - timedelta(days=13))
    mood = mood_of(PROMISE, [early])
    assert mood is not None
    assert not mood.is_news
    assert mood_of(PROMISE, [replace(early, sent_at=MONDAY - timedelta(days=15))]) is None
