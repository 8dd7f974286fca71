"""What every command starts from: the configuration and the ledger, opened when needed.

Nothing is imported before it is needed. Where there is no configuration, a command that only
shows the ledger pays for no more than its path.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from promisekeeper.app.paths import default_config_path, default_ledger_path

if TYPE_CHECKING:
    from datetime import timedelta, tzinfo
    from zoneinfo import ZoneInfo

    from promisekeeper.app.settings import Config
    from promisekeeper.app.workinghours import MarginOf
    from promisekeeper.core.promise import Promise
    from promisekeeper.store.ledger import Ledger
    from promisekeeper.store.reading import LedgerReader


class Session:
    """One call of the program."""

    def __init__(self, *, config_path: Path | None = None, ledger_path: Path | None = None) -> None:
        self.config_path = config_path
        self._ledger_path = ledger_path

    @cached_property
    def config(self) -> "Config":
        """The configuration, read once; the defaults where none was named and none is there.

        Raises:
            ConfigError: It is missing or wrong.
        """
        if not self._has_config:
            from promisekeeper.app.settings import Config

            return Config(ledger=self._ledger_path or default_ledger_path())
        from promisekeeper.app.config import read_config

        return read_config(self.config_path, ledger=self._ledger_path)

    def zone_of(self, promise: "Promise") -> "tzinfo | None":
        """The zone that a promise's times are shown and read in.

        Its owner's, else the configured one, else the offset of the mail that made it.
        """
        for agent in self.config.agents if self._has_config else ():
            is_owner = promise.owner_address in agent.addresses or promise.owner == agent.name
            if is_owner and agent.zone:
                from zoneinfo import ZoneInfo

                return ZoneInfo(agent.zone)
        return self.zone or promise.made_at.tzinfo

    @property
    def zone(self) -> "ZoneInfo | None":
        """The zone of what belongs to no agent; None for the offset of each mail."""
        if not self._has_config or not self.config.zone:
            return None
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.config.zone)

    def margin_of(self, promise: "Promise") -> "timedelta | None":
        """By how much of its owner's working time a promise was early; negative for late."""
        if promise.settled_at is None or promise.deadline.due_at is None:
            return None
        read = self._margin_of
        return read(promise)

    @cached_property
    def _margin_of(self) -> "MarginOf":
        # Only where something settled is shown: calendars may be files.
        from promisekeeper.app.workinghours import margin_reader

        return margin_reader(self.config)

    def ledger(self, *, is_read_only: bool = False) -> "Ledger":
        """The whole ledger; one is made where there is none, unless it is only to be read."""
        from promisekeeper.store.ledger import Ledger

        return Ledger(self.ledger_file, is_read_only=is_read_only)

    def ledger_for_reading(self) -> "LedgerReader":
        """The promises of an existing ledger, quickly, and so that nothing can be changed."""
        from promisekeeper.store.reading import open_for_reading

        return open_for_reading(self.ledger_file)

    @cached_property
    def _has_config(self) -> bool:
        return self.config_path is not None or default_config_path().exists()

    @property
    def ledger_file(self) -> Path:
        """Where the ledger lies."""
        if self._has_config:
            return self.config.ledger
        return self._ledger_path or default_ledger_path()
