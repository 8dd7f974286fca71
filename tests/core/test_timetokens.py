import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.timetokens import spans_of, tokens_of


def shown(text: str) -> str:
    return " ".join(f"{t.kind}:{t.text}" for t in tokens_of(text) if t.kind != "end")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("By Friday.", "word:by word:friday punct:.", id="words and marks"),
        pytest.param("9-11am", "number:9 dash:- clock:11am", id="a range in one piece"),
        pytest.param("3:30-4:30pm", "clock:3:30 dash:- clock:4:30pm", id="a range of clocks"),
        pytest.param("12P.M.", "clock:12p.m punct:.", id="points in the meridiem"),
        pytest.param("3 p.m.", "number:3 meridiem:p.m.", id="a meridiem apart"),
        pytest.param("13.05.2024", "date:13.05.2024", id="points in a date"),
        pytest.param("8.6.", "dotted:8.6.", id="day and month with points"),
        pytest.param("2024-05-09", "date:2024-05-09", id="year first"),
        pytest.param("15-May-2024", "number:15 word:may number:2024", id="month in letters"),
        pytest.param("mar4", "word:mar number:4", id="month glued to a day"),
        pytest.param("2hours", "number:2 word:hours", id="a glued unit"),
        pytest.param("mid-June", "word:mid word:june", id="a compound"),
        pytest.param("Mon-Fri", "word:mon dash:- word:fri", id="a range of days"),
        pytest.param("UTC-3", "word:utc dash:- number:3", id="an offset"),
        pytest.param("$20", "junk:$20", id="a price"),
        pytest.param("$ 20", "junk:$ junk:20", id="a price with a blank"),
        pytest.param("20%", "junk:20 punct:%", id="a share"),
        pytest.param("v2.5", "junk:v2.5", id="a version"),
        pytest.param("24/7", "junk:24/7", id="all week"),
        pytest.param("24-hour", "junk:24-hour", id="an adjective"),
        pytest.param("555-0123-4567", "junk:555-0123-4567", id="a telephone number"),
        pytest.param("2023-11-05-7781", "junk:2023-11-05-7781", id="an order number"),
        pytest.param("10.0.0.1", "junk:10.0.0.1", id="an IP address"),
        pytest.param("me@may.example", "junk:me@may.example", id="a mail address"),
        pytest.param("https://x.example/may/5", "junk:https://x.example/may/5", id="a link"),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.text(max_size=300))
def test_tokens_stand_in_order_inside_the_text(text: str) -> None:
    tokens = tokens_of(text)
    place = 0
    for start, end in spans_of(text, tokens, [(i, i + 1) for i in range(len(tokens))]):
        assert place <= start <= end <= len(text)
        place = start


@given(st.lists(st.text("By Friday5,'-", min_size=1), max_size=9).map(" ".join))
def test_tokens_are_found_again_where_they_stand(text: str) -> None:
    tokens = tokens_of(text)
    spans = spans_of(text, tokens, [(i, i + 1) for i in range(len(tokens))])
    assert [text[start:end].lower() for start, end in spans] == [token.text for token in tokens]
