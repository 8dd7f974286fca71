"""What is done with a page of control mail, and in one round between mails."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from promisekeeper.app.daemonparts import DaemonParts, Watch
from promisekeeper.core.answering import Refusal
from promisekeeper.core.mail import Page
from promisekeeper.core.records import Round
from promisekeeper.errors import TemplateError
from promisekeeper.flows.acknowledge import acknowledge
from promisekeeper.flows.answers import take_answers
from promisekeeper.flows.digests import send_digests
from promisekeeper.flows.followup import follow_up
from promisekeeper.flows.handover import hand_over
from promisekeeper.flows.lapses import give_up
from promisekeeper.flows.ports import Store
from promisekeeper.flows.speaking import Present, present_of
from promisekeeper.flows.updaterules import UpdateRules
from promisekeeper.flows.updates import announce_updates, draft_updates, release_updates
from promisekeeper.flows.updateswitch import in_force
from promisekeeper.flows.verdicts import settle_news

log = logging.getLogger(__name__)


def hold_round(parts: DaemonParts, store: Store) -> None:
    """Everything that is due now, in the order in which one thing rests on another.

    Whatever goes wrong with one part, all others are done first: a fault in the drafting of
    updates must not silence the reminders.
    """
    now = parts.clock()
    faults: list[Exception] = []
    for what, part in _parts_of_round(parts, store, now):
        try:
            part()
        except TemplateError as error:
            # A template of the user's own that is broken holds back its kind of letter, no other.
            log.error("letter.failed kind=%s error=%s", what, error)
        except Exception as error:  # noqa: BLE001 - raised again once all others are done
            log.error("part.failed part=%s error=%s", what, type(error).__name__)
            faults.append(error)
    if faults:
        raise faults[0]


def _parts_of_round(
    parts: DaemonParts, store: Store, now: datetime
) -> Iterable[tuple[str, Callable[[], object]]]:
    yield "ack", lambda: _acknowledge(parts, store, now)
    yield "settling", lambda: settle_news(store, parts.intake)
    if parts.updates is not None:
        # Before the reminders, which show what was drafted.
        rules = in_force(parts.updates, store)
        yield "update", lambda: _draft(rules, store, now)
        yield "announcement", lambda: _announce(rules, store, now)
        yield "release", lambda: _release(rules, store, now)
    if parts.followup is not None:
        yield "hand-over", lambda: _tell(parts, store, now, hand_over)
        # What lapsed while nobody was watching is told before it is given up.
        yield "reminder", lambda: _follow_up(parts, store, now)
    yield "giving up", lambda: give_up(store, parts.intake, now)
    if parts.followup is not None:
        yield "digest", lambda: _tell(parts, store, now, send_digests)


def hear(parts: DaemonParts, store: Store, watch: Watch, page: Page) -> None:
    """Do what agents say in a page of mails at the control address."""
    if parts.replies is None or not watch.hears:
        return
    now = parts.clock()
    for heard in take_answers(
        page,
        folder=watch.folder,
        store=store,
        rules=parts.replies,
        now=now,
        is_shared=watch.takes_mail,
    ):
        is_refused = heard.outcome in set(Refusal)
        level = logging.WARNING if is_refused else logging.INFO
        name = "answer.refused" if is_refused else "answer.heard"
        log.log(
            level,
            "%s outcome=%s why=%s id=%s promises=%s",
            *(name, heard.outcome, heard.reason or "-", heard.message_id),
            ",".join(heard.promise_keys) or "-",
        )


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


def _draft(rules: UpdateRules, store: Store, now: datetime) -> None:
    for draft in draft_updates(store, rules, now).drafts:
        log.info("update.drafted promise=%s auto=%s", draft.promise_key, draft.is_auto)


def _announce(rules: UpdateRules, store: Store, now: datetime) -> None:
    announced = announce_updates(store, rules, now)
    if announced:
        log.info("updates.announced count=%s", announced)


def _release(rules: UpdateRules, store: Store, now: datetime) -> None:
    for draft in release_updates(store, rules, now).drafts:
        log.info("update.%s draft=%s promise=%s", draft.stage, draft.id, draft.promise_key)


def _tell(
    parts: DaemonParts,
    store: Store,
    now: datetime,
    tell: Callable[[Present], tuple[Round, ...]],
) -> None:
    if parts.followup is None:
        return
    present = present_of(store, rules=parts.followup, intake=parts.intake, now=now)
    for decided in tell(present):
        for letter in decided.letters:
            log.info("letter.queued kind=%s promises=%s", letter.kind, len(letter.promise_keys))
