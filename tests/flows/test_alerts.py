"""Trouble with sending is told by one mail, to somebody else, and not for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from builders import AGENT, CUSTOMER, MONDAY, a_letter
from fakes import FakePostman
from promisekeeper.core.letters import Reader
from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.core.records import Audience, OutboxLetter, Round, Stage
from promisekeeper.core.sending import BREAK, SendingLimits
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.flows.alerts import AlertRules, after_trouble, sending_stopped
from promisekeeper.flows.delivery import Dispatch, deliver, resolve_doubts
from promisekeeper.store.ledger import Ledger

LEAD = Reader(name="Joss", address="joss@shop.example", zone=UTC)
ANA = Reader(name="Ana", address=AGENT, zone=UTC)
RULES = AlertRules(
    texts=TemplateTexts(),
    control="promises@shop.example",
    readers=lambda absences, now: (LEAD, ANA),
)
LIMITS = SendingLimits(failures_per_hour=3)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as opened:
        yield opened


def dispatch(ledger: Ledger, rules: AlertRules = RULES) -> Dispatch:
    return Dispatch(
        limits=LIMITS,
        consequences=partial(after_trouble, store=ledger, rules=rules),
        on_break=partial(sending_stopped, store=ledger, rules=rules),
    )


def queued(ledger: Ledger, number: int, **changes: object) -> None:
    letters = [
        a_letter(dedupe_key=f"letter-{n}/{len(ledger.letters())}", **changes) for n in range(number)
    ]
    ledger.close_round(Round(letters=tuple(letters)), MONDAY)


def alerts(ledger: Ledger) -> list[OutboxLetter]:
    return [entry for entry in ledger.letters() if entry.letter.kind == "alert"]


class Refusing(FakePostman):
    """Takes letters to the lead, and refuses all others with these words."""

    def __init__(self, code: int = 554, text: str = "5.7.1 not allowed") -> None:
        super().__init__()
        self.answer = Outcome(stage=Handed.REFUSED, code=code, text=text)

    def send(self, envelope: Envelope, on_data: object) -> Outcome:
        if envelope.recipient == LEAD.address:
            return super().send(envelope, on_data)  # type: ignore[arg-type]
        return self.answer


def send(ledger: Ledger, postman: FakePostman, at: datetime = MONDAY) -> None:
    deliver(ledger, postman, clock=lambda: at, dispatch=dispatch(ledger))


def test_refused_letter_is_told_to_the_lead(ledger: Ledger) -> None:
    queued(ledger, 1)
    postman = Refusing()
    send(ledger, postman)
    (entry,) = alerts(ledger)
    assert (entry.letter.recipient, entry.stage) == (LEAD.address, Stage.SENT)
    assert b"554 5.7.1 not allowed" in postman.carried[0].content
    assert b"outbox retry 1" in postman.carried[0].content


def test_nobody_is_told_about_an_alert_or_at_the_address_that_failed(ledger: Ledger) -> None:
    queued(ledger, 1, recipient=LEAD.address)
    send(ledger, FakePostman([Handed.REFUSED, Handed.REFUSED]))
    (entry,) = alerts(ledger)
    assert (entry.letter.recipient, entry.stage) == (AGENT, Stage.FAILED)


def test_customer_letter_of_unknown_fate_is_told(ledger: Ledger) -> None:
    queued(ledger, 1, audience=Audience.CUSTOMER, recipient=CUSTOMER, kind="ack")
    queued(ledger, 1, kind="digest")
    send(ledger, FakePostman([Handed.UNKNOWN, Handed.UNKNOWN]))
    later = MONDAY + timedelta(minutes=9)
    resolve_doubts(
        ledger,
        lambda wanted: False,
        now=later,
        grace=timedelta(minutes=1),
        dispatch=dispatch(ledger),
    )
    # The agent's letter goes out again by itself.
    (entry,) = alerts(ledger)
    assert b"--arrived" in entry.letter.content


def test_alerts_are_five_a_day(ledger: Ledger) -> None:
    for minute in range(20):
        at = MONDAY + timedelta(minutes=minute)
        queued(ledger, 1)
        # The breaker is not what is looked at here.
        ledger.pause(at)
        send(ledger, Refusing(), at)
    assert len(ledger.letters(Stage.FAILED)) == 20
    assert len(alerts(ledger)) == 5
    tomorrow = MONDAY + timedelta(days=1, hours=1)
    queued(ledger, 1)
    send(ledger, Refusing(), tomorrow)
    assert len(alerts(ledger)) == 6


@pytest.mark.parametrize(
    ("code", "text", "is_suppressed"),
    [
        pytest.param(550, "5.1.1 no such user", True, id="no such user"),
        pytest.param(550, "unknown user", True, id="without an extended code"),
        pytest.param(553, "5.1.2 no such domain", True, id="no such domain"),
        pytest.param(550, "5.7.1 blocked", False, id="policy"),
        pytest.param(554, "5.1.1 no such user", False, id="another code"),
        pytest.param(552, "5.2.2 mailbox full", False, id="full"),
    ],
)
def test_address_that_is_nobodys_gets_no_more_letters(
    ledger: Ledger, code: int, text: str, is_suppressed: bool
) -> None:
    queued(ledger, 1, audience=Audience.CUSTOMER, recipient=CUSTOMER, kind="ack")
    send(ledger, Refusing(code, text))
    assert bool(ledger.suppressed(CUSTOMER)) is is_suppressed


def test_agents_address_is_never_suppressed(ledger: Ledger) -> None:
    queued(ledger, 1)
    send(ledger, Refusing(550, "5.1.1 no such user"))
    assert ledger.suppressed(AGENT) == ""


def test_breaker_tells_why_and_its_letter_passes(ledger: Ledger) -> None:
    queued(ledger, 9)
    postman = Refusing()
    for minute in range(3):
        send(ledger, postman, MONDAY + timedelta(minutes=minute))
    stopped = [one for one in postman.carried if b"Sending has stopped" in one.content]
    assert len(stopped) == 1
    until = MONDAY + BREAK
    assert f"until Mon 16 Nov {until:%H:%M}".encode() in stopped[0].content
    # Everything else waits.
    assert len(ledger.letters(Stage.QUEUED)) >= 3


def test_persons_pause_stops_alerts_too(ledger: Ledger) -> None:
    queued(ledger, 1)
    send(ledger, Refusing())
    queued(ledger, 1, kind="alert", recipient=LEAD.address)
    ledger.pause(MONDAY + timedelta(days=1))
    postman = FakePostman()
    send(ledger, postman, MONDAY + timedelta(minutes=5))
    assert postman.carried == []


def test_without_anybody_to_tell_nothing_is_told(ledger: Ledger) -> None:
    queued(ledger, 1)
    nobody = AlertRules(
        texts=TemplateTexts(), control="p@shop.example", readers=lambda absences, now: ()
    )
    deliver(ledger, Refusing(), clock=lambda: MONDAY, dispatch=dispatch(ledger, nobody))
    assert alerts(ledger) == []
