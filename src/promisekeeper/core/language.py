"""One sentence -> the promises in it, and the look-alikes that were not taken.

The wordings are tables (`phrases_en`); here is only how they are tried: a cheap
look at the words first, then the sentence as a string of codes (see `phrases`),
then the wordings in their order. Time is linear in the length of the sentence,
and the length is capped.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from promisekeeper.core.phrasecompiler import make_ready
from promisekeeper.core.phrases import Look, ReadyGuard, ReadyTable, ReadyWording
from promisekeeper.core.phrases_en import ENGLISH
from promisekeeper.core.promise import Certainty, Kind
from promisekeeper.core.reading import Finding, Refusal, SentenceReading, Span

# Another language is another table here.
TABLES = (ENGLISH,)
MAX_CHARACTERS = 2000
# How many items before a wording are looked at.
REACH = 40
UNSUPPORTED = "unsupported language"
QUOTED = "a quoted line or a template"

_MARKS = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u2013": "-",
        "—": "-",
        "•": "*",
        "…": ".",
        "\xa0": " ",
    }
)
# Makes blanks of marks. Bytes are exchanged much quicker than characters, and none of a letter
# beyond ASCII is a mark's.
_TO_BLANKS = bytes(32 if code in b'.,;:!?()"-*/<>&\t\n_#~' else code for code in range(256))
_STOPS = frozenset(".;!?")
_NOTHING = SentenceReading()

# A few very common words of each language that English mail does not use.
_FOREIGN_WORDS = (
    # German, Dutch
    "und der das ist nicht ich wir sie mit für ein eine einen ihnen ihre werden wird auch auf dem "
    "den zu dass bei nach haben habe von het een niet voor zijn wij jullie ook naar wordt "
    # French, Spanish, Portuguese, Italian
    "le les des est nous vous je une pour dans avec votre vos sera ce cette qui que el los las una "
    "para con usted por su está muy não você uma com para os il che per sono della "
    # Norwegian, Danish, Swedish
    "og jeg det ikke vi deg til som på av har skal kan blir være och jag inte är för att med vil"
)
FOREIGN = frozenset(_FOREIGN_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coded:
    """A sentence as codes, where each stands, and their bits (see `Encoder`)."""

    text: str
    codes: str
    bits: int
    spans: Sequence[tuple[int, int]]

    def span(self, start: int, end: int) -> Span:
        """The characters of the items from `start` to before `end`."""
        if start >= end:
            return Span(start=0, end=0)
        return Span(start=self.spans[start][0], end=self.spans[end - 1][1])


@dataclass(slots=True, kw_only=True)
class _Hit:
    """A wording where it was found, and what is known about it by then."""

    ready: ReadyWording
    match: re.Match[str]
    start: int
    end: int
    reason: str = ""
    delegate: str = ""
    kind: Kind | None = None


@cache
def ready_tables() -> tuple[ReadyTable, ...]:
    """The tables of all languages we read, compiled at their first use."""
    return tuple(make_ready(table) for table in TABLES)


def read_sentence(
    sentence: str,
    *,
    previous: str = "",
    following: str = "",
    subject: str = "",
    team: Collection[str] = (),
    tables: Sequence[ReadyTable] = (),
) -> SentenceReading:
    """Find what a sentence promises, and what only looks like it.

    Args:
        sentence: One sentence of the writer's own words, on one line.
        previous: The sentence before; it tells who "he" is in "He is sending it today".
        following: The sentence after; no wording of the tables needs it so far.
        subject: Of the mail; automatic replies and calendar mail promise nothing.
        team: Names of people and units on the writer's side.
        tables: The languages to read; all that we have where none is given.

    Returns:
        Promises in the order of the text, spans within `sentence`; refusals likewise.
    """
    text = _with_plain_marks(sentence[:MAX_CHARACTERS])
    table = _table_for(text, tables or ready_tables())
    if isinstance(table, SentenceReading):
        return table
    codes, bits = table.encoder.encode(text)
    hits = _hits(codes, bits, table)
    if not hits:
        return _NOTHING
    coded = _Coded(text=text, codes=codes, bits=bits, spans=table.encoder.spans(text))
    _refuse_by_context(hits, coded, table, subject)
    for hit in hits:
        _name_delegate(hit, coded, previous, team)
    return _reading(hits, coded, table)


def _with_plain_marks(text: str) -> str:
    return text if text.isascii() and "`" not in text else text.translate(_MARKS)


def _table_for(text: str, tables: Sequence[ReadyTable]) -> ReadyTable | SentenceReading:
    """By which table to read a sentence, or its reading where a look at its words is enough."""
    lower = text.lower()
    words = _words_of(lower)
    table = choose_table(words, tables)
    if table is None:
        return _refused(text, "language", UNSUPPORTED)
    if table.words.isdisjoint(words) or (
        table.cues.isdisjoint(words) and not _has_idiom(words, lower, table)
    ):
        return _refused(text, "language", UNSUPPORTED) if _is_strange(text) else _NOTHING
    if text.lstrip()[:1] == ">" or "{{" in text:
        return _refused(text, "quote", QUOTED)
    return table


def _words_of(lower: str) -> list[str]:
    octets = lower.encode("utf-8", "surrogatepass").translate(_TO_BLANKS)
    return octets.decode("utf-8", "surrogatepass").split()


def _has_idiom(words: Collection[str], lower: str, table: ReadyTable) -> bool:
    for word in table.idiom_words.intersection(words):
        for idiom in table.table.idioms[word]:
            if idiom in lower:
                return True
    return False


def choose_table(words: Collection[str], tables: Sequence[ReadyTable]) -> ReadyTable | None:
    """The table of the language that words are in; None where we have none for it."""
    if FOREIGN.isdisjoint(words):
        return tables[0]
    distinct = set(words)
    best = max(tables, key=lambda table: len(distinct & table.table.common))
    known = distinct & best.table.common
    foreign = len((distinct & FOREIGN) - known)
    return None if foreign >= 2 and foreign > len(known) else best


def _refused(text: str, rule: str, reason: str) -> SentenceReading:
    """The whole sentence refused."""
    whole = Span(start=0, end=len(text))
    return SentenceReading(refused=(Refusal(span=whole, rule=rule, reason=reason),))


def _is_strange(text: str) -> bool:
    """Whether most letters are of a script that no table is written in."""
    if text.isascii():
        return False
    strange = sum(1 for letter in text if letter > "\u0370" and letter.isalpha())
    return strange * 2 > sum(1 for letter in text if letter.isalpha())


def _is_word(code: str) -> bool:
    return code.isalnum()


def _hits(codes: str, bits: int, table: ReadyTable) -> list[_Hit]:
    """Every wording found, each item of the sentence claimed once, in order of precedence."""
    candidates = {
        order
        for code in table.by_code.keys() & codes
        for needs, order in table.by_code[code]
        if needs & bits == needs
    }
    hits: list[_Hit] = []
    claimed: set[int] = set()
    gates: dict[int, bool] = {-1: True}
    for order in sorted(candidates):
        ready = table.wordings[order]
        is_open = gates.get(ready.gate)
        if is_open is None:
            is_open = gates[ready.gate] = (
                table.gates[ready.gate].expression.search(codes) is not None
            )
        if not is_open:
            continue
        for match in ready.expression.finditer(codes):
            start, end = match.span("promise" if ready.has_promise else 0)
            items = range(start, end)
            if items and claimed.isdisjoint(items):
                claimed.update(items)
                reason = ready.wording.reason
                hits.append(_Hit(ready=ready, match=match, start=start, end=end, reason=reason))
    return hits


def _refuse_by_context(hits: list[_Hit], coded: _Coded, table: ReadyTable, subject: str) -> None:
    """Give a reason to each hit that the words around it make no promise."""
    if all(hit.reason for hit in hits):
        return
    head, head_bits = table.encoder.encode(_with_plain_marks(subject))
    bits = coded.bits | head_bits
    for hit in hits:
        if not hit.reason:
            hit.reason = _reason_against(hit, coded.codes, bits, head)


def _reason_against(hit: _Hit, codes: str, bits: int, head: str) -> str:
    """The reason of the first guard against a hit; empty for none."""
    for ready in hit.ready.guards:
        needs = ready.look.needs
        if needs & bits == needs and _is_guarded(ready, hit, codes, head):
            return ready.guard.reason
    return "somebody's words in quotation marks" if _is_quoted(codes, hit.start) else ""


def _is_guarded(ready: ReadyGuard, hit: _Hit, codes: str, head: str) -> bool:
    """Whether a guard finds its words where it looks for them."""
    look = ready.look.expression
    match ready.guard.where:
        case "before":
            return look.search(codes[max(0, hit.start - REACH) : hit.start]) is not None
        case "after":
            return look.match(codes, hit.end) is not None
        case "sentence":
            return look.search(codes) is not None
        case _:
            return bool(head) and look.search(head) is not None


def _is_quoted(codes: str, at: int) -> bool:
    return codes.count('"', 0, at) % 2 == 1 and '"' in codes[at:]


def _name_delegate(hit: _Hit, coded: _Coded, previous: str, team: Collection[str]) -> None:
    """Settle who will act, and whether they are on our side."""
    groups = hit.match.groupdict()
    if groups.get("who"):
        first, last = hit.match.span("who")
        hit.delegate = coded.span(first, last).of(coded.text)
        if coded.spans[last - 1] == coded.spans[last]:
            hit.delegate = hit.delegate.rpartition("'")[0]
        # "Dana's going to" has no code of its own for the ending of an unknown name.
        hit.delegate = hit.delegate.removesuffix("'s")
    hit.kind = hit.ready.wording.kind
    if hit.ready.family == "again" and not hit.reason:
        before = read_sentence(previous).promises if previous else ()
        earlier = [found for found in before if found.kind is Kind.DELEGATED]
        if earlier:
            hit.delegate = earlier[0].delegate or hit.delegate
        else:
            hit.reason = "who will act is not named"
    elif hit.ready.family == "named" and _is_ours(hit.delegate, team):
        hit.reason, hit.kind = "", Kind.DELEGATED


def _is_ours(delegate: str, team: Collection[str]) -> bool:
    words = set(delegate.casefold().split())
    return any(words & set(name.casefold().split()) for name in team)


def _reading(hits: list[_Hit], coded: _Coded, table: ReadyTable) -> SentenceReading:
    hits.sort(key=lambda hit: hit.start)
    taken = [hit for hit in hits if not hit.reason and hit.kind is not None]
    promises = []
    for index, hit in enumerate(taken):
        begins = taken[index - 1].end if index else 0
        ends = taken[index + 1].start if index + 1 < len(taken) else len(coded.codes)
        promises.append(_finding(hit, coded, table, begins, ends))
    refused = tuple(
        Refusal(
            span=coded.span(hit.start, hit.end),
            rule=hit.ready.wording.name,
            reason=hit.reason,
        )
        for hit in hits
        if hit.reason
    )
    return SentenceReading(promises=tuple(promises), refused=refused)


def _finding(hit: _Hit, coded: _Coded, table: ReadyTable, begins: int, ends: int) -> Finding:
    """One promise: its kind in the light of conditions and hedges, and its words."""
    kind = hit.kind or Kind.FIRM
    end = _clause_end(coded.codes, hit.end, ends, table.joining)
    condition = _fronted(hit, coded, table, begins)
    if condition is None:
        found = _first(table.trailing, coded, max(hit.start, hit.end - 1), end)
        if found is not None:
            condition = coded.span(found.start("condition"), end)
            end = found.start("condition")
    if condition is not None:
        kind = Kind.CONDITIONAL
    elif kind is Kind.FIRM and _first(table.soft, coded, max(0, hit.start - 3), hit.end):
        kind = Kind.SOFT
    certainty = hit.ready.wording.certainty
    if kind is not Kind.FIRM and certainty is Certainty.CERTAIN:
        certainty = Certainty.LIKELY
    return Finding(
        kind=kind,
        certainty=certainty,
        span=coded.span(hit.start, end),
        rule=hit.ready.wording.name,
        condition=condition,
        delegate=hit.delegate,
    )


def _first(looks: tuple[Look, ...], coded: _Coded, start: int, end: int) -> re.Match[str] | None:
    for look in looks:
        if look.needs & coded.bits == look.needs:
            found = look.expression.search(coded.codes, start, end)
            if found:
                return found
    return None


def _fronted(hit: _Hit, coded: _Coded, table: ReadyTable, begins: int) -> Span | None:
    """The condition that stands before a promise, if one does."""
    start = max(begins, hit.start - 60)
    before = coded.codes[start : hit.start]
    for look in table.fronted:
        is_near = look.needs & coded.bits == look.needs
        found = look.expression.search(before) if is_near else None
        if found:
            first, last = found.span("condition")
            return coded.span(start + first, start + last)
    return None


def _clause_end(codes: str, start: int, limit: int, joining: Collection[str]) -> int:
    """Where the words of a promise end: at a stop, or where the next promise begins."""
    end = start
    while end < limit and codes[end] not in _STOPS:
        end += 1
    while end > start and _is_loose(codes, start, end, joining):
        end -= 1
    return end


def _is_loose(codes: str, start: int, end: int, joining: Collection[str]) -> bool:
    """Whether the last item before `end` is no part of the promise."""
    last = codes[end - 1]
    if last == ")":
        return "(" not in codes[start:end]
    if end < len(codes) and last in joining and codes[end] not in _STOPS:
        return True
    return not _is_word(last) and last not in '"%'
