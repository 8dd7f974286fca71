"""What the forms of a word have in common, and which words say nothing about any matter."""

from functools import lru_cache


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Function words, courtesy, time words, and the verbs that every promise is made of.
EMPTY = _set_of(
    """
    send sends sending sent email emails emailed forwarded attach attached ask asked asking answer
    answers answered follow
    a about above across actually after again against ago ahead all almost along already also
    although always am an and another any anybody anyone anything apart are around as aside at
    away back be because been before behind being below best between big both but by bye can
    cannot come comes coming could course day days dear did do does doing done down during each
    early either else end enough even ever every everybody everyone everything far few first for
    forward from full further gave get gets getting give gives giving glad go goes going gone
    good got great had half happy has have having he hello help her here hers hi high him his
    hope hoping hour hours how i idea if in indeed instead into is it its just keep kind know
    last late later least leave left less let like little ll long look looking lot made make
    makes making many may maybe me mean meantime mid might mine minute minutes moment month
    months more morning most much must my near need never new next nice night no nobody none
    noon nor not nothing now of off ok okay on once one only onto or other our ours out over own
    perhaps plan plans please possible put quick quite rather re really regards right round said
    same say saying says see seen shall she should since so some somebody someone something soon
    sorry still straight such sure take takes taking tell than thank thanks that the their
    theirs them then there these they thing things think this those three through time times to
    today together told tomorrow tonight too took two under until up us use used very via want
    was way we week weekend weeks well went were what when where which while who why will with
    within without won working would year years yes yesterday yet you your yours monday tuesday
    wednesday thursday friday saturday sunday mon tue wed thu fri sat sun january february march
    april june july august september october november december jan feb mar apr jun jul aug sep
    sept oct nov dec afternoon evening close business latest mr mrs ms dr asap shortly fwd try
    trying expect fine properly personally myself yourself
    """
)
_IRREGULAR = {
    "built": "build",
    "sent": "send",
    "brought": "bring",
    "bought": "buy",
    "paid": "pay",
    "payment": "pay",
    "found": "find",
    "heard": "hear",
    "wrote": "write",
    "written": "write",
    "spoke": "speak",
    "spoken": "speak",
    "rang": "ring",
    "rung": "ring",
    "drawn": "draw",
    "lent": "lend",
    "fitted": "fit",
    "chosen": "choose",
    "shown": "show",
    "cut": "cut",
    "swapped": "swap",
    "quotation": "quote",
    "quotations": "quote",
    "bicycle": "bike",
    "bicycles": "bike",
    "photograph": "photo",
    "photographs": "photo",
    "telephone": "phone",
    "telephoned": "phone",
    "dispatch": "despatch",
}
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ied", "ies", "ed", "es", "s", "e")


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without its ending: refunds, refunded and refunding are one."""
    word = _IRREGULAR.get(word, word)
    if not word.isalpha() and any(letter.isdigit() for letter in word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    word = word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
    return word.removesuffix("y") if len(word) > 3 else word
