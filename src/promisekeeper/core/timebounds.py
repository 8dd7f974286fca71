"""Words that bound or lead a time expression, and where one may start at all."""

from promisekeeper.core.timespans import SPAN_FILLERS, Tokens
from promisekeeper.core.timetokens import DATE, MERIDIEM, NUMBER, WORD
from promisekeeper.core.timewords import (
    CORE_WORDS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    RELATIVE_DAYS,
    UNITS,
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
# "the fourth of July" makes a day of "the", but with few words behind it only.
_AFTER_THE = PART_STARTS | WORKING_WORDS | frozenset(ORDINALS) | word_set("calendar financial")


def starts_of(t: Tokens) -> list[int]:
    """The tokens at which an expression may start: a time word, or leads right before one."""
    starts: list[int] = []
    reach = -1
    for i in [i for i, token in enumerate(t) if token.is_time]:
        is_number = t[i].kind == NUMBER or t[i].text in NUMBERS
        if is_number and not _may_count(t, i):
            continue
        if t[i].text == "the" and not (t[i + 1].kind != WORD or t[i + 1].text in _AFTER_THE):
            continue
        first = i
        while first - 1 > reach and t[first - 1].text in _ALL_LEADS:
            first -= 1
        starts += [k for k in range(first, i + 1) if t[k].text not in _NO_STARTS]
        reach = i
    return starts


def _may_count(t: Tokens, i: int) -> bool:
    """Whether a number may be an hour, a day or an amount of time, by the word behind it."""
    text, after = t[i].text, t[i + 1]
    is_led = t[i - 1].text in _ALL_LEADS and i > 0
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
    for words in _LONG_BOUNDS.get(first, ()):
        if all(t[i + n].text == word for n, word in enumerate(words)):
            return _BOUNDS[words], i + len(words)
    bound = _BOUNDS.get((first,), "")
    return bound, i + bool(bound)
