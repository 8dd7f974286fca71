"""What goes wrong between us and an IMAP server; no mail may be lost or the program hang."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promisekeeper.core.mail import Cursor, Page, Role
from promisekeeper.doors.imap import ImapMailbox, ImapSettings
from promisekeeper.errors import ConfigError, FolderNotFoundError, InputError, MailboxError
from servers.chaos import ChaosProxy, chaos_before
from servers.dovecot import SENT, Dovecot
from servers.loopback import HOST, free_port, until
from servers.scripted import EXAMINED, IMAP_GREETING, Reply, cut, scripted_imap


def settings_for(port: int, user: str = "ana", **changes: object) -> ImapSettings:
    values: dict[str, Any] = {
        "name": "shop",
        "host": HOST,
        "port": port,
        "security": "plain",
        "user": user,
        "secret": lambda: "pw",
        "timeout_seconds": 2,
        "idle_refresh_seconds": 1,
        "poll_seconds": 0.05,
        **changes,
    }
    return ImapSettings(**values)


def a_mail(number: int) -> bytes:
    return f"From: ana@shop.example\r\nMessage-ID: <{number}@shop.example>\r\n\r\nHi\r\n".encode()


def fetched(uid: int, body: bytes = b"Hi", sequence: int | None = None) -> bytes:
    """The answer that gives one mail."""
    header = b"Message-ID: <%d@shop.example>\r\n\r\n" % uid
    return b"* %d FETCH (UID %d RFC822.SIZE 99 INTERNALDATE %s %s %s)\r\n" % (
        sequence or uid,
        uid,
        b'"16-Nov-2026 09:00:00 +0000"',
        b"BODY[HEADER]<0> {%d}\r\n%s" % (len(header), header),
        b"BODY[TEXT]<0> {%d}\r\n%s" % (len(body), body),
    )


def width_of(span: bytes) -> int:
    low, high = map(int, span.split(b":"))
    return high - low + 1


def ids(page: Page) -> list[bytes]:
    return [mail.raw.partition(b"<")[2].partition(b"@")[0] for mail in page.mails]


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[ChaosProxy]:
    with chaos_before(dovecot.imap_port) as chaos:
        yield chaos


@pytest.fixture
def mailbox(proxy: ChaosProxy, user: str) -> Iterator[ImapMailbox]:
    """A mailbox on Dovecot, behind a proxy that can misbehave."""
    opened = ImapMailbox(settings_for(proxy.port, user))
    yield opened
    opened.close()


def break_soon(mailbox: ImapMailbox, proxy: ChaosProxy, fault: str) -> None:
    """Break the connection once IDLE has begun."""
    before = len(proxy.answers)

    def run() -> None:
        until(lambda: b"+ idling" in b"".join(proxy.answers[before:]), "IDLE has begun")
        {"reset": proxy.drop, "closed": proxy.finish, "silent": proxy.swallow}[fault]()

    threading.Thread(target=run, daemon=True).start()


@pytest.mark.parametrize("fault", ["reset", "closed", "silent"])
def test_a_connection_lost_in_idle_is_noticed_and_nothing_missed(
    mailbox: ImapMailbox, proxy: ChaosProxy, dovecot: Dovecot, user: str, fault: str
) -> None:
    dovecot.append(user, SENT, a_mail(1))
    cursor = mailbox.read(Role.SENT, None).cursor
    break_soon(mailbox, proxy, fault)
    started = time.monotonic()
    with pytest.raises(MailboxError, match="will try again"):
        mailbox.wait(Role.SENT, 30)
    assert time.monotonic() - started < 5
    proxy.is_swallowing = False
    dovecot.append(user, SENT, a_mail(2))
    assert ids(mailbox.read(Role.SENT, cursor)) == [b"2"]


def test_a_connection_cut_inside_a_literal_gives_nothing_and_then_all(
    mailbox: ImapMailbox, proxy: ChaosProxy, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, SENT, a_mail(1))
    cursor = mailbox.read(Role.SENT, None).cursor
    dovecot.append(user, SENT, a_mail(2) + b"A line.\r\n" * 5_000)
    proxy.cut_after = 20_000
    with pytest.raises(MailboxError, match="fetching"):
        mailbox.read(Role.SENT, cursor)
    assert ids(mailbox.read(Role.SENT, cursor)) == [b"2"]
    assert proxy.accepted == 2


def test_answers_in_small_pieces_are_read_whole(
    mailbox: ImapMailbox, proxy: ChaosProxy, dovecot: Dovecot, user: str
) -> None:
    cursor = mailbox.read(Role.SENT, None).cursor
    proxy.split, proxy.delay_seconds = 7, 0.001
    thread = threading.Thread(target=lambda: dovecot.append(user, SENT, a_mail(1)))
    thread.start()
    mailbox.wait(Role.SENT, 10)
    thread.join()
    assert ids(mailbox.read(Role.SENT, cursor)) == [b"1"]
    assert proxy.accepted == 1


def test_a_server_that_was_killed_is_taken_up_where_it_was(dovecot: Dovecot, user: str) -> None:
    mailbox = ImapMailbox(settings_for(dovecot.imap_port, user))
    dovecot.append(user, SENT, a_mail(1))
    page = mailbox.read(Role.SENT, None)
    dovecot.kill()
    with pytest.raises(MailboxError):
        mailbox.read(Role.SENT, page.cursor)
    with pytest.raises(MailboxError, match="cannot reach shop"):
        mailbox.read(Role.SENT, page.cursor)
    dovecot.start_again()
    dovecot.append(user, SENT, a_mail(2))
    again = mailbox.read(Role.SENT, page.cursor)
    assert (ids(again), again.is_restart) == ([b"2"], False)
    mailbox.close()


def test_a_lost_index_restarts_the_folder(
    mailbox: ImapMailbox, dovecot: Dovecot, user: str, tmp_path: Path
) -> None:
    dovecot.append(user, SENT, a_mail(1), a_mail(2))
    cursor = mailbox.read(Role.SENT, None).cursor
    mailbox.close()
    # UIDVALIDITY is the time in seconds.
    marker = tmp_path / "now"

    def is_later() -> bool:
        marker.touch()
        return int(marker.stat().st_mtime) > cursor.validity

    until(is_later, "a second passes")
    dovecot.clear_uidlist(user, SENT)
    page = mailbox.read(Role.SENT, cursor)
    assert (ids(page), page.is_restart) == ([b"1", b"2"], True)
    assert page.cursor.validity != cursor.validity
    assert mailbox.read(Role.SENT, page.cursor).mails == ()


def test_reading_leaves_no_trace(mailbox: ImapMailbox, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, SENT, a_mail(1))
    before = dovecot.flags(user, SENT)
    assert len(mailbox.read(Role.SENT, None).mails) == 1
    assert mailbox.contains(Role.SENT, "<1@shop.example>")
    assert dovecot.flags(user, SENT) == before
    assert b"\\Seen" not in before[0]


def test_a_first_read_can_pass_over_old_mail(
    mailbox: ImapMailbox, dovecot: Dovecot, user: str
) -> None:
    with dovecot.client(user) as client:
        client.append(SENT, a_mail(1), msg_time=datetime(2026, 1, 5, tzinfo=UTC))
        client.append(SENT, a_mail(2), msg_time=datetime(2026, 3, 5, tzinfo=UTC))
        client.append(SENT, a_mail(3), msg_time=datetime(2026, 1, 5, tzinfo=UTC))
    page = mailbox.read(Role.SENT, None, since=date(2026, 3, 1))
    assert (ids(page), page.has_more) == ([b"2"], False)
    assert page.mails[0].received_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert mailbox.read(Role.SENT, page.cursor).mails == ()


class TestAnswersNoRealServerGives:
    """On a scripted server with two mails, UIDs 1 and 2, UIDVALIDITY 7."""

    def read(self, rules: dict[str, Reply], after: Cursor | None = None) -> Page:
        with scripted_imap(rules) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            try:
                return mailbox.read(Role.SENT, after)
            finally:
                mailbox.close()

    def test_one_mail_that_is_refused_does_not_hide_the_others(self) -> None:
        def give(connection: object, line: bytes) -> bytes:
            if b"FETCH 2 " in line:
                return fetched(2) + b"{tag} OK done\r\n"
            return b"{tag} NO [CANNOT] message is damaged\r\n"

        page = self.read({"UID FETCH": give})
        assert [(mail.position, bool(mail.problem)) for mail in page.mails] == [
            (1, True),
            (2, False),
        ]
        assert "message is damaged" in page.mails[0].problem
        assert page.cursor == Cursor(validity=7, position=2)

    def test_a_mail_is_tried_again_over_a_fresh_connection(self) -> None:
        refusals = [b"{tag} NO a moment please\r\n"] * 3

        def give(connection: object, line: bytes) -> bytes:
            found = fetched(1) + fetched(2) if b"1,2" in line else fetched(1)
            return refusals.pop() if refusals else found + b"{tag} OK done\r\n"

        # One refusal each for the sizes, for both mails together, and for the first alone.
        page = self.read({"UID FETCH": give, "UID SEARCH": b"* SEARCH 1\r\n{tag} OK .\r\n"})
        assert [(mail.position, mail.problem) for mail in page.mails] == [(1, "")]

    def test_a_mail_left_out_of_an_answer_is_asked_for_again(self) -> None:
        def give(connection: object, line: bytes) -> bytes:
            uid = 1 if b"FETCH 1 " in line else 2
            return fetched(uid) + b"{tag} OK done\r\n"

        assert ids(self.read({"UID FETCH": give})) == [b"1", b"2"]

    def test_an_expunged_mail_is_passed_over(self) -> None:
        def search(connection: object, line: bytes) -> bytes:
            found = b"" if b"UID 1:1" in line else b" 1 2"
            return b"* SEARCH" + found + b"\r\n{tag} OK done\r\n"

        rules: dict[str, Reply] = {
            "UID SEARCH": search,
            "UID FETCH": fetched(2) + b"{tag} OK done\r\n",
        }
        page = self.read(rules)
        assert (ids(page), page.cursor.position) == ([b"2"], 2)

    def test_a_mail_that_is_listed_and_never_given_is_reported(self) -> None:
        page = self.read({"UID FETCH": fetched(2) + b"{tag} OK done\r\n"})
        assert [bool(mail.problem) for mail in page.mails] == [True, False]

    def test_a_change_of_flags_is_no_mail(self) -> None:
        news = b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n"
        answer = news + fetched(1) + fetched(2) + news + b"{tag} OK done\r\n"
        page = self.read({"UID FETCH": answer})
        assert (ids(page), page.mails[0].problem) == ([b"1", b"2"], "")

    def test_a_server_that_refuses_every_mail_is_only_busy(self) -> None:
        rules: dict[str, Reply] = {
            "UID SEARCH": b"* SEARCH 1 2 3 4 5\r\n{tag} OK done\r\n",
            "UID FETCH": b"{tag} NO cannot open storage\r\n",
        }
        with pytest.raises(MailboxError, match="no mail at all"):
            self.read(rules)

    @pytest.mark.parametrize("code", [b"UNAVAILABLE", b"LIMIT", b"INUSE", b"OVERQUOTA"])
    def test_a_busy_server_is_asked_later(self, code: bytes) -> None:
        with pytest.raises(MailboxError, match="will try again"):
            self.read({"UID FETCH": b"{tag} NO [" + code + b"] slow down\r\n"})

    @pytest.mark.parametrize("validity", [3, 6, 8, 4_294_967_295])
    def test_any_other_uidvalidity_restarts(self, validity: int) -> None:
        give = fetched(1) + fetched(2) + b"{tag} OK done\r\n"
        page = self.read({"UID FETCH": give}, Cursor(validity=validity, position=2))
        assert (ids(page), page.is_restart) == ([b"1", b"2"], True)
        assert page.cursor == Cursor(validity=7, position=2)

    def test_without_uidvalidity_uids_last_as_long_as_the_connection(self) -> None:
        rules: dict[str, Reply] = {
            "EXAMINE": EXAMINED.replace(b"UIDVALIDITY 7", b"NOTHING"),
            "UID FETCH": fetched(1) + fetched(2) + b"{tag} OK done\r\n",
        }
        with scripted_imap(rules) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            page = mailbox.read(Role.SENT, None)
            assert not mailbox.read(Role.SENT, page.cursor).is_restart
            mailbox.close()
            assert mailbox.read(Role.SENT, page.cursor).is_restart
            mailbox.close()

    def test_holes_in_the_numbering_are_walked_in_windows(self) -> None:
        uids = (20_000, 999_999)

        def search(connection: object, line: bytes) -> bytes:
            low, high = line.split()[-1].split(b":")
            highest = uids[-1] if high == b"*" else int(high)
            found = [b"%d" % uid for uid in uids if int(low) <= uid <= highest]
            return b"* SEARCH " + b" ".join(found) + b"\r\n{tag} OK done\r\n"

        def give(connection: object, line: bytes) -> bytes:
            return fetched(int(line.split()[3])) + b"{tag} OK done\r\n"

        rules: dict[str, Reply] = {
            "EXAMINE": EXAMINED.replace(b"UIDNEXT 3", b"UIDNEXT 1000000"),
            "UID SEARCH": search,
            "UID FETCH": give,
        }
        with scripted_imap(rules) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            first = mailbox.read(Role.SENT, None)
            last = mailbox.read(Role.SENT, first.cursor)
            end = mailbox.read(Role.SENT, last.cursor)
            mailbox.close()
            searches = [line.split()[-1] for line in server.seen if b"SEARCH" in line]
        assert (ids(first), first.has_more) == ([b"20000"], True)
        assert (ids(last), last.has_more) == ([b"999999"], False)
        assert (ids(end), end.cursor) == ([], last.cursor)
        assert len(searches) < 30
        # No answer can be longer than the million bytes that imaplib takes.
        assert all(b"*" in span or width_of(span) <= 80_000 for span in searches)

    def test_a_page_is_bounded_in_bytes(self) -> None:
        uids = list(range(1, 61))

        def search(connection: object, line: bytes) -> bytes:
            low = int(line.split()[-1].split(b":")[0])
            found = [b"%d" % uid for uid in uids if uid >= low]
            return b"* SEARCH " + b" ".join(found) + b"\r\n{tag} OK done\r\n"

        def give(connection: object, line: bytes) -> bytes:
            asked = [int(uid) for uid in line.split()[3].split(b",")]
            body = b"" if b"BODY" not in line else b"A line.\r\n" * 58_000
            mails = [fetched(uid, body).replace(b" 99 ", b" 600000 ") for uid in asked]
            return b"".join(mails) + b"{tag} OK done\r\n"

        rules: dict[str, Reply] = {
            "EXAMINE": EXAMINED.replace(b"UIDNEXT 3", b"UIDNEXT 61"),
            "UID SEARCH": search,
            "UID FETCH": give,
        }
        with scripted_imap(rules) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            first = mailbox.read(Role.SENT, None)
            rest = mailbox.read(Role.SENT, first.cursor)
            mailbox.close()
        assert (first.has_more, rest.has_more) == (True, False)
        assert sum(len(mail.raw) for mail in first.mails) < 22_000_000
        assert [mail.position for mail in (*first.mails, *rest.mails)] == uids

    def test_without_uidnext_the_rest_is_asked_for(self) -> None:
        rules: dict[str, Reply] = {
            "EXAMINE": EXAMINED.replace(b"UIDNEXT 3", b"NOTHING"),
            "UID FETCH": fetched(1) + fetched(2) + b"{tag} OK done\r\n",
        }
        page = self.read(rules)
        assert (ids(page), page.has_more) == ([b"1", b"2"], False)

    @pytest.mark.parametrize(
        "rules",
        [
            pytest.param({"EXAMINE": cut}, id="cut at EXAMINE"),
            pytest.param({"EXAMINE": b"{tag} NO [NONEXISTENT] gone\r\n"}, id="folder went away"),
            pytest.param({"EXAMINE": b"* BYE restarting\r\n"}, id="BYE"),
            pytest.param({"EXAMINE": None}, id="silence"),
            pytest.param({"EXAMINE": b"* OK [UIDVALIDITY x] .\r\n{tag} OK\r\n"}, id="no number"),
            pytest.param({"UID SEARCH": b"* SEARCH 1\r\n* SEARCH 2\r\n{tag} OK .\r\n"}, id="twice"),
            pytest.param({"UID SEARCH": b"* SEARCH x\r\n{tag} OK .\r\n"}, id="no UIDs"),
            pytest.param({"UID SEARCH": b"* SEARCH" + b" 1" * 600_000}, id="endless line"),
            pytest.param({"UID SEARCH": b"{tag} BAD User is not connected\r\n"}, id="BAD"),
            pytest.param({"UID SEARCH": b"{tag} OK\r\n"}, id="OK without a text"),
            pytest.param({"UID FETCH": b"* 1 FETCH (UID 1 BODY[HEADER] {9}\r\nabc"}, id="half"),
            pytest.param({"LIST": b"* LIST (\r\n{tag} OK done\r\n"}, id="broken LIST"),
            pytest.param({"LIST": b"* LIST NIL NIL NIL\r\n{tag} OK done\r\n"}, id="empty LIST"),
        ],
    )
    def test_nonsense_is_a_mailbox_error(self, rules: dict[str, Reply]) -> None:
        started = time.monotonic()
        with scripted_imap(rules) as server:
            mailbox = ImapMailbox(settings_for(server.port, timeout_seconds=0.4))
            with pytest.raises(MailboxError):
                mailbox.read(Role.SENT, None)
            mailbox.close()
        assert time.monotonic() - started < 5

    @given(junk=st.binary(max_size=60))
    @settings(max_examples=60, deadline=None)
    def test_no_junk_brings_out_another_error(self, junk: bytes) -> None:
        rules: dict[str, Reply] = {
            "UID FETCH": b"* 1 FETCH (UID 1 " + junk + b")\r\n" + fetched(2) + b"{tag} OK .\r\n"
        }
        with scripted_imap(rules) as server:
            mailbox = ImapMailbox(settings_for(server.port, timeout_seconds=0.05))
            try:
                assert mailbox.read(Role.SENT, None).mails[-1].position == 2
            except MailboxError:
                pass
            finally:
                mailbox.close()

    @pytest.mark.parametrize(
        "refusal",
        [
            pytest.param(b"{tag} NO not today\r\n", id="NO"),
            pytest.param(b"{tag} BAD unknown command\r\n", id="BAD"),
            pytest.param(b"* 3 EXISTS\r\n+ idling\r\n", id="news before the plus"),
        ],
    )
    def test_where_idle_is_refused_it_polls(self, refusal: bytes) -> None:
        with scripted_imap({"IDLE": refusal}) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            mailbox.read(Role.SENT, Cursor(validity=7, position=2))
            for _ in range(4):
                mailbox.wait(Role.SENT, 0.2)
            mailbox.close()
            assert sum(line.endswith(b" IDLE") for line in server.seen) == 2

    def test_without_idle_it_polls(self) -> None:
        greeting = IMAP_GREETING.replace(b" IDLE", b"")
        capability: Reply = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n"
        with scripted_imap({"CAPABILITY": capability}, greeting) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            mailbox.read(Role.SENT, Cursor(validity=7, position=2))
            started = time.monotonic()
            mailbox.wait(Role.SENT, 30)
            assert time.monotonic() - started < 2
            mailbox.close()
            assert not any(line.endswith(b" IDLE") for line in server.seen)

    def test_a_bye_in_idle_is_an_error(self) -> None:
        rules: dict[str, Reply] = {"IDLE": b"+ idling\r\n* BYE session expired\r\n", "DONE": cut}
        with scripted_imap(rules) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            mailbox.read(Role.SENT, Cursor(validity=7, position=2))
            with pytest.raises(MailboxError):
                mailbox.wait(Role.SENT, 30)
            mailbox.close()

    def test_news_in_one_packet_with_the_plus_is_heard(self) -> None:
        tags: list[bytes] = []

        def idle(connection: object, line: bytes) -> bytes:
            tags.append(line.split()[0])
            return b"+ idling\r\n* 3 EXISTS\r\n"

        def done(connection: object, line: bytes) -> bytes:
            return tags[-1] + b" OK done\r\n"

        with scripted_imap({"IDLE": idle, "DONE": done}) as server:
            mailbox = ImapMailbox(settings_for(server.port, idle_refresh_seconds=60))
            mailbox.read(Role.SENT, Cursor(validity=7, position=2))
            started = time.monotonic()
            mailbox.wait(Role.SENT, 30)
            assert time.monotonic() - started < 2
            mailbox.close()

    def test_an_interrupt_ends_a_read_that_hangs(self) -> None:
        with scripted_imap({"UID SEARCH": None}) as server:
            mailbox = ImapMailbox(settings_for(server.port, timeout_seconds=60))
            errors: list[BaseException] = []

            def read() -> None:
                with pytest.raises(MailboxError) as caught:
                    mailbox.read(Role.SENT, None)
                errors.append(caught.value)

            thread = threading.Thread(target=read)
            thread.start()
            until(lambda: any(b"SEARCH" in line for line in server.seen), "the read hangs")
            mailbox.interrupt()
            thread.join(1.5)
            assert len(errors) == 1
            mailbox.close()


class TestFolders:
    """Which folder plays which role."""

    @pytest.mark.parametrize(
        ("listed", "sent", "expected"),
        [
            pytest.param('(\\Sent) "/" Gesendet', "Sent", "Gesendet", id="by its use"),
            pytest.param('() "/" "Sent Items"', "Sent Items", "Sent Items", id="by name"),
            pytest.param('() "." INBOX.Sent', "Sent", "INBOX.Sent", id="below INBOX"),
            pytest.param('() "/" SENT', "sent", "SENT", id="in other letters"),
            pytest.param("() NIL Sent", "Sent", "Sent", id="without a delimiter"),
            pytest.param('() "/" &ZeVnLIqe-', "日本語", "日本語", id="in UTF-7"),
            pytest.param(
                '(\\Sent) "/" One\r\n* LIST (\\Sent) "/" Two', "Two", "Two", id="two marked ones"
            ),
            pytest.param(
                '(\\Sent \\Noselect) "/" No\r\n* LIST () "/" Sent', "Sent", "Sent", id="not real"
            ),
        ],
    )
    def test_sent_mail_is_found(self, listed: str, sent: str, expected: str) -> None:
        answer = f'* LIST {listed}\r\n* LIST () "/" INBOX\r\n{{tag}} OK done\r\n'.encode()
        with scripted_imap({"LIST": answer}) as server:
            mailbox = ImapMailbox(settings_for(server.port, sent=sent))
            assert mailbox.folder_of(Role.SENT) == expected
            assert mailbox.folder_of(Role.INBOX) == "INBOX"
            mailbox.close()

    def test_no_sent_folder_names_those_that_exist(self) -> None:
        answer = b'* LIST () "/" Drafts\r\n* LIST () "/" INBOX\r\n{tag} OK done\r\n'
        with scripted_imap({"LIST": answer}) as server:
            mailbox = ImapMailbox(settings_for(server.port))
            with pytest.raises(FolderNotFoundError, match=r'"Sent" .*Drafts, INBOX.* sent = "'):
                mailbox.read(Role.SENT, None)
            mailbox.close()


def test_an_id_cannot_carry_a_command(mailbox: ImapMailbox) -> None:
    with pytest.raises(InputError):
        mailbox.contains(Role.SENT, "<1@shop.example>\r\nA1 DELETE INBOX")
    assert not mailbox.contains(Role.SENT, '<"1"\\@shop.example>')


def test_a_server_that_is_away_is_a_mailbox_error() -> None:
    with pytest.raises(MailboxError, match="cannot reach shop"):
        ImapMailbox(settings_for(free_port())).read(Role.SENT, None)


def test_debug_logs_hold_neither_secrets_nor_mail(
    dovecot: Dovecot, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dovecot.append(user, SENT, a_mail(1) + b"a private matter\r\n")
    mailbox = ImapMailbox(settings_for(dovecot.imap_port, user))
    assert b"private matter" in mailbox.read(Role.SENT, None).mails[0].raw
    mailbox.close()
    assert "private matter" not in caplog.text
    assert "LOGIN" not in caplog.text


def test_a_file_of_authorities_must_exist() -> None:
    mailbox = ImapMailbox(settings_for(free_port(), security="tls", ca_file=Path("/no/such.pem")))
    with pytest.raises(ConfigError, match=r"ca_file /no/such\.pem"):
        mailbox.read(Role.SENT, None)
