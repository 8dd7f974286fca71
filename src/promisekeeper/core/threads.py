"""Which mails belong together.

Message-IDs say so where programs keep them (RFC 5322, 3.6.4). Some drop References and
In-Reply-To; then a reply is known by its subject, among the mails of one customer and near in
time. Whatever else goes to the same customer is a sibling: it may settle a promise, too, but only
with words about its matter.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from promisekeeper.core.records import MailNote

NEAR = timedelta(days=30)
MAX_SUBJECT = 300

# Re:, Fwd: and their cousins in the languages that mail programs speak, with or without a count.
_PREFIX = re.compile(
    r"^(?:(?:re|aw|sv|vs|antw|odp|rif|res|fw|fwd|wg|tr|vl|vb|i|rv|enc|r)(?:\s?\[\d{1,3}\]|\s?\(\d{1,3}\))?"
    r"\s?:\s*|\[[^\[\]]{1,40}\]\s*)",
    re.IGNORECASE,
)


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Domains where neighbours are strangers.
SHARED_DOMAINS = _set_of(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk
    ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com web.de t-online.de
    freenet.de proton.me protonmail.com mail.com zoho.com fastmail.com yandex.ru yandex.com
    mail.ru qq.com 163.com 126.com orange.fr free.fr wanadoo.fr laposte.net libero.it
    btinternet.com virginmedia.com sky.com comcast.net verizon.net att.net sbcglobal.net
    bellsouth.net cox.net rogers.com shaw.ca bigpond.com
    """
)


def plain_subject(subject: str) -> str:
    """A subject without reply prefixes and list tags, in lower case, blanks made single."""
    text = " ".join(subject[:MAX_SUBJECT].split())
    while match := _PREFIX.match(text):
        text = text[match.end() :]
    return text.casefold()


def is_reply(subject: str) -> bool:
    """Whether a subject says that its mail answers or forwards another."""
    return _PREFIX.match(" ".join(subject[:MAX_SUBJECT].split())) is not None


class Conversations:
    """The conversations among the mails of one customer, in whatever order they are given.

    Ids are joined in a forest of sets; the least id of a set names its conversation, so that
    the order of the mails does not matter.
    """

    def __init__(self, notes: Iterable[MailNote]) -> None:
        self._parents: dict[str, str] = {}
        known = sorted(notes, key=lambda note: (note.sent_at, note.message_id))
        for note in known:
            for other in (note.thread, *note.references):
                self._join(note.message_id, other)
        self._join_by_subject(known)

    def of(self, *ids: str) -> str:
        """The name of the conversation that holds the first known one of these ids."""
        known = [one for one in ids if one in self._parents]
        return self._root(known[0] if known else ids[0])

    def _root(self, one: str) -> str:
        while (parent := self._parents.get(one, one)) != one:
            one = parent
        return one

    def _join(self, one: str, other: str) -> None:
        if not one or not other:
            return
        first, second = sorted((self._root(one), self._root(other)))
        self._parents.setdefault(first, first)
        self._parents[second] = first

    def _join_by_subject(self, notes: Sequence[MailNote]) -> None:
        """Join replies that name no other mail to the last one of that subject before them."""
        last: dict[str, tuple[datetime, str]] = {}
        for note in notes:
            subject = plain_subject(note.subject)
            before = last.get(subject)
            is_orphan = not note.references and is_reply(note.subject)
            if is_orphan and subject and before is not None and note.sent_at - before[0] <= NEAR:
                self._join(note.message_id, before[1])
            last[subject] = (note.sent_at, note.message_id)


def has_relatives(customer: str) -> bool:
    """Whether somebody else at the same domain may be the same customer."""
    domain = customer.rpartition("@")[2].lower()
    return bool(domain) and domain not in SHARED_DOMAINS


def relatives_of(customer: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """The addresses that may be the same customer's: another name at the same domain.

    They are proposed, never assumed: colleagues share a domain as well. At a provider of
    mailboxes nobody is anybody's relative.
    """
    if not has_relatives(customer):
        return ()
    domain = customer.rpartition("@")[2].lower()
    return tuple(
        sorted(
            {
                address
                for address in addresses
                if address != customer and address.rpartition("@")[2].lower() == domain
            }
        )
    )
