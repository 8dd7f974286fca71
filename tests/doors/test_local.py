"""Mail on this machine: how it is found, and what may happen to it while it is read."""

import fcntl
import io
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promisekeeper.core.mail import Role
from promisekeeper.doors.local import LocalMailbox, open_local, open_stream
from promisekeeper.errors import FolderNotFoundError, MailboxError, SourceNotFoundError

FROM_LINE = b"From ana@shop.example Mon Nov 16 09:00:00 2026\n"


def a_mail(number: int) -> bytes:
    return b"Message-ID: <%d@shop.example>\n\nHi\n" % number


def a_maildir(path: Path, *mails: int) -> Path:
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    for number in mails:
        (path / "cur" / f"{number}.host:2,S").write_bytes(a_mail(number))
    return path


def an_mbox(path: Path, *mails: int) -> Path:
    path.write_bytes(b"".join(FROM_LINE + a_mail(number) + b"\n" for number in mails))
    return path


def an_eml_folder(path: Path, *mails: int) -> Path:
    path.mkdir(exist_ok=True)
    for number in mails:
        (path / f"{number}.eml").write_bytes(a_mail(number))
    return path


def numbers_of(mailbox: LocalMailbox, role: Role = Role.SENT) -> list[int]:
    mails = mailbox.read(role, None).mails
    return sorted(int(mail.raw.partition(b"<")[2].partition(b"@")[0]) for mail in mails)


class TestLayouts:
    """Which folder plays which role."""

    @pytest.mark.parametrize(
        ("build", "sent", "inbox"),
        [
            pytest.param(lambda root: an_mbox(root / "m", 1), [1], None, id="an mbox file"),
            pytest.param(
                lambda root: an_eml_folder(root, 1) / "1.eml", [1], None, id="one .eml file"
            ),
            pytest.param(lambda root: an_eml_folder(root, 1, 2), [1, 2], None, id=".eml files"),
            pytest.param(lambda root: a_maildir(root / "m", 1), [1], None, id="one Maildir"),
            pytest.param(
                lambda root: a_maildir(a_maildir(root / "m", 1) / ".Sent", 2).parent,
                [2],
                [1],
                id="Maildir++",
            ),
            pytest.param(
                lambda root: a_maildir(a_maildir(root / "Sent", 1).parent / "INBOX", 2).parent,
                [1],
                [2],
                id="two Maildirs",
            ),
            pytest.param(
                lambda root: an_mbox(an_mbox(root / "Sent.mbox", 1).parent / "inbox", 2).parent,
                [1],
                [2],
                id="two mbox files",
            ),
            pytest.param(
                lambda root: an_mbox(an_eml_folder(root / "Sent", 1).parent / "INBOX", 2).parent,
                [1],
                [2],
                id="of two kinds",
            ),
            pytest.param(
                lambda root: an_eml_folder(root / "INBOX", 2).parent, None, [2], id="only an inbox"
            ),
        ],
    )
    def test_mail_is_found(
        self,
        tmp_path: Path,
        build: Callable[[Path], Path],
        sent: list[int] | None,
        inbox: list[int] | None,
    ) -> None:
        mailbox = open_local(build(tmp_path))
        found = {role: numbers_of(mailbox, role) for role in mailbox.roles}
        expected = {Role.SENT: sent, Role.INBOX: inbox}
        assert found == {role: numbers for role, numbers in expected.items() if numbers}

    def test_names_can_be_chosen(self, tmp_path: Path) -> None:
        a_maildir(a_maildir(tmp_path / "m", 1) / ".Gesendet", 2)
        mailbox = open_local(tmp_path / "m", sent="Gesendet", inbox=".", name="archive")
        assert (numbers_of(mailbox, Role.SENT), numbers_of(mailbox, Role.INBOX)) == ([2], [1])
        assert mailbox.name == "archive"
        assert mailbox.folder_of(Role.SENT) == str(tmp_path / "m" / ".Gesendet")

    def test_a_role_that_nobody_plays_says_what_to_set(self, tmp_path: Path) -> None:
        mailbox = open_local(an_mbox(tmp_path / "m", 1))
        with pytest.raises(FolderNotFoundError, match='set inbox = "'):
            mailbox.read(Role.INBOX, None)

    def test_a_missing_path_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(SourceNotFoundError, match="nowhere does not exist"):
            open_local(tmp_path / "nowhere")

    @pytest.mark.parametrize(
        "content", [pytest.param(b"\x7fELF\0\0", id="a program"), pytest.param(b"Hello", id="text")]
    )
    def test_a_file_that_is_no_mail_is_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(FolderNotFoundError, match="is no mail"):
            open_local(tmp_path / "file")

    def test_a_folder_without_mail_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("no mail")
        with pytest.raises(FolderNotFoundError, match="no mail in"):
            open_local(tmp_path)

    def test_a_path_that_cannot_be_listed_is_a_mailbox_error(self, tmp_path: Path) -> None:
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        with pytest.raises(MailboxError, match="cannot read"):
            open_local(tmp_path / "loop")


class TestFiles:
    """Maildir and .eml files."""

    def test_only_whole_mails_count(self, tmp_path: Path) -> None:
        root = a_maildir(tmp_path / "m", 1)
        (root / "tmp" / "2.host").write_bytes(a_mail(2))
        (root / "new" / ".3.host").write_bytes(a_mail(3))
        (root / "cur" / "folder").mkdir()
        assert numbers_of(open_local(root)) == [1]

    def test_a_pipe_among_the_files_blocks_nobody(self, tmp_path: Path) -> None:
        os.mkfifo(an_eml_folder(tmp_path, 1) / "2.eml")
        assert numbers_of(open_local(tmp_path)) == [1]

    def test_a_file_that_cannot_be_read_is_reported(self, tmp_path: Path) -> None:
        # Reading the first bytes of a process's memory fails, even for root.
        (an_eml_folder(tmp_path, 1) / "2.eml").symlink_to("/proc/self/mem")
        mails = {
            mail.problem[:11]: mail.raw for mail in open_local(tmp_path).read(Role.SENT, None).mails
        }
        assert mails == {"": a_mail(1), "cannot read": b""}

    def test_a_change_of_flags_is_no_new_mail(self, tmp_path: Path) -> None:
        root = a_maildir(tmp_path / "m", 1)
        mailbox = open_local(root)
        cursor = mailbox.read(Role.SENT, None).cursor
        (root / "cur" / "1.host:2,S").rename(root / "cur" / "1.host:2,RS")
        (root / "new" / "2.host").write_bytes(a_mail(2))
        (mail,) = mailbox.read(Role.SENT, cursor).mails
        assert mail.raw == a_mail(2)

    def test_a_file_renamed_while_its_folder_is_read_is_not_lost(self, tmp_path: Path) -> None:
        root = a_maildir(tmp_path / "m", 1)
        (root / "new" / "2.host").write_bytes(a_mail(2))
        (root / "new" / "3.host").write_bytes(a_mail(3))
        mailbox = open_local(root)
        first = mailbox.read(Role.SENT, None, limit=1)
        (root / "new" / "2.host").rename(root / "cur" / "2.host:2,S")
        (root / "new" / "3.host").unlink()
        rest = mailbox.read(Role.SENT, first.cursor)
        assert [mail.raw for mail in (*first.mails, *rest.mails)] == [a_mail(1), a_mail(2)]

    def test_a_late_page_reads_each_file_when_it_is_looked_at(self, tmp_path: Path) -> None:
        root = a_maildir(tmp_path / "m", 1, 2, 3)
        mails = open_local(root, reads_late=True).read(Role.SENT, None).mails
        (root / "cur" / "1.host:2,S").rename(root / "cur" / "1.host:2,RS")
        (root / "cur" / "2.host:2,S").unlink()
        (root / "cur" / "3.host:2,S").write_bytes(a_mail(4))
        expected = [(a_mail(1), False), (b"", True), (a_mail(4), False)]
        assert [(mail.raw, mail.is_gone) for mail in mails] == expected
        assert mails[1:] == (mails[1], mails[2])

    def test_a_late_page_goes_to_another_process_without_its_mails(self, tmp_path: Path) -> None:
        root = a_maildir(tmp_path / "m", 1, 2)
        mails = open_local(root, reads_late=True).read(Role.SENT, None).mails
        copied = pickle.dumps(mails)
        (root / "cur" / "1.host:2,S").rename(root / "cur" / "1.host:2,RS")
        assert a_mail(2) not in copied
        there = pickle.loads(copied)
        # Only whoever has the folder can tell where a mail went.
        assert [(mail.raw, mail.is_gone) for mail in there] == [(b"", True), (a_mail(2), False)]

    def test_files_of_one_instant_are_all_read(self, tmp_path: Path) -> None:
        # All names of one file have its time.
        an_eml_folder(tmp_path, 0)
        for number in range(1, 300):
            (tmp_path / f"{number}.eml").hardlink_to(tmp_path / "0.eml")
        mailbox = open_local(tmp_path)
        page = mailbox.read(Role.SENT, None, limit=7)
        count, cursors = len(page.mails), [page.cursor]
        while page.has_more:
            page = mailbox.read(Role.SENT, page.cursor, limit=7)
            count += len(page.mails)
            cursors.append(page.cursor)
        assert (count, len(set(cursors))) == (300, 43)

    def test_a_new_run_looks_back_a_little(self, tmp_path: Path) -> None:
        cursor = open_local(an_eml_folder(tmp_path, 1)).read(Role.SENT, None).cursor
        a_second_later = replace(cursor, position=cursor.position + 1_000_000_000)
        assert len(open_local(tmp_path).read(Role.SENT, a_second_later).mails) == 1
        a_day_later = replace(cursor, position=cursor.position + 86_400_000_000_000)
        assert open_local(tmp_path).read(Role.SENT, a_day_later).mails == ()

    def test_a_file_within_the_same_tick_is_noticed(self, tmp_path: Path) -> None:
        mailbox = open_local(an_eml_folder(tmp_path, 1))
        listed = tmp_path.stat()
        mailbox.read(Role.SENT, None)
        an_eml_folder(tmp_path, 2)
        os.utime(tmp_path, ns=(listed.st_atime_ns, listed.st_mtime_ns))
        started = time.monotonic()
        mailbox.wait(Role.SENT, 20)
        assert time.monotonic() - started < 5

    def test_a_file_is_new_by_its_name_and_not_by_its_date(self, tmp_path: Path) -> None:
        mailbox = open_local(an_eml_folder(tmp_path, 1))
        page = mailbox.read(Role.SENT, None)
        an_eml_folder(tmp_path, 2)
        os.utime(tmp_path / "2.eml", (1, 1))
        (mail,) = mailbox.read(Role.SENT, page.cursor).mails
        assert (mail.raw, mail.received_at and mail.received_at.year) == (a_mail(2), 1970)

    def test_another_folder_of_the_same_name_is_read_anew(self, tmp_path: Path) -> None:
        mailbox = open_local(an_eml_folder(tmp_path / "m", 1))
        cursor = mailbox.read(Role.SENT, None).cursor
        (tmp_path / "m").rename(tmp_path / "old")
        an_eml_folder(tmp_path / "m", 1, 2)
        page = mailbox.read(Role.SENT, cursor)
        assert (len(page.mails), page.is_restart) == (2, True)

    def test_a_folded_message_id_is_found(self, tmp_path: Path) -> None:
        (an_eml_folder(tmp_path) / "1.eml").write_bytes(b"Message-Id:\n <1@a.example>\n\nHi\n")
        assert open_local(tmp_path).contains(Role.SENT, "<1@a.example>")

    def test_an_earlier_page_can_be_asked_for_after_the_end(self, tmp_path: Path) -> None:
        """A folder that was read through is forgotten; nothing of it is lost."""
        mailbox = open_local(a_maildir(tmp_path / "m", *range(1, 8)), sent="Sent", inbox="INBOX")
        first = mailbox.read(Role.SENT, None, limit=2)
        cursor, has_more = first.cursor, True
        while has_more:
            page = mailbox.read(Role.SENT, cursor, limit=2)
            cursor, has_more = page.cursor, page.has_more
        again = mailbox.read(Role.SENT, first.cursor, limit=100)
        later = {mail.raw for mail in again.mails} | {mail.raw for mail in first.mails}
        assert later == {a_mail(number) for number in range(1, 8)}
        assert mailbox.read(Role.SENT, cursor, limit=2).mails == ()


class TestMbox:
    """All mail in one file."""

    @given(
        bodies=st.lists(
            st.lists(st.sampled_from([b"Hi", b"", b"From here", b">From there", b"x" * 700])),
            max_size=12,
        ),
        limit=st.integers(1, 5),
        newline=st.sampled_from([b"\n", b"\r\n"]),
    )
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    def test_what_was_written_is_read(
        self, tmp_path: Path, bodies: list[list[bytes]], limit: int, newline: bytes
    ) -> None:
        mails = [
            newline.join([b"Subject: %d" % number, b"", *lines, b"End", b""])
            for number, lines in enumerate(bodies)
        ]
        path = tmp_path / "box"
        with path.open("wb") as file:
            for mail in mails:
                quoted = mail.replace(b"\n>From", b"\n>>From").replace(b"\nFrom", b"\n>From")
                file.write(FROM_LINE.replace(b"\n", newline) + quoted + newline)
        mailbox = open_local(path)
        page = mailbox.read(Role.SENT, None, limit=limit)
        found = [mail.raw for mail in page.mails]
        while page.has_more:
            page = mailbox.read(Role.SENT, page.cursor, limit=limit)
            found += [mail.raw for mail in page.mails]
        assert found == [mail + newline for mail in mails]

    @pytest.mark.parametrize("size", [262_100, 262_140, 262_144, 262_150, 524_288])
    def test_a_separator_across_two_pieces_is_found(self, tmp_path: Path, size: int) -> None:
        first = FROM_LINE + a_mail(1)
        filler = b"x" * 60 + b"\n"
        missing = size - len(first)
        first += filler * (missing // 61) + b"y" * (missing % 61)
        for shift in range(8):
            rest = b"z" * shift + b"\n" + FROM_LINE + a_mail(2)
            (tmp_path / "box").write_bytes(first + rest)
            assert numbers_of(open_local(tmp_path / "box")) == [1, 2]

    @pytest.mark.parametrize(
        ("line", "is_separator"),
        [
            (b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011", True),
            (b"From - Mon Nov 16 09:00:00 2026", True),
            (b"From 17@xxx Mon Nov 16 09:00:00 +0000 2026", True),
            (b"From ana@shop.example Mon, 16 Nov 2026 09:00 GMT", True),
            (b"From Monday on we are open until 18:00.", False),
            (b"From 2026 on it costs more.", False),
            (b"From now on", False),
        ],
    )
    def test_what_begins_a_mail(self, tmp_path: Path, line: bytes, is_separator: bool) -> None:
        content = FROM_LINE + a_mail(1) + b"\n" + line + b"\n" + a_mail(2)
        (tmp_path / "box").write_bytes(content)
        assert len(open_local(tmp_path / "box").read(Role.SENT, None).mails) == 1 + is_separator

    def test_a_file_without_a_last_newline_gives_its_last_mail(self, tmp_path: Path) -> None:
        (tmp_path / "box").write_bytes(FROM_LINE + b"Message-ID: <1@shop.example>\n\nHi")
        assert numbers_of(open_local(tmp_path / "box")) == [1]

    def test_an_empty_file_is_an_empty_mailbox(self, tmp_path: Path) -> None:
        mailbox = open_local(an_mbox(tmp_path / "box"))
        cursor = mailbox.read(Role.SENT, None).cursor
        an_mbox(tmp_path / "box", 1)
        assert [mail.raw for mail in mailbox.read(Role.SENT, cursor).mails] == [a_mail(1) + b"\n"]

    @pytest.mark.parametrize(
        "left",
        [
            pytest.param((2, 3), id="first deleted"),
            pytest.param((1, 3), id="middle deleted"),
            pytest.param((1,), id="last two deleted"),
            pytest.param((), id="all deleted"),
            pytest.param((4, 1, 2, 3), id="one put in front"),
        ],
    )
    def test_a_rewritten_file_is_read_anew(self, tmp_path: Path, left: tuple[int, ...]) -> None:
        path = an_mbox(tmp_path / "box", 1, 2, 33_333_333)
        mailbox = open_local(path)
        cursor = mailbox.read(Role.SENT, None, limit=2).cursor
        an_mbox(path, *left)
        page = mailbox.read(Role.SENT, cursor)
        assert (len(page.mails), page.is_restart) == (len(left), True)

    def test_a_file_that_is_being_written_to_is_left_alone(self, tmp_path: Path) -> None:
        path = an_mbox(tmp_path / "box", 1)
        mailbox = open_local(path)
        lock = tmp_path / "box.lock"
        lock.touch()
        with pytest.raises(MailboxError, match=r"box\.lock says"):
            mailbox.read(Role.SENT, None)
        lock.unlink()
        assert numbers_of(mailbox) == [1]
        with path.open("ab") as file:
            # A lock of another process; within one process locks do not count.
            child = os.fork()
            if child == 0:
                fcntl.lockf(file, fcntl.LOCK_EX)
                os.kill(os.getpid(), 19)
                os._exit(0)
            os.waitpid(child, os.WUNTRACED)
            try:
                with pytest.raises(MailboxError, match="being written to"):
                    mailbox.read(Role.SENT, None)
            finally:
                os.kill(child, 9)
                os.waitpid(child, 0)
        assert numbers_of(mailbox) == [1]


class TestStream:
    """Standard input."""

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(a_mail(1), [1], id="one mail"),
            pytest.param(FROM_LINE + a_mail(1), [1], id="one mail with its envelope line"),
            pytest.param((FROM_LINE + a_mail(1) + b"\n") * 3, [1, 1, 1], id="an mbox"),
            pytest.param(a_mail(1) + b"\n" + FROM_LINE + a_mail(2), [1], id="one that holds one"),
            pytest.param(b"", [], id="nothing"),
        ],
    )
    def test_a_stream_is_sent_mail(self, content: bytes, expected: list[int]) -> None:
        mailbox = open_stream(io.BytesIO(content))
        assert (mailbox.name, mailbox.roles) == ("-", (Role.SENT,))
        page = mailbox.read(Role.SENT, None)
        assert len(page.mails) == len(expected)
        assert mailbox.read(Role.SENT, page.cursor).mails == ()
        assert numbers_of(mailbox) == expected
        mailbox.close()

    def test_a_stream_leaves_no_file_behind(self) -> None:
        before = set(os.listdir("/tmp"))
        mailbox = open_stream(io.BytesIO(a_mail(1)))
        mailbox.close()
        assert not {name for name in set(os.listdir("/tmp")) - before if name.startswith("tmp")}
