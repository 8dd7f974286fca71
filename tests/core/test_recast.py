"""Only the plainest promises are told in other words; all others are quoted."""

import pytest

from promisekeeper.core.recast import recast


@pytest.mark.parametrize(
    ("sentence", "time_words", "expected"),
    [
        pytest.param(
            "I'll send you the new invoice by Friday.",
            "by Friday",
            "send you the new invoice",
            id="a verb, what and when",
        ),
        pytest.param("We will review the draft.", "", "review the draft", id="no time"),
        pytest.param("I am going to call the carrier.", "", "call the carrier", id="going to"),
        pytest.param(
            "Sure, I\u2019ll look into the order tomorrow!",
            "tomorrow",
            "look into the order",
            id="an opening word and a curly apostrophe",
        ),
        pytest.param("Ok, I'll also call Jo today", "today", "call Jo", id="also"),
    ],
)
def test_plain_promise_is_recast(sentence: str, time_words: str, expected: str) -> None:
    assert recast(sentence, time_words) == expected


@pytest.mark.parametrize(
    ("sentence", "time_words"),
    [
        pytest.param("By Friday I'll send you the invoice.", "By Friday", id="time in front"),
        pytest.param("I'll send it by Friday, promised.", "by Friday", id="time in the middle"),
        pytest.param("I'll send it tomorrow.", "", id="time words that nobody has read"),
        pytest.param("I'll send it, but not the copy.", "", id="a but"),
        pytest.param("Once you send the log I'll check it.", "", id="a condition"),
        pytest.param("I'll check it once you send the log.", "", id="a condition behind"),
        pytest.param("I won't forget to call you.", "", id="a negation"),
        pytest.param("Dana will call you.", "", id="somebody else"),
        pytest.param("You'll have it soon.", "soon", id="an outcome"),
        pytest.param("Let me check and come back to you.", "", id="let me"),
        pytest.param("I'll be in touch.", "", id="be"),
        pytest.param("I'll get back to you on.", "", id="cut"),
        pytest.param("I'm going to the fair in Lyon.", "", id="no verb"),
        pytest.param('I\'ll send you the "blue" one.', "", id="quotation marks"),
        pytest.param("I'll see.", "", id="one word"),
        pytest.param("I'll ask him tomorrow.", "tomorrow", id="whom nobody knows"),
        pytest.param("I'll send " + "very " * 40 + "much.", "", id="too long"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_every_other_sentence_is_quoted(sentence: str, time_words: str) -> None:
    assert recast(sentence, time_words) == ""
