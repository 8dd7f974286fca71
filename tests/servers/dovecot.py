"""A private Dovecot: IMAP with STARTTLS, IMAPS and LMTP, unprivileged, on loopback.

Any user name may log in with the password "pw"; tokens are good while the token
endpoint knows them.
"""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient

from servers.loopback import (
    HOST,
    ServerFolder,
    find_program,
    free_port,
    group_name,
    listens,
    until,
)

PASSWORD = "pw"
CONFIG = """\
base_dir = {path}/run
state_dir = {path}/state
instance_name = pktest
listen = 127.0.0.1
protocols = imap lmtp
log_path = {path}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  chroot =
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service stats {{
  chroot =
}}
ssl = yes
ssl_cert = <{path}/cert.pem
ssl_key = <{path}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0 secs
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {path}/oauth2.conf.ext
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={path}/home/%u allow_all_users=yes
}}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 20
lda_mailbox_autocreate = yes
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "Sent Mail" {{
    special_use = \\Sent
    auto = subscribe
  }}
}}
submission_host = 127.0.0.1:{submission_port}
protocol lmtp {{
  postmaster_address = postmaster@shop.example
  hostname = mx.shop.example
  mail_plugins = sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_extensions = +vacation-seconds
  sieve_vacation_min_period = 0
}}
"""
OAUTH2 = """\
tokeninfo_url = {url}
username_attribute = email
active_attribute = active
active_value = true
"""
SENT = "Sent Mail"


class Dovecot:
    """A running server; `append` and `clear_uidlist` act on the mailbox of one user."""

    def __init__(self, token_url: str) -> None:
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        # Where Sieve hands over what it sends: an MTA listens there, if a test needs one.
        self.submission_port = free_port()
        self._folder = ServerFolder("pkdove")
        self._write_config(token_url)
        self._process = self._folder.start(self._command())
        self._wait_for_start()

    @property
    def ca_file(self) -> str:
        return str(self._folder.path / "cert.pem")

    def append(self, user: str, folder: str, *mails: bytes) -> None:
        """Put mails into a folder, as the agent's own mail program does."""
        with self.client(user) as client:
            for raw in mails:
                client.append(folder, raw)

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """A logged-in client of the user's own."""
        with IMAPClient(HOST, self.imap_port, ssl=False, timeout=10) as client:
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.login(user, PASSWORD)
            yield client

    def put_sieve(self, user: str, script: str) -> None:
        """Let a Sieve script act on the mail that comes for a user."""
        home = self._folder.path / "home" / user
        home.mkdir(parents=True, exist_ok=True)
        (home / ".dovecot.sieve").write_text(script)
        self._folder.hand_over()

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Every mail in a folder, oldest first, as it lies there."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            uids = client.search()
            found = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
        return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def flags(self, user: str, folder: str) -> list[tuple[bytes, ...]]:
        """The flags of every mail, such as \\Seen."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            return [items[b"FLAGS"] for items in client.fetch(client.search(), "FLAGS").values()]

    def clear_uidlist(self, user: str, folder: str) -> None:
        """Lose the index, as a restored backup does: same mail, new UIDVALIDITY."""
        home = self._folder.path / "home" / user / "Maildir"
        place = home if folder == "INBOX" else home / f".{folder}"
        for pattern in ("dovecot-uidlist*", "dovecot.index*"):
            for path in place.glob(pattern):
                path.unlink()
        for pattern in ("dovecot-uidvalidity*", "dovecot.list.index*"):
            for path in home.glob(pattern):
                path.unlink()

    def kill(self) -> None:
        """End the server and all its processes without a chance to tidy up."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        until(lambda: not listens(self.imap_port, b"* OK"), "Dovecot is gone")

    def start_again(self) -> None:
        shutil.rmtree(self._folder.path / "run", ignore_errors=True)
        self._process = self._folder.start(self._command())
        self._wait_for_start()

    def log(self) -> str:
        path = self._folder.path / "dovecot.log"
        return path.read_text() if path.exists() else ""

    def stop(self) -> None:
        # Asked politely, it takes a second.
        self.kill()
        self._folder.remove()

    def _command(self) -> list[str]:
        return [find_program("dovecot"), "-F", "-c", str(self._folder.path / "dovecot.conf")]

    def _write_config(self, token_url: str) -> None:
        path, user = self._folder.path, self._folder.user
        for name in ("state", "home"):
            (path / name).mkdir()
        self._folder.make_certificate()
        (path / "oauth2.conf.ext").write_text(OAUTH2.format(url=token_url))
        config = CONFIG.format(
            path=path,
            user=user.pw_name,
            group=group_name(user),
            uid=user.pw_uid,
            gid=user.pw_gid,
            password=PASSWORD,
            imap_port=self.imap_port,
            imaps_port=self.imaps_port,
            lmtp_port=self.lmtp_port,
            submission_port=self.submission_port,
        )
        (path / "dovecot.conf").write_text(config)
        self._folder.hand_over()

    def _wait_for_start(self) -> None:
        def is_up() -> bool:
            assert self._process.poll() is None, (
                f"Dovecot ended: {(self._folder.path / 'output').read_text()}{self.log()}"
            )
            return listens(self.imap_port, b"* OK")

        until(is_up, "Dovecot listens")


@contextmanager
def running_dovecot(token_url: str) -> Iterator[Dovecot]:
    server = Dovecot(token_url)
    try:
        yield server
    finally:
        server.stop()
