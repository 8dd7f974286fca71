"""Time words without an instant: "soon", "once the part arrives", "every Friday"."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from promisekeeper.core.timeparts import Words
from promisekeeper.core.timescene import Scene
from promisekeeper.core.timewords import EVENT_WORDS, RECURRING_WORDS, VAGUE_WORDS, word_set

_END = r"(?=\s*(?:[.,;!]|$))"
_VAGUE_WORDS = (
    r"as soon as (?:(?:humanly|practically|reasonably) )?(?:possible|practicable|feasible)",
    r"as soon as (?:i|we|they|he|she)(?: possibly)? can",
    r"as soon as (?:(?:i am|we are|i'm|we're) )?able(?: to)?",
    r"as (?:quickly|fast|early|promptly|swiftly|speedily) as (?:possible|(?:i|we|they) can)",
    r"a\.?s\.?a\.?p\b\.?",
    r"(?:very |really |pretty |fairly |sometime )?soon(?:ish|est)?(?! (?:as|after|enough))",
    r"(?:very |fairly )?shortly(?! (?:after|before))",
    r"momentarily|presently|forthwith|promptly|pronto|eventually",
    r"(?:right|straight) ?away",
    r"immediately(?! (?:after|before|upon|following|when))",
    rf"at once{_END}",
    r"without (?:(?:further|undue) )?delay",
    r"sooner rather than later|before (?:too )?long",
    r"in (?:due course|due time|no time|good time|short order)",
    r"(?:in|within|over) the (?:very )?near(?: or distant)? future",
    r"(?:in|over|within|during) the (?:coming|next|following) (?:days|weeks|months|hours)(?! or)",
    r"in the (?:days|weeks|months) (?:ahead|to come)",
    r"in (?:just )?(?:a|one) (?:bit|moment|mo|minute|min|sec|second|tick|jiffy|while|flash)"
    r"(?! (?:or|and a|from))",
    r"in a (?:little|short) (?:while|bit)",
    r"(?:any|every) (?:minute|moment|day|time) now",
    rf"at some (?:point|stage)|some ?(?:time|day){_END}",
    r"at (?:the|my|our|your|their) (?:very )?earliest(?: (?:possible )?"
    r"(?:convenience|opportunity|time|possible|moment))?",
    r"at (?:my|our|your) convenience",
    r"(?:when(?:ever)?|once|as soon as|the (?:moment|minute)) (?:i|we) (?:get|have|find)"
    r" (?:a|the|some|any) (?:free |spare )?(?:chance|moment|minute|second|time|opportunity)",
    r"(?:the )?(?:first|next) chance (?:i|we) get",
    rf"when(?:ever)? (?:possible|(?:i|we) can{_END})",
    r"one of these days|down the (?:line|road|track)",
    r"(?:a (?:bit|little) )?later(?: on)?(?=\s*(?:[.,;!]|$|and\b|but\b))",
)
_NOT_VAGUE = re.compile(
    r"\b(?:how|too|so|see\syou|speak|talk|no|well|days?|weeks?|months?|hours?|minutes?|than"
    r"|sooner\sor)\s+$"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_COUNT = r"(?:other|single|second|few|couple of|\d{1,3}|two|three|four|five|six|ten|fifteen|thirty)"
_RECURRING_WORDS = (
    rf"(?:every|each) (?:{_COUNT} )?(?:(?:business|working) days?|seconds?|minutes?|mins?|hours?"
    r"|hrs?|days?|weeks?|fortnight|months?|quarter|years?|mornings?|afternoons?|evenings?|nights?"
    rf"|weekday|weekend|{_WEEKDAY})(?: (?:morning|afternoon|evening|night))?",
    r"(?:hourly|daily|nightly|weekly|fortnightly|monthly|quarterly|yearly|annually)"
    r"(?=\s*(?:[.,;!]|$|(?:at|until|till|from|on|by|as|with|and|for|while|to|through)\b))",
    r"(?:once|twice|(?:two|three|four|several) times) (?:a|an|per|each|every)"
    r" (?:hour|day|week|fortnight|month|quarter|year)",
    rf"on (?:{_WEEKDAY}s|weekdays)",
)
_NEW_SUBJECT = r"(?:i|we)(?:'ll| (?:will|shall|can|should))\b"
_NEW_CLAUSE = r"(?:and|but|so) (?:i|we|then|you|will|let)\b"
_TOKEN = r"[\w'“”\"/&%$£€+\-]+"
_NO_EVENT = (
    r"(?!\d|(?:that|this|then|which|all|again|more|now|possible|you know|ever|long|or|in|and|needed"
    r"|a (?:day|week|month|year|while)|necessary|required|applicable|appropriate|else|prompted"
    r"|asked)\b)"
)
_NOT_A_SPAN = (
    r"(?!(?:day|week|month|quarter|year|hour|minute|business|working|few|couple|weekend|two|three"
    r"|four|five|six|seven|ten|twelve|\d)\w*\b)"
)
_EVENT_WORDS = (
    r"(?:(?:right|immediately|just|shortly|straight|soon|directly|only) )?"
    r"(?:after|once|when|whenever|as soon as|upon|until|till|before|by the time|pending"
    r"|on (?:receipt|completion|arrival|delivery|approval) of"
    r"|the (?:moment|minute|day|second|instant)(?: that)?"
    r"(?= (?:i|we|you|he|she|it|they|the|your|our)\b))"
    rf" {_NO_EVENT}{_TOKEN}(?: (?!{_NEW_SUBJECT}|{_NEW_CLAUSE}){_TOKEN}){{0,16}}",
    rf"(?:with|in|at|by|during|of|for) (?:the|our|your|my|their) (?:next|upcoming|coming)"
    rf" {_NOT_A_SPAN}(?:[\w'\-]+ )?[\w'\-]+?(?=\s*(?:[,;.!?)]|$"
    r"|\b(?:and|but|so|to|which|that|on|in|at|by|for|if|because)\b))",
    r"during (?:the|our|your|this|that) (?:[\w'\-]+ ){0,3}(?:window|maintenance|meeting|call"
    r"|review|visit|release|migration|standup|session|demo|sync|upgrade)",
)


def _pattern(words: Iterable[str], tail: str = "") -> re.Pattern[str]:
    """One alternation of wordings; a blank in them stands for any white space."""
    joined = "|".join(words).replace(" ", r"\s")
    return re.compile(rf"\b(?:{joined})(?!\w){tail}")


_VAGUE = _pattern(_VAGUE_WORDS)
_RECURRING = _pattern(_RECURRING_WORDS, r"(?:\sat\s\d{1,2}(?::\d\d)?\s?(?:am|pm)?\b)?")
_EVENT = _pattern(_EVENT_WORDS)
# Words of which one must stand in a text before the slow patterns are tried: alone, or with one
# of the companions. _PARTS: what of a wording must stand anywhere in the text beside such a word.
_ANY = frozenset[str]()
_VAGUE_CUES = tuple(
    (word_set(words), word_set(companions))
    for words, companions in (
        (
            "soon soonish soonest shortly asap p momentarily presently forthwith promptly pronto "
            "eventually straightaway rightaway immediately once earliest convenience later "
            "sometime someday",
            "",
        ),
        ("time", "due no good some get have find"),
        ("days weeks months hours", "coming next following ahead come these"),
        ("bit moment mo minute min sec second tick jiffy while flash", "in get have find"),
        ("quickly fast early swiftly speedily", "as"),
        ("now", "any every"),
        ("point stage day", "some"),
        ("when whenever", "can"),
        ("order", "short"),
        ("line road track", "down"),
    )
)
_VAGUE_PARTS = {
    "away": ("right", "straight"),
    "chance": ("get", "have", "find"),
    "course": ("due",),
    "delay": ("without",),
    "future": ("near",),
    "long": ("before",),
    "opportunity": ("get", "have", "find"),
    "possible": ("when",),
    "sooner": ("rather",),
}
_EVENT_CUES = tuple(
    (word_set(words), word_set(companions))
    for words, companions in (
        ("after once when whenever upon until till before pending during", ""),
        ("moment minute day second instant", "the"),
        ("next upcoming coming", "the our your my their"),
        ("time", "by"),
        ("soon", "as"),
        ("receipt completion arrival delivery approval", "on"),
    )
)
_RECURRING_CUES = ((RECURRING_WORDS, _ANY),)
_SORTS = (
    (_RECURRING, RECURRING_WORDS, _RECURRING_CUES, "recurring"),
    (_VAGUE, VAGUE_WORDS, _VAGUE_CUES, "vague"),
    (_EVENT, EVENT_WORDS, _EVENT_CUES, "event"),
)
_LOOSE = VAGUE_WORDS | EVENT_WORDS | RECURRING_WORDS
_NOT_EVENT = re.compile(
    r"\b(?:look(?:s|ing)?|day|week|morning|month|year|named|even|at|more\sthan|only|as|than|how"
    r"|exactly|sure|remember|unless|ever)\s+$"
)
_BARE_EVENT = re.compile(
    r"(?:\w+\s){1,3}(?:it|this|that|they|he|she)(?:'s|\s(?:is|does|has|are|will|do))?$|\w+\s(?:it|me|us|you|him|them)$"
)


def loose_in(lower: str, words: AbstractSet[str]) -> list[Words]:
    """The vague, recurring and event-bound words of a text, whatever they are said of."""
    hints = _LOOSE & words
    if not hints:
        return []
    return [
        Words(start=match.start(), end=match.end(), kind=kind)
        for pattern, triggers, cues, kind in _SORTS
        if not triggers.isdisjoint(hints)
        and (_has_cue(words, cues) or (kind == "vague" and _has_parts(lower, hints)))
        for match in pattern.finditer(lower)
    ]


def _has_cue(
    words: AbstractSet[str], cues: tuple[tuple[frozenset[str], frozenset[str]], ...]
) -> bool:
    for cue, companions in cues:
        if not cue.isdisjoint(words) and not (companions and companions.isdisjoint(words)):
            return True
    return False


def _has_parts(lower: str, hints: AbstractSet[str]) -> bool:
    return any(
        part in lower for word in hints if word in _VAGUE_PARTS for part in _VAGUE_PARTS[word]
    )


def meant(loose: Sequence[Words], scene: Scene, found: Sequence[Words]) -> list[Words]:
    """Those of the loose words that speak of the future.

    Args:
        loose: What `loose_in` found.
        found: The expressions that were read already; nothing that overlaps them is taken.
    """
    if not (scene.is_promising or scene.is_stated):
        return _alone(loose, scene, found)
    taken = list(found)
    for words in loose:
        if _is_free(words, taken) and _is_meant(words, scene, taken):
            taken.append(words)
    return taken[len(found) :]


def _alone(loose: Sequence[Words], scene: Scene, found: Sequence[Words]) -> list[Words]:
    """ "ASAP." is a whole sentence."""
    said = scene.text.strip(" .!")
    match = _VAGUE.match(said)
    if match is None or found or match.end() < 0.6 * len(said):
        return []
    start = len(scene.text) - len(scene.text.lstrip())
    return [Words(start=start, end=start + match.end(), kind="vague")]


def _is_free(words: Words, taken: Sequence[Words]) -> bool:
    return not any(words.start < other.end and other.start < words.end for other in taken)


def _is_meant(words: Words, scene: Scene, taken: Sequence[Words]) -> bool:
    lead = scene.text[max(0, words.start - 24) : words.start]
    start, end = scene.clause_of(words.start)
    kinds = scene.cue_kinds(start, end)
    if words.kind == "vague":
        if any(other.end + 1 == words.start for other in taken):
            return False
        return not _NOT_VAGUE.search(lead) and ("past" not in kinds or "future" in kinds)
    if words.kind == "recurring":
        return scene.is_promising and "past" not in kinds
    said = scene.text[words.start : words.end]
    if scene.text.rstrip().endswith("?"):
        return False
    if _NOT_EVENT.search(lead) or _BARE_EVENT.fullmatch(said):
        return False
    is_release = said[:6].startswith(("with", "in ", "at ", "by ", "during", "of ", "for "))
    if not scene.is_promising and not (is_release and "present" in kinds):
        return False
    return not any(_is_same_promise(words, other, scene) for other in taken)


def _is_same_promise(words: Words, other: Words, scene: Scene) -> bool:
    """Whether an instant beside the event already says when."""
    low, high = min(words.end, other.end), max(words.start, other.start)
    return "future" not in scene.cue_kinds(low, high)
