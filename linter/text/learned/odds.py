"""Chances as log odds, for regressions."""

from math import exp, log

from linter.text.learned.features import Floats

MOST = 4.0
"""Log odds beyond which the reader is no surer."""


def top(values: Floats) -> float:
    """The highest of some chances; 0 of none."""
    return float(values.max()) if values.size else 0.0


def odds(chance: float) -> float:
    """Log odds of a chance, within ±`MOST`."""
    low = 1 / (1 + exp(MOST))
    chance = min(max(chance, low), 1 - low)
    return log(chance / (1 - chance))
