"""Several findings in one sentence -> the one promise that is tracked.

"I'll ask them today and you will have our answer on Friday" is one line to whoever reads it, and
gets one reminder; docs/decisions/0006-one-sentence-one-promise.md says why.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from promisekeeper.core.promise import Certainty, Deadline, DeadlineKind, Kind
from promisekeeper.core.reading import Finding, Span

# The firmest first.
_FIRM = (Kind.FIRM, Kind.OUTCOME, Kind.DELEGATED, Kind.SOFT, Kind.CONDITIONAL)
_SURE = (Certainty.CERTAIN, Certainty.LIKELY, Certainty.POSSIBLE)


def one_promise(
    findings: Sequence[Finding], deadlines: Sequence[Deadline]
) -> tuple[Finding, Deadline]:
    """The finding and the deadline that stand for all of one sentence.

    The firmest of the surest findings leads; its span covers them all. The latest instant is
    when everything is due; the earliest is kept as the alternative, so that reminders count
    from it.

    Args:
        findings: At least one.
        deadlines: One for each finding, in the same order.
    """
    sure = [one for one in findings if one.certainty is not Certainty.POSSIBLE]
    kept = [
        (finding, deadline)
        for finding, deadline in zip(findings, deadlines, strict=True)
        if finding in sure or not sure
    ]
    if len(kept) == 1:
        return kept[0]
    lead = min(
        (finding for finding, _ in kept),
        key=lambda one: (_SURE.index(one.certainty), _FIRM.index(one.kind)),
    )
    span = Span(
        start=min(finding.span.start for finding, _ in kept),
        end=max(finding.span.end for finding, _ in kept),
    )
    return replace(lead, span=span), _one_deadline([deadline for _, deadline in kept])


def _one_deadline(deadlines: Sequence[Deadline]) -> Deadline:
    fixed = [one for one in deadlines if one.due_at is not None]
    if not fixed:
        timed = [one for one in deadlines if one.kind is not DeadlineKind.NONE]
        return max(timed or deadlines, key=lambda one: one.follow_up_at)
    last = max(fixed, key=lambda one: one.follow_up_at)
    first = min(one.remind_by for one in fixed)
    if first == last.follow_up_at:
        return last
    return replace(last, alternative=first, earliest=_earliest(fixed), why=_why(last, fixed))


def _earliest(deadlines: Sequence[Deadline]) -> datetime | None:
    return min((one.earliest for one in deadlines if one.earliest is not None), default=None)


def _why(last: Deadline, deadlines: Sequence[Deadline]) -> str:
    others = ", ".join(repr(one.words) for one in deadlines if one is not last and one.words)
    return f"{last.why}; the same sentence also says {others}" if others else last.why
