"""Names and phrases of all tables of a language, found by their first words in one pass.

In a phrase `*` ends a word that may go on, `_` is a number, spaces and hyphens are the same. Abbreviations count
in capitals only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from linter.fold import fold
from linter.post import Language
from linter.risk.tables import Entry
from linter.text.phrases import (
    STEM,
    Expression,
    Phrase,
    Phrases,
    Wording,
    Words,
    word_expression,
    word_of,
)
from linter.text.quasi import numbers
from linter.text.reading import Reading
from linter.text.tokens import WORD, head_of

_FIRST = re.compile(WORD, re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9-]{1,7}\Z")
_JOINTS = re.compile("[- ]+")
_GAP, _CLOSE = re.compile("[- \n]{1,2}"), re.compile("(?![a-z0-9])")
_NUMBER = ("_", False)
_Phrase = Phrase[tuple[str, Entry]]
Spotted = tuple[int, int, Entry]
"""Where a phrase stands, start and end, and its row."""


class PhraseBook:
    """All phrases of a language, by first word."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._tables: set[str] = set()
        self._whole: dict[str, list[_Phrase]] = {}
        self._pairs: dict[tuple[str, str], list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        self._numbered: list[_Phrase] = []
        self._phrases = Phrases[tuple[str, Entry]](partial(_wording, lang=lang))

    def add(self, table: str, entries: Iterable[Entry]) -> None:
        """Take in the phrases of a table; a table that is there already stays as it is."""
        if table in self._tables:
            return
        self._tables.add(table)
        for entry in entries:
            for form in entry.names.get(self._lang, ()):
                capitals = bool(_ABBREVIATION.match(form))
                self._add(Phrase(fold(form), (table, entry), capitals))

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

    def find(self, reading: Reading, table: str) -> Sequence[Spotted]:
        """Where phrases of a table stand, the longest at each place."""
        return reading.once(self, self._find).get(table, ())

    def _find(self, reading: Reading) -> dict[str, list[Spotted]]:
        found: dict[str, list[Spotted]] = {}
        for start, phrases in self._places(reading):
            best: dict[str, tuple[int, Entry]] = {}
            for phrase in phrases:
                end, (table, entry) = self._phrases.end(reading, start, phrase), phrase.row
                if end and (table not in best or end > best[table][0]):
                    best[table] = end, entry
            for table, (end, entry) in best.items():
                found.setdefault(table, []).append((start, end, entry))
        return found

    def _places(self, reading: Reading) -> Iterator[tuple[int, Sequence[_Phrase]]]:
        """Where phrases may begin, and which."""
        for number, part, head in reading.beginnings:
            token = reading.tokens[number]
            # a phrase of two words may be written with a hyphen: then both stand in this token
            inner = token.key[part + len(head) + 1 :]
            after = reading.heads[number + 1] if number + 1 < len(reading.heads) else ""
            phrases = [
                *self._pairs.get((head, head_of(inner) if inner else after), ()),
                *self._whole.get(head, ()),
                *self._stems.get(head[:STEM], ()),
            ]
            if phrases:
                yield token.start + part, phrases
        for match in numbers.alone(self._lang).finditer(reading.folded):
            yield match.start(), self._numbered


def _wording(phrase: str, lang: Language) -> Wording:
    """What a phrase looks like in folded text."""
    words = tuple(word_of(w) for w in _JOINTS.split(phrase.strip()) if w)
    if _NUMBER not in words:
        return Words(words, _GAP, _CLOSE)
    parts = [numbers.pattern(lang) if w == _NUMBER else word_expression(w) for w in words]
    return Expression(re.compile(_GAP.pattern.join(parts) + _CLOSE.pattern))
