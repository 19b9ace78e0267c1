"""From fragments to lines: what stands on one row is one line, and spaces that were lost come back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from linter.finding import Box
from linter.seen import Line

_SAME_ROW = 0.5
"""Share of the lower of two fragments that must lie beside the other."""
_GAP = 6.0
"""Widest gap within a line, in heights of its letters; wider ones part columns."""

_NEAR = 8
"""Rows above that a fragment may belong to."""
_SURE = 0.5
"""Score under which a fragment is noise; the reader's own default."""

_REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(p), r)
    for p, r in (
        # "Né(e)le:" and its kin.
        (r"(?i)\b(n[ée]) ?\( ?(e) ?\) ?(le|à)(?![a-zà-ÿ])", r"\1(\2) \3"),
        (r"(?i)\b(n[ée]e?)(le)(?= ?:? ?\d)", r"\1 \2"),
        # A colon glued to the word after it; times, links and ports keep theirs.
        (r"(?<=[A-Za-zÀ-ÿ)°])(?<!\.[a-z]{2})(?<!\.[a-z]{3}):(?=[A-Za-zÀ-ÿ0-9])(?!//)", ": "),
        (r"(?<=[A-Za-zÀ-ÿ)°] ):(?=[0-9]|[A-ZÀ-Ý]{2})", ": "),
        # A space after an apostrophe, which prints wide; a capital i for the article; "nº".
        (
            r"\b([cdjlmnstCDJLMNST]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)([’']) (?=[A-Za-zÀ-ÿ]{2})",
            r"\1\2",
        ),
        (r"\bI([’']) ?(?=[AEIOUYHÀ-Ýaeiouyhà-ÿ][a-zà-ÿ]{2})", r"l\1"),
        (r"\b([Nn])º", r"\1°"),
        # A title glued to a name.
        (r"\b(Mme|Mlle|Mrs|Docteur|Madame|Monsieur|Prof)\.?(?=[A-ZÀ-Ý])", r"\1 "),
        (r"\b(M|Mr|Dr|Pr)\.(?=[A-ZÀ-Ý][A-ZÀ-Ýa-zà-ÿ])", r"\1. "),
        (r"\b(Dr|Pr|Mr)(?=[A-ZÀ-Ý][A-ZÀ-Ýa-zà-ÿ]{2})", r"\1 "),
        # A label in capitals or with a small beginning glued to figures: "IPP8012345", "le14/03".
        (r"\b(IPP|NIP|NDA|NIR|INS|le|du|au|DDN|DOB|NSS|N°)(?=\d)", r"\1 "),
        # A date glued to the word before or after it.
        (r"(?<=[a-zà-ÿ])(?=\d{2}[/.]\d{2}[/.]\d{4})", " "),
        (r"(?<=\d{2}/\d{2}/\d{4})(?=[A-Za-zÀ-ÿ])", " "),
        # A small word that ends where a capital begins: "DUPONTMarie" stays, "deMarie" parts.
        (r"\b(de|par|pour|chez|et|le|la)(?=[A-ZÀ-Ý][a-zà-ÿ]{2})", r"\1 "),
        # A comma or semicolon without its space.
        (r"(?<=[A-Za-zÀ-ÿ])([,;])(?=[A-Za-zÀ-ÿ])", r"\1 "),
    )
)
_FIGURES = re.compile(
    r"(?<![A-Za-zÀ-ÿ0-9])[0-9OoIl][0-9OoIl /.\-]{4,30}[0-9OoIl](?![A-Za-zÀ-ÿ0-9'’])"
)
"""A run that is nearly all figures, with the letters that are taken for them."""
_FIGURE = str.maketrans("OoIl", "0011")


def respace(text: str) -> str:
    """A line as it was printed, as far as lost spaces and misread figures can be told; linear in its length."""
    for pattern, put in _REPAIRS:
        text = pattern.sub(put, text)
    return _FIGURES.sub(_as_figures, text)


def _as_figures(match: re.Match[str]) -> str:
    run = match[0]
    figures = sum(c.isdigit() for c in run)
    letters = sum(c in "OoIl" for c in run)
    return run.translate(_FIGURE) if figures > 2 * letters and figures >= 4 else run


def join(fragments: Sequence[Line], level: Sequence[Box]) -> tuple[Line, ...]:
    """Fragments that stand on one row as one line, in reading order; columns far apart stay apart.

    Args:
        fragments: in any order; the box of a line is around those of its fragments. Noise is left out.
        level: where each fragment stands once the page is upright and level.
    """
    told = [(f, b) for f, b in zip(fragments, level, strict=True) if f.text and f.score >= _SURE]
    boxes = [b for _, b in told]
    labels = [f.text.endswith(":") for f, _ in told]
    return tuple(_whole([told[n][0] for n in row]) for row in _rows(boxes, labels))


def _rows(level: Sequence[Box], labels: Sequence[bool]) -> list[list[int]]:
    """Numbers of the boxes of each line."""
    rows: list[list[int]] = []
    for number in sorted(range(len(level)), key=lambda n: (level[n].y0 + level[n].y1, level[n].x0)):
        row = next((r for r in rows[-_NEAR:] if _beside(level[r[-1]], level[number])), None)
        if row is None:
            rows.append([number])
        else:
            row.append(number)
    out: list[list[int]] = []
    for row in rows:
        row.sort(key=lambda n: level[n].x0)
        out += _columns(row, level, labels)
    return out


def _columns(row: Sequence[int], level: Sequence[Box], labels: Sequence[bool]) -> list[list[int]]:
    """One row, cut where a column ends; what a label asks for belongs to it however far it is."""
    out = [[row[0]]]
    for before, number in pairwise(row):
        gap = level[number].x0 - level[before].x1
        if labels[before] or gap <= _GAP * (level[number].y1 - level[number].y0):
            out[-1].append(number)
        else:
            out.append([number])
    return out


def _beside(one: Box, other: Box) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > _SAME_ROW * min(one.y1 - one.y0, other.y1 - other.y0)


def _whole(parts: Sequence[Line]) -> Line:
    text = respace(" ".join(p.text for p in parts))
    boxes = [p.box for p in parts if p.box]
    box = Box.around(boxes) if boxes else None
    return replace(parts[0], text=text, box=box, score=min(p.score for p in parts))
