"""What a post tells of one person, in the form that the estimate reckons with. Nothing here is text of a post."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from linter.finding import Entity

Array = npt.NDArray[np.float64]
AGES = 101
"""Years of age 0, 1, … 99, and 100 or more."""
CENTENARIAN_FALL = 0.57
"""From each year of age to the next, from 100 on: 9 % of those of 100 and more are 104 or more (INSEE Première 1943, 2023),
6 % are 105 or more (INED, Population et sociétés, April 2024)."""


class View(IntEnum):
    """Who reads, and so which facts can be told of somebody; each knows what those before know."""

    PUBLIC = 0
    """Anyone who searches: sex, age within two years, place, job, family, what shows, the news."""
    ACQUAINTANCE = 1
    """A neighbour or colleague: also the exact age, and when and where somebody was in hospital."""
    INSIDER = 2
    """Whoever has the record, and the patient: everything."""


@dataclass(frozen=True, slots=True)
class Sex:
    """0 for a man or boy, 1 for a woman or girl."""

    row: int


@dataclass(frozen=True, slots=True)
class Ages:
    """Age in years, from `low` up to but not including `high`; months are fractions."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 130:
            raise ValueError("an age lies between 0 and 130 and runs forward")

    def window(self, margin: float = 0.0) -> Array:
        """For each year of age, which part of it is meant."""
        low, high = self.low - margin, self.high + margin
        years = np.arange(AGES)
        part = np.clip(np.minimum(high, years + 1) - np.maximum(low, years), 0, 1)
        last = AGES - 1
        part[-1] = CENTENARIAN_FALL ** max(low - last, 0) - CENTENARIAN_FALL ** max(high - last, 0)
        return np.asarray(part)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person lives or is cared for.

    country: ISO code; areas: codes of départements or regions that hold it, none for the whole country;
    population: inhabitants; None for all of the areas. sigma: uncertainty of ln of the number of people meant.
    """

    country: str
    areas: tuple[str, ...] = ()
    population: float | None = None
    sigma: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """Anything borne by a share of people: a disease, a job, a mark, a family, a dated event.

    share: (2, AGES) chance by sex and age; sigma: of its logarithm; seen: who can tell by it.
    """

    share: Array = field(repr=False)
    sigma: float
    seen: View


Effect = Sex | Ages | Place | Trait


@dataclass(frozen=True, slots=True)
class Step:
    """A coarser way to tell a fact: the words, and what is still known (None: nothing)."""

    text: str = field(repr=False)
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One detail. `label` names it for the reader, from the tables or as a figure; `source` is its figure's.

    key: facts of one key tell the same thing twice; ladder: coarser ways, the nearest first.
    singular: no table holds it, so that its share is a guess; single: a place has one of it (its mayor);
    relative: counts only where readers know the day of the post.
    """

    entity: Entity
    key: str
    label: str = field(repr=False)
    effect: Effect
    source: str
    ladder: tuple[Step, ...] = ()
    singular: bool = False
    single: bool = False
    relative: bool = False
