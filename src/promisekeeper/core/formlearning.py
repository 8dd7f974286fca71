"""One mail of a form -> what to write into the configuration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promisekeeper.core.formaddresses import addresses_in, without_addresses
from promisekeeper.core.formpresets import COMMON, PRESETS
from promisekeeper.core.forms import Form, Submission, labels_in, read_submission
from promisekeeper.core.message import Message
from promisekeeper.core.safetext import safe_text

_LABELLED = re.compile(r"\s{0,10}([^\s:][^:\n]{0,60}?)\s{0,3}[:\uff1a]\s{0,20}(.*)")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedForm:
    """A proposal.

    Attributes:
        preset: The name of what it looks like; empty where nothing known does.
        header: A header by which its mail is known; may be empty.
        labels: Field to label, as they stand in the mail.
        found: What these labels read from this very mail.
    """

    id: str
    sender: str
    preset: str
    header: str
    labels: dict[str, str]
    found: Submission

    def as_fields(self) -> dict[str, Any]:
        """As stable JSON fields."""
        return {
            "id": self.id,
            "from": self.sender,
            "preset": self.preset or None,
            "header": self.header or None,
            "labels": self.labels,
            "problem": self.found.problem or None,
            "address": self.found.address or None,
            "name": self.found.name or None,
        }

    def as_toml(self) -> str:
        """As it would stand in the configuration."""
        lines = ["[[forms]]", f"id = {_quoted(self.id)}", f"from = {_quoted(self.sender)}"]
        if self.header:
            lines.append(f"header = {_quoted(self.header)}")
        pairs = ", ".join(f"{name} = {_quoted(label)}" for name, label in self.labels.items())
        lines.append(f"labels = {{ {pairs} }}")
        lines.append(
            'title = ""             # what letters call the matter: "our bicycle workshop"'
        )
        lines.append('language = "en"')
        return "\n".join(lines)

    @property
    def story(self) -> str:
        """What was read from this mail by these labels."""
        known = f"It looks like {PRESETS[self.preset].title}. " if self.preset else ""
        if self.found.problem:
            return (
                f"{known}From this mail nobody could be answered ({self.found.problem}): "
                "mend the labels, or try another mail."
            )
        name = safe_text(self.found.name) or "no name"
        return f"{known}Read from this mail: {name}, {safe_text(self.found.address)}."


def learn_form(message: Message) -> LearnedForm:
    """What a form is known by and where it writes what, told from one of its mails."""
    preset_name = _preset_of(message)
    preset = PRESETS.get(preset_name)
    labels = labels_in(message, preset.all_labels if preset else COMMON)
    if "email" not in labels:
        labels |= _guessed(message)
    header = preset.header if preset and message.header(preset.header) else ""
    return LearnedForm(
        id=_slug(preset_name or message.sender.domain) or "form",
        sender=message.sender.address,
        preset=preset_name,
        header=header,
        labels=labels,
        found=_read(message, {name: (label,) for name, label in labels.items()}),
    )


def _preset_of(message: Message) -> str:
    """What it looks like: by sender, by header, by subject, else by whose labels read a visitor."""
    for name, preset in PRESETS.items():
        if message.sender.address in preset.senders:
            return name
    for name, preset in PRESETS.items():
        if preset.header and message.header(preset.header):
            return name
    for name, preset in PRESETS.items():
        if preset.subject and re.search(preset.subject, message.subject):
            return name
    if _reads_name(message, COMMON):
        return ""
    readers = (name for name, one in PRESETS.items() if one.labels)
    return next((name for name in readers if _reads_name(message, PRESETS[name].all_labels)), "")


def _reads_name(message: Message, labels: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether these labels find a visitor's name, be it a name or an advertisement."""
    found = _read(message, labels)
    return bool(found.name) or found.problem == "advertising-name"


def _read(message: Message, labels: Mapping[str, tuple[str, ...]]) -> Submission:
    form = Form(id="learned", senders=(message.sender.address,), labels=labels)
    return read_submission(message, form)


def _guessed(message: Message) -> dict[str, str]:
    """The label before the first address, and those around it, where no known label is there."""
    lines = [match.groups() for line in message.text.split("\n") if (match := _labelled(line))]
    for place, (label, value) in enumerate(lines):
        if len(addresses_in(value)) == 1:
            found = {"email": label}
            if without_addresses(value):
                found["name"] = label
            elif place:
                found["name"] = lines[place - 1][0]
            if place + 1 < len(lines):
                found["message"] = lines[-1][0]
            return found
    return {}


def _labelled(line: str) -> re.Match[str] | None:
    return _LABELLED.fullmatch(line[:500])


def _slug(text: str) -> str:
    return _SLUG.sub("-", text.lower()).strip("-")


def _quoted(text: str) -> str:
    """A TOML basic string; what stands in a stranger's mail cannot end it."""
    safe = safe_text(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
