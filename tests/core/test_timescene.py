import pytest

from promisekeeper.core.timescene import Interest, interest_of, lowered, scene_of, words_in


def interest(text: str) -> Interest:
    lower = lowered(text)
    return interest_of(text, lower, words_in(lower))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Thanks for the screenshots.", Interest.NOTHING, id="no time"),
        pytest.param("It failed at step 7 of 9 on the server.", Interest.NOTHING, id="figures"),
        pytest.param("You may close this ticket if it works.", Interest.NOTHING, id="may"),
        pytest.param("We can do that in May, I believe.", Interest.TIMES, id="May"),
        pytest.param("By Friday.", Interest.TIMES, id="a weekday"),
        pytest.param("I will call you then, at 5 if you like.", Interest.TIMES, id="an hour"),
        pytest.param("We will stop at the close of business.", Interest.TIMES, id="two weak words"),
        pytest.param("I will reply as soon as I can.", Interest.LOOSE, id="soon"),
        pytest.param("I will reply when it arrives here.", Interest.LOOSE, id="an event"),
    ],
)
def test_interest(text: str, expected: Interest) -> None:
    assert interest(text) is expected


@pytest.mark.parametrize(
    ("text", "tenses"),
    [
        pytest.param("I'll do it", ["future"], id="a contraction"),
        pytest.param("I am going to call", ["present", "future"], id="going to"),
        pytest.param("we fixed it", ["past"], id="a regular past"),
        pytest.param("it is fixed", ["present"], id="a participle"),
        pytest.param("have it all fixed", [], id="a participle behind have"),
        pytest.param("it was moved", ["past", "future"], id="moved to another time"),
        pytest.param("thanks for waiting", ["past"], id="thanks for"),
        pytest.param("it used to work", ["past"], id="used to"),
    ],
)
def test_tenses(text: str, tenses: list[str]) -> None:
    lower = lowered(text)
    scene = scene_of(lower, words_in(lower))
    assert [kind for _, kind in scene.cues] == tenses


@pytest.mark.parametrize(
    ("text", "place", "clause"),
    [
        pytest.param("it broke, we mend it", "mend", " we mend it", id="comma and subject"),
        pytest.param("i paid and we ship it", "ship", " we ship it", id="and with a subject"),
        pytest.param("i call and write", "write", "i call and write", id="and without one"),
        pytest.param("out today but back soon", "soon", " back soon", id="but"),
        pytest.param("at 10:30 it is", "it", "at 10:30 it is", id="a colon in a time"),
    ],
)
def test_clauses(text: str, place: str, clause: str) -> None:
    start, end = scene_of(text, words_in(text)).clause_of(text.index(place))
    assert text[start:end] == clause


@pytest.mark.parametrize("text", ["İstanbul by Friday’s end", "ẞ FRIDAY", "plain"])
def test_lower_case_keeps_every_place(text: str) -> None:
    assert len(lowered(text)) == len(text)
