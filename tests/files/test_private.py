"""Blocks of picture files that belong to one program."""

from io import BytesIO
from struct import pack
from time import process_time

import pytest
from files.making_documents import mutated
from files.making_images import (
    NAME,
    chunk,
    encoded,
    exif_bytes,
    picture,
    with_chunks,
    with_segments,
    xmp,
)
from PIL import Image

from linter.files.content import Unreadable
from linter.files.images import open_image, read
from linter.files.private import private
from linter.seen import Origin, Reason, unchecked

WORDS = f"Patiente {NAME}, dossier 80012345"
SMALL = encoded(picture(64, 48, seed=2), "JPEG")


def told(data):
    parts = (p for p in read(data).parts if p.origin is Origin.METADATA)
    return [line.text for part in parts for line in part.lines]


def riff(webp, name, body):
    body += b"\0" * (len(body) % 2)
    out = webp + name + pack("<I", len(body)) + body
    return out[:4] + pack("<I", len(out) - 8) + out[8:]


def gif_with(value):
    plain = encoded(picture(8, 8).convert("P"), "GIF")
    at = plain.index(b",")
    return plain[:at] + b"!\xff\x0bDOSSIER 1.0" + bytes([len(value)]) + value + b"\0" + plain[at:]


def tiff_with(second):
    """A TIFF with a second picture below its page."""
    first = encoded(picture(32, 32), "TIFF", tiffinfo={0x014A: 4_000_000_000})
    at = len(first) + len(first) % 2
    page = encoded(second, "TIFF")
    # the second file's places count from its own beginning: moved by as much as stands before it
    moved = bytearray(page)
    begin = int.from_bytes(page[4:8], "little")
    for entry in range(int.from_bytes(page[begin : begin + 2], "little")):
        place = begin + 2 + 12 * entry
        tag, sort, count = (
            int.from_bytes(page[a:b], "little")
            for a, b in ((place, place + 2), (place + 2, place + 4), (place + 4, place + 8))
        )
        size = {3: 2, 4: 4, 5: 8}.get(sort, 1) * count
        if size > 4 or tag == 273:
            value = int.from_bytes(page[place + 8 : place + 12], "little")
            moved[place + 8 : place + 12] = (value + at).to_bytes(4, "little")
    out = first.replace((4_000_000_000).to_bytes(4, "little"), (at + begin).to_bytes(4, "little"))
    return out.ljust(at, b"\0") + bytes(moved)


@pytest.mark.parametrize(
    "data",
    [
        with_chunks(encoded(picture(), "PNG"), [chunk(b"doSs", WORDS.encode())], last=True),
        with_segments(encoded(picture(), "JPEG"), [(0xE7, b"HOPITAL\0" + WORDS.encode())]),
        riff(encoded(picture(), "WEBP"), b"DOSS", WORDS.encode()),
        gif_with(WORDS.encode()),
        encoded(picture(), "JPEG", exif=exif_bytes(second={0x927C: b"Maker\0\1" + WORDS.encode("utf-16-le")})),
        encoded(picture(), "JPEG", exif=exif_bytes({0xC123: WORDS})),
    ],
    ids=["PNG", "JPEG", "WebP", "GIF", "maker's note", "unknown tag"],
)  # fmt: skip
def test_words(data):
    assert any(WORDS in line for line in told(data))


@pytest.mark.parametrize(
    "data",
    [
        with_chunks(encoded(picture(), "PNG"), [chunk(b"prVw", SMALL)]),
        with_segments(encoded(picture(), "JPEG"), [(0xE5, b"PREVIEW\0" + SMALL)]),
        riff(encoded(picture(), "WEBP"), b"PREV", SMALL),
    ],
    ids=["PNG", "JPEG", "WebP"],
)
def test_pictures_are_handed_on(data):
    [inner] = read(data).inner
    assert inner.data.startswith(SMALL)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_thumbnails_in_a_manifest_of_origin(form):
    large = encoded(picture(900, 700, seed=3), "JPEG", quality=95)
    box = b"jumb" + b"c2pa claim " * 30 + large + b"Patiente " * 300 + SMALL + b"end"
    box = pack(">I", len(box) + 4) + box
    plain = encoded(picture(), form)
    if form == "PNG":
        data = with_chunks(plain, [chunk(b"caBX", box)])
    elif form == "WEBP":
        data = riff(plain, b"C2PA", box)
    else:
        pieces = [box[8:][i : i + 30_000] for i in range(0, len(box), 30_000)]
        heads = [b"JP" + pack(">HI", 1, n + 1) + box[:8] for n in range(len(pieces))]
        data = with_segments(plain, [(0xEB, h + p) for h, p in zip(heads, pieces, strict=True)])
    content = read(data)
    assert [inner.data for inner in content.inner] == [large, SMALL]
    assert told(data) == []


def test_a_picture_below_a_page_of_a_tiff():
    second = picture(48, 40, seed=5)
    [inner] = read(tiff_with(second)).inner
    [pixels] = read(inner.data).sheets
    with Image.open(BytesIO(encoded(second, "TIFF"))) as image:
        assert pixels.tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "JPEG2000", "AVIF"])
def test_nothing_where_programs_write_what_all_write(form):
    options = {} if form in {"BMP", "GIF", "JPEG2000"} else {"exif": exif_bytes({0x010F: "Maker"})}
    image = picture().convert("P") if form == "GIF" else picture()
    data = encoded(image, form, **options)
    assert private(open_image(data), data) == ([], [], False)


def test_numbers_that_happen_to_be_letters_are_no_words():
    noise = bytes((i * 7919 + i * i) % 256 for i in range(60_000))
    data = with_segments(encoded(picture(), "JPEG"), [(0xE7, noise)])
    assert len(told(data)) <= 2
    packet = with_segments(
        encoded(picture(), "JPEG"), [(0xE1, b"XMP\0:" + xmp("<dc:title>a</dc:title>"))]
    )
    assert told(packet) == ["a"]


def test_many_blocks_are_bounded():
    blocks = [chunk(b"doSs", b"Bonjour %d" % n) for n in range(2000)]
    data = with_chunks(encoded(picture(), "PNG"), blocks)
    start = process_time()
    content = read(data)
    assert unchecked(Reason.TOO_LARGE) in content.seen
    assert process_time() - start < 2
    large = with_chunks(encoded(picture(), "PNG"), [chunk(b"doSs", b"\xc3" * 1_900_000)] * 3)
    assert unchecked(Reason.TOO_LARGE) in read(large).seen


def test_random_damage_raises_nothing():
    data = with_segments(encoded(picture(), "JPEG"), [(0xE7, WORDS.encode() + SMALL)])
    for damaged in (*mutated(data, 100, 5), *mutated(tiff_with(picture(16, 16)), 100, 6)):
        try:
            image = open_image(damaged)
        except Unreadable:
            continue
        private(image, damaged)
