"""One round between mails: acknowledge, weigh, give up, remind."""

import logging
from datetime import datetime

from promisekeeper.app.daemonparts import DaemonParts
from promisekeeper.flows.acknowledge import acknowledge
from promisekeeper.flows.followup import follow_up, give_up
from promisekeeper.flows.intake import settle_news
from promisekeeper.flows.ports import Store

log = logging.getLogger(__name__)


def hold_round(parts: DaemonParts, store: Store) -> None:
    """Everything that is due now, in the order in which one thing rests on another."""
    now = parts.clock()
    _acknowledge(parts, store, now)
    settle_news(store, parts.intake)
    give_up(store, parts.intake, now)
    _follow_up(parts, store, now)


def _acknowledge(parts: DaemonParts, store: Store, now: datetime) -> None:
    if parts.acks is None:
        return
    for receipt in acknowledge(store, rules=parts.acks, now=now):
        log.info("form.decided stage=%s why=%s", receipt.stage, receipt.reason or "-")


def _follow_up(parts: DaemonParts, store: Store, now: datetime) -> None:
    if parts.followup is None:
        return
    decided = follow_up(store, rules=parts.followup, intake=parts.intake, now=now)
    for step in decided.steps:
        log.info("step.taken kind=%s promise=%s", step.kind, step.promise_key)
