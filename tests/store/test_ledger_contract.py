"""The SQLite ledger keeps the contract of the memory."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from promisekeeper.core.query import PromiseQuery
from promisekeeper.flows.ports import Store
from promisekeeper.store.ledger import Ledger
from store_contract import OpenStore, StoreContract, store

__all__ = ["store"]


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[OpenStore]:
    with ExitStack() as opened:
        test_thread = threading.current_thread()

        def open_ledger() -> Ledger:
            ledger = Ledger(tmp_path / "ledger.db")
            if threading.current_thread() is test_thread:
                opened.enter_context(ledger)
            return ledger

        yield open_ledger


class TestLedger(StoreContract):
    pass


def test_ledger_is_a_store() -> None:
    """mypy checks this line: nothing of the protocol is missing."""
    with Ledger(":memory:") as ledger:
        store: Store = ledger
        assert store.promises(PromiseQuery()) == ()
