"""Small posts and findings by hand."""

import pytest

from linter.evaluation.gold import read_gold
from linter.finding import Entity, Finding, Kind, Severity, Span, Subject
from linter.verdict import Decision, Risk, Verdict


@pytest.fixture
def corpus(tmp_path):
    """Read posts written with inline marks."""

    def read(text):
        path = tmp_path / "corpus.txt"
        path.write_text(text, encoding="utf-8")
        return read_gold(path)

    return read


@pytest.fixture
def find():
    """Make a finding over words of a post."""

    def make(post, words, entity, label="patient", severity="error"):
        start = post.text.index(words)
        kind = Kind(label) if entity == "DEGRADING" else None
        return Finding(
            rule="test/rule",
            entity=Entity(entity),
            subject=Subject.PATIENT if kind else Subject(label),
            severity=Severity(severity),
            score=0.9,
            span=Span(start, start + len(words)),
            message="",
            kind=kind,
            axis="dignity" if kind else "confidentiality",
        )

    return make


@pytest.fixture
def judge():
    """Make a verdict on a post."""

    def make(post, decision, *findings):
        return Verdict(post.id, post.lang, Decision(decision), Risk(), findings, post.text)

    return make
