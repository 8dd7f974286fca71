"""The words of time: weekdays, months, units, numbers and day parts, as tables."""

from datetime import time

from promisekeeper.core.feasts import FEAST_STARTS


def word_set(words: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(words.split())


_WEEKDAY_FORMS = (
    "monday mon monady mondy",
    "tuesday tue tues teusday tusday tuesady",
    "wednesday wed weds wednes wednsday wensday wedensday wendesday wednesady",
    "thursday thu thur thurs thursady thrusday thirsday thurday thuesday",
    "friday fri firday fryday fridy",
    "saturday sat satuday saterday saturady",
    "sunday sun sundy sunady",
)
WEEKDAYS = {form: day for day, forms in enumerate(_WEEKDAY_FORMS) for form in forms.split()}
# These are words of their own; alone and without support they are no weekday.
DOUBTFUL_WEEKDAYS = frozenset({"mon", "wed", "sat", "sun"})

_MONTH_FORMS = (
    "january jan janurary janaury",
    "february feb febuary feburary",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sep sept setpember septmber",
    "october oct",
    "november nov",
    "december dec decmber",
)
MONTHS = {form: n for n, forms in enumerate(_MONTH_FORMS, 1) for form in forms.split()}
# Also names of people, or plain words: never a month without a day or a preposition.
DOUBTFUL_MONTHS = frozenset({"may", "march", "mar", "april", "june", "august", "jan", "jun", "dec"})

_UNIT_FORMS = {
    "second": "second seconds sec secs",
    "minute": "minute minutes min mins",
    "hour": "hour hours hr hrs h",
    "day": "day days d",
    "week": "week weeks wk wks w",
    "fortnight": "fortnight fortnights",
    "month": "month months mon mth mths",
    "quarter": "quarter quarters",
    "year": "year years yr yrs",
    "weekend": "weekend weekends",
}
UNITS = {form: unit for unit, forms in _UNIT_FORMS.items() for form in forms.split()}
# Units that only count when glued to a number or behind another span: "2h", "1d 3h".
SHORT_UNITS = frozenset({"h", "d", "w", "m", "mon", "s"})
WORKING_WORDS = frozenset({"business", "working", "work", "office", "banking", "bank", "trading"})

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
NUMBERS = {word: float(n) for n, word in enumerate(_SMALL.split())} | {
    "thirty": 30.0,
    "forty": 40.0,
    "fourty": 40.0,
    "forty-five": 45.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "seventy": 70.0,
    "ninety": 90.0,
}
TENS = frozenset({"twenty", "thirty", "forty", "fourty", "fifty", "sixty", "seventy"})
# "a few" is three and "a couple" two by DESIGN; "several" is left to the generous side.
ROUGH_NUMBERS = {"few": 3.0, "couple": 2.0, "several": 7.0, "dozen": 12.0, "handful": 5.0}

_ORDINAL_FORMS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {word: n for n, word in enumerate(_ORDINAL_FORMS.split(), 1)} | {"thirtieth": 30}

# Days from today. "tom" and other names are left out on purpose.
RELATIVE_DAYS = {
    "today": 0,
    "tonight": 0,
    "tonite": 0,
    "tomorrow": 1,
    "tommorow": 1,
    "tommorrow": 1,
    "tomorow": 1,
    "tomorro": 1,
    "tomorrrow": 1,
    "tmrw": 1,
    "tmr": 1,
    "tmw": 1,
    "tmrrw": 1,
    "tomoz": 1,
    "2moro": 1,
    "2morrow": 1,
}

# The end of each part of the day, as a wall-clock time. The end of the working
# day itself is not here: it comes from the calendar.
PART_ENDS = {
    "morning": time(12),
    "am": time(12),
    "noon": time(12),
    "midday": time(12),
    "lunch": time(12),
    "evening": time(20),
    "night": time(23, 59),
    "tonight": time(23, 59),
}
PART_WORDS = {
    "morning": "morning",
    "mornings": "",
    "noon": "noon",
    "midday": "noon",
    "noontime": "noon",
    "lunch": "lunch",
    "lunchtime": "lunch",
    "afternoon": "afternoon",
    "arvo": "afternoon",
    "pm": "afternoon",
    "am": "morning",
    "evening": "evening",
    "eve": "evening",
    "night": "night",
    "afternoonish": "afternoon",
    "teatime": "afternoon",
}
PART_WORDS = {word: part for word, part in PART_WORDS.items() if part}

SHORT_ENDS = {
    "eod": "day",
    "cob": "day",
    "eob": "day",
    "cop": "day",
    "eop": "day",
    "eobd": "day",
    "eow": "week",
    "eom": "month",
    "eoq": "quarter",
    "eoy": "year",
}

_NAMES = word_set("may march mar jan dec jun mon wed sat sun")
_ENDS = word_set(
    "second seconds sec secs min mins end close play business thing first start half past "
    "shift opening o'clock clock"
)
# A sentence with none of these, and no figures that look like a time, holds no time.
GATE_WORDS = frozenset(
    {
        *(form for form in (*WEEKDAYS, *MONTHS) if form not in _NAMES),
        *RELATIVE_DAYS,
        *PART_WORDS,
        *SHORT_ENDS,
        *(form for form in UNITS if form not in SHORT_UNITS | _ENDS),
        *("midnight", "overnight", "midweek", "midmonth", "q1", "q2", "q3", "q4", "h1", "h2"),
        *("days'", "weeks'", "months'", "hours'", "years'", "quarters", "quarter"),
        *("weekday", "weekdays", "mid", "day's", "week's", "month's", "year's", "o'clock"),
        *("christmas", "xmas", "easter", "thanksgiving", "holiday", "holidays", "halloween"),
        *("juneteenth", "pentecost", "whitsun", "ascension", "epiphany", "hogmanay"),
        *(word for word, number in ORDINALS.items() if number > 3),
    }
) - {"am", "pm", "eve", "years", "moment"}
# Two of these together may be a time: "close of business", "half past four".
WEAK_WORDS = (_ENDS | frozenset(NUMBERS)) - {"one"}
# Plain words that are times only with a capital letter.
DOUBTFUL_NAMES = _NAMES
# Behind these there may be words that name no instant.
VAGUE_WORDS = word_set(
    "soon soonest soonish shortly asap a.s.a.p immediately momentarily later presently promptly "
    "eventually forthwith pronto earliest straightaway away delay course convenience opportunity "
    "chance moment minute min sec second mo bit while jiffy tick flash future days weeks months "
    "hours possible able sooner long time order once point stage someday sometime some line road "
    "track short now quickly fast early swiftly speedily"
)
EVENT_WORDS = word_set(
    "after once when whenever soon upon until till before time pending receipt completion arrival "
    "delivery approval moment minute day second instant next upcoming coming during"
)
RECURRING_WORDS = word_set(
    "every each hourly daily nightly weekly fortnightly monthly quarterly yearly annually once "
    "twice times mondays tuesdays wednesdays thursdays fridays saturdays sundays weekdays"
)
# Of these, the ones that are worth a look where no other time word stands.
LOOSE_WORDS = (VAGUE_WORDS | EVENT_WORDS | RECURRING_WORDS) - word_set(
    "long order stage line road track now early quickly fast some possible able delivery"
)
# One of these, or a figure, stands in every time expression; leads may stand before it.
CORE_WORDS = (
    GATE_WORDS
    | WEAK_WORDS
    | DOUBTFUL_NAMES
    | frozenset(UNITS)
    | FEAST_STARTS
    | word_set("am pm eve one next bank new")
)
