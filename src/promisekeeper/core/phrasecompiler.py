"""A table of wordings -> expressions over codes, and what a sentence needs for each.

`phrases` explains the pattern language. An expression is tried only on a sentence that
has a word of each set of words that the wording cannot do without.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from promisekeeper.core.encoder import (
    ADVERB,
    ANY_WORD,
    CAPITALS,
    FIRST_CODE,
    LINK,
    NAME,
    NUMBER,
    PARTICIPLE,
    PLAIN,
    PROGRESSIVE,
    Encoder,
    shape_of,
)
from promisekeeper.core.phrases import (
    Guard,
    Look,
    PhraseTable,
    ReadyGuard,
    ReadyTable,
    ReadyWording,
    Searching,
    Wording,
)

# Possessive: what counts as an adverb is not tried again as the verb.
_REPEATS = {"": "", "?": "?", "*": "{0,4}+", "+": "{1,4}+"}
_ITEM = re.compile(
    r"(?P<anchor>@)?(?P<negated>!)?(?:\{(?P<name>[a-z_]+)\}|(?P<words>[^\s{}?*+!@]+))"
    r"(?P<repeat>[?*+]|\{\d+,\d+\})?"
)


_SHAPES = {
    "=plain": PLAIN,
    "=name": NAME,
    "=capitals": CAPITALS,
    "=number": NUMBER,
    "=participle": PARTICIPLE,
    "=progressive": PROGRESSIVE,
    "=adverb": ADVERB,
    "=link": LINK,
}


class _Compiler:
    """Turns patterns into expressions while giving each new word its code."""

    def __init__(self, table: PhraseTable) -> None:
        self.table = table
        self.codes: dict[str, str] = {}
        self._sets: dict[str, str] = {}
        # All words get their codes first: a shape class must know them all.
        for text in table.words.values():
            for word in text.split():
                if word[0].isalnum():
                    self.code(word)
        self._common = {self.code(word) for word in table.common}
        for pattern in self._patterns():
            for item in _ITEM.finditer(pattern):
                for word in (item["words"] or "").split("|"):
                    if word[:1].isalpha() and not word.endswith(":"):
                        self.code(word)

    def _patterns(self) -> Iterable[str]:
        table = self.table
        yield from table.parts.values()
        yield from (wording.pattern for wording in table.wordings)
        yield from (guard.pattern for guard in table.guards)
        yield from (*table.fronted, *table.trailing, *table.soft, *table.gates.values())

    def code(self, word: str) -> str:
        return self.codes.setdefault(word, chr(FIRST_CODE + len(self.codes)))

    def members(self, name: str) -> str:
        """The codes of a set, those of the shapes it names included."""
        if name not in self._sets:
            found: list[str] = []
            for word in self.table.words[name].split():
                if word in _SHAPES:
                    found += _SHAPES[word]
                    found += self._shaped(_SHAPES[word])
                elif word[0] == "{":
                    found += self.members(word[1:-1])
                elif not word.isalnum() and len(word) == 1:
                    found += word
                else:
                    found += self.code(word)
            self._sets[name] = "".join(sorted(set(found)))
        return self._sets[name]

    def _shaped(self, shape: str) -> Iterable[str]:
        if shape in (PARTICIPLE, PROGRESSIVE, ADVERB):
            for word, code in self.codes.items():
                if shape_of(word, self.table.endings) == shape:
                    yield code

    def expression(self, pattern: str) -> str:
        """The regular expression of one pattern."""
        return "".join(self._item(item) for item in pattern.split())

    def _item(self, item: str) -> str:
        fixed = {
            "^": rf"(?<![{ANY_WORD},)/])",
            "^^": rf"(?<![{ANY_WORD})/])",
            "$": rf"(?![{ANY_WORD}])",
            "(": "(?:",
            "|": "|",
        }.get(item)
        if fixed is not None:
            if item == "^^":
                joined = self.members("joining")
                return rf"(?:{fixed}|(?<=[{joined}]))"
            return fixed
        if item[0] == ")":
            return ")" + _REPEATS.get(item[1:], item[1:])
        if item[0] == "(" and item[-1] == ":":
            return f"(?P<{item[1:-1]}>"
        if item[0] == "~":
            count, _, name = item[1:].partition("!")
            barred = re.escape(self.members(name[1:-1])) if name else ""
            return f"[^;.!?{barred}]{{0,{count}}}?"
        return self._words(item)

    def _words(self, item: str) -> str:
        match = _ITEM.fullmatch(item)
        if match is None:
            if len(item.rstrip("?*+")) > 1 or item[0].isalnum():
                raise ValueError(f"not an item of a pattern: {item!r}")
            # Punctuation stands for itself.
            return re.escape(item[0]) + _REPEATS.get(item[1:], "")
        repeat = _REPEATS.get(match["repeat"] or "", match["repeat"] or "")
        name = match["name"]
        if name in self.table.parts:
            return f"(?:{self.expression(self.table.parts[name])}){repeat}"
        inside = self.members(name) if name else self._literal(match["words"])
        one = f"[{inside}]"
        if match["negated"]:
            one = f"(?:(?!{one})[{ANY_WORD}])"
        return one + repeat

    def _literal(self, words: str) -> str:
        return "".join(
            self.code(word) if word[0].isalpha() else re.escape(word) for word in words.split("|")
        )

    def anchors(self, pattern: str) -> str:
        """The codes of which every match holds one, by which a sentence is chosen."""
        items = [match for item in pattern.split() if (match := _ITEM.fullmatch(item))]
        chosen = "".join(self._anchor_codes(match) for match in items if match["anchor"])
        if chosen:
            return chosen
        needed = sorted(self.needed(pattern.split()), key=self._weight)
        return next(filter(self._are_words, needed), "")

    def needed(self, items: list[str]) -> Iterator[str]:
        """The codes of each item that no match can do without."""
        at = 0
        while at < len(items):
            item = items[at]
            if item[0] == "(":
                end = _closing(items, at)
                if _is_needed(items[end][1:]):
                    yield from self._needed_in_group(items[at + 1 : end])
                at = end
            elif item[0] not in "^$~,":
                yield from self._needed_item(item)
            at += 1

    def _needed_item(self, item: str) -> Iterator[str]:
        match = _ITEM.fullmatch(item)
        if match is None or match["negated"] or not _is_needed(match["repeat"] or ""):
            return
        if match["name"] in self.table.parts:
            yield from self.needed(self.table.parts[match["name"]].split())
        else:
            yield self._anchor_codes(match)

    def _needed_in_group(self, items: list[str]) -> Iterator[str]:
        branches = list(_branches(items))
        if len(branches) == 1:
            yield from self.needed(branches[0])
            return
        rarest = [min(self.needed(branch), key=self._weight, default="") for branch in branches]
        if all(rarest):
            yield "".join(rarest)

    def _weight(self, codes: str) -> int:
        """How many sentences these words would choose, roughly."""
        return len(codes) + 100 * len(self._common.intersection(codes))

    def _anchor_codes(self, match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return self._literal(match["words"])
        if name in self.table.parts:
            return min(self.needed(self.table.parts[name].split()), key=self._weight, default="")
        return self.members(name)

    @staticmethod
    def _are_words(codes: str) -> bool:
        """Whether codes are of known words, by which a sentence can be chosen."""
        return all(code >= chr(FIRST_CODE) for code in codes)


def _closing(items: list[str], at: int) -> int:
    """Where the group that opens at `at` is closed."""
    depth = 0
    for end in range(at, len(items)):
        depth += (items[end][0] == "(") - (items[end][0] == ")")
        if not depth:
            return end
    raise ValueError(f"a group is not closed: {' '.join(items)}")


def _branches(items: list[str]) -> Iterator[list[str]]:
    """The alternatives of a group."""
    depth = start = 0
    for at, item in enumerate(items):
        depth += (item[0] == "(") - (item[0] == ")")
        if item == "|" and not depth:
            yield items[start:at]
            start = at + 1
    yield items[start:]


def _is_needed(repeat: str) -> bool:
    return repeat in ("", "+") or (repeat[0] == "{" and repeat[1] != "0")


class _Bits:
    """Gives each set of codes its bit."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[str], int] = {}

    def of(self, sets: Iterable[str]) -> int:
        """The bits of some sets."""
        found = 0
        for codes in sets:
            found |= 1 << self._numbers.setdefault(frozenset(codes), len(self._numbers))
        return found

    def by_code(self) -> dict[str, int]:
        """The bits of the sets that each code is in."""
        found: dict[str, int] = {}
        for codes, number in self._numbers.items():
            for code in codes:
                found[code] = found.get(code, 0) | 1 << number
        return found


class _Maker:
    """Makes the parts of a ready table."""

    def __init__(self, table: PhraseTable) -> None:
        self.table = table
        self.compiler = _Compiler(table)
        self.bits = _Bits()
        self.guards = [
            ReadyGuard(
                guard=guard,
                look=self.look(guard.pattern, at_end=guard.where == "before"),
            )
            for guard in table.guards
        ]

    def look(self, pattern: str, *, at_end: bool = False) -> Look:
        """A pattern that can look, at the end of what it looks at only where asked to."""
        expression = self.compiler.expression(pattern)
        branches = _branches(pattern.split())
        needed = [list(self.compiler.needed(branch)) for branch in branches]
        return Look(
            needs=self.bits.of(needed[0]) if len(needed) == 1 else 0,
            source=rf"(?:{expression})\Z" if at_end else expression,
        )

    def wording(self, wording: Wording) -> ReadyWording:
        """A wording that can search."""
        pattern, family = wording.pattern, wording.name.partition(".")[0]
        return ReadyWording(
            wording=wording,
            family=family,
            gate=self._gate(pattern.replace("@", "").split()),
            source=self.compiler.expression(pattern),
            has_promise="(promise:" in pattern,
            guards=tuple(ready for ready in self.guards if _guards(ready.guard, family)),
        )

    def _gate(self, items: list[str]) -> int:
        """The gate whose items stand in a pattern outside of any group."""
        for number, together in enumerate(self.table.gates):
            wanted = together.split()
            for at in range(len(items) - len(wanted) + 1):
                before = items[:at]
                depth = sum((item[0] == "(") - (item[0] == ")") for item in before)
                if not depth and items[at : at + len(wanted)] == wanted:
                    return number
        return -1


def _guards(guard: Guard, family: str) -> bool:
    return not guard.families or family in guard.families


def make_ready(table: PhraseTable) -> ReadyTable:
    """Compile a table.

    Raises:
        ValueError: A wording has no word by which a sentence could be chosen for it.
    """
    maker = _Maker(table)
    compiler = maker.compiler
    by_code: dict[str, list[tuple[int, int]]] = {}
    for order, wording in enumerate(table.wordings):
        anchors = compiler.anchors(wording.pattern)
        if not anchors:
            raise ValueError(f"no anchor word in {wording.name}: {wording.pattern}")
        needs = maker.bits.of(compiler.needed(wording.pattern.split()))
        for code in set(anchors):
            by_code.setdefault(code, []).append((needs, order))
    codes = compiler.codes | _contractions(table, compiler)
    cues = frozenset(_cues(table, compiler.codes, by_code))
    fronted = tuple(maker.look(pattern, at_end=True) for pattern in table.fronted)
    trailing = tuple(maker.look(pattern) for pattern in table.trailing)
    soft = tuple(maker.look(pattern) for pattern in table.soft)
    # Only now have all sets of codes their bits.
    bits = maker.bits.by_code()
    return ReadyTable(
        table=table,
        encoder=Encoder(
            codes,
            bits,
            endings=table.endings,
            capital_names=frozenset(name.capitalize() for name in table.names_too),
        ),
        words=cues | table.idioms.keys(),
        cues=cues,
        idiom_words=frozenset(table.idioms),
        joining=frozenset(compiler.members("joining")),
        wordings=tuple(map(maker.wording, table.wordings)),
        by_code={code: tuple(found) for code, found in by_code.items()},
        gates=tuple(Searching(source=compiler.expression(gate)) for gate in table.gates.values()),
        fronted=fronted,
        trailing=trailing,
        soft=soft,
    )


def _contractions(table: PhraseTable, compiler: _Compiler) -> dict[str, str]:
    return {
        written: "".join(compiler.code(word) for word in meant.split())
        for written, meant in table.split.items()
    }


def _cues(
    table: PhraseTable, codes: Mapping[str, str], by_code: Mapping[str, object]
) -> Iterable[str]:
    """Written words of which every sentence worth reading holds one."""
    for word, code in codes.items():
        if code in by_code and word not in table.idioms:
            yield word
    for written, meant in table.split.items():
        if any(codes[word] in by_code and word not in table.idioms for word in meant.split()):
            yield written
