"""What a promise is about: its content words, and the kind of deed that keeps it.

A later mail settles a promise only where it speaks of the same matter or reports the same kind of
deed: "posted" keeps "I'll send it out", not "I'll refund it". Both are compared by word stems and
by a few kinds of deeds, each with the words that promise it and the words that report it.
"""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import lru_cache

from promisekeeper.core import cues
from promisekeeper.core.plainwords import Plain, in_full, make_plain
from promisekeeper.core.wordstems import EMPTY, stem


class Deed(StrEnum):
    """What kind of deed keeps a promise."""

    CALL = "call"
    PAY = "pay"
    SHIP = "ship"
    ARRIVE = "arrive"
    FETCH = "fetch"
    SEND = "send"
    READY = "ready"
    ANSWER = "answer"


_BY_NAME = {deed.value: deed for deed in Deed}

_WORD = re.compile(r"[a-z0-9£$€][\w£$€.-]*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def stems(text: str) -> frozenset[str]:
    """The content words of a text, each cut to what its forms have in common."""
    return frozenset(map(_content, _WORD.findall(spelled_out(text).lower()))) - {""}


@lru_cache(maxsize=4096)
def _content(word: str) -> str:
    """The stem of a word that says what a text is about; empty for any other."""
    word = word.strip(".-")
    is_short = len(word) < 3 and not (len(word) == 2 and word.isdigit())
    return "" if is_short or word in EMPTY or _HOUR.fullmatch(word) else stem(word)


@lru_cache(maxsize=1024)
def spelled_out(text: str) -> str:
    """The head of a text with its short forms in full; a possessive reads as "is", harmlessly."""
    return in_full(text)


_HOUR = re.compile(r"\d{1,2}(?:[.:]\d\d)?(?:am|pm|st|nd|rd|th)")


PAST = re.compile(
    r"\b(?:i|we|he|she|they|who|[a-z]{2,20})\s(?:have\s|has\s|just\s|now\s|already\s|also\s|both\s)*"
    r"((?!need|want|hop|expect|fail|try|tri)[a-z]{2,20}(?:ed|[aeo]nt|ilt|ung|oke|ook|ought|aught|ound))\b"
)


# A word that may be such a verb: quick to see.
_PAST_VERB = re.compile(
    r" [a-z]{4,25}\b(?:(?<=ed)|(?<=[aeo]nt|ilt|ung|oke|ook)|(?<=[oa]ught)|(?<=ound))"
)


def past_deeds(text: str) -> frozenset[str]:
    """The stems of the verbs that a sentence puts into the past, and does not deny."""
    plain = make_plain(text)
    return frozenset(map(stem, PAST.findall(plain.lower))) if _may_be_past(plain) else frozenset()


def tells_past(plain: Plain) -> bool:
    """Whether a sentence puts any verb into the past, and does not deny it."""
    return _may_be_past(plain) and PAST.search(plain.lower) is not None


def _may_be_past(plain: Plain) -> bool:
    if plain.lower.endswith("?") or _PAST_VERB.search(plain.lower) is None:
        return False
    return cues.NOT_DONE.isdisjoint(plain.words) or NOT_DONE.search(plain.lower) is None


def is_name(word: str) -> bool:
    """Whether a stem names one thing alone: an order number, a price, a reference."""
    return sum(letter.isdigit() for letter in word) >= 3


def _compiled(*patterns: str) -> re.Pattern[str]:
    joined = "|".join("".join(pattern.split()).replace("_", r"\s") for pattern in patterns)
    return re.compile(rf"(?<![\w-])(?:{joined})(?!\w)")


# They are tried on lower case, which is much quicker than to pass over the difference.
# In these tables a blank is written as an underscore; line breaks are for the eye.
PROMISED = {
    Deed.CALL: _compiled(
        r"(?:ring|call|phone|telephone|calling|ringing|phoning)_(?:you|him|her|them|your)",
        r"(?:speak|talk|chat)_(?:to|with)_you|(?:give|giving)_you_a_(?:ring|call|bell|buzz|shout)",
        r"(?:a|the|your|our)_(?:phone_)?call|(?:be_)?on_the_phone_to_you|call_back",
    ),
    Deed.PAY: _compiled(
        r"refund(?:ed|ing|s)?|credit(?:ed|ing)?|reimburs\w+|pay(?:ing|s)?|paid|settle[ds]?",
        r"(?:on|to)_your_(?:card|account|statement)|money_back|transfer(?:red|ring)?|remit\w*|deposit",
        r"charg(?:e|ing)|waive[ds]?|compensat\w+|payment",
    ),
    Deed.SHIP: _compiled(
        r"(?:in|into)_the_(?:post|mail)|post(?:ing|ed)?|mail(?:ing|ed)?|ship(?:s|ped)?",
        r"(?:is|am|are|be)_shipping",
        r"d[ei]spatch(?:es|ed|ing)?|go(?:es|ing)?_(?:out|off)|leav(?:e|es|ing)_(?:us|here)|have_(?:\S+_){1,4}away",
        r"(?:send|sending|sent)_(?:\S+_){0,4}(?:out|off|on)|out_the_door|courier(?:ed|ing)",
        r"(?:send|sending|sent)_(?:you_)?(?:a|an|the|your|another|some)_(?:new|replacement|spare)",
        r"on_(?:its|their|the)_way|replacement",
    ),
    Deed.ARRIVE: _compiled(
        r"you_(?:will|should|shall|can_expect_to)_(?:have|get|receive|see)",
        r"(?:be|is|are|back)?_?with_you|in_your_(?:\w+_)?(?:hands|hand|inbox|account)",
        r"arriv(?:e|es|ing)|reach(?:es)?_you|land(?:s|ing)?|deliver(?:y|ed|s|ing)?|to_you",
    ),
    Deed.FETCH: _compiled(
        r"(?:pick|picks|picking|picked)_(?:\S+_){0,4}up|collect(?:s|ing|ed)?|fetch(?:ing|es)?",
        r"bring(?:s|ing)?|drop(?:s|ping)?_(?:\S+_){0,4}(?:off|at|by|in|round|over)|deliver(?:ing)?",
        r"(?:take|taking)_(?:\S+_){0,3}(?:away|round|over)",
    ),
    Deed.SEND: _compiled(
        r"send(?:s|ing)?|sent|e-?mail(?:s|ing|ed)?|forward(?:ing)?|shar(?:e|ing)|attach",
        r"get_(?:\S+_){1,5}(?:to|over_to)_you|get_you|have_(?:\S+_){1,8}(?:to|for|with)_you",
        r"provid(?:e|ing)|upload(?:ing)?|let_you_have|to_follow|with_you|pass_(?:it|them|on)",
        r"you_(?:will|should)_(?:have|get|receive)",
    ),
    Deed.READY: _compiled(
        r"ready|done|finish(?:ed|ing)?|complet(?:e|ed|ing)|fix(?:ed|ing)?|repair(?:ed|ing)?",
        r"built|build(?:ing)?|sort(?:ed|ing)?(?:_\w+)?(?:_out)?|set_(?:\S+_){0,3}up|mend(?:ed|ing)?",
        r"unlock(?:ed|ing)?|book(?:ed|ing)?|arrang(?:e|ed|ing)|swap(?:ped)?|chang(?:e|ed|ing)",
        r"updat(?:e|ed|ing)|cancel\w*|replac(?:e|ed|ing)|reset|restor(?:e|ed|ing)|install\w*",
        r"remov(?:e|ed|ing)|add(?:ed|ing)?|mak(?:e|ing)|write|prepar(?:e|ed|ing)|print(?:ed|ing)?",
        r"correct(?:ed|ing)?|amend(?:ed|ing)?|up_and_running|working|back_(?:up|on|in)|look_at_it",
    ),
    Deed.ANSWER: _compiled(
        r"answer(?:s|ed|ing)?|repl(?:y|ies)|respon(?:d|se)|(?:get|come|be|report)_back",
        r"(?:getting|coming)_back|let_(?:you|him|her|them)_know|hear_(?:back|from|more)|write_to_you",
        r"(?:tell|update|inform|advise|brief|text|message|drop)_you|find_out|look(?:ing)?_into",
        r"investigat\w+|check(?:ing)?|ask(?:ing)?|chas(?:e|ing)|find|confirm(?:ation)?|explain",
        r"price[sd]?|quot(?:e|es|ation)|estimates?|figures?|costs?|details|specs|dates?|verdict",
        r"decision|news|word|update|feedback|results?|status|recommendations?|information|code",
        r"dig(?:ging)?|see_(?:if|whether|what)|work_out|go_through|review(?:ing)?|an?_eta",
    ),
}

_BE = r"(?:is|are|was|were|been|got|gets|has|have|had|just|now|already|all|both)"
_LINK = rf"{_BE}_(?:(?:now|just|already|been|all|both|finally|safely|indeed|i|we|today)_){{0,3}}"
REPORTED = {
    Deed.CALL: _compiled(
        r"(?:good|nice|great|lovely|glad|pleasure|thanks|thank_you)_(?:to|for)_"
        r"(?:speak|speaking|talk|talking|chat|chatting|pick|picking|taking|catch|catching)",
        r"(?:took|taking|take|after|on|during|in|from|for)_(?:my|our|the|your|this|that|today's)_"
        r"(?:\w+_)?(?:phone_|telephone_)?(?:call|chat|conversation)|picking_up",
        r"(?:on|by|over)_the_(?:phone|telephone)|(?:we|i)_(?:just_)?(?:spoke|talked|chatted)",
        r"i_(?:just_|have_just_)?(?:rang|rung|called|phoned|telephoned)_you",
    ),
    Deed.PAY: _compiled(
        r"refunded|credited|reimbursed|paid|settled|transferred|remitted|waived|no_charge|remittance",
        r"(?:money|refund|payment|credit|deposit|amount|[£$€][\d.,]+)_(?:\S+_){0,3}"
        r"(?:(?:is|are|was|were|has|have|been)_(?:\w+_)?(?:made|issued|processed|through|back|gone|"
        r"released|landed|settled|sent|on_(?:its|the)_way)|went|landed|settled)",
        r"(?:made|issued|processed|released|sent|put_through)_(?:you_)?(?:the|your|a)_"
        r"(?:full_|\S+_)?(?:refund|payment|credit|transfer|deposit)|nothing_for",
    ),
    Deed.SHIP: _compiled(
        r"(?:went|gone|put)_(?:\S+_){0,3}(?:out|off|into_the|in_the|away|this|by)",
        rf"{_LINK}(?:posted|shipped|d[ei]spatched|mailed|sent|collected|couriered|handed)",
        r"(?:i|we|he|she|they|who)_(?:have_|has_|just_|now_|already_)*(?:posted|shipped|mailed|sent)",
        r"(?:left|leaves)_(?:us|here|the|our|this)|on_(?:its|their|the|a)_(?:way|truck|van|lorry)",
        r"(?:courier|carrier|driver|post|postman|royal_mail|ups|dhl|fedex)_(?:\w+_)?"
        r"(?:took|has|have|collected|picked|came)|tracking_(?:\w+_){0,2}\S*\d\S*|(?:parcel|package|box)_went|shipped",
        r"d[ei]spatched|posted|went_this",
    ),
    Deed.ARRIVE: _compiled(
        r"delivered|arrived|landed|settled|signed_for|reached_you|"
        r"in_your_(?:\w+_)?(?:hands?|inbox|account|bay|porch|garage)",
        r"went_(?:back_)?(?:on|onto|into|to)_your|(?:is|are)_(?:now_)?(?:there|with_you)",
    ),
    Deed.FETCH: _compiled(
        r"(?:was|were)_(?:with_you|at_your|round_at)",
        r"picked_(?:\S+_){0,3}up|collected|fetched|brought|dropped_(?:\S+_){0,3}"
        r"(?:off|at|by|in|round|over)|delivered|rolled_in|off_your_(?:property|hands|drive)",
        r"(?:in|at|on|from|by|outside)_your_(?:\w+_)?"
        r"(?:hands?|bay|porch|garage|door|doorstep|hall|yard|drive|desk|reception|depot|place)",
        r"(?:he|she|they|driver|courier|we|i)_(?:has_|have_)?(?:got|took|taken|took)_it",
    ),
    Deed.SEND: _compiled(
        r"attached|enclosed|i_attach|here_(?:is|are|it_is|you_go|they_are|she_is|he_is)|as_(?:i_|we_)?promised",
        r"(?:below|following)_(?:is|are)|please_find|find_(?:\S+_){0,6}(?:attached|below|enclosed)",
        rf"{_LINK}(?:sent|emailed|e-mailed|forwarded|shared|uploaded|released|issued|resent)",
        r"(?:i|we|he|she|they)_(?:have_|has_|just_|now_|already_)*"
        r"(?:sent|emailed|forwarded|shared|uploaded)|this_link|(?:is|are)_below",
        # Begins before "can", which would make it a wish.
        r"you_(?:can|may)_(?:now_)?(?:download|find|view|access|open|see)_(?:\S+_){1,6}"
        r"(?:here|at|under|below)",
    ),
    Deed.READY: _compiled(
        rf"{_LINK}(?:done|ready|finished|complete|completed|fixed|repaired|built|sorted|mended|"
        r"unlocked|booked|arranged|swapped|changed|updated|cancelled|canceled|replaced|reset|"
        r"restored|installed|removed|added|made|prepared|printed|corrected|amended|signed|cut|"
        r"charged|live|solved|resolved|set_up|set|fitted|cleaned|tested|ordered|in_place|approved|"
        r"switched|merged|moved|painted|filed|submitted|lodged|registered|closed|opened|reserved|"
        r"activated|enabled|connected)|(?:is|are)_(?:now|already)_(?:open|active)",
        r"all_(?:done|set|sorted|finished|fixed)|up_and_running|back_(?:in|up|on|online|together)",
        r"works?_(?:again|now|properly|fine)|(?:running|working|live|online)_(?:again|now|fine)|(?:is|are)_(?:on|in|up|out|live)(?=$|[.!,])",
        r"(?:i|we|he|she|they)_(?:have_|has_|just_|now_|already_)*(?:fixed|repaired|built|changed|"
        r"booked|cancelled|canceled|replaced|updated|removed|added|corrected|fitted|finished|"
        r"completed|swapped|unlocked|reset|restored|ordered|sorted|filed|amended|set_up|made)",
        r"as_(?:you_asked|requested)|ready_(?:to|for|when|and)|done_and",
    ),
    Deed.ANSWER: _compiled(
        r"(?:came|got|heard|reports?|reported)_(?:back|through|from)|turns?_out|it_(?:seems|appears)",
        r"(?:i|we|he|she|they)_(?:have_|has_|just_|now_|finally_)*(?:spoke|spoken|"
        r"checked|looked|found|heard|traced|located|tracked|confirmed|agreed|decided|established)",
        r"(?:has|have)_(?:\w+_)?(?:accepted|agreed|confirmed|decided|answered|replied|told|"
        r"approved|rejected|declined|refused|come_back|got_back|answers?)|the_(?:answer|reason)",
        r"(?:logs?|records?|reports?|tests?|tracking)_(?:shows?|confirms?|suggests?)|answered|verdict",
        r"(?!(?:i|you|we|as|who)_)\w+_(?:says?|said|tells_(?:me|us)|told_(?:me|us)|confirm(?:s|ed)|"
        r"reckons?|advises?|advised|replied)",
        r"(?:it|that)_is_a_(?:yes|no)|a_yes|comes?_to|the_cause|caused_by|because|the_price",
    ),
}

# "I'll call you to arrange the collection" promises a call, not the collection.
_PURPOSE = re.compile(
    r"\sto\s(?:arrange|discuss|go\sover|talk|confirm|agree|sort|book|fix|plan|explain|see|show)\b.*",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def promised_deeds(text: str) -> frozenset[Deed]:
    """The kinds of deeds that would keep a promise in these words."""
    plain = spelled_out(text).lower()
    call = PROMISED[Deed.CALL].search(plain)
    if call is not None:
        plain = plain[: call.end()] + _PURPOSE.sub("", plain[call.end() :])
    return _matching(PROMISED, plain)


# What stands in front of these words in the same clause is not done: wished, due, or denied.
NOT_DONE = re.compile(
    r"""\b(?:
        if|once|when|whenever|unless|until|till|as\ssoon\sas|before|in\scase|whether|would|could|
        should|shall|will|can|may|might|must|not|never|cannot|to\sbe|to\shave|going\sto|need|
        needs|want|wants|hope|hoping|plan|planning|trying|try|nobody|nothing\s(?!for\b)|neither|
        asked\syou|you\s(?:have|had)\b(?!\s(?:been|got))
    )\b""",
    re.VERBOSE,
)
# A mark and a blank, or a mark or a word between blanks. It begins with one sign, so that
# all others are passed over quickly, and knows of single blanks alone (see `spelled_out`).
_CLAUSE = re.compile(
    r"[ ,;:–—](?:(?<! ) |(?<= )(?:[,;:–—]|-|and|but|so|because|which|while|that) )"
)
# These are looked for over the bounds of clauses, too.
_ACROSS_CLAUSES = (Deed.ANSWER, Deed.CALL)
# A place behind "is" reports something at the end of a clause, which may end no sentence.
PLACED = re.compile(r"(?:is|are) (?:on|in|up|out|live)\b")


# "I called you but only got your voicemail": nobody spoke with anybody.
_NOT_REACHED = re.compile(
    r"\b(?:voice\s?mail|answer(?:ing)?\s?(?:phone|machine)|no\s(?:answer|reply)|nobody\s(?:picked|answered)"
    r"|(?:could|did)\snot\s(?:reach|get\s(?:hold|through))|missed\syou|left\s(?:you\s)?a\smessage"
    r"|engaged|not\spick)\b"
)


@lru_cache(maxsize=1024)
def reported_deeds(text: str) -> frozenset[Deed]:
    """The kinds of deeds that a sentence reports as done."""
    plain = make_plain(text)
    return frozenset(deeds_reported(plain, cues.team_may_say(plain.words)))


def deeds_reported(plain: Plain, perhaps: Collection[str]) -> set[Deed]:
    """The kinds of deeds that a sentence reports as done.

    Args:
        plain: The sentence.
        perhaps: What its words say that it can report (see `cues.team_may_say`).
    """
    text = plain.lower
    if not perhaps or text.endswith("?"):
        return set()
    is_placed = "placed" in perhaps and PLACED.search(text) is not None
    may_be = {_BY_NAME[name] for name in perhaps if name in _BY_NAME}
    if is_placed:
        may_be.add(Deed.READY)
    matches = _matches(may_be, text)
    deeds = list(matches)
    # No other wording looks beyond its own words, so that all are in the sentence as in a clause.
    if is_placed and Deed.READY not in matches:
        deeds.append(Deed.READY)
    if not deeds:
        return set()
    is_done = cues.NOT_DONE.isdisjoint(plain.words)
    found = _in_clauses(deeds, matches, text) if is_done else _not_denied(deeds, matches, text)
    if Deed.CALL in found and _NOT_REACHED.search(text):
        found.remove(Deed.CALL)
    return found


_Matches = dict[Deed, re.Match[str]]


def _matches(deeds: Iterable[Deed], text: str) -> _Matches:
    """The first wordings that report these deeds."""
    return {deed: match for deed in deeds if (match := REPORTED[deed].search(text))}


def _in_clauses(deeds: Iterable[Deed], matches: _Matches, text: str) -> set[Deed]:
    """What a sentence reports that denies nothing."""
    bounds = [bound.span() for bound in _CLAUSE.finditer(text)]
    if not bounds:
        return set(matches)
    found = {
        deed
        for deed, match in matches.items()
        if deed in _ACROSS_CLAUSES or not _is_cut(match, bounds)
    }
    rest = [deed for deed in deeds if deed not in found]
    if rest:
        for clause in _CLAUSE.split(text):
            found.update(_matches(rest, clause))
    return found


def _is_cut(match: re.Match[str], bounds: Iterable[tuple[int, int]]) -> bool:
    """Whether what bounds a clause is in a wording, or takes words of it."""
    start, end = match.span()
    return any(first < end and last > start for first, last in bounds)


def _not_denied(deeds: Collection[Deed], matches: _Matches, text: str) -> set[Deed]:
    """What a sentence reports in front of what it denies, in each of its clauses."""
    clauses = _CLAUSE.split(text)
    found: set[Deed] = set()
    if len(clauses) > 1:
        for clause in clauses:
            found.update(_before_denial(clause, _matches(deeds, clause)))
        matches = {deed: match for deed, match in matches.items() if deed in _ACROSS_CLAUSES}
    found.update(_before_denial(text, matches))
    return found


def _before_denial(text: str, matches: _Matches) -> list[Deed]:
    denied = NOT_DONE.search(text) if matches else None
    last = denied.start() if denied is not None else len(text)
    return [deed for deed, match in matches.items() if match.start() < last]


def _matching(table: dict[Deed, re.Pattern[str]], text: str) -> frozenset[Deed]:
    return frozenset(deed for deed, pattern in table.items() if pattern.search(text))
