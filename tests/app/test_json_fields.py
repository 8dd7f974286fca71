"""docs/json.md names every field that is printed, with its type, and no other."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from builders import (
    FRIDAY,
    MONDAY,
    a_change,
    a_draft,
    a_letter,
    a_note,
    a_promise,
    a_quarantined,
    an_absence,
    an_event,
)
from promisekeeper.app import draftrender, render
from promisekeeper.app.ackpreview import Previewed
from promisekeeper.app.ackrender import preview_fields, receipt_fields
from promisekeeper.app.cli import COMMANDS, cli
from promisekeeper.app.cli.away import absence_fields
from promisekeeper.app.logbook import Entry, entry_fields
from promisekeeper.app.summary import Figures
from promisekeeper.core.ackrecords import Receipt, ReceiptStage
from promisekeeper.core.drafts import DraftStage
from promisekeeper.core.formlearning import learn_form
from promisekeeper.core.message import Address, Message
from promisekeeper.core.promise import Certainty, DeadlineKind, Kind, State
from promisekeeper.core.records import Audience, OutboxLetter, Stage
from promisekeeper.core.teaching import Lesson, LessonKind, Tally
from promisekeeper.flows.replay import Told, Would

PAGE = (Path(__file__).parent.parent.parent / "docs" / "json.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\w+) \| ([\w ]+) \| ?(.*?) ?\|$", re.MULTILINE)
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "time": (str,),
    "number": (int,),
    "flag": (bool,),
    "list": (list,),
    "object": (dict,),
    "null": (type(None),),
}
KEPT = a_change(a_promise(id=1)).promise
EMPTY = Message(message_id="<1@a>", sent_at=MONDAY, sender=Address())
PREVIEWED = Previewed(
    message_id="<1@a>", sent_at=MONDAY, subject="s", sender="f@a.example", ack=False, reason="list"
)
ROWS: list[tuple[str, dict[str, Any]]] = [
    ("promise", render.promise_fields(a_promise())),
    ("promise", render.promise_fields(KEPT, timedelta(hours=3))),
    ("event", render.event_fields(an_event())),
    ("event", render.event_fields(a_change(a_promise(id=1)).event)),
    ("mail", render.note_fields(a_note())),
    (
        "letter",
        render.letter_fields(
            OutboxLetter(
                id=1,
                letter=a_letter(),
                stage=Stage.QUEUED,
                attempts=0,
                next_try_at=FRIDAY,
                changed_at=MONDAY,
            )
        ),
    ),
    ("draft", draftrender.draft_fields(replace(a_draft(), id=1), a_promise(id=1))),
    (
        "draft",
        draftrender.draft_fields(
            a_draft(id=1, new_due_at=FRIDAY, send_at=FRIDAY, approved_at=MONDAY, expires_at=FRIDAY),
            None,
        ),
    ),
    ("absence", absence_fields(an_absence(), 1)),
    ("quarantine", render.quarantined_fields(a_quarantined())),
    (
        "lesson",
        render.lesson_fields(
            Lesson(
                owner="Ana",
                pattern="p",
                kind=LessonKind.MUTE,
                rule="r",
                sentence="s",
                at=MONDAY,
                actor="ana",
                id=1,
            )
        ),
    ),
    ("log", entry_fields(Entry(at=MONDAY, what="event", action="found", who="promisekeeper"))),
    ("wording", render.wording_fields(Tally(owner="Ana", rule="r", found=2, dismissed=1))),
    (
        "replay",
        render.replay_fields(
            Would(
                at=FRIDAY,
                kind="reminder",
                recipient="a@b.example",
                told=(Told(step="remind_agent", promise=a_promise()),),
            )
        ),
    ),
    ("preview", preview_fields(PREVIEWED)),
    ("preview", preview_fields(replace(PREVIEWED, ack=True, to="a@b.example", name="A"))),
    ("receipt", receipt_fields(Receipt(message_id="<1@a>", received_at=MONDAY, form="f"))),
    (
        "learned",
        learn_form(Message(message_id="<1@a>", sent_at=MONDAY, sender=Address())).as_fields(),
    ),
    ("figures", Figures().fields()),
]


def printed(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(CliRunner().invoke(cli, [*arguments, "--json"]).stdout)


SENTENCES = printed("explain", "Once you send the log, Dana will call you.")
ROWS += [("sentence", row) for row in SENTENCES]
ROWS += [("claim", claim) for row in SENTENCES for claim in row["promises"]]
ROWS += [("reading", row) for row in printed("when", "by noon, or when the part arrives")]


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            yield from commands(f"{name} {below}", one)


SPEAKING = [
    name
    for top in COMMANDS
    for name, command in commands(top, cli.get_command(click.Context(cli), top) or cli)
    if any("--json" in option.opts for option in command.params)
]


@pytest.mark.parametrize("name", SPEAKING)
def test_the_page_tells_of_each_command_that_prints_json(name: str) -> None:
    assert f"`{name}`" in PAGE or f"`{name} " in PAGE


def documented(heading: str) -> dict[str, tuple[str, str]]:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {name: (kind, values) for name, kind, values in ROW.findall(section) if name != "field"}


@pytest.mark.parametrize(("heading", "row"), ROWS)
def test_the_page_names_every_field_in_order(heading: str, row: Mapping[str, Any]) -> None:
    fields = documented(heading)
    assert list(fields) == list(row)
    for name, value in row.items():
        kinds = fields[name][0].split(" or ")
        allowed = tuple(one for kind in kinds for one in TYPES[kind])
        assert type(value) in allowed, name
        if "time" in kinds and value is not None:
            assert datetime.fromisoformat(value).utcoffset() is not None


@pytest.mark.parametrize(
    ("heading", "field", "values"),
    [
        ("promise", "kind", Kind),
        ("promise", "certainty", Certainty),
        ("promise", "due_kind", DeadlineKind),
        ("promise", "state", State),
        ("letter", "stage", Stage),
        ("draft", "stage", DraftStage),
        ("letter", "audience", Audience),
        ("lesson", "kind", LessonKind),
        ("receipt", "stage", ReceiptStage),
    ],
)
def test_the_page_names_every_value(heading: str, field: str, values: type[StrEnum]) -> None:
    told = documented(heading)[field][1].split(";")[0]
    assert set(told.split(", ")) == {value.value for value in values}
