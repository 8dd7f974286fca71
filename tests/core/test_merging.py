"""Several findings of one sentence become the one promise that is tracked."""

from datetime import timedelta
from typing import Any

from builders import FRIDAY, THURSDAY, a_deadline
from promisekeeper.core.merging import one_promise
from promisekeeper.core.promise import Certainty, DeadlineKind, Kind
from promisekeeper.core.reading import Finding, Span


def a_finding(start: int, end: int, **changes: object) -> Finding:
    values: dict[str, Any] = {
        "kind": Kind.FIRM,
        "certainty": Certainty.CERTAIN,
        "span": Span(start=start, end=end),
        "rule": "will",
        **changes,
    }
    return Finding(**values)


def test_a_single_finding_stays_as_it_is() -> None:
    finding, deadline = a_finding(3, 9), a_deadline()
    assert one_promise([finding], [deadline]) == (finding, deadline)


def test_the_firmest_leads_and_covers_all() -> None:
    soft, firm = a_finding(0, 10, kind=Kind.SOFT), a_finding(14, 30)
    finding, _ = one_promise([soft, firm], [a_deadline(), a_deadline()])
    assert (finding.kind, finding.span) == (Kind.FIRM, Span(start=0, end=30))


def test_the_later_instant_is_due_and_the_earlier_is_reminded_of() -> None:
    early, late = a_deadline(due_at=THURSDAY), a_deadline(due_at=FRIDAY)
    _, deadline = one_promise([a_finding(0, 5), a_finding(6, 9)], [late, early])
    assert (deadline.due_at, deadline.alternative) == (FRIDAY, THURSDAY)
    assert deadline.remind_by == THURSDAY


def test_an_instant_stands_before_no_time_at_all() -> None:
    none = a_deadline(kind=DeadlineKind.NONE, words="", follow_up_at=FRIDAY + timedelta(days=9))
    _, deadline = one_promise([a_finding(0, 5), a_finding(6, 9)], [none, a_deadline()])
    assert (deadline.due_at, deadline.alternative) == (FRIDAY, None)


def test_what_is_only_possible_is_left_out() -> None:
    doubtful = a_finding(0, 5, certainty=Certainty.POSSIBLE)
    sure = a_finding(6, 9)
    late = a_deadline(due_at=FRIDAY + timedelta(days=7))
    assert one_promise([doubtful, sure], [late, a_deadline()]) == (sure, a_deadline())
