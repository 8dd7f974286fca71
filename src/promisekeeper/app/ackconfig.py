"""The part of the configuration that is about contact forms: [acks], [[forms]], [[queues]]."""

import re
from collections.abc import Mapping

from promisekeeper.app.acksettings import AckConfig, FormConfig, QueueConfig
from promisekeeper.app.configtable import Table
from promisekeeper.core.formpresets import PRESETS
from promisekeeper.core.forms import FIELDS

LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


def read_acks(table: Table) -> AckConfig:
    """The limits."""
    default = AckConfig()
    return AckConfig(
        per_address_per_hour=table.number("per_address_per_hour", default.per_address_per_hour),
        per_address_per_day=table.number("per_address_per_day", default.per_address_per_day),
        per_domain_per_hour=table.number("per_domain_per_hour", default.per_domain_per_hour),
        per_minute=table.number("per_minute", default.per_minute, low=1),
        pause=table.span("pause", default.pause),
        max_age=table.span("max_age", default.max_age),
        public_domains=tuple(domain.lower() for domain in table.texts("public_domains")),
        dry_run=table.flag("dry_run"),
        heed_suppress=not table.flag("ignore_suppress"),
        must_be_addressed=table.flag("must_be_addressed"),
        max_megabytes=table.number("max_megabytes", default.max_megabytes, low=1, high=100),
        sender=table.address("sender"),
    )


def read_queue(table: Table) -> QueueConfig:
    """One queue."""
    return QueueConfig(
        name=table.text("name", needed=True),
        members=table.texts("members"),
        address=table.address("address"),
        target=table.span("target", QueueConfig(name="").target),
        zone=table.zone("zone"),
    )


def read_form(table: Table) -> FormConfig:
    """One form; what its preset knows holds wherever the user says nothing."""
    preset = PRESETS.get(table.choice("preset", ("", *PRESETS), ""))
    senders = _one_or_more(table, "from") or (preset.senders if preset else ())
    for sender in senders:
        if "@" not in sender:
            table.problem("from", f"holds {sender!r}, which is no mail address")
    if not senders:
        table.problem("from", "is missing: the address that the form's mail comes from")
    own_labels = table.table("labels")
    labels = _labels(own_labels, preset.all_labels if preset else {})
    if not labels.get("email"):
        table.problem("labels.email", "is missing: the label of the visitor's address")
    language = table.text("language", "en")
    if not LANGUAGE.fullmatch(language):
        table.problem("language", f'is {language!r}: it must be like "en" or "de"')
    return FormConfig(
        id=table.text("id", needed=True),
        senders=tuple(sender.strip().lower() for sender in senders),
        labels=labels,
        subject=_pattern(table, "subject", table.text("subject")),
        header=_header(table),
        title=table.text("title"),
        choices=table.texts("choices"),
        language=language,
        queue=table.text("queue"),
        target=table.span("target", QueueConfig(name="").target) if table.has("target") else None,
        zone=table.zone("visitors_zone"),
        is_trusted=table.flag("trusted"),
        has_message=own_labels.has("message"),
    )


def check_forms(top: Table, forms: tuple[FormConfig, ...], queues: tuple[QueueConfig, ...]) -> None:
    """Note what names what is not there, or is there twice."""
    names = [queue.name for queue in queues]
    for form in forms:
        if form.queue and form.queue not in names:
            known = ", ".join(names) or "none is configured"
            top.problem("forms", f"{form.id!r} names the queue {form.queue!r}: known are {known}")
    for what, given in (("forms", [form.id for form in forms]), ("queues", names)):
        for name in sorted({name for name in given if given.count(name) > 1}):
            top.problem(what, f"has two that are called {name!r}: names must differ")


def _labels(table: Table, preset: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found = {name: _one_or_more(table, name) or preset.get(name, ()) for name in FIELDS}
    return {name: labels for name, labels in found.items() if labels}


def _one_or_more(table: Table, key: str) -> tuple[str, ...]:
    """A text, or a list of them."""
    return table.texts(key) if table.holds_list(key) else tuple(filter(None, (table.text(key),)))


def _pattern(table: Table, key: str, text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        table.problem(key, f"is no pattern: {error}")
        return ""
    return text


def _header(table: Table) -> str:
    text = table.text("header")
    name, _, pattern = text.partition(":")
    if text and not re.fullmatch(r"[!-9;-~]{1,100}", name.strip()):
        table.problem("header", f'is {text!r}: write "X-Name" or "X-Name: pattern"')
    return f"{name.strip()}:{_pattern(table, 'header', pattern.strip())}" if text else ""
