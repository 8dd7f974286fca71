"""Words that bound or lead a time expression, and where one may start at all."""

from promisekeeper.core.feasts import FEAST_STARTS
from promisekeeper.core.timespans import Tokens
from promisekeeper.core.timetokens import (
    CLOCK,
    DATE,
    DOTTED,
    NUMBER,
    ORDINAL,
    PADDING,
    WORD,
    Token,
)
from promisekeeper.core.timewords import (
    DOUBTFUL_NAMES,
    GATE_WORDS,
    ORDINALS,
    UNITS,
    WEAK_WORDS,
    WORKING_WORDS,
    word_set,
)

_BOUNDS: dict[tuple[str, ...], str] = {
    ("by",): "by",
    ("on", "or", "before"): "by",
    ("before", "or", "on"): "by",
    ("by", "or", "before"): "by",
    ("at", "or", "before"): "by",
    ("no", "later", "than"): "by",
    ("not", "later", "than"): "by",
    ("latest", "by"): "by",
    ("latest",): "by",
    ("due", "by"): "by",
    ("due", "on"): "by",
    ("come",): "by",
    ("before",): "before",
    ("prior", "to"): "before",
    ("ahead", "of"): "before",
    ("in", "advance", "of"): "before",
    ("on",): "on",
    ("at",): "at",
    ("@",): "at",
    ("in",): "in",
    ("until",): "until",
    ("untill",): "until",
    ("till",): "until",
    ("til",): "until",
    ("through",): "until",
    ("thru",): "until",
    ("over",): "in",
    ("during",): "in",
    ("throughout",): "in",
    ("around",): "on",
    ("about",): "on",
    ("approximately",): "on",
    ("roughly",): "on",
    ("for",): "for",
    ("after",): "after",
    ("not", "before"): "after",
    ("no", "earlier", "than"): "after",
    ("no", "sooner", "than"): "after",
    ("not", "until"): "after",
    ("starting",): "after",
    ("starting", "from"): "after",
    ("starting", "on"): "after",
    ("as", "of"): "after",
    ("as", "from"): "after",
    ("from",): "from",
    ("between",): "between",
    ("since",): "since",
}
_BOUND_STARTS = frozenset(words[0] for words in _BOUNDS)
_LONG_BOUND_STARTS = frozenset(words[0] for words in _BOUNDS if len(words) > 1)
SOFTENERS = word_set(
    "around about approximately approx roughly circa sometime maybe perhaps possibly say ~ like "
    "just only right latest"
)
SPAN_LEADS = frozenset({"in", "within", "inside", "under", "over", "during", "throughout", "for"})
SPAN_SOFTENERS = word_set(
    "about around approximately approx roughly another just only maybe perhaps say up to at most "
    "some under less than no more next coming following upcoming the of max maximum probably "
    "as little within ~ that like"
)
FIGURE_KINDS = frozenset({NUMBER, ORDINAL, CLOCK, DATE, DOTTED})
_LEAD_MARKS = frozenset("@~<=(-")
# Inside a lead, never its first word.
_NO_STARTS = word_set("or than to of very and earlier sooner advance than")
# Words that may stand before the first time word of an expression.
_LEADS = (
    _BOUND_STARTS
    | SOFTENERS
    | SPAN_LEADS
    | SPAN_SOFTENERS
    | word_set(
        "the a an this current next nxt coming upcoming following later early late last any "
        "first sometime anytime end start beginning begining middle top back latter tail rest "
        "course remainder opening closing finish open few couple several dozen handful come "
        "fiscal same of or than to very not no prior ahead advance due earlier sooner even part "
        "only time"
    )
)
_CORE = (
    GATE_WORDS
    | WEAK_WORDS
    | DOUBTFUL_NAMES
    | frozenset(UNITS)
    | FEAST_STARTS
    | word_set("am pm eve one next bank new")
)
PART_STARTS = _CORE | _LEADS
# "the fourth of July" makes a day of "the", but with few words behind it only.
_AFTER_THE = PART_STARTS | WORKING_WORDS | frozenset(ORDINALS) | word_set("calendar financial")


def near_times(t: Tokens) -> list[bool]:
    """For each token whether an expression may start there: nothing but leads until a time."""
    near = []
    is_near = False
    after = None
    for token in reversed(t[: len(t) - PADDING]):
        text = token.text
        if token.kind == WORD:
            is_core = text in _CORE and (text != "the" or _may_follow_the(after))
            is_near = is_core or (is_near and text in _LEADS)
            near.append(is_near and text not in _NO_STARTS)
        else:
            is_near = token.kind in FIGURE_KINDS or (is_near and text in _LEAD_MARKS)
            near.append(is_near and text not in ")(-")
        after = token
    near.reverse()
    return near


def _may_follow_the(token: Token | None) -> bool:
    return token is None or token.kind != WORD or token.text in _AFTER_THE


def bound_at(t: Tokens, i: int) -> tuple[str, int]:
    """The bounding words at token `i` and the token behind them."""
    first = t[i].text
    if first not in _BOUND_STARTS:
        return "", i
    if first in _LONG_BOUND_STARTS:
        for size in (3, 2):
            bound = _BOUNDS.get(tuple(t[i + n].text for n in range(size)))
            if bound:
                return bound, i + size
    bound = _BOUNDS.get((first,), "")
    return bound, i + bool(bound)
