"""Whatever is sent to the control address, no byte of it ever reaches a customer.

Mail to the control address meets one flow, which makes letters to our own side alone. Here it is
given arbitrary mail, with real tokens in it or not, and then everything that could go to a
customer is compared with what was there before.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from answering import ANA, CONTROL, JOSS, LEAD, TEAM, Desk, a_reply, quoted
from builders import AGENT, CUSTOMER, FRIDAY, a_batch, a_promise
from promisekeeper.core.commandwords import PHRASES
from promisekeeper.core.drafts import DraftStage
from promisekeeper.core.headers import parse_addresses, parse_fields, split_block
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Audience
from promisekeeper.store.ledger import Ledger

# What an attacker or a confused program would like to see in a customer's letter.
MARK = "zqxneedle"
OUR_SIDE = {AGENT, "ana.ortiz@shop.example", JOSS, LEAD}

printable = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)
phrases = st.sampled_from([phrase for some in PHRASES.values() for phrase in some])
lines = st.one_of(
    phrases,
    st.builds(lambda word, rest: f"{word} {MARK} {rest}", phrases, printable),
    st.builds(lambda number, word: f"#{number} {word}", st.integers(0, 3), phrases),
    st.sampled_from(["send", "hold", f"drop {MARK}", f"move Tue 14:00 {MARK}", f"give {MARK}"]),
    st.sampled_from(["move Tue 14:00", "give Joss", "snooze 2h", f"done by {MARK}", "undo"]),
    st.builds(lambda text: f"Dear Carl {MARK} {text}", printable),
    printable,
)
bodies = st.lists(lines, max_size=6).map("\n".join)
headers = st.lists(
    st.sampled_from(
        [
            f"Cc: {CUSTOMER}",
            f"Bcc: {CUSTOMER}",
            f"Reply-To: {CUSTOMER}",
            f"Resent-To: {CUSTOMER}",
            f"Sender: {CUSTOMER}",
            f"X-Promisekeeper-Draft: {MARK}",
            f"In-Reply-To: <mail-1@shop.example> {MARK}",
            f"References: <{MARK}@client.example>",
            f"Disposition-Notification-To: {CUSTOMER}",
            f"Return-Path: <{CUSTOMER}>",
            f"Message-ID: <{MARK}@client.example>",
            "Auto-Submitted: auto-replied",
            f"Content-Type: text/html; charset={MARK}",
        ]
    ),
    max_size=3,
    unique=True,
).map("\r\n".join)
senders = st.sampled_from(
    [ANA, ANA, ANA, JOSS, LEAD, CUSTOMER, f"{MARK} <{AGENT}>", f"{AGENT}, {CUSTOMER}", "<>"]
)
recipients = st.sampled_from([CONTROL, f"{CONTROL}, {CUSTOMER}", CUSTOMER, f"{MARK} <{CONTROL}>"])
subjects = st.one_of(st.just(f"Re: {MARK}"), printable.map(lambda text: f"{MARK} {text}"))
kinds = st.sampled_from(["draft", "plain", "several", "none"])
Mail = tuple[str, str, str, str, str, str]
hostile: st.SearchStrategy[Mail] = st.tuples(kinds, bodies, senders, recipients, subjects, headers)
# Half of the mails are heeded, or the other half would only be turned away.
heeded: st.SearchStrategy[Mail] = st.tuples(
    st.sampled_from(["draft", "plain"]),
    st.sampled_from(
        [
            *("send", "hold", "give Joss", "snooze 2h", "undo", "not a promise"),
            *(f"move Tue 14:00, thanks {MARK}", f"drop {MARK}", f"done by {MARK}"),
            *(f"done. {MARK} is told.", f"hold {MARK}", f"give Joss, thanks {MARK}"),
        ]
    ),
    st.sampled_from([ANA, f"{MARK} <{AGENT}>"]),
    st.sampled_from([CONTROL, f"{CONTROL}, {CUSTOMER}"]),
    subjects,
    st.sampled_from(["", f"Reply-To: {CUSTOMER}", f"References: <{MARK}@client.example>"]),
)


def plainly(kind: str, body: str) -> list[Mail]:
    return [(kind, body, f"{MARK} <{AGENT}>", CONTROL, MARK, "")]


@contextmanager
def a_desk() -> Iterator[Desk]:
    with Ledger(":memory:") as ledger:
        one, two = a_promise(), a_promise(key="promise-2", words="I'll call you on Monday.")
        ledger.record(a_batch(one, two))
        yield Desk(ledger)


@example(plainly("draft", "send"), DraftStage.DRAFTED)
@example(plainly("draft", f"hold {MARK}"), DraftStage.ANNOUNCED)
@example(plainly("plain", f"move Tue 14:00, thanks {MARK}"), DraftStage.DRAFTED)
@example(plainly("plain", f"give Joss, thanks {MARK}"), DraftStage.DRAFTED)
@example(plainly("plain", f"drop {MARK}"), DraftStage.DRAFTED)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.one_of(heeded, hostile), max_size=4),
    st.sampled_from([DraftStage.DRAFTED, DraftStage.ANNOUNCED]),
)
def test_no_byte_of_a_control_mail_reaches_a_customer(mails: list[Mail], stage: DraftStage) -> None:
    with a_desk() as desk:
        draft = desk.draft(stage=stage, send_at=FRIDAY)
        letters = {
            "draft": desk.a_letter(draft=draft),
            "plain": desk.a_letter(),
            "several": desk.a_letter(desk.promise(1), desk.promise(2), draft=draft),
            "none": "",
        }
        for kind, body, sender, to, subject, header in mails:
            text = f"{body}\n\nOn Friday, promisekeeper wrote:\n{quoted(letters[kind])}"
            desk.hear(a_reply(text, sender=sender, to=to, subject=subject, headers=header))
        check_customers_see_nothing(desk)
        (after,) = desk.ledger.drafts()
        # Every byte that a customer would get is what it was; only its stage may differ.
        assert after.digest == draft.digest
        assert (after.in_reply_to, after.references) == (draft.in_reply_to, draft.references)
        assert after.recipient_name == draft.recipient_name
        assert not after.is_approved or after.approved_digest == draft.digest


def check_customers_see_nothing(desk: Desk) -> None:
    for entry in desk.ledger.letters():
        assert entry.letter.audience is Audience.AGENT
        assert entry.letter.recipient in OUR_SIDE
        assert TEAM.is_ours(entry.letter.recipient)
        assert entry.letter.sender == CONTROL
        assert entry.letter.draft_id is None
        fields = parse_fields(split_block(entry.letter.content)[0])
        assert not set(fields) & {"cc", "bcc", "resent-to", "resent-cc", "in-reply-to"}
        named = [
            one for name in ("from", "to", "reply-to", "sender") for one in fields.get(name, ())
        ]
        assert all(TEAM.is_ours(person.address) for person in parse_addresses(named))
    for promise in desk.ledger.promises(PromiseQuery()):
        # Drafts are written from these.
        told = (promise.words, promise.subject, promise.customer_name, promise.customer)
        assert MARK not in repr((*told, promise.deadline, promise.owner, promise.condition))
