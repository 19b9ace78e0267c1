"""What lies in a PDF and on none of its pages: alternative texts, properties of any name, pictures that are not drawn.

PDFium tells what is on pages. The rest is read from the objects themselves (PDF 1.7, 7.3 and 7.5.7), with no wish to
understand them: every string under a name, and every picture whose bytes no page draws.
"""

import re
from base64 import a85decode
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from time import thread_time
from zlib import crc32

from PIL import Image

from linter.files.content import MAX_PIXELS, Inner, Unreadable
from linter.files.decoding import guarded
from linter.files.pdf_file import Stream, streams, unpacked
from linter.files.text_file import decode

_STRINGS, _LONGEST, _SCANNED = 500, 4_000, 20_000_000
"""Strings of one file, characters of one, and bytes of objects in which they are sought."""
_PICTURES, _LEAST = 12, 48
"""Pictures that are handed on, and the shorter side of one that may show anything."""

_LOCKED = re.compile(rb"/Encrypt\b")
_NAMED = re.compile(rb"/([A-Za-z][\w.#-]{0,60})\s{0,4}(?=\(|<[0-9A-Fa-f\s]{4})")
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]{4,16000})>")
_ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3}|\r?\n)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b"\n"}
_LETTERS = re.compile(r"[^\W\d_]{3}")
_PRINTED = 0.9
"""Share of a string that is letters, figures, signs or spaces; ciphers and numbers written as bytes have less."""
_UNSAID = frozenset(
    # people, who are told of without their names; rich text and scripts, which are told elsewhere
    b"Author T RC JS "
    # written by programs: dates, fonts, forms, colours, versions, keys
    b"CreationDate ModDate M Producer Creator ID DA DS Lang NM Registry Ordering CharSet PTEX.Fullbanner O U OE UE "
    b"Perms Cert CheckSum LastModified Info OutputConditionIdentifier OutputCondition RegistryName "
    b"SourceModified Panose Style Trapped".split()
)
"""Names whose strings are not taken."""

_MASKS = re.compile(rb"/S?Mask\s+(\d{1,10})\s+\d{1,5}\s+R")
_LAYER = re.compile(rb"/OC\b")
_SIDE = re.compile(rb"/(Width|Height|BitsPerComponent)\s+(\d{1,6})\b")
_THUMBNAIL = re.compile(rb"/BitsPerComponent\b")
"""A thumbnail of a page need not say that it is a picture."""
_FILES = (b"\xff\xd8\xff", b"\0\0\0\x0cjP", b"\xff\x4f\xff\x51")
_FILTERS = re.compile(rb"/Filter\s*(?:/(\w+)|\[([^\]]{0,200})\])")
_SPELT = (b"ASCII85Decode", b"ASCIIHexDecode")
"""Filters that write bytes as letters."""
_PREDICTED = re.compile(rb"/Predictor\s+(?!1\b)\d")
_STENCIL = re.compile(rb"/ImageMask\s+true")
_MODES, _BITS = {1: "L", 3: "RGB", 4: "CMYK"}, 8


@dataclass(frozen=True, slots=True)
class Rest:
    """What no page shows.

    words: strings; pictures: as files; more: not everything was looked at.
    """

    words: tuple[str, ...] = field(repr=False, default=())
    pictures: tuple[Inner, ...] = ()
    more: bool = False


def rest(data: bytes, drawn: AbstractSet[int] | None, until: float) -> Rest:
    """What lies in the objects of a file and on none of its pages.

    Args:
        data: the file.
        drawn: checksums (`zlib.crc32`) of the pictures of its pages; None where not all pages were looked at.
        until: on the clock of `time.thread_time`; objects not begun by then are told as not looked at.
    """
    if _LOCKED.search(data):  # strings and pictures are ciphers, and PDFium keeps the key
        return Rest()
    parts, every, more = _objects(data, until)
    words = dict[str, None]()
    room = _SCANNED
    for part in parts:
        more |= len(words) >= _STRINGS or room < 0 or thread_time() > until
        if more:
            break
        room -= len(part)
        for text in _strings(part):
            words[text] = None
            if len(words) >= _STRINGS:
                break
    if drawn is None:
        return Rest(tuple(words), (), more)
    pictures, left = _pictures(data, every, parts, drawn, until)
    return Rest(tuple(words), pictures, more or left)


def _objects(data: bytes, until: float) -> tuple[list[bytes], list[Stream], bool]:
    """What stands between the streams of a file and in its packed objects; its pictures; whether that is not all."""
    parts, images, last = list[bytes](), list[Stream](), 0
    for found in streams(data):
        if thread_time() > until:
            return parts, images, True
        if found.start >= last:
            parts.append(data[last : found.start])
            last = found.end
        if found.image or _THUMBNAIL.search(found.head):
            images.append(found)
        elif found.objects:
            with suppress(Unreadable):  # too large: the file was refused before
                parts.append(unpacked(data[found.start : found.end]))
    return [*parts, data[last:]], images, False


# --- strings


def _strings(part: bytes) -> Iterator[str]:
    """The strings that stand under a name, as text; those of `_UNSAID` names are left out."""
    end = 0
    for match in _NAMED.finditer(part):
        if match.start() < end:  # within the string before
            continue
        raw, end = _string(part, match.end())
        text = "" if match[1] in _UNSAID else " ".join(decode(raw, 2 * _LONGEST).split())
        if _LETTERS.search(text) and _printed(text):
            yield text


def _string(part: bytes, start: int) -> tuple[bytes, int]:
    """The bytes of the string that begins at a place, and where it ends."""
    if part.startswith(b"<", start):
        match = _HEX.match(part, start)
        if match is None:
            return b"", start + 1
        digits = b"".join(match[1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")), match.end()
    depth, stop = 0, min(len(part), start + _LONGEST)
    for sign in _PAREN.finditer(part, start, stop):
        depth += {b"(": 1, b")": -1}.get(sign[0], 0)
        if depth == 0:
            return _ESCAPE.sub(_unescaped, part[start + 1 : sign.start()]), sign.end()
    return _ESCAPE.sub(_unescaped, part[start + 1 : stop]), stop


def _unescaped(match: "re.Match[bytes]") -> bytes:
    sign = match[1]
    if sign[:1].isdigit():
        return bytes([int(sign, 8) & 255])
    return b"" if sign[-1:] == b"\n" else _ESCAPED.get(sign, sign)


def _printed(text: str) -> bool:
    good = sum(c.isprintable() and c != "\ufffd" for c in text)
    return good >= _PRINTED * len(text)


# --- pictures


def _pictures(
    data: bytes,
    every: Sequence[Stream],
    parts: Sequence[bytes],
    drawn: AbstractSet[int],
    until: float,
) -> tuple[tuple[Inner, ...], bool]:
    """The pictures that no page draws, or whose layer may be hidden; whether some were left."""
    masks = {int(n) for part in parts for n in _MASKS.findall(part)}
    known, found, left = set[int](), list[Inner](), False
    for image in every:
        if image.number in masks or _small(image.head):
            continue
        content = data[image.start : image.end].rstrip(b"\r\n")
        names = {crc32(content), crc32(data[image.start : image.end])}
        if names & known or (names & drawn and not _LAYER.search(image.head)):
            continue
        known |= names
        if thread_time() > until or len(found) >= _PICTURES:
            return tuple(found), True
        file = _file(image.head, content)
        left |= not file
        found += [Inner("", file)] if file else []
    return tuple(found), left


def _small(head: bytes) -> bool:
    """Whether a picture is a stencil, or too small to show anything."""
    wide, high, _ = _sides(head)
    return min(wide, high) < _LEAST or _STENCIL.search(head) is not None


def _sides(head: bytes) -> tuple[int, int, int]:
    """Width, height, bits of a colour; 0 for what is not said."""
    sides = {name: int(value) for name, value in _SIDE.findall(head)}
    wide, high, bits = (sides.get(n, 0) for n in (b"Width", b"Height", b"BitsPerComponent"))
    return wide, high, bits


def _file(head: bytes, content: bytes) -> bytes:
    """A picture as a file of its own; nothing for one that is packed in a way that is not read."""
    told = _FILTERS.search(head)
    filters = (told[1] or told[2]).replace(b"/", b" ").split() if told else []
    with suppress(ValueError):  # damaged
        while filters and filters[0] in _SPELT:
            content = _spelt(filters.pop(0), content)
    if content.startswith(_FILES):
        return content
    wide, high, bits = _sides(head)
    if filters != [b"FlateDecode"] or _PREDICTED.search(head) or bits != _BITS:
        return b""
    return _painted(wide, high, content) if wide * high <= MAX_PIXELS else b""


def _spelt(how: bytes, content: bytes) -> bytes:
    if how == _SPELT[0]:
        return a85decode(content.removeprefix(b"<~").split(b"~>")[0])
    return bytes.fromhex(content.split(b">")[0].decode("ascii"))


def _painted(wide: int, high: int, content: bytes) -> bytes:
    out = BytesIO()
    with suppress(Unreadable), guarded():
        pixels = unpacked(content, max(_MODES) * wide * high)
        mode = _MODES[len(pixels) // (wide * high)]
        image = Image.frombytes(mode, (wide, high), pixels).convert("RGB")
        image.save(out, "PNG", compress_level=1)
        return out.getvalue()
    return b""
