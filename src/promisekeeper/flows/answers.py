"""Mail at the control address -> what agents say of promises, each answer once.

A mail is read, its right to answer is checked, its commands become deeds, and all that follows is
stored in one transaction: the deeds, the spent token, the letter that confirms them, and that this
mail was dealt with. A crash before it changes nothing; after it, the mail is known.

No letter to a customer is made here. What a mail says reaches promises as a verdict, a time that
was read, an agent of ours or a reason for the history; never a draft, whose text is edited by a
command alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core.answering import (
    REPORTS,
    WORDS_ALONE,
    Credentials,
    Refusal,
    credentials_of,
    is_for_control,
    machine_of,
    names_control,
    own_ids,
)
from promisekeeper.core.commands import Orders, read_orders
from promisekeeper.core.corrections import Voice
from promisekeeper.core.mail import Page, RawMail
from promisekeeper.core.message import Message
from promisekeeper.core.promise import ACTOR, Event, Evidence
from promisekeeper.core.quoting import own_words
from promisekeeper.core.records import Answer, Audience, Batch, Mark, Quarantined, Round
from promisekeeper.core.signals import bounced_addresses
from promisekeeper.core.tokens import Token
from promisekeeper.errors import MessageUnreadableError, StoreError, TemplateError
from promisekeeper.flows.deeds import together
from promisekeeper.flows.intake import open_mail, set_aside
from promisekeeper.flows.orders import Asked, Decision, OrderDesk
from promisekeeper.flows.ports import Store
from promisekeeper.flows.replies import Problem, Replies, ReplyRules

DONE, UNCLEAR, PREVIEWED = "done", "unclear", "previewed"
OLD, AUTOMATIC, BOUNCED = "old", "automatic", "bounced"
# Whoever reads a mailbox for the first time, or once more, answers no letters of last month.
MAX_AGE = timedelta(days=30)
# How often to decide anew because somebody was quicker.
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of one mail at the control address, for the log.

    Attributes:
        outcome: "done", "unclear", "previewed", "automatic", "bounced", "old", or a refusal.
        reason: By which rule a machine wrote it.
    """

    message_id: str
    outcome: str
    reason: str = ""
    promise_keys: tuple[str, ...] = ()


def take_answers(
    page: Page,
    *,
    folder: str,
    store: Store,
    rules: ReplyRules,
    now: datetime,
    is_shared: bool,
) -> tuple[Heard, ...]:
    """Deal with a page of mails, each once; the cursor moves where nobody else reads the folder.

    Args:
        folder: Stable name of account and folder; the key of the cursor.
        is_shared: Other mail lies there too: only what is for the control address is looked at,
            and whoever reads the rest moves the cursor.
    """
    heard: list[Heard] = []
    quarantined: list[Quarantined] = []
    for raw in page.mails:
        # Most mail in a shared folder is none of ours, and reading it whole costs time.
        if is_shared and not names_control(raw.raw, rules.control):
            continue
        try:
            message = open_mail(raw, now)
            if is_shared and not is_for_control(message, rules.control):
                continue
            if not store.answered([message.message_id]):
                heard.append(_deal_with(message, raw, store, rules, now))
        except (MessageUnreadableError, TemplateError) as error:
            quarantined.append(set_aside(raw, folder, str(error), now))
    if quarantined or not is_shared:
        cursor, aside = None if is_shared else page.cursor, tuple(quarantined)
        store.record(Batch(folder=folder, cursor=cursor, quarantined=aside))
    return tuple(heard)


def _deal_with(
    message: Message, raw: RawMail, store: Store, rules: ReplyRules, now: datetime
) -> Heard:
    """Deal with one mail; whatever goes wrong with it, the next one is read.

    Raises:
        MessageUnreadableError: It cannot be read, for whatever reason.
        TemplateError: A letter in answer to it cannot be put into words.
        StoreError: The ledger cannot be written now; the mail is read again later.
    """
    hearing = _Hearing(message=message, raw=raw, store=store, rules=rules, now=now)
    try:
        for _ in range(TRIES):
            decided, heard = hearing.decide()
            if store.close_round(decided, now) or store.answered([message.message_id]):
                return heard
    except (StoreError, TemplateError):
        raise
    except Exception as error:
        raise MessageUnreadableError(f"{type(error).__name__}: {error}") from error
    raise MessageUnreadableError("what it is about changed again and again: answer it once more")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hearing:
    """One mail at the control address, on its way to a decision."""

    message: Message
    raw: RawMail
    store: Store
    rules: ReplyRules
    now: datetime

    def decide(self) -> tuple[Round, Heard]:
        """What is to be stored of it now, and what became of it."""
        message = self.message
        orders = read_orders(own_words(message.text).text)
        machine = machine_of(message, self.rules.control, self.rules.team)
        # A person may write what sounds like a notice; with a clear command it is none.
        if machine and not (machine in WORDS_ALONE and orders.are_clear):
            return self._machine(machine)
        if (self.raw.received_at or message.sent_at) < self.now - MAX_AGE:
            return self._ended(OLD)
        credentials = self._credentials()
        if credentials.refusal is not None or credentials.token is None:
            return self._refused(credentials)
        return self._ordered(credentials.token, orders)

    def _credentials(self) -> Credentials:
        return credentials_of(
            self.message,
            self.store.token,
            secret=self.store.signing_secret(),
            team=self.rules.team,
            authserv_id=self.rules.authserv_id,
            now=self.now,
        )

    @property
    def _replies(self) -> Replies:
        return Replies(self.store, self.rules, self.message.message_id, self.now)

    def _ordered(self, token: Token, orders: Orders) -> tuple[Round, Heard]:
        sender = self.message.sender.address
        agent = self.rules.team.agent_at(token.agent)
        said = "; ".join(command.line for command in orders.commands)
        voice = Voice(
            actor=agent.name if agent else token.agent,
            now=self.now,
            evidence=Evidence(message_id=self.message.message_id, sentence=said),
        )
        desk = OrderDesk(store=self.store, team=self.rules.team, token=token, voice=voice)
        asked = desk.asked()
        decision = desk.decide(orders, asked) if orders.are_clear else Decision()
        if decision.problems or not orders.are_clear:
            return self._unclear(desk, orders, asked, decision.problems)
        if decision.previews:
            return self._previewed(token, decision)
        reader = self._replies.reader(sender)
        letters = [self._replies.confirmation(reader, decision.outcomes, orders.talk)]
        for promise in decision.gifts:
            owner = self._replies.owner_of(promise)
            letters.append(self._replies.given(owner, promise, voice.actor))
        decided, heard = self._ended(DONE, token=token, said=said, letters=letters)
        done = together(decision.rounds)
        spent = replace(done, spent=(token.name,))
        return _joined(spent, decided), heard

    def _unclear(
        self,
        desk: OrderDesk,
        orders: Orders,
        asked: Sequence[Asked],
        problems: Sequence[Problem],
    ) -> tuple[Round, Heard]:
        """Nothing is done but to hold what was announced; the token can be used again."""
        faults = [Problem(line=one.line, reason=one.fault.value) for one in orders.faults]
        held = desk.held(asked)
        letter = self._replies.explanation(
            self._replies.reader(self.message.sender.address),
            desk.token,
            [one.shown for one in asked],
            [*faults, *problems],
            talk=orders.talk,
            held=[outcome.promise for outcome in held.outcomes],
        )
        decided, heard = self._ended(UNCLEAR, token=desk.token, letters=[letter])
        return _joined(together(held.rounds), decided), heard

    def _previewed(self, token: Token, decision: Decision) -> tuple[Round, Heard]:
        """Nothing is done: what was to be sent has another text than the letter had shown."""
        reader = self._replies.reader(self.message.sender.address)
        letters = [self._replies.preview(reader, *shown) for shown in decision.previews[:1]]
        return self._ended(PREVIEWED, token=token, letters=letters)

    def _refused(self, credentials: Credentials) -> tuple[Round, Heard]:
        """Tell an agent of ours why; nobody else is ever answered."""
        refusal, token = credentials.refusal or Refusal.NO_TOKEN, credentials.token
        keys = token.promise_keys if token else ()
        promises = self.store.promises_by_key(keys)
        events = tuple(
            Event(
                promise_key=promise.key,
                at=self.now,
                actor=ACTOR,
                action="answer refused",
                state=promise.state,
                note=refusal.value,
            )
            for promise in promises
        )
        letters = []
        sender = self.message.sender.address
        if refusal is Refusal.SHARED_SENDER and token is not None:
            # Whoever of them it was: the letter was one agent's, who is told at their own address.
            sender = token.agent
        if self.rules.team.agent_at(sender) is not None:
            # Only the old right is gone: whoever holds it may have a new one.
            renewed = promises if refusal in (Refusal.SPENT, Refusal.EXPIRED) else ()
            letters.append(self._replies.refusal(self._replies.reader(sender), refusal, renewed))
        decided, heard = self._ended(refusal.value, token=token, letters=letters)
        return replace(decided, events=events), heard

    def _machine(self, reason: str) -> tuple[Round, Heard]:
        """A machine's mail does nothing, but for a report that an agent cannot be reached."""
        if reason in REPORTS:
            decided, keys = self._bounced()
            if keys is not None:
                ended, heard = self._ended(BOUNCED)
                heard = replace(heard, reason=reason, promise_keys=keys)
                return _joined(decided, ended), heard
        decided, heard = self._ended(AUTOMATIC)
        return decided, replace(heard, reason=reason)

    def _bounced(self) -> tuple[Round, tuple[str, ...] | None]:
        """What follows where a letter of ours to our own side came back; None where none did."""
        lost = bounced_addresses(self.message)
        text = self.raw.raw.decode("latin-1")
        for message_id in own_ids(text, self.rules.control):
            entry = self.store.letter(message_id)
            # Only what we really sent there can come back from there.
            if entry is None or entry.letter.audience is not Audience.AGENT:
                continue
            address = entry.letter.recipient
            if address in lost:
                return self._unreachable(address, entry.letter.promise_keys)
        return Round(), None

    def _unreachable(self, address: str, keys: tuple[str, ...]) -> tuple[Round, tuple[str, ...]]:
        promises = self.store.promises_by_key(keys)
        mark = f"unreachable/{address}/{self.now:%Y-%m}"
        events = tuple(
            Event(
                promise_key=promise.key,
                at=self.now,
                actor=ACTOR,
                action="letter came back",
                state=promise.state,
                note=f"{address} cannot be reached",
            )
            for promise in promises
        )
        decided = Round(marks=(Mark(name=mark, at=self.now),), events=events)
        lead, agent = self._replies.the_lead(), self._replies.reader(address)
        if lead is None or lead.address == address or self.store.marked([mark]):
            return decided, keys
        return _joined(decided, self._replies.unreachable(lead, agent, promises)), keys

    def _ended(
        self,
        outcome: str,
        *,
        token: Token | None = None,
        said: str = "",
        letters: Sequence[Round] = (),
    ) -> tuple[Round, Heard]:
        """That the mail was dealt with, and the letters in answer to it."""
        sender = self.message.sender.address
        answer = Answer(
            message_id=self.message.message_id,
            at=self.now,
            outcome=outcome,
            sender=sender if self.rules.team.agent_at(sender) else "",
            token=token.name if token else "",
            said=said,
        )
        keys = token.promise_keys if token else ()
        heard = Heard(message_id=self.message.message_id, outcome=outcome, promise_keys=keys)
        return _joined(Round(answers=(answer,)), *letters), heard


def _joined(first: Round, *others: Round) -> Round:
    """A round with the letters, tokens, answers, marks and lines of history of others."""
    rest = (first, *others)
    return replace(
        first,
        letters=tuple(one for it in rest for one in it.letters),
        tokens=tuple(one for it in rest for one in it.tokens),
        answers=tuple(one for it in rest for one in it.answers),
        marks=tuple(one for it in rest for one in it.marks),
        events=tuple(one for it in rest for one in it.events),
    )
