"""Names and phrases of the tables, found by their first word.

In a phrase `*` ends a word that may go on, `_` is a number, spaces and hyphens are the same. Abbreviations count
in capitals only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from importlib.resources.abc import Traversable

from linter.datafile import rows
from linter.finding import Entity
from linter.fold import fold
from linter.post import Language
from linter.quasi_match import ListedMatch
from linter.risk.facts import View
from linter.risk.tables import Entry, steps
from linter.rule import Rule
from linter.text.detail import right_before
from linter.text.phrases import STEM, Phrase, Phrases, word_expression
from linter.text.quasi import numbers
from linter.text.quasi.candidate import Candidate, Moment
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern
from linter.text.tokens import WORD, head_of

_FIRST = re.compile(WORD, re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9-]{1,7}\Z")
_NEAR = 30
_Phrase = Phrase[Entry]


class TablePhrases:
    """All phrases of a table in one language, by first word."""

    def __init__(self, entries: Iterable[Entry], lang: Language) -> None:
        self._lang = lang
        self._whole: dict[str, list[_Phrase]] = {}
        self._pairs: dict[tuple[str, str], list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        self._numbered: list[_Phrase] = []
        self._phrases = Phrases[Entry](partial(_expression, lang=lang))
        for entry in entries:
            for form in entry.names.get(lang, ()):
                self._add(Phrase(fold(form), entry, bool(_ABBREVIATION.match(form))))
        self._first = frozenset(self._whole) | {first for first, _ in self._pairs}

    def _add(self, phrase: _Phrase) -> None:
        if phrase.text.startswith("_"):
            self._numbered.append(phrase)
            return
        first = _FIRST.match(phrase.text)
        if first is None:
            return
        if phrase.text[first.end() : first.end() + 1] == "*":
            self._stems.setdefault(first[0][:STEM], []).append(phrase)
            return
        second = _FIRST.match(phrase.text, first.end() + 1)
        plain = (
            second and "-" not in first[0] and phrase.text[second.end() : second.end() + 1] != "*"
        )
        if second and plain and phrase.text[first.end()] == " ":
            self._pairs.setdefault((head_of(first[0]), head_of(second[0])), []).append(phrase)
        else:
            self._whole.setdefault(head_of(first[0]), []).append(phrase)

    def find(self, reading: Reading) -> Iterator[tuple[int, int, Entry]]:
        """Where a phrase stands: start, end, row; the longest at each place."""
        first, stems = self._first, self._stems
        for number, part, head in reading.beginnings:
            if head in first or (stems and head[:STEM] in stems):
                yield from self._at(reading, number, part, head)
        if self._numbered:
            for match in numbers.alone(self._lang).finditer(reading.folded):
                yield from self._longest(reading, match.start(), self._numbered)

    def _at(
        self, reading: Reading, number: int, part: int, head: str
    ) -> Iterator[tuple[int, int, Entry]]:
        """The phrase that begins with a word, or with a part of it."""
        token = reading.tokens[number]
        # a phrase of two words may be written with a hyphen: then both stand in this token
        inner = token.key[part + len(head) + 1 :]
        after = reading.heads[number + 1] if number + 1 < len(reading.heads) else ""
        phrases = [
            *self._pairs.get((head, head_of(inner) if inner else after), ()),
            *self._whole.get(head, ()),
            *self._stems.get(head[:STEM], ()),
        ]
        yield from self._longest(reading, token.start + part, phrases)

    def _longest(
        self, reading: Reading, start: int, phrases: Sequence[_Phrase]
    ) -> Iterator[tuple[int, int, Entry]]:
        best = self._phrases.longest(reading, start, phrases)
        if best:
            yield start, best[0], best[1].row


def _expression(phrase: str, lang: Language) -> "re.Pattern[str]":
    """A phrase as an expression over folded text."""
    words = (w for w in re.split("[- ]+", phrase.strip()) if w)
    parts = [numbers.pattern(lang) if w == "_" else word_expression(w) for w in words]
    return re.compile("[- \n]{1,2}".join(parts) + r"(?![a-z0-9])")


class Listed:
    """One rule of kind `listed`."""

    def __init__(self, rule: Rule, lang: Language, entries: Iterable[Entry]) -> None:
        match = rule.match
        assert isinstance(match, ListedMatch)  # noqa: S101 # the caller chose by kind
        self._rule = rule
        self._phrases = TablePhrases(entries, lang)
        self._doubt, self._denied = word_pattern(match.doubt), word_pattern(match.denied)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every phrase that stands in the text."""
        for start, end, entry in self._phrases.find(reading):
            if self._denied and right_before(self._denied, reading.folded, start):
                continue
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
        self._roles = TablePhrases(roles, lang)
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
        self._phrases = TablePhrases(map(_feast, rows(table)), lang)

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
