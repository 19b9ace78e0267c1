"""What is known of diseases, occupations, families, marks, origins and events: rows, and their shares of people."""

from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from math import log
from pathlib import Path

import numpy as np

from linter.datafile import rows, rules_root
from linter.finding import Entity
from linter.fold import fold
from linter.risk.facts import AGES, Array, Trait, View

NINETY = 1.645
"""A 90 % factor f is σ = ln f / 1.645."""
RARE = 50.0
"""Most people in 100,000 who have a rare disease: Regulation (EC) No 141/2000, article 3, five in 10,000."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a table: what it is called, how many people it fits, and who can see it.

    rate: share of people it fits, or new cases a year and person for what is an event.
    women: share of women among them; ages: relative weight of each year of age; flags: the row's own marks.
    """

    entity: Entity
    id: str
    names: dict[str, tuple[str, ...]] = field(repr=False)
    """Forms by language."""
    rate: float
    factor: float
    women: float
    ages: Array = field(repr=False)
    seen: View
    event: bool
    source: str
    flags: frozenset[str] = frozenset()
    female: frozenset[str] = field(default=frozenset(), repr=False)
    """Names that only a woman bears, folded."""

    @property
    def sigma(self) -> float:
        """Standard deviation of ln of the rate."""
        return log(max(self.factor, 1.01)) / NINETY

    @property
    def rare(self) -> bool:
        """Whether it is rare enough to be told as a detail of its own."""
        return self.rate * 1e5 <= RARE

    def label(self, lang: str) -> str:
        """Its preferred name in a language, or else in another."""
        names = self.names.get(lang) or next((n for n in self.names.values() if n), (self.id,))
        return names[0]

    def trait(self, nation: Array, *, times: float = 1.0, sigma: float = 0.0) -> Trait:
        """Its share by sex and age, so that over a nation the published figure comes out.

        Args:
            nation: (2, AGES) people of the country that the figure is of.
            times: part of a year, for events that are dated.
            sigma: further uncertainty.
        """
        weighted = nation * self.ages[None, :]
        sums = np.maximum(weighted.sum(axis=1), 1e-9)
        cases = self.rate * times * nation.sum() * np.array([1 - self.women, self.women])
        share = np.minimum((cases / sums)[:, None] * self.ages[None, :], 1.0)
        return Trait(share, float(np.hypot(self.sigma, sigma)), self.seen)


def flat(rate: float, sigma: float, seen: View) -> Trait:
    """A trait with one share for everybody."""
    return Trait(np.full((2, AGES), min(rate, 1.0)), sigma, seen)


def steps(text: str) -> Array:
    """`0:1 30:4 60:2` as a weight for each year of age: 1 up to 29, 4 up to 59, 2 from 60."""
    out = np.zeros(AGES)
    for part in text.split():
        age, weight = part.split(":")
        out[int(age) :] = float(weight)
    return out if out.any() else np.ones(AGES)


def load_table(table: str, root: Traversable | Path | None = None) -> tuple[Entry, ...]:
    """All rows of a table of rules/populations: conditions, occupations, family, marks, origins, events or outlets."""
    path = (root or rules_root()) / "populations" / f"{table}.txt"
    return tuple(_READERS[table](cells) for cells in rows(path))


def _condition(cells: list[str]) -> Entry:
    key, _, fr, en, abbr, measure, per100k, factor, women, ages, seen, source = cells
    names = {lang: (*_items(text), *_abbr(abbr, lang)) for lang, text in (("fr", fr), ("en", en))}
    return Entry(
        Entity.CONDITION, key, names, float(per100k) / 1e5, float(factor), float(women), steps(ages),
        _view(seen, View.INSIDER), event=measure == "incidence", source=source,
    )  # fmt: skip


def _occupation(cells: list[str]) -> Entry:
    key, men, women_forms, plural, en, workers, factor, women, low, high, reach, doubt, source = (
        cells
    )
    names = {"fr": (*_items(men), *_items(women_forms), *_items(plural)), "en": _items(en)}
    ages = np.zeros(AGES)
    ages[int(float(low)) : int(float(high)) + 1] = 1.0
    flags = {
        f for f, holds in (("public", reach == "public"), ("ambiguous", doubt == "1")) if holds
    }
    return Entry(
        Entity.OCCUPATION, key, names, float(workers) / FRANCE, float(factor), float(women), ages,
        View.PUBLIC, event=False, source=source, flags=frozenset(flags),
        female=frozenset(map(fold, _items(women_forms))) - frozenset(map(fold, _items(men))),
    )  # fmt: skip


def _family(cells: list[str]) -> Entry:
    key, fr, en, share, factor, women, ages, seen, source = cells
    names = {"fr": _items(fr), "en": _items(en)}
    return Entry(
        Entity.FAMILY, key, names, float(share), float(factor), float(women), steps(ages),
        _view(seen, View.ACQUAINTANCE), event=False, source=source,
    )  # fmt: skip


def _mark(cells: list[str]) -> Entry:
    key, fr, en, per100k, factor, women, ages, seen, source = cells
    names = {"fr": _items(fr), "en": _items(en)}
    return Entry(
        Entity.PHYSICAL_MARK, key, names, float(per100k) / 1e5, float(factor), float(women), steps(ages),
        _view(seen, View.ACQUAINTANCE), event=False, source=source,
    )  # fmt: skip


def _origin(cells: list[str]) -> Entry:
    key, fr, land_fr, en, land_en, share, factor, kind, doubt, source = cells
    names = {
        "fr": (*_items(fr), *(f"{lead} {c}" for c in _items(land_fr) for lead in _FROM_FR)),
        "en": (*_items(en), *(f"{lead} {c}" for c in _items(land_en) for lead in _FROM_EN)),
    }
    flags = {kind} | ({"ambiguous"} if doubt == "1" else set())
    return Entry(
        Entity.NRP, key, names, float(share), float(factor), 0.5, steps("0:1"), View.PUBLIC, event=False, source=source,
        flags=frozenset(flags),
    )  # fmt: skip


_FROM_FR = (
    "originaire de", "originaire du", "originaire des", "originaire d'", "originaires de", "ne en", "nee en",
    "ne au", "nee au", "ne aux", "nee aux", "ne a", "nee a", "refugie du", "refugiee du", "refugie de",
    "refugiee de", "adopte au", "adoptee au", "adopte en", "adoptee en", "vient du", "vient de",
)  # fmt: skip
_FROM_EN = (
    "born in",
    "originally from",
    "refugee from",
    "adopted from",
    "comes from",
    "emigrated from",
    "moved here from",
)


def _event(cells: list[str]) -> Entry:
    key, fr, en, kind, per100k, factor, source = cells
    names = {"fr": _items(fr), "en": _items(en)}
    return Entry(
        Entity.EVENT, key, names, float(per100k) / 1e5, float(factor), 0.5, steps("0:1"), View.PUBLIC, event=True,
        source=source, flags=frozenset({kind}),
    )  # fmt: skip


def _outlet(cells: list[str]) -> Entry:
    name, lang, *_ = cells
    return Entry(
        Entity.EVENT, name, {lang: (name,)}, _IN_THE_PRESS, 10.0, 0.5, steps("0:1"), View.PUBLIC, event=True,
        source="a guess: one person in 10,000 is told of in a named medium in a year", flags=frozenset({"press"}),
    )  # fmt: skip


_IN_THE_PRESS = 1e-4
_READERS = {
    "conditions": _condition,
    "occupations": _occupation,
    "family": _family,
    "marks": _mark,
    "origins": _origin,
    "events": _event,
    "outlets": _outlet,
}
FRANCE = 68.6e6
"""Inhabitants of France that the counts of workers are a share of: INSEE, 1 January 2025."""


def _view(seen: str, otherwise: View) -> View:
    return View.PUBLIC if seen == "1" else otherwise


def _items(cell: str) -> tuple[str, ...]:
    return tuple(i.strip() for i in cell.split(";") if i.strip() and i.strip() != "-")


def _abbr(cell: str, lang: str) -> tuple[str, ...]:
    """Abbreviations of a language: `fr:SLA;en:ALS;HTAP`."""
    out = []
    for item in _items(cell):
        where, colon, name = item.partition(":")
        if not colon:
            out.append(item)
        elif where == lang:
            out.append(name)
    return tuple(out)
