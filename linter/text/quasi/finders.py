"""Every rule of rules/quasi of one language, ready to run."""

from collections.abc import Sequence
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from linter.finding import QUASI, Entity
from linter.post import Language
from linter.quasi_match import (
    AgeMatch,
    BodyMatch,
    FacilityMatch,
    ListedMatch,
    MomentMatch,
    PlaceMatch,
)
from linter.risk.tables import load_table
from linter.rule import LearnedMatch, Rule
from linter.text.learned.tagger import Tags
from linter.text.quasi.beside import Beside
from linter.text.quasi.candidate import Candidate, Finder
from linter.text.quasi.facilities import Hospitals, Rooms, Words
from linter.text.quasi.gazetteer import Gazetteer, load_gazetteer
from linter.text.quasi.home import Home
from linter.text.quasi.listed import ROLES, Feasts, Listed, Ties
from linter.text.quasi.measures import Measures
from linter.text.quasi.phrasebook import PhraseBook
from linter.text.quasi.places import Names, Settings, settings
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

_JOINED = frozenset({"beside", "home"})


class Finders:
    """All quasi rules of a language; tables load with the first text."""

    def __init__(self, rules: Sequence[Rule], lang: Language, root: Traversable | Path) -> None:
        self._rules = tuple(r for r in rules if r.entity in QUASI)
        self._lang = lang
        self._root = root
        self._learned = [
            (r, r.match.chance, word_pattern(r.match.unless))
            for r in self._rules
            if isinstance(r.match, LearnedMatch)
        ]

    @cached_property
    def _joined(self) -> tuple[Beside | Home, ...]:
        """What looks for places where jobs are found."""
        matches = ((r, r.match.source) for r in self._rules if isinstance(r.match, PlaceMatch))
        sizes = settings(self._root / "populations")
        return tuple(
            Beside(r, self._lang) if source == "beside" else Home(r, self._lang, sizes)
            for r, source in matches
            if source in _JOINED
        )

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Named places."""
        return load_gazetteer(self._root, self._lang)

    @cached_property
    def _book(self) -> PhraseBook:
        return PhraseBook(self._lang)

    @cached_property
    def _finders(self) -> tuple[Finder, ...]:
        made = (self._make(rule) for rule in self._rules)
        return tuple(f for f in made if f is not None)

    def _make(self, rule: Rule) -> Finder | None:
        match, lang, tables = rule.match, self._lang, self._root / "populations"
        if isinstance(match, MomentMatch) and match.feasts:
            return Feasts(rule, self._book, tables / "moments.txt")
        if isinstance(match, AgeMatch | MomentMatch | BodyMatch):
            return Measures(rule, lang)
        if isinstance(match, ListedMatch) and match.table == "ties":
            roles = load_table(ROLES, self._root)
            return Ties(rule, lang, self._book, roles, tables / "ties.txt")
        if isinstance(match, ListedMatch):
            return Listed(rule, self._book, load_table(match.table, self._root))
        if isinstance(match, PlaceMatch) and match.source not in _JOINED:
            if match.source == "names":
                return Names(rule, lang, self.gazetteer)
            return Settings(rule, lang, self._book, tables)
        if isinstance(match, FacilityMatch):
            if match.source == "rooms":
                return Rooms(rule, lang)
            if match.source == "hospitals":
                return Hospitals(rule, tables / "hospitals.txt", self.gazetteer)
            words = self._root / "lists" / f"facility_words_{lang}.txt"
            return Words(rule, words, self.gazetteer)
        return None

    def propose(self, reading: Reading, results: Sequence[Any]) -> list[Candidate]:
        """What the rules and tables propose, where no direct identifier stands."""
        if not self._rules:
            return []
        held = {p for r in results for p in range(r.start, r.end)}
        found = [c for finder in self._finders for c in finder.find(reading)]
        found += [c for finder in self._joined for c in finder.find(reading, tuple(found))]
        named = [c for c in found if c.entity is Entity.CONDITION]
        return [
            c for c in found if held.isdisjoint(range(c.start, c.end)) and not _part_of(c, named)
        ]

    def complete(
        self, reading: Reading, proposed: Sequence[Candidate], results: Sequence[Any], tags: Tags
    ) -> list[Candidate]:
        """The proposals, and what the learned reader marks where no rule of its entity proposes anything."""
        held = {p for r in results for p in range(r.start, r.end)}
        taken: dict[Entity, set[int]] = {}
        for candidate in proposed:
            taken.setdefault(candidate.entity, set()).update(range(candidate.start, candidate.end))
        out = list(proposed)
        for rule, chance, unless in self._learned:
            for stretch in tags.stretches(Entity(rule.entity), chance):
                if unless and unless.search(reading.folded, stretch.start, stretch.end):
                    continue
                places = range(stretch.start, stretch.end)
                if taken.get(rule.entity, set()).isdisjoint(places) and held.isdisjoint(places):
                    out.append(Candidate(rule, stretch.start, stretch.end, None))
        return out


def _part_of(place: Candidate, conditions: Sequence[Candidate]) -> bool:
    """Whether a place is a word of a disease's name: "maladie de Huntington", "fièvre de Marseille"."""
    return place.entity is Entity.LOCATION and any(
        c.start <= place.start and place.end <= c.end and c.end - c.start > place.end - place.start
        for c in conditions
    )
