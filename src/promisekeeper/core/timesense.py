"""Which time expressions look ahead and may be a deadline.

The verb nearest to the words decides: past spans are dropped, and so are
absences, opening hours, habits and quoted headers. One pass of each pattern
over a text of limited length; no pattern backtracks further than its clause.
"""

import re
from collections.abc import Sequence

from promisekeeper.core.timeparts import Feast, Figures, Period, Relative, Span, Words
from promisekeeper.core.timescene import Scene
from promisekeeper.core.timewords import word_set

_HEADER = re.compile(r"\s*(?:>|(?:sent|date|from|received|on\s.{3,40}\bwrote)\s*:)")
_WROTE = re.compile(r"\bwrote:\s*$")
_ABSENT = re.compile(
    r"(?:\b(?:am|is|are)|'(?:m|re|s))\s+(?:(?:all|also|both|just|now|still|afraid)\s+)?(?:out|away|off|closed|unavailable"
    r"|shut|on\s+(?:leave|holiday|holidays|vacation|annual\s+leave|pto)"
    r"|out\s+of\s+(?:the\s+)?office|travell?ing)\s*(?:\w+\s+)?$"
)
_OPENING = re.compile(
    r"\b(?:open|opens|opened|closes?|closed|opening|hours|reachable|staffed|manned|desk\sis)\b"
)
_HABIT_WORDS = word_set(
    "nightly daily weekly hourly monthly usually always normally typically generally often every "
    "each weekdays weekends mondays tuesdays wednesdays thursdays fridays saturdays sundays"
)
_HABIT = re.compile(rf"\b(?:{'|'.join(_HABIT_WORDS)})\b")
_DROPPED_LEAD = re.compile(
    r"\b(?:since|last|past|previous|happy|merry|instead\s+of|rather\s+than|dated|of|than|every|each|ago|why"
    r"|(?:it\sis|it's|now)(?=\s+$)"
    r"|your\s(?:last\s)?(?:e?-?mail|message|call|note|letter|request|enquiry|inquiry|report"
    r"|ticket|comment|question|reply|post)"
    r")\s+(?:the\s+)?$"
)
_NUMBERED_LEAD = re.compile(
    r"\b(?:version|v|order|invoice|ticket|case|ref|reference|po|room|suite|extension|ext|error|code|page"
    r"|step|line|section|chapter|no|number|port|flight|gate)[.:#]?\s+(?:the\s+)?$"
)
_SPAN_TRIGGER = re.compile(
    r"\b(?:giv(?:e|es|ing)|allow(?:ing)?|needs?|tak(?:e|es|ing)|requires?|be|another|turnaround"
    r"|delivery|eta|expect|usually|probably|about|approximately|roughly|around|maybe|say|to)\b"
    r"[\w\s:'’,]{0,24}$"
)
_NOT_SPAN = re.compile(
    r"\b(?:for|lasts?|lasted|every|each|at\s+least|more\s+than|over|spent|after|of|last|past|runs?"
    r"|than)\s+(?:the\s+)?$"
)
_NOUN_NEXT = re.compile(r"\s+(?!(?:and|or|at|by|if|to|so|but|for|with|in|on|then)\b)[a-z]")
_POLICY = re.compile(
    r"\b(?:expires?|valid|accepted|eligible|refundable|lasts?|covers?|covered|returns?\s+are"
    r"|times?\s+out|policy|must|free\s+trial)\b"
)
_OF_EVENT = re.compile(
    r"\s+(?:of|after|from|following|before|prior\sto)\s+"
    r"(?!(?:now|today|tomorrow|this|that|which|here|it)\b)[\w'’]+(?:\s(?!(?:and|but|so|i|we)\b)[\w'’]+){0,5}"
)
# "two weeks old", "10 min a day", "one day off": amounts, but no time to come.
_NO_DELAY = re.compile(
    r"\s+(?:old|off|late|early|overdue|ahead|behind|long|notice|warning|in\sadvance|ago|a|per|each"
    r"|every|apart|longer|worth|of)\b"
)
_RATE = re.compile(r"\b(?:mins?|minutes?|hours?|times?|days?)\s+$")
_NEGATION = re.compile(r"\b(?:not|cannot|never)\b|n't\b")
_EARLIEST = re.compile(r"\s+at\s+the\s+(?:very\s+)?(?:earliest|soonest)\b")
# "We moved to it in January", unlike "it was moved to Monday" and "we will have moved it".
_SHIFTED = re.compile(
    r"^(?!.*\b(?:will|'ll|can|may|should|to\s+(?:have|be))\b).*\b(?:i|we|you|they|he|she|it)\s"
    r"(?:moved|pushed|extended|planned|expected|postponed|deferred|confirmed|booked|scheduled)\b"
)
# "Next update: 16:30", "ETA: Monday".
_LABEL = re.compile(
    r"\b(?:next\s(?:update|call|step|review)|eta|due(?:\sdate)?|deadline|delivery|call\s?back|arrival"
    r"|(?:expected|estimated|target|planned|promised|ship)(?:\s\w+)?|follow[\s-]up)\s?:\s*$"
)
_DEADLINE_BOUNDS = frozenset({"by", "before", "until", "within"})
_PLAIN_SHARE = 0.6


def keep(found: Sequence[Words], scene: Scene) -> list[Words]:
    """The expressions that look ahead, with "not until" turned into a start."""
    if not found or _is_header(scene.text):
        return []
    kept = []
    for plain in found:
        words = _of_event(plain, scene)
        if _looks_ahead(words, scene):
            is_start = _is_not_before(words, scene) or _EARLIEST.match(scene.text, words.end)
            kept.append(words._replace(kind="after") if is_start else words)
    return kept


def _is_not_before(words: Words, scene: Scene) -> bool:
    """ "I can't start until Monday", "it won't ship before Monday": a start, not an end."""
    if words.bound not in ("until", "before"):
        return False
    lead = scene.text[scene.clause_of(words.start)[0] : words.start]
    if not _NEGATION.search(lead):
        return False
    return words.bound == "until" or not _NO_START.search(lead)


# "If I hear nothing before Friday", "I won't forget it before Friday".
_NO_START = re.compile(
    r"\b(?:if|unless|in\scase|forget|fail|miss|worry|hesitate|only|nothing|anything\selse)\b"
)


def _is_header(text: str) -> bool:
    return bool(_HEADER.match(text) or ("wrote:" in text and _WROTE.search(text)))


def _of_event(words: Words, scene: Scene) -> Words:
    """ "within 2 days of receipt" hangs on an event, not on the Date."""
    if not isinstance(words.day, Span) or words.bound not in ("in", "within"):
        return words
    match = _OF_EVENT.match(scene.text, words.end)
    if match is None:
        return words
    return words._replace(kind="event", end=match.end())


def _looks_ahead(words: Words, scene: Scene) -> bool:
    lead = scene.text[max(0, words.start - 48) : words.start]
    said = lead.split()
    if words.bound == "since" or _is_dropped(lead, said, words, scene) or _is_absence(lead, said):
        return False
    is_plain = words.end - words.start >= _PLAIN_SHARE * len(scene.text.strip())
    is_plain = is_plain or (lead.rstrip().endswith(":") and bool(_LABEL.search(lead)))
    if not is_plain and _is_minute(words):
        return False
    if isinstance(words.day, Span) and not words.bound:
        return is_plain or _is_asked_span(lead, words, scene)
    clause = scene.clause_of(words.start)
    if _is_routine(words, scene, clause):
        return False
    if words.kind == "event":
        return scene.is_promising
    if words.is_sure:
        return words.kind != "after" or scene.is_promising or is_plain
    tense = _tense(words, scene, clause)
    if tense == "past":
        return False
    if words.kind == "after":
        is_from = scene.text[words.start : words.start + 4] == "from"
        is_said = "future" in scene.cue_kinds(*clause)
        return is_said or (scene.is_promising and not is_from)
    if is_plain or tense == "future":
        return True
    return not words.is_weak and not _is_bare_clock(words, scene, clause)


def _is_absence(lead: str, said: list[str]) -> bool:
    """Whether somebody is away then; the last two words spare most a slower look."""
    for word in said[-2:]:
        if word.startswith(_ABSENCES):
            return bool(_ABSENT.search(lead))
    return False


_ABSENCES = (
    *("out", "away", "off", "closed", "unavailable", "shut", "leave", "holiday", "vacation"),
    *("pto", "travel", "office"),
)


def _is_minute(words: Words) -> bool:
    """ "in a minute" is a manner of speaking."""
    day = words.day
    if not isinstance(day, Span) or day.is_exact or words.bound != "in":
        return False
    return day.amounts in (((1.0, "minute"),), ((1.0, "second"),))


def _is_dropped(lead: str, before: list[str], words: Words, scene: Scene) -> bool:
    """ "instead of tomorrow", "order 10/12": somebody else's or no time at all."""
    said = scene.text[words.start : words.end]
    if said[0].isdigit() and _NUMBERED_LEAD.search(lead):
        return True
    if said.startswith("of ") or (said == "at the end of the day" and not lead.strip()):
        return True
    if not words.bound and words.day is None and words.part is not None and words.clock is None:
        # "The first thing to check" is none; "first thing." or "close of business," is.
        is_thing = words.part.name == "first thing" and "morning" not in said
        return is_thing and bool(_NOUN_NEXT.match(scene.text, words.end))
    is_quarter = isinstance(words.day, Period) and said in ("q1", "q2", "q3", "q4")
    is_thin = (
        isinstance(words.day, Feast)
        or is_quarter
        or (isinstance(words.day, Figures) and words.day.year is None and words.clock is None)
    )
    if is_thin and not words.bound and not scene.cues and len(scene.text) > 3 * len(said):
        return True
    # "Black Friday deals", "9/10 customers": a name or a fraction before its noun.
    if is_thin and not words.bound and _NOUN_NEXT.match(scene.text, words.end):
        return True
    return _may_drop(before) and bool(_DROPPED_LEAD.search(lead))


def _may_drop(said: list[str]) -> bool:
    """Whether the last word before the time may drop it; spares most a slower look."""
    word = said[-1] if said and said[-1] != "the" else said[-2] if len(said) > 1 else ""
    return word in _DROPPERS or not word.isalpha()


_DROPPERS = word_set(
    "since last past previous happy merry of than dated every each ago why is now email mail "
    "message call note letter request enquiry inquiry report ticket comment question reply post"
)


def _is_asked_span(lead: str, words: Words, scene: Scene) -> bool:
    """ "Give us half an hour", "the bank needs 3-5 working days"."""
    if lead.endswith(" to ") and not lead.endswith("up to "):
        # "set the limit to 30 seconds"
        return False
    if _NOT_SPAN.search(lead) or not _SPAN_TRIGGER.search(lead):
        return False
    if _NO_DELAY.match(scene.text, words.end) or _RATE.search(lead):
        return False
    # "take a minute to answer" asks for attention, not for time.
    is_short = isinstance(words.day, Span) and words.day.amounts[0][1] in ("minute", "second")
    if lead.endswith("take ") and is_short and scene.text[words.start :][:2] == "a ":
        return False
    start = scene.clause_of(words.start)[0]
    before = scene.cue_kinds(start, words.start)
    return "past" not in before or "future" in before


def _is_bare_clock(words: Words, scene: Scene, clause: tuple[int, int]) -> bool:
    """A time of day that nothing marks as one to come: "a spike at 14:32"."""
    if words.clock is None or words.day is not None or words.bound in _DEADLINE_BOUNDS:
        return False
    if scene.text[words.end - 1] == "m" and not scene.cues:
        return False
    return "present" not in scene.cue_kinds(*clause)


def _is_routine(words: Words, scene: Scene, clause: tuple[int, int]) -> bool:
    """Habits and opening hours, where nothing in the sentence speaks of the future."""
    start, end = clause
    is_span = isinstance(words.day, Span)
    is_clocked = words.clock is not None and not isinstance(words.day, Relative)
    is_habit = not _HABIT_WORDS.isdisjoint(scene.words)
    if not (is_habit or is_span or is_clocked) or "future" in scene.cue_kinds(start, end):
        return False
    if is_habit and _HABIT.search(scene.text, start, end):
        return True
    if is_span and _POLICY.search(scene.text, start, end):
        return True
    return is_clocked and bool(_OPENING.search(scene.text, start, end))


def _tense(words: Words, scene: Scene, clause: tuple[int, int]) -> str:
    """The tense of the verb that the words go with: "past", "present", "future" or ""."""
    start, end = clause
    before = scene.cue_kinds(start, words.start)
    if before:
        if words.bound == "in" and _SHIFTED.search(scene.text, start, words.start):
            return "past"
        if words.bound in _DEADLINE_BOUNDS and "future" in before:
            return "future"
        return before[-1]
    after = scene.cue_kinds(words.end, end)
    if not after and start == 0:
        # "Today, I took the price to zero": the verb stands in the next clause.
        after = scene.cue_kinds(end, len(scene.text))
    if after:
        return after[0]
    return "future" if scene.is_promising and "past" not in scene.cue_kinds(0, start) else ""
