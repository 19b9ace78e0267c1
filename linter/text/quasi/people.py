"""Who is described: details that stand together are one person's, until another age or sex begins the next.

A new person begins where another age is told (an age within two years is the same person's, told again), where
a line of a list begins, and where a relative's details stand. What comes before the first age is the first
person's.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from linter.finding import Entity, Subject
from linter.risk.facts import Ages
from linter.risk.tables import Entry
from linter.text.quasi.weigh import Weighed
from linter.text.reading import Reading

_F = {
    "fr": frozenset(
        "patiente femme fille fillette dame mme madame mademoiselle mlle elle nee agee hospitalisee admise "
        "operee decedee enceinte parturiente primipare multipare nourrice maman gamine jf jeune-fille soeur epouse "
        "veuve suivie adressee vue traitee gestante primigeste".split()
    ),
    "en": frozenset(
        "she her woman lady female girl mum mother pregnant wife widow daughter sister primip multip gravida "
        "schoolgirl grandmother nan gal".split()
    ),
}
_M = {
    "fr": frozenset(
        "patient homme garcon monsieur mr m il ne age hospitalise admis opere decede papa gamin jh mari veuf fils "
        "suivi adresse vu traite papy frere".split()
    ),
    "en": frozenset(
        "he his him man gentleman gent male boy dad father husband widower son brother lad bloke schoolboy grandad "
        "guy".split()
    ),
}
_WEAK = {
    "fr": frozenset("m il suivi adresse vu traite age suivie adressee vue traitee".split()),
    "en": frozenset(),
}
_LETTER = re.compile(
    r"(?<!\w)(?:(?P<a>[hfm])[ ,]{0,2}(?=\d{2})|\d{2} ?(?:ans |yo |y/o )?(?P<b>[fmh])(?!\w)|g\d ?p\d|p\d)(?!\w)?"
)
_SAME_AGE = 2.0
_ROW = re.compile(
    r"[ \t>*•-]{0,6}(?:(?:ch|chambre|lit|box|bed|bay|rm|room|b)\.? ?)?\d{1,3} ?[a-z]?\s?[:.)–-]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a post: a number from 1, where the text about them begins, their sex if it is told."""

    number: int
    start: int
    end: int
    sex: int | None = None


@dataclass(frozen=True)
class Cast:
    """Everybody who is described, in the order of the text."""

    persons: tuple[Person, ...]
    _by: dict[int, Person] = field(repr=False)

    def of(self, weighed: Weighed) -> Person:
        """The person whose detail it is; number 0 stands for everybody."""
        return self._by.get(id(weighed), _EVERYBODY)


_EVERYBODY = Person(0, 0, 0)


def people(reading: Reading, told: Sequence[Weighed], silent: Sequence[Weighed]) -> Cast:
    """Share the details out among persons."""
    patients = [w for w in told if w.subject is not Subject.RELATIVE]
    relatives = [w for w in told if w.subject is Subject.RELATIVE]
    starts = _starts(reading, patients)
    bounds = [*starts[1:], len(reading.text) + 1]
    numbers = {id(w): bisect_right(starts, w.candidate.start) for w in (*patients, *silent)}
    own: dict[int, list[Weighed]] = {}
    for weighed in patients:
        own.setdefault(numbers[id(weighed)], []).append(weighed)
    persons = [
        Person(n, start, end, sex_of(reading, start, end, own.get(n, ())))
        for n, (start, end) in enumerate(zip(starts, bounds, strict=True), 1)
    ]
    by = {
        id(w): persons[numbers[id(w)] - 1]
        for w in (*patients, *(s for s in silent if s.candidate.entity is Entity.CONDITION))
    }
    if relatives:
        other = Person(len(persons) + 1, relatives[0].candidate.start, relatives[-1].candidate.end)
        by.update((id(w), other) for w in relatives)
        persons.append(other)
    return Cast(tuple(persons), by)


def _starts(reading: Reading, patients: Sequence[Weighed]) -> list[int]:
    """Where the text about each person begins; the first at 0."""
    starts = [0]
    current: Ages | None = None
    for weighed in patients:
        value = weighed.candidate.value
        if weighed.candidate.entity is not Entity.AGE or not isinstance(value, Ages):
            continue
        if current is not None and not _alike(current, value):
            starts.append(_clause(reading, weighed.candidate.start, starts[-1]))
        if current is None or not _alike(current, value) or _span(value) < _span(current):
            current = value
    rows = _rows(reading.text)
    return sorted({*starts, *rows}) if len(rows) > 1 else starts


def _rows(text: str) -> list[int]:
    """Where the lines of a handover list begin, one patient each."""
    found, start = [], 0
    for line in text.split("\n"):
        if _ROW.match(line):
            found.append(start)
        start += len(line) + 1
    return found


def _alike(one: Ages, other: Ages) -> bool:
    return one.low - _SAME_AGE <= other.high and other.low <= one.high + _SAME_AGE


def _span(ages: Ages) -> float:
    return ages.high - ages.low


def _clause(reading: Reading, at: int, after: int) -> int:
    """Where the sentence or line begins in which a new person is told of; the age itself within a list."""
    start = max(reading.text.rfind("\n", after, at), reading.text.rfind(". ", after, at))
    return start + 1 if start > after else max(after + 1, at - _WORD_BEFORE)


_WORD_BEFORE = 20


def sex_of(reading: Reading, start: int, end: int, told: Sequence[Weighed] = ()) -> int | None:
    """0 for a man, 1 for a woman, None where the words do not tell; `told` are the details in that range."""
    lang = reading.lang
    female, male, weak = _F[lang], _M[lang], _WEAK[lang]
    score = 0
    for weighed in told:
        candidate = weighed.candidate
        if isinstance(candidate.value, Entry):
            words = reading.folded[candidate.start : candidate.end]
            score += 4 if words in candidate.value.female else 0
    for token in reading.tokens_in(start, end):
        if token.shape == "D":
            continue
        weight = 1 if token.key in weak else 3
        # accents tell `né` from `ne`, `âgé` from `age`
        if token.key in female:
            score += weight if token.key not in {"nee", "agee"} or not token.text.isascii() else 0
        elif token.key in male:
            plain = token.key in {"ne", "age", "opere", "decede", "admis"} and token.text.isascii()
            score -= 0 if plain else weight
    for match in _LETTER.finditer(reading.folded, start, min(end, len(reading.folded))):
        letter = match["a"] or match["b"] or "f"
        score += 4 if letter == "f" else -4
    return None if score == 0 else int(score > 0)
