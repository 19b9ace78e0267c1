"""How many people there are, by sex and year of age, in a country, a département, a region or a town."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources.abc import Traversable
from math import sqrt
from pathlib import Path

import numpy as np

from linter.datafile import rows, rules_root
from linter.risk.facts import AGES, CENTENARIAN_FALL, Array, Place

BANDS = 20
"""Five-year bands of the pyramids: 0–4, 5–9, …, 95 and over."""
_GROUPS = ((0, 4), (4, 13), (13, BANDS))
"""Bands under 20, from 20 to 64, and from 65: the three shares of a département."""
_FALL = 0.70
"""From each year of age to the next, from 95 on: leaves 31,000 people of 100 and more of the 237,000 of 95 and more
(31,644 on 1 January 2024: INED, Population et sociétés, April 2024, citing INSEE)."""
DEPARTMENT_SIGMA = 0.093
"""ln of the count of one sex and band of a département, from its three shares: INSEE 2025, all départements."""
ABROAD_SIGMA = 0.2
"""Added outside France, where towns have the country's ages and older counts."""
_TOWN_SIGMA, _TOWN_ROOT, _TOWN_SIZE = 0.10, 0.6, 300.0
"""Ages of a commune differ from its département's by 0.10 + 0.6/√(inhabitants/300), in ln."""


@dataclass(frozen=True, slots=True)
class Department:
    """A département: its region, inhabitants, and the shares under 20, of 20 to 64, and from 65."""

    code: str
    name: str
    region: str
    population: float
    shares: tuple[float, float, float]
    births: float


@dataclass(frozen=True)
class Populations:
    """Pyramids and départements; `counts` answers for a place."""

    pyramids: Mapping[str, Array] = field(repr=False)
    """Country to (2, AGES), men first."""
    totals: Mapping[str, float] = field(repr=False)
    departments: Mapping[str, Department] = field(repr=False)
    inside: Mapping[str, tuple[str, str]] = field(repr=False)
    """Country to "en France" and "in France"."""
    towns: Array = field(repr=False)
    """Inhabitants of every French commune."""
    _cache: dict[Place, Array] = field(default_factory=dict, repr=False, compare=False)

    def size(self, place: Place) -> float:
        """Inhabitants of a place."""
        if place.population is not None:
            return place.population
        parts = [self.departments[c] for c in self._departments(place)]
        return sum(d.population for d in parts) if parts else self.totals[place.country]

    def counts(self, place: Place) -> Array:
        """People of a place by sex and year of age: (2, AGES), men first."""
        if place not in self._cache:
            if len(self._cache) > _MOST_CACHED:
                self._cache.clear()
            self._cache[place] = self._counts(place)
        return self._cache[place]

    def sigma(self, place: Place) -> float:
        """Standard deviation of ln of the number of people of one sex and age in a place."""
        terms = [place.sigma]
        if place.country != "FR":
            terms.append(ABROAD_SIGMA)
        elif place.areas:
            terms.append(DEPARTMENT_SIGMA)
        if place.population is not None:
            size = max(place.population, 1.0)
            terms.append(_TOWN_SIGMA + _TOWN_ROOT / sqrt(max(size / _TOWN_SIZE, 0.1)))
        return sqrt(sum(t * t for t in terms))

    @cached_property
    def _regions(self) -> dict[str, list[str]]:
        """Region to its départements."""
        out: dict[str, list[str]] = {}
        for code, department in self.departments.items():
            out.setdefault(department.region, []).append(code)
        return out

    def _departments(self, place: Place) -> tuple[str, ...]:
        codes: list[str] = []
        for area in place.areas:
            region = area.removeprefix("region:")
            if region != area:
                codes += self._regions.get(region, ())
            elif area in self.departments:
                codes.append(area)
        return tuple(dict.fromkeys(codes))

    def _counts(self, place: Place) -> Array:
        parts = [self.departments[c] for c in self._departments(place)]
        if parts:
            people = np.sum([self._of_department(d) for d in parts], axis=0)
        else:
            pyramid = self.pyramids.get(place.country, self.pyramids["FR"])
            people = pyramid * (self.totals[place.country] / pyramid.sum())
        if place.population is not None:
            people = people * (place.population / people.sum())
        return np.asarray(people)

    def _of_department(self, department: Department) -> Array:
        pyramid = self.pyramids["FR"]
        people = np.zeros_like(pyramid)
        for (first, last), share in zip(_GROUPS, department.shares, strict=True):
            years = slice(first * 5, AGES if last == BANDS else last * 5)
            group = pyramid[:, years]
            people[:, years] = group * (share * department.population / group.sum())
        return people


_MOST_CACHED = 4096
"""Places whose counts are kept; 1.6 kB each."""


def load_populations(root: Traversable | Path | None = None) -> Populations:
    """Read rules/populations and the communes of rules/lists.

    Raises:
        RuleError: a table is missing or a row is not what its head says.
    """
    base = root or rules_root()
    folder = base / "populations"
    pyramids: dict[str, Array] = {}
    for country, sex, *bands in _cells(folder / "pyramids.txt", 2 + BANDS):
        both = pyramids.setdefault(country, np.zeros((2, AGES)))
        both[int(sex == "f")] = _years([1000 * float(b) for b in bands])
    countries = [tuple(cells) for cells in _cells(folder / "countries.txt", 6)]
    totals = {c: float(n) for c, *_, n in countries}
    inside = {c: (fr, en) for c, _, _, fr, en, _ in countries}
    inhabitants: dict[str, float] = {}
    towns: list[float] = []
    for _, _, code, population, *kind in rows(base / "lists" / "communes_fr.txt"):
        if not (kind and kind[0]):
            inhabitants[code] = inhabitants.get(code, 0.0) + float(population)
            towns.append(float(population))
    departments = {
        code: Department(
            code, name, region.zfill(2), inhabitants.get(code, 0.0), _shares(shares), float(births)
        )
        for code, name, region, _, *shares, births in _cells(folder / "departements.txt", 8)
    }
    totals["FR"] = sum(d.population for d in departments.values())
    pyramids["FR"] *= totals["FR"] / pyramids["FR"].sum()
    return Populations(pyramids, totals, departments, inside, np.array(towns))


def _cells(path: Traversable, count: int) -> Iterable[list[str]]:
    """The first cells of each row of a table."""
    return (row[:count] for row in rows(path))


def _shares(cells: list[str]) -> tuple[float, float, float]:
    young, middle, old = (float(c) for c in cells)
    total = young + middle + old
    return young / total, middle / total, old / total


def _years(bands: list[float]) -> Array:
    """Bands of five years as years of age, even within a band; the last falls from year to year."""
    out = np.zeros(AGES)
    for number, people in enumerate(bands[:-1]):
        out[number * 5 : number * 5 + 5] = people / 5
    fall = _FALL ** np.arange(AGES - 95)
    fall[-1] /= 1 - CENTENARIAN_FALL
    out[95:] = bands[-1] * fall / fall.sum()
    return out
