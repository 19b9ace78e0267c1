"""What scanners and telephones make of a picture."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from linter.files.content import Pixels


def scaled(pixels: Any, by: float) -> Any:
    return cv2.resize(pixels, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)


def jpeg(pixels: Any, quality: int) -> Any:
    """A picture after JPEG compression."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    data: Any = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)[1]
    read: Any = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return cv2.cvtColor(read, cv2.COLOR_BGR2RGB)


def turned(pixels: Pixels, degrees: float, ground: tuple[int, int, int] = (92, 84, 78)) -> Any:
    """Turned to the left on a table, nothing cut off."""
    high, wide = pixels.shape[:2]
    turn: Any = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = round(wide * cos + high * sin) + 40, round(wide * sin + high * cos) + 40
    turn[:, 2] += (size[0] - wide) / 2, (size[1] - high) / 2
    return cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_CUBIC, borderValue=ground)


def handheld(pixels: Pixels, seed: int = 3) -> Any:
    """A photo taken at a slant: perspective, a shadow across, blur, noise, JPEG."""
    rng = np.random.default_rng(seed)
    high, wide = pixels.shape[:2]
    room = round(0.08 * max(high, wide))
    out = wide + 2 * room, high + 2 * room
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    shift = np.array([[0.03, 0.05], [-0.06, 0.0], [-0.01, -0.04], [0.05, 0.02]]) * min(high, wide)
    moved = (corners + room + shift).astype(np.float32)
    turn = cv2.getPerspectiveTransform(corners, moved)
    shot: Any = cv2.warpPerspective(
        pixels, turn, out, flags=cv2.INTER_AREA, borderValue=(120, 98, 80)
    )
    rows, columns = np.mgrid[0 : out[1], 0 : out[0]].astype(np.float32)
    light = 0.62 + 0.38 / (1 + np.exp((columns / out[0] - rows / out[1] * 0.4 - 0.45) * 6))
    shot = cv2.GaussianBlur(shot, (0, 0), 0.8) * light[..., None]
    shot += rng.normal(0, 6, shot.shape).astype(np.float32)
    return jpeg(np.clip(shot, 0, 255).astype(np.uint8), 75)


def table_top(wide: int, high: int, seed: int = 1) -> Any:
    """A photo of a table and what lies on it, without a word."""
    rng = np.random.default_rng(seed)
    small = rng.normal(0, 1, (high // 24 + 1, wide // 96 + 1, 1)).astype(np.float32)
    grain = cv2.resize(small, (wide, high), interpolation=cv2.INTER_CUBIC)
    out = np.clip(np.array([140, 108, 78]) + 14 * grain[..., None], 0, 255).astype(np.uint8)
    for _ in range(14):
        middle = int(rng.integers(wide)), int(rng.integers(high))
        axes = int(rng.integers(wide // 40, wide // 9)), int(rng.integers(high // 40, high // 9))
        ink = rng.integers(40, 230, 3).tolist()
        cv2.ellipse(out, middle, axes, float(rng.integers(180)), 0, 360, ink, -1, cv2.LINE_AA)
    return jpeg(cv2.GaussianBlur(out, (0, 0), 1.2), 85)


def far(pixels: Pixels, wide: int = 2400, high: int = 1800, side: int = 700) -> Any:
    """A document of so many pixels somewhere in a large photo."""
    out = table_top(wide, high)
    small = scaled(pixels, side / max(pixels.shape[:2]))
    y, x = round(high * 0.3), round(wide * 0.4)
    out[y : y + small.shape[0], x : x + small.shape[1]] = small
    return jpeg(out, 85)


DEGRADATIONS: dict[str, Callable[[Pixels], Any]] = {
    "clean": lambda p: p,
    "x0.7 q50": lambda p: jpeg(scaled(p, 0.7), 50),
    "blur 1.6": lambda p: cv2.GaussianBlur(p, (0, 0), 1.6),
    "7 degrees": lambda p: turned(p, 7),
    "90 degrees": lambda p: np.ascontiguousarray(np.rot90(p)),
    "180 degrees": lambda p: np.ascontiguousarray(np.rot90(p, 2)),
    "hand-held": handheld,
    "far": far,
    "far, 12 MP": lambda p: far(p, 4000, 3000),
}
