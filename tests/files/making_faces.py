"""A portrait, and pictures without a face that look a little like one."""

from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.faces import bars, disc, mask, mosaic, worn
from linter.files.content import Pixels
from linter.finding import Box

__all__ = ["bars", "disc", "mask", "mosaic", "worn"]

FACE = Box(182, 129, 351, 335)
"""Where the face of `portrait` is."""


def portrait() -> Pixels:
    """Grace Hopper by James S. Davis, US Navy, 1984, public domain: 600 rows of 512, a face 170 pixels wide."""
    package = find_spec("matplotlib")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg"
    with Image.open(path) as image:
        return np.array(image.convert("RGB"))


def scene(high: int, wide: int, *, seed: int = 5) -> Pixels:
    """A blurred room: soft blots of muted colours."""
    rng = np.random.default_rng(seed)
    blots = rng.integers(60, 200, (high // 100 + 3, wide // 100 + 3, 3)).astype(np.uint8)
    return cv2.resize(blots, (wide, high), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def smiley() -> Pixels:
    """A smiley alone on white."""
    out = np.full((600, 600, 3), 255, np.uint8)
    cv2.circle(out, (300, 300), 220, (250, 205, 50), -1)
    for x in (230, 370):
        cv2.circle(out, (x, 230), 25, (40, 30, 10), -1)
    cv2.ellipse(out, (300, 300), (120, 120), 0, 20, 160, (40, 30, 10), 18)
    return out


def line_drawing() -> Pixels:
    """The outline of a face in black on white; the network holds it for one."""
    out = np.full((900, 700, 3), 255, np.uint8)
    cv2.ellipse(out, (350, 450), (220, 300), 0, 0, 360, 0, 3)
    for side in (-1, 1):
        cv2.ellipse(out, (350 + side * 90, 390), (45, 20), 0, 0, 360, 0, 3)
        cv2.circle(out, (350 + side * 90, 390), 12, 0, 3)
        cv2.line(out, (350 + side * 140, 340), (350 + side * 45, 335), 0, 4)
    cv2.polylines(out, [np.array([(350, 400), (325, 510), (365, 515)])], False, 0, 3)  # noqa: FBT003
    cv2.ellipse(out, (350, 590), (80, 25), 0, 0, 180, 0, 3)
    return out


def head_slice() -> Pixels:
    """A slice through a head as tomographs show it: skull, brain, ventricles (after Shepp and Logan, 1974), noise."""
    out = np.zeros((512, 512), np.float32)
    shapes = [
        ((256, 256), (176, 236), 0, 240), ((256, 252), (168, 224), 0, 90), ((200, 256), (28, 79), 18, 50),
        ((312, 256), (40, 105), -18, 50), ((256, 166), (54, 64), 0, 105), ((256, 230), (12, 12), 0, 130),
        ((256, 282), (12, 12), 0, 130), ((236, 411), (12, 6), 0, 120), ((276, 411), (6, 12), 0, 120),
    ]  # fmt: skip
    for centre, axes, angle, tone in shapes:
        cv2.ellipse(out, centre, axes, angle, 0, 360, float(tone), -1)
    return _film(out, 5)


def x_ray() -> Pixels:
    """A chest film: pale spine and ribs, dark lungs, noise."""
    rows, columns = np.mgrid[0:700, 0:600].astype(np.float32)
    out = np.full((700, 600), 150.0, np.float32)
    for x in (180, 420):
        out -= 95 * np.exp(-((((columns - x) / 95) ** 2 + ((rows - 340) / 210) ** 2) ** 2))
    ribs = np.maximum(0, np.sin((rows + 0.0009 * (columns - 300) ** 2) / 14)) ** 3
    out += 30 * ribs * (np.abs(columns - 300) < 230) + 60 * np.exp(-(((columns - 300) / 30) ** 2))
    return _film(out, 6)


def page(seed: int = 2) -> Pixels:
    """A page of small print: words as rows of strokes."""
    rng = np.random.default_rng(seed)
    out = np.full((1400, 1000, 3), 250, np.uint8)
    for y in range(90, 1320, 26):
        x = 80
        while x < 880:
            for _ in range(int(rng.integers(2, 10))):
                shift = int(rng.integers(0, 6))
                cv2.line(out, (x, y - 12 + shift), (x + 5 - shift, y), (30, 30, 30), 2)
                x += 9
            x += 10
    return out


def wound(tone: tuple[int, int, int] = (215, 170, 145)) -> Pixels:
    """Skin close to: shading, pores, moles and a wound."""
    rng = np.random.default_rng(3)
    shade = cv2.resize(
        rng.uniform(0.75, 1.1, (4, 5)).astype(np.float32), (800, 600), interpolation=cv2.INTER_CUBIC
    )
    out = np.array(tone, np.float32) * shade[..., None]
    for _ in range(9):
        x, y = int(rng.integers(40, 760)), int(rng.integers(40, 560))
        cv2.circle(out, (x, y), int(rng.integers(4, 16)), [0.45 * c for c in tone], -1)
    cv2.ellipse(out, (420, 320), (130, 45), 20, 0, 360, (150, 45, 45), -1)
    cv2.ellipse(out, (420, 320), (90, 20), 20, 0, 360, (95, 20, 25), -1)
    out = cv2.GaussianBlur(out, (0, 0), 3) + rng.normal(0, 4, out.shape)
    return out.clip(0, 255).astype(np.uint8)


def _film(values: np.ndarray, noise: float) -> Pixels:
    rng = np.random.default_rng(1)
    soft = cv2.GaussianBlur(values, (0, 0), 1.5) + rng.normal(0, noise, values.shape)
    return np.repeat(soft.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
