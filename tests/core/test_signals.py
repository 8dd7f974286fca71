"""Which sentences count as evidence, and for what."""

import pytest

from builders import MONDAY, a_note
from promisekeeper.core.language import read_sentence
from promisekeeper.core.mail import Role
from promisekeeper.core.matter import Deed, promised_deeds, reported_deeds, stems
from promisekeeper.core.message import Address, Message
from promisekeeper.core.records import Signal, SignalKind
from promisekeeper.core.signals import bounced_addresses, customer_signals, meets, signals_of


def kinds_of(sentence: str) -> list[SignalKind]:
    reading = read_sentence(sentence, previous="", following="", subject="", team=())
    return [signal.kind for signal in signals_of([(sentence, reading)])]


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("It's on the truck!", ["delivers"]),
        ("Wheels were collected at noon.", ["delivers"]),
        ("Hi Ines - the bike's in your bay.", ["delivers"]),
        ("Good to speak to you just now.", ["delivers"]),
        ("Your refund of £45 has gone through.", ["delivers"]),
        ("You're back in.", ["delivers"]),
        ("The service comes to £96.", ["answers"]),
        ("Yes, in both sizes.", ["answers"]),
        ("The supplier says the colour is out of print.", ["answers"]),
        ("We trued the wheel.", ["states"]),
        ("I'm still chasing the supplier.", ["holds"]),
        ("No word from the maker.", ["holds"]),
        ("Whether it is covered I cannot say.", ["holds"]),
        ("I won't be able to come after all.", ["withdraws"]),
        ("He's picking it up today between 2 and 4.", ["promises"]),
        ("It will be sent on Friday.", ["promises"]),
        ("The chart is attached and I'll call you tomorrow.", ["promises", "delivers"]),
        ("Did it arrive?", ["asks"]),
        ("Thanks for the photos.", []),
        ("If it was sent, you would see it.", []),
        ("It hasn't been sent.", []),
        ("Have a wonderful tour.", []),
    ],
)
def test_what_the_team_says(sentence: str, kinds: list[str]) -> None:
    assert kinds_of(sentence) == kinds


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Never mind, I found one in town.", "releases"),
        ("No need to ask them any more.", "releases"),
        ("Please don't bother looking.", "releases"),
        ("We no longer need the quote.", "releases"),
        ("All sorted now, thanks!", "releases"),
        ("It's here!", "confirms"),
        ("The parcel arrived this morning, thank you.", "confirms"),
        ("Got it.", "confirms"),
        ("$148 is fine, book it.", "agrees"),
        ("My number is 0171 555.", "supplies"),
        ("Log attached.", "supplies"),
        ("Nothing arrived on Saturday.", None),
        ("I have not got it.", None),
        ("Has it arrived?", "asks"),
        ("Ok, thanks.", None),
        ("No bother, I'll come by tomorrow.", None),
        ("Take the time it needs.", None),
    ],
)
def test_what_a_customer_says(sentence: str, kind: str | None) -> None:
    assert [signal.kind for signal in customer_signals([sentence])] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("condition", "sentence", "has_attachment", "is_met"),
    [
        ("once you send me the log", "", True, True),
        ("once you send me the serial number", "The serial number is CT36.", False, True),
        ("once you OK that", "Fine by me, go ahead.", False, True),
        ("if it leaks again", "Fine by me, go ahead.", False, False),
        ("if it leaks again", "", True, False),
        ("once you send me the log", "I have paid the bill.", False, False),
    ],
)
def test_whether_a_condition_is_met(
    condition: str, sentence: str, has_attachment: bool, is_met: bool
) -> None:
    kinds = customer_signals([sentence]) if sentence else ()
    note = a_note(role=Role.INBOX, signals=kinds, has_attachment=has_attachment)
    assert meets(condition, note) is is_met


def a_report(text: str, sender: str = "mailer-daemon@mx.example") -> Message:
    return Message(
        message_id="<report@mx.example>",
        sent_at=MONDAY,
        sender=Address(address=sender),
        to=(Address(address="ana@shop.example"),),
        subject="Mail delivery",
        text=text,
    )


@pytest.mark.parametrize(
    ("message", "lost"),
    [
        pytest.param(
            a_report("could not be delivered to <carl@client.example>: 550 user unknown"),
            ("carl@client.example",),
            id="for good",
        ),
        pytest.param(
            a_report("has not yet been delivered to carl@client.example, delayed"), (), id="late"
        ),
        pytest.param(
            a_report("your note to eve@x.example could not be delivered", "carl@client.example"),
            (),
            id="a person who says so",
        ),
    ],
)
def test_bounces(message: Message, lost: tuple[str, ...]) -> None:
    assert bounced_addresses(message) == lost


def test_a_promise_of_a_call_is_not_what_the_call_is_about() -> None:
    words = "I'll ring you tomorrow to arrange collecting the pack."
    assert promised_deeds(words) == {Deed.CALL}


def test_what_is_wished_for_is_not_done() -> None:
    assert reported_deeds("The parcel should be sent by now.") == frozenset()
    assert Deed.SHIP in reported_deeds("The parcel was sent, and the rest will be sent on Friday.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refunds", "refunded"),
        ("quotation", "quote"),
        ("built", "building"),
        ("brought", "bringing"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert stems(one) == stems(other) != frozenset()


def test_a_mail_keeps_few_sentences() -> None:
    sentences = ["It was sent."] * 100
    reading = read_sentence("It was sent.", previous="", following="", subject="", team=())
    kept = signals_of((sentence, reading) for sentence in sentences)
    assert len(kept) == 16
    assert kept[0] == Signal(kind=SignalKind.DELIVERS, sentence="It was sent.")
