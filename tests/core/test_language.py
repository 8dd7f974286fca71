"""What sentences promise: tables of own sentences, and laws."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.language import MAX_CHARACTERS, UNSUPPORTED, read_sentence
from promisekeeper.core.promise import Certainty, Kind
from promisekeeper.core.reading import Finding

DATA = Path(__file__).parent.parent / "data" / "promises"
TAKEN = ("conditional", "context", "delegated", "everyday", "firm", "outcome", "soft", "typing")


def cases(name: str) -> list[Any]:
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [pytest.param(row, id=f"{name}: {row['text'][:60]}") for row in rows]


def taken(row: dict[str, Any]) -> list[Finding]:
    """The promises of a case that would remind."""
    reading = read_sentence(row["text"], previous=row.get("previous", ""), team=row.get("team", ()))
    return [found for found in reading.promises if found.certainty is not Certainty.POSSIBLE]


@pytest.mark.parametrize("row", [case for name in TAKEN for case in cases(name)])
def test_a_promise_is_found_with_its_kind_and_words(row: dict[str, Any]) -> None:
    found = taken(row)
    text = row["text"]
    assert [str(promise.kind) for promise in found] == [row["kind"]]
    assert [promise.span.of(text) for promise in found] == row["words"]
    conditions = [promise.condition.of(text) for promise in found if promise.condition]
    assert conditions == ([row["condition"]] if "condition" in row else [])
    assert found[0].delegate == row.get("delegate", found[0].delegate)


@pytest.mark.parametrize("row", cases("several"))
def test_two_promises_in_one_sentence_are_two_findings(row: dict[str, Any]) -> None:
    assert [promise.span.of(row["text"]) for promise in taken(row)] == row["words"]


@pytest.mark.parametrize("row", cases("look_alikes"))
def test_what_only_looks_like_a_promise_is_not_taken(row: dict[str, Any]) -> None:
    assert taken(row) == []


def test_the_hard_cases_are_read_as_a_careful_person_reads_them() -> None:
    lines = (DATA / "hard_cases.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    wrong = [row["text"] for row in rows if bool(taken(row)) != bool(row["y"])]
    # A request that arms an act ("so that I can ...") is deliberately not taken.
    assert wrong == ["Reply with your account ID so that I can reopen the case for you."]


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        pytest.param("Let me know.", "request.let_me_know", "a request", id="request"),
        pytest.param(
            "I'll admit it.", "opinion.will", "an opinion or a turn of speech", id="opinion"
        ),
        pytest.param("I'll be in London.", "state.be", "a state, no act", id="whereabouts"),
    ],
)
def test_a_cue_that_is_not_taken_says_why(text: str, rule: str, reason: str) -> None:
    (refusal,) = read_sentence(text).refused
    assert (refusal.rule, refusal.reason) == (rule, reason)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ich werde Ihnen die Rechnung morgen schicken.", id="German"),
        pytest.param("Nous vous enverrons votre facture avec le colis.", id="French"),
        pytest.param("Jeg skal ringe deg i morgen og ikke på fredag.", id="Norwegian"),
        pytest.param("Мы отправим вам счёт завтра.", id="Cyrillic"),
    ],
)
def test_a_language_without_a_table_is_named_and_not_guessed(text: str) -> None:
    reading = read_sentence(text)
    assert reading.promises == ()
    assert [refusal.reason for refusal in reading.refused] == [UNSUPPORTED]


def test_foreign_names_do_not_make_a_sentence_foreign() -> None:
    (promise,) = read_sentence("I'll send the Los Angeles files to Le Monde today.").promises
    assert promise.kind is Kind.FIRM


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("Out of office: back on Monday", id="absence"),
        pytest.param("Automatic reply: your order", id="automatic reply"),
        pytest.param("Accepted: planning meeting", id="calendar"),
    ],
)
def test_automatic_mail_promises_nothing(subject: str) -> None:
    reading = read_sentence("I will answer your mail on Monday.", subject=subject)
    assert reading.promises == ()
    assert reading.refused[0].reason == "automatic mail"


def test_words_of_others_in_quotation_marks_are_not_taken() -> None:
    assert taken({"text": 'She wrote "we will refund you" and left.'}) == []
    assert len(taken({"text": 'I will send you the file "plan" today.'})) == 1


def test_a_team_name_makes_a_stranger_one_of_us() -> None:
    text = "Sam will sand the table."
    assert read_sentence(text).promises == ()
    (promise,) = read_sentence(text, team=["Sam Hill"]).promises
    assert (promise.kind, promise.delegate) == (Kind.DELEGATED, "Sam")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("if " * 5000 + "I will send it", id="many conditions"),
        pytest.param("I will " * 5000, id="many promises"),
        pytest.param("will " * 5000, id="many auxiliaries"),
        pytest.param("(" * 5000 + "I'll" + ")" * 5000, id="brackets"),
        pytest.param("please and " * 5000 + "I will call", id="many requests"),
        pytest.param("a" * 100_000, id="one long word"),
    ],
)
@pytest.mark.timeout(5)
def test_hostile_text_is_read_in_little_time(text: str) -> None:
    for promise in read_sentence(text).promises:
        assert promise.span.end <= MAX_CHARACTERS


PIECES = (
    "I we you will 'll shall send it call not if once , . ; ? ( ) “ ” let me know Dana our team "
    "be have by Friday and but going to should able expect"
)
WORDS = st.sampled_from(PIECES.split())


@given(st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=200))
def test_spans_lie_in_the_sentence_and_do_not_overlap(text: str) -> None:
    reading = read_sentence(text)
    end = 0
    for promise in reading.promises:
        assert end <= promise.span.start < promise.span.end <= len(text)
        end = promise.span.end
        if promise.condition is not None:
            assert 0 <= promise.condition.start <= promise.condition.end <= len(text)
    assert read_sentence(text) == reading
