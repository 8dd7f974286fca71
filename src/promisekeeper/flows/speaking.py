"""What every letter to our own side is made from: who reads it, what is known, whose words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.hours import WorkingHours
from promisekeeper.core.ladder import Policy
from promisekeeper.core.letters import (
    answers,
    own_letter,
    tagged_address,
    token_for,
)
from promisekeeper.core.mood import LASTS, Mood, mood_of
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import OPEN
from promisekeeper.core.readers import Colleague, Readers, colleague_of
from promisekeeper.core.records import Letter, MailNote
from promisekeeper.core.standing import Standing, standing_of
from promisekeeper.core.tokens import Token, token_text
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Store, Texts
from promisekeeper.flows.verdicts import hours_of

# A mailbox that was not read for so long may hide answers.
STALE_AFTER = timedelta(hours=2)
# Anger is looked for this far back; older promises are broken by then.
ANGER_WITHIN = timedelta(days=90)
SHOWN_DRAFTS = (DraftStage.DRAFTED, DraftStage.ANNOUNCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRules:
    """When to speak, in whose name, and in whose words.

    Attributes:
        sender: The control address.
        lead: Who is told of lapses: an agent's name or an address; empty for nobody.
        language: Of everybody who has none of their own; empty for English.
        folders: The watched folders, by the keys of their cursors.
        has_tags: The control address takes mail with a tag: "promises+tag@shop.example".
    """

    policy: Policy
    sender: str
    texts: Texts
    lead: str = ""
    language: str = ""
    digest_at: time | None = None
    folders: tuple[str, ...] = ()
    has_tags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Everything that one round of speaking up rests on."""

    store: Store
    rules: FollowUpRules
    intake: IntakeRules
    readers: Readers
    now: datetime
    stale_since: datetime | None
    angry: frozenset[str]
    _notes: dict[str, tuple[MailNote, ...]] = field(default_factory=dict)

    def hours(self, promise: Promise) -> WorkingHours:
        """The calendar of a promise's owner."""
        return hours_of(promise, self.intake.team)

    def mood(self, promise: Promise) -> Mood | None:
        """The customer's, where they are upset."""
        if promise.customer not in self.angry:
            return None
        return mood_of(promise, self.notes(promise.customer))

    def notes(self, customer: str) -> tuple[MailNote, ...]:
        """The notes of a customer's mails, asked for once a round."""
        if customer not in self._notes:
            self._notes[customer] = self.store.notes(customer)
        return self._notes[customer]

    def everybody(self) -> tuple[Colleague, ...]:
        """All agents who are not away, whoever else owns something open, and the lead."""
        team, readers = self.intake.team, self.readers
        found = [readers.called(agent.name) for agent in team.agents]
        present = [one for one in found if one is not None and not readers.is_away(one.name)]
        owners = {
            promise.owner_address: promise
            for promise in self.store.promises(replace(OPEN, with_history=False))
            if team.agent_at(promise.owner_address) is None
        }
        present += [readers.of(promise) for promise in owners.values()]
        lead = readers.the_lead()
        every = [*present, lead] if lead is not None else present
        return tuple({reader.address: reader for reader in reversed(every)}.values())

    def draft(self, promise: Promise) -> Draft | None:
        """The update that waits for somebody's word."""
        found = self.store.drafts(promise_key=promise.key, stages=SHOWN_DRAFTS)
        return found[-1] if found else None

    def standing(
        self,
        promise: Promise,
        reader: Colleague,
        step: str,
        *,
        is_led: bool = False,
        draft: str = "",
    ) -> Standing:
        """What a reader is told of a promise.

        Args:
            is_led: The reader leads its owner; else they stand in where it is not theirs.
        """
        is_own = promise.owner_address == reader.address or promise.owner == reader.name
        return standing_of(
            promise,
            zone=reader.hours.zone,
            step=step,
            owner=promise.owner if is_led or not is_own else "",
            is_led=is_led,
            notes=self.notes(promise.customer),
            mood=self.mood(promise),
            draft=draft,
        )

    def letter(
        self,
        kind: str,
        key: str,
        *,
        reader: Colleague,
        promises: Sequence[Promise],
        slots: dict[str, object],
        step: str,
        is_urgent: bool = False,
        is_threaded: bool = True,
        draft: Draft | None = None,
    ) -> tuple[Letter, Token]:
        """A letter with a token for its answers.

        Args:
            slots: What the kind's template says beside what all letters say.
            step: What the token is good for.
            is_threaded: It hangs together with all letters about these promises.

        Raises:
            ValueError: No letter can go to this reader.
        """
        if not self.intake.team.may_remind(reader.address):
            raise ValueError("it is nobody's of ours")
        token = token_for(
            key,
            reader=reader,
            step=step,
            promises=promises,
            now=self.now,
            draft_digest=draft.digest if draft else "",
        )
        shown = token_text(token, self.store.signing_secret())
        colleague = colleague_of(reader, self.intake.team)
        common: dict[str, object] = {
            "now": self.now.astimezone(reader.hours.zone),
            "answers": answers(promises, can_send=draft is not None, colleague=colleague)
            if promises
            else (),
            "stale_since": self.stale_since.astimezone(reader.hours.zone)
            if self.stale_since
            else None,
            "token": shown,
        }
        letter = own_letter(
            self.rules.texts.render(kind, reader.language, {**common, **slots}),
            key=key,
            kind=kind,
            sender=self.rules.sender,
            reader=reader,
            now=self.now,
            promises=promises,
            is_threaded=is_threaded,
            reply_to=tagged_address(self.rules.sender, shown) if self.rules.has_tags else "",
            is_urgent=is_urgent,
        )
        return letter, token


def present_of(
    store: Store, *, rules: FollowUpRules, intake: IntakeRules, now: datetime
) -> Present:
    """What is known now."""
    return Present(
        store=store,
        rules=rules,
        intake=intake,
        readers=Readers(
            team=intake.team,
            absences=store.absences(),
            now=now,
            lead=rules.lead,
            language=rules.language,
            digest_at=rules.digest_at,
        ),
        now=now,
        stale_since=_stale_since(store, rules, now),
        angry=frozenset(
            customer
            for note in store.upset_notes(now - ANGER_WITHIN - LASTS)
            for customer in note.customers
        ),
    )


def _stale_since(store: Store, rules: FollowUpRules, now: datetime) -> datetime | None:
    """Since when a watched folder has not been read, if that is too long."""
    if not rules.folders:
        return None
    started = store.first_start(now)
    read = min(store.read_at(folder) or started for folder in rules.folders)
    return read if now - read > STALE_AFTER else None
