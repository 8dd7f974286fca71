"""Config -> what is asked of letters on their way out, and how updates to customers are made."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from promisekeeper.app.settings import Config
from promisekeeper.core.absence import Absence
from promisekeeper.core.letters import Reader
from promisekeeper.core.mood import mood_of
from promisekeeper.core.readers import Readers
from promisekeeper.core.records import OutboxLetter, Round, Stage
from promisekeeper.core.sending import GO, Ruling, SendingLimits
from promisekeeper.core.team import Team
from promisekeeper.flows.alerts import AlertRules, after_trouble, sending_stopped
from promisekeeper.flows.delivery import Dispatch
from promisekeeper.flows.intakerules import IntakeRules
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


def dispatch_of(
    store: Store, *, limits: SendingLimits, updates: UpdateRules | None, alerts: AlertRules | None
) -> Dispatch:
    """What delivery asks about each letter before it goes, and what follows when it went."""

    def recheck(entry: OutboxLetter, now: datetime) -> Ruling:
        ruling = still_wanted(entry, store, now)
        return recheck_update(entry, store, updates, now) if ruling == GO else ruling

    def consequences(entry: OutboxLetter, stage: Stage, now: datetime, note: str) -> Round:
        fate = fate_of_update(entry, stage, now, note, store=store, rules=updates)
        trouble = after_trouble(entry, stage, now, note, store=store, rules=alerts)
        return replace(fate, letters=fate.letters + trouble.letters, suppressed=trouble.suppressed)

    return Dispatch(
        limits=limits,
        recheck=recheck,
        consequences=consequences,
        on_break=partial(sending_stopped, store=store, rules=alerts),
    )


def readers_of(config: Config, team: Team) -> Callable[[tuple[Absence, ...], datetime], Readers]:
    """Everybody of ours who may be written to, given who is away."""

    def readers(absences: tuple[Absence, ...], now: datetime) -> Readers:
        return Readers(
            team=team,
            absences=absences,
            now=now,
            lead=config.lead.lower() if "@" in config.lead else config.lead,
            language=config.language,
        )

    return readers


def alert_rules(config: Config, team: Team, texts: Texts) -> AlertRules:
    """Who is told of trouble with sending: the lead, else the first agent who can be."""
    readers = readers_of(config, team)

    def told(absences: tuple[Absence, ...], now: datetime) -> tuple[Reader, ...]:
        everybody = readers(absences, now)
        agents = (everybody.called(agent.name) for agent in team.agents)
        return tuple(filter(None, (everybody.the_lead(), *agents)))

    return AlertRules(texts=texts, control=config.control_address, readers=told)


def update_rules(
    config: Config, *, intake: IntakeRules, texts: Texts, folders: tuple[str, ...]
) -> UpdateRules:
    """How updates to customers are made, where they are not switched off.

    Args:
        folders: Keys of all folders that are watched.
    """
    readers = readers_of(config, intake.team)
    return UpdateRules(
        texts=texts,
        intake=intake,
        # A preview needs no server, and then none is configured.
        control=config.control_address or "promises@preview.invalid",
        folders=folders,
        is_auto=config.customer_mail == "auto",
        takes_tags=config.control.takes_tags,
        company=config.company,
        language=config.customer_language,
        fingerprint=_fingerprint(config),
        reader_of=lambda promise, absences, now: readers(absences, now).of(promise),
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
