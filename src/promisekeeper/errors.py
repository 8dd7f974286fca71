"""Every error a user can act upon: what is wrong, what to do, which exit code.

Exit codes are those of sysexits.h, so that an MTA or a unit file can tell
"try again" (75) from "mend the configuration" (78).
"""

import os


class PromisekeeperError(Exception):
    """Something a user can mend; the message says what is wrong and what to do."""

    exit_code: int = os.EX_SOFTWARE


class ConfigError(PromisekeeperError):
    """The configuration is missing, unreadable or wrong."""

    exit_code = os.EX_CONFIG


class InputError(PromisekeeperError):
    """A value given on the command line or on standard input is not usable."""

    exit_code = os.EX_DATAERR


class DeedError(InputError):
    """What a person says of a promise cannot be so.

    Attributes:
        reason: Names it for letters, which say it in the reader's language.
        detail: What the reason is about: a state, the words, the names that there are.
    """

    def __init__(self, reason: str, text: str, detail: str = "") -> None:
        super().__init__(text)
        self.reason = reason
        self.detail = detail


class SourceNotFoundError(PromisekeeperError):
    """A file, folder or account that was named does not exist."""

    exit_code = os.EX_NOINPUT


class PromiseNotFoundError(PromisekeeperError):
    """The ledger holds no promise with this id."""

    exit_code = os.EX_NOINPUT

    def __init__(self, promise_id: int) -> None:
        super().__init__(f"no promise {promise_id}: see 'promisekeeper list --all'")


class LessonNotFoundError(PromisekeeperError):
    """Nothing with this number was taught, or it was lifted already."""

    exit_code = os.EX_NOINPUT

    def __init__(self, lesson_id: int) -> None:
        super().__init__(f"no lesson {lesson_id}: see 'promisekeeper rules'")


class DraftNotFoundError(PromisekeeperError):
    """No draft has this number."""

    exit_code = os.EX_NOINPUT

    def __init__(self, draft_id: int) -> None:
        super().__init__(f"no draft {draft_id}: see 'promisekeeper drafts'")


class LetterNotFoundError(PromisekeeperError):
    """No letter with this number lies in the outbox."""

    exit_code = os.EX_NOINPUT

    def __init__(self, letter_id: int) -> None:
        super().__init__(f"no letter {letter_id}: see 'promisekeeper outbox'")


class AbsenceNotFoundError(PromisekeeperError):
    """Nobody's absence has this number."""

    exit_code = os.EX_NOINPUT

    def __init__(self, absence_id: int) -> None:
        super().__init__(f"no absence {absence_id}: see 'promisekeeper away'")


class MessageUnreadableError(PromisekeeperError):
    """One mail cannot be read as a message; it is quarantined and the next is read."""

    exit_code = os.EX_DATAERR


class MailboxError(PromisekeeperError):
    """A mailbox cannot be reached just now; trying again later may help."""

    exit_code = os.EX_TEMPFAIL


class MailboxLoginError(PromisekeeperError):
    """The mail server refuses the name, the password or the token."""

    exit_code = os.EX_NOPERM


class FolderNotFoundError(PromisekeeperError):
    """The mailbox has no folder of the name or use that is needed."""

    exit_code = os.EX_CONFIG


class TlsRefusedError(PromisekeeperError):
    """The server's certificate is not trusted, or it offers no TLS at all."""

    exit_code = os.EX_PROTOCOL


class PostmanError(PromisekeeperError):
    """The SMTP server cannot be used as configured."""

    exit_code = os.EX_UNAVAILABLE


class TemplateError(PromisekeeperError):
    """A letter cannot be put into words: a template is missing or broken, or lacks a slot."""

    exit_code = os.EX_CONFIG


class StoreError(PromisekeeperError):
    """The ledger cannot be opened, read or written."""

    exit_code = os.EX_IOERR


class StoreBusyError(StoreError):
    """Another process holds the ledger; trying again later will help."""

    exit_code = os.EX_TEMPFAIL
