"""The fewest coarser words with which enough people match."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from math import log

from linter.risk.chance import SMALLEST
from linter.risk.estimate import estimate
from linter.risk.facts import Fact, Place, View
from linter.risk.populations import Populations

Safe = Callable[[Sequence[Fact]], bool]
_Rungs = tuple[int, ...]
"""For each fact the rung of its ladder at which it is told; 0 for as it is."""
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

    @cache
    def passes(rungs: _Rungs) -> bool:
        return safe(_told(facts, rungs))

    @cache
    def matching(rungs: _Rungs) -> float:
        return estimate(_told(facts, rungs), populations, home, View.INSIDER).expected

    def gain(rungs: _Rungs, number: int) -> float:
        """How much a step down a ladder gains, in ln of the people who match, for what it costs the reader."""
        after = matching(_moved(rungs, number, 1))
        effect = facts[number].ladder[rungs[number]].effect
        lost = effect is None or (isinstance(effect, Place) and not effect.areas)
        return log(max(after, SMALLEST) / max(matching(rungs), SMALLEST)) / (_LOST if lost else 1.0)

    rungs: _Rungs = (0,) * len(facts)
    order: list[int] = []
    while not passes(rungs) and len(order) < _MOST_STEPS:
        steps = [n for n, fact in enumerate(facts) if rungs[n] < len(fact.ladder)]
        if not steps:
            break
        order.append(max(steps, key=partial(gain, rungs)))
        rungs = _moved(rungs, order[-1], 1)
    reached = passes(rungs)
    if reached:
        for number in order:
            if rungs[number] and passes(_moved(rungs, number, -1)):
                rungs = _moved(rungs, number, -1)
    changed = [n for n in dict.fromkeys(order) if rungs[n]]
    return tuple(Change(facts[n], rungs[n]) for n in changed), reached


def _moved(rungs: _Rungs, number: int, by: int) -> _Rungs:
    return (*rungs[:number], rungs[number] + by, *rungs[number + 1 :])


def _told(facts: Sequence[Fact], rungs: _Rungs) -> list[Fact]:
    out = [coarser(f, rung) if rung else f for f, rung in zip(facts, rungs, strict=True)]
    return [f for f in out if f is not None]
