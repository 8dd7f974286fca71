"""What every postman does, on a real MTA and on one in this process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from promisekeeper.core.mail import Envelope, Handed
from promisekeeper.core.sending import CalledOffError, drop
from promisekeeper.doors.smtp import SmtpPostman, SmtpSettings
from promisekeeper.errors import ConfigError, MailboxLoginError, StoreError
from promisekeeper.flows.ports import Postman
from servers.dovecot import Dovecot
from servers.exim import PASSWORD, USER, Exim
from servers.inprocess import Smtpd
from servers.loopback import HOST, until


@dataclass
class Route:
    """A postman's settings, and the letters that have arrived for a user."""

    settings: SmtpSettings
    arrived: Callable[[], list[bytes]]

    def send(self, envelope: Envelope) -> Handed:
        return SmtpPostman(self.settings).send(envelope, on_data=lambda: None).stage


@pytest.fixture(params=["aiosmtpd", "exim by STARTTLS", "exim by TLS"])
def route(request: pytest.FixtureRequest, user: str) -> Iterator[Route]:
    if request.param == "aiosmtpd":
        smtpd: Smtpd = request.getfixturevalue("smtpd")
        settings = SmtpSettings(
            host=HOST, port=smtpd.port, security="plain", user="postman", secret=lambda: "pw"
        )
        smtpd.answers_to |= {"nouser": "550 5.1.1 no", "tempfail": "451 4.3.0 later"}
        yield Route(settings, lambda: [content for _, _, content in smtpd.letters])
        return
    exim: Exim = request.getfixturevalue("exim")
    dovecot: Dovecot = request.getfixturevalue("dovecot")
    is_tls = request.param == "exim by TLS"
    settings = SmtpSettings(
        host="localhost",
        port=exim.tls_port if is_tls else exim.port,
        security="tls" if is_tls else "starttls",
        user=USER,
        secret=lambda: PASSWORD,
        ca_file=Path(exim.ca_file),
    )
    yield Route(settings, lambda: inbox_of(dovecot, user))


def inbox_of(dovecot: Dovecot, user: str) -> list[bytes]:
    with dovecot.client(user) as client:
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search(), ["BODY.PEEK[]"])
        return [items[b"BODY[]"] for items in found.values()]


def a_letter(recipient: str, subject: str = "Due on Friday") -> Envelope:
    head = f"From: promisekeeper@shop.example\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
    content = f"{head}Message-ID: <1@promisekeeper.example>\r\n\r\n.A line\r\n..\r\nEnd\r\n"
    return Envelope(
        sender="promisekeeper@shop.example",
        recipient=recipient,
        content=content.encode(),
        message_id="<1@promisekeeper.example>",
    )


def test_a_letter_arrives_whole(route: Route, user: str) -> None:
    envelope = a_letter(user)
    assert route.send(envelope) is Handed.SENT
    (arrived,) = until(route.arrived, "the letter arrives")
    assert arrived.endswith(
        b"Subject: Due on Friday\r\n" + envelope.content.split(b"Friday\r\n")[1]
    )


def test_the_point_of_no_return_is_announced_once(route: Route, user: str) -> None:
    announced: list[int] = []
    outcome = SmtpPostman(route.settings).send(
        a_letter(user), on_data=lambda: announced.append(len(route.arrived()))
    )
    assert (outcome.stage, outcome.code, announced) == (Handed.SENT, 250, [0])


@pytest.mark.parametrize(
    ("local_part", "expected", "code"),
    [
        pytest.param("tempfail", Handed.UNSENT, 451, id="not now"),
        pytest.param("nouser", Handed.REFUSED, 550, id="never"),
    ],
)
def test_a_recipient_can_be_refused(
    route: Route, local_part: str, expected: Handed, code: int
) -> None:
    announced: list[bool] = []
    outcome = SmtpPostman(route.settings).send(
        a_letter(f"{local_part}@shop.example"), on_data=lambda: announced.append(True)
    )
    assert (outcome.stage, outcome.code, announced) == (expected, code, [])


def test_a_letter_is_not_sent_when_it_cannot_be_noted(route: Route, user: str) -> None:
    def fail() -> None:
        raise StoreError("disk full")

    with pytest.raises(StoreError, match="disk full"):
        SmtpPostman(route.settings).send(a_letter(user), on_data=fail)
    assert route.send(a_letter(user, subject="The second")) is Handed.SENT
    (arrived,) = until(route.arrived, "the second letter arrives")
    assert b"The second" in arrived


def test_a_letter_can_be_called_off_at_the_last_moment(route: Route, user: str) -> None:
    def call_off() -> None:
        raise CalledOffError(drop("settled meanwhile"))

    postman = SmtpPostman(route.settings)
    with pytest.raises(CalledOffError, match="settled meanwhile"):
        postman.send(a_letter(user), on_data=call_off)
    assert postman.send(a_letter(user, "The second"), on_data=lambda: None).stage is Handed.SENT
    (arrived,) = until(route.arrived, "the second letter arrives")
    assert b"The second" in arrived


def test_a_wrong_password_leaves_the_letter_unsent(route: Route, user: str) -> None:
    settings = replace(route.settings, secret=lambda: "wrong")
    outcome = SmtpPostman(settings).send(a_letter(user), on_data=lambda: None)
    assert outcome.stage is Handed.UNSENT
    assert "535" in outcome.text
    assert "wrong" not in outcome.text
    with pytest.raises(MailboxLoginError, match=f"refuses the user {settings.user}"):
        SmtpPostman(settings).check()


def test_a_password_that_cannot_be_read_leaves_the_letter_unsent(route: Route, user: str) -> None:
    def fail() -> str:
        raise ConfigError("the password file is gone")

    settings = replace(route.settings, secret=fail)
    outcome = SmtpPostman(settings).send(a_letter(user), on_data=lambda: None)
    assert (outcome.stage, outcome.text) == (Handed.UNSENT, "the password file is gone")


@pytest.mark.parametrize(
    "recipient",
    [
        pytest.param("carl@client.example\r\nRCPT TO:<eve@evil.example>", id="another command"),
        pytest.param("carl@client.example, eve@evil.example", id="two addresses"),
        pytest.param("Carl <carl@client.example>", id="a name"),
        pytest.param("<carl@client.example>", id="brackets"),
        pytest.param("carl client.example", id="no at sign"),
        pytest.param("cärl@client.example", id="not ASCII"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_address_is_never_tried(route: Route, recipient: str) -> None:
    outcome = SmtpPostman(route.settings).send(a_letter(recipient), on_data=lambda: None)
    assert (outcome.stage, outcome.code) == (Handed.REFUSED, None)
    assert route.arrived() == []


def test_automatic_mail_may_have_no_sender(route: Route, user: str) -> None:
    assert route.send(replace(a_letter(user), sender="")) is Handed.SENT


def test_a_check_sends_nothing(route: Route) -> None:
    SmtpPostman(route.settings).check()
    assert route.arrived() == []


def test_a_postman_satisfies_the_port(route: Route) -> None:
    postman: Postman = SmtpPostman(route.settings)
    postman.close()
