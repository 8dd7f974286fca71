"""Which sentences of a mail may count as evidence, and for what.

The team's own sentences may deliver, answer, hold, withdraw, or promise; the customer's may
release the team, confirm receipt, or bring what a promise waited for. Only such sentences are
kept of a mail. What they mean for a certain promise is weighed elsewhere, with all that is known.
"""

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from promisekeeper.core import cues
from promisekeeper.core.matter import Deed, deeds_reported, reported_deeds, stems, tells_past
from promisekeeper.core.message import Message
from promisekeeper.core.plainwords import Plain, made_plain, make_plain
from promisekeeper.core.promise import Certainty
from promisekeeper.core.reading import SentenceReading
from promisekeeper.core.records import MailNote, Signal, SignalKind
from promisekeeper.core.upset import upset_sentences

MAX_SENTENCE = 1_000
MAX_SIGNALS = 16
MAX_TOLD = 4
# A customer's sentences that are told to the agent and bear on no verdict.
SETTLES_NOTHING = (SignalKind.ASKS, SignalKind.UPSETS)
MAX_BOUNCE = 5_000

# What a pattern that passes over the difference takes for "i" and "s", and `lower` does not.
_ODD_LETTERS = str.maketrans("\u0130\u0131\u017f", "iis")

# All of these are matched against sentences whose short forms are spelled out, in small letters.
HOLDS = re.compile(
    r"""\b(?:
        still\s(?:\w+ing\b|looking|working|waiting|checking|trying|chasing|on\sit|investigating|no\b|
            not\b|with|being|on\s(?:my|our)|have\sno|have\snot|has\snot|in\s(?:hand|progress
            |the\squeue))
      | (?:not|nothing|nobody|no)\b.{0,40}\byet | not\s(?:forgotten|ready|done|finished|heard)
      | no\s(?:news|word|answer|update|reply|sign)\b | nothing\s(?:new|to\s(?:tell|report))
      | bear\swith\s(?:me|us) | working\son\s(?:it|this|that|your)
      | (?:is|are|am)\s(?:still\s)?waiting\s(?:on|for)
      | (?:sent|forwarded|passed|referred|escalated|handed)\s(?:your\s|the\s|on\s)*
            (?:question|query|enquiry|inquiry|request|message|e?mail|case|ticket|matter|problem|issue
            |concerns?|feedback|complaint|details|this|it)\b.{0,40}?\s(?:on\s|over\s)?to\s(?:our|the|my)
      | (?:have|has|just)\sasked\b
      | looking\sinto | (?:delayed|held\sup|taking\slonger|on\sback\s?order|out\sof\sstock)
      | thank\syou\sfor\s(?:your\spatience|bearing)
      | (?:i|we)\scan\s?not\s(?:yet\s)?(?:answer|say|tell)
      | (?:have|has|had)\snot\s(?:been\sable|had\s(?:a|the)\s(?:chance|time)|got\s(?:to|round
            |around))
      | in\shand\b | being\s(?:looked|worked|processed|prepared)
      | will\stake\s(?:a\s(?:bit|little)\s)?longer
    )""",
    re.VERBOSE,
)
WITHDRAWS = re.compile(
    r"""\b(?:
        (?:can\s?not|will\snot|are\snot\sable\sto|am\snot\sable\sto)\b.{0,60}\bafter\sall
      | (?:i|we)\s(?:will\snot\sbe\sable\sto|am\sunable\sto|are\sunable\sto|have\sto\swithdraw)
      | (?:i\sam\safraid|unfortunately|sorry,?\sbut|regret\sthat)\b.{0,20}\b(?:i|we)\scan\s?not
    )\b""",
    re.VERBOSE,
)
# "He is picking it up today": said of a day to come, whether or not it counts as a promise.
COMING = re.compile(
    r"""\b(?:can\sonly\s\w+
        | (?:is|are|am)\s(?:now\s|just\s|still\s)?(?!being\b|waiting\b|looking\b)\w{2,20}ing)\b
        .{0,80}?\b(?:today|tonight|tomorrow|this\s(?:morning|afternoon|evening)|first\sthing
            |(?:on|by|this|next)\s(?:mon|tues|wednes|thurs|fri|satur|sun)day|between\s\d|at\s\d
            |next\sweek|by\s(?:noon|close|the\send))\b""",
    re.IGNORECASE | re.VERBOSE,
)
# "Update on the repair: ..." says how things stand, whatever follows.
UPDATE = re.compile(
    r"(?:(?:a|an|just|quick|short|brief|small|first|latest|the|my|our|here\sis)\s){0,4}"
    r"(?:update|news|status)\s?(?::|on\b|about\b|regarding\b|from\b)(?!.{0,60}\b(?:will|would|follow))",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"(?:thanks|thank\syou|many\sthanks|dear|hello|hi|sorry|apologies|i\sam\s(?:so\s|very\s)?sorry|"
    r"hope|have\sa|kind\sregards|best|cheers|congrat|no\shard\sfeelings|if\b|let\s(?:me|us)\sknow)"
)
_GREETING = re.compile(r"(?:hi|hello|hey|dear)\s\S{1,40}(?:\s\S{1,40})?\s*(?:[,:!]\s|\s[-–—]\s)")
_YES_OR_NO = re.compile(r"(?:yes|no|yep|yeah|nope|correct|indeed|sadly|both)\b")
_FIGURE = re.compile(r"[£$€]\s?\d|\d{2,}|\b\d+\s?(?:%|mm|cm|kg|nm|gb|mb|hours|days|weeks)\b")
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(
    r"(?<![\w.,£$€])(?:\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm)|\d{1,2}[.:]\d\d|(?:until|till|between|by|at"
    r"|from|to)\s\d+"
    r"|\d+(?:st|nd|rd|th)|\d+\s?(?:hours?|days?|weeks?|minutes?))\b"
)


def in_small_letters(plain: Plain) -> str:
    """A text as a wording meets it that passes over the difference, which is much slower."""
    text, lower, _ = plain
    return lower if text.isascii() else text.translate(_ODD_LETTERS).lower()


def signals_of(readings: Iterable[tuple[str, SentenceReading]]) -> tuple[Signal, ...]:
    """The sentences of a mail of the team that say something about promises, in order."""
    read = ((sentence[:MAX_SENTENCE], reading) for sentence, reading in readings)
    found = [
        Signal(kind, sentence)
        for sentence, reading in read
        for kind in _team_kinds(sentence, reading)
    ]
    return tuple(found[:MAX_SIGNALS])


def _team_kinds(sentence: str, reading: SentenceReading) -> tuple[SignalKind, ...]:
    findings = [one for one in reading.promises if one.certainty is not Certainty.POSSIBLE]
    if not findings:
        return _kinds_without_promise(sentence)
    rest = sentence
    for finding in findings:
        spans = [span for span in (finding.span, finding.condition) if span is not None]
        for span in spans:
            rest = rest[: span.start] + " " * (span.end - span.start) + rest[span.end :]
    is_done = reported_deeds(rest.strip(" ,;.")) - {Deed.ANSWER}
    return (SignalKind.PROMISES, SignalKind.DELIVERS) if is_done else (SignalKind.PROMISES,)


# Greetings, courtesies and standard answers come again and again.
@lru_cache(maxsize=1024)
def _kinds_without_promise(sentence: str) -> tuple[SignalKind, ...]:
    plain = make_plain(sentence)
    if plain.text.endswith("?"):
        return (SignalKind.ASKS,)
    perhaps = cues.team_may_say(plain.words)
    lower = in_small_letters(plain)
    if "withdraws" in perhaps and WITHDRAWS.search(lower):
        return (SignalKind.WITHDRAWS,)
    if "holds" in perhaps and HOLDS.search(lower):
        return (SignalKind.HOLDS,)
    if "coming" in perhaps and COMING.search(lower):
        return (SignalKind.PROMISES,)
    kind = _kind_of_deed(plain, lower, deeds_reported(plain, perhaps))
    return () if kind is None else (kind,)


def _kind_of_deed(plain: Plain, lower: str, deeds: Set[Deed]) -> SignalKind | None:
    text = plain.text
    greeting = _GREETING.match(lower)
    if greeting is not None:
        text, lower = text[greeting.end() :], lower[greeting.end() :]
    if _COURTESY.match(lower):
        return SignalKind.DELIVERS if Deed.CALL in deeds else None
    if deeds and deeds - {Deed.ANSWER}:
        return SignalKind.DELIVERS
    is_asked = text[:6].lower() == "please"
    if not is_asked and (deeds or _is_fact(lower)):
        return SignalKind.ANSWERS
    return SignalKind.STATES if tells_past(plain) or UPDATE.match(lower) else None


def _is_fact(lower: str) -> bool:
    """Whether a sentence gives a figure that is no time, or says yes or no."""
    if _has_digit(lower) and _FIGURE.search(_CLOCK.sub(" ", lower)):
        return True
    return _YES_OR_NO.match(lower) is not None


def _has_digit(text: str) -> bool:
    if not text.isascii():
        return _DIGIT.search(text) is not None
    # Bytes are left out much quicker than characters are looked at.
    return len(text.encode().translate(None, b"0123456789")) < len(text)


RELEASES = re.compile(
    r"""\b(?:
        never\s?mind | forget\s(?:it|about\s(?:it|this|that))
      | no\slonger\s(?:need|want|require|necessary)
      | (?:do|does|will)\snot\sneed\s(?:it|this|that|one|them|you\sto|the|your|any)
            (?:\b.{0,30}\b(?:any\s?more|now|after\sall|any\slonger))
      | no\s(?:longer\sany\s|further\s)?need\s(?:to|for\syou\sto)\s
            (?:ask|look|send|call|ring|do|check|bother|reply|answer|chase|come|post|ship|fix|wait
            |go)
      | no\sneed\s(?:any\s?more|now|after\sall)
      | (?:do\snot|no\sneed\sto)\sbother
      | (?:please\s)?(?:cancel|disregard)\s(?:it|this|that|my|the)
      | (?:have|has|is)\s(?:now\s|already\s|since\s)?(?:been\s)?(?:solved|sorted|resolved|fixed)\s
            (?:it|itself|this|that|the)
      | (?:found|solved|sorted|fixed|bought|got)\s(?:it|one|another|them)\s
            (?:in|at|by|on|from|elsewhere|myself|ourselves|out|under|somewhere)
      | (?:solved|sorted|all\ssorted|resolved)(?:\s(?:now|already))?,?\s(?:thanks|thank|cheers)
      | changed\s(?:my|our)\smind | please\sstop\slooking | call\s(?:it|the\ssearch)\soff
    )""",
    re.VERBOSE,
)
CONFIRMS = re.compile(
    r"""\b(?:
        (?:it|they|that|this|the\s\S+|my\s\S+|both|all|everything)\s
            (?:is|are|has|have)\s(?:now\s|just\s|safely\s|already\s|all\s)*(?:here|arrived|come
            |landed|turned\sup|
            working|fixed|great|perfect|spot\son|sorted|fine\snow|back)
      | (?:it|they|that|everything|all)\s(?:now\s)?(?:works|rides|fits|came|did\sthe\strick)
      | \S+\s(?:just\s|safely\s)?(?:arrived|showed\sup|turned\sup|landed|worked)
      | (?:got|received)\s(?:it|them|your|the)\b | arrived\s(?:this|today|yesterday|safely|on)
      | just\swhat\s(?:i|we|they)\s(?:need|want)
      | that\s(?:is|was)\s(?:exactly\s)?what\s(?:i|we|they)
      | (?:thanks|thank\syou|cheers)\sfor\s(?:the|sending|doing|fixing|sorting|getting|being|such)
      | you\sdid\swhat\syou\ssaid | all\s(?:good|works|working|sorted)\snow | up\sand\srunning
    )\b""",
    re.VERBOSE,
)
_DENIES = re.compile(
    r"\b(?:not|no|nothing|nobody|none|never|still\swaiting|but|without|if|when|once|until|hope)\b"
)
AGREES = re.compile(
    r"""\b(?:
        go\sahead | (?:is|are|sounds|looks|that\sis)\s(?:fine|good|ok|okay|great|perfect|agreed)
      | please\s(?:do\b(?!\snot)|proceed) | book\sit | order\sit | do\sit | approved | agreed
      | i\sagree
      | confirmed | i\sconfirm | signed | happy\s(?:with|to) | that\sworks | yes,?\splease
      | ok\sby\s(?:me|us)
    )\b""",
    re.VERBOSE,
)
SUPPLIES = re.compile(
    r"""\b(?:
        attached | enclosed | here\s(?:is|are|you\sgo) | as\srequested | below
      | (?:i|we)\s(?:have\s|just\s|now\s)*(?:sent|paid|signed|posted|filled|uploaded|done|emailed
            |dropped|
            transferred|returned|updated|installed|changed|completed|checked)
      | (?:my|our|the)\s.{1,60}\s(?:is|are)\s:?\s?\S*\d
    )""",
    re.VERBOSE,
)


def customer_signals(sentences: Iterable[str]) -> tuple[Signal, ...]:
    """The sentences of a customer's mail that say something about promises, in order."""
    read = [sentence[:MAX_SENTENCE] for sentence in sentences]
    found = []
    for sentence in read:
        kind = _customer_kind(sentence)
        if kind is not None:
            found.append(Signal(kind, sentence))
    return (*found[:MAX_SIGNALS], *_told(read))


def _told(sentences: Sequence[str]) -> list[Signal]:
    """What is told to the agent, but settles nothing: questions, and words of an upset customer."""
    asked = [sentence for sentence in sentences if sentence.rstrip().endswith("?")]
    kinds = (
        (SignalKind.ASKS, asked[:MAX_TOLD]),
        (SignalKind.UPSETS, upset_sentences(sentences)[:MAX_TOLD]),
    )
    return [Signal(kind, sentence) for kind, some in kinds for sentence in some]


@lru_cache(maxsize=1024)
def _customer_kind(sentence: str) -> SignalKind | None:
    plain = made_plain(sentence)
    if plain.text.endswith("?"):
        return None
    perhaps = cues.customer_may_say(plain.words)
    if not perhaps:
        return None
    lower = in_small_letters(plain)
    if "releases" in perhaps and RELEASES.search(lower):
        return SignalKind.RELEASES
    confirms = CONFIRMS.search(lower) if "confirms" in perhaps else None
    if confirms is not None and not _DENIES.search(lower[: confirms.end() + 8]):
        return SignalKind.CONFIRMS
    if "agrees" in perhaps and AGREES.search(lower):
        return SignalKind.AGREES
    may_supply = "supplies" in perhaps or ("names" in perhaps and _has_digit(lower))
    return SignalKind.SUPPLIES if may_supply and SUPPLIES.search(lower) else None


_ASKS_TO_AGREE = re.compile(
    r"\b(?:ok|okay|agree\w*|confirm\w*|approv\w*|go\sahead|sign\w*|happy|accept\w*|decide\w*|say"
    r"|yes|"
    r"want|like|prefer|choose|green\slight|reply|let\s(?:me|us)\sknow)\b",
    re.IGNORECASE,
)
_ASKS_TO_GIVE = re.compile(
    r"\b(?:send|sent|sending|give|given|provide\w*|forward\w*|attach\w*|share\w*|upload\w*"
    r"|have\syour|"
    r"get\s(?:me|us|your|the)|receive\w*|photos?|pictures?|copy|logs?|files?|forms?|details"
    r"|screenshots?)\b",
    re.IGNORECASE,
)


def meets(condition: str, note: MailNote) -> bool:
    """Whether a customer's mail does what a condition asks of them."""
    asked = stems(condition)
    kinds = {signal.kind for signal in note.signals}
    if SignalKind.AGREES in kinds and _ASKS_TO_AGREE.search(condition):
        return True
    if note.has_attachment and _ASKS_TO_GIVE.search(condition):
        return True
    return any(
        signal.kind not in (SignalKind.RELEASES, *SETTLES_NOTHING)
        and stems(signal.sentence) & asked
        for signal in note.signals
    )


_FROM_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon)@", re.IGNORECASE)
_FAILED = re.compile(
    r"\b(?:could\snot\sbe\sdelivered|could\snot\sbe\s*\n?\s*delivered|permanent\s(?:error|failure)|"
    r"undeliver\w+|delivery\s(?:has\s)?failed|delivery\sstatus\snotification\s\(failure\)|"
    r"was\snot\sdelivered|returned\sto\ssender|returning\smessage|user\sunknown|rejected)\b",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"\b(?:delayed|warning|will\s(?:be\sretried|continue)|not\syet\s(?:been\s)?delivered)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


def bounced_addresses(message: Message) -> tuple[str, ...]:
    """The addresses that a mail server's report says could not be reached, for good.

    A report that only tells of a delay names nobody (RFC 3464 knows both kinds).
    """
    is_report = _FROM_DAEMON.match(message.sender.address) is not None or any(
        "delivery-status" in name for name in message.attachments
    )
    if not is_report:
        return ()
    text = " ".join(f"{message.subject}\n{message.text[:MAX_BOUNCE]}".split())
    if _DELAYED.search(text) or not _FAILED.search(text):
        return ()
    found = (address.lower() for address in _ADDRESS.findall(text))
    own = {message.sender.address, *(person.address for person in message.recipients)}
    return tuple(dict.fromkeys(address for address in found if address not in own))
