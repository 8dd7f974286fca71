"""Words without which a wording cannot be there.

Most sentences say nothing about any promise, and a look at their words tells so for a tenth of
the time that the wordings take. A cue never decides: where one is met, the wording is tried.
A test holds each table against texts made from the wordings themselves.
"""

from collections.abc import Collection, Mapping, Set
from typing import NamedTuple

# Makes a blank of all but small letters. Bytes are exchanged much quicker than characters.
_LETTERS = bytes(code if code in b"abcdefghijklmnopqrstuvwxyz" else 32 for code in range(256))


def cue_words(text: str) -> frozenset[str]:
    """The words of a text, in lower case, as the tables here name them."""
    return frozenset(text.lower().encode("ascii", "replace").translate(_LETTERS).decode().split())


def cue_set(words: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(words.split())


# What is wished, due or denied.
NOT_DONE = cue_set(
    """
    if once when whenever unless until till soon before case whether would could should shall will
    can may might must not never cannot be have had going need needs want wants hope hoping plan
    planning trying try nobody nothing neither asked
    """
)

# What follows names the wordings by the words that open them. Of the words that a wording has
# together, the rarest is named. Where that one is common elsewhere, it opens the wording only
# beside one of certain other words, or of two sorts of them: behind it stand one or two more
# groups, each of which must be met.
Openers = Mapping[str, tuple[tuple[str, ...], ...]]
_WE = "i we he she they"
_BE = "is are was were been got gets has have had just now already all both"

# The wordings of the team: what they may report, by the deed, and what else they may say.
_OF_TEAM: Openers = {
    "call": (
        (
            "speak speaking talk talking chat chatting pick picking taking catch catching",
            "good nice great lovely glad pleasure thanks thank",
        ),
        (
            "call chat conversation",
            "took taking take after on during in from for",
            "my our the your this that today",
        ),
        ("picking", "up"),
        ("phone telephone", "on by over", "the"),
        ("spoke talked chatted", "we i"),
        ("rang rung called phoned telephoned", "i", "you"),
    ),
    "pay": (
        ("refunded credited reimbursed paid settled transferred remitted waived remittance",),
        ("charge", "no"),
        ("went landed",),
        (
            "made issued processed through back gone released sent way",
            "is are was were has have been",
        ),
        ("refund payment credit transfer deposit", "made issued processed released sent through"),
        ("nothing", "for"),
    ),
    "ship": (
        ("posted shipped dispatched despatched tracking",),
        ("went gone put", "out off into in away this by"),
        ("mailed sent collected couriered handed", f"{_BE} {_WE} who"),
        ("left leaves", "us here the our this"),
        ("way truck van lorry", "on", "its their the a"),
        (
            "courier carrier driver post postman royal ups dhl fedex",
            "took has have collected picked came",
        ),
        ("went", "parcel package box"),
    ),
    "arrive": (
        ("delivered arrived landed settled",),
        ("signed", "for"),
        ("reached", "you"),
        ("hand hands inbox account bay porch garage", "in", "your"),
        ("went", "your"),
        ("there", "is are"),
        ("with", "you", "is are"),
    ),
    "fetch": (
        ("collected fetched brought delivered",),
        ("was were", "with at", "you your round"),
        ("picked", "up"),
        ("dropped", "off at by in round over"),
        ("rolled", "in"),
        (
            """
            property hand hands drive bay porch garage door doorstep hall yard desk reception depot
            place
            """,
            "your",
            "in at on from by outside off",
        ),
        ("got took taken", "it", f"{_WE} driver courier"),
    ),
    "send": (
        ("attached enclosed",),
        ("attach", "i"),
        ("here", "is are go"),
        ("promised", "as"),
        ("below", "is are find"),
        ("following", "is are"),
        ("find", "please"),
        ("sent emailed mailed forwarded shared uploaded", f"{_BE} {_WE}"),
        ("released issued resent", _BE),
        ("link", "this"),
        ("download find view access open see", "can may", "here at under below"),
    ),
    "ready": (
        (
            """
            done ready finished complete completed fixed repaired built sorted mended unlocked
            booked arranged swapped changed updated cancelled canceled replaced reset restored
            installed removed added made prepared printed corrected amended signed cut charged live
            solved resolved set fitted cleaned tested ordered approved switched merged moved painted
            filed submitted lodged registered closed opened reserved activated enabled connected
            """,
            _BE,
        ),
        (
            """
            fixed repaired built changed booked cancelled canceled replaced updated removed added
            corrected fitted finished completed swapped unlocked reset restored ordered sorted
            filed amended set made
            """,
            _WE,
        ),
        ("place", "in", _BE),
        ("open active", "is are", "now already"),
        ("running", "up"),
        ("back", "in up on online together"),
        ("work works", "again now properly fine"),
        ("running working live online", "again now fine"),
        ("asked requested", "as"),
        ("ready", "to for when and"),
        ("done", "and"),
    ),
    # "It is in": whether the words stand in this order is seen quickly, too (see `matter`).
    "placed": (("is are", "on in up out live"),),
    "answer": (
        ("because answered verdict replied confirms confirmed say says said",),
        ("reckon reckons advise advises advised",),
        ("came got heard report reports reported", "back through from"),
        ("turn turns", "out"),
        ("seems appears", "it"),
        (
            """
            spoke spoken checked looked found heard traced located tracked agreed decided
            established
            """,
            _WE,
        ),
        (
            """
            accepted agreed decided told approved rejected declined refused come got answer answers
            """,
            "has have",
        ),
        ("answer reason cause price", "the"),
        (
            "show shows confirm suggest suggests",
            "log logs record records report reports test tests tracking",
        ),
        ("tells told", "me us"),
        ("yes", "a"),
        ("no", "a", "it that"),
        ("come comes", "to"),
        ("caused", "by"),
    ),
    "holds": (
        ("still delayed held backorder longer being",),
        ("yet", "not nothing nobody no"),
        ("forgotten ready done finished heard", "not"),
        ("news word answer update reply sign", "no"),
        ("nothing", "new tell report"),
        ("bear", "with"),
        ("working", "on"),
        ("waiting", "is are am"),
        (
            "sent forwarded passed referred escalated handed",
            "to",
            """
            question query enquiry inquiry request message email mail case ticket matter problem
            issue concern concerns feedback complaint details this it
            """,
        ),
        ("asked", "have has just"),
        ("looking", "into"),
        ("order", "back"),
        ("stock", "out"),
        ("patience bearing", "thank"),
        ("answer say tell", "not cannot"),
        ("able chance time got", "not", "have has had"),
        ("hand", "in"),
    ),
    "withdraws": (
        ("unable withdraw",),
        ("all", "after", "not cannot"),
        ("able", "not"),
        ("afraid unfortunately", "not cannot"),
        ("sorry", "but", "not cannot"),
        ("regret", "that", "not cannot"),
    ),
    "coming": (
        (
            """
            today tonight tomorrow monday tuesday wednesday thursday friday saturday sunday between
            at
            """,
            "is are am only",
        ),
        ("morning afternoon evening", "this", "is are am only"),
        ("thing", "first", "is are am only"),
        ("week", "next", "is are am only"),
        ("noon close end", "by", "is are am only"),
    ),
}

# The wordings of customers.
_OF_CUSTOMER: Openers = {
    "releases": (
        ("nevermind forget bother cancel disregard solved sorted resolved fixed",),
        ("mind", "never changed"),
        ("longer", "no"),
        ("need", "no not"),
        ("found bought got", "it one another them"),
        ("stop", "please"),
        ("off", "call"),
    ),
    "confirms": (
        ("arrived landed worked",),
        (
            "here come working fixed great perfect spot sorted fine back",
            "is are has have",
        ),
        ("turned", "up"),
        ("showed", "up"),
        ("works rides fits came did", "it they that everything all"),
        ("got received", "it them your the"),
        ("what", "just that did"),
        ("thanks thank cheers", "for"),
        ("good works working sorted", "all", "now"),
        ("running", "up"),
    ),
    "agrees": (
        ("approved agreed confirmed signed",),
        ("ahead", "go"),
        ("fine good ok okay great perfect", "is are sounds looks"),
        ("do proceed", "please"),
        ("book order do", "it"),
        ("agree confirm", "i"),
        ("happy", "with to"),
        ("works", "that"),
        ("yes", "please"),
        ("ok", "by"),
    ),
    "supplies": (
        ("attached enclosed below",),
        ("here", "is are go"),
        ("requested", "as"),
        (
            """
            sent paid signed posted filled uploaded done emailed dropped transferred returned
            updated installed changed completed checked
            """,
            "i we",
        ),
    ),
    # "My number is 4711": it needs a digit, too.
    "names": (("is are", "my our the"),),
}


class Index(NamedTuple):
    """Openers by word.

    Attributes:
        words: All that open anything.
        alone: The wordings that a word opens by itself.
        beside: The wordings that it opens beside other words, and the two groups of those.
    """

    words: frozenset[str]
    alone: Mapping[str, Collection[str]]
    beside: Mapping[str, Collection[tuple[str, frozenset[str], frozenset[str]]]]


def index_of(openers: Openers) -> Index:
    """The openers by word; where one group alone stands behind a word, it is named twice."""
    alone: dict[str, list[str]] = {}
    beside: dict[str, list[tuple[str, frozenset[str], frozenset[str]]]] = {}
    for name, wordings in openers.items():
        for words, *groups in wordings:
            for word in words.split():
                if groups:
                    row = (name, cue_set(groups[0]), cue_set(groups[-1]))
                    beside.setdefault(word, []).append(row)
                else:
                    alone.setdefault(word, []).append(name)
    return Index(words=frozenset(alone).union(beside), alone=alone, beside=beside)


def opened(index: Index, words: Set[str]) -> Set[str]:
    """The wordings that a sentence with these words can hold at all."""
    found: set[str] = set()
    for word in index.words & words:
        found.update(index.alone.get(word, ()))
        for name, near, far in index.beside.get(word, ()):
            if not near.isdisjoint(words) and not far.isdisjoint(words):
                found.add(name)
    return found


_TEAM = index_of(_OF_TEAM)
_CUSTOMER = index_of(_OF_CUSTOMER)


def team_may_say(words: Set[str]) -> Set[str]:
    """The wordings of the team that a sentence with these words can hold at all."""
    return opened(_TEAM, words)


def customer_may_say(words: Set[str]) -> Set[str]:
    """The wordings of customers that a sentence with these words can hold at all."""
    return opened(_CUSTOMER, words)
