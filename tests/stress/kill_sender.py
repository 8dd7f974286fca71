"""Kill a busy sender at random moments, on real servers with faults in between, and count.

    PYTHONPATH=tests .venv/bin/python tests/stress/kill_sender.py [--rounds 1000] [--seed 1]

Exim takes the letters and delivers them into Dovecot; between the sender and Exim a proxy drops
connections, also right after the dot, and loses answers. Some letters are put off (4xx) or
refused (5xx), before and after their data. Each round queues letters to agents and customers,
status updates with a new date among them, lets the sender work on them, and ends it with SIGKILL
at a random moment. At last all mailboxes are counted:

* no letter to a customer has come twice;
* none is lost: each has come, or is shown by the outbox as held, failed or waiting;
* a promise in an update is tracked once where the update counts as sent, and else not at all.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from email import message_from_bytes
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import a_batch, a_cursor, a_draft, a_letter, a_promise
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.drafts import DraftStage
from promisekeeper.core.letters import Reader
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Audience, Letter, OutboxLetter, Round, Stage
from promisekeeper.core.sending import Ruling, SendingLimits
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.core.updateletters import update_letter
from promisekeeper.core.updates import UpdatePolicy
from promisekeeper.doors.imap import ImapMailbox, ImapSettings
from promisekeeper.doors.smtp import SmtpPostman, SmtpSettings
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.errors import PromisekeeperError
from promisekeeper.flows.delivery import Dispatch, deliver, resolve_doubts
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.updatefate import fate_of_update, recheck_update
from promisekeeper.flows.updaterules import UpdateRules
from promisekeeper.store.ledger import Ledger
from servers.chaos import ChaosProxy
from servers.dovecot import PASSWORD, Dovecot, running_dovecot
from servers.exim import Exim, running_exim
from servers.loopback import HOST, until

AGENT = "ana@shop.example"
CUSTOMERS = 40
BACKLOG = 200
FOLDERS = ("shop/sent", "shop/inbox")
# A Thursday morning; an hour of it passes in each real minute, so that waiting is short.
START = datetime(2026, 11, 19, 0, 30, tzinfo=UTC)
SPEED = 60
# Two real seconds: many times longer than Exim takes to give a letter to Dovecot.
GRACE = timedelta(minutes=2)
LOST_AFTER_DOT = b"250 OK id="
LATER = timedelta(days=5)
NO_LIMITS = SendingLimits(
    per_hour=10**6,
    per_recipient_per_day=10**6,
    per_customer_per_day=10**6,
    failures_per_hour=10**6,
    flood_per_hour=10**6,
)
FAULTS = (*["none"] * 6, "lose", "lose", "refuse", "split", "drop", "swallow")
RULES = UpdateRules(
    texts=TemplateTexts(),
    intake=IntakeRules(
        team=Team(agents=(Agent(name="Ana", addresses=(AGENT,)),)),
        defaults=FollowUpDefaults(),
        settling=SettlingPolicy(),
    ),
    control="promises@shop.example",
    folders=FOLDERS,
    reader_of=lambda promise, absences, now: Reader(name="Ana", address=AGENT, zone=UTC),
    is_upset=lambda promise, notes: False,
    # However long it runs: what is looked at here is not the customer's sleep.
    policy=UpdatePolicy(quiet_from=time_of_day(23, 59), quiet_until=time_of_day(0)),
)


class Clock:
    """A clock that runs fast, and can be put on."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        gone = timedelta(seconds=SPEED * (time.monotonic() - self._began))
        return START + gone + self.ahead


@dataclass(slots=True)
class Shop:
    """The servers, the proxy before Exim, and the ledger."""

    dovecot: Dovecot
    exim: Exim
    proxy_port: int
    faults: int
    ledger: Path
    clock: Clock = field(default_factory=Clock)

    def set_fault(self, name: str) -> None:
        os.write(self.faults, f"{name}\n".encode())


@contextmanager
def proxy_process(port: int) -> Iterator[tuple[int, int]]:
    """The proxy in a process of its own, so that this one has no threads when it forks.

    Yields:
        Its port, and the pipe that takes the names of faults.
    """
    commands, writing = os.pipe()
    reading, answers = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        proxy = ChaosProxy(port)
        os.write(answers, f"{proxy.port}\n".encode())
        with os.fdopen(commands) as lines:
            for line in lines:
                misbehave(proxy, line.strip())
        os._exit(0)
    os.close(commands)
    with os.fdopen(reading) as lines:
        own_port = int(lines.readline())
    try:
        yield own_port, writing
    finally:
        os.close(writing)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def misbehave(proxy: ChaosProxy, name: str) -> None:
    """Behave so from now on; "none" is well."""
    proxy.is_refusing = name == "refuse"
    proxy.is_swallowing = name == "swallow"
    proxy.lose_answer = LOST_AFTER_DOT if name == "lose" else b""
    proxy.split = 3 if name == "split" else 0
    if name in ("drop", "swallow"):
        proxy.drop()


def queue_letters(shop: Shop, number: int, chance: random.Random) -> None:
    """What a round brings: letters to an agent and to customers, good ones and bad ones."""
    now = shop.clock()
    letters = [plain(f"agent/{number}", AGENT, Audience.AGENT)]
    for place in range(2):
        customer = f"customer{chance.randrange(CUSTOMERS)}@client.example"
        letters.append(plain(f"ack/{number}/{place}", customer, Audience.CUSTOMER))
    bad = chance.choice(["", "", "tempfail", "nouser", "spam", "greylist"])
    if bad in ("tempfail", "nouser"):
        to = f"{bad}@client.example"
        letters.append(plain(f"{bad}/{number}", to, Audience.CUSTOMER))
    elif bad:
        customer = f"customer{chance.randrange(CUSTOMERS)}@client.example"
        letters.append(plain(f"{bad}/{number}", customer, Audience.CUSTOMER, bad))
    with Ledger(shop.ledger) as ledger:
        letters.append(approved_update(ledger, number, now))
        ledger.close_round(Round(letters=tuple(letters)), now)
        for folder in FOLDERS:
            ledger.note_read(folder, now + timedelta(seconds=1))


def plain(key: str, recipient: str, audience: Audience, subject: str = "Hello") -> Letter:
    """A letter whose subject decides what Exim makes of it."""
    message_id = f"<{key.replace('/', '.')}@shop.example>"
    head = f"From: {AGENT}\r\nTo: {recipient}\r\nSubject: {subject}\r\nMessage-ID: {message_id}"
    return a_letter(
        dedupe_key=key,
        message_id=message_id,
        audience=audience,
        recipient=recipient,
        kind="ack" if audience is Audience.CUSTOMER else "digest",
        content=f"{head}\r\n\r\nGood news.\r\n".encode(),
    )


def approved_update(ledger: Ledger, number: int, now: datetime) -> Letter:
    """A status update with a new date, which a person has just approved."""
    customer = f"waiting{number}@client.example"
    promise = a_promise(
        key=f"promise-{number}", customer=customer, made_at=START, due_at=START + LATER
    )
    ledger.record(a_batch(promise))
    made = a_draft(
        promise_key=promise.key,
        stage=DraftStage.APPROVED,
        created_at=now,
        recipient=customer,
        new_due_at=START + 2 * LATER,
        approved_at=now,
        expires_at=START + LATER,
        decided_by="Ana",
    )
    ledger.close_round(Round(drafts=(replace(made, approved_digest=made.digest),)), now)
    return update_letter(ledger.drafts(promise_key=promise.key)[0], now=now)


def dispatch_of(ledger: Ledger) -> Dispatch:
    """What the daemon asks, without limits."""

    def recheck(entry: OutboxLetter, now: datetime) -> Ruling:
        return recheck_update(entry, ledger, RULES, now)

    def consequences(entry: OutboxLetter, stage: Stage, now: datetime, note: str) -> Round:
        return fate_of_update(entry, stage, now, note, store=ledger, rules=RULES)

    return Dispatch(limits=NO_LIMITS, recheck=recheck, consequences=consequences)


def keep_sending(shop: Shop, say: Callable[[], object], is_done: Callable[[Ledger], bool]) -> None:
    """The sender: doubts first, then the queue, again and again."""
    postman = SmtpPostman(
        SmtpSettings(
            host=HOST,
            port=shop.proxy_port,
            security="plain",
            auth="none",
            timeout_seconds=0.5,
            data_timeout_seconds=0.5,
        )
    )
    # Only the agent's inbox is watched: of customers' mailboxes nobody knows anything.
    mailbox = ImapMailbox(
        ImapSettings(
            name="shop",
            host=HOST,
            port=shop.dovecot.imap_port,
            security="plain",
            user=AGENT,
            secret=lambda: PASSWORD,
        )
    )
    say()
    with Ledger(shop.ledger) as ledger:
        while not is_done(ledger):
            dispatch = dispatch_of(ledger)
            for folder in FOLDERS:
                ledger.note_read(folder, shop.clock())
            with suppress(PromisekeeperError):
                resolve_doubts(
                    ledger,
                    lambda wanted: mailbox.contains(Role.INBOX, wanted),
                    now=shop.clock(),
                    grace=GRACE,
                    dispatch=dispatch,
                )
            deliver(ledger, postman, clock=shop.clock, dispatch=dispatch)
            time.sleep(0.01)
    mailbox.close()


def live_and_die(shop: Shop, chance: random.Random) -> None:
    """One life of the sender, ended at a random moment."""
    reading, writing = os.pipe()
    shop.set_fault("none")
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            keep_sending(shop, lambda: os.write(writing, b"."), lambda ledger: False)
        finally:
            os._exit(1)
    os.close(writing)
    must(os.read(reading, 1) == b".", "the sender has started")
    os.close(reading)
    kill_at = time.monotonic() + chance.uniform(0.0, 0.5)
    while time.monotonic() < kill_at:
        shop.set_fault(chance.choice(FAULTS))
        time.sleep(min(0.05, max(0.0, kill_at - time.monotonic())))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    must(os.WIFSIGNALED(status), "it ran until it was killed")


def finish(shop: Shop) -> None:
    """Let the sender work undisturbed until only what Exim puts off for ever is left."""
    shop.set_fault("none")

    def is_done(ledger: Ledger) -> bool:
        waiting = [one for one in ledger.letters(Stage.QUEUED) if not is_put_off(one)]
        return not waiting and not ledger.letters(Stage.IN_DATA)

    for _ in range(6):
        # Whoever waits for the next try has waited long enough now.
        shop.clock.ahead += timedelta(hours=1)
        give_up_at = time.monotonic() + 60

        def is_over(ledger: Ledger, limit: float = give_up_at) -> bool:
            return is_done(ledger) or time.monotonic() > limit

        keep_sending(shop, lambda: None, is_over)


def is_put_off(entry: OutboxLetter) -> bool:
    return entry.letter.dedupe_key.startswith(("tempfail/", "greylist/"))


def copies_in(shop: Shop, address: str) -> Counter[str]:
    """How often each Message-ID lies in somebody's inbox."""
    with shop.dovecot.client(address) as client:
        client.select_folder("INBOX", readonly=True)
        numbers = client.search()
        found = client.fetch(numbers, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]) if numbers else {}
    headers = (
        next(value for name, value in one.items() if b"BODY" in name) for one in found.values()
    )
    return Counter(str(message_from_bytes(raw)["Message-ID"]).strip() for raw in headers)


def count(shop: Shop, kills: int) -> str:
    """Compare outbox and mailboxes; the counts, in words.

    Raises:
        SystemExit: A law is broken.
    """
    with Ledger(shop.ledger) as ledger:
        entries = ledger.letters()
        promises = ledger.promises(PromiseQuery())
    arrived: Counter[str] = Counter()
    for address in sorted({entry.letter.recipient for entry in entries}):
        arrived += copies_in(shop, address)
    twice, silent, doubled, stages = [], [], 0, Counter[str]()
    for entry in entries:
        copies = arrived[entry.letter.message_id]
        is_customer = entry.letter.audience is Audience.CUSTOMER
        stages[f"{entry.letter.audience} {entry.stage}"] += 1
        if is_customer and copies > 1:
            twice.append(entry.letter.dedupe_key)
        if not is_customer and copies > 1:
            doubled += 1
        if entry.stage is Stage.SENT and not copies:
            silent.append(entry.letter.dedupe_key)
        if entry.stage in (Stage.FAILED, Stage.QUEUED, Stage.DROPPED) and copies:
            silent.append(f"{entry.letter.dedupe_key} has come, but is {entry.stage}")
    held = [entry for entry in entries if entry.stage is Stage.HELD]
    held_and_come = sum(bool(arrived[entry.letter.message_id]) for entry in held)
    wrong = wrongly_tracked(entries, promises)
    listed = "".join(f"  {name}: {number}\n" for name, number in sorted(stages.items()))
    text = (
        f"{kills} kills, {len(entries)} letters\n{listed}"
        f"customer letters twice: {len(twice)}\n"
        f"letters lost silently: {len(silent)}\n"
        f"held, and listed by the outbox: {len(held)} ({held_and_come} of them have come)\n"
        f"agents' letters twice: {doubled}\n"
        f"promises in updates tracked wrongly: {len(wrong)}\n"
    )
    stuck = [one for one in entries if one.stage is Stage.IN_DATA]
    must(not (twice or silent or wrong or stuck), f"{text}{twice}{silent}{wrong}{stuck}")
    return text


def wrongly_tracked(entries: tuple[OutboxLetter, ...], promises: tuple[Promise, ...]) -> list[str]:
    """Updates whose promise was not tracked exactly once, or was although nobody sent it."""
    by_key = {promise.key: promise for promise in promises}
    new = Counter(promise.moved_from for promise in promises)
    wrong = []
    for entry in entries:
        if entry.letter.kind != "update":
            continue
        (key,) = entry.letter.promise_keys
        is_sent = entry.stage is Stage.SENT
        is_moved = by_key[key].state is State.MOVED
        if is_moved is not is_sent or new[key] != int(is_sent):
            wrong.append(f"{key}: {entry.stage}, {by_key[key].state}, {new[key]} new")
    return wrong


def must(is_true: bool, law: str) -> None:
    """Stop with the law that was broken."""
    if not is_true:
        raise SystemExit(f"BROKEN: {law}")


def main() -> None:
    """Kill, finish, and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with (
        running_dovecot(f"http://{HOST}:1/") as dovecot,
        running_exim(dovecot.lmtp_port) as exim,
        proxy_process(exim.port) as (port, faults),
        tempfile.TemporaryDirectory() as folder,
    ):
        shop = Shop(dovecot, exim, port, faults, Path(folder) / "ledger.db")
        with Ledger(shop.ledger) as ledger:
            for name in FOLDERS:
                ledger.record(a_batch(folder=name, cursor=a_cursor()))
        for number in range(options.rounds):
            if is_keeping_up(shop):
                queue_letters(shop, number, chance)
            live_and_die(shop, chance)
        finish(shop)
        until(lambda: queue_is_empty(exim), "Exim has delivered all", 60)
        sys.stdout.write(f"seed {options.seed}: {count(shop, options.rounds)}")


def is_keeping_up(shop: Shop) -> bool:
    """Whether the sender could still work off what waits."""
    with Ledger(shop.ledger) as ledger:
        waiting = [one for one in ledger.letters(Stage.QUEUED) if not is_put_off(one)]
    return len(waiting) < BACKLOG


def queue_is_empty(exim: Exim) -> bool:
    """Whether Exim has nothing left to deliver."""
    return not any(exim.spool.glob("input/**/*-H"))


if __name__ == "__main__":
    main()
