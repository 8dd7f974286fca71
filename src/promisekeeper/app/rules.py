"""Config -> who is who, and what intake needs to know; a scan starts with no more than this."""

from datetime import datetime, timedelta

from promisekeeper.app.settings import Config
from promisekeeper.app.workinghours import working_hours
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.flows.intakerules import IntakeRules


def team_of(config: Config) -> Team:
    """Who is who, with each agent's working calendar.

    Raises:
        ConfigError: A holiday calendar cannot be read.
    """
    zones = {agent.zone for agent in config.agents if agent.zone} | {config.zone} - {""}
    hours = {zone: working_hours(config, zone) for zone in zones}
    return Team(
        agents=tuple(
            Agent(
                name=agent.name,
                addresses=agent.addresses,
                hours=hours.get(agent.zone),
                language=agent.language,
                digest_at=agent.digest_at,
            )
            for agent in config.agents
        ),
        shared_addresses=config.support_addresses,
        own_domains=config.own_domains,
        control_address=config.control_address,
        hours=hours.get(config.zone),
        tracks_internal=config.track_internal,
    )


def intake_rules(
    config: Config, *, history_before: datetime | None, agent: str = ""
) -> IntakeRules:
    """What intake needs to know; mail older than `history_before` reminds nobody."""
    followup = config.followup
    return IntakeRules(
        team=team_of(config),
        defaults=FollowUpDefaults(
            vague_working_days=followup.vague_working_days,
            undated_working_days=followup.undated_working_days,
            event_working_days=followup.event_working_days,
        ),
        settling=SettlingPolicy(broken_after_working_days=followup.broken_after_working_days),
        history_before=history_before,
        retained=timedelta(days=config.retain_days) if config.retain_days else None,
        agent=agent,
    )
