"""Pictures become upright RGB sheets, whatever the format, the mode and the damage."""

import io
import random
import sys
import time

import numpy as np
import pytest
from files.making_images import (
    chunk,
    encoded,
    exif_bytes,
    gif_of,
    picture,
    png_of,
    tiff_loop,
    with_chunks,
    with_segments,
)
from PIL import Image, ImageCms

from linter.files import images
from linter.files.content import MAX_SHEETS, Content, Pixels, Unreadable
from linter.seen import Reason, What, unchecked

RED, BLUE = (250, 0, 0), (0, 0, 250)
FORMS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF", "JPEG2000")


def sheets(data: bytes) -> list[Pixels]:
    return list(images.read(data).sheets)


def near(pixel: np.ndarray, colour: tuple[int, ...], tolerance: int = 12) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= tolerance)


def reasons(content: Content) -> set[str]:
    return {f for s in content.seen if s.what is What.UNCHECKED for f in s.fields}


@pytest.mark.parametrize("form", FORMS)
def test_every_format(form: str) -> None:
    content = images.read(encoded(picture(), form))
    (sheet,) = content.sheets
    assert sheet.shape == (64, 96, 3)
    assert sheet.dtype == np.uint8
    assert sheet.flags.c_contiguous
    assert near(sheet[4, 4], RED)
    assert near(sheet[4, -4], BLUE)
    assert content.seen == ()


def grey16(image: Image.Image) -> Image.Image:
    """Twelve bits of sixteen, as instruments write."""
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 16)


def lab(image: Image.Image) -> Image.Image:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    found = ImageCms.profileToProfile(image, *profiles, outputMode="LAB")
    assert found
    return found


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        *((m, "PNG") for m in ("1", "L", "LA", "P", "RGBA", "I;16")),
        *((m, "TIFF") for m in ("1", "L", "LA", "P", "CMYK", "YCbCr", "LAB", "I", "F", "I;16")),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("LA", "JPEG2000"),
        ("I;16", "JPEG2000"),
        ("RGBA", "HEIF"),
        ("RGBA", "AVIF"),
    ],
)
def test_every_mode(mode: str, form: str) -> None:
    special = {"I;16": grey16, "LAB": lab}
    image = picture()
    made = special[mode](image) if mode in special else image.convert(mode)
    (sheet,) = sheets(encoded(made, form))
    if mode in {"CMYK", "YCbCr", "P", "LAB", "RGBA"}:
        assert near(sheet[4, 4], RED, 30)
        assert near(sheet[4, -4], BLUE, 30)
        return
    grey = np.asarray(image.convert("L"), float)
    assert np.corrcoef(grey.ravel(), sheet[..., 0].ravel())[0, 1] > (0.2 if mode == "1" else 0.98)
    if mode in {"I", "F", "I;16"}:  # neither clipped nor left dark
        assert sheet.min() == 0
        assert sheet.max() == 255


def test_values_that_are_no_numbers() -> None:
    values = np.linspace(-5, 5, 256, dtype=np.float32).reshape(16, 16).copy()
    values[0, :3] = np.nan, np.inf, -np.inf
    (sheet,) = sheets(encoded(Image.fromarray(values), "TIFF"))
    assert sheet[0, :3, 0].tolist() == [0, 255, 0]
    assert sheet[-1, -1, 0] == 255
    (flat,) = sheets(encoded(Image.fromarray(np.full((4, 4), np.nan, np.float32)), "TIFF"))
    assert not flat.any()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(form: str, orientation: int) -> None:
    """The same picture stored in eight ways comes out upright, red corner at the upper left."""
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = picture(128, 96)
    if orientation > 1:
        image = image.transpose(stored[orientation])
    (sheet,) = sheets(encoded(image, form, exif=exif_bytes({0x0112: orientation})))
    assert sheet.shape == (96, 128, 3)
    assert near(sheet[4, 4], RED, 20)
    assert near(sheet[4, -4], BLUE, 20)


def test_orientation_without_sense() -> None:
    for value in (0, 9, 255):
        (sheet,) = sheets(encoded(picture(), "JPEG", exif=exif_bytes({0x0112: value})))
        assert sheet.shape == (64, 96, 3)


def test_transparency_lies_on_white() -> None:
    image = picture().convert("RGBA")
    image.paste((0, 0, 0, 0), (40, 20, 60, 40))
    (sheet,) = sheets(encoded(image, "PNG"))
    assert near(sheet[30, 50], (255, 255, 255), 0)
    assert near(sheet[4, 4], RED, 0)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_rubbed_out_parts_come_back(form: str) -> None:
    image = picture().convert("RGBA")
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (0, 0, 60, 64))
    image.putalpha(alpha)
    options = {"lossless": True, "exact": True} if form == "WEBP" else {}
    shown, under = sheets(encoded(image, form, **options))
    assert near(shown[4, 4], (255, 255, 255), 0)
    assert near(under[4, 4], RED, 0)


def test_transparent_palette() -> None:
    image = picture().convert("P")
    data = encoded(image, "PNG", transparency=image.getpixel((4, 4)))
    (sheet,) = sheets(data)
    assert near(sheet[4, 4], (255, 255, 255), 0)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF", "AVIF", "HEIF"])
def test_frames_and_the_rest(form: str) -> None:
    several = [picture(seed=s) for s in range(1, 4)]
    found = sheets(encoded(several[0], form, save_all=True, append_images=several[1:]))
    assert len(found) == 3
    assert not np.array_equal(found[0], found[2])
    many = [picture(32, 24, seed=s) for s in range(MAX_SHEETS + 2)]
    content = images.read(encoded(many[0], form, save_all=True, append_images=many[1:]))
    assert len(list(content.sheets)) == MAX_SHEETS
    assert reasons(content) == {Reason.MORE_SHEETS}
    assert [s.left for s in content.seen if s.left] == [2]
    many = many[:MAX_SHEETS]
    content = images.read(encoded(many[0], form, save_all=True, append_images=many[1:]))
    assert len(list(content.sheets)) == MAX_SHEETS
    assert content.seen == ()


def test_primary_picture_first() -> None:
    first, second = picture(seed=1), Image.new("RGB", (32, 32), "green")
    data = encoded(first, "HEIF", save_all=True, append_images=[second], primary_index=1)
    found = sheets(data)
    assert [x.shape for x in found] == [(32, 32, 3), (64, 96, 3)]


def test_auxiliary_pictures() -> None:
    data = encoded(picture(), "HEIF")
    image = images.open_image(data)
    image.info["aux"] = {"urn:com:apple:photo:2020:aux:hdrgainmap": [3]}
    assert list(images._left_out(image, data)) == []
    image.info["aux"]["urn:example:second-scene"] = [4]
    assert list(images._left_out(image, data)) == [unchecked(Reason.UNSUPPORTED)]


def test_pictures_behind_the_first_in_a_jpeg() -> None:
    data = encoded(picture(), "MPO", save_all=True, append_images=[picture(40, 30, seed=2)])
    assert [x.shape for x in sheets(data)] == [(64, 96, 3), (30, 40, 3)]


def test_pages_of_several_sizes() -> None:
    data = encoded(picture(), "TIFF", save_all=True, append_images=[picture(30, 40).convert("1")])
    assert [x.shape for x in sheets(data)] == [(64, 96, 3), (40, 30, 3)]


def test_too_large_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 5000)
    monkeypatch.setattr(images, "_DRAFT_PIXELS", 20_000)
    for form in ("PNG", "GIF", "TIFF", "WEBP"):
        content = images.read(encoded(picture(), form))
        assert reasons(content) == {Reason.TOO_LARGE}
        assert list(content.sheets) == []
    content = images.read(encoded(picture(), "JPEG", exif=exif_bytes({0x010E: "Bonjour"})))
    (sheet,) = content.sheets
    assert sheet.shape == (32, 48, 3)
    assert content.seen == (unchecked(Reason.TOO_LARGE, sheet=0),)
    assert content.parts[0].lines[0].text == "Bonjour"
    for data in (encoded(picture(), "JPEG", progressive=True), encoded(picture(200, 150), "JPEG")):
        content = images.read(data)
        assert reasons(content) == {Reason.TOO_LARGE}
        assert list(content.sheets) == []


def test_a_large_page_costs_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 7000)
    data = encoded(picture(), "TIFF", save_all=True, append_images=[picture(200, 100)])
    found = iter(images.read(data).sheets)
    assert next(found).shape == (64, 96, 3)
    with pytest.raises(Unreadable) as fault:
        next(found)
    assert fault.value.reason is Reason.TOO_LARGE


def test_bombs() -> None:
    begun = time.process_time()
    with pytest.raises(Unreadable) as fault:
        images.read(png_of(20_000, 20_000))
    assert fault.value.reason is Reason.TOO_LARGE
    assert reasons(images.read(png_of(9_000, 9_000))) == {Reason.TOO_LARGE}
    content = images.read(gif_of(100_000))
    assert reasons(content) == {Reason.MORE_SHEETS}
    assert len(list(content.sheets)) == MAX_SHEETS
    assert len(sheets(tiff_loop())) == 1
    jpeg = bytearray(encoded(picture(), "JPEG"))
    at = jpeg.find(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"  # 65500 by 65500
    assert reasons(images.read(bytes(jpeg))) == {Reason.TOO_LARGE}
    assert time.process_time() - begun < 2


def test_other_formats_are_not_opened() -> None:
    for form in ("PPM", "TGA", "PCX", "ICO", "EPS", "SGI"):
        with pytest.raises(Unreadable):
            images.read(encoded(picture(32, 32), form))
    for data in (b"", b"\xff\xd8", b"GIF89a", b"%PDF-1.7", b"\0" * 64):
        with pytest.raises(Unreadable):
            images.read(data)


def test_heic_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_HEIC", False)
    with pytest.raises(Unreadable) as fault:
        images.read(encoded(picture(), "HEIF"))
    assert fault.value.reason is Reason.NO_HEIC


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "JPEG2000"])
def test_truncated_pictures_keep_their_metadata(form: str) -> None:
    exif = exif_bytes({0x010E: "Bonjour Capucine"}) if form != "BMP" else None
    data = encoded(picture(400, 300), form, **({"exif": exif} if exif else {}))
    if form == "WEBP":  # decoded as a whole or not at all
        with pytest.raises(Unreadable):
            images.read(data[: len(data) // 2])
        return
    content = images.read(data[: len(data) * 3 // 4])
    if exif and form != "JPEG2000":
        assert content.parts[0].lines[0].text == "Bonjour Capucine"
    with pytest.raises(Unreadable) as fault:
        list(content.sheets)
    assert fault.value.reason is Reason.UNREADABLE


def look(data: bytes) -> None:
    """Read all of it; nothing but `Unreadable` may come out, and soon."""
    begun = time.process_time()
    try:
        for sheet in images.read(data).sheets:
            assert sheet.ndim == 3
    except Unreadable:
        pass
    assert time.process_time() - begun < 2


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Cut off, or with some bytes changed, most of them near the beginning."""
    if chance.random() < 0.3:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        end = len(data) if chance.random() < 0.4 else min(len(data), 400)
        changed[chance.randrange(end)] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("form", FORMS)
def test_damage_never_escapes(form: str) -> None:
    chance = random.Random(20)  # noqa: S311 # no secret
    exif = exif_bytes(
        {0x010E: "a", 0x0112: 6}, {0x9003: "2024:01:01 00:00:00"}, {2: (1.0, 2.0, 3.0)}
    )
    options = {} if form in {"GIF", "BMP"} else {"exif": exif}
    if form in {"GIF", "TIFF", "WEBP", "PNG"}:
        options |= {"save_all": True, "append_images": [picture(64, 48, seed=2)]}
    data = encoded(picture(64, 48), form, **options)
    for _ in range(60):
        look(damaged(data, chance))


def test_chunks_and_segments_of_nonsense() -> None:
    png, jpeg = encoded(picture(), "PNG"), encoded(picture(), "JPEG")
    kinds = (
        b"tEXt",
        b"zTXt",
        b"iTXt",
        b"eXIf",
        b"iCCP",
        b"acTL",
        b"fcTL",
        b"tRNS",
        b"gAMA",
        b"pHYs",
    )
    for kind in kinds:
        for body in (b"", b"\0", b"a\0\0", b"\xff" * 40):
            look(with_chunks(png, [chunk(kind, body)]))
            look(with_chunks(png, [chunk(kind, body)], last=True))
    heads = (
        b"Exif\0\0",
        b"http://ns.adobe.com/xap/1.0/\0",
        b"Photoshop 3.0\0",
        b"MPF\0",
        b"JFIF\0",
        b"",
    )
    for mark in (0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE):
        for head in heads:
            for body in (b"", b"II*\0\x08\0\0\0", b"8BIM\x04\x04", b"\xff" * 40):
                look(with_segments(jpeg, [(mark, head + body)]))


@pytest.mark.parametrize("size", [(1, 1), (5, 16), (40, 33)])
def test_pixels_are_those_of_the_frame(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (*size, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    (sheet,) = images.read(stream.getvalue()).sheets
    assert np.array_equal(sheet, pixels)
    assert sheet.flags.c_contiguous


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_photos_are_the_same_by_either_decoder(orientation, mode):
    image = picture(97, 64).convert(mode)
    data = encoded(image, "JPEG", quality=95, exif=exif_bytes({0x0112: orientation}))
    [sheet] = images.read(data).sheets
    [frame] = images.frames(data)
    assert np.array_equal(sheet, np.asarray(frame))
    assert sheet.flags.c_contiguous


def test_a_photo_that_is_cut_is_not_taken_for_whole():
    data = encoded(picture(400, 300), "JPEG")
    with pytest.raises(Unreadable):
        list(images.read(data[: len(data) * 2 // 3]).sheets)


def test_photos_are_read_without_the_fast_decoder(monkeypatch):
    monkeypatch.setitem(sys.modules, "linter.files.photo", None)
    [sheet] = images.read(encoded(picture(97, 64), "JPEG")).sheets
    assert sheet.shape == (64, 97, 3)
