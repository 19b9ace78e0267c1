"""What the reports that a person reads have in common: one post on one page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from linter.finding import Axis, Finding, Severity, Subject
from linter.grammar import capital
from linter.report.cells import clean, fold, measure, wrap
from linter.report.excerpt import Mark, Paint, excerpt
from linter.report.lines import Lines
from linter.report.words import COLOURS, SIGNS, TINTS, UNDERLINES, Words, words
from linter.risk.sentence import figure
from linter.verdict import Decision, Verdict

MIN_WIDTH = 40
_AXES: tuple[Axis, ...] = ("confidentiality", "dignity")
_BESIDE = frozenset({Subject.PROFESSIONAL, Subject.AUTHOR})


@dataclass(frozen=True, slots=True)
class Page:
    """A verdict, the text it is about, and how to write it down."""

    verdict: Verdict
    text: str = field(repr=False)
    name: str
    lines: Lines
    words: Words
    paint: Paint
    width: int
    attached: tuple[Lines, ...] = ()
    """The words read in each attachment."""

    def paragraph(self, text: str, indent: int = 4) -> list[str]:
        """Cut a text into safe lines that start under one another."""
        return [" " * indent + line for line in wrap(text, self.width - indent)]

    def dimmed(self, text: str, indent: int = 4) -> list[str]:
        """Do as `paragraph`, dimmed."""
        return [self.paint(line, dim=True) for line in self.paragraph(text, indent)]

    def advice(self, text: str) -> list[str]:
        """Say what to do, after an arrow."""
        first, *rest = wrap(text, self.width - 6)
        return [
            self.paint(line, "green") for line in [f"    → {first}", *(f"      {r}" for r in rest)]
        ]


def open_page(verdict: Verdict, text: str, name: str, *, color: bool, width: int) -> Page:
    """Open a page in the language of the verdict, never narrower than `MIN_WIDTH` columns."""
    return Page(
        verdict,
        text,
        name,
        Lines(text),
        words(verdict.lang),
        Paint(color),
        max(width, MIN_WIDTH),
        tuple(Lines(a.text) for a in verdict.attachments),
    )


def is_aside(finding: Finding) -> bool:
    """Tell mere notes about a colleague, the author, or a detail that does not hold the post: said shortly, dimmed."""
    beside = finding.weighed or finding.subject in _BESIDE
    return finding.severity is Severity.NOTE and beside


def top(page: Page) -> list[str]:
    """Say verdict and name, risks, and what that means."""
    said, decision = page.words, page.verdict.decision
    title = f"{SIGNS[decision]} {said.decisions[decision]} ({decision.value})"
    painted, label = page.paint(title, COLOURS[decision], bold=True), clean(_label(page))
    if measure(f"{title}  {label}") <= page.width:
        head = [f"{painted}  {label}"]
    else:
        head = [painted, *page.paragraph(label, 2)]
    risk = page.verdict.risk
    risks = ", ".join(
        f"{said.axes[axis]} {percent(page, value)}"
        for axis, value in zip(_AXES, (risk.confidentiality, risk.dignity), strict=True)
    )
    head += page.dimmed(f"{said.risk}{said.colon}{risks}", 2)
    for sentence in _leads(page):
        head += page.paragraph(sentence, 2)
    told = page.verdict.anonymity
    if told and (decision is not Decision.ALLOW or told.noted):
        head += page.paragraph(told.message, 2)
        head += [page.paint(line, "green") for line in page.paragraph(ways(page), 2)]
    return head


def ways(page: Page) -> str:
    """Say which coarser words let how many people match; nothing where there are none."""
    told = page.verdict.anonymity
    if told is None or not told.ways:
        return ""
    said = page.words
    parts = [
        said.way.format(said.quote.format(clean(w.instead)), said.quote.format(clean(w.value)))
        if w.instead
        else said.way_out.format(said.quote.format(clean(w.value)))
        for w in told.ways
    ]
    reached = said.reached.format(figure(told.ways[-1].k, page.verdict.lang))
    return f"{capital(', '.join(parts))}{said.colon}{reached}"


def shown(page: Page, *, asides_dimmed: bool) -> list[str]:
    """Show the lines of the post that have findings, underlined."""
    return _underlined(page, page.lines, "text", asides_dimmed=asides_dimmed)


def shown_attached(page: Page, *, asides_dimmed: bool) -> list[str]:
    """Show the lines read in attachments that have findings, underlined."""
    shown: list[str] = []
    for number, lines in enumerate(page.attached):
        body = _underlined(page, lines, f"attachment:{number}", asides_dimmed=asides_dimmed)
        if body:
            heading = page.words.read_in.format(page.words.attachment.format(number + 1))
            shown += [*([""] if shown else []), *page.dimmed(heading, 2), *body]
    return shown


def _underlined(page: Page, lines: Lines, source: str, *, asides_dimmed: bool) -> list[str]:
    marks = [
        Mark(span, finding.severity, asides_dimmed and is_aside(finding))
        for finding in page.verdict.findings
        if finding.source == source and (span := lines.clip(finding.span))
    ]
    return excerpt(lines, marks, page.paint, page.width)


def title(page: Page, finding: Finding) -> list[str]:
    """Say place, severity and rule."""
    head = f"{UNDERLINES[finding.severity]} {where(page, finding)}  {page.words.severities[finding.severity]}"
    colour = TINTS[finding.severity]
    full = f"  {head} · {clean(finding.rule)}"
    if measure(full) <= page.width:
        return [f"  {page.paint(head, colour)} · {clean(finding.rule)}"]
    return [page.paint(line, colour) for line in page.paragraph(f"{head} · {finding.rule}", 2)]


def reason(page: Page, finding: Finding) -> list[str]:
    """Say why the finding matters, in one sentence."""
    return page.paragraph(finding.message.strip() or page.words.reasons[finding.axis])


def advices(page: Page, finding: Finding) -> list[str]:
    """Say what to write instead, and what else to do."""
    said, lines = page.words, []
    if finding.replacement is not None:
        proposal = clean(finding.replacement)
        advice = (
            f"{said.instead}{said.colon}{said.quote.format(proposal)}" if proposal else said.remove
        )
        lines += page.advice(advice)
    if finding.action:
        lines += page.advice(f"{said.to_do}{said.colon}{finding.action}")
    return lines


def rewrite(page: Page) -> list[str]:
    """Show the proposed rewrite, when it changes something."""
    fixed = page.verdict.fixed
    if fixed == page.text or not fixed.strip():
        return []
    heading = f"{page.words.rewrite}{page.words.colon}".rstrip()
    bar = page.paint("│", dim=True)
    lines = Lines(fixed)
    body = [
        f"  {bar} {part}".rstrip(" ")
        for number in range(1, len(lines) + 1)
        for part in fold(lines.line(number), page.width - 4)
    ]
    return [page.paint(heading, bold=True), *body]


def where(page: Page, finding: Finding) -> str:
    """Say line and column in the post, or which attachment and where in it."""
    if finding.source == "text":
        span = page.lines.clip(finding.span)
        return str(page.lines.place(span.start)) if span else page.words.whole_post
    kind, _, number = finding.source.partition(":")
    if kind == "attachment" and number.isdecimal():
        return _where_attached(page, finding, int(number))
    return clean(finding.source)


def _where_attached(page: Page, finding: Finding, number: int) -> str:
    place = page.words.attachment.format(number + 1)
    if finding.page:
        place += f", {page.words.page.format(finding.page + 1)}"
    if finding.unseen:
        place += f", {page.words.unseen[finding.unseen]}"
    lines = page.attached[number] if number < len(page.attached) else Lines("")
    if span := lines.clip(finding.span):
        return f"{place}, {lines.place(span.start)}"
    box = finding.box
    return f"{place} ({box.x0}, {box.y0}, {box.x1}, {box.y1})" if box else place


def certainty(page: Page, score: float) -> str:
    """Put a score in words."""
    levels = page.words.certainty
    return next((said for least, said in levels if score >= least), levels[-1][1])


def percent(page: Page, value: float) -> str:
    """Write a share as the language does."""
    return page.words.percent.format(f"{100 * value:.0f}")


def blocks(parts: Iterable[Sequence[str]]) -> str:
    """Join the parts that are not empty, with an empty line between them."""
    return "\n\n".join("\n".join(part) for part in parts if part)


def _label(page: Page) -> str:
    post_id = page.verdict.id
    name = page.words.stdin if page.name == "-" else page.name
    if post_id is None or post_id == page.name:
        return name
    return f"{name} · {page.words.post_number.format(post_id)}"


def _leads(page: Page) -> list[str]:
    verdict = page.verdict
    if verdict.decision is Decision.ALLOW:
        return [] if verdict.findings else [page.words.nothing]
    worst = {
        axis: max((f.severity.rank for f in verdict.findings if f.axis == axis), default=-1)
        for axis in _AXES
    }
    risks = dict(zip(_AXES, (verdict.risk.confidentiality, verdict.risk.dignity), strict=True))
    main = max(_AXES, key=lambda axis: (worst[axis], risks[axis]))
    return [
        _lead(page, verdict.decision if axis == main else Decision.REVIEW, axis)
        for axis in _AXES
        if axis == main or worst[axis] >= Severity.WARNING.rank
    ]


def _lead(page: Page, decision: Decision, axis: Axis) -> str:
    held = [f for f in page.verdict.findings if f.axis == axis and f.severity is not Severity.NOTE]
    if axis == "confidentiality" and held and all(f.source != "text" for f in held):
        return page.words.attached[decision]
    return page.words.leads[decision, axis]
