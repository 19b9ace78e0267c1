"""Which findings meet which gold spans; everything else of the evaluation counts what this says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from linter.evaluation.gold import GoldPost, GoldSpan
from linter.finding import DIRECT, PROTECTED, Entity, Finding, Severity, Span, Subject
from linter.verdict import Verdict

Family = Literal["direct", "quasi", "degrading"]
"""Direct identifiers, quasi-identifiers, degrading language."""

OTHERS = frozenset({Subject.PROFESSIONAL, Subject.AUTHOR})
"""Subjects whose details are no reason to hold a post."""


def family(entity: Entity) -> Family:
    """Return the family an entity belongs to."""
    if entity is Entity.DEGRADING:
        return "degrading"
    return "direct" if entity in DIRECT else "quasi"


def is_protected(mark: GoldSpan) -> bool:
    """Tell whether a mark is a direct identifier of a patient, a relative or a public figure."""
    return mark.entity in DIRECT and mark.subject in PROTECTED


def is_other(mark: GoldSpan) -> bool:
    """Tell whether a mark is a direct identifier of a professional or of the author."""
    return mark.entity in DIRECT and mark.subject in OTHERS


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in the text of a post, with its place."""

    span: Span
    finding: Finding

    @property
    def entity(self) -> Entity:
        """The finding's entity."""
        return self.finding.entity

    @property
    def holds(self) -> bool:
        """Whether it is grave enough to hold a post: a warning or an error."""
        return self.finding.severity is not Severity.NOTE

    @property
    def holds_as_identifier(self) -> bool:
        """Whether it is a warning or an error over a direct identifier."""
        return self.holds and self.entity in DIRECT


def found_in_text(verdict: Verdict) -> tuple[Found, ...]:
    """Return the findings of a verdict that tell of words of the post, not those of files."""
    return tuple(
        Found(finding.span, finding)
        for finding in verdict.findings
        if finding.span is not None
        and finding.source == "text"
        and finding.entity is not Entity.UNCHECKED
    )


@dataclass(frozen=True, slots=True)
class Scene:
    """One post: what was marked, what was found, and what was decided."""

    gold: GoldPost
    verdict: Verdict
    found: tuple[Found, ...]

    @classmethod
    def of(cls, gold: GoldPost, verdict: Verdict) -> "Scene":
        """Put a gold post and the verdict on it together."""
        return cls(gold, verdict, found_in_text(verdict))

    @property
    def protected(self) -> tuple[GoldSpan, ...]:
        """The marked direct identifiers of patients, relatives and public figures."""
        return tuple(mark for mark in self.gold.spans if is_protected(mark))

    def over(self, mark: GoldSpan) -> tuple[Found, ...]:
        """Return the findings of the same family that overlap a mark, in the order of the verdict."""
        kin = family(mark.entity)
        return tuple(f for f in _overlapping(self.found, mark.span) if family(f.entity) == kin)

    def under(self, found: Found) -> tuple[GoldSpan, ...]:
        """Return the marks of the same entity that a finding overlaps."""
        return tuple(
            mark
            for mark in self.gold.spans
            if mark.entity is found.entity and mark.span.overlaps(found.span)
        )

    def is_held(self, mark: GoldSpan) -> bool:
        """Tell whether a warning or an error over a direct identifier overlaps a mark."""
        return any(f.holds_as_identifier for f in _overlapping(self.found, mark.span))

    def is_justified(self, found: Found) -> bool:
        """Tell whether a finding overlaps a protected direct identifier."""
        return any(mark.span.overlaps(found.span) for mark in self.protected)

    def is_wrongly_held(self, mark: GoldSpan) -> bool:
        """Tell whether a warning or an error overlaps a mark and no protected identifier.

        A finding of degrading language is about the phrase, not the name in it: it does not count.
        """
        return any(
            f.holds and f.entity is not Entity.DEGRADING and not self.is_justified(f)
            for f in _overlapping(self.found, mark.span)
        )

    def best_over(self, mark: GoldSpan) -> Found | None:
        """Return the finding that tells what the system made of a mark; None when it was missed.

        The same entity goes before another of the family, then more common characters, then a closer fit.
        """

        def fit(found: Found) -> tuple[bool, int, int]:
            common = min(found.span.end, mark.span.end) - max(found.span.start, mark.span.start)
            return found.entity is mark.entity, common, found.span.start - found.span.end

        return max(self.over(mark), key=fit, default=None)


def _overlapping(found: Iterable[Found], span: Span) -> Iterable[Found]:
    return (f for f in found if f.span.overlaps(span))
