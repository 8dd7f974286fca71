"""A quarter of a year under a simulated clock; tests/stress/simulated_year.py runs all four."""

from datetime import timedelta
from pathlib import Path

import pytest

from year import STARTS_AT, Year, after_the_outage, days_over, missing, twice, untold

OUTAGE = (STARTS_AT + timedelta(days=35), STARTS_AT + timedelta(days=65))


@pytest.mark.parametrize("urgent_a_day", [6, 1])
def test_no_step_twice_none_missing_and_never_a_burst(tmp_path: Path, urgent_a_day: int) -> None:
    year = Year(
        tmp_path / "ledger.db",
        periods=1,
        outage=OUTAGE,
        every=timedelta(hours=4),
        urgent_a_day=urgent_a_day,
    )
    year.run()
    assert twice(year) == []
    assert missing(year) == []
    assert untold(year) == []
    assert days_over(year) == []
    assert set(after_the_outage(year).values()) == {1}
    kinds = {letter.kind for _, letter in year.letters()}
    assert kinds == {"reminder", "lead", "digest"}
    steps = {step.kind for heard in year.heard for step in heard.decided.steps}
    assert {"half_way", "last_day", "remind_agent", "again", "lapse", "upset", "lead"} <= steps
