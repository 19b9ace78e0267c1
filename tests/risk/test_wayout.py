"""The fewest coarser words."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from linter.finding import Entity
from linter.risk.estimate import estimate
from linter.risk.facts import Ages, Fact, Place, Step, View
from linter.risk.populations import load_populations
from linter.risk.tables import flat
from linter.risk.wayout import coarser, way_out

FRANCE = Place("FR")


@cache
def tables():
    return load_populations()


def fact(effect, *ladder):
    steps = tuple(Step(f"rung {n}", step) for n, step in enumerate(ladder, 1))
    return Fact(Entity.CONDITION, "key", "label", effect, "source", steps)


AGE = fact(Ages(47, 48), Ages(40, 50), None)
PLACE = fact(
    Place("FR", ("23",), 13_000.0), Place("FR", ("23",)), Place("FR", ("region:75",)), None
)
FIXED = fact(flat(1e-4, 0.3, View.INSIDER))
LOOSE = fact(flat(0.01, 0.3, View.PUBLIC), flat(0.1, 0.3, View.PUBLIC), None)


def safe(facts):
    return estimate(facts, tables(), FRANCE, View.INSIDER).low >= 11


def told(facts, changes):
    rungs = {id(c.fact): c.rung for c in changes}
    out = [coarser(f, rungs[id(f)]) if id(f) in rungs else f for f in facts]
    return [f for f in out if f is not None]


def test_safe_facts_stay():
    assert way_out([AGE], tables(), FRANCE, safe) == ((), True)


def test_no_facts():
    assert way_out([], tables(), FRANCE, safe) == ((), True)


def test_what_has_no_coarser_words_stays():
    facts = [fact(flat(1e-9, 0.1, View.PUBLIC))]
    assert way_out(facts, tables(), FRANCE, safe) == ((), False)


def test_a_rung_or_nothing():
    assert coarser(AGE, 1).effect == Ages(40, 50)
    assert coarser(AGE, 2) is None


@settings(max_examples=40)
@given(st.lists(st.sampled_from([AGE, PLACE, FIXED, LOOSE]), max_size=4, unique_by=id))
def test_changes_are_safe_and_needed(facts):
    changes, reached = way_out(facts, tables(), FRANCE, safe)
    assert reached == safe(told(facts, changes))
    assert all(1 <= c.rung <= len(c.fact.ladder) for c in changes)
    assert len({id(c.fact) for c in changes}) == len(changes)
    if reached:
        for n, change in enumerate(changes):
            without = (*changes[:n], *changes[n + 1 :])
            if change.rung == 1:
                assert not safe(told(facts, without))


@settings(max_examples=40)
@given(st.lists(st.sampled_from([AGE, PLACE, FIXED, LOOSE]), max_size=4, unique_by=id))
def test_changes_never_take_people_away(facts):
    changes, _ = way_out(facts, tables(), FRANCE, safe)
    before, after = (
        estimate(some, tables(), FRANCE, View.INSIDER) for some in (facts, told(facts, changes))
    )
    if before.facts == after.facts or changes:
        assert after.expected * 1.6 >= before.expected


def test_the_example_of_the_model_has_a_way_out():
    changes, reached = way_out([AGE, PLACE, FIXED], tables(), FRANCE, safe)
    assert reached
    assert {id(c.fact) for c in changes} <= {id(AGE), id(PLACE)}


def test_it_ends():
    ladder = [Ages(47 - n / 100, 48 + n / 100) for n in range(1, 60)]
    changes, reached = way_out([fact(Ages(47, 48), *ladder)], tables(), FRANCE, lambda _: False)
    assert not reached
    assert len(changes) <= 1
