"""Letters go out once, or are looked for, or are held."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import MONDAY, a_letter
from fakes import FakePostman
from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.core.records import (
    NOTHING,
    Audience,
    Letter,
    Mark,
    OutboxLetter,
    Round,
    Stage,
)
from promisekeeper.core.sending import BREAK, GO, Ruling, SendingLimits, drop, wait
from promisekeeper.errors import MailboxError, StoreError
from promisekeeper.flows.delivery import Dispatch, deliver, resolve_doubts
from promisekeeper.store.ledger import Ledger

GRACE = timedelta(minutes=2)
LATER = MONDAY + timedelta(minutes=5)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


def queued(ledger: Ledger, *letters: Letter) -> None:
    ledger.close_round(Round(letters=letters), MONDAY)


def stages(ledger: Ledger) -> list[Stage]:
    return [entry.stage for entry in ledger.letters()]


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (Handed.SENT, Stage.SENT),
        (Handed.UNSENT, Stage.QUEUED),
        (Handed.REFUSED, Stage.FAILED),
        (Handed.UNKNOWN, Stage.IN_DATA),
    ],
)
def test_the_outcome_is_the_stage(ledger: Ledger, outcome: Handed, stage: Stage) -> None:
    queued(ledger, a_letter())
    deliver(ledger, FakePostman([outcome]), clock=lambda: MONDAY)
    assert stages(ledger) == [stage]


def test_what_is_sent_is_not_sent_again(ledger: Ledger) -> None:
    queued(ledger, a_letter())
    postman = FakePostman()
    for _ in range(3):
        deliver(ledger, postman, clock=lambda: LATER)
    assert len(postman.carried) == 1
    queued(ledger, a_letter())
    deliver(ledger, postman, clock=lambda: LATER)
    assert len(postman.carried) == 1


def test_what_could_not_be_sent_waits_and_is_tried_again(ledger: Ledger) -> None:
    queued(ledger, a_letter(dedupe_key="one"), a_letter(dedupe_key="two"))
    postman = FakePostman([Handed.UNSENT, Handed.UNSENT])
    deliver(ledger, postman, clock=lambda: MONDAY)
    deliver(ledger, postman, clock=lambda: MONDAY + timedelta(seconds=1))
    deliver(ledger, postman, clock=lambda: MONDAY + timedelta(seconds=2))
    assert postman.carried == []
    done = deliver(ledger, postman, clock=lambda: LATER)
    assert (done.sent, stages(ledger)) == (2, [Stage.SENT, Stage.SENT])


def test_a_letter_is_marked_before_the_point_of_no_return(ledger: Ledger) -> None:
    class Curious(FakePostman):
        def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
            before = stages(ledger)
            on_data()
            self.seen = (before, stages(ledger))
            return super().send(envelope, lambda: None)

    queued(ledger, a_letter())
    postman = Curious()
    deliver(ledger, postman, clock=lambda: MONDAY)
    assert postman.seen == ([Stage.QUEUED], [Stage.IN_DATA])


@pytest.mark.parametrize(
    ("audience", "is_found", "stage"),
    [
        pytest.param(Audience.AGENT, True, Stage.SENT, id="found"),
        pytest.param(Audience.CUSTOMER, True, Stage.SENT, id="found, a customer's"),
        pytest.param(Audience.AGENT, False, Stage.QUEUED, id="an agent's goes out again"),
        pytest.param(Audience.CUSTOMER, False, Stage.HELD, id="a customer's is held"),
    ],
)
def test_a_lost_answer(ledger: Ledger, audience: Audience, is_found: bool, stage: Stage) -> None:
    queued(ledger, a_letter(audience=audience))
    deliver(ledger, FakePostman([Handed.UNKNOWN]), clock=lambda: MONDAY)
    resolve_doubts(ledger, lambda wanted: is_found, now=MONDAY + GRACE, grace=GRACE)
    assert stages(ledger) == [stage]


def test_nothing_is_decided_too_early(ledger: Ledger) -> None:
    queued(ledger, a_letter())
    deliver(ledger, FakePostman([Handed.UNKNOWN]), clock=lambda: MONDAY)
    early = MONDAY + GRACE - timedelta(seconds=1)
    resolve_doubts(ledger, lambda wanted: False, now=early, grace=GRACE)
    assert stages(ledger) == [Stage.IN_DATA]


def test_nothing_is_decided_where_nobody_can_look(ledger: Ledger) -> None:
    def cannot_look(wanted: str) -> bool:
        raise MailboxError("the server is away")

    queued(ledger, a_letter())
    deliver(ledger, FakePostman([Handed.UNKNOWN]), clock=lambda: MONDAY)
    with pytest.raises(MailboxError):
        resolve_doubts(ledger, cannot_look, now=LATER, grace=GRACE)
    assert stages(ledger) == [Stage.IN_DATA]


def test_waiting_grows_to_an_hour(ledger: Ledger) -> None:
    queued(ledger, a_letter())
    now, waits = MONDAY, []
    for _ in range(9):
        deliver(ledger, FakePostman([Handed.UNSENT]), clock=lambda at=now: at)  # type: ignore[misc]
        (entry,) = ledger.letters()
        waits.append(entry.next_try_at - now)
        now = entry.next_try_at
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=1)


def test_doubt_counts_from_the_moment_of_no_return(ledger: Ledger) -> None:
    """A letter that follows a slow one is not older than it is."""
    queued(ledger, a_letter())
    times = iter([MONDAY, MONDAY + timedelta(minutes=9), MONDAY + timedelta(minutes=9)])
    last = MONDAY + timedelta(minutes=9)
    deliver(ledger, FakePostman([Handed.UNKNOWN]), clock=lambda: next(times, last))
    (entry,) = ledger.letters()
    assert entry.changed_at == last


def test_it_says_why_a_letter_was_not_sent(ledger: Ledger) -> None:
    queued(ledger, a_letter())
    done = deliver(ledger, FakePostman([Handed.UNSENT]), clock=lambda: MONDAY)
    assert done.problem == "connection refused"


def test_a_server_that_is_away_is_asked_once_a_round(ledger: Ledger) -> None:
    queued(ledger, *(a_letter(dedupe_key=f"letter-{number}") for number in range(5)))
    postman = FakePostman([Handed.UNSENT] * 5)
    done = deliver(ledger, postman, clock=lambda: MONDAY)
    assert (done.waiting, len(postman.outcomes)) == (1, 4)


def ruling_of(*rulings: Ruling) -> Dispatch:
    """Says these one after the other, then the last one for ever."""
    said = list(rulings)

    def recheck(entry: OutboxLetter, now: datetime) -> Ruling:
        return said.pop(0) if len(said) > 1 else said[0]

    return Dispatch(recheck=recheck)


@pytest.mark.parametrize(
    "dispatch",
    [
        pytest.param(lambda: ruling_of(drop("settled meanwhile")), id="before connecting"),
        pytest.param(lambda: ruling_of(GO, drop("settled meanwhile")), id="right before DATA"),
    ],
)
def test_letter_that_is_not_wanted_any_more_is_dropped(
    ledger: Ledger, dispatch: Callable[[], Dispatch]
) -> None:
    queued(ledger, a_letter())
    postman = FakePostman()
    done = deliver(ledger, postman, clock=lambda: MONDAY, dispatch=dispatch())
    (entry,) = ledger.letters()
    assert (entry.stage, entry.note, done.dropped) == (Stage.DROPPED, "settled meanwhile", 1)
    assert entry.attempts == 0
    assert postman.carried == []


def test_letter_that_must_wait_shows_why_and_lets_others_pass(ledger: Ledger) -> None:
    queued(ledger, a_letter(dedupe_key="one"), a_letter(dedupe_key="two"))
    postman = FakePostman()
    dispatch = ruling_of(GO, wait("quiet hours", LATER), GO)
    done = deliver(ledger, postman, clock=lambda: MONDAY, dispatch=dispatch)
    first, second = ledger.letters()
    assert (first.stage, first.note, first.next_try_at) == (Stage.QUEUED, "quiet hours", LATER)
    assert (second.stage, done.sent, done.waiting) == (Stage.SENT, 1, 1)
    deliver(ledger, postman, clock=lambda: LATER)
    assert len(postman.carried) == 2


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [(Handed.SENT, Stage.SENT), (Handed.REFUSED, Stage.FAILED), (Handed.UNSENT, Stage.QUEUED)],
)
def test_what_follows_is_stored_with_the_stage(
    ledger: Ledger, outcome: Handed, stage: Stage
) -> None:
    def consequences(entry: OutboxLetter, at: Stage, now: datetime, note: str) -> Round:
        return Round(marks=(Mark(name=f"{entry.id} {at}", at=now),))

    queued(ledger, a_letter())
    deliver(
        ledger,
        FakePostman([outcome]),
        clock=lambda: MONDAY,
        dispatch=Dispatch(consequences=consequences),
    )
    assert ledger.marked([f"1 {one}" for one in Stage]) == {f"1 {stage}"}


def test_what_follows_a_letter_that_was_found_is_stored_too(ledger: Ledger) -> None:
    def consequences(entry: OutboxLetter, at: Stage, now: datetime, note: str) -> Round:
        return Round(marks=(Mark(name=f"{entry.id} {at}", at=now),)) if at else NOTHING

    queued(ledger, a_letter())
    deliver(ledger, FakePostman([Handed.UNKNOWN]), clock=lambda: MONDAY)
    dispatch = Dispatch(consequences=consequences)
    resolve_doubts(ledger, lambda wanted: True, now=LATER, grace=GRACE, dispatch=dispatch)
    assert ledger.marked(["1 sent"])


def test_letters_over_the_caps_wait_and_none_is_lost(ledger: Ledger) -> None:
    queued(ledger, *(a_letter(dedupe_key=f"letter-{n}") for n in range(5)))
    postman = FakePostman()
    dispatch = Dispatch(limits=SendingLimits(per_hour=2, per_recipient_per_day=4))
    now = MONDAY
    sent_at = []
    for _ in range(30):
        before = len(postman.carried)
        deliver(ledger, postman, clock=lambda at=now: at, dispatch=dispatch)  # type: ignore[misc]
        sent_at += [now] * (len(postman.carried) - before)
        now += timedelta(hours=1)
    hours = [int((at - MONDAY) / timedelta(hours=1)) for at in sent_at]
    assert hours == [0, 0, 1, 1, 24]


def test_paused_sender_sends_nothing_until_it_is_told(ledger: Ledger) -> None:
    queued(ledger, a_letter())
    postman = FakePostman()
    ledger.pause(MONDAY + timedelta(days=1))
    done = deliver(ledger, postman, clock=lambda: LATER)
    assert (postman.carried, done.problem) == ([], "")
    ledger.pause(None)
    deliver(ledger, postman, clock=lambda: LATER)
    assert len(postman.carried) == 1


def test_pause_that_comes_at_the_last_moment_counts(ledger: Ledger) -> None:
    class Slow(FakePostman):
        def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
            ledger.pause(MONDAY + timedelta(days=1))
            return super().send(envelope, on_data)

    queued(ledger, a_letter())
    postman = Slow()
    deliver(ledger, postman, clock=lambda: MONDAY)
    assert (postman.carried, stages(ledger)) == ([], [Stage.QUEUED])
    ledger.pause(None)
    deliver(ledger, FakePostman(), clock=lambda: LATER)
    assert stages(ledger) == [Stage.SENT]


def test_breaker_stops_before_all_letters_are_refused(ledger: Ledger) -> None:
    queued(ledger, *(a_letter(dedupe_key=f"letter-{n}") for n in range(9)))
    dispatch = Dispatch(limits=SendingLimits(failures_per_hour=3))
    refused = FakePostman([Handed.REFUSED] * 9)
    done = deliver(ledger, refused, clock=lambda: MONDAY, dispatch=dispatch)
    assert (done.failed, len(ledger.letters(Stage.QUEUED))) == (3, 6)
    assert "3 letters were refused" in ledger.paused_why()
    good = FakePostman()
    soon = MONDAY + BREAK - timedelta(minutes=1)
    assert deliver(ledger, good, clock=lambda: soon, dispatch=dispatch).sent == 0
    after = MONDAY + BREAK
    assert deliver(ledger, good, clock=lambda: after, dispatch=dispatch).sent == 6


def test_breaker_that_a_person_closed_does_not_open_for_the_same_failures(ledger: Ledger) -> None:
    queued(ledger, *(a_letter(dedupe_key=f"letter-{n}") for n in range(9)))
    dispatch = Dispatch(limits=SendingLimits(failures_per_hour=3))
    deliver(ledger, FakePostman([Handed.REFUSED] * 3), clock=lambda: MONDAY, dispatch=dispatch)
    ledger.pause(LATER)
    assert deliver(ledger, FakePostman(), clock=lambda: LATER, dispatch=dispatch).sent == 6


def test_letter_that_a_person_discards_meanwhile_is_not_handed_over(ledger: Ledger) -> None:
    class Slow(FakePostman):
        def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
            ledger.move_letter(1, Stage.DROPPED, now=MONDAY, was=Stage.QUEUED)
            return super().send(envelope, on_data)

    queued(ledger, a_letter())
    postman = Slow()
    with pytest.raises(StoreError, match="no letter 1 that is queued"):
        deliver(ledger, postman, clock=lambda: MONDAY)
    assert (postman.carried, stages(ledger)) == ([], [Stage.DROPPED])


def test_server_that_never_says_it_has_a_letter_does_not_fill_a_mailbox(ledger: Ledger) -> None:
    queued(ledger, a_letter(audience=Audience.AGENT))
    carried = 0
    for minutes in range(0, 3 * 24 * 60, 5):
        now = MONDAY + timedelta(minutes=minutes)
        postman = FakePostman([Handed.UNKNOWN])
        deliver(ledger, postman, clock=lambda now=now: now)  # type: ignore[misc]
        carried += len(postman.carried)
        resolve_doubts(ledger, lambda wanted: False, now=now, grace=GRACE)
    assert carried == 8
    assert stages(ledger) == [Stage.HELD]
