"""What every command starts from: the configuration and the ledger, opened when needed.

Nothing is imported before it is needed: `--help` needs none of it, and `list` no TOML reader
where there is no configuration.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promisekeeper.app.settings import Config
    from promisekeeper.store.ledger import Ledger


class Session:
    """One call of the program."""

    def __init__(self, *, config_path: Path | None = None, ledger_path: Path | None = None) -> None:
        self.config_path = config_path
        self.ledger_path = ledger_path

    @cached_property
    def config(self) -> "Config":
        """The configuration, read once; the defaults where none was named and none is there.

        Raises:
            ConfigError: It is missing or wrong.
        """
        from promisekeeper.app.settings import Config, default_config_path, default_ledger_path

        if self.config_path is None and not default_config_path().exists():
            return Config(ledger=self.ledger_path or default_ledger_path())
        from promisekeeper.app.config import read_config

        return read_config(self.config_path, ledger=self.ledger_path)

    def ledger(self) -> "Ledger":
        """The ledger for writing; it is made where there is none."""
        from promisekeeper.store.ledger import open_ledger

        return open_ledger(self.config.ledger)

    def ledger_for_reading(self) -> "Ledger":
        """The existing ledger, opened so that nothing can be changed."""
        from promisekeeper.store.ledger import open_for_reading

        return open_for_reading(self.config.ledger)
