"""Faces in pictures, by CenterFace (Xu et al., 2019, arXiv 1911.03599; weights MIT) on OpenCV.

The network looks at the picture at two sizes, and turned where it finds nothing upright. A face with barred eyes is a
face: whoever knows the person recognises mouth, hair and build.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file, files

import cv2
import numpy as np
from numpy.typing import NDArray

from linter.files.content import Pixels
from linter.finding import Box
from linter.seen import Seen, What

SURE = 0.5
"""Score from which a face is one."""
POSSIBLE = 0.3
"""Score from which a human is asked to look; CenterFace's own default."""
_SIDE = 960
"""Longer side at which small faces are sought."""
_COARSE = 480
"""The same for large ones, and for turned pictures."""
_STEP = 32
"""Sides are multiples of this."""
_STRIDE = 4
"""Pixels of the input for one cell of the answer."""
_MOST = 100
"""Faces of one picture."""
_SAME = 0.35
"""Overlap from which two boxes are one face."""
_PLAIN = 0.7
"""Score from which one size is enough."""
_WIDEST = 1.25
"""Width over height of a face; the network's boxes of real ones stay under 1.1."""
_FLAT = 0.75
"""Share of two of 32 grey tones from which a box holds a drawing."""
_SMALLEST = 10
"""Shorter side of a face, in pixels of the picture."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Face:
    score: float
    box: tuple[float, float, float, float]


class Finder:
    """Finds faces; the network loads once, from the package."""

    def __init__(self) -> None:
        with as_file(files("linter.models") / "centerface.onnx") as path:
            model = path.read_bytes()
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))

    def find(self, pixels: Pixels) -> tuple[Seen, ...]:
        """The faces of a picture, the surest first, with boxes from hair to chin in its pixels.

        Args:
            pixels: upright RGB, (height, width, 3).
        """
        found = self._upright(pixels)
        if not any(f.score >= SURE for f in found):
            found = _apart([*found, *self._turned(pixels)])
        return tuple(_seen(f, pixels) for f in found if _large(f) and not _drawn(f, pixels))

    def _upright(self, pixels: Pixels) -> list[_Face]:
        fine, coarse = self._look(pixels, _SIDE), self._look(pixels, _COARSE)
        return _apart([*(_weighed(f, coarse) for f in fine), *(_weighed(f, fine) for f in coarse)])

    def _turned(self, pixels: Pixels) -> Iterator[_Face]:
        """Faces of the picture turned by each quarter, with boxes in the upright one."""
        high, wide = pixels.shape[:2]
        scale = _COARSE / max(high, wide)
        small = _resized(pixels, min(1.0, scale))
        by = high / small.shape[0]
        for turns in (1, 2, 3):
            turned = np.ascontiguousarray(np.rot90(small, turns))
            for face in self._look(turned, _COARSE):
                x0, y0, x1, y1 = _back(face.box, turned.shape[0], turned.shape[1], turns)
                yield _Face(face.score, (x0 * by, y0 * by, x1 * by, y1 * by))

    def _look(self, pixels: Pixels, side: int) -> list[_Face]:
        """One pass at a longer side of `side` pixels."""
        high, wide = pixels.shape[:2]
        scale = side / max(high, wide)
        small = _resized(pixels, scale)
        rows, columns = (-(-n // _STEP) * _STEP for n in small.shape[:2])
        sheet = np.full((rows, columns, 3), 127, np.uint8)
        sheet[: small.shape[0], : small.shape[1]] = small
        self._net.setInput(cv2.dnn.blobFromImage(sheet))
        heat, scales, offsets, _ = self._net.forward(self._net.getUnconnectedOutLayersNames())
        return _decoded(heat[0, 0], scales[0], offsets[0], small.shape[1] / wide)


def _weighed(face: _Face, others: Sequence[_Face]) -> _Face:
    """A face that is seen at one size only, not surely, or wider than faces are, is but a possible one."""
    x0, y0, x1, y1 = face.box
    agreed = any(_overlap(face.box, other.box) > _SAME for other in others)
    plain = face.score >= _PLAIN or agreed
    if plain and x1 - x0 <= _WIDEST * (y1 - y0):
        return face
    return replace(face, score=min(face.score, SURE - 0.01))


def _drawn(face: _Face, pixels: Pixels) -> bool:
    """Whether what stands in the box is a drawing: nearly all of it of two tones, as no photo of skin is."""
    high, wide = pixels.shape[:2]
    x0, y0, x1, y1 = face.box
    part = pixels[
        max(0, int(y0)) : min(high, int(y1) + 1), max(0, int(x0)) : min(wide, int(x1) + 1)
    ]
    if not part.size:
        return True
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    tones = np.sort(np.bincount((grey >> 3).ravel(), minlength=32))
    return bool(tones[-2:].sum() > _FLAT * grey.size)


def _decoded(
    heat: NDArray[np.float32], scales: NDArray[np.float32], offsets: NDArray[np.float32], by: float
) -> list[_Face]:
    """Boxes at the cells that are warm enough: centre by the offset, sides by the exponential of the scale."""
    faces = []
    rows, columns = np.nonzero(heat >= POSSIBLE)
    for r, c in zip(rows.tolist(), columns.tolist(), strict=True):
        high, wide = (float(np.exp(min(s, 8.0))) * _STRIDE for s in scales[:, r, c])
        x = (c + float(offsets[1, r, c]) + 0.5) * _STRIDE
        y = (r + float(offsets[0, r, c]) + 0.5) * _STRIDE
        box = ((x - wide / 2) / by, (y - high / 2) / by, (x + wide / 2) / by, (y + high / 2) / by)
        faces.append(_Face(float(heat[r, c]), box))
    return _apart(faces)


def _resized(pixels: Pixels, scale: float) -> Pixels:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = tuple(max(1, round(n * scale)) for n in pixels.shape[1::-1])
    return cv2.resize(pixels, size, interpolation=how).astype(np.uint8, copy=False)


def _back(
    box: tuple[float, float, float, float], high: int, wide: int, turns: int
) -> tuple[float, float, float, float]:
    """A box of a picture turned to the left, in the picture as it was."""
    x0, y0, x1, y1 = box
    for _ in range(turns):
        x0, y0, x1, y1 = high - y1, x0, high - y0, x1
        high, wide = wide, high
    return x0, y0, x1, y1


def _apart(faces: Sequence[_Face]) -> list[_Face]:
    """The surest of the boxes that lie over one another."""
    out: list[_Face] = []
    for face in sorted(faces, key=lambda f: -f.score):
        if not any(_overlap(face.box, known.box) > _SAME for known in out):
            out.append(face)
        if len(out) >= _MOST:
            break
    return out


def _overlap(
    one: tuple[float, float, float, float], two: tuple[float, float, float, float]
) -> float:
    """Shared area over the smaller of the two."""
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = ((b[2] - b[0]) * (b[3] - b[1]) for b in (one, two))
    return wide * high / max(min(areas), 1e-9)


def _large(face: _Face) -> bool:
    x0, y0, x1, y1 = face.box
    return min(x1 - x0, y1 - y0) >= _SMALLEST


def _seen(face: _Face, pixels: Pixels) -> Seen:
    high, wide = pixels.shape[:2]
    x0, y0, x1, y1 = face.box
    box = Box(max(0, int(x0)), max(0, int(y0)), min(wide, int(x1) + 1), min(high, int(y1) + 1))
    return Seen(
        What.FACE if face.score >= SURE else What.POSSIBLE_FACE, round(face.score, 3), box=box
    )
