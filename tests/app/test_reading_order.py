"""All inboxes are read before what was sent: an answer needs the form's mail that it answers."""

from pathlib import Path

from promisekeeper.app.config import read_config
from promisekeeper.app.wiring import daemon_parts
from promisekeeper.core.mail import Role

ACCOUNT = '[[accounts]]\nname = "{name}"\npath = "{folder}"\n'


def test_inboxes_are_read_first(tmp_path: Path) -> None:
    accounts = "".join(ACCOUNT.format(name=name, folder=tmp_path / name) for name in ("a", "b"))
    config = tmp_path / "config.toml"
    config.write_text(f'support_address = "help@shop.example"\n[ledger]\npath = "l.db"\n{accounts}')
    parts = daemon_parts(read_config(config))
    roles = [watch.role for watch in parts.watches]
    assert roles == [Role.INBOX, Role.INBOX, Role.SENT, Role.SENT]
