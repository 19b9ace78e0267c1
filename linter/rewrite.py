"""Findings to safe text: presidio-anonymizer replaces, a little grammar joins."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

from linter.coarse import PERSONAL, loosen, reworded
from linter.fault import guarded
from linter.finding import QUASI, Entity, Finding, Severity, Span
from linter.grammar import Edit, join
from linter.post import Language

_GROUP = 40
"""Findings handed to the anonymizer at a time: its conflict check is quadratic."""


class Rewriter:
    """Applies the replacements of findings."""

    def __init__(self) -> None:
        self._engine = AnonymizerEngine()  # type: ignore[no-untyped-call]

    def fix(self, text: str, findings: Sequence[Finding], lang: Language) -> str:
        """The text with every replacement applied. Cost is linear in text and findings.

        Raises:
            PostError: something failed; the message says where, without a word of the text.
        """
        return guarded(self._fix, text, findings, lang)

    def _fix(self, text: str, findings: Sequence[Finding], lang: Language) -> str:
        applied = [f for f in findings if f.span and f.source == "text" and _applied(f)]
        edits = _apart(
            text,
            [
                _edit(text, f.span, f.replacement, f.entity, lang)
                for f in _side_by_side(text, applied)
                if f.span and f.replacement is not None
            ],
        )
        parts, done = [], 0
        for at in range(0, len(edits), _GROUP):
            group = edits[at : at + _GROUP]
            end = group[-1].end
            moved = [Edit(e.start - done, e.end - done, e.new) for e in group]
            parts.append(self._replace(text[done:end], moved))
            done = end
        return "".join(parts) + text[done:]

    def _replace(self, text: str, edits: list[Edit]) -> str:
        results = [RecognizerResult(f"EDIT{n}", e.start, e.end, 1.0) for n, e in enumerate(edits)]
        operators = {
            f"EDIT{n}": OperatorConfig("custom", {"lambda": _constant(e.new)})
            for n, e in enumerate(edits)
        }
        done = self._engine.anonymize(text, results, operators, merge_entities_with_spaces=False)
        return str(done.text)


def _applied(finding: Finding) -> bool:
    """Whether the replacement goes into the rewrite: a note on tone is advice only."""
    note = finding.axis == "dignity" and finding.severity is Severity.NOTE
    return finding.replacement is not None and not note


def _side_by_side(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """In the order of the text; details of one person that stand together are one: "religieuse chilienne"."""
    out: list[Finding] = []
    for finding in sorted(findings, key=lambda f: f.span or Span(0, 1)):
        last = out[-1] if out else None
        alike = last and {last.entity, finding.entity} <= PERSONAL
        if last and alike and last.span and finding.span and last.replacement:
            gap = text[last.span.end : finding.span.start]
            if gap == " " and last.replacement == finding.replacement:
                out[-1] = replace(last, span=Span(last.span.start, finding.span.end))
                continue
        out.append(finding)
    return out


def _edit(text: str, span: Span, new: str, entity: Entity, lang: Language) -> Edit:
    edit = Edit(span.start, span.end, new)
    if entity is Entity.DEGRADING:
        return reworded(text, edit, lang)
    return loosen(text, edit, entity, lang) if entity in QUASI else join(text, edit, lang)


def _constant(new: str) -> Callable[[str], str]:
    return lambda _: new


def _apart(text: str, edits: list[Edit]) -> list[Edit]:
    """Edits that grew into one another give way to the first; where both change the same words, it goes for both."""
    kept: list[Edit] = []
    for edit in edits:
        last = kept[-1] if kept else None
        if last and any(map(str.isalnum, text[edit.start : last.end])):
            end, new = max(last.end, edit.end), last.new or edit.new
            kept[-1] = Edit(last.start, end, new)
            continue
        start = max(edit.start, last.end) if last else edit.start
        if start < edit.end:
            kept.append(Edit(start, edit.end, edit.new))
    return kept
