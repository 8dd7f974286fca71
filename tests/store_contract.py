"""What every form of the memory must do; each form's test module inherits these classes.

A form gives the fixture `open_store`: each call opens the same memory once more, as another
thread or process would. The classes know the `Store` protocol and nothing of SQL.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

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
    a_deadline,
    a_draft,
    a_letter,
    a_note,
    a_promise,
    a_quarantined,
    a_step,
    a_token,
    an_event,
)
from promisekeeper.core.corrections import Voice, given, snoozed
from promisekeeper.core.drafts import DraftStage
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import DeadlineKind, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import (
    Answer,
    Audience,
    Mark,
    Opened,
    Round,
    Signal,
    SignalKind,
    Stage,
)
from promisekeeper.core.sending import Traffic
from promisekeeper.core.teaching import Lesson, LessonKind
from promisekeeper.errors import PromiseNotFoundError, StoreError
from promisekeeper.flows.ports import Store
from receipts_contract import ReceiptContract


class ClosableStore(Store, Protocol):
    """A form of the memory that holds a connection."""

    def close(self) -> None:
        """Let go of it, in the thread that opened it."""
        ...


OpenStore = Callable[[], ClosableStore]

ALL = PromiseQuery()
LONDON, NEW_YORK = UTC, timezone(timedelta(hours=-5))


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()


class RecordingContract:
    """Mail comes in: `record`, `cursor`, `known`, `notes`, `quarantine`, `first_start`."""

    def test_first_start_is_set_once(self, store: Store) -> None:
        assert store.first_start(MONDAY) == MONDAY
        assert store.first_start(FRIDAY) == MONDAY

    def test_folder_nobody_read_has_no_cursor(self, store: Store) -> None:
        assert store.cursor(SENT_FOLDER) is None

    def test_cursor_moves_with_the_page(self, store: Store) -> None:
        store.record(a_batch(cursor=a_cursor(5)))
        store.record(a_batch(cursor=a_cursor(9), folder="shop/INBOX"))
        store.record(a_batch(cursor=a_cursor(3, validity=2)))
        assert store.cursor(SENT_FOLDER) == a_cursor(3, validity=2)
        assert store.cursor("shop/INBOX") == a_cursor(9)

    def test_page_without_cursor_leaves_it_alone(self, store: Store) -> None:
        store.record(a_batch(cursor=a_cursor(5)))
        store.record(a_batch(a_promise()))
        assert store.cursor(SENT_FOLDER) == a_cursor(5)

    def test_new_promises_come_back_numbered_in_order(self, store: Store) -> None:
        first, second = a_promise(key="a"), a_promise(key="b")
        assert store.record(a_batch(first, second)) == (
            replace(first, id=1),
            replace(second, id=2),
        )

    def test_known_promise_is_left_as_it_is(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        store.change(a_change(promise))
        again = a_promise(words="I'll do something else.")
        assert store.record(a_batch(again)) == ()
        assert store.promise(1).state is State.KEPT
        assert [event.action for event in store.events(promise.key)] == ["found", "kept"]

    def test_known_promise_uses_up_no_number(self, store: Store) -> None:
        for _ in range(3):
            store.record(a_batch(a_promise(key="a")))
        assert [promise.id for promise in store.record(a_batch(a_promise(key="b")))] == [2]

    def test_same_promise_twice_on_a_page_is_one(self, store: Store) -> None:
        assert len(store.record(a_batch(a_promise(), a_promise()))) == 1
        assert len(store.events("promise-1")) == 1

    def test_each_promise_needs_its_first_event(self, store: Store) -> None:
        with pytest.raises(ValueError, match="argument"):
            store.record(a_batch(a_promise(), first_events=(), cursor=a_cursor(5)))
        assert store.cursor(SENT_FOLDER) is None

    def test_failed_page_stores_nothing(self, store: Store) -> None:
        """The second promise's first event belongs to no promise at all."""
        stray = (an_event(promise_key="a"), an_event(promise_key="nobody's"))
        batch = a_batch(
            a_promise(key="a"),
            a_promise(key="b"),
            first_events=stray,
            notes=(a_note(),),
            cursor=a_cursor(5),
        )
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            store.record(batch)
        assert store.promises(ALL) == ()
        assert store.notes(CUSTOMER) == ()
        assert store.cursor(SENT_FOLDER) is None
        assert store.unsettled() == ()

    def test_what_a_user_touched_comes_with_its_whole_history(self, store: Store) -> None:
        touched, left = a_promise(key="a"), a_promise(key="b")
        store.record(a_batch(touched, left))
        said = a_change(touched)
        store.change(replace(said, event=replace(said.event, actor="ana", action="done")))
        found = store.corrections(["a", "b", "unknown"])
        assert {key: [event.action for event in events] for key, events in found.items()} == {
            "a": ["found", "done"]
        }

    def test_mail_is_known_by_role(self, store: Store) -> None:
        store.record(a_batch(notes=(a_note(message_id="<a@x>", role=Role.SENT),)))
        assert store.known(["<a@x>", "<b@x>"], Role.SENT) == {"<a@x>"}
        assert store.known(["<a@x>", "<b@x>"], Role.INBOX) == frozenset()

    @pytest.mark.parametrize("role", Role)
    def test_own_letters_are_known_in_every_role(self, store: Store, role: Role) -> None:
        letter = a_letter()
        store.close_round(Round(letters=(letter,)), MONDAY)
        assert store.known([letter.message_id], role) == {letter.message_id}

    def test_any_number_of_ids_may_be_asked_for(self, store: Store) -> None:
        asked = [f"<{number}@x>" for number in range(40_000)]
        stored = frozenset(asked[::20_001])
        store.record(a_batch(notes=tuple(a_note(message_id=one) for one in stored)))
        assert store.known(asked, Role.SENT) == stored

    def test_id_that_no_utf8_can_hold_is_known_again(self, store: Store) -> None:
        broken = "<\udcff@x>"
        store.record(a_batch(notes=(a_note(message_id=broken),)))
        assert store.known([broken], Role.SENT) == {broken}

    def test_notes_come_oldest_first_to_each_customer(self, store: Store) -> None:
        late = a_note(message_id="<2@x>", sent_at=THURSDAY, customers=(CUSTOMER, "eve@x"))
        early = a_note(message_id="<1@x>", sent_at=MONDAY, customers=(CUSTOMER,))
        other = a_note(message_id="<3@x>", customers=("eve@x",))
        store.record(a_batch(notes=(late, early, other)))
        assert store.notes(CUSTOMER) == (early, late)
        assert store.notes("eve@x") == (other, late)
        assert store.notes("nobody@x") == ()

    def test_notes_beside_are_those_of_relatives_in_the_same_conversation(
        self, store: Store
    ) -> None:
        wife, stranger = f"dora@{CUSTOMER.partition('@')[2]}", "dora@elsewhere.example"
        hers = a_note(message_id="<2@a>", thread="<1@a>", customers=(wife,))
        others = (
            a_note(message_id="<1@a>", thread="<1@a>"),
            a_note(message_id="<3@a>", thread="<1@a>", customers=(stranger,)),
            a_note(message_id="<4@a>", thread="<4@a>", customers=(wife,)),
        )
        store.record(a_batch(notes=(hers, *others)))
        assert store.notes_beside(CUSTOMER, ["<1@a>", "<9@a>"]) == (hers,)

    def test_notes_are_sorted_by_instant_not_by_wall_clock(self, store: Store) -> None:
        noon_there = datetime(2026, 11, 16, 12, 0, tzinfo=NEW_YORK)
        afternoon_here = datetime(2026, 11, 16, 15, 0, tzinfo=LONDON)
        there = a_note(message_id="<there@x>", sent_at=noon_there)
        here = a_note(message_id="<here@x>", sent_at=afternoon_here)
        store.record(a_batch(notes=(there, here)))
        assert store.notes(CUSTOMER) == (here, there)

    def test_note_is_stored_once_for_each_role(self, store: Store) -> None:
        sent = a_note(role=Role.SENT, subject="first")
        store.record(a_batch(notes=(sent, replace(sent, subject="second"))))
        store.record(a_batch(notes=(sent, replace(sent, role=Role.INBOX))))
        assert store.notes(CUSTOMER) == (sent, replace(sent, role=Role.INBOX))

    def test_quarantine_names_each_bad_mail_once(self, store: Store) -> None:
        bad, worse = a_quarantined(position=7), a_quarantined(position=8)
        store.record(a_batch(quarantined=(bad, worse)))
        store.record(a_batch(quarantined=(replace(bad, at=FRIDAY),)))
        assert store.quarantine() == (bad, worse)

    def test_quarantine_keeps_another_mail_in_the_same_place(self, store: Store) -> None:
        """After a rebuild of the mailbox the same number names another mail."""
        bad, other = a_quarantined(size=10), a_quarantined(size=20)
        store.record(a_batch(quarantined=(bad,)))
        store.record(a_batch(quarantined=(other,)))
        assert store.quarantine() == (bad, other)


class PromiseContract:
    """Questions about promises, and changes of them."""

    def test_unknown_number_is_an_error(self, store: Store) -> None:
        with pytest.raises(PromiseNotFoundError, match="no promise 7"):
            store.promise(7)

    def test_promises_come_by_follow_up_then_number(self, store: Store) -> None:
        friday_there = FRIDAY.astimezone(NEW_YORK)
        vague = a_deadline(kind=DeadlineKind.VAGUE, follow_up_at=THURSDAY)
        store.record(
            a_batch(
                a_promise(key="same instant, other zone", due_at=friday_there),
                a_promise(key="friday", due_at=FRIDAY),
                a_promise(key="vague", deadline=vague),
            )
        )
        found = [promise.key for promise in store.promises(ALL)]
        assert found == ["vague", "same instant, other zone", "friday"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            pytest.param(ALL, "abcd", id="all"),
            pytest.param(PromiseQuery(states=frozenset({State.OPEN})), "acd", id="one state"),
            pytest.param(
                PromiseQuery(states=frozenset({State.OPEN, State.KEPT})), "abcd", id="two states"
            ),
            pytest.param(PromiseQuery(owner="Bob"), "b", id="owner"),
            pytest.param(PromiseQuery(customer="eve@x"), "c", id="customer"),
            pytest.param(PromiseQuery(due_before=FRIDAY), "a", id="due strictly before"),
            pytest.param(
                PromiseQuery(due_before=FRIDAY.astimezone(NEW_YORK)), "a", id="in any zone"
            ),
            pytest.param(
                PromiseQuery(due_before=FRIDAY + timedelta(seconds=1)), "abc", id="due just after"
            ),
            pytest.param(PromiseQuery(with_history=False), "abc", id="no history"),
            pytest.param(PromiseQuery(limit=2), "ab", id="limit"),
            pytest.param(PromiseQuery(limit=0), "", id="limit of none"),
            pytest.param(PromiseQuery(owner="Ana", due_before=FRIDAY, limit=5), "a", id="several"),
            pytest.param(PromiseQuery(owner="nobody"), "", id="nothing fits"),
        ],
    )
    def test_every_field_of_a_query_narrows(
        self, store: Store, query: PromiseQuery, expected: str
    ) -> None:
        store.record(
            a_batch(
                a_promise(key="a", due_at=THURSDAY),
                a_promise(key="b", due_at=FRIDAY, owner="Bob", state=State.KEPT),
                a_promise(key="c", due_at=FRIDAY, customer="eve@x"),
                a_promise(key="d", due_at=FRIDAY + timedelta(days=1), is_history=True),
            )
        )
        assert "".join(promise.key for promise in store.promises(query)) == expected

    def test_change_replaces_the_promise_and_adds_to_its_history(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        change = a_change(promise, state=State.LATE)
        assert store.change(change)
        assert store.promise(1) == change.promise
        assert store.events(promise.key) == (an_event(promise=promise), change.event)

    def test_what_mail_shows_overwrites_no_pause_and_no_new_owner(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        voice = Voice(actor="Ana", now=THURSDAY)
        # It was read before a person spoke, and is stored after.
        weighed = a_change(promise, state=State.KEPT)
        paused = snoozed(promise, FRIDAY, voice)
        assert store.change(paused)
        passed_on = given(paused.promise, voice, owner="Joss", address="joss@shop.example")
        assert store.change(passed_on)
        assert store.change(weighed)
        now = store.promise(1)
        assert (now.state, now.owner, now.snoozed_until) == (State.KEPT, "Joss", FRIDAY)

    def test_change_fails_when_somebody_was_quicker(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        assert store.change(a_change(promise, state=State.REJECTED))
        assert not store.change(a_change(promise, state=State.KEPT))
        assert store.promise(1).state is State.REJECTED
        assert len(store.events(promise.key)) == 2

    def test_change_of_an_unknown_promise_does_nothing(self, store: Store) -> None:
        assert not store.change(a_change(a_promise()))
        assert store.events("promise-1") == ()

    def test_promise_may_be_reopened(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        kept = a_change(promise)
        store.change(kept)
        assert store.change(a_change(kept.promise, state=State.OPEN))
        assert store.promise(1) == promise


class SettlingContract:
    """Customers with news: `unsettled` and `settle`."""

    def test_notes_and_promises_mark_their_customers(self, store: Store) -> None:
        note = a_note(customers=("a@x", "b@x"))
        store.record(a_batch(a_promise(customer="c@x"), notes=(note,)))
        assert store.unsettled() == ("a@x", "b@x", "c@x")

    def test_marks_are_in_one_order_however_pages_were_cut(self, store: Store) -> None:
        for number, customer in enumerate(("eve@x", "bob@x", "eve@x", "amy@x")):
            store.record(
                a_batch(notes=(a_note(message_id=f"<{number}@x>", customers=(customer,)),))
            )
        assert store.unsettled() == ("amy@x", "bob@x", "eve@x")

    def test_no_customer_is_no_mark(self, store: Store) -> None:
        store.record(a_batch(a_promise(customer=""), notes=(a_note(customers=()),)))
        assert store.unsettled() == ()

    def test_settling_stores_verdicts_and_takes_the_mark_away(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        store.record(a_batch(a_promise(key="other", customer="eve@x")))
        store.settle(CUSTOMER, [a_change(promise)])
        assert store.promise(1).state is State.KEPT
        assert store.unsettled() == ("eve@x",)

    def test_news_during_the_weighing_keep_the_mark(self, open_store: OpenStore) -> None:
        weighing, other = open_store(), open_store()
        weighing.record(a_batch(a_promise()))
        (customer,) = weighing.unsettled()
        other.record(a_batch(notes=(a_note(),)))
        weighing.settle(customer, [])
        assert weighing.unsettled() == (CUSTOMER,)
        weighing.settle(customer, [])
        assert weighing.unsettled() == ()

    def test_verdict_that_came_too_late_keeps_the_mark(self, open_store: OpenStore) -> None:
        weighing, user = open_store(), open_store()
        first, second = weighing.record(a_batch(a_promise(key="a"), a_promise(key="b")))
        user.change(a_change(first, state=State.REJECTED))
        weighing.settle(CUSTOMER, [a_change(first), a_change(second)])
        assert weighing.promise(1).state is State.REJECTED
        assert weighing.promise(2).state is State.KEPT
        assert weighing.unsettled() == (CUSTOMER,)


class RoundContract:
    """What follow-up decided: `steps` and `close_round`."""

    def test_steps_are_told_by_promise(self, store: Store) -> None:
        store.record(a_batch(a_promise(key="a"), a_promise(key="b")))
        step, other = a_step(promise_key="a"), a_step(promise_key="b")
        store.close_round(Round(steps=(step, other)), MONDAY)
        assert store.steps(["a"]) == {step}
        assert store.steps(["a", "b", "c"]) == {step, other}
        assert store.steps([]) == frozenset()

    def test_step_is_one_in_any_zone(self, store: Store) -> None:
        store.record(a_batch(a_promise()))
        step = a_step(due_at=FRIDAY)
        store.close_round(Round(steps=(step,)), MONDAY)
        store.close_round(Round(steps=(a_step(due_at=FRIDAY.astimezone(NEW_YORK)),)), MONDAY)
        assert store.steps([step.promise_key]) == {step}

    def test_round_stores_everything(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        event = an_event(action="reminder queued", at=THURSDAY)
        change = a_change(promise, state=State.BROKEN)
        decided = Round(
            steps=(a_step(),), events=(event,), letters=(a_letter(),), changes=(change,)
        )
        store.close_round(decided, THURSDAY)
        assert store.steps([promise.key]) == {a_step()}
        assert {one.action for one in store.events(promise.key)} == {
            "found",
            "reminder queued",
            "broken",
        }
        assert [entry.letter for entry in store.letters()] == [a_letter()]
        assert store.promise(1) == change.promise

    def test_round_is_stored_whole_or_not_at_all(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        twice = (a_letter(dedupe_key="a"), a_letter(dedupe_key="b", message_id="<a@x>"))
        same_id = (replace(twice[0], message_id="<a@x>"), twice[1])
        decided = Round(steps=(a_step(),), letters=same_id, changes=(a_change(promise),))
        with pytest.raises(Exception, match=r"(?i)unique"):
            store.close_round(decided, MONDAY)
        assert store.steps([promise.key]) == frozenset()
        assert store.letters() == ()
        assert store.promise(1).state is State.OPEN

    def test_change_that_came_too_late_does_not_stop_the_round(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        store.change(a_change(promise))
        late = a_change(promise, state=State.BROKEN)
        store.close_round(Round(changes=(late,), letters=(a_letter(),)), MONDAY)
        assert store.promise(1).state is State.KEPT
        assert len(store.letters()) == 1


class OutboxContract:
    """Letters and how far they come."""

    def queue(self, store: Store, *dedupe_keys: str) -> None:
        letters = tuple(a_letter(dedupe_key=key) for key in dedupe_keys)
        store.close_round(Round(letters=letters), MONDAY)

    def test_letter_waits_as_it_was_written(self, store: Store) -> None:
        letter = a_letter(content=b"To: a@x\r\n\r\n\x00\xff\r\n")
        store.close_round(Round(letters=(letter,)), MONDAY)
        entry = store.next_letter(MONDAY)
        assert entry is not None
        assert entry.letter == letter
        assert (entry.stage, entry.attempts, entry.note) == (Stage.QUEUED, 0, "")
        assert entry.next_try_at == entry.changed_at == MONDAY

    def test_dedupe_key_is_good_for_one_letter_for_ever(self, store: Store) -> None:
        self.queue(store, "a", "a")
        store.move_letter(1, Stage.IN_DATA, now=MONDAY)
        store.move_letter(1, Stage.SENT, now=MONDAY)
        store.close_round(
            Round(letters=(a_letter(dedupe_key="a", message_id="<other@x>"),)), FRIDAY
        )
        assert [entry.stage for entry in store.letters()] == [Stage.SENT]

    def test_oldest_letter_comes_first(self, store: Store) -> None:
        self.queue(store, "b", "a")
        self.queue(store, "c")
        assert [entry.letter.dedupe_key for entry in store.letters()] == ["b", "a", "c"]
        entry = store.next_letter(MONDAY)
        assert entry is not None
        assert entry.letter.dedupe_key == "b"

    def test_letter_is_not_tried_before_its_time(self, store: Store) -> None:
        self.queue(store, "a", "b")
        store.move_letter(1, Stage.QUEUED, now=MONDAY, note="451 later", next_try_at=FRIDAY)
        entry = store.next_letter(THURSDAY)
        assert entry is not None
        assert entry.id == 2
        store.move_letter(2, Stage.FAILED, now=MONDAY)
        assert store.next_letter(FRIDAY - timedelta(microseconds=1)) is None
        again = store.next_letter(FRIDAY)
        assert again is not None
        assert (again.id, again.note) == (1, "451 later")

    def test_letter_that_is_not_queued_is_not_next(self, store: Store) -> None:
        self.queue(store, *"abcd")
        for letter_id, stage in enumerate((Stage.IN_DATA, Stage.HELD, Stage.FAILED), start=1):
            store.move_letter(letter_id, stage, now=MONDAY)
        store.move_letter(4, Stage.SENT, now=MONDAY)
        assert store.next_letter(FRIDAY) is None
        assert [entry.id for entry in store.letters(Stage.HELD)] == [2]

    def test_only_a_hand_over_counts_as_attempt(self, store: Store) -> None:
        self.queue(store, "a")
        store.move_letter(1, Stage.QUEUED, now=MONDAY, note="no route")
        store.move_letter(1, Stage.IN_DATA, now=MONDAY)
        store.move_letter(1, Stage.QUEUED, now=MONDAY, next_try_at=THURSDAY)
        store.move_letter(1, Stage.IN_DATA, now=THURSDAY)
        (entry,) = store.letters()
        assert (entry.attempts, entry.changed_at, entry.next_try_at) == (2, THURSDAY, THURSDAY)

    @pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.SENT])
    def test_sent_letter_stays_sent(self, store: Store, stage: Stage) -> None:
        self.queue(store, "a")
        store.move_letter(1, Stage.IN_DATA, now=MONDAY)
        store.move_letter(1, Stage.SENT, now=MONDAY)
        with pytest.raises(StoreError, match="letter 1 cannot become"):
            store.move_letter(1, stage, now=FRIDAY)
        store.move_letter(1, Stage.SENT, now=FRIDAY, note="found in the mailbox, too")
        assert [entry.stage for entry in store.letters()] == [Stage.SENT]

    @pytest.mark.parametrize("stage", [Stage.IN_DATA, Stage.HELD, Stage.FAILED])
    def test_only_a_queued_letter_is_handed_over(self, store: Store, stage: Stage) -> None:
        self.queue(store, "a")
        store.move_letter(1, stage, now=MONDAY)
        with pytest.raises(StoreError, match="cannot become in_data"):
            store.move_letter(1, Stage.IN_DATA, now=MONDAY)

    def test_unknown_letter_is_an_error(self, store: Store) -> None:
        with pytest.raises(StoreError, match="no letter 3"):
            store.move_letter(3, Stage.SENT, now=MONDAY)


class TrafficContract:
    """What the outbox tells of itself: `letter`, `handed_since`, `traffic_since`, drafts."""

    def test_letter_is_found_by_its_number(self, store: Store) -> None:
        store.close_round(Round(letters=(a_letter(),)), MONDAY)
        (entry,) = store.letters()
        assert store.letter_numbered(entry.id) == entry
        assert store.letter_numbered(99) is None

    def test_stage_is_moved_only_from_where_it_was_thought_to_be(self, store: Store) -> None:
        store.close_round(Round(letters=(a_letter(),)), MONDAY)
        (entry,) = store.letters()
        decided = Round(marks=(Mark(name="dropped", at=MONDAY),))
        with pytest.raises(StoreError, match="that is held"):
            store.move_letter(entry.id, Stage.DROPPED, now=MONDAY, was=Stage.HELD, decided=decided)
        assert store.letters() == (entry,)
        assert not store.marked(["dropped"])
        store.move_letter(entry.id, Stage.DROPPED, now=MONDAY, was=Stage.QUEUED, decided=decided)
        assert store.letters(Stage.DROPPED)
        assert store.marked(["dropped"])

    def test_nth_letter_before_the_next_is_told(self, store: Store) -> None:
        letters = [a_letter(dedupe_key=f"letter-{n}", recipient=f"{n % 2}@x.de") for n in range(4)]
        store.close_round(Round(letters=tuple(letters)), MONDAY)
        for entry in reversed(store.letters()):
            at = MONDAY + timedelta(hours=entry.id)
            store.move_letter(entry.id, Stage.IN_DATA, now=at)
            if entry.id != 4:
                store.move_letter(entry.id, Stage.SENT, now=at)
        hours = [MONDAY + timedelta(hours=n) for n in (1, 2, 3, 4)]
        assert [store.handed_over(n, MONDAY) for n in (1, 2, 4, 5)] == [
            hours[3],
            hours[2],
            hours[0],
            None,
        ]
        # What lies exactly a span back is out of it.
        assert store.handed_over(4, hours[0]) is None
        assert store.handed_over(3, hours[0]) == hours[1]
        assert store.handed_over(2, MONDAY, "1@x.de") == hours[1]
        assert store.handed_over(3, MONDAY, "1@x.de") is None

    def test_sent_letters_are_told_by_kind_and_time(self, store: Store) -> None:
        kinds = ["update", "update", "ack", "update"]
        letters = [a_letter(dedupe_key=f"{n}", kind=kind) for n, kind in enumerate(kinds)]
        store.close_round(Round(letters=tuple(letters)), MONDAY)
        for entry, at in zip(store.letters(), (MONDAY, FRIDAY, FRIDAY), strict=False):
            store.move_letter(entry.id, Stage.IN_DATA, now=at)
            store.move_letter(entry.id, Stage.SENT, now=at)
        assert [entry.id for entry in store.sent_letters("update", MONDAY)] == [1, 2]
        assert [entry.id for entry in store.sent_letters("update", FRIDAY)] == [2]

    def test_traffic_is_counted_since_an_instant(self, store: Store) -> None:
        letters = [a_letter(dedupe_key=f"letter-{n}") for n in range(5)]
        store.close_round(Round(letters=tuple(letters)), MONDAY)
        stages = [Stage.SENT, Stage.FAILED, Stage.HELD, Stage.IN_DATA, Stage.DROPPED]
        for entry, stage in zip(store.letters(), stages, strict=True):
            if stage is not Stage.DROPPED:
                store.move_letter(entry.id, Stage.IN_DATA, now=FRIDAY)
            if stage is not Stage.IN_DATA:
                store.move_letter(entry.id, stage, now=FRIDAY)
        assert store.traffic_since(MONDAY) == Traffic(queued=5, sent=1, failed=1, in_doubt=2)
        assert store.traffic_since(FRIDAY) == Traffic(queued=0, sent=1, failed=1, in_doubt=2)
        assert store.traffic_since(FRIDAY + timedelta(seconds=1)) == Traffic()

    @pytest.mark.parametrize("stage", [one for one in DraftStage if one is not DraftStage.APPROVED])
    def test_only_an_approved_draft_is_handed_over(self, store: Store, stage: DraftStage) -> None:
        store.record(a_batch(a_promise()))
        store.close_round(Round(drafts=(a_draft(stage=DraftStage.APPROVED),)), MONDAY)
        (draft,) = store.drafts()
        letter = a_letter(audience=Audience.CUSTOMER, draft_id=draft.id)
        store.close_round(Round(letters=(letter,)), MONDAY)
        (entry,) = store.letters_of_draft(draft.id or 0)
        assert entry.letter == letter
        store.close_round(Round(drafts=(replace(draft, stage=stage),)), MONDAY)
        with pytest.raises(StoreError, match="not approved"):
            store.move_letter(entry.id, Stage.IN_DATA, now=MONDAY)
        store.close_round(Round(drafts=(draft,)), MONDAY)
        store.move_letter(entry.id, Stage.IN_DATA, now=MONDAY)

    def test_address_that_a_page_suppresses_is_stored_with_it(self, store: Store) -> None:
        store.record(a_batch(suppressed=((CUSTOMER, "mail came back", MONDAY),)))
        assert store.suppressed(CUSTOMER) == "mail came back"


class SharingContract:
    """Several threads and processes have the same memory open."""

    def test_what_one_stored_the_other_sees(self, open_store: OpenStore) -> None:
        writer, reader = open_store(), open_store()
        writer.record(a_batch(a_promise(), cursor=a_cursor(4)))
        assert reader.promise(1).key == "promise-1"
        assert reader.cursor(SENT_FOLDER) == a_cursor(4)

    def test_one_of_two_first_starts_wins(self, open_store: OpenStore) -> None:
        one, other = open_store(), open_store()
        assert one.first_start(MONDAY) == other.first_start(FRIDAY) == MONDAY

    def test_threads_write_at_the_same_time(self, open_store: OpenStore) -> None:
        """Four record the same pages, as after a restart; one settles, one sends."""
        pages = 20

        def record() -> None:
            with closing(open_store()) as mine:
                for page in range(pages):
                    promises = [a_promise(key=f"{page}-{number}") for number in range(5)]
                    mine.record(a_batch(*promises, cursor=a_cursor(page)))
                    letter = a_letter(dedupe_key=f"page-{page}")
                    mine.close_round(Round(letters=(letter,)), MONDAY)

        def settle() -> None:
            with closing(open_store()) as mine:
                while len(mine.promises(PromiseQuery(states=frozenset({State.KEPT})))) < 5 * pages:
                    for customer in mine.unsettled():
                        promises = mine.promises(PromiseQuery(states=frozenset({State.OPEN})))
                        mine.settle(customer, [a_change(promise) for promise in promises])

        def send() -> None:
            with closing(open_store()) as mine:
                sent = 0
                while sent < pages:
                    if entry := mine.next_letter(FRIDAY):
                        mine.move_letter(entry.id, Stage.IN_DATA, now=FRIDAY)
                        mine.move_letter(entry.id, Stage.SENT, now=FRIDAY)
                        sent += 1

        in_threads([record] * 4 + [settle, send])
        store = open_store()
        assert len(store.promises(ALL)) == 5 * pages
        assert all(len(store.events(promise.key)) == 2 for promise in store.promises(ALL))
        assert [entry.attempts for entry in store.letters(Stage.SENT)] == [1] * pages


def in_threads(jobs: list[Callable[[], None]]) -> None:
    """Run jobs at the same time; the first error of any is raised."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        for future in [pool.submit(job) for job in jobs]:
            future.result()


class DeskContract:
    """What speaking up remembers: drafts, tokens, absences, marks, pauses, suppressions."""

    def test_token_is_spent_once_and_nothing_is_stored_the_second_time(self, store: Store) -> None:
        store.record(a_batch(a_promise()))
        token = a_token()
        store.close_round(Round(tokens=(token,)), MONDAY)
        first = Round(spent=(token.name,), marks=(Mark(name="first", at=MONDAY),))
        second = Round(spent=(token.name,), marks=(Mark(name="second", at=MONDAY),))
        assert store.close_round(first, THURSDAY)
        assert not store.close_round(second, FRIDAY)
        assert store.marked(["first", "second"]) == {"first"}
        assert store.token(token.name) == replace(token, used_at=THURSDAY)

    def test_token_that_never_was_brings_nothing_about(self, store: Store) -> None:
        decided = Round(spent=("never",), letters=(a_letter(),))
        assert not store.close_round(decided, MONDAY)
        assert store.letters() == ()
        assert store.token("never") is None

    def test_answer_is_dealt_with_once(self, store: Store) -> None:
        token = a_token()
        answer = Answer(
            message_id="<a@shop.example>",
            at=MONDAY,
            outcome="done",
            sender=AGENT,
            token=token.name,
            said="done",
        )
        again = Round(answers=(answer,), tokens=(token,), marks=(Mark(name="again", at=MONDAY),))
        assert store.close_round(Round(answers=(answer,), tokens=(token,)), MONDAY)
        assert not store.close_round(again, MONDAY)
        assert store.marked(["again"]) == frozenset()
        assert store.answered(["<a@shop.example>", "<b@shop.example>"]) == {"<a@shop.example>"}
        assert store.answers() == store.answers(token=token.name) == (answer,)
        assert store.answers(token="other") == ()

    def test_change_that_must_apply_stops_the_round(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        store.change(a_change(promise))
        late = a_change(promise, state=State.BROKEN)
        decided = Round(changes=(late,), letters=(a_letter(),), must_apply=True)
        assert not store.close_round(decided, MONDAY)
        assert store.letters() == ()
        assert store.promise(1).state is State.KEPT

    def test_round_that_must_be_first_is_stopped_by_a_step_or_a_mark(self, store: Store) -> None:
        store.record(a_batch(a_promise()))
        step, mark = a_step(), Mark(name="digest/ana/1", at=MONDAY)
        assert store.close_round(Round(steps=(step,), marks=(mark,), is_first=True), MONDAY)
        for spoken in (Round(steps=(step,)), Round(marks=(mark,))):
            late = replace(spoken, letters=(a_letter(),), is_first=True)
            assert not store.close_round(late, MONDAY)
            assert store.letters() == ()
        other = Round(steps=(replace(step, kind="lapse"),), letters=(a_letter(),), is_first=True)
        assert store.close_round(other, MONDAY)
        assert len(store.letters()) == 1

    def test_upset_mails_are_found_from_an_instant_on(self, store: Store) -> None:
        angry = Signal(kind=SignalKind.UPSETS, sentence='I said "upsets", and ["upsets", too.')
        calm = Signal(kind=SignalKind.ASKS, sentence='["upsets","Where is it?"')
        notes = [
            a_note(message_id=f"<{n}@client.example>", sent_at=at, signals=(signal,))
            for n, (at, signal) in enumerate([(MONDAY, angry), (THURSDAY, angry), (FRIDAY, calm)])
        ]
        store.record(a_batch(notes=tuple(notes)))
        assert store.upset_notes(MONDAY) == tuple(notes[:2])
        assert store.upset_notes(MONDAY + timedelta(seconds=1)) == (notes[1],)

    def test_promises_are_found_by_when_they_were_settled(self, store: Store) -> None:
        open_one, early, late = store.record(
            a_batch(*(a_promise(key=f"promise-{n}") for n in range(3)))
        )
        for promise, at in ((early, MONDAY), (late, FRIDAY)):
            change = a_change(promise)
            store.change(replace(change, promise=replace(change.promise, settled_at=at)))
        query = PromiseQuery(settled_since=THURSDAY)
        assert [promise.key for promise in store.promises(query)] == [late.key]
        assert open_one.key not in [promise.key for promise in store.promises(query)]

    def test_what_somebody_was_told_by_urgent_letters(self, store: Store) -> None:
        letters = [
            a_letter(dedupe_key="1", promise_keys=("a", "b"), is_urgent=True),
            a_letter(dedupe_key="2", promise_keys=("c",)),
            a_letter(dedupe_key="3", promise_keys=("d",), is_urgent=True, recipient="x@y.example"),
        ]
        store.close_round(Round(letters=tuple(letters)), THURSDAY)
        assert store.told_since(THURSDAY, AGENT) == {"a", "b"}
        assert store.told_since(FRIDAY, AGENT) == frozenset()

    def test_draft_that_was_changed_stops_the_round(self, store: Store) -> None:
        store.record(a_batch(a_promise()))
        store.close_round(Round(drafts=(a_draft(),)), MONDAY)
        (stored,) = store.drafts()
        sent = replace(stored, stage=DraftStage.SENT)
        vetoed = replace(stored, stage=DraftStage.VETOED)
        assert store.close_round(Round(drafts=(sent,), unchanged=(stored,)), MONDAY)
        assert not store.close_round(Round(drafts=(vetoed,), unchanged=(stored,)), MONDAY)
        assert store.drafts() == (sent,)

    def test_round_ends_lessons(self, store: Store) -> None:
        (promise,) = store.record(a_batch(a_promise()))
        lesson = Lesson(
            owner="Ana",
            pattern="i'll send",
            kind=LessonKind.MUTE,
            rule="i-will",
            sentence=promise.words,
            at=MONDAY,
            actor="ana",
        )
        store.close_round(Round(lessons=(lesson,)), MONDAY)
        (held,) = store.teaching().lessons
        store.close_round(Round(lifted=(held.id or 0, 99)), THURSDAY)
        assert store.teaching().lessons == ()

    def test_promises_and_letters_are_found_by_what_names_them(self, store: Store) -> None:
        store.record(a_batch(a_promise(key="a"), a_promise(key="b")))
        assert [one.key for one in store.promises_by_key(["b", "x", "a"])] == ["b", "a"]
        letter = a_letter(promise_keys=("a", "b"))
        store.close_round(Round(letters=(letter, a_letter(dedupe_key="c"))), MONDAY)
        (entry,) = store.letters_about("b")
        assert (entry.letter, entry.queued_at) == (letter, MONDAY)
        assert store.letters_about("x") == ()
        assert store.letter(letter.message_id) == entry
        assert store.letter("<never@shop.example>") is None

    def test_signing_secret_stays_the_same(self, open_store: OpenStore) -> None:
        one, other = open_store(), open_store()
        assert one.signing_secret() == other.signing_secret()
        assert len(one.signing_secret()) >= 32

    def test_draft_comes_back_as_it_was_and_is_replaced_by_its_number(self, store: Store) -> None:
        store.record(a_batch(a_promise()))
        new_due_at = FRIDAY.astimezone(NEW_YORK)
        store.close_round(Round(drafts=(a_draft(new_due_at=new_due_at),)), THURSDAY)
        (stored,) = store.drafts(promise_key="promise-1")
        assert stored.id is not None
        assert stored == a_draft(new_due_at=new_due_at, id=stored.id)
        dropped = replace(stored, stage=DraftStage.DROPPED, note="answered meanwhile")
        store.close_round(Round(drafts=(dropped,)), FRIDAY)
        assert store.drafts() == (dropped,)
        assert store.draft(stored.id) == dropped
        assert store.drafts(stages=[DraftStage.DRAFTED]) == ()
        assert store.draft(stored.id + 1) is None

    def test_opened_promise_gets_a_number_and_its_first_line(self, store: Store) -> None:
        promise = a_promise(key="moved-here")
        opened = Opened(promise=promise, first_event=an_event(promise=promise, action="moved here"))
        store.close_round(Round(opened=(opened, opened)), MONDAY)
        (stored,) = store.promises(ALL)
        assert stored == replace(promise, id=stored.id)
        assert [event.action for event in store.events("moved-here")] == ["moved here"]

    def test_pause_lasts_until_it_is_lifted(self, store: Store) -> None:
        assert store.paused_until() is None
        store.pause(THURSDAY)
        store.pause(FRIDAY, "the server refuses everything")
        assert store.paused_until() == FRIDAY
        assert store.paused_why() == "the server refuses everything"
        store.pause(None)
        assert store.paused_until() is None
        assert store.paused_why() == ""

    def test_folder_is_read_when_it_is_said(self, store: Store) -> None:
        assert store.read_at(SENT_FOLDER) is None
        store.record(a_batch(cursor=a_cursor()))
        store.note_read(SENT_FOLDER, THURSDAY)
        assert store.read_at(SENT_FOLDER) == THURSDAY

    def test_suppressed_address_keeps_its_first_reason(self, store: Store) -> None:
        store.close_round(Round(suppressed=((CUSTOMER, "bounced"),)), MONDAY)
        store.close_round(Round(suppressed=((CUSTOMER, "asked"),)), FRIDAY)
        assert store.suppressed(CUSTOMER) == "bounced"
        assert store.suppressed(AGENT) == ""

    def test_letters_are_counted_by_recipient_kind_and_urgency(self, store: Store) -> None:
        letters = (
            a_letter(dedupe_key="a", kind="lapse", is_urgent=True),
            a_letter(dedupe_key="b", kind="digest"),
            a_letter(dedupe_key="c", kind="lapse", recipient="joss@shop.example"),
        )
        store.close_round(Round(letters=letters[:1]), MONDAY)
        store.close_round(Round(letters=letters), THURSDAY)
        assert store.letters_since(MONDAY) == 3
        assert store.letters_since(THURSDAY) == 2
        assert store.letters_since(MONDAY, recipient=AGENT) == 2
        assert store.letters_since(MONDAY, kinds=["lapse"]) == 2
        assert store.letters_since(MONDAY, recipient=AGENT, urgent_only=True) == 1


class StoreContract(
    TrafficContract,
    RecordingContract,
    PromiseContract,
    SettlingContract,
    RoundContract,
    OutboxContract,
    SharingContract,
    DeskContract,
    ReceiptContract,
):
    """Everything."""
