import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promisekeeper.core.deadline import FollowUpDefaults, TimeContext, deadline_for, read_times
from promisekeeper.core.hours import add_elapsed, office_hours
from promisekeeper.core.promise import DeadlineKind
from promisekeeper.core.reading import Span, TimeReading

DATA = Path(__file__).parent.parent / "data" / "deadlines"
LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = datetime.fromisoformat("2024-05-07T10:15:00+01:00")
DEFAULTS = FollowUpDefaults()
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")


def context(sent_at: datetime = TUESDAY, zone: str = "Europe/London") -> TimeContext:
    return TimeContext(sent_at=sent_at, hours=office_hours(ZoneInfo(zone)))


def shown(reading: TimeReading) -> tuple[str, str, str]:
    if reading.due_at is None:
        return reading.words, reading.kind.value, ""
    other = f"{reading.alternative:%Y-%m-%d %H:%M}" if reading.alternative else ""
    return reading.words, f"{reading.due_at:%Y-%m-%d %H:%M}", other


def phrase_rows() -> Iterator[object]:
    for name, table in tomllib.loads((DATA / "phrases.toml").read_text("utf-8")).items():
        sentences: dict[str, list[tuple[str, str, str]]] = {}
        for sentence, words, due, other in table["rows"]:
            wanted = sentences.setdefault(sentence, [])
            if due != "nothing":
                wanted.append((words, due, other))
        for sentence, wanted in sentences.items():
            yield pytest.param(table, sentence, wanted, id=f"{name}: {sentence}")


@pytest.mark.parametrize(("table", "sentence", "wanted"), list(phrase_rows()))
def test_phrases(table: dict[str, str], sentence: str, wanted: list[tuple[str, str, str]]) -> None:
    hours = office_hours(ZoneInfo(table["zone"]), date_order=table["date_order"])
    here = TimeContext(sent_at=datetime.fromisoformat(table["sent_at"]), hours=hours)
    assert [shown(reading) for reading in read_times(sentence, here)] == wanted


def first_look_rows() -> Iterator[object]:
    for name, table in tomllib.loads((DATA / "first_look.toml").read_text("utf-8")).items():
        sentences: dict[str, list[tuple[str, str]]] = {}
        for sentence, words, due in table["rows"]:
            wanted = sentences.setdefault(sentence, [])
            if due != "nothing":
                wanted.append((words, due))
        for sentence, wanted in sentences.items():
            yield pytest.param(table, sentence, wanted, id=f"{name}: {sentence}")


@pytest.mark.parametrize(("table", "sentence", "wanted"), list(first_look_rows()))
def test_first_look(table: dict[str, str], sentence: str, wanted: list[tuple[str, str]]) -> None:
    hours = office_hours(ZoneInfo(table["zone"]), date_order=table["date_order"])
    here = TimeContext(sent_at=datetime.fromisoformat(table["sent_at"]), hours=hours)
    found = [shown(reading) for reading in read_times(sentence, here)]
    # None of the kinds without an instant is told from another: no time is due.
    dues = [due if due[0].isdigit() else "no instant" for _, due, _ in found]
    assert dues == [due if due[0].isdigit() else "no instant" for _, due in wanted]
    for (words, _, _), (expected, _) in zip(found, wanted, strict=True):
        assert expected in words or words in expected


def prose_rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / "prose.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", [pytest.param(row, id=str(row["id"])) for row in prose_rows()])
def test_support_prose(row: dict[str, object]) -> None:
    hours = office_hours(ZoneInfo(str(row["zone"])), date_order=str(row["date_order"]).lower())
    sent_at = datetime.fromisoformat(str(row["reference_time"]))
    readings = read_times(str(row["text"]), TimeContext(sent_at=sent_at, hours=hours))
    wanted = row["deadlines"]
    assert isinstance(wanted, list)
    assert len(readings) == len(wanted)
    for reading, gold in zip(readings, wanted, strict=True):
        assert gold["span"][0] < reading.span.end
        assert reading.span.start < gold["span"][1]
        if gold["kind"] != "instant":
            assert reading.kind is not DeadlineKind.INSTANT
            continue
        known = [datetime.fromisoformat(at) for at in (gold["latest"], *gold["alt"])]
        assert reading.due_at in known


def owned(
    sentence: str, promise: str, *others: str, previous: str = "", following: str = ""
) -> str:
    spans = [Span(start=sentence.index(p), end=len(sentence)) for p in (promise, *others)]
    deadline = deadline_for(
        spans[0],
        sentence,
        context(),
        others=spans[1:],
        previous=previous,
        following=following,
        defaults=DEFAULTS,
    )
    return deadline.words


@pytest.mark.parametrize(
    ("sentence", "promise", "others", "words"),
    [
        pytest.param("I'll send it by Friday.", "I'll send", (), "by Friday", id="behind"),
        pytest.param("By Friday I'll send it.", "I'll send", (), "By Friday", id="before"),
        pytest.param(
            "I'll send A today and I'll call you by Friday.",
            "I'll send A",
            ("I'll call",),
            "today",
            id="the first of two",
        ),
        pytest.param(
            "I'll send A today and I'll call you by Friday.",
            "I'll call",
            ("I'll send A",),
            "by Friday",
            id="the second of two",
        ),
        pytest.param(
            "I'll call you today, and by Friday you'll have it.",
            "you'll have",
            ("I'll call",),
            "by Friday",
            id="in front of the second of two",
        ),
        pytest.param(
            "By Friday I'll send it and call you.",
            "call you",
            ("I'll send",),
            "By Friday",
            id="in front of both",
        ),
        pytest.param(
            "I'll look into it and get back to you by Friday.",
            "I'll look",
            ("get back",),
            "by Friday",
            id="of both in one breath",
        ),
        pytest.param(
            "I'll be away next week but will send it by Friday.",
            "will send",
            (),
            "by Friday",
            id="not the absence",
        ),
        pytest.param(
            "If I hear nothing by Thursday, I'll close it.",
            "I'll close",
            (),
            "",
            id="not the condition's",
        ),
        pytest.param(
            "Once the part arrives, I'll fit it by Friday.",
            "I'll fit",
            (),
            "by Friday",
            id="an instant before an event",
        ),
        pytest.param("I'll do it.", "I'll do", (), "", id="none"),
    ],
)
def test_whose_time_it_is(sentence: str, promise: str, others: tuple[str, ...], words: str) -> None:
    assert owned(sentence, promise, *others) == words


@pytest.mark.parametrize(
    ("previous", "following", "words"),
    [
        pytest.param("", "Tuesday at the latest.", "Tuesday", id="the sentence after it"),
        pytest.param("", "Hopefully by tomorrow!", "by tomorrow", id="with a filler"),
        pytest.param("By Friday:", "", "By Friday", id="the head of a list"),
        pytest.param("", "The shop opens on Tuesday.", "", id="another matter after it"),
        pytest.param("It broke on Friday.", "", "", id="another matter before it"),
    ],
)
def test_neighbouring_sentences(previous: str, following: str, words: str) -> None:
    found = owned("I'll ask them.", "I'll ask", previous=previous, following=following)
    assert found == words


def test_a_time_in_the_sentence_wins_over_its_neighbours() -> None:
    sentence = "I'll ask them by noon."
    assert owned(sentence, "I'll ask", following="Tuesday at the latest.") == "by noon"


@pytest.mark.parametrize(
    ("sentence", "kind", "follow_up"),
    [
        pytest.param("I'll do it.", DeadlineKind.NONE, "2024-05-09T17:00+01:00", id="none"),
        pytest.param("I'll do it soon.", DeadlineKind.VAGUE, "2024-05-08T17:00+01:00", id="vague"),
        pytest.param(
            "I'll do it once it arrives.", DeadlineKind.EVENT, "2024-05-14T17:00+01:00", id="event"
        ),
        pytest.param(
            "I'll do it after Monday.", DeadlineKind.AFTER, "2024-05-09T17:00+01:00", id="after"
        ),
        pytest.param(
            "I'll do it by noon.", DeadlineKind.INSTANT, "2024-05-07T12:00+01:00", id="instant"
        ),
    ],
)
def test_follow_up(sentence: str, kind: DeadlineKind, follow_up: str) -> None:
    span = Span(start=0, end=len(sentence))
    deadline = deadline_for(span, sentence, context(), defaults=DEFAULTS)
    assert deadline.kind is kind
    assert deadline.follow_up_at == datetime.fromisoformat(follow_up)
    assert deadline.why


def test_your_time_is_the_customers() -> None:
    sentence = "I'll call you Thursday at 3pm your time."
    known = TimeContext(
        sent_at=TUESDAY, hours=office_hours(LONDON), customer_zone=ZoneInfo("America/New_York")
    )
    [reading] = read_times(sentence, known)
    assert reading.due_at == datetime.fromisoformat("2024-05-09T15:00-04:00")
    [unknown] = read_times(sentence, context())
    assert "customer's zone not known" in unknown.why
    [bare] = read_times("I'll call at noon your time.", context())
    assert "customer's zone not known" in bare.why
    [mine] = read_times("I'll call at noon your time.", known)
    assert "in the customer's zone" in mine.why
    assert unknown.due_at == datetime.fromisoformat("2024-05-09T15:00+01:00")
    assert "not known" in unknown.why


def test_own_holidays_have_names() -> None:
    here = TimeContext(
        sent_at=TUESDAY,
        hours=office_hours(LONDON),
        named_days={"christmas": (datetime(2024, 5, 20, tzinfo=UTC).date(),)},
    )
    [reading] = read_times("I'll do it by Christmas.", here)
    assert reading.due_at == datetime.fromisoformat("2024-05-20T17:00+01:00")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("by " * 100_000, id="bounds"),
        pytest.param("9" * 200_000, id="one long figure"),
        pytest.param("1-" * 100_000, id="dashes"),
        pytest.param("in the next " * 50_000, id="leads"),
        pytest.param("monday or " * 50_000, id="choices"),
        pytest.param("I'll once " * 50_000, id="events"),
        pytest.param("within 999999999999 hours and 99999 years", id="huge amounts"),
        pytest.param("in 4999 years, by 31 February, on 99/99/9999", id="days that do not exist"),
        pytest.param("\x00\ud800\u202e by Friday \U0001f600", id="odd characters"),
    ],
)
def test_hostile_text_is_read_quickly_or_not_at_all(text: str) -> None:
    for reading in read_times(text, context()):
        assert reading.span.end <= len(text)


MOMENTS = st.builds(
    lambda minutes, zone: (
        datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ).astimezone(ZoneInfo(zone)),
    st.integers(0, 3 * 365 * 24 * 60),
    st.sampled_from(ZONES),
)
PHRASES = st.sampled_from(
    (
        *("by Friday", "on Tuesday", "next Wednesday", "before the 15th", "by EOD", "today"),
        *("this afternoon", "tonight", "tomorrow morning", "by 9am", "at noon", "in a few hours"),
        *("within 24 hours", "in 3 days", "within 2 business days", "this week", "next week"),
        *("by the end of the month", "early next week", "over the weekend", "by June 3"),
        *("before Monday", "by the weekend", "next month", "by 5pm EST", "within 8 working hours"),
        *(
            "Monday or Tuesday",
            "between 2 and 4pm",
            "in 4-5 days",
            "by the 31st",
            "a week on Monday",
        ),
        *("before Christmas", "mid next week", "by the end of Q3", "first thing tomorrow", "by 3"),
        *("a week from now", "at 02:30 tomorrow", "by midnight", "before June", "by 13/6"),
    )
)


@given(MOMENTS, PHRASES)
def test_nothing_is_due_before_it_was_written(sent_at: datetime, phrase: str) -> None:
    here = context(sent_at, str(sent_at.tzinfo))
    for reading in read_times(f"I'll do it {phrase}.", here):
        assert reading.due_at is not None
        assert reading.due_at >= sent_at


@given(MOMENTS, PHRASES)
def test_every_reading_lies_between_earliest_and_latest(sent_at: datetime, phrase: str) -> None:
    here = context(sent_at, str(sent_at.tzinfo))
    for reading in read_times(f"I'll do it {phrase}.", here):
        assert reading.due_at is not None
        assert reading.earliest is not None
        assert reading.latest is not None
        for at in (reading.due_at, reading.alternative or reading.due_at):
            assert reading.earliest <= at <= reading.latest


@given(MOMENTS, st.integers(1, 400), st.sampled_from(("hours", "minutes")))
def test_literal_hours_are_exact(sent_at: datetime, count: int, unit: str) -> None:
    here = context(sent_at, str(sent_at.tzinfo))
    [reading] = read_times(f"I'll do it within {count} {unit}.", here)
    seconds = count * (3600 if unit == "hours" else 60)
    assert reading.due_at == add_elapsed(sent_at, timedelta(seconds=seconds))


@given(MOMENTS, st.integers(1, 30))
def test_business_days_agree_with_a_slow_count(sent_at: datetime, count: int) -> None:
    here = context(sent_at, str(sent_at.tzinfo))
    [reading] = read_times(f"I'll do it within {count} business days.", here)
    assert reading.due_at is not None
    day, left = here.today, count
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert reading.due_at == here.hours.close(day)


RELATIVE = st.sampled_from(
    (
        *("tomorrow", "in 3 days", "within 2 business days", "within 24 hours", "next week"),
        *("in two weeks", "in one month", "by the end of the month", "within 8 working hours"),
        *("the day after tomorrow", "next month", "tomorrow morning", "by EOD", "by Friday"),
        *(
            "by 9am",
            "over the weekend",
            "early next week",
            "by the 20th",
            "by March 3",
            "by Easter",
        ),
    )
)


@given(MOMENTS, st.integers(0, 14 * 24 * 60), RELATIVE)
def test_a_later_date_gives_no_earlier_deadline(
    sent_at: datetime, minutes: int, phrase: str
) -> None:
    later = add_elapsed(sent_at, timedelta(minutes=minutes))
    zone = str(sent_at.tzinfo)
    [first] = read_times(f"I'll do it {phrase}.", context(sent_at, zone))
    [second] = read_times(f"I'll do it {phrase}.", context(later, zone))
    assert first.due_at is not None
    assert second.due_at is not None
    assert first.due_at <= second.due_at


@given(st.text(max_size=200), MOMENTS)
def test_any_text_is_read_without_harm(text: str, sent_at: datetime) -> None:
    readings = read_times(text, context(sent_at, str(sent_at.tzinfo)))
    ends = [0, *(reading.span.end for reading in readings)]
    for reading, end in zip(readings, ends, strict=False):
        assert end <= reading.span.start < reading.span.end <= len(text)
        assert reading.words == text[reading.span.start : reading.span.end]


WORDS = (
    "by on in the next 5 15 2 3:30 pm of may friday or - to , 12/6 week end before after "
    "tomorrow noon a half business days within until 31st june q3 last . and every"
)
PIECES = st.lists(
    st.sampled_from(WORDS.split()),
    max_size=14,
).map(" ".join)


# The first span that only dateparser reads pays for its import.
@settings(deadline=None)
@given(PIECES, MOMENTS)
def test_any_heap_of_time_words_is_read_without_harm(text: str, sent_at: datetime) -> None:
    for reading in read_times(f"I'll do it {text}", context(sent_at, str(sent_at.tzinfo))):
        assert reading.due_at is None or reading.due_at >= sent_at
