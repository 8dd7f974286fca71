"""Other channels for our own side, by apprise: Slack, Teams, ntfy and many more.

A channel stands in for mail: what it does not take goes out by mail as always.
"""

import logging
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from promisekeeper.core.channeltext import short_form
from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.errors import ConfigError

log = logging.getLogger(__name__)

# What tells an agent something. Answers to their mails go where they wrote from, and nothing
# that is for a customer is of one of these kinds.
TOLD = frozenset({"reminder", "lead", "digest", "handover", "update_dropped", "alert"})
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://\S{1,2000}", re.IGNORECASE)


class Postman(Protocol):
    """Whoever carries what no channel takes."""

    def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
        """Hand a letter over."""
        ...

    def interrupt(self) -> None:
        """From another thread: end a hand-over soon."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class ChannelPostman:
    """Tells people by their channels, and gives all else to another postman.

    The letter's stage is committed before a channel is asked, as before DATA: killed in between,
    it is looked for, not found, and goes out again. A message may come twice, and is never lost.
    """

    def __init__(
        self, postman: Postman, channels: Mapping[str, Callable[[], Sequence[str]]]
    ) -> None:
        """Stand before a postman.

        Args:
            channels: What fetches the addresses of somebody's channels, by their mail address;
                asked for each letter, for they hold secrets.
        """
        self._postman = postman
        self._channels = channels

    def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
        """Tell it by a channel; by mail where there is none, or where it fails."""
        fetch = self._channels.get(envelope.recipient.lower())
        if fetch is None or envelope.kind not in TOLD:
            return self._postman.send(envelope, on_data)
        try:
            addresses = fetch()
        except ConfigError as error:
            log.warning("channel.unreadable error=%s", error)
            return self._postman.send(envelope, on_data)
        on_data()
        title, body = short_form(envelope.content)
        if tell(addresses, title, body):
            return Outcome(stage=Handed.SENT, text="told by a channel")
        log.warning("channel.failed kind=%s", envelope.kind)
        return self._postman.send(envelope, lambda: None)

    def interrupt(self) -> None:
        """From another thread: end a hand-over soon."""
        self._postman.interrupt()

    def close(self) -> None:
        """Let go of the connection."""
        self._postman.close()


def tell(addresses: Sequence[str], title: str, body: str) -> bool:
    """Say something in all of these channels; True where every one took it."""
    # It would log addresses with their secrets, and titles.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        # Its plug-ins use what Python will take away one day; that is nothing for our users.
        warnings.simplefilter("ignore", DeprecationWarning)
        # An installation without channels pays nothing for the library, and needs it not.
        import apprise

        room = apprise.Apprise()
        if not addresses or not all(room.add(address) for address in addresses):
            return False
        return bool(room.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))


def channel_addresses(text: str) -> tuple[str, ...]:
    """The addresses of channels in a secret, with blanks between them.

    Raises:
        ConfigError: One is none; it is not shown, for it may hold a secret.
    """
    words = text.split()
    for number, word in enumerate(words, 1):
        if not ADDRESS.fullmatch(word):
            raise ConfigError(f"channel {number} is no address: write slack://..., ntfy://...")
    return tuple(words)


def check_library() -> None:
    """See that channels can be used.

    Raises:
        ConfigError: The extra is not installed.
    """
    try:
        import apprise  # noqa: F401 - whether it is there is the question
    except ImportError as error:
        text = "channels need an extra: pip install 'promisekeeper[channels]'"
        raise ConfigError(text) from error
