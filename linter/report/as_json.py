"""The verdict as the JSON that outside programs rely on; keys and order are those of the contract."""

import json
import re
from collections.abc import Mapping
from typing import Any

from linter.finding import Finding
from linter.verdict import Anonymity, Verdict

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Written as escapes: lone surrogates that UTF-8 cannot hold, and what a terminal or a line reader would obey."""


def verdict_dict(verdict: Verdict, engine_version: str) -> dict[str, Any]:
    """Put a verdict in the form of the contract, ready for `one_line` or `indented`."""
    return {
        "id": verdict.id,
        "lang": verdict.lang,
        "verdict": verdict.decision.value,
        "confidentiality": {
            "risk": round(verdict.risk.confidentiality, 4),
            "anonymity": _anonymity_dict(verdict.anonymity),
        },
        "dignity": {"risk": round(verdict.risk.dignity, 4)},
        "findings": [_finding_dict(finding) for finding in verdict.findings],
        "fixed": verdict.fixed,
        "policy": verdict.policy,
        "engine": engine_version,
        "attachments": [{"text": a.text, "pages": a.pages} for a in verdict.attachments],
    }


def error_dict(post_id: str | None, message: str) -> dict[str, Any]:
    """Make what stands in for a verdict when an input line could not be read."""
    return {"id": post_id, "error": message}


def one_line(value: Mapping[str, Any]) -> str:
    """Write JSON on one line, without the newline at its end."""
    return _escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def indented(value: Mapping[str, Any]) -> str:
    """Write JSON for a reader, without the newline at its end."""
    return _escape(json.dumps(value, ensure_ascii=False, indent=2))


def _anonymity_dict(told: Anonymity | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        "k": _figures(told.k),
        "low": _figures(told.low),
        "high": _figures(told.high),
        "population": told.population,
        "factors": [
            {"entity": f.entity.value, "value": f.value, "share": f.share, "source": f.source}
            for f in told.factors
        ],
        "message": told.message,
        "views": {
            "public": round(told.public, 3),
            "acquaintance": round(told.acquaintance, 3),
            "insider": round(told.insider, 3),
        },
        "ways": [
            {"entity": w.entity.value, "value": w.value, "instead": w.instead, "k": _figures(w.k)}
            for w in told.ways
        ],
        "singular": told.singular,
    }


def _figures(count: float) -> float:
    """Two significant figures: more would be made up."""
    return float(f"{count:.2g}")


def _finding_dict(finding: Finding) -> dict[str, Any]:
    span, box = finding.span, finding.box
    return {
        "rule": finding.rule,
        "entity": finding.entity.value,
        "subject": finding.subject.value,
        "kind": finding.kind.value if finding.kind else None,
        "axis": finding.axis,
        "severity": finding.severity.value,
        "score": round(finding.score, 4),
        "source": finding.source,
        "start": span.start if span else None,
        "end": span.end if span else None,
        "box": [box.x0, box.y0, box.x1, box.y1] if box else None,
        "message": finding.message,
        "duties": list(finding.duties),
        "replacement": finding.replacement,
        "action": finding.action,
        "page": finding.page,
    }


def _escape(dumped: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", dumped)
