"""Agents answer letters with a word: what happens, once, and to whom."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from answering import CONTROL, JOSS, LEAD, NOW, Desk, a_reply, quoted, text_of
from builders import AGENT, CUSTOMER, FRIDAY, a_batch, a_change, a_promise
from promisekeeper.core.drafts import DraftStage
from promisekeeper.core.mail import Cursor
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Audience, Batch, Round
from promisekeeper.core.tokens import TOKEN
from promisekeeper.store.ledger import Ledger


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Ledger(":memory:") as ledger:
        ledger.record(a_batch(a_promise(customer_name="Carl Ebner")))
        yield Desk(ledger)


def test_done_is_done_and_confirmed(desk: Desk) -> None:
    heard = desk.say("done, thanks!\n\nSent from my iPhone", desk.a_letter())
    assert heard.outcome == "done"
    assert desk.promise().state is State.KEPT
    event = desk.ledger.events("promise-1")[-1]
    assert (event.actor, event.action) == ("Ana Ortiz", "done")
    assert event.evidence is not None
    assert event.evidence.message_id == heard.message_id
    (letter,) = desk.letters("confirmation")
    assert letter.recipient == AGENT
    assert "Promise 1 to Carl Ebner is kept." in text_of(letter)


def test_the_confirmation_takes_it_back(desk: Desk) -> None:
    desk.say("done by phone", desk.a_letter())
    assert desk.say("undo", desk.last_text()).outcome == "done"
    assert desk.promise().state is State.OPEN
    # And the next confirmation takes that back, for nothing is ever final.
    assert "is as it was before" in desk.last_text()


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("not a promise", State.REJECTED),
        ("drop he bought elsewhere", State.RELEASED),
        ("move Tue 14:00", State.MOVED),
        ("snooze 1h", State.OPEN),
        ("give Joss", State.OPEN),
    ],
)
def test_every_word_is_followed_and_undone(desk: Desk, words: str, state: State) -> None:
    before = desk.promise()
    assert desk.say(words, desk.a_letter()).outcome == "done"
    assert desk.promise().state is state
    assert desk.promise() != before
    confirmation = text_of(desk.letters("confirmation")[-1])
    assert desk.say("undo", confirmation).outcome == "done"
    assert desk.promise() == before
    open_ones = desk.ledger.promises(PromiseQuery(states=frozenset({State.OPEN})))
    assert [one.id for one in open_ones] == [1]


def test_a_new_owner_is_told_and_may_answer(desk: Desk) -> None:
    desk.say("give Joss", desk.a_letter())
    (letter,) = desk.letters("given")
    assert letter.recipient == JOSS
    assert "Ana Ortiz has given you a promise to Carl Ebner" in text_of(letter)
    desk.say("done", text_of(letter), sender=JOSS)
    assert desk.promise().state is State.KEPT


def test_a_letter_about_several_is_answered_line_by_line(desk: Desk) -> None:
    other = desk.a_promise(key="two", words="I'll call you on Monday.")
    letter = desk.a_letter(desk.promise(), other)
    desk.say("#1 done\n#2 snooze 2h", letter)
    assert desk.promise(1).state is State.KEPT
    assert desk.promise(2).snoozed_until == NOW + timedelta(hours=2)
    assert "Done: 2 promises" in str(desk.letters()[-1].content)
    desk.say("undo", desk.last_text())
    assert desk.promise(1).state is State.OPEN
    assert desk.promise(2).snoozed_until is None


@pytest.mark.parametrize(
    ("words", "explained"),
    [
        pytest.param("done", "Say which you mean: #1, #2.", id="which"),
        pytest.param("#3 done", "does not speak of promise 3", id="another"),
        pytest.param("#1 done\n#1 snooze 2h", "Two lines are about the same promise", id="twice"),
        pytest.param("#1 done\n#2 move someday", "no single time to come", id="one is bad"),
    ],
)
def test_where_one_line_is_unclear_nothing_is_done(desk: Desk, words: str, explained: str) -> None:
    other = desk.a_promise(key="two", words="I'll call you on Monday.")
    heard = desk.say(words, desk.a_letter(desk.promise(), other))
    assert heard.outcome == "unclear"
    assert {one.state for one in desk.ledger.promises(PromiseQuery())} == {State.OPEN}
    assert explained in desk.last_text()


def test_what_is_not_understood_spends_nothing(desk: Desk) -> None:
    letter = desk.a_letter()
    assert desk.say("I'll see to it tomorrow.", letter).outcome == "unclear"
    assert desk.token_in(letter).used_at is None
    explanation = desk.last_text()
    assert "I'll see to it tomorrow." in explanation
    assert "    move Tue 14:00" in explanation
    assert desk.token_in(explanation) == desk.token_in(letter)
    assert desk.say("done", explanation).outcome == "done"


@pytest.mark.parametrize(
    ("words", "explained"),
    [
        ("done but not the invoice", "more than the one word"),
        ("snooze", "Say to when"),
        ("give Kim", "They are: Ana Ortiz, Joss Lind"),
        ("give Ana", "Ana Ortiz's already"),
        ("send", "no update for this promise"),
        ("hold", "no update for this promise"),
        ("undo", "Nobody has said anything"),
        ("", "no words of your own"),
    ],
)
def test_the_reason_is_explained(desk: Desk, words: str, explained: str) -> None:
    assert desk.say(words, desk.a_letter()).outcome == "unclear"
    assert explained in " ".join(desk.last_text().split())


def test_a_letter_is_answered_once(desk: Desk) -> None:
    letter = desk.a_letter()
    desk.say("done", letter)
    desk.say("undo", desk.last_text())
    assert desk.say("done", letter).outcome == "spent"
    assert desk.promise().state is State.OPEN
    assert "was answered before" in desk.last_text()
    # Whoever still means it has a new right to say so.
    assert desk.say("done", desk.last_text()).outcome == "done"


def test_the_same_mail_is_dealt_with_once(desk: Desk) -> None:
    letter = desk.a_letter()
    reply = a_reply(f"snooze 2h\n\n{quoted(letter)}", id="<same@shop.example>")
    assert [heard.outcome for heard in desk.hear(reply, reply)] == ["done"]
    assert desk.hear(reply) == []
    assert len(desk.letters("confirmation")) == 1


def test_the_cursor_moves_with_the_page(desk: Desk) -> None:
    desk.hear(a_reply("hello"), a_reply("hello"))
    assert desk.ledger.cursor("control/inbox") == Cursor(validity=1, position=2)


class NoPower(Exception):  # noqa: N818 - it is no error of ours
    """The machine stops."""


class LedgerThatStops(Ledger):
    """Stops where the page is stored, after its mails were dealt with."""

    def record(self, batch: Batch) -> tuple[Promise, ...]:
        raise NoPower


def test_a_crash_before_the_cursor_moved_does_nothing_twice(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.record(a_batch(a_promise()))
        letter = Desk(ledger).a_letter()
    reply = a_reply(f"done\n\n{quoted(letter)}")
    with LedgerThatStops(tmp_path / "ledger.db") as stopping, pytest.raises(NoPower):
        Desk(stopping).hear(reply)
    with Ledger(tmp_path / "ledger.db") as ledger:
        desk = Desk(ledger)
        assert desk.promise().state is State.KEPT
        assert ledger.cursor("control/inbox") is None
        assert desk.hear(reply) == []
        assert len(desk.letters("confirmation")) == 1
        actions = [event.action for event in ledger.events("promise-1")]
        assert actions.count("done") == 1


@pytest.mark.parametrize(
    ("outcome", "alter", "changes"),
    [
        pytest.param("no_token", lambda text: TOKEN.sub("", text), {}, id="no token"),
        pytest.param(
            "unknown_token",
            lambda text: TOKEN.sub(f"pk-{'a' * 16}-{'b' * 32}", text),
            {},
            id="a token that never was",
        ),
        pytest.param(
            "forged", lambda text: TOKEN.sub(rf"pk-\1-{'b' * 32}", text), {}, id="a wrong signature"
        ),
        pytest.param("wrong_sender", str, {"sender": f"Joss <{JOSS}>"}, id="another agent"),
        pytest.param("wrong_sender", str, {"sender": CUSTOMER}, id="a customer"),
        pytest.param("wrong_sender", str, {"sender": "ana@shop.example.evil"}, id="nearly Ana"),
    ],
)
def test_no_right_no_deed(
    desk: Desk, outcome: str, alter: Callable[[str], str], changes: dict[str, str]
) -> None:
    letter = desk.a_letter()
    assert desk.say("done", alter(letter), **changes).outcome == outcome
    assert desk.promise().state is State.OPEN
    assert desk.token_in(letter).used_at is None
    assert [answer.outcome for answer in desk.ledger.answers()] == [outcome]
    refusals = desk.letters("refusal")
    is_agent = "sender" not in changes or JOSS in changes["sender"]
    assert len(refusals) == is_agent
    assert all(one.recipient in (AGENT, JOSS) for one in refusals)
    assert all(TOKEN.search(text_of(one)) is None for one in refusals)


def test_an_answer_from_a_shared_address_is_told_to_the_agent_at_their_own(desk: Desk) -> None:
    desk.rules = replace(
        desk.rules, team=replace(desk.rules.team, shared_addresses=("support@shop.example",))
    )
    letter = desk.a_letter()
    for _ in range(3):
        said = desk.say("done", letter, sender="Support <support@shop.example>")
        assert said.outcome == "shared_sender"
    assert desk.promise().state is State.OPEN
    (refusal,) = desk.letters("refusal")
    assert refusal.recipient == AGENT
    assert "Answer from your own." in text_of(refusal)
    assert TOKEN.search(text_of(refusal)) is None
    # Their own right to answer is still good.
    assert desk.say("done", letter).outcome == "done"


def test_a_second_address_of_the_agent_is_the_agent(desk: Desk) -> None:
    assert desk.say("done", desk.a_letter(), sender="ana.ortiz@shop.example").outcome == "done"
    assert desk.letters("confirmation")[0].recipient == "ana.ortiz@shop.example"


def test_several_authors_are_nobody(desk: Desk) -> None:
    both = f"{AGENT}, {CUSTOMER}"
    assert desk.say("done", desk.a_letter(), sender=both).outcome == "automatic"
    twice = f"{AGENT}\r\nFrom: {CUSTOMER}"
    assert desk.say("done", desk.a_letter(), sender=twice).outcome == "automatic"
    assert desk.promise().state is State.OPEN


def test_our_own_server_must_vouch_where_it_reports(desk: Desk) -> None:
    desk.rules = replace(desk.rules, authserv_id="mx.shop.example")
    letter = desk.a_letter()
    passed = "Authentication-Results: mx.shop.example; dmarc=pass header.from=shop.example"
    foreign = passed.replace("mx.shop", "mx.evil")
    failed = passed.replace("pass", "fail")
    assert desk.say("done", letter).outcome == "not_authenticated"
    assert desk.say("done", letter, headers=foreign).outcome == "not_authenticated"
    assert desk.say("done", letter, headers=f"{failed}\r\n{passed}").outcome == "not_authenticated"
    assert desk.promise().state is State.OPEN
    assert desk.say("done", letter, headers=passed).outcome == "done"


def test_old_letters_are_not_answered(desk: Desk) -> None:
    letter = desk.a_letter()
    desk.now = NOW + timedelta(days=40)
    assert desk.say("done", letter).outcome == "expired"
    assert "too old" in desk.last_text()
    assert desk.say("done", desk.last_text()).outcome == "done"


def test_mail_of_last_month_is_history(desk: Desk) -> None:
    letter = desk.a_letter()
    reply = a_reply(f"done\n\n{quoted(letter)}", at=NOW - timedelta(days=31))
    assert [one.outcome for one in desk.hear(reply)] == ["old"]
    assert len(desk.letters()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Return-Path: <>",
        "Precedence: bulk",
        "List-Id: <staff.shop.example>",
        "X-Autoreply: yes",
        "X-Promisekeeper-Promise: promise-1",
        "X-Loop: promises@shop.example",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    ],
)
def test_machines_are_not_heeded_and_not_answered(desk: Desk, headers: str) -> None:
    letter = desk.a_letter()
    assert desk.say("done", letter, headers=headers).outcome == "automatic"
    assert desk.promise().state is State.OPEN
    assert len(desk.letters()) == 1


def test_our_own_letters_are_not_heeded(desk: Desk) -> None:
    letter = desk.a_letter()
    for sender in (CONTROL, "promises+x@shop.example"):
        assert desk.say("done", letter, sender=sender).outcome == "automatic"
    own_id = f"<pk.{'a' * 32}@shop.example>"
    assert desk.say("done", letter, id=own_id).outcome == "automatic"


def test_a_word_that_sounds_like_a_notice_is_a_persons_where_it_is_clear(desk: Desk) -> None:
    letter = desk.a_letter()
    subject = "Automatic reply: your promise"
    assert desk.say("I am out of office until Monday.", letter, subject=subject).outcome == (
        "automatic"
    )
    assert desk.say("done", letter, subject=subject).outcome == "done"


def test_refusals_come_once_an_hour(desk: Desk) -> None:
    for _ in range(5):
        desk.hear(a_reply("done"))
    assert len(desk.letters("refusal")) == 1
    desk.now = NOW + timedelta(hours=1, minutes=1)
    desk.hear(a_reply("done"))
    assert len(desk.letters("refusal")) == 2
    assert len(desk.ledger.answers()) == 6


def test_send_approves_the_stored_draft(desk: Desk) -> None:
    draft = desk.draft()
    assert desk.say("send", desk.a_letter(draft=draft)).outcome == "done"
    (stored,) = desk.ledger.drafts()
    assert stored.is_approved
    assert stored.digest == draft.digest
    assert "goes out as you saw it" in desk.last_text()
    assert desk.say("undo", desk.last_text()).outcome == "done"
    assert desk.ledger.drafts()[0].stage is DraftStage.DRAFTED


def test_send_of_another_text_brings_a_preview(desk: Desk) -> None:
    draft = desk.draft()
    letter = desk.a_letter(draft=draft)
    desk.ledger.close_round(Round(drafts=(replace(draft, body="Dear Carl, soon.\n"),)), NOW)
    assert desk.say("send", letter).outcome == "previewed"
    assert not desk.ledger.drafts()[0].is_approved
    preview = desk.last_text()
    assert "Dear Carl, soon." in preview
    assert desk.say("send", preview).outcome == "done"
    assert desk.ledger.drafts()[0].is_approved


@pytest.mark.parametrize(
    "words",
    ["send\nDear Carl, you get it on Tuesday.", "Send it", "send please", "send\n\nbut friendlier"],
)
def test_send_with_anything_else_sends_nothing(desk: Desk, words: str) -> None:
    draft = desk.draft()
    assert desk.say(words, desk.a_letter(draft=draft)).outcome == "unclear"
    assert desk.ledger.drafts() == (draft,)


def test_hold_vetoes(desk: Desk) -> None:
    draft = desk.draft(stage=DraftStage.ANNOUNCED, send_at=FRIDAY)
    assert desk.say("No, hold it! I'll call her.", desk.a_letter(draft=draft)).outcome == "done"
    assert desk.ledger.drafts()[0].stage is DraftStage.VETOED
    assert desk.promise().state is State.OPEN


def test_doubt_about_an_announced_update_holds_it(desk: Desk) -> None:
    draft = desk.draft(stage=DraftStage.ANNOUNCED, send_at=FRIDAY)
    letter = desk.a_letter(draft=draft)
    assert desk.say("Hm, I would rather call her myself.", letter).outcome == "unclear"
    assert desk.ledger.drafts()[0].stage is DraftStage.VETOED
    assert "To be safe I hold the update" in desk.last_text()
    assert desk.say("send", desk.last_text()).outcome == "done"
    assert desk.ledger.drafts()[0].is_approved


def test_undo_takes_back_only_what_was_confirmed(desk: Desk) -> None:
    desk.say("snooze 2h", desk.a_letter())
    confirmation = desk.last_text()
    desk.now += timedelta(minutes=1)
    desk.say("give Joss", desk.a_letter())
    assert desk.say("undo", confirmation).outcome == "unclear"
    assert "Something else has been said" in desk.last_text()
    assert desk.promise().owner_address == JOSS


def test_an_answer_about_a_moved_promise_is_about_the_one_that_took_over(desk: Desk) -> None:
    old_letter = desk.a_letter()
    desk.say("move Tue 14:00", desk.a_letter())
    desk.say("#1 done", old_letter)
    assert [desk.promise(1).state, desk.promise(2).state] == [State.MOVED, State.KEPT]


def test_what_mail_has_settled_meanwhile_is_explained(desk: Desk) -> None:
    letter = desk.a_letter()
    desk.ledger.change(a_change(desk.promise()))
    assert desk.say("snooze 2h", letter).outcome == "unclear"
    assert "It is kept already" in desk.last_text()
    assert desk.say("undo", letter).outcome == "done"
    assert desk.promise().state is State.OPEN


def test_the_token_may_stand_in_the_address_or_the_subject(desk: Desk) -> None:
    shown = [TOKEN.search(desk.a_letter()) for _ in range(2)]
    tokens = [found[0] for found in shown if found]
    heard = desk.hear(
        a_reply("snooze 2h", to=f"promises+{tokens[0]}@shop.example"),
        a_reply("snooze 3h", subject=f"Re: x {tokens[1]}"),
    )
    assert [one.outcome for one in heard] == ["done", "done"]


def test_a_token_that_was_wrapped_is_read(desk: Desk) -> None:
    letter = desk.a_letter()
    shown = TOKEN.search(letter)
    assert shown is not None
    broken = shown[0].replace("-", "-\n> ")
    (heard,) = desk.hear(a_reply(f"done\n\n> hello\n> {broken}"))
    assert heard.outcome == "done"


def test_in_a_shared_folder_only_control_mail_is_looked_at(desk: Desk) -> None:
    letter = desk.a_letter()
    elsewhere = a_reply(f"done\n\n{quoted(letter)}", to="support@shop.example")
    assert desk.hear(elsewhere, is_shared=True) == []
    delivered = a_reply(
        f"done\n\n{quoted(letter)}",
        to="team@shop.example",
        headers="Delivered-To: promises@shop.example",
    )
    assert [one.outcome for one in desk.hear(delivered, is_shared=True)] == ["done"]
    assert desk.ledger.cursor("control/inbox") is None


def test_a_mail_that_cannot_be_read_is_set_aside_and_the_next_is_read(desk: Desk) -> None:
    letter = desk.a_letter()
    good = a_reply(f"done\n\n{quoted(letter)}")
    assert [one.outcome for one in desk.hear(b"\r\n\r\nno header", good)] == ["done"]
    assert len(desk.ledger.quarantine()) == 1


def bounce(letter_id: str, to: str = AGENT) -> bytes:
    text = (
        "A message that you sent could not be delivered to one or more of its recipients.\n"
        f"This is a permanent error. The following address(es) failed:\n\n  {to}\n"
        f"    550 5.1.1 no such user\n\n------ This is a copy of the headers. ------\n\n"
        f"Message-ID: {letter_id}\n"
    )
    return a_reply(
        text,
        sender="Mail Delivery System <Mailer-Daemon@mx.shop.example>",
        subject="Mail delivery failed: returning message to sender",
        headers=f"Auto-Submitted: auto-replied\r\nX-Failed-Recipients: {to}\r\nReturn-Path: <>",
    )


def test_a_lead_is_told_once_that_an_agent_cannot_be_reached(desk: Desk) -> None:
    for _ in range(3):
        desk.a_letter()
    reports = [bounce(one.message_id) for one in desk.letters("reminder")]
    assert [heard.outcome for heard in desk.hear(*reports)] == ["bounced"] * 3
    (alert,) = desk.letters("unreachable")
    assert alert.recipient == LEAD
    assert "Ana Ortiz (ana@shop.example) comes back" in " ".join(text_of(alert).split())
    actions = [event.action for event in desk.ledger.events("promise-1")]
    assert actions.count("letter came back") == 3
    assert desk.say("done", text_of(alert), sender=LEAD).outcome == "done"


def test_only_what_was_sent_can_come_back(desk: Desk) -> None:
    desk.a_letter()
    (letter,) = desk.letters("reminder")
    never = f"<pk.{'a' * 32}@shop.example>"
    assert [one.outcome for one in desk.hear(bounce(never))] == ["automatic"]
    assert [one.outcome for one in desk.hear(bounce(letter.message_id, to=JOSS))] == ["automatic"]
    assert desk.letters("unreachable") == []


def test_nobody_outside_is_ever_written_to(desk: Desk) -> None:
    letter = desk.a_letter()
    for sender in (CUSTOMER, "eve@evil.example", "support@shop.example"):
        desk.say("done", letter, sender=sender)
        desk.hear(a_reply("hello?", sender=sender))
    assert {one.recipient for one in desk.letters()} == {AGENT}
    assert {one.audience for one in desk.letters()} == {Audience.AGENT}
    assert all(one.sender == CONTROL for one in desk.letters())
