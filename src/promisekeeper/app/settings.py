"""What a user has said, as values; `app.config` reads them from the file."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from promisekeeper.app.acksettings import AckConfig, FormConfig, QueueConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretConfig:
    """Where a password or token comes from; at most one of these is set."""

    command: tuple[str, ...] = ()
    file: Path | None = None
    credential: str = ""
    env: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is any source at all."""
        return bool(self.command or self.file or self.credential or self.env)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfig:
    """A mailbox to watch: an IMAP account, or a local archive where `path` is set."""

    name: str
    path: Path | None = None
    host: str = ""
    port: int = 993
    security: str = "tls"
    user: str = ""
    auth: str = "password"
    secret: SecretConfig = field(default_factory=SecretConfig)
    ca_file: Path | None = None
    sent: str = "Sent"
    inbox: str = "INBOX"
    poll_seconds: int = 60
    timeout_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfig:
    """The server that carries our letters."""

    host: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    auth: str = "password"
    secret: SecretConfig = field(default_factory=SecretConfig)
    ca_file: Path | None = None
    timeout_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlConfig:
    """Where mail to the control address arrives.

    Attributes:
        mailbox: Its own mailbox; None where it lies between the mail of watched accounts.
        account: Only in this account's inbox; empty for the inboxes of all.
        takes_tags: Mail to `control+anything` arrives there too (RFC 5233).
    """

    mailbox: AccountConfig | None = None
    account: str = ""
    takes_tags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfig:
    """Somebody who writes to customers and gets reminders.

    Attributes:
        channels: Where the addresses of their channels come from; they get mail where none.
    """

    name: str
    addresses: tuple[str, ...]
    zone: str
    language: str = ""
    digest_at: time | None = None
    channels: SecretConfig = field(default_factory=SecretConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursConfig:
    """Working hours of one zone.

    Attributes:
        days: Weekdays, Monday is 0.
        shifts: Opening and closing times as "HH:MM" pairs, in order.
        country, region: Public holidays by ISO 3166 code (the `holidays` extra).
        holidays: Own free days.
    """

    zone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    shifts: tuple[tuple[str, str], ...] = (("09:00", "17:00"),)
    date_order: str = "dmy"
    country: str = ""
    region: str = ""
    holidays: tuple[date, ...] = ()
    holidays_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpConfig:
    """When a promise without an instant is followed up, and when to speak.

    Attributes:
        digest_at: By each agent's own clock; None for the opening of their working day.
    """

    vague_working_days: int = 1
    undated_working_days: int = 2
    event_working_days: int = 5
    remind_before: timedelta = timedelta(hours=4)
    lead_after: timedelta = timedelta(hours=4)
    urgent_a_day: int = 6
    digest_at: time | None = None
    broken_after_working_days: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxConfig:
    """How much may be sent; letters over a cap wait, and too much trouble stops all sending."""

    per_hour: int = 200
    per_recipient_per_day: int = 100
    per_customer_per_day: int = 5
    failures_per_hour: int = 10
    flood_per_hour: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a user has said; the defaults serve a scan of a local archive."""

    path: Path | None = None
    ledger: Path
    retain_days: int | None = None
    company: str = ""
    support_addresses: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    authserv_id: str = ""
    customer_mail: str = "off"
    customer_language: str = ""
    copy_updates_to: str = ""
    track_internal: bool = False
    zone: str = ""
    control_address: str = ""
    lead: str = ""
    language: str = ""
    templates: Path | None = None
    watch_since: datetime | None = None
    as_of: datetime | None = None
    sent: str = "Sent"
    inbox: str = "INBOX"
    accounts: tuple[AccountConfig, ...] = ()
    smtp: SmtpConfig | None = None
    control: ControlConfig = field(default_factory=ControlConfig)
    agents: tuple[AgentConfig, ...] = ()
    hours: tuple[HoursConfig, ...] = ()
    followup: FollowUpConfig = field(default_factory=FollowUpConfig)
    outbox: OutboxConfig = field(default_factory=OutboxConfig)
    acks: AckConfig = field(default_factory=AckConfig)
    forms: tuple[FormConfig, ...] = ()
    queues: tuple[QueueConfig, ...] = ()
