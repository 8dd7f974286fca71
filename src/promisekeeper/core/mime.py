"""Bytes of a mail -> Message.

The structure is read by a small splitter of our own instead of the standard
library's parser, which recurses and slows down on mail made to hurt it. Caps:
the mail, its header block, parts, depth and text. A mail that was cut anywhere
is normal, since bodies are fetched in bounded pieces: its head is read.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from promisekeeper.core.decoding import (
    clean_line,
    clean_text,
    decode_charset,
    decode_transfer,
    decode_words,
)
from promisekeeper.core.flowed import unwrap_flowed
from promisekeeper.core.headers import (
    MAX_BLOCK_BYTES,
    ContentType,
    Fields,
    Stretch,
    parse_addresses,
    parse_content_type,
    parse_date,
    parse_disposition,
    parse_fields,
    parse_message_id,
    parse_references,
    parse_subject,
    split_block,
    split_stretch,
)
from promisekeeper.core.htmltext import html_to_text
from promisekeeper.core.message import Address, Message
from promisekeeper.errors import MessageUnreadableError

MAX_MAIL_BYTES = 10 * 1024 * 1024
MAX_PARTS = 200
MAX_DEPTH = 20
MAX_TEXT_BYTES = 256 * 1024
_MAX_NAME_CHARACTERS = 200
FURNITURE = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
        "text/vcard",
        "text/x-vcard",
    }
)

# A text/plain alternative that only sends the reader to the HTML one.
_STUB = re.compile(
    r"\bhtml\b.{0,80}\b(?:e-?mail|mail|message|view|viewer|reader|client|browser|format|support)"
    r"|\b(?:view|display|read|open|support)\w{0,6}\b.{0,80}\bhtml\b"
    r"|\bview (?:this|the) (?:e-?mail|message|newsletter) (?:in|online)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAX_STUB_CHARACTERS = 300
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]{0,80}\r?")


@dataclass(slots=True, kw_only=True)
class _Leaf:
    """One part that belongs to the body; decoded once, and only if somebody asks."""

    kind: ContentType
    content: bytes
    decoded: str | None = None

    @property
    def is_html(self) -> bool:
        return self.kind.name == "text/html"

    def text(self) -> str:
        """The part as plain text."""
        if self.decoded is None:
            self.decoded = self._decode()
        return self.decoded

    def _decode(self) -> str:
        text = decode_charset(self.content, self.kind.parameter("charset"))
        if self.is_html:
            return html_to_text(text)
        text = clean_text(text)
        if self.kind.parameter("format").lower() != "flowed":
            return text
        return unwrap_flowed(text, drops_space=self.kind.parameter("delsp").lower() == "yes")


@dataclass(slots=True)
class _Walk:
    """What was met on the way through one mail; the caps hold over the whole of it."""

    attachments: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    parts: int = 0
    text_bytes: int = 0
    is_truncated: bool = False
    has_unread_parts: bool = False


def read_message(raw: bytes, *, received_at: datetime) -> Message:
    """Read one mail, whole or cut, as a value.

    Args:
        raw: The mail as stored (RFC 5322); more than 10 MB are cut.
        received_at: When the mail arrived; stands in for a Date that makes no sense.

    Raises:
        MessageUnreadableError: There is no header line in it at all, or its text lies
            behind more parts than are ever opened.
    """
    block, body = split_stretch(Stretch(raw, 0, min(len(raw), MAX_MAIL_BYTES)))
    fields = parse_fields(block)
    if not fields:
        raise MessageUnreadableError("no header line: this is not a mail")
    walk = _Walk(is_truncated=len(raw) > MAX_MAIL_BYTES or len(block) > MAX_BLOCK_BYTES)
    leaves = _leaves(fields, body, walk, depth=0)
    if walk.has_unread_parts and not leaves:
        raise MessageUnreadableError(
            f"no text within {MAX_DEPTH} levels and {MAX_PARTS} parts: is it an attack?"
        )
    message_id = _message_id(fields) or _derived_id(raw)
    return Message(
        message_id=message_id,
        sent_at=parse_date(_first(fields, "date"), received_at=received_at),
        sender=_sender(fields),
        to=parse_addresses(fields.get("to", ())),
        cc=parse_addresses(fields.get("cc", ())),
        reply_to=parse_addresses(fields.get("reply-to", ())),
        subject=parse_subject(_first(fields, "subject")),
        references=parse_references(fields, message_id),
        text=_joined(leaves),
        attachments=tuple(walk.attachments),
        part_types=tuple(dict.fromkeys(walk.types)),
        headers=fields,
        is_truncated=walk.is_truncated,
    )


def peek_message_id(header_block: bytes) -> str:
    """The Message-ID in a header block, as `read_message` would give it; empty where none is."""
    return _message_id(parse_fields(split_block(header_block)[0]))


def _message_id(fields: Fields) -> str:
    for value in fields.get("message-id", ()):
        found = parse_message_id(value)
        if found:
            return found
    return ""


def _derived_id(raw: bytes) -> str:
    return f"<{hashlib.sha256(raw[:MAX_MAIL_BYTES]).hexdigest()[:40]}@derived.invalid>"


def _sender(fields: Fields) -> Address:
    for name in ("from", "sender"):
        addresses = parse_addresses(fields.get(name, ()))
        if addresses:
            return addresses[0]
    return Address(name=clean_line(decode_words(_first(fields, "from")), _MAX_NAME_CHARACTERS))


def _first(fields: Fields, name: str) -> str:
    return fields.get(name, ("",))[0]


def _leaves(fields: Fields, body: Stretch, walk: _Walk, *, depth: int) -> list[_Leaf]:
    """The parts of the body, in order; all that is no body text is noted as attachment."""
    walk.parts += 1
    if walk.parts > MAX_PARTS or depth > MAX_DEPTH:
        walk.is_truncated = walk.has_unread_parts = True
        return []
    kind = parse_content_type(_first(fields, "content-type"))
    walk.types.append(kind.name)
    if kind.name.startswith("multipart/"):
        pieces = _split(body, kind.parameter("boundary"), walk)
        if pieces:
            return _multipart(kind, pieces, walk, depth=depth)
        kind = ContentType(name="text/plain")
    disposition = parse_disposition(_first(fields, "content-disposition"))
    if _is_furniture(fields, kind, disposition):
        return []
    attachment = _attachment(kind, disposition)
    if attachment:
        walk.attachments.append(attachment)
        return []
    return [_leaf(fields, body, kind, walk)]


def _multipart(
    kind: ContentType, pieces: Sequence[Stretch], walk: _Walk, *, depth: int
) -> list[_Leaf]:
    children: list[list[_Leaf]] = []
    for piece in pieces:
        block, body = split_stretch(piece)
        children.append(_leaves(parse_fields(block), body, walk, depth=depth + 1))
    if kind.name == "multipart/alternative":
        return _chosen(children)
    return [leaf for leaves in children for leaf in leaves]


def _chosen(children: Sequence[list[_Leaf]]) -> list[_Leaf]:
    """Of several forms of one text: the plain one, unless it says nothing (RFC 2046, 5.1.4)."""
    plain = [leaves for leaves in children if leaves and not any(leaf.is_html for leaf in leaves)]
    html = [leaves for leaves in children if any(leaf.is_html for leaf in leaves)]
    for leaves in plain:
        if not html or not _is_stub(_joined(leaves)):
            return leaves
    return html[0] if html else []


def _is_stub(text: str) -> bool:
    text = text.strip()
    return not text or (len(text) <= _MAX_STUB_CHARACTERS and _STUB.search(text) is not None)


def _split(body: Stretch, boundary: str, walk: _Walk) -> list[Stretch]:
    """The parts between the boundary lines (RFC 2046, 5.1.1); a missing last line is forgiven."""
    if not boundary:
        return []
    pieces: list[Stretch] = []
    start: int | None = None
    for begin, end, is_last in _boundary_lines(body, b"--" + boundary.encode("utf-8", "replace")):
        if start is not None:
            pieces.append(Stretch(body.raw, start, begin))
        if is_last or len(pieces) > MAX_PARTS:
            return pieces
        start = end
    if start is not None:
        pieces.append(Stretch(body.raw, start, body.end))
        walk.is_truncated = True
    return pieces


def _boundary_lines(body: Stretch, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Begin and end of each boundary line, and whether it says that it is the last one."""
    # Searched as bytes: a pattern for each boundary took longer to compile than to run.
    raw, begin, end = body
    line = b"\n" + mark
    # A mark stands behind a line's end, or at the very beginning.
    is_first = raw.startswith(mark, begin, end)
    at = begin - 1 if is_first else raw.find(line, begin, end)
    while at >= 0 or is_first:
        is_first = False
        after = raw.find(b"\n", at + 1, end)
        after = end if after < 0 else after
        rest = _AFTER_BOUNDARY.fullmatch(raw, at + len(line), after)
        if rest is not None:
            yield at + 1, min(after + 1, end), rest[1] is not None
        at = raw.find(line, after, end)


def _is_furniture(fields: Fields, kind: ContentType, disposition: ContentType) -> bool:
    """Whether a part comes with every mail of its writer: a signature, a card, a logo."""
    if kind.name in FURNITURE:
        return True
    return (
        kind.name.startswith("image/")
        and disposition.name != "attachment"
        and bool(_first(fields, "content-id"))
    )


def _attachment(kind: ContentType, disposition: ContentType) -> str:
    """What to call a part that is no body text; empty for one that is."""
    file_name = disposition.parameter("filename")
    is_body = kind.name in ("text/plain", "text/html")
    if is_body and disposition.name != "attachment" and not file_name:
        return ""
    name = clean_line(decode_words(file_name or kind.parameter("name")), _MAX_NAME_CHARACTERS)
    return name or kind.name


def _leaf(fields: Fields, body: Stretch, kind: ContentType, walk: _Walk) -> _Leaf:
    room = max(0, MAX_TEXT_BYTES - walk.text_bytes)
    # Base64 needs 4 bytes for 3, quoted-printable 3 for 1: more is never read.
    raw = body.raw[body.begin : min(body.end, body.begin + 3 * room)]
    content = decode_transfer(raw, _first(fields, "content-transfer-encoding"))
    walk.is_truncated |= len(content) > room or body.end - body.begin > 3 * room
    walk.text_bytes += min(len(content), room)
    return _Leaf(kind=kind, content=content[:room])


def _joined(leaves: Sequence[_Leaf]) -> str:
    texts = (leaf.text().strip("\n") for leaf in leaves)
    return "\n\n".join(text for text in texts if text.strip())
