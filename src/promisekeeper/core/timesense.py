"""Which time expressions look ahead and may be a deadline.

The verb nearest to the words decides: past spans are dropped, and so are
absences, opening hours, habits and quoted headers. One pass of each pattern
over a text of limited length; no pattern backtracks further than its clause.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from promisekeeper.core.timeparts import Feast, Figures, Relative, Span, Words
from promisekeeper.core.timewords import GATE_WORDS, PROMISE_GATE_WORDS

_WORD = re.compile(r"[qh][1-4]\b|[a-z]+(?:['’][a-z]+)?")
_FIGURES = re.compile(
    r"\d(?:[:/.\-]\d|\s?[ap]\.?m?\b|st\b|nd\b|rd\b|th\b)|(?:at|by|until|till|before|@)\s?\d"
)
# One alternation, the order matters: what keeps its future sense stands first.
_CUES = re.compile(
    r"""(?P<future>
        \b(?:will|won['’]t|shall|should|can|cannot|can['’]t|could|would|may|might|must|gonna
          |going\sto|about\sto|aim(?:ing|s)?|plan(?:ning|s)?|expect(?:s|ing)?|hop(?:e|es|ing)
          |intend(?:s|ing)?|promise|(?:need|want|have|has|try|trying)\sto|let\s(?:me|us|you)|let['’]s
          |to\sfollow|on\strack|please|kindly|allow|give
          |(?:re|un)?scheduled|moved|postponed|deferred|pushed|extended|booked|planned|expected
          |estimated|slated|targeted|arranged|due)\b
        | ['’](?:ll|d)\b )
      | (?P<present>
        \b(?:am|is|are|isn['’]t|aren['’]t|be|being|get|gets|goes|go|ships?|arrives?|leaves?|lands?
          |starts?|begins?|comes?|runs?|ends?|expires?|becomes?|sends?|needs?|takes?|wants?
          |meets?|delivers?|reopens?|resumes?|returns?)\b
        | ['’](?:m|re|s)\b )
      | (?P<past>
        \b(?:was|were|wasn['’]t|weren['’]t|had|hadn['’]t|did|didn['’]t|been|went|came|sent|made|took
          |said|told|saw|found|gave|wrote|began|broke|left|met|lost|ran|got|spoke|rang|bought|paid
          |heard|knew|thought|felt|brought|built|caught|kept|held|became|drank|ate|fell|grew|led
          |read|sat|sold|spent|stood|taught|understood|woke|won|drove|flew|forgot|hid|hit|put|shut
          |rose|used\sto|ago|yesterday|previously|earlier|recently)\b
        | \b[a-z]{2,}[a-df-z]ed\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "-ed" behind one of these is no past tense: "have it fixed", "is finished", "be released".
_PARTICIPLE_LEAD = re.compile(
    r"(?:\b(?:is|are|be|being|am|gets?|getting|to|this|your|the|an?|our|my|for|as|not|fully)"
    r"|['’](?:s|re)"
    r"|\b(?:have|has|get|getting|need|want|keep|see)\s(?:[\w'’]+\s){1,5}?)\s*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"""[;!?]|[.](?=\s)|\s[-–—]\s|:\s
      | ,\s*(?:(?:and|but|so|then|yet|or)\s+)?(?=(?:i|we|you|they|he|she|it|there|our|your|the)\b)
      | \b(?:and|but|so|because|while)\s+(?=(?:i|we|you|they|he|she|it|then|will)\b)
      | \bbut\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\s*>|\bwrote:\s*$|^\s*(?:sent|date|from|received|on\s.{3,40}\bwrote)\s*:", re.IGNORECASE
)
_ABSENT = re.compile(
    r"(?:\b(?:am|is|are)|['’](?:m|re|s))\s+(?:\w+\s+){0,2}?(?:out|away|off|closed|unavailable"
    r"|shut|on\s+(?:leave|holiday|holidays|vacation|annual\s+leave|pto)"
    r"|out\s+of\s+(?:the\s+)?office|travell?ing)\s*(?:\w+\s+)?$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\b(?:open|opens|opened|closes?|closed|opening|hours|reachable|staffed|manned|desk\sis)\b",
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"\b(?:nightly|daily|weekly|hourly|monthly|usually|always|normally|typically|generally|often"
    r"|every|each|weekdays|weekends|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b",
    re.IGNORECASE,
)
_DROPPED_LEAD = re.compile(
    r"\b(?:since|last|past|previous|instead\s+of|rather\s+than|dated|of|than|every|each|ago|why"
    r"|(?:it\sis|it['’]s|now)(?=\s+$)"
    r"|your\s(?:last\s)?(?:e?-?mail|message|call|note|letter|request|enquiry|inquiry|report"
    r"|ticket|comment|question|reply|post)"
    r")\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NUMBERED_LEAD = re.compile(
    r"\b(?:version|v|order|invoice|ticket|case|ref|reference|po|room|suite|extension|ext|error|code|page"
    r"|step|line|section|chapter|no|number|port|flight|gate)[.:#]?\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_SPAN_TRIGGER = re.compile(
    r"\b(?:giv(?:e|es|ing)|allow(?:ing)?|needs?|tak(?:e|es|ing)|requires?|be|another|turnaround"
    r"|delivery|eta|expect|usually|probably|about|approximately|roughly|around|maybe|say|to)\b"
    r"[\w\s:'’,]{0,24}$",
    re.IGNORECASE,
)
_NOT_SPAN = re.compile(
    r"\b(?:for|lasts?|lasted|every|each|at\s+least|more\s+than|over|spent|after|of|last|past|runs?"
    r"|than)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NOUN_NEXT = re.compile(
    r"\s+(?!(?:and|or|at|by|if|to|so|but|for|with|in|on|then)\b)[a-z]", re.IGNORECASE
)
_POLICY = re.compile(
    r"\b(?:expires?|valid|accepted|eligible|refundable|lasts?|covers?|covered|returns?\s+are"
    r"|times?\s+out|policy|must|free\s+trial)\b",
    re.IGNORECASE,
)
_OF_EVENT = re.compile(
    r"\s+(?:of|after|from|following|before|prior\sto)\s+"
    r"(?!(?:now|today|tomorrow|this|that|which|here|it)\b)[\w'’]+(?:\s(?!(?:and|but|so|i|we)\b)[\w'’]+){0,5}",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|cannot|never)\b|n['’]t\b", re.IGNORECASE)
_EARLIEST = re.compile(r"\s+at\s+the\s+(?:very\s+)?(?:earliest|soonest)\b", re.IGNORECASE)
_DEADLINE_BOUNDS = frozenset({"by", "before", "until", "within"})
_PLAIN_SHARE = 0.6


def is_worth_reading(text: str) -> bool:
    """Whether a text holds any word or figure that time expressions are made of."""
    lower = text.lower()
    words = _WORD.findall(lower)
    if not GATE_WORDS.isdisjoint(words):
        return True
    if _FIGURES.search(lower) is not None:
        return True
    return not PROMISE_GATE_WORDS.isdisjoint(words) and bool(_PROMISING.search(lower))


_PROMISING = re.compile(
    r"\b(?:will|shall|should|can|going|gonna|aim|plan|expect|hope|let|to\sfollow|lands|ships)\b|['’]ll"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A text and the places in it that tell tense and clause, found once."""

    text: str
    cues: tuple[tuple[int, str], ...]
    clauses: tuple[int, ...]

    def clause_of(self, place: int) -> tuple[int, int]:
        """Where the clause around a place starts and ends."""
        i = bisect_left(self.clauses, place + 1)
        start = self.clauses[i - 1] if i else 0
        end = self.clauses[i] if i < len(self.clauses) else len(self.text)
        return start, end

    def cue_kinds(self, start: int, end: int) -> list[str]:
        """The tenses between two places, in order."""
        return [kind for place, kind in self.cues if start <= place < end]

    @property
    def is_promising(self) -> bool:
        """Whether anything in the text speaks of the future."""
        return any(kind == "future" for _, kind in self.cues)


def scene_of(text: str) -> Scene:
    """Find the tense cues and clause boundaries of a text."""
    cues = []
    for match in _CUES.finditer(text):
        kind = match.lastgroup or ""
        is_regular = kind == "past" and match.group().lower().endswith("ed")
        if is_regular and _PARTICIPLE_LEAD.search(text, max(0, match.start() - 40), match.start()):
            continue
        cues.append((match.start(), kind))
    clauses = tuple(match.end() for match in _CLAUSE.finditer(text))
    return Scene(text=text, cues=tuple(cues), clauses=clauses)


def keep(found: Sequence[Words], scene: Scene) -> list[Words]:
    """The expressions that look ahead, with "not until" turned into a start."""
    if not found or _HEADER.search(scene.text):
        return []
    kept = []
    for plain in found:
        words = _of_event(plain, scene)
        if _looks_ahead(words, scene):
            start = scene.clause_of(words.start)[0]
            is_start = words.bound == "until" and _NEGATION.search(scene.text, start, words.start)
            kept.append(replace(words, kind="after") if is_start else words)
    return kept


def _of_event(words: Words, scene: Scene) -> Words:
    """ "within 2 days of receipt" hangs on an event, not on the Date."""
    if not isinstance(words.day, Span) or words.bound not in ("in", "within"):
        return words
    match = _OF_EVENT.match(scene.text, words.end)
    if match is None:
        return words
    return replace(words, kind="event", end=match.end())


def _looks_ahead(words: Words, scene: Scene) -> bool:
    lead = scene.text[max(0, words.start - 48) : words.start]
    if words.bound == "since" or _is_dropped(lead, words, scene) or _ABSENT.search(lead):
        return False
    is_plain = words.end - words.start >= _PLAIN_SHARE * len(scene.text.strip())
    if _is_minute(words) and not is_plain:
        return False
    if isinstance(words.day, Span) and not words.bound:
        return is_plain or _is_asked_span(lead, words, scene)
    if _is_routine(words, scene):
        return False
    if words.kind == "event":
        return scene.is_promising
    if words.is_sure:
        return words.kind != "after" or scene.is_promising or is_plain
    tense = _tense(words, scene)
    if tense == "past":
        return False
    if words.kind == "after":
        is_from = scene.text[words.start : words.start + 4].lower() == "from"
        return tense == "future" or (scene.is_promising and not is_from)
    if is_plain or tense == "future":
        return True
    return not words.is_weak and not _is_bare_clock(words, scene)


def _is_minute(words: Words) -> bool:
    """ "in a minute" is a manner of speaking."""
    day = words.day
    if not isinstance(day, Span) or day.is_exact or words.bound != "in":
        return False
    return day.amounts in (((1.0, "minute"),), ((1.0, "second"),))


def _is_dropped(lead: str, words: Words, scene: Scene) -> bool:
    """ "instead of tomorrow", "order 10/12": somebody else's or no time at all."""
    said = scene.text[words.start : words.end].lower()
    if said[0].isdigit() and _NUMBERED_LEAD.search(lead):
        return True
    if said.startswith("of ") or (said == "at the end of the day" and not lead.strip()):
        return True
    is_thin = isinstance(words.day, Feast) or (
        isinstance(words.day, Figures) and words.day.year is None and words.clock is None
    )
    # "Black Friday deals", "9/10 customers": a name or a fraction before its noun.
    if is_thin and not words.bound and _NOUN_NEXT.match(scene.text, words.end):
        return True
    return bool(_DROPPED_LEAD.search(lead))


def _is_asked_span(lead: str, words: Words, scene: Scene) -> bool:
    """ "Give us half an hour", "the bank needs 3-5 working days"."""
    if _NOT_SPAN.search(lead) or not _SPAN_TRIGGER.search(lead):
        return False
    return _tense(words, scene) != "past"


def _is_bare_clock(words: Words, scene: Scene) -> bool:
    """A time of day that nothing marks as one to come: "a spike at 14:32"."""
    if words.clock is None or words.day is not None or words.bound in _DEADLINE_BOUNDS:
        return False
    if scene.text[words.end - 1].lower() == "m" and not scene.cues:
        return False
    start, end = scene.clause_of(words.start)
    return "present" not in scene.cue_kinds(start, end)


def _is_routine(words: Words, scene: Scene) -> bool:
    """Habits and opening hours, where nothing in the sentence speaks of the future."""
    start, end = scene.clause_of(words.start)
    if "future" in scene.cue_kinds(start, end):
        return False
    if _HABIT.search(scene.text, start, end):
        return True
    if isinstance(words.day, Span) and _POLICY.search(scene.text, start, end):
        return True
    is_clocked = words.clock is not None and not isinstance(words.day, Relative)
    return is_clocked and bool(_OPENING.search(scene.text, start, end))


def _tense(words: Words, scene: Scene) -> str:
    """The tense of the verb that the words go with: "past", "present", "future" or ""."""
    start, end = scene.clause_of(words.start)
    before = scene.cue_kinds(start, words.start)
    if before:
        if words.bound in _DEADLINE_BOUNDS and "future" in before:
            return "future"
        return before[-1]
    after = scene.cue_kinds(words.end, end)
    if after:
        return after[0]
    return "future" if scene.is_promising and "past" not in scene.cue_kinds(0, start) else ""
