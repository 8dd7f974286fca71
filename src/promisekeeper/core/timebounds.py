"""Words that bound or lead a time expression, and where one may start at all."""

from promisekeeper.core.timespans import Tokens
from promisekeeper.core.timetokens import (
    WORD,
)
from promisekeeper.core.timewords import (
    CORE_WORDS,
    ORDINALS,
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
# By first word, the longest first.
_LONG_BOUNDS = {
    start: sorted((b for b in _BOUNDS if b[0] == start and len(b) > 1), key=len, reverse=True)
    for start in _BOUND_STARTS
}
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
_LEAD_MARKS = frozenset("@~<=(-")
# Inside a lead, never its first word.
_NO_STARTS = word_set("or than to of very and earlier sooner advance than ) ( -") | {""}
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
PART_STARTS = CORE_WORDS | _LEADS
_ALL_LEADS = _LEADS | _LEAD_MARKS
# "the fourth of July" makes a day of "the", but with few words behind it only.
_AFTER_THE = PART_STARTS | WORKING_WORDS | frozenset(ORDINALS) | word_set("calendar financial")


def starts_of(t: Tokens) -> list[int]:
    """The tokens at which an expression may start: a time word, or leads right before one."""
    starts: list[int] = []
    reach = -1
    for i in [i for i, token in enumerate(t) if token.is_time]:
        if t[i].text == "the" and not (t[i + 1].kind != WORD or t[i + 1].text in _AFTER_THE):
            continue
        first = i
        while first - 1 > reach and t[first - 1].text in _ALL_LEADS:
            first -= 1
        starts += [k for k in range(first, i + 1) if t[k].text not in _NO_STARTS]
        reach = i
    return starts


def bound_at(t: Tokens, i: int) -> tuple[str, int]:
    """The bounding words at token `i` and the token behind them."""
    first = t[i].text
    if first not in _BOUND_STARTS:
        return "", i
    for words in _LONG_BOUNDS.get(first, ()):
        if all(t[i + n].text == word for n, word in enumerate(words)):
            return _BOUNDS[words], i + len(words)
    bound = _BOUNDS.get((first,), "")
    return bound, i + bool(bound)
