"""Every word that people read on pages and in notices, in French and English: one YAML file a subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml
from markupsafe import Markup, escape

from linter.post import LANGUAGES, Language


@dataclass(frozen=True)
class Words:
    """The words of one language, by key `subject.name`."""

    lang: Language
    known: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, **fill: object) -> str:
        """A sentence with its gaps filled; KeyError where nobody wrote it."""
        said = self.known[key]
        return said.format(**fill) if fill else said

    def html(self, key: str, **fill: object) -> Markup:
        """The same for a page: what fills the gaps is escaped."""
        return Markup(self.known[key]).format(**{k: escape(v) for k, v in fill.items()})  # noqa: S704 # our own words

    def plural(self, key: str, count: int, **fill: object) -> str:
        """`key.one` or `key.other`; in French, nought is singular."""
        one = count == 1 or (count == 0 and self.lang == "fr")
        return self(f"{key}.{'one' if one else 'other'}", count=count, **fill)


@cache
def words(lang: Language) -> Words:
    """The words of a language."""
    return Words(lang, _read()[lang])


@cache
def _read() -> dict[Language, dict[str, str]]:
    out: dict[Language, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    for path in sorted(files(__name__).iterdir(), key=lambda p: p.name):
        if path.name.endswith(".yaml"):
            subject = path.name.removesuffix(".yaml")
            for name, said in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                for lang in LANGUAGES:
                    out[lang][f"{subject}.{name}"] = said[lang]
    return out
