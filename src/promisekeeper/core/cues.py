"""Words without which a wording cannot be there.

Most sentences say nothing about any promise, and a look at their words tells so for a tenth of
the time that the wordings take. A cue never decides: where one is met, the wording is tried.
A test holds each table against texts made from the wordings themselves.
"""

from collections.abc import Iterable, Mapping, Set
from functools import lru_cache

# Makes a blank of all but small letters. Bytes are exchanged much quicker than characters.
_LETTERS = bytes(code if code in b"abcdefghijklmnopqrstuvwxyz" else 32 for code in range(256))


# Several tables are held against each sentence of a mail.
@lru_cache(maxsize=1024)
def cue_words(text: str) -> frozenset[str]:
    """The words of a text, in lower case, as the tables here name them."""
    return frozenset(text.lower().encode("ascii", "replace").translate(_LETTERS).decode().split())


def cue_set(words: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(words.split())


HOLDS = cue_set(
    """
    still yet forgotten ready done finished heard news word answer update reply sign nothing bear
    working waiting sent forwarded passed referred escalated handed asked looking delayed held
    taking order backorder stock patience bearing say tell able chance time got hand being longer
    """
)
WITHDRAWS = cue_set("all able unable withdraw afraid unfortunately sorry regret")
COMING = cue_set(
    """
    today tonight tomorrow morning afternoon evening thing monday tuesday wednesday thursday friday
    saturday sunday between at week noon close end
    """
)
RELEASES = cue_set(
    """
    mind nevermind forget longer need bother cancel disregard solved sorted resolved fixed found
    bought got stop search off
    """
)
CONFIRMS = cue_set(
    """
    here arrived come landed turned working fixed great perfect spot sorted fine back works rides
    fits came did showed worked got received want thanks thank cheers good running what need
    """
)
AGREES = cue_set(
    """
    ahead fine good ok okay great perfect agreed do proceed book order approved agree confirmed
    confirm signed happy works yes
    """
)
SUPPLIES = cue_set(
    """
    attached enclosed here requested below sent paid signed posted filled uploaded done emailed
    dropped transferred returned updated installed changed completed checked
    """
)
# "My number is 4711": a value that is named.
NAMES_VALUE = cue_set("my our the")

# What is wished, due or denied.
NOT_DONE = cue_set(
    """
    if once when whenever unless until till soon before case whether would could should shall will
    can may might must not never cannot be have had going need needs want wants hope hoping plan
    planning trying try nobody nothing neither asked
    """
)

# By the name of the deed that they may report.
REPORTED: Mapping[str, frozenset[str]] = {
    "call": cue_set(
        """
        speak speaking talk talking chat chatting pick picking taking catch catching call
        conversation phone telephone spoke talked chatted rang rung called phoned telephoned
        """
    ),
    "pay": cue_set(
        """
        refunded credited reimbursed paid settled transferred remitted waived charge remittance
        made issued processed through back gone released landed sent way went nothing
        """
    ),
    "ship": cue_set(
        """
        went gone put posted shipped dispatched despatched mailed sent collected couriered handed
        left leaves way truck van lorry courier carrier driver post postman mail ups dhl fedex
        tracking
        """
    ),
    "arrive": cue_set(
        """
        delivered arrived landed settled signed reached hand hands inbox account bay porch garage
        went there with
        """
    ),
    "fetch": cue_set(
        """
        was were picked collected fetched brought dropped delivered rolled property hands drive
        hand bay porch garage door doorstep hall yard desk reception depot place got took taken
        """
    ),
    "send": cue_set(
        """
        attached enclosed attach here promised below following find sent emailed mailed forwarded
        shared uploaded released issued resent link download find view access open see
        """
    ),
    "ready": cue_set(
        """
        done ready finished complete completed fixed repaired built sorted mended unlocked booked
        arranged swapped changed updated cancelled canceled replaced reset restored installed
        removed added made prepared printed corrected amended signed cut charged live solved
        resolved set fitted cleaned tested ordered place approved switched merged moved painted
        filed submitted lodged registered closed opened reserved activated enabled
        connected open active running back work works working
        online asked requested
        """
    ),
    "answer": cue_set(
        """
        came got heard report reports reported turn turns seems appears spoke spoken checked looked
        found traced located tracked confirmed agreed decided established accepted answered replied
        told approved rejected declined refused come answer answers reason show shows confirm
        confirms suggest suggests verdict say says said tells reckon reckons advise advises advised
        yes no comes cause caused because price
        """
    ),
}
# "It is in": these are in most sentences, and report something only behind a form of "to be".
_PLACES = cue_set("on in up out")
_IS = cue_set("is are")

_BY_WORD: dict[str, tuple[str, ...]] = {
    word: tuple(deed for deed, words in REPORTED.items() if word in words)
    for word in frozenset[str]().union(*REPORTED.values())
}
_ANY_REPORT = frozenset(_BY_WORD)


@lru_cache(maxsize=1024)
def _deeds_of(words: frozenset[str]) -> frozenset[str]:
    return frozenset(deed for word in words for deed in _BY_WORD[word])


def perhaps_reported(words: Set[str]) -> frozenset[str]:
    """The deeds that a sentence with these words can report at all."""
    found = _deeds_of(_ANY_REPORT & words)
    if "ready" not in found and not (_PLACES.isdisjoint(words) or _IS.isdisjoint(words)):
        found |= {"ready"}
    return found


ANY_OF_CUSTOMER = frozenset[str]().union(RELEASES, CONFIRMS, AGREES, SUPPLIES)


def may_signal(texts: Iterable[str]) -> bool:
    """Whether a customer's mail can hold any of their signals; a value named needs a digit."""
    return any(
        not ANY_OF_CUSTOMER.isdisjoint(cue_words(text)) or any(map(str.isdigit, text))
        for text in texts
    )
