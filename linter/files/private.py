"""Blocks of a picture file that belong to one program: words in them, and pictures that are no part of the picture.

Nobody describes them all, so they are not understood: runs of letters are taken out of them as words, and what begins
like a picture as a file within. Blocks that the standards describe are read in metadata.py.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Literal

from PIL import Image
from PIL.ExifTags import IFD

from linter.files.content import MAX_BYTES, Inner, Unreadable
from linter.files.decoding import guarded
from linter.files.ends import jpeg_end
from linter.files.metadata import READ_TAGS
from linter.files.packets import gif_blocks, png_private, riff_chunks
from linter.files.text_file import decode

_LOOKED, _BLOCKS, _LINES, _LONGEST = 1_000_000, 500, 200, 2_000
"""Bytes of a file's blocks that are looked at, blocks, runs of letters, and characters of one."""
_PICTURES, _HEAD = 8, 128
"""Pictures of one file that are handed on, and bytes of a block in which one begins."""
_RUN = re.compile(
    rb"(?:[\x20-\x7e]|\xc3[\x80-\xbf]|[\xc0-\xff](?=[\x20-\x7e])){8,}|(?:[\x20-\x7e\xc0-\xff]\x00){8,}"
)
_WORD = re.compile(r"(?<![^\W_])(?:[A-ZÀ-Þ]?[a-zß-ÿ]{3,40}|[A-ZÀ-Þ]{4,40})(?![^\W_])")
"""A run without any is numbers that happen to be letters."""
_PICTURE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|RIFF.{4}WEBP|GIF8[79]a", re.DOTALL)

_SEGMENTS = (
    b"JFIF\0", b"Exif\0", b"http://ns.adobe.com/", b"Photoshop 3.0\0", b"ICC_PROFILE\0", b"MPF\0", b"Adobe", b"Ducky",
)  # fmt: skip
"""How segments of a JPEG begin that are read elsewhere, or hold numbers only."""
_XMP, _SIGNED = b"<x:xmpmeta", b"jumb"
_WEBP = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP "))
_SUB_IFDS = 0x014A
_READ = READ_TAGS | {
    # make, model, program, times, lens, versions, tables, colours, printing, strips of pixels
    0x010F, 0x0110, 0x0131, 0x0132, 0xA433, 0xA434, 0x9000, 0xA000, 0x015B, 0x8773, 0xC4A5, 0xA302, 0xA301, 0xA300,
    0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292, 0x9101, 0x0111, 0x0117, 0x0144, 0x0145,
}  # fmt: skip
"""Tags that are read elsewhere, or hold no words of anybody's."""


def private(image: Image.Image, data: bytes) -> tuple[list[str], list[Inner], bool]:
    """Words and pictures in the private blocks of a picture file, and whether there are more.

    Args:
        image: the picture as opened.
        data: the same file.
    """
    words, found, room = dict[str, None](), list[Inner](), _LOOKED
    for number, block in enumerate(chain(_blocks(image, data), _tags(image))):
        if number >= _BLOCKS or room < 0 or len(words) >= _LINES or len(found) >= _PICTURES:
            return list(words), found, True
        if block[4:8] == _SIGNED:
            found += _signed(block)
            continue
        if shown := picture_in(block):
            found.append(shown)
            continue
        words |= dict.fromkeys(runs(block[: max(0, room)]))
        room -= len(block)
    return list(words), [*found, *_below(image, data)], False


def picture_in(block: bytes) -> Inner | None:
    """The picture that a block holds, if one begins at its head."""
    begun = _PICTURE.search(block[:_HEAD])
    return Inner("", block[begun.start() :]) if begun else None


def _signed(block: bytes) -> Iterator[Inner]:
    """The thumbnails in a manifest of origin (C2PA 2.1, ISO 19566-5): they may show the picture before it was cut."""
    at = 0
    for _ in range(_PICTURES):
        at = block.find(b"\xff\xd8\xff", at)
        if at < 0:
            return
        end = jpeg_end(block[at:])
        yield Inner("", block[at : None if end is None else at + end])
        at += end or len(block)


def runs(block: bytes) -> Iterator[str]:
    """Runs of letters with words among them, each on one line."""
    for match in _RUN.finditer(block):
        text = decode(match[0], _LONGEST)
        if _WORD.search(text):
            yield " ".join(text.split())


def _blocks(image: Image.Image, data: bytes) -> Iterator[bytes]:
    if image.format == "PNG":
        yield from png_private(data)
    elif image.format == "GIF":
        yield from (body for kind, body in gif_blocks(data) if kind == "other")
    elif image.format == "WEBP":
        yield from (body for name, body in riff_chunks(data) if name not in _WEBP)
    segments = [body for name, body in getattr(image, "applist", ()) if name != "COM"]
    parts = [body for body in segments if body.startswith(b"JP") and body[12:16] == _SIGNED]
    # behind the head of the first piece, and of the others, which say again what the box is
    yield b"".join(body[16 if number else 8 :] for number, body in enumerate(parts))
    for body in segments:
        if body not in parts and not body.startswith(_SEGMENTS) and _XMP not in body[:_HEAD]:
            yield body


def _tags(image: Image.Image) -> Iterator[bytes]:
    """Values of tags that no standard names, and the notes of the maker of the camera but for what he shows small."""
    try:
        with guarded():
            exif = image.getexif()
            tables = [dict(exif.items()), dict(exif.get_ifd(IFD.Exif).items())]
    except Unreadable:
        return
    for tag, value in ((t, v) for table in tables for t, v in table.items()):
        if tag in _READ:
            continue
        if isinstance(value, str):
            yield value.encode("utf-8", "replace")
        elif isinstance(value, bytes):
            yield value


def _below(image: Image.Image, data: bytes) -> Iterator[Inner]:
    """Pictures of a TIFF that stand below a page and are no page: the same file, begun at their place."""
    if image.format != "TIFF" or data[2:4] not in {b"*\0", b"\0*"}:
        return
    try:
        with guarded():
            places = image.getexif().get(_SUB_IFDS, ())
    except Unreadable:
        return
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    every = places if isinstance(places, tuple) else (places,)
    for place in every[: max(1, min(_PICTURES, MAX_BYTES // max(1, len(data))))]:
        if isinstance(place, int) and 8 <= place < len(data):
            yield Inner("", data[:4] + place.to_bytes(4, order) + data[8:])
