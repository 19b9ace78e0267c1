"""Lines of a post and places in them, counted in code points from 1."""

import re
from bisect import bisect_right
from typing import NamedTuple

from linter.finding import Span

NEWLINES = ("\r\n", "\n", "\r")
"""What ends a line; other separators of Unicode are characters within one."""

_NEWLINE = re.compile("|".join(NEWLINES))


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


class Lines:
    """A text cut into lines."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        self._stops: list[int] = []
        for match in _NEWLINE.finditer(text):
            self._stops.append(match.start())
            self._starts.append(match.end())
        self._stops.append(len(text))

    def __len__(self) -> int:
        return len(self._starts)

    def line(self, number: int) -> str:
        """Return the line of a number from 1, without its end."""
        return self._text[self._starts[number - 1] : self._stops[number - 1]]

    def place(self, offset: int) -> Place:
        """Find where an offset stands; past the end counts as the end."""
        offset = min(offset, len(self._text))
        number = bisect_right(self._starts, offset)
        return Place(number, offset - self._starts[number - 1] + 1)

    def clip(self, span: Span | None) -> Span | None:
        """Keep the part of the span that lies in the text, if any."""
        if span is None or span.start >= len(self._text):
            return None
        return Span(span.start, min(span.end, len(self._text)))

    def parts(self, span: Span) -> list[tuple[int, int, int]]:
        """List what a span covers: line number, and start and end within that line, line ends left out."""
        first, last = self.place(span.start).line, self.place(span.end - 1).line
        parts = []
        for number in range(first, last + 1):
            begin, stop = self._starts[number - 1], self._stops[number - 1]
            start = min(max(span.start, begin), stop)
            end = max(start, min(span.end, stop))
            if start < end or first == last:
                parts.append((number, start - begin, end - begin))
        return parts
