"""Words in pictures, by PP-OCRv6 on ONNX Runtime: lines found, turned upright, cut out at full size and read."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from linter.files.content import Pixels
from linter.files.layout import Quad, around, join, level, merged, new_among
from linter.finding import Box
from linter.seen import Line

SECONDS = 8.0
"""Time for one picture; the closer look is dropped first."""
_SIDE = 960
"""Longer side at which lines are sought. Letters of 8 pixels are found there; more costs time and finds no more."""
_SMALL = 640
"""Smaller pictures are enlarged to about this, at most four times."""
_FINE = 13.0
"""Height, at which lines are sought, of lines that may be found in part only: print of about 7 pixels."""
_WEAK, _FOUND = 0.3, 0.5
"""Scores of the detector: of something that may be fine print, of a line (its own default)."""
_HINTS = 3
"""So many fine lines make a closer look worth it: of 90 photos without a page 5 have as many."""
_CLOSER = 2.5
"""How much closer."""
_TILES = 6
_OVERLAP = 0.15
_BANDS = 30
_LONG = 2.5
"""Longer side over shorter one, and over `_SIDE`, of a picture that is looked at in bands."""
_LINES = 250
"""Lines of one picture that are read."""
_BATCH = 6
_LEAST = 8
"""Shorter side of a picture that has room for letters."""
_DOUBTFUL = 0.8
"""Score under which a line is read upside down too."""
_WORD = 3
"""Letters of a line that is worth it; shapes in photos are taken for one or two."""
_LEAN = 1.5
"""Height over width of a line that stands upright on its side."""
_STRETCH = 80
"""Width over height of the longest line that is read without being narrowed: about 160 letters."""
_EDGE = 32_000
"""Longest side of a picture that OpenCV warps."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one picture.

    lines: in reading order, with boxes in its pixels; whole: whether every line that was found was read, too.
    """

    lines: tuple[Line, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    """Lines found, and places that may be fine print; whole: whether there was time to look everywhere."""

    quads: tuple[Quad, ...] = ()
    hints: tuple[Quad, ...] = ()
    whole: bool = True


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
                "Det.box_thresh": _WEAK,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )

    def read(
        self, pixels: Pixels, *, closer: Sequence[Box] = (), seconds: float = SECONDS
    ) -> tuple[Line, ...]:
        """The lines of `look`, without a word on those that were left out."""
        return self.look(pixels, closer=closer, seconds=seconds).lines

    def look(
        self, pixels: Pixels, *, closer: Sequence[Box] = (), seconds: float = SECONDS
    ) -> Reading:
        """The lines of a picture.

        Args:
            pixels: upright RGB, (height, width, 3).
            closer: places to look at more closely in a large picture, as around a code.
            seconds: after which no closer look is begun, and no more lines are read.
        """
        end = monotonic() + seconds
        if min(pixels.shape[:2]) < _LEAST:
            return Reading()
        grown = min(4, max(1, round(_SMALL / max(pixels.shape[:2]))))
        bgr: Any = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        if grown > 1:
            bgr = cv2.resize(bgr, None, fx=grown, fy=grown, interpolation=cv2.INTER_CUBIC)
        near = [_box_quad(Box(*(grown * c for c in (b.x0, b.y0, b.x1, b.y1)))) for b in closer]
        told = self._look(bgr, near, end)
        return Reading(tuple(_line(x, x.box, grown) for x in told.lines if x.box), told.whole)

    def _look(self, bgr: Pixels, near: Sequence[Quad], end: float) -> Reading:
        found = self._first(bgr, end)
        if not found.quads and not found.hints and not near:
            return Reading(whole=found.whole)
        lying = sum(map(_leans, found.quads)) * 2 > len(found.quads)
        if lying:
            quads, hints, near = (
                tuple(_turned(q, bgr) for q in some) for some in (found.quads, found.hints, near)
            )
            found = _Found(quads, hints, found.whole)
            bgr = np.ascontiguousarray(np.rot90(bgr))
        found = self._second(bgr, found, near, end)
        lines, places, over = self._words(bgr, found.quads[:_LINES], end)
        joined = join(lines, level(places, over=over))
        if lying:
            joined = tuple(_back(x, bgr.shape[0]) for x in joined)
        return Reading(joined, found.whole and len(places) == len(found.quads))

    def _first(self, bgr: Pixels, end: float) -> _Found:
        """Lines found in the whole picture, in bands where it is very long."""
        high, wide = bgr.shape[:2]
        short, long = sorted((high, wide))
        whole = Box(0, 0, wide, high)
        if long <= _LONG * max(short, _SIDE):
            return self._found(bgr, whole)
        return self._in_parts(bgr, _parts(whole, round(1.5 * short), _BANDS), end)

    def _second(self, bgr: Pixels, first: _Found, near: Sequence[Quad], end: float) -> _Found:
        """Lines once a large picture is looked at closely where there is fine print or something else of note."""
        high, wide = bgr.shape[:2]
        fine = len(first.hints) >= _HINTS
        if max(high, wide) <= _SIDE or not (fine or near):
            return first
        scale = min(1.0, _CLOSER * _SIDE / max(high, wide))
        region = _region([*near, *(first.hints if fine else ())], wide, high)
        closer = self._in_parts(bgr, _parts(region, round(_SIDE / scale), _TILES), end)
        quads = (*closer.quads, *new_among(first.quads, closer.quads))
        return _Found(quads, whole=first.whole and closer.whole)

    def _in_parts(self, bgr: Pixels, parts: Iterable[Box], end: float) -> _Found:
        told, whole = [], True
        for part in parts:
            whole = monotonic() < end
            if not whole:
                break
            told.append(self._found(bgr, part))
        quads = merged([q for t in told for q in t.quads])
        return _Found(tuple(quads), tuple(q for t in told for q in t.hints), whole)

    def _found(self, bgr: Pixels, part: Box) -> _Found:
        """What is found in a part of a picture, in pixels of the whole."""
        crop: Any = bgr[part.y0 : part.y1, part.x0 : part.x1]
        scale = min(1.0, _SIDE / max(crop.shape[:2]))
        if scale < 1:
            crop = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        told = self._engine(crop, use_det=True, use_cls=False, use_rec=False)
        boxes, scores = getattr(told, "boxes", None), getattr(told, "scores", None)
        if boxes is None or scores is None:
            return _Found()
        corner = np.array([part.x0, part.y0], np.float32)
        moved = [np.asarray(b, np.float32) / np.float32(scale) + corner for b in boxes]
        fine = [min(_edge(b, 0, 1), _edge(b, 0, 3)) <= _FINE for b in boxes]
        return _Found(
            tuple(q for q, score in zip(moved, scores, strict=True) if score >= _FOUND),
            tuple(q for q, small in zip(moved, fine, strict=True) if small),
        )

    def _words(
        self, bgr: Pixels, quads: Sequence[Quad], end: float
    ) -> tuple[list[Line], list[Quad], bool]:
        """Lines read until the time is over; where they stand; whether they stand upside down, most of them."""
        lines: list[Line] = []
        places: list[Quad] = []
        over = self._over(bgr, quads[: 4 * _BATCH]) if quads else False
        shortest_first = sorted(quads, key=_length)  # a batch costs what its longest line does
        for at in range(0, len(quads), _BATCH):
            if monotonic() > end and places:
                break
            some = shortest_first[at : at + _BATCH]
            cuts = [_cut(bgr, q, over=over) for q in some]
            for quad, (text, score) in zip(some, self._texts(cuts), strict=True):
                lines.append(Line(text, box=around(quad), score=score))
                places.append(quad)
        return lines, places, over

    def _over(self, bgr: Pixels, quads: Sequence[Quad]) -> bool:
        """Whether most lines stand upside down; one alone may look so, as many figures do."""
        told = self._engine.cls_and_rotate([_cut(bgr, q) for q in quads])[1].cls_res or []
        return sum(float(s) if label == "180" else -float(s) for label, s in told) > 0

    def _texts(self, cuts: Sequence[Pixels]) -> list[tuple[str, float]]:
        """What lines say, and how surely; the doubtful ones are read upside down too, and the better one counts."""
        told = self._recognised(cuts)
        doubtful = [n for n, (t, score) in enumerate(told) if score < _DOUBTFUL and len(t) >= _WORD]
        turned = [np.ascontiguousarray(np.rot90(cuts[n], 2)) for n in doubtful]
        for number, other in zip(doubtful, self._recognised(turned), strict=True):
            told[number] = max(told[number], other, key=lambda x: x[1])
        return told

    def _recognised(self, cuts: Sequence[Pixels]) -> list[tuple[str, float]]:
        if not cuts:
            return []
        read = self._engine.recognize_txt(list(cuts))
        scores = map(float, read.scores or ())
        return [(t.strip(), s) for t, s in zip(read.txts or (), scores, strict=True)]


def _line(line: Line, box: Box, by: int) -> Line:
    small = Box(box.x0 // by, box.y0 // by, -(-box.x1 // by), -(-box.y1 // by))
    return Line(line.text, box=small, score=round(line.score, 3))


def _parts(region: Box, side: int, most: int) -> Iterator[Box]:
    """A region in overlapping parts; larger ones where there would be too many."""
    wide, high = region.x1 - region.x0, region.y1 - region.y0
    while True:
        step = max(1, round(side * (1 - _OVERLAP)))
        across, down = (max(1, -(-(n - round(side * _OVERLAP)) // step)) for n in (wide, high))
        if across * down <= most:
            break
        side = round(side * 1.2) + 1
    for row in range(down):
        for column in range(across):
            x = region.x0 + (wide - min(side, wide)) * column // max(1, across - 1)
            y = region.y0 + (high - min(side, high)) * row // max(1, down - 1)
            yield Box(x, y, min(x + side, region.x1), min(y + side, region.y1))


def _region(quads: Sequence[Quad], wide: int, high: int) -> Box:
    """What is looked at closely: the places and room around them."""
    boxes = [around(q) for q in quads]
    x0, y0 = min(b.x0 for b in boxes), min(b.y0 for b in boxes)
    x1, y1 = max(b.x1 for b in boxes), max(b.y1 for b in boxes)
    room = max(60, (x1 - x0) // 4, (y1 - y0) // 4)
    return Box(max(0, x0 - room), max(0, y0 - room), min(wide, x1 + room), min(high, y1 + room))


def _box_quad(box: Box) -> Quad:
    corners = [[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]]
    return np.array(corners, np.float32)


def _leans(quad: Quad) -> bool:
    return bool(_edge(quad, 0, 3) > _LEAN * _edge(quad, 0, 1))


def _length(quad: Quad) -> float:
    """Length of a line in its own heights."""
    sides = _edge(quad, 0, 1), _edge(quad, 0, 3)
    return max(sides) / max(1.0, min(sides))


def _edge(quad: Quad, one: int, other: int) -> float:
    return float(np.linalg.norm(quad[one] - quad[other]))


def _cut(bgr: Pixels, quad: Quad, *, over: bool = False) -> NDArray[Any]:
    """One line, level: its corners drawn into a rectangle; `over`: turned by half."""
    box = around(quad)
    part = bgr[box.y0 : box.y1 + 1, box.x0 : box.x1 + 1][:_EDGE, :_EDGE]
    wide = max(1, int(max(_edge(quad, 0, 1), _edge(quad, 3, 2))))
    high = max(1, int(max(_edge(quad, 0, 3), _edge(quad, 1, 2))))
    lies = high > _LEAN * wide
    size = (
        (min(wide, _EDGE), min(high, _STRETCH * wide))
        if lies
        else (min(wide, _STRETCH * high), high)
    )
    corners = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    turn = cv2.getPerspectiveTransform(quad - np.array([box.x0, box.y0], np.float32), corners)
    cut = cv2.warpPerspective(
        part, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(np.rot90(cut, lies + 2 * over))


def _turned(quad: Quad, bgr: Pixels) -> Quad:
    """Corners after the picture was turned a quarter to the left, again from the upper left one clockwise."""
    wide = bgr.shape[1]
    moved = np.stack([quad[:, 1], wide - quad[:, 0]], axis=1)
    return np.roll(moved, -1, axis=0).astype(np.float32)


def _back(line: Line, high: int) -> Line:
    """A line in the picture before it was turned a quarter to the left; `high` is of the turned one."""
    box = line.box or Box(0, 0, 1, 1)
    return _line(line, Box(high - box.y1, box.x0, high - box.y0, box.x1), 1)
