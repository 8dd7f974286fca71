"""Telling systemd how we are: sd_notify(3) over its datagram socket."""

import os
import socket
from collections.abc import Mapping


def notify(state: str, environment: Mapping[str, str] | None = None) -> bool:
    """Send a state such as "READY=1"; False where nobody listens."""
    address = (os.environ if environment is None else environment).get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # Linux's abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        try:
            channel.connect(address)
            channel.sendall(state.encode())
        except OSError:
            return False
    return True


def watchdog_seconds(environment: Mapping[str, str] | None = None) -> float | None:
    """How often systemd wants to hear from us at the latest; None where it does not."""
    values = os.environ if environment is None else environment
    interval, pid = values.get("WATCHDOG_USEC", ""), values.get("WATCHDOG_PID", "")
    if not interval.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(interval) / 1_000_000
