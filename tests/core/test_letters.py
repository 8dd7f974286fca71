"""The reminder that an agent reads."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from zoneinfo import ZoneInfo

import pytest

from builders import FRIDAY, MONDAY, a_deadline, a_promise
from promisekeeper.core.hours import office_hours
from promisekeeper.core.ladder import Action, ActionKind
from promisekeeper.core.letters import reminder
from promisekeeper.core.promise import DeadlineKind, Promise
from promisekeeper.core.records import Audience, Letter
from promisekeeper.core.telling import distance_text

HOURS = office_hours(ZoneInfo("Europe/Berlin"))
NOW = FRIDAY - timedelta(hours=3)


def a_reminder(promise: Promise) -> Letter:
    action = Action(kind=ActionKind.REMIND_AGENT, promise=promise)
    return reminder(action, sender="promises@shop.example", now=NOW, hours=HOURS)


def opened(letter: Letter) -> tuple[Message, str, str]:
    mail = message_from_bytes(letter.content)
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return mail, str(make_header(decode_header(mail["Subject"]))), payload.decode()


def test_it_says_who_what_and_when_in_the_agents_zone() -> None:
    mail, subject, text = opened(a_reminder(a_promise(id=41, customer_name="Carl Ebner")))
    assert subject.startswith("[promise 41] Carl Ebner, Fri 20 Nov 18:00 (in 3 h): I'll send")
    assert "I'll send you the new invoice by Friday." in text
    assert 'Due Fri 20 Nov 18:00 CET (in 3 h), as you wrote: "by Friday".' in text
    assert "promisekeeper done 41" in text
    assert mail["To"] == "Ana <ana@shop.example>"


def test_it_is_marked_as_automatic_and_has_no_customer_in_a_header() -> None:
    promise = a_promise(id=1)
    mail, _, _ = opened(a_reminder(promise))
    assert mail["Auto-Submitted"] == "auto-generated"
    for name, value in mail.items():
        if name != "Subject":
            assert promise.customer not in value


def test_one_letter_has_one_message_id_for_ever() -> None:
    first, again = a_reminder(a_promise(id=1)), a_reminder(a_promise(id=1))
    assert first == again
    assert first.audience is Audience.AGENT
    assert first.message_id in first.content.decode()


def test_another_deadline_is_another_letter_in_the_same_thread() -> None:
    first = a_reminder(a_promise(id=1))
    second = a_reminder(a_promise(id=1, due_at=FRIDAY + timedelta(days=7)))
    assert first.dedupe_key != second.dedupe_key
    assert first.message_id != second.message_id
    assert opened(first)[0]["References"] == opened(second)[0]["References"]


@pytest.mark.parametrize(
    ("promise", "line"),
    [
        pytest.param(
            a_promise(deadline=a_deadline(kind=DeadlineKind.NONE, words="")),
            "by default: you named no time.",
            id="undated",
        ),
        pytest.param(
            a_promise(deadline=a_deadline(kind=DeadlineKind.VAGUE, words="shortly")),
            'by default: "shortly" names no instant.',
            id="vague",
        ),
        pytest.param(
            a_promise(is_maybe_kept=True),
            "You wrote to them since then",
            id="perhaps answered already",
        ),
    ],
)
def test_it_says_what_is_not_known(promise: Promise, line: str) -> None:
    assert line in opened(a_reminder(promise))[2]


def test_hostile_words_stay_words() -> None:
    words = "I'll send it\r\nBcc: x@evil.example by Friday."
    mail, _, text = opened(a_reminder(a_promise(id=1, words=words, customer_name="\x1b[2J Eve")))
    assert mail["Bcc"] is None
    assert "\x1b" not in text


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
