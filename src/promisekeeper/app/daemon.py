"""The daemon: a watcher for each folder, one sender, and rounds in between.

Watchers only read mail; the main thread alone takes it in, so that a page is
stored before the next one is fetched. The sender has a ledger connection of
its own: a slow SMTP server delays no mail.
"""

import logging
import queue
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from types import FrameType

from promisekeeper.app.daemonparts import DaemonParts, Watch
from promisekeeper.app.rounds import hear, hold_round
from promisekeeper.core.mail import Cursor, Page
from promisekeeper.doors.systemd import notify, watchdog_seconds
from promisekeeper.errors import (
    ConfigError,
    FolderNotFoundError,
    MailboxError,
    MailboxLoginError,
    PostmanError,
    PromisekeeperError,
    SourceNotFoundError,
    TlsRefusedError,
)
from promisekeeper.flows.delivery import deliver, resolve_doubts
from promisekeeper.flows.intake import take_in
from promisekeeper.flows.ports import Mailbox, Postman, Store

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LAST_PAUSE_SECONDS = 60.0
# An approved update waits until both folders were read after its approval.
WAIT_SECONDS = 120.0
# A folder that tells of news all the time is noted as read no oftener than this.
NOTE_EACH_SECONDS = 2.0
STOP_SECONDS = 1.5
# Waiting mends none of these. At the start they end the daemon; later, they make it wait long.
WRONG_CONFIG = (ConfigError, FolderNotFoundError)
LASTING = (
    ConfigError,
    FolderNotFoundError,
    MailboxLoginError,
    SourceNotFoundError,
    TlsRefusedError,
)


@dataclass(slots=True)
class _Delivery:
    """A page on its way from a watcher to the main thread."""

    watch: Watch
    page: Page
    is_stored: bool = False
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _ReadToEnd:
    """A watcher's word that nothing newer lay in its folder at a time."""

    folder: str
    at: datetime


def run_once(parts: DaemonParts, store: Store) -> list[PromisekeeperError]:
    """One round: read all folders, weigh, remind, send.

    Returns:
        What went wrong on the way; everything else was done nevertheless.
    """
    problems: list[PromisekeeperError] = []
    now = parts.clock()
    since = (store.first_start(now) - parts.lookback).date()
    for watch in parts.watches:
        try:
            _read_all(parts, store, watch, since)
        except PromisekeeperError as error:
            log.warning("mailbox.failed folder=%s error=%s", watch.folder, error)
            problems.append(error)
    hold_round(parts, store)
    parts.retain(now)
    problems += _send(parts, store)
    return problems


def _read_all(parts: DaemonParts, store: Store, watch: Watch, since: date) -> None:
    mailbox = watch.open_mailbox()
    try:
        cursor, has_more = store.cursor(watch.folder), True
        while has_more:
            asked_at = parts.clock()
            page = mailbox.read(watch.role, cursor, since=since)
            _take(parts, store, watch, page)
            cursor, has_more = page.cursor, page.has_more
        store.note_read(watch.folder, asked_at)
    finally:
        mailbox.close()


def _take(parts: DaemonParts, store: Store, watch: Watch, page: Page) -> None:
    # Before the rest of the page, which moves the cursor.
    hear(parts, store, watch, page)
    if not watch.takes_mail:
        return
    taken = take_in(
        page,
        folder=watch.folder,
        role=watch.role,
        store=store,
        rules=parts.intake,
        now=parts.clock(),
    )
    for promise in taken.promises:
        log.info("promise.found id=%s kind=%s", promise.id, promise.kind)
    for mail in taken.quarantined:
        log.warning("mail.quarantined folder=%s position=%s", mail.folder, mail.position)
    parts.on_taken(taken)


def _send(
    parts: DaemonParts, store: Store, use: Callable[[Postman | None], None] = lambda postman: None
) -> list[PromisekeeperError]:
    """Send what is queued; letters in doubt are looked for first.

    Args:
        use: Told which postman is at work, so that another thread can interrupt it.
    """
    if parts.open_postman is None:
        return []
    problems: list[PromisekeeperError] = []
    dispatch = parts.dispatch(store)
    try:
        resolve_doubts(
            store,
            lambda wanted: _find(parts, wanted),
            now=parts.clock(),
            grace=parts.grace,
            dispatch=dispatch,
        )
    except PromisekeeperError as error:
        problems.append(error)
    postman = parts.open_postman()
    use(postman)
    try:
        done = deliver(store, postman, clock=parts.clock, dispatch=dispatch)
    except PromisekeeperError as error:
        problems.append(error)
    else:
        if done.sent or done.failed or done.dropped:
            counts = (done.sent, done.failed, done.waiting, done.dropped)
            log.info("letters sent=%s failed=%s waiting=%s dropped=%s", *counts)
        if done.problem:
            problems.append(PostmanError(f"a letter was not sent: {done.problem}"))
    finally:
        use(None)
        postman.close()
    if parts.file_copies is not None:
        try:
            parts.file_copies(store, parts.clock())
        except PromisekeeperError as error:
            problems.append(error)
    return problems


def _find(parts: DaemonParts, message_id: str) -> bool:
    """Whether a letter lies in any watched folder.

    Raises:
        MailboxError: It was not found, but not every folder could be asked.
    """
    unasked: PromisekeeperError | None = None
    for watch in parts.watches:
        try:
            mailbox = watch.open_mailbox()
            try:
                if mailbox.contains(watch.role, message_id):
                    return True
            finally:
                mailbox.close()
        except PromisekeeperError as error:
            unasked = error
    if unasked is not None:
        raise MailboxError(f"a letter in doubt cannot be looked for: {unasked}") from unasked
    return False


class Daemon:
    """Watches, takes in, reminds and sends until it is told to stop."""

    def __init__(self, parts: DaemonParts) -> None:
        self._parts = parts
        self._stop = threading.Event()
        self._pages: queue.SimpleQueue[_Delivery | _ReadToEnd | None] = queue.SimpleQueue()
        self._letters = threading.Event()
        self._mailboxes: dict[str, Mailbox] = {}
        self._postman: Postman | None = None
        self._failed_at_start: set[str] = set()
        self._fatal: PromisekeeperError | None = None
        self._retained_on: date | None = None

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """End the run soon; may be called by a signal handler or another thread.

        It only leaves a word for the main thread: a handler that took a lock might
        wait for the very code that it interrupts.
        """
        self._pages.put(None)

    def run(self) -> None:
        """Run until stopped; SIGTERM and SIGINT stop it where this is the main thread.

        Raises:
            PromisekeeperError: A mailbox could not be opened at the start, and waiting
                would not help.
        """
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self.stop)
            signal.signal(signal.SIGINT, self.stop)
        store = self._parts.open_store()
        first_start = store.first_start(self._parts.clock())
        since = (first_start - self._parts.lookback).date()
        threads = [threading.Thread(target=self._keep_sending, name="sender", daemon=True)]
        for watch in self._parts.watches:
            arguments = (watch, store.cursor(watch.folder), since)
            name = f"watch {watch.folder}"
            threads.append(
                threading.Thread(target=self._keep_watching, args=arguments, name=name, daemon=True)
            )
        try:
            for thread in threads:
                thread.start()
            log.info("daemon.ready folders=%s", len(self._parts.watches))
            notify("READY=1")
            self._keep_taking(store)
        finally:
            notify("STOPPING=1")
            self._end(threads)
            store.close()
        if self._fatal is not None:
            raise self._fatal

    def _end(self, threads: list[threading.Thread]) -> None:
        self._stop.set()
        self._letters.set()
        for mailbox in list(self._mailboxes.values()):
            mailbox.interrupt()
        if self._postman is not None:
            self._postman.interrupt()
        give_up_at = time.monotonic() + STOP_SECONDS
        for thread in filter(threading.Thread.is_alive, threads):
            # A thread that hangs in a server's silence is left behind: what it
            # was doing is committed stage by stage and taken up at the next start.
            thread.join(max(0.0, give_up_at - time.monotonic()))
        log.info("daemon.stopped left=%s", sum(thread.is_alive() for thread in threads))

    def _keep_taking(self, store: Store) -> None:
        beat = watchdog_seconds()
        pause = min(self._parts.round_seconds, beat / 3 if beat else self._parts.round_seconds)
        next_round_at = time.monotonic()
        while not self._stop.is_set():
            with suppress(queue.Empty):
                left = max(0.0, min(pause, next_round_at - time.monotonic()))
                delivery = self._pages.get(timeout=left)
                if delivery is None:
                    self._stop.set()
                    return
                if isinstance(delivery, _ReadToEnd):
                    self._note_read(store, delivery)
                else:
                    self._take_delivery(store, delivery)
                    next_round_at = min(next_round_at, time.monotonic() + 0.2)
            if time.monotonic() >= next_round_at and not self._stop.is_set():
                self._guarded_round(store)
                next_round_at = time.monotonic() + self._parts.round_seconds
            notify("WATCHDOG=1")

    def _take_delivery(self, store: Store, delivery: _Delivery) -> None:
        try:
            _take(self._parts, store, delivery.watch, delivery.page)
            delivery.is_stored = True
        except Exception:
            # The page stays unread: the watcher fetches it again after a pause.
            log.exception("intake.failed folder=%s", delivery.watch.folder)
        finally:
            delivery.done.set()

    def _note_read(self, store: Store, word: _ReadToEnd) -> None:
        try:
            store.note_read(word.folder, word.at)
        except PromisekeeperError as error:
            # The next word comes with the next look into the folder.
            log.warning("ledger.failed error=%s", error)

    def _guarded_round(self, store: Store) -> None:
        try:
            hold_round(self._parts, store)
            now = self._parts.clock()
            if now.date() != self._retained_on:
                self._parts.retain(now)
                self._retained_on = now.date()
        except Exception:
            log.exception("round.failed")
        self._letters.set()

    def _keep_watching(self, watch: Watch, cursor: Cursor | None, since: date) -> None:
        pause, has_worked, note_again_at = FIRST_PAUSE_SECONDS, False, 0.0
        mailbox: Mailbox | None = None
        while not self._stop.is_set():
            try:
                if mailbox is None:
                    mailbox = self._mailboxes[watch.folder] = watch.open_mailbox()
                asked_at = self._parts.clock()
                page = mailbox.read(watch.role, cursor, since=since)
                has_worked = True
                is_old = not page.mails and page.cursor == cursor
                if is_old or self._hand_over(watch, page):
                    cursor, pause = page.cursor, FIRST_PAUSE_SECONDS
                    if not page.has_more and not self._stop.is_set():
                        if time.monotonic() >= note_again_at:
                            self._pages.put(_ReadToEnd(watch.folder, asked_at))
                            note_again_at = time.monotonic() + NOTE_EACH_SECONDS
                        mailbox.wait(watch.role, WAIT_SECONDS)
                    continue
            except PromisekeeperError as error:
                if not self._stop.is_set():
                    log.warning("mailbox.failed folder=%s error=%s", watch.folder, error)
                    pause = self._pause_after(watch, error, pause, has_worked=has_worked)
            except Exception:
                log.exception("watcher.failed folder=%s", watch.folder)
            self._stop.wait(pause)
            pause = min(pause * 2, LAST_PAUSE_SECONDS)
        if mailbox is not None:
            mailbox.close()

    def _pause_after(
        self, watch: Watch, error: PromisekeeperError, pause: float, *, has_worked: bool
    ) -> float:
        if not isinstance(error, LASTING):
            return pause
        if not has_worked:
            self._failed_at_start.add(watch.folder)
            # One account's wrong password must not end the work for all others; what the
            # configuration says wrongly is better mended at once.
            is_all = len(self._failed_at_start) == len(self._parts.watches)
            if is_all or isinstance(error, WRONG_CONFIG):
                self._fatal = error
                self.stop()
        # A server may lock an account that knocks with a wrong password too often.
        return LAST_PAUSE_SECONDS * 5

    def _hand_over(self, watch: Watch, page: Page) -> bool:
        """Give a page to the main thread; True once it is stored."""
        delivery = _Delivery(watch, page)
        self._pages.put(delivery)
        while not delivery.done.wait(0.2):
            if self._stop.is_set():
                return False
        return delivery.is_stored

    def _keep_sending(self) -> None:
        try:
            store = self._parts.open_store()
        except PromisekeeperError as error:
            log.warning("sender.failed error=%s", error)
            self._fatal = error
            self.stop()
            return
        while not self._stop.is_set():
            self._letters.wait()
            self._letters.clear()
            if not self._stop.is_set():
                self._send_guarded(store)
        store.close()

    def _send_guarded(self, store: Store) -> None:
        try:
            for problem in _send(self._parts, store, self._use):
                log.warning("sender.failed error=%s", problem)
        except Exception:
            log.exception("sender.failed")

    def _use(self, postman: Postman | None) -> None:
        self._postman = postman
