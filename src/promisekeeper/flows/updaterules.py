"""What all steps of an update to a customer share: the rules, and small questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from promisekeeper.core.absence import Absence
from promisekeeper.core.drafts import Draft
from promisekeeper.core.letters import Reader
from promisekeeper.core.promise import ACTOR, Event, Promise, State
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import MailNote
from promisekeeper.core.updates import UpdatePolicy, suggested_date
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Store, Texts
from promisekeeper.flows.verdicts import hours_of

SETTLED = frozenset({State.KEPT, State.LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRules:
    """How updates to customers are made.

    Attributes:
        is_auto: Updates may go out announced, without a person's word.
        control: The control address, which announcements come from.
        takes_tags: Mail to `control+anything` reaches us too, so answers may go there.
        folders: Keys of all folders that must have been read lately.
        fingerprint: Of all settings that the letters depend on.
        language: Of the letters to customers.
        reader_of: Who on our side is written to about a promise, whoever is away.
        is_upset: Whether a customer sounds upset, by the mails to and from them.
    """

    texts: Texts
    intake: IntakeRules
    control: str
    folders: tuple[str, ...]
    is_auto: bool = False
    takes_tags: bool = False
    company: str = ""
    language: str = ""
    fingerprint: str = ""
    reader_of: Callable[[Promise, tuple[Absence, ...], datetime], Reader]
    is_upset: Callable[[Promise, Sequence[MailNote]], bool]
    policy: UpdatePolicy = field(default_factory=UpdatePolicy)


def promise_of(draft: Draft, store: Store) -> Promise | None:
    """The promise that a draft is about; None where it was forgotten."""
    return next(iter(store.promises_by_key([draft.promise_key])), None)


def event_of(promise: Promise, action: str, note: str, now: datetime) -> Event:
    """A line of history that promisekeeper writes."""
    return Event(
        promise_key=promise.key,
        at=now,
        actor=ACTOR,
        action=action,
        state=promise.state,
        note=note[:500],
    )


def suggestion(
    promise: Promise, store: Store, rules: UpdateRules, now: datetime
) -> datetime | None:
    """A date that the owner would probably keep; for the agent's eyes, never for a letter."""
    past = store.promises(PromiseQuery(states=SETTLED))
    hours = hours_of(promise, rules.intake.team)
    return suggested_date(past, owner_address=promise.owner_address, hours=hours, now=now)
