"""The configuration that `init` writes: commented, complete, from five answers."""

import json
from dataclasses import dataclass
from string import Template

TEMPLATE = Template(
    """\
# promisekeeper: what it watches, who your agents are, when they work.
# Check it with: promisekeeper doctor
# Paths may be relative to this file. Unknown keys are refused.

# The name that letters speak for.
company = "Your shop"
# Addresses that several agents write from, signing with their name.
support_addresses = []              # or one alone: support_address = "help@example.com"
# Everybody at these domains is on your side; all others are customers.
own_domains = $domains
# Reminders come from this address. Give it a mailbox of its own.
control_address = $control
# The zone of agents who have none of their own.
zone = $zone
# Who is told of lapses and upset customers: an agent's name, or an address of yours.
# lead = "Dana"
# The language of letters to agents who have none of their own: "en", "de", "fr".
language = "en"
# A folder with templates of your own, laid out as the shipped ones are (docs/letters.md).
# templates = "templates"
# Mail between agents holds promises too? Usually not.
track_internal = false
# Customer mail: nothing is ever sent to a customer while this is "off". "approve": a person
# approves each status update; "auto": announced to the agent, who may stop it (docs/updates.md).
customer_mail = "off"
# customer_language = "en"         # of status updates: "en", "de", "fr", or a folder of yours
# copy_updates_to = "support"      # the account whose sent folder gets a copy of each update
# Your mail server's name in Authentication-Results: what it says of a sender is believed.
# authserv_id = "mx.example.com"
# Promises in older mail are history and remind nobody. Default: the first start.
# watch_since = 2026-01-01T00:00:00Z
# The instant at which `scan` judges what became of promises. Default: now.
# as_of = 2026-06-01T12:00:00Z

# Where promises are kept. Every user who runs promisekeeper on it must be able to write there.
[ledger]
path = $ledger
# retain_days = 730                # settled promises and notes of mails older than this go

# The mailboxes to watch, each one read-only. Names must differ.
[[accounts]]
name = "support"
$account
# The sent folder is found by its special use; this name is the fallback.
sent = "Sent"
inbox = $inbox # "" where there is none: then replies go unseen
# poll_seconds = 60                # how often to look where the server does not push
# timeout_seconds = 60             # for each answer of the server; in [smtp] too
# ca_file = "office-ca.pem"        # whom to trust, not the public ones; in [smtp] too

# The server that carries reminders.
$smtp

# Where answers to reminders arrive ("done", "snooze 2h": docs/answers.md). Without this table they
# are looked for in the inbox of every account; 'account' names one, and host or path (with the
# keys of [[accounts]]) a mailbox of the control address's own.
# [control]
# account = "support"
# tags = false                     # true: mail to promises+anything@ arrives there too

# One block for each person who writes to customers; reminders go to the first address.
[[agents]]
name = $agent_name
addresses = [$agent_address]
# language = "de"
# digest_at = "08:30"
# Told in a chat instead of by mail: addresses of apprise (the extra 'channels'), in a file, or
# channels_command, channels_credential, channels_env: slack://TokenA/TokenB/TokenC ntfy://...
# channels_file = "dana.channels"

# When you work, a block for each zone in use.
[hours.$zone]
days = $days
open = $opens                       # or shifts = ["09:00-12:30", "13:30-18:00"]
close = $closes
date_order = "dmy"                 # how you read 3/6: "dmy", "mdy" or "ymd"
$holidays

[followup]
remind_before = "4h"               # working time before the deadline
lead_after = "4h"                  # working time after the lapse until the lead is told
urgent_a_day = 6                   # mails to one agent; what is more stands in the digest
# digest_at = "09:00"              # the opening of each agent's day if not said
vague_working_days = 1             # "soon", "shortly"
undated_working_days = 2           # no time named at all
event_working_days = 5             # "when the part arrives"
broken_after_working_days = 10     # after the lapse, without a sign of delivery

# Letters over a cap wait. Much trouble or a flood stops all sending for an hour.
[outbox]
per_hour = 200
per_recipient_per_day = 100
per_customer_per_day = 5
failures_per_hour = 10             # refused or in doubt, and more than went out
flood_per_hour = 1000              # letters queued within an hour

# Contact forms, and who answers them: docs/acknowledgements.md. Nothing is acknowledged before
# `promisekeeper ack preview` and `promisekeeper ack enable`; authserv_id keeps out forged ones.
[acks]
per_address_per_hour = 1
per_address_per_day = 3
per_domain_per_hour = 10           # big public mail domains have no limit of their own
per_minute = 20                    # at this many nothing goes out for a while, and you are told
pause = "1h"
max_age = "1d"                     # older form mail is not acknowledged any more
dry_run = false                    # true: `ack log` says what would go out, and nothing does
# public_domains = ["isp.example"]
# ignore_suppress = true           # where an Exchange server puts X-Auto-Response-Suppress on all
# must_be_addressed = true         # only form mail with an address of yours in To or Cc
# max_megabytes = 10               # larger mails are no form mails
# sender = "help@example.com"      # whom visitors answer to, if not your support address

# [[queues]]
# name = "Our support team"        # what the letter says: "Our support team will answer you by ..."
# members = ["Dana Example"]       # the first is told what falls due
# address = "team@example.com"     # who is told instead, where it is no member
# target = "1d"                    # working time: "4h", "2d"
# zone = "UTC"

# [[forms]]                        # 'promisekeeper ack learn FILE.eml' proposes one
# id = "contact"
# preset = "contact-form-7"        # or labels = { name = "Name", email = "Email", ... }
# from = "wordpress@example.com"
# title = "our shop"               # the letter names the matter so; never the visitor's own words
# language = "en"
# queue = "Our support team"
# Also: subject, header, choices, target, visitors_zone, trusted (docs/acknowledgements.md).
"""
)

IMAP = Template(
    """\
host = $host
port = 993
security = "tls"                   # "tls", "starttls"; "plain" on loopback alone
user = $user
password_env = "PROMISEKEEPER_IMAP_PASSWORD"
# Or one of: password_command = ["pass", "imap"], password_file, password_credential.
# Microsoft 365 and Google: auth = "xoauth2" and token_command = ["..."].\
"""
)
SMTP = Template(
    """\
[smtp]
host = $host
port = 587
security = "starttls"              # "tls", "starttls"; "plain" on loopback alone
user = $user
password_env = "PROMISEKEEPER_SMTP_PASSWORD"
# Or one of: password_command = ["pass", "smtp"], password_file, password_credential.
# Microsoft 365 and Google: auth = "xoauth2" and token_command = ["..."].\
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What `init` asks for.

    Attributes:
        mailbox: An IMAP host, or the path of a Maildir or mbox.
        has_inbox: Whether received mail lies there too, beside sent mail.
        ledger: Where promises are kept.
        opens, closes: Working hours as "HH:MM".
        country: ISO 3166 code of the public holidays; may be empty.
    """

    mailbox: str = "imap.example.com"
    is_path: bool = False
    has_inbox: bool = True
    ledger: str = "/var/lib/promisekeeper/ledger.db"
    agent_name: str = "Dana Example"
    agent_address: str = "dana@example.com"
    zone: str = "UTC"
    opens: str = "09:00"
    closes: str = "17:00"
    country: str = ""


def starter_config(answers: Answers) -> str:
    """The text of a configuration file with these answers filled in."""
    domain = answers.agent_address.rpartition("@")[2]
    text = TEMPLATE.substitute(
        domains=_list([domain]),
        control=_quoted(f"promises@{domain}"),
        zone=_quoted(answers.zone),
        account=_account(answers),
        ledger=_quoted(answers.ledger),
        inbox=f"{_quoted('INBOX' if answers.has_inbox else ''):<26}",
        smtp=_smtp(answers, domain),
        agent_name=_quoted(answers.agent_name),
        agent_address=_quoted(answers.agent_address),
        days=_list(["mon", "tue", "wed", "thu", "fri"]),
        opens=_quoted(answers.opens),
        closes=_quoted(answers.closes),
        holidays=_holidays(answers.country),
    )
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _account(answers: Answers) -> str:
    if answers.is_path:
        return f"path = {_quoted(answers.mailbox)}"
    return IMAP.substitute(host=_quoted(answers.mailbox), user=_quoted(answers.agent_address))


def _smtp(answers: Answers, domain: str) -> str:
    host = f"smtp.{domain}" if answers.is_path else _smtp_host(answers.mailbox)
    text = SMTP.substitute(host=_quoted(host), user=_quoted(answers.agent_address))
    if not answers.is_path:
        return text
    # Nothing that was answered tells of a server, and a wrong one would fail each round.
    lines = ("# " + line.removeprefix("# ") for line in text.splitlines())
    return "\n".join(["# Take the marks away once a server is known:", *lines])


def _holidays(country: str) -> str:
    lines = [
        "# Free days of your own; public ones by country need the 'holidays' extra.",
        "holidays = []                      # such as [2026-12-25]",
        '# holidays_file = "holidays.ics"',
    ]
    lines.append(f"country = {_quoted(country)}" if country else '# country = "DE"')
    lines.append('# region = "BY"')
    return "\n".join(lines)


def _smtp_host(imap_host: str) -> str:
    first, _, rest = imap_host.partition(".")
    return f"smtp.{rest}" if first in ("imap", "mail") and rest else imap_host


def _quoted(text: str) -> str:
    # JSON's string form is a basic string of TOML too.
    return json.dumps(text, ensure_ascii=False)


def _list(items: list[str]) -> str:
    return "[" + ", ".join(map(_quoted, items)) + "]"
