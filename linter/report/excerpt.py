"""The lines of a post that have findings, with squiggles on the line below."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import click

from linter.finding import Severity, Span
from linter.report.cells import cells, columns
from linter.report.lines import Lines
from linter.report.words import TINTS, UNDERLINES

_BAR = "│"
_CUT = "…"
_ANY = Span(0, 1)


class Mark(NamedTuple):
    """A span to underline."""

    span: Span
    severity: Severity
    dim: bool


class Paint(NamedTuple):
    """Colours, or none."""

    color: bool

    def __call__(
        self, text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False
    ) -> str:
        """Give the text a colour when colours are wanted."""
        if not self.color or not text:
            return text
        return click.style(text, fg=colour, bold=bold or None, dim=dim or None)


class _Region(NamedTuple):
    start: int
    end: int
    mark: Mark


def excerpt(lines: Lines, marks: Iterable[Mark], paint: Paint, width: int) -> list[str]:
    """Show each line that holds a mark, cut around its marks where it is too wide, and its squiggles."""
    by_line: dict[int, list[tuple[int, int, Mark]]] = {}
    for mark in marks:
        for number, start, end in lines.parts(mark.span):
            by_line.setdefault(number, []).append((start, end, mark))
    gutter = max(2, len(str(max(by_line, default=1))))
    blank = paint(f"{' ' * gutter} {_BAR}", dim=True)
    shown = []
    for number in sorted(by_line):
        label = paint(f"{number:>{gutter}} {_BAR}", dim=True)
        for above, below in _rows(lines.line(number), by_line[number], paint, width - gutter - 3):
            shown += [f"{label} {above}".rstrip(" "), f"{blank} {below}"]
            label = blank
    return shown


def windows(regions: Sequence[tuple[int, int]], total: int, room: int) -> list[tuple[int, int]]:
    """Choose the column ranges to show of a line: all of it, or parts that fit and hold every region's beginning."""
    if total <= room:
        return [(0, total)]
    inner = max(1, room - 2 * len(_CUT))
    groups: list[tuple[int, int]] = []
    for start, stop in sorted(regions):
        end = min(stop, start + inner)
        if groups and max(end, groups[-1][1]) - groups[-1][0] <= inner:
            groups[-1] = (groups[-1][0], max(end, groups[-1][1]))
        else:
            groups.append((start, end))
    found = []
    for start, end in groups:
        left = max(0, min(start - (inner - (end - start)) // 2, total - inner))
        found.append((left, left + inner))
    return found


def _rows(
    line: str, spans: Sequence[tuple[int, int, Mark]], paint: Paint, room: int
) -> Iterable[tuple[str, str]]:
    row = cells(line)
    edges = columns(row)
    total = edges[-1]
    regions = [_region(edges, start, end, mark) for start, end, mark in spans]
    for left, right in windows([(r.start, r.end) for r in regions], total, room):
        first = bisect_right(edges, left) - 1
        if edges[first] < left:
            first += 1
        last = bisect_right(edges, right) - 1
        shown = "".join(cell.glyph for cell in row[first:last])
        before = _CUT if first else ""
        after = _CUT if last < len(row) else ""
        squiggle = _squiggle(regions, edges[first], edges[last], paint)
        yield f"{before}{shown}{after}", " " * len(before) + squiggle


def _region(edges: Sequence[int], start: int, end: int, mark: Mark) -> _Region:
    """Find the columns of a mark, at least one even where it covers only what has no width."""
    left, right = edges[start], edges[end]
    if left == right:
        left = max(0, left - 1)
        right = max(right, left + 1)
    return _Region(left, right, mark)


def _squiggle(regions: Iterable[_Region], left: int, right: int, paint: Paint) -> str:
    """Draw the line below; the graver mark wins where two overlap."""
    line: list[Mark | None] = [None] * max(1, right - left)
    for region in sorted(regions, key=lambda r: (not r.mark.dim, r.mark.severity.rank)):
        for column in range(max(left, region.start), min(left + len(line), region.end)):
            line[column - left] = region.mark
    while line and line[-1] is None:
        line.pop()
    drawn = []
    for mark, run in groupby(line, key=lambda mark: mark and mark._replace(span=_ANY)):
        length = len(list(run))
        if mark is None:
            drawn.append(" " * length)
        else:
            colour = None if mark.dim else TINTS[mark.severity]
            drawn.append(paint(UNDERLINES[mark.severity] * length, colour, dim=mark.dim))
    return "".join(drawn)
