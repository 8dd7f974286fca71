"""A status update from draft to mailbox, and every way in which it must not go."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from builders import (
    AGENT,
    CUSTOMER,
    FRIDAY,
    MONDAY,
    SENT_FOLDER,
    THURSDAY,
    a_batch,
    a_change,
    a_cursor,
    a_note,
    a_promise,
)
from fakes import FakePostman, a_mail_text, raw_mail
from promisekeeper.core.corrections import Voice, given, snoozed
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.letters import Reader
from promisekeeper.core.mail import Handed, Page, Role
from promisekeeper.core.promise import Certainty, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Audience, OutboxLetter, Round, Stage
from promisekeeper.core.texts import RenderedText
from promisekeeper.errors import TemplateError
from promisekeeper.flows.deeds import approved, held, store_deed
from promisekeeper.flows.delivery import Delivered, Dispatch, deliver, resolve_doubts
from promisekeeper.flows.draftwork import edited_draft
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.updatefate import fate_of_update, recheck_update
from promisekeeper.flows.updaterules import UpdateRules, event_of
from promisekeeper.flows.updates import announce_updates, draft_updates, make_draft, release_updates
from promisekeeper.store.ledger import Ledger
from updating import AUTO, INBOX_FOLDER, PROMISE, RULES, WROTE

NOON = THURSDAY + timedelta(hours=1)
ANA = Voice(actor="Ana", now=NOON)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as opened:
        for folder in RULES.folders:
            opened.record(a_batch(folder=folder, cursor=a_cursor()))
        opened.record(a_batch(PROMISE, notes=(WROTE,)))
        yield opened


def rounds(ledger: Ledger, rules: UpdateRules, now: datetime) -> None:
    draft_updates(ledger, rules, now)
    announce_updates(ledger, rules, now)
    release_updates(ledger, rules, now)


def send(
    ledger: Ledger, postman: FakePostman, now: datetime, rules: UpdateRules | None = RULES
) -> Delivered:
    return deliver(ledger, postman, clock=lambda: now, dispatch=dispatch(ledger, rules))


def dispatch(ledger: Ledger, rules: UpdateRules | None = RULES) -> Dispatch:
    def recheck(entry: OutboxLetter, now: datetime) -> object:
        return recheck_update(entry, ledger, rules, now)

    def consequences(entry: OutboxLetter, stage: Stage, now: datetime, note: str) -> Round:
        return fate_of_update(entry, stage, now, note, store=ledger, rules=rules)

    return Dispatch(recheck=recheck, consequences=consequences)  # type: ignore[arg-type]


def read_all(ledger: Ledger, at: datetime) -> None:
    for folder in RULES.folders:
        ledger.note_read(folder, at)


def the_draft(ledger: Ledger) -> Draft:
    (draft,) = ledger.drafts()
    return draft


def approve(ledger: Ledger, now: datetime = NOON) -> None:
    draft = the_draft(ledger)
    store_deed(ledger, approved(draft, PROMISE, replace(ANA, now=now)), now)


def to_customer(ledger: Ledger) -> tuple[OutboxLetter, ...]:
    return tuple(one for one in ledger.letters() if one.letter.audience is Audience.CUSTOMER)


def to_agent(ledger: Ledger) -> list[str]:
    return [one.letter.kind for one in ledger.letters() if one.letter.audience is Audience.AGENT]


def promises(ledger: Ledger) -> tuple[Promise, ...]:
    return ledger.promises(PromiseQuery())


def test_nothing_is_drafted_too_early(ledger: Ledger) -> None:
    assert draft_updates(ledger, RULES, THURSDAY - timedelta(seconds=1)).drafts == ()
    assert draft_updates(ledger, RULES, THURSDAY).drafts != ()


def test_draft_says_what_is_known_and_no_more(ledger: Ledger) -> None:
    rounds(ledger, RULES, THURSDAY)
    draft = the_draft(ledger)
    assert draft.stage is DraftStage.DRAFTED
    assert draft.subject == "Re: Your invoice"
    assert draft.body == (
        "Dear Carl Ebner,\n"
        "\n"
        'Thank you for your patience with "Your invoice".\n'
        "\n"
        "I promised to send you the new invoice by Friday 20 November. It is not done yet, and I"
        " have not forgotten it. You will hear from me by then.\n"
        "\n"
        "Kind regards,\n"
        "Ana Ortiz\n"
        "The Shop\n"
    )
    assert ledger.letters() == ()


def test_draft_is_made_once_for_each_deadline(ledger: Ledger) -> None:
    for hours in range(5):
        rounds(ledger, RULES, THURSDAY + timedelta(hours=hours))
    assert len(ledger.drafts()) == 1


def test_after_the_deadline_another_is_drafted_with_an_apology(ledger: Ledger) -> None:
    rounds(ledger, RULES, THURSDAY)
    for hours in range(0, 60, 6):
        rounds(ledger, RULES, FRIDAY + timedelta(hours=hours))
    before, after = ledger.drafts()
    assert (before.stage, after.stage) == (DraftStage.DROPPED, DraftStage.DRAFTED)
    assert "I am sorry" in after.body


def test_who_said_no_is_not_asked_again(ledger: Ledger) -> None:
    rounds(ledger, RULES, THURSDAY)
    store_deed(ledger, held(the_draft(ledger), PROMISE, ANA), NOON)
    rounds(ledger, RULES, FRIDAY + timedelta(hours=30))
    assert len(ledger.drafts()) == 1


def test_two_promises_to_one_customer_are_one_mail(ledger: Ledger) -> None:
    ledger.record(a_batch(replace(PROMISE, key="other", message_id="<2@shop.example>")))
    for hours in range(5):
        rounds(ledger, RULES, THURSDAY + timedelta(hours=hours))
    assert len(ledger.drafts()) == 1


@pytest.mark.parametrize("now", [FRIDAY, FRIDAY + timedelta(days=3)])
def test_after_the_deadline_nothing_is_drafted_without_an_apology(
    ledger: Ledger, now: datetime
) -> None:
    draft_updates(ledger, RULES, now)
    body = the_draft(ledger).body
    assert "I did not keep to that, and I am sorry about it." in body
    assert "You will hear" not in body


def test_upset_customer_reads_no_cheer(ledger: Ledger) -> None:
    draft_updates(ledger, replace(AUTO, is_upset=lambda promise, notes: True), THURSDAY)
    draft = the_draft(ledger)
    assert "Thank you" not in draft.body
    assert 'I am sorry that you are still waiting in the matter of "Your invoice".' in draft.body
    assert not draft.is_auto


def test_only_a_date_that_somebody_chose_is_told(ledger: Ledger) -> None:
    monday = FRIDAY + timedelta(days=3)
    draft = make_draft(
        PROMISE, notes=[WROTE], rules=RULES, now=THURSDAY, new_due_at=monday - timedelta(hours=3)
    )
    assert "My new date for it is Monday 23 November, 14:00 (UTC)." in draft.body
    assert "You will hear from me" not in draft.body


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("en", "Monday 23 November, 06:00, your time (UTC-8)"),
        ("de", "Montag, 23. November, 06:00 Uhr, Ihre Zeit (UTC-8)"),
        ("fr", "lundi 23 novembre, 06\xa0h\xa000, votre heure (UTC-8)"),
    ],
)
def test_customers_read_dates_by_their_own_clock(language: str, date: str) -> None:
    asked = a_note(role=Role.INBOX, sent_at=MONDAY.astimezone(timezone(timedelta(hours=-8))))
    draft = make_draft(
        PROMISE,
        notes=[asked, WROTE],
        rules=replace(RULES, language=language),
        now=THURSDAY,
        new_due_at=FRIDAY + timedelta(days=3) - timedelta(hours=3),
    )
    assert date in draft.body


@pytest.mark.parametrize("language", ["de", "fr"])
def test_other_languages_quote_the_sentence(ledger: Ledger, language: str) -> None:
    draft_updates(ledger, replace(RULES, language=language), THURSDAY)
    draft = the_draft(ledger)
    assert PROMISE.words in draft.body
    assert "promised" not in draft.body
    assert "Carl Ebner" in draft.body


@pytest.mark.parametrize("customer", ["", "joss@shop.example"])
def test_no_update_to_nobody_or_to_us(ledger: Ledger, customer: str) -> None:
    ledger.record(a_batch(a_promise(key="other", customer=customer)))
    draft_updates(ledger, RULES, THURSDAY)
    assert [draft.promise_key for draft in ledger.drafts()] == [PROMISE.key]


def test_no_update_in_a_strangers_name(ledger: Ledger) -> None:
    stranger = a_promise(
        key="other", customer="milo@postbox.example", owner_address="eve@evil.example"
    )
    ledger.record(a_batch(stranger))
    draft_updates(ledger, RULES, THURSDAY)
    assert [draft.promise_key for draft in ledger.drafts()] == [PROMISE.key]


def test_no_update_where_mail_came_back_from(ledger: Ledger) -> None:
    ledger.close_round(Round(suppressed=((CUSTOMER, "mail came back"),)), MONDAY)
    assert draft_updates(ledger, RULES, THURSDAY).drafts == ()


def test_draft_alone_sends_nothing_ever(ledger: Ledger) -> None:
    postman = FakePostman()
    for hours in range(0, 200, 8):
        now = THURSDAY + timedelta(hours=hours)
        rounds(ledger, RULES, now)
        read_all(ledger, now)
        send(ledger, postman, now)
    assert postman.carried == []
    assert ledger.letters() == ()


def test_approved_update_is_sent_as_an_answer_in_the_conversation(ledger: Ledger) -> None:
    rounds(ledger, RULES, THURSDAY)
    approve(ledger)
    rounds(ledger, RULES, NOON)
    later = NOON + timedelta(minutes=2)
    read_all(ledger, later)
    postman = FakePostman()
    send(ledger, postman, later)
    (envelope,) = postman.carried
    assert (envelope.sender, envelope.recipient) == (AGENT, CUSTOMER)
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert mail["From"] == f"Ana Ortiz <{AGENT}>"
    assert mail["To"] == f"Carl Ebner <{CUSTOMER}>"
    assert mail["Subject"] == "Re: Your invoice"
    assert mail["In-Reply-To"] == mail["References"] == PROMISE.message_id
    assert mail["Auto-Submitted"] is None
    assert not [name for name in mail if name.lower().startswith("x-promisekeeper")]
    assert mail.get_content().replace("\r\n", "\n") == the_draft(ledger).body
    assert the_draft(ledger).stage is DraftStage.SENT
    assert to_agent(ledger) == []


def test_update_waits_until_both_folders_were_read_after_its_approval(ledger: Ledger) -> None:
    rounds(ledger, RULES, THURSDAY)
    read_all(ledger, NOON - timedelta(minutes=1))
    approve(ledger)
    rounds(ledger, RULES, NOON)
    postman = FakePostman()
    for seconds in (0, 60, 120):
        send(ledger, postman, NOON + timedelta(seconds=seconds))
    (entry,) = ledger.letters()
    assert (postman.carried, entry.stage) == ([], Stage.QUEUED)
    assert "not read since" in entry.note
    ledger.note_read(SENT_FOLDER, NOON + timedelta(seconds=150))
    send(ledger, postman, NOON + timedelta(seconds=180))
    assert postman.carried == []
    ledger.note_read(INBOX_FOLDER, NOON + timedelta(seconds=190))
    send(ledger, postman, NOON + timedelta(seconds=240))
    assert len(postman.carried) == 1


def queued_update(ledger: Ledger) -> datetime:
    """An approved update in the outbox, free to go; returns when."""
    rounds(ledger, RULES, THURSDAY)
    approve(ledger)
    rounds(ledger, RULES, NOON)
    now = NOON + timedelta(minutes=2)
    read_all(ledger, now)
    return now


@pytest.mark.parametrize("role", list(Role))
def test_update_is_dropped_when_anybody_wrote_meanwhile(ledger: Ledger, role: Role) -> None:
    now = queued_update(ledger)
    # Even where its Date is older than the draft: what counts is what was known.
    late = a_note(message_id="<late@x>", role=role, sent_at=MONDAY, thread="<other@x>", signals=())
    ledger.record(a_batch(notes=(late,)))
    postman = FakePostman()
    send(ledger, postman, now)
    assert [envelope.recipient for envelope in postman.carried] == [AGENT]
    assert b"somebody wrote since the draft was made" in postman.carried[0].content
    assert [one.stage for one in to_customer(ledger)] == [Stage.DROPPED]
    assert the_draft(ledger).stage is DraftStage.DROPPED
    assert to_agent(ledger) == ["update_dropped"]


def test_update_is_dropped_when_the_promise_was_kept(ledger: Ledger) -> None:
    now = queued_update(ledger)
    ledger.change(a_change(PROMISE))
    postman = FakePostman()
    send(ledger, postman, now)
    assert [envelope.recipient for envelope in postman.carried] == [AGENT]
    assert the_draft(ledger).note == "the promise is kept meanwhile"


def test_veto_at_the_last_moment_counts(ledger: Ledger) -> None:
    now = queued_update(ledger)
    store_deed(ledger, held(the_draft(ledger), PROMISE, ANA), NOON)
    postman = FakePostman()
    send(ledger, postman, now)
    assert postman.carried == []
    assert [one.stage for one in to_customer(ledger)] == [Stage.DROPPED]
    assert the_draft(ledger).stage is DraftStage.VETOED


def test_switching_updates_off_stops_what_was_approved(ledger: Ledger) -> None:
    now = queued_update(ledger)
    postman = FakePostman()
    send(ledger, postman, now, rules=None)
    assert postman.carried == []
    assert [one.stage for one in to_customer(ledger)] == [Stage.DROPPED]


def test_edited_text_is_approved_by_nobody(ledger: Ledger) -> None:
    now = queued_update(ledger)
    changed = replace(the_draft(ledger), body="Pay at http://evil.example\n")
    ledger.close_round(Round(drafts=(changed,)), NOON)
    postman = FakePostman()
    rounds(ledger, RULES, now)
    send(ledger, postman, now)
    assert [one for one in postman.carried if one.recipient == CUSTOMER] == []


def test_approval_expires(ledger: Ledger) -> None:
    rounds(ledger, RULES, THURSDAY)
    approve(ledger)
    late = FRIDAY - timedelta(minutes=30)
    draft = replace(the_draft(ledger), expires_at=late)
    ledger.close_round(Round(drafts=(draft,)), NOON)
    rounds(ledger, RULES, late)
    assert the_draft(ledger).stage is DraftStage.DROPPED
    assert to_agent(ledger) == ["update_dropped"]


def test_new_date_in_an_update_is_tracked_once(ledger: Ledger) -> None:
    monday = FRIDAY + timedelta(days=3)
    draft = make_draft(PROMISE, notes=[WROTE], rules=RULES, now=THURSDAY, new_due_at=monday)
    ledger.close_round(Round(drafts=(draft,)), THURSDAY)
    approve(ledger)
    rounds(ledger, RULES, NOON)
    now = NOON + timedelta(minutes=2)
    read_all(ledger, now)
    postman = FakePostman()
    send(ledger, postman, now)
    old, new = sorted(promises(ledger), key=lambda one: one.id or 0)
    assert (old.state, old.moved_to, old.settled_at) == (State.MOVED, new.key, now)
    assert (new.state, new.deadline.due_at, new.moved_from) == (State.OPEN, monday, old.key)
    assert new.message_id == postman.carried[0].message_id
    # The copy that lies in Sent is our own letter: it brings nothing twice.
    page = Page(mails=(raw_mail(postman.carried[0].content),), cursor=a_cursor(2), has_more=False)
    taken = take_in(
        page, folder=SENT_FOLDER, role=Role.SENT, store=ledger, rules=RULES.intake, now=now
    )
    assert taken.promises == ()
    assert len(promises(ledger)) == 2
    # Weighing the customer's mails again takes nothing back.
    answer = a_mail_text(
        "Thank you, Monday is fine.",
        id="<answer@client.example>",
        sender=f"Carl Ebner <{CUSTOMER}>",
        to=AGENT,
        date="Thu, 19 Nov 2026 17:00:00 +0000",
        answers=new.message_id,
    )
    page = Page(mails=(raw_mail(answer),), cursor=a_cursor(3), has_more=False)
    take_in(page, folder=INBOX_FOLDER, role=Role.INBOX, store=ledger, rules=RULES.intake, now=now)
    states = [one.state for one in sorted(promises(ledger), key=lambda one: one.id or 0)]
    assert states == [State.MOVED, State.OPEN]


@pytest.mark.parametrize(
    ("is_found", "stage", "count"),
    [
        pytest.param(True, Stage.SENT, 2, id="found: the promise is tracked now"),
        pytest.param(False, Stage.HELD, 1, id="not found: held, and the agent is told"),
    ],
)
def test_update_whose_answer_was_lost(
    ledger: Ledger, is_found: bool, stage: Stage, count: int
) -> None:
    draft = make_draft(
        PROMISE, notes=[WROTE], rules=RULES, now=THURSDAY, new_due_at=FRIDAY + timedelta(days=3)
    )
    ledger.close_round(Round(drafts=(draft,)), THURSDAY)
    approve(ledger)
    rounds(ledger, RULES, NOON)
    now = NOON + timedelta(minutes=2)
    read_all(ledger, now)
    send(ledger, FakePostman([Handed.UNKNOWN]), now)
    assert len(promises(ledger)) == 1
    later = now + timedelta(minutes=10)
    for _ in range(2):
        resolve_doubts(
            ledger,
            lambda wanted: is_found,
            now=later,
            grace=timedelta(minutes=2),
            dispatch=dispatch(ledger),
        )
        rounds(ledger, RULES, later)
    assert [one.stage for one in to_customer(ledger)] == [stage]
    assert len(promises(ledger)) == count
    assert to_agent(ledger) == ([] if is_found else ["update_dropped"])


def test_update_that_the_server_refuses_is_told_to_the_agent(ledger: Ledger) -> None:
    now = queued_update(ledger)
    send(ledger, FakePostman([Handed.REFUSED]), now)
    assert the_draft(ledger).stage is DraftStage.DROPPED
    assert to_agent(ledger) == ["update_dropped"]
    assert promises(ledger)[0].state is State.OPEN


# By itself


def test_automatic_update_is_announced_two_working_hours_before(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    draft = the_draft(ledger)
    assert (draft.stage, draft.send_at) == (
        DraftStage.ANNOUNCED,
        datetime(2026, 11, 19, 17, tzinfo=UTC),
    )
    (entry,) = ledger.letters()
    assert (entry.letter.recipient, entry.letter.kind) == (AGENT, "update_announced")
    mail = message_from_bytes(entry.letter.content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "It is in hand. You will hear from a person by then." in text
    assert "hold" in text
    # No header of a control mail names a customer.
    assert all(CUSTOMER not in value for value in mail.values())
    token = ledger.token(text.strip().splitlines()[-1].split("-")[1])
    assert token is not None
    assert token.draft_digest == draft.digest


def test_automatic_update_goes_unless_vetoed(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    postman = FakePostman()
    read_all(ledger, THURSDAY)
    send(ledger, postman, THURSDAY, AUTO)
    assert [one.recipient for one in postman.carried] == [AGENT]
    # Announced on Thursday at 15:00, it leaves at 17:00.
    early = THURSDAY + timedelta(hours=2, seconds=-1)
    rounds(ledger, AUTO, early)
    assert to_customer(ledger) == ()
    at = THURSDAY + timedelta(hours=2)
    rounds(ledger, AUTO, at)
    read_all(ledger, at)
    send(ledger, postman, at, AUTO)
    mail = message_from_bytes(postman.carried[-1].content, policy=policy.default)
    assert (mail["To"], mail["Auto-Submitted"]) == (
        f"Carl Ebner <{CUSTOMER}>",
        "auto-generated",
    )
    assert promises(ledger)[0].state is State.OPEN
    for hours in range(3, 200):
        now = THURSDAY + timedelta(hours=hours)
        rounds(ledger, AUTO, now)
        read_all(ledger, now)
        send(ledger, postman, now, AUTO)
    assert len(to_customer(ledger)) == 1


def test_hold_vetoes_an_automatic_update(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    store_deed(ledger, held(the_draft(ledger), PROMISE, ANA), NOON)
    for hours in range(2, 100):
        now = THURSDAY + timedelta(hours=hours)
        rounds(ledger, AUTO, now)
        read_all(ledger, now)
        send(ledger, FakePostman(), now, AUTO)
    assert to_customer(ledger) == ()


def test_send_hastens_an_automatic_update(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    soon = THURSDAY + timedelta(minutes=5)
    approve(ledger, soon)
    rounds(ledger, AUTO, soon)
    assert len(to_customer(ledger)) == 1


@pytest.mark.parametrize(
    "promise",
    [
        pytest.param(replace(PROMISE, certainty=Certainty.LIKELY), id="not certain"),
        pytest.param(
            replace(PROMISE, deadline=replace(PROMISE.deadline, words="")), id="as before"
        ),
    ],
)
def test_only_certain_promises_are_updated_by_themselves(promise: Promise) -> None:
    draft = make_draft(promise, notes=[], rules=AUTO, now=THURSDAY)
    assert draft.is_auto is (promise.certainty is Certainty.CERTAIN)


def test_nothing_goes_by_itself_after_the_lapse(ledger: Ledger) -> None:
    for hours in range(0, 100, 4):
        now = FRIDAY + timedelta(hours=hours)
        rounds(ledger, AUTO, now)
        read_all(ledger, now)
        send(ledger, FakePostman(), now, AUTO)
    assert to_customer(ledger) == ()


def test_without_time_for_a_veto_a_person_must_send_it(ledger: Ledger) -> None:
    late = FRIDAY - timedelta(hours=1)
    rounds(ledger, AUTO, late)
    draft = the_draft(ledger)
    assert (draft.stage, draft.is_auto) == (DraftStage.DRAFTED, False)
    assert "a person" not in draft.body
    assert "You will hear from me by then." in draft.body


def test_announced_update_waits_for_a_person_when_auto_is_switched_back(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    for hours in range(2, 20):
        rounds(ledger, RULES, THURSDAY + timedelta(hours=hours))
    assert to_customer(ledger) == ()


def test_time_for_a_veto_counts_from_when_the_announcement_left(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    postman = FakePostman()
    # The server was away until 16:50; two working hours later it is Friday, 10:50.
    at = THURSDAY + timedelta(minutes=110)
    send(ledger, postman, at, AUTO)
    for minutes in range(110, 18 * 60, 30):
        now = THURSDAY + timedelta(minutes=minutes)
        rounds(ledger, AUTO, now)
        read_all(ledger, now)
        send(ledger, postman, now, AUTO)
    assert to_customer(ledger) == ()
    assert the_draft(ledger).send_at == FRIDAY.replace(hour=10, minute=50)
    now = FRIDAY.replace(hour=11)
    rounds(ledger, AUTO, now)
    assert len(to_customer(ledger)) == 1


@pytest.mark.parametrize("outcome", [Handed.REFUSED, Handed.UNSENT])
def test_what_was_announced_to_nobody_does_not_go(ledger: Ledger, outcome: Handed) -> None:
    rounds(ledger, AUTO, THURSDAY)
    send(ledger, FakePostman([outcome]), THURSDAY, AUTO)
    for hours in range(2, 60, 2):
        rounds(ledger, AUTO, THURSDAY + timedelta(hours=hours))
    assert to_customer(ledger) == ()
    # After the lapse another one waits for a person.
    assert ledger.drafts()[0].stage is DraftStage.DROPPED


def test_announcement_that_came_back_was_read_by_nobody(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    send(ledger, FakePostman(), THURSDAY, AUTO)
    came_back = event_of(PROMISE, "letter came back", AGENT, NOON)
    ledger.close_round(Round(events=(came_back,)), NOON)
    rounds(ledger, AUTO, THURSDAY + timedelta(hours=2))
    assert to_customer(ledger) == ()
    assert "reached nobody" in the_draft(ledger).note


def test_announced_update_waits_while_its_promise_is_snoozed(ledger: Ledger) -> None:
    rounds(ledger, AUTO, THURSDAY)
    send(ledger, FakePostman(), THURSDAY, AUTO)
    until = FRIDAY.replace(hour=12)
    ledger.change(snoozed(PROMISE, until, ANA))
    rounds(ledger, AUTO, THURSDAY + timedelta(hours=2))
    assert to_customer(ledger) == ()
    rounds(ledger, AUTO, until)
    assert len(to_customer(ledger)) == 1


def test_update_approved_again_after_it_was_taken_back_does_go(ledger: Ledger) -> None:
    now = queued_update(ledger)
    store_deed(ledger, held(the_draft(ledger), PROMISE, ANA), NOON)
    postman = FakePostman()
    send(ledger, postman, now)
    approve(ledger, now)
    rounds(ledger, RULES, now)
    later = now + timedelta(minutes=1)
    read_all(ledger, later)
    send(ledger, postman, later)
    assert [one.recipient for one in postman.carried] == [CUSTOMER]
    rounds(ledger, RULES, later)
    assert len(to_customer(ledger)) == 2


def test_update_of_unknown_fate_never_goes_again(ledger: Ledger) -> None:
    now = queued_update(ledger)
    send(ledger, FakePostman([Handed.UNKNOWN]), now)
    (entry,) = to_customer(ledger)
    # Given up by a person while the draft said something else, then approved once more.
    store_deed(ledger, held(the_draft(ledger), PROMISE, ANA), now)
    ledger.move_letter(entry.id, Stage.HELD, now=now, note="nobody knows")
    ledger.move_letter(entry.id, Stage.DROPPED, now=now, note="discarded")
    approve(ledger, now)
    rounds(ledger, RULES, now)
    assert len(to_customer(ledger)) == 1
    assert the_draft(ledger).stage is DraftStage.DROPPED


def test_apology_follows_a_draft_that_was_made_an_hour_before_the_lapse(ledger: Ledger) -> None:
    rounds(ledger, RULES, FRIDAY - timedelta(hours=1))
    rounds(ledger, RULES, FRIDAY + timedelta(hours=1))
    before, after = ledger.drafts()
    assert (before.stage, after.stage) == (DraftStage.DROPPED, DraftStage.DRAFTED)
    assert "I am sorry" in after.body


def test_update_in_the_name_of_who_gave_it_away_does_not_go(ledger: Ledger) -> None:
    now = queued_update(ledger)
    ledger.change(given(PROMISE, ANA, owner="Joss Baird", address="joss@shop.example"))
    postman = FakePostman()
    send(ledger, postman, now)
    assert CUSTOMER not in [one.recipient for one in postman.carried]
    assert "in the name of Ana Ortiz" in the_draft(ledger).note


def test_update_does_not_go_when_a_colleague_of_the_customer_wrote(ledger: Ledger) -> None:
    now = queued_update(ledger)
    colleague = f"cleo@{CUSTOMER.partition('@')[2]}"
    wrote = a_note(
        message_id="<colleague@x>", role=Role.INBOX, customers=(colleague,), thread=PROMISE.thread
    )
    ledger.record(a_batch(notes=(wrote,)))
    postman = FakePostman()
    send(ledger, postman, now)
    assert CUSTOMER not in [one.recipient for one in postman.carried]
    assert "somebody wrote" in the_draft(ledger).note


def test_reading_noted_by_a_wrong_clock_counts_for_nothing(ledger: Ledger) -> None:
    now = queued_update(ledger)
    read_all(ledger, now + timedelta(days=1))
    postman = FakePostman()
    send(ledger, postman, now)
    assert postman.carried == []


@dataclass(frozen=True)
class Broken:
    """The texts with some kinds of letter, or one language, that cannot be put into words."""

    kinds: tuple[str, ...] = ()
    language: str = "none"

    def render(self, kind: str, language: str, slots: Mapping[str, object]) -> RenderedText:
        if kind in self.kinds or language == self.language:
            raise TemplateError("broken")
        return RULES.texts.render(kind, language, slots)


@pytest.mark.parametrize("outcome", [Handed.SENT, Handed.REFUSED])
def test_broken_notice_keeps_nothing_at_the_head_of_the_outbox(
    ledger: Ledger, outcome: Handed
) -> None:
    now = queued_update(ledger)
    if outcome is Handed.SENT:
        ledger.change(a_change(PROMISE))
    rules = replace(RULES, texts=Broken(kinds=("update_dropped",)))
    send(ledger, FakePostman([outcome]), now, rules)
    (entry,) = ledger.letters()
    assert entry.stage in (Stage.DROPPED, Stage.FAILED)
    assert the_draft(ledger).stage is DraftStage.DROPPED


def test_broken_announcement_of_one_holds_up_no_other(ledger: Ledger) -> None:
    other = replace(
        PROMISE,
        key="other",
        message_id="<2@shop.example>",
        owner_address="joss@shop.example",
        customer="milo@postbox.example",
    )
    ledger.record(a_batch(other))

    def reader(promise: Promise, absences: object, now: datetime) -> Reader:
        language = "fr" if promise.key == PROMISE.key else ""
        return Reader(name="", address=promise.owner_address, zone=UTC, language=language)

    rules = replace(AUTO, texts=Broken(language="fr"), reader_of=reader)
    draft_updates(ledger, rules, THURSDAY)
    with pytest.raises(TemplateError):
        announce_updates(ledger, rules, THURSDAY)
    stages = {draft.promise_key: draft.stage for draft in ledger.drafts()}
    assert stages == {PROMISE.key: DraftStage.DRAFTED, "other": DraftStage.ANNOUNCED}


def test_answers_to_an_announcement_may_go_to_a_tagged_address(ledger: Ledger) -> None:
    rounds(ledger, replace(AUTO, takes_tags=True), THURSDAY)
    mail = message_from_bytes(ledger.letters()[0].letter.content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Reply-To"] == f"promises+{text.strip().splitlines()[-1]}@shop.example"


def test_text_that_was_edited_and_approved_anew_goes_in_place_of_the_old(ledger: Ledger) -> None:
    now = queued_update(ledger)
    deed = edited_draft(
        the_draft(ledger), PROMISE, ledger, RULES, ANA, body="Dear Carl,\n\nmore on Monday.\n"
    )
    store_deed(ledger, deed, now)
    approve(ledger, now)
    postman = FakePostman()
    for minutes in range(3):
        later = now + timedelta(minutes=minutes)
        rounds(ledger, RULES, later)
        read_all(ledger, later)
        send(ledger, postman, later)
    (envelope,) = postman.carried
    assert b"more on Monday" in envelope.content
    assert [one.stage for one in to_customer(ledger)] == [Stage.DROPPED, Stage.SENT]
    assert to_agent(ledger) == []


class Behind(Ledger):
    """The ledger of a process that looked just before another one wrote."""

    def marked(self, names: Collection[str]) -> frozenset[str]:
        return frozenset()

    def drafts(
        self, *, promise_key: str = "", stages: Collection[DraftStage] = ()
    ) -> tuple[Draft, ...]:
        return ()


def test_two_processes_draft_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger(path) as ledger, Behind(path) as behind:
        ledger.record(a_batch(PROMISE, notes=(WROTE,)))
        assert len(draft_updates(ledger, RULES, THURSDAY).drafts) == 1
        assert draft_updates(behind, RULES, THURSDAY).drafts == ()
        assert len(ledger.drafts()) == 1
