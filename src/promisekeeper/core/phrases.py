"""The form of a table of wordings, and of one that is ready to search.

A wording is a pattern over words, not over letters: `{we} {will} {adv}* {act}`.
Each word that a table knows has a code of one character, every other word the
code of its shape; a sentence becomes a short string of codes, and a wording a
regular expression over it (`phrasecompiler`). A new language is a new table, not
new code.

The pattern language, items separated by blanks:

* `word`, `one|other`: these words; `{name}`: a set of words or a part of the table;
* `!{name}`: one word that is not in the set; `~6`: up to six items, no hard stop;
* `( a | b )`, `(who: a )`: a group, a named group; `? * +` and `{0,3}` after an item,
  where `*` means up to four and `+` up to four but at least one;
* `^`: the start of a clause; `^^`: also after a comma or a joining word;
* `$`: the end of a clause; `@`: before the item whose words a sentence must have.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from promisekeeper.core.encoder import Encoder
from promisekeeper.core.promise import Certainty, Kind


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
        gates: Items that stand together in many wordings, and the pattern without which
            none of them can fit; looked for once, before all these wordings are tried.
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
    gates: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Searching:
    """An expression, compiled when it is first asked for: most mailboxes never need most of them.

    Attributes:
        source: How it is written.
    """

    source: str

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """It, ready to search."""
        return re.compile(self.source)


@dataclass(frozen=True, kw_only=True)
class ReadyWording(Searching):
    """A wording that can search.

    Attributes:
        gate: Where its gate stands among those of the table; -1 for none.
        has_promise: The expression marks the words that promise, within its match.
        guards: Those that may refuse it.
    """

    wording: Wording
    family: str
    gate: int
    has_promise: bool
    guards: tuple["ReadyGuard", ...]


@dataclass(frozen=True, kw_only=True)
class Look(Searching):
    """An expression over codes, and the bits without which it finds nothing."""

    needs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyGuard:
    """A guard that can look."""

    guard: Guard
    look: Look


# Told from others by what it is, not by what it holds: it stands in the keys of a memory.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadyTable:
    """A table that can search.

    Attributes:
        encoder: Makes codes of a text.
        words: Words of which a sentence must hold one to be looked at more closely.
        cues: Those of them that are worth reading in any company.
        idiom_words: Those that are worth reading in certain company only.
        joining: The codes of words that join clauses.
        wordings: In order of precedence.
        by_code: The wordings worth trying when a code is in the sentence, by their place,
            each after the bits (see `Encoder`) that the sentence must have.
        gates: Expressions that wordings refer to.
    """

    table: PhraseTable
    encoder: Encoder
    words: frozenset[str]
    cues: frozenset[str]
    idiom_words: frozenset[str]
    joining: frozenset[str]
    wordings: tuple[ReadyWording, ...]
    by_code: Mapping[str, tuple[tuple[int, int], ...]]
    gates: tuple[Searching, ...]
    fronted: tuple[Look, ...]
    trailing: tuple[Look, ...]
    soft: tuple[Look, ...]
