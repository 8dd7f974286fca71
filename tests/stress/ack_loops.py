"""Let acknowledgements meet machines that answer, on a real Dovecot and a real Exim.

    PYTHONPATH=tests python tests/stress/ack_loops.py [ROUNDS]

Visitors with a vacation responder (Sieve, and a rude one that answers everything), then two
installations of ours, each the other's visitor and each taking the other for a form. Prints how
many letters any one visitor got, and how many form mails met which end.
"""

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ackshop import AckShop, form_mail, post
from servers.dovecot import Dovecot, running_dovecot
from servers.exim import Exim, running_exim
from servers.tokens import TokenEndpoint

SITE = "forms@site.example"
VACATION = """\
require ["vacation-seconds"];
vacation :seconds 0 :subject "Away" :addresses ["{user}"] "I am away until Monday.";
"""
# Sends every mail on to the shop: as rude as a responder can be.
RUDE = 'require ["copy"];\nredirect :copy "{shop}";\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it.

    Attributes:
        letters_to_a_visitor: The most that any one got.
        answers: How often a responder wrote back to the shop, whatever made it.
        suppressed: Form mails by their end; "sent" are those that were acknowledged.
    """

    visitors: int
    letters_to_a_visitor: int
    answers: int
    suppressed: Counter[str]


def meet_vacations(folder: Path, user: str, dovecot: Dovecot, exim: Exim, rounds: int) -> Result:
    """Visitors who fill in the form in every round, and whose responders answer every letter."""
    shop = AckShop(folder / "shop", user, dovecot, exim, SITE)
    name = user.partition("@")[0]
    visitors = [f"{name}-away@client.example", f"{name}-rude@other.example"]
    dovecot.put_sieve(visitors[0], VACATION.format(user=visitors[0]))
    dovecot.put_sieve(visitors[1], RUDE.format(shop=user))
    for number in range(rounds):
        mails = [form_mail(f"{number}-{n}", email=one) for n, one in enumerate(visitors)]
        # A person's mail to somebody who is away brings the responder's answer back to us.
        for visitor in visitors:
            post(exim, visitor, _a_letter(number, user, visitor), sender=user)
        shop.receive(*mails)
        shop.hold_round()
    shop.hold_round()
    most = max(len(_acknowledgements(dovecot, visitor)) for visitor in visitors)
    return Result(
        visitors=len(visitors),
        letters_to_a_visitor=most,
        answers=sum(b"@site.example>\r\n" not in raw for raw in dovecot.mails(user)),
        suppressed=shop.suppressions(),
    )


def face_each_other(folder: Path, user: str, dovecot: Dovecot, exim: Exim, rounds: int) -> Result:
    """Two installations: each is named as visitor in the other's form, and taken for one."""
    name = user.partition("@")[0]
    ours, theirs = f"{name}-a@one.example", f"{name}-b@two.example"
    shops = (
        AckShop(folder / "one", ours, dovecot, exim, SITE, theirs),
        AckShop(folder / "two", theirs, dovecot, exim, SITE, ours),
    )
    for number in range(rounds):
        for shop, other in (shops, shops[::-1]):
            mail = form_mail(f"{name}-{other.user.partition('@')[0]}-{number}", email=other.user)
            shop.receive(mail)
            shop.hold_round()
    for shop in shops:
        shop.hold_round()
    most = max(len(_acknowledgements(dovecot, shop.user)) for shop in shops)
    both = shops[0].suppressions() + shops[1].suppressions()
    return Result(visitors=2, letters_to_a_visitor=most, answers=0, suppressed=both)


def _a_letter(number: int, sender: str, recipient: str) -> bytes:
    head = f"From: {sender}\r\nTo: {recipient}\r\nSubject: Hello\r\n"
    return f"{head}Message-ID: <{number}-{recipient}>\r\n\r\nGood morning\r\n".encode()


def _acknowledgements(dovecot: Dovecot, user: str) -> list[bytes]:
    return [raw for raw in dovecot.mails(user) if b"\nX-Promisekeeper-Promise:" in raw]


def main() -> None:
    """Run both and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with (
        tempfile.TemporaryDirectory() as folder,
        TokenEndpoint() as tokens,
        running_dovecot(tokens.url) as dovecot,
        running_exim(dovecot.lmtp_port, dovecot.submission_port) as exim,
    ):
        for name, play in (("vacation", meet_vacations), ("two of ours", face_each_other)):
            user = f"{name.split()[0]}@shop.example"
            result = play(Path(folder), user, dovecot, exim, rounds)
            sys.stdout.write(
                f"{name}: {rounds} rounds, {result.visitors} visitors, at most"
                f" {result.letters_to_a_visitor} letter(s) to one,"
                f" {result.answers} answers of responders\n"
            )
            for reason, count in result.suppressed.most_common():
                sys.stdout.write(f"{count:>7}  {reason}\n")


if __name__ == "__main__":
    main()
