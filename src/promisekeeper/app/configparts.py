"""Parts of the configuration file that stand alone; `app.config` puts them together."""

from promisekeeper.app.configtable import Table
from promisekeeper.app.settings import Config, FollowUpConfig, OutboxConfig, SecretConfig


def read_outbox(table: Table) -> OutboxConfig:
    """The caps on all sending, and what opens the circuit breaker."""
    default = OutboxConfig()
    return OutboxConfig(
        per_hour=table.number("per_hour", default.per_hour, low=1),
        per_recipient_per_day=table.number(
            "per_recipient_per_day", default.per_recipient_per_day, low=1
        ),
        per_customer_per_day=table.number(
            "per_customer_per_day", default.per_customer_per_day, low=1
        ),
        failures_per_hour=table.number("failures_per_hour", default.failures_per_hour, low=1),
        flood_per_hour=table.number("flood_per_hour", default.flood_per_hour, low=1),
    )


def read_followup(table: Table) -> FollowUpConfig:
    """When a promise without an instant is followed up, and when to speak."""
    default = FollowUpConfig()
    return FollowUpConfig(
        vague_working_days=table.number("vague_working_days", default.vague_working_days, low=1),
        undated_working_days=table.number(
            "undated_working_days", default.undated_working_days, low=1
        ),
        event_working_days=table.number("event_working_days", default.event_working_days, low=1),
        remind_before=table.span("remind_before", default.remind_before),
        lead_after=table.span("lead_after", default.lead_after),
        urgent_a_day=table.number("urgent_a_day", default.urgent_a_day, low=0),
        digest_at=table.time_of_day("digest_at"),
        broken_after_working_days=table.number(
            "broken_after_working_days", default.broken_after_working_days, low=1
        ),
    )


def check_lead(top: Table, config: Config) -> None:
    """See that the lead is somebody who can be written to."""
    known = {agent.name.lower() for agent in config.agents}
    known |= {agent.name.split()[0].lower() for agent in config.agents if agent.name.split()}
    if config.lead and "@" not in config.lead and config.lead.lower() not in known:
        top.problem("lead", f"names {config.lead!r}, who is no agent: a name or an address")


def secret_name(auth: str) -> str:
    """What the secret of an account is called in the file."""
    return "token" if auth == "xoauth2" else "password"


def read_secret(table: Table, what: str, *, needed: bool) -> SecretConfig:
    """Where a secret comes from: a command, a file, a credential of systemd, or a variable."""
    secret = SecretConfig(
        command=table.texts(f"{what}_command"),
        file=table.path(f"{what}_file"),
        credential=table.text(f"{what}_credential"),
        env=table.text(f"{what}_env"),
    )
    given = sum(map(bool, (secret.command, secret.file, secret.credential, secret.env)))
    if given > 1 or (needed and given == 0):
        forms = ", ".join(f"{what}_{form}" for form in ("command", "file", "credential", "env"))
        table.problem(f"{what}_command", f"or another source is needed: exactly one of {forms}")
    return secret
