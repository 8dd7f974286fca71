"""The rules of updates and the promise that the tests of updates are about."""

from dataclasses import replace
from datetime import UTC

from builders import AGENT, SENT_FOLDER, a_note, a_promise
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.letters import Reader
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.updaterules import UpdateRules

INBOX_FOLDER = "shop/inbox"
RULES = UpdateRules(
    texts=TemplateTexts(),
    intake=IntakeRules(
        team=Team(
            agents=(Agent(name="Ana Ortiz", addresses=(AGENT,)),), own_domains=("shop.example",)
        ),
        defaults=FollowUpDefaults(),
        settling=SettlingPolicy(),
    ),
    control="promises@shop.example",
    folders=(SENT_FOLDER, INBOX_FOLDER),
    company="The Shop",
    reader_of=lambda promise, absences, now: Reader(
        name=promise.owner, address=promise.owner_address, zone=UTC
    ),
    is_upset=lambda promise, notes: False,
)
AUTO = replace(RULES, is_auto=True)
PROMISE = a_promise(owner="Ana Ortiz", customer_name="Carl Ebner")
WROTE = a_note(message_id=PROMISE.message_id, signals=(), author="Ana Ortiz")
