"""Pictures: JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC, AVIF and JPEG 2000 become upright RGB sheets, one at a time."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import islice

import numpy as np
from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

from linter.files import metadata, packets
from linter.files.content import MAX_PIXELS, MAX_SHEETS, Content, Pixels, Unreadable
from linter.files.decoding import guarded
from linter.files.ends import jpeg_end, tiff_pages
from linter.files.private import private
from linter.seen import Line, Origin, Part, Reason, Seen, unchecked

try:
    import pillow_heif
except ImportError:  # said when such a picture comes
    _HEIC = False
else:
    pillow_heif.register_heif_opener()
    _HEIC = True

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "JPEG2000", "AVIF", "HEIF")
"""Pillow's other readers (PostScript, Photoshop …) are never tried: less to attack."""
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_DRAFT_PIXELS = 4 * MAX_PIXELS
"""Largest JPEG that is decoded at a smaller scale: phones make 200 million pixels."""
_KNOWN_AUXILIARY = (
    "urn:com:apple:photo:",
    "urn:mpeg:hevc:2015:auxid:",
    "urn:mpeg:avc:2015:auxid:",
    "urn:mpeg:mpegb:cicp:systems:auxiliary:",
)
"""Gain, depth, mattes and transparency that cameras derive from the picture itself."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright, by EXIF orientation (EXIF 2.32, tag 0x0112)."""
_MOST_COUNTED = 1000
"""Frames of an animation that are counted."""
_STRIP = 16
"""Rows that are taken from Pillow at a time: few enough to stay in the processor's memory."""
_SEEN_THROUGH = 128
"""Alpha under which colours count as hidden."""


def read(data: bytes) -> Content:
    """What a picture file holds.

    Sheets: the frames or pages (of HEIC, the primary picture first), at most `MAX_SHEETS`; then, for a single picture
    that hides a motif under transparency, the same without transparency. Auxiliary pictures that cameras derive from the
    picture (gain, depth, mattes) are passed over.

    Raises:
        Unreadable: no such picture, damaged in its head, larger than can be read, or HEIC without its package.
    """
    image = open_image(data)
    parts, seen = metadata.read(image, data)
    words, inner, more = private(image, data)
    parts += (Part(Origin.METADATA, tuple(map(Line, words))),) if words else ()
    seen = (*seen, *_left_out(image, data), *([unchecked(Reason.TOO_LARGE)] if more else ()))
    if _too_large(image) and not _reducible(image):
        return Content((), parts, (*seen, unchecked(Reason.TOO_LARGE)), tuple(inner))
    return Content(_sheets(data), parts, seen, tuple(inner))


def open_image(data: bytes) -> Image.Image:
    """The picture as Pillow opens it, not decoded yet; its size may be above `MAX_PIXELS`.

    Raises:
        Unreadable: see `read`.
    """
    if not _HEIC and data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise Unreadable(Reason.NO_HEIC)
    with guarded():
        if data[:2] == b"\xff\xd8":
            image = _huge_jpeg(data)
            if image is not None:
                return image
        return Image.open(BytesIO(data), formats=_FORMATS)


def frames(data: bytes, *, srgb: bool = False) -> Iterator[Image.Image]:
    """The frames or pages as upright RGB pictures, transparency laid on white, at most `MAX_SHEETS`.

    Each one holds until the next is asked for.

    Args:
        data: a picture file.
        srgb: whether colours are converted to sRGB by the picture's own colour profile.

    Raises:
        Unreadable: from the first frame that is damaged or too large.
    """
    image = open_image(data)
    first = image.tell()
    for index in (first, *(i for i in range(MAX_SHEETS) if i != first))[:MAX_SHEETS]:
        if not _decode(image, index):
            return
        with guarded():
            flat = _opaque(_managed(image) if srgb else image)
            made = [_upright(flat, _orientation(image))]
        del flat
        if (
            image.format == "JPEG"
        ):  # has no other frame: its 4 bytes a pixel are freed while this one is looked at
            del image
            yield made.pop()
            return
        yield made.pop()


def _huge_jpeg(data: bytes) -> Image.Image | None:
    """A JPEG beyond the size that `Image.open` takes: it is decoded smaller, so its size alone does no harm."""
    image = JpegImageFile(BytesIO(data))
    return image if _too_large(image) else None


def _too_large(image: Image.Image) -> bool:
    return image.width * image.height > MAX_PIXELS


def _reducible(image: Image.Image) -> bool:
    """Whether a large picture is a JPEG that can be decoded smaller; a progressive one needs its full size first."""
    return (
        isinstance(image, JpegImageFile)
        and "progressive" not in image.info
        and image.width * image.height <= _DRAFT_PIXELS
    )


def _left_out(image: Image.Image, data: bytes) -> Iterator[Seen]:
    """What is in the file and does not become a sheet."""
    if _too_large(image) and _reducible(image):
        yield unchecked(Reason.TOO_LARGE, sheet=0)
    more = _more(image, data)
    if more is not None:
        yield unchecked(Reason.MORE_SHEETS, left=more)
    auxiliary = image.info.get("aux", {}) if image.format == "HEIF" else {}
    if any(not str(name).lower().startswith(_KNOWN_AUXILIARY) for name in auxiliary):
        yield unchecked(Reason.UNSUPPORTED)


def _more(image: Image.Image, data: bytes) -> int | None:
    """How many frames are after the first ones, 0 where counting them would take long; None without any."""
    if image.format == "GIF":  # Pillow would decode or walk all of it
        blocks = (kind for kind, _ in packets.gif_blocks(data) if kind == "frame")
        count = sum(1 for _ in islice(blocks, _MOST_COUNTED))
        return None if count <= MAX_SHEETS else (count - MAX_SHEETS) * (count < _MOST_COUNTED)
    if image.format != "TIFF":
        count = int(getattr(image, "n_frames", 1))
        return count - MAX_SHEETS if count > MAX_SHEETS else None
    with suppress(EOFError, Unreadable), guarded(EOFError):
        image.seek(MAX_SHEETS)  # reads the directories on the way and no pixels
        count = tiff_pages(data, _MOST_COUNTED)
        return max(0, count - MAX_SHEETS) * (count < _MOST_COUNTED)
    return None


def _sheets(data: bytes) -> Iterator[Pixels]:
    if (photo := _photo(data)) is not None:
        yield photo
        return
    count = 0
    for pixels in map(_pixels, frames(data)):  # `map` keeps no frame while its pixels are looked at
        count += 1
        yield pixels
        del pixels
    if count <= 1 and (under := _hidden(data)) is not None:
        yield under


def _photo(data: bytes) -> Pixels | None:
    """A JPEG as OpenCV decodes it; None for other pictures, and for JPEG that is cut, which it takes for whole."""
    image = open_image(data)
    plain = image.format == "JPEG" and image.mode in {"RGB", "L"} and not _too_large(image)
    if not plain or jpeg_end(data) is None:
        return None
    with suppress(ImportError, Unreadable), guarded(ImportError):
        from linter.files.photo import decoded  # noqa: PLC0415 # its package may be absent

        return decoded(data, image.size, _orientation(image))
    return None


def _pixels(frame: Image.Image) -> Pixels:
    """The pixels of an RGB picture; by strips, since Pillow hands out a whole one as two copies more."""
    out = np.empty((frame.height, frame.width, 3), np.uint8)
    for top in range(0, frame.height, _STRIP):
        strip = frame.crop((0, top, frame.width, min(frame.height, top + _STRIP)))
        out[top : top + _STRIP] = np.asarray(strip)
    return out


def _decode(image: Image.Image, index: int) -> bool:
    """Decode one frame in place; False after the last one."""
    with guarded(EOFError):
        try:
            image.seek(index)
        except EOFError:
            return False
    with guarded():
        if _too_large(image):
            if not _reducible(image):
                raise Unreadable(Reason.TOO_LARGE)
            image.draft(None, (image.width // 2, image.height // 2))
        image.load()
    return True


def _opaque(image: Image.Image) -> Image.Image:
    """RGB of a decoded frame, its transparent parts laid on white."""
    if image.mode[0] in "IF":
        return _eight_bits(image).convert("RGB")
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits, its darkest value black and its brightest white: Pillow would clip it."""
    values = np.asarray(image).astype(np.float32)
    finite = np.isfinite(values)
    low = float(values.min(where=finite, initial=np.inf))
    high = float(values.max(where=finite, initial=-np.inf))
    if low > high:  # no number at all
        low = high = 0.0
    # In place: a picture of `MAX_PIXELS` takes a quarter of a gigabyte here.
    np.nan_to_num(values, copy=False, nan=low, posinf=high, neginf=low)
    values -= low
    values *= 255 / max(high - low, 1e-30)
    return Image.fromarray(values.clip(0, 255, out=values).astype(np.uint8))


def _managed(image: Image.Image) -> Image.Image:
    """The frame in sRGB if it carries a colour profile that holds, else as it is."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    with suppress(Unreadable), guarded():
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
        return converted or image
    return image


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    method = _UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)


def _orientation(image: Image.Image) -> int:
    """EXIF orientation of a decoded frame; 1 where Pillow has turned it already (TIFF, HEIC)."""
    with suppress(Unreadable), guarded():
        return int(image.getexif().get(0x0112, 1))
    return 1


def _hidden(data: bytes) -> Pixels | None:
    """The colours under transparency, where more than a flat ground is hidden: a part rubbed out can be brought back."""
    image = open_image(data)
    if not image.has_transparency_data or image.mode[0] in "IF" or not _decode(image, image.tell()):
        return None
    with guarded():
        orientation = _orientation(image)
        colours = image.convert("RGBA")
        sample = np.asarray(
            colours.resize([min(s, 256) for s in colours.size], Image.Resampling.NEAREST)
        )
        hidden = sample[sample[..., 3] < _SEEN_THROUGH, :3].mean(axis=1)
        # Half a percent of the picture; a grey deviation of 12 is beyond noise and rounding in a flat ground.
        if hidden.size < 0.005 * sample[..., 3].size or hidden.std() < 12:
            return None
        return np.array(_upright(colours.convert("RGB"), orientation))
