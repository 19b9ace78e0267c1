"""A text cut where findings begin and end, and findings in the reader's words: what every page with a verdict shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from linter.duty import Duty
from linter.finding import Finding
from linter.pipeline import Linter
from linter.post import Language
from linter.report.page import is_aside
from linter.report.words import words as report_words
from linter.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text, and the numbers of the findings that cover it, the gravest first."""

    text: str = field(repr=False)
    findings: tuple[int, ...] = ()
    style: str = ""
    """`error`, `warning`, `note`, or `weighed` for a detail that counts with others only; empty: nothing is here."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a person reads it. number: its place in the verdict."""

    number: int
    rule: str
    style: str
    severity: str
    axis: str
    words: str = field(repr=False)
    """What it is about; empty where it has no words."""
    message: str
    about: str
    """Whose detail it is."""
    certainty: str
    score: float
    replacement: str | None
    action: str | None
    duties: tuple[str, ...]
    file: int | None
    """Number of the attachment, from 0."""
    page: int | None
    unseen: str
    """What of a file holds it, where no page shows it; in the reader's words."""
    box: tuple[int, int, int, int] | None
    aside: bool
    """Whether it holds nothing and is no patient's name: shown when asked for."""


def segments(text: str, findings: Sequence[Finding], source: str = "text") -> list[Segment]:
    """The whole text in order.

    Args:
        text: of the post, or what was read in an attachment.
        findings: all of a verdict.
        source: which text this is.
    """
    spans = [(n, f, f.span) for n, f in enumerate(findings) if f.source == source and f.span]
    edges = sorted({0, len(text), *(e for _, _, s in spans for e in (s.start, s.end))})
    out = []
    for start, end in pairwise(edges):
        over = [(n, f) for n, f, s in spans if s.start <= start and end <= s.end]
        over.sort(key=lambda nf: (-nf[1].severity.rank, nf[0]))
        style = style_of(over[0][1]) if over else ""
        out.append(Segment(text[start:end], tuple(n for n, _ in over), style))
    return out


def style_of(finding: Finding) -> str:
    """How a finding is drawn."""
    return "weighed" if finding.weighed else finding.severity.value


def shown(text: str, verdict: Verdict, linter: Linter, lang: Language) -> list[Shown]:
    """The findings of a verdict, in its order.

    Args:
        text: of the post.
        verdict: on it.
        linter: whose rules and duties speak.
        lang: of the reader.
    """
    told = (linter.retold(f, verdict.lang, lang) for f in verdict.findings)
    return [_shown(n, f, text, verdict, linter.duties, lang) for n, f in enumerate(told)]


def _shown(
    number: int,
    finding: Finding,
    text: str,
    verdict: Verdict,
    duties: Mapping[str, Duty],
    lang: Language,
) -> Shown:
    say = report_words(lang)
    file = int(finding.source.partition(":")[2]) if finding.source != "text" else None
    whole = text if file is None else _read(verdict, file)
    sure = next(said for least, said in say.certainty if finding.score >= least)
    box = finding.box
    return Shown(
        number=number,
        rule=finding.rule,
        style=style_of(finding),
        severity=say.severities[finding.severity],
        axis=say.axes[finding.axis],
        words=whole[finding.span.start : finding.span.end] if finding.span else "",
        message=finding.message,
        about=say.subjects[finding.subject],
        certainty=sure,
        score=finding.score,
        replacement=finding.replacement,
        action=finding.action,
        duties=tuple(
            f"{d} : {duties[d].line.of(lang)}" if d in duties else d for d in finding.duties
        ),
        file=file,
        page=finding.page,
        unseen=say.unseen[finding.unseen] if finding.unseen else "",
        box=(box.x0, box.y0, box.x1, box.y1) if box else None,
        aside=is_aside(finding),
    )


def _read(verdict: Verdict, file: int) -> str:
    return verdict.attachments[file].text if file < len(verdict.attachments) else ""
