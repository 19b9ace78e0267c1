"""The report that a person reads at a terminal."""

from collections.abc import Iterable

from linter.finding import Finding, Subject, in_order
from linter.post import Language
from linter.report.excerpt import Paint
from linter.report.page import (
    Page,
    advices,
    blocks,
    certainty,
    is_aside,
    open_page,
    reason,
    rewrite,
    shown,
    shown_attached,
    title,
    top,
    where,
)
from linter.report.words import COLOURS, UNDERLINES, words
from linter.verdict import Decision, Verdict


def render(verdict: Verdict, text: str, name: str, *, color: bool, width: int) -> str:
    """Tell what was found in one post, without a newline at the end.

    Args:
        verdict: decides the language too.
        text: the post that the verdict is about.
        name: file name, or `-` for the standard input.
        color: whether to add ANSI colours; nothing is said by colour alone.
        width: columns of the terminal.

    """
    page = open_page(verdict, text, name, color=color, width=width)
    findings = in_order(verdict.findings)
    return blocks(
        [
            top(page),
            shown(page, asides_dimmed=True),
            shown_attached(page, asides_dimmed=True),
            *(_finding(page, finding) for finding in findings if not is_aside(finding)),
            _asides(page, [finding for finding in findings if is_aside(finding)]),
            rewrite(page),
        ],
    )


def summary(decisions: Iterable[Decision], *, lang: Language, color: bool, unread: int = 0) -> str:
    """Count posts by verdict, and inputs that could not be read, in one line."""
    said, paint, all_decisions = words(lang), Paint(color), list(decisions)
    parts = [
        paint(f"{count} {_plural(said.counted[decision], count, lang)}", COLOURS[decision])
        for decision in Decision
        for count in [all_decisions.count(decision)]
    ]
    if unread:
        parts.append(paint(f"{unread} {_plural(said.unread, unread, lang)}", "magenta"))
    total = len(all_decisions) + unread
    return f"{total} {_plural(said.posts, total, lang)}{said.colon}{', '.join(parts)}"


def _finding(page: Page, finding: Finding) -> list[str]:
    said = page.words
    facts = []
    if finding.subject is not Subject.NONE:
        facts.append(f"{said.about} {said.subjects[finding.subject]}")
    facts.append(certainty(page, finding.score))
    if finding.duties:
        facts.append(", ".join(finding.duties))
    return [
        *title(page, finding),
        *reason(page, finding),
        *page.dimmed(" · ".join(facts)),
        *advices(page, finding),
    ]


def _asides(page: Page, findings: list[Finding]) -> list[str]:
    lines = []
    notes = page.words.notes
    groups = [(page.words.weighed, [f for f in findings if f.subject not in notes])]
    for subject, said in notes.items():
        groups.append((said, [f for f in findings if f.subject is subject]))
    for said, group in groups:
        places = [where(page, finding) for finding in group]
        if places:
            sign = UNDERLINES[findings[0].severity]
            lines += page.dimmed(f"{sign} {said}{page.words.colon}{', '.join(places)}", 2)
    return lines


def _plural(forms: tuple[str, str], count: int, lang: Language) -> str:
    """Choose a form: French counts zero as singular, English as plural."""
    return forms[0] if count == 1 or (count == 0 and lang == "fr") else forms[1]
