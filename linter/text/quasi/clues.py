"""Weighed proposals become clues: a finding for the reader, and a fact for the count, of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from linter.cues import SubjectWeights
from linter.duty import Duty, duties_for
from linter.finding import PROTECTED, Entity, Finding, Subject
from linter.post import Language
from linter.risk.facts import Fact
from linter.risk.populations import Populations
from linter.risk.tables import Entry
from linter.text.learned.tagger import Tags
from linter.text.quasi.candidate import Candidate
from linter.text.quasi.facts import Facts
from linter.text.quasi.gazetteer import Gazetteer
from linter.text.quasi.people import Person, people
from linter.text.quasi.weigh import POSSIBLE, Weighed, apart, weigh
from linter.text.reading import Reading


@dataclass(frozen=True, slots=True)
class Clue:
    """One detail of one person.

    finding: None for what is reckoned with and never told (a common disease, the author's town); person: number of
    the person in the text, 0 for what holds for all; fact: None where nothing can be reckoned; sure: whether the
    detail is likely enough to be told and to hold a post by itself.
    """

    finding: Finding | None
    person: int
    fact: Fact | None
    sure: bool = True


_AUTHOR = 0.5


class ClueBuilder:
    """Makes clues of one language."""

    def __init__(
        self,
        weights: SubjectWeights,
        duties: dict[str, Duty],
        lang: Language,
        root: Traversable | Path,
        populations: Populations,
    ) -> None:
        self._weights, self._duties, self._lang = weights, duties, lang
        self._facts = Facts(lang, root, populations)

    def build(
        self, reading: Reading, candidates: Sequence[Candidate], tags: Tags, offset: int
    ) -> list[Clue]:
        """Clues with original offsets, shifted by the offset of the piece that was read."""
        weighed = apart(weigh(reading, tags, candidates, self._weights))
        told: list[Weighed] = []
        untold: list[Weighed] = []
        for one in weighed:
            protected = one.chance >= POSSIBLE and one.subject in PROTECTED
            (told if protected else untold).append(one)
        silent = [w for w in untold if self._counts(w, tags)]
        who = people(reading, told, silent)
        return [
            *(self._clue(reading, w, who.of(w), offset) for w in told),
            *(
                Clue(None, who.of(w).number, f)
                for w in silent
                if (f := self._facts.of(reading, w, who.of(w))) is not None
            ),
            *(
                Clue(None, p.number, f)
                for p in who.persons
                if (f := self._facts.sex(p)) is not None
            ),
        ]

    def town(self, name: str, gazetteer: Gazetteer) -> Clue | None:
        """What the author's town tells of every patient of the post."""
        fact = self._facts.town(name, gazetteer)
        return Clue(None, 0, fact) if fact else None

    def _counts(self, weighed: Weighed, tags: Tags) -> bool:
        """Whether an untold proposal is reckoned with: a listed condition, or where the author works."""
        candidate = weighed.candidate
        if candidate.entity is Entity.CONDITION:
            return isinstance(candidate.value, Entry) and "doubt near" not in candidate.flags
        if candidate.entity not in {Entity.LOCATION, Entity.FACILITY}:
            return False
        likely = tags.chance(candidate.entity, candidate.start, candidate.end) >= _AUTHOR
        return likely and weighed.subject is Subject.AUTHOR

    def _clue(self, reading: Reading, weighed: Weighed, person: Person, offset: int) -> Clue:
        fact = self._facts.of(reading, weighed, person)
        sure = weighed.chance >= self._weights.threshold
        return Clue(self._finding(reading, weighed, offset), person.number, fact, sure)

    def _finding(self, reading: Reading, weighed: Weighed, offset: int) -> Finding:
        rule, lang = weighed.candidate.rule, self._lang
        start, end = weighed.candidate.start, weighed.candidate.end
        return Finding(
            rule=rule.id,
            entity=Entity(rule.entity),
            subject=weighed.subject,
            severity=rule.severity,
            score=round(weighed.chance, 2),
            span=reading.norm.original(start, end).shifted(offset),
            message=rule.message.of(lang),
            duties=duties_for(rule.duties, self._duties, lang),
            action=rule.advice.of(lang),
            because=weighed.because,
        )
