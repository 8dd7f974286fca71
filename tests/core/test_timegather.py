import random

from promisekeeper.core import timegather
from promisekeeper.core.timegather import Found, only_counts
from promisekeeper.core.timetokens import tokens_of
from promisekeeper.core.timewords import MONTHS, NUMBERS, UNITS, WORKING_WORDS

AMOUNTS = ["1", "2", "12", "24", "30", "5.5", "10.30", "0900", "1700", "a", "an", *NUMBERS]
UNIT_WORDS = [*UNITS, *(f"{working} {unit}" for working in WORKING_WORDS for unit in UNITS)]
BEHIND = [
    *timegather._BEHIND_AMOUNT,
    *MONTHS,
    *("of", "the", "may", "noon", "am", "pm", "-", "5pm", "3/4", "in", "at", ".", "we", "day"),
]


def test_an_amount_is_neither_a_day_nor_a_time_of_day() -> None:
    """What only counts is read by no reader of days or times, whatever stands before it."""
    chance = random.Random(5)
    for _ in range(10_000):
        parts = [chance.choice(AMOUNTS), chance.choice(UNIT_WORDS), *chance.choices(BEHIND, k=2)]
        tokens = tokens_of("by " + " ".join(parts))
        if tokens[2].text in timegather._COUNTED and only_counts(tokens, 1):
            for lead in ("", "at", "by", "in"):
                found = Found(end=1)
                assert not timegather._take_day(tokens, 1, found, lead), parts
                assert not timegather._take_clock(tokens, 1, found, lead), parts


def test_most_amounts_only_count() -> None:
    counted = [only_counts(tokens_of(f"2 {unit} we"), 0) for unit in UNIT_WORDS]
    assert all(counted)
    assert not only_counts(tokens_of("2 weeks on Monday"), 0)
    assert not only_counts(tokens_of("20 minutes to 5"), 0)
