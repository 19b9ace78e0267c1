"""Whether a small picture within a picture file shows more, or something else, than the picture."""

from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linter.files.content import MAX_PIXELS, Unreadable
from linter.files.decoding import guarded
from linter.seen import Seen, What

_Grey = NDArray[np.float32]

_SIDE = 32
"""Cells a side in which both are compared: five pixels of a usual thumbnail of 160, wide enough to even out the
sharpening of cameras, narrow enough for a bar over the eyes."""
_ASPECT = 0.04
"""Relative difference of width to height that rounding to small numbers makes."""
_ALIKE = 0.8
"""Correlation of the cells of a picture with those of its own thumbnail. On 25 photos, sharpened, toned or shifted by a
pixel: 0.75 to 1, and 0.94 without the fine textures; cropped to nine tenths: half of them below 0.7."""
_CHANGED = 30.0
"""Grey levels by which three by three cells differ on average where something was covered. On the same photos: 1 to 27,
with brightness changed by 40 % up to 34; a bar of 20 by 6 percent of the picture on anything but black: 39 to 170."""
_FLAT = 4.0
"""Deviation of a picture that shows nothing."""
_BAR = 12.0
"""Deviation within the bands that cameras add to make a thumbnail 4 by 3."""
_THUMBNAIL_PIXELS = 4_000_000


def differing(candidates: Sequence[bytes], image: Image.Image, data: bytes) -> tuple[Seen, ...]:
    """What the embedded thumbnails give away: one `THUMBNAIL` at most.

    Args:
        candidates: the thumbnails as files; what cannot be decoded shows nothing and does not count.
        image: the picture as opened; used for its size and format only.
        data: the same file.

    Returns:
        Score 1 if one shows something else than the picture, 0.5 if the picture cannot be decoded for comparison.
    """
    shown = [small for x in candidates if (small := _thumbnail(x)) is not None]
    if not shown:
        return ()
    picture = _picture(image, data)
    if picture is None:
        return (Seen(What.THUMBNAIL, 0.5),)
    return (Seen(What.THUMBNAIL),) if any(differs(x, picture) for x in shown) else ()


def differs(thumbnail: Image.Image, picture: Image.Image) -> bool:
    """Whether a thumbnail is not merely the picture made smaller; turned and toned ones are the same picture.

    Args:
        thumbnail: grey.
        picture: grey, of any size.
    """
    turns = (
        None,
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_180,
        Image.Transpose.ROTATE_270,
    )
    return all(
        _unlike(thumbnail if turn is None else thumbnail.transpose(turn), picture) for turn in turns
    )


def _unlike(thumbnail: Image.Image, picture: Image.Image) -> bool:
    fitted = _without_bands(thumbnail, picture.width / picture.height)
    if fitted is None:
        return True
    small, large = _cells(fitted), _cells(picture)
    if large.std() < _FLAT or small.std() < _FLAT:
        return bool(max(large.std(), small.std()) >= 2 * _FLAT)
    correlation = float(np.corrcoef(small.ravel(), large.ravel())[0, 1])
    if correlation < _ALIKE:
        return True
    toned = (small - small.mean()) * (correlation * large.std() / small.std()) + large.mean()
    return bool(np.abs(_smoothed(large - toned)).max() > _CHANGED)


def _without_bands(thumbnail: Image.Image, aspect: float) -> Image.Image | None:
    """The thumbnail cut to the shape of the picture, if nothing but even bands is cut off."""
    width, height = thumbnail.size
    if abs(width / height / aspect - 1) <= _ASPECT:
        return thumbnail
    across, down = min(width, round(height * aspect)), min(height, round(width / aspect))
    if not across or not down:
        return None
    left, top = (width - across) // 2, (height - down) // 2
    box = (left, top, left + across, top + down)
    pixels = np.asarray(thumbnail, np.float32)
    # One pixel beside the edge is blurred by JPEG.
    bands = (
        pixels[: max(top - 1, 0)],
        pixels[top + down + 1 :],
        pixels[:, : max(left - 1, 0)],
        pixels[:, left + across + 1 :],
    )
    return thumbnail.crop(box) if all(b.size == 0 or b.std() < _BAR for b in bands) else None


def _cells(image: Image.Image) -> _Grey:
    return np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BOX), np.float32)


def _smoothed(cells: _Grey) -> _Grey:
    """Mean of three by three cells; (30, 30) of (32, 32)."""
    windows = np.lib.stride_tricks.sliding_window_view(cells, (3, 3))
    return np.asarray(windows.mean(axis=(2, 3)), np.float32)


def _thumbnail(data: bytes) -> Image.Image | None:
    with suppress(Unreadable), guarded():
        image = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
        if image.width * image.height <= _THUMBNAIL_PIXELS:
            return image.convert("L")
    return None


def _picture(image: Image.Image, data: bytes) -> Image.Image | None:
    """The picture in grey, small where the format allows."""
    if image.width * image.height > MAX_PIXELS:
        return None
    jpeg = image.format in {"JPEG", "MPO"}
    with suppress(Unreadable), guarded():
        again = Image.open(BytesIO(data), formats=["JPEG" if jpeg else str(image.format)])
        if jpeg:  # other readers would take a thumbnail for a smaller picture
            again.draft("L", (4 * _SIDE, 4 * _SIDE))
        return again.convert("L")
    return None
