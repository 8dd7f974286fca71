"""Orders, invoices and parts that are named by kind and number: two numbers are two things."""

import re
from functools import lru_cache

from promisekeeper.core.promise import Promise

# "Order 55120": two numbers of one kind of thing are two things.
_NUMBERED = re.compile(
    r"\b(orders?|invoices?|tickets?|cases?|jobs?|parts?|bookings?|claims?|accounts?|policy|quotes?"
    r"|quotations?|contracts?|units?|rooms?|references?|ref)\b\.?\s?(?:no\b\.?|number|nr\b\.?|#)?"
    r"\s?#?(?=[\w/-]{0,12}\d)([\w/-]{2,20})",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1024)
def _numbered(text: str) -> frozenset[tuple[str, str]]:
    """What a text names by kind and number: orders, invoices, parts."""
    text = text[:1_000]
    pairs = _NUMBERED.findall(text) if _DIGIT.search(text) else ()
    return frozenset((kind.lower().removesuffix("s"), number.lower()) for kind, number in pairs)


def names_another(promise: Promise, *texts: str) -> bool:
    """Whether texts name another order, invoice or part than a promise, and not the promise's."""
    theirs = frozenset[tuple[str, str]]().union(*map(_numbered, texts))
    # Few sentences name anything so.
    if not theirs:
        return False
    ours = _numbered(f"{promise.subject} {promise.words}")
    if ours & theirs:
        return False
    return bool({kind for kind, _ in ours} & {kind for kind, _ in theirs})
