"""Contact-form mail -> who wrote, and about which of the configured matters.

A form is known by its configured sender, and may be narrowed by subject and header. Only labels
that were mapped are read, and only where they stand at the beginning of a line, before the
visitor's message begins: "Delivery: end of March" in a message is no field. All of it is written
by strangers, so that whatever looks like an attempt to add headers, recipients or advertising
refuses the whole mail.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile, zip_longest

from promisekeeper.core.decoding import decode_words
from promisekeeper.core.formaddresses import (
    addresses_in,
    as_typed,
    is_international,
    is_plain,
    without_addresses,
)
from promisekeeper.core.message import Message
from promisekeeper.core.visitors import cleaned_name, is_advertising

# Problems that another form's labels may not have.
UNREAD = frozenset({"no-address", "no-submission"})
FIELDS = ("name", "first_name", "last_name", "email", "subject", "choice", "message")
MAX_LINES = 2_000
MAX_LINE = 500
MAX_TEXT = 64 * 1024
# Shorter labels stand on one line.
FOLDED_FROM = 40

# After a label: what forms write behind required fields, and the sign that ends a label.
_REQUIRED = (
    r"required|optional|pflichtfeld|erforderlich|freiwillig|obligatoire|facultatif|requis"
    r"|obligatorio|opcional|obbligatorio|facoltativo|verplicht|optioneel"
)
_MARKS = rf"(?:\s{{0,3}}(?:\*|[(\[](?:{_REQUIRED}|\*)[)\]])){{0,2}}\s{{0,10}}"
# A dash needs room on both sides: "E-mail" has none.
_ENDS = r"(?:[:\uff1a]|\t|\s{2}(?=\s*\S)|=>?|\s(?:[-\u2013\u2014|]|->|\u2192)(?=\s))"
# What forms write before a label: quotes, emphasis, bullets, headings, numbers.
_LEAD = r"[\s>*_|#\u2022\u25aa\u25cf\u2013-]{0,10}(?:\d{1,2}[.)]\s{1,3})?[*_\"]{0,3}"
_SOME_LABEL = re.compile(r"\s{0,10}[^\s:][^:\n]{0,60}:(?:\s|$)")
_NAMED = re.compile(r"\s*(.{0,200}?)\s*[<(\[]\s*(?:mailto:)?([^<>()\[\]\s]{1,320})\s*[>)\]]\s*")
_HEADER = r"(?:b?cc|content-(?:type|transfer-encoding)|mime-version|x-[a-z-]{1,40}|return-path)"
_LINE_END = r"(?:%0[ad]|\\[rn]|&#x?0*(?:10|13|[ad]);|=0[ad]|[\r\n\x0b\x0c\x85\u2028\u2029])+"
_INJECTED = re.compile(rf"{_LINE_END}\s*(?:{_HEADER}|to|from|subject|reply-to)\s*:", re.IGNORECASE)
_HEADER_LINE = re.compile(rf"\s*{_HEADER}\s*:\s*\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A contact form, as configured.

    Attributes:
        id: The user's name for it.
        senders: Addresses that its mail comes from, lower case.
        labels: Field to the labels that may hold it, as they stand in the mail.
        subject: What the subject must hold; None where any will do.
        header: A header that must be there, with what it must hold.
        title: What the letter calls the matter; never the visitor's words.
        choices: Matters that the letter may name instead, where the visitor chose one of them.
        language: In which the visitor is written to.
        queue: Name of the queue that answers.
        is_trusted: Its mail comes without the word of our mail server, from our own machine.
        has_message: Each of its mails holds the label of the message. A site sends other mail
            from the same address: who registered, who commented.
    """

    id: str
    senders: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    subject: re.Pattern[str] | None = None
    header: tuple[str, re.Pattern[str]] | None = None
    title: str = ""
    choices: tuple[str, ...] = ()
    language: str = "en"
    queue: str = ""
    is_trusted: bool = False
    has_message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a form mail says of its visitor.

    Attributes:
        problem: Why it must not be answered; empty where it may.
        address: The visitor's, lower case.
        name: As given, cleaned; empty where none fit to be repeated was given.
        matter: The form's title, or the configured choice that the visitor made.
    """

    problem: str = ""
    address: str = ""
    name: str = ""
    matter: str = ""


def form_of(message: Message, forms: Sequence[Form]) -> Form | None:
    """The form that a mail claims to come from.

    A site sends the mail of several forms from one address: of those that fit, the first whose
    labels find a visitor, else the first.
    """
    fitting = [form for form in forms if _fits(message, form)]
    if len(fitting) < 2:
        return next(iter(fitting), None)
    readers = (form for form in fitting if read_submission(message, form).problem not in UNREAD)
    return next(readers, fitting[0])


def _fits(message: Message, form: Form) -> bool:
    if message.sender.address not in form.senders:
        return False
    if form.subject is not None and not form.subject.search(message.subject):
        return False
    if form.header is None:
        return True
    name, pattern = form.header
    return any(pattern.search(value) for value in message.headers.get(name, ()))


def read_submission(message: Message, form: Form) -> Submission:
    """Who wrote through a form, or why the mail cannot be trusted to say so."""
    if _has_injected_header(message):
        return Submission(problem="header-injection")
    repliers = {person.address for person in message.reply_to}
    if len(repliers) > 1:
        return Submission(problem="several-addresses")
    page = _page_of(message, form.labels)
    if page.is_injected:
        return Submission(problem="header-injection")
    if form.has_message and not page.has_message:
        return Submission(problem="no-submission")
    addresses = page.addresses(repliers)
    if len(addresses) > 1:
        return Submission(problem="several-addresses")
    address = next(iter(addresses), "")
    if not is_plain(address) and not is_international(address):
        return Submission(problem="no-address")
    names = page.names
    if any(is_advertising(name) for name in names):
        return Submission(problem="advertising-name", address=address)
    return Submission(
        problem="" if is_plain(address) else "international-address",
        address=address,
        name=cleaned_name(" ".join(filter(None, names))),
        matter=_matter(form, page),
    )


def labels_in(message: Message, labels: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Which of these labels a form mail holds, field by field, as they stand there."""
    return _page_of(message, labels).labels


def _matter(form: Form, page: "_Page") -> str:
    """One of our own wordings: a stranger's text must never be mailed on."""
    said = {" ".join(value.lower().split()) for value in page.choices}
    chosen = (choice for choice in form.choices if " ".join(choice.lower().split()) in said)
    return next(chosen, form.title)


def _page_of(message: Message, labels: Mapping[str, tuple[str, ...]]) -> "_Page":
    """The page, with a table's cells where it is one.

    Only in cells labels stand before their values with no sign in between; prose begins with
    such words too. Beside a plain part that says nothing, the text is that of the table.
    """
    text, kinds = message.text[:MAX_TEXT], message.part_types
    page = _Page(text, labels, has_cells="text/plain" not in kinds)
    if page.is_empty and {"text/plain", "text/html"} <= set(kinds):
        table = _Page(text, labels, has_cells=True)
        return table if table.has_message else page
    return page


def _has_injected_header(message: Message) -> bool:
    """Whether an encoded line end stands in a header that forms fill in."""
    for name in ("subject", "reply-to", "from", "to"):
        for value in message.headers.get(name, ()):
            decoded = decode_words(value)
            if "\n" in decoded or "\r" in decoded or _INJECTED.search(decoded):
                return True
    return False


@dataclass(slots=True)
class _Found:
    """A label at its place, with what stands behind it on its line and the lines up to the next."""

    name: str
    line: int
    value: str
    rest: list[str] = field(default_factory=list)
    label: str = ""

    @property
    def text(self) -> str:
        """The value: on the label's own line, else on the next that is not empty."""
        if self.value:
            return self.value
        return next(self._following(), "")

    @property
    def below(self) -> str:
        """The line below the value."""
        lines = self._following()
        return next(lines if self.value else islice(lines, 1, None), "")

    def _following(self) -> Iterator[str]:
        """Lines that may be the value: not empty, no mere rule, and before any other label."""
        written = (line.strip() for line in self.rest if any(map(str.isalnum, line)))
        return takewhile(lambda line: not _SOME_LABEL.match(line), written)


class _Page:
    """The text of one form mail, read by the labels of its form."""

    def __init__(
        self, text: str, labels: Mapping[str, tuple[str, ...]], *, has_cells: bool
    ) -> None:
        lines = [line[:MAX_LINE] for line in text.split("\n")[:MAX_LINES]]
        self._places = _places(lines, labels, has_cells=has_cells)
        messages = [place.line for place in self._places if place.name == "message"]
        self._message_at = min(messages, default=len(lines) + 1)

    @property
    def is_empty(self) -> bool:
        """Whether no label of the form stands anywhere."""
        return not self._places

    @property
    def has_message(self) -> bool:
        """Whether the label of the message stands anywhere."""
        return any(place.name == "message" for place in self._places)

    @property
    def is_injected(self) -> bool:
        """Whether a field of one line is followed by headers, or holds an encoded line end."""
        fields = [place for place in self._before() if place.name != "message"]
        return any(
            _INJECTED.search(decode_words(place.value))
            or any(_HEADER_LINE.match(line) for line in takewhile(str.strip, place.rest))
            for place in fields
        )

    def addresses(self, repliers: set[str]) -> set[str]:
        """Every address that the visitor gave; where there are several, nobody is sure of any.

        A label that only stands behind the message may be part of it. Then the last one is the
        form's own, and is believed where the form answers to the same address.
        """
        found = [place for place in self._before() if place.name == "email"]
        if found:
            return {address for place in found for address in self._addresses_at(place)}
        behind = [self._addresses_at(place) for place in self._places if place.name == "email"]
        if not behind:
            return set()
        every = set[str]().union(*behind)
        return behind[-1] if len(behind[-1]) == 1 and behind[-1] == repliers else every

    @property
    def names(self) -> tuple[str, ...]:
        """The name as given: whole, else first and last."""
        whole = self._name("name")
        return (whole,) if whole else (self._name("first_name"), self._name("last_name"))

    @property
    def labels(self) -> dict[str, str]:
        """The first label of each field, as it stands there."""
        found: dict[str, str] = {}
        for place in self._places:
            is_sure = place.name != "email" or addresses_in(place.text)
            if is_sure and (place.line <= self._message_at or place.name == "email"):
                found.setdefault(place.name, place.label)
        return found

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be a choice from a list."""
        return tuple(filter(None, (self._first(part) for part in ("choice", "subject"))))

    def _addresses_at(self, place: _Found) -> set[str]:
        is_shared = self._is_shared(place)
        found = addresses_in(place.text, is_alone=not is_shared)
        # Name and address of one field may stand on a line each.
        return found or (addresses_in(place.below, is_alone=True) if is_shared else set())

    def _is_shared(self, place: _Found) -> bool:
        """Whether one label holds both name and address."""
        both = {"email", "name"}
        return both <= {one.name for one in self._places if one.line == place.line}

    def _name(self, wanted: str) -> str:
        place = next((one for one in self._fields() if one.name == wanted and one.text), None)
        if place is None:
            return ""
        name = _without_address(place.text)
        return without_addresses(name) if self._is_shared(place) else name

    def _first(self, wanted: str) -> str:
        found = (place.text for place in self._fields() if place.name == wanted)
        return next(filter(None, found), "")

    def _fields(self) -> list[_Found]:
        """The form's own labels, the surest first: before the message, else the last behind it."""
        before = self._before()
        if any(place.name == "email" for place in before):
            return before
        return [*before, *reversed(self._places)]

    def _before(self) -> list[_Found]:
        return [place for place in self._places if place.line < self._message_at]


def _places(
    lines: Sequence[str], labels: Mapping[str, tuple[str, ...]], *, has_cells: bool
) -> list[_Found]:
    """Every mapped label at the beginning of a line, with its value, in order."""
    # One label may hold two fields: "From" has a name and an address.
    patterns = [
        (name, re.compile(_pattern(name, some, has_cells=has_cells), re.IGNORECASE))
        for name in FIELDS
        if (some := labels.get(name))
    ]
    places: list[_Found] = []
    last: list[_Found] = []
    for number, line in enumerate(_unfolded(lines, labels)):
        found = [
            _found(name, number, match)
            for name, pattern in patterns
            if (match := pattern.fullmatch(line))
        ]
        if found:
            places += found
            last = found
        else:
            for place in last:
                place.rest.append(line)
    return places


def _unfolded(lines: Sequence[str], labels: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The same number of lines, where a label that was folded stands whole on its first one."""
    long = [_flat(label) for some in labels.values() for label in some if len(label) > FOLDED_FROM]
    is_rest = False
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        flat = _flat(line)
        both = f"{flat} {_flat(below)}"
        is_folded = len(flat) > FOLDED_FROM // 2 and any(
            label.startswith(f"{flat} ") and both.startswith(label) for label in long
        )
        yield "" if is_rest else f"{line.strip()} {below.strip()}" if is_folded else line
        is_rest = is_folded and not is_rest


def _flat(text: str) -> str:
    return " ".join(text.lower().rstrip(": \uff1a").split())


def _found(name: str, line: int, match: re.Match[str]) -> _Found:
    given = match.groupdict()
    value = given["value"] or given.get("cell") or ""
    return _Found(name, line, value.strip(), label=given["label"])


def _pattern(name: str, labels: Sequence[str], *, has_cells: bool) -> str:
    """A line that begins with a label: with a colon, alone on its line, or as a table's cell."""
    spelled = "|".join(
        r"\s{1,5}".join(map(_spelling, label.rstrip(": \uff1a").split()))
        for label in sorted(labels, key=len, reverse=True)
    )
    # A message may hold anything; in any other cell a colon tells of a label of its own.
    cell = rf"|\s(?P<cell>{'.*' if name == 'message' else '[^:]*'})" if has_cells else ""
    value = rf"{_ENDS}[*_]{{0,3}}(?P<value>.*){cell}"
    return rf"{_LEAD}(?P<label>{spelled})(?:\s?\?)?[*_\"]{{0,3}}{_MARKS}(?:{value})?"


def _spelling(word: str) -> str:
    """A word of a label, with whichever apostrophe and hyphen the form's program makes of it."""
    escaped = re.escape(word).replace("\u2019", "'").replace("'", "['\u2019]")
    return escaped.replace(r"\-", "[-\u2010\u2011]")


def _without_address(value: str) -> str:
    """The name in "Name <address>", or the value as it is."""
    typed = as_typed(value[:MAX_LINE])
    match = _NAMED.fullmatch(typed)
    return match[1].strip("\"' ") if match and "@" in match[2] else typed
