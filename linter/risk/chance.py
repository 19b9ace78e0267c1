"""From an expected count of other people who match, and its uncertainty, to k and to a risk.

K = 1 + Poisson(λ), ln λ ~ Normal(ln λ̂, σ²): the person described exists, others may match too. The risk
κ = E[1/K] = E[(1 − e^−λ)/λ] is the correctness of Rocher, Hendrickx and de Montjoye, Nature Communications
10:3069 (2019), with the uncertainty of λ averaged over 41 points of Gauss-Hermite quadrature. Where a distribution
is asked for, and not a mean, λ is averaged over points of equal probability: the distribution has no steps between them.
"""

from functools import lru_cache
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

NODES = 41
STRATA = 201
"""Points of equal probability over ln λ: quantiles of K are within 2 % of the truth for σ up to 1, 6 % up to 3."""
SMALLEST = 1e-12
"""Expected counts below this are taken for it: nobody else matches."""
_EXACT = 40
"""Counts up to which the Poisson sum is taken term by term; beyond, the cube-root approximation."""
_ROUGH = 2000.0
"""Expected count from which Poisson noise is small beside σ."""
LOW, MEDIAN, HIGH = 0.05, 0.5, 0.95
_Z = {LOW: -1.6448536, MEDIAN: 0.0, HIGH: 1.6448536}


@lru_cache(maxsize=1)
def _rule() -> tuple[Array, Array]:
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return points, weights / weights.sum()


def _counts(expected: float, sigma: float) -> tuple[Array, Array]:
    """Values of λ and their weights."""
    points, weights = _rule()
    return np.exp(log(max(expected, SMALLEST)) + sigma * points), weights


@lru_cache(maxsize=1)
def _strata() -> Array:
    """The middles of equally probable parts of a standard normal."""
    law = NormalDist()
    return np.array([law.inv_cdf((n + 0.5) / STRATA) for n in range(STRATA)])


def _spread(expected: float, sigma: float) -> Array:
    """Equally probable values of λ."""
    return max(expected, SMALLEST) * np.exp(sigma * _strata())


def kappa(expected: float, sigma: float) -> float:
    """The chance that a guess among all who match is right: E[1/K], in (0, 1].

    Args:
        expected: λ̂, how many others are expected to match.
        sigma: standard deviation of ln λ.
    """
    counts, weights = _counts(expected, sigma)
    return float(weights @ (-np.expm1(-counts) / counts))


def unique(expected: float, sigma: float) -> float:
    """The chance that nobody else matches: E[e^−λ]."""
    counts, weights = _counts(expected, sigma)
    return float(weights @ np.exp(-counts))


def fewer_than(limit: int, expected: float, sigma: float) -> float:
    """P(K < limit)."""
    return float(_poisson(limit - 2, _spread(expected, sigma)).mean()) if limit > 1 else 0.0


def quantile(part: float, expected: float, sigma: float) -> float:
    """The value under which K stays with probability `part` (LOW, MEDIAN or HIGH); never below 1."""
    expected = max(expected, SMALLEST)
    if expected > _ROUGH:
        return 1 + exp(log(expected) + _Z[part] * sqrt(sigma**2 + 1 / expected))
    counts = _spread(expected, sigma)
    few = np.cumsum(_terms(counts), axis=0).mean(axis=1)
    if few[-1] >= part:
        return 1.0 + int(np.argmax(few >= part))
    low, high = _EXACT, _EXACT * 4
    while _poisson(high, counts).mean() < part:
        low, high = high, high * 4
    while high - low > 1:
        middle = (low + high) // 2
        if _poisson(middle, counts).mean() < part:
            low = middle
        else:
            high = middle
    return 1.0 + high


def _terms(counts: Array, most: int = _EXACT) -> Array:
    """P(X = 0), …, P(X = most), a row each, for each expected count."""
    powers, factorials = _powers()
    few = slice(most + 1)
    return np.asarray(np.exp(powers[few] * np.log(counts) - counts - factorials[few]))


@lru_cache(maxsize=1)
def _powers() -> tuple[Array, Array]:
    """0, …, `_EXACT` and ln of their factorials, as columns."""
    powers = np.arange(_EXACT + 1, dtype=np.float64)[:, None]
    factorials = np.array([lgamma(n + 1) for n in range(_EXACT + 1)], dtype=np.float64)[:, None]
    return powers, factorials


def _poisson(most: int, counts: Array) -> Array:
    """P(X ≤ most) for each expected count.

    Beyond `_EXACT` by Wilson and Hilferty's cube root (Proc. Natl. Acad. Sci. 17:684, 1931).
    """
    if most < 0:
        return np.zeros_like(counts)
    if most <= _EXACT:
        return np.asarray(_terms(counts, most).sum(axis=0))
    size = most + 1
    bends = np.cbrt(counts / size)
    return _normal(3 * sqrt(size) * (1 - 1 / (9 * size) - bends))


def _normal(values: Array) -> Array:
    """Φ, by Abramowitz and Stegun 26.2.17 (error under 1e-7)."""
    bounded = np.clip(values, -8, 8)
    t = 1 / (1 + 0.2316419 * np.abs(bounded))
    series = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    tail = np.exp(-(bounded**2) / 2) / sqrt(2 * np.pi) * series
    return np.where(bounded >= 0, 1 - tail, tail)
