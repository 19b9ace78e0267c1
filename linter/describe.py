"""What a post tells of each person taken together: how many people match, and what to say instead."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from linter.finding import Entity, Finding, Severity
from linter.policy import Combination
from linter.post import Language
from linter.risk.estimate import Estimate, estimate, shares
from linter.risk.facts import Ages, Fact, Place, Sex, Trait, View
from linter.risk.populations import Populations
from linter.risk.sentence import sentence
from linter.risk.wayout import Change, Safe, coarser, way_out
from linter.text.quasi.clues import Clue
from linter.verdict import Anonymity, Decision, Factor, Way

_HOME: dict[Language, str] = {"fr": "FR", "en": "GB"}
"""Where people are taken to live if no place is told, by the language of the post."""
_SOMEWHERE = "in a country of the size of the United Kingdom"
_LEAST = 2
"""Facts besides the sex without which no figure is made up."""
_UNLIKELY = 0.02
"""Share of a trait at the person's sex and age, over its share in the country, under which it is another's: a man's
delivery, a baby's job."""
_MOST = 40
"""Facts of one person that are reckoned with; more are the work of a hostile post, and change nothing."""


@dataclass(frozen=True, slots=True)
class Description:
    """The details found, graver where they matter, and the count behind it."""

    findings: tuple[Finding, ...]
    anonymity: Anonymity | None
    minor: bool = False
    """Whether somebody under 18 is told of."""


@dataclass(frozen=True, slots=True)
class _Person:
    clues: tuple[Clue, ...]
    facts: tuple[Fact, ...]
    home: Place
    where: str


_Assessed = tuple[_Person, Anonymity, tuple[Change, ...]]
_GRAVER = (Decision.BLOCK, Decision.REVIEW, Decision.ALLOW)


class Describer:
    """Puts clues together under one policy."""

    def __init__(
        self, populations: Populations, limits: Combination, places: Mapping[str, tuple[str, str]]
    ) -> None:
        self._populations, self._limits, self._places = populations, limits, places

    def describe(self, clues: Sequence[Clue], lang: Language) -> Description:
        """The findings of a post's clues, and how many people match the most exposed person."""
        told = [c.finding for c in clues if c.finding and c.sure]
        known = self._assessed(clues, lang)
        if not known:
            return Description(tuple(told), None, _minor(clues))
        raised: dict[int, Finding] = {}
        for person, anonymity, changes in known:
            raised |= self._raised(person, anonymity, changes)
        worst = min(
            (a for _, a, _ in known), key=lambda a: (_GRAVER.index(self._limits.decide(a)), a.k)
        )
        doubted = (id(c.finding) for c in clues if not c.sure)
        findings = [raised.get(id(f), f) for f in told] + [
            raised[i] for i in doubted if i in raised
        ]
        return Description(tuple(findings), worst, _minor(clues))

    def _assessed(self, clues: Sequence[Clue], lang: Language) -> list[_Assessed]:
        """Each person of whom enough is told, with the count; where it holds nothing, doubtful details join in."""
        home, where = self._home(clues, lang)
        common = [c for c in clues if c.person == 0]
        out = []
        for number in sorted({c.person for c in clues} - {0}):
            own = [c for c in clues if c.person == number]
            whole = self._person(own, common, home, where)
            sure = self._person([c for c in own if c.sure], common, home, where)
            told = self._told(sure, lang) if sure else None
            if whole and (told is None or self._limits.decide(told) is Decision.ALLOW):
                doubtful = replace(self._told(whole, lang), doubtful=True)
                if told is None or self._limits.decide(doubtful) is not Decision.ALLOW:
                    told = doubtful
            if whole and told:
                out.append(self._with_ways(whole, told))
        return out

    def _person(
        self, clues: Sequence[Clue], common: Sequence[Clue], home: Place, where: str
    ) -> _Person | None:
        facts = self._likely(_facts(clues), home)
        if not any(isinstance(f.effect, Place) for f in facts):
            facts += _facts(common)[:1]
        told = [f for f in facts if not isinstance(f.effect, Sex)]
        conditions = sum(f.entity is Entity.CONDITION for f in told)
        if len(told) < _LEAST or conditions == len(told) or not any(c.finding for c in clues):
            return None
        return _Person(tuple(clues), facts[:_MOST], home, where)

    def _likely(self, facts: tuple[Fact, ...], home: Place) -> tuple[Fact, ...]:
        """Without traits that hardly anybody of the person's sex and age has: they are somebody else's."""
        person = [f for f in facts if isinstance(f.effect, Sex | Ages)]
        alone = estimate(person, self._populations, home, View.INSIDER).expected
        everybody = estimate((), self._populations, home, View.INSIDER).expected
        out = []
        for fact in facts:
            if isinstance(fact.effect, Trait):
                here = estimate([*person, fact], self._populations, home, View.INSIDER).expected
                anywhere = estimate([fact], self._populations, home, View.INSIDER).expected
                if here / max(alone, 1) < _UNLIKELY * anywhere / everybody:
                    continue
            out.append(fact)
        return tuple(out)

    def _home(self, clues: Sequence[Clue], lang: Language) -> tuple[Place, str]:
        """The country that the places of the post are in, most of them; else one by its language."""
        told = Counter(
            c.fact.effect.country
            for c in clues
            if c.fact and isinstance(c.fact.effect, Place) and c.fact.effect.country in self._places
        )
        if told:
            country = told.most_common(1)[0][0]
            return Place(country), self._places[country][lang == "en"]
        home = _HOME[lang]
        return Place(home), self._places[home][0] if lang == "fr" else _SOMEWHERE

    def _with_ways(self, whole: _Person, told: Anonymity) -> _Assessed:
        """The coarser words after which neither what is sure nor what is doubtful holds the post."""
        if self._limits.decide(told) is Decision.ALLOW:
            return whole, told, ()
        changes, _ = way_out(whole.facts, self._populations, whole.home, self._safe(whole))
        return whole, replace(told, ways=self._ways(whole, changes)), changes

    def _safe(self, person: _Person) -> Safe:
        def safe(facts: Sequence[Fact]) -> bool:
            views = [estimate(facts, self._populations, person.home, v) for v in View]
            return self._limits.decide(self._figures(person, views)) is Decision.ALLOW

        return safe

    def _figures(self, person: _Person, views: Sequence[Estimate]) -> Anonymity:
        public, acquaintance, insider = views
        return Anonymity(
            insider.k, insider.low, insider.high, person.home.country, public.kappa, acquaintance.kappa, insider.kappa, (), ""
        )  # fmt: skip

    def _told(self, person: _Person, lang: Language) -> Anonymity:
        views = [estimate(person.facts, self._populations, person.home, v) for v in View]
        figures = self._figures(person, views)
        return replace(
            figures,
            factors=tuple(
                Factor(s.fact.entity, s.fact.label, float(f"{s.share:.2g}"), s.fact.source)
                for s in shares(person.facts, self._populations, person.home)
            ),
            message=sentence(figures.k, figures.low, figures.high, person.where, lang),
            singular=any(f.singular for f in person.facts),
        )

    def _ways(self, person: _Person, changes: Sequence[Change]) -> tuple[Way, ...]:
        """Each change with the people who match after it and those before it."""
        out, facts = [], list(person.facts)
        for change in changes:
            less = coarser(change.fact, change.rung)
            facts = [f for f in facts if f is not change.fact] + ([less] if less else [])
            k = estimate(facts, self._populations, person.home, View.INSIDER).k
            instead = change.fact.ladder[change.rung - 1].text
            out.append(Way(change.fact.entity, change.fact.label, instead, k))
        return tuple(out)

    def _raised(
        self, person: _Person, anonymity: Anonymity, changes: Sequence[Change]
    ) -> dict[int, Finding]:
        """The findings that are graver for what they tell together, by identity of the plain one."""
        decision = self._limits.decide(anonymity)
        if decision is Decision.ALLOW:
            return {}
        severity = Severity.ERROR if decision is Decision.BLOCK else Severity.WARNING
        rungs = {c.fact.key: c.rung for c in changes}
        out = {}
        for clue in person.clues:
            replaced = clue.sure or anonymity.doubtful
            if replaced and clue.finding and clue.fact and clue.fact.key in rungs:
                rung = min(rungs[clue.fact.key], len(clue.fact.ladder))
                text = clue.fact.ladder[rung - 1].text if rung else None
                out[id(clue.finding)] = replace(clue.finding, severity=severity, replacement=text)
        if not out:
            out = {
                id(c.finding): replace(c.finding, severity=severity)
                for c in person.clues
                if c.finding and c.fact and (c.sure or anonymity.doubtful)
            }
        return out


def _facts(clues: Sequence[Clue]) -> tuple[Fact, ...]:
    """Facts without repeats: of places and ages the narrowest, of other things told twice the first."""
    kept: dict[str, Fact] = {}
    for fact in (c.fact for c in clues if c.fact):
        known = kept.get(fact.key)
        if known is None or _narrower(fact, known):
            kept[fact.key] = fact
    return tuple(kept.values())


def _narrower(fact: Fact, known: Fact) -> bool:
    one, other = fact.effect, known.effect
    if isinstance(one, Ages) and isinstance(other, Ages):
        return one.high - one.low < other.high - other.low
    if isinstance(one, Place) and isinstance(other, Place):
        return (one.population or _WIDE / (1 + len(one.areas))) < (
            other.population or _WIDE / (1 + len(other.areas))
        )
    return False


_WIDE = 1e9
"""Stands for the inhabitants of an area in comparisons: a named town is narrower than any area."""


_OF_AGE = 18


def _minor(clues: Sequence[Clue]) -> bool:
    """Whether a clue tells of somebody under 18."""
    ages = [c.fact.effect for c in clues if c.sure and c.fact and isinstance(c.fact.effect, Ages)]
    return any(a.high <= _OF_AGE for a in ages)
