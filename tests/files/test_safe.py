"""Safe copies: what was found is covered, and nothing but pixels is left."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
import pytest
from files.making_images import (
    NAME,
    encoded,
    exif_bytes,
    gif_of,
    iptc,
    picture,
    resource,
    with_segments,
    xmp,
)
from PIL import Image, ImageCms, ImageSequence
from PIL.PngImagePlugin import PngInfo

from linter.files import images, safe
from linter.files.content import MAX_SHEETS, Unreadable
from linter.finding import Box

EYES = Box(40, 20, 60, 30)
PLANTED = (
    NAME.encode(),
    NAME.encode("utf-16-le"),
    b"SN778899",
    b"2024:05:06",
    b"xmpmeta",
    b"Exif",
    b"8BIM",
    b"ftypmp42",
)
FORMS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF", "JPEG2000")


def copied(data: bytes, boxes: Mapping[int, Sequence[Box]] | None = None) -> bytes:
    out = BytesIO()
    safe.copy_image(data, boxes or {}, out)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def marked(form: str) -> bytes:
    """A picture with everything that its format can carry."""
    exif = exif_bytes(
        {0x010E: NAME, 0x013B: NAME, 0x9C9B: NAME.encode("utf-16-le")},
        {0x9003: "2024:05:06 07:08:09", 0xA431: "SN778899"},
        {1: "N", 2: (48.0, 51.0, 30.0)},
    )
    packet = xmp(f"<dc:title>{NAME}</dc:title>")
    options: dict[str, object] = {"comment": NAME, "icc_profile": profile()}
    if form in {"JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"}:
        options["exif"] = exif
    if form in {"JPEG", "WEBP", "HEIF", "AVIF"}:
        options["xmp"] = packet
    if form == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Author", NAME)
    data = encoded(picture(), form, **options)
    if form == "JPEG":
        block = resource(0x0404, iptc([(80, NAME.encode())]))
        data = with_segments(data, [(0xED, b"Photoshop 3.0\0" + block), (0xFE, NAME.encode())])
    if form == "JPEG2000":  # its decoder reads to the end
        return data
    return data + b"\0\0\0\x18ftypmp42" + NAME.encode()


def black(pixels: np.ndarray, *, lossy: bool) -> bool:
    """Lossy formats carry some of the neighbourhood over an edge; what was covered is not in it."""
    return bool(pixels.max() <= 40 and pixels.mean() <= 6) if lossy else not pixels.any()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_but_pixels_is_left(form: str) -> None:
    data = marked(form)
    assert NAME.encode() in data
    made = copied(data, {0: [EYES]})
    for planted in PLANTED:
        assert planted not in made
    again = opened(made)
    assert again.size == (96, 64)
    kept = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "version", "background", "compression",
            "loop", "resolution", "duration", "timestamp"}  # fmt: skip
    assert set(again.info) <= kept
    content = images.read(made)
    assert (content.parts, content.seen) == ((), ())


@pytest.mark.parametrize("form", FORMS)
def test_boxes_are_black_and_the_rest_is_kept(form: str) -> None:
    before = encoded(picture(), form)
    (sheet,) = images.read(copied(before, {0: [EYES], 1: [Box(0, 0, 96, 64)]})).sheets
    lossy = form not in {"PNG", "GIF", "TIFF", "BMP"}
    assert black(sheet[EYES.y0 : EYES.y1, EYES.x0 : EYES.x1], lossy=lossy)
    (source,) = images.read(before).sheets
    rest = np.ones((64, 96), bool)
    rest[EYES.y0 - 4 : EYES.y1 + 5, EYES.x0 - 4 : EYES.x1 + 5] = False
    assert np.abs(sheet.astype(int) - source)[rest].mean() < 4


def test_boxes_beyond_the_picture() -> None:
    boxes = {
        0: [
            Box(-50, -50, 10, 10),
            Box(90, 60, 5000, 5000),
            Box(300, 300, 400, 400),
            Box(60, 30, 40, 20),
        ]
    }
    (sheet,) = images.read(copied(encoded(picture(), "PNG"), boxes)).sheets
    assert not sheet[:10, :10].any()
    assert not sheet[60:, 90:].any()
    assert not sheet[20:30, 40:60].any()
    assert sheet[40, 20].any()


@pytest.mark.parametrize("form", FORMS)
def test_endings(form: str) -> None:
    data = encoded(picture(), form)
    endings = {b"\xff\xd8": ".jpg", b"\x89P": ".png", b"GI": ".gif", b"RI": ".webp", b"II": ".tiff"}
    assert safe.suffix(data) == endings[copied(data)[:2]]


@pytest.mark.parametrize("form", FORMS)
def test_copies_are_alike(form: str) -> None:
    data = encoded(picture(), form)
    assert copied(data, {0: [EYES]}) == copied(data, {0: [EYES]})


@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_stand_upright(orientation: int) -> None:
    data = encoded(picture(), "JPEG", exif=exif_bytes({0x0112: orientation}))
    (shown,) = images.read(data).sheets
    made = opened(copied(data))
    assert made.size == shown.shape[1::-1]
    assert not made.getexif()
    assert np.abs(np.asarray(made).astype(int) - shown).mean() < 4


def test_colours_are_those_that_the_profile_means() -> None:
    """Red and blue exchanged by a profile: the copy shows what a viewer shows."""
    swapped = bytearray(profile())
    places = {}
    for at in range(132, 132 + 12 * int.from_bytes(swapped[128:132]), 12):
        places[bytes(swapped[at : at + 4])] = at
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    image = Image.new("RGB", (32, 32), (250, 0, 0))
    made = opened(copied(encoded(image, "PNG", icc_profile=bytes(swapped))))
    red, _, blue = made.getpixel((4, 4))
    assert (blue > 200, red < 60) == (True, True)
    made = opened(copied(encoded(image, "PNG", icc_profile=b"no profile")))
    assert made.getpixel((4, 4)) == (250, 0, 0)


def test_transparency_is_gone() -> None:
    image = picture().convert("RGBA")
    image.putalpha(0)
    made = opened(copied(encoded(image, "PNG")))
    assert made.mode == "RGB"
    assert made.getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF"])
def test_frames_are_kept_and_covered(form: str) -> None:
    several = [picture(seed=s) for s in range(MAX_SHEETS + 3)]
    data = encoded(several[0], form, save_all=True, append_images=several[1:], duration=70)
    boxes = {i: [Box(10 + i, 20, 30 + i, 40)] for i in range(MAX_SHEETS + 3)}
    made = copied(data, boxes)
    frames = [f.convert("RGB") for f in ImageSequence.Iterator(opened(made))]
    assert len(frames) == MAX_SHEETS
    for number, frame in enumerate(frames):
        box = boxes[number][0]
        # Two pixels inside the edge: WebP has half the resolution in colours.
        inside = np.asarray(frame)[box.y0 + 2 : box.y1 - 2, box.x0 + 2 : box.x1 - 2]
        assert black(inside, lossy=form == "WEBP")
    if form != "TIFF":
        first = opened(made)
        first.load()
        assert first.info["duration"] == 70


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_covered_in_every_frame(form: str) -> None:
    several = [picture(seed=s) for s in range(4)]
    data = encoded(several[0], form, save_all=True, append_images=several[1:])
    made = opened(copied(data, {2: [Box(10, 20, 40, 50)]}))
    for frame in ImageSequence.Iterator(made):
        assert black(np.asarray(frame.convert("RGB"))[22:48, 12:38], lossy=form == "WEBP")


@pytest.mark.parametrize("form", ["MPO", "HEIF", "AVIF"])
def test_only_the_first_picture_of_photos_is_kept(form: str) -> None:
    data = encoded(picture(), form, save_all=True, append_images=[picture(seed=2)])
    made = copied(data)
    assert getattr(opened(made), "n_frames", 1) == 1
    (sheet,) = images.read(made).sheets
    assert np.abs(sheet.astype(int) - next(iter(images.read(data).sheets))).mean() < 4


def test_pages_of_several_sizes() -> None:
    data = encoded(picture(), "TIFF", save_all=True, append_images=[picture(30, 40)])
    assert [s.shape for s in images.read(copied(data)).sheets] == [(64, 96, 3), (40, 30, 3)]


def test_a_fault_writes_nothing() -> None:
    out = BytesIO()
    data = encoded(picture(400, 300), "JPEG")
    for wrong in (data[:4000], b"", b"bonjour"):
        with pytest.raises(Unreadable):
            safe.copy_image(wrong, {}, out)
    for pages in (safe.copy_pages, safe.copy_frames):
        with pytest.raises(Unreadable):
            pages([], {}, out)
    assert out.getvalue() == b""


def test_many_frames() -> None:
    assert getattr(opened(copied(gif_of(100_000))), "n_frames", 1) <= MAX_SHEETS


def test_frames_have_a_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe, "MAX_PIXELS", 2 * 96 * 64)
    data = encoded(picture(), "GIF", save_all=True, append_images=[picture(seed=s) for s in (2, 3)])
    assert opened(copied(data)).n_frames == 2
    monkeypatch.setattr(safe, "MAX_PIXELS", 1)
    assert opened(copied(data)).n_frames == 1


def test_pages_become_a_pdf_of_pictures(tmp_path: object) -> None:
    pages = [np.asarray(picture(200, 280, seed=s)) for s in (1, 2, 3)]
    target = tmp_path / f"{NAME}.pdf"
    with target.open("xb") as out:
        safe.copy_pages(iter(pages), {1: [Box(50, 50, 100, 100)]}, out)
    made = target.read_bytes()
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", made)) == 3
    for trace in (
        b"/Title",
        b"/Author",
        b"Date",
        NAME.encode(),
        NAME.encode("utf-16-be"),
        b"/Font",
        b"/Annot",
    ):
        assert trace not in made
    second = BytesIO()
    safe.copy_pages(pages, {1: [Box(50, 50, 100, 100)]}, second)
    assert second.getvalue() == made
    jpegs = [made[m.start() :] for m in re.finditer(rb"\xff\xd8\xff", made)]
    shown = [np.asarray(opened(j)) for j in jpegs]
    assert black(shown[1][50:100, 50:100], lossy=True)
    assert np.abs(shown[2].astype(int) - pages[2]).mean() < 4


def test_frames_become_a_png() -> None:
    frames = [np.asarray(picture(seed=s)) for s in range(MAX_SHEETS + 2)]
    out = BytesIO()
    safe.copy_frames(frames, {1: [EYES]}, out)
    made = opened(out.getvalue())
    assert made.format == "PNG"
    assert made.n_frames == MAX_SHEETS
    made.seek(1)
    assert not np.asarray(made.convert("RGB"))[20:30, 40:60].any()
    out = BytesIO()
    safe.copy_frames(iter(frames[:1]), {}, out)
    assert np.array_equal(np.asarray(opened(out.getvalue())), frames[0])


def test_before_and_after() -> None:
    before = np.asarray(picture())
    after = before.copy()
    after[20:30, 40:60] = 0
    shown = safe.side_by_side(before, after, [EYES, Box(60, 30, 50, 25)], 128)
    assert shown.shape == (128, 192 + 16 + 192, 3)
    assert shown.dtype == np.uint8
    assert shown[50, 80].tolist() == [220, 0, 0]  # the outline
    assert not shown[48, 208 + 100].any()  # the cover
    assert shown[5, 200].tolist() == [255] * 3
    assert safe.side_by_side(before, before[:10, :5], [], 1).shape[0] == 1
