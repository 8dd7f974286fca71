"""What the daemon is made of, as values; `app.wiring` joins it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from promisekeeper.core.mail import Role
from promisekeeper.flows.acknowledge import AckRules
from promisekeeper.flows.delivery import PLAIN, Dispatch
from promisekeeper.flows.intake import Taken
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.ports import Mailbox, Postman, Store
from promisekeeper.flows.replies import ReplyRules
from promisekeeper.flows.speaking import FollowUpRules
from promisekeeper.flows.updaterules import UpdateRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One folder to be watched.

    Attributes:
        folder: Stable name of account and role: the key of the cursor.
        open_mailbox: Makes a connection of the watcher's own.
        takes_mail: Promises and replies are read there; False for the control mailbox.
        hears: Answers to our letters may lie there.
    """

    folder: str
    role: Role
    open_mailbox: Callable[[], Mailbox]
    takes_mail: bool = True
    hears: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonParts:
    """Everything the daemon is made of; `app.wiring` joins it.

    Attributes:
        clock: The present instant, aware. The demo's runs faster than the sun's.
        open_store: A ledger connection for the calling thread.
        open_postman: None where no SMTP server is configured: letters then stay queued.
        lookback: How much older mail is read at the first start, as history.
        grace: How long a letter of unknown fate is left alone.
        round_seconds: Real time between rounds of follow-up at the latest.
        updates: How updates to customers are made; None where there are none.
        file_copies: Puts copies of what was sent into a sent folder; None where nobody asks.
        dispatch: What delivery asks about each letter, from the sender's own connection.
        replies: How answers to our letters are dealt with; None where nothing can be sent.
        acks: Who is acknowledged; None where no contact form is configured.
        retain: Deletes what is older than the user wants kept; called once a day.
    """

    clock: Callable[[], datetime]
    open_store: Callable[[], Store]
    watches: tuple[Watch, ...]
    intake: IntakeRules
    followup: FollowUpRules | None
    open_postman: Callable[[], Postman] | None
    lookback: timedelta = timedelta(days=30)
    grace: timedelta = timedelta(minutes=2)
    round_seconds: float = 30.0
    updates: UpdateRules | None = None
    file_copies: Callable[[Store, datetime], int] | None = None
    dispatch: Callable[[Store], Dispatch] = field(default=lambda store: PLAIN)
    replies: ReplyRules | None = None
    acks: AckRules | None = None
    retain: Callable[[datetime], None] = field(default=lambda now: None)
    on_taken: Callable[[Taken], None] = field(default=lambda taken: None)
