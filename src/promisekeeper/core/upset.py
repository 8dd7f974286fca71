"""Does a customer sound upset? Words and phrases that anybody can check, never a score alone.

A strong cue is enough by itself; of the mild ones it takes two. What was found is shown to the
agent and the lead in the customer's own words. It changes who hears of a promise and how soon,
and the tone of a draft; nothing else.
"""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from promisekeeper.core.cues import Openers, index_of, opened
from promisekeeper.core.matter import spelled_out
from promisekeeper.core.plainwords import made_plain

MAX_SENTENCE = 1_000
MAX_SENTENCES = 200
MAX_CUE = 50
ENOUGH = 2

_ASK = (
    r"(?:ask|writ|wrot|call|e-?mail|mail|messag|contact|chas|request|tell|told|phon|rung|ring"
    r"|report"
    r"|complain|explain|remind|send|sent|happen|fail|br[eo]k|go\swrong|gone\swrong"
    r"|let\sdown|wait|open|rais)\w{0,3}"
)
_VERY = (
    r"(?:very|really|extremely|deeply|so|most|bitterly|thoroughly|incredibly|hugely|beyond"
    r"|seriously)"
)
_WHOLLY = r"(?:completely|totally|absolutely|simply|utterly|just|frankly|wholly|entirely|quite)"
_I_AM = r"(?:^\W*|\b(?:i|we)\s(?:am|are|was|were|feel|have\sbeen)\s(?:now\s|still\s)?)"
_TIMES = r"(?:third|fourth|fifth|sixth|seventh|tenth|3rd|4th|5th|6th|umpteenth|nth|hundredth)"
_SERVICE = (
    r"(?:(?:customer|after-?sales)\s)?(?:service|support|experience|company|treatment"
    r"|communication"
    r"|attitude|business|shop|help)"
)
_LATELY = (
    r"(?:still|yet|again|after|since|for\s(?:\w+\s)?(?:days|weeks|months)|all\s(?:day|week\w*))"
)
# Matched against sentences in lower case whose short forms are spelled out: "I'm" is "i am".
STRONG = re.compile(
    rf"""\b(?:
        (?:the|for\sthe|my)\s{_TIMES}\s(?:time|e?-?mail|message|attempt|request|reminder|call
            |letter)
            (?=\W*$|[\s,.:!-].{{0,40}}\b{_ASK})
      | (?:asked|written|wrote|called|e-?mailed|mailed|rung|phoned|told\syou|contacted\syou
            |chased)
            .{{0,30}}?\b(?:three|four|five|six|seven|several|many|countless|a\sdozen|\d+)\stimes
      | how\smany\s(?:more\s)?times | (?:yet|once)\sagain,?\s(?:i|we|you|nobody|nothing
            |no)\b.{{0,40}}\b(?:nothing|no|not|wrong|late|fail\w*)
      | (?:this|that|it|you|wait\w*|delays?|service|behaviou?r)\b.{{0,30}}\b(?:un-?
            |not\s)acceptable
      | {_WHOLLY}\s(?:un-?|not\s)acceptable | inexcusable | unforgivable | outrageous
            | disgrace(?:ful)?
      | appalling | shambles | beyond\sa\sjoke | (?:is|what)\sa\sjoke | ridiculous | pathetic
      | scandalous | farce
      | (?:worst|terrible|awful|dreadful|horrible|horrendous|shocking|atrocious|abysmal|lousy
            |disgusting|poor(?:est)?|bad|rude)\s{_SERVICE}
      | {_SERVICE}\s(?:is|was|has\sbeen)\s(?:so\s|really\s|just\s|simply\s|absolutely\s)*
            (?:terrible|awful|dreadful|horrible|shocking|atrocious|abysmal|lousy|disgusting|poor
            |useless|non-?existent|a\sdisgrace)
      | furious | livid | fuming | outraged | disgusted | infuriat(?:e[sd]?|ing(?:ly)?) | seething
      | (?:am|are|getting|become|becoming)\s(?:\w+ly\s|very\s|so\s|rather\s|quite\s|really\s
            |pretty\s)?
            (?:angry|fed\sup|mad\sat)
      | sick\s(?:and\stired\s)?of | had\s(?:quite\s)?enough\sof | (?:i|we)\shave\shad\senough
      | {_I_AM}{_VERY}\s(?:disappointed|frustrated|unhappy|annoyed|upset|dissatisfied|displeased)
      | {_VERY}\s(?:frustrating|disappointing|annoying)
      | (?:los(?:t|ing)|run(?:ning)?\sout\sof|out\sof)\s(?:all\s|my\s|our\s)*patience
      | (?:incompetent|incompetence|liars|lied\sto\s(?:me|us)|scammers|(?:is|what)\sa\sscam
            |ripped\soff
            |a\srip-?off|crooks)
      | (?:you|service|support|website|answers?|this|they)\s(?:is|are)\s(?:\w+ly\s)?useless
      | wast(?:e|ed|ing)\s(?:so\smuch\sof\s)?(?:my|our)\stime | waste\sof\s(?:my\s)?time
      | (?:refund|money\sback)\b.{{0,25}}\b(?:now|immediately|at\sonce|right\saway|today
            |this\sinstant)
      | (?:demand|insist\son)\b.{{0,25}}\b(?:refund|money|answer|explanation|compensation|manager)
      | charge-?back | disput(?:e|ing)\s(?:the|this|that|your|these)\s(?:\w+\s)?(?:charge
            |payment|bill)
      | (?:cancel|cancelling|canceling)\s(?:everything|the\swhole|all\s(?:of\s)?(?:my|our))
      | tak(?:e|ing)\s(?:my|our)\s(?:business|custom|money)\selsewhere
      | never\s(?:\w+\s)?(?:buy|order|shop|use|deal|do\sbusiness|come
            |recommend)\w*\b.{{0,40}}\bagain
      | legal\saction | small\sclaims | letter\sbefore\saction | trading\sstandards | ombudsman
      | better\sbusiness\sbureau | consumer\s(?:protection|rights?\s(?:agency|office))
      | (?:take|see)\syou\s(?:to|in)\scourt | sue\syou
      | (?:hear(?:ing)?\sfrom|speak(?:ing)?\s(?:to|with)|call(?:ing)?|contact(?:ing)?
            |instruct(?:ing)?)\s
            (?:my|our|a)\s(?:lawyer|solicitor|attorney)
      | (?:one|1|zero)[\s-]star | (?:bad|negative|honest)\sreview | tell\severy(?:one|body)?\s
            (?:\w+\s)?(?:how|what|about|not|to\savoid|(?:i|we)\sknow)
      | report(?:ing)?\syou | complain(?:t|ing)?\s(?:to|with)\s(?:the|your)\s
            (?:manager|boss|authorit\w+|head\soffice|management)
      | speak\s(?:to|with)\s(?:your|a|the)\s(?:manager|supervisor|boss)
      | gone\stoo\sfar | regret\s(?:ever\s)?(?:order|buy|choos|com|trust|go)ing
      | why\s(?:do|does|did|has|have|is|are)\s(?:nobody|no\sone|nothing|you\s(?:keep|never
            |ignore))
      | shocked\s(?:by|at)\s(?:how|the\sway|your) | formal\scomplaint | shame\son | how\sdare
    )\b""",
    re.VERBOSE,
)
MILD = re.compile(
    rf"""\b(?:
        (?:the|a|my|our|this\sis\sa)\ssecond\s(?:e-?mail|message|attempt|request|reminder|letter)
      | ^\W*(?:second|third|final|last)\s(?:attempt|reminder|request|notice|chance)
      | asked\s(?:you\s)?(?:twice|before|already) | i\s(?:have\sto\s)?repeat\b
      | (?:i|we)\s(?:am|are|have\sbeen)\s(?:still\s)?(?:disappointed|frustrated|unhappy|annoyed
            |upset
            |dissatisfied|concerned\sand|not\s(?:at\sall\s)?(?:happy|impressed|pleased
            |satisfied|amused))
      | frustrating | disappointing | let\s(?:me|us)\s(?:all\s)?down | annoying | unprofessional
      | still\swaiting(?=\W*$|\W+(?:and|but|since|after|here|patiently)\b
            |\s(?:for|on)\s(?:you\b|your|a\s|an\s|any|my|our|the\s(?:refund|money|reply|answer
            |call
            |parcel|delivery|order|replacement|part|invoice)))
      | been\swaiting\b.{{0,30}}\b(?:days|weeks|months|ages|forever|hours|since)
      | how\s(?:much\slonger|long\s(?:do|must|should|am|are)\s(?:i|we)\b.{{0,20}}\bwait)
      | (?:nobody|no\sone|no-one|none\sof\syou)\s(?:\w+\s)?
            (?:came|come|comes|called|calls|call|answer\w*|repl\w+|respond\w*|pick\w*|turned
            |showed
            |bother\w*|cares|knows|ever|contacted|got\sback|rang|has|tells|told|listens)
      | (?:heard|received|got|seen|had)\snothing\b | nothing\s(?:at\sall|all\s(?:day|week\w*)
            |since)
      | (?:still\s(?:no|not|nothing|have\snot|has\snot|had\sno)|{_LATELY}\b.{{0,20}}\bno)\s
            (?:\w+\s)?(?:reply|response|answer|refund|news|word|call|update|money|delivery|sign
            |one|show)
      | ignor(?:ed|ing)\s(?:me|us|my|our) | (?:being|feel|been)\s(?:\w+ly\s)?ignored
            | fobbed\soff | given\sthe\srun-?around
      | (?:i|we)\sexpect\b.{{0,30}}\b(?:answer|reply|call|refund|response|today|now|better
            |explanation)
      | you\s(?:said|promised|told\sme|told\sus|assured\s(?:me|us))\s(?:\w+\s){{0,3}}?
            (?:mon|tues|wednes|thurs|fri|satur|sun)day | you\spromised | broken\spromise
      | (?:call|calling|contact|contacting|ring|ringing)\s(?:the|my|our)\s(?:bank|card)
      | (?:will|shall|have\sto|want\sto|going\sto|ready\sto|about\sto|like\sto|need\sto
            |forced\sto)\s
            (?:\w+\s)?(?:cancel|switch\sto)
      | (?:go|going|look|looking|shop|buy|try)\selsewhere
      | cancel\s(?:my|our|the|this)\s(?:\w+\s)?(?:order|subscription|account|contract|membership)
      | (?:want|need|give\sme|like)\s(?:\w+\s){{0,3}}?(?:refund|money\sback)
      | i\sam\s(?:so\s)?done(?=\W*$|\swith\s(?:you|this|your)) | last\s(?:time|chance)
            | enough\sis\senough | fire\smarshal
      | left\s(?:you\s)?(?:two|three|several|many|\d)\s(?:messages|voicemails|voice\smails)
      | it\s(?:has|is)\s(?:now\s|already\s)?been\s(?:\w+\s){{1,3}}?(?:weeks|months)
      | where\sis\smy\s(?:money|refund) | tired\sof\s(?:this|it|waiting|your|being|chasing)
      | keeps?\s(?:telling|saying|happening|promising|sending\sme|fobbing|putting\sme)
      | never\s(?:comes|came|called|happened|happens|arrives|replied|answered)
      | nothing\s(?:happened|happens|works|has\sbeen\sdone) | what\sis\sgoing\son(?=\W*$
            |\swith\s(?:my|our)) | seriously\s?\?
      | not\s(?:good|fair)\s?(?:enough)? | (?:wasted|lost)\s(?:\w+\s){{0,3}}?(?:day|hours|week
            |money)
    )\b""",
    re.VERBOSE,
)
# Which words open the wordings above (see `cues`).
_SENT = "mail email message attempt request reminder letter"
_REPLY = "reply response answer refund news word call update money delivery sign one show"
_OPENERS: Openers = {
    "strong": (
        (
            """
            acceptable unacceptable inexcusable unforgivable outrageous disgrace disgraceful
            appalling shambles joke ridiculous pathetic scandalous farce worst terrible awful
            dreadful horrible horrendous shocking atrocious abysmal lousy disgusting rude useless
            existent nonexistent furious livid fuming outraged disgusted infuriate infuriates
            infuriated infuriating infuriatingly seething angry disappointed frustrated unhappy
            annoyed upset dissatisfied displeased frustrating disappointing annoying incompetent
            incompetence liars lied scammers scam ripped rip ripoff crooks chargeback disputing
            dispute elsewhere ombudsman bureau star complaint complain complaining regret shocked
            shame dare times
            """,
        ),
        (
            "third fourth fifth sixth seventh tenth rd th umpteenth nth hundredth",
            f"time call {_SENT}",
        ),
        ("again", "yet once never"),
        (
            "poor poorest bad",
            """
            service support experience company treatment communication attitude business shop help
            review
            """,
        ),
        ("negative honest", "review"),
        ("fed", "up"),
        ("mad", "at"),
        ("sick", "of"),
        ("enough", "had"),
        ("patience", "lost losing out"),
        ("waste wasted wasting", "time"),
        ("refund money", "now immediately once away today instant"),
        ("demand insist", "refund money answer explanation compensation manager"),
        ("charge", "back"),
        ("cancel cancelling canceling", "everything whole all"),
        ("action", "legal before"),
        ("claims", "small"),
        ("standards", "trading"),
        ("consumer", "protection right rights"),
        ("court sue", "you"),
        ("lawyer solicitor attorney", "my our a"),
        ("every everyone everybody", "tell"),
        ("report reporting", "you"),
        ("manager supervisor boss", "speak"),
        ("far", "too"),
        ("why", "nobody no nothing you"),
    ),
    "mild": (
        (
            """
            repeat disappointed frustrated unhappy annoyed upset dissatisfied frustrating
            disappointing annoying unprofessional nobody nothing ignored ignoring fobbed runaround
            cancel elsewhere seriously
            """,
        ),
        ("second", _SENT),
        ("second third final last", "attempt reminder request notice chance"),
        ("asked", "twice before already"),
        ("concerned", "and"),
        ("happy impressed pleased satisfied amused", "not"),
        ("down", "let"),
        ("waiting", "still been"),
        ("longer wait", "how"),
        ("no", "one"),
        ("none", "you"),
        ("still", "no not nothing", _REPLY),
        ("no", "still yet again after since for all", _REPLY),
        ("run", "around"),
        ("expect", "answer reply call refund response today now better explanation"),
        (
            "said promised told assured",
            "monday tuesday wednesday thursday friday saturday sunday",
        ),
        ("promised", "you"),
        ("promise", "broken"),
        ("bank card", "call calling contact contacting ring ringing"),
        ("switch", "to"),
        ("refund", "want need give like where"),
        ("money", "back where"),
        ("done", "am"),
        ("last", "time"),
        ("enough", "is"),
        ("marshal", "fire"),
        ("messages voicemails mails", "left"),
        ("weeks months", "been"),
        ("tired", "of"),
        ("telling saying happening promising sending fobbing putting", "keep keeps"),
        ("never", "comes came called happened happens arrives replied answered"),
        ("going", "what"),
        ("good fair goodenough fairenough", "not"),
        ("wasted lost", "day hours week money"),
    ),
}
_INDEX = index_of(_OPENERS)
# Words that stand alone in capitals for nothing but stress, and a run of them.
STRESSED = re.compile(
    r"\b(?:NOT|NO|NOBODY|NOTHING|NEVER|NOW|STILL|AGAIN|WHEN|WHY|WHERE|TODAY|IMMEDIATELY|URGENT"
    r"|FURIOUS|PLEASE\sANSWER|ASAP|ENOUGH|WORST|HELLO|REFUND)\b"
)
SHOUTED = re.compile(r"(?:\b[A-Z]{2,}[,']?\s+){3,}[A-Z]{2,}\b")
_CAPITALS = re.compile(r"[A-Z]{2}")
# Two marks and more: "!!", "??", "?!".
MARKED = re.compile(r"[!?]\s?[!?]+")
_NEGATES = re.compile(
    r"\b(?:not|no|never|without|hardly|nothing)\s(?:\w+\s){0,2}$|\bnot\sto\s(?:\w+\s){0,3}$", re.I
)
_PLEASED = re.compile(
    r"\b(?:thank|thanks|great|love|lovely|amazing|perfect|awesome|wonderful|brilliant|fantastic"
    r"|congrat\w*|happy|glad|delighted|excited|sorry\sfor|my\s(?:mistake|fault|bad)|no\s(?:rush"
    r"|hurry|worries|problem)|found\sit|arrived|cheers|gorgeous|yay|wow)\b",
    re.IGNORECASE,
)
_CALM = re.compile(
    r"\bno\s(?:rush|hurry|worries|problem)|\bsorry\sfor\b|\bapologi[sz]e\b|\bmy\s(?:mistake"
    r"|fault|bad)"
    r"|\b(?:was|were)\s(?:\w+\s)?(?:angry|upset|furious|disappointed|annoyed)\b.{0,40}\b(?:but"
    r"|now)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What made a sentence sound upset.

    Attributes:
        words: As the customer wrote them, short forms spelled out.
        weight: 2 for what is enough by itself, else 1.
        is_loud: Capitals or marks; however many there are in a mail, they count as one.
    """

    words: str
    weight: int
    is_loud: bool = False


def cues_in(sentence: str, *, may_shout: bool = True) -> tuple[Cue, ...]:
    """The cues of one sentence, the strongest first; a loud one comes last.

    Args:
        may_shout: Capitals mean something: the mail is not written in them throughout.
    """
    text = sentence[:MAX_SENTENCE]
    loud = _loud(text, may_shout=may_shout)
    if loud is not None:
        plain = spelled_out(text)
        if not _CALM.search(plain) and not _PLEASED.search(plain):
            return (*_worded(text), Cue(words=_said(loud[0]), weight=1, is_loud=True))
    return _worded(text)


@lru_cache(maxsize=1024)
def _worded(text: str) -> tuple[Cue, ...]:
    """The cues of a sentence that are no matter of capitals and marks."""
    plain, lower, words = made_plain(text)
    perhaps = may_sound(words)
    if not perhaps:
        return ()
    found = [
        Cue(words=_said(_written(plain, lower, match)), weight=weight)
        for pattern, name, weight in ((STRONG, "strong", 2), (MILD, "mild", 1))
        if name in perhaps
        for match in pattern.finditer(lower)
        if not _NEGATES.search(plain[: match.start()])
    ]
    return () if found and _CALM.search(plain) else tuple(found)


def may_sound(words: Set[str]) -> Set[str]:
    """Which cues a sentence with these words can hold at all, strong ones or mild ones."""
    return opened(_INDEX, words)


def _loud(text: str, *, may_shout: bool) -> re.Match[str] | None:
    """The capitals or marks that a sentence raises its voice with."""
    shouts = (STRESSED, SHOUTED) if may_shout and _CAPITALS.search(text) else ()
    found = (pattern.search(text) for pattern in (*shouts, MARKED))
    return next(filter(None, found), None)


def upset_sentences(sentences: Iterable[str]) -> tuple[str, ...]:
    """The sentences of a customer's mail that sound upset; none where that is not enough."""
    read = [sentence[:MAX_SENTENCE] for sentence in islice(sentences, MAX_SENTENCES)]
    # What is only loud is not enough, and most mail holds no other cue at all.
    if not any(map(_worded, read)):
        return ()
    text = "".join(read)
    # Whoever always writes in capitals does not shout.
    may_shout = _CAPITALS.search(text) is not None and 2 * sum(map(str.islower, text)) > sum(
        map(str.isalpha, text)
    )
    found = [(sentence, cues_in(sentence, may_shout=may_shout)) for sentence in read]
    telling = [(sentence, cues) for sentence, cues in found if cues]
    weight = sum(cue.weight for _, cues in telling for cue in cues if not cue.is_loud)
    weight += any(cue.is_loud for _, cues in telling for cue in cues)
    if weight < ENOUGH:
        return ()
    # The most telling first: it is the one that is shown.
    telling.sort(key=lambda one: -sum(cue.weight for cue in one[1]))
    return tuple(sentence for sentence, _ in telling)


def cue_words(sentences: Iterable[str]) -> tuple[str, ...]:
    """The words that sounded upset, each once, to be shown."""
    words = (cue.words for sentence in sentences for cue in cues_in(sentence))
    return tuple(dict.fromkeys(words))[:4]


def _written(plain: str, lower: str, match: re.Match[str]) -> str:
    """What was matched, as it was written, where lower case has the same length."""
    return plain[match.start() : match.end()] if len(plain) == len(lower) else match[0]


def _said(words: str) -> str:
    return " ".join(words.split())[:MAX_CUE].strip(" ,.")
