"""How many people match: what must hold of any facts, and the examples that the model was made with."""

from functools import cache
from itertools import pairwise
from math import exp, isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.datafile import rows, rules_root
from linter.finding import Entity
from linter.risk.estimate import PAIR_BIAS, PUBLIC_MARGIN, estimate, seen_by, shares
from linter.risk.facts import AGES, Ages, Fact, Place, Sex, Trait, View
from linter.risk.populations import load_populations
from linter.risk.tables import flat, load_table

FRANCE = Place("FR")


@cache
def tables():
    return load_populations()


@cache
def trait(table, key):
    entry = {e.id: e for e in load_table(table)}[key]
    return entry.trait(tables().pyramids["FR"])


def fact(effect, *, single=False):
    return Fact(Entity.CONDITION, "key", "label", effect, "source", single=single)


def said(*effects, view=View.INSIDER, home=FRANCE):
    return estimate([fact(e) for e in effects], tables(), home, view)


def unbiased(*effects, view=View.INSIDER):
    """λ̂ without what is added for each fact past the second."""
    found = said(*effects, view=view)
    return found.expected / exp(PAIR_BIAS * max(found.facts - 2, 0))


def town(name, times=1.0, sigma=0.0):
    department, inhabitants = {
        "Lyon": ("69", 520_000),
        "Nantes": ("44", 325_000),
        "Brest": ("29", 140_000),
        "Limoges": ("87", 130_000),
        "Aurillac": ("15", 25_500),
        "Guéret": ("23", 12_900),
    }[name]
    return Place("FR", (department,), inhabitants * times, sigma)


def cared(name):
    """The people whom the hospitals of a town care for."""
    return town(name, 2.0, 0.5)


ages = st.tuples(st.integers(0, 110), st.integers(1, 20)).map(lambda a: Ages(a[0], sum(a)))
places = st.one_of(
    st.just(FRANCE),
    st.sampled_from(sorted(tables().departments)).map(lambda d: Place("FR", (d,))),
    st.tuples(st.sampled_from(["15", "69"]), st.integers(50, 200_000)).map(
        lambda p: Place("FR", (p[0],), float(p[1]))
    ),
    st.sampled_from(["GB", "BE", "CA-QC"]).map(Place),
)
traits = st.one_of(
    st.tuples(st.floats(0, 1), st.floats(0, 2), st.sampled_from(View)).map(lambda t: flat(*t)),
    st.sampled_from(["asthma", "endometriosis", "cystic-fibrosis", "dialysis"]).map(
        lambda key: trait("conditions", key)
    ),
)
effects = st.one_of(ages, places, traits, st.sampled_from([Sex(0), Sex(1)]))


def one_of_each(told):
    """The effects without a second age, place or sex, which would contradict the first."""
    kept = []
    for effect in told:
        if isinstance(effect, Trait) or not any(type(effect) is type(k) for k in kept):
            kept.append(effect)
    return kept


descriptions = st.lists(effects, max_size=8).map(one_of_each)


@given(descriptions, effects, st.sampled_from(View))
def test_a_fact_more_never_adds_people(told, more, view):
    if not isinstance(more, Place):
        told, longer = one_of_each(told), one_of_each([*told, more])
        assert unbiased(*longer, view=view) <= unbiased(*told, view=view) * (1 + 1e-9)


@given(descriptions, st.integers(0, 15), st.integers(0, 15))
def test_a_wider_age_never_takes_people_away(told, below, above):
    rest = [e for e in told if not isinstance(e, Ages)]
    for narrow in (e for e in told if isinstance(e, Ages)):
        wide = Ages(max(narrow.low - below, 0), min(narrow.high + above, 130))
        assert said(*rest, wide).expected >= said(*rest, narrow).expected * (1 - 1e-9)


@given(descriptions, st.sampled_from(sorted(tables().departments)), st.floats(0.001, 1))
def test_a_wider_place_never_takes_people_away(told, code, part):
    rest = [e for e in told if not isinstance(e, Place)]
    department = tables().departments[code]
    ladder = (
        Place("FR", (code,), department.population * part),
        Place("FR", (code,)),
        Place("FR", (f"region:{department.region}",)),
        FRANCE,
    )
    counts = [said(*rest, place).expected for place in ladder]
    for nearer, wider in pairwise(counts):
        assert wider >= nearer * (1 - 1e-6)


@given(descriptions)
def test_who_knows_more_finds_no_more_people(told):
    public, near, inside = (unbiased(*told, view=view) for view in View)
    assert inside <= near * (1 + 1e-9)
    assert near <= public * (1 + 1e-9)


@given(descriptions, st.sampled_from(View))
def test_answers_are_in_bounds(told, view):
    found = said(*told, view=view)
    assert 0 <= found.expected <= tables().totals["US"]
    assert isfinite(found.sigma)
    assert 1 <= found.low <= found.k <= found.high
    assert 0 < found.kappa <= 1 + 1e-12
    assert 0 <= found.fewer_than(5) <= found.fewer_than(11) <= 1 + 1e-9


@given(descriptions)
def test_shares_are_parts(told):
    found = shares([fact(e) for e in told], tables(), FRANCE)
    assert len(found) == len(told)
    assert all(0 <= s.share <= 1 for s in found)


@pytest.mark.parametrize("code", ["15", "69", "974"])
def test_communes_sum_to_the_departement(code):
    population = tables().departments[code].population
    parts = np.array([0.5, 0.3, 0.15, 0.05]) * population
    told = (Sex(1), Ages(30, 40), trait("conditions", "asthma"))
    communes = sum(said(*told, Place("FR", (code,), float(p))).expected for p in parts)
    assert communes == pytest.approx(said(*told, Place("FR", (code,))).expected, rel=0.01)


def test_real_communes_sum_to_their_departement():
    told = (Sex(0), Ages(60, 70), trait("conditions", "asthma"))
    listed = rows(rules_root() / "lists" / "communes_fr.txt")
    towns = [float(n) for _, _, code, n, *short in listed if code == "23" and not any(short)]
    summed = sum(said(*told, Place("FR", ("23",), n)).expected for n in towns)
    assert summed == pytest.approx(said(*told, Place("FR", ("23",))).expected, rel=0.01)


@pytest.mark.parametrize("code", [None, "23", "75"])
@pytest.mark.parametrize("key", ["multiple-sclerosis", "dialysis", "cystic-fibrosis"])
def test_years_of_age_sum_to_all_ages(code, key):
    place = Place("FR", (code,) if code else ())
    single = sum(
        unbiased(Ages(a, a + 1), place, trait("conditions", key)) for a in range(AGES + 20)
    )
    assert single == pytest.approx(unbiased(place, trait("conditions", key)), rel=0.01)


def test_regions_sum_to_france():
    regions = {d.region for d in tables().departments.values()}
    parts = sum(said(Place("FR", (f"region:{r}",))).expected for r in regions)
    assert parts == pytest.approx(tables().totals["FR"], rel=0.01)


def test_a_stranger_takes_ages_within_two_years():
    exact, wide = said(Ages(40, 41)), said(Ages(40 - PUBLIC_MARGIN, 41 + PUBLIC_MARGIN))
    assert said(Ages(40, 41), view=View.PUBLIC).expected == pytest.approx(wide.expected)
    assert said(Ages(40, 41), view=View.ACQUAINTANCE).expected == pytest.approx(exact.expected)


def test_each_reader_sees_what_is_theirs():
    told = [fact(flat(0.1, 0.2, view)) for view in View]
    assert [len(seen_by(told, view)) for view in View] == [1, 2, 3]


def test_a_town_has_one_mayor():
    mayor = trait("occupations", "mayor")
    village = Place("FR", ("15",), 600.0)
    found = estimate([fact(village), fact(mayor, single=True)], tables(), FRANCE, View.PUBLIC)
    assert found.expected < 1


NURSE = ("occupations", "nurse")
SEEN_DAY = flat(1 / 365, 0.05, View.PUBLIC)
EXAMPLES: list[tuple[float, tuple[object, ...]]] = [
    (456, (Sex(1), Ages(34, 35), cared("Lyon"), ("conditions", "asthma"))),
    (1_400_000, (Sex(0), Ages(60, 69), ("conditions", "hypertension"))),
    (94, (Sex(1), Ages(16, 17), ("conditions", "cystic-fibrosis"))),
    (2, (Sex(1), Ages(16, 17), cared("Nantes"), ("conditions", "cystic-fibrosis"))),
    (3, (Sex(0), Ages(52, 53), Place("FR", ("15",)), ("conditions", "multiple-sclerosis"))),
    (5, (Sex(0), Ages(72, 73), cared("Brest"), ("conditions", "dialysis"))),
    (2, (Ages(8, 9), ("conditions", "fibrodysplasia-ossificans-progressiva"))),
    (1, (Sex(1), Ages(41, 42), town("Limoges"), NURSE, ("conditions", "crohn-disease"))),
    (1, (Sex(0), Ages(47, 48), Place("FR", ("23",)), ("conditions", "huntington-disease"))),
    (1, (Ages(55, 56), town("Aurillac"), ("occupations", "notary"), ("conditions", "hiv"))),
    (1, (Sex(0), Ages(47, 48), town("Guéret"), SEEN_DAY)),
    (2, (Ages(40, 50), Place("FR", ("23",)), ("conditions", "huntington-disease"))),
    (72, (Ages(40, 50), Place("FR", ("region:75",)), ("conditions", "huntington-disease"))),
    (72, (Sex(1), Ages(47, 48), ("conditions", "huntington-disease"))),
]
"""k, and sex, age, place and rows of the tables."""


@pytest.mark.parametrize(("k", "told"), EXAMPLES)
def test_examples(k, told):
    found = said(*(trait(*e) if isinstance(e, tuple) else e for e in told))
    assert k / 2.5 <= found.k <= k * 2.5
    assert found.low <= k <= found.high


def test_coarser_words_make_one_of_many():
    """The way out of the examples: from one in Guéret to more than eleven in Nouvelle-Aquitaine."""
    disease = trait("conditions", "huntington-disease")
    steps = [
        (Ages(47, 48), town("Guéret")),
        (Ages(47, 48), Place("FR", ("23",))),
        (Ages(40, 50), Place("FR", ("23",))),
        (Ages(40, 50), Place("FR", ("region:75",))),
    ]
    found = [said(*step, disease) for step in steps]
    kappas = [f.kappa for f in found]
    assert kappas == sorted(kappas, reverse=True)
    assert kappas[0] > 0.9
    assert found[-1].low >= 11


def test_no_facts_are_everybody():
    nothing = said()
    assert nothing.facts == 0
    assert nothing.expected == pytest.approx(tables().totals["FR"], rel=0.001)
    assert said(view=View.PUBLIC).expected == nothing.expected


@settings(max_examples=20)
@given(st.lists(traits, min_size=1, max_size=8).map(lambda t: (t * 200)[:200]), places)
def test_200_facts(told, place):
    found = said(*told, place)
    assert 1 <= found.low <= found.k <= found.high <= 1e16
    assert 0 < found.kappa <= 1 + 1e-12


def test_200_facts_that_all_share_leave_no_more_than_there_are():
    assert said(*[flat(1.0, 0.0, View.PUBLIC)] * 200).expected <= tables().totals["FR"] * 1.001


@pytest.mark.parametrize(("age", "most"), [(0, 1e6), (99, 3e4), (101, 2e4), (110, 500), (122, 1)])
def test_first_and_last_ages(age, most):
    """31,644 people of 100 and more on 1 January 2024, some 2,000 of 105 and more: INED, April 2024."""
    found = said(Ages(age, age + 1))
    assert 0 < found.expected <= most
    assert 1 <= found.low <= found.k <= found.high


def test_a_newborn():
    day = Ages(0, 1 / 365)
    assert said(day).expected == pytest.approx(1770, rel=0.2)
    assert said(day, view=View.PUBLIC).expected > said(Ages(0, 2)).expected


def test_centenarians_are_as_many_as_there_are():
    assert said(Ages(100, 130)).expected == pytest.approx(31_644, rel=0.25)
    assert said(Ages(105, 130)).expected == pytest.approx(2_000, rel=0.35)


@pytest.mark.parametrize(("low", "high"), [(-1, 5), (5, 5), (9, 3), (100, 131)])
def test_no_such_age(low, high):
    with pytest.raises(ValueError, match="age"):
        Ages(low, high)


def test_contradictions():
    """Two sexes say nothing of sex; of two ages or places the narrower one holds."""
    assert unbiased(Sex(0), Sex(1)) == pytest.approx(unbiased())
    assert unbiased(Ages(8, 9), Ages(60, 70)) == pytest.approx(unbiased(Ages(8, 9)))
    lyon, small = town("Lyon"), town("Guéret")
    assert unbiased(lyon, small) == pytest.approx(unbiased(small))
    pregnant_man = (Sex(0), Ages(30, 31), trait("conditions", "endometriosis"))
    assert said(*pregnant_man).k == 1


def test_places_with_nobody():
    empty = said(Place("FR", ("15",), 0.0))
    assert empty.k == 1
    assert 0 < empty.kappa <= 1
