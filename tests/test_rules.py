"""Every rule is its own test."""

import pytest

from linter.cues import load_subjects
from linter.finding import Severity
from linter.post import Post
from linter.proof import cases
from linter.rule import load_rules, read_example

RULES = load_rules()


def _params():
    for case in cases(RULES):
        marks = [pytest.mark.xfail(strict=True)] if case.what == "missed" else []
        yield pytest.param(case, id=f"{case.rule.id}-{case.what}-{case.example}", marks=marks)


@pytest.mark.parametrize("case", list(_params()))
def test_example_of_a_rule(case, linter):
    """A rule finds exactly what its examples mark, and nothing in its look-alikes."""
    assert case.found(linter) == case.expected


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(r, e, id=f"{r.id}-{e}") for r in RULES for e in r.examples.no_match],
)
def test_look_alike_holds_no_post_by_the_same_entity(rule, example, linter):
    """What a rule must not find, no other rule finds under the same name."""
    lang = "auto" if rule.language == "any" else rule.language
    findings = linter.check(Post(example, lang=lang)).findings
    assert not [f for f in findings if f.entity == rule.entity and f.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("subject", "example"),
    [pytest.param(s.subject, e, id=f"{s.id}-{e}") for s in load_subjects() for e in s.examples],
)
def test_example_of_a_subject(subject, example, linter):
    """The marked details of an example are attributed to the subject of its file."""
    text, spans = read_example(example)
    found = linter.check(Post(text)).findings
    told = [f.subject for span in spans for f in found if f.span and f.span.overlaps(span)]
    assert told == ([] if subject == "none" else [subject] * len(spans))
