"""The configuration file: TOML -> Config, with every problem reported at once.

The values are frozen and say what a user wrote; `app.wiring` turns them into
the parts of the program.
"""

from pathlib import Path

from promisekeeper.app.ackconfig import check_forms, read_acks, read_form, read_queue
from promisekeeper.app.configparts import (
    check_lead,
    read_followup,
    read_outbox,
    read_secret,
    secret_name,
)
from promisekeeper.app.configtable import Table, load_toml
from promisekeeper.app.paths import default_config_path, default_ledger_path
from promisekeeper.app.settings import (
    AccountConfig,
    AgentConfig,
    Config,
    ControlConfig,
    HoursConfig,
    SmtpConfig,
)
from promisekeeper.errors import ConfigError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECURITIES = ("tls", "starttls", "plain")
CUSTOMER_MAIL = ("off", "approve", "auto")


def read_config(path: Path | None, *, ledger: Path | None = None) -> Config:
    """Read the configuration.

    Args:
        path: The file; None for the default one.
        ledger: Where the ledger lies, over what the file says.

    Raises:
        ConfigError: The file is missing or wrong; all problems are listed.
    """
    chosen = path or default_config_path()
    top = Table(load_toml(chosen), "", base=chosen.parent)
    config = _config(top, chosen, ledger)
    check_lead(top, config)
    top.finish()
    if top.problems:
        listed = "\n".join(f"  {problem}" for problem in top.problems)
        raise ConfigError(f"{chosen}: mend this and try again:\n{listed}")
    return config


def _config(top: Table, path: Path, ledger: Path | None) -> Config:
    sent, inbox = top.text("sent", "Sent"), top.text("inbox", "INBOX")
    zone = top.zone("zone")
    ledger_table = top.table("ledger")
    default_ledger = ledger_table.path("path") or default_ledger_path()
    single = top.address("support_address")
    smtp = _smtp(top.table("smtp")) if top.has("smtp") else None
    control = top.address("control_address")
    forms = tuple(read_form(table) for table in top.tables("forms"))
    queues = tuple(read_queue(table) for table in top.tables("queues"))
    check_forms(top, forms, queues)
    accounts = _accounts(top, sent, inbox)
    if smtp is not None and not control:
        top.problem("control_address", "is missing: reminders are sent from it and answered to it")
    return Config(
        path=path,
        ledger=ledger or default_ledger,
        retain_days=ledger_table.number("retain_days", 0, low=0) or None,
        company=top.text("company"),
        support_addresses=((single,) if single else ()) + top.addresses("support_addresses"),
        own_domains=tuple(domain.lower() for domain in top.texts("own_domains")),
        authserv_id=top.text("authserv_id"),
        customer_mail=top.choice("customer_mail", CUSTOMER_MAIL, "off"),
        customer_language=top.text("customer_language"),
        copy_updates_to=top.text("copy_updates_to"),
        track_internal=top.flag("track_internal"),
        zone=zone,
        control_address=control,
        lead=top.text("lead"),
        language=top.text("language"),
        templates=top.path("templates"),
        watch_since=top.instant("watch_since"),
        as_of=top.instant("as_of"),
        sent=sent,
        inbox=inbox,
        accounts=accounts,
        smtp=smtp,
        control=_control(top, accounts, inbox),
        agents=tuple(_agent(table, zone) for table in top.tables("agents")),
        hours=tuple(_hours(table) for table in top.named_tables("hours")),
        followup=read_followup(top.table("followup")),
        outbox=read_outbox(top.table("outbox")),
        acks=read_acks(top.table("acks")),
        forms=forms,
        queues=queues,
    )


def _accounts(top: Table, sent: str, inbox: str) -> tuple[AccountConfig, ...]:
    accounts = tuple(_account(table, sent, inbox) for table in top.tables("accounts"))
    names = [account.name for account in accounts]
    for name in sorted({name for name in names if names.count(name) > 1}):
        top.problem("accounts", f"has two named {name!r}: names must differ")
    return accounts


def _control(top: Table, accounts: tuple[AccountConfig, ...], inbox: str) -> ControlConfig:
    table = top.table("control")
    takes_tags, account = table.flag("tags"), table.text("account")
    if account and not any(one.name == account and one.inbox for one in accounts):
        table.problem("account", f"names no account with an inbox: {account!r}")
    if account or not (table.has("host") or table.has("path")):
        return ControlConfig(account=account, takes_tags=takes_tags)
    return ControlConfig(mailbox=_account(table, "", inbox), takes_tags=takes_tags)


def _account(table: Table, sent: str, inbox: str) -> AccountConfig:
    path, host = table.path("path"), table.text("host")
    if bool(path) == bool(host):
        table.problem("host", "or 'path' is needed: one of them, not both")
    security = table.choice("security", SECURITIES, "tls")
    auth = table.choice("auth", ("password", "xoauth2"), "password")
    secret = read_secret(table, secret_name(auth), needed=bool(host))
    return AccountConfig(
        name=table.text("name") or str(path or host),
        path=path,
        host=host,
        port=table.number("port", 993 if security == "tls" else 143, low=1, high=65535),
        security=security,
        user=table.text("user", needed=bool(host)),
        auth=auth,
        secret=secret,
        ca_file=table.path("ca_file"),
        sent=table.text("sent", sent),
        inbox=table.text("inbox", inbox),
        poll_seconds=table.number("poll_seconds", 60, low=1),
        timeout_seconds=table.number("timeout_seconds", 60, low=1),
    )


def _smtp(table: Table) -> SmtpConfig:
    security = table.choice("security", SECURITIES, "starttls")
    user = table.text("user")
    auth = table.choice("auth", ("password", "xoauth2"), "password")
    ports = {"tls": 465, "starttls": 587, "plain": 25}
    return SmtpConfig(
        host=table.text("host", needed=True),
        port=table.number("port", ports[security], low=1, high=65535),
        security=security,
        user=user,
        auth=auth,
        secret=read_secret(table, secret_name(auth), needed=bool(user)),
        ca_file=table.path("ca_file"),
        timeout_seconds=table.number("timeout_seconds", 60, low=1),
    )


def _agent(table: Table, zone: str) -> AgentConfig:
    return AgentConfig(
        name=table.text("name", needed=True),
        addresses=table.addresses("addresses", needed=True),
        zone=table.zone("zone") or zone,
        language=table.text("language"),
        digest_at=table.time_of_day("digest_at"),
        channels=read_secret(table, "channels", needed=False),
    )


def _hours(table: Table) -> HoursConfig:
    opens, closes = table.clock("open", "09:00"), table.clock("close", "17:00")
    shifts = table.shifts("shifts") or ((opens, closes),)
    for start, end in shifts:
        if start >= end:
            table.problem("close", f"({end}) must be later than open ({start})")
    return HoursConfig(
        zone=table.zone_name(),
        days=table.days("days", DAYS) or (0, 1, 2, 3, 4),
        shifts=shifts,
        date_order=table.choice("date_order", ("dmy", "mdy", "ymd"), "dmy"),
        country=table.text("country"),
        region=table.text("region"),
        holidays=table.dates("holidays"),
        holidays_file=table.path("holidays_file"),
    )
