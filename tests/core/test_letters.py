"""Letters to our own side: headers, token, one frozen Message-ID."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from zoneinfo import ZoneInfo

import pytest

from builders import AGENT, FRIDAY, MONDAY, a_promise
from promisekeeper.core.letters import Reader, answers, own_letter, tagged_address, token_for
from promisekeeper.core.promise import Promise
from promisekeeper.core.records import Audience, Letter
from promisekeeper.core.telling import distance_text
from promisekeeper.core.texts import RenderedText

NOW = FRIDAY - timedelta(hours=3)
ANA = Reader(name="Ana", address=AGENT, zone=ZoneInfo("Europe/Berlin"))
TEXT = RenderedText(subject="Carl waits", text="Carl waits.\n", html="<p>Carl waits.</p>\n")


def a_reminder(*promises: Promise, key: str = "remind/1", text: RenderedText = TEXT) -> Letter:
    return own_letter(
        text,
        key=key,
        kind="reminder",
        sender="promises@shop.example",
        reader=ANA,
        now=NOW,
        promises=promises,
    )


def opened(letter: Letter) -> tuple[Message, str]:
    mail = message_from_bytes(letter.content)
    return mail, str(make_header(decode_header(mail["Subject"])))


def test_it_is_marked_as_automatic_and_has_no_customer_in_a_header() -> None:
    promise = a_promise(id=1)
    mail, _ = opened(a_reminder(promise))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "promisekeeper <promisekeeper.shop.example>"
    assert mail["To"] == "Ana <ana@shop.example>"
    for name, value in mail.items():
        if name != "Subject":
            assert promise.customer not in value


def test_it_has_a_plain_and_an_html_form() -> None:
    mail, _ = opened(a_reminder(a_promise(id=1)))
    assert mail.get_content_type() == "multipart/alternative"
    forms = [part.get_content_type() for part in mail.walk()]
    assert forms == ["multipart/alternative", "text/plain", "text/html"]


def test_without_html_it_is_plain() -> None:
    mail, _ = opened(a_reminder(text=RenderedText(subject="s", text="t\n")))
    assert mail.get_content_type() == "text/plain"


def test_one_letter_has_one_message_id_for_ever() -> None:
    first, again = a_reminder(a_promise(id=1)), a_reminder(a_promise(id=1))
    assert first == again
    assert first.audience is Audience.AGENT
    assert first.message_id in first.content.decode()


def test_another_step_is_another_letter_in_the_same_thread() -> None:
    first, second = a_reminder(a_promise(id=1)), a_reminder(a_promise(id=1), key="lapse/1")
    assert first.message_id != second.message_id
    assert opened(first)[0]["References"] == opened(second)[0]["References"]


def test_a_letter_about_several_hangs_from_each() -> None:
    one, two = a_promise(id=1), a_promise(id=2, key="promise-2")
    roots = [opened(a_reminder(promise))[0]["References"] for promise in (one, two)]
    assert opened(a_reminder(one, two))[0]["References"].split() == roots


def test_hostile_words_stay_words() -> None:
    hostile = RenderedText(subject="I'll send it\r\nBcc: x@evil.example", text="b\n")
    mail, subject = opened(a_reminder(text=hostile))
    assert mail["Bcc"] is None
    assert subject == "I'll send it Bcc: x@evil.example"


def test_answers_name_the_promise_where_there_are_several() -> None:
    one, two = a_promise(id=41), a_promise(id=42, key="promise-2")
    assert [answer.shown for answer in answers([one])][:2] == ["done", "move Tue 14:00"]
    assert answers([one, two], colleague="Joss")[3].shown == "#41 give Joss"
    assert "send" in [answer.verb for answer in answers([one], can_send=True)]


def test_a_token_follows_from_the_letters_key() -> None:
    promise = a_promise(id=1)
    first = token_for("key", reader=ANA, step="remind_agent", promises=[promise], now=NOW)
    again = token_for("key", reader=ANA, step="remind_agent", promises=[promise], now=NOW)
    assert first == again
    assert (first.agent, first.promise_keys) == (AGENT, (promise.key,))


@pytest.mark.parametrize(
    ("control", "expected"),
    [("p@shop.example", "p+pk-abc@shop.example"), (f"{'p' * 60}@shop.example", "")],
)
def test_a_token_in_an_address(control: str, expected: str) -> None:
    assert tagged_address(control, "pk-abc") == expected


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (timedelta(hours=3, minutes=20), "in 3 h 20 min"),
        (timedelta(days=2, hours=1, minutes=5), "in 2 d 1 h"),
        (timedelta(minutes=-90), "1 h 30 min late"),
        (timedelta(seconds=20), "now"),
    ],
)
def test_distance(gap: timedelta, text: str) -> None:
    assert distance_text(MONDAY + gap, MONDAY) == text
