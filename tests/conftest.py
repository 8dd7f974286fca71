"""Real servers, each started once in a session; every test has a mail user of its own."""

import itertools
from collections.abc import Iterator

import pytest

from servers.dovecot import Dovecot, running_dovecot
from servers.exim import Exim, running_exim
from servers.inprocess import Pymap, Smtpd, running_pymap, running_smtpd
from servers.tokens import TokenEndpoint

USER_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def token_endpoint() -> Iterator[TokenEndpoint]:
    """Decides which access tokens Dovecot lets in."""
    with TokenEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def dovecot(token_endpoint: TokenEndpoint) -> Iterator[Dovecot]:
    """A real IMAP server; its Sent folder is called "Sent Mail" and marked \\Sent."""
    with running_dovecot(token_endpoint.url) as server:
        yield server


@pytest.fixture(scope="session")
def exim(dovecot: Dovecot) -> Iterator[Exim]:
    """A real MTA that delivers into Dovecot, and sends what Dovecot's Sieve scripts write."""
    with running_exim(dovecot.lmtp_port, dovecot.submission_port) as server:
        yield server


@pytest.fixture(scope="session")
def pymap() -> Iterator[Pymap]:
    """An IMAP server in this process; it marks no folder as Sent."""
    with running_pymap() as server:
        yield server


@pytest.fixture
def smtpd() -> Iterator[Smtpd]:
    """An SMTP server in this process, new for each test."""
    with running_smtpd() as server:
        yield server


@pytest.fixture
def user() -> str:
    """The address of a mail user that no other test has."""
    return f"user{next(USER_NUMBERS)}@shop.example"
