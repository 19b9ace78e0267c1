"""Whether a face is somebody printed: a portrait on a page with type, scanned or photographed.

What surrounds people has no type below them: clothes, a bed, a wall. The thresholds part rendered pages, scanned and
photographed by hand, from photos.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from linter.files.content import Grey

_SURROUNDINGS = 1.5, 4.0
"""Heights of the face within which type is sought: near portraits in a text, far around those in the head of a letter."""
_SIDES, _HAIR, _CHEST = 1.2, 0.9, 1.6
"""How far a portrait reaches beyond the face: to both sides in its widths, up and down in its heights."""
_LEAST_PAPER, _PALE, _PAPER = 0.2, 110, 0.7
"""Share of the surroundings that must be there, grey level of paper, and share of a side that it takes."""
_DARKER = 0.7, 0.75
"""Grey of the darkest paper, over that of the palest; of the palest ink, over that of the paper around it."""
_LETTER, _BROAD = 15, 9
"""Pixels that letters are smaller than, and strokes thinner than, where the page is at most 960 high."""
_LEAST_TYPE, _MOST_TYPE, _MOST_BROAD = 0.008, 0.3, 0.1
"""Share of paper that letters take, and share of them that may be broad."""

Sides = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels; may reach beyond the picture."""


def printed(grey: Grey, face: Sides) -> bool:
    """Whether a face is a portrait on a page: pale paper below it and beside it, with type and nothing broad on it.

    Args:
        grey: the picture, at most 960 pixels a side.
        face: in its pixels.
    """
    x0, y0, x1, y1 = face
    wide, high = max(1.0, x1 - x0), max(1.0, y1 - y0)
    portrait = x0 - _SIDES * wide, y0 - _HAIR * high, x1 + _SIDES * wide, y1 + _CHEST * high
    return any(_on_paper(grey, portrait, far * high, 0.3 * high) for far in _SURROUNDINGS)


def _on_paper(grey: Grey, portrait: Sides, reach: float, least: float) -> bool:
    """The same, by what is within reach; a side narrower than `least` tells nothing."""
    left, top, right, bottom = (max(0, int(n)) for n in portrait)
    x, y = max(0, int(portrait[0] - reach)), max(0, int(portrait[1] - reach))
    part = grey[y : max(0, int(portrait[3] + reach)), x : max(0, int(portrait[2] + reach))]
    left, top, right, bottom = left - x, top - y, right - x, bottom - y
    rest = np.ones(part.shape, bool)
    rest[top:bottom, left:right] = False
    if not rest.size or rest.mean() < _LEAST_PAPER:
        return False
    closed = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((_LETTER, _LETTER), np.uint8))
    ground = np.asarray(closed, np.uint8)
    pale = float(np.percentile(ground[rest], 90))
    paper = (ground > _DARKER[0] * pale) & rest
    below, *beside = (
        side.mean() if min(side.shape) > least else 0.0
        for side in (paper[bottom:], paper[:, :left], paper[:, right:], paper[:top])
    )
    surrounded = below >= _PAPER and max(beside) >= _PAPER and pale > _PALE
    return bool(surrounded and _type_on(part, ground, paper))


def _type_on(grey: Grey, ground: Grey, paper: NDArray[np.bool_]) -> bool:
    """Whether there are thin dark marks on the paper, and few that are broad."""
    ink = ((grey < _DARKER[1] * ground) & paper).astype(np.uint8)
    broad = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_BROAD, _BROAD), np.uint8))
    share = ink.sum() / max(1, paper.sum())
    return bool(_LEAST_TYPE < share < _MOST_TYPE and broad.sum() < _MOST_BROAD * ink.sum())
