"""The long report: for each finding, how it came about."""

from linter.finding import Finding, in_order
from linter.report.page import (
    Page,
    advices,
    blocks,
    certainty,
    open_page,
    percent,
    reason,
    rewrite,
    shown,
    shown_attached,
    title,
    top,
)
from linter.verdict import Verdict


def explain(verdict: Verdict, text: str, name: str, *, color: bool, width: int) -> str:
    """Do as `render`, with score, subject and the cues behind it for every finding, notes included."""
    page = open_page(verdict, text, name, color=color, width=width)
    return blocks(
        [
            top(page),
            shown(page, asides_dimmed=False),
            shown_attached(page, asides_dimmed=False),
            *(_finding(page, finding) for finding in in_order(verdict.findings)),
            rewrite(page),
        ],
    )


def _finding(page: Page, finding: Finding) -> list[str]:
    said = page.words
    kind = f" ({finding.kind.value})" if finding.kind else ""
    facts = {
        said.detail: f"{finding.entity.value}{kind}, {said.axes[finding.axis]}",
        said.score: f"{percent(page, finding.score)} ({certainty(page, finding.score)})",
        said.about: f"{said.subjects[finding.subject]} ({finding.subject.value})",
        said.because: ", ".join(finding.because),
        said.duties: ", ".join(finding.duties),
    }
    return [
        *title(page, finding),
        *reason(page, finding),
        *(
            line
            for fact, value in facts.items()
            if value
            for line in page.dimmed(f"{fact}{said.colon}{value}")
        ),
        *advices(page, finding),
    ]
