"""From a weighed detail to a fact: what it narrows down, what it is called, how it can be told more coarsely."""

import re
from dataclasses import replace
from importlib.resources.abc import Traversable
from math import hypot, log
from pathlib import Path

import numpy as np

from linter.datafile import rows
from linter.finding import Entity, Subject
from linter.post import Language
from linter.risk.facts import AGES, Ages, Fact, Place, Sex, Step, Trait, View
from linter.risk.populations import Populations
from linter.risk.tables import NINETY, Entry, flat
from linter.text.quasi.beside import FLAG as BESIDE
from linter.text.quasi.bodies import Bodies
from linter.text.quasi.candidate import Body, Candidate, Moment, Spot
from linter.text.quasi.gazetteer import Gazetteer, plain
from linter.text.quasi.home import KIND as HOME
from linter.text.quasi.people import Person
from linter.text.quasi.weigh import Weighed
from linter.text.quasi.wording import Wording
from linter.text.reading import Reading

GUESSES: dict[Entity, tuple[float, float, View]] = {
    Entity.OCCUPATION: (3e-4, 1.2, View.PUBLIC),
    Entity.CONDITION: (1e-5, 1.5, View.INSIDER),
    Entity.PHYSICAL_MARK: (2e-3, 1.0, View.ACQUAINTANCE),
    Entity.FAMILY: (5e-3, 1.0, View.PUBLIC),
    Entity.NRP: (1e-3, 1.0, View.PUBLIC),
    Entity.EVENT: (1e-5, 1.0, View.PUBLIC),
    Entity.FACILITY: (2e-4, 1.0, View.ACQUAINTANCE),
}
"""Share, σ and reader of a detail that no table holds. Guesses, said to be so in every answer."""
_COUNTRY: dict[Language, str] = {"fr": "FR", "en": "GB"}
_UNLISTED, _UNLISTED_FACTOR = 3_000.0, 5.0
"""Inhabitants of a place that no table holds, and their 90 % factor. A guess: the tables hold every commune of France,
and the towns of 5,000 and more elsewhere."""
GUESS = {
    "fr": "estimation : détail singulier, sans table",
    "en": "a guess: singular detail, no table",
}
SEEN_A_YEAR = 0.6
"""Visits to an emergency department or stays in hospital, a year and inhabitant, of the order of 20 million
visits and 19 million stays in France (rules/populations/facts.txt for stays; visits to check)."""
_DATE_SIGMA = 0.5
_CARE_FACTOR, _CARE_SIGMA = 2.0, 0.5
"""Who is cared for in a town lives around it: inhabitants of a grouping of communes over those of its main town."""
_AUTHOR_FACTOR, _AUTHOR_SIGMA = 5.0, 0.7
"""Where the author works tells less of where the patient lives: France has some 1,700 zones around small towns (INSEE,
bassins de vie 2022), of 40,000 inhabitants each; to check."""
_RIVAL_SIGMA = 0.3
_ROOM = (7e-5, 1.0, View.INSIDER)
"""A room of that number: one in some 5,000 wards of France. A guess."""
_CARE = {
    "fr": (
        "suivi",
        "hospitali",
        "vu",
        "opere",
        "admis",
        "transfer",
        "urgences",
        "consult",
        "soign",
        "prise en charge",
        "au ch",
        "clinique",
    ),
    "en": (
        "seen",
        "admitted",
        "clinic",
        "hospital",
        "under",
        "transferred",
        "followed",
        "referred",
        "ed ",
        "a&e",
        "surgery at",
    ),
}
_FORMER = {"fr": ("ancien", "retrait", "ex-", "ex "), "en": ("retired", "former", "ex-", "ex ")}
_ONLY = {
    "fr": re.compile(r"(?<![a-z])(?:seule?|unique)(?: [a-z-]+)? \Z"),
    "en": re.compile(r"(?<![a-z])(?:only|sole)(?: [a-z-]+)? \Z"),
}
"""Said before a job that somebody has alone: "the only female vet on the island"."""
_PAST = {
    "fr": re.compile(
        r"\b(?:atcds?|antecedents?)(?: personnels?)? ?(?::|de |d['’]|= ?)? ?(?:une? )?\Z"
    ),
    "en": re.compile(r"\b(?:history of|hx of|h/o|hx:?|pmhx?:?|previous|past) (?:an? )?\Z"),
}
"""Said of what happened once, in any year."""
_PAST_YEARS, _PAST_SIGMA = 10.0, 0.7
"""Years of new cases that people live with who had it once. A guess."""
_BEFORE = 28
_RETIRED = 60
_NAMED, _AREAS = 1000, 101
"""A public role that so few hold is a list of names, and the reader knows where the author works: one area in as many
as France has départements, as with its 577 deputies. A guess for other roles."""


class Facts:
    """Makes facts in one language."""

    def __init__(self, lang: Language, root: Traversable | Path, populations: Populations) -> None:
        self._lang = lang
        self._nation, self._towns = populations.pyramids["FR"], populations.towns
        self._countries = populations.inside
        self._bodies = Bodies(root)
        self._words = Wording(lang, root)
        words = rows(root / "lists" / f"facility_words_{lang}.txt")
        self._facilities = frozenset(w.lower() for w, *_ in words)

    def of(self, reading: Reading, weighed: Weighed, person: Person) -> Fact | None:
        """The fact that a detail tells; None where nothing can be reckoned."""
        candidate = weighed.candidate
        author = weighed.subject is Subject.AUTHOR
        value, entity = candidate.value, candidate.entity
        text = reading.text[candidate.start : candidate.end]
        before = reading.folded[max(0, candidate.start - _BEFORE) : candidate.start]
        if isinstance(value, Ages):
            return self._age(value, text)
        if isinstance(value, Moment):
            return self._moment(value)
        if isinstance(value, Spot):
            return self._place(entity, value, (before, text), author=author)
        if isinstance(value, Body):
            return self._body(value)
        if isinstance(value, Entry):
            return self._entry(entity, value, (before, text), person)
        return self._untabled(candidate, text, before, person)

    def _untabled(
        self, candidate: Candidate, text: str, before: str, person: Person
    ) -> Fact | None:
        """The fact of a detail that no table holds."""
        entity, key = candidate.entity, f"{candidate.rule.id} {candidate.start}"
        if entity is Entity.LOCATION and BESIDE in candidate.flags:
            return self._unlisted()
        if entity is Entity.FACILITY and any(c.isdigit() for c in text):
            return self._facility(candidate.rule.id, text, *_ROOM)
        if entity is Entity.FACILITY and "facility: bare" in candidate.flags:
            return None
        if entity is Entity.FACILITY:
            return self._facility(key, text, *GUESSES[entity])
        if entity in GUESSES:
            return self._guess(entity, key, person, single=self._alone(entity, before))
        return self._read_age(text) if entity is Entity.AGE else None

    def sex(self, person: Person) -> Fact | None:
        """Whether the person is told to be a woman or a man."""
        if person.sex is None:
            return None
        return Fact(Entity.AGE, "sex", self._words.sex(person.sex), Sex(person.sex), "INSEE")

    def _age(self, ages: Ages, text: str) -> Fact:
        return Fact(
            Entity.AGE,
            "age",
            self._words.age(ages),
            ages,
            "INSEE",
            self._words.coarser_age(ages, text),
        )

    def _read_age(self, text: str) -> Fact | None:
        ages = self._words.age_in(text)
        return self._age(ages, text) if ages else None

    def _moment(self, moment: Moment) -> Fact:
        seen = View.INSIDER if moment.days < _WEEKS else View.ACQUAINTANCE
        share = min(SEEN_A_YEAR * moment.days / 365, 1.0)
        return Fact(
            Entity.DATE_TIME,
            "moment",
            self._words.moment(moment.label),
            flat(share, _DATE_SIGMA, seen),
            "facts.txt",
            (Step(self._words.when(moment.days)),),
            relative=not moment.absolute,
        )

    def town(self, name: str, gazetteer: Gazetteer) -> Fact | None:
        """The author's town, as a place around which patients live."""
        spot = gazetteer.spot(plain(name))
        if spot is None:
            return None
        return self._place(Entity.LOCATION, spot, ("", ""), author=True)

    def _place(
        self, entity: Entity, spot: Spot, said: tuple[str, str], *, author: bool
    ) -> Fact | None:
        before, text = said
        if spot.kind == "setting":
            return self._setting(spot)
        if spot.kind == HOME:
            return self._home(spot)
        if spot.country not in self._countries:
            return None
        sigma = hypot(log(max(spot.factor, 1.0)) / NINETY, _RIVAL_SIGMA if spot.rivals else 0.0)
        population = spot.population
        cared = spot.kind == "care" or any(w in before for w in _CARE[self._lang])
        if author:
            sigma = hypot(sigma, _AUTHOR_SIGMA)
        if (cared or author) and population and spot.kind != "hospital":
            population *= _AUTHOR_FACTOR if author else _CARE_FACTOR
            sigma = hypot(sigma, _CARE_SIGMA)
        ladder = (
            self._words.facility(text, spot, self._facilities)
            if entity is Entity.FACILITY
            else self._words.coarser_place(spot)
        )
        effect = Place(spot.country, spot.area, population, sigma)
        return Fact(entity, "place", spot.name, effect, "INSEE, GeoNames", ladder)

    def _unlisted(self) -> Fact:
        """A place in no table: a small one of the country whose language is written."""
        effect = Place(_COUNTRY[self._lang], (), _UNLISTED, log(_UNLISTED_FACTOR) / NINETY)
        label, source = self._words.singular(Entity.LOCATION), GUESS[self._lang]
        steps = (Step(self._words.small_place),)
        return Fact(Entity.LOCATION, "place", label, effect, source, steps, singular=True)

    def _home(self, spot: Spot) -> Fact:
        """A place that whoever knows the author knows."""
        sigma = log(max(spot.factor, 1.1)) / NINETY
        effect = Place(_COUNTRY[self._lang], (), spot.population, sigma)
        return Fact(Entity.LOCATION, "place", spot.name, effect, "INSEE")

    def _setting(self, spot: Spot) -> Fact:
        size = spot.population or 1.0
        near = (self._towns > size / _ALIKE) & (self._towns < size * _ALIKE)
        share = float(self._towns[near].sum() / self._towns.sum())
        trait = flat(max(share, 1e-5), log(max(spot.factor, 1.1)) / NINETY, View.PUBLIC)
        step = Step(self._words.small_place)
        return Fact(Entity.LOCATION, "setting", spot.name, trait, "INSEE", (step,))

    def _body(self, body: Body) -> Fact | None:
        share = self._bodies.share(body)
        if share is None:
            return None
        trait = Trait(share, _BODY_SIGMA, View.PUBLIC)
        step = Step(self._words.size(body))
        return Fact(
            Entity.PHYSICAL_MARK, body.what, self._words.body(body), trait, "bodies.txt", (step,)
        )

    def _entry(self, entity: Entity, entry: Entry, said: tuple[str, str], person: Person) -> Fact:
        before, text = said
        trait = entry.trait(self._nation)
        if entity is Entity.OCCUPATION and before.rstrip().endswith(_FORMER[self._lang]):
            share = np.zeros((2, AGES))
            share[:, _RETIRED:] = entry.rate * self._nation.sum() / self._nation[:, _RETIRED:].sum()
            trait = Trait(share, hypot(trait.sigma, _AUTHOR_SIGMA), trait.seen)
        ladder = self._words.coarser(entity, entry, person.sex, text)
        if entity is Entity.CONDITION and entry.event and _PAST[self._lang].search(before):
            trait = entry.trait(self._nation, times=_PAST_YEARS, sigma=_PAST_SIGMA)
        public = "public" in entry.flags and entity is Entity.OCCUPATION
        if public and entry.rate * self._nation.sum() <= _NAMED:
            trait = replace(trait, share=trait.share / _AREAS)
        single = public or self._alone(entity, before)
        key, label = f"{entity}:{entry.id}", entry.label(self._lang)
        return Fact(entity, key, label, trait, entry.source, ladder, single=single)

    def _alone(self, entity: Entity, before: str) -> bool:
        """Whether the words before a job say that nobody else has it there."""
        return entity is Entity.OCCUPATION and bool(_ONLY[self._lang].search(before))

    def _guess(self, entity: Entity, key: str, person: Person, *, single: bool) -> Fact:
        ladder = self._words.coarser(entity, None, person.sex)
        effect = flat(*GUESSES[entity])
        label, source = self._words.singular(entity), GUESS[self._lang]
        return Fact(entity, key, label, effect, source, ladder, singular=True, single=single)

    def _facility(self, key: str, text: str, share: float, sigma: float, seen: View) -> Fact:
        ladder = self._words.facility(text, None, self._facilities)
        label, source = self._words.singular(Entity.FACILITY), GUESS[self._lang]
        return Fact(
            Entity.FACILITY, key, label, flat(share, sigma, seen), source, ladder, singular=True
        )


_WEEKS = 21.0
_ALIKE = 1.5
"""A village of 600 may be one of 400 to 900."""
_BODY_SIGMA = 0.4
