"""From fragments to lines: what stands on one row is one line, and spaces that were lost come back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from linter.finding import Box
from linter.seen import Line

Quad = NDArray[np.float32]
"""Four corners of a line, from its upper left one clockwise: (4, 2), x and y."""

_SAME_ROW = 0.5
"""Share of the lower of two fragments that must lie beside the other."""
_GAP = 6.0
"""Widest gap within a line, in heights of its letters; wider ones part columns."""

_NEAR = 8
"""Rows above that a fragment may belong to."""
_SAME = 0.6
"""Share of a line that lies in another one if the two are the same."""
_ONE = 0.7
"""Share of their height that two parts of one line have in common."""
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


def level(quads: Sequence[Quad], *, over: bool) -> list[Box]:
    """Boxes of lines on a page turned level by the angle that most of them have; `over`: turned round as well."""
    if not quads:
        return []
    turn = _turn(quads, np.pi if over else 0.0)
    flat = [q @ turn for q in quads]
    corner = np.min([f.min(axis=0) for f in flat], axis=0)
    return [around(f - corner) for f in flat]


def merged(quads: Sequence[Quad]) -> list[Quad]:
    """Lines found in parts that overlap: the same one once, and one that was cut made whole."""
    if not quads:
        return []
    turn = _turn(quads)
    edges = [_edges(q @ turn) for q in quads]
    fewer = _once(edges)
    while len(fewer) < len(edges):  # one that became longer may reach the next one
        edges, fewer = fewer, _once(fewer)
    return [_quad(e) @ turn.T for e in fewer]


def _once(edges: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    out: list[NDArray[np.float32]] = []
    for edge in sorted(edges, key=lambda e: -float(np.prod(e[2:] - e[:2]))):
        for number, known in enumerate(out):
            wide, high = _shared(edge, known)
            if wide * high > _SAME * float(np.prod(edge[2:] - edge[:2])):
                break
            if wide > 0 and high > _ONE * max(edge[3] - edge[1], known[3] - known[1]):
                both = np.minimum(edge, known)[:2], np.maximum(edge, known)[2:]
                out[number] = np.concatenate(both)
                break
        else:
            out.append(edge)
    return out


def new_among(quads: Sequence[Quad], known: Sequence[Quad]) -> list[Quad]:
    """Lines of which the known ones do not make up the most."""
    if not known:
        return list(quads)
    turn = _turn(known)
    edges = [_edges(k @ turn) for k in known]
    return [q for q in quads if not _made_up(_edges(q @ turn), edges)]


def _made_up(quad: NDArray[np.float32], known: Sequence[NDArray[np.float32]]) -> bool:
    shared = 0.0
    for other in known:
        wide, high = _shared(quad, other)
        if high > 0.5 * min(quad[3] - quad[1], other[3] - other[1]):
            shared += wide
    return shared > _SAME * float(quad[2] - quad[0])


def around(quad: Quad) -> Box:
    """The box around a line in whole pixels, none of them negative."""
    x0, y0, x1, y1 = _edges(quad)
    return Box(
        max(0, int(np.floor(x0))), max(0, int(np.floor(y0))), int(np.ceil(x1)), int(np.ceil(y1))
    )


def _turn(quads: Sequence[Quad], more: float = 0.0) -> NDArray[np.float32]:
    """What corners are multiplied with to lie level: (2, 2)."""
    angle = float(np.median([np.arctan2(*(q[1] - q[0])[::-1]) for q in quads])) + more
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]], np.float32)


def _edges(quad: Quad) -> NDArray[np.float32]:
    """Left, upper, right and lower end of corners."""
    return np.concatenate([quad.min(axis=0), quad.max(axis=0)])


def _quad(edges: NDArray[np.float32]) -> Quad:
    return np.array(edges[[0, 1, 2, 1, 2, 3, 0, 3]]).reshape(4, 2)


def _shared(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[float, float]:
    """Width and height that two lines share."""
    both = np.minimum(one, other)[2:] - np.maximum(one, other)[:2]
    wide, high = np.maximum(both, 0)
    return float(wide), float(high)
