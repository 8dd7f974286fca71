"""A private Exim: a real MTA with a queue that delivers over LMTP, unprivileged, on loopback.

Recipients with meaning: `tempfail@` is answered 451, `nouser@` 550, mail to `gone...@` is taken and
then comes back, and mail whose Subject holds "spam" or "greylist" is refused or put off after its
data.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.loopback import (
    ServerFolder,
    find_program,
    free_port,
    group_name,
    listens,
    stop_process,
    until,
)

USER, PASSWORD = "postman", "pw"
CONFIG = """\
exim_path = {path}/exim4
exim_user = {user}
exim_group = {group}
never_users =
trusted_users = {user}
deliver_drop_privilege = true
spool_directory = {path}/spool
log_file_path = {path}/log/%slog
pid_file_path = {path}/exim.pid
primary_hostname = mx.shop.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {ports}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {path}/cert.pem
tls_privatekey = {path}/key.pem
auth_advertise_hosts = *
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
queue_only = false
keep_environment =
add_environment =
begin acl
acl_rcpt:
  defer  local_parts = tempfail
         message = 4.3.0 come back later
  deny   local_parts = nouser
         message = 5.1.1 no such user
  accept
acl_data:
  deny   condition = ${{if match{{$h_Subject:}}{{spam}}}}
         message = 5.7.1 looks like spam
  defer  condition = ${{if match{{$h_Subject:}}{{greylist}}}}
         message = 4.7.1 greylisted
  accept
begin routers
gone:
  driver = redirect
  local_parts = ^gone
  allow_fail
  data = :fail: 5.1.1 no such user here any more
all:
  driver = manualroute
  transport = lmtp
  route_list = * 127.0.0.1
  host_find_failed = defer
  self = send
begin transports
lmtp:
  driver = smtp
  protocol = lmtp
  port = {lmtp_port}
  allow_localhost
  hosts_avoid_tls = *
begin retry
* * F,10m,2s
begin rewrite
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{login}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


class Exim:
    """A running server."""

    def __init__(self, lmtp_port: int, also_at: int = 0) -> None:
        self.port, self.tls_port = free_port(), free_port()
        self._folder = ServerFolder("pkexim")
        path, user = self._folder.path, self._folder.user
        for name in ("spool", "log"):
            (path / name).mkdir()
        self._folder.make_certificate()
        # A copy without the setuid bit: Exim runs itself again by this path.
        shutil.copyfile(find_program("exim4"), path / "exim4")
        (path / "exim4").chmod(0o755)
        config = CONFIG.format(
            path=path,
            user=user.pw_name,
            group=group_name(user),
            ports=" : ".join(map(str, filter(None, (self.port, self.tls_port, also_at)))),
            tls_port=self.tls_port,
            lmtp_port=lmtp_port,
            login=USER,
            password=PASSWORD,
        )
        (path / "exim.conf").write_text(config)
        self._folder.hand_over()
        self._process = self._folder.start(
            [str(path / "exim4"), "-C", str(path / "exim.conf"), "-bdf", "-q2s"]
        )
        self._wait_for_start()

    @property
    def ca_file(self) -> str:
        return str(self._folder.path / "cert.pem")

    @property
    def spool(self) -> Path:
        return self._folder.path / "spool"

    def log(self) -> str:
        return "".join(path.read_text() for path in sorted((self._folder.path / "log").glob("*")))

    def stop(self) -> None:
        stop_process(self._process)
        self._folder.remove()

    def _wait_for_start(self) -> None:
        def is_up() -> bool:
            output = (self._folder.path / "output").read_text()
            assert self._process.poll() is None, f"Exim ended: {output}{self.log()}"
            return listens(self.port, b"220")

        until(is_up, "Exim listens")


@contextmanager
def running_exim(lmtp_port: int, also_at: int = 0) -> Iterator[Exim]:
    server = Exim(lmtp_port, also_at)
    try:
        yield server
    finally:
        server.stop()
