"""Stories of a promise and what came after it, each with what a careful person would say of it.

The verdicts were written down before any of them was run; the first round in
tests/data/stories/first.jsonl, the second, after the mending that the first led to, in
second.jsonl. A story names a promise by a part of its sentence, then its state, then the number
of the mail that is the evidence.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fakes import raw_mail
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.hours import office_hours
from promisekeeper.core.mail import Cursor, Page, Role
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.store.ledger import Ledger

STORIES = Path(__file__).parent.parent / "data" / "stories"
HOURS = office_hours(ZoneInfo("UTC"))
PEOPLE = {
    "a": "Ana Ortiz <ana@shop.example>",
    "b": "Ben Adler <ben@shop.example>",
    "c": "Carl Ebner <carl@client.example>",
    "d": "Dora Hahn <dora@client.example>",
    "g": "Gus Lind <gus@gmail.com>",
    "bounce": "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
}
RULES = IntakeRules(
    team=Team(
        agents=(
            Agent(name="Ana Ortiz", addresses=("ana@shop.example",), hours=HOURS),
            Agent(name="Ben Adler", addresses=("ben@shop.example",), hours=HOURS),
        ),
        own_domains=("shop.example",),
    ),
    defaults=FollowUpDefaults(),
    settling=SettlingPolicy(),
)
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def stories(name: str) -> list[dict[str, Any]]:
    lines = (STORIES / f"{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def message_id(number: int) -> str:
    return f"<{number}@mail.example>"


def a_mail(number: int, mail: list[Any]) -> tuple[Role, bytes]:
    who, at, text, *rest = mail
    options = rest[0] if rest else {}
    day, clock = at.split()
    is_ours = who in "ab"
    head = [
        f"From: {PEOPLE[who]}",
        f"To: {options.get('to') or (PEOPLE['c'] if is_ours else PEOPLE['a'])}",
        f"Date: {day} Nov 2026 {clock}:00 +0000",
        f"Message-ID: {message_id(number)}",
        f"Subject: {options.get('subject') or ('Re: ' if number else '') + 'Your request'}",
        "MIME-Version: 1.0",
    ]
    is_alone = number == 0 or options.get("new") or options.get("norefs")
    if not is_alone:
        head.append(f"In-Reply-To: {message_id(options.get('re', number - 1))}")
        head.append(f"References: {message_id(options.get('re', 0))}")
    if options.get("auto"):
        head.append("Auto-Submitted: auto-replied")
    body = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    if options.get("att"):
        file = (
            "Content-Type: application/octet-stream\n"
            f"Content-Disposition: attachment; filename={options['att']}\n\nx\n"
        )
        kind = 'Content-Type: multipart/mixed; boundary="b"'
        body = f"{kind}\n\n--b\n{body}--b\n{file}--b--\n"
    raw = "\n".join([*head, body]).encode()
    return (Role.SENT if is_ours else Role.INBOX), raw


def verdicts(story: dict[str, Any], *, is_backwards: bool = False) -> list[Promise]:
    with Ledger(":memory:") as ledger:
        mails = list(enumerate(story["mails"]))
        for number, mail in reversed(mails) if is_backwards else mails:
            role, raw = a_mail(number, mail)
            page = Page(
                mails=(raw_mail(raw),), cursor=Cursor(validity=1, position=1), has_more=False
            )
            take_in(page, folder=role, role=role, store=ledger, rules=RULES, now=NOW)
        return list(ledger.promises(PromiseQuery()))


def found(story: dict[str, Any]) -> list[list[Any]]:
    """What we say of the promises that a story names, in its own form."""
    promises = verdicts(story)
    said: list[list[Any]] = []
    for part, *_ in story["gold"]:
        named = [one for one in promises if part in one.words and not one.same_as]
        if not named:
            said.append([part, "no such promise", None])
            continue
        one = named[0]
        evidence = one.evidence.message_id if one.evidence else ""
        number = int(evidence[1:].partition("@")[0]) if evidence else None
        said.append([part, one.state.value, number])
    return said


@pytest.mark.parametrize(
    "story", [pytest.param(one, id=one["id"]) for one in [*stories("first"), *stories("second")]]
)
def test_a_story_ends_as_a_careful_person_would_say(story: dict[str, Any]) -> None:
    # What is known to be missed is missed on the safe side, and named as such.
    assert found(story) == story.get("missed", story["gold"])


def asked(promise: Promise) -> list[Any]:
    state = promise.proposed_state or ("kept" if promise.is_maybe_kept else None)
    number = int(promise.hint.message_id[1:].partition("@")[0]) if promise.hint else None
    return [state, number]


@pytest.mark.parametrize("is_backwards", [False, True], ids=["in order", "backwards"])
@pytest.mark.parametrize(
    "story", [pytest.param(one, id=one["id"]) for one in stories("first") if "asked" in one]
)
def test_what_a_second_address_says_is_asked(story: dict[str, Any], is_backwards: bool) -> None:
    (promise,) = verdicts(story, is_backwards=is_backwards)
    assert asked(promise) == story["asked"]


@pytest.mark.parametrize(
    "story", [pytest.param(one, id=one["id"]) for one in [*stories("first"), *stories("second")]]
)
def test_the_order_of_a_story_does_not_matter(story: dict[str, Any]) -> None:
    straight, backwards = (
        {one.key: replace(one, id=None) for one in verdicts(story, is_backwards=is_backwards)}
        for is_backwards in (False, True)
    )
    assert straight == backwards
