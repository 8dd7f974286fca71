"""The one-word answers of agents: their own words -> commands.

Read are the first lines of a mail, as long as each of them is a command. What follows is talk, and
below it nothing is read: a program that shows the letter it answers without a mark would
otherwise give orders with our own examples. A line that begins as a command and goes on as none is
a fault, and then nothing of the mail is done.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from promisekeeper.core.commandwords import (
    GREETINGS,
    LINKS,
    MEANS,
    MEANS_ALONE,
    OPENERS,
    PHRASES,
    POLITE,
    Verb,
)
from promisekeeper.core.safetext import safe_text

MAX_LINES = 200
MAX_LINE = 300
MAX_COMMANDS = 50
MAX_NUMBERS = 50
MAX_MEANS_WORDS = 3
MAX_GREETING_WORDS = 4
MAX_POLITE_WORDS = 6
SHOWN = 120


class Fault(StrEnum):
    """Why a line that begins as a command is none."""

    NEEDS_TIME = "needs_time"
    NEEDS_NAME = "needs_name"
    NEEDS_REASON = "needs_reason"
    SEND_IS_ALONE = "send_is_alone"
    SAYS_MORE = "says_more"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One order of an agent.

    Attributes:
        argument: A time, a name, a reason, or how something was done; as written, made safe.
        numbers: The promises that it names; empty for the one that the letter was about.
        line: The whole line, for whoever asks later what was said.
    """

    verb: Verb
    argument: str = ""
    numbers: tuple[int, ...] = ()
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """A line that begins as a command, and why it is none."""

    line: str
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What an agent's own words ask for.

    Attributes:
        faults: Where there is one, nothing of the mail is done.
        talk: The first line that is no command, made safe; nothing below it was read.
    """

    commands: tuple[Command, ...] = ()
    faults: tuple[Faulty, ...] = ()
    talk: str = ""

    @property
    def are_clear(self) -> bool:
        """Whether there is something to do, and no doubt about what."""
        return bool(self.commands) and not self.faults


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WORDS = {phrase: verb for verb, phrases in PHRASES.items() for phrase in phrases}
_VERB = re.compile(rf"(?<![\w'])({_either(_WORDS)})(?![\w'])")
_NUMBER_LIST = r"#?\d{1,9}(?:\s?(?:,|&|\+|and|und|et)?\s?#?\d{1,9}){0,49}"
_NUMBERS_FIRST = re.compile(
    rf"(?:\[?(?:promise|versprechen|promesse)s?\s)?({_NUMBER_LIST})\]?\s?[:.)=-]?\s(?=\D)"
)
_HASHED = r"#\d{1,9}(?:\s?(?:,|&|\+|and|und|et)?\s?#\d{1,9}){0,49}"
_HASHED_FIRST = re.compile(rf"\s?({_HASHED})(?![\w])[:,]?")
_HASHED_LAST = re.compile(rf"(?:\sfor)?\s({_HASHED})[.!]{{0,3}}$")
_DIGITS = re.compile(r"\d{1,9}")
_LINK = re.compile(rf"(?:{_either(LINKS)})\s")
_POLITE = re.compile(rf"(?:{_either(POLITE)})\b")
_POLITE_TAIL = re.compile(rf"[\s,.;!\u2013-]{{1,5}}(?:{_either(POLITE)})\b[^\d]{{0,40}}$")
_OPENER = re.compile(rf"(?:{_either((*OPENERS, *POLITE, *GREETINGS))})[\s,.!:]{{1,3}}(?=\S)")
_GREETING = re.compile(rf"(?:{_either(GREETINGS)})\b")
_MEANS = re.compile(rf"(?:{_either(MEANS)})\s(.+)")
_WRAPPING = "\"'`*_\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb "
_BULLET = re.compile(r"[-*\u2022\u00b7]\s")
_ENDS = " .!,;:)\u2026"


def read_orders(text: str) -> Orders:
    """What an agent's own words ask for.

    Args:
        text: Own words, without quotes and signature (`core.quoting.own_words`).
    """
    commands: list[Command] = []
    faults: list[Faulty] = []
    talk = ""
    for raw in text.split("\n")[:MAX_LINES]:
        line = _flat(raw)
        if not line or _is_courtesy(line):
            continue
        read = _read_line(line)
        if read is None:
            talk = safe_text(line, SHOWN)
            break
        if isinstance(read, Faulty):
            faults.append(read)
            continue
        commands.append(read[0])
        if read[1]:
            talk = safe_text(read[1], SHOWN)
            break
    if len(commands) + len(faults) > MAX_COMMANDS:
        faults = [Faulty(line=commands[0].line if commands else "", fault=Fault.TOO_MANY)]
    if talk:
        # Somebody who says more than "send" may want another text to be sent.
        faults += [_fault(one.line, Fault.SEND_IS_ALONE) for one in commands if _is_send(one)]
    return Orders(commands=tuple(commands), faults=tuple(faults), talk=talk)


def _is_send(command: Command) -> bool:
    return command.verb is Verb.SEND


def _flat(raw: str) -> str:
    """A line without marks around it, in one kind of quotes and blanks."""
    line = unicodedata.normalize("NFC", raw[:MAX_LINE]).replace("\u2019", "'").replace("\xa0", " ")
    line = " ".join(line.split())
    return _BULLET.sub("", line, count=1).strip(_WRAPPING)


def _is_courtesy(line: str) -> bool:
    """Whether a line only greets or thanks."""
    lower, words = line.lower(), len(line.split())
    if _GREETING.match(lower):
        return words <= MAX_GREETING_WORDS and _VERB.search(lower) is None
    return (
        _POLITE.match(lower) is not None and words <= MAX_POLITE_WORDS and _verb_at(lower) is None
    )


def _verb_at(lower: str, start: int = 0) -> re.Match[str] | None:
    """The verb that a line begins with; a word like "ok" may stand before it."""
    opener = _OPENER.match(lower, start)
    return _VERB.match(lower, start) or (_VERB.match(lower, opener.end()) if opener else None)


def _read_line(line: str) -> tuple[Command, str] | Faulty | None:
    """A command with the talk behind it; why it is none; None where a line begins as none."""
    # Lower case of a few letters is longer than they are, and then places would not agree.
    lower = line.lower() if len(line.lower()) == len(line) else line
    first = _NUMBERS_FIRST.match(lower)
    start = first.end() if first else 0
    numbers = _numbers(first[1]) if first else ()
    found = _verb_at(lower, start)
    if found is None:
        return None
    verb, rest = _WORDS[found[1]], line[found.end() :]
    # "send" bears no word beside it, not even a friendly one.
    if verb is Verb.SEND and found.start() > start:
        return _fault(line, Fault.SEND_IS_ALONE)
    hashed = _HASHED_FIRST.match(rest)
    if hashed:
        numbers, rest = (*numbers, *_numbers(hashed[1])), rest[hashed.end() :]
    elif verb is not Verb.DROP and (hashed := _HASHED_LAST.search(rest)):
        numbers, rest = (*numbers, *_numbers(hashed[1])), rest[: hashed.start()]
    return _with_rest(verb, numbers, rest, line)


def _with_rest(
    verb: Verb, numbers: tuple[int, ...], rest: str, line: str
) -> tuple[Command, str] | Faulty:
    command = Command(verb=verb, numbers=numbers, line=safe_text(line, SHOWN))
    if verb is Verb.SEND:
        return _fault(line, Fault.SEND_IS_ALONE) if rest.strip(_ENDS) else (command, "")
    if verb is Verb.HOLD:
        # A veto counts however it is put.
        return command, ""
    if verb in NEEDS:
        # A reason may well end in thanks.
        argument = rest if verb is Verb.DROP else _without_tail(rest)
        return _with_argument(command, _linked(argument))
    return _alone(command, _without_tail(rest))


def _without_tail(rest: str) -> str:
    """Without thanks at the end of a line."""
    tail = _POLITE_TAIL.search(rest.lower()) if len(rest.lower()) == len(rest) else None
    return rest[: tail.start()] if tail else rest


def _linked(rest: str) -> str:
    rest = rest.strip(_ENDS + "-\u2013")
    link = _LINK.match(rest.lower())
    return rest[link.end() :].strip() if link else rest


NEEDS = {
    Verb.MOVE: Fault.NEEDS_TIME,
    Verb.SNOOZE: Fault.NEEDS_TIME,
    Verb.GIVE: Fault.NEEDS_NAME,
    Verb.DROP: Fault.NEEDS_REASON,
}


def _with_argument(command: Command, argument: str) -> tuple[Command, str] | Faulty:
    if not argument:
        return _fault(command.line, NEEDS[command.verb])
    return replace(command, argument=safe_text(argument)), ""


def _alone(command: Command, rest: str) -> tuple[Command, str] | Faulty:
    """A verb that needs nothing beside it; "done" may say how."""
    bare = rest.strip(_ENDS)
    if not bare:
        return command, ""
    if _DIGITS.fullmatch(bare) and not command.numbers:
        return replace(command, numbers=(int(bare),)), ""
    if command.verb is Verb.DONE:
        head, stop, talk = _sentence(rest)
        means = _means(head.strip(_ENDS))
        if means or (stop and not head.strip(_ENDS)):
            return replace(command, argument=means), talk
    return _fault(command.line, Fault.SAYS_MORE)


def _sentence(rest: str) -> tuple[str, str, str]:
    """What stands before the first end of a sentence, that end, and what follows."""
    found = re.search(r"[.!;]", rest)
    if found is None:
        return rest, "", ""
    return rest[: found.start()], found[0], rest[found.end() :].strip(_ENDS)


def _means(words: str) -> str:
    lower = words.lower()
    if lower in MEANS_ALONE:
        return MEANS_ALONE[lower]
    found = _MEANS.fullmatch(lower)
    if found is None or len(found[1].split()) > MAX_MEANS_WORDS:
        return ""
    return safe_text(found[1], 40)


def _numbers(listed: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(map(int, _DIGITS.findall(listed))))[:MAX_NUMBERS]


def _fault(line: str, fault: Fault) -> Faulty:
    return Faulty(line=safe_text(line, SHOWN), fault=fault)
