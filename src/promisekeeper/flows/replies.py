"""What promisekeeper answers to mail at its control address: letters to our own side alone.

Nothing here can write to a customer: every letter is `own_letter`'s, whose reader was looked up
among our own people.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from promisekeeper.core.answering import Refusal
from promisekeeper.core.drafts import Draft
from promisekeeper.core.letters import (
    Reader,
    answers,
    own_letter,
    tagged_address,
    token_for,
)
from promisekeeper.core.promise import Promise
from promisekeeper.core.readers import Readers, colleague_of
from promisekeeper.core.records import Round
from promisekeeper.core.standing import Standing, standing_of
from promisekeeper.core.team import Team
from promisekeeper.core.tokens import Token, token_text
from promisekeeper.flows.ports import Store, Texts

# How many letters of these kinds one person is sent in an hour, and in a day: whatever answers
# there may be a machine that nothing gives away.
LIMITS = {
    "refusal": (1, 5),
    "explanation": (4, 12),
    "preview": (6, 20),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRules:
    """Who answers mail at the control address, and how.

    Attributes:
        control: The control address.
        authserv_id: The name of our own mail server, where it reports authentication.
        lead: Name or address of whoever is told that an agent cannot be reached; may be empty.
        language: Of the letters to whoever has none of their own.
        takes_tags: Mail to `control+anything` reaches us too, so answers may go there.
    """

    team: Team
    texts: Texts
    control: str
    authserv_id: str = ""
    lead: str = ""
    language: str = ""
    takes_tags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one line of an answer, for the confirmation.

    Attributes:
        action: "kept", "late", "dismissed", "released", "moved", "snoozed", "given", "approved",
            "held" or "undone".
        promise: As it stands now, under the number that the agent knows.
        until: The new time, for "moved" and "snoozed".
        name: The new owner, for "given"; how it was done, for "kept" and "late".
    """

    action: str
    promise: Promise
    until: datetime | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One line of an answer that could not be followed, and why.

    Attributes:
        reason: Names the sentence that explains it.
        detail: What that sentence is about.
    """

    line: str
    reason: str
    detail: str = ""


class Replies:
    """Letters in answer to one mail, or to what it brought about."""

    def __init__(self, store: Store, rules: ReplyRules, message_id: str, now: datetime) -> None:
        self._store, self._rules, self._now = store, rules, now
        # One mail is answered once, however often it is read.
        self._mark = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:32]

    def reader(self, address: str) -> Reader:
        """Whoever of ours reads at an address."""
        agent = self._rules.team.agent_at(address)
        return Reader(
            name=agent.name if agent else "",
            address=address,
            language=agent.language if agent and agent.language else self._rules.language,
            zone=self._rules.team.hours_for(agent, self._now).zone,
        )

    def owner_of(self, promise: Promise) -> Reader:
        """Who is written to about a promise: its owner, or whoever stands in for them."""
        return self._readers.of(promise)

    def the_lead(self) -> Reader | None:
        """Who is told of trouble; None where nobody is named."""
        return self._readers.the_lead()

    @property
    def _readers(self) -> Readers:
        return Readers(
            team=self._rules.team,
            absences=self._store.absences(),
            now=self._now,
            lead=self._rules.lead,
            language=self._rules.language,
        )

    def confirmation(self, reader: Reader, outcomes: Sequence[Outcome], talk: str) -> Round:
        """What was done, and how to take it back."""
        promises = [outcome.promise for outcome in outcomes]
        step = f"undo/{self._now.isoformat()}"
        slots = {
            "results": [
                {
                    "action": outcome.action,
                    "one": self._standing(outcome.promise, reader),
                    "until": outcome.until.astimezone(reader.zone) if outcome.until else None,
                    "name": outcome.name,
                }
                for outcome in outcomes
            ],
            "talk": talk,
        }
        return self._letter("confirmation", reader, promises, slots, step=step)

    def explanation(
        self,
        reader: Reader,
        token: Token,
        promises: Sequence[Promise],
        problems: Sequence[Problem],
        *,
        talk: str,
        held: Sequence[Promise] = (),
    ) -> Round:
        """Why nothing was done, with examples; the same right to answer once more."""
        slots = {
            "problems": problems,
            "talk": talk,
            "promises": [self._standing(one, reader) for one in promises],
            "held": [one.id for one in held],
        }
        can_send = bool(token.draft_digest)
        return self._letter("explanation", reader, promises, slots, token=token, can_send=can_send)

    def preview(self, reader: Reader, promise: Promise, draft: Draft) -> Round:
        """The update as it stands now; only this text is approved by answering this letter."""
        slots = {
            "one": self._standing(promise, reader, draft.body),
            "recipient": draft.recipient,
            "draft_subject": draft.subject,
        }
        return self._letter(
            "preview", reader, [promise], slots, step="preview", can_send=True, digest=draft.digest
        )

    def refusal(self, reader: Reader, refusal: Refusal, promises: Sequence[Promise] = ()) -> Round:
        """Why an answer was not heeded; a new right to answer where only the old one is gone."""
        slots = {
            "reason": refusal.value,
            "promises": [self._standing(one, reader) for one in promises],
        }
        return self._letter("refusal", reader, promises, slots, step="again")

    def given(self, reader: Reader, promise: Promise, giver: str) -> Round:
        """A colleague has handed a promise over to the reader."""
        slots = {"one": self._standing(promise, reader), "giver": giver}
        return self._letter("given", reader, [promise], slots, step="given", key=promise.key)

    def unreachable(self, reader: Reader, agent: Reader, promises: Sequence[Promise]) -> Round:
        """Mail to an agent comes back; the lead is told once a month."""
        slots = {
            "name": agent.name or agent.address,
            "address": agent.address,
            "promises": [self._standing(one, reader) for one in promises],
        }
        key = f"{agent.address}/{self._now:%Y-%m}"
        return self._letter("unreachable", reader, promises, slots, step="unreachable", key=key)

    def _examples(
        self, promises: Sequence[Promise], reader: Reader, can_send: bool
    ) -> Sequence[object]:
        if not promises:
            return ()
        colleague = colleague_of(reader, self._rules.team)
        return answers(promises, can_send=can_send, colleague=colleague)

    def may_send(self, kind: str, recipient: str) -> bool:
        """Whether somebody has not had too many letters of a kind lately."""
        hourly, daily = LIMITS[kind]
        spans = ((timedelta(hours=1), hourly), (timedelta(days=1), daily))
        return all(
            self._store.letters_since(self._now - span, recipient=recipient, kinds=[kind]) < most
            for span, most in spans
        )

    def _standing(self, promise: Promise, reader: Reader, draft: str = "") -> Standing:
        owner = "" if promise.owner_address == reader.address else promise.owner
        return standing_of(promise, zone=reader.zone, owner=owner, draft=draft)

    def _letter(
        self,
        kind: str,
        reader: Reader,
        promises: Sequence[Promise],
        slots: Mapping[str, object],
        *,
        step: str = "",
        key: str = "",
        token: Token | None = None,
        can_send: bool = False,
        digest: str = "",
    ) -> Round:
        """A letter and the right to answer it, ready to be stored."""
        if kind in LIMITS and not self.may_send(kind, reader.address):
            return Round()
        letter_key = f"{kind}/{key}" if kind == "unreachable" else f"{kind}/{key}/{self._mark}"
        fresh = token is None and bool(promises)
        if token is None:
            token = token_for(
                letter_key, reader=reader, step=step, promises=promises, now=self._now
            )
            token = replace(token, draft_digest=digest)
        shown = token_text(token, self._store.signing_secret()) if promises else ""
        given = {
            **slots,
            "now": self._now,
            "answers": self._examples(promises, reader, can_send),
            "token": shown,
        }
        tagged = tagged_address(self._rules.control, shown) if self._rules.takes_tags else ""
        letter = own_letter(
            self._rules.texts.render(kind, reader.language, given),
            key=letter_key,
            kind=kind,
            sender=self._rules.control,
            reader=reader,
            now=self._now,
            promises=promises,
            reply_to=tagged if shown else "",
        )
        return Round(letters=(letter,), tokens=(token,) if fresh else ())
