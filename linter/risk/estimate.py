"""How many people match what a post tells of one person.

λ̂ = Σ over sex and age of  people of the place × Π share of each trait at that sex and age. Traits are taken
for independent given sex and age, and σ grows with their number for what that leaves out: 0.30·√(m − 2), from
real records (UCI Adult and MEPS; see docs/risk.md). What is left out makes people who match more numerous
than said, by 0.05 in ln for each trait past the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from math import exp, sqrt

import numpy as np

from linter.finding import Entity
from linter.risk.chance import HIGH, LOW, MEDIAN, fewer_than, kappa, quantile, unique
from linter.risk.facts import Ages, Array, Fact, Place, Sex, Trait, View
from linter.risk.populations import Populations

PAIR_SIGMA = 0.30
"""Unmodelled dependence of traits, times √(m − 2) for m facts."""
PAIR_BIAS = 0.05
"""People who match are more than independence says, by this in ln for each fact past the second."""
AGE_SIGMA = 0.12
"""Of an exact age inside a band of five years."""
PUBLIC_MARGIN = 2.0
"""Years by which a stranger may misjudge an age."""
_MEDICAL = frozenset({Entity.CONDITION, Entity.PHYSICAL_MARK})
_FREE = 2
_OTHERS = 0.3
"""Others in a town who hold or held lately a role that the town has once: its mayor, its priest. A guess."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one fact did: by which factor it divided the people who match."""

    fact: Fact
    share: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """The people who match, for one reader.

    expected: λ̂, how many others; sigma: of ln λ; facts: how many were reckoned with.
    """

    expected: float
    sigma: float
    facts: int

    @property
    def k(self) -> float:
        """Median of K, the number of people who match."""
        return quantile(MEDIAN, self.expected, self.sigma)

    @property
    def low(self) -> float:
        """5 % quantile of K."""
        return quantile(LOW, self.expected, self.sigma)

    @property
    def high(self) -> float:
        """95 % quantile of K."""
        return quantile(HIGH, self.expected, self.sigma)

    @property
    def kappa(self) -> float:
        """Chance that somebody who picks one of those who match picks the right one."""
        return kappa(self.expected, self.sigma)

    @property
    def unique(self) -> float:
        """Chance that only one matches."""
        return unique(self.expected, self.sigma)

    def fewer_than(self, limit: int) -> float:
        """P(K < limit)."""
        return fewer_than(limit, self.expected, self.sigma)


@dataclass(frozen=True, eq=False)
class Matching:
    """What each reader can tell from the facts of one person, reckoned when it is asked for.

    doubtful: whether facts were counted that may not be the person's.
    """

    facts: tuple[Fact, ...]
    populations: Populations = field(repr=False)
    home: Place
    doubtful: bool = False

    @cached_property
    def public(self) -> float:
        """Chance that a stranger picks the right one."""
        return self._seen(View.PUBLIC).kappa

    @cached_property
    def acquaintance(self) -> float:
        """Chance that an acquaintance picks the right one."""
        return self._near.kappa

    @cached_property
    def insider(self) -> float:
        """Chance that whoever has the record picks the right one."""
        return self._all.kappa

    @cached_property
    def k(self) -> float:
        """Median number of people who match everything."""
        return self._all.k

    @cached_property
    def low(self) -> float:
        """5 % quantile."""
        return self._all.low

    @property
    def high(self) -> float:
        """95 % quantile."""
        return self._all.high

    @cached_property
    def crowd(self) -> float:
        """How many match what an acquaintance can see: 5 % quantile."""
        return self._near.low

    @cached_property
    def rarest(self) -> float:
        """Share of people of that sex and age who have the rarest disease that is told.

        0 when no disease is told, and when more than diseases and measures stands in the record only: a day, a room.
        """
        seen = seen_by(self.facts, View.ACQUAINTANCE)
        hidden = [f for f in self.facts if f not in seen]
        if not hidden or any(f.entity not in _MEDICAL for f in hidden):
            return 0.0
        whose = [f for f in seen if not isinstance(f.effect, Trait)]
        alone = max(self._expected(whose), 1e-12)
        return min(self._expected([*whose, f]) / alone for f in hidden)

    def _expected(self, facts: Sequence[Fact]) -> float:
        return estimate(facts, self.populations, self.home, View.INSIDER).expected

    @cached_property
    def _near(self) -> Estimate:
        return self._seen(View.ACQUAINTANCE)

    @cached_property
    def _all(self) -> Estimate:
        return self._seen(View.INSIDER)

    def _seen(self, view: View) -> Estimate:
        return estimate(self.facts, self.populations, self.home, view)


def estimate(facts: Sequence[Fact], populations: Populations, home: Place, view: View) -> Estimate:
    """How many others match, as one reader sees the facts.

    Args:
        facts: of one person.
        populations: the tables.
        home: where the person lives if no fact tells; a country as a rule.
        view: who reads.
    """
    known = seen_by(facts, view)
    place = _place(known, populations, home)
    people = populations.counts(place)
    people = people * _window(known, view)[None, :]
    sexes = {f.effect.row for f in known if isinstance(f.effect, Sex)}
    if len(sexes) == 1:
        people = people[list(sexes)]
    traits = [_trait(f, place, populations) for f in known if isinstance(f.effect, Trait)]
    rows = [t.share[list(sexes)] if len(sexes) == 1 else t.share for t in traits]
    matching: Array = reduce(np.multiply, rows, people)
    count = len(traits) + len(sexes) + _told(known, Ages) + _told(known, Place)
    past = max(count - _FREE, 0)
    terms = [populations.sigma(place), PAIR_SIGMA * sqrt(past), *(t.sigma for t in traits)]
    if _told(known, Ages):
        terms.append(AGE_SIGMA)
    sigma = sqrt(sum(t * t for t in terms))
    expected = min(float(matching.sum()) * exp(PAIR_BIAS * past), float(people.sum()))
    return Estimate(expected, sigma, count)


def _trait(fact: Fact, place: Place, populations: Populations) -> Trait:
    """The trait; of a role that a town has once, hardly anybody else there has it."""
    trait = fact.effect
    assert isinstance(trait, Trait)  # noqa: S101 # the caller chose by sort
    if fact.single and place.population:
        most = _OTHERS / populations.size(place)
        return replace(trait, share=np.minimum(trait.share, most))
    return trait


def seen_by(facts: Sequence[Fact], view: View) -> list[Fact]:
    """The facts that a reader can use to tell somebody."""
    return [f for f in facts if not isinstance(f.effect, Trait) or f.effect.seen <= view]


def shares(facts: Sequence[Fact], populations: Populations, home: Place) -> list[Share]:
    """By how much each fact divides the people who match, in the order of the facts."""
    out, told = [], list[Fact]()
    before = max(estimate((), populations, home, View.INSIDER).expected, 1e-12)
    for fact in sorted(facts, key=_order):
        told.append(fact)
        now = estimate(told, populations, home, View.INSIDER).expected
        past = max(len(told) - _FREE, 0)
        now /= exp(PAIR_BIAS * past)
        out.append(Share(fact, min(now / before, 1.0)))
        before = max(now, 1e-12)
    return out


def _order(fact: Fact) -> int:
    """Place first, then sex and age, then the rest: the order in which people narrow somebody down."""
    return [Place, Sex, Ages, Trait].index(type(fact.effect))


def _place(facts: Sequence[Fact], populations: Populations, home: Place) -> Place:
    """The narrowest place that is told, or the country."""
    told = [f.effect for f in facts if isinstance(f.effect, Place)]
    return min(told, key=populations.size, default=home)


def _window(facts: Sequence[Fact], view: View) -> Array:
    """The ages that are meant: the narrowest range; strangers misjudge by two years."""
    told = [f.effect for f in facts if isinstance(f.effect, Ages)]
    if not told:
        return Ages(0, 130).window()
    margin = PUBLIC_MARGIN if view is View.PUBLIC else 0.0
    return min(told, key=lambda a: a.high - a.low).window(margin)


def _told(facts: Sequence[Fact], sort: type) -> int:
    return int(any(isinstance(f.effect, sort) for f in facts))
