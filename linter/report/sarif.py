"""Verdicts as a SARIF 2.1.0 log, for editors and code-review tools; it quotes nothing of the posts."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from linter.finding import Finding, Severity, Span
from linter.report.lines import NEWLINES, Lines
from linter.verdict import Verdict

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a log says of a rule."""

    id: str
    short: str
    full: str
    help: str = ""
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict with the text it is about and the name of its input (`-` for the standard input)."""

    verdict: Verdict
    text: str = field(repr=False)
    name: str


def sarif_log(
    checked: Iterable[Checked], rules: Sequence[RuleText], engine_version: str
) -> dict[str, Any]:
    """Make a log of one run over several posts, ready for `one_line` or `indented` of `as_json`.

    Each post is an artifact whose properties hold its verdict, so that a post without findings shows too.
    """
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    artifacts: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for post in checked:
        place = {"uri": uri(post.name, post.verdict.id), "index": len(artifacts)}
        artifacts.append(_artifact(post, place))
        lines = Lines(post.text)
        results += [_result(finding, lines, place, numbers) for finding in post.verdict.findings]
    driver = {
        "name": "hippolint",
        "version": engine_version,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": list(NEWLINES),
        "artifacts": artifacts,
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def uri(name: str, post_id: str | None = None) -> str:
    """Name the input by a URI reference; a post of a file of posts is a fragment of it."""
    path = "stdin" if name == "-" else name
    if os.sep == "\\":
        path = path.replace("\\", "/")
    reference = quote(_bytes(path))
    if reference.startswith("/"):
        reference = f"file://{reference}" if not reference.startswith("//") else f"file:{reference}"
    if post_id is None or post_id == name:
        return reference
    return f"{reference}#{quote(_bytes(post_id))}"


def _bytes(text: str) -> bytes:
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _rule(rule: RuleText) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.short},
        "fullDescription": {"text": rule.full},
    }
    if rule.help:
        said["help"] = {"text": rule.help}
    said["defaultConfiguration"] = {"level": rule.severity.value}
    return said


def _artifact(post: Checked, place: Mapping[str, Any]) -> dict[str, Any]:
    verdict = post.verdict
    return {
        "location": dict(place),
        "properties": {
            "id": verdict.id,
            "lang": verdict.lang,
            "verdict": verdict.decision.value,
            "confidentiality": round(verdict.risk.confidentiality, 4),
            "dignity": round(verdict.risk.dignity, 4),
            "policy": verdict.policy,
        },
    }


def _result(
    finding: Finding, lines: Lines, place: Mapping[str, Any], numbers: Mapping[str, int]
) -> dict[str, Any]:
    result: dict[str, Any] = {"ruleId": finding.rule}
    if finding.rule in numbers:
        result["ruleIndex"] = numbers[finding.rule]
    location: dict[str, Any] = {"artifactLocation": dict(place)}
    span = lines.clip(finding.span) if finding.source == "text" else None
    if span:
        location["region"] = _region(span, lines)
    result |= {
        "level": finding.severity.value,
        "message": {"text": finding.message or finding.rule},
        "locations": [{"physicalLocation": location}],
        "properties": _properties(finding),
    }
    if span and finding.replacement is not None:
        replacement = {
            "deletedRegion": _region(span, lines),
            "insertedContent": {"text": finding.replacement},
        }
        change = {"artifactLocation": dict(place), "replacements": [replacement]}
        result["fixes"] = [{"artifactChanges": [change]}]
    return result


def _properties(finding: Finding) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "entity": finding.entity.value,
        "subject": finding.subject.value,
        "score": round(finding.score, 4),
        "axis": finding.axis,
        "duties": list(finding.duties),
    }
    if finding.kind:
        properties["kind"] = finding.kind.value
    if finding.action:
        properties["action"] = finding.action
    if finding.source != "text":
        properties["source"] = finding.source
    if finding.box:
        box = finding.box
        properties["box"] = [box.x0, box.y0, box.x1, box.y1]
    return properties


def _region(span: Span, lines: Lines) -> dict[str, int]:
    start, end = lines.place(span.start), lines.place(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": span.start,
        "charLength": span.end - span.start,
    }
