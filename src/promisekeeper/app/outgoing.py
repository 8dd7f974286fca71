"""Config -> what is asked of letters on their way out, and how updates to customers are made."""

import hashlib
from datetime import datetime
from functools import partial

from promisekeeper.app.settings import Config
from promisekeeper.core.letters import Reader
from promisekeeper.core.mood import mood_of
from promisekeeper.core.records import OutboxLetter
from promisekeeper.core.sending import GO, Ruling, SendingLimits
from promisekeeper.flows.delivery import Dispatch
from promisekeeper.flows.intake import IntakeRules, hours_of
from promisekeeper.flows.ports import Store, Texts
from promisekeeper.flows.recheck import still_wanted
from promisekeeper.flows.updatefate import fate_of_update, recheck_update
from promisekeeper.flows.updaterules import UpdateRules


def limits_of(config: Config) -> SendingLimits:
    """How much may go out."""
    outbox = config.outbox
    return SendingLimits(
        per_hour=outbox.per_hour,
        per_recipient_per_day=outbox.per_recipient_per_day,
        per_customer_per_day=outbox.per_customer_per_day,
        failures_per_hour=outbox.failures_per_hour,
        flood_per_hour=outbox.flood_per_hour,
    )


def dispatch_of(config: Config, store: Store, updates: UpdateRules | None) -> Dispatch:
    """What delivery asks about each letter before it goes, and what follows when it went."""

    def recheck(entry: OutboxLetter, now: datetime) -> Ruling:
        ruling = still_wanted(entry, store, now)
        return recheck_update(entry, store, updates, now) if ruling == GO else ruling

    return Dispatch(
        limits=limits_of(config),
        recheck=recheck,
        consequences=partial(fate_of_update, store=store, rules=updates),
    )


def update_rules(
    config: Config, *, intake: IntakeRules, texts: Texts, folders: tuple[str, ...]
) -> UpdateRules:
    """How updates to customers are made, where they are not switched off.

    Args:
        folders: Keys of all folders that are watched.
    """
    return UpdateRules(
        texts=texts,
        intake=intake,
        # A preview needs no server, and then none is configured.
        control=config.control_address or "promises@preview.invalid",
        folders=folders,
        is_auto=config.customer_mail == "auto",
        company=config.company,
        language=config.customer_language,
        fingerprint=_fingerprint(config),
        reader_of=lambda promise, now: Reader(
            name=promise.owner,
            address=promise.owner_address,
            zone=hours_of(promise, intake.team).zone,
        ),
        is_upset=lambda promise, notes: mood_of(promise, notes) is not None,
    )


def _fingerprint(config: Config) -> str:
    """Names all settings that updates depend on; another one asks for a new preview."""
    counts = (
        config.company,
        config.support_addresses,
        config.own_domains,
        config.customer_language,
        config.zone,
        config.agents,
        config.hours,
        config.followup,
        config.templates,
    )
    return hashlib.sha256(repr(counts).encode("utf-8", "replace")).hexdigest()[:16]
