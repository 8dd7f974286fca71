"""A copy of each update, once, whatever happens between the copy and its mark."""

from datetime import datetime, timedelta

import pytest

from builders import MONDAY, a_letter
from promisekeeper.core.records import Round, Stage
from promisekeeper.errors import MailboxError
from promisekeeper.flows.filing import file_copies
from promisekeeper.store.ledger import Ledger


class Folder:
    """A sent folder that looks before it takes a copy, as the real one does."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.is_away = False

    def file(self, message_id: str, content: bytes, at: datetime) -> bool:
        if self.is_away:
            raise MailboxError("away")
        if message_id in self.ids:
            return False
        self.ids.append(message_id)
        return True


def ledger_with(*kinds: str) -> Ledger:
    ledger = Ledger(":memory:")
    letters = [a_letter(dedupe_key=f"{n}", kind=kind) for n, kind in enumerate(kinds)]
    ledger.close_round(Round(letters=tuple(letters)), MONDAY)
    for entry in ledger.letters():
        ledger.move_letter(entry.id, Stage.IN_DATA, now=MONDAY)
        ledger.move_letter(entry.id, Stage.SENT, now=MONDAY)
    return ledger


def test_only_updates_are_filed_and_each_once() -> None:
    folder = Folder()
    with ledger_with("update", "digest", "ack", "update") as ledger:
        assert file_copies(ledger, folder, MONDAY) == 2
        folder.ids.clear()
        # Somebody deleted them meanwhile: that is no reason to bring them back.
        assert file_copies(ledger, folder, MONDAY) == 0
    assert folder.ids == []


def test_copy_that_lies_there_is_not_made_again() -> None:
    folder = Folder()
    with ledger_with("update") as ledger:
        (entry,) = ledger.letters()
        folder.ids.append(entry.letter.message_id)
        assert file_copies(ledger, folder, MONDAY) == 0
    assert len(folder.ids) == 1


def test_folder_that_is_away_is_tried_again_for_a_week() -> None:
    folder = Folder()
    folder.is_away = True
    with ledger_with("update") as ledger:
        with pytest.raises(MailboxError):
            file_copies(ledger, folder, MONDAY)
        folder.is_away = False
        assert file_copies(ledger, folder, MONDAY + timedelta(days=6)) == 1
        assert file_copies(ledger, Folder(), MONDAY + timedelta(days=8)) == 0
