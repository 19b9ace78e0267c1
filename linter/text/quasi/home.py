"""Where the author works or lives, beside a patient's job: "le boulanger de mon village", "our village postmistress".

No name is told, and whoever knows the author knows the place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from linter.finding import Entity
from linter.post import Language
from linter.risk.tables import Entry
from linter.rule import Rule
from linter.text.quasi.candidate import Candidate, Spot
from linter.text.quasi.gazetteer import plain
from linter.text.reading import Reading

KIND, FLAG = "home", "place: the author's own"
"""Of such a place."""
_OWN: dict[Language, str] = {"fr": "mon|ma|notre", "en": "my|our"}
_AFTER: dict[Language, str] = {
    "fr": rf" (?:(?:de |dans |sur )?(?:{_OWN['fr']}) (?:(?:tout |toute )?petite? )?|du (?:petit )?|de la (?:petite )?|de l['’])",
    "en": rf" (?:in|of|at|from|on) (?:{_OWN['en']}|the|this) (?:(?:tiny|small|little|wee) )?",
}
_BEFORE = re.compile(rf"\b(?:{_OWN['en']}|the|this|local) (?P<what>[a-z]+) \Z")
_NAMED = re.compile(r",? (?:de |du |d['’]|of |called )|,? [A-Z]")
"""What follows a place that is told by its name: "le maire de la commune de Guéret"."""
_REACH = 24


class Home:
    """A rule of kind `place` over what stands beside jobs."""

    def __init__(self, rule: Rule, lang: Language, sizes: Iterable[Entry]) -> None:
        self._rule, self._lang = rule, lang
        own = re.compile(rf"(?:{_OWN[lang]}) ([a-z]+)")
        self._places = {
            told[1]: entry
            for entry in sizes
            for form in entry.names[lang]
            if (told := own.fullmatch(plain(form)))
        }
        words = "|".join(map(re.escape, self._places))
        self._after = re.compile(rf"{_AFTER[lang]}(?P<what>{words})\b")

    def find(self, reading: Reading, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """One place for each job at most.

        Args:
            reading: the text.
            found: what the other rules propose.
        """
        for job in found:
            if job.entity is Entity.OCCUPATION:
                yield from self._beside(reading, job)

    def _beside(self, reading: Reading, job: Candidate) -> Iterator[Candidate]:
        told = self._after.match(reading.folded, job.end)
        if told and _NAMED.match(reading.text, told.end()):
            told = None
        if told is None and self._lang == "en":
            told = _BEFORE.search(reading.folded, max(0, job.start - _REACH), job.start)
        entry = self._places.get(told["what"]) if told else None
        if told and entry:
            spot = Spot(entry.id, "", (), entry.rate, KIND, entry.factor)
            flags = frozenset({FLAG})
            yield Candidate(self._rule, told.start("what"), told.end("what"), spot, flags)
