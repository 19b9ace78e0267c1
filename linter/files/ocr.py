"""Words in pictures, by PP-OCRv6 on ONNX Runtime: lines found, cut out at full size and read.

The three networks are those of rapidocr 3.10, whose package carries the weights: nothing is fetched, printed or written.
The map of where letters are is put together from tiles before lines are drawn from it, so that no line is cut or found
twice where tiles meet.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from linter.files.content import Pixels
from linter.files.layout import join
from linter.files.quads import (
    HIGH,
    Quad,
    around,
    corners,
    cut,
    edge,
    faded,
    first_scale,
    known,
    level,
    lying,
    outlined,
    papers,
    reaches,
    region,
    small_print,
    tiles,
    turned,
)
from linter.files.rows import rows
from linter.finding import Box
from linter.seen import Line

SECONDS = 8.0
"""Time for one picture; the closer look is dropped first."""
_LEAST = 8
"""Shorter side of a picture that has room for letters."""
_GAIN = 1.25
"""A closer look that is not closer than this is none."""
_FAR = 0.7
"""Scale of the first look under which a page may be too small to be seen as one."""
_FOUND = 0.5
"""Score of the detector from which a place is a line (rapidocr's default); of less, it may be fine print."""
_ROUNDS = 2
"""Looks at one place, each wider than the one before."""
_PLACES = 3
"""Places that are looked at closely because the caller asks."""
_LINES = 400
"""Lines of one picture that are read."""
_FLAT = 12
"""Range of brightness of a tile with nothing on it."""
_PADDING = 16
"""Grey columns after a line, as the network was taught: without them it sees a colon in the rim."""
_FIRST = 6
"""Lines that are read however late it is."""
_DOUBTFUL, _WORD = 0.8, 3
"""Score under which a line is read upside down too, and letters of one that is worth it: shapes in photos are taken for
one or two."""
_ASKED = 9
"""Lines that vote on which way is up."""

_TWINS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧομ", "ABEZHIKMNOPTYXoµ")
"""Greek letters that the network writes now and then where print has the same shape in Latin, or the micro sign."""


def _package() -> Path:
    """The folder of rapidocr, found without its code: that takes 40 MB and draws in half a dozen packages.

    Raises:
        ImportError: it is not installed.
    """
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("rapidocr is not installed")
    return Path(spec.submodule_search_locations[0])


_MODELS = _package() / "models"
_NETWORKS = (
    "PP-OCRv6_det_small.onnx",
    "PP-OCRv6_rec_small.onnx",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
)
"""What finds lines, what reads them, and what tells which way is up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one picture.

    lines: in reading order, with boxes in its pixels; whole: whether there was time to look everywhere and to read all.
    """

    lines: tuple[Line, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    """Lines, places that may be fine print, and the map of letters that they were drawn from."""

    quads: tuple[Quad, ...]
    hints: tuple[Quad, ...] = ()
    chances: NDArray[np.float32] = field(default_factory=lambda: np.zeros((1, 1), np.float32))
    whole: bool = True


class Reader:
    """Reads pictures; the models load once.

    The work is done in a thread of its own, since the networks change how it counts (see `_session`).

    Args:
        threads: of the computation.
    """

    def __init__(self, threads: int = 2) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._detect, self._read, self._way = self._thread.map(
            _session, _NETWORKS, [threads] * len(_NETWORKS)
        )
        letters = self._read.get_modelmeta().custom_metadata_map["character"].splitlines()
        kept = [(n, c) for n, c in enumerate([*letters, " "], 1) if _european(c)]
        self._columns = np.array([0, *(n for n, _ in kept)])
        self._letters = ["", *(c.translate(_TWINS) for _, c in kept)]

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
        if min(pixels.shape[:2]) < _LEAST:
            return Reading()
        return self._thread.submit(self._look, pixels, closer, monotonic() + seconds).result()

    def _look(self, pixels: Pixels, closer: Sequence[Box], end: float) -> Reading:
        found = self._sought(pixels, [corners(b) for b in closer], end)
        quads = [turned(q, lying(found.quads)) for q in found.quads]
        if self._over(pixels, quads):
            quads = [turned(q, 2) for q in quads]
        # from the head of the page down: names stand there, and time may run out
        places = sorted(zip(level(quads), quads, strict=True), key=lambda x: (x[0].y0, x[0].x0))
        lines = []
        for number, (_, quad) in enumerate(places[:_LINES]):
            told = self._line(pixels, quad, end if number >= _FIRST else inf)
            if told is None:
                break
            lines.append(told)
        joined = join(lines, [box for box, _ in places[: len(lines)]])
        return Reading(
            tuple(replace(x, score=round(x.score, 3)) for x in joined),
            found.whole and len(lines) == len(quads),
        )

    def _sought(self, pixels: Pixels, near: Sequence[Quad], end: float) -> _Found:
        """Lines of a picture: as a first look at all of it finds them, then as closer ones at small print do."""
        high, wide = pixels.shape[:2]
        scale = first_scale(high, wide)
        first = self._found(pixels, Box(0, 0, wide, high), scale, end)
        turns = int(lying(first.quads))
        quads, hints = ([turned(q, turns) for q in some] for some in (first.quads, first.hints))
        fine = small_print(quads, hints, scale)
        places = [[q] for q in near[:_PLACES]]
        if fine:
            places.insert(0, fine)
        elif scale < _FAR:
            places += [[q] for q in papers(first.chances, pixels, scale, quads)]
        found = _Found(tuple(quads), whole=first.whole)
        for place in places:
            found = self._wider(pixels, place, found, scale, turns, end)
        for small in rows(pixels) if scale < _FAR else ():
            if not small.known(found.quads):
                found = self._wider(pixels, [small.quad], found, scale, turns, end)
        return found

    def _wider(
        self,
        pixels: Pixels,
        place: list[Quad],
        so_far: _Found,
        scale: float,
        turns: int,
        end: float,
    ) -> _Found:
        """The lines with those of a close look at a place, made wider while lines reach its rim."""
        for _ in range(_ROUNDS):
            part, again = region(place, pixels.shape, scale)
            if again < _GAIN * scale:
                break
            if monotonic() > end:
                return replace(so_far, whole=False)
            told = self._found(pixels, part, again, end)
            found = [turned(q, turns) for q in told.quads]
            kept = (q for q in so_far.quads if not known(q, found))
            so_far = _Found((*found, *kept), whole=so_far.whole and told.whole)
            if not found or not reaches(found, part, pixels.shape):
                break
            place = [*place, *found]
        return so_far

    def _found(self, pixels: Pixels, region: Box, scale: float, end: float) -> _Found:
        """What a look at a part of a picture finds, in pixels of the whole."""
        crop: Any = pixels[region.y0 : region.y1, region.x0 : region.x1]
        wide, high = (max(1, round(n * scale)) for n in crop.shape[1::-1])
        by = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        crop = crop if scale == 1 else cv2.resize(crop, (wide, high), interpolation=by)
        chances, whole = np.zeros((high, wide), np.float32), True
        for number, tile in enumerate(tiles(high, wide)):
            whole = not number or monotonic() <= end
            if not whole:
                break
            part = crop[tile.y0 : tile.y1, tile.x0 : tile.x1]
            if np.ptp(part) < _FLAT:
                continue
            seen = chances[tile.y0 : tile.y1, tile.x0 : tile.x1]
            np.maximum(seen, faded(self._chances(part), tile, high, wide), out=seen)
        ratio = np.array([wide, high]) / (region.x1 - region.x0, region.y1 - region.y0)
        corner = np.array([region.x0, region.y0])
        told = [((q / ratio + corner).astype(np.float32), s) for q, s in outlined(chances)]
        return _Found(
            tuple(q for q, score in told if score >= _FOUND),
            tuple(q for q, score in told if score < _FOUND),
            chances,
            whole,
        )

    def _chances(self, rgb: NDArray[Any]) -> NDArray[np.float32]:
        """How likely each pixel belongs to a line; the network takes sides of multiples of 32."""
        high, wide = rgb.shape[:2]
        padded = cv2.copyMakeBorder(rgb, 0, -high % 32, 0, -wide % 32, cv2.BORDER_REPLICATE)
        told = self._detect.run(None, {"x": _planes(padded)})[0]
        return np.asarray(told, np.float32)[0, 0, :high, :wide]

    def _over(self, pixels: Pixels, quads: Sequence[Quad]) -> bool:
        """Whether the lines are upside down, by vote of the longer ones: one alone may look so, as many figures do."""
        long = sorted(quads, key=lambda q: -edge(q, 0, 1) / max(1.0, edge(q, 0, 3)))[:_ASKED]
        votes = [self._upside_down(cut(pixels, q)) for q in long]
        return bool(votes) and float(np.mean(votes)) > 0.5

    def _upside_down(self, line: NDArray[Any]) -> float:
        """Chance that a line stands upside down; the network looks at its first 192 columns."""
        canvas = np.zeros((1, 3, HIGH, 192), np.float32)
        part = _planes(line)[..., :192]
        canvas[..., : part.shape[-1]] = part
        return float(self._way.run(None, {"x": canvas})[0][0, 1])

    def _line(self, pixels: Pixels, quad: Quad, end: float) -> Line | None:
        """One line, read both ways up where one is doubtful; None when time is over."""
        if monotonic() > end:
            return None
        line = cut(pixels, quad)
        text, score = self._text(line)
        if score < _DOUBTFUL and len(text) >= _WORD:
            other = self._text(np.rot90(line, 2))
            text, score = max((text, score), other, key=lambda x: x[1])
        return Line(text, box=around(quad), score=score)

    def _text(self, line: NDArray[Any]) -> tuple[str, float]:
        """What a line says, and how surely."""
        planes = np.pad(_planes(line), ((0, 0), (0, 0), (0, 0), (0, _PADDING)))
        told = self._read.run(None, {"x": planes})[0][0][:, self._columns]
        best = told.argmax(axis=1)
        kept = np.flatnonzero((best > 0) & (best != np.append(-1, best[:-1])))
        if not kept.size:
            return "", 0.0
        text = "".join(self._letters[n] for n in best[kept])
        return text.strip(), float(told[kept, best[kept]].mean())


def _session(name: str, threads: int) -> Any:  # noqa: ANN401 # onnxruntime has no types
    """A network of rapidocr's package, with memory given back after each run."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    # where there are no letters most values are next to nothing, and processors take many times as long for such: told to
    # take them for nothing, this thread and its helpers need half of the time. What else runs there would miss them.
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    # waiting threads sleep: other work shares the machine
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(_MODELS / name), options, providers=["CPUExecutionProvider"]
    )


def _european(letter: str) -> bool:
    """Whether a letter is one of European print: the network knows eighteen thousand others."""
    return len(letter) == 1 and (
        letter <= "\u017f"
        or letter in "ȘșȚț"
        or "\u0370" <= letter <= "\u03ff"
        or "\u2010" <= letter <= "\u22ff"
    )


def _planes(rgb: NDArray[Any]) -> NDArray[np.float32]:
    """A picture as the networks take it: blue, green, red from -1 to 1, (1, 3, height, width)."""
    planes = rgb[..., ::-1].transpose(2, 0, 1)[None]
    return np.ascontiguousarray(planes, np.float32) / np.float32(127.5) - 1
