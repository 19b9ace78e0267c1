"""How many people are as tall, short, heavy or light as a post tells; ordinary sizes tell nothing."""

from importlib.resources.abc import Traversable
from math import erf, log, sqrt
from pathlib import Path

import numpy as np

from linter.datafile import rows
from linter.risk.facts import AGES, Array
from linter.text.quasi.candidate import Body

TAIL = 0.02
"""A size that more people than this reach is ordinary: it is told in most case reports and narrows nothing."""
_ADULT = 18
_HEAVY = 170.0
"""Kilograms from which a weight alone is extreme whatever the height."""
_HEAVY_SHARE = 0.002
_LIGHT_NEWBORN = 0.6
_LIGHT_SHARE = 0.0008


class Bodies:
    """Heights and body-mass indices of adults, from rules/populations/bodies.txt."""

    def __init__(self, root: Traversable | Path) -> None:
        self._laws: dict[tuple[str, int], tuple[float, float]] = {}
        for what, _, sex, mean, sd, *_ in rows(root / "populations" / "bodies.txt"):
            self._laws[what, int(sex == "f")] = float(mean), float(sd)

    def share(self, body: Body) -> Array | None:
        """(2, AGES) share of people at least as extreme, or None for an ordinary size."""
        if body.what == "weight_kg":
            return self._weight(body.amount)
        tails = [self._tail(body, sex) for sex in (0, 1)]
        if max(tails) > TAIL:
            return None
        share = np.zeros((2, AGES))
        share[:, _ADULT:] = np.array(tails)[:, None]
        return share

    def _tail(self, body: Body, sex: int) -> float:
        mean, sd = self._laws[body.what, sex]
        if body.what == "bmi":
            spread = sd / mean
            z = (log(body.amount) - log(mean)) / spread
        else:
            z = (body.amount - mean) / sd
        return max(0.5 * (1 - erf(abs(z) / sqrt(2))), 1e-7)

    def _weight(self, kilos: float) -> Array | None:
        share = np.zeros((2, AGES))
        if kilos >= _HEAVY:
            share[:, _ADULT:] = _HEAVY_SHARE * 0.5 ** ((kilos - _HEAVY) / 20)
        elif kilos <= _LIGHT_NEWBORN:
            share[:, 0] = _LIGHT_SHARE
        else:
            return None
        return share
