"""Notes and promises of a customer -> what became of the promises, in the ledger."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from promisekeeper.core.ackrecords import RULE
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Change
from promisekeeper.core.settling import is_corrected, settle_all
from promisekeeper.core.team import Team
from promisekeeper.core.threads import has_relatives
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Store

# After years of mail, a transaction for each customer would cost more than weighing them. As
# many customers are weighed together, and the verdicts on a few times as many stored.
SETTLED_TOGETHER = 25
STORED_TOGETHER = 8

Verdicts = dict[str, Sequence[Change]]
Weigh = Callable[[tuple[str, ...]], Verdicts]
Spread = Callable[[Weigh, Iterable[tuple[str, ...]]], Iterable[Verdicts]]


def settle_news(store: Store, rules: IntakeRules, *, spread: Spread = map) -> int:
    """Weigh the open promises of every customer with news; returns how many changed.

    Args:
        spread: Has portions of customers weighed, and gives their verdicts in the same order.
    """
    changed = 0
    customers = store.unsettled()
    portions = [
        customers[at : at + SETTLED_TOGETHER] for at in range(0, len(customers), SETTLED_TOGETHER)
    ]
    weighed = iter(spread(lambda some: weigh_news(some, store, rules), portions))
    while some := tuple(islice(weighed, STORED_TOGETHER)):
        verdicts: Verdicts = {}
        for one in some:
            verdicts |= one
        store.settle_many(verdicts)
        changed += sum(map(len, verdicts.values()))
    return changed


def weigh_news(customers: Iterable[str], store: Store, rules: IntakeRules) -> Verdicts:
    """What is to change for some customers; only reads the store."""
    return {customer: _verdicts(customer, store, rules) for customer in customers}


def _verdicts(customer: str, store: Store, rules: IntakeRules) -> Sequence[Change]:
    promises = store.promises(PromiseQuery(customer=customer))
    if not promises:
        return ()
    corrections = store.corrections([promise.key for promise in promises])
    threads = {one for promise in promises for one in (promise.thread, promise.message_id)}
    # What visitors write settles nothing of their form mail, and there may be a flood of it.
    has_others = any(promise.rule != RULE for promise in promises)
    return settle_all(
        promises,
        store.notes(customer, role=None if has_others else Role.SENT),
        beside=store.notes_beside(customer, threads) if has_relatives(customer) else (),
        corrected={key for key, events in corrections.items() if is_corrected(events)},
        calendar=lambda promise: hours_of(promise, rules.team),
        policy=rules.settling,
        defaults=rules.defaults,
    )


def hours_of(promise: Promise, team: Team) -> WorkingHours:
    """The working calendar of a promise's owner."""
    return team.hours_for(team.agent_at(promise.owner_address), promise.made_at)
