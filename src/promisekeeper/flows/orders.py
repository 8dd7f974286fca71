"""The commands of one answer -> deeds: all of them, or none and the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from promisekeeper.core import corrections
from promisekeeper.core.commands import Command, Orders
from promisekeeper.core.commandwords import Verb
from promisekeeper.core.corrections import Voice
from promisekeeper.core.drafts import Draft, DraftStage
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.records import Round
from promisekeeper.core.team import Team
from promisekeeper.core.tokens import Token
from promisekeeper.errors import DeedError
from promisekeeper.flows import deeds
from promisekeeper.flows.ports import Store
from promisekeeper.flows.replies import Outcome, Problem
from promisekeeper.flows.verdicts import hours_of

MAX_MOVES = 50
UNDO_STEP = "undo/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One promise that a letter was about.

    Attributes:
        promise: As it stands now; the one that took over, where it was moved.
        number: The one that the letter named.
        numbers: All under which the agent may know it.
    """

    promise: Promise
    number: int
    numbers: frozenset[int]

    @property
    def shown(self) -> Promise:
        """The promise under the number that the agent knows."""
        return replace(self.promise, id=self.number)


@dataclass(slots=True)
class Decision:
    """What an answer comes to.

    Attributes:
        problems: Where there is one, nothing is done.
        previews: Updates that were to be sent, but not as the letter had shown them.
        gifts: Promises that have a new owner, who is told.
    """

    rounds: list[Round] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    previews: list[tuple[Promise, Draft]] = field(default_factory=list)
    gifts: list[Promise] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDesk:
    """Everything that is needed to follow the orders of one answer."""

    store: Store
    team: Team
    token: Token
    voice: Voice

    def asked(self) -> tuple[Asked, ...]:
        """The promises that the answered letter was about, as they stand now."""
        return tuple(map(self._asked, self.store.promises_by_key(self.token.promise_keys)))

    def decide(self, orders: Orders, asked: Sequence[Asked]) -> Decision:
        """Follow orders that are clear."""
        decision = Decision()
        touched: set[str] = set()
        for command in orders.commands:
            for one in self._targets(command, asked, decision):
                if one.promise.key in touched:
                    decision.problems.append(_problem(command, "twice", str(one.number)))
                    continue
                touched.add(one.promise.key)
                try:
                    self._follow(command, one, decision)
                except DeedError as error:
                    decision.problems.append(_problem(command, error.reason, error.detail))
        return decision

    def held(self, asked: Sequence[Asked]) -> Decision:
        """All announced updates are held: whoever answers them with doubt has not agreed."""
        decision = Decision()
        for one in asked:
            draft = deeds.latest_draft(self.store, one.promise.key)
            if draft is not None and draft.stage is DraftStage.ANNOUNCED:
                deed = deeds.held(draft, one.promise, self.voice)
                decision.rounds.append(deed.decided)
                decision.outcomes.append(Outcome(action="held", promise=one.shown))
        return decision

    def _asked(self, promise: Promise) -> Asked:
        numbers, current = {promise.id or 0}, promise
        for _ in range(MAX_MOVES):
            if current.state is not State.MOVED or not current.moved_to:
                break
            following = self.store.promises_by_key([current.moved_to])
            if not following:
                break
            current = following[0]
            numbers.add(current.id or 0)
        # The confirmation of a move was written before the new promise had a number.
        for parent in self.store.promises_by_key([promise.moved_from]):
            numbers.add(parent.id or 0)
        return Asked(promise=current, number=promise.id or 0, numbers=frozenset(numbers))

    def _targets(
        self, command: Command, asked: Sequence[Asked], decision: Decision
    ) -> Sequence[Asked]:
        """The promises that a command is for; where that is unclear, none and a problem."""
        if command.numbers:
            known = {number: one for one in asked for number in one.numbers}
            for number in command.numbers:
                if number not in known:
                    decision.problems.append(_problem(command, "not_asked", str(number)))
            return [known[number] for number in command.numbers if number in known]
        is_confirmed = command.verb is Verb.UNDO and self.token.step.startswith(UNDO_STEP)
        if len(asked) == 1 or is_confirmed:
            return asked
        if command.verb is Verb.SEND:
            chosen = [one for one in asked if self._is_shown(one)]
        elif command.verb is Verb.HOLD:
            chosen = [one for one in asked if deeds.latest_draft(self.store, one.promise.key)]
        else:
            chosen = []
        if len(chosen) == 1 or (chosen and command.verb is Verb.HOLD):
            return chosen
        numbers = ", ".join(f"#{one.number}" for one in asked)
        decision.problems.append(_problem(command, "which" if asked else "gone", numbers))
        return []

    def _is_shown(self, one: Asked) -> bool:
        draft = deeds.latest_draft(self.store, one.promise.key)
        return draft is not None and draft.digest == self.token.draft_digest

    def _follow(self, command: Command, one: Asked, decision: Decision) -> None:
        if command.verb is Verb.SEND:
            self._send(one, decision)
            return
        deed = self._deed(command, one)
        decision.rounds.append(deed.decided)
        # A promise that was moved has no number of its own yet.
        shown = replace(deed.promise, id=deed.promise.id or one.number)
        action = _shown_action(command.verb, deed)
        name = deed.promise.owner if command.verb is Verb.GIVE else command.argument
        decision.outcomes.append(
            Outcome(
                action=action,
                promise=shown,
                until=deed.until,
                name=name if command.verb in (Verb.GIVE, Verb.DONE) else "",
            )
        )
        if command.verb is Verb.GIVE:
            decision.gifts.append(deed.promise)

    def _send(self, one: Asked, decision: Decision) -> None:
        """Approve the stored draft, if it is the very text that the letter had shown."""
        draft = deeds.latest_draft(self.store, one.promise.key)
        if draft is None:
            raise DeedError("no_draft", f"there is no update of promise {one.number} to send")
        if one.promise.state is not State.OPEN:
            raise deeds.settled(one.promise)
        if not self.token.draft_digest or draft.digest != self.token.draft_digest:
            decision.previews.append((one.shown, draft))
            return
        hours = hours_of(one.promise, self.team)
        deed = deeds.approved(draft, one.promise, self.voice, hours=hours)
        decision.rounds.append(deed.decided)
        decision.outcomes.append(Outcome(action="approved", promise=one.shown))

    def _deed(self, command: Command, one: Asked) -> deeds.Deed:
        promise, voice = one.promise, self.voice
        match command.verb:
            case Verb.DONE:
                if promise.state in (State.KEPT, State.LATE):
                    raise deeds.settled(promise)
                return deeds.done(promise, voice, means=command.argument)
            case Verb.MOVE:
                hours = hours_of(promise, self.team)
                return deeds.moved(self.store, promise, voice, words=command.argument, hours=hours)
            case Verb.SNOOZE:
                hours = hours_of(promise, self.team)
                return deeds.snoozed(promise, voice, words=command.argument, hours=hours)
            case Verb.GIVE:
                return deeds.given(promise, voice, name=command.argument, team=self.team)
            case Verb.NOT_A_PROMISE:
                if promise.state is State.REJECTED:
                    raise deeds.settled(promise)
                return deeds.dismissed(promise, voice, teach=True)
            case Verb.DROP:
                return deeds.released(promise, voice, reason=command.argument)
            case Verb.HOLD:
                return self._hold(one)
            case _:
                return self._undo(promise)

    def _hold(self, one: Asked) -> deeds.Deed:
        draft = deeds.latest_draft(self.store, one.promise.key)
        if draft is None:
            raise DeedError("no_draft", f"there is no update of promise {one.number} to hold")
        return deeds.held(draft, one.promise, self.voice)

    def _undo(self, promise: Promise) -> deeds.Deed:
        """Take the last word back; a confirmation's token only the word that it confirmed."""
        if self.token.step.startswith(UNDO_STEP):
            said_at = datetime.fromisoformat(self.token.step.removeprefix(UNDO_STEP))
            if self._last_said_at(promise) != said_at:
                raise DeedError("said_since", "something else has been said of it since then")
        return deeds.undone(self.store, promise, self.voice)

    def _last_said_at(self, promise: Promise) -> datetime | None:
        for key in (promise.key, promise.moved_from):
            events = self.store.events(key) if key else ()
            place = corrections.last_said(events)
            if place is not None:
                return events[place].at
        return None


def _shown_action(verb: Verb, deed: deeds.Deed) -> str:
    if verb is Verb.UNDO:
        return "undone"
    return deed.promise.state.value if verb is Verb.DONE else deed.action


def _problem(command: Command, reason: str, detail: str = "") -> Problem:
    return Problem(line=command.line, reason=reason, detail=detail)
