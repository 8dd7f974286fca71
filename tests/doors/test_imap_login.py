"""Getting into an IMAP account: only in private, and with the right thing said when refused."""

import base64
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from promisekeeper.core.mail import Role
from promisekeeper.doors.imap import ImapMailbox, ImapSettings
from promisekeeper.errors import (
    ConfigError,
    MailboxError,
    MailboxLoginError,
    PromisekeeperError,
    TlsRefusedError,
)
from servers.dovecot import PASSWORD, SENT, Dovecot
from servers.loopback import HOST, make_certificate
from servers.scripted import IMAP_GREETING, Reply, challenge, cut, scripted_imap
from servers.tokens import TokenEndpoint

MAIL = b"Message-ID: <1@shop.example>\r\n\r\nHi\r\n"
PLAIN_ONLY: Reply = b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"


@pytest.fixture
def account(dovecot: Dovecot, user: str) -> ImapSettings:
    """Settings that work: TLS from the start, with the right password."""
    dovecot.append(user, SENT, MAIL)
    return ImapSettings(
        name="shop",
        host="localhost",
        port=dovecot.imaps_port,
        user=user,
        secret=lambda: PASSWORD,
        ca_file=Path(dovecot.ca_file),
        timeout_seconds=10,
    )


def try_account(settings: ImapSettings) -> int:
    """How many mails the Sent folder has."""
    mailbox = ImapMailbox(settings)
    try:
        return len(mailbox.read(Role.SENT, None).mails)
    finally:
        mailbox.close()


def try_scripted(rules: dict[str, Reply], greeting: bytes = IMAP_GREETING) -> list[bytes]:
    """Read on a scripted server; the lines that it saw."""
    with scripted_imap(rules, greeting) as server:
        settings = ImapSettings(
            name="shop",
            host=HOST,
            port=server.port,
            security="plain",
            user='ana "the \\ shop"',
            secret=lambda: 'pass"word\\',
            connect_timeout_seconds=0.5,
            timeout_seconds=0.5,
        )
        find_sent(settings)
        return server.seen


def find_sent(settings: ImapSettings) -> str:
    mailbox = ImapMailbox(settings)
    try:
        return mailbox.folder_of(Role.SENT)
    finally:
        mailbox.close()


def test_tls_from_the_start(account: ImapSettings) -> None:
    assert try_account(account) == 1


def test_starttls(account: ImapSettings, dovecot: Dovecot) -> None:
    settings = replace(account, security="starttls", port=dovecot.imap_port)
    assert try_account(settings) == 1
    assert re.search(rf"user=<{account.user}>.*\bTLS\b", dovecot.log())


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_strangers_certificate_is_refused(
    account: ImapSettings, dovecot: Dovecot, security: str
) -> None:
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    settings = replace(account, ca_file=None, security=security, port=port)
    with pytest.raises(TlsRefusedError, match=r"certificate of shop .* refused .* ca_file"):
        try_account(settings)


def test_a_certificate_for_another_host_is_refused(account: ImapSettings, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make_certificate(certificate, key, host="imap.other.example")
    with tls_greeter(certificate, key) as port:
        settings = replace(account, port=port, ca_file=certificate)
        with pytest.raises(TlsRefusedError, match=r"refused \(Hostname mismatch.* check the host"):
            try_account(settings)


@contextmanager
def tls_greeter(certificate: Path, key: Path) -> Iterator[int]:
    """A port where a server shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with suppress(OSError), client, context.wrap_socket(client, server_side=True) as tls:
                tls.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def test_tls_on_a_port_without_it_says_what_to_mend(
    account: ImapSettings, dovecot: Dovecot
) -> None:
    with pytest.raises(TlsRefusedError, match='"tls" or "starttls"'):
        try_account(replace(account, port=dovecot.imap_port))


@pytest.mark.parametrize(
    ("greeting", "rules"),
    [
        pytest.param(IMAP_GREETING, {}, id="not offered"),
        pytest.param(
            IMAP_GREETING.replace(b"IDLE", b"STARTTLS"),
            {
                "CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n",
                "STARTTLS": b"{tag} NO not now\r\n",
            },
            id="offered and refused",
        ),
        pytest.param(
            b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome\r\n",
            {"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"},
            id="let in before it could be asked for",
        ),
    ],
)
def test_without_starttls_no_password_is_sent(greeting: bytes, rules: dict[str, Reply]) -> None:
    with scripted_imap(rules, greeting) as server:
        settings = ImapSettings(
            name="shop",
            host=HOST,
            port=server.port,
            security="starttls",
            user="ana",
            secret=lambda: "pw",
        )
        with pytest.raises(TlsRefusedError, match="no STARTTLS, so no password was sent"):
            try_account(settings)
        assert not any(b"LOGIN" in line or b"AUTHENTICATE" in line for line in server.seen)


@pytest.mark.parametrize("host", ["imap.shop.example", "192.0.2.7", "localhost.evil.example"])
def test_plain_text_is_for_this_machine_only(account: ImapSettings, host: str) -> None:
    with pytest.raises(ConfigError, match="in clear"):
        replace(account, security="plain", host=host)


def test_an_unknown_security_is_a_config_error(account: ImapSettings) -> None:
    with pytest.raises(ConfigError, match="none of tls, starttls, plain"):
        replace(account, security="ssl")


def test_a_wrong_password_is_named_as_such(account: ImapSettings) -> None:
    with pytest.raises(MailboxLoginError, match="refuses the name or the password") as caught:
        try_account(replace(account, secret=lambda: "wrong-secret"))
    assert "wrong-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param("NO [AUTHENTICATIONFAILED] no", MailboxLoginError, id="wrong"),
        pytest.param("NO [AUTHORIZATIONFAILED] no", MailboxLoginError, id="not allowed"),
        pytest.param("NO [EXPIRED] password is too old", MailboxLoginError, id="expired"),
        pytest.param("NO LOGIN failed.", MailboxLoginError, id="no code"),
        pytest.param("NO [ALERT] Invalid credentials (Failure)", MailboxLoginError, id="alert"),
        pytest.param("NO AUTHENTICATE failed.", MailboxLoginError, id="no code, other words"),
        pytest.param("NO [UNAVAILABLE] Temporary authentication failure", MailboxError, id="away"),
        pytest.param("NO [ALERT] Too many simultaneous connections", MailboxError, id="too many"),
        pytest.param("NO [LIMIT] Login failed: too many", MailboxError, id="limit"),
        pytest.param("NO [INUSE] busy", MailboxError, id="in use"),
        pytest.param("BAD User is authenticated but not connected.", MailboxError, id="O365"),
    ],
)
@pytest.mark.parametrize("mechanism", ["LOGIN", "AUTHENTICATE"])
def test_a_refusal_is_final_only_when_it_says_so(
    answer: str, expected: type[PromisekeeperError], mechanism: str
) -> None:
    rules: dict[str, Reply] = {mechanism: f"{{tag}} {answer}\r\n".encode()}
    if mechanism == "LOGIN":
        rules["CAPABILITY"] = PLAIN_ONLY
    greeting = IMAP_GREETING if mechanism == "AUTHENTICATE" else b"* OK ready\r\n"
    with pytest.raises(PromisekeeperError) as caught:
        try_scripted(rules, greeting)
    assert type(caught.value) is expected
    assert f"{answer.partition(' ')[2]}" in str(caught.value)
    assert "b'" not in str(caught.value)


@pytest.mark.parametrize(
    ("rules", "greeting"),
    [
        pytest.param({"AUTHENTICATE": cut}, IMAP_GREETING, id="cut"),
        pytest.param({"AUTHENTICATE": None}, IMAP_GREETING, id="silence"),
        pytest.param({}, b"* BYE too busy\r\n", id="BYE instead of a greeting"),
        pytest.param({}, b"220 smtp.example\r\n", id="another protocol"),
        pytest.param({}, b"", id="no greeting"),
        pytest.param({"CAPABILITY": cut}, b"* OK ready\r\n", id="cut after the greeting"),
    ],
)
def test_trouble_at_the_door_is_temporary(rules: dict[str, Reply], greeting: bytes) -> None:
    with pytest.raises(PromisekeeperError) as caught:
        try_scripted(rules, greeting)
    assert type(caught.value) is MailboxError


def test_names_and_passwords_are_quoted() -> None:
    seen = try_scripted({"CAPABILITY": PLAIN_ONLY}, b"* OK ready\r\n")
    (login,) = [line for line in seen if b"LOGIN" in line]
    assert login.endswith(rb'LOGIN "ana \"the \\ shop\"" "pass\"word\\"')


def test_a_password_may_hold_any_letter(account: ImapSettings) -> None:
    answers: list[bytes] = []

    def authenticate(connection: socket.socket, line: bytes) -> bytes:
        answers.append(challenge(connection))
        return b"{tag} OK in\r\n"

    with scripted_imap({"AUTHENTICATE": authenticate}) as server:
        settings = replace(
            account, host=HOST, port=server.port, security="plain", secret=lambda: "gehéim"
        )
        find_sent(settings)
    assert base64.b64decode(answers[0]) == f"\0{account.user}\0gehéim".encode()


def test_a_user_name_cannot_carry_a_command(account: ImapSettings) -> None:
    with pytest.raises(ConfigError, match="control character"):
        replace(account, user="ana\r\nA1 DELETE INBOX")


class TestTokens:
    """XOAUTH2 on Dovecot, which asks an endpoint what a token is worth."""

    @pytest.fixture
    def valid(self, token_endpoint: TokenEndpoint) -> Iterator[dict[str, str]]:
        token_endpoint.valid.clear()
        yield token_endpoint.valid
        token_endpoint.valid.clear()

    def test_a_token_opens_the_account(self, account: ImapSettings, valid: dict[str, str]) -> None:
        valid["good"] = account.user
        settings = replace(account, auth="xoauth2", secret=lambda: "good")
        assert try_account(settings) == 1

    def test_an_expired_token_is_fetched_anew(
        self, account: ImapSettings, valid: dict[str, str]
    ) -> None:
        tokens = iter(["first", "expired", "fresh"])
        valid["first"] = account.user
        mailbox = ImapMailbox(replace(account, auth="xoauth2", secret=lambda: next(tokens)))
        assert len(mailbox.read(Role.SENT, None).mails) == 1
        del valid["first"]
        valid["fresh"] = account.user
        # The open session outlives its token; the next connection does not.
        assert len(mailbox.read(Role.SENT, None).mails) == 1
        mailbox.close()
        with pytest.raises(MailboxLoginError, match="refuses the token"):
            mailbox.read(Role.SENT, None)
        assert len(mailbox.read(Role.SENT, None).mails) == 1
        mailbox.close()

    def test_a_refused_token_is_not_sent_twice(self) -> None:
        answers: list[bytes] = []

        def authenticate(connection: socket.socket, line: bytes) -> bytes:
            for text in (b"", base64.b64encode(b'{"status":"400"}')):
                answers.append(challenge(connection, text).strip())
            return b"{tag} NO [AUTHENTICATIONFAILED] expired\r\n"

        with scripted_imap({"AUTHENTICATE": authenticate}) as server:
            settings = ImapSettings(
                name="shop",
                host=HOST,
                port=server.port,
                security="plain",
                user="ana",
                auth="xoauth2",
                secret=lambda: "tok",
            )
            with pytest.raises(MailboxLoginError, match="refuses the token"):
                find_sent(settings)
        assert [base64.b64decode(answer) for answer in answers] == [
            b"user=ana\x01auth=Bearer tok\x01\x01",
            b"",
        ]
