"""Pictures and their metadata for tests: all drawn here, all names invented."""

import zlib
from collections.abc import Iterable
from io import BytesIO
from struct import pack
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

NAME = "Capucine Delorme-Vasseur"
"""Planted wherever a format keeps words."""


def picture(width: int = 96, height: int = 64, *, seed: int = 1) -> Image.Image:
    """A picture without symmetry: a gradient with blobs, its upper left corner red, its upper right one blue."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    base = np.stack([columns / width, rows / height, 1 - columns / width], axis=-1) * 120 + 60
    image = Image.fromarray(base.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = rng.integers(width), rng.integers(height)
        r = int(rng.integers(height // 16 + 1, height // 5 + 2))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.integers(0, 255, 3).tolist()))
    draw.rectangle((0, 0, width // 4, height // 4), fill=(250, 0, 0))
    draw.rectangle((width * 3 // 4, 0, width, height // 4), fill=(0, 0, 250))
    return image


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif_bytes(
    first: dict[int, Any] | None = None,
    second: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
) -> bytes:
    """EXIF with its own sub-directories."""
    exif = Image.Exif()
    for tag, value in (first or {}).items():
        exif[tag] = value
    for place, tags in ((0x8769, second), (0x8825, gps)):
        if tags:
            exif.get_ifd(place).update(tags)
    return exif.tobytes()


def with_thumbnail(thumbnail: bytes) -> bytes:
    """EXIF that holds nothing but a thumbnail in its second directory (big-endian)."""
    first = pack(">HHHIHHI", 1, 0x0112, 3, 1, 1, 0, 26)
    second = pack(">HHHIIHHIII", 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, len(thumbnail), 0)
    return b"Exif\0\0MM\0\x2a\0\0\0\x08" + first + second + thumbnail


def xmp(body: str = "", attributes: str = "") -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
        ' xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"'
        ' xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"'
        f' {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def resource(number: int, value: bytes) -> bytes:
    """A Photoshop image resource."""
    return b"8BIM" + pack(">HHI", number, 0, len(value)) + value + b"\0" * (len(value) % 2)


def iptc(records: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(pack(">BBBH", 0x1C, 2, n, len(v)) + v for n, v in records)


def with_segments(jpeg: bytes, segments: Iterable[tuple[int, bytes]]) -> bytes:
    """A JPEG with further marker segments behind its start."""
    added = b"".join(pack(">BBH", 0xFF, mark, len(v) + 2) + v for mark, v in segments)
    return jpeg[:2] + added + jpeg[2:]


def chunk(kind: bytes, value: bytes) -> bytes:
    return pack(">I", len(value)) + kind + value + pack(">I", zlib.crc32(kind + value))


def with_chunks(png: bytes, chunks: Iterable[bytes], *, last: bool = False) -> bytes:
    """A PNG with further chunks, behind its head or before its end."""
    at = len(png) - 12 if last else 33
    return png[:at] + b"".join(chunks) + png[at:]


def png_of(width: int, height: int) -> bytes:
    """A black one-bit PNG of any size in a few bytes."""
    packer = zlib.compressobj()
    row = b"\0" * ((width + 7) // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def gif_of(frames: int) -> bytes:
    """A GIF of one pixel with so many frames, twenty bytes each."""
    head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return head + frame * frames + b";"


def tiff_loop() -> bytes:
    """A TIFF whose directory names itself as the next one."""
    data = bytearray(encoded(picture(16, 16), "TIFF"))
    at = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[at : at + 2], "little")
    end = at + 2 + 12 * count
    data[end : end + 4] = at.to_bytes(4, "little")
    return bytes(data)
