"""A letter to our own side, short enough for a chat: its subject, and the head of its text."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy

from promisekeeper.core.safetext import UNSAFE, safe_text
from promisekeeper.core.tokens import TOKEN

MAX_TITLE, MAX_BODY = 150, 900
# Our own letters only are read with it: their headers are of our making.
POLICY = EmailPolicy(utf8=True)


def short_form(content: bytes) -> tuple[str, str]:
    """Title and body for a channel.

    A token is left out: in a room that others read it would be anybody's right to answer.
    """
    letter = message_from_bytes(content, policy=POLICY)
    plain = letter.get_body(("plain",)) if isinstance(letter, EmailMessage) else None
    text = plain.get_content() if plain is not None else ""
    lines = [UNSAFE.sub(" ", line).rstrip() for line in str(text).splitlines()]
    kept = [line for line in lines if not TOKEN.search(line)]
    return safe_text(str(letter["Subject"] or ""), MAX_TITLE), _cut("\n".join(kept).strip())


def _cut(text: str) -> str:
    if len(text) <= MAX_BODY:
        return text
    head = text[: MAX_BODY - 4]
    # At the end of a paragraph where there is one, else of a line.
    for end in ("\n\n", "\n"):
        place = head.rfind(end)
        if place > MAX_BODY // 2:
            return f"{head[:place]}\n..."
    return f"{head}\n..."
