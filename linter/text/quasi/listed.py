"""Names and phrases of the tables, found by their first word.

In a phrase `*` ends a word that may go on, `_` is a number, spaces and hyphens are the same. Abbreviations count
in capitals only.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from linter.datafile import rows
from linter.finding import Entity
from linter.fold import fold
from linter.post import Language
from linter.quasi_match import ListedMatch
from linter.risk.facts import View
from linter.risk.tables import Entry, steps
from linter.rule import Rule
from linter.text.quasi import numbers
from linter.text.quasi.candidate import Candidate, Moment
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern
from linter.text.tokens import WORD

_FIRST = re.compile(WORD, re.IGNORECASE)
_STEM = 4
"""Letters by which a first word that may go on is looked up."""
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9-]{1,7}\Z")
_NEAR = 30


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    entry: Entry
    capitals: bool


class Phrases:
    """All phrases of a table in one language, by first word; expressions are made when first needed."""

    def __init__(self, entries: Iterable[Entry], lang: Language) -> None:
        self._lang = lang
        self._whole: dict[str, list[_Phrase]] = {}
        self._pairs: dict[tuple[str, str], list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        self._numbered: list[_Phrase] = []
        self._compiled: dict[str, re.Pattern[str]] = {}
        for entry in entries:
            for form in entry.names.get(lang, ()):
                self._add(_Phrase(fold(form), entry, bool(_ABBREVIATION.match(form))))

    def _add(self, phrase: _Phrase) -> None:
        if phrase.text.startswith("_"):
            self._numbered.append(phrase)
            return
        first = _FIRST.match(phrase.text)
        if first is None:
            return
        if phrase.text[first.end() : first.end() + 1] == "*":
            self._stems.setdefault(first[0][:_STEM], []).append(phrase)
            return
        second = _FIRST.match(phrase.text, first.end() + 1)
        plain = (
            second and "-" not in first[0] and phrase.text[second.end() : second.end() + 1] != "*"
        )
        if second and plain and phrase.text[first.end()] == " ":
            self._pairs.setdefault((_head(first[0]), _head(second[0])), []).append(phrase)
        else:
            self._whole.setdefault(_head(first[0]), []).append(phrase)

    def find(self, reading: Reading) -> Iterator[tuple[int, int, Entry]]:
        """Where a phrase stands: start, end, row; the longest at each place."""
        following = [_head(t.key) for t in reading.tokens[1:]] + [""]
        for token, after in zip(reading.tokens, following, strict=False):
            for part in _beginnings(token.key):
                key = _head(token.key[part:])
                # a phrase of two words may be written with a hyphen: then both stand in this token
                inner = token.key[part + len(key) + 1 :]
                phrases = [
                    *self._pairs.get((key, _head(inner) if inner else after), ()),
                    *self._whole.get(key, ()),
                    *self._stems.get(key[:_STEM], ()),
                ]
                if phrases:
                    yield from self._longest(reading, token.start + part, phrases)
        if self._numbered:
            for match in re.finditer(
                rf"(?<!\w){numbers.pattern(self._lang)}(?!\w)", reading.folded
            ):
                yield from self._longest(reading, match.start(), self._numbered)

    def _longest(
        self, reading: Reading, start: int, phrases: list[_Phrase]
    ) -> Iterator[tuple[int, int, Entry]]:
        best: tuple[int, _Phrase] | None = None
        for phrase in phrases:
            end = self._end(reading, start, phrase)
            if end and (best is None or end > best[0]):
                best = end, phrase
        if best:
            yield start, best[0], best[1].entry

    def _end(self, reading: Reading, start: int, phrase: _Phrase) -> int:
        compiled = self._compiled.get(phrase.text)
        if compiled is None:
            compiled = self._compiled[phrase.text] = _expression(phrase.text, self._lang)
        match = compiled.match(reading.folded, start)
        if match is None:
            return 0
        if phrase.capitals and not reading.text[start : match.end()].isupper():
            return 0
        return match.end()


def _head(word: str) -> str:
    """The part of a word before its first hyphen or apostrophe."""
    return re.split("[-']", word, maxsplit=1)[0]


def _beginnings(key: str) -> tuple[int, ...]:
    """Where words begin in a token: `porte-clés` at 0 and 6, but a phrase begins at 0 as a rule."""
    hyphen = key.find("-")
    return (0,) if hyphen < 0 or hyphen + 1 >= len(key) else (0, hyphen + 1)


def _expression(phrase: str, lang: Language) -> "re.Pattern[str]":
    """A phrase as an expression over folded text."""
    parts = [_word(w, lang) for w in re.split("[- ]+", phrase.strip()) if w]
    return re.compile("[- \n]{1,2}".join(parts) + r"(?![a-z0-9])")


def _word(word: str, lang: Language) -> str:
    if word == "_":
        return numbers.pattern(lang)
    stem = word.removesuffix("*")
    return re.escape(stem) + ("[a-z]{0,15}" if stem != word else "")


class Listed:
    """One rule of kind `listed`."""

    def __init__(self, rule: Rule, lang: Language, entries: Iterable[Entry]) -> None:
        match = rule.match
        assert isinstance(match, ListedMatch)  # noqa: S101 # the caller chose by kind
        self._rule = rule
        self._phrases = Phrases(entries, lang)
        self._doubt = word_pattern(match.doubt)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every phrase that stands in the text."""
        for start, end, entry in self._phrases.find(reading):
            flags = {f"listed: {f}" for f in entry.flags}
            if self._doubt and self._doubt.search(
                reading.folded, max(0, start - _NEAR), min(len(reading.folded), end + _NEAR)
            ):
                flags.add("doubt near")
            if not entry.rare:
                flags.add("listed: common")
            yield Candidate(self._rule, start, end, entry, frozenset(flags))


class Ties:
    """A family tie to somebody of a listed role: "femme du notaire", "the vicar's wife"."""

    def __init__(
        self, rule: Rule, lang: Language, roles: Iterable[Entry], table: Traversable
    ) -> None:
        self._rule, self._lang = rule, lang
        self._roles = Phrases(roles, lang)
        column = 0 if lang == "fr" else 1
        heads = {fold(cells[column]) for cells in rows(table) if len(cells) > column}
        ordered = sorted((h for h in heads if h and h != "-"), key=lambda h: (-len(h), h))
        self._heads = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, ordered))})[ ']?\Z")

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every role that a tie stands before, or after as a genitive."""
        for start, end, entry in self._roles.find(reading):
            low = max(0, start - _HEAD)
            head = self._heads.search(reading.folded[low:start])
            if head:
                yield Candidate(self._rule, low + head.start(), end, entry)
            elif self._lang == "en" and (kin := _GENITIVE.match(reading.folded, end)):
                yield Candidate(self._rule, start, kin.end(), entry)


_HEAD = 40
_GENITIVE = re.compile(
    r"'s? (?:wife|husband|son|daughter|mother|father|mum|dad|widow|widower|brother|sister|partner|boy|girl|kid|child)(?![a-z])"
)


class Feasts:
    """Named days: "la veille de Noël", "Boxing Day"."""

    def __init__(self, rule: Rule, lang: Language, table: Traversable) -> None:
        self._rule = rule
        self._phrases = Phrases(map(_feast, rows(table)), lang)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every named day; a season or a word that is also something else is flagged."""
        for start, end, entry in self._phrases.find(reading):
            value = Moment(max(entry.rate, 1.0), absolute=True, label=_LABEL[entry.rate > _DAYS])
            yield Candidate(
                self._rule, start, end, value, frozenset(f"listed: {f}" for f in entry.flags)
            )


_DAYS = 10
_LABEL = {False: "date", True: "season"}


def _feast(cells: list[str]) -> Entry:
    fr, en, kind, days, doubt, *_ = cells
    names = {
        lang: tuple(f for f in text.split(";") if f and f != "-")
        for lang, text in (("fr", fr), ("en", en))
    }
    flags = frozenset(
        f for f, holds in (("ambiguous", doubt == "1"), ("season", kind == "season")) if holds
    )
    return Entry(
        Entity.DATE_TIME, kind, names, float(days), 1.0, 0.5, steps("0:1"), View.INSIDER, event=False, source="-", flags=flags
    )  # fmt: skip
