"""Fingerprints by which a picture or the content of a code is known again when it is posted once more.

A picture is told by the signs of 256 cosine coefficients of its brightness, the lowest frequencies of its middle
(after Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, and Facebook's PDQ). The
signs outlive recompression, resizing and changes of colour. Cropping is undone on the other side: what is kept is
the middle of a picture, what is looked up is where that middle would lie after each of 256 crops. A mirror flips the
sign of the odd frequencies and nothing else, a quarter turn swaps the axes: all eight symmetries cost no more hashes.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from linter.files.content import Grey, Pixels

WORDS = 4
"""Words of 64 bits in a hash: coefficients of even and odd frequency, down and across: ee, eo, oe, oo."""
BITS = 64 * WORDS
VERSION = 1
"""Of the hash; hashes of other versions do not compare."""
SAME = 48
"""Hashes that differ in no more bits show the same picture.

Of 287,000 pairs of different pictures (benchmarks/denylist.py) 2 were as near, both close-ups of skin with a round
mark in the middle; letters on the same form for other patients differed in 57 bits or more.
"""
MIN_SIDE = 40
"""Pixels of the shorter side under which a picture gives no hash."""

_NEAR = 20
"""Bits of the first word alone that may differ; it is the same for a picture and its mirrors."""
_BLOCK = 16
"""Queries at once: with 10,000 hashes the numbers between stay in the processor's cache."""
_SIDE = 256
_MARGIN = 0.1
"""What may be cut off each side; the hash kept is of what is left after this everywhere."""
_CROPS = (0.0, 1 / 30, 1 / 15, 0.1)
"""Half a step to either side must not matter; with three steps a quarter of the crops would."""
_FAINT = 0.1
"""Grey levels; recompression and scaling turn the sign of weaker coefficients at will."""
_FEATURES = 0.3
"""Part of the coefficients that must be stronger: skies, gradients and blank sheets are not."""
_FLAT = 8.0
"""Grey levels within which a bar is of one colour; JPEG leaves so much around what is written on it."""
_STEP = 12
"""Grey levels of a step that is an edge."""
_PLAIN = 0.8
"""Part of a row that has the colour of its bar."""
_STRAIGHT = 0.75
"""Part of the width that an edge crosses where a picture begins in a screenshot."""
_LOOKED_AT = 512
"""Pixels of the longer side at which frames are sought."""
_WALLET = "?V="

Bits = NDArray[np.bool_]
Words = NDArray[np.uint64]
Counts = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Prints:
    """What one file is known by.

    payload_ids: `of_payload` of each code and certificate number; pictures: `of_picture` of each sheet, to keep;
    views: `views` of each sheet, to look up.
    """

    payload_ids: tuple[str, ...] = ()
    pictures: tuple[int, ...] = ()
    views: tuple[int, ...] = ()


def of_payload(payload: str) -> str:
    """SHA-256 (64 hex digits) of what a code says or of the number of a certificate, however it was pasted.

    Spaces, line ends, separators that do not print, case, `URN:UVCI:` and the address of a wallet around the code
    make no difference.
    """
    text = payload.upper()
    if text.lstrip().startswith("HTTP") and _WALLET in text:
        text = unquote(text.split(_WALLET, 1)[1])
    text = unicodedata.normalize("NFKC", text).upper()
    text = "".join(c for c in text if unicodedata.category(c)[0] not in "CZ")
    return hashlib.sha256(text.removeprefix("URN:UVCI:").encode("utf-8", "replace")).hexdigest()


def of_picture(pixels: Pixels) -> tuple[int, ...]:
    """Hashes of 256 bits to keep: of the middle of the picture, of what stands in a frame within it.

    Empty where the picture is small or shows too little to be told from others.
    """
    return _hashes(pixels, ((_MARGIN, 1 - _MARGIN),))


def views(pixels: Pixels) -> tuple[int, ...]:
    """Hashes to look up: where the middle lies if up to a tenth was cut off any side; up to 768 of them."""
    m = _MARGIN
    spans = tuple(
        ((m - a) / (1 - a - b), (1 - m - a) / (1 - a - b)) for a in _CROPS for b in _CROPS
    )
    return _hashes(pixels, spans)


def distance(a: int, b: int) -> int:
    """Bits in which two hashes differ, 0 to 256, as the pictures stand; unrelated ones differ in about 128."""
    return (a ^ b).bit_count()


def as_bits(hashes: tuple[int, ...]) -> Bits:
    """Hashes as rows of 256 bits, word by word."""
    raw = b"".join(h.to_bytes(BITS // 8, "big") for h in hashes)
    return np.unpackbits(np.frombuffer(raw, np.uint8).reshape(-1, BITS // 8), axis=1).astype(bool)


def as_words(bits: Bits) -> Words:
    """Rows of 256 bits as rows of four words, the first bit highest."""
    words: Words = np.packbits(np.ascontiguousarray(bits), axis=1).view(">u8").astype(np.uint64)
    return words


def transposed(bits: Bits) -> Bits:
    """The bits of the same pictures with rows and columns swapped."""
    turned: Bits = bits[:, _frequencies()[1]]
    return turned


def find(queries: Words, kept: Words) -> set[int]:
    """Which kept hashes show the same picture as any query, in whichever of the eight symmetries of the square.

    queries: (n, 4), the turned ones included (`transposed`); kept: (4, m), one row a word; both may be masked alike,
    as long as bits stay in their words. Gives positions in `kept`.
    """
    found: set[int] = set()
    columns = np.ascontiguousarray(kept.T)
    for start in range(0, len(queries), _BLOCK):
        block = queries[start : start + _BLOCK]
        near = np.flatnonzero(np.bitwise_count(kept[0] ^ block[:, :1]) <= _NEAR)
        which, place = np.divmod(near, max(1, kept.shape[1]))
        apart = np.bitwise_count(columns[place] ^ block[which]).astype(np.int16)
        found.update(place[mirrored(*apart.T) <= SAME].tolist())
    return found


def mirrored(ee: Counts, eo: Counts, oe: Counts, oo: Counts) -> Counts:
    """The fewest bits that differ among the picture as it is, mirrored, upside down, and both, from those of each word.

    A mirror turns the sign of the frequencies that are odd across it, and so the bits of whole words.
    """
    turned = [128 + oe - eo - oo, 128 + eo - oe - oo, 128 + oo - eo - oe]
    least: Counts = ee + np.minimum.reduce([eo + oe + oo, *turned])
    return least


@cache
def _frequencies() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Frequency (down, across) of each bit, and for each bit the one with the axes swapped.

    The 64 lowest of each of the four classes; a constant brightness is left out.
    """

    def lowest(down: int, across: int) -> list[tuple[int, int]]:
        pairs = ((y, x) for y in range(down, 24, 2) for x in range(across, 24, 2) if y or x)
        return sorted(pairs, key=lambda p: (p[0] ** 2 + p[1] ** 2, abs(p[0] - p[1]), p))[:64]

    odd_across = lowest(0, 1)
    bits = [*lowest(0, 0), *odd_across, *((x, y) for y, x in odd_across), *lowest(1, 1)]
    place = {pair: i for i, pair in enumerate(bits)}
    return np.array(bits), np.array([place[x, y] for y, x in bits])


def _hashes(pixels: Pixels, spans: tuple[tuple[float, float], ...]) -> tuple[int, ...]:
    import cv2  # noqa: PLC0415 # comes with the extra `files`; payloads are looked up without it

    if min(pixels.shape[:2]) < MIN_SIDE:
        return ()
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    found: dict[int, None] = {}
    for frame in _frames(grey):
        small = cv2.resize(frame, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        strengths = _coefficients(small.astype(np.float32), spans)
        clear = (np.abs(strengths) > _FAINT).mean(axis=1) >= _FEATURES
        for row in np.packbits(strengths[clear] > 0, axis=1):
            found[int.from_bytes(row.tobytes(), "big")] = None
    return tuple(found)


def _coefficients(
    square: NDArray[np.float32], spans: tuple[tuple[float, float], ...]
) -> NDArray[np.float32]:
    """Cosine coefficients in grey levels, (windows, 256): every pair of a span down and a span across."""
    down, across = _frequencies()[0].T
    waves = _waves(spans, int(max(down.max(), across.max())) + 1)
    count, high, _ = waves.shape
    flat = waves.reshape(count * high, _SIDE)
    every = (flat @ (square - square.mean()) @ flat.T).reshape(count, high, count, high)
    chosen: NDArray[np.float32] = every[:, down, :, across]
    return np.ascontiguousarray(chosen.transpose(1, 2, 0).reshape(count * count, BITS))


@cache
def _waves(spans: tuple[tuple[float, float], ...], high: int) -> NDArray[np.float32]:
    """Cosines over each span of the side: (spans, frequencies, pixels), pixels cut by an end weighed."""
    pixel = np.arange(_SIDE)
    rows = []
    for start, end in ((a * _SIDE, b * _SIDE) for a, b in spans):
        inside = np.clip(np.minimum(pixel + 1, end) - np.maximum(pixel, start), 0, 1)
        at = (pixel + 0.5 - start) / (end - start)
        rows.append(np.cos(np.pi * np.arange(high)[:, None] * at) * inside / inside.sum())
    return np.array(rows, np.float32)


def _frames(grey: Grey) -> list[Grey]:
    """The whole; without borders and bars of one colour; what stands between straight edges above and below.

    A frame that nearly equals one before it, or is under a tenth of the area, is left out.
    """
    import cv2  # noqa: PLC0415 # as above

    scale = min(1.0, _LOOKED_AT / max(grey.shape))
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    whole = (0, small.shape[0], 0, small.shape[1])
    top, bottom = _not_flat(small)
    left, right = _not_flat(small[top:bottom].T)
    bare = (top, bottom, left, right)
    inner = (*_outermost(small), *whole[2:])
    near = max(small.shape) // 128
    kept: list[tuple[int, int, int, int]] = []
    for box in (whole, bare, inner):
        new = all(max(abs(a - b) for a, b in zip(box, k, strict=True)) > near for k in kept)
        if new and (box[1] - box[0]) * (box[3] - box[2]) * 10 >= small.size:
            kept.append(box)
    cut = [tuple(round(v / scale) for v in box) for box in kept]
    parts = [grey[top:bottom, left:right] for top, bottom, left, right in cut]
    return [p for p in parts if min(p.shape) >= MIN_SIDE]


def _not_flat(rows: Grey) -> tuple[int, int]:
    """First row, and one after the last, that is not of the colour of the outermost; a fifth may be writing."""
    first, last = (
        np.flatnonzero((np.abs(rows - np.float32(np.median(edge))) <= _FLAT).mean(axis=1) < _PLAIN)
        for edge in (rows[0], rows[-1])
    )
    if not len(first) or not len(last) or first[0] > last[-1]:
        return 0, len(rows)  # nothing but one colour, or one from above that meets one from below
    return int(first[0]), int(last[-1]) + 1


def _outermost(rows: Grey) -> tuple[int, int]:
    """From the first straight edge of the upper half to the last of the lower one, or else to the end."""
    edges, middle = _edges(rows), len(rows) / 2
    upper, lower = edges[edges < middle], edges[edges > middle]
    return int(upper[0]) if len(upper) else 0, int(lower[-1]) if len(lower) else len(rows)


def _edges(rows: Grey) -> NDArray[np.intp]:
    """Rows at which an edge begins that crosses most of the width."""
    steps = np.abs(np.diff(rows.astype(np.int16), axis=0)) > _STEP
    return np.flatnonzero(steps.mean(axis=1) >= _STRAIGHT) + 1
