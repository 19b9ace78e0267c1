"""Verdicts built by hand: reports need no pipeline."""

from collections.abc import Callable

import pytest

from linter.finding import Entity, Finding, Severity, Span, Subject
from linter.verdict import Decision, Risk, Verdict

Find = Callable[..., Finding]
Decide = Callable[..., Verdict]


@pytest.fixture
def find() -> Find:
    """Make the finding of words of a text; they are absent from the finding itself."""

    def make(text: str, words: str, **changed: object) -> Finding:
        start = text.index(words)
        given = {
            "rule": "direct/fr-patient-name",
            "entity": Entity.PERSON,
            "subject": Subject.PATIENT,
            "severity": Severity.ERROR,
            "score": 0.93,
            "span": Span(start, start + len(words)),
            "message": "On pourrait reconnaître cette personne : son nom est écrit.",
            "duties": ("CSP R.4127-4", "Code pénal 226-13"),
        }
        return Finding(**(given | changed))

    return make


@pytest.fixture
def decide() -> Decide:
    """Make a verdict; `block` in French unless said otherwise."""

    def make(*findings: Finding, **changed: object) -> Verdict:
        given = {
            "id": None,
            "lang": "fr",
            "decision": Decision.BLOCK,
            "risk": Risk(0.97, 0.05),
            "findings": findings,
            "fixed": "",
        }
        return Verdict(**(given | changed))

    return make
