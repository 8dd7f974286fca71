"""The texts of all letters: complete in every language, safe, and replaceable."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import FRIDAY, a_promise
from letters import BERLIN, SAMPLES
from promisekeeper.core.standing import standing_of
from promisekeeper.core.texts import Lines
from promisekeeper.doors.templates import TemplateTexts
from promisekeeper.errors import TemplateError

SHIPPED = Path(__file__).parents[2] / "src" / "promisekeeper" / "templates"
LANGUAGES = ("de", "en", "fr")
TEXTS = TemplateTexts()
FORMS = [
    pytest.param(language, kind, form, id=f"{language} {kind} {form}")
    for language in LANGUAGES
    for kind, forms in SAMPLES.items()
    for form in forms
]
SLOTS = [
    pytest.param(language, kind, slot, id=f"{language} {kind} without {slot}")
    for language in LANGUAGES
    for kind, forms in SAMPLES.items()
    for slot in next(iter(forms.values()))
]


def test_all_languages_have_all_kinds() -> None:
    assert TEXTS.languages() == LANGUAGES
    for language in LANGUAGES:
        kinds = {path.name.split(".")[0] for path in (SHIPPED / language).glob("*.j2")}
        assert kinds - {"common"} == set(SAMPLES), language
    names = {path.name for path in (SHIPPED / "en").iterdir()}
    assert all(
        {path.name for path in (SHIPPED / language).iterdir()} == names for language in LANGUAGES
    )


@pytest.mark.parametrize(("language", "kind", "form"), FORMS)
def test_every_letter_has_words(language: str, kind: str, form: str) -> None:
    rendered = TEXTS.render(kind, language, SAMPLES[kind][form])
    assert 10 < len(rendered.subject) <= 200
    assert "\n" not in rendered.subject
    for text in (rendered.subject, rendered.text, rendered.html):
        assert not any(
            left in text for left in ("None", "{{", "}}", "{%", "Undefined", " ,", "  (")
        )
    assert "\n\n\n" not in rendered.text
    assert f'<html lang="{language}">' in rendered.html or not rendered.html


@pytest.mark.parametrize("path", sorted((SHIPPED / "fr").glob("*.j2")), ids=lambda path: path.name)
def test_french_marks_stay_on_their_line_and_readers_are_vous(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"[^\s{%] (?:[:;?»]|!(?!=))|« ", text)
    assert not re.search(r"\b(?:tu|toi|tes|tien|réponds)\b", text.lower())


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/*.words.j2")), ids=str)
def test_sentences_hold_nothing_that_html_takes_for_a_tag(path: Path) -> None:
    assert not re.search(r"<(?:\{\{|\w)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "kind", "slot"), SLOTS)
def test_a_missing_slot_is_an_error(language: str, kind: str, slot: str) -> None:
    """In one form of the letter at least: some slots are asked for only in some."""
    complaints = [
        complaint_about(kind, language, {name: one for name, one in slots.items() if name != slot})
        for slots in SAMPLES[kind].values()
    ]
    assert any(slot in complaint for complaint in complaints)


def complaint_about(kind: str, language: str, slots: Mapping[str, object]) -> str:
    try:
        TEXTS.render(kind, language, slots)
    except TemplateError as error:
        return str(error)
    return ""


def render_with(folder: Path, name: str, text: str, **slots: object) -> str:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / name).write_text(text, encoding="utf-8")
    return TemplateTexts(folder=folder).render(name.split(".")[0], "en", slots).text


def test_a_users_own_template_is_taken_first(tmp_path: Path) -> None:
    own = "Subject: mine\n\n{% import 'common.words.j2' as say %}{{ say.who(promises[0]) }}"
    one = standing_of(a_promise(id=1, customer_name="Carl Ebner"), zone=UTC)
    assert render_with(tmp_path, "note.txt.j2", own, promises=[one]) == "Carl Ebner\n"


def test_a_new_language_needs_no_code(tmp_path: Path) -> None:
    folder = tmp_path / "es"
    folder.mkdir()
    table = (SHIPPED / "en" / "language.toml").read_text(encoding="utf-8")
    (folder / "language.toml").write_text(table.replace('"Fri"', '"vie"'), encoding="utf-8")
    (folder / "note.txt.j2").write_text("Subject: nota\n\n{{ at | moment }}", encoding="utf-8")
    texts = TemplateTexts(folder=tmp_path)
    assert texts.languages() == ("de", "en", "es", "fr")
    assert texts.render("note", "es", {"at": FRIDAY, "now": FRIDAY}).text == "vie 20 Nov 17:00\n"
    # What it lacks is said in English, and not in a mixture.
    form = SAMPLES["reminder"]["soon"]
    assert texts.render("reminder", "es", form).text == TEXTS.render("reminder", "en", form).text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("Subject: s\n\n{{ nobody }}", "nobody", id="an unknown slot"),
        pytest.param("Subject: s\n\n{{ one.nobody }}", "nobody", id="an unknown part of a slot"),
        pytest.param("Subject: s\n\n{% if %}", "line 3", id="a slip"),
        pytest.param("Hello", "Subject:", id="no subject"),
        pytest.param("Subject: s\n\n{{ 'x'.__class__.__mro__ }}", "unsafe", id="out of the box"),
        pytest.param("Subject: s\n\n{% include 'gone.j2' %}", "gone.j2", id="a missing part"),
    ],
)
def test_a_broken_template_says_what_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(TemplateError, match=problem):
        render_with(tmp_path, "note.txt.j2", text, one={"somebody": 1})


def test_a_slip_shows_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "digest.html.j2").write_text("<p>{% if %}</p>", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"digest\.html\.j2, line 1"):
        TemplateTexts(folder=tmp_path).check()
    with pytest.raises(TemplateError, match="no such folder"):
        TemplateTexts(folder=tmp_path / "gone").check()
    TEXTS.check()


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(TemplateError, match=r"gone\.txt\.j2"):
        TEXTS.render("gone", "en", {})


@pytest.mark.parametrize("change", [("units", '["d"]'), ("ahead", '"in {time}"'), ("ahead", "3")])
def test_a_wrong_table_says_what_is_wrong(tmp_path: Path, change: tuple[str, str]) -> None:
    key, value = change
    (tmp_path / "es").mkdir()
    lines = (SHIPPED / "en" / "language.toml").read_text(encoding="utf-8").splitlines()
    table = "\n".join(f"{key} = {value}" if line.startswith(key) else line for line in lines)
    (tmp_path / "es" / "language.toml").write_text(table, encoding="utf-8")
    with pytest.raises(TemplateError, match=r"language\.toml"):
        TemplateTexts(folder=tmp_path).check()


def slots_with(words: str) -> Mapping[str, object]:
    return {
        **SAMPLES["reminder"]["soon"],
        "promises": [
            standing_of(a_promise(id=1, words=words, customer_name=words), zone=BERLIN, step="soon")
        ],
    }


def test_hostile_words_stay_words() -> None:
    words = "<script>alert(1)</script>\x1b[2J\r\nBcc: x@evil.example \u202eSubject: {{ token }}"
    rendered = TEXTS.render("reminder", "en", slots_with(words))
    assert "<script>" not in rendered.html
    assert "&lt;script&gt;" in rendered.html
    assert not {"\x1b", "\u202e", "\r"} & set(rendered.subject + rendered.text + rendered.html)
    assert "\nBcc" not in rendered.text
    assert "{{ token }}" in rendered.text


def test_only_a_text_of_several_lines_keeps_them(tmp_path: Path) -> None:
    template = "Subject: s\n\n{{ one }}|{{ two }}"
    shown = render_with(tmp_path, "note.txt.j2", template, one="a\nb", two=Lines("a\x07\n  b"))
    assert shown == "a b|a\n  b\n"


def test_what_no_letter_can_say_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot say"):
        TEXTS.render("reminder", "en", {"now": object()})


def test_times_are_said_as_the_language_says_them(tmp_path: Path) -> None:
    template = (
        "Subject: s\n\n{{ at | moment }}, {{ at | day }}, {{ at | clock }}, {{ at | distance }}"
    )
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        (tmp_path / language / "note.txt.j2").write_text(template, encoding="utf-8")
    at = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    now = datetime(2027, 3, 1, 6, 10, tzinfo=UTC)
    said = {
        language: TemplateTexts(folder=tmp_path)
        .render("note", language, {"at": at, "now": now})
        .text
        for language in LANGUAGES
    }
    assert said == {
        "en": "Mon 1 Mar 09:30, Monday 1 March, 09:30, in 3 h 20 min\n",
        "de": "Mo 1. März 09:30, Montag, 1. März, 09:30, in 3 h 20 min\n",
        "fr": "lun. 1er mars 09~h~30, lundi 1er mars, 09~h~30, dans 3 h 20 min\n".replace(
            "~", "\xa0"
        ),
    }
    other = TemplateTexts(folder=tmp_path).render("note", "en", {"at": at, "now": FRIDAY}).text
    assert other.startswith("Mon 1 Mar 2027 09:30, Monday 1 March 2027")
