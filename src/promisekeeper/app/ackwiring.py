"""Config -> what acknowledging needs: forms, queues, limits, our side."""

import hashlib
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from promisekeeper.app.acksettings import AckConfig, FormConfig, QueueConfig
from promisekeeper.app.settings import AgentConfig, Config
from promisekeeper.app.wiring import texts_of
from promisekeeper.app.workinghours import working_hours
from promisekeeper.core.acks import AckLimits, Queue
from promisekeeper.core.forms import Form
from promisekeeper.core.letters import Reader
from promisekeeper.core.message import Address
from promisekeeper.core.receipts import Reception
from promisekeeper.core.robots import Side
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.errors import ConfigError
from promisekeeper.flows.acknowledge import AckRules

MEGABYTE = 1024 * 1024
ONE_DAY = timedelta(days=1)


def reception_of(config: Config) -> Reception | None:
    """How form mail is known; None where no form is configured."""
    if not config.forms:
        return None
    return Reception(forms=tuple(_form(form) for form in config.forms), side=side_of(config))


def side_of(config: Config) -> Side:
    """Everything that is ours, for who may be answered."""
    agents = [address for agent in config.agents for address in agent.addresses]
    users = [account.user.lower() for account in config.accounts if "@" in account.user]
    ours = (*config.support_addresses, *agents, *users, config.control_address)
    acks = config.acks
    return Side(
        addresses=frozenset(filter(None, (*ours, acks.sender))),
        domains=frozenset(config.own_domains),
        authserv_id=config.authserv_id,
        must_be_addressed=acks.must_be_addressed,
        heeds_suppress=acks.heed_suppress,
        max_bytes=acks.max_megabytes * MEGABYTE,
    )


def ack_rules(config: Config, *, history_before: datetime | None = None) -> AckRules:
    """Who is acknowledged, by whom, in whose words."""
    _check_languages(config)
    return AckRules(
        limits=_limits(config.acks),
        forms={form.id: _form(form) for form in config.forms},
        queues={form.id: _queue(form, config) for form in config.forms},
        sender=Address(name=config.company, address=ack_sender(config)),
        company=config.company,
        texts=texts_of(config),
        alerts_to=_lead(config),
        control_address=config.control_address,
        visitors_zones={form.id: ZoneInfo(form.zone) for form in config.forms if form.zone},
        history_before=history_before,
        fingerprint=ack_digest(config),
    )


def _lead(config: Config) -> Reader | None:
    """Who is told of floods: the lead, else whoever reads the support address."""
    wanted = config.lead.lower()
    agents = {name.lower(): agent for agent in config.agents for name in _names(agent)}
    agent = agents.get(wanted)
    address = agent.addresses[0] if agent else wanted if "@" in wanted else ""
    address = address or next(iter(config.support_addresses), "")
    if not address:
        return None
    zone = (agent.zone if agent else "") or _zone(config)
    return Reader(
        name=agent.name if agent else config.company,
        address=address,
        language=(agent.language if agent else "") or config.language,
        zone=ZoneInfo(zone),
    )


def _names(agent: AgentConfig) -> tuple[str, ...]:
    return (agent.name, *agent.name.split()[:1], *agent.addresses)


def _check_languages(config: Config) -> None:
    known = TemplateTexts(folder=config.templates).languages()
    for form in config.forms:
        if form.language not in known:
            raise ConfigError(
                f"the form {form.id!r} wants letters in {form.language!r}: use {', '.join(known)}"
            )


def ack_sender(config: Config) -> str:
    """Whom visitors answer to; empty where nobody is named."""
    return config.acks.sender or next(iter(config.support_addresses), "")


def check_forgery(config: Config) -> None:
    """See that a mail in a form's name that is not from the form would be noticed.

    Else anybody who knows a form's address has us write to whom they like.

    Raises:
        ConfigError: It would not.
    """
    if not config.authserv_id and not all(form.is_trusted for form in config.forms):
        raise ConfigError(
            "authserv_id is missing: whoever writes in a form's name is believed "
            "(trusted = true says that a form's mail does not pass your mail server)"
        )


def ack_digest(config: Config) -> str:
    """A text that changes with anything that changes who would be acknowledged."""
    said = (config.acks, config.forms, config.queues, config.own_domains, config.authserv_id)
    return hashlib.sha256(repr((*said, ack_sender(config))).encode()).hexdigest()[:32]


def _limits(acks: AckConfig) -> AckLimits:
    return AckLimits(
        per_address_per_hour=acks.per_address_per_hour,
        per_address_per_day=acks.per_address_per_day,
        per_domain_per_hour=acks.per_domain_per_hour,
        public_domains=frozenset(acks.public_domains),
        per_minute=acks.per_minute,
        pause=acks.pause,
        max_age=acks.max_age,
        is_dry=acks.dry_run,
    )


def _form(form: FormConfig) -> Form:
    name, _, pattern = form.header.partition(":")
    return Form(
        id=form.id,
        senders=form.senders,
        labels=form.labels,
        subject=re.compile(form.subject, re.IGNORECASE) if form.subject else None,
        header=(name.lower(), re.compile(pattern, re.IGNORECASE)) if name else None,
        title=form.title,
        choices=form.choices,
        language=form.language,
        queue=form.queue,
        is_trusted=form.is_trusted,
        has_message=form.has_message,
    )


def _queue(form: FormConfig, config: Config) -> Queue:
    """The queue that a form names, else the first, else the whole team."""
    named = (queue for queue in config.queues if not form.queue or queue.name == form.queue)
    queue = next(named, QueueConfig(name=""))
    members = {agent.name: agent for agent in config.agents}
    first = next((members[name] for name in queue.members if name in members), None)
    zone = queue.zone or (first.zone if first else "") or _zone(config)
    own = first.addresses if first else config.support_addresses
    target = form.target or queue.target
    is_days = not target % ONE_DAY
    return Queue(
        name=queue.name,
        address=queue.address or next(iter(own), config.control_address),
        hours=working_hours(config, zone),
        target=timedelta(0) if is_days else target,
        target_days=target // ONE_DAY if is_days else 0,
    )


def _zone(config: Config) -> str:
    """The zone of whoever has none: the configured one, else the first agent's."""
    zones = (config.zone, *(agent.zone for agent in config.agents))
    return next(filter(None, zones), "UTC")
