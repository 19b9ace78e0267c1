"""Sums of the population tables."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.datafile import rows, rules_root
from linter.risk.facts import AGES, Ages, Place
from linter.risk.populations import load_populations


@cache
def tables():
    return load_populations()


def test_france_is_the_sum_of_its_departements():
    departments = tables().departments
    assert len(departments) == 101
    assert sum(d.population for d in departments.values()) == pytest.approx(68.5e6, rel=0.01)
    assert tables().counts(Place("FR")).sum() == pytest.approx(tables().totals["FR"])


@pytest.mark.parametrize("code", sorted(tables().departments))
def test_departement(code):
    department = tables().departments[code]
    counts = tables().counts(Place("FR", (code,)))
    assert counts.shape == (2, AGES)
    assert (counts >= 0).all()
    assert counts.sum() == pytest.approx(department.population)
    parts = counts[:, :20].sum(), counts[:, 20:65].sum(), counts[:, 65:].sum()
    assert np.array(parts) / counts.sum() == pytest.approx(department.shares, abs=1e-6)
    assert 0.003 < department.births / department.population < 0.05


@pytest.mark.parametrize("country", sorted(tables().totals))
def test_country(country):
    counts = tables().counts(Place(country))
    assert counts.sum() == pytest.approx(tables().totals[country])
    assert 0.3 < counts[1].sum() / counts.sum() < 0.7
    assert all(tables().inside[country])


def test_communes_sum_to_their_departement():
    """Communes outside of the 101 départements are those of the collectivities overseas."""
    sums: dict[str, float] = {}
    for _, _, code, inhabitants, *short in rows(rules_root() / "lists" / "communes_fr.txt"):
        if not any(short):
            sums[code] = sums.get(code, 0) + float(inhabitants)
    departments = tables().departments
    assert {c: sums[c] for c in departments} == {c: d.population for c, d in departments.items()}
    assert all(code.startswith("9") and len(code) == 3 for code in sums.keys() - departments)
    assert tables().towns.sum() == sum(sums.values())


@given(st.sampled_from(sorted(tables().departments)), st.floats(1, 5e6))
def test_a_town_has_its_inhabitants_and_the_ages_around_it(code, inhabitants):
    around = tables().counts(Place("FR", (code,)))
    counts = tables().counts(Place("FR", (code,), inhabitants))
    assert counts.sum() == pytest.approx(inhabitants)
    assert np.allclose(counts / counts.sum(), around / around.sum())


@given(st.floats(10, 1e6), st.floats(1.01, 100))
def test_smaller_towns_are_less_certain(inhabitants, times):
    less, more = (
        tables().sigma(Place("FR", ("15",), n)) for n in (inhabitants, inhabitants * times)
    )
    assert less >= more > tables().sigma(Place("FR", ("15",)))


def test_abroad_is_less_certain():
    assert tables().sigma(Place("BE")) > tables().sigma(Place("FR")) == 0


def test_areas_are_counted_once():
    twice = Place("FR", ("15", "15", "region:84"))
    assert tables().size(twice) == pytest.approx(tables().size(Place("FR", ("region:84",))))


def test_an_unknown_area_is_the_country():
    assert tables().size(Place("FR", ("999",))) == tables().totals["FR"]


@given(st.floats(0, 129), st.floats(0.01, 130), st.floats(0, 3))
def test_windows(low, width, margin):
    high = min(low + width, 130)
    if low < high:
        window, wide = Ages(low, high).window(), Ages(low, high).window(margin)
        assert ((window >= 0) & (window <= 1)).all()
        assert (wide >= window - 1e-12).all()
        if high <= AGES - 1:
            assert window.sum() == pytest.approx(high - low)


def test_windows_of_each_year_are_one():
    assert sum(Ages(a, a + 1).window() for a in range(130)) == pytest.approx(np.ones(AGES))


def test_the_old_grow_fewer():
    counts = tables().counts(Place("FR"))
    assert (np.diff(counts[:, 90:100].sum(axis=0)[::5]) < 0).all()
    assert (np.diff(counts[:, 95:100]) < 0).all()
