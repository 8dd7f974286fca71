"""A shop whose agents answer promisekeeper's letters, for tests of answers."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from builders import AGENT, FRIDAY, MONDAY, a_batch, a_draft, a_promise
from fakes import raw_mail
from promisekeeper.core.drafts import Draft
from promisekeeper.core.hours import office_hours
from promisekeeper.core.letters import answers, own_letter, token_for
from promisekeeper.core.mail import Cursor, Page
from promisekeeper.core.mime import read_message
from promisekeeper.core.promise import Promise
from promisekeeper.core.records import Letter, Round
from promisekeeper.core.standing import standing_of
from promisekeeper.core.team import Agent, Team
from promisekeeper.core.tokens import TOKEN, Token, token_text
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.flows.answers import Heard, take_answers
from promisekeeper.flows.replies import Replies, ReplyRules
from promisekeeper.store.ledger import Ledger

ANA = f"Ana Ortiz <{AGENT}>"
CONTROL = "promises@shop.example"
LEAD = "lead@shop.example"
JOSS = "joss@shop.example"
NOW = FRIDAY - timedelta(hours=3)
HOURS = office_hours(ZoneInfo("UTC"))
TEAM = Team(
    agents=(
        Agent(name="Ana Ortiz", addresses=(AGENT, "ana.ortiz@shop.example"), hours=HOURS),
        Agent(name="Joss Lind", addresses=(JOSS,), hours=HOURS),
    ),
    own_domains=("shop.example",),
    control_address=CONTROL,
    hours=HOURS,
)
RULES = ReplyRules(team=TEAM, texts=TemplateTexts(), control=CONTROL, lead=LEAD)
NUMBERS = count(1)


def a_reply(
    text: str,
    *,
    sender: str = ANA,
    to: str = CONTROL,
    subject: str = "Re: your promise",
    id: str = "",
    headers: str = "",
    at: datetime = NOW,
) -> bytes:
    """An answer as a mail program writes it; each has a Message-ID of its own."""
    lines = [
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: {id or f'<answer-{next(NUMBERS)}@shop.example>'}",
        *filter(None, [headers]),
        *([] if "Content-Type" in headers else ["Content-Type: text/plain; charset=utf-8"]),
    ]
    return "\r\n".join([*lines, "", text.replace("\n", "\r\n"), ""]).encode()


def text_of(letter: Letter) -> str:
    return read_message(letter.content, received_at=NOW).text


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


@dataclass
class Desk:
    """A ledger with promises, and letters about them that can be answered."""

    ledger: Ledger
    rules: ReplyRules = RULES
    now: datetime = NOW
    position: int = 0

    def promise(self, number: int = 1) -> Promise:
        return self.ledger.promise(number)

    def a_promise(self, **changes: object) -> Promise:
        (promise,) = self.ledger.record(a_batch(a_promise(**changes)))
        return promise

    def draft(self, **changes: object) -> Draft:
        self.ledger.close_round(Round(drafts=(a_draft(**changes),)), MONDAY)
        return self.ledger.drafts()[-1]

    def a_letter(
        self, *promises: Promise, to: str = AGENT, draft: Draft | None = None, key: str = ""
    ) -> str:
        """A reminder of promises in the agent's inbox, as text with its token."""
        about = promises or (self.promise(),)
        reader = Replies(self.ledger, self.rules, "<x@y>", self.now).reader(to)
        key = key or f"reminder/{next(NUMBERS)}"
        token = token_for(key, reader=reader, step="remind", promises=about, now=self.now)
        token = replace(token, draft_digest=draft.digest if draft else "")
        shown = token_text(token, self.ledger.signing_secret())
        body = draft.body if draft else ""
        slots = {
            "now": self.now,
            "promises": [
                standing_of(one, zone=HOURS.zone, step="soon", draft=body) for one in about
            ],
            "answers": answers(about, can_send=draft is not None),
            "stale_since": None,
            "token": shown,
        }
        letter = own_letter(
            RULES.texts.render("reminder", "en", slots),
            key=key,
            kind="reminder",
            sender=CONTROL,
            reader=reader,
            now=self.now,
            promises=about,
        )
        self.ledger.close_round(Round(letters=(letter,), tokens=(token,)), self.now)
        return text_of(letter)

    def hear(self, *mails: bytes, is_shared: bool = False) -> list[Heard]:
        """What becomes of mails that come in now."""
        first = self.position
        self.position += len(mails)
        page = Page(
            mails=tuple(raw_mail(raw, first + place) for place, raw in enumerate(mails, 1)),
            cursor=Cursor(validity=1, position=self.position),
            has_more=False,
        )
        return list(
            take_answers(
                page,
                folder="control/inbox",
                store=self.ledger,
                rules=self.rules,
                now=self.now,
                is_shared=is_shared,
            )
        )

    def say(
        self,
        words: str,
        letter: str,
        *,
        sender: str = ANA,
        subject: str = "Re: your promise",
        id: str = "",
        headers: str = "",
    ) -> Heard:
        """An agent answers a letter, quoting it below as most programs do."""
        text = f"{words}\n\nOn Fri, 20 Nov 2026 at 13:00, promisekeeper wrote:\n{quoted(letter)}"
        reply = a_reply(text, sender=sender, subject=subject, id=id, headers=headers, at=self.now)
        (heard,) = self.hear(reply)
        return heard

    def letters(self, kind: str = "") -> list[Letter]:
        found = [entry.letter for entry in self.ledger.letters()]
        return [one for one in found if one.kind == kind or not kind]

    def last_text(self) -> str:
        return text_of(self.letters()[-1])

    def token_in(self, text: str) -> Token:
        found = TOKEN.search(text)
        assert found is not None
        token = self.ledger.token(found[1])
        assert token is not None
        return token
