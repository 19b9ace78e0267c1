"""What a rule proposes as a detail, before it is weighed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from linter.finding import Entity
from linter.risk.facts import Ages
from linter.risk.tables import Entry
from linter.rule import Rule
from linter.text.reading import Reading


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment: one of how many days it is, and whether a reader without the post's date could tell it.

    days: 1 for a date, about 30 for a month, 365 for a year; absolute: told by the calendar.
    """

    days: float
    absolute: bool
    label: str


@dataclass(frozen=True, slots=True)
class Body:
    """A size: what (height_cm, bmi, weight_kg) and how much."""

    what: str
    amount: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the tables, the largest of its name.

    name: as the table writes it; country: ISO; area: code of département or region; population: None for all of
    the area. rivals: whether other places of that name count as well. kind: commune, town, area, setting, home,
    hospital.
    """

    name: str
    country: str
    area: tuple[str, ...]
    population: float | None
    kind: str
    factor: float = 1.0
    rivals: bool = False


Value = Ages | Moment | Body | Spot | Entry | None


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """Words that a rule proposes; offsets are normalised.

    value: what they say, None where no table knows. flags: what speaks for or against, for the weighing.
    """

    rule: Rule
    start: int
    end: int
    value: Value = field(repr=False)
    flags: frozenset[str] = frozenset()

    @property
    def entity(self) -> Entity:
        """The rule's entity."""
        return self.rule.entity


class Finder(Protocol):
    """A kind of rule, ready to run over readings of one language."""

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Everything that may be such a detail."""
        ...
