"""Findings to safe text: presidio-anonymizer replaces, a little grammar joins."""

import re
from collections.abc import Sequence

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

from linter.finding import Finding
from linter.post import Language

_GROUP = 40
"""Findings handed to the anonymizer at a time: its conflict check is quadratic."""
_CONTRACTIONS = {
    "de le ": "du ",
    "à le ": "au ",
    "a le ": "au ",
    "de les ": "des ",
    "à les ": "aux ",
}
_ELIDED = {
    "d'": "de ",
    "qu'": "que ",
    "l'": "",
    "d’": "de ",
    "qu’": "que ",
    "l’": "",
    "D'": "De ",
    "Qu'": "Que ",
}
_BEFORE_YEAR = {"fr": ("le ", "en "), "en": ("on ", "in ")}


class Rewriter:
    """Applies the replacements of findings."""

    def __init__(self) -> None:
        self._engine = AnonymizerEngine()  # type: ignore[no-untyped-call]

    def fix(self, text: str, findings: Sequence[Finding], lang: Language) -> str:
        """The text with every replacement applied. Cost is linear in text and findings."""
        edits = [
            _edit(text, f.span.start, f.span.end, f.replacement, lang)
            for f in sorted(findings, key=lambda f: f.span.start if f.span else 0)
            if f.span and f.replacement is not None and f.source == "text"
        ]
        edits = _apart(edits)
        parts, done = [], 0
        for at in range(0, len(edits), _GROUP):
            group = edits[at : at + _GROUP]
            end = group[-1][1]
            parts.append(
                self._replace(text[done:end], [(s - done, e - done, new) for s, e, new in group])
            )
            done = end
        return "".join(parts) + text[done:]

    def _replace(self, text: str, edits: list[tuple[int, int, str]]) -> str:
        results = [RecognizerResult(f"EDIT{n}", s, e, 1.0) for n, (s, e, _) in enumerate(edits)]
        operators = {
            f"EDIT{n}": OperatorConfig("custom", {"lambda": _constant(new)})
            for n, (_, _, new) in enumerate(edits)
        }
        done = self._engine.anonymize(text, results, operators, merge_entities_with_spaces=False)
        return str(done.text)


def _constant(new: str):  # type: ignore[no-untyped-def] # noqa: ANN202 # an operator of the anonymizer
    return lambda _: new


def _apart(edits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Edits that grew into one another give way to the first."""
    kept: list[tuple[int, int, str]] = []
    for start, end, new in edits:
        kept.append((max(start, kept[-1][1]) if kept else start, end, new))
        if kept[-1][0] >= end:
            kept.pop()
    return kept


def _edit(text: str, start: int, end: int, new: str, lang: Language) -> tuple[int, int, str]:
    """The range to replace and its words, after contraction, elision and spacing."""
    if new == "":
        while start and text[start - 1] in " \t":
            start -= 1
        return start, end, new
    if new.isdigit():
        old, short = _BEFORE_YEAR[lang]
        if text[max(0, start - 3) : start].lower() == old:
            return start - 3, end, short + new
        return start, end, new
    if lang == "fr":
        return _contract(text, start, end, new)
    article = re.search(r"\b(?:the|a|an)\s\Z", text[max(0, start - 5) : start], re.IGNORECASE)
    if article and new.startswith(("the ", "a ")):
        return start, end, new.split(" ", 1)[1]
    return start, end, new


def _contract(text: str, start: int, end: int, new: str) -> tuple[int, int, str]:
    for elided, full in _ELIDED.items():
        if text[:start].endswith(elided):
            start -= len(elided)
            new = full + new
            break
    before = re.search(r"\b(de|à|a) \Z", text[max(0, start - 4) : start], re.IGNORECASE)
    if before:
        start, new = start - len(before[0]), before[0] + new
    for long, short in _CONTRACTIONS.items():
        if new.lower().startswith(long):
            joined = short + new[len(long) :]
            return start, end, joined[0].upper() + joined[1:] if new[0].isupper() else joined
    article = re.search(
        r"\b(?:la|le|les|une?|cette|ce|ma|mon|notre|sa|son)\s\Z",
        text[max(0, start - 6) : start],
        re.IGNORECASE,
    )
    if article and re.match(r"(?:la|le|une?|cette) ", new):
        return start, end, new.split(" ", 1)[1]
    return start, end, new
