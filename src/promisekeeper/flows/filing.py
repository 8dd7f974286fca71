"""Copies of updates in the sent folder, each once."""

from datetime import datetime, timedelta
from typing import Protocol

from promisekeeper.core.records import Mark, Round
from promisekeeper.core.updateletters import UPDATE
from promisekeeper.flows.ports import Store

# A folder that cannot be written to for so long will not be missed any more.
TRIED_FOR = timedelta(days=7)


class Cabinet(Protocol):
    """A folder that copies are put into."""

    def file(self, message_id: str, content: bytes, at: datetime) -> bool:
        """Put a copy there; False where it lies there already."""
        ...


def file_copies(store: Store, cabinet: Cabinet, now: datetime) -> int:
    """Put a copy of each update that was sent lately into the folder; returns how many.

    Killed between the copy and its mark, the next time finds it by its Message-ID.

    Raises:
        MailboxError: Not now: what is left is tried again.
    """
    sent = store.sent_letters(UPDATE, now - TRIED_FOR)
    done = store.marked([_mark(entry.letter.message_id) for entry in sent])
    filed = 0
    for entry in sent:
        name = _mark(entry.letter.message_id)
        if name not in done:
            letter = entry.letter
            filed += cabinet.file(letter.message_id, letter.content, entry.changed_at)
            store.close_round(Round(marks=(Mark(name=name, at=now),)), now)
    return filed


def _mark(message_id: str) -> str:
    return f"filed/{message_id}"
