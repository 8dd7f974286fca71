"""Every kind of mailbox keeps the same promises."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from promisekeeper.core.mail import Page, RawMail, Role
from promisekeeper.doors.imap import ImapMailbox, ImapSettings
from promisekeeper.doors.local import open_local
from promisekeeper.errors import MailboxError
from promisekeeper.flows.ports import Mailbox
from servers.dovecot import SENT, Dovecot
from servers.inprocess import Pymap
from servers.loopback import HOST, until


class Place(Protocol):
    """Somewhere a test can put mail."""

    def put(self, role: Role, *mails: bytes) -> None: ...

    def open(self) -> Mailbox: ...


class ImapPlace:
    def __init__(self, server: Dovecot | Pymap, port: int, user: str, sent: str) -> None:
        self._server, self._port, self._user = server, port, user
        self._folders = {Role.SENT: sent, Role.INBOX: "INBOX"}

    def put(self, role: Role, *mails: bytes) -> None:
        self._server.append(self._user, self._folders[role], *mails)

    def open(self) -> Mailbox:
        return ImapMailbox(
            ImapSettings(
                name="shop",
                host=HOST,
                port=self._port,
                security="plain",
                user=self._user,
                secret=lambda: "pw",
            )
        )


class LocalPlace:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = 0
        for name in ("Sent", "INBOX"):
            self._make(root / name)

    def put(self, role: Role, *mails: bytes) -> None:
        for raw in mails:
            self._count += 1
            self._add(self._root / {Role.SENT: "Sent", Role.INBOX: "INBOX"}[role], raw)

    def open(self) -> Mailbox:
        return open_local(self._root)

    def _make(self, folder: Path) -> None:
        raise NotImplementedError

    def _add(self, folder: Path, raw: bytes) -> None:
        raise NotImplementedError


class MaildirPlace(LocalPlace):
    def _make(self, folder: Path) -> None:
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True)

    def _add(self, folder: Path, raw: bytes) -> None:
        name = f"1700000000.M{self._count:06}.host"
        (folder / "tmp" / name).write_bytes(raw)
        (folder / "tmp" / name).rename(folder / "new" / name)


class LateMaildirPlace(MaildirPlace):
    """Its mails are read when they are looked at."""

    def open(self) -> Mailbox:
        return open_local(self._root, reads_late=True)


class MboxPlace(LocalPlace):
    def _make(self, folder: Path) -> None:
        folder.touch()

    def _add(self, folder: Path, raw: bytes) -> None:
        quoted = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        with folder.open("ab") as file:
            file.write(b"From ana@shop.example Mon Nov 16 09:00:00 2026\n" + quoted + b"\n\n")


class EmlPlace(LocalPlace):
    def _make(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "notes.txt").write_text("no mail")
        (folder / "0.eml").write_bytes(a_mail(0))

    def _add(self, folder: Path, raw: bytes) -> None:
        partial = folder / f".{self._count}.part"
        partial.write_bytes(raw)
        partial.rename(folder / f"{self._count}.eml")


def a_mail(number: int, body: str = "I'll send the invoice by Friday.") -> bytes:
    lines = f"From: ana@shop.example\nMessage-ID: <{number}@shop.example>\n\n{body}\n"
    return lines.replace("\n", "\r\n").encode()


@pytest.fixture(params=["dovecot", "pymap", "maildir", "late-maildir", "mbox", "eml"])
def place(request: pytest.FixtureRequest, tmp_path: Path, user: str) -> Place:
    if request.param == "dovecot":
        dovecot: Dovecot = request.getfixturevalue("dovecot")
        return ImapPlace(dovecot, dovecot.imap_port, user, SENT)
    if request.param == "pymap":
        pymap: Pymap = request.getfixturevalue("pymap")
        pymap.add_user(user, "Sent")
        return ImapPlace(pymap, pymap.port, user, "Sent")
    kinds = {
        "maildir": MaildirPlace,
        "late-maildir": LateMaildirPlace,
        "mbox": MboxPlace,
        "eml": EmlPlace,
    }
    place: LocalPlace = kinds[request.param](tmp_path)
    return place


@pytest.fixture
def mailbox(place: Place) -> Iterator[Mailbox]:
    opened = place.open()
    yield opened
    opened.close()


def ids(*pages: Page) -> list[bytes]:
    """The Message-IDs in order, without the one that the .eml folders begin with."""
    mails: list[RawMail] = [mail for page in pages for mail in page.mails]
    found = [mail.raw.partition(b"Message-ID: <")[2].partition(b"@")[0] for mail in mails]
    return [number for number in found if number != b"0"]


def read_all(mailbox: Mailbox, role: Role, limit: int) -> list[Page]:
    pages = [mailbox.read(role, None, limit=limit)]
    while pages[-1].has_more:
        pages.append(mailbox.read(role, pages[-1].cursor, limit=limit))
    return pages


def test_an_empty_folder_gives_an_empty_page(mailbox: Mailbox) -> None:
    page = mailbox.read(Role.INBOX, None)
    assert ids(page) == []
    assert (page.has_more, page.is_restart) == (False, False)


def test_a_mail_comes_as_it_was_written(place: Place, mailbox: Mailbox) -> None:
    raw = a_mail(1, body="First line.\nFrom here on it is quoted in an mbox.\n\nLast line.")
    place.put(Role.SENT, raw)
    mail = mailbox.read(Role.SENT, None).mails[-1]
    assert mail.raw.replace(b"\r\n", b"\n").strip() == raw.replace(b"\r\n", b"\n").strip()
    assert mail.problem == ""
    assert abs(mail.size - len(raw)) < 60


def test_reading_goes_on_where_it_stopped(place: Place, mailbox: Mailbox) -> None:
    place.put(Role.SENT, a_mail(1))
    first = mailbox.read(Role.SENT, None)
    assert ids(mailbox.read(Role.SENT, first.cursor)) == []
    place.put(Role.SENT, a_mail(2))
    second = mailbox.read(Role.SENT, first.cursor)
    assert (ids(first), ids(second)) == ([b"1"], [b"2"])
    assert ids(mailbox.read(Role.SENT, second.cursor)) == []


def test_a_page_that_was_not_stored_can_be_read_again(place: Place, mailbox: Mailbox) -> None:
    place.put(Role.SENT, a_mail(1))
    stored = mailbox.read(Role.SENT, None)
    place.put(Role.SENT, a_mail(2))
    assert ids(mailbox.read(Role.SENT, stored.cursor)) == [b"2"]
    place.put(Role.SENT, a_mail(3))
    again = mailbox.read(Role.SENT, stored.cursor)
    last = mailbox.read(Role.SENT, again.cursor)
    assert ids(again, last) == [b"2", b"3"]


def test_pages_join_without_a_gap(place: Place, mailbox: Mailbox) -> None:
    numbers = range(1, 24)
    place.put(Role.SENT, *map(a_mail, numbers))
    pages = read_all(mailbox, Role.SENT, limit=5)
    assert all(len(page.mails) <= 5 for page in pages)
    assert sorted(map(int, ids(*pages))) == list(numbers)
    assert all(page.has_more for page in pages[:-1])


def test_a_new_run_misses_nothing(place: Place, mailbox: Mailbox) -> None:
    place.put(Role.SENT, *map(a_mail, range(1, 8)))
    before = mailbox.read(Role.SENT, None, limit=4)
    later = place.open()
    after = later.read(Role.SENT, before.cursor)
    later.close()
    assert sorted({*ids(before), *ids(after)}) == [str(n).encode() for n in range(1, 8)]


def test_another_numbering_starts_anew(place: Place, mailbox: Mailbox) -> None:
    place.put(Role.SENT, a_mail(1))
    cursor = mailbox.read(Role.SENT, None).cursor
    for validity in (cursor.validity - 1, cursor.validity + 1):
        stale = type(cursor)(validity=validity, position=cursor.position)
        page = mailbox.read(Role.SENT, stale)
        assert (ids(page), page.is_restart, page.cursor) == ([b"1"], True, page.cursor)
        assert page.cursor.validity == cursor.validity


def test_the_roles_are_different_folders(place: Place, mailbox: Mailbox) -> None:
    place.put(Role.SENT, a_mail(1))
    place.put(Role.INBOX, a_mail(2))
    assert ids(mailbox.read(Role.SENT, None)) == [b"1"]
    assert ids(mailbox.read(Role.INBOX, None)) == [b"2"]
    assert mailbox.folder_of(Role.SENT) != mailbox.folder_of(Role.INBOX)


def test_a_letter_is_found_by_its_id(place: Place, mailbox: Mailbox) -> None:
    place.put(Role.SENT, a_mail(1, body="Message-ID: <2@shop.example>"))
    assert mailbox.contains(Role.SENT, "<1@shop.example>")
    assert not mailbox.contains(Role.SENT, "<2@shop.example>")
    assert not mailbox.contains(Role.INBOX, "<1@shop.example>")


def test_a_large_mail_is_cut_and_its_size_is_true(place: Place, mailbox: Mailbox) -> None:
    raw = a_mail(1, body="0123456789" * 7 + "\n") + b"A line of an attachment.\r\n" * 120_000
    place.put(Role.SENT, raw, a_mail(2))
    page = mailbox.read(Role.SENT, None)
    mail = next(mail for mail in page.mails if b"<1@" in mail.raw)
    assert mail.size > 3_000_000
    assert len(mail.raw) <= 600_000
    assert mail.raw.endswith(b"\n")
    assert ids(page) == [b"1", b"2"]


def test_wait_ends_when_mail_comes(place: Place, mailbox: Mailbox) -> None:
    place.put(Role.SENT, a_mail(1))
    cursor = mailbox.read(Role.SENT, None).cursor
    waiter = Waiter(lambda: mailbox.wait(Role.SENT, 20))
    place.put(Role.SENT, a_mail(2))
    waiter.finish(10)
    assert ids(mailbox.read(Role.SENT, cursor)) == [b"2"]


def test_wait_ends_at_once_when_mail_has_come_meanwhile(place: Place, mailbox: Mailbox) -> None:
    cursor = mailbox.read(Role.SENT, None).cursor
    place.put(Role.SENT, a_mail(1))
    started = time.monotonic()
    mailbox.wait(Role.SENT, 20)
    assert time.monotonic() - started < 5
    assert ids(mailbox.read(Role.SENT, cursor)) == [b"1"]


def test_wait_ends_at_its_timeout(mailbox: Mailbox) -> None:
    mailbox.read(Role.SENT, None)
    started = time.monotonic()
    mailbox.wait(Role.SENT, 0.2)
    assert 0.1 < time.monotonic() - started < 2


def test_interrupt_ends_a_wait_for_good(place: Place, mailbox: Mailbox) -> None:
    mailbox.read(Role.SENT, None)
    waiter = Waiter(lambda: mailbox.wait(Role.SENT, 60))
    mailbox.interrupt()
    waiter.finish(1.5)
    mailbox.wait(Role.SENT, 60)
    with pytest.raises(MailboxError, match="stopped"):
        mailbox.read(Role.SENT, None)


class Waiter:
    """A call on a thread of its own."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._started, self._ended = threading.Event(), threading.Event()
        self._call = call
        threading.Thread(target=self._run, daemon=True).start()
        assert self._started.wait(5)

    def finish(self, seconds: float) -> None:
        until(self._ended.is_set, "the call ends", seconds)

    def _run(self) -> None:
        self._started.set()
        self._call()
        self._ended.set()
