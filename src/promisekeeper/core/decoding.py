"""Bytes of mail -> text: charsets, transfer encodings, encoded words, unprintable characters.

Everything here is total: hostile or broken input gives poorer text, never an error.
"""

import binascii
import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Codecs that are no charset of any mail, or slow on purpose-made input (punycode is quadratic).
_REFUSED_CODECS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
# Senders say the narrow name and mean the wider one (WHATWG Encoding, section 4.2).
_WIDER_CHARSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
}
_ASCII_COMPATIBLE_GUESSES = frozenset({"", "cp1252"})

_CHARSET_NAME = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,39}")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_PLAIN_BYTES = bytes([*b"\n\t", *range(0x20, 0x7F)])
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
# RFC 2047, section 2; blanks inside the text are against it and seen daily.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]{0,8000})\?=")


def decode_charset(content: bytes, charset: str) -> str:
    """Decode bytes by a charset's name; unknown ones are read as UTF-8 or Windows-1252."""
    name = charset.strip().strip("\"'").lower()
    name = _WIDER_CHARSETS.get(name, name)
    if name in _ASCII_COMPATIBLE_GUESSES or not _is_known(name):
        return _guess(content)
    return content.decode(name, "replace")


def decode_transfer(content: bytes, encoding: str) -> bytes:
    """Undo base64 or quoted-printable (RFC 2045, 6.7 and 6.8); cut input gives what is there."""
    encoding = encoding.strip().strip("\"'").lower()
    if encoding == "base64":
        return _decode_base64(content)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    return content


def decode_words(value: str) -> str:
    """Decode the encoded words of a header value (RFC 2047) and leave the rest."""
    if "=?" not in value:
        return value
    return "".join(_decoded_pieces(value))


def clean_line(text: str, limit: int) -> str:
    """One printable line: no control or bidi characters, single blanks, at most `limit` long."""
    # The cut comes first so that a long value costs no more than a short one.
    text = text[: 4 * limit]
    if not (text.isascii() and text.isprintable()):
        text = _UNPRINTABLE.sub("", text)
    return " ".join(text.split())[:limit].rstrip()


def clean_text(text: str) -> str:
    """Printable text with plain line ends and plain blanks."""
    # Bytes are told apart ten times as fast as characters.
    if text.isascii() and not text.encode().translate(None, _PLAIN_BYTES):
        return text
    text = _LINE_ENDS.sub("\n", text)
    return _UNPRINTABLE.sub("", text).replace("\u00a0", " ").replace("\u202f", " ")


@lru_cache(maxsize=256)
def _is_known(name: str) -> bool:
    if not _CHARSET_NAME.fullmatch(name):
        return False
    try:
        found = codecs.lookup(name)
        b"a".decode(name, "replace")
    except (LookupError, ValueError):
        return False
    return found.name.replace("-", "_") not in _REFUSED_CODECS


def _guess(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A mail is cut anywhere: half a character at the very end says nothing.
        is_cut = error.reason == "unexpected end of data"
        return content.decode("utf-8" if is_cut else "cp1252", "replace")


def _decode_base64(content: bytes) -> bytes:
    letters = _NOT_BASE64.sub(b"", content)
    usable = len(letters) - (len(letters) % 4 == 1)
    return binascii.a2b_base64(letters[:usable] + b"=" * (-usable % 4))


def _decoded_pieces(value: str) -> Iterator[str]:
    position = 0
    pending: list[tuple[str, bytes]] = []
    for match in _ENCODED_WORD.finditer(value):
        between = value[position : match.start()]
        if not pending or between.strip():
            yield from _decoded_run(pending)
            yield between
            pending = []
        charset = match[1].partition("*")[0].lower()
        pending.append((charset, _decode_word(match[2], match[3])))
        position = match.end()
    yield from _decoded_run(pending)
    yield value[position:]


def _decoded_run(words: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    # Some senders cut a character between two words: equal charsets are decoded as one.
    charset, content = "", b""
    for word_charset, word in words:
        if word_charset != charset and content:
            yield decode_charset(content, charset)
            content = b""
        charset, content = word_charset, content + word
    if content:
        yield decode_charset(content, charset)


def _decode_word(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if encoding in "bB":
        return _decode_base64(content)
    return binascii.a2b_qp(content, header=True)
