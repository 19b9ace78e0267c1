"""Every mistake of a system, one by one, for the person who tunes it; places only, never words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from linter.evaluation.gold import GoldPost, GoldSpan
from linter.evaluation.spans import Found, Scene, family, is_other, is_protected
from linter.finding import Span
from linter.verdict import Verdict


class ErrorType(StrEnum):
    """What went wrong, the gravest first."""

    IDENTIFIER_MISSED = "protected identifier missed: no warning, no error"
    OTHER_HELD = "professional or author held: a warning or an error over a name that may stand"
    FALSE_HOLD = "false identifier: a warning or an error over no protected identifier"
    VERDICT = "wrong verdict"
    MISSED = "span missed"
    WRONG_NAME = "span found under another name"
    WRONG_SUBJECT = "span found, wrong subject"
    FALSE_FINDING = "false finding: over nothing that was marked in its family"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the post, the place in it (None for a verdict), and what was wanted and given."""

    type: ErrorType
    post: GoldPost
    span: Span | None
    detail: str


def mistakes(pairs: Iterable[tuple[GoldPost, Verdict]]) -> Iterator[Mistake]:
    """Yield the mistakes of verdicts, post by post in order of the text."""
    for gold, verdict in pairs:
        scene = Scene.of(gold, verdict)
        found = [m for mark in gold.spans for m in _of_mark(scene, mark)]
        found += [m for finding in scene.found for m in _of_finding(scene, finding)]
        yield from sorted(found, key=lambda m: m.span or Span(0, 1))
        if verdict.decision is not gold.verdict:
            detail = f"{gold.verdict} given as {verdict.decision}"
            yield Mistake(ErrorType.VERDICT, gold, None, detail)


def _of_mark(scene: Scene, mark: GoldSpan) -> Iterator[Mistake]:
    label = f"{mark.entity} {mark.kind or mark.subject}"
    best = scene.best_over(mark)
    given = "" if best is None else f", given as {_given(best)}"
    if is_protected(mark) and not scene.is_held(mark):
        yield Mistake(ErrorType.IDENTIFIER_MISSED, scene.gold, mark.span, label + given)
    elif best is None:
        yield Mistake(ErrorType.MISSED, scene.gold, mark.span, label)
    elif best.entity is not mark.entity or best.finding.kind is not mark.kind:
        yield Mistake(ErrorType.WRONG_NAME, scene.gold, mark.span, label + given)
    if best is not None and mark.subject not in {None, best.finding.subject}:
        yield Mistake(ErrorType.WRONG_SUBJECT, scene.gold, mark.span, label + given)


def _of_finding(scene: Scene, found: Found) -> Iterator[Mistake]:
    under = [mark for mark in scene.gold.spans if mark.span.overlaps(found.span)]
    if found.holds_as_identifier:
        if not scene.is_justified(found):
            other = any(is_other(mark) for mark in under)
            kind = ErrorType.OTHER_HELD if other else ErrorType.FALSE_HOLD
            yield Mistake(kind, scene.gold, found.span, _given(found))
    elif all(family(mark.entity) != family(found.entity) for mark in under):
        yield Mistake(ErrorType.FALSE_FINDING, scene.gold, found.span, _given(found))


def _given(found: Found) -> str:
    """Describe a finding: its labels, its severity and the rule behind it."""
    finding = found.finding
    label = finding.kind or finding.subject
    return f"{finding.entity} {label} {finding.severity} by {finding.rule}"
