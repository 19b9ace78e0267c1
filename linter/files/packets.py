"""Runs through the containers of metadata: PNG chunks, GIF blocks, Photoshop resources, IPTC records, XMP.

Everything here is bounded in number and length, takes any bytes, raises nothing, and gives what comes before damage.
"""

import re
import zlib
from binascii import Error as BinasciiError
from binascii import a2b_base64
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from struct import error as StructError  # noqa: N812 # an exception
from struct import unpack_from
from typing import Literal

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

MAX_BLOCKS = 20_000
"""Chunks, blocks, records or elements of one container."""
MAX_PACKET = 2_000_000
"""Bytes of one packet, unpacked: depth maps and whole pictures travel in longer ones."""
_DEPTH = 40
"""Levels of XMP."""
SPOKEN = re.compile(r"[^\W\d_]{2,40}[ ,;:]{1,3}[^\W\d_]{2,40}")
"""Two words beside one another, as names and sentences have them, and settings of programs rarely."""
_PNG_KNOWN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI tEXt zTXt iTXt bKGD hIST pHYs sPLT eXIf tIME "
    b"acTL fcTL fdAT oFFs sCAL pCAL gIFg gIFx sTER vpAg iDOT CgBI".split()
)
"""PNG 3 (W3C 2025), its registered extensions, and what Apple's programs write."""
_GIF_KNOWN = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"XMP Data", b"ICCRGBG1")
_NEAR = 6
"""Levels between a property and its words: rdf:Alt, rdf:li, a structure."""


def png_chunks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Texts of a PNG by keyword, and its `eXIf` chunk; those after the pixels too, which decoders pass over.

    See PNG 1.2, 11.3.4.
    """
    for kind, body in _chunks(data):
        keyword, _, rest = body.partition(b"\0")
        name = keyword[:79].decode("latin-1")
        if kind == b"eXIf":
            yield "eXIf", body
        elif kind == b"tEXt":
            yield name, rest
        elif kind == b"zTXt":
            yield name, _inflated(rest[1:])
        elif kind == b"iTXt" and len(rest) > 2:
            text = rest[2:].split(b"\0", 2)[-1]
            yield name, _inflated(text) if rest[0] else text


def png_private(data: bytes) -> Iterator[bytes]:
    """Chunks of a PNG that no standard describes."""
    return (body for kind, body in _chunks(data) if kind not in _PNG_KNOWN)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    for _ in range(MAX_BLOCKS):
        if at + 8 > len(data):
            return
        length = int.from_bytes(data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + min(length, MAX_PACKET)]
        at += 12 + length


def riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a WebP: name and content. See RFC 9649, section 2."""
    at = 12
    for _ in range(MAX_BLOCKS):
        if at + 8 > len(data):
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + min(length, MAX_PACKET)]
        at += 8 + length + length % 2


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MAX_PACKET)
    except zlib.error:
        return b""


GifBlock = Literal["frame", "comment", "other"]


def gif_blocks(data: bytes) -> Iterator[tuple[GifBlock, bytes]]:
    """Frames, comments and other extensions of a GIF in order, without decoding.

    See the GIF89a specification, section 15 ff.; of other extensions, those that programs write to loop or to time frames
    are left out.
    """
    at = 13 + _palette(data[10:11])
    for _ in range(MAX_BLOCKS):
        mark = data[at : at + 1]
        if mark == b"!":
            label, (value, at) = data[at + 1 : at + 2], _sub_blocks(data, at + 2)
            if label == b"\xfe":
                yield "comment", value
            elif label != b"\xf9" and not value.startswith(_GIF_KNOWN):
                yield "other", value
        elif mark == b",":
            yield "frame", b""
            _, at = _sub_blocks(data, at + 11 + _palette(data[at + 9 : at + 10]))
        else:  # the trailer, the end, or damage
            return


def _palette(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 128 else 0


def _sub_blocks(data: bytes, at: int) -> tuple[bytes, int]:
    """The first bytes of a chain of sub-blocks, and where it ends."""
    kept = bytearray()
    while at < len(data) and (size := data[at]):
        if len(kept) < MAX_PACKET // 16:  # comments; pixels are passed over
            kept += data[at + 1 : at + 1 + size]
        at += 1 + size
    return bytes(kept), at + 1


def photoshop_blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Photoshop image resources: their number and content. See Adobe's Photoshop File Format, "Image Resources"."""
    at = 0
    for _ in range(MAX_BLOCKS):
        if data[at : at + 4] != b"8BIM" or at + 7 > len(data):
            return
        number, name = int.from_bytes(data[at + 4 : at + 6]), data[at + 6]
        at += 7 + name + (name + 1) % 2
        size = int.from_bytes(data[at : at + 4])
        yield number, data[at + 4 : at + 4 + size]
        at += 4 + size + size % 2


def iptc_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Data sets of the application record, number 2. See IPTC-IIM 4.2, chapter 3."""
    at = 0
    for _ in range(MAX_BLOCKS):
        try:
            mark, record, number, size = unpack_from(">BBBH", data, at)
        except StructError:
            return
        if mark != 0x1C or size & 0x8000:  # extended sizes are for files, not for words
            return
        if record == 2:
            yield number, data[at + 5 : at + 5 + size]
        at += 5 + size


def xmp_packets(data: bytes) -> Iterator[bytes]:
    """XMP packets that stand in the open anywhere in a file, at most four."""
    at = 0
    for _ in range(4):
        start = data.find(b"<x:xmpmeta", at)
        if start < 0:
            return
        end = data.find(b"</x:xmpmeta>", start, start + MAX_PACKET)
        at = start + MAX_PACKET if end < 0 else end + 12
        yield data[start:at]


def xmp_values(packet: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    """Words of an XMP packet with the local names of the elements around them, innermost first."""
    target = _Properties()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    # What is read before the damage counts; expat refuses unknown encodings with ValueError or LookupError.
    with suppress(ParseError, DefusedXmlException, ValueError, LookupError, _Enough):
        parser.feed(packet[:MAX_PACKET].strip(b"\0 \r\n\t"))
    return islice(iter(target.values), MAX_BLOCKS)


class _Enough(Exception):  # noqa: N818 # ends the parsing
    pass


class _Properties:
    """Gathers the attributes and the words of elements."""

    def __init__(self) -> None:
        self.values: list[tuple[tuple[str, ...], str]] = []
        self._path: list[str] = []
        self._words: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._words.clear()
        self._path.append(_local(tag))
        if len(self._path) > _DEPTH or len(self.values) > MAX_BLOCKS:
            raise _Enough
        self.values += (((_local(k),), v) for k, v in attributes.items())

    def data(self, words: str) -> None:
        self._words.append(words)

    def end(self, _tag: str) -> None:
        if self._words:
            near = tuple(reversed(self._path[-_NEAR:]))
            self.values.append((near, "".join(self._words)))
            self._words.clear()
        self._path.pop()


def base64_bytes(text: str) -> bytes:
    """What a text of base 64 holds, as far as it is one."""
    try:
        return a2b_base64(text.encode("ascii", "ignore"))
    except BinasciiError:
        return b""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
