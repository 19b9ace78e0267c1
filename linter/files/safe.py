"""Safe copies: the pixels encoded anew with what was found covered, and nothing else of the file.

Covering is opaque black: blurred or coarsened faces and letters can be restored (Hill et al., PoPETs 2016(4)).
The same input gives the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import BinaryIO, Literal

import numpy as np
from PIL import Image, ImageDraw

from linter.files import images
from linter.files.content import MAX_PIXELS, MAX_SHEETS, Pixels, Unreadable
from linter.files.decoding import guarded
from linter.finding import Box
from linter.seen import Reason

Form = Literal["JPEG", "PNG", "GIF", "WEBP", "TIFF"]
_FORMS: dict[str, Form] = {
    "JPEG": "JPEG",
    "MPO": "JPEG",
    "HEIF": "JPEG",
    "AVIF": "JPEG",
    "JPEG2000": "JPEG",
    "PNG": "PNG",
    "BMP": "PNG",
    "GIF": "GIF",
    "WEBP": "WEBP",
    "TIFF": "TIFF",
}
_SUFFIXES: dict[Form, str] = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "GIF": ".gif",
    "WEBP": ".webp",
    "TIFF": ".tiff",
}
_LOSSY = {"quality": 92, "subsampling": 0}
"""Full colour resolution: edges of red letters on white stay sharp."""
_DPI = 150
"""Resolution written into a PDF of pictures."""
PREVIEW = 1600
"""Longer side of a picture to be looked at."""
_GAP = 16
"""Pixels between two pictures side by side."""
_DURATION = 100
"""Milliseconds of a frame of which nothing is known."""
_RED = (220, 0, 0)


def suffix(data: bytes) -> str:
    """The ending of the file that `copy_image` writes for this picture.

    Raises:
        Unreadable: no picture.
    """
    return _SUFFIXES[_form(images.open_image(data))]


def copy_image(data: bytes, boxes: Mapping[int, Sequence[Box]], target: BinaryIO) -> None:
    """Write a clean copy of a picture: same size and colours (sRGB), upright, without metadata or trailing data.

    JPEG, HEIC, AVIF and JPEG 2000 become JPEG; PNG and BMP become PNG; GIF, WebP and TIFF keep their format. Frames and
    pages are kept up to `MAX_SHEETS`, and `MAX_PIXELS` in sum; formats of one picture keep the primary one. A JPEG above `MAX_PIXELS` comes out
    smaller, as it was looked at.

    Args:
        data: a picture file.
        boxes: what to cover, by sheet as `images.read` counts them.
        target: where the bytes go.

    Raises:
        Unreadable: a frame is damaged or too large; nothing has been written.
    """
    image = images.open_image(data)
    form = _form(image)
    most = 1 if form == "JPEG" else MAX_SHEETS
    frames = _kept(islice(images.frames(data, srgb=True), most), boxes, moving=form != "TIFF")
    _write(frames, form, target, _duration(image) if len(frames) > 1 else _DURATION)


def copy_pages(
    pages: Iterable[Pixels], boxes: Mapping[int, Sequence[Box]], target: BinaryIO
) -> None:
    """Write pages as a PDF of pictures, without text layer, properties, links or attachments.

    Args:
        pages: upright pages; at most `MAX_SHEETS` are taken, and `MAX_PIXELS` in sum.
        boxes: what to cover, by page.
        target: where the bytes go.

    Raises:
        Unreadable: a page is damaged, or there is none; nothing has been written.
    """
    flat = _kept(map(Image.fromarray, pages), boxes)
    _save(
        flat[0],
        "PDF",
        target,
        save_all=True,
        append_images=flat[1:],
        resolution=_DPI,
        title=None,  # would be the path of the target
        creationDate=None,  # the time of writing would make every copy differ
        modDate=None,
        **_LOSSY,
    )


def copy_frames(
    frames: Iterable[Pixels], boxes: Mapping[int, Sequence[Box]], target: BinaryIO
) -> None:
    """Write the frames of an imaging file as a PNG, an animated one if there are several of one size.

    Args:
        frames: upright frames; at most `MAX_SHEETS` are taken, and `MAX_PIXELS` in sum.
        boxes: what to cover, by frame.
        target: where the bytes go.

    Raises:
        Unreadable: a frame is damaged, or there is none; nothing has been written.
    """
    _write(_kept(map(Image.fromarray, frames), boxes, moving=True), "PNG", target, _DURATION)


def side_by_side(before: Pixels, after: Pixels, boxes: Sequence[Box], height: int = 480) -> Pixels:
    """Two states of a picture beside each other at one height, the covered boxes outlined in the first.

    Args:
        before: (height, width, 3).
        after: the same picture covered; may differ in size.
        boxes: in pixels of `before`.
        height: pixels of the result, at least 1.
    """
    left, right = (Image.fromarray(x) for x in (before, after))
    scale = height / left.height
    left, right = (
        x.resize((max(1, round(x.width * height / x.height)), height), Image.Resampling.LANCZOS)
        for x in (left, right)
    )
    draw = ImageDraw.Draw(left)
    for box in boxes:
        corners = [round(c * scale) for c in (box.x0, box.y0, box.x1, box.y1)]
        x0, x1 = sorted(corners[::2])
        y0, y1 = sorted(corners[1::2])
        draw.rectangle((x0, y0, x1, y1), outline=_RED, width=max(2, height // 160))
    joined = Image.new("RGB", (left.width + _GAP + right.width, height), "white")
    joined.paste(left, (0, 0))
    joined.paste(right, (left.width + _GAP, 0))
    return np.array(joined)


def preview(pixels: Pixels, target: BinaryIO) -> None:
    """Write a picture as a JPEG of at most `PREVIEW` pixels a side.

    Args:
        pixels: (height, width, 3).
        target: where the bytes go.
    """
    image = Image.fromarray(pixels)
    image.thumbnail((PREVIEW, PREVIEW))
    _save(image.convert("RGB"), "JPEG", target, quality=85)


def _form(image: Image.Image) -> Form:
    return _FORMS[str(image.format)]


def _duration(image: Image.Image) -> int:
    """Milliseconds of the first frame, taken for all: playing speed is not worth a second decoding."""
    with suppress(Unreadable), guarded():
        image.load()  # WebP tells it then
        return min(max(int(image.info.get("duration", _DURATION)), 10), 60_000)
    return _DURATION


def _kept(
    frames: Iterable[Image.Image], boxes: Mapping[int, Sequence[Box]], *, moving: bool = False
) -> list[Image.Image]:
    """The frames covered: `MAX_SHEETS` at most, and after the first one no more than `MAX_PIXELS` in sum.

    Where they are moving pictures, what is to be covered in one frame is covered in all of its size, seen there or not.
    """
    kept: list[Image.Image] = []
    pixels = 0
    for frame in islice(frames, MAX_SHEETS):
        pixels += frame.width * frame.height
        if kept and pixels > MAX_PIXELS:  # encoders want all frames at once
            break
        kept.append(_clean(frame))
    if not kept:
        raise Unreadable(Reason.UNREADABLE)
    for number, frame in enumerate(kept):
        for one, other in enumerate(kept):
            if one == number or (moving and other.size == frame.size):
                _cover(frame, boxes.get(one, ()))
    return kept


def _clean(image: Image.Image) -> Image.Image:
    """The pixels alone, in a picture of their own."""
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    return clean


def _cover(image: Image.Image, boxes: Sequence[Box]) -> None:
    """Boxes black; what lies outside the picture is cut off."""
    draw = ImageDraw.Draw(image)
    for box in boxes:
        x0, x1 = sorted((box.x0, box.x1))
        y0, y1 = sorted((box.y0, box.y1))
        draw.rectangle((x0, y0, x1, y1), fill="black")


def _write(frames: Sequence[Image.Image], form: Form, target: BinaryIO, duration: int) -> None:
    options: dict[str, object] = {}
    if form == "JPEG":
        options = {**_LOSSY, "optimize": True}
    elif form == "PNG":
        options = {"compress_level": 3}  # a third of the time of 6, and no larger
    elif form == "WEBP":
        options = {"quality": 92}
    elif form == "TIFF":
        options = {"compression": "tiff_adobe_deflate"}
    if len(frames) > 1:
        alike = [x for x in frames if form == "TIFF" or x.size == frames[0].size]
        options |= {"save_all": True, "append_images": alike[1:]}
        if form != "TIFF":
            options |= {"duration": duration, "loop": 0}
    _save(frames[0], form, target, **options)


def _save(image: Image.Image, form: str, target: BinaryIO, **options: object) -> None:
    """Encode first, then write: a fault leaves the target as it is."""
    made = BytesIO()
    with guarded():
        image.save(made, form, **options)
    target.write(made.getbuffer())
