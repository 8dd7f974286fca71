"""What every command starts from: the configuration and the ledger, opened when needed."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from promisekeeper.app.config import Config, read_config

if TYPE_CHECKING:
    from promisekeeper.store.ledger import Ledger


@dataclass(kw_only=True)
class Session:
    """One call of the program."""

    config_path: Path | None = None
    ledger_path: Path | None = None

    @cached_property
    def config(self) -> Config:
        """The configuration, read once.

        Raises:
            ConfigError: It is missing or wrong.
        """
        return read_config(self.config_path, ledger=self.ledger_path)

    def ledger(self) -> "Ledger":
        """The ledger for writing; it is made where there is none."""
        # Reading commands never get here, and so never pay for sqlite-utils.
        from promisekeeper.store.ledger import open_ledger

        return open_ledger(self.config.ledger)

    def ledger_for_reading(self) -> "Ledger":
        """The existing ledger, opened so that nothing can be changed."""
        from promisekeeper.store.ledger import open_for_reading

        return open_for_reading(self.config.ledger)
