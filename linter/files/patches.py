"""Parts of a picture that are as dense with edges as codes are."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from linter.files.content import Grey
from linter.finding import Box

WHOLE = 2_000_000
"""Pixels of the picture as it is read in one go: 25 to 40 ms for each million."""
LARGEST_PART, MOST_PARTS = 480, 10
"""Longer side of a part, and parts of one picture."""
_CELL = 12
"""Side of the squares in which edges are counted: six modules of a code that is just readable."""
_LEAST_EDGES = 8
"""Grey levels from pixel to pixel, both ways, all over 3 x 3 cells: printed codes give 20 to 35, see benchmarks."""


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the picture that is worth a closer look; patch: whether it is a square patch that stands alone."""

    box: Box
    strength: int
    patch: bool


def dense(grey: Grey) -> list[Place]:
    """Dense patches of a picture, of a large one those of its half as well; the densest first."""
    patches = _patches(grey)
    if grey.size > WHOLE:
        patches += [_scaled(p, 2) for p in _patches(resized(grey, 0.5))]
    return sorted(patches, key=lambda p: -p.strength)


def resized(grey: Grey, factor: float) -> Grey:
    """A picture made so many times as large; smaller ones by means, larger ones by curves through the pixels."""
    if factor == 1:
        return grey
    if factor < 0.5:  # half first: a third of the time of a mean over parts of pixels
        return resized(resized(grey, 0.5), 2 * factor)
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    how = cv2.INTER_LANCZOS4 if factor > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _patches(grey: Grey) -> list[Place]:
    """Parts dense with edges in both directions, as codes are, and small type, grass and gravel too."""
    across = cv2.absdiff(grey[:-1, 1:], grey[:-1, :-1])
    down = cv2.absdiff(grey[1:, :-1], grey[:-1, :-1])
    rows, columns = across.shape[0] // _CELL, across.shape[1] // _CELL
    if min(rows, columns) < 3:
        return []
    size, kept = (columns, rows), np.s_[: rows * _CELL, : columns * _CELL]
    edges = np.asarray(
        cv2.min(
            cv2.resize(across[kept], size, interpolation=cv2.INTER_AREA),
            cv2.resize(down[kept], size, interpolation=cv2.INTER_AREA),
        ),
        np.uint8,
    )
    cores = np.asarray(cv2.erode(edges, np.ones((3, 3), np.uint8)), np.uint8).copy()
    patches = []
    for _ in range(MOST_PARTS):
        _, strength, _, (x, y) = cv2.minMaxLoc(cores)
        if strength < _LEAST_EDGES:
            break
        patches.append(_patch(edges, cores, x, y))
    return patches


def _patch(edges: NDArray[np.uint8], cores: NDArray[np.uint8], x: int, y: int) -> Place:
    """The patch around a cell, at least half as dense as it; it is taken out of `cores`."""
    strength = int(cores[y, x])
    dense = (edges >= strength / 2).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dense, connectivity=4)
    label = labels[y, x]
    left, top, width, height, area = (int(v) for v in stats[label])
    mine = labels == label
    cores[mine] = 0
    cores[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3] = 0
    if max(width, height) * _CELL > LARGEST_PART:
        # Grass, gravel, a page of small type: a part of it is looked at, around its densest cell.
        reach = LARGEST_PART // _CELL // 4
        left, top, width, height = x - reach, y - reach, 2 * reach, 2 * reach
        return Place(_cells(left, top, width, height), strength, patch=False)
    _, (long, short), _ = cv2.minAreaRect(cv2.findNonZero(mine.astype(np.uint8)))
    long, short = max(long, short) + 1, min(long, short) + 1
    around = np.s_[max(0, top - 2) : top + height + 2, max(0, left - 2) : left + width + 2]
    outside = edges[around][~mine[around]]
    alone = outside.size == 0 or float(np.median(outside)) < 0.4 * strength
    # Codes of 1.0 to 1.5 pixels a module: short/long above .83, filled above .72, surroundings below .14.
    square = short >= 0.7 * long and area >= 0.6 * long * short
    return Place(_cells(left, top, width, height), strength, patch=bool(square and alone))


def _cells(left: int, top: int, width: int, height: int) -> Box:
    return Box(left * _CELL, top * _CELL, (left + width) * _CELL, (top + height) * _CELL)


def _scaled(place: Place, by: int) -> Place:
    box = place.box
    return replace(place, box=Box(box.x0 * by, box.y0 * by, box.x1 * by, box.y1 * by))
