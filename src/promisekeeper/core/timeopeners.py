"""Which words must stand behind the first word of a time expression: a look at two tokens.

Most words that may open one do not: "the first meeting", "a day.", "last few". What is ruled
out here is read by none of the readers of days, parts of the day and times of day.
"""

from promisekeeper.core.timedates import AFTER_ORDINAL, COMING, NEXT
from promisekeeper.core.timeperiods import PART_LINKS, PART_OPENERS, may_be_period
from promisekeeper.core.timespans import Tokens
from promisekeeper.core.timetokens import FIGURE_KINDS, WORD
from promisekeeper.core.timewords import (
    MONTHS,
    ORDINALS,
    PART_WORDS,
    RELATIVE_DAYS,
    UNITS,
    WEEKDAYS,
    WORKING_WORDS,
    word_set,
)

_FORMS = frozenset({*UNITS, *(f"{unit}'s" for unit in UNITS)})
# These may do without: "the weekend", "quarter to five", "on mon", "the second of May".
_PLAIN_FORMS = _FORMS - {"quarter", "weekend", "mon", "second"}
_DATE_LINKS = word_set(". the - / of day")
_PERIODS = frozenset({*_FORMS, *MONTHS, *ORDINALS, *NEXT, *COMING, *WORKING_WORDS}) | word_set(
    "this current the calendar financial fiscal q1 q2 q3 q4 h1 h2"
)
_PARTS = (
    _PERIODS
    | PART_LINKS
    | frozenset({*RELATIVE_DAYS, *WEEKDAYS, *PART_WORDS})
    | word_set("- mid end time hours")
)
_ORDINAL_NOUNS = (
    AFTER_ORDINAL
    | frozenset({*WEEKDAYS, *MONTHS, *WORKING_WORDS, *NEXT, *COMING})
    | _DATE_LINKS
    | word_set("week month quarter half thing this current")
)
# By first word; a figure may stand there instead.
_BEHIND: dict[str, frozenset[str]] = {
    **dict.fromkeys(_PLAIN_FORMS, frozenset()),
    **dict.fromkeys(
        filter(may_be_period, _PLAIN_FORMS),
        word_set("is 's end after following before of commencing beginning starting"),
    ),
    **dict.fromkeys(MONTHS, _DATE_LINKS | frozenset(ORDINALS) | word_set("twenty thirty ' bank")),
    **dict.fromkeys(PART_OPENERS - word_set("sometime anytime later early"), _PARTS),
    **dict.fromkeys(WORKING_WORDS, _FORMS),
    "day": word_set("after following before"),
    "days": word_set("end"),
    "day's": word_set("end"),
    "last": frozenset({*WEEKDAYS, *WORKING_WORDS, "day", "week", "thing"}),
}


def may_open(t: Tokens, i: int) -> bool:
    """Whether an expression may start at token `i`, by the word behind it (or behind "the")."""
    if t[i].text == "the":
        i += 1
    text, after = t[i].text, t[i + 1]
    if text in ORDINALS:
        return after.kind != WORD or after.text in _ORDINAL_NOUNS
    behind = _BEHIND.get(text)
    return behind is None or after.text in behind or after.kind in FIGURE_KINDS
