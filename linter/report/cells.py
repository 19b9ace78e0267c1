"""What a terminal may be shown of foreign text, and how many columns it takes.

Each code point becomes one cell: a glyph that is safe to print, and its width. Control characters, escape
sequences, direction overrides and whatever else is invisible become a dot. What joins or varies emoji is left
out, so that its parts stand side by side with the same width on every terminal.
"""

import re
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from unicodedata import category, east_asian_width

DOT = "·"
TAB = 4
_MAX_MARKS = 3
"""Combining marks kept on one letter; more would spill over the lines around."""

_DROPPED = frozenset(
    chr(code)
    for codes in (
        range(0x200C, 0x200E),  # zero-width non-joiner and joiner
        range(0xFE00, 0xFE10),  # variation selectors
        range(0x1F3FB, 0x1F400),  # skin tones
        range(0xE0100, 0xE01F0),  # more variation selectors
    )
    for code in codes
)
_JAMO = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))
_PICTURES = range(0x1F000, 0x1FB00)
_SPACES = re.compile("[ \t\r\n]+")


class Cell(NamedTuple):
    """A printable glyph and the columns it takes."""

    glyph: str
    width: int


def cells(line: str) -> list[Cell]:
    """Make one cell of each code point of a line."""
    found: list[Cell] = []
    column = marks = 0
    for char in line:
        cell = _cell(char)
        if char == "\t":
            cell = Cell(" " * (TAB - column % TAB), TAB - column % TAB)
            marks = 0
        elif cell.width:
            marks = 0
        elif cell.glyph:
            cell = _mark(cell, marks=marks, first=column == 0)
            marks += 1
        column += cell.width
        found.append(cell)
    return found


def columns(row: list[Cell]) -> list[int]:
    """Count the columns before each cell, and after the last."""
    return list(accumulate((cell.width for cell in row), initial=0))


def clean(text: str) -> str:
    """Make a field of one line that is safe to print; runs of spaces and line ends become one space."""
    return "".join(cell.glyph for cell in cells(_SPACES.sub(" ", text).strip(" ")))


def measure(text: str) -> int:
    """Count the columns that a text takes."""
    return sum(cell.width for cell in cells(text))


def wrap(text: str, width: int) -> list[str]:
    """Cut a field into safe lines of at most `width` columns; runs of spaces and line ends become one space."""
    return fold(clean(text), width)


def fold(line: str, width: int) -> list[str]:
    """Cut one line into safe lines of at most `width` columns, broken at spaces where there are some."""
    row = cells(line)
    lines, start = [], 0
    while True:
        end, space, used = start, None, 0
        while end < len(row) and used + row[end].width <= width:
            used += row[end].width
            space = end if _breaks(row[end]) else space
            end += 1
        if end == len(row):
            lines.append(_join(row[start:]))
            return lines
        if _breaks(row[end]):
            space = end
        stop = max(end, start + 1) if space is None else space
        lines.append(_join(row[start:stop]))
        start = stop if space is None else space + 1
        if start >= len(row):
            return lines


def _breaks(cell: Cell) -> bool:
    return cell.glyph[:1] == " "


def _join(row: list[Cell]) -> str:
    return "".join(cell.glyph for cell in row).rstrip(" ")


def _mark(cell: Cell, *, marks: int, first: bool) -> Cell:
    if first:
        return Cell(f"◌{cell.glyph}", 1)
    return cell if marks < _MAX_MARKS else Cell("", 0)


@lru_cache(maxsize=4096)
def _cell(char: str) -> Cell:
    if char in _DROPPED:
        return Cell("", 0)
    kind, code = category(char), ord(char)
    if kind in {"Mn", "Me"} or any(code in jamo for jamo in _JAMO):
        return Cell(char, 0)
    if kind == "Cn" and code in _PICTURES:  # an emoji newer than Python's tables
        return Cell(char, 2)
    if kind[0] == "C" or kind in {"Zl", "Zp"}:
        return Cell(DOT, 1)
    width = 2 if east_asian_width(char) in "WF" else 1
    if kind == "Zs":
        return Cell("\u00a0" if char in "\u00a0\u202f" else " " * width, width)
    return Cell(char, width)
