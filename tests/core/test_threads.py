"""Which mails belong together, with and without the ids that programs drop."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MONDAY, a_note
from promisekeeper.core.records import MailNote
from promisekeeper.core.threads import (
    NEAR,
    Conversations,
    is_reply,
    plain_subject,
    relatives_of,
)


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        pytest.param("Re: Split tyre", "split tyre", id="Re"),
        pytest.param("AW: WG: Split  tyre", "split tyre", id="German, twice"),
        pytest.param("SV: VS: Split tyre", "split tyre", id="Swedish"),
        pytest.param("Re[2]: Split tyre", "split tyre", id="counted"),
        pytest.param("[shop] Re: [#1234] Split tyre", "split tyre", id="tags"),
        pytest.param("Fwd: Split tyre", "split tyre", id="forwarded"),
        pytest.param("Return of a tyre", "return of a tyre", id="no prefix"),
        pytest.param("Re:", "", id="nothing else"),
    ],
)
def test_subjects_without_prefixes(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


def test_a_reply_says_so() -> None:
    assert is_reply("Re: Split tyre")
    assert not is_reply("Split tyre: report")


def a_mail(name: str, *, days: int = 0, subject: str = "Split tyre", **changes: object) -> MailNote:
    return a_note(
        **{
            "message_id": name,
            "thread": name,
            "subject": subject,
            "sent_at": MONDAY + timedelta(days=days),
            **changes,
        }
    )


FIRST = a_mail("<1@x>")


@pytest.mark.parametrize(
    ("note", "belongs"),
    [
        pytest.param(
            a_mail("<2@x>", days=1, thread="<1@x>", references=("<1@x>",), subject="New words"),
            True,
            id="by its references, under a new subject",
        ),
        pytest.param(a_mail("<2@x>", days=1, subject="RE: Split tyre"), True, id="by its subject"),
        pytest.param(
            a_mail("<2@x>", days=NEAR.days + 1, subject="RE: Split tyre"), False, id="long after"
        ),
        pytest.param(a_mail("<2@x>", days=1), False, id="the same subject, but no reply"),
        pytest.param(a_mail("<2@x>", days=1, subject="Re: Bent rim"), False, id="another subject"),
        pytest.param(
            a_mail(
                "<2@x>", days=1, thread="<9@x>", references=("<9@x>",), subject="Re: Split tyre"
            ),
            False,
            id="its references name another mail",
        ),
    ],
)
def test_what_belongs_to_a_conversation(note: MailNote, belongs: bool) -> None:
    conversations = Conversations([FIRST, note])
    assert (conversations.of(note.message_id) == conversations.of("<1@x>")) is belongs


def test_a_mail_that_nobody_has_joins_those_that_name_it() -> None:
    left = a_mail("<2@x>", thread="<0@x>", references=("<0@x>", "<1@x>"))
    right = a_mail("<3@x>", thread="<1@x>", references=("<1@x>",))
    conversations = Conversations([left, right])
    assert conversations.of("<2@x>") == conversations.of("<3@x>")


MAILS = [
    a_mail("<1@x>"),
    a_mail("<2@x>", days=1, thread="<1@x>", references=("<1@x>",)),
    a_mail("<3@x>", days=2, subject="Re: Split tyre"),
    a_mail("<4@x>", days=3, subject="Bent rim"),
    a_mail("<5@x>", days=4, subject="AW: Bent rim"),
    a_mail("<6@x>", days=5, thread="<5@x>", references=("<5@x>", "<3@x>")),
]


@given(st.permutations(MAILS))
def test_the_order_of_mails_does_not_matter(mails: list[MailNote]) -> None:
    shuffled, straight = Conversations(mails), Conversations(MAILS)
    for note in MAILS:
        assert shuffled.of(note.message_id) == straight.of(note.message_id)


@pytest.mark.parametrize(
    ("customer", "relatives"),
    [
        pytest.param("ines@firm.example", ("dom@firm.example",), id="a colleague, or another name"),
        pytest.param("ines@gmail.com", (), id="neighbours at a provider are strangers"),
        pytest.param("", (), id="nobody"),
    ],
)
def test_second_addresses_are_proposed(customer: str, relatives: tuple[str, ...]) -> None:
    known = ["ines@firm.example", "dom@firm.example", "dom@gmail.com", "ines@gmail.com"]
    assert relatives_of(customer, known) == relatives
