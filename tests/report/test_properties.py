"""Whatever the post, a report is safe to print, fits its width, and points into the text."""

import json
import re
from unicodedata import category

import click
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.finding import Box, Entity, Finding, Kind, Severity, Span, Subject
from linter.report.as_json import indented, one_line, verdict_dict
from linter.report.cells import measure
from linter.report.explain import explain
from linter.report.page import MIN_WIDTH
from linter.report.sarif import Checked, sarif_log
from linter.report.terminal import render
from linter.verdict import Decision, Risk, Verdict

HOSTILE = st.sampled_from(
    [
        "\r\n",
        "\n",
        "\r",
        "\t",
        "\x1b[31m",
        "\x1b]0;t\x07",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200d",
        "️",
        "́",
        "\u2028",
        "患",
        "👩",
        "🏽",
        "🇫🇷",
        "�",
        "é",
        "  ",
    ]
)
TEXTS = st.lists(st.one_of(HOSTILE, st.text(max_size=9)), max_size=30).map("".join)
SCORES = st.floats(0, 1)
SPANS = st.tuples(st.integers(0, 90), st.integers(1, 60)).map(lambda s: Span(s[0], s[0] + s[1]))
FINDINGS = st.builds(
    Finding,
    rule=TEXTS,
    entity=st.sampled_from(Entity),
    subject=st.sampled_from(Subject),
    severity=st.sampled_from(Severity),
    score=SCORES,
    span=st.none() | SPANS,
    message=TEXTS,
    duties=st.lists(TEXTS, max_size=2).map(tuple),
    replacement=st.none() | TEXTS,
    action=st.none() | TEXTS,
    kind=st.none() | st.sampled_from(Kind),
    axis=st.sampled_from(["confidentiality", "dignity"]),
    source=st.just("text") | st.just("attachment:0") | TEXTS,
    box=st.none() | st.builds(Box, *[st.integers(0, 9999)] * 4),
    because=st.lists(TEXTS, max_size=2).map(tuple),
)
VERDICTS = st.builds(
    Verdict,
    id=st.none() | TEXTS,
    lang=st.sampled_from(["fr", "en"]),
    decision=st.sampled_from(Decision),
    risk=st.builds(Risk, SCORES, SCORES),
    findings=st.lists(FINDINGS, max_size=4).map(tuple),
    fixed=TEXTS,
)


@given(verdict=VERDICTS, text=TEXTS, name=TEXTS, width=st.integers(-5, 130))
@settings(deadline=None)
def test_reports_are_safe_and_fit(verdict, text, name, width):
    for report in (render, explain):
        bare = report(verdict, text, name, color=False, width=width)
        assert not [
            c for c in bare if c != "\n" and category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        ]
        assert all(measure(line) <= max(width, MIN_WIDTH) for line in bare.split("\n"))
        bare.encode("utf-8")
        coloured = report(verdict, text, name, color=True, width=width)
        assert click.unstyle(coloured) == bare
        assert set(re.findall(r"\x1b[^m]*m", coloured)) <= {
            f"\x1b[{n}m" for n in (0, 1, 2, 31, 32, 33, 36)
        }


@given(verdict=VERDICTS, text=TEXTS, name=TEXTS)
@settings(deadline=None)
def test_regions_lie_in_the_text(verdict, text, name):
    log = sarif_log([Checked(verdict, text, name)], [], "1")
    one_line(log).encode("utf-8")
    rows = re.split("\r\n|\n|\r", text)
    for finding, result in zip(verdict.findings, log["runs"][0]["results"], strict=True):
        region = result["locations"][0]["physicalLocation"].get("region")
        inside = finding.source == "text" and finding.span and finding.span.start < len(text)
        assert bool(region) == bool(inside)
        if not region:
            continue
        assert 0 <= region["charOffset"] < region["charOffset"] + region["charLength"] <= len(text)
        first, last = region["startLine"], region["endLine"]
        assert 1 <= first <= last <= len(rows)
        assert 1 <= region["startColumn"] <= len(rows[first - 1]) + 2
        assert 1 <= region["endColumn"] <= len(rows[last - 1]) + 2
        if first == last and region["endColumn"] <= len(rows[last - 1]) + 1:
            cut = rows[first - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
            assert cut == text[finding.span.start : finding.span.end]


@given(verdict=VERDICTS)
@settings(deadline=None)
def test_json_can_be_read_back(verdict):
    told = verdict_dict(verdict, "1")
    line = one_line(told)
    line.encode("utf-8")
    assert len(line.splitlines()) == 1
    assert json.loads(line)["verdict"] == verdict.decision
    assert json.loads(indented(told)) == json.loads(line)
