"""Faces in pictures, by CenterFace (Xu et al., 2019, arXiv 1911.03599; weights MIT) on OpenCV.

The network looks at the picture at two sizes, and turned where it finds nothing upright; where these looks leave a doubt,
it looks at the place alone. A face with barred eyes is a face: whoever knows the person recognises mouth, hair and build.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file, files

import cv2
import numpy as np
from numpy.typing import NDArray

from linter.files.content import Grey, Pixels
from linter.files.printed import Sides, printed
from linter.finding import Box
from linter.seen import Reason, Seen, What, unchecked

SURE = 0.5
"""Score from which a face is one."""
POSSIBLE = 0.3
"""Score from which a human is asked to look; CenterFace's own default."""
_UNSURE = SURE - 0.01
"""Score of what looks like a face and is held for no more than a possible one."""
_SIDE, _LARGE_SIDE, _SEAM = 960, 1280, 160
"""Longer side at which small faces are sought; the same for larger pictures, which are looked at in two halves so that it
takes no more memory; pixels that the halves share."""
_COARSE = 480
"""The same for large ones, and for turned pictures."""
_CLOSE, _AROUND = 256, 3
"""The same for a doubtful place, and how many times the face that place is: there the network scores true faces above
`SURE` but for a few, and wheels, cups and craters at nothing (`benchmarks.faces`)."""
_DOUBTS = 5
"""Doubtful places that are looked at; each costs a tenth of the whole picture."""
_STEP = 32
"""Sides are multiples of this."""
_STRIDE = 4
"""Pixels of the input for one cell of the answer."""
_CELLS = 4000
"""Cells of the answer that are looked at, the warmest first: a hostile picture could have any number."""
_MOST = 400
"""Faces of one picture."""
_SAME = 0.35
"""Overlap from which two boxes are one face."""
_PLAIN = 0.7
"""Score from which one size is enough."""
_WIDEST = 1.25
"""Width over height of a face; the network's boxes of real ones stay under 1.1."""
_FLAT = 0.75
"""Share of two of 32 grey tones from which a picture is a drawing."""
_SMALLEST = 10
"""Shorter side of a face, in pixels of the picture."""


@dataclass(frozen=True, slots=True)
class _Face:
    score: float
    box: Sides
    turns: int = 0
    """Quarter turns to the left that put the face upright."""

    @property
    def wide(self) -> bool:
        high, wide = self.box[3] - self.box[1], self.box[2] - self.box[0]
        return (high if self.turns % 2 else wide) > _WIDEST * (wide if self.turns % 2 else high)


class Finder:
    """Finds faces; the network loads once, from the package."""

    def __init__(self) -> None:
        with as_file(files("linter.models") / "centerface.onnx") as path:
            model = path.read_bytes()
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))

    def find(self, pixels: Pixels) -> tuple[Seen, ...]:
        """The faces of a picture, the surest first, with boxes from hair to chin in its pixels.

        `eyes_covered` is among the fields of a face whose eyes are under a bar or coarse squares.

        Args:
            pixels: upright RGB, (height, width, 3).
        """
        side = min(max(_SIDE, *pixels.shape[:2]), _LARGE_SIDE)
        fine = _resized(pixels, side / max(pixels.shape[:2]))
        coarse = _resized(fine, _COARSE / max(fine.shape[:2]))
        found = self._upright(pixels, fine, coarse)
        if not any(f.score >= SURE for f in found):
            found = _apart([*found, *self._settled(self._turned(coarse, pixels), pixels)])
        found = [f for f in found if _large(f.box, pixels)]
        if not found:
            return ()
        drawing = _flat(coarse)
        page = _grey(_resized(fine, min(1.0, _SIDE / max(fine.shape[:2]))))
        shown = (_capped(f, page, pixels) for f in found if not (drawing and _drawn(f, pixels)))
        more = (unchecked(Reason.TOO_LARGE),) if len(found) >= _MOST else ()
        return (*(_seen(f, pixels) for f in shown), *more)

    def _upright(self, pixels: Pixels, fine: Pixels, coarse: Pixels) -> list[_Face]:
        one, two = self._finely(fine, pixels), self._look(coarse, pixels)
        agreed = [f for f in one if _known(f, two)] + [f for f in two if _known(f, one)]
        alone = [f for f in (*one, *two) if f not in agreed]
        return _apart([*(_narrow(f) for f in agreed), *self._settled(alone, pixels)])

    def _finely(self, fine: Pixels, pixels: Pixels) -> list[_Face]:
        """The faces of a picture, looked at in two halves if it is large."""
        sides = fine.shape[:2]
        if max(sides) <= _SIDE:
            return self._look(fine, pixels)
        by, down = max(sides) / max(pixels.shape[:2]), sides[0] >= sides[1]
        length = (max(sides) + _SEAM) // 2
        found = []
        for start in (0, max(sides) - length):
            half = fine[start : start + length] if down else fine[:, start : start + length]
            corner = (0, start, 0, start) if down else (start, 0, start, 0)
            found += [_moved(face, corner, by) for face in self._look(half, half)]
        return _apart(found)

    def _turned(self, coarse: Pixels, pixels: Pixels) -> Iterator[_Face]:
        """Faces of the picture turned by each quarter."""
        for turns in (1, 2, 3):
            yield from self._look(coarse, pixels, turns)

    def _settled(self, faces: Iterable[_Face], pixels: Pixels) -> Iterator[_Face]:
        """Faces that one look found: the plain ones, and the doubtful ones as a look at the place alone tells them."""
        doubts = 0
        for face in _apart(_narrow(f) for f in faces):
            if face.score >= _PLAIN or face.wide:
                yield face
                continue
            doubts += 1
            score = self._closely(face, pixels) if doubts <= _DOUBTS else _UNSURE
            if max(score, face.score) >= SURE or score >= POSSIBLE:
                yield replace(face, score=max(score, POSSIBLE))

    def _closely(self, face: _Face, pixels: Pixels) -> float:
        """The best score of the place of a face, upright and alone."""
        part = np.rot90(_part(pixels, _around(face.box)), face.turns)
        if not part.size:
            return 0.0
        part = _resized(np.ascontiguousarray(part), _CLOSE / max(part.shape[:2]))
        return max((f.score for f in self._look(part, part)), default=0.0)

    def _look(self, small: Pixels, pixels: Pixels, turns: int = 0) -> list[_Face]:
        """The faces of a picture that was resized to `small` and is turned by quarters for the look."""
        by = max(small.shape[:2]) / max(pixels.shape[:2])
        turned = np.rot90(small, turns)
        high, wide = turned.shape[:2]
        rows, columns = (-(-n // _STEP) * _STEP for n in (high, wide))
        sheet = np.full((rows, columns, 3), 127, np.uint8)
        sheet[:high, :wide] = turned
        self._net.setInput(cv2.dnn.blobFromImage(sheet))
        heat, scales, offsets, _ = self._net.forward(self._net.getUnconnectedOutLayersNames())
        return [
            _back(face, (high, wide), turns, by)
            for face in _decoded(heat[0, 0], scales[0], offsets[0])
        ]


def _moved(face: _Face, corner: Sides, by: float) -> _Face:
    """A face of a part that begins at a corner of a picture resized by `by`, in the picture as it was."""
    x0, y0, x1, y1 = ((side + c) / by for side, c in zip(face.box, corner, strict=True))
    return replace(face, box=(x0, y0, x1, y1))


def _known(face: _Face, others: Sequence[_Face]) -> bool:
    return any(_overlap(face.box, other.box) > _SAME for other in others)


def _narrow(face: _Face) -> _Face:
    """What is wider than faces are is but a possible one."""
    return replace(face, score=min(face.score, _UNSURE)) if face.wide else face


def _capped(face: _Face, page: Grey, pixels: Pixels) -> _Face:
    """A drawing laid on a photo may hide a face, and a portrait on a page is somebody printed: possible ones."""
    if face.score < SURE:  # is one already
        return face
    by = page.shape[1] / pixels.shape[1]
    x0, y0, x1, y1 = (side * by for side in face.box)
    if _drawn(face, pixels) or printed(page, (x0, y0, x1, y1)):
        return replace(face, score=min(face.score, _UNSURE))
    return face


def _drawn(face: _Face, pixels: Pixels) -> bool:
    return _flat(_part(pixels, face.box))


def _flat(pixels: Pixels) -> bool:
    """Whether nearly all of a picture is of two tones, as no photo of skin is."""
    tones = np.sort(np.bincount((_grey(pixels) >> 3).ravel(), minlength=32))
    return bool(tones[-2:].sum() > _FLAT * pixels.shape[0] * pixels.shape[1])


def _barred(face: _Face, pixels: Pixels) -> bool:
    """Whether a bar or coarse squares lie on the eyes.

    The face is brought to 64 pixels. The eyes are at two fifths of its height, or higher where the network takes the bar
    for the hair. There three fifths of the pixels are like their neighbours; of 46 faces in the open, at most 0.54.
    """
    part = np.rot90(_part(pixels, face.box), face.turns)
    if min(part.shape[:2]) < 16:  # enlarged, everything is smooth
        return False
    grey = cv2.resize(_grey(np.ascontiguousarray(part)), (64, 64), interpolation=cv2.INTER_AREA)
    values = grey.astype(np.float32)
    across, down = np.abs(np.diff(values, axis=1))[:-1], np.abs(np.diff(values, axis=0))[:, :-1]
    alike = np.maximum(across, down) <= np.clip(values.std() / 12, 1.5, 5)
    return any(alike[top : top + 8, 8:56].mean() >= 0.6 for top in (16, 22))


def _decoded(
    heat: NDArray[np.float32], scales: NDArray[np.float32], offsets: NDArray[np.float32]
) -> list[_Face]:
    """Boxes at the cells that are warm enough: centre by the offset, sides by the exponential of the scale."""
    faces = []
    rows, columns = np.nonzero(heat >= POSSIBLE)
    warmest = np.argsort(-heat[rows, columns], kind="stable")[:_CELLS]
    rows, columns = rows[warmest], columns[warmest]
    for r, c in zip(rows.tolist(), columns.tolist(), strict=True):
        high, wide = (float(np.exp(min(s, 8.0))) * _STRIDE for s in scales[:, r, c])
        x = (c + float(offsets[1, r, c]) + 0.5) * _STRIDE
        y = (r + float(offsets[0, r, c]) + 0.5) * _STRIDE
        box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        faces.append(_Face(float(heat[r, c]), box))
    return _apart(faces)


def _resized(pixels: Pixels, scale: float) -> Pixels:
    step = int(0.5 / scale)
    if step > 1:  # whole steps first: several times as fast as a mean over parts of pixels
        first = cv2.resize(pixels, _size(pixels, 1 / step), interpolation=cv2.INTER_AREA)
        return _resized(first.astype(np.uint8, copy=False), scale * step)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(pixels, _size(pixels, scale), interpolation=how).astype(np.uint8, copy=False)


def _size(pixels: Pixels, scale: float) -> tuple[int, int]:
    high, wide = pixels.shape[:2]
    return max(1, round(wide * scale)), max(1, round(high * scale))


def _grey(pixels: Pixels) -> Grey:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _part(pixels: Pixels, box: Sides) -> Pixels:
    """What stands in a box; empty where it is outside."""
    x0, y0, x1, y1 = _clipped(box, pixels)
    return pixels[y0:y1, x0:x1]


def _clipped(box: Sides, pixels: Pixels) -> tuple[int, int, int, int]:
    high, wide = pixels.shape[:2]
    x0, y0, x1, y1 = box
    return (
        min(wide, max(0, int(x0))),
        min(high, max(0, int(y0))),
        max(0, min(wide, int(x1) + 1)),
        max(0, min(high, int(y1) + 1)),
    )


def _around(box: Sides) -> Sides:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half = max(box[2] - box[0], box[3] - box[1]) * _AROUND / 2
    return x - half, y - half, x + half, y + half


def _back(face: _Face, size: tuple[int, int], turns: int, by: float) -> _Face:
    """A face of a picture turned to the left and resized by `by`, in the picture as it was."""
    x0, y0, x1, y1 = face.box
    high, wide = size
    for _ in range(turns):
        x0, y0, x1, y1 = high - y1, x0, high - y0, x1
        high, wide = wide, high
    return _Face(face.score, (x0 / by, y0 / by, x1 / by, y1 / by), turns)


def _apart(faces: Iterable[_Face]) -> list[_Face]:
    """The surest of the boxes that lie over one another."""
    out: list[_Face] = []
    for face in sorted(faces, key=lambda f: -f.score):
        if not _known(face, out):
            out.append(face)
        if len(out) >= _MOST:
            break
    return out


def _overlap(one: Sides, two: Sides) -> float:
    """Shared area over the smaller of the two."""
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = ((b[2] - b[0]) * (b[3] - b[1]) for b in (one, two))
    return wide * high / max(min(areas), 1e-9)


def _large(box: Sides, pixels: Pixels) -> bool:
    x0, y0, x1, y1 = _clipped(box, pixels)
    return min(x1 - x0, y1 - y0) >= _SMALLEST


def _seen(face: _Face, pixels: Pixels) -> Seen:
    box = Box(*_clipped(face.box, pixels))
    if face.score < SURE:
        return Seen(What.POSSIBLE_FACE, round(face.score, 3), box=box)
    fields = ("eyes_covered",) if _barred(face, pixels) else ()
    return Seen(What.FACE, round(face.score, 3), box=box, fields=fields)
