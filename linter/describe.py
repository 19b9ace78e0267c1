"""What a post tells of each person taken together: how many people match, and what to say instead."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import hypot

from linter.finding import Entity, Finding, Severity
from linter.policy import Combination
from linter.post import Language
from linter.risk.estimate import Matching, estimate, shares
from linter.risk.facts import Ages, Fact, Place, Sex, Trait, View
from linter.risk.populations import Populations
from linter.risk.sentence import sentence
from linter.risk.wayout import Change, Safe, coarser, way_out
from linter.text.quasi.clues import Clue
from linter.verdict import Anonymity, Decision, Factor, Way

_HOME: dict[Language, str] = {"fr": "FR", "en": "GB"}
"""Where people are taken to live if no place is told, by the language of the post."""
_SOMEWHERE: dict[Language, str] = {
    "fr": "dans un pays de la taille du Royaume-Uni",
    "en": "in a country of the size of the United Kingdom",
}
"""What is said of an English post that tells no place."""
_LEAST = 2
"""Facts besides the sex without which no figure is made up, but for a role that one person has."""
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
class _Home:
    """A country, "en France", and how many people live there."""

    place: Place
    where: str
    people: float


@dataclass(frozen=True, slots=True)
class _Person:
    clues: tuple[Clue, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """A person, what readers can tell from the facts that count, and the coarser words after which the post passes."""

    person: _Person
    told: Matching
    decision: Decision
    changes: tuple[Change, ...] = ()


_GRAVER = (Decision.BLOCK, Decision.REVIEW, Decision.ALLOW)


class Describer:
    """Puts clues together under one policy."""

    def __init__(self, populations: Populations, limits: Combination) -> None:
        self._populations, self._limits = populations, limits
        self._everybody = lru_cache(maxsize=64)(partial(self._expected, ()))

    def describe(self, clues: Sequence[Clue], lang: Language) -> Description:
        """The findings of a post's clues, and how many people match the most exposed person."""
        home = self._home(clues, lang)
        cases = self._cases(clues, home)
        if not cases:
            return Description(_told(clues, {}), None, _minor(clues))
        raised: dict[int, Finding] = {}
        for case in cases:
            raised |= _raised(case)
        worst = min(cases, key=lambda c: (_GRAVER.index(c.decision), c.told.k))
        return Description(_told(clues, raised), self._anonymity(worst, home, lang), _minor(clues))

    def _cases(self, clues: Sequence[Clue], home: _Home) -> list[_Case]:
        """Each person of whom enough is told; where it holds nothing, doubtful details join in."""
        by: dict[int, list[Clue]] = {}
        for clue in clues:
            by.setdefault(clue.person, []).append(clue)
        common = by.pop(0, [])
        cases = (self._case(by[number], common, home) for number in sorted(by))
        return [c for c in cases if c]

    def _case(self, own: Sequence[Clue], common: Sequence[Clue], home: _Home) -> _Case | None:
        whole = self._person(own, common, home)
        if whole is None:
            return None
        doubted = any(not c.sure for c in own)
        sure = self._person([c for c in own if c.sure], common, home) if doubted else whole
        told = self._matching(sure.facts, home) if sure else None
        decision = self._limits.decide(told) if told else Decision.ALLOW
        if doubted and decision is Decision.ALLOW:
            doubtful = self._matching(whole.facts, home, doubtful=True)
            decision = self._limits.decide(doubtful)
            if told is None or decision is not Decision.ALLOW:
                told = doubtful
        if told is None or decision is Decision.ALLOW:
            return _Case(whole, told, decision) if told else None
        changes, _ = way_out(whole.facts, self._populations, home.place, self._safe(home))
        return _Case(whole, told, decision, changes)

    def _matching(self, facts: Sequence[Fact], home: _Home, *, doubtful: bool = False) -> Matching:
        return Matching(tuple(facts), self._populations, home.place, doubtful)

    def _person(self, clues: Sequence[Clue], common: Sequence[Clue], home: _Home) -> _Person | None:
        facts, shared = self._likely(_facts(clues), home), _facts(common)[:1]
        if shared and not any(isinstance(f.effect, Place) for f in facts):
            facts += shared
            clues = [*clues, *(c for c in common if c.fact and c.fact.key == shared[0].key)]
        told = [f for f in facts if not isinstance(f.effect, Sex)]
        conditions = sum(f.entity is Entity.CONDITION for f in told)
        least = 1 if any(f.single for f in told) else _LEAST
        if len(told) < least or conditions == len(told) or not any(c.finding for c in clues):
            return None
        return _Person(tuple(clues), facts[:_MOST])

    def _likely(self, facts: tuple[Fact, ...], home: _Home) -> tuple[Fact, ...]:
        """Without traits that hardly anybody of the person's sex and age has: they are somebody else's."""
        if not any(isinstance(f.effect, Trait) for f in facts):
            return facts
        person = [f for f in facts if isinstance(f.effect, Sex | Ages)]
        alone = self._expected(person, home.place)
        out = []
        for fact in facts:
            if isinstance(fact.effect, Trait):
                here = self._expected([*person, fact], home.place)
                anywhere = self._expected([fact], home.place)
                if here / max(alone, 1) < _UNLIKELY * anywhere / home.people:
                    continue
            out.append(fact)
        return tuple(out)

    def _expected(self, facts: Sequence[Fact], home: Place) -> float:
        return estimate(facts, self._populations, home, View.INSIDER).expected

    def _home(self, clues: Sequence[Clue], lang: Language) -> _Home:
        """The country that the places of the post are in, most of them; else one by its language."""
        inside = self._populations.inside
        told = Counter(
            c.fact.effect.country
            for c in clues
            if c.fact and isinstance(c.fact.effect, Place) and c.fact.effect.country in inside
        )
        if told:
            told[_HOME[lang]] += told[_HOME[lang]] > 0  # a patient born elsewhere lives here
            country = told.most_common(1)[0][0]
            where = inside[country][lang == "en"]
        else:
            country = _HOME[lang]
            where = inside[country][0] if lang == "fr" else _SOMEWHERE["en"]
        place = Place(country)
        return _Home(place, where, self._everybody(place))

    def _safe(self, home: _Home) -> Safe:
        return lambda facts: self._limits.decide(self._matching(facts, home)) is Decision.ALLOW

    def _anonymity(self, case: _Case, home: _Home, lang: Language) -> Anonymity:
        """What is said of the most exposed person."""
        told = case.told
        k, low, high = told.k, told.low, told.high
        hidden = case.decision is Decision.ALLOW and low < self._limits.few
        return Anonymity(
            k,
            low,
            high,
            home.place.country,
            told.public,
            told.acquaintance,
            told.insider,
            factors=tuple(
                Factor(s.fact.entity, s.fact.label, float(f"{s.share:.2g}"), s.fact.source)
                for s in shares(told.facts, self._populations, home.place)
            ),
            message=sentence(k, low, high, home.where, lang, hidden=hidden),
            ways=self._ways(case, home),
            singular=any(f.singular for f in told.facts),
            doubtful=told.doubtful,
            noted=k < self._limits.note,
            crowd=told.crowd,
            rarest=told.rarest,
            hidden=hidden,
        )

    def _ways(self, case: _Case, home: _Home) -> tuple[Way, ...]:
        """Each change with the people who match after it and those before it."""
        out, facts = [], list(case.person.facts)
        for change in case.changes:
            less = coarser(change.fact, change.rung)
            facts = [f for f in facts if f is not change.fact] + ([less] if less else [])
            k = self._matching(facts, home).k
            instead = change.fact.ladder[change.rung - 1].text
            out.append(Way(change.fact.entity, change.fact.label, instead, k))
        return tuple(out)


def retold(told: Anonymity, populations: Populations, lang: Language) -> str:
    """The sentence on how many people match, for a reader of any language.

    Args:
        told: as it was said in the language of the post.
        populations: the countries' names.
        lang: of the reader.
    """
    if _SOMEWHERE["en"] in told.message:
        where = _SOMEWHERE[lang]
    elif told.population in populations.inside:
        where = populations.inside[told.population][lang == "en"]
    else:
        return told.message
    return sentence(told.k, told.low, told.high, where, lang, hidden=told.hidden)


def _raised(case: _Case) -> dict[int, Finding]:
    """The findings that are graver for what they tell together, by identity of the plain one."""
    if case.decision is Decision.ALLOW:
        return {}
    severity = Severity.ERROR if case.decision is Decision.BLOCK else Severity.WARNING
    rungs = {c.fact.key: c.rung for c in case.changes}
    out = {}
    for clue in case.person.clues:
        # a place of the author's is replaced where it is what tells too much of the patient
        finding = clue.finding or clue.aside
        if finding and clue.fact and clue.fact.key in rungs:
            rung = min(rungs[clue.fact.key], len(clue.fact.ladder))
            text = clue.fact.ladder[rung - 1].text if rung else None
            out[id(finding)] = replace(finding, severity=severity, replacement=text)
    if not out:
        out = {
            id(c.finding): replace(c.finding, severity=severity)
            for c in case.person.clues
            if c.finding and c.fact and (c.sure or case.told.doubtful)
        }
    return out


def _told(clues: Sequence[Clue], raised: dict[int, Finding]) -> tuple[Finding, ...]:
    """What is told of each detail: graver where it is among the raised ones, else what it is by itself."""
    out = []
    for clue in clues:
        plain = clue.finding if clue.sure and clue.finding else clue.aside
        finding = raised.get(id(clue.finding)) or raised.get(id(clue.aside)) or plain
        if finding:
            out.append(finding)
    return tuple(out)


def _facts(clues: Sequence[Clue]) -> tuple[Fact, ...]:
    """Facts without repeats: of places and ages the narrowest, of other things told twice the first.

    What is doubtful gives way to what is sure: "47 ans, toux depuis 3 semaines" tells one age.
    """
    kept: dict[str, tuple[bool, Fact]] = {}
    told = [(c.sure, c.fact) for c in clues if c.fact]
    for sure, fact in sorted(told, key=lambda pair: not pair[0]):
        certain, known = kept.get(fact.key, (sure, None))
        both = _within(known, fact) if known and not sure else None
        if known is None or both or (sure == certain and _narrower(fact, known)):
            kept[fact.key] = certain, both or fact
    order = {fact.key: n for n, (_, fact) in reversed(list(enumerate(told)))}
    return tuple(fact for _, fact in sorted(kept.values(), key=lambda k: order[k[1].key]))


def _within(area: Fact, town: Fact) -> Fact | None:
    """A place of so many people in an area, where one detail tells the one and another the other."""
    wide, small = area.effect, town.effect
    if not (isinstance(wide, Place) and isinstance(small, Place)) or wide.population:
        return None
    if small.population is None or small.areas or small.country != wide.country:
        return None
    sigma = hypot(wide.sigma, small.sigma)
    return replace(area, effect=replace(wide, population=small.population, sigma=sigma))


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
