"""Kept results become findings: subject, severity, message, duties and replacement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linter.cues import SubjectCues
from linter.duty import duties_for, load_duties
from linter.finding import PROTECTED, Entity, Finding, Severity, Span, Subject
from linter.post import Language
from linter.rule import PersonMatch, Rule, Text
from linter.text.lexicon import Word
from linter.text.reading import Reading
from linter.text.recognizers.base import RULE
from linter.text.replacement import Mention, replacements
from linter.text.subject import Attribution, Detail, Subjects

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
        self, rules: tuple[Rule, ...], subjects: tuple[SubjectCues, ...], lang: Language
    ) -> None:
        self._rules = {r.id: r for r in rules}
        self._subjects = Subjects(subjects, lang)
        self._notes: dict[Subject, Text] = {s.subject: s.note for s in subjects if s.note}
        self._lang = lang
        self._duties = load_duties()

    def build(self, reading: Reading, results: Sequence[Any], offset: int) -> list[Finding]:
        """Findings with original offsets, shifted by the offset of the piece that was read."""
        found = [
            _Found(
                self._rules[r.recognition_metadata[RULE]], r.start, r.end, round(float(r.score), 2)
            )
            for r in results
        ]
        details = [_detail(reading, f) for f in found]
        whose = self._subjects.attribute(reading, details)
        kept = [(f, a) for f, a in zip(found, whose, strict=True) if a.subject is not Subject.NONE]
        mentions = [Mention(f.rule, f.start, f.end, a.subject) for f, a in kept]
        texts = replacements(reading, mentions)
        return [
            self._finding(reading, f, a, text, offset)
            for (f, a), text in zip(kept, texts, strict=True)
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
        span = reading.norm.original(found.start, found.end)
        protected = whose.subject in PROTECTED
        message = rule.message if protected else self._notes.get(whose.subject, rule.message)
        return Finding(
            rule=rule.id,
            entity=Entity(rule.entity),
            subject=whose.subject,
            severity=_severity(rule, found.score, protected=protected),
            score=found.score,
            span=Span(span.start + offset, span.end + offset),
            message=message.of(lang),
            duties=duties_for(rule.duties, self._duties, lang) if protected else (),
            replacement=replacement if protected else None,
            action=rule.advice.of(lang) if protected else None,
            because=whose.because,
        )


def _detail(reading: Reading, found: _Found) -> Detail:
    bare = isinstance(found.rule.match, PersonMatch) and found.rule.match.bare
    person = found.rule.entity is Entity.PERSON
    words = reading.tokens_in(found.start, found.end) if person else ()
    public = any(t.flags & Word.PUBLIC for t in words) or _public_phrase(reading, found, len(words))
    return Detail(found.rule.entity, found.start, found.end, found.rule.subject, bare, public)


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
