"""Make the mailbox of a small support team: Maildirs Sent and INBOX, all of it invented.

    .venv/bin/python tests/stress/make_mailbox.py FOLDER [MAILS] [SEED]

25 % plain, 60 % multipart, 10 % with an attachment, 5 % forwarded; 12 % of the mails are the
team's and hold a promise; conversations of two to eight mails over two years. The same seed
makes the same mails. Prints what was made, as JSON.
"""

import base64
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from textwrap import fill

FIRST_DAY = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
DAYS = 700
PROMISE_SHARE = 0.12
# Of the mails of the team alone, who write a little less than half.
SENT_PROMISE_SHARE = PROMISE_SHARE / 0.456
SHAPES = {"plain": 25, "multipart": 60, "attachment": 10, "forwarded": 5}
AGENTS = (
    ("Ana Ortiz", "ana@shop.example"),
    ("Ben Adler", "ben@shop.example"),
    ("Dana Fox", "dana@shop.example"),
)
_NAMES = "Carl Eva Omar Lena Paul Rita Sven Tara Ugo Vera Walt Xenia Yann Zoe Hugo Iris"
_SURNAMES = "Ebner Fuchs Gray Hill Ivers Jansen Kent Lund Moss Nash Olsen Park Quist Reed"
_KINDS = "new old blue spare large small annual monthly printed signed second missing urgent"
_THINGS = (
    "invoice;cable;contract;login;refund;quote;printer;order;report;subscription;"
    "delivery note;colour sample;price list;warranty card;manual;account"
)
_PLACES = "warehouse;workshop;accounts department;front desk;supplier;carrier"
NAMES, SURNAMES, KINDS = _NAMES.split(), _SURNAMES.split(), _KINDS.split()
THINGS, PLACES = _THINGS.split(";"), _PLACES.split(";")
# Hardly any sentence comes twice, as in real mail, of which five in six were never read before.
TALK = (
    "The {thing} of {person} came through the {place} on the usual day.",
    "As far as {person} can see, the {other} was changed twice last month.",
    "Our {place} keeps a copy of each {other} that {person} signs.",
    "Did the number on the {other} match the one that {person} wrote down?",
    "Please check the label of the {other} that {person} has; it begins with a letter.",
    "There were {number} entries in the list of {person}, and only one of them looked odd.",
    "Your colleague {person} told us on the phone that the old {other} was never used.",
    "The {place} of {person} is closed on public holidays.",
    "I looked through the notes of {person} and found order {number} of the spring.",
    "It is good to hear that the {other} works well for {person}.",
    "The error says that the {other} cannot be opened by {person}.",
    "Version {number} of the software has a page for the {other} under Settings.",
    "Could you tell us whether the {other} belongs to {person}?",
    "We had the same question from {person}, and it was the {other}.",
    "The amount of {number}.50 was booked under the {other}.",
    "In the meantime the web page shows {person} the state of every {other}.",
    "A restart of the {other} helped in most cases that {person} knows of.",
    "If the light blinks, the {other} of {person} needs a new battery.",
)
ASKS = (
    "could you have a look at the {thing}?",
    "we still wait for the {thing} and wonder where it is.",
    "the {thing} does not work since Monday.",
    "please send us a new {thing}.",
    "nobody here can find the {thing}, can you?",
)
PROMISES = (
    "I'll send you the {thing} by Friday.",
    "I will get back to you about the {thing} tomorrow.",
    "We'll have the {thing} ready within two business days.",
    "You will have the {thing} by the end of the week.",
    "I'll check with the {place} and let you know by Wednesday.",
    "I'll look into the {thing} and come back to you.",
    "We will call you about the {thing} next week.",
    "Once you send us the number, I'll order the {thing}.",
    "I should have the {thing} by Tuesday noon.",
    "I'll ask the {place} and update you shortly.",
)
DELIVERIES = (
    "Here is the {thing}, as promised.",
    "I have sent the {thing} this morning.",
    "The {thing} is now fixed.",
    "Attached is the {thing} you asked for.",
)
HOLDING = ("We are still looking into the {thing}.", "No news about the {thing} yet, sorry.")
STYLE = "font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:1.5;color:#2b2b2b"


@dataclass(slots=True)
class Talk:
    """One conversation so far."""

    customer: str
    address: str
    agent: tuple[str, str]
    thing: str
    at: datetime
    ids: list[str] = field(default_factory=list)
    last_text: str = ""
    owes: bool = False


@dataclass(slots=True)
class Maker:
    """Writes mails, oldest first, and counts them."""

    folder: Path
    chance: random.Random
    made: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def sentence(self, choices: tuple[str, ...], talk: Talk) -> str:
        return self.chance.choice(choices).format(
            thing=talk.thing,
            other=f"{self.chance.choice(KINDS)} {self.chance.choice(THINGS)}",
            person=f"{self.chance.choice(NAMES)} {self.chance.choice(SURNAMES)}",
            place=self.chance.choice(PLACES),
            number=self.chance.randrange(100, 9_000),
        )

    def step(self, talk: Talk) -> None:
        """The next mail of a conversation: customer and agent take turns."""
        is_sent = len(talk.ids) % 2 == 1
        message_id = f"<{len(talk.ids)}.{self.chance.getrandbits(60):x}@mail.example>"
        paragraphs = self.agent_says(talk) if is_sent else self.customer_says(talk)
        raw = self.mail(talk, message_id, paragraphs, is_sent=is_sent)
        role = "Sent" if is_sent else "INBOX"
        number = sum(self.made[name] for name in ("Sent", "INBOX"))
        name = f"{int(talk.at.timestamp())}.M{number}P1.shop.example:2,S"
        (self.folder / role / "cur" / name).write_bytes(raw)
        self.made[role] += 1
        self.size += len(raw)
        talk.ids.append(message_id)
        talk.last_text = "\n\n".join(paragraphs)

    def agent_says(self, talk: Talk) -> list[str]:
        text = [self.sentence(TALK, talk) for _ in range(self.chance.randint(3, 12))]
        if talk.owes and self.chance.random() < 0.75:
            text.insert(0, self.sentence(DELIVERIES, talk))
            talk.owes = False
        elif talk.owes and self.chance.random() < 0.5:
            text.insert(0, self.sentence(HOLDING, talk))
        if self.chance.random() < SENT_PROMISE_SHARE:
            text.insert(self.chance.randint(0, len(text)), self.sentence(PROMISES, talk))
            talk.owes = True
            self.made["with a promise"] += 1
        name, address = talk.agent
        signature = f"Kind regards,\n{name}\n\n-- \nThe Shop, 1 High Street\n{address}"
        return [f"Hello {talk.customer.split()[0]},", *self.paragraphs(text), signature]

    def customer_says(self, talk: Talk) -> list[str]:
        text = [self.sentence(TALK, talk) for _ in range(self.chance.randint(1, 6))]
        return ["Hello,", self.sentence(ASKS, talk), *self.paragraphs(text), talk.customer]

    def paragraphs(self, sentences: list[str]) -> list[str]:
        size = self.chance.randint(2, 4)
        groups = [sentences[at : at + size] for at in range(0, len(sentences), size)]
        return [fill(" ".join(group), 76) for group in groups]

    def mail(self, talk: Talk, message_id: str, paragraphs: list[str], *, is_sent: bool) -> bytes:
        customer, agent = f"{talk.customer} <{talk.address}>", "{} <{}>".format(*talk.agent)
        subject = f"The {talk.thing}"
        shape = self.chance.choices(tuple(SHAPES), tuple(SHAPES.values()))[0]
        self.made[shape] += 1
        head = [
            f"Return-Path: <{talk.agent[1] if is_sent else talk.address}>",
            *self.received(talk.at),
            f"Date: {format_datetime(talk.at)}",
            f"From: {agent if is_sent else customer}",
            f"To: {customer if is_sent else agent}",
            f"Subject: {'Re: ' if talk.ids else ''}{'Fwd: ' * (shape == 'forwarded')}{subject}",
            f"Message-ID: {message_id}",
            "User-Agent: Invented Mail 4.2",
            "MIME-Version: 1.0",
        ]
        if talk.ids:
            head += [f"In-Reply-To: {talk.ids[-1]}", "References: " + "\n ".join(talk.ids[-8:])]
        text = self.with_quote(talk, paragraphs, shape)
        return "\n".join([*head, self.body(text, shape)]).encode()

    def received(self, at: datetime) -> list[str]:
        return [
            f"Received: from mx{hop}.mail.example (mx{hop}.mail.example [192.0.2.{hop}])\n"
            f"\tby mx{hop + 1}.mail.example with ESMTPS id {self.chance.getrandbits(48):x};\n"
            f"\t{format_datetime(at + timedelta(seconds=hop))}"
            for hop in range(self.chance.randint(2, 4))
        ]

    def with_quote(self, talk: Talk, paragraphs: list[str], shape: str) -> str:
        text = "\n\n".join(paragraphs)
        if not talk.last_text:
            return text
        if shape == "forwarded":
            mark = "---------- Forwarded message ---------\n"
            people = f"From: {talk.customer} <{talk.address}>\nDate: {talk.at:%a, %d %b %Y %H:%M}\n"
            return f"{text}\n\n{mark}{people}Subject: The {talk.thing}\n\n{talk.last_text}"
        quoted = "\n".join(f"> {line}" for line in talk.last_text.splitlines())
        return f"{text}\n\nOn {talk.at:%a, %d %b %Y at %H:%M} {talk.customer} wrote:\n{quoted}"

    def body(self, text: str, shape: str) -> str:
        plain = f'Content-Type: text/plain; charset="utf-8"\n\n{text}\n'
        if shape in ("plain", "forwarded"):
            return plain
        html = f'Content-Type: text/html; charset="utf-8"\n\n{self.html(text)}\n'
        both = self.parts("alternative", "b1", plain, html)
        if shape == "multipart":
            return both
        return self.parts("mixed", "b2", both, self.attachment())

    def parts(self, kind: str, boundary: str, *parts: str) -> str:
        boundary += f"-{self.chance.getrandbits(60):x}"
        joined = "".join(f"--{boundary}\n{part}\n" for part in parts)
        return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{joined}--{boundary}--\n'

    def html(self, text: str) -> str:
        """As heavy as mail programs make it: a style on each line, and a long style sheet."""
        sheet = "\n".join(
            f".c{number} {{{STYLE};margin:0 {number}px}}"
            for number in range(self.chance.randint(40, 160))
        )
        lines = "\n".join(f'<p style="{STYLE}">{line}</p>' for line in text.splitlines())
        return f"<html><head><style>\n{sheet}\n</style></head><body>\n{lines}\n</body></html>"

    def attachment(self) -> str:
        content = self.chance.randbytes(self.chance.randint(10_000, 215_000))
        lines = base64.encodebytes(content).decode()
        name = f"file-{self.chance.randrange(1_000)}.pdf"
        return (
            f'Content-Type: application/pdf; name="{name}"\n'
            f'Content-Disposition: attachment; filename="{name}"\n'
            f"Content-Transfer-Encoding: base64\n\n{lines}"
        )


def conversations(mails: int, chance: random.Random) -> list[tuple[Talk, int]]:
    """Who talks with whom about what, from when on, and for how many mails."""
    customers = [
        (
            f"{chance.choice(NAMES)} {chance.choice(SURNAMES)}",
            f"person{number}@client{number % 400}",
        )
        for number in range(max(4, mails // 12))
    ]
    found: list[tuple[Talk, int]] = []
    left = mails
    while left:
        name, address = chance.choice(customers)
        length = min(left, chance.randint(2, 8))
        start = FIRST_DAY + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        talk = Talk(
            customer=name,
            address=f"{address}.example",
            agent=chance.choice(AGENTS),
            thing=f"{chance.choice(KINDS)} {chance.choice(THINGS)}",
            at=start,
        )
        found.append((talk, length))
        left -= length
    return found


def make_mailbox(folder: Path, mails: int, seed: int = 42) -> dict[str, float]:
    """Write the mailbox; returns how many of each kind were made, and the mean size."""
    chance = random.Random(seed)
    for role in ("Sent", "INBOX"):
        for place in ("cur", "new", "tmp"):
            (folder / role / place).mkdir(parents=True)
    maker = Maker(folder=folder, chance=chance)
    due: list[tuple[datetime, int, Talk]] = []
    for number, (talk, length) in enumerate(conversations(mails, chance)):
        at = talk.at
        for _ in range(length):
            due.append((at, number, talk))
            at += timedelta(minutes=chance.randint(20, 4 * 24 * 60))
    for at, _, talk in sorted(due, key=lambda step: step[:2]):
        talk.at = at
        maker.step(talk)
    return {**maker.made, "mails": mails, "mean_bytes": maker.size // mails}


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    made = make_mailbox(Path(sys.argv[1]), count, int(sys.argv[3]) if len(sys.argv) > 3 else 42)
    sys.stdout.write(json.dumps(made) + "\n")
