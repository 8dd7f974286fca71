"""Mail -> promises, notes and verdicts in the ledger.

A page of a folder is read, stored in one transaction together with the
folder's new cursor, and then every customer with news is weighed. A crash
anywhere leaves either the page unread or the customer still marked, so the
next round does the same again and comes to the same end.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from promisekeeper.core.ackrecords import Receipt
from promisekeeper.core.deadline import TimeContext, deadline_for
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.language import read_sentence
from promisekeeper.core.mail import Cursor, Page, RawMail, Role
from promisekeeper.core.merging import one_promise
from promisekeeper.core.message import Address, Message
from promisekeeper.core.mime import read_message
from promisekeeper.core.promise import Promise, found_event, promise_key
from promisekeeper.core.quoting import own_words
from promisekeeper.core.reading import Finding, Sentence, SentenceReading
from promisekeeper.core.receivednotes import received_note
from promisekeeper.core.records import Batch, MailNote, Quarantined, SignalKind
from promisekeeper.core.robots import is_automatic
from promisekeeper.core.sentences import split_sentences
from promisekeeper.core.signals import signals_of
from promisekeeper.core.team import Team, author_of, customers_of, is_own_machinery
from promisekeeper.errors import MessageUnreadableError
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.learning import apply_teaching
from promisekeeper.flows.ports import Store
from promisekeeper.flows.reception import received
from promisekeeper.flows.verdicts import settle_news

YOUR_TIME = "your time"
MAX_SEARCHED = 100_000
# Nobody makes as many in one mail; a hostile one must not flood the list.
MAX_PROMISES = 100
# An address that failed long ago may have been mended since.
BOUNCES_COUNT_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a page brought.

    Attributes:
        promises: The new ones, with the ids that the ledger gave them.
        message_ids: Every mail of the page that could be read, seen before or not.
    """

    promises: tuple[Promise, ...] = ()
    message_ids: frozenset[str] = frozenset()
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """One mail, read."""

    note: MailNote
    promises: tuple[Promise, ...] = ()
    receipt: Receipt | None = None


def take_in(
    page: Page, *, folder: str, role: Role, store: Store, rules: IntakeRules, now: datetime
) -> Taken:
    """Read a page, store what it brought with its cursor, and weigh open promises.

    Args:
        folder: Stable name of account and folder; the key of the cursor.

    Returns:
        What was new. A mail that was seen before, or that is our own, is nothing new.
    """
    rules = rules.at(now)
    opened: list[tuple[RawMail, Message]] = []
    quarantined: list[Quarantined] = []
    for raw in page.mails:
        try:
            opened.append((raw, open_mail(raw, now)))
        except MessageUnreadableError as error:
            quarantined.append(set_aside(raw, folder, str(error), now))
    ids = frozenset(message.message_id for _, message in opened)
    seen = set(store.known(ids, role))
    read = []
    for raw, message in opened:
        # The same mail may lie twice on one page: a copy by the server, one by the program.
        if message.message_id in seen or is_own_machinery(message, rules.team):
            continue
        seen.add(message.message_id)
        zone = customer_zone(message, store, rules.team) if role is Role.SENT else None
        try:
            mail = read_safely(message, role, rules, customer_zone=zone)
            if rules.reception is not None:
                note, receipt = received(mail.note, message, raw, store, rules.reception, now)
                mail = replace(mail, note=note, receipt=receipt)
            read.append(mail)
        except MessageUnreadableError as error:
            quarantined.append(set_aside(raw, folder, str(error), now))
    batch = batch_of(read, quarantined, folder=folder, cursor=page.cursor, store=store, now=now)
    new = store.record(batch)
    settle_news(store, rules)
    return Taken(promises=new, message_ids=ids, quarantined=tuple(quarantined))


def batch_of(
    read: Sequence[ReadMail],
    quarantined: Sequence[Quarantined],
    *,
    folder: str,
    cursor: Cursor,
    store: Store,
    now: datetime,
) -> Batch:
    """What a page brought, after what agents have taught, ready to be stored."""
    found = [promise for mail in read for promise in mail.promises]
    learned = apply_teaching(found, store, now)
    return Batch(
        folder=folder,
        cursor=cursor,
        notes=tuple(mail.note for mail in read),
        promises=learned.promises,
        first_events=tuple(found_event(promise) for promise in learned.promises),
        quarantined=tuple(quarantined),
        tellings=learned.tellings,
        lessons=learned.questions,
        found=tuple(promise.key for promise in found),
        receipts=tuple(mail.receipt for mail in read if mail.receipt is not None),
        suppressed=tuple(
            (signal.sentence, f"mail came back: {mail.note.message_id}", mail.note.sent_at)
            for mail in read
            for signal in mail.note.signals
            if signal.kind is SignalKind.BOUNCED and mail.note.sent_at > now - BOUNCES_COUNT_FOR
        ),
    )


def open_mail(raw: RawMail, now: datetime) -> Message:
    """One mail as a message.

    Raises:
        MessageUnreadableError: It cannot be read, for whatever reason.
    """
    if raw.problem:
        raise MessageUnreadableError(raw.problem)
    try:
        return read_message(raw.raw, received_at=raw.received_at or now)
    except MessageUnreadableError:
        raise
    except Exception as error:
        raise MessageUnreadableError(f"{type(error).__name__}: {error}") from error


def set_aside(raw: RawMail, folder: str, problem: str, now: datetime) -> Quarantined:
    """A mail that cannot be read, by name."""
    return Quarantined(
        folder=folder, position=raw.position, problem=problem[:500], at=now, size=raw.size
    )


def says_your_time(message: Message) -> bool:
    """Whether a mail can only be read with the customer's offset."""
    return YOUR_TIME in message.text[:MAX_SEARCHED].lower()


def customer_zone(message: Message, store: Store, team: Team) -> tzinfo | None:
    """The offset of the customer's last mail, where "your time" asks for it."""
    if not says_your_time(message):
        return None
    for customer in customers_of(message, team):
        for note in reversed(store.notes(customer.address)):
            if note.role is Role.INBOX and note.sent_at <= message.sent_at:
                return note.sent_at.tzinfo
    return None


def read_safely(
    message: Message, role: Role, rules: IntakeRules, *, customer_zone: tzinfo | None = None
) -> ReadMail:
    """Read one mail; whatever goes wrong with it, the next one is read.

    Raises:
        MessageUnreadableError: It cannot be read, for whatever reason.
    """
    try:
        return read_mail(message, role, rules, customer_zone=customer_zone)
    except Exception as error:
        raise MessageUnreadableError(f"{type(error).__name__}: {error}") from error


def read_mail(
    message: Message, role: Role, rules: IntakeRules, *, customer_zone: tzinfo | None = None
) -> ReadMail:
    """Read one mail: its note, and the promises where the team sent it.

    Args:
        customer_zone: What "your time" means, where that is known.
    """
    if role is not Role.SENT:
        return ReadMail(note=received_note(message, rules.team))
    return _sent_mail(message, rules, customer_zone)


def _sent_mail(message: Message, rules: IntakeRules, customer_zone: tzinfo | None) -> ReadMail:
    words = own_words(message.text)
    team = rules.team
    agent = author_of(message, words.signature, team) or team.agent_named(rules.agent)
    sentences = () if is_automatic(message) else split_sentences(words.text)
    names = team.names
    readings = [
        read_sentence(
            sentence.text,
            previous=sentences[place - 1].text if place else "",
            following=sentences[place + 1].text if place + 1 < len(sentences) else "",
            subject=message.subject,
            team=names,
        )
        for place, sentence in enumerate(sentences)
    ]
    customers = customers_of(message, team)
    writer = _Writer(
        owner=agent.name if agent else message.sender.name or message.sender.address,
        address=agent.addresses[0] if agent else message.sender.address,
        hours=team.hours_for(agent, message.sent_at),
        customer_zone=customer_zone,
    )
    note = MailNote(
        message_id=message.message_id,
        is_automatic=is_automatic(message),
        role=Role.SENT,
        sent_at=message.sent_at,
        thread=message.thread,
        references=message.references,
        sender=message.sender.address,
        author=writer.owner,
        customers=tuple(person.address for person in customers),
        subject=message.subject,
        signals=signals_of(zip((s.text for s in sentences), readings, strict=True)),
        has_attachment=bool(message.attachments),
    )
    # A stranger's mail that was filed among ours promises nothing in our name.
    if not customers or (team.is_known and not team.is_ours(message.sender.address)):
        return ReadMail(note=note)
    promises = _promises(message, customers[0], sentences, readings, writer, rules)
    if len(promises) > MAX_PROMISES:
        raise ValueError(f"{len(promises)} promises in one mail: is it an attack?")
    return ReadMail(note=note, promises=promises)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    owner: str
    address: str
    hours: WorkingHours
    customer_zone: tzinfo | None


def _promises(
    message: Message,
    customer: Address,
    sentences: Sequence[Sentence],
    readings: Sequence[SentenceReading],
    writer: _Writer,
    rules: IntakeRules,
) -> tuple[Promise, ...]:
    found: list[Promise] = []
    seen: Counter[str] = Counter()
    for place, (sentence, reading) in enumerate(zip(sentences, readings, strict=True)):
        if not reading.promises:
            continue
        seen[sentence.text] += 1
        spans = [finding.span for finding in reading.promises]
        owners = [
            _owner(finding, writer, rules.team, message.sent_at) for finding in reading.promises
        ]
        deadlines = [
            deadline_for(
                finding.span,
                sentence.text,
                TimeContext(
                    sent_at=message.sent_at, hours=owner.hours, customer_zone=owner.customer_zone
                ),
                others=[span for span in spans if span != finding.span],
                previous=sentences[place - 1].text if place else "",
                following=sentences[place + 1].text if place + 1 < len(sentences) else "",
                defaults=rules.defaults,
            )
            for finding, owner in zip(reading.promises, owners, strict=True)
        ]
        finding, deadline = one_promise(reading.promises, deadlines)
        owner = _owner(finding, writer, rules.team, message.sent_at)
        found.append(
            Promise(
                key=promise_key(message.message_id, sentence.text, seen[sentence.text]),
                message_id=message.message_id,
                thread=message.thread,
                words=sentence.text,
                start=finding.span.start,
                end=finding.span.end,
                kind=finding.kind,
                certainty=finding.certainty,
                rule=finding.rule,
                owner=owner.owner,
                owner_address=owner.address,
                customer=customer.address,
                customer_name=customer.name,
                subject=message.subject,
                made_at=message.sent_at,
                deadline=deadline,
                condition=finding.condition.of(sentence.text) if finding.condition else "",
                delegate=finding.delegate,
                is_history=_is_history(message.sent_at, rules),
            )
        )
    return tuple(found)


def _owner(finding: Finding, writer: _Writer, team: Team, at: datetime) -> _Writer:
    """Whoever was named to do it, where that is one of our agents; else the writer."""
    named = team.agent_named(finding.delegate) if finding.delegate else None
    if named is None:
        return writer
    hours = team.hours_for(named, at)
    return replace(writer, owner=named.name, address=named.addresses[0], hours=hours)


def _is_history(sent_at: datetime, rules: IntakeRules) -> bool:
    return rules.history_before is not None and sent_at < rules.history_before
