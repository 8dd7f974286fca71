"""What goes wrong on the way to an SMTP server, and what the postman makes of it."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promisekeeper.core.mail import Envelope, Handed, Outcome
from promisekeeper.core.sending import CalledOffError, drop
from promisekeeper.doors.smtp import SmtpPostman, SmtpSettings
from promisekeeper.errors import ConfigError, MailboxLoginError, PostmanError, TlsRefusedError
from servers.chaos import chaos_before
from servers.exim import PASSWORD, USER, Exim
from servers.inprocess import Smtpd
from servers.loopback import HOST, free_port, until
from servers.scripted import SMTP_RULES, Reply, cut, scripted_smtp

LETTER = Envelope(
    sender="promisekeeper@shop.example",
    recipient="carl@client.example",
    content=b"Subject: Hello\r\n\r\nGood news.\r\n",
    message_id="<1@shop.example>",
)


def settings_for(port: int, **changes: object) -> SmtpSettings:
    values: dict[str, Any] = {
        "host": HOST,
        "port": port,
        "security": "plain",
        "user": "postman",
        "secret": lambda: "pass-word",
        "timeout_seconds": 0.5,
        "data_timeout_seconds": 0.5,
        **changes,
    }
    return SmtpSettings(**values)


def send(port: int, announced: list[bool] | None = None, **changes: object) -> Outcome:
    noted = [] if announced is None else announced
    postman = SmtpPostman(settings_for(port, **changes))
    return postman.send(LETTER, on_data=lambda: noted.append(True))


@pytest.mark.parametrize(
    ("rules", "stage", "code"),
    [
        pytest.param({"EHLO": b"502 what\r\n"}, Handed.UNSENT, None, id="EHLO not understood"),
        pytest.param({"EHLO": cut}, Handed.UNSENT, None, id="cut at EHLO"),
        pytest.param({"EHLO": b"250 mx.example\r\n"}, Handed.UNSENT, None, id="no login offered"),
        pytest.param({"AUTH": b"454 busy\r\n"}, Handed.UNSENT, None, id="login not possible now"),
        pytest.param({"MAIL": b"451 later\r\n"}, Handed.UNSENT, 451, id="sender put off"),
        pytest.param({"MAIL": b"550 not you\r\n"}, Handed.REFUSED, 550, id="sender refused"),
        pytest.param({"MAIL": b"530 log in\r\n"}, Handed.UNSENT, 530, id="wants a login"),
        pytest.param({"MAIL": b"gibberish\r\n"}, Handed.UNSENT, None, id="nonsense at MAIL"),
        pytest.param({"RCPT": None}, Handed.UNSENT, None, id="silence at RCPT"),
        pytest.param({"RCPT": cut}, Handed.UNSENT, None, id="cut at RCPT"),
        pytest.param({"RCPT": b"421 full\r\n"}, Handed.UNSENT, 421, id="shutting down at RCPT"),
    ],
)
def test_a_fault_before_data_proves_that_nothing_was_sent(
    rules: Mapping[str, Reply], stage: Handed, code: int | None
) -> None:
    announced: list[bool] = []
    with scripted_smtp(rules) as server:
        outcome = send(server.port, announced)
        assert (outcome.stage, outcome.code, announced) == (stage, code, [])
        assert b"DATA" not in server.seen


@pytest.mark.parametrize(
    ("rules", "stage", "code"),
    [
        pytest.param({"DATA": b"451 later\r\n"}, Handed.UNSENT, 451, id="DATA put off"),
        pytest.param({"DATA": b"554 no\r\n"}, Handed.REFUSED, 554, id="DATA refused"),
        pytest.param({".": b"452 full\r\n"}, Handed.UNSENT, 452, id="letter put off"),
        pytest.param({".": b"554 spam\r\n"}, Handed.REFUSED, 554, id="letter refused"),
        pytest.param({".": b"??\r\n"}, Handed.UNKNOWN, None, id="answer is nonsense"),
        pytest.param({".": None}, Handed.UNKNOWN, None, id="no answer"),
        pytest.param({".": cut}, Handed.UNKNOWN, None, id="cut instead of an answer"),
        pytest.param({"DATA": cut}, Handed.UNKNOWN, None, id="cut at DATA"),
        pytest.param({".": b"354 more\r\n"}, Handed.UNKNOWN, 354, id="answer out of place"),
        pytest.param({"QUIT": cut}, Handed.SENT, 250, id="cut at QUIT"),
        pytest.param({"QUIT": b"500 no\r\n"}, Handed.SENT, 250, id="QUIT refused"),
    ],
)
def test_after_data_only_a_clear_answer_counts(
    rules: Mapping[str, Reply], stage: Handed, code: int | None
) -> None:
    announced: list[bool] = []
    with scripted_smtp(rules) as server:
        outcome = send(server.port, announced)
        assert (outcome.stage, outcome.code, announced) == (stage, code, [True])


def test_silence_after_the_letter_is_taken_holds_nobody_up() -> None:
    with scripted_smtp({"QUIT": None}) as server:
        started = time.monotonic()
        assert send(server.port, timeout_seconds=30).stage is Handed.SENT
        assert time.monotonic() - started < 5


def test_a_lost_250_is_unknown_and_the_letter_may_well_be_there(smtpd: Smtpd) -> None:
    with chaos_before(smtpd.port) as proxy:
        announced: list[bool] = []
        postman = SmtpPostman(settings_for(proxy.port, user="postman", secret=lambda: "pw"))

        def lose_the_answer() -> None:
            announced.append(True)
            proxy.lose_answer = b"250 OK"

        outcome = postman.send(LETTER, on_data=lose_the_answer)
    assert (outcome.stage, outcome.code, announced) == (Handed.UNKNOWN, None, [True])
    assert len(smtpd.letters) == 1


@pytest.mark.parametrize(
    "greeting",
    [
        pytest.param(b"554 go away\r\n", id="not for you"),
        pytest.param(b"421 too busy\r\n", id="not now"),
        pytest.param(b"SSH-2.0-other\r\n", id="another protocol"),
    ],
)
def test_no_welcome_leaves_the_letter_unsent(greeting: bytes) -> None:
    with scripted_smtp(greeting=greeting) as server:
        assert send(server.port).stage is Handed.UNSENT
        with pytest.raises(PostmanError, match="cannot use"):
            SmtpPostman(settings_for(server.port)).check()


def test_a_server_that_is_away_leaves_the_letter_unsent() -> None:
    outcome = send(free_port())
    assert outcome.stage is Handed.UNSENT
    assert "cannot use 127.0.0.1" in outcome.text


def test_without_starttls_no_password_is_sent() -> None:
    with scripted_smtp() as server:
        outcome = send(server.port, security="starttls")
        assert outcome.stage is Handed.UNSENT
        assert "no STARTTLS" in outcome.text
        assert [line.split()[0] for line in server.seen] == [b"EHLO"]


def test_a_certificate_of_a_stranger_is_refused(exim: Exim, dovecot: object) -> None:
    for port, security in ((exim.port, "starttls"), (exim.tls_port, "tls")):
        settings = settings_for(port, security=security, timeout_seconds=5)
        outcome = SmtpPostman(settings).send(LETTER, on_data=lambda: None)
        assert outcome.stage is Handed.UNSENT
        with pytest.raises(TlsRefusedError, match=r"certificate .* is refused .* ca_file"):
            SmtpPostman(settings).check()


def test_tls_on_a_plain_port_says_what_to_mend() -> None:
    with scripted_smtp() as server, pytest.raises(TlsRefusedError, match='"tls" or "starttls"'):
        SmtpPostman(settings_for(server.port, security="tls")).check()


def test_plain_text_is_for_this_machine_only() -> None:
    with pytest.raises(ConfigError, match="in clear"):
        settings_for(25, host="mx.example")
    assert settings_for(25, host="localhost").host == "localhost"


def test_a_token_goes_out_by_the_auth_command() -> None:
    with scripted_smtp() as server:
        assert send(server.port, auth="xoauth2", secret=lambda: "tok").stage is Handed.SENT
        # base64 of user=postman, ^A, auth=Bearer tok, ^A^A
        assert b"AUTH XOAUTH2 dXNlcj1wb3N0bWFuAWF1dGg9QmVhcmVyIHRvawEB" in server.seen


def test_an_expired_token_is_fetched_anew_for_the_next_letter() -> None:
    tokens = iter(["expired", "fresh"])
    fresh = b"AUTH XOAUTH2 dXNlcj1wb3N0bWFuAWF1dGg9QmVhcmVyIGZyZXNoAQE="

    def check(connection: object, line: bytes) -> bytes:
        return b"235 in\r\n" if line.rstrip() == fresh else b"334 eyJzdGF0dXMiOiI0MDAifQ==\r\n"

    with scripted_smtp({"AUTH": check, "": b"535 5.7.8 expired\r\n"}) as server:
        settings = settings_for(server.port, auth="xoauth2", secret=lambda: next(tokens))
        postman = SmtpPostman(settings)
        assert postman.send(LETTER, on_data=lambda: None).stage is Handed.UNSENT
        assert postman.send(LETTER, on_data=lambda: None).stage is Handed.SENT


def test_a_refused_token_says_so() -> None:
    with (
        scripted_smtp({"AUTH": b"535 5.7.8 expired\r\n"}) as server,
        pytest.raises(MailboxLoginError, match=r"535 5\.7\.8 expired"),
    ):
        SmtpPostman(settings_for(server.port, auth="xoauth2")).check()


def test_no_login_where_none_is_wanted() -> None:
    with scripted_smtp() as server:
        assert send(server.port, auth="none", secret=None).stage is Handed.SENT
        assert not any(line.startswith(b"AUTH") for line in server.seen)


def test_a_login_needs_a_secret() -> None:
    with pytest.raises(ConfigError, match="needs a user and a secret"):
        settings_for(25, secret=None)


@pytest.mark.parametrize(
    ("silent_at", "stage"),
    [
        pytest.param("RCPT", Handed.UNSENT, id="before DATA"),
        pytest.param(".", Handed.UNKNOWN, id="after DATA"),
    ],
)
def test_an_interrupt_ends_a_letter_within_two_seconds(silent_at: str, stage: Handed) -> None:
    rules: dict[str, Reply] = {**SMTP_RULES, silent_at: None}
    with scripted_smtp(rules) as server:
        settings = settings_for(server.port, timeout_seconds=30, data_timeout_seconds=30)
        postman = SmtpPostman(settings)
        outcomes: list[Outcome] = []
        thread = threading.Thread(
            target=lambda: outcomes.append(postman.send(LETTER, on_data=lambda: None))
        )
        thread.start()
        until(lambda: any(line.startswith(silent_at.encode()) for line in server.seen), "silence")
        started = time.monotonic()
        postman.interrupt()
        thread.join(5)
        assert time.monotonic() - started < 2
        assert [outcome.stage for outcome in outcomes] == [stage]
        assert postman.send(LETTER, on_data=lambda: None).stage is Handed.UNSENT


def test_a_real_mta_may_refuse_the_letter_itself(exim: Exim) -> None:
    settings = settings_for(
        exim.port,
        host="localhost",
        security="starttls",
        user=USER,
        secret=lambda: PASSWORD,
        ca_file=Path(exim.ca_file),
        timeout_seconds=5,
        data_timeout_seconds=5,
    )
    outcomes = [
        SmtpPostman(settings).send(
            replace(LETTER, content=LETTER.content.replace(b"Hello", subject)), lambda: None
        )
        for subject in (b"spam", b"greylist")
    ]
    assert [outcome.stage for outcome in outcomes] == [Handed.REFUSED, Handed.UNSENT]
    assert [outcome.code for outcome in outcomes] == [550, 451]


@pytest.mark.parametrize(
    ("rules", "last_words"),
    [
        pytest.param({"RSET": b"250 ok\r\n"}, [b"RSET", b"QUIT"], id="as it should be"),
        pytest.param({"RSET": b"500 what\r\n"}, [b"RSET"], id="a server that knows no RSET"),
        pytest.param({"RSET": cut}, [b"RSET"], id="cut at RSET"),
    ],
)
def test_no_byte_of_a_letter_that_was_called_off(
    rules: Mapping[str, Reply], last_words: list[bytes]
) -> None:
    def call_off() -> None:
        raise CalledOffError(drop("settled meanwhile"))

    with scripted_smtp(rules) as server, pytest.raises(CalledOffError):
        SmtpPostman(settings_for(server.port)).send(LETTER, on_data=call_off)
    after = server.seen[-len(last_words) :]
    assert after == last_words
    assert server.seen[-len(last_words) - 1].startswith(b"RCPT TO:")
    assert b"DATA" not in server.seen


def test_automatic_mail_has_the_null_sender() -> None:
    with scripted_smtp() as server:
        outcome = SmtpPostman(settings_for(server.port)).send(
            replace(LETTER, sender=""), on_data=lambda: None
        )
    assert outcome.stage is Handed.SENT
    (mail,) = (line for line in server.seen if line.startswith(b"MAIL"))
    assert mail.startswith(b"MAIL FROM:<>")
