"""Stand-ins for the doors: a mailbox in a list, a postman who remembers."""

from collections.abc import Callable, Iterable
from datetime import date

from promisekeeper.core.mail import Cursor, Envelope, Handed, Outcome, Page, RawMail, Role
from promisekeeper.errors import FolderNotFoundError, PromisekeeperError


class FakeMailbox:
    """Folders in memory; positions count from 1; a restart renumbers nothing but says so."""

    def __init__(self, **folders: list[bytes]) -> None:
        self.name = "fake"
        self.folders = {Role(role): mails for role, mails in folders.items()}
        self.validity = 1
        self.fails_with: PromisekeeperError | None = None

    def folder_of(self, role: Role) -> str:
        if role not in self.folders:
            raise FolderNotFoundError(f"no {role}")
        return role.value

    def read(
        self, role: Role, after: Cursor | None, *, limit: int = 100, since: date | None = None
    ) -> Page:
        if self.fails_with:
            raise self.fails_with
        mails = self.folders[role]
        is_restart = after is not None and after.validity != self.validity
        start = 0 if after is None or is_restart else after.position
        chosen = mails[start : start + limit]
        return Page(
            mails=tuple(raw_mail(raw, start + place) for place, raw in enumerate(chosen, 1)),
            cursor=Cursor(validity=self.validity, position=start + len(chosen)),
            has_more=start + len(chosen) < len(mails),
            is_restart=is_restart,
        )

    def wait(self, role: Role, timeout_seconds: float) -> None:
        return

    def contains(self, role: Role, message_id: str) -> bool:
        return any(message_id.encode() in raw for raw in self.folders.get(role, []))

    def interrupt(self) -> None:
        return

    def close(self) -> None:
        return


class FakePostman:
    """Gives the outcomes it was told to give, then SENT; remembers every envelope."""

    def __init__(self, outcomes: Iterable[Handed] = ()) -> None:
        self.outcomes = list(outcomes)
        self.carried: list[Envelope] = []

    def send(self, envelope: Envelope, on_data: Callable[[], None]) -> Outcome:
        stage = self.outcomes.pop(0) if self.outcomes else Handed.SENT
        if stage is Handed.UNSENT:
            return Outcome(stage=stage, text="connection refused")
        on_data()
        self.carried.append(envelope)
        return Outcome(stage=stage, code=250 if stage is Handed.SENT else 554, text="said so")

    def interrupt(self) -> None:
        return

    def close(self) -> None:
        return


def raw_mail(raw: bytes, position: int = 1) -> RawMail:
    return RawMail(position=position, raw=raw, size=len(raw))


def a_mail_text(
    text: str,
    *,
    id: str = "<1@shop.example>",
    sender: str = "Ana Ortiz <ana@shop.example>",
    to: str = "Carl Ebner <carl@client.example>",
    date: str = "Mon, 16 Nov 2026 09:00:00 +0000",
    subject: str = "Your invoice",
    answers: str = "",
    headers: str = "",
) -> bytes:
    """A mail as bytes; `answers` is the Message-ID that it replies to."""
    lines = [f"Date: {date}", f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines.append(f"Message-ID: {id}")
    if answers:
        lines += [f"In-Reply-To: {answers}", f"References: {answers}"]
    if headers:
        lines.append(headers)
    return ("\r\n".join([*lines, "", text, ""])).encode()
