"""Letters go out once, or are looked for, or are held."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from builders import MONDAY, a_letter
from fakes import FakePostman
from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.core.records import Audience, Letter, Round, Stage
from promisekeeper.errors import MailboxError
from promisekeeper.flows.delivery import deliver, resolve_doubts
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
