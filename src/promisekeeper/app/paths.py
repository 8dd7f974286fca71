"""Where the configuration and the ledger lie when nobody says so."""

import os
from pathlib import Path


def default_config_path() -> Path:
    """The user's config file, or the machine's where only that exists."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    own = home / "promisekeeper" / "config.toml"
    system = Path("/etc/promisekeeper/config.toml")
    return system if system.exists() and not own.exists() else own


def default_ledger_path() -> Path:
    """The ledger's place where the config names none; systemd's StateDirectory first."""
    state = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if state:
        return Path(state) / "ledger.db"
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / "promisekeeper" / "ledger.db"
