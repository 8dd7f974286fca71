"""The pattern language of the tables, gates, and a second language made of a table only."""

import pytest

from promisekeeper.core.language import UNSUPPORTED, read_sentence, ready_tables
from promisekeeper.core.phrasecompiler import make_ready
from promisekeeper.core.phrases import Guard, PhraseTable, ReadyTable, Wording
from promisekeeper.core.promise import Kind


def a_table(
    *patterns: str, guards: tuple[Guard, ...] = (), gates: dict[str, str] | None = None
) -> PhraseTable:
    """A table of a few words in English."""
    return PhraseTable(
        language="test",
        words={
            "we": "i we",
            "adv": "=adverb now",
            "stop": "see",
            "name": "=name",
            "joining": "and",
        },
        parts={"will": "( will {adv}* | am going to )"},
        wordings=tuple(
            Wording(name=f"firm.{number}", pattern=pattern, kind=Kind.FIRM)
            for number, pattern in enumerate(patterns)
        ),
        guards=guards,
        fronted=(),
        trailing=(),
        soft=(),
        split={"i'll": "i will"},
        endings=(("ly", "y"),),
        names_too=frozenset({"will"}),
        common=frozenset({"the"}),
        idioms={},
        gates=gates or {},
    )


def words(table: ReadyTable, text: str) -> list[str]:
    return [p.span.of(text) for p in read_sentence(text, tables=[table]).promises]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("{we} will send", "We will send", ["We will send"], id="sets and words"),
        pytest.param("send|mail it", "mail it", ["mail it"], id="one of several words"),
        pytest.param("{we} {will} send", "I am going to send", ["I am going to send"], id="part"),
        pytest.param("will {adv}* send", "will gladly now send", ["will gladly now send"], id="*"),
        pytest.param("{we} will !{stop}", "I will see", [], id="a word not in the set"),
        pytest.param("{we} will !{stop}", "I will go", ["I will go"], id="any other word"),
        pytest.param("send ~2 now", "send a b now", ["send a b now"], id="up to two items"),
        pytest.param("send ~2 now", "send a b c now", [], id="more than two items"),
        pytest.param("send ~4 now", "send. Do it now", [], id="no stop is crossed"),
        pytest.param("^ will send", "Will send", ["Will send"], id="start"),
        pytest.param("^ will send", "he will send", [], id="not the start"),
        pytest.param("send $", "we send", ["send"], id="end"),
        pytest.param("send $", "send it", [], id="not the end"),
        pytest.param("send ( it | them now )", "send them now?", ["send them now"], id="group"),
        pytest.param("{we} will send", "I'll send", ["I'll send"], id="contraction"),
        pytest.param("{name} will send", "Ask Will will send", ["Will will send"], id="a name"),
        pytest.param("to (promise: @send it )", "to send it", ["send it"], id="part of a match"),
    ],
)
def test_a_pattern_finds_its_words(pattern: str, text: str, expected: list[str]) -> None:
    assert words(make_ready(a_table(pattern)), text) == expected


def test_the_first_wording_that_claims_a_word_keeps_it() -> None:
    table = make_ready(a_table("will send it", "send it now"))
    assert words(table, "I will send it now") == ["will send it now"]
    (promise,) = read_sentence("I will send it now", tables=[table]).promises
    assert promise.rule == "firm.0"


def test_a_guard_refuses_with_its_reason() -> None:
    guard = Guard(name="if", where="before", pattern="if", reason="only if")
    table = make_ready(a_table("{we} will send", guards=(guard,)))
    reading = read_sentence("if we will send", tables=[table])
    assert reading.promises == ()
    assert [refusal.reason for refusal in reading.refused] == ["only if"]


def test_a_gate_is_looked_for_before_the_wordings_that_have_its_items() -> None:
    gated = a_table("{we} {will} send", gates={"{will} send": "we will"})
    assert words(make_ready(gated), "We will send") == ["We will send"]
    # A gate that promises too much shuts: it is the table that must be right.
    assert words(make_ready(gated), "I will send") == []


def test_a_gate_leaves_alternatives_alone() -> None:
    gated = a_table("( {name} | it ) ( {will} send | will go )", gates={"{will} send": "we will"})
    assert words(make_ready(gated), "Nora will go") == ["Nora will go"]


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        pytest.param("{we}|he will", "not an item", id="set beside a word"),
        pytest.param("!{stop}", "no anchor", id="nothing to choose a sentence by"),
        pytest.param("( send", "not closed", id="open group"),
    ],
)
def test_a_pattern_that_cannot_work_is_an_error(pattern: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        make_ready(a_table(pattern))


GERMAN = PhraseTable(
    language="de",
    words={
        "we": "ich wir",
        "will": "werde werden",
        "act": "schicken senden anrufen prüfen",
        "joining": "und",
    },
    parts={},
    wordings=(
        Wording(name="negation.nicht", pattern="{we} {will} ~6 @nicht", reason="verneint"),
        Wording(name="firm.werde", pattern="{we} @{will} ~8 {act}", kind=Kind.FIRM),
        Wording(name="firm.wird_erledigt", pattern="@wird erledigt", kind=Kind.OUTCOME),
    ),
    guards=(),
    fronted=("^ (condition: wenn|sobald ~20 ) , ( werde )?",),
    trailing=(),
    soft=(),
    split={},
    endings=(),
    names_too=frozenset(),
    common=frozenset({"ich", "wir", "sie", "ihnen", "die", "der", "das", "und", "nicht", "werde"}),
    idioms={},
    gates={},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Ich werde Ihnen die Rechnung morgen schicken.",
            ["Ich werde Ihnen die Rechnung morgen schicken"],
            id="promise",
        ),
        pytest.param("Das wird erledigt.", ["wird erledigt"], id="outcome"),
        pytest.param("Ich werde das nicht prüfen.", [], id="negation"),
        pytest.param("I'll send you the bill.", ["I'll send you the bill"], id="English beside it"),
    ],
)
def test_another_language_is_another_table(text: str, expected: list[str]) -> None:
    tables = [*ready_tables(), make_ready(GERMAN)]
    assert [p.span.of(text) for p in read_sentence(text, tables=tables).promises] == expected


def test_without_the_table_the_language_is_unsupported() -> None:
    reading = read_sentence("Ich werde Ihnen die Rechnung morgen schicken.")
    assert [refusal.reason for refusal in reading.refused] == [UNSUPPORTED]


def test_every_expression_of_the_tables_compiles() -> None:
    for table in ready_tables():
        guards = [guard.look for wording in table.wordings for guard in wording.guards]
        looks = [*table.fronted, *table.trailing, *table.soft, *guards]
        for one in [*table.wordings, *table.gates, *looks]:
            assert one.expression.pattern == one.source
