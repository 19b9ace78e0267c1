"""One page on how many people match a description: what each detail leaves, who may tell, what to write instead."""

from math import log10

from linter.report.cells import clean, measure
from linter.report.page import Page, open_page, percent, ways
from linter.risk.sentence import figure
from linter.verdict import Anonymity, Verdict

_BAR = 24
_VALUE = 34


def risk_page(verdict: Verdict, text: str, *, inhabitants: float, color: bool, width: int) -> str:
    """The working behind the count of people, without a newline at the end.

    Args:
        verdict: on the text; its language is the page's.
        text: the description.
        inhabitants: of the country that the count is about, with which the plot begins.
        color: whether to add ANSI colours.
        width: columns of the terminal.
    """
    page = open_page(verdict, text, "-", color=color, width=width)
    told = verdict.anonymity
    if told is None:
        return "\n".join(page.paragraph(page.words.too_little, 0))
    lines = [page.paint(line, bold=True) for line in page.paragraph(told.message, 0)]
    lines += ["", *_plot(page, told, inhabitants), "", *_readers(page, told)]
    way = ways(page)
    if way:
        lines += ["", *(page.paint(line, "green") for line in page.paragraph(way, 0))]
    return "\n".join([*lines, "", *page.dimmed(page.words.rough, 0)])


def _plot(page: Page, told: Anonymity, inhabitants: float) -> list[str]:
    """A bar a detail, on a logarithmic scale from everybody to one."""
    left = inhabitants
    rows = [(told.population, "", left)]
    for factor in told.factors:
        left = max(left * factor.share, 0.0)
        rows.append((clean(factor.value), f"× {_share(factor.share, page)}", left + 1))
    head = page.dimmed(f"{page.words.remaining}", 2)
    return [*head, *(_row(page, *row, inhabitants) for row in rows)]


def _row(page: Page, name: str, share: str, left: float, most: float) -> str:
    short = name if measure(name) <= _VALUE else name[: _VALUE - 1] + "…"
    size = round(_BAR * log10(max(left, 1)) / log10(most))
    bar = page.paint("█" * max(size, 1), "cyan")
    gap = " " * (_VALUE - measure(short))
    return f"  {short}{gap} {share:>10} {figure(left, page.verdict.lang):>12}  {bar}"


def _share(share: float, page: Page) -> str:
    text = f"{share:.2g}" if share >= 1e-4 else f"{share:.0e}".replace("e-0", "e-")
    return text.replace(".", ",") if page.verdict.lang == "fr" else text


def _readers(page: Page, told: Anonymity) -> list[str]:
    said = page.words
    values = (told.public, told.acquaintance, told.insider)
    longest = max(map(len, said.readers))
    lines = page.dimmed(said.guess, 2)
    for reader, value in zip(said.readers, values, strict=True):
        bar = "▪" * round(20 * value)
        lines.append(f"  {reader:<{longest}}  {percent(page, value):>6}  {bar}".rstrip())
    return lines
