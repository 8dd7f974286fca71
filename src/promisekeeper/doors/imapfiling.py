"""Copies of letters into a sent folder: the one thing that is ever written over IMAP.

It has a connection of its own, made for one copy and closed after it; all reading stays with
`imap.ImapMailbox`, which opens folders with EXAMINE alone.
"""

from datetime import datetime

from promisekeeper.core.mail import Role
from promisekeeper.doors.imap import ImapMailbox
from promisekeeper.doors.imapsession import ImapSettings, ask, connect, shut

SEEN = b"\\Seen"


class SentFolder:
    """The sent folder of an account."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings

    def file(self, message_id: str, content: bytes, at: datetime) -> bool:
        """Put a copy there, marked as read (RFC 3501, 6.3.11).

        Args:
            message_id: Looked for first: a server may have kept a copy by itself.

        Returns:
            False where it lies there already.

        Raises:
            MailboxError: Not now; also as `ImapMailbox.read` does.
            FolderNotFoundError: The account has no sent folder.
        """
        mailbox = ImapMailbox(self._settings)
        try:
            folder = mailbox.folder_of(Role.SENT)
            if mailbox.contains(Role.SENT, message_id):
                return False
        finally:
            mailbox.close()
        client = connect(self._settings)
        try:
            ask(
                lambda: client.append(folder, content, flags=(SEEN,), msg_time=at),
                self._settings,
                "APPEND",
            )
        finally:
            shut(client)
        return True
