"""The whole development mailbox: what became of each promise, in whatever order mail comes."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from promisekeeper.app.config import read_config
from promisekeeper.app.mailboxes import open_path
from promisekeeper.app.rules import intake_rules
from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.lapses import give_up
from promisekeeper.store.ledger import Ledger

DATA = Path(__file__).parent.parent / "data"
MAILBOX = DATA / "mailbox"
SETTLED = {State.KEPT, State.LATE, State.MOVED, State.RELEASED}
CONFIG = read_config(DATA / "cornerbicycle.toml")
RULES = intake_rules(CONFIG, history_before=datetime.max.replace(tzinfo=UTC))
AS_OF = CONFIG.as_of or datetime(2026, 6, 1, 12, tzinfo=UTC)


@lru_cache
def all_mail() -> tuple[tuple[Role, RawMail], ...]:
    mailbox = open_path(str(MAILBOX), sent="Sent", inbox="INBOX")
    return tuple(
        (role, mail) for role in Role for mail in mailbox.read(role, None, limit=999).mails
    )


def promises_of(pages: Iterable[tuple[Role, Sequence[RawMail]]]) -> tuple[Promise, ...]:
    with Ledger(":memory:") as ledger:
        for role, mails in pages:
            page = Page(mails=tuple(mails), cursor=Cursor(validity=1, position=1), has_more=False)
            take_in(page, folder=role, role=role, store=ledger, rules=RULES, now=AS_OF)
        give_up(ledger, RULES, AS_OF)
        return ledger.promises(PromiseQuery())


@lru_cache
def in_order() -> tuple[Promise, ...]:
    mails = all_mail()
    return promises_of((role, [m for r, m in mails if r is role]) for role in Role)


def gold(name: str) -> list[dict[str, Any]]:
    lines = (MAILBOX / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def words(text: str) -> Counter[str]:
    return Counter(text.lower().replace(",", " ").replace(".", " ").split())


def match(wanted: dict[str, Any], promises: Iterable[Promise]) -> Promise | None:
    """The promise in the same mail whose sentence shares at least half of the words."""
    for promise in promises:
        both, either = words(promise.words), words(wanted["sentence"])
        alike = (both & either).total() / max(both.total(), either.total())
        if promise.message_id == wanted["message_id"] and alike >= 0.5:
            return promise
    return None


def test_what_became_of_the_promises() -> None:
    verdicts = gold("verdicts")
    right, wrongly_settled = 0, []
    for wanted in verdicts:
        found = match(wanted, in_order())
        if found is None:
            continue
        if found.state in (wanted["state"], *wanted["acceptable"]):
            right += 1
        elif found.state in SETTLED and {found.state, wanted["state"]} != {"kept", "late"}:
            wrongly_settled.append(found.words)
    assert wrongly_settled == []
    assert right / len(verdicts) >= 0.95


def test_the_evidence_is_the_mail_that_shows_it() -> None:
    settled = [one for one in gold("verdicts") if one["state"] in ("kept", "late", "moved")]
    right = 0
    for wanted in settled:
        found = match(wanted, in_order())
        allowed = (wanted["evidence_message_id"], *wanted.get("acceptable_evidence", ()))
        right += (
            found is not None
            and found.evidence is not None
            and (found.evidence.message_id in allowed)
        )
    assert right / len(settled) >= 0.95


def test_a_release_by_the_customer_is_proposed() -> None:
    for wanted in gold("verdicts"):
        if wanted["state"] == "released":
            found = match(wanted, in_order())
            assert found is not None
            assert (found.state, found.proposed_state) == (State.OPEN, State.RELEASED)
            assert found.hint is not None
            assert found.hint.message_id == wanted["evidence_message_id"]


def test_a_promise_that_was_repeated_is_one() -> None:
    told_again = [promise for promise in in_order() if promise.same_as]
    (wanted,) = [one for one in gold("verdicts") if one.get("same_as")]
    (again,) = told_again
    first = next(promise for promise in in_order() if promise.key == again.same_as)
    assert again.message_id == wanted["message_id"]
    assert first.message_id == wanted["same_as"]
    assert (again.state, again.evidence) == (first.state, first.evidence)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_mail_comes_does_not_matter(seed: int) -> None:
    mails = list(all_mail())
    random.Random(seed).shuffle(mails)
    shuffled = promises_of((role, [mail]) for role, mail in mails)
    assert outcomes(shuffled) == outcomes(in_order())


def outcomes(promises: Iterable[Promise]) -> dict[str, Promise]:
    """What became of each; its number depends on the order, and so does "your time"."""
    deadline = in_order()[0].deadline
    return {one.key: replace(one, id=None, deadline=deadline) for one in promises}
