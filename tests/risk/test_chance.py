"""From an expected count to K and to a risk: limits, closed forms, and a simulation."""

from itertools import pairwise
from math import exp, expm1, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.risk.chance import HIGH, LOW, MEDIAN, SMALLEST, fewer_than, kappa, quantile, unique

PARTS = (LOW, MEDIAN, HIGH)
counts = st.floats(-25, 19).map(exp)
"""From nobody to more than France has."""
sigmas = st.floats(0, 3)


@given(counts, sigmas)
def test_kappa_is_a_chance(expected, sigma):
    assert 0 < kappa(expected, sigma) <= 1 + 1e-12
    assert 0 <= unique(expected, sigma) <= kappa(expected, sigma) + 1e-12


@given(counts)
def test_without_uncertainty_kappa_is_exact(expected):
    assert kappa(expected, 0) == pytest.approx(-expm1(-expected) / expected, rel=1e-9)
    assert unique(expected, 0) == pytest.approx(exp(-expected), rel=1e-9, abs=1e-12)


@given(sigmas.filter(lambda s: s <= 1))
def test_kappa_at_its_ends(sigma):
    assert kappa(1e-9, sigma) == pytest.approx(1, abs=1e-6)
    large = 1e7
    # E[1/λ] of a log-normal λ is e^(σ²/2) times 1/λ̂.
    assert kappa(large, sigma) * large == pytest.approx(exp(sigma**2 / 2), rel=1e-3)


def test_kappa_times_many_is_one():
    assert kappa(1e6, 0) * 1e6 == pytest.approx(1, rel=1e-4)


@given(counts, counts, sigmas)
def test_more_people_less_risk(one, other, sigma):
    fewer, more = sorted((one, other))
    assert kappa(more, sigma) <= kappa(fewer, sigma) + 1e-12
    assert unique(more, sigma) <= unique(fewer, sigma) + 1e-12
    assert fewer_than(11, more, sigma) <= fewer_than(11, fewer, sigma) + 1e-9


@pytest.mark.parametrize(
    ("expected", "sigma"),
    [(e, s) for e in (0.05, 0.5, 2.0, 5.0, 20.0, 50.0) for s in (0.1, 0.2, 0.35)]
    + [(e, 0.5) for e in (0.05, 0.5, 2.0)],
)
def test_gamma_closed_form(expected, sigma):
    """A gamma λ of the same mean and variance, whose κ has a closed form (r = 1/(e^σ² − 1)).

    From σ = 0.5 and some people on the two laws differ by more: E[1/λ] times the mean is e^σ² or 1/(2 − e^σ²).
    """
    mean = expected * exp(sigma**2 / 2)
    r = 1 / (exp(sigma**2) - 1)
    theta = mean / r
    closed = (1 - (1 + theta) ** (1 - r)) / (theta * (r - 1))
    assert kappa(expected, sigma) == pytest.approx(closed, rel=0.02)


def test_simulated_mean_of_one_over_k():
    others = np.random.default_rng(1).poisson(2, 400_000)
    assert float((1 / (1 + others)).mean()) == pytest.approx(0.4323, abs=0.002)
    assert kappa(2, 0) == pytest.approx(0.4323, abs=0.0001)


@pytest.mark.parametrize("sigma", [0.0, 0.3, 0.7, 1.0, 1.5, 2.5])
@pytest.mark.parametrize("expected", [0.02, 0.7, 4.0, 15.0, 60.0, 350.0, 1900.0, 2100.0, 1e6])
def test_simulation(expected, sigma):
    """A quantile is one where that part of the simulated K is reached, within 1.5 % of the people."""
    rng = np.random.default_rng(2)
    size = 60_000
    k = 1 + rng.poisson(expected * np.exp(sigma * rng.standard_normal(size)))
    for part in PARTS:
        found = quantile(part, expected, sigma)
        assert (k < np.floor(found)).mean() <= part + 0.015
        assert (k <= np.ceil(found)).mean() >= part - 0.015
    assert kappa(expected, sigma) == pytest.approx((1 / k).mean(), rel=0.05, abs=0.002)
    assert fewer_than(11, expected, sigma) == pytest.approx((k < 11).mean(), abs=0.01)


@given(counts, sigmas)
def test_quantiles_are_in_order(expected, sigma):
    found = [quantile(part, expected, sigma) for part in PARTS]
    assert found[0] >= 1
    assert found == sorted(found)


@given(st.floats(-5, 9).map(exp), st.floats(1.02, 4), st.floats(0, 1.5))
def test_quantiles_grow_with_the_count(expected, times, sigma):
    for part in PARTS:
        less, more = quantile(part, expected, sigma), quantile(part, expected * times, sigma)
        assert more >= less * 0.97


@pytest.mark.parametrize("expected", [30.0, 300.0])
def test_more_uncertainty_is_a_wider_interval(expected):
    widths = [
        quantile(HIGH, expected, s) - quantile(LOW, expected, s) for s in (0, 0.2, 0.5, 1, 1.5)
    ]
    assert all(wide > narrow for narrow, wide in pairwise(widths))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("sigma", [0.0, 0.5, 1.0, 2.0])
def test_no_step_where_the_formula_changes(part, sigma):
    below, above = quantile(part, 1999.0, sigma), quantile(part, 2001.0, sigma)
    assert above == pytest.approx(below, rel=0.05)


@given(counts, sigmas, st.integers(-3, 60))
def test_fewer_than(expected, sigma, limit):
    assert -1e-9 <= fewer_than(limit, expected, sigma) <= 1 + 1e-9
    assert fewer_than(limit, expected, sigma) <= fewer_than(limit + 1, expected, sigma) + 1e-4
    if limit < 2:
        assert fewer_than(limit, expected, sigma) == 0


@given(st.floats(-1, 5).map(exp), st.floats(0, 1.5))
def test_low_end_and_chance_agree(expected, sigma):
    """`low ≥ 11` is `P(K < 11) < 5 %`."""
    assert (quantile(LOW, expected, sigma) >= 11) == (fewer_than(11, expected, sigma) < LOW)


@pytest.mark.parametrize("expected", [0.0, SMALLEST, 1e-300])
def test_nobody_else(expected):
    assert [quantile(part, expected, 1.0) for part in PARTS] == [1, 1, 1]
    assert kappa(expected, 1.0) == pytest.approx(1)


def test_half_are_below_the_median():
    expected, sigma = 1e6, 0.8
    low, middle, high = (quantile(part, expected, sigma) for part in PARTS)
    assert middle == pytest.approx(expected, rel=0.01)
    assert log(high / middle) == pytest.approx(1.645 * sqrt(sigma**2), rel=0.01)
    assert log(middle / low) == pytest.approx(1.645 * sqrt(sigma**2), rel=0.01)
