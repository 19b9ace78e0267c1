"""The fewest coarser words with which enough people match."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import log

from linter.risk.chance import SMALLEST
from linter.risk.estimate import estimate
from linter.risk.facts import Fact, Place, View
from linter.risk.populations import Populations

Safe = Callable[[Sequence[Fact]], bool]
_MOST_STEPS = 12
_LOST = 1.6
"""What it costs to lose a detail whole, against a coarser word for it: a decade of age says more than nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact told more coarsely: which rung of its ladder, counted from 1."""

    fact: Fact
    rung: int


def coarser(fact: Fact, rung: int) -> Fact | None:
    """The fact at a rung of its ladder; None where nothing is left of it."""
    effect = fact.ladder[rung - 1].effect
    return None if effect is None else replace(fact, effect=effect)


def way_out(
    facts: Sequence[Fact], populations: Populations, home: Place, safe: Safe
) -> tuple[tuple[Change, ...], bool]:
    """Changes after which the facts are safe, and whether they are.

    At each step the change that lets most people more match is taken; then changes that turn out to be
    unneeded are taken back.
    """
    rungs = dict.fromkeys(range(len(facts)), 0)
    order: list[int] = []
    for _ in range(_MOST_STEPS):
        if safe(_told(facts, rungs)):
            break
        steps = [n for n, fact in enumerate(facts) if rungs[n] < len(fact.ladder)]
        if not steps:
            break
        before = _matching(facts, rungs, populations, home)
        best = max(steps, key=partial(_gain, facts, rungs, before, populations, home))
        rungs[best] += 1
        order.append(best)
    reached = safe(_told(facts, rungs))
    if reached:
        for number in order:
            less = rungs | {number: rungs[number] - 1}
            if rungs[number] and safe(_told(facts, less)):
                rungs = less
    changed = [n for n in dict.fromkeys(order) if rungs[n]]
    return tuple(Change(facts[n], rungs[n]) for n in changed), reached


def _told(facts: Sequence[Fact], rungs: dict[int, int]) -> list[Fact]:
    out = [coarser(f, rungs[n]) if rungs[n] else f for n, f in enumerate(facts)]
    return [f for f in out if f is not None]


def _gain(
    facts: Sequence[Fact],
    rungs: dict[int, int],
    before: float,
    populations: Populations,
    home: Place,
    number: int,
) -> float:
    """How much a step down a ladder gains, in ln of the people who match, for what it costs the reader."""
    after = _matching(facts, rungs | {number: rungs[number] + 1}, populations, home)
    effect = facts[number].ladder[rungs[number]].effect
    lost = effect is None or (isinstance(effect, Place) and not effect.areas)
    return log(max(after, SMALLEST) / max(before, SMALLEST)) / (_LOST if lost else 1.0)


def _matching(
    facts: Sequence[Fact], rungs: dict[int, int], populations: Populations, home: Place
) -> float:
    return estimate(_told(facts, rungs), populations, home, View.INSIDER).expected
