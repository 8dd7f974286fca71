"""What a user has said of contact forms, as values; `app.ackconfig` reads them from the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AckConfig:
    """Within which limits form mail is acknowledged; `ack enable` is what turns it on.

    Attributes:
        pause: How long nothing goes out once `per_minute` was reached.
        max_age: Older mail is not acknowledged any more.
        public_domains: Further domains whose addresses belong to strangers to one another.
        heed_suppress: X-Auto-Response-Suppress counts.
        must_be_addressed: Only mail that names an address of ours in To or Cc counts.
        sender: Whom visitors answer to; the support address where it is empty.
    """

    per_address_per_hour: int = 1
    per_address_per_day: int = 3
    per_domain_per_hour: int = 10
    per_minute: int = 20
    pause: timedelta = timedelta(hours=1)
    max_age: timedelta = timedelta(days=1)
    public_domains: tuple[str, ...] = ()
    dry_run: bool = False
    heed_suppress: bool = True
    must_be_addressed: bool = False
    max_megabytes: int = 10
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormConfig:
    """A contact form: who sends its mail, and which label holds which field.

    Attributes:
        senders: Addresses that it comes from.
        subject: A pattern that its subject must hold; empty for any.
        header: A header that must be there, by name, with a pattern behind a colon.
        labels: Field to the labels that may hold it.
        title: What letters call its matter.
        choices: Other names for the matter, if the visitor chose one of them.
        target: "4h" or "1d" of working time, over the queue's.
        zone: The visitors' zone, where all of them live in one.
        is_trusted: No word of the mail server is needed: the form runs on our own machine.
        has_message: The user named the label of the message, so every mail of the form has it.
    """

    id: str
    senders: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    subject: str = ""
    header: str = ""
    title: str = ""
    choices: tuple[str, ...] = ()
    language: str = "en"
    queue: str = ""
    target: timedelta | None = None
    zone: str = ""
    is_trusted: bool = False
    has_message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueConfig:
    """Who answers form mail, and within which working time.

    Attributes:
        members: Names of agents; the first is told what falls due.
        address: Where reminders go instead.
        target: Hours are working hours, days are working days.
    """

    name: str
    members: tuple[str, ...] = ()
    address: str = ""
    target: timedelta = timedelta(days=1)
    zone: str = ""
