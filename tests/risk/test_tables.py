"""Rows of the tables as shares of people."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.risk.facts import AGES, View
from linter.risk.populations import load_populations
from linter.risk.tables import RARE, flat, load_table, steps

TABLES = ("conditions", "occupations", "family", "marks", "origins", "events", "outlets")


@cache
def nation():
    return load_populations().pyramids["FR"]


@pytest.mark.parametrize("table", TABLES)
def test_a_nation_has_as_many_as_published(table):
    for entry in load_table(table):
        trait = entry.trait(nation())
        assert (trait.share * nation()).sum() == pytest.approx(
            entry.rate * nation().sum(), rel=0.01
        ), entry.id


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_sane(table):
    for entry in load_table(table):
        share = entry.trait(nation()).share
        assert share.shape == (2, AGES)
        assert ((share >= 0) & (share <= 1)).all(), entry.id
        assert 0 < entry.rate < 1, entry.id
        assert 1 <= entry.factor <= 100, entry.id
        assert 0 <= entry.women <= 1, entry.id
        assert entry.source, entry.id
        assert entry.label("fr"), entry.id
        assert entry.label("en"), entry.id
        assert 0 < entry.sigma < 3, entry.id


@pytest.mark.parametrize("table", TABLES)
def test_ids_are_unique(table):
    ids = [entry.id for entry in load_table(table)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("table", ["conditions", "occupations", "family", "marks"])
def test_women_among_them_are_as_published(table):
    for entry in load_table(table):
        cases = entry.trait(nation()).share * nation()
        assert cases[1].sum() / cases.sum() == pytest.approx(entry.women, abs=0.02), entry.id


def test_rare_is_five_in_ten_thousand():
    for entry in load_table("conditions"):
        assert entry.rare == (entry.rate * 1e5 <= RARE)


def test_part_of_a_year():
    entry = next(e for e in load_table("conditions") if e.event)
    day, year = entry.trait(nation(), times=1 / 365, sigma=0.5), entry.trait(nation())
    assert day.share * 365 == pytest.approx(year.share)
    assert day.sigma > year.sigma


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("0:1", {0: 1, 100: 1}),
        ("0:0 16:2 40:1", {0: 0, 15: 0, 16: 2, 39: 2, 40: 1, 100: 1}),
        ("0:0", {0: 1, 50: 1}),
        ("", {0: 1}),
    ],
)
def test_steps(text, ages):
    assert {age: steps(text)[age] for age in ages} == ages


@given(st.floats(0, 5), st.floats(0, 3), st.sampled_from(View))
def test_flat(rate, sigma, seen):
    trait = flat(rate, sigma, seen)
    assert (trait.share <= 1).all()
    assert np.ptp(trait.share) == 0
    assert (trait.sigma, trait.seen) == (sigma, seen)
