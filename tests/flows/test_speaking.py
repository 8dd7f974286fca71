"""Who hears what, and how often: reminders merged and capped, the lead, digests, hand-overs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from builders import CUSTOMER, FRIDAY, MONDAY, SENT_FOLDER, a_batch, a_cursor, a_note, a_promise
from promisekeeper.core.absence import Absence
from promisekeeper.core.corrections import Voice, snoozed
from promisekeeper.core.deadline import FollowUpDefaults
from promisekeeper.core.hours import office_hours
from promisekeeper.core.ladder import Policy
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Promise
from promisekeeper.core.query import PromiseQuery
from promisekeeper.core.records import Letter, Round, Signal, SignalKind
from promisekeeper.core.settling import SettlingPolicy
from promisekeeper.core.team import Agent, Team
from promisekeeper.core.texts import RenderedText
from promisekeeper.core.tokens import is_genuine, names_in
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.errors import TemplateError
from promisekeeper.flows.digests import send_digests
from promisekeeper.flows.followup import follow_up
from promisekeeper.flows.handover import hand_over
from promisekeeper.flows.intakerules import IntakeRules
from promisekeeper.flows.speaking import FollowUpRules, present_of
from promisekeeper.store.ledger import Ledger

ANA, JOSS, LEAD = "ana@shop.example", "joss@shop.example", "lea@shop.example"
HOURS = office_hours(ZoneInfo("UTC"))
TEAM = Team(
    agents=(
        Agent(name="Ana", addresses=(ANA,), hours=HOURS),
        Agent(name="Joss", addresses=(JOSS,), hours=HOURS, language="de"),
        Agent(name="Lea Lind", addresses=(LEAD,), hours=HOURS),
    ),
    own_domains=("shop.example",),
)
INTAKE = IntakeRules(team=TEAM, defaults=FollowUpDefaults(), settling=SettlingPolicy())
RULES = FollowUpRules(
    policy=Policy(), sender="promises@shop.example", texts=TemplateTexts(), lead="Lea Lind"
)
URGENT_AT = FRIDAY - timedelta(hours=4)
FRIDAY_MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BACK_AT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANGRY = a_note(
    message_id="<angry@client.example>",
    role=Role.INBOX,
    sent_at=MONDAY + timedelta(hours=3),
    sender=CUSTOMER,
    author="",
    signals=(Signal(kind=SignalKind.UPSETS, sentence="This is the third time I ask."),),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


def stored(ledger: Ledger, count: int = 1, **changes: object) -> tuple[Promise, ...]:
    promises = [
        a_promise(key=f"{changes.get('owner', 'Ana')}-{n}", **changes) for n in range(count)
    ]
    return ledger.record(a_batch(*promises))


def reminders(ledger: Ledger, now: datetime, rules: FollowUpRules = RULES) -> list[Letter]:
    return list(follow_up(ledger, rules=rules, intake=INTAKE, now=now).letters)


def digests(ledger: Ledger, now: datetime, rules: FollowUpRules = RULES) -> list[Letter]:
    rounds = send_digests(present_of(ledger, rules=rules, intake=INTAKE, now=now))
    return [letter for decided in rounds for letter in decided.letters]


def handovers(ledger: Ledger, now: datetime) -> tuple[Round, ...]:
    return hand_over(present_of(ledger, rules=RULES, intake=INTAKE, now=now))


def to(letters: list[Letter]) -> list[tuple[str, str]]:
    return sorted((letter.kind, letter.recipient) for letter in letters)


def opened(letter: Letter) -> tuple[Message, str]:
    mail = message_from_bytes(letter.content)
    plain = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    payload = plain.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return mail, payload.decode()


def test_what_falls_due_together_is_one_mail(ledger: Ledger) -> None:
    stored(ledger, 3)
    (letter,) = reminders(ledger, URGENT_AT)
    assert len(letter.promise_keys) == 3
    assert all(f"#{number}" in opened(letter)[1] for number in (1, 2, 3))
    assert reminders(ledger, URGENT_AT + timedelta(minutes=1)) == []


def test_after_a_month_of_silence_it_is_one_mail_for_each(ledger: Ledger) -> None:
    stored(ledger, 2)
    stored(ledger, 1, owner="Lea Lind", owner_address=LEAD)
    letters = reminders(ledger, FRIDAY + timedelta(days=30))
    # The lead owes something, too: her own and the others' stand in one mail.
    assert to(letters) == [("reminder", ANA), ("reminder", LEAD)]
    assert len(next(one for one in letters if one.recipient == LEAD).promise_keys) == 3
    assert reminders(ledger, FRIDAY + timedelta(days=30, hours=1)) == []


def test_the_lead_is_told_after_grace_and_once(ledger: Ledger) -> None:
    stored(ledger)
    assert to(reminders(ledger, FRIDAY)) == [("reminder", ANA)]
    at = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    assert reminders(ledger, at - timedelta(minutes=1)) == []
    (letter,) = reminders(ledger, at)
    assert (letter.kind, letter.recipient) == ("lead", LEAD)
    assert "Ana wrote:" in opened(letter)[1]
    assert reminders(ledger, at + timedelta(days=1)) == []


def test_without_a_lead_nobody_is_told(ledger: Ledger) -> None:
    stored(ledger)
    letters = reminders(ledger, FRIDAY + timedelta(days=5), replace(RULES, lead=""))
    assert to(letters) == [("reminder", ANA)]


def test_an_upset_customer_is_told_of_at_once_with_their_words(ledger: Ledger) -> None:
    stored(ledger)
    ledger.record(a_batch(notes=(ANGRY,)))
    letters = reminders(ledger, ANGRY.sent_at + timedelta(minutes=1))
    assert to(letters) == [("lead", LEAD), ("reminder", ANA)]
    for letter in letters:
        text = opened(letter)[1]
        assert 'They sound upset (the third time): "This is the third time I ask."' in text
    assert reminders(ledger, ANGRY.sent_at + timedelta(hours=1)) == []


def test_a_cap_leaves_the_rest_to_the_digest(ledger: Ledger) -> None:
    for number in range(4):
        due_at = MONDAY + timedelta(hours=2 * number + 1)
        stored(ledger, owner=f"Ana {number}", owner_address=ANA, due_at=due_at)
    rules = replace(RULES, policy=Policy(urgent_a_day=2))
    letters = [
        letter
        for hour in range(10)
        for letter in reminders(ledger, MONDAY + timedelta(hours=hour), rules)
        if letter.recipient == ANA
    ]
    assert len(letters) == 2
    untold = {promise.key for promise in ledger.promises(PromiseQuery())} - {
        key for letter in letters for key in letter.promise_keys
    }
    (digest,) = digests(ledger, datetime(2026, 11, 17, 9, 0, tzinfo=UTC), rules)
    assert untold <= set(digest.promise_keys)
    # The next day has room again, and what the digest told is not told once more.
    assert [
        (letter.kind, letter.recipient, letter.promise_keys)
        for letter in reminders(ledger, datetime(2026, 11, 17, 9, 5, tzinfo=UTC), rules)
        if letter.recipient == ANA
    ] == []


def test_one_mail_tells_of_no_more_than_can_be_read(ledger: Ledger) -> None:
    stored(ledger, 12)
    (letter,) = reminders(ledger, URGENT_AT)
    assert len(letter.promise_keys) == 8
    (digest,) = digests(ledger, NEXT_MONDAY)
    assert len(digest.promise_keys) == 12


def test_a_letter_carries_a_token_for_its_answer(ledger: Ledger) -> None:
    (promise,) = stored(ledger)
    (letter,) = reminders(ledger, URGENT_AT)
    text = opened(letter)[1]
    (name,) = names_in(text)
    token = ledger.token(name)
    assert token is not None
    assert is_genuine(text, token, ledger.signing_secret())
    assert (token.agent, token.promise_keys) == (ANA, (promise.key,))
    tagged = replace(RULES, has_tags=True)
    (digest,) = digests(ledger, FRIDAY_MORNING + timedelta(days=3), tagged)
    address = str(opened(digest)[0]["Reply-To"])
    assert address.startswith("promises+pk-")
    assert address.endswith("@shop.example")


def test_a_snooze_holds_back_and_then_reminds(ledger: Ledger) -> None:
    (promise,) = stored(ledger)
    until = FRIDAY + timedelta(hours=1)
    assert ledger.change(snoozed(promise, until, Voice(actor="ana", now=MONDAY)))
    assert reminders(ledger, FRIDAY) == []
    (letter,) = reminders(ledger, until)
    assert reminders(ledger, until + timedelta(hours=1)) == []
    assert letter.recipient == ANA


def test_one_digest_a_day_also_over_restarts(tmp_path: Path) -> None:
    sent = []
    for minutes in range(0, 480, 30):
        with Ledger(tmp_path / "ledger.db") as ledger:
            if not minutes:
                stored(ledger)
            sent += digests(ledger, FRIDAY_MORNING + timedelta(minutes=minutes))
    assert to(sent) == [("digest", ANA)]
    assert "Due before Mon 23 Nov 09:00" in opened(sent[0])[1]


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(FRIDAY_MORNING - timedelta(minutes=1), id="before the hour"),
        pytest.param(FRIDAY_MORNING + timedelta(days=1), id="on a Saturday"),
        pytest.param(FRIDAY + timedelta(minutes=1), id="after work"),
        pytest.param(datetime(2026, 11, 17, 9, 0, tzinfo=UTC), id="with nothing to say"),
    ],
)
def test_there_is_no_digest(ledger: Ledger, now: datetime) -> None:
    stored(ledger)
    assert digests(ledger, now) == []


def test_a_digest_comes_at_its_readers_hour_and_in_their_language(ledger: Ledger) -> None:
    stored(ledger, owner="Joss", owner_address=JOSS)
    late = replace(RULES, digest_at=time(11, 30))
    assert digests(ledger, FRIDAY_MORNING, late) == []
    (letter,) = digests(ledger, FRIDAY_MORNING.replace(hour=11, minute=30), late)
    assert "Fällig vor Mo 23. Nov. 09:00" in opened(letter)[1]


def test_what_comes_after_an_empty_digest_waits_for_the_next(ledger: Ledger) -> None:
    assert digests(ledger, FRIDAY_MORNING) == []
    stored(ledger)
    assert digests(ledger, FRIDAY_MORNING + timedelta(hours=1)) == []


def test_a_mailbox_that_was_not_read_is_told_of(ledger: Ledger) -> None:
    ledger.first_start(MONDAY)
    ledger.record(a_batch(cursor=a_cursor()))
    ledger.note_read(SENT_FOLDER, FRIDAY_MORNING - timedelta(hours=3))
    watched = replace(RULES, folders=(SENT_FOLDER,))
    letters = digests(ledger, FRIDAY_MORNING, watched)
    assert to(letters) == [("digest", ANA), ("digest", JOSS), ("digest", LEAD)]
    assert "I could not read the mailbox since Fri 20 Nov 06:00." in opened(letters[-1])[1]
    ledger.note_read(SENT_FOLDER, NEXT_MONDAY - timedelta(minutes=1))
    assert digests(ledger, NEXT_MONDAY, watched) == []


def test_while_somebody_is_away_their_deputy_hears(ledger: Ledger) -> None:
    stored(ledger)
    absence = Absence(agent="Ana", deputy="Joss", starts_at=MONDAY, ends_at=BACK_AT)
    ledger.add_absence(absence)
    (told,) = handovers(ledger, MONDAY)
    assert to(list(told.letters)) == [("handover", JOSS)]
    assert handovers(ledger, MONDAY + timedelta(hours=1)) == ()
    letters = reminders(ledger, URGENT_AT)
    assert to(letters) == [("reminder", JOSS)]
    assert "Ana hat das versprochen und ist abwesend" in opened(letters[0])[1]
    # Back again, the rest is hers.
    assert [letter.recipient for letter in digests(ledger, NEXT_MONDAY)] == [ANA]
    assert ("reminder", ANA) in to(reminders(ledger, NEXT_MONDAY + timedelta(hours=4)))


def test_nobody_left_to_stand_in_is_still_reminded(ledger: Ledger) -> None:
    stored(ledger)
    for agent, deputy in (("Ana", "Joss"), ("Joss", "Ana")):
        absence = Absence(agent=agent, deputy=deputy, starts_at=MONDAY, ends_at=BACK_AT)
        ledger.add_absence(absence)
    assert to(reminders(ledger, URGENT_AT)) == [("reminder", ANA)]


def test_a_hand_over_compares_the_load(ledger: Ledger) -> None:
    stored(ledger, 3)
    stored(ledger, 2, owner="Joss", owner_address=JOSS)
    absence = Absence(agent="Ana", deputy="Lea Lind", starts_at=MONDAY, ends_at=BACK_AT)
    ledger.add_absence(absence)
    ((letter,),) = (one.letters for one in handovers(ledger, MONDAY))
    mail, text = opened(letter)
    assert str(mail["Subject"]).startswith("Ana is away until Sunday 22 November: 3 promises")
    assert "Until then 0 of your own fall due; with these, 3." in text


class NoGerman:
    """The shipped texts, but for a language whose templates are broken."""

    def render(self, kind: str, language: str, slots: Mapping[str, object]) -> RenderedText:
        if language == "de":
            raise TemplateError("broken")
        return TemplateTexts().render(kind, language, slots)


def test_broken_templates_of_one_language_silence_nobody_else(ledger: Ledger) -> None:
    stored(ledger)
    stored(ledger, owner="Joss", owner_address=JOSS)
    broken = replace(RULES, texts=NoGerman())
    for _ in range(2):
        with pytest.raises(TemplateError):
            digests(ledger, FRIDAY_MORNING, broken)
        with pytest.raises(TemplateError):
            reminders(ledger, URGENT_AT, broken)
    kinds = [(entry.letter.kind, entry.letter.recipient) for entry in ledger.letters()]
    assert kinds == [("digest", ANA), ("reminder", ANA)]
    # Once it is mended, nothing was lost.
    assert to(digests(ledger, FRIDAY_MORNING)) == [("digest", JOSS)]
    assert to(reminders(ledger, URGENT_AT)) == [("reminder", JOSS)]


def test_what_one_of_two_readers_was_told_is_not_told_again(ledger: Ledger) -> None:
    stored(ledger, owner="Joss", owner_address=JOSS)
    ledger.record(a_batch(notes=(ANGRY,)))
    broken = replace(RULES, texts=NoGerman())
    for _ in range(3):
        with pytest.raises(TemplateError):
            reminders(ledger, FRIDAY + timedelta(days=3), broken)
    assert [entry.letter.recipient for entry in ledger.letters()] == [LEAD]
