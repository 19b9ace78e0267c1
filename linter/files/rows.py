"""Rows of small print in a large photo: found by their ink, where the picture shrunk for the first look shows none."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from linter.files.content import Pixels
from linter.files.quads import Quad, around, corners, edge
from linter.finding import Box

_SIDE = 2_000
"""Longer side at which rows are sought: letters of 10 pixels in 12 megapixels still leave their strokes."""
_STROKE, _INK = 7, 30
"""Pixels that strokes are thinner than, and grey levels by which they differ from what is around."""
_GAP = 9
"""Pixels between letters and words of a row at most."""
_THIN, _THICK, _SHORT, _LONG = 2, 12, 15, 700
"""Mean height of the ink of a row, and its length."""
_LEAST, _LINES = 3, 3
"""Pieces of rows in one place, and lines that they stand on."""
_NEAR = 25
"""Pixels across which rows belong together."""
_CLEAN, _MOST_OTHER = 0.7, 0.4
"""Share of the ink of a place that is in its rows, and how much more of it that must be than what is of the other tone
beside them: print has next to none of that, fur and fabric have as much."""
_TALLER = 4
"""Heights of a row from which a line is none of print."""
_KNOWN = 0.8
"""Share of the rows of a place that must have been found for it to need no closer look."""
_MOST, _PLACES = 5_000, 2
"""Pieces that are looked at, and places that are told."""

Mask = NDArray[np.uint8]


class Print(NamedTuple):
    """A place with small print: its corners, the middles of the pieces of its rows, (pieces, 2), and their height."""

    quad: Quad
    middles: NDArray[np.float32]
    high: float

    def known(self, lines: Sequence[Quad]) -> bool:
        """Whether most of its rows are among the lines; what is far higher than a row is the paper."""
        x, y = self.middles.T
        within = np.zeros(len(self.middles), bool)
        for box in (around(q) for q in lines if edge(q, 0, 3) < _TALLER * self.high):
            within |= (box.x0 <= x) & (x < box.x1) & (box.y0 <= y) & (y < box.y1)
        return bool(within.mean() >= _KNOWN)


def rows(pixels: Pixels) -> list[Print]:
    """The places with most rows of small print in a picture, dark on pale or pale on dark, at most `_PLACES`.

    About 50 ms for 12 megapixels. Rows that run down the picture are not seen.
    """
    scale = min(1.0, _SIDE / max(pixels.shape[:2]))
    grey: Any = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    square = np.ones((_STROKE, _STROKE), np.uint8)
    dark, pale = (
        (cv2.morphologyEx(grey, how, square) > _INK).astype(np.uint8)
        for how in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT)
    )
    places = sorted((*_places(dark, pale), *_places(pale, dark)), key=lambda p: -len(p.middles))
    factor = np.float32(1 / scale)
    return [Print(p.quad * factor, p.middles * factor, p.high / scale) for p in places[:_PLACES]]


def _places(ink: Mask, other: Mask) -> list[Print]:
    """Groups of rows of one ink."""
    pieces = _pieces(ink)
    if len(pieces) < _LEAST:
        return []
    mask = np.zeros_like(ink)
    for x, y, wide, high in pieces[:_MOST].tolist():
        mask[y : y + high, x : x + wide] = 1
    groups = cv2.dilate(mask, np.ones((_NEAR, _NEAR), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(groups)
    of = labels[pieces[:, 1] + pieces[:, 3] // 2, pieces[:, 0] + pieces[:, 2] // 2]
    out = []
    for number in range(1, count):
        inside = pieces[of == number]
        lines = len(set((inside[:, 1] // _STROKE).tolist()))
        x, y, wide, high = stats[number, :4].tolist()
        here = np.s_[y : y + high, x : x + wide]
        if len(inside) >= _LEAST and lines >= _LINES and _print(ink[here], other[here], mask[here]):
            middles = (inside[:, :2] + inside[:, 2:] / 2).astype(np.float32)
            tall = float(np.median(inside[:, 3]))
            out.append(Print(corners(Box(x, y, x + wide, y + high)), middles, tall))
    return out


def _pieces(ink: Mask) -> NDArray[np.int32]:
    """Left, top, width and height of what may be a piece of a row, slanted ones too."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, _GAP), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    wide, high, area = (stats[1:, n] for n in (2, 3, 4))
    thick = area / np.maximum(wide, 1)
    kept = (thick >= _THIN) & (thick <= _THICK) & (wide >= np.maximum(4 * thick, _SHORT))
    kept &= (wide <= _LONG) & (high <= 1.6 * thick + 0.25 * wide + 2)
    return np.asarray(stats[1:][kept][:, :4], np.int32)


def _print(ink: Mask, other: Mask, mask: Mask) -> bool:
    """Whether nearly all ink of a place is in its rows, and little of the other tone beside them."""
    near = cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0
    whole = max(1, int(ink.sum()))
    share, beside = float(ink[near].sum()) / whole, float(other[~near].sum()) / whole
    return share >= _CLEAN and share - beside >= _MOST_OTHER
