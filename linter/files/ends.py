"""Where a picture or an archive ends in its file: what stands behind was put there by somebody."""

import re
from typing import Literal

_STEPS = 500_000
"""Segments or blocks that are stepped over: a GIF of the largest size has about as many. What is behind them
counts as appended."""
_PACKED = frozenset({1, 2, 4, 5})
"""Compressions of a BMP whose size its head tells (Windows GDI, BITMAPINFOHEADER)."""
_CLASSIC = 42
"""The mark of TIFF with places of four bytes."""
_ALIGNED = 16
"""What writers of several pages bring each page to a multiple of."""
_SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of one value by its type, where more than one."""
_PIXELS = frozenset({273, 279, 324, 325, 513, 514})
"""Places and lengths of strips, of tiles, and of a picture packed as JPEG."""
_BELOW = (330, 34665, 34853, 40965)
"""Directories below: thumbnails, EXIF, position, interoperability."""
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def jpeg_end(data: bytes) -> int | None:
    """Behind the end mark of the first picture; thumbnails stand within segments, which are stepped over."""
    position = 2
    for _ in range(_STEPS):
        found = _MARKER.search(data, position)
        if found is None:
            return None
        position = found.end()
        if found[0] == b"\xff\xd9":
            break
        if found[0] not in {b"\xff\x01", b"\xff\xd8"}:  # these two have no length
            position += max(2, int.from_bytes(data[position : position + 2]))
    return position


def png_end(data: bytes) -> int | None:
    """Behind the last chunk, IEND."""
    position = 8
    for _ in range(_STEPS):
        if position + 8 > len(data):
            return None
        name = data[position + 4 : position + 8]
        position += int.from_bytes(data[position : position + 4]) + 12
        if name == b"IEND":
            break
    return position


def gif_end(data: bytes) -> int | None:
    """Behind the trailer: extensions, pictures and their blocks are stepped over by their sizes."""

    def colours(at: int) -> int:
        flags = int.from_bytes(data[at : at + 1])
        return 3 * 2 ** ((flags & 7) + 1) if flags & 128 else 0

    position, blocks = 13 + colours(10), False
    for _ in range(_STEPS):
        mark = data[position : position + 1]
        if blocks:
            position += 1 + int.from_bytes(mark)
            blocks = mark not in {b"\0", b""}
        elif mark == b"!":
            position, blocks = position + 2, True
        elif mark == b",":
            position, blocks = position + 11 + colours(position + 9), True
        else:
            return position + 1 if mark == b";" else None
    return position


def webp_end(data: bytes) -> int:
    """Behind the one RIFF chunk that a file is, padded to an even length."""
    size = int.from_bytes(data[4:8], "little")
    return 8 + size + size % 2


def boxes_end(data: bytes) -> int | None:
    """HEIC, AVIF and JPEG 2000 are rows of boxes; what belongs to the picture is listed."""
    if data.startswith(b"\xff\x4f"):
        return _codestream_end(data, 0)
    position = 0
    for _ in range(_STEPS):
        size = int.from_bytes(data[position : position + 4])
        if data[position + 4 : position + 8] not in _BOXES:
            break
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16])
        if size == 0 and data[position + 4 : position + 8] == b"jp2c":
            return _codestream_end(data, position)
        if size < 8:  # 0: to the end of the file
            return None
        position += size
    return position


_BOXES = frozenset(
    {b"ftyp", b"meta", b"mdat", b"free", b"skip", b"moov", b"iloc", b"idat", b"uuid"}
    | {b"jP  ", b"jp2h", b"jp2c", b"jp2i", b"xml ", b"uinf", b"rreq"}
)


def _codestream_end(data: bytes, position: int) -> int | None:
    """Behind the end mark of a JPEG 2000 without a length: packed data hold no such mark (ISO/IEC 15444-1, A.1)."""
    packed = data.find(b"\xff\x93", position)
    at = data.find(b"\xff\xd9", packed) if packed >= 0 else -1
    return None if at < 0 else at + 2


def zip_end(data: bytes) -> int | None:
    """Behind the note of the record at the end; 0 where another archive stands before this one."""
    at = data.rfind(b"PK\5\6")
    if at < 0 or len(data) < at + 22:
        return None
    listed = int.from_bytes(data[at + 12 : at + 16], "little")
    offset = int.from_bytes(data[at + 16 : at + 20], "little")
    note = int.from_bytes(data[at + 20 : at + 22], "little")
    # Not 0: the list stands where the record says.
    return at + 22 + note if listed + offset == at else 0


def bmp_end(data: bytes) -> int | None:
    """Behind the rows of pixels, or behind a colour profile after them; the size that the head tells proves nothing."""

    def number(at: int, size: int = 4) -> int:
        return int.from_bytes(data[at : at + size], "little")

    start, head = number(10), number(14)
    if head < 40:  # of OS/2: sides of two bytes
        return start + _rows(number(18, 2), number(20, 2), number(24, 2))
    high = min(number(22), 2**32 - number(22))  # rows from the top are counted below nothing
    packed = number(30) in _PACKED
    end = start + (number(34) if packed else _rows(number(18), high, number(28, 2)))
    return max(end, 14 + number(126) + number(130)) if head >= 124 else end


def _rows(wide: int, high: int, bits: int) -> int:
    """Bytes of rows of pixels, each padded to four."""
    return (wide * bits + 31) // 32 * 4 * high


def tiff_end(data: bytes) -> int | None:
    """Behind the last byte that a directory, one of its values or a strip of pixels takes; None for other kinds."""
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    if int.from_bytes(data[2:4], order) != _CLASSIC:
        return None
    tiff = _Tiff(data, order)
    waiting, known = [tiff.number(4, 4)], set[int]()
    while waiting:
        if tiff.room < 0:
            return None
        at = waiting.pop()
        if at in known or not 8 <= at < len(data):
            continue
        known.add(at)
        waiting += tiff.directory(at)
    padded = -(-tiff.end // _ALIGNED) * _ALIGNED
    return tiff.end if data[tiff.end : padded].strip(b"\0") else padded


def tiff_pages(data: bytes, most: int) -> int:
    """How many pages a TIFF of the usual kind has, counted up to so many; 0 for another kind."""
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    if int.from_bytes(data[2:4], order) != _CLASSIC:
        return 0
    tiff, known = _Tiff(data, order), set[int]()
    at = tiff.number(4, 4)
    while 8 <= at < len(data) and at not in known and len(known) < most:
        known.add(at)
        at = tiff.number(at + 2 + 12 * tiff.number(at, 2), 4)
    return len(known)


class _Tiff:
    """Walks the directories of a TIFF file (TIFF 6.0, section 2)."""

    def __init__(self, data: bytes, order: Literal["little", "big"]) -> None:
        self._data, self._order = data, order
        self.end, self.room = 8, _STEPS
        """Where what is known ends, and entries and values that may still be looked at."""

    def number(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], self._order)

    def directory(self, at: int) -> list[int]:
        """Takes note of what one directory needs; gives the places of the next one and of those below it."""
        entries = self.number(at, 2)
        behind = at + 2 + 12 * entries
        self._needs(behind + 4)
        below, values = [self.number(behind, 4)], dict[int, list[int]]()
        self.room -= entries
        for entry in range(at + 2, min(behind, len(self._data)), 12):
            tag, sort = self.number(entry, 2), self.number(entry + 2, 2)
            many, size = self.number(entry + 4, 4), _SIZES.get(sort, 1)
            place = entry + 8 if many * size <= 4 else self.number(entry + 8, 4)
            self._needs(place + many * size)
            if tag in _PIXELS or tag in _BELOW:
                self.room -= many
                count = many if self.room >= 0 else 0
                values[tag] = [self.number(place + i * size, size) for i in range(count)]
        for starts, lengths in (273, 279), (324, 325), (513, 514):
            for start, length in zip(values.get(starts, ()), values.get(lengths, ()), strict=False):
                self._needs(start + length)
        return below + [x for tag in _BELOW for x in values.get(tag, ())]

    def _needs(self, end: int) -> None:
        """A place beyond the file is damage, and no end."""
        if end <= len(self._data):
            self.end = max(self.end, end)
