"""Words that bound or lead a time expression, and where one may start at all."""

from promisekeeper.core.feasts import FEASTS_FROM
from promisekeeper.core.timeopeners import may_open
from promisekeeper.core.timeperiods import PART_LINKS, PART_OPENERS
from promisekeeper.core.timespans import SPAN_FILLERS, Tokens
from promisekeeper.core.timetokens import DATE, MERIDIEM, NUMBER, WORD
from promisekeeper.core.timewords import (
    CORE_WORDS,
    DOUBTFUL_NAMES,
    GATE_WORDS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    RELATIVE_DAYS,
    UNITS,
    WEAK_WORDS,
    WEEKDAYS,
    WORKING_WORDS,
    word_set,
)
from promisekeeper.core.zones import is_zone_word

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
BOUND_STARTS = frozenset(words[0] for words in _BOUNDS)
# By first word, the longest first.
_LONG_BOUNDS = {
    start: sorted((b for b in _BOUNDS if b[0] == start and len(b) > 1), key=len, reverse=True)
    for start in BOUND_STARTS
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
    BOUND_STARTS
    | SOFTENERS
    | SPAN_LEADS
    | SPAN_SOFTENERS
    | word_set(
        "the a an this current next nxt coming upcoming following later early late last any "
        "first sometime anytime end start beginning begining middle top back latter tail rest "
        "course remainder opening closing finish open few couple several dozen handful come "
        "fiscal same of or than to very not no prior ahead advance due earlier sooner even part "
        "only time working work office banking trading calendar"
    )
)
PART_STARTS = CORE_WORDS | _LEADS
_ALL_LEADS = _LEADS | _LEAD_MARKS
_AFTER_THE = PART_STARTS | WORKING_WORDS | frozenset(ORDINALS) | word_set("calendar financial")
# Words that open an expression only with one of these behind them: "new" a feast; "the" what is
# no time word by itself, nor leads to one ("the third quarter", "the closing hours").
_OPENED_BY = {
    first: frozenset({"'", ".", *(name[1] for name in names)})
    for first, names in FEASTS_FROM.items()
    if first not in GATE_WORDS | WEAK_WORDS | DOUBTFUL_NAMES | _LEADS
} | {"the": (_AFTER_THE - CORE_WORDS - _ALL_LEADS) | word_set("closing beginning open")}


def starts_of(t: Tokens) -> list[int]:
    """The tokens at which an expression may start: a time word, or leads right before one."""
    starts: list[int] = []
    reach = -1
    for i in [i for i, token in enumerate(t) if token.is_time]:
        if not _may_be_core(t, i):
            continue
        first = i
        while first - 1 > reach and t[first - 1].text in _ALL_LEADS:
            first -= 1
        starts += [k for k in range(first, i + 1) if t[k].text not in _NO_STARTS and may_open(t, k)]
        reach = i
    return starts


def _may_be_core(t: Tokens, i: int) -> bool:
    """Whether the neighbours of a time word leave it one."""
    text, after = t[i].text, t[i + 1]
    if t[i].kind == NUMBER or text in NUMBERS:
        return _may_count(t, i)
    opened_by = _OPENED_BY.get(text)
    if opened_by is None or after.text in opened_by:
        return True
    return text == "the" and after.kind == NUMBER and len(after.text) < 4


def _may_count(t: Tokens, i: int) -> bool:
    """Whether a number may be an hour, a day or an amount of time, by the word behind it."""
    text, after = t[i].text, t[i + 1]
    is_led = _leads_hour(t, i - 1) or (len(text) == 4 and _leads_year(t, i - 1))
    if after.text in _AFTER_STOP_ONLY:
        if t[i + 2].text in _BEHIND_STOP:
            return True
        return is_led and (after.kind != WORD or after.text in AFTER_HOUR)
    if after.text in _COUNTED or after.kind in (DATE, MERIDIEM):
        return True
    if not is_led:
        return False
    if after.kind != WORD or after.text in AFTER_HOUR or after.text in WEEKDAYS:
        return True
    return "." in text or len(text) == 4 or is_zone_word(after.text)


def _leads_hour(t: Tokens, i: int) -> bool:
    """Whether a bare figure right behind the token may be an hour: "by", "until in", "about"."""
    text = t[i].text
    return text in _HOUR_LEADS or (text in _OTHER_LEADS and t[i - 1].text in _HOUR_LEADS)


# The last words of bounds, and softeners; those of the other bounds lead to no hour alone.
_HOUR_LEADS = SOFTENERS | {
    words[-1] for words, bound in _BOUNDS.items() if bound not in ("for", "in", "since")
}
_OTHER_LEADS = BOUND_STARTS - _HOUR_LEADS


def _leads_year(t: Tokens, i: int) -> bool:
    """Whether a figure behind the token may be a year: "early", the end of "the end of"."""
    if t[i].text in PART_OPENERS:
        return True
    return t[i].text in PART_LINKS and t[i - 1].text in _YEAR_LEADS


_YEAR_LEADS = PART_OPENERS | PART_LINKS
_AFTER_STOP_ONLY = word_set(". of the")
_BEHIND_STOP = frozenset(MONTHS) | word_set(
    ". of the day / - this current month next nxt coming upcoming following"
)
_COUNTED = (
    frozenset({*UNITS, *(f"{unit}'s" for unit in UNITS), *MONTHS, *NUMBERS, *RELATIVE_DAYS})
    | SPAN_FILLERS
    | WORKING_WORDS
    | word_set(
        "m to - – — until untill till til through thru or / and & past before after from day "
        "noon midday midnight noontime am pm o'clock oclock ish o hundred half quarter"
    )
)
AFTER_HOUR = word_set(
    "on and or but so to if then i we in tomorrow today this next your my our ish "
    "sharp at latest when because as the with via for uk"
)


def bound_at(t: Tokens, i: int) -> tuple[str, int]:
    """The bounding words at token `i` and the token behind them."""
    first = t[i].text
    if first not in BOUND_STARTS:
        return "", i
    second = t[i + 1].text
    for words in _LONG_BOUNDS[first]:
        if words[1] == second and (len(words) < 3 or words[2] == t[i + 2].text):
            return _BOUNDS[words], i + len(words)
    bound = _BOUNDS.get((first,), "")
    return bound, i + bool(bound)
