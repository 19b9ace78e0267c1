"""Pictures of a page of a PDF: those it does not show whole, and what photos tell besides their pixels.

What is drawn over a picture leaves it whole in the file, where anybody can take it out.
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from linter.files import metadata
from linter.files.content import Inner, Unreadable
from linter.files.decoding import guarded
from linter.files.images import open_image
from linter.files.pdf_page import objects
from linter.seen import Part, Seen

_OBJECTS, _MOST = 5_000, 6
"""Objects of one page that are looked at, and pictures of it that are handed on."""
_LEAST = 48
"""Shorter side of a picture that may show anything, in pixels."""
_BAR = 0.002
"""Share of a picture from which what lies on it hides something: the eyes of one in a group."""
_EDGE = 0.02
"""Share of a side that may be cut off: borders of scans."""
_OVER = frozenset(
    {raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_CIRCLE, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_INK}
    | {raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_REDACT, raw.FPDF_ANNOT_POLYGON}
)
_PHOTOS, _HEAD = 20, 65_536
"""Photos of one page whose metadata are read, and bytes in which their marks stand."""
_CARRIED = (b"Exif\0\0", b"http://ns.adobe.com/", b"Photoshop 3.0")
_PACKED = ("DCTDecode", "JPXDecode")
"""Filters whose data are files of their own."""


class _Sides(NamedTuple):
    """A rectangle in points, from the bottom left of the page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.top - self.bottom)

    def shared(self, other: "_Sides") -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(0.0, wide) * max(0.0, high)


class _Picture(NamedTuple):
    """Pictures that are drawn at once, alone or within a form: when, where, and which."""

    number: int
    place: _Sides
    items: list[pdfium.PdfImage]


def pictures(page: pdfium.PdfPage) -> Iterator[bytes]:
    """The pictures of a page as they stand in the file."""
    return map(_bytes, _images(page))


def _images(page: pdfium.PdfPage) -> Iterator[pdfium.PdfImage]:
    return (x for x in islice(objects(page), _OBJECTS) if isinstance(x, pdfium.PdfImage))


def _bytes(item: pdfium.PdfImage) -> bytes:
    with suppress(pdfium.PdfiumError):  # it has none
        return bytes(item.get_data())
    return b""


def _packed(item: pdfium.PdfImage) -> bool:
    """Whether its bytes are a file of their own."""
    try:
        filters = item.get_filters()
    except UnicodeDecodeError:  # the name of a filter is whatever the file says
        return False
    return len(filters) == 1 and filters[0] in _PACKED


def metadata_of(page: pdfium.PdfPage) -> tuple[tuple[Part, ...], tuple[Seen, ...]]:
    """What the photos of a page tell besides their pixels: programs that make a PDF of them leave it in."""
    parts, seen = list[Part](), list[Seen]()
    for item in islice(filter(_packed, _images(page)), _PHOTOS):
        data = _bytes(item)
        if data[:2] != b"\xff\xd8" or not any(mark in data[:_HEAD] for mark in _CARRIED):
            continue
        with suppress(Unreadable):
            told = metadata.read(open_image(data), data)
            parts += told[0]
            seen += told[1]
    return tuple(parts), tuple(seen)


def beneath(page: pdfium.PdfPage) -> tuple[Inner | None, ...]:
    """The pictures of a page that it does not show whole, at most `_MOST`; None for one that cannot be taken out.

    Raises:
        PdfiumError: the page is damaged.
    """
    drawn, covers = _drawn(page)
    if not drawn:
        return ()
    over = list(_notes(page))
    whole = _Sides(*page.get_bbox())
    found: list[Inner | None] = []
    for picture in drawn:
        later = [place for number, place in covers if number > picture.number]
        if _hidden(picture, [*later, *over], whole):
            found += [_taken(x) for x in picture.items if min(x.get_px_size()) >= _LEAST]
        if len(found) >= _MOST:
            break
    return tuple(found[:_MOST])


def _drawn(page: pdfium.PdfPage) -> tuple[list[_Picture], list[tuple[int, _Sides]]]:
    """The pictures of a page, and what is drawn on it that may cover them, with its number in the order of drawing."""
    drawn: list[_Picture] = []
    covers: list[tuple[int, _Sides]] = []
    now: _Picture | None = None
    for number, item in enumerate(islice(objects(page), _OBJECTS)):
        if item.level == 0:
            now = None
            with suppress(pdfium.PdfiumError):
                now = _Picture(number, _Sides(*item.get_bounds()), [])
        if now is None:
            continue
        if isinstance(item, pdfium.PdfImage):
            if not now.items:
                drawn.append(now)
            now.items.append(item)
        if item.level == 0 and (isinstance(item, pdfium.PdfImage) or _filled(item)):
            covers.append((number, now.place))
    return drawn, covers


def _hidden(picture: _Picture, covers: Sequence[_Sides], page: _Sides) -> bool:
    place = picture.place
    if any(place.shared(cover) > _BAR * place.area for cover in covers):
        return True
    frames = [page, *(c for item in picture.items if (c := _clip(item)))]
    whole = (1 - _EDGE) ** 2 * place.area
    return any(place.shared(f) < whole for f in frames)


def _filled(item: pdfium.PdfObject) -> bool:
    """Whether it is a surface that hides what is below."""
    if item.type != raw.FPDF_PAGEOBJ_PATH:
        return False
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    colour = [ctypes.c_uint() for _ in range(4)]
    drawn = raw.FPDFPath_GetDrawMode(item, mode, stroke)
    raw.FPDFPageObj_GetFillColor(item, *colour)
    return bool(drawn and mode.value and colour[3].value > 127)


def _clip(item: pdfium.PdfObject) -> _Sides | None:
    """What is left of the page to draw on, as a rectangle around it."""
    clip = raw.FPDFPageObj_GetClipPath(item)
    x, y, points = ctypes.c_float(), ctypes.c_float(), []
    for path in range(min(max(0, raw.FPDFClipPath_CountPaths(clip)), 20)):
        for part in range(min(max(0, raw.FPDFClipPath_CountPathSegments(clip, path)), 200)):
            segment = raw.FPDFClipPath_GetPathSegment(clip, path, part)
            if raw.FPDFPathSegment_GetPoint(segment, x, y):
                points.append((x.value, y.value))
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return _Sides(min(xs), min(ys), max(xs), max(ys))


def _notes(page: pdfium.PdfPage) -> Iterator[_Sides]:
    """Notes that lie on the page as surfaces."""
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), 500)):
        note = raw.FPDFPage_GetAnnot(page, number)
        rect = raw.FS_RECTF()
        if raw.FPDFAnnot_GetSubtype(note) in _OVER and raw.FPDFAnnot_GetRect(note, rect):
            low, high = sorted((rect.bottom, rect.top))
            yield _Sides(rect.left, low, rect.right, high)
        raw.FPDFPage_CloseAnnot(note)


def _taken(item: pdfium.PdfImage) -> Inner | None:
    """A picture out of its page; None where that fails."""
    with suppress(Unreadable), guarded():
        if _packed(item):
            return Inner("", bytes(item.get_data()))
        out = BytesIO()
        item.get_bitmap().to_pil().convert("RGB").save(out, "PNG", compress_level=1)
        return Inner("", out.getvalue())
    return None
