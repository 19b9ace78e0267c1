"""QR, Micro QR, Data Matrix, Aztec, PDF417 and Code 128 in a picture: what they say, or that one cannot be read."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import dist, sqrt

import cv2
import numpy as np
import zxingcpp

from linter.files.content import Grey, Pixels
from linter.files.patches import MOST_PARTS, WHOLE, Place, dense, resized
from linter.finding import Box


@dataclass(frozen=True, slots=True)
class Code:
    """A code in a picture.

    format: name of the symbology (`QR Code`, `Data Matrix` …), `unknown` if only a texture as of a code was seen;
    payload: what it says, None for a code that is there and could not be read; box: pixels of the picture; score: 0
    to 1, how sure it is a code.
    """

    format: str
    payload: str | None = field(repr=False)
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class _Hit:
    """One answer of the reader; `view` is the enlargement it came from, so that two views can confirm each other."""

    code: Code
    view: str


_FORMAT = zxingcpp.BarcodeFormat
_KINDS = [_FORMAT.QRCode, _FORMAT.MicroQRCode, _FORMAT.DataMatrix, _FORMAT.Aztec, _FORMAT.PDF417]
_MATRIX = zxingcpp.BarcodeFormats(_KINDS)
_ALL = zxingcpp.BarcodeFormats([*_KINDS, _FORMAT.Code128])
_SQUARE = frozenset({"QR Code", "Micro QR Code", "Data Matrix", "Aztec"})
_SANE_LINEAR = re.compile(r"[A-Za-z0-9 ./+*$%_-]{6,}")
"""Bars of a fence or a shirt give one to three characters; a wristband gives at least six."""

_SMALLEST = 20
"""Pixels a side under which nothing can be a code: the smallest Data Matrix has 10 modules."""
_TWICE = 400_000
"""Up to so many pixels the whole picture is also read at twice its size."""
_CLOSER = 2_000_000
"""Pixels of all enlarged parts together, beside the whole picture."""
_MARGIN = 24
"""Pixels around a part that is looked at."""
_LEAST_CONTRAST = 40
"""Grey levels between the dark and the light tenth of an unreadable code."""
_DENSE, _STRONG = 0.17, 20
"""Edges, over contrast and alone, from which a patch is a code of 1 to 1.5 pixels a module: those give .20 to .27 and
23 to 36; type gives up to .20 and 17."""
_EVEN = 0.44, 0.56
"""Where the mean may stand between these two tenths: codes give .47 to .52, type .57 and more."""


def read(pixels: Pixels) -> tuple[Code, ...]:
    """The codes of an upright RGB picture, those that were read first.

    The whole is read once, large pictures reduced. Then the parts that the reader pointed at, and those that are
    dense with edges both ways, are read at full size, twice and three times enlarged, and sharpened, until they
    decode or the time is used up: the cost stays bounded whatever the picture shows.
    """
    if min(pixels.shape[:2]) < _SMALLEST:
        return ()
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    with ThreadPoolExecutor(1) as other:  # neither needs the other, nor Python meanwhile
        whole = other.submit(_whole, grey)
        patches = dense(grey)
        hits = whole.result()
    places = _places(patches, [h.code for h in hits])
    hits += _closer(grey, places)
    return _settle(grey, hits, [p for p in places if p.patch])


def _whole(grey: Grey) -> list[_Hit]:
    """Hits in the picture, reduced if it is large, doubled if it is small."""
    factor = min(1.0, sqrt(WHOLE / grey.size))
    hits = _scan(resized(grey, factor), _ALL, factor)
    if grey.size <= _TWICE and not any(h.code.payload for h in hits):
        hits += _scan(resized(grey, 2), _MATRIX, 2)
    return hits


def _closer(grey: Grey, places: list[Place]) -> list[_Hit]:
    """Hits in parts of the picture, two at a time from the most promising on, while the pixels last."""
    hits: list[_Hit] = []
    left = _CLOSER
    with ThreadPoolExecutor(1) as other:
        for first in range(0, len(places), 2):
            second = [other.submit(_close, grey, p, left) for p in places[first + 1 : first + 2]]
            told = [_close(grey, places[first], left), *(work.result() for work in second)]
            for found, spent in told:
                hits += found
                left -= spent
            if left < 0:
                break
    return hits


def _close(grey: Grey, place: Place, left: int) -> tuple[list[_Hit], int]:
    """Hits in one part at growing sizes until one decodes or `left` pixels are used up; and how many were."""
    hits: list[_Hit] = []
    box, spent = _widened(place.box, grey), 0
    part = grey[box.y0 : box.y1, box.x0 : box.x1]
    for name, factor, view in _views(part):
        spent += view.size
        if spent > left:
            break
        found = _scan(view, _MATRIX, factor, (box.x0, box.y0), name)
        hits += found
        if any(h.code.payload for h in found):
            break
    return hits, spent


def _views(part: Grey) -> Iterator[tuple[str, float, Grey]]:
    """The part at growing sizes, plain and sharpened; a sharpened one reads from 1.5 pixels a module on."""
    yield "1", 1, part
    if part.size * 4 > _CLOSER / 3:
        yield "0.5", 0.5, resized(part, 0.5)
        return
    for factor in (2, 3):
        if part.size * factor**2 > _CLOSER / 3:
            return
        large = resized(part, factor)
        yield f"{factor}", factor, large
        yield f"{factor} sharp", factor, _sharpened(large, factor)


def _sharpened(grey: Grey, factor: float) -> Grey:
    """Unsharp mask of the width of a pixel before enlarging; strong, since the reader knows only dark and light."""
    soft = cv2.GaussianBlur(grey, (0, 0), factor)
    return np.asarray(cv2.addWeighted(grey, 3, soft, -2, 0), np.uint8)


def _scan(
    view: Grey,
    formats: zxingcpp.BarcodeFormats,
    factor: float,
    corner: tuple[int, int] = (0, 0),
    name: str = "",
) -> list[_Hit]:
    """What the reader finds in a view, in pixels of the picture that it was cut from and resized by `factor`."""
    barcodes = zxingcpp.read_barcodes(
        view, formats=formats, text_mode=zxingcpp.TextMode.Plain, return_errors=True
    )
    hits = []
    for barcode in barcodes:
        at = barcode.position
        points = [
            (p.x / factor + corner[0], p.y / factor + corner[1])
            for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        ]
        code = _code(barcode, points)
        if code is not None:
            hits.append(_Hit(code, name or f"{factor:g}"))
    return hits


def _code(barcode: zxingcpp.Barcode, points: list[tuple[float, float]]) -> Code | None:
    """A code if what was found can be one: bars with enough text, a quadrilateral that is square enough."""
    name = str(barcode.format)
    payload = barcode.text if barcode.valid else None
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    box = Box(int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1)
    if barcode.format == _FORMAT.Code128:
        sane = payload is not None and _SANE_LINEAR.fullmatch(payload) is not None
        return Code(name, payload, box, 0.9) if sane else None
    if payload:
        return Code(name, payload, box, 1)
    sides = [dist(a, b) for a, b in pairwise([*points, points[0]])]
    if min(sides) < _SMALLEST or (name in _SQUARE and min(sides) < 0.6 * max(sides)):
        return None
    # Three finders of a QR code are hard to mistake; two straight edges of a Data Matrix are not.
    return Code(name, None, box, 0.9 if name == "QR Code" else 0.6)


def _places(patches: list[Place], codes: list[Code]) -> list[Place]:
    """Where to look closer: unread codes first, then dense patches from the densest on; never twice the same."""
    unread = [Place(c.box, 0, patch=False) for c in codes if c.payload is None]
    done = [c.box for c in codes if c.payload is not None]
    places: list[Place] = []
    for place in [*unread, *patches]:
        if any(_overlap(place.box, d) > 0.5 for d in done) or len(places) == MOST_PARTS:
            continue
        # A part that the reader pointed at and a patch there are one place, with the virtues of both.
        patch = place.patch or any(p.patch and _overlap(p.box, place.box) > 0.5 for p in patches)
        done.append(place.box)
        places.append(replace(place, patch=patch))
    return places


def _widened(box: Box, grey: Grey) -> Box:
    """The box with a margin for the quiet zone, within the picture."""
    height, width = grey.shape
    return Box(
        min(max(0, box.x0 - _MARGIN), width - 1),
        min(max(0, box.y0 - _MARGIN), height - 1),
        max(1, min(width, box.x1 + _MARGIN)),
        max(1, min(height, box.y1 + _MARGIN)),
    )


def _overlap(one: Box, other: Box) -> float:
    """Shared area over the area of the smaller box."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    if width <= 0 or height <= 0:
        return 0
    smaller = min((b.x1 - b.x0) * (b.y1 - b.y0) for b in (one, other))
    return width * height / max(1, smaller)


def _settle(grey: Grey, hits: list[_Hit], patches: list[Place]) -> tuple[Code, ...]:
    """Each code once; an unread one counts if it was seen in two views or has the texture of a code."""
    textured = [p.box for p in patches if _textured(grey, p)]
    codes: list[Code] = []
    for hit in sorted(hits, key=lambda h: (h.code.payload is None, -h.code.score)):
        code = replace(hit.code, box=_within(hit.code.box, grey))
        if any(_overlap(code.box, c.box) > 0.3 and _same(code, c) for c in codes):
            continue
        if code.payload is None:
            same = [h for h in hits if h.code.format == code.format]
            views = {h.view for h in same if _overlap(h.code.box, hit.code.box) > 0.5}
            twice = len(views) > 1 and _half_dark(grey, code.box)
            if not twice and not any(_overlap(code.box, d) > 0.5 for d in textured):
                continue
        codes.append(code)
    for box in textured:
        if not any(_overlap(box, c.box) > 0.3 for c in codes):
            codes.append(Code("unknown", None, _within(box, grey), 0.5))
    return tuple(codes)


def _textured(grey: Grey, place: Place) -> bool:
    """Whether a patch has as many edges for its contrast as a code that is too small to be read."""
    most = place.strength / _DENSE
    return place.strength >= _STRONG and _half_dark(grey, _within(place.box, grey), most)


def _same(code: Code, known: Code) -> bool:
    """Whether two codes in one place are one: unless both were read, and differently."""
    return code.payload is None or code.payload == known.payload


def _within(box: Box, grey: Grey) -> Box:
    height, width = grey.shape
    x0, y0 = min(max(0, box.x0), width - 1), min(max(0, box.y0), height - 1)
    return Box(x0, y0, max(x0 + 1, min(width, box.x1)), max(y0 + 1, min(height, box.y1)))


def _half_dark(grey: Grey, box: Box, most: float = 255) -> bool:
    """Whether dark and light differ, not more than `most`, and share the middle of the box evenly, unlike type."""
    height, width = (box.y1 - box.y0) // 5, (box.x1 - box.x0) // 5
    part = grey[box.y0 + height : box.y1 - height, box.x0 + width : box.x1 - width]
    dark, light = np.percentile(part, (10, 90))
    share = (float(part.mean()) - dark) / max(1.0, light - dark)
    return bool(_LEAST_CONTRAST <= light - dark <= most and _EVEN[0] <= share <= _EVEN[1])
