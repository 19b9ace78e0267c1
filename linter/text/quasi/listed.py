"""Rules over the names and phrases of the tables."""

import re
from collections.abc import Iterable
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
from linter.text.quasi.candidate import Candidate, Moment
from linter.text.quasi.phrasebook import PhraseBook
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

_NEAR = 30
ROLES = "occupations"
"""The table whose rows somebody may be the family of."""


class Listed:
    """One rule of kind `listed`."""

    def __init__(self, rule: Rule, book: PhraseBook, entries: Iterable[Entry]) -> None:
        match = rule.match
        assert isinstance(match, ListedMatch)  # noqa: S101 # the caller chose by kind
        self._rule, self._book, self._table = rule, book, match.table
        book.add(match.table, entries)
        self._doubt, self._denied = word_pattern(match.doubt), word_pattern(match.denied)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every phrase that stands in the text."""
        for start, end, entry in self._book.find(reading, self._table):
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
        self,
        rule: Rule,
        lang: Language,
        book: PhraseBook,
        roles: Iterable[Entry],
        table: Traversable,
    ) -> None:
        self._rule, self._lang, self._book = rule, lang, book
        book.add(ROLES, roles)
        column = 0 if lang == "fr" else 1
        heads = {fold(cells[column]) for cells in rows(table) if len(cells) > column}
        ordered = sorted((h for h in heads if h and h != "-"), key=lambda h: (-len(h), h))
        self._heads = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, ordered))})[ ']?\Z")

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every role that a tie stands before, or after as a genitive."""
        for start, end, entry in self._book.find(reading, ROLES):
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

    def __init__(self, rule: Rule, book: PhraseBook, table: Traversable) -> None:
        self._rule, self._book, self._table = rule, book, table.name
        book.add(self._table, map(_feast, rows(table)))

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every named day; a season or a word that is also something else is flagged."""
        for start, end, entry in self._book.find(reading, self._table):
            value = Moment(max(entry.rate, 1.0), absolute=True, label=_LABEL[entry.rate > _DAYS])
            flags = {f"listed: {f}" for f in entry.flags}
            if _is_verb(reading.folded, start, end):
                flags.add(VERB)
            yield Candidate(self._rule, start, end, value, frozenset(flags))


_HAS_BEEN = re.compile(
    r"\b(?:ai|as|a|avons|avez|ont|avais|avait|avaient|aura|aurait|auront|ayant|avoir)"
    r"(?: (?:pas|plus|jamais|deja|bien|toujours|aussi|egalement|ensuite|finalement|donc|alors|tres|encore|ete))* \Z"
)
"""Before "été" where it is no summer: "a été opéré"."""
_BACK = 30
VERB = "listed: a verb"
"""What is no named day."""


def _is_verb(folded: str, start: int, end: int) -> bool:
    been = folded[start:end] == "ete"
    return been and _HAS_BEEN.search(folded, max(0, start - _BACK), start) is not None


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
