"""The texts of all letters: Jinja2 templates, sandboxed, one folder for each language.

A kind of letter is `<kind>.txt.j2`, whose first line is "Subject: ...", and beside it
`<kind>.html.j2` where it has an HTML form. Where these are the same in all languages they lie
above the languages' folders, and each language has its sentences in `<kind>.words.j2`. A
language is a folder with such files and a `language.toml` that says how it writes dates; a
kind that it lacks is said in English. A user's own folder, laid out in the same way, is looked
into first, so that any single file can be replaced.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from promisekeeper.core.safetext import safe_text
from promisekeeper.core.texts import RenderedText, plain_slots
from promisekeeper.doors.languages import LANGUAGE_FILE, Language, read_language
from promisekeeper.errors import TemplateError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

DEFAULT_LANGUAGE = "en"
SUBJECT = "Subject:"
MAX_SUBJECT = 200
MAX_LETTER = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTexts:
    """Templates by kind and language.

    Attributes:
        folder: A user's own templates, laid out as the shipped ones are; looked into first.
    """

    folder: Path | None = None

    def render(self, kind: str, language: str, slots: Mapping[str, object]) -> RenderedText:
        """Put a letter into words.

        Args:
            kind: Names the template files.
            language: A folder's name, such as "de"; English where it lacks this kind.
            slots: Everything that the template may say.

        Raises:
            TemplateError: There is no such template, it cannot be read, or it asks for a slot
                that was not given.
        """
        spoken = language or DEFAULT_LANGUAGE
        if not _speaks(self.folder, spoken, kind):
            spoken = DEFAULT_LANGUAGE
        given = plain_slots(slots)
        plain = _render(_environment(self.folder, spoken), f"{kind}.txt.j2", given)
        head, _, body = plain.lstrip().partition("\n")
        if not head.startswith(SUBJECT):
            raise TemplateError(f"template {kind}.txt.j2 must begin with a line '{SUBJECT} ...'")
        rich = _environment(self.folder, spoken, is_html=True)
        has_html = _has(rich, f"{kind}.html.j2")
        return RenderedText(
            subject=safe_text(head.removeprefix(SUBJECT), MAX_SUBJECT),
            text=_tidy(body),
            html=_tidy(_render(rich, f"{kind}.html.j2", given)) if has_html else "",
        )

    def languages(self) -> tuple[str, ...]:
        """The languages that there are templates for, by their folders' names."""
        places: list[Traversable] = [_shipped()]
        if self.folder is not None:
            places.append(self.folder)
        found = {
            place.name
            for root in places
            for place in root.iterdir()
            if place.is_dir() and not place.name.startswith((".", "_"))
        }
        return tuple(sorted(found))

    def check(self) -> None:
        """Read every template of the user's own folder, so that a slip shows at the start.

        Raises:
            TemplateError: The folder is missing, or one of them cannot be read.
        """
        if self.folder is None:
            return
        if not self.folder.is_dir():
            raise TemplateError(f"{self.folder}: there is no such folder of templates")
        for language in self.languages():
            _language(self.folder, language)
            for path in sorted((self.folder / language).glob("*.j2")):
                is_html = path.name.endswith(".html.j2")
                _template(_environment(self.folder, language, is_html=is_html), path.name)


def _shipped() -> "Traversable":
    return resources.files("promisekeeper") / "templates"


@lru_cache(maxsize=32)
def _environment(
    folder: Path | None, language: str, *, is_html: bool = False
) -> jinja2.Environment:
    """The templates of one language.

    Text and HTML have an environment each, so that a sentence that both include is
    escaped in the one and left alone in the other.
    """
    loaders = [*_loaders(folder, language), *_loaders(folder, "")]
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader(loaders),
        undefined=jinja2.StrictUndefined,
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    spoken = _language(folder, language)
    environment.globals["language"] = language
    environment.filters.update(_filters(spoken))
    return environment


def _loaders(folder: Path | None, language: str) -> list[jinja2.BaseLoader]:
    """Where a language's own templates lie; where those of all do, for an empty name."""
    loaders: list[jinja2.BaseLoader] = []
    if folder is not None:
        loaders.append(jinja2.FileSystemLoader(folder / language))
    # A user's language of their own is no folder of the package.
    if (_shipped() / language).is_dir():
        place = f"templates/{language}".rstrip("/")
        loaders.append(jinja2.PackageLoader("promisekeeper", place))
    return loaders


@lru_cache(maxsize=256)
def _speaks(folder: Path | None, language: str, kind: str) -> bool:
    """Whether a language has a kind of letter, or its sentences."""
    own = jinja2.Environment(loader=jinja2.ChoiceLoader(_loaders(folder, language)))
    return any(_has(own, f"{kind}.{form}.j2") for form in ("txt", "words"))


def _language(folder: Path | None, language: str) -> Language:
    places = [folder / language] if folder is not None else []
    for place in (*places, _shipped() / language, _shipped() / DEFAULT_LANGUAGE):
        file = place / LANGUAGE_FILE
        if file.is_file():
            return read_language(file.read_text(encoding="utf-8"), name=str(file))
    raise TemplateError(f"no {LANGUAGE_FILE} is shipped: install promisekeeper again")


def _filters(spoken: Language) -> dict[str, Callable[..., str]]:
    """What templates say times with; the present comes from the slot `now`."""

    @jinja2.pass_context
    def moment(context: Context, at: datetime) -> str:
        return spoken.moment(at, context.get("now"))

    @jinja2.pass_context
    def day(context: Context, at: datetime) -> str:
        return spoken.day(at, context.get("now"))

    @jinja2.pass_context
    def distance(context: Context, at: datetime) -> str:
        return spoken.distance(at - context["now"])

    return {
        "moment": moment,
        "day": day,
        "distance": distance,
        "clock": spoken.clock,
        "span": spoken.span,
    }


def _has(environment: jinja2.Environment, name: str) -> bool:
    try:
        environment.get_template(name)
    except jinja2.TemplateNotFound as error:
        # One that includes a missing one is broken, not missing.
        if error.name == name:
            return False
        raise TemplateError(f"template {name} needs {error.name}, which is not there") from error
    except jinja2.TemplateError:
        return True
    return True


def _template(environment: jinja2.Environment, name: str) -> jinja2.Template:
    try:
        return environment.get_template(name)
    except jinja2.TemplateNotFound as error:
        raise TemplateError(f"there is no template {error.name}") from error
    except jinja2.TemplateSyntaxError as error:
        where = error.filename or error.name or name
        raise TemplateError(f"{where}, line {error.lineno}: {error.message}") from error


def _render(environment: jinja2.Environment, name: str, slots: Mapping[str, object]) -> str:
    template = _template(environment, name)
    try:
        text = template.render(slots)
    except (jinja2.TemplateError, TypeError, ValueError, KeyError, OverflowError) as error:
        raise TemplateError(f"{template.filename or name}: {error}") from error
    if len(text) > MAX_LETTER:
        raise TemplateError(f"{name}: a letter of {len(text)} characters is too long")
    return text


def _tidy(text: str) -> str:
    """No blanks at line ends, no more than one empty line at a time."""
    lines: list[str] = []
    for line in text.strip("\n").splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).rstrip() + "\n"
