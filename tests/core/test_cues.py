import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promisekeeper.core import cues, matter, signals, upset
from promisekeeper.core.matter import Deed, past_deeds, reported_deeds, spelled_out, tells_past
from promisekeeper.core.plainwords import Plain, made_plain
from promisekeeper.core.signals import in_small_letters

# What a wording can match, as texts that are made from it.
TEXTS = settings(
    max_examples=60, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True
)


def made_from(pattern: re.Pattern[str]) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


@pytest.mark.parametrize("deed", list(Deed))
def test_no_report_is_made_without_a_cue(deed: Deed) -> None:
    @TEXTS
    @given(made_from(matter.REPORTED[deed]))
    def check(text: str) -> None:
        perhaps = cues.team_may_say(cues.cue_words(text))
        is_placed = deed is Deed.READY and "placed" in perhaps
        is_placed = is_placed and matter.PLACED.search(" ".join(text.split())) is not None
        assert deed in perhaps or is_placed, text

    check()


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        pytest.param(signals.HOLDS, "holds", id="holds"),
        pytest.param(signals.WITHDRAWS, "withdraws", id="withdraws"),
        pytest.param(signals.COMING, "coming", id="coming"),
        pytest.param(signals.RELEASES, "releases", id="releases"),
        pytest.param(signals.CONFIRMS, "confirms", id="confirms"),
        pytest.param(signals.AGREES, "agrees", id="agrees"),
    ],
)
def test_no_signal_is_given_without_a_cue(pattern: re.Pattern[str], name: str) -> None:
    @TEXTS
    @given(made_from(pattern))
    def check(text: str) -> None:
        # The special letters that only a pattern without case takes for "s" and "k" are not meant.
        if text.isascii():
            words = cues.cue_words(text)
            assert name in cues.team_may_say(words) | cues.customer_may_say(words), text

    check()


@TEXTS
@given(made_from(signals.SUPPLIES))
def test_nothing_is_supplied_without_a_cue_or_a_digit(text: str) -> None:
    if text.isascii():
        perhaps = cues.customer_may_say(cues.cue_words(text))
        has_digit = any(map(str.isdigit, text))
        assert "supplies" in perhaps or ("names" in perhaps and has_digit), text


def test_a_common_word_is_a_cue_only_beside_another() -> None:
    assert "arrive" in cues.team_may_say({"it", "is", "with", "you"})
    assert "arrive" not in cues.team_may_say({"it", "is", "with", "us"})
    assert "arrive" not in cues.team_may_say({"with", "you"})
    assert "agrees" in cues.customer_may_say({"please", "do"})
    assert "agrees" not in cues.customer_may_say({"we", "do"})


@TEXTS
@given(made_from(matter.NOT_DONE))
def test_nothing_is_denied_without_a_cue(text: str) -> None:
    assert not cues.NOT_DONE.isdisjoint(cues.cue_words(text))


@TEXTS
@given(made_from(matter.PAST))
def test_every_verb_in_the_past_is_seen(text: str) -> None:
    sentence = f"{text}."
    is_denied = matter.NOT_DONE.search(" ".join(text.split())) is not None
    assert is_denied is not bool(past_deeds(sentence))
    assert tells_past(made_plain(sentence)) is not is_denied


@pytest.mark.parametrize("deed", list(Deed))
def test_what_a_clause_reports_is_seen_in_its_sentence(deed: Deed) -> None:
    @TEXTS
    @given(made_from(matter.REPORTED[deed]))
    def check(text: str) -> None:
        if deed in reported_deeds(text):
            assert deed in reported_deeds(f"Well, {text}, or so."), text

    check()


@given(st.text(alphabet="skiSKI\u0130\u0131\u017f\u212a e'"))
def test_small_letters_are_those_of_a_pattern_that_passes_over_case(text: str) -> None:
    plain = Plain(text, text.lower(), frozenset())
    for letter in "ski":
        found = re.findall(letter, text, re.IGNORECASE)
        assert len(found) == in_small_letters(plain).count(letter)


@pytest.mark.parametrize(
    ("written", "in_full"),
    [
        pytest.param("It’s not here, we'll see", "It is not here, we will see", id="several"),
        pytest.param("I Won't, I CAN'T, he'dn't", "I will not, I can not, he had not", id="not"),
        pytest.param("It'\u017f they`d've", "It is they had have", id="odd letters and signs"),
        pytest.param("Tom's dog's't 'mine'", "Tom is dog is't 'mine'", id="no short form"),
    ],
)
def test_short_forms_are_spelled_out(written: str, in_full: str) -> None:
    assert spelled_out(written) == in_full


@pytest.mark.parametrize(
    ("sentence", "deeds"),
    [
        pytest.param("The site is live, and the old one is off.", {"ready"}, id="two clauses"),
        pytest.param("It is in.", {"ready"}, id="a place behind is"),
        pytest.param("It is in and we are glad.", {"ready"}, id="a place that ends a clause"),
        pytest.param("It is in town and we are glad.", set(), id="a place that ends none"),
        pytest.param("It will be sent.", set(), id="not done yet"),
        pytest.param("Glad, ready and waiting.", set(), id="cut by the end of a clause"),
        pytest.param("Paid, posted - and it is in.", {"pay", "ship", "ready"}, id="many clauses"),
        pytest.param("It went, by the way, and was sent.", {"ship", "send"}, id="cut, and whole"),
        pytest.param("The weather was fine.", set(), id="no deed at all"),
        pytest.param("POSTED THIS MORNING, AND PAID.", {"ship", "pay"}, id="capitals"),
    ],
)
def test_deeds_are_reported_as_before(sentence: str, deeds: set[str]) -> None:
    assert reported_deeds(sentence) == deeds


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        pytest.param(upset.STRONG, "strong", id="strong"),
        pytest.param(upset.MILD, "mild", id="mild"),
    ],
)
def test_nobody_sounds_upset_without_a_cue(pattern: re.Pattern[str], name: str) -> None:
    @TEXTS
    @given(made_from(pattern))
    def check(text: str) -> None:
        assert name in upset.may_sound(cues.cue_words(text)), text

    check()
