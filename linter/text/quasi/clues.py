"""Weighed proposals become clues: a finding for the reader, and a fact for the count, of one person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Self

from linter.cues import SubjectCues, Weighing, notes_of
from linter.duty import Duty, duties_for
from linter.finding import PROTECTED, Entity, Finding, Severity, Subject
from linter.post import Language
from linter.risk.facts import Fact, Trait
from linter.risk.populations import Populations
from linter.risk.tables import Entry
from linter.text.learned.tagger import Tags
from linter.text.quasi.candidate import Candidate
from linter.text.quasi.facts import Facts
from linter.text.quasi.gazetteer import Gazetteer
from linter.text.quasi.home import FLAG as HOME
from linter.text.quasi.people import Person, people
from linter.text.quasi.weigh import POSSIBLE, Weighed, apart, weigh
from linter.text.reading import Reading


@dataclass(frozen=True, slots=True)
class Clue:
    """One detail of one person.

    finding: None for what is reckoned with and not told as anybody's whom the secret covers (a common disease, the
    author's town); person: number of the person in the text, 0 for what holds for all; fact: None where nothing can be
    reckoned; sure: whether the detail is likely enough to be told and to hold a post by itself; aside: what is said of
    it where it holds nothing: that it is the author's, or a colleague's.
    """

    finding: Finding | None
    person: int
    fact: Fact | None
    sure: bool = True
    aside: Finding | None = None

    def mapped(self, change: Callable[[Finding], Finding]) -> Self:
        """The same clue with changed findings."""
        finding = change(self.finding) if self.finding else None
        return replace(self, finding=finding, aside=change(self.aside) if self.aside else None)


_AUTHOR = 0.5
_RARE = 5e-4
"""Share of people with a rare disease at most: Regulation (EC) 141/2000, article 3."""


class ClueBuilder:
    """Makes clues of one language."""

    def __init__(
        self,
        weights: Weighing,
        subjects: Iterable[SubjectCues],
        duties: dict[str, Duty],
        lang: Language,
        root: Traversable | Path,
        populations: Populations,
    ) -> None:
        self._weights, self._duties, self._lang = weights, duties, lang
        self._notes = notes_of(subjects)
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
        counted = {w for w in untold if self._counts(w, tags)}
        who = people(reading, told, [w for w in untold if w in counted])
        others = (self._other(reading, w, who.of(w), offset, counted=w in counted) for w in untold)
        return [
            *(self._clue(reading, w, who.of(w), offset) for w in told),
            *(c for c in others if c.fact or c.aside),
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
        # readers who do not know the author do not know the author's village: a reading, no more
        likely = weighed.chance >= self._weights.quasi.threshold
        sure = likely and HOME not in weighed.candidate.flags
        finding = self._finding(reading, weighed, offset)
        aside = None if sure or not self._beside(weighed) else self._aside(finding, weighed)
        return Clue(finding, person.number, fact, sure, aside)

    def _other(
        self, reading: Reading, weighed: Weighed, person: Person, offset: int, *, counted: bool
    ) -> Clue:
        """A detail that is no protected person's, or a disease too common to be told."""
        fact = self._facts.of(reading, weighed, person) if counted else None
        if fact and fact.entity is Entity.CONDITION:
            return Clue(None, person.number, fact, sure=not _rare(fact))
        if not self._beside(weighed):
            return Clue(None, person.number, fact)
        aside = self._aside(self._finding(reading, weighed, offset), weighed)
        return Clue(None, person.number, fact, aside=aside)

    def _beside(self, weighed: Weighed) -> bool:
        """Whether a detail is likely somebody's, and rather the author's or a colleague's."""
        somebodys = weighed.beside >= self._weights.beside.threshold
        return somebodys and weighed.beside >= 2 * weighed.chance

    def _aside(self, finding: Finding, weighed: Weighed) -> Finding:
        """The detail as the author's or a colleague's, which holds nothing."""
        message = self._notes.get(weighed.other)
        return replace(
            finding,
            subject=weighed.other,
            severity=Severity.NOTE,
            score=round(weighed.beside, 2),
            message=message.of(self._lang) if message else finding.message,
            action=None,
        )

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


def _rare(fact: Fact) -> bool:
    """Whether hardly anybody has it, so that a wrong reading would count for much."""
    return isinstance(fact.effect, Trait) and float(fact.effect.share.mean()) < _RARE
