"""What lapsed so long ago that nobody will deliver is called broken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from promisekeeper.core import lapsing
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import OPEN
from promisekeeper.core.records import Change, Round
from promisekeeper.core.settling import is_corrected
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Store
from promisekeeper.flows.verdicts import hours_of

# Years of a scan are not given up in one breath.
STORED_TOGETHER = 200


def give_up(
    store: Store, rules: IntakeRules, now: datetime, *, found_in: tuple[str, ...] = ()
) -> int:
    """Call broken what lapsed so long ago that nobody will deliver; returns how many.

    Args:
        found_in: Only what was found in these folders; everything where none is named.
    """
    given_up = 0
    lapsed = store.each_promise(replace(OPEN, due_before=now, found_in=found_in))
    while some := tuple(islice(lapsed, STORED_TOGETHER)):
        changes = _broken(some, store, rules, now)
        if changes:
            store.close_round(Round(changes=changes), now)
            given_up += len(changes)
    return given_up


def _broken(
    promises: Sequence[Promise], store: Store, rules: IntakeRules, now: datetime
) -> tuple[Change, ...]:
    found = {
        promise.key: change
        for promise in promises
        if (
            change := lapsing.give_up(
                promise, now=now, hours=hours_of(promise, rules.team), policy=rules.settling
            )
        )
    }
    # What a person opened again stays open until they, or a mail, say otherwise.
    said = store.corrections(list(found)) if found else {}
    return tuple(change for key, change in found.items() if not is_corrected(said.get(key, ())))
