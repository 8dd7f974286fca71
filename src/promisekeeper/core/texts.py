"""What a letter says, before and after a template has put it into words.

Templates are given plain values alone: text, numbers, times, lists and tables of them. A
stranger's words are made safe on the way, so that no template has to think of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from promisekeeper.core.safetext import UNSAFE

MAX_SLOT = 10_000
MAX_DEPTH = 6

PlainValue = (
    str
    | int
    | float
    | bool
    | date
    | timedelta
    | None
    | list["PlainValue"]
    | dict[str, "PlainValue"]
)


class Lines(str):
    """A slot's text that keeps its line ends, such as a draft; any other becomes one line."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedText:
    """A letter's words.

    Attributes:
        subject: One line.
        text: The plain form; always there.
        html: The same for programs that show it; empty where the kind has none.
    """

    subject: str
    text: str
    html: str = ""


def plain_slots(slots: Mapping[str, object]) -> dict[str, PlainValue]:
    """What a template may see: values without methods of ours and without control characters.

    Raises:
        ValueError: A value is of a kind that no letter can say, or is nested too deeply.
    """
    return {name: _plain(value, MAX_DEPTH) for name, value in slots.items()}


def _plain(value: object, depth: int) -> PlainValue:
    if depth < 0:
        raise ValueError("slots are nested too deeply")
    if isinstance(value, Lines):
        return "\n".join(_clean(line) for line in value[:MAX_SLOT].splitlines())
    if isinstance(value, Enum):
        return _plain(value.value, depth)
    if isinstance(value, str):
        return " ".join(_clean(value[:MAX_SLOT]).split())
    if value is None or isinstance(value, (bool, int, float, date, datetime, timedelta)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(one, depth - 1) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name), depth - 1) for one in fields(value)}
    if isinstance(value, Iterable):
        return [_plain(one, depth - 1) for one in value]
    raise ValueError(f"a letter cannot say a {type(value).__name__}")


def _clean(text: str) -> str:
    return UNSAFE.sub(" ", text).rstrip()
