"""Config -> the parts of the program, joined."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from promisekeeper.app.clock import utc_now
from promisekeeper.app.daemonparts import DaemonParts, Watch
from promisekeeper.app.mailboxes import imap_settings, open_mailbox, secret_of
from promisekeeper.app.outgoing import alert_rules, dispatch_of, limits_of, update_rules
from promisekeeper.app.rules import intake_rules, team_of
from promisekeeper.app.settings import (
    AccountConfig,
    Config,
    SecretConfig,
    SmtpConfig,
)
from promisekeeper.core.ladder import Policy
from promisekeeper.core.mail import Role
from promisekeeper.errors import ConfigError
from promisekeeper.flows.delivery import Dispatch
from promisekeeper.flows.filing import file_copies
from promisekeeper.flows.ports import Postman, Store, Texts
from promisekeeper.flows.speaking import FollowUpRules
from promisekeeper.flows.updaterules import UpdateRules
from promisekeeper.store.ledger import open_ledger
from promisekeeper.store.upkeep import retain

if TYPE_CHECKING:
    from promisekeeper.doors.smtp import SmtpPostman

# How much longer the answer to a whole letter may take than any other: servers filter mail.
DATA_PATIENCE = 5


def daemon_parts(config: Config, *, clock: Callable[[], datetime] = utc_now) -> DaemonParts:
    """Everything that `run` needs.

    Raises:
        ConfigError: There is nothing to watch, or a part is configured wrongly.
    """
    if not config.accounts:
        where = config.path or "the config"
        raise ConfigError(
            f"{where} names no [[accounts]] to watch: 'promisekeeper init' writes an example"
        )
    with open_ledger(config.ledger) as store:
        first_start = store.first_start(clock())
    smtp = config.smtp
    # Installations without contact forms do not pay for them.
    from promisekeeper.app.ackwiring import ack_rules, reception_of
    from promisekeeper.app.answerwiring import control_watch, hears, reply_rules

    history_before = config.watch_since or first_start
    intake = intake_rules(config, history_before=history_before)
    # Without a server nobody would ever get what is drafted.
    updates = updates_of(config) if smtp else None
    sent = tuple(folder_key(account, Role.SENT) for account in config.accounts)
    acks = ack_rules(config, history_before=history_before) if config.forms else None
    return DaemonParts(
        clock=clock,
        open_store=lambda: open_ledger(config.ledger),
        watches=tuple(
            Watch(
                folder=folder_key(account, role),
                role=role,
                open_mailbox=partial(open_mailbox, account),
                hears=hears(config, account.name, role),
            )
            for account, role in _watched(config)
        )
        + control_watch(config),
        replies=reply_rules(config),
        intake=replace(intake, reception=reception_of(config)),
        acks=replace(acks, sent_folders=sent) if acks else None,
        followup=_followup_rules(config) if smtp else None,
        open_postman=posting(config, smtp) if smtp else None,
        # A server may still accept a letter for as long as we would have listened.
        grace=timedelta(seconds=(DATA_PATIENCE + 1) * smtp.timeout_seconds if smtp else 0),
        round_seconds=15.0,
        updates=updates,
        file_copies=copying(config),
        dispatch=dispatching(config, updates),
        retain=lambda now: _retain(config, now),
    )


def dispatching(config: Config, updates: UpdateRules | None) -> Callable[[Store], Dispatch]:
    """What delivery asks about each letter, made once for all ledger connections."""
    alerts = alert_rules(config, team_of(config), texts_of(config)) if config.smtp else None
    return partial(dispatch_of, limits=limits_of(config), updates=updates, alerts=alerts)


def updates_of(config: Config) -> UpdateRules | None:
    """How updates to customers are made; None where they are switched off.

    Raises:
        ConfigError: A part is configured wrongly.
    """
    if config.customer_mail == "off":
        return None
    from promisekeeper.app.answerwiring import control_watch

    # A veto may lie in the control address's own mailbox: unread, nothing goes out.
    control = tuple(watch.folder for watch in control_watch(config))
    return update_rules(
        config,
        intake=intake_rules(config, history_before=None),
        texts=texts_of(config),
        folders=_folders(config) + control,
    )


def _retain(config: Config, now: datetime) -> None:
    if config.retain_days:
        retain(config.ledger, now - timedelta(days=config.retain_days))


def _followup_rules(config: Config) -> FollowUpRules:
    """When the daemon speaks; it says so where a folder could not be read."""
    return replace(
        replay_rules(config), folders=_folders(config), has_tags=config.control.takes_tags
    )


def _folders(config: Config) -> tuple[str, ...]:
    return tuple(folder_key(account, role) for account, role in _watched(config))


def _watched(config: Config) -> list[tuple[AccountConfig, Role]]:
    # An account without an inbox of its own says inbox = "".
    return [
        (account, role)
        # An answer is known as one to a form's visitor only once the form's mail was read.
        for role in (Role.INBOX, Role.SENT)
        for account in config.accounts
        if role is Role.SENT or account.inbox
    ]


def replay_rules(config: Config) -> FollowUpRules:
    """When the daemon would speak; in a replay nothing needs a server."""
    followup = config.followup
    return FollowUpRules(
        policy=Policy(
            remind_before=followup.remind_before,
            lead_after=followup.lead_after,
            urgent_a_day=followup.urgent_a_day,
        ),
        sender=config.control_address or "promises@replay.invalid",
        texts=texts_of(config),
        lead=config.lead.lower() if "@" in config.lead else config.lead,
        language=config.language,
        digest_at=followup.digest_at,
        has_tags=config.control.takes_tags,
    )


def texts_of(config: Config) -> Texts:
    """The words of all letters.

    Raises:
        TemplateError: One of the user's own templates cannot be read.
        ConfigError: There are no templates for a language.
    """
    # Commands that write no letter do not pay for the templates.
    from promisekeeper.doors.templates import TemplateTexts

    texts = TemplateTexts(folder=config.templates)
    texts.check()
    known = texts.languages()
    for language in {config.language, *(agent.language for agent in config.agents)} - {""}:
        if language not in known:
            raise ConfigError(
                f"no letters are written in {language!r}: use {', '.join(known)}, or put its"
                " templates into a folder of yours and name that as 'templates'"
            )
    return texts


def copying(config: Config) -> Callable[[Store, datetime], int] | None:
    """Puts copies of updates into an account's sent folder; None where nobody asked for that.

    Raises:
        ConfigError: There is no such account on a server.
    """
    wanted = config.copy_updates_to
    if not wanted or config.customer_mail == "off":
        return None
    found = [one for one in config.accounts if one.name == wanted and one.path is None]
    if not found:
        raise ConfigError(f"copy_updates_to names {wanted!r}, which is no account on a server")
    from promisekeeper.doors.imapfiling import SentFolder

    folder = SentFolder(imap_settings(found[0]))
    return lambda store, now: file_copies(store, folder, now)


def open_postman(smtp: SmtpConfig) -> "SmtpPostman":
    """Somebody who carries letters to the configured server."""
    from promisekeeper.doors.smtp import SmtpPostman, SmtpSettings

    return SmtpPostman(
        SmtpSettings(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            user=smtp.user,
            auth=smtp.auth if smtp.user else "none",
            secret=secret_of(smtp.secret),
            ca_file=smtp.ca_file,
            timeout_seconds=smtp.timeout_seconds,
            data_timeout_seconds=DATA_PATIENCE * smtp.timeout_seconds,
        )
    )


def posting(config: Config, smtp: SmtpConfig) -> Callable[[], Postman]:
    """Somebody who carries letters: by mail, and to agents by the channels that they have.

    Raises:
        ConfigError: Channels are configured, and the library for them is not installed.
    """
    told = [agent for agent in config.agents if agent.channels.is_set]
    if not told:
        return lambda: open_postman(smtp)
    from promisekeeper.doors.notify import ChannelPostman, channel_addresses, check_library

    check_library()

    def fetch(secret: SecretConfig) -> tuple[str, ...]:
        return channel_addresses(secret_of(secret)())

    channels = {
        address: partial(fetch, agent.channels) for agent in told for address in agent.addresses
    }
    return lambda: ChannelPostman(open_postman(smtp), channels)


def folder_key(account: AccountConfig, role: Role) -> str:
    """The name under which a folder's cursor is kept."""
    return f"{account.name}/{role.value}"
