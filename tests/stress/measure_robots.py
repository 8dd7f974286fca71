"""Judge the mails beside the repository by `core.robots`: who would be answered wrongly?

    python tests/stress/measure_robots.py [--shared ../shared] [--show]

Not a test: the mails belong to other projects and stay outside this repository. Each mail is
judged by the rules alone, as if it had come to a form's address; then each comes ten times, a
minute apart, with the limits on.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from promisekeeper.core.ackrecords import Receipt
from promisekeeper.core.acks import AckLimits, Queue
from promisekeeper.core.forms import Form
from promisekeeper.core.hours import office_hours
from promisekeeper.core.message import Address, Message
from promisekeeper.core.mime import read_message
from promisekeeper.core.records import Batch
from promisekeeper.core.robots import Side, Verdict, may_answer
from promisekeeper.core.visitors import one_mailbox
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.errors import MessageUnreadableError
from promisekeeper.flows.acknowledge import ENABLED, AckRules, acknowledge
from promisekeeper.store.ledger import Ledger

RECEIVED_AT = datetime(2026, 6, 1, tzinfo=UTC)
MOST_WRONG = 8
TIMES = 10
MOST_SUPPRESSED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One mail of the index with what the rules say of it."""

    path: str
    kind: str
    must_answer: bool
    message: Message | None
    verdict: Verdict


def main() -> int:
    """Print the figures; exit 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--show", action="store_true", help="name every mail judged wrongly")
    options = parser.parse_args()
    fixtures = options.shared / "mail" / "fixtures"
    if not (fixtures / "index.jsonl").exists():
        say(f"{fixtures} is not here: nothing to measure")
        return 0
    judged = list(judge(fixtures))
    wrong = [
        one
        for one in judged
        if one.verdict.may and not one.must_answer and one.kind != "contact_form_attack"
    ]
    asked = sum(not one.must_answer and one.kind != "contact_form_attack" for one in judged)
    lost = [
        one for one in judged if one.kind == "human" and one.must_answer and not one.verdict.may
    ]
    humans = sum(one.kind == "human" and one.must_answer for one in judged)
    if options.show:
        show("answered wrongly", wrong)
        show("a person, not answered", lost)
    letters, senders = repeat(wrong)
    say(f"each of them ten times, limits on: {letters} letters to {senders} wrong senders")
    reasons = Counter(one.verdict.reason for one in judged if not one.verdict.may)
    say(f"wrongly answered: {len(wrong)} of {asked}; suppressed: {len(lost)} of {humans} humans")
    say(", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))
    is_over = len(wrong) > MOST_WRONG or len(lost) > MOST_SUPPRESSED or letters > senders
    return int(is_over)


def judge(fixtures: Path) -> Iterator[Judged]:
    """Every mail that has a label."""
    for line in (fixtures / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["must_auto_ack"] is None:
            continue
        raw = (fixtures / entry["path"]).read_bytes()
        own = frozenset(address.lower() for address in entry.get("own_addresses", ()))
        side = Side(addresses=own, must_be_addressed=bool(own))
        message: Message | None = None
        verdict = Verdict(reason="unreadable", source="RFC 5322")
        try:
            message = read_message(raw, received_at=RECEIVED_AT)
            verdict = may_answer(message, side, size=len(raw))
        except MessageUnreadableError:
            pass
        yield Judged(
            path=entry["path"],
            kind=entry["kind"],
            must_answer=entry["must_auto_ack"],
            message=message,
            verdict=verdict,
        )


def repeat(wrong: list[Judged]) -> tuple[int, int]:
    """How many letters go out if every one of these comes ten times, a minute apart."""
    addresses = [one.message.sender.address for one in wrong if one.message is not None]
    form = Form(id="any", senders=(), labels={})
    queue = Queue(name="", address="a@shop.example", hours=office_hours(UTC))
    rules = AckRules(
        limits=AckLimits(),
        forms={"any": form},
        queues={"any": queue},
        sender=Address(address="help@shop.example"),
        company="",
        texts=TemplateTexts(),
    )
    with Ledger(":memory:") as ledger:
        ledger.set_ack_setting(ENABLED, datetime(2020, 1, 1, tzinfo=UTC).isoformat())
        for turn in range(TIMES):
            at = RECEIVED_AT + timedelta(minutes=turn)
            receipts = tuple(
                Receipt(
                    message_id=f"<{turn}-{number}@x>",
                    thread=f"<{turn}-{number}@x>",
                    received_at=at,
                    form="any",
                    address=address,
                )
                for number, address in enumerate(addresses)
            )
            ledger.record(Batch(folder="measure", receipts=receipts))
            acknowledge(ledger, rules=rules, now=at)
        return len(ledger.letters()), len({one_mailbox(address) for address in addresses})


def show(title: str, mails: list[Judged]) -> None:
    """Name the mails."""
    for one in mails:
        subject = one.message.subject if one.message else ""
        sender = one.message.sender.address if one.message else ""
        say(f"{title}: {one.path} [{one.kind}] {one.verdict.reason} {sender} {subject!r}")


def say(text: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
