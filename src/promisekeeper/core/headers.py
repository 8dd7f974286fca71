"""The header block of a mail: fields, addresses, ids and the date, read tolerantly.

All input is capped before it is read and every pass is linear, because header
blocks are hostile: 200,000 commas in To, 20,000 open brackets, megabytes of Subject.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from promisekeeper.core.decoding import clean_line, decode_charset, decode_words
from promisekeeper.core.message import Address

MAX_BLOCK_BYTES = 64 * 1024
MAX_FIELDS = 500
MAX_VALUE_CHARACTERS = 16_000
MAX_SUBJECT_CHARACTERS = 998
MAX_NAME_CHARACTERS = 200
MAX_ADDRESS_CHARACTERS = 320
MAX_ADDRESSES = 200
MAX_ID_CHARACTERS = 1000
MAX_IDS = 100
MAX_PARAMETERS_CHARACTERS = 4000
MAX_PIECES = 50
# The same people, types and field names come again and again; longer values are not kept.
MAX_KEPT_CHARACTERS = 200
KEPT_VALUES = 512

_EARLIEST_DATE = datetime(1990, 1, 1, tzinfo=UTC)
_CLOCK_SKEW = timedelta(days=2)

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]{0,100}:(.*)", re.DOTALL)
_FIELD_NAME = re.compile(r"([!-9;-~]{1,100})[ \t]{0,100}")
# Begins with one fixed byte, which is looked for much faster than a line end of either form.
_EMPTY_LINE = re.compile(rb"\n[ \t]{0,80}\r?\n")
_LINE_ENDS = re.compile(rb"[\r\n]*")
_PLAIN_BYTES = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
# Quoted string, comment up to the next bracket, angle address, separator, anything else.
_ADDRESS_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*|<[^<>]*>?|[,;:)]|[^"(<,;:)]+', re.DOTALL
)
_TYPE = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}")
_PARAMETER = re.compile(r';\s{0,100}([\w*.-]{1,60})\s{0,20}=\s{0,20}("(?:[^"\\]|\\.)*|[^;\s"]+)')
_ESCAPED = re.compile(r"\\(.)")
_ID = re.compile(r"<([^<>]{1,2000})>")
_ID_JUNK = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>]+")
_ONE_ID = re.compile(r"<[!-;=?-~]{1,1000}>")
_MONTH_NAMES = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# As nearly every program writes it (RFC 5322, 3.3); what stands behind the offset is a comment.
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{1,2})"
    rf" ({_MONTH_NAMES}) ((?:19|20)\d\d)"
    r" (\d\d):(\d\d):(\d\d) ([+-]\d{4})(?:\s|\Z)",
    re.ASCII,
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split("|"), 1)}

# Those of small blocks are kept and given again: nobody may change them.
Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType:
    """A Content-Type or Content-Disposition: its lower-case name and its parameters."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str:
        """One parameter, decoded; empty where it is not given."""
        return self.parameters.get(name) or _extended(self.parameters, name)


class Stretch(NamedTuple):
    """Bytes within larger ones; a copy of each part would cost more than reading what is in it."""

    raw: bytes
    begin: int
    end: int


def split_block(raw: bytes) -> tuple[bytes, bytes]:
    """Split a mail at its first empty line into the header block and the body."""
    block, body = split_stretch(Stretch(raw, 0, len(raw)))
    return block, body.raw[body.begin : body.end]


def split_stretch(part: Stretch) -> tuple[bytes, Stretch]:
    """Split one part of a mail as `split_block` does."""
    raw, begin, end = part
    if raw.find(b"\n", begin, end) < 0:
        # Line ends of the first Macintosh still lie in archives.
        raw = raw[begin:end].replace(b"\r", b"\n")
        begin, end = 0, len(raw)
    if raw.startswith((b"\n", b"\r\n"), begin, end):
        return b"", Stretch(raw, _after_line_ends(raw, begin, end), end)
    match = _EMPTY_LINE.search(raw, begin, end)
    if match is None:
        return raw[begin:end], Stretch(raw, end, end)
    start = match.start()
    start -= raw[start - 1 : start] == b"\r"
    return raw[begin:start], Stretch(raw, match.end(), end)


def _after_line_ends(raw: bytes, begin: int, end: int) -> int:
    match = _LINE_ENDS.match(raw, begin, end)
    return match.end() if match else begin


def parse_fields(block: bytes) -> Fields:
    """Read a header block: lower-case names to unfolded values, top to bottom, within the caps."""
    block = block[:MAX_BLOCK_BYTES]
    return _kept_fields(block) if len(block) <= MAX_KEPT_CHARACTERS else _fields(block)


def _fields(block: bytes) -> Fields:
    fields: dict[str, tuple[str, ...]] = {}
    pairs = _plain_pairs(block) if block.isascii() else None
    for name, value in _any_pairs(block) if pairs is None else pairs:
        above = fields.get(name)
        fields[name] = (value,) if above is None else (*above, value)
    return fields


# Many parts of mails have the same few lines above them.
_kept_fields = lru_cache(maxsize=KEPT_VALUES)(_fields)


def _any_pairs(block: bytes) -> Iterator[tuple[str, str]]:
    for line in _unfolded(block)[:MAX_FIELDS]:
        match = _FIELD.match(line)
        if match:
            yield match[1].decode("ascii").lower(), _value(match[2])


def _plain_pairs(block: bytes) -> list[tuple[str, str]] | None:
    """The fields of a block without surprises, which most are; None where one may be in it."""
    text = block.decode("ascii").replace("\r\n", "\n")
    if "\r" in text or "\n\n" in text:
        return None
    has_controls = bool(block.translate(None, _PLAIN_BYTES))
    pairs = []
    # A continuation line keeps its first blank and loses the line end before it.
    for line in text.replace("\n ", " ").replace("\n\t", "\t").split("\n")[:MAX_FIELDS]:
        name, colon, value = line.partition(":")
        lower = _field_name(name) if colon and len(name) <= MAX_KEPT_CHARACTERS else ""
        if lower:
            value = _CONTROL.sub("", value) if has_controls else value
            pairs.append((lower, value.strip()[:MAX_VALUE_CHARACTERS]))
    return pairs


@lru_cache(maxsize=KEPT_VALUES)
def _field_name(name: str) -> str:
    match = _FIELD_NAME.fullmatch(name)
    return match[1].lower() if match else ""


def parse_subject(value: str) -> str:
    """The subject as a person reads it, on one line."""
    return clean_line(decode_words(value[:MAX_VALUE_CHARACTERS]), MAX_SUBJECT_CHARACTERS)


def parse_addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Read address lists (RFC 5322, 3.4); what is no mailbox is left out."""
    text = ",".join(values)[:MAX_VALUE_CHARACTERS]
    return _kept_addresses(text) if len(text) <= MAX_KEPT_CHARACTERS else _addresses(text)


def _addresses(text: str) -> tuple[Address, ...]:
    found: list[Address] = []
    for mailbox in _mailboxes(text):
        address = _address(mailbox)
        if address is not None:
            found.append(address)
        if len(found) == MAX_ADDRESSES:
            break
    return tuple(found)


_kept_addresses = lru_cache(maxsize=KEPT_VALUES)(_addresses)


def parse_ids(value: str) -> tuple[str, ...]:
    """The message ids in a value, without doubles, each with its angle brackets."""
    if _ONE_ID.fullmatch(value):
        # Nearly every value is one id with nothing to mend.
        return (value,)
    value = value[: 4 * MAX_VALUE_CHARACTERS]
    inner = [match[1] for match in _ID.finditer(value)]
    if not inner:
        inner = [token for token in value.split() if "@" in token]
    ids = dict.fromkeys(f"<{_ID_JUNK.sub('', token)[:MAX_ID_CHARACTERS]}>" for token in inner)
    ids.pop("<>", None)
    return tuple(ids)


def parse_message_id(value: str) -> str:
    """One Message-ID with its angle brackets; empty where there is none."""
    ids = parse_ids(value)
    if ids:
        return ids[0]
    bare = _ID_JUNK.sub("", value)[:MAX_ID_CHARACTERS]
    return f"<{bare}>" if bare else ""


def parse_references(fields: Fields, own_id: str) -> tuple[str, ...]:
    """The thread's ids, oldest first, In-Reply-To last; of too many the first and the last stay."""
    older = parse_ids(" ".join(fields.get("references", ())))
    parents = parse_ids(" ".join(fields.get("in-reply-to", ())))
    ids = tuple(one for one in dict.fromkeys(older + parents) if one != own_id)
    return ids if len(ids) <= MAX_IDS else ids[:1] + ids[1 - MAX_IDS :]


def parse_date(value: str, *, received_at: datetime) -> datetime:
    """The Date as an aware time in the writer's offset; `received_at` where it makes no sense.

    An unknown offset ("-0000", RFC 5322, 3.3) is read as UTC.
    """
    try:
        sent_at = _plain_date(value) or parsedate_to_datetime(value[:200])
        if sent_at.tzinfo is None:
            sent_at = sent_at.replace(tzinfo=UTC)
        is_sensible = _EARLIEST_DATE <= sent_at <= received_at + _CLOCK_SKEW
    except (ValueError, TypeError, IndexError, OverflowError):
        return received_at
    return sent_at if is_sensible else received_at


def _plain_date(value: str) -> datetime | None:
    """What the library makes of the usual form, in a fifth of its time; None for any other."""
    match = _DATE.match(value)
    if match is None:
        return None
    day, month, year, hour, minute, second, zone = match.groups()
    return datetime(
        int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=_zone(zone)
    )


@lru_cache(maxsize=KEPT_VALUES)
def _zone(offset: str) -> timezone:
    minutes = 60 * int(offset[1:3]) + int(offset[3:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def parse_content_type(value: str) -> ContentType:
    """Read a Content-Type; what is no type at all is text/plain (RFC 2045, 5.2)."""
    return _kept_type(value) if len(value) <= MAX_KEPT_CHARACTERS else _type(value)


def _type(value: str) -> ContentType:
    found = _parameterised(value)
    is_type = _TYPE.fullmatch(found.name) is not None
    return found if is_type else replace(found, name="text/plain")


_kept_type = lru_cache(maxsize=KEPT_VALUES)(_type)


def parse_disposition(value: str) -> ContentType:
    """Read a Content-Disposition (RFC 2183); its name is "attachment", "inline" or empty."""
    return _kept_disposition(value) if len(value) <= MAX_KEPT_CHARACTERS else _parameterised(value)


def _parameterised(value: str) -> ContentType:
    value = value[:MAX_PARAMETERS_CHARACTERS]
    name = value.partition(";")[0].split("(")[0].strip().lower()
    parameters: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        parameters.setdefault(match[1].lower(), _unquoted(match[2]))
    return ContentType(name=name, parameters=parameters)


_kept_disposition = lru_cache(maxsize=KEPT_VALUES)(_parameterised)


def _unquoted(text: str) -> str:
    if text[:1] != '"':
        return text
    text = text.strip('"')
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _extended(parameters: Mapping[str, str], name: str) -> str:
    """A parameter in pieces or with a charset (RFC 2231, sections 3 and 4)."""
    if "*" not in "".join(parameters):
        return ""
    whole = parameters.get(f"{name}*")
    if whole is not None:
        return _percent_decoded(whole)
    plain = [parameters.get(f"{name}*{number}") for number in range(MAX_PIECES)]
    encoded = [parameters.get(f"{name}*{number}*") for number in range(MAX_PIECES)]
    pieces = [one if one is not None else other for one, other in zip(plain, encoded, strict=True)]
    value = "".join(takewhile(bool, (piece or "" for piece in pieces)))
    return _percent_decoded(value) if any(encoded) else value


def _percent_decoded(value: str) -> str:
    charset, quote, rest = value.partition("'")
    if not quote:
        return value
    return decode_charset(unquote_to_bytes(rest.partition("'")[2]), charset)


def _unfolded(block: bytes) -> Sequence[bytes]:
    lines: list[list[bytes]] = []
    for line in block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1].append(line)
        elif line:
            lines.append([line])
    return [b"".join(parts) for parts in lines]


def _value(content: bytes) -> str:
    content = content[: MAX_VALUE_CHARACTERS * 4]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return text.strip()[:MAX_VALUE_CHARACTERS]


@dataclass(slots=True)
class _Mailbox:
    """What has been read of one mailbox so far: phrase, angle address and comment."""

    phrase: list[str] = field(default_factory=list)
    angle: str | None = None
    comment: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.phrase and self.angle is None and not self.comment


def _mailboxes(text: str) -> Iterator[_Mailbox]:
    """Split a list at its commas, knowing quotes, comments, angle brackets and groups."""
    box, depth = _Mailbox(), 0
    for token in _ADDRESS_TOKEN.findall(text):
        if token[0] == "(":
            depth += 1
            box.comment.append(token[1:])
        elif depth:
            depth -= token == ")"
            box.comment.append(token.rstrip(")"))
        elif token in ",;":
            if not box.is_empty:
                yield box
                box = _Mailbox()
        elif token == ":":
            box = _Mailbox()
        else:
            _add(box, token)
    yield box


def _add(box: _Mailbox, token: str) -> None:
    if token[0] == "<":
        box.angle = token.strip("<>")
    elif token[0] == '"':
        _add_quoted(box, token)
    else:
        box.phrase.append(token)


def _add_quoted(box: _Mailbox, token: str) -> None:
    is_closed = len(token) > 1 and token.endswith('"')
    phrase, bracket, angle = token.partition("<")
    if not is_closed and bracket:
        token, box.angle = phrase, angle.partition(">")[0]
    box.phrase.append(_ESCAPED.sub(r"\1", token.strip('"')))


def _address(box: _Mailbox) -> Address | None:
    phrase, comment = "".join(box.phrase).strip(), "".join(box.comment).strip()
    if box.angle is None:
        # No brackets: the word with the sign is the address, the others are the name.
        words = phrase[: 2 * MAX_ADDRESS_CHARACTERS].split()
        box.angle = next((word for word in words if "@" in word), "")
        phrase = " ".join(word for word in words if word != box.angle)
    address = _ID_JUNK.sub("", clean_line(box.angle, MAX_ADDRESS_CHARACTERS + 1)).lower()
    address = address.removeprefix("mailto:")
    name = clean_line(decode_words(phrase or comment), MAX_NAME_CHARACTERS).strip("'\" ")
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > MAX_ADDRESS_CHARACTERS:
        return None
    return Address(name=name, address=address)
