"""From a stored promise to what mail shows of it now: the change, and its line of history."""

from dataclasses import replace
from datetime import datetime

from promisekeeper.core.promise import ACTOR, Event, Evidence, Promise, State
from promisekeeper.core.records import Change


def change_between(stored: Promise, derived: Promise) -> Change | None:
    """The change from the stored promise to the derived one, and its line of history."""
    is_given_up = stored.state is State.BROKEN and derived.state is State.OPEN
    if is_given_up and not derived.is_maybe_kept and derived.proposed_state is None:
        derived = replace(derived, state=State.BROKEN, settled_at=stored.settled_at)
    if derived == stored:
        return None
    action, evidence, at, note = _story(stored, derived)
    event = Event(
        promise_key=stored.key,
        at=at,
        actor=ACTOR,
        action=action,
        state=derived.state,
        evidence=evidence,
        note=note,
    )
    return Change(promise=derived, was=stored.state, event=event)


def _story(stored: Promise, derived: Promise) -> tuple[str, Evidence | None, datetime, str]:
    """Action, evidence, instant and note of the line that a change gets."""
    at = derived.settled_at or stored.settled_at or derived.made_at
    settled = (derived.state, derived.evidence, derived.settled_at)
    if derived.state is not State.OPEN and settled != (
        stored.state,
        stored.evidence,
        stored.settled_at,
    ):
        note = f"{derived.confidence}" if derived.confidence else ""
        note += f"; the new promise is {derived.moved_to}" if derived.moved_to else ""
        return str(derived.state), derived.evidence, at, note.strip("; ")
    if stored.state is not derived.state:
        return "open again", derived.hint, at, "no mail that is known settles it"
    if derived.proposed_state and derived.proposed_state is not stored.proposed_state:
        return f"{derived.proposed_state}?", derived.hint, at, "proposed: a person decides"
    if derived.is_maybe_kept and not stored.is_maybe_kept:
        return "maybe kept", derived.hint, at, "looks like delivery, but does not say enough"
    if derived.condition_met_at and derived.condition_met_at != stored.condition_met_at:
        return "condition met", None, derived.condition_met_at, derived.deadline.why
    if derived.moved_from and derived.moved_from != stored.moved_from:
        return "takes over", None, at, f"from the promise {derived.moved_from}"
    if derived.same_as and derived.same_as != stored.same_as:
        return "told again", None, at, f"the same promise as {derived.same_as}"
    return "weighed again", derived.evidence or derived.hint, at, ""
