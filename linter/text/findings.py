"""Kept results become findings: subject, severity, message, duties and replacement."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linter.cues import SubjectCues, Weighing, notes_of
from linter.duty import Duty, duties_for
from linter.finding import PROTECTED, Entity, Finding, Severity, Span, Subject
from linter.post import Language
from linter.rule import PersonMatch, Rule
from linter.text.detail import Detail
from linter.text.learned.tagger import Tags
from linter.text.lexicon import Word
from linter.text.names import PARTICLES, TITLES
from linter.text.reading import Reading
from linter.text.recognizers.base import RULE
from linter.text.replacement import Mention, replacements
from linter.text.subject import Attribution, Features, Subjects

_COLLEAGUE = {"fr": "un confrère", "en": "a colleague"}
_SURE_COLLEAGUE = 0.8
"""Certainty from which a colleague's name stays in the rewrite of a post that names a patient."""
_GREETED = re.compile(r"(?:chere?|dear|bonjour|salut|hello|hi|hey|merci|thanks|@)[ ,]{0,2}\Z")
"""Somebody who is spoken to is a colleague, whatever the rest says."""
UNSURE = 0.5
"""Below this score, or where two subjects are close, an error is told as a warning: a human reads it."""


@dataclass(frozen=True)
class _Found:
    rule: Rule
    start: int
    end: int
    score: float


class FindingBuilder:
    """Makes findings of one language from merged results."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        subjects: tuple[SubjectCues, ...],
        weights: Weighing,
        duties: dict[str, Duty],
        lang: Language,
    ) -> None:
        self._rules = {r.id: r for r in rules}
        self._subjects = Subjects(subjects, weights, lang)
        self._notes = notes_of(subjects)
        self._lang = lang
        self._duties = duties

    def build(
        self, reading: Reading, results: Sequence[Any], tags: Tags, offset: int
    ) -> list[Finding]:
        """Findings with original offsets, shifted by the offset of the piece that was read."""
        found = self._found(results)
        details = [_detail(reading, f) for f in found]
        whose = self._subjects.attribute(reading, details, tags)
        kept = [(f, a) for f, a in zip(found, whose, strict=True) if a.subject is not Subject.NONE]
        mentions = [Mention(f.rule, f.start, f.end, a.subject) for f, a in kept]
        texts = replacements(reading, mentions)
        texts = [
            _COLLEAGUE[self._lang] if hedge else text
            for hedge, text in zip(_hedged(reading, kept), texts, strict=True)
        ]
        return [
            self._finding(reading, f, a, text, offset)
            for (f, a), text in zip(kept, texts, strict=True)
        ]

    def features(
        self, reading: Reading, results: Sequence[Any], tags: Tags
    ) -> list[tuple[Span, Entity, Features]]:
        """For training: the original span, the entity and the cues of every detail."""
        details = [_detail(reading, f) for f in self._found(results)]
        features = self._subjects.features(reading, details, tags)
        return [
            (reading.norm.original(d.start, d.end), d.entity, f)
            for d, f in zip(details, features, strict=True)
            if not d.hint or d.entity is Entity.PERSON
        ]

    def _found(self, results: Sequence[Any]) -> list[_Found]:
        ids = (r.recognition_metadata[RULE] for r in results)
        return [
            _Found(self._rules[i], r.start, r.end, float(r.score))
            for i, r in zip(ids, results, strict=True)
        ]

    def _finding(
        self,
        reading: Reading,
        found: _Found,
        whose: Attribution,
        replacement: str | None,
        offset: int,
    ) -> Finding:
        rule, lang = found.rule, self._lang
        protected = whose.subject in PROTECTED
        score = round(found.score * whose.certainty, 2)
        message = rule.message if protected else self._notes.get(whose.subject, rule.message)
        return Finding(
            rule=rule.id,
            entity=Entity(rule.entity),
            subject=whose.subject,
            severity=_severity(rule, score, protected=protected),
            score=score,
            span=reading.norm.original(found.start, found.end).shifted(offset),
            message=message.of(lang),
            duties=duties_for(rule.duties, self._duties, lang) if protected else (),
            replacement=replacement if protected or replacement in _COLLEAGUE.values() else None,
            action=rule.advice.of(lang) if protected else None,
            because=whose.because,
        )


def _hedged(reading: Reading, kept: Sequence[tuple[_Found, Attribution]]) -> list[bool]:
    """Which names of colleagues are better left out of a rewrite.

    Where a patient is named too, a colleague's name that might be the patient's goes as well.
    """
    names = [f.rule.entity is Entity.PERSON for f, _ in kept]
    breach = any(n and a.subject in PROTECTED for n, (_, a) in zip(names, kept, strict=True))
    return [
        breach
        and name
        and a.subject is Subject.PROFESSIONAL
        and a.certainty < _SURE_COLLEAGUE
        and not _GREETED.search(reading.folded, max(0, f.start - 16), f.start)
        for name, (f, a) in zip(names, kept, strict=True)
    ]


def _detail(reading: Reading, found: _Found) -> Detail:
    bare = isinstance(found.rule.match, PersonMatch) and found.rule.match.bare
    person = found.rule.entity is Entity.PERSON
    words = reading.tokens_in(found.start, found.end) if person else ()
    public = any(t.flags & Word.PUBLIC for t in words) or _public_phrase(reading, found, len(words))
    names = frozenset(t.key for t in words if t.key not in TITLES | PARTICLES and len(t.key) > 2)
    return Detail(
        found.rule.entity,
        found.start,
        found.end,
        found.rule.id,
        hint=found.rule.subject,
        bare=bare,
        public=public,
        names=names,
    )


def _public_phrase(reading: Reading, found: _Found, size: int) -> bool:
    """Whether the words are the listed full name of a public person."""
    first = reading.index_at(found.start)
    return any(
        reading.lexicon.phrase(reading.keys, i)[1] & Word.PUBLIC for i in range(first, first + size)
    )


def _severity(rule: Rule, score: float, *, protected: bool) -> Severity:
    if not protected:
        return Severity.NOTE
    if rule.severity is Severity.ERROR and score < UNSURE:
        return Severity.WARNING
    return rule.severity
