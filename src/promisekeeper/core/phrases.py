"""The form of a table of wordings, and how it becomes something that can search.

A wording is a pattern over words, not over letters: `{we} {will} {adv}* {act}`.
Each word that a table knows has a code of one character, every other word the
code of its shape; a sentence becomes a short string of codes, and a wording a
regular expression over it. A new language is a new table, not new code.

The pattern language, items separated by blanks:

* `word`, `one|other`: these words; `{name}`: a set of words or a part of the table;
* `!{name}`: one word that is not in the set; `~6`: up to six items, no hard stop;
* `( a | b )`, `(who: a )`: a group, a named group; `? * +` and `{0,3}` after an item,
  where `*` means up to four and `+` up to four but at least one;
* `^`: the start of a clause; `^^`: also after a comma or a joining word;
* `$`: the end of a clause; `@`: before the item whose words a sentence must have.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from promisekeeper.core.promise import Certainty, Kind

FIRST_CODE = 0x4E00
# Shapes of words that no table names. Letters stand for words, other signs for marks.
PLAIN, NAME, CAPITALS, NUMBER, PARTICIPLE, PROGRESSIVE, ADVERB, LINK = "wNA0dgyu"
ANY_WORD = f"A-Za-z0{chr(FIRST_CODE)}-\u9fff"
Needs = tuple[frozenset[str], ...]
# Possessive: what counts as an adverb is not tried again as the verb.
_REPEATS = {"": "", "?": "?", "*": "{0,4}+", "+": "{1,4}+"}
_NAMED_GROUP = re.compile(r"\(\w+: ((?:(?! \| )[^()])*) \)")
_ITEM = re.compile(
    r"(?P<anchor>@)?(?P<negated>!)?(?:\{(?P<name>[a-z_]+)\}|(?P<words>[^\s{}?*+!@]+))"
    r"(?P<repeat>[?*+]|\{\d+,\d+\})?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way to promise, or one look-alike.

    Attributes:
        name: Stable over releases; its part before the dot is the family.
        kind: What it promises; None for a look-alike that is refused.
        reason: Why a look-alike is no promise.
    """

    name: str
    pattern: str
    kind: Kind | None = None
    certainty: Certainty = Certainty.LIKELY
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Words around a wording that make it no promise.

    Attributes:
        where: "before" (ends where the wording begins), "after" (begins where it
            ends), "sentence" (anywhere) or "subject" (of the mail).
        families: The families of wordings it guards; empty for all.
    """

    name: str
    where: str
    pattern: str
    reason: str
    families: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseTable:
    """Everything one language needs.

    Attributes:
        words: Sets of words by name, `joining` among them. A set may hold `{other}`
            sets, and marks for words that no set names but whose shape fits: `=plain`,
            `=name`, `=capitals`, `=number`, `=participle`, `=progressive`, `=adverb`, `=link`.
        parts: Patterns by name, for use inside other patterns.
        wordings: In order of precedence: the first that claims a word keeps it.
        fronted, trailing: Conditions before and after what is promised; the group
            `condition` is the condition itself.
        soft: Words inside a promise that make a firm one soft.
        split: Written forms that stand for several words ("won't": "will not").
        endings: Word endings by shape, longest first.
        names_too: Words that are a name when written with a capital inside a sentence.
        common: The commonest words, to tell the language.
        idioms: Words that are worth reading only in these company ("on it"), by the word.
    """

    language: str
    words: Mapping[str, str]
    parts: Mapping[str, str]
    wordings: tuple[Wording, ...]
    guards: tuple[Guard, ...]
    fronted: tuple[str, ...]
    trailing: tuple[str, ...]
    soft: tuple[str, ...]
    split: Mapping[str, str]
    endings: tuple[tuple[str, str], ...]
    names_too: frozenset[str]
    common: frozenset[str]
    idioms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyWording:
    """A wording that can search.

    Attributes:
        has_promise: The expression marks the words that promise, within its match.
    """

    order: int
    wording: Wording
    family: str
    expression: re.Pattern[str]
    has_promise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An expression over codes, and codes of which it needs one; none where it needs none."""

    needs: frozenset[str]
    expression: re.Pattern[str]

    def fits(self, present: Collection[str]) -> bool:
        """Whether it is worth looking in a sentence with these codes."""
        return not self.needs or not self.needs.isdisjoint(present)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyGuard:
    """A guard that can look."""

    guard: Guard
    look: Look


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyTable:
    """A table that can search.

    Attributes:
        code: The codes of a token as written, several for a contraction.
        codes: The codes of each known word.
        cues: Words of which a sentence must hold one to be worth reading.
        anchors: The codes of these words.
        idiom_words: The words that are worth reading in certain company only.
        joining: The codes of words that join clauses.
        capital_names: `names_too` as they are written.
        by_code: The wordings worth trying when a code is in the sentence, in groups
            with the sets of codes of each of which the sentence must hold one too.
    """

    table: PhraseTable
    code: Callable[[str], str]
    codes: Mapping[str, str]
    cues: frozenset[str]
    anchors: frozenset[str]
    idiom_words: frozenset[str]
    joining: frozenset[str]
    capital_names: frozenset[str]
    by_code: Mapping[str, tuple[tuple[Needs, list[ReadyWording]], ...]]
    guards: tuple[ReadyGuard, ...]
    fronted: tuple[Look, ...]
    trailing: tuple[Look, ...]
    soft: tuple[Look, ...]


def shape_of(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    """The code of a word that the table does not know, by its shape."""
    if word[0].isdigit():
        return NUMBER
    if word[0].isupper():
        return CAPITALS if len(word) > 1 and word.isupper() else NAME
    for ending, shape in endings:
        if word == ending or (word.endswith(ending) and len(word) > len(ending) + 2):
            return shape
    return PLAIN


_MARKS = {".,": ",", ". ": "_", "[": "(", "]": ")", "*": "*"}
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
        yield from (*table.fronted, *table.trailing, *table.soft)

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

    def anchors(self, pattern: str) -> list[str]:
        """Sets of codes of each of which every match holds one, the rarest first."""
        items = [match for item in pattern.split() if (match := _ITEM.fullmatch(item))]
        chosen = "".join(self._anchor_codes(match) for match in items if match["anchor"])
        needed = sorted(filter(None, self._needed(pattern)), key=self._weight)
        if not chosen:
            chosen = next(filter(self._are_words, needed), "")
        others = [codes for codes in needed if codes != chosen]
        return [chosen, *others] if chosen else []

    def _needed(self, pattern: str) -> Iterable[str]:
        """The codes of each item that no match can do without."""
        depth = 0
        # A named group without alternatives is as needed as what stands in it.
        for item in _NAMED_GROUP.sub(r"\1", pattern).split():
            match = _ITEM.fullmatch(item)
            depth += (item[0] == "(") - (item[0] == ")")
            if match is None or match["negated"] or depth or item[0] in "^$~()":
                continue
            if (match["repeat"] or "") in ("", "+"):
                yield self._anchor_codes(match)

    def _weight(self, codes: str) -> int:
        """How many sentences these words would choose, roughly."""
        return len(codes) + 100 * len(self._common.intersection(codes))

    def _anchor_codes(self, match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            codes = self._literal(match["words"])
        elif name in self.table.parts:
            codes = self._part_anchors(self.table.parts[name])
        else:
            codes = self.members(name)
        return codes

    @staticmethod
    def _are_words(codes: str) -> bool:
        """Whether codes are of known words, by which a sentence can be chosen."""
        return all(code >= chr(FIRST_CODE) for code in codes)

    def _part_anchors(self, pattern: str) -> str:
        """The anchors of a part: of each of its alternatives."""
        inner = pattern.removeprefix("( ").removesuffix(" )")
        if "(" in inner:
            return ""
        branches = [self._rarest(branch) for branch in inner.split(" | ")]
        return "".join(branches) if all(branches) else ""

    def _rarest(self, pattern: str) -> str:
        return min(filter(None, self._needed(pattern)), key=self._weight, default="")


def make_ready(table: PhraseTable) -> ReadyTable:
    """Compile a table.

    Raises:
        ValueError: A wording has no word by which a sentence could be chosen for it.
    """
    compiler = _Compiler(table)
    by_code: dict[str, dict[Needs, list[ReadyWording]]] = {}
    for order, wording in enumerate(table.wordings):
        anchors = compiler.anchors(wording.pattern)
        if not anchors:
            raise ValueError(f"no anchor word in {wording.name}: {wording.pattern}")
        ready = ReadyWording(
            order=order,
            wording=wording,
            family=wording.name.partition(".")[0],
            expression=re.compile(compiler.expression(wording.pattern)),
            has_promise="(promise:" in wording.pattern,
        )
        needs = tuple(map(frozenset, anchors[1:3]))
        for code in set(anchors[0]):
            by_code.setdefault(code, {}).setdefault(needs, []).append(ready)
    codes = compiler.codes | _contractions(table, compiler)
    return ReadyTable(
        table=table,
        code=_coder(codes, table),
        codes=codes,
        anchors=frozenset(by_code),
        idiom_words=frozenset(table.idioms),
        joining=frozenset(compiler.members("joining")),
        capital_names=frozenset(name.capitalize() for name in table.names_too),
        cues=frozenset(_cues(table, compiler.codes, by_code)),
        by_code={code: tuple(groups.items()) for code, groups in by_code.items()},
        guards=tuple(
            ReadyGuard(
                guard=guard,
                look=_look(compiler, guard.pattern, at_end=guard.where == "before"),
            )
            for guard in table.guards
        ),
        fronted=tuple(_look(compiler, pattern, at_end=True) for pattern in table.fronted),
        trailing=tuple(_look(compiler, pattern) for pattern in table.trailing),
        soft=tuple(_look(compiler, pattern) for pattern in table.soft),
    )


def _coder(codes: Mapping[str, str], table: PhraseTable) -> Callable[[str], str]:
    """A function from a token to its codes; it remembers the commoner ones."""

    @lru_cache(maxsize=8192)
    def code(written: str) -> str:
        known = codes.get(written.lower())
        if known is not None:
            return known
        if not written[0].isalnum():
            return _MARKS.get(written, written[0])
        if "@" in written or "://" in written or written.startswith("www."):
            return LINK
        head, apostrophe, tail = written.rpartition("'")
        if apostrophe and head:
            ending = codes.get(apostrophe + tail.lower(), "")
            return (codes.get(head.lower()) or shape_of(head, table.endings)) + ending
        return shape_of(written, table.endings)

    return code


def _look(compiler: _Compiler, pattern: str, *, at_end: bool = False) -> Look:
    expression = compiler.expression(pattern)
    needs = [anchors for anchors in compiler.anchors(pattern) if anchors]
    return Look(
        needs=frozenset(needs[0]) if needs else frozenset(),
        expression=re.compile(rf"(?:{expression})\Z" if at_end else expression),
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
