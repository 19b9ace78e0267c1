"""Words in pictures, by PP-OCRv6 on ONNX Runtime: lines found, turned upright, cut out at full size and read."""

import logging
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from linter.files.content import Pixels
from linter.files.layout import join
from linter.finding import Box
from linter.seen import Line

SECONDS = 8.0
"""Time for one picture; the closer look is dropped first."""
_SIDE = 960
"""Longer side at which lines are sought: full size costs ten times as much and finds no more on a page."""
_SMALL = 640
"""Smaller pictures are enlarged to about this."""
_TILE = 1280
"""Longer side of the parts at which small print in a large photo is sought."""
_TILES = 9
_OVERLAP = 0.15
_LONG = 2.5
"""Height over width of a screenshot that is read in bands."""
_LINES = 250
"""Lines of one picture that are read."""
_SURE = 0.5
"""Score under which a line is noise; the reader's own default."""
_LEAN = 1.5
"""Height over width of a line that stands upright on its side."""

Quad = NDArray[np.float32]
"""Four corners of a line, from its upper left one clockwise: (4, 2), x and y."""


class Reader:
    """Reads pictures; the models load once, from the package, and nothing is fetched or printed.

    Args:
        threads: of the computation.
    """

    def __init__(self, threads: int = 2) -> None:
        logging.getLogger("RapidOCR").disabled = True
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": 20_000,
                "Det.limit_type": "max",
                "Det.limit_side_len": _SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )

    def read(
        self, pixels: Pixels, *, closer: Sequence[Box] = (), seconds: float = SECONDS
    ) -> tuple[Line, ...]:
        """The lines of a picture in reading order, with boxes in its pixels.

        Args:
            pixels: upright RGB, (height, width, 3).
            closer: places to look at more closely in a large picture, as around a code.
            seconds: after which no closer look is begun, and no more lines are read.
        """
        end = monotonic() + seconds
        grown = max(1, round(_SMALL / max(pixels.shape[:2])))
        bgr: Any = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        if grown > 1:
            bgr = cv2.resize(bgr, None, fx=grown, fy=grown, interpolation=cv2.INTER_CUBIC)
        near = [Box(*(grown * c for c in (b.x0, b.y0, b.x1, b.y1))) for b in closer]
        lines = self._read(bgr, near, end)
        shrunk = [_line(x.text, x.score, x.box, grown) for x in lines if x.box]
        return tuple(shrunk)

    def _read(self, bgr: Pixels, near: Sequence[Box], end: float) -> tuple[Line, ...]:
        quads = self._quads(bgr, near, end)
        if not quads:
            return ()
        lying = sum(_leans(q) for q in quads) * 2 > len(quads)
        if lying:
            quads = [_turned(q, bgr) for q in quads]
            bgr = np.ascontiguousarray(np.rot90(bgr))
        lines, places, down = self._words(bgr, quads, end)
        over = down * 2 > len(lines)
        joined = join(lines, _level(places, over=over))
        high = bgr.shape[0]
        return tuple(_back(x, high) for x in joined) if lying else joined

    def _quads(self, bgr: Pixels, near: Sequence[Box], end: float) -> list[Quad]:
        """Where lines are: in the whole picture, then closer where it is large and there is something to read."""
        high, wide = bgr.shape[:2]
        if max(high / wide, wide / high) > _LONG:
            short = min(high, wide)
            whole = Box(0, 0, wide, high)
            found = [
                q for part in _parts(whole, round(1.5 * short), 30) for q in self._found(bgr, part)
            ]
            return _merged(found)[:_LINES]
        found = self._found(bgr, Box(0, 0, wide, high))
        if (not found and not near) or max(high, wide) <= _TILE:
            return found[:_LINES]
        region = _region(found, near, wide, high)
        closer: list[Quad] = []
        for part in _parts(region, _TILE, _TILES):
            if monotonic() > end:
                break
            closer += self._found(bgr, part)
        closer = _merged(closer)
        kept = [q for q in found if not _known(q, closer)]
        return (closer + kept)[:_LINES]

    def _found(self, bgr: Pixels, part: Box) -> list[Quad]:
        """Lines of a part of a picture, in pixels of the whole."""
        crop: Any = bgr[part.y0 : part.y1, part.x0 : part.x1]
        scale = min(1.0, _SIDE / max(crop.shape[:2]))
        if scale < 1:
            crop = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        told = self._engine(crop, use_det=True, use_cls=False, use_rec=False)
        boxes = getattr(told, "boxes", None)
        if boxes is None:
            return []
        corner = np.array([part.x0, part.y0], np.float32)
        return [np.asarray(b, np.float32) / np.float32(scale) + corner for b in boxes]

    def _words(
        self, bgr: Pixels, quads: Sequence[Quad], end: float
    ) -> tuple[list[Line], list[Quad], int]:
        """Every line read, where it stands, and how many of them stood upside down."""
        lines: list[Line] = []
        places: list[Quad] = []
        down = 0
        for at in range(0, len(quads), 12):
            if monotonic() > end and lines:
                break
            some = quads[at : at + 12]
            crops, told = self._engine.cls_and_rotate([_cut(bgr, q) for q in some])
            read = self._engine.recognize_txt(crops)
            turned = [label == "180" for label, _ in told.cls_res or [("0", 1.0)] * len(some)]
            for quad, text, score, over in zip(
                some, read.txts or (), read.scores or (), turned, strict=False
            ):
                if text.strip() and score >= _SURE:
                    lines.append(_line(text.strip(), float(score), _around(quad), 1))
                    places.append(quad)
                    down += over
        return lines, places, down


def _line(text: str, score: float, box: Box, by: int) -> Line:
    small = Box(box.x0 // by, box.y0 // by, -(-box.x1 // by), -(-box.y1 // by))
    return Line(text, box=small, score=round(score, 3))


def _parts(region: Box, side: int, most: int) -> Iterator[Box]:
    """A region in overlapping parts; larger ones where there would be too many."""
    wide, high = region.x1 - region.x0, region.y1 - region.y0
    while True:
        step = max(1, round(side * (1 - _OVERLAP)))
        across, down = (max(1, -(-(n - round(side * _OVERLAP)) // step)) for n in (wide, high))
        if across * down <= most:
            break
        side = round(side * 1.2)
    for row in range(down):
        for column in range(across):
            x = region.x0 + (wide - min(side, wide)) * column // max(1, across - 1)
            y = region.y0 + (high - min(side, high)) * row // max(1, down - 1)
            yield Box(x, y, min(x + side, region.x1), min(y + side, region.y1))


def _region(quads: Sequence[Quad], near: Sequence[Box], wide: int, high: int) -> Box:
    """What is looked at closely: everything found, with room around it."""
    boxes = [*map(_around, quads), *near]
    x0, y0 = min(b.x0 for b in boxes), min(b.y0 for b in boxes)
    x1, y1 = max(b.x1 for b in boxes), max(b.y1 for b in boxes)
    room = max(60, (x1 - x0) // 4, (y1 - y0) // 4)
    return Box(max(0, x0 - room), max(0, y0 - room), min(wide, x1 + room), min(high, y1 + room))


def _known(quad: Quad, closer: Sequence[Quad]) -> bool:
    """Whether the lines of the closer look make up most of a line of the first."""
    one = _around(quad)
    shared = 0
    for other in map(_around, closer):
        x = min(one.x1, other.x1) - max(one.x0, other.x0)
        y = min(one.y1, other.y1) - max(one.y0, other.y0)
        if y > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0):
            shared += max(0, x)
    return shared > 0.6 * (one.x1 - one.x0)


def _merged(quads: Sequence[Quad]) -> list[Quad]:
    """Lines found in neighbouring parts: the same one once, and one that was cut made whole."""
    out: list[Quad] = []
    for quad in sorted(quads, key=lambda q: -_size(q)):
        for number, known in enumerate(out):
            if _covered(quad, known):
                break
            if _continues(quad, known):
                out[number] = _square(_around(quad), _around(known))
                break
        else:
            out.append(quad)
    return out


def _size(quad: Quad) -> float:
    return float(np.ptp(quad[:, 0]) * np.ptp(quad[:, 1]))


def _covered(quad: Quad, other: Quad) -> bool:
    one, two = _around(quad), _around(other)
    x, y = _shared(one, two)
    return x > 0 and y > 0 and x * y > 0.6 * (one.x1 - one.x0) * (one.y1 - one.y0)


def _continues(quad: Quad, other: Quad) -> bool:
    """Whether two parts of one level line overlap at an end."""
    one, two = _around(quad), _around(other)
    x, y = _shared(one, two)
    highs = one.y1 - one.y0, two.y1 - two.y0
    return x > 0 and y > 0.7 * max(highs)


def _shared(one: Box, two: Box) -> tuple[int, int]:
    return min(one.x1, two.x1) - max(one.x0, two.x0), min(one.y1, two.y1) - max(one.y0, two.y0)


def _square(one: Box, two: Box) -> Quad:
    x0, y0 = min(one.x0, two.x0), min(one.y0, two.y0)
    x1, y1 = max(one.x1, two.x1), max(one.y1, two.y1)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def _around(quad: Quad) -> Box:
    x0, y0 = np.floor(quad.min(axis=0)).astype(int)
    x1, y1 = np.ceil(quad.max(axis=0)).astype(int)
    return Box(max(0, int(x0)), max(0, int(y0)), int(x1), int(y1))


def _leans(quad: Quad) -> bool:
    return bool(_edge(quad, 0, 3) > _LEAN * _edge(quad, 0, 1))


def _edge(quad: Quad, one: int, other: int) -> float:
    return float(np.linalg.norm(quad[one] - quad[other]))


def _cut(bgr: Pixels, quad: Quad) -> NDArray[Any]:
    """One line, level: its corners drawn into a rectangle."""
    wide = max(1, int(max(_edge(quad, 0, 1), _edge(quad, 3, 2))))
    high = max(1, int(max(_edge(quad, 0, 3), _edge(quad, 1, 2))))
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, corners)
    cut = cv2.warpPerspective(
        bgr, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.rot90(cut) if high > _LEAN * wide else cut


def _turned(quad: Quad, bgr: Pixels) -> Quad:
    """Corners after the picture was turned a quarter to the left, again from the upper left one clockwise."""
    wide = bgr.shape[1]
    moved = np.stack([quad[:, 1], wide - quad[:, 0]], axis=1)
    return np.roll(moved, -1, axis=0).astype(np.float32)


def _level(places: Sequence[Quad], *, over: bool) -> list[Box]:
    """Boxes of lines on a page turned level by the angle that most of them have; turned round if it is upside down."""
    if not places:
        return []
    angles = [np.arctan2(*(q[1] - q[0])[::-1]) for q in places]
    angle = float(np.median(angles)) + (np.pi if over else 0.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    flat = [q @ turn for q in places]
    corner = np.min([f.min(axis=0) for f in flat], axis=0)
    return [_around(f - corner) for f in flat]


def _back(line: Line, high: int) -> Line:
    """A line in the picture before it was turned a quarter to the left; `high` is of the turned one."""
    box = line.box or Box(0, 0, 1, 1)
    return _line(line.text, line.score, Box(high - box.y1, box.x0, high - box.y0, box.x1), 1)
