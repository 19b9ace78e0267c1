"""Where lines stand in a picture, and where a closer look at it is worth the time."""

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from linter.files.content import Pixels
from linter.finding import Box

Quad = NDArray[np.float32]
"""Four corners of a line, from its upper left one clockwise: (4, 2), x and y."""
HIGH = 48
"""Height of a line as the networks take it."""
_SIDE = 960
"""Longer side at which lines are sought first, and of a tile."""
_OVERLAP = 192
"""Pixels that tiles share. Near a cut the network takes halves of letters for something else."""
_TILES = 14
_LONG = 2.5
"""Length over width of a screenshot that is read in bands."""
_BAND = 640
"""Width of such a screenshot: letters of a telephone are still 12 pixels high."""
_GROWN = 3.0
"""Most that a small picture is enlarged."""
_ENOUGH = 15.0
"""Height of lines, with their rims, from which a closer look finds no more: letters of ten pixels."""
_TALL = 90.0
"""Height of what is no line but an object, or a page seen as one."""
_CLOSEST = 2.0
_HINTS = 3
"""Places of fine print that are worth a closer look."""
_AREA = 1_600_000
"""Pixels of a closer look: two tiles."""
_LARGE = 3 * HIGH
"""Height at which larger lines are cut out: what is higher is mostly no line."""
_WIDEST = 80 * HIGH
"""Width of the longest line that is read without being narrowed: about 160 letters."""
_LETTER, _WEAK = 0.3, 0.3
"""Chance from which a pixel belongs to a line; mean of them from which a place may be one."""
_GROWTH = 1.6
_CANDIDATES = 1000
_LEAN = 1.5
"""Height over width of a line that stands upright on its side."""


def first_scale(high: int, wide: int) -> float:
    """At which scale lines are sought first."""
    short, long = sorted((high, wide))
    if long > _LONG * short and long > _SIDE:
        return min(1.0, _BAND / short, _TILES * (_SIDE - _OVERLAP) / long)
    scale = _SIDE / long
    return scale if scale < 1 else max(1.0, min(_GROWN, _SIDE / 1.5 / long))


def outlined(chances: NDArray[np.float32]) -> Iterator[tuple[Quad, float]]:
    """Lines in a map of letters and how likely each is, as the paper of the network draws them (DB, arXiv 1911.08947).

    The network marks the middle of each line: it is grown by `_GROWTH` times its area over its edge.
    """
    # a step to the right and down, since the ends of a line are the middles of its outer pixels
    mask = cv2.dilate((chances > _LETTER).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines[:_CANDIDATES]:
        middle, (wide, high), angle = cv2.minAreaRect(outline)
        if min(wide, high) < 3:
            continue
        core = cv2.boxPoints((middle, (wide, high), angle))
        score = _mean(chances, core)
        if score < _WEAK:
            continue
        grown = _GROWTH * wide * high / (wide + high)
        points = cv2.boxPoints((middle, (wide + grown, high + grown), angle))
        quad = _ordered(np.asarray(points, np.float32))
        quad = quad.clip(0, np.array(chances.shape[::-1], np.float32))
        if min(edge(quad, 0, 1), edge(quad, 0, 3)) > 3:
            yield quad, score


def _mean(chances: NDArray[np.float32], quad: Any) -> float:  # noqa: ANN401 # as OpenCV gives it
    """The mean of a map over corners."""
    high, wide = chances.shape
    x0, y0 = (max(0, int(n)) for n in np.floor(quad.min(axis=0)))
    x1, y1 = (int(n) + 1 for n in np.ceil(quad.max(axis=0)))
    part = chances[y0 : min(y1, high), x0 : min(x1, wide)]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(quad - (x0, y0)).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])


def _ordered(points: Quad) -> Quad:
    """Corners from the upper left one clockwise: of the two on the left the upper one, of those on the right likewise."""
    left, right = np.split(points[np.argsort(points[:, 0], kind="stable")], 2)
    left, right = (side[np.argsort(side[:, 1], kind="stable")] for side in (left, right))
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def tiles(high: int, wide: int) -> Iterator[Box]:
    """A picture in tiles of equal size that overlap."""
    for y0, y1 in _spans(high):
        for x0, x1 in _spans(wide):
            yield Box(x0, y0, x1, y1)


def _spans(length: int) -> list[tuple[int, int]]:
    if length <= _SIDE:
        return [(0, length)]
    count = -(-(length - _OVERLAP) // (_SIDE - _OVERLAP))
    size = -(-(length + (count - 1) * _OVERLAP) // count)
    starts = (round((length - size) * n / (count - 1)) for n in range(count))
    return [(start, start + size) for start in starts]


def faded(part: NDArray[np.float32], tile: Box, high: int, wide: int) -> NDArray[np.float32]:
    """The map of a tile without the rim that its neighbours see better."""
    rim = _OVERLAP * 5 // 12
    out = part.copy()
    out[: rim if tile.y0 else 0] = 0
    out[:, : rim if tile.x0 else 0] = 0
    if tile.y1 < high:
        out[-rim:] = 0
    if tile.x1 < wide:
        out[:, -rim:] = 0
    return out


def small_print(quads: Sequence[Quad], hints: Sequence[Quad], scale: float) -> list[Quad]:
    """Lines of small print, where a quarter of the lines are such or enough places look like it."""
    tall = sorted(h for q in quads if (h := edge(q, 0, 3) * scale) < _TALL)
    fine = [q for q in (*quads, *hints) if edge(q, 0, 3) * scale < _ENOUGH]
    few = not tall or tall[len(tall) // 4] >= _ENOUGH
    if few and len(fine) < _HINTS:
        return []
    return [*fine, *(q for q in quads if edge(q, 0, 3) * scale < _TALL)]


def region(place: Sequence[Quad], shape: tuple[int, ...], scale: float) -> tuple[Box, float]:
    """A box around lines with room for what was not found beside them, and the scale of a look at it."""
    x0, y0, x1, y1 = _hull(place)
    room = max(60, (x1 - x0) // 4, (y1 - y0) // 4)
    high, wide = shape[:2]
    box = Box(max(0, x0 - room), max(0, y0 - room), min(wide, x1 + room), min(high, y1 + room))
    sides = box.x1 - box.x0, box.y1 - box.y0
    if len(place) == 1:
        return box, min(_CLOSEST, _SIDE / max(sides))
    low = float(np.percentile([edge(q, 0, 3) for q in place], 25)) * scale
    wanted = scale * 1.8 * _ENOUGH / max(1.0, low)
    return box, min(wanted, _CLOSEST, (_AREA / (sides[0] * sides[1])) ** 0.5)


def _hull(quads: Sequence[Quad]) -> tuple[int, int, int, int]:
    boxes = [around(q) for q in quads]
    return (
        min(b.x0 for b in boxes),
        min(b.y0 for b in boxes),
        max(b.x1 for b in boxes),
        max(b.y1 for b in boxes),
    )


def reaches(found: Sequence[Quad], region: Box, shape: tuple[int, ...]) -> bool:
    """Whether lines come so near to a rim of the region that more of them may lie beyond."""
    x0, y0, x1, y1 = _hull(found)
    room = 60
    return (
        (x0 < region.x0 + room and region.x0 > 0)
        or (y0 < region.y0 + room and region.y0 > 0)
        or (x1 > region.x1 - room and region.x1 < shape[1])
        or (y1 > region.y1 - room and region.y1 < shape[0])
    )


def papers(
    chances: NDArray[np.float32], pixels: Pixels, scale: float, quads: Sequence[Quad]
) -> list[Quad]:
    """Where a page too small to be read from here may lie: a patch without lines, with ink on it."""
    lines = [q.mean(axis=0) * scale for q in quads if edge(q, 0, 3) * scale < _TALL]
    count, _, stats, _ = cv2.connectedComponentsWithStats((chances > 0.3).astype(np.uint8))
    out = []
    for x, y, wide, high, area in stats[1:count]:
        if min(wide, high) < 40 or area > 0.25 * chances.size:
            continue
        if any(x <= px < x + wide and y <= py < y + high for px, py in lines):
            continue
        box = Box(*(int(n / scale) for n in (x, y, x + wide, y + high)))
        grey: Any = cv2.cvtColor(pixels[box.y0 : box.y1, box.x0 : box.x1], cv2.COLOR_RGB2GRAY)
        ink = np.abs(cv2.blur(grey, (15, 15)).astype(np.int16) - grey) > 40
        if 0.02 < float(ink.mean()) < 0.4:
            out.append((int(area), corners(box)))
    return [quad for _, quad in sorted(out, key=lambda x: -x[0])[:2]]


def known(quad: Quad, closer: Sequence[Quad]) -> bool:
    """Whether the lines of the closer look cover a good part of a line of the first."""
    one = around(quad)
    shared = 0
    for other in map(around, closer):
        x = min(one.x1, other.x1) - max(one.x0, other.x0)
        y = min(one.y1, other.y1) - max(one.y0, other.y0)
        if x > 0 and y > 0:
            shared += x * y
    return shared > 0.3 * (one.x1 - one.x0) * (one.y1 - one.y0)


def corners(box: Box) -> Quad:
    """A box as corners."""
    return np.array(
        [[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]], np.float32
    )


def around(quad: Quad) -> Box:
    """The box around a line in whole pixels, none of them negative."""
    x0, y0 = np.floor(quad.min(axis=0)).astype(int)
    x1, y1 = np.ceil(quad.max(axis=0)).astype(int)
    return Box(max(0, int(x0)), max(0, int(y0)), max(0, int(x1)), max(0, int(y1)))


def lying(quads: Sequence[Quad]) -> bool:
    """Whether most of the letters stand on lines that run down the picture."""
    down = sum(edge(q, 0, 3) for q in quads if edge(q, 0, 3) > _LEAN * edge(q, 0, 1))
    along = sum(edge(q, 0, 1) for q in quads if edge(q, 0, 1) > _LEAN * edge(q, 0, 3))
    return down > along


def edge(quad: Quad, one: int, other: int) -> float:
    """Length of a side between two corners."""
    return float(np.linalg.norm(quad[one] - quad[other]))


def cut(pixels: Pixels, quad: Quad) -> NDArray[Any]:
    """One line, level and as high as the networks take it: its corners drawn into a rectangle."""
    wide = max(1, round(max(edge(quad, 0, 1), edge(quad, 3, 2))))
    high = max(1, round(max(edge(quad, 0, 3), edge(quad, 1, 2))))
    less = max(1.0, min(wide, high) / _LARGE)
    wide, high = max(1, round(wide / less)), max(1, round(high / less))
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, corners)
    line: Any = cv2.warpPerspective(
        pixels, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    if high > _LEAN * wide:
        line, wide, high = np.ascontiguousarray(np.rot90(line)), high, wide
    size = min(_WIDEST, max(HIGH // 2, round(wide * HIGH / high))), HIGH
    by = cv2.INTER_AREA if high > 1.5 * HIGH else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(line, size, interpolation=by))


def turned(quad: Quad, quarters: int) -> Quad:
    """A line whose letters have their upper left corner so many corners further on."""
    return np.roll(quad, -quarters, axis=0)


def level(quads: Sequence[Quad]) -> list[Box]:
    """Boxes of lines on a page turned level by the angle that most of them have."""
    if not quads:
        return []
    along = np.array([(q[1] - q[0]) / max(1.0, edge(q, 0, 1)) for q in quads])
    angle = np.arctan2(*np.median(along, axis=0)[::-1])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    flat = [q @ turn for q in quads]
    corner = np.min([f.min(axis=0) for f in flat], axis=0)
    return [around(f - corner) for f in flat]
