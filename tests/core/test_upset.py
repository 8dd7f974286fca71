"""Customers who sound upset, and those who only use similar words."""

import time

import pytest

from promisekeeper.core.sentences import split_sentences
from promisekeeper.core.upset import cue_words, upset_sentences

UPSET = [
    "This is the third time I am writing about the same invoice.",
    "I have asked you four times now and got no answer.",
    "This is simply unacceptable. I want to speak to your manager.",
    "I'm very disappointed with how this was handled.",
    "Still no refund. You promised it by Monday.",
    "I am still waiting for the replacement. Nobody has called me.",
    "Please refund my money immediately.",
    "If I don't hear from you today I will cancel my order and go elsewhere.",
    "WHERE IS MY PARCEL? I have been waiting for three weeks!",
    "Your service is terrible and I will never order from you again.",
    "I have had enough of your excuses.",
    "I am fed up with this.",
    "What a joke. Two weeks and nothing has happened.",
    "You will be hearing from my solicitor.",
    "I'm done. I am filing a chargeback with my bank.",
    "How many times do I have to explain this?",
    "Nobody answers the phone, nobody replies to my emails.",
    "I'm losing patience with your company.",
    "This is ridiculous, I took a day off work for nothing.",
    "I expect a reply by noon. This is my second email.",
    "You have wasted my time, and I feel ignored. I've heard nothing for a week.",
    "Worst customer service I've ever dealt with.",
    "I want my money back, and I am not happy.",
    "Absolutely livid!",
    "My complaint has been ignored for the fourth time.",
    "I'll be leaving a one-star review and reporting you to Trading Standards.",
    "We are extremely frustrated with the constant delays.",
    "You said Tuesday, it is now Friday. Nobody called.",
    "Once again you sent the wrong size and no apology.",
    "How much longer do I have to wait?? It's been a month!!",
]
CALM = [
    "Sorry for the trouble, and thank you for your help.",
    "No hurry at all, whenever you get to it.",
    "Thank you!!! It arrived today and it's PERFECT!!!",
    "Could you tell me when the refund will arrive?",
    "Please cancel my order 4711, I ordered the wrong size.",
    "This is the third time I order from you, and I love it.",
    "I am not angry, I'd just like to know.",
    "I was furious at first, but now it works, thanks to Dana.",
    "My lawyer needs a copy of the contract, could you send it?",
    "Is it possible to get my money back if it does not fit?",
    "I'm still waiting for my colleague to confirm the date.",
    "Sorry, I missed your call yesterday.",
    "The second email in this thread has the serial number.",
    "Let me know if you let me change the address.",
    "The battery is useless in winter, is there a warmer cover for it?",
    "No problem, take your time.",
    "I will call you on Thursday if I don't hear from you.",
    "PLEASE NOTE: OUR OFFICE HAS MOVED TO 12 QUAY STREET.",
    "Do you ship to Norway? And how long do I have to wait for it?",
    "Nobody else sells this colour, so I'm glad I found you.",
    "I'd like to cancel the Thursday appointment and come on Friday.",
    "What happens if I can't pick it up on Saturday?",
    "I'm afraid the lid was broken when it came. Could you send another?",
    "I never received the invoice. Could you send it again?",
    "Is there any news about the display?",
    "It has not arrived yet. When can I expect it?",
    "A friend gave you a five star review, so here I am.",
    "We are very happy with the service so far.",
    "My bad, I gave you the wrong number, I'm so annoyed with myself. Sorry for that!",
    "Please call the bank's hotline for me? Just kidding. Thanks!",
]


def heard(text: str) -> tuple[str, ...]:
    return upset_sentences(sentence.text for sentence in split_sentences(text))


@pytest.mark.parametrize("text", UPSET)
def test_upset(text: str) -> None:
    assert heard(text)


@pytest.mark.parametrize("text", CALM)
def test_calm(text: str) -> None:
    assert heard(text) == ()


def test_the_cues_are_the_customers_own_words() -> None:
    text = "Hello. This is the third time I ask. It's unacceptable!"
    found = heard(text)
    assert set(found) == {"This is the third time I ask.", "It's unacceptable!"}
    assert set(cue_words(found)) == {"the third time", "It is unacceptable"}


def test_one_mild_word_is_not_enough() -> None:
    assert heard("I asked before, I think.") == ()
    assert heard("I asked before, and nobody replied.") != ()


def test_loud_marks_count_once() -> None:
    assert heard("Is it blue?? Is it green?? When can I have it??") == ()


@pytest.mark.parametrize(
    "text", ["still " * 5_000, "nobody has " * 3_000, "i am " * 5_000, "!" * 9_000]
)
def test_hostile_text_is_read_in_little_time(text: str) -> None:
    started = time.process_time()
    upset_sentences([text] * 100)
    assert time.process_time() - started < 5
