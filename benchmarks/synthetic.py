"""The estimated number of people who match, against the true number in a synthetic population.

Run from the folder of the project: `python -m benchmarks.synthetic`. Some two million people live in the real
communes of eight départements and bear diseases, jobs, families, marks and origins of the shipped tables. The
truth is not the model: every figure is off by a factor of its own, drawn from what its row says of its
precision (in each world the factors of all rows are spread evenly over that law); ages, départements and
communes differ; genetic diseases run in communes, farmers and mayors are rural, doctors and notaries urban,
bakers have asthma, the tattooed are young, those in hospital old and ill.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from benchmarks.common import say, table
from benchmarks.world import (
    GENETIC,
    HOME,
    STAY_SIGMA,
    Array,
    Indices,
    Mask,
    World,
    entries,
    populations,
    world,
)
from linter.finding import Entity
from linter.risk.estimate import Estimate, estimate
from linter.risk.facts import AGES, Ages, Effect, Fact, Place, Sex, View
from linter.risk.tables import flat
from linter.text.quasi.facts import SEEN_A_YEAR

FACTS = (2, 7)
WORLDS = 8
"""Worlds of a run: what is off in all of a world, as stays in hospital, is off by luck."""
LIMIT = 11


@dataclass(frozen=True)
class Told:
    """A fact for the model, its share of the nation for the naive product, and of whom of some it is true."""

    sort: str
    effect: Effect
    national: float
    true_of: Callable[[Indices | slice], Mask]
    among: Indices | None = None
    """All of whom it is true, where that is at hand."""


@dataclass(frozen=True)
class Outcome:
    """Descriptions: the true K, the expected count, σ, and the expected count of the naive product."""

    true: Array
    expected: Array
    sigma: Array
    naive: Array
    sorts: tuple[frozenset[str], ...] = field(repr=False)

    def estimates(self, *, naive: bool = False) -> list[Estimate]:
        """What is said of each; the naive product knows no uncertainty."""
        if naive:
            return [Estimate(float(e), 0.0, 0) for e in self.naive]
        return [
            Estimate(float(e), float(s), 0) for e, s in zip(self.expected, self.sigma, strict=True)
        ]


def outcome(seed: int, strength: float, rates: float, count: int) -> Outcome:
    """Describe `count` people of `WORLDS` new worlds and count who matches."""
    results = []
    for number in range(WORLDS):
        rng = np.random.default_rng([seed, number])
        made = world(rng, strength, rates)
        chosen = _chosen(rng, made, count // WORLDS)
        for person in chosen:
            borne = [k for k, numbers in made.bearers.items() if _holds(numbers, person)]
            results.append(_described(rng, made, int(person), borne))
        say(f"world {number + 1} of {WORLDS}: {len(made.sex):,} people, {len(chosen)} descriptions")
    true, expected, sigma, naive, sorts = zip(*results, strict=True)
    return Outcome(np.array(true), np.array(expected), np.array(sigma), np.array(naive), sorts)


def _holds(numbers: Indices, some: Indices | np.int64) -> Mask:
    """Which of some numbers are among sorted ones."""
    at = np.minimum(np.searchsorted(numbers, some), len(numbers) - 1)
    return np.asarray(numbers[at] == some)


def _chosen(rng: np.random.Generator, made: World, count: int) -> Indices:
    """For each of `count` a trait at random, and one at random of those who bear it; nobody twice."""
    keys = [key for key, numbers in made.bearers.items() if len(numbers)]
    drawn = [rng.choice(made.bearers[keys[n]]) for n in rng.integers(len(keys), size=2 * count)]
    return rng.permutation(np.unique(drawn))[:count]


def _described(
    rng: np.random.Generator, made: World, person: int, borne: list[str]
) -> tuple[float, float, float, float, frozenset[str]]:
    """One description: true K, expected count, σ, naive expected count, sorts of facts."""
    makers = [partial(f, rng, made, person) for f in (_sex, _age, _place)]
    makers += [partial(_trait, made, key) for key in borne]
    if made.stay[person]:
        makers.append(partial(_stay, rng, made, person))
    size = min(int(rng.integers(FACTS[0], FACTS[1] + 1)), len(makers))
    told = [makers[n]() for n in rng.permutation(len(makers))[:size]]
    told.sort(key=lambda t: t.national)
    matching = told[0].among
    if matching is None:
        matching = np.flatnonzero(told[0].true_of(slice(None)))
    for one in told[1:]:
        matching = matching[one.true_of(matching)]
    facts = [Fact(Entity.CONDITION, t.sort, t.sort, t.effect, "") for t in told]
    said = estimate(facts, populations(), HOME, View.INSIDER)
    naive = len(made.sex) * float(np.prod([t.national for t in told]))
    return float(len(matching)), said.expected, said.sigma, naive, frozenset(t.sort for t in told)


def _sex(_: np.random.Generator, made: World, person: int) -> Told:
    row = int(made.sex[person])
    nation = populations().pyramids["FR"]
    share = float(nation[row].sum() / nation.sum())
    return Told("sex", Sex(row), share, lambda some: made.sex[some] == row)


def _age(rng: np.random.Generator, made: World, person: int) -> Told:
    """The age in years, in about (two years either side), or in decades; 100 is 100 and more."""
    age = int(made.age[person])
    decade = age - age % 10
    low, high = [(age, age + 1), (age, age + 1), (max(age - 2, 0), age + 3), (decade, decade + 10)][
        int(rng.integers(4))
    ]
    high = 130 if high >= AGES else high
    ages = Ages(low, high)
    nation = populations().pyramids["FR"]
    share = float((nation * ages.window()).sum() / nation.sum())
    return Told("age", ages, share, lambda some: (made.age[some] >= low) & (made.age[some] < high))


def _place(rng: np.random.Generator, made: World, person: int) -> Told:
    """The commune or the département."""
    town = int(made.town[person])
    department, inhabitants = made.towns[town]
    if rng.random() < 0.5:
        place = Place("FR", (department,), inhabitants)
        first, last = town, town
    else:
        place = Place("FR", (department,))
        inside = [n for n, (d, _) in enumerate(made.towns) if d == department]
        first, last = inside[0], inside[-1]
    low, high = int(made.starts[first]), int(made.starts[last + 1])
    sort = "commune" if first == last else "département"
    share = (high - low) / len(made.sex)
    return Told(
        sort,
        place,
        share,
        lambda some: (made.town[some] >= first) & (made.town[some] <= last),
        np.arange(low, high),
    )


def _stay(rng: np.random.Generator, made: World, person: int) -> Told:
    """The day of a stay in hospital, or four weeks around it."""
    day = int(made.stay[person])
    low = day if rng.random() < 0.5 else max(day - 14, 1)
    high = day if low == day else min(low + 27, 365)
    share = SEEN_A_YEAR * (high - low + 1) / 365
    effect = flat(share, STAY_SIGMA, View.INSIDER)
    sort = "day" if low == high else "month"
    return Told(
        sort, effect, share, lambda some: (made.stay[some] >= low) & (made.stay[some] <= high)
    )


def _trait(made: World, key: str) -> Told:
    name, entry, trait = entries()[key]
    numbers = made.bearers[key]

    return Told(
        "genetic" if key in GENETIC else name, trait, entry.rate, partial(_holds, numbers), numbers
    )


@dataclass(frozen=True)
class Scores:
    """How well the answers fit; `allowed` are those with a low end of at least `LIMIT`."""

    coverage: float
    coverage_others: float
    auc: float
    ece: float
    mean: float
    sd: float
    allowed: int
    wrong: int

    @property
    def wrongly(self) -> float:
        """Share of those allowed that fewer than `LIMIT` match."""
        return self.wrong / max(self.allowed, 1)

    def row(self, name: str, count: int) -> list[str]:
        """Cells of the table."""
        figures = (self.coverage, self.coverage_others, self.auc, self.ece)
        return [
            name, f"{count:,}", *(f"{f:.3f}" for f in figures), f"{self.mean:+.3f}", f"{self.sd:.3f}",
            f"{self.wrong}/{self.allowed}", f"{100 * self.wrongly:.2f} %",
        ]  # fmt: skip

    def missed(self) -> list[str]:
        """Targets that are missed."""
        met = {
            "coverage in 0.85 to 0.98": 0.85 <= self.coverage <= 0.98,
            "AUC at least 0.98": self.auc >= 0.98,
            "ECE at most 0.03": self.ece <= 0.03,
            "mean log10 error within 0.1": abs(self.mean) <= 0.1,
            "at most 0.5 % wrongly allowed": self.wrongly <= 0.005,
        }
        return [name for name, held in met.items() if not held]


HEAD = ["run", "n", "coverage", "K > 1", "AUC", "ECE", "mean", "sd", "allow, K < 11", ""]


def scores(true: Array, said: Sequence[Estimate]) -> Scores:
    """Compare answers with the truth."""
    low, middle, high = (np.array([getattr(e, p) for e in said]) for p in ("low", "k", "high"))
    inside = (low <= true) & (true <= high)
    error = np.log10(middle / true)
    allowed = low >= LIMIT
    expected = np.array([e.expected for e in said])
    chances = np.array([e.fewer_than(LIMIT) for e in said])
    return Scores(
        float(inside.mean()),
        float(inside[true > 1].mean()),
        auc(true < LIMIT, chances - 1e-9 * np.log(np.maximum(expected, 1e-30))),
        calibration_error(np.array([e.kappa for e in said]), 1 / true),
        float(error.mean()),
        float(error.std()),
        int(allowed.sum()),
        int((allowed & (true < LIMIT)).sum()),
    )


def auc(positive: Mask, score: Array) -> float:
    """The chance that one of the positive scores higher than one of the others; ties count half."""
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    yes = int(positive.sum())
    total = ranks[inverse][positive].sum() - yes * (yes + 1) / 2
    return float(total / (yes * (len(score) - yes))) if len(values) else 0.5


def bins(said: Array, seen: Array, count: int = 10) -> list[tuple[float, float, int]]:
    """Mean said, mean seen and number, in bins of equal width."""
    place = np.minimum((said * count).astype(int), count - 1)
    return [
        (float(said[place == b].mean()), float(seen[place == b].mean()), int((place == b).sum()))
        for b in range(count)
        if (place == b).any()
    ]


def calibration_error(said: Array, seen: Array) -> float:
    """Expected calibration error: mean |said − seen| over ten bins, by their numbers."""
    return sum(abs(s - o) * n for s, o, n in bins(said, seen)) / len(said)


def by_world(true: Array, said: Sequence[Estimate]) -> str:
    """Lowest and highest coverage of a world."""
    inside = np.array([e.low <= t <= e.high for t, e in zip(true, said, strict=True)])
    found = inside.reshape(WORLDS, -1).mean(axis=1)
    return f"coverage of its worlds {found.min():.3f} to {found.max():.3f}"


def by_sort(result: Outcome) -> str:
    """Coverage and error of the descriptions that tell each sort of fact."""
    said = result.estimates()
    cells = []
    for sort in sorted(frozenset().union(*result.sorts)):
        chosen = [n for n, sorts in enumerate(result.sorts) if sort in sorts]
        part = scores(result.true[chosen], [said[n] for n in chosen])
        times = (result.true[chosen] - 1).sum() / result.expected[chosen].sum()
        cells.append([
            sort, str(len(chosen)), f"{part.coverage:.3f}", f"{part.mean:+.3f}", f"{times:.2f}",
        ])  # fmt: skip
    return table(["fact told", "n", "coverage", "mean", "matching / said"], cells)


RUNS: dict[str, tuple[int, float, float, int]] = {
    "base": (7, 1.0, 1.0, 3000),
    "places × 2": (13, 2.0, 1.0, 2000),
    "stress": (11, 2.0, 2.0, 2000),
}
"""Seed, strength of what differs from the tables, how many times their factors figures are off, descriptions."""


def main() -> None:
    """Print all runs."""
    cells, details = [], []
    for name, run in RUNS.items():
        result = outcome(*run)
        count = len(result.true)
        few = (result.true == 1).mean(), (result.true < LIMIT).mean()
        model = scores(result.true, result.estimates())
        cells.append(model.row(name, count))
        cells.append(scores(result.true, result.estimates(naive=True)).row(f"{name}, naive", count))
        details.append(
            f"{name}: {100 * few[0]:.0f} % have K = 1, {100 * few[1]:.0f} % K < {LIMIT}; "
            f"{by_world(result.true, result.estimates())}; targets missed: "
            f"{', '.join(model.missed()) or 'none'}\n{by_sort(result)}"
        )
    print(table(HEAD, cells), *details, sep="\n\n")


if __name__ == "__main__":
    main()
