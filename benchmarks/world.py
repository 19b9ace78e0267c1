"""A synthetic population of real communes, in which the truth is not the model: see `benchmarks.synthetic`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from linter.datafile import rows, rules_root
from linter.risk.facts import AGES, Place, Trait
from linter.risk.populations import Populations, load_populations
from linter.risk.tables import Entry, load_table
from linter.text.quasi.facts import SEEN_A_YEAR

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]
DEPARTMENTS = ("03", "15", "19", "23", "43", "48", "63", "87")
HOME = Place("FR", DEPARTMENTS)
TABLES = {
    "conditions": (
        "asthma atrial-fibrillation autism bipolar-disorder breast-cancer charcot-marie-tooth-disease"
        " coeliac-disease copd crohn-disease cystic-fibrosis dialysis down-syndrome endometriosis epilepsy"
        " fibromyalgia friedreich-ataxia glaucoma gout graves-disease haemophilia-a heart-failure"
        " huntington-disease hypertension kidney-transplant marfan-syndrome melanoma multiple-sclerosis"
        " myasthenia-gravis narcolepsy parkinson-disease prostate-cancer psoriasis sarcoidosis schizophrenia"
        " sickle-cell-disease type-1-diabetes type-2-diabetes ulcerative-colitis amyotrophic-lateral-sclerosis"
    ),
    "occupations": (
        "baker doctor farmer firefighter hairdresser lawyer mayor notary nurse police-officer postman priest"
        " pharmacist childminder mason lorry-driver vet journalist midwife primary-teacher"
    ),
    "family": "twin parent_of_4 parent_twins widow adopted kin_doctor kin_farmer kin_nurse same_sex_couple triplet",
    "marks": "tattoo tattoo_neck tattoo_arm red_hair wheelchair vitiligo stoma left_handed_word tall_very piercing",
    "origins": "portuguese algerian moroccan malian romanian",
}
"""Rows that people bear; ids without a row are left out."""
GENETIC = frozenset(
    "cystic-fibrosis huntington-disease sickle-cell-disease marfan-syndrome haemophilia-a friedreich-ataxia"
    " charcot-marie-tooth-disease".split()
)
SETTLED = {
    "farmer": -0.3,
    "mayor": -0.7,
    "doctor": 0.3,
    "notary": 0.3,
    "lawyer": 0.3,
} | dict.fromkeys(TABLES["origins"].split(), 0.3)
"""Share of people who bear it, as a power of the inhabitants of the commune."""
PAIR, PAIR_TIMES = ("baker", "asthma"), 2.2
STAY_SIGMA = 0.5
_AGE_TILT, _SEX_TILT, _DEPARTMENT, _PYRAMID, _TOWN_TILT = 0.25, 0.1, 0.15, 0.093, 0.25
"""Standard deviations, in ln: of a trait from age 45 to 85 and between the sexes, of a trait between départements,
of a sex and five-year band of a département, and of a commune's ages from 45 to 85."""
_FAMILIES = 1.5
"""Shape of the gamma by which genetic diseases differ between communes."""
_STAYS_OLD, _STAYS_ILL, _TATTOOS_YOUNG = 0.02, 1.5, -0.02


@dataclass(frozen=True)
class World:
    """People, sorted by commune; `bearers` are their numbers by trait; `stay` is a day of the year, or 0."""

    sex: Indices
    age: Indices
    town: Indices
    starts: Indices
    """Number of the first of each commune, and of all."""
    towns: Sequence[tuple[str, float]]
    """Département and inhabitants of each commune."""
    stay: Indices
    bearers: dict[str, Indices] = field(repr=False)


@cache
def populations() -> Populations:
    """The shipped tables."""
    return load_populations()


@cache
def entries() -> dict[str, tuple[str, Entry, Trait]]:
    """Id to table, row and the model's trait."""
    nation = populations().pyramids["FR"]
    out: dict[str, tuple[str, Entry, Trait]] = {}
    for name, ids in TABLES.items():
        known = {e.id: e for e in load_table(name) if not e.event}
        out |= {i: (name, known[i], known[i].trait(nation)) for i in ids.split() if i in known}
    return out


def world(rng: np.random.Generator, strength: float, rates: float) -> World:
    """People and what they bear.

    Args:
        rng: random numbers.
        strength: multiplies by how much ages, places, sexes and dependences differ from the tables.
        rates: multiplies, in ln, by how much figures are off.
    """
    listed = [
        (r[2], float(r[3]))
        for r in rows(rules_root() / "lists" / "communes_fr.txt")
        if not any(r[4:])
    ]
    towns = sorted((d, n) for d, n in listed if d in DEPARTMENTS and n > 0)
    counts = _people(rng, strength, towns)
    town = np.repeat(np.arange(len(towns)), counts.sum(axis=(1, 2)))
    cells = np.repeat(np.tile(np.arange(2 * AGES), len(towns)), counts.reshape(-1))
    sex, age = (cells // AGES).astype(np.int16), (cells % AGES).astype(np.int16)
    starts = np.concatenate([[0], np.cumsum(counts.sum(axis=(1, 2)))])
    people = (sex, age, town)
    off = dict(zip(entries(), rates * rng.permutation(_normals(len(entries()))), strict=True))
    borne = {k: _bearers(rng, strength, (k, off[k]), people, towns) for k in off if k != PAIR[1]}
    borne[PAIR[1]] = _bearers(rng, strength, (PAIR[1], off[PAIR[1]]), people, towns, borne[PAIR[0]])
    ill = np.zeros(len(sex), dtype=bool)
    for key, numbers in borne.items():
        if entries()[key][0] == "conditions":
            ill[numbers] = True
    return World(sex, age, town, starts, towns, _stays(rng, strength, age, ill), borne)


def _normals(count: int) -> Array:
    """A standard normal as `count` values of equal probability, so that no world is unlucky."""
    law = NormalDist()
    return np.array([law.inv_cdf((n + 0.5) / count) for n in range(count)])


def _people(
    rng: np.random.Generator, strength: float, towns: Sequence[tuple[str, float]]
) -> Indices:
    """(communes, 2, AGES) people."""
    years = (np.arange(AGES) - 45) / 40
    bands = np.minimum(np.arange(AGES) // 5, 19)
    pyramids = {}
    for department in DEPARTMENTS:
        noise = strength * _PYRAMID * rng.standard_normal((2, 20))
        pyramids[department] = populations().counts(Place("FR", (department,))) * np.exp(
            noise[:, bands]
        )
    out = []
    for department, inhabitants in towns:
        weights = pyramids[department] * np.exp(
            strength * _TOWN_TILT * rng.standard_normal() * years
        )
        chances = (weights / weights.sum()).reshape(-1)
        out.append(rng.multinomial(int(inhabitants), chances).reshape(2, AGES))
    return np.array(out)


def _bearers(
    rng: np.random.Generator,
    strength: float,
    trait: tuple[str, float],
    people: tuple[Indices, Indices, Indices],
    towns: Sequence[tuple[str, float]],
    more: Indices | None = None,
) -> Indices:
    """Numbers of those who bear a trait, by its key and how many σ it is off; `more` bear it `PAIR_TIMES` as often."""
    key, off = trait
    sex, age, town = people
    chance = _share(rng, strength, key, off)[sex, age] * _settled(rng, strength, key, towns)[town]
    if more is not None:
        chance[more] *= 1 + strength * (PAIR_TIMES - 1)
    return np.flatnonzero(rng.random(len(sex)) < chance)


def _share(rng: np.random.Generator, strength: float, key: str, off: float) -> Array:
    """(2, AGES) true share of a trait, off by the row's own factor and tilted by age and sex."""
    _, entry, trait = entries()[key]
    years = (np.arange(AGES) - 45) / 40
    tilt = strength * _AGE_TILT * rng.standard_normal() * years
    if key.startswith("tattoo"):
        tilt = tilt + strength * _TATTOOS_YOUNG * 40 * years
    sexes = strength * _SEX_TILT * rng.standard_normal() * np.array([-1, 1])
    share = trait.share * np.exp(tilt[None, :] + sexes[:, None])
    nation = populations().pyramids["FR"]
    same = (trait.share * nation).sum() / (share * nation).sum()
    return np.asarray(share * same * np.exp(entry.sigma * off))


def _settled(
    rng: np.random.Generator, strength: float, key: str, towns: Sequence[tuple[str, float]]
) -> Array:
    """By which factor a trait is more frequent in each commune."""
    sizes = np.array([n for _, n in towns])
    effects = {d: np.exp(strength * _DEPARTMENT * rng.standard_normal()) for d in DEPARTMENTS}
    power = sizes ** (sqrt(strength) * SETTLED.get(key, 0.0))
    if key in GENETIC:
        shape = _FAMILIES / strength
        power = power * rng.gamma(shape, 1 / shape, len(towns))
    power = power / np.average(power, weights=sizes)
    return np.array([effects[d] for d, _ in towns]) * power


def _stays(
    rng: np.random.Generator, strength: float, age: Indices, ill: npt.NDArray[np.bool_]
) -> Indices:
    """A day in hospital for those who had one in the year: the old and ill more often, fewer at weekends."""
    rate = np.exp(strength * _STAYS_OLD * (age - 45.0)) * np.where(
        ill, 1 + strength * (_STAYS_ILL - 1), 1
    )
    rate *= SEEN_A_YEAR * np.exp(strength * STAY_SIGMA * rng.standard_normal()) / rate.mean()
    days = np.where(np.arange(365) % 7 < 5, 1.0, 0.6)
    day = 1 + rng.choice(365, size=len(age), p=days / days.sum())
    return np.where(rng.random(len(age)) < -np.expm1(-rate), day, 0).astype(np.int16)
