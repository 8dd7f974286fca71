"""The English table as data: what must hold of all its entries."""

from promisekeeper.core.phrases_en import ENGLISH, GUARDS, WORDINGS


def test_names_of_wordings_and_guards_are_unique() -> None:
    names = [wording.name for wording in WORDINGS]
    assert len(names) == len(set(names))
    assert len(GUARDS) == len({guard.name for guard in GUARDS})


def test_a_wording_promises_or_gives_its_reason() -> None:
    for wording in WORDINGS:
        assert (wording.kind is None) == bool(wording.reason), wording.name


def test_idioms_hold_their_word() -> None:
    for word, idioms in ENGLISH.idioms.items():
        assert all(word in idiom for idiom in idioms), word
