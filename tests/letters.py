"""One sample of every kind of letter, for tests and for looking at: kind -> slots.

Whoever adds a kind adds its sample here; `doors/test_templates.py` holds the shipped
templates of every language to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from builders import CUSTOMER, FRIDAY, MONDAY, THURSDAY, a_deadline, a_note, a_promise
from promisekeeper.core.answering import Refusal
from promisekeeper.core.commands import Fault
from promisekeeper.core.hours import office_hours
from promisekeeper.core.letters import Answer, answers
from promisekeeper.core.mail import Role
from promisekeeper.core.mood import Mood
from promisekeeper.core.promise import DeadlineKind, Evidence, Kind, Promise, State
from promisekeeper.core.records import Signal, SignalKind
from promisekeeper.core.standing import Standing, standing_of
from promisekeeper.core.texts import Lines
from promisekeeper.core.updates import told_of
from promisekeeper.flows.replies import Outcome, Problem
from promisekeeper.flows.updates import slots_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = FRIDAY - timedelta(hours=3)
TOKEN = "pk-abcdefghijklmnop-abcdefghijklmnopqrstuvwxyz234567"

INVOICE = a_promise(id=41, customer_name="Carl Ebner")
TEAPOT = a_promise(
    id=42,
    key="promise-2",
    customer="milo@postbox.example",
    customer_name="Milo Tarrant",
    subject="Blue teapot",
    words="Let me ask the potter and get back to you.",
    deadline=a_deadline(kind=DeadlineKind.NONE, words=""),
)
HOLDS = a_note(
    message_id="<2@shop.example>",
    sent_at=MONDAY + timedelta(hours=6),
    signals=(Signal(kind=SignalKind.HOLDS, sentence="I am still looking into it."),),
)
ASKS = a_note(
    message_id="<3@client.example>",
    role=Role.INBOX,
    sent_at=datetime.fromisoformat("2026-11-19T08:12:00-08:00"),
    sender=CUSTOMER,
    author="",
    signals=(Signal(kind=SignalKind.ASKS, sentence="Will it show our new address?"),),
)
NOTES = (HOLDS, ASKS)


def told(
    promise: Promise, step: str, *, owner: str = "", draft: str = "", mood: Mood | None = None
) -> Standing:
    is_invoice = promise.customer == CUSTOMER
    return standing_of(
        promise,
        zone=BERLIN,
        step=step,
        owner=owner,
        is_led=bool(owner) and step in ("lapsed", "upset"),
        notes=NOTES if is_invoice else (),
        mood=mood,
        draft=draft,
    )


MAYBE = replace(
    TEAPOT,
    is_maybe_kept=True,
    hint=Evidence(message_id="<x@shop.example>", sentence="The potter sends her best."),
)
RELEASED = replace(
    INVOICE,
    proposed_state=State.RELEASED,
    hint=Evidence(message_id="<y@client.example>", sentence="Never mind, our accountant had it."),
)
WAITING = replace(
    INVOICE,
    kind=Kind.CONDITIONAL,
    condition="Once you send the VAT number",
    words="Once you send the VAT number, I'll correct the invoice.",
)
KEPT = replace(INVOICE, state=State.KEPT, settled_at=THURSDAY)
ANGRY = Mood(
    at=THURSDAY,
    message_id="<z@client.example>",
    sentence="This is the third time I ask, and nobody answers.",
    cues=("the third time", "nobody answers"),
)
DRAFT = """\
Dear Carl Ebner,

thank you for your patience. I promised you the new invoice by Friday. It is in hand,
and you will hear from me by Tuesday 14:00.

Kind regards,
Ana Ortiz"""


def reminder(*promises: Standing, can_send: bool = False, stale: bool = False) -> dict[str, object]:
    known = {INVOICE.id: INVOICE, TEAPOT.id: TEAPOT}
    about = [known[promise.number] for promise in promises]
    return {
        "now": NOW,
        "promises": promises,
        "answers": answers(about, can_send=can_send, colleague="Joss"),
        "stale_since": THURSDAY.astimezone(BERLIN) if stale else None,
        "token": TOKEN,
    }


def receipt(**changes: object) -> dict[str, object]:
    return {
        "name": "Carl Ebner",
        "company": "The Shop",
        "matter": "",
        "team": "Our workshop",
        "due_at": FRIDAY.astimezone(BERLIN),
        "opens_at": None,
        "is_our_time": True,
        "zone": "CET",
        **changes,
    }


def update(is_late: bool = False, **changes: object) -> dict[str, object]:
    """What an update to the customer is given."""
    told = told_of(
        INVOICE,
        notes=NOTES,
        hours=office_hours(BERLIN),
        now=FRIDAY + timedelta(days=3) if is_late else NOW,
        is_upset=False,
        sender_name="Ana Ortiz",
        company="The Shop",
    )
    slots = slots_of(replace(told, **changes), INVOICE)  # type: ignore[arg-type]
    # The present only tells whether a year must be named.
    del slots["now"]
    return slots


ANNOUNCED: dict[str, object] = {
    "now": NOW,
    "number": 41,
    "draft_number": 3,
    "customer": "Carl Ebner",
    "due_at": FRIDAY.astimezone(BERLIN),
    "send_at": FRIDAY.astimezone(BERLIN) - timedelta(hours=1),
    "draft": Lines(DRAFT),
    "suggested_at": None,
    "answers": [Answer(verb=verb, shown=verb) for verb in ("hold", "send", "done")],
    "token": TOKEN,
}
DROPPED: dict[str, object] = {
    "number": 41,
    "customer": "Carl Ebner",
    "reason": "somebody wrote since the draft was made",
    "is_open": True,
    "is_in_doubt": False,
}
ALERT: dict[str, object] = {
    "number": 12,
    "kind": "update",
    "recipient": CUSTOMER,
    "reason": "550 5.7.1 not allowed",
    "until": FRIDAY.astimezone(BERLIN),
    "is_stopped": False,
    "is_held": False,
}


def confirmation(*outcomes: Outcome, talk: str = "") -> dict[str, object]:
    return {
        "now": NOW,
        "results": [
            {
                "action": one.action,
                "one": told(one.promise, ""),
                "until": one.until,
                "name": one.name,
            }
            for one in outcomes
        ],
        "talk": talk,
        "token": TOKEN,
    }


# Why a deed cannot be, as `flows.deeds` and `flows.orders` name it.
DEED_REASONS = (
    *("future", "too_early", "changed", "said_since", "nothing_said", "went_on", "no_draft"),
    *("draft_gone", "twice", "gone", "no_time", "nobody", "theirs", "which", "not_asked"),
)


def explanation(
    reason: str = "", detail: str = "Mon or Tue", *, talk: str = "", held: Sequence[int] = ()
) -> dict[str, object]:
    problem = Problem(line="move Mon or Tue", reason=reason, detail=detail)
    return {
        "problems": [problem] if reason else [],
        "talk": talk,
        "promises": [told(INVOICE, "")],
        "held": held,
        "answers": answers([INVOICE], colleague="Joss"),
        "token": TOKEN,
    }


def refused(reason: str) -> dict[str, object]:
    return {
        "reason": reason,
        "promises": [told(INVOICE, "")],
        "answers": answers([INVOICE], colleague="Joss"),
        "token": TOKEN,
    }


def unreachable(*promises: Promise) -> dict[str, object]:
    return {
        "name": "Ana Ortiz",
        "address": "ana@shop.example",
        "promises": [told(one, "") for one in promises],
        "answers": answers(promises) if promises else [],
        "token": TOKEN,
    }


def digest(
    *, hidden: int = 0, stale: bool = False, **sections: tuple[Standing, ...]
) -> dict[str, object]:
    names = ("kept", "late", "today", "risk", "asked", "team_late", "possible")
    shown = {name: sections.get(name, ()) for name in names}
    about = [INVOICE, TEAPOT] if any(shown[name] for name in names[1:]) else []
    return {
        "now": NOW.astimezone(BERLIN).replace(hour=9),
        **shown,
        "hidden": hidden,
        "today_at": FRIDAY.astimezone(BERLIN).replace(hour=0),
        "until": (FRIDAY + timedelta(days=3)).astimezone(BERLIN).replace(hour=9),
        "answers": answers(about, colleague="Joss") if about else (),
        "stale_since": THURSDAY.astimezone(BERLIN) if stale else None,
        "token": TOKEN,
    }


def handover(*promises: Standing, hidden: int = 0) -> dict[str, object]:
    return {
        "absent": "Ana Ortiz",
        "starts_at": FRIDAY.astimezone(BERLIN),
        "ends_at": (FRIDAY + timedelta(days=10)).astimezone(BERLIN),
        "promises": promises,
        "hidden": hidden,
        "work": {"own": 5, "taken_over": 3, "total": 8, "usual": 4, "is_heavy": True},
        "answers": answers([INVOICE, TEAPOT], colleague="Marisol") if promises else (),
        "token": TOKEN,
    }


# Every kind, in each of the forms that it can take.
SAMPLES: dict[str, dict[str, dict[str, object]]] = {
    "lead": {
        "lapsed": reminder(told(INVOICE, "lapsed", owner="Ana")),
        "upset": reminder(told(INVOICE, "upset", owner="Ana", mood=ANGRY), stale=True),
        "several": reminder(
            told(INVOICE, "lapsed", owner="Ana"), told(TEAPOT, "upset", owner="Joss", mood=ANGRY)
        ),
    },
    "digest": {
        "everything": digest(
            kept=(told(KEPT, ""),),
            late=(told(INVOICE, "", mood=ANGRY), told(INVOICE, "broken")),
            today=(told(MAYBE, ""),),
            risk=(
                told(INVOICE, "half_way"),
                told(INVOICE, "over_cap"),
                told(INVOICE, "upset", mood=ANGRY),
            ),
            asked=(
                told(TEAPOT, "ask_when"),
                told(TEAPOT, "default_due", owner="Joss"),
                told(MAYBE, "ask_kept"),
                told(RELEASED, "ask_release"),
                told(WAITING, "ask_waiting"),
            ),
            team_late=(told(INVOICE, "lead_over_cap", owner="Ana"),),
            possible=(told(TEAPOT, "weekly"),),
            hidden=3,
        ),
        "a quiet day": digest(kept=(told(KEPT, ""),)),
        "one thing": digest(today=(told(INVOICE, ""),)),
        "stale": digest(stale=True),
    },
    "handover": {
        "three": handover(told(INVOICE, "", owner="Ana"), told(TEAPOT, "", mood=ANGRY), hidden=1),
        "nothing": handover(),
    },
    "reminder": {
        "soon": reminder(told(INVOICE, "soon")),
        "with a draft": reminder(told(INVOICE, "soon", draft=DRAFT), can_send=True),
        "undated": reminder(told(TEAPOT, "soon"), stale=True),
        "for a colleague": reminder(told(MAYBE, "again", owner="Joss")),
        "several": reminder(told(INVOICE, "lapsed"), told(TEAPOT, "soon")),
    },
    "ack": {
        "open": receipt(),
        "closed": receipt(opens_at=FRIDAY.astimezone(BERLIN), matter="our workshop"),
        "by their clock": receipt(name="", company="", team="", is_our_time=False, zone=""),
    },
    "ack_promise": {
        name: {slot: slots[slot] for slot in ("team", "due_at", "is_our_time", "zone")}
        for name, slots in {
            "open": receipt(),
            "by their clock": receipt(team="", is_our_time=False, zone=""),
        }.items()
    },
    "ack_breaker": {"flood": {"count": 212, "until": FRIDAY.astimezone(BERLIN)}},
    "update": {
        "plain": update(),
        "quoted": update(plain=""),
        "a colleague's": update(plain="", writer="Joss Merrow"),
        "a word": update(plain="", words=""),
        "a colleague's word": update(plain="", words="", writer="Joss Merrow"),
        "nameless": update(name="", matter="", company=""),
        "automatic": update(is_auto=True),
        "with a date": update(new_due_at=FRIDAY.astimezone(BERLIN), write_by=None),
        "late": update(is_late=True),
        "upset and late": update(is_late=True, is_upset=True),
        "undated": update(due_at=None, write_by=None),
        "undated, with a word": update(due_at=None),
    },
    "update_announced": {
        "plain": ANNOUNCED,
        "with a suggestion": {**ANNOUNCED, "suggested_at": FRIDAY.astimezone(BERLIN)},
    },
    "update_dropped": {
        "open": DROPPED,
        "settled": {**DROPPED, "is_open": False},
        "in doubt": {**DROPPED, "is_in_doubt": True},
    },
    "alert": {
        "refused": ALERT,
        "held": {**ALERT, "is_held": True},
        "stopped": {**ALERT, "is_stopped": True},
    },
    "confirmation": {
        **{
            action: confirmation(Outcome(action=action, promise=INVOICE))
            for action in ("kept", "dismissed", "released", "approved", "held", "undone")
        },
        "by phone, late": confirmation(Outcome(action="late", promise=INVOICE, name="phone")),
        "moved": confirmation(Outcome(action="moved", promise=INVOICE, until=FRIDAY)),
        "given": confirmation(Outcome(action="given", promise=INVOICE, name="Joss Lind")),
        "several": confirmation(
            Outcome(action="kept", promise=INVOICE),
            Outcome(action="snoozed", promise=TEAPOT, until=FRIDAY),
            talk="Thanks for reminding me!",
        ),
    },
    "explanation": {
        **{fault.value: explanation(fault.value) for fault in Fault},
        **{reason: explanation(reason) for reason in DEED_REASONS},
        "settled": explanation("settled", "kept"),
        "talk": explanation(talk="I shall look at it tomorrow."),
        "empty": explanation(),
        "held": explanation(talk="No, not like this", held=(41,)),
        "several": {
            **explanation("which", "#41, #42"),
            "promises": [told(INVOICE, ""), told(TEAPOT, "")],
            "answers": answers([INVOICE, TEAPOT]),
        },
    },
    "preview": {
        "changed": {
            "one": told(INVOICE, "", draft=DRAFT),
            "recipient": CUSTOMER,
            "draft_subject": "Re: Your invoice",
            "answers": answers([INVOICE], can_send=True, colleague="Joss"),
            "token": TOKEN,
        }
    },
    "refusal": {
        **{refusal.value: refused(refusal.value) for refusal in Refusal},
        "no promise": {**refused("no_token"), "promises": [], "token": ""},
    },
    "given": {
        "given": {
            "now": NOW,
            "one": told(INVOICE, ""),
            "giver": "Ana Ortiz",
            "answers": answers([INVOICE], colleague="Ana"),
            "token": TOKEN,
        }
    },
    "unreachable": {
        "with promises": unreachable(INVOICE, TEAPOT),
        "without": {**unreachable(), "answers": [], "token": ""},
    },
}
