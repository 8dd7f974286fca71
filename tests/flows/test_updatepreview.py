"""What would have gone out by itself in the past: the real steps, and nothing is sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import FRIDAY, MONDAY, THURSDAY, a_note, a_promise
from promisekeeper.core.mail import Role
from promisekeeper.core.records import Signal, SignalKind
from promisekeeper.core.sending import SendingLimits
from promisekeeper.errors import InputError
from promisekeeper.flows.intake import ReadMail
from promisekeeper.flows.updatepreview import WouldSend, preview_updates
from promisekeeper.flows.updaterules import UpdateRules
from promisekeeper.flows.updateswitch import enable, in_force, is_enabled, note_preview
from promisekeeper.store.ledger import Ledger
from updating import AUTO, PROMISE, RULES

GIVEN = ReadMail(
    note=a_note(message_id=PROMISE.message_id, signals=(), author="Ana Ortiz"), promises=(PROMISE,)
)


def preview(mails: Sequence[ReadMail], rules: UpdateRules = AUTO) -> tuple[WouldSend, ...]:
    until = FRIDAY + timedelta(days=30)
    with Ledger(":memory:") as past:
        return preview_updates(mails, past, rules=rules, limits=SendingLimits(), until=until)


def later(at: datetime, kind: SignalKind, role: Role = Role.SENT) -> ReadMail:
    signal = Signal(kind=kind, sentence="Here is the new invoice.")
    note = a_note(message_id="<later@x>", role=role, sent_at=at, signals=(signal,))
    return ReadMail(note=replace(note, thread=PROMISE.thread, references=(PROMISE.message_id,)))


def test_update_is_shown_with_its_time_and_text() -> None:
    (would,) = preview([GIVEN])
    assert THURSDAY + timedelta(hours=2) <= would.at < THURSDAY + timedelta(hours=2, minutes=1)
    assert would.promise.key == PROMISE.key
    assert "You will hear from a person by then." in would.draft.body


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(later(THURSDAY, SignalKind.HOLDS), id="told before it is drafted"),
        pytest.param(
            later(THURSDAY + timedelta(hours=1), SignalKind.DELIVERS), id="delivered meanwhile"
        ),
        pytest.param(
            later(THURSDAY + timedelta(hours=1), SignalKind.ASKS, Role.INBOX),
            id="they wrote meanwhile",
        ),
    ],
)
def test_mail_of_the_time_stops_it(mail: ReadMail) -> None:
    assert preview([GIVEN, mail]) == ()


def test_history_is_told_to_nobody() -> None:
    old = replace(GIVEN, promises=(replace(PROMISE, is_history=True),))
    assert preview([old]) == ()


def test_nothing_would_go_without_the_switch() -> None:
    assert preview([GIVEN], RULES) == ()


def test_updates_go_by_themselves_only_after_a_preview_with_the_same_settings() -> None:
    rules = replace(AUTO, fingerprint="one")
    with Ledger(":memory:") as ledger:
        assert not in_force(rules, ledger).is_auto
        with pytest.raises(InputError, match="updates preview"):
            enable(ledger, "one", MONDAY)
        note_preview(ledger, "other", MONDAY)
        with pytest.raises(InputError, match="updates preview"):
            enable(ledger, "one", MONDAY)
        note_preview(ledger, "one", MONDAY)
        assert not is_enabled(ledger, "one")
        enable(ledger, "one", MONDAY)
        assert in_force(rules, ledger).is_auto
        assert not in_force(replace(rules, fingerprint="two"), ledger).is_auto
        assert not in_force(replace(rules, is_auto=False), ledger).is_auto


def test_all_promises_of_a_page_count() -> None:
    other = a_promise(
        key="other", customer="milo@postbox.example", owner="Ana Ortiz", customer_name="Milo"
    )
    assert len(preview([replace(GIVEN, promises=(PROMISE, other))])) == 2
