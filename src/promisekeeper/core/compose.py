"""Building a letter's bytes so that no stranger's text can add a header.

Python's EmailMessage up to 3.11.7 and 3.12.1 writes an encoded line end in a
subject as a real header line, and every release encodes Message-IDs longer
than a line, which breaks threads. So: decode and strip first, fold ids at
blanks only, and read the finished bytes back before anybody sees them.
"""

import hashlib
import re
from collections.abc import Mapping
from email import message_from_bytes
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import EmailPolicy

from promisekeeper.core.message import Address
from promisekeeper.core.safetext import safe_text

MAX_IDS = 12
MAX_LINE = 78
ID_HEADERS = frozenset({"message-id", "in-reply-to", "references"})
# An address with a token in it is longer than a line; cut off from its name, some programs lose it.
WHOLE_HEADERS = ID_HEADERS | {"reply-to"}
# A dot-atom (RFC 5322, 3.2.3) at a host name: what every mail server takes.
PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,10}"
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,10}"
)
# An encoded word is no part of an id, and a reader might decode it to a line of its own.
MESSAGE_ID = re.compile(r"<(?![^<>]{0,980}=\?)[^<>\s\x00-\x1f]{1,980}>")


class LetterPolicy(EmailPolicy):
    """78 columns for all but ids and addresses to answer to, which are folded at blanks alone."""

    def fold(self, name: str, value: str) -> str:
        """Fold one header for text."""
        is_whole = name.lower() in WHOLE_HEADERS
        return self._fold_ids(name, value) if is_whole else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Fold one header for the wire."""
        if name.lower() in WHOLE_HEADERS:
            return self._fold_ids(name, value).encode("ascii", "replace")
        return super().fold_binary(name, value)

    def _fold_ids(self, name: str, value: str) -> str:
        return f"{name}: " + f"{self.linesep} ".join(str(value).split()) + self.linesep


POLICY = LetterPolicy(linesep="\r\n", raise_on_defect=False)


def message_ids(raw: str) -> tuple[str, ...]:
    """The last few Message-IDs in a header's text, oldest first."""
    return tuple(MESSAGE_ID.findall(raw[:20_000])[-MAX_IDS:])


def compose(
    *,
    sender: Address,
    recipient: Address,
    subject: str,
    headers: Mapping[str, str],
    body: str,
    html: str = "",
) -> bytes:
    """One letter as bytes with CRLF line ends (RFC 5322).

    Args:
        headers: Further headers by name; their values are made safe here too.
        html: The same in HTML, offered beside the text (RFC 2046, 5.1.4); empty for none.

    Raises:
        ValueError: An address is none, or the finished bytes hold a header that nobody
            asked for.
    """
    mail = EmailMessage(policy=POLICY)
    mail["From"] = _mailbox(sender)
    mail["To"] = _mailbox(recipient)
    mail["Subject"] = safe_text(subject)
    for name, value in headers.items():
        is_ids = name.lower() in ID_HEADERS
        mail[name] = " ".join(message_ids(value)) if is_ids else safe_text(value)
    mail.set_content(body, cte=_encoding(body))
    if html:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
        # The same letter has the same bytes whenever it is made.
        digest = hashlib.sha256(f"{body}\0{html}".encode("utf-8", "replace")).hexdigest()
        mail.set_boundary(f"=_{digest[:32]}")
    content = mail.as_bytes()
    wanted = {"from", "to", "subject", "mime-version", "content-type", "content-transfer-encoding"}
    wanted |= {name.lower() for name in headers}
    found = {name.lower() for name in message_from_bytes(content)}
    if not found <= wanted:
        raise ValueError(f"a letter grew headers of its own: {sorted(found - wanted)}")
    return content


def _encoding(body: str) -> str | None:
    """Quoted-printable where a server might have to bend the text: other letters, long lines."""
    is_plain = body.isascii() and all(len(line) <= MAX_LINE for line in body.splitlines())
    return None if is_plain else "quoted-printable"


def _mailbox(person: Address) -> HeaderAddress:
    if not PLAIN_ADDRESS.fullmatch(person.address):
        raise ValueError(
            f"{safe_text(person.address, 100)!r} is no address that a letter can carry"
        )
    return HeaderAddress(display_name=safe_text(person.name, 80), addr_spec=person.address)
