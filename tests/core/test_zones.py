from datetime import datetime, timedelta

import pytest

from promisekeeper.core.zones import PLACES, is_zone_word, zone_named

SUMMER = datetime.fromisoformat("2024-07-01T12:00:00+00:00")
WINTER = datetime.fromisoformat("2024-01-15T12:00:00+00:00")


@pytest.mark.parametrize(
    ("word", "sent_at", "hours"),
    [
        pytest.param("est", WINTER, -5, id="EST in winter"),
        pytest.param("est", SUMMER, -4, id="EST in summer is New York's clock"),
        pytest.param("pacific", SUMMER, -7, id="a spelled zone"),
        pytest.param("cest", SUMMER, 2, id="CEST"),
        pytest.param("bst", SUMMER, 1, id="British, unless the writer is elsewhere"),
        pytest.param("utc+2", SUMMER, 2, id="an offset"),
        pytest.param("gmt-03:30", SUMMER, -3.5, id="an offset with minutes"),
        pytest.param("utc+99", SUMMER, 14, id="an impossible offset is capped"),
    ],
)
def test_zone_named(word: str, sent_at: datetime, hours: float) -> None:
    there = sent_at.astimezone(zone_named(word, sent_at).zone)
    assert there.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("writer", "hours"),
    [
        pytest.param("2024-07-01T12:00:00+05:30", 5.5, id="India"),
        pytest.param("2024-07-01T12:00:00+01:00", 1, id="Ireland"),
        pytest.param("2024-07-01T12:00:00+03:00", 3, id="Israel"),
        pytest.param("2024-07-01T12:00:00-04:00", 5.5, id="elsewhere"),
    ],
)
def test_a_shared_name_follows_the_writer(writer: str, hours: float) -> None:
    sent_at = datetime.fromisoformat(writer)
    there = sent_at.astimezone(zone_named("ist", sent_at).zone)
    assert there.utcoffset() == timedelta(hours=hours)


def test_the_strict_offset_is_kept_beside() -> None:
    literal = zone_named("est", SUMMER).literal
    assert literal is not None
    assert literal.utcoffset(None) == timedelta(hours=-5)
    assert zone_named("london", SUMMER).literal is None


def test_every_place_exists() -> None:
    for word in PLACES:
        assert zone_named(word, SUMMER).zone is not None


@pytest.mark.parametrize("word", ["time", "estimate", "utc+", "the", "est5"])
def test_other_words_are_no_zone(word: str) -> None:
    assert not is_zone_word(word)
