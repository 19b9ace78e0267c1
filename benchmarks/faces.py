"""How well faces are found when they are covered, turned, small or blurred, and how often where there is none.

    python -m benchmarks.faces WITH WITHOUT

WITH is a folder of photos with faces, WITHOUT one of pictures without. The reference is the faces of at least 30 pixels
found upright with a score of 0.7: look at them with `--show FOLDER`, which writes the pictures with their boxes.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from linter.files.content import Pixels, Unreadable
from linter.files.faces import Finder
from linter.files.images import read
from linter.finding import Box
from linter.seen import Seen, What

_SURE = 0.7
_LEAST = 30
Boxes = list[Box]


def bars(pixels: Pixels, boxes: Boxes, colour: int) -> Pixels:
    """A bar over each pair of eyes: from a quarter to a half of the face's height."""
    out = pixels.copy()
    for b in boxes:
        high, wide = b.y1 - b.y0, b.x1 - b.x0
        top, low = b.y0 + round(0.27 * high), b.y0 + round(0.5 * high)
        out[top:low, max(0, b.x0 - wide // 12) : b.x1 + wide // 12] = colour
    return out


def mosaic(pixels: Pixels, boxes: Boxes) -> Pixels:
    """The eyes in coarse squares."""
    out = pixels.copy()
    for b in boxes:
        high = b.y1 - b.y0
        part = out[b.y0 + round(0.27 * high) : b.y0 + round(0.5 * high), b.x0 : b.x1]
        small = cv2.resize(part, (5, 2), interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(small, part.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return out


def mask(pixels: Pixels, boxes: Boxes) -> Pixels:
    """A surgical mask: the lower half, pale blue."""
    out = pixels.copy()
    for b in boxes:
        high, wide = b.y1 - b.y0, b.x1 - b.x0
        corners = [(0.04, 0.55), (0.5, 0.48), (0.96, 0.55), (0.9, 0.85), (0.5, 1.02), (0.1, 0.85)]
        points = [(b.x0 + x * wide, b.y0 + y * high) for x, y in corners]
        cv2.fillPoly(out, [np.array(points, np.int32)], (170, 205, 225))
    return out


def disc(pixels: Pixels, boxes: Boxes) -> Pixels:
    """A smiley over the face."""
    out = pixels.copy()
    for b in boxes:
        middle = ((b.x0 + b.x1) // 2, (b.y0 + b.y1) // 2)
        radius = max(b.x1 - b.x0, b.y1 - b.y0) * 9 // 20
        cv2.circle(out, middle, radius, (250, 205, 50), -1)
        for side in (-1, 1):
            eye = (middle[0] + side * radius // 3, middle[1] - radius // 3)
            cv2.circle(out, eye, max(1, radius // 9), (40, 30, 10), -1)
        cv2.ellipse(
            out, middle, (radius // 2, radius // 2), 0, 20, 160, (40, 30, 10), max(1, radius // 12)
        )
    return out


def worn(pixels: Pixels, _: Boxes) -> Pixels:
    """Grey, blurred, JPEG at quality 40."""
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 1.6)
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 40])
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), cv2.COLOR_GRAY2RGB)


_VARIANTS: dict[str, Callable[[Pixels, Boxes], Pixels]] = {
    "upright": lambda p, _: p,
    "eyes barred, black": lambda p, b: bars(p, b, 0),
    "eyes barred, white": lambda p, b: bars(p, b, 255),
    "eyes in squares": mosaic,
    "surgical mask": mask,
    "smiley over the face": disc,
    "grey, blurred, quality 40": worn,
    "a third of the size": lambda p, _: cv2.resize(p, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA),
}  # fmt: skip


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("with_faces", type=Path)
    parser.add_argument("without", type=Path)
    parser.add_argument("--show", type=Path)
    given = parser.parse_args()
    finder = Finder()
    pictures = [
        (p, [s.box for s in finder.find(p) if s.score >= _SURE and s.box and _high(s) >= _LEAST])
        for p in _pictures(given.with_faces)
    ]
    pictures = [(p, b) for p, b in pictures if b]
    print(f"{len(pictures)} pictures, {sum(len(b) for _, b in pictures)} faces")
    print("| variant | face | face or possible face | told as barred |\n|---|---|---|---|")
    for name, change in _VARIANTS.items():
        _row(name, finder, [(change(p, b), b, p.shape[1]) for p, b in pictures])
    for turns in (1, 2, 3):
        turned = [
            (np.ascontiguousarray(np.rot90(p, turns)), len(b)) for p, b in pictures if len(b) == 1
        ]
        hits = [[s.what is What.FACE for s in finder.find(p)] for p, _ in turned]
        sure, any_ = sum(any(h) for h in hits), sum(bool(h) for h in hits)
        print(f"| portraits turned by {90 * turns} | {sure}/{len(hits)} | {any_}/{len(hits)} | |")
    _alarms(finder, given.without)
    if given.show:
        _show(pictures, given.show)


def _row(name: str, finder: Finder, pictures: list[tuple[Pixels, Boxes, int]]) -> None:
    sure = possible = barred = total = 0
    for pixels, boxes, wide in pictures:
        by = pixels.shape[1] / wide
        found = finder.find(pixels)
        for box in boxes:
            total += 1
            hits = [s for s in found if s.box and _on(s.box, box, by)]
            sure += any(s.what is What.FACE for s in hits)
            possible += bool(hits)
            barred += any("eyes_covered" in s.fields for s in hits)
    print(f"| {name} | {sure}/{total} | {possible}/{total} | {barred}/{total} |")


def _alarms(finder: Finder, folder: Path) -> None:
    faces = possible = count = 0
    spent = 0.0
    for pixels in _pictures(folder):
        start = perf_counter()
        found = finder.find(pixels)
        spent += perf_counter() - start
        count += 1
        faces += any(s.what is What.FACE for s in found)
        possible += bool(found)
    print(
        f"\nwithout faces: {count} pictures, a face in {faces}, a possible one in {possible}; ",
        end="",
    )
    print(f"{1000 * spent / max(count, 1):.0f} ms each")


def _on(found: Box, box: Box, by: float) -> bool:
    """Whether a box found lies on a face, its centre within it."""
    x, y = (found.x0 + found.x1) / 2 / by, (found.y0 + found.y1) / 2 / by
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def _high(seen: Seen) -> int:
    return seen.box.y1 - seen.box.y0 if seen.box else 0


def _pictures(folder: Path) -> Iterator[Pixels]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            yield from list(read(path.read_bytes()).sheets)[:1]
        except Unreadable:
            print(f"left out, no picture: {path.name}")


def _show(pictures: list[tuple[Pixels, Boxes]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (pixels, boxes) in enumerate(pictures):
        out = pixels.copy()
        for b in boxes:
            cv2.rectangle(out, (b.x0, b.y0), (b.x1, b.y1), (255, 0, 0), 3)
        cv2.imwrite(str(folder / f"{number}.jpg"), cv2.cvtColor(out, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
