"""Something is wrong with sending: one mail to whoever can mend it, and never one about itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from promisekeeper.core.absence import Absence
from promisekeeper.core.letters import Reader, own_letter
from promisekeeper.core.records import (
    ALERT,
    NOTHING,
    Audience,
    Letter,
    OutboxLetter,
    Round,
    Stage,
)
from promisekeeper.core.telling import shortened
from promisekeeper.core.updateletters import UPDATE
from promisekeeper.errors import TemplateError
from promisekeeper.flows.ports import Store, Texts

DAY = timedelta(days=1)
MOST_A_DAY = 5
# No such mailbox or domain (RFC 3463, 3.2): bad for good. Without an extended code, 550 and its
# kin say the same as often as not, and a customer who is not written to is the lesser harm.
_NOBODY = re.compile(r"^55[013]\D.{0,40}?\b5\.1\.(?:1|2|3|6|10)\b|^55[013]\b(?!.{0,60}\b5\.\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """Who is told, and how.

    Attributes:
        control: The control address.
        readers: Who may be told, the lead first.
    """

    texts: Texts
    control: str
    readers: Callable[[tuple[Absence, ...], datetime], tuple[Reader, ...]]


def after_trouble(
    entry: OutboxLetter,
    stage: Stage,
    now: datetime,
    note: str,
    *,
    store: Store,
    rules: AlertRules | None,
) -> Round:
    """What follows where a letter was refused for good, or where nobody knows its fate."""
    letter = entry.letter
    is_customer = letter.audience is Audience.CUSTOMER
    suppressed: tuple[tuple[str, str], ...] = ()
    if stage is Stage.FAILED and is_customer and _NOBODY.search(note):
        suppressed = ((letter.recipient, f"the mail server said: {note[:200]}"),)
    is_trouble = stage is Stage.FAILED or (stage is Stage.HELD and is_customer)
    # Of an update its agent is told anyway; an alert about an alert would run in circles.
    if not is_trouble or letter.kind in (ALERT, UPDATE) or rules is None:
        return Round(suppressed=suppressed) if suppressed else NOTHING
    slots = {
        "number": entry.id,
        "kind": letter.kind,
        "recipient": shortened(letter.recipient, 80),
        "reason": shortened(note, 300),
        "until": None,
        "is_stopped": False,
        "is_held": stage is Stage.HELD,
    }
    key = f"{ALERT}/{stage}/{entry.id}"
    letters = _letters(store, rules, slots, key, now, avoid=letter.recipient)
    return Round(letters=letters, suppressed=suppressed)


def sending_stopped(
    why: str, until: datetime, now: datetime, *, store: Store, rules: AlertRules | None
) -> Round:
    """The circuit breaker has opened: this one letter passes it."""
    if rules is None:
        return NOTHING
    slots = {
        "number": None,
        "kind": "",
        "recipient": "",
        "reason": shortened(why, 300),
        "until": until,
        "is_stopped": True,
        "is_held": False,
    }
    return Round(letters=_letters(store, rules, slots, f"{ALERT}/stopped/{now.isoformat()}", now))


def _letters(
    store: Store,
    rules: AlertRules,
    slots: Mapping[str, object],
    key: str,
    now: datetime,
    *,
    avoid: str = "",
) -> tuple[Letter, ...]:
    """One alert, unless there were enough of them, or nobody is left to be told."""
    readers = [reader for reader in rules.readers(store.absences(), now) if reader.address != avoid]
    if not readers or store.letters_since(now - DAY, kinds=[ALERT]) >= MOST_A_DAY:
        return ()
    reader = readers[0]
    until = slots["until"]
    local = until.astimezone(reader.zone) if isinstance(until, datetime) else None
    try:
        letter = own_letter(
            rules.texts.render(ALERT, reader.language, {**slots, "until": local, "now": now}),
            key=key,
            kind=ALERT,
            sender=rules.control,
            reader=reader,
            now=now,
        )
    except (ValueError, TemplateError):
        # Raised here, it would leave the letter that this tells of at the head of the queue, for
        # ever: 'outbox' shows the trouble all the same.
        return ()
    return (letter,)
