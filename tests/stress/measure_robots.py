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
from datetime import UTC, datetime
from pathlib import Path

from promisekeeper.core.message import Message
from promisekeeper.core.mime import read_message
from promisekeeper.core.robots import Side, Verdict, may_answer
from promisekeeper.errors import MessageUnreadableError

RECEIVED_AT = datetime(2026, 6, 1, tzinfo=UTC)
MOST_WRONG = 8
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
    reasons = Counter(one.verdict.reason for one in judged if not one.verdict.may)
    say(f"wrongly answered: {len(wrong)} of {asked}; suppressed: {len(lost)} of {humans} humans")
    say(", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))
    return int(len(wrong) > MOST_WRONG or len(lost) > MOST_SUPPRESSED)


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
