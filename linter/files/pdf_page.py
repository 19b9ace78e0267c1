"""One page of a PDF: its words with their places, its notes and form fields, and whether it shows more than words."""

import ctypes
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from linter.files.content import MAX_PIXELS, MAX_TEXT, Inner
from linter.files.text_file import named
from linter.finding import Box
from linter.seen import Line

LONGEST = 2_200
"""Pixels of the longest side of a page: 188 per inch on A4, enough for small print and small codes."""
_SCALE = 4.0
"""Pixels per point at most (288 per inch): small pages gain nothing beyond."""
_OBJECTS = 100_000
"""Objects of one page: a dense vector drawing has some 50,000."""
_LOOKED = 5_000
"""Objects that are looked at to tell a page of words from one with drawings."""
_NOTES = 500
"""Annotations and form fields of one page."""
_SEGMENTS, _CURVES = 8, 3
"""A rule or a frame of a table has up to 5 segments, a letter drawn as an outline more: so many such outlines make a
picture."""
_PICTURES = frozenset({raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING})
_PLAYED = frozenset(
    {raw.FPDF_ANNOT_RICHMEDIA, raw.FPDF_ANNOT_MOVIE, raw.FPDF_ANNOT_SCREEN, raw.FPDF_ANNOT_SOUND}
    | {raw.FPDF_ANNOT_THREED, raw.FPDF_ANNOT_XFAWIDGET}
)
_AWAY = frozenset({raw.PDFACTION_LAUNCH, raw.PDFACTION_REMOTEGOTO, raw.PDFACTION_EMBEDDEDGOTO})


@dataclass
class PageRead:
    """What one page says.

    room: bytes that embedded files may have; lines: words in reading order; notes: comments, fields, targets of links; inner: files, None for
    one that is too large; pictured: it shows more than printed
    words, so that its picture must be read too; people: a comment names its author; comments, active, full: there
    are comments, actions, or more than is taken.
    """

    room: int
    lines: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    inner: list[Inner | None] = field(default_factory=list)
    pictured: bool = True
    people: bool = False
    comments: bool = False
    active: bool = False
    full: bool = False


def size(page: pdfium.PdfPage) -> tuple[int, int]:
    """Width and height in pixels of the upright rendered page, known before any is made."""
    width, height = (min(max(x, 0.01), 1e6) for x in page.get_size())
    scale = min(LONGEST / max(width, height), _SCALE)
    return max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))


def is_heavy(page: pdfium.PdfPage) -> bool:
    """Whether a page has more objects, or a larger picture, than is rendered."""
    if raw.FPDFPage_CountObjects(page) > _OBJECTS:
        return True
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    for item in objects(page):
        if item.type != raw.FPDF_PAGEOBJ_IMAGE:
            continue
        raw.FPDFImageObj_GetImagePixelSize(item, wide, high)
        if wide.value * high.value > MAX_PIXELS:
            return True
    return False


def read_page(page: pdfium.PdfPage, sheet: int, read: PageRead) -> None:
    """Adds the words of one page, hidden ones too, and what is attached to it.

    Raises:
        PdfiumError: the page is damaged.
    """
    place = _Place(page, sheet)
    text = page.get_textpage()
    try:
        garbled = _lines(text, place, read)
    finally:
        text.close()
    drawn = _annotations(page, place, read)
    read.lines = _labelled(read.lines)
    read.pictured = garbled or drawn or _shows_pictures(page)


def string(call: Callable[[Any, int], int]) -> str:
    """What a function of PDFium writes in UTF-16 into a buffer: asked for its size first."""
    length = call(None, 0)
    if length <= 2:
        return ""
    buffer = (raw.FPDF_WCHAR * -(-length // 2))()
    call(buffer, length)
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace")[:MAX_TEXT].strip("\0 \r\n")


def attachment(handle: Any, room: int) -> Inner | None:  # noqa: ANN401 # a pointer
    """An embedded file; None if it has more bytes than there is room."""
    length = ctypes.c_ulong()
    raw.FPDFAttachment_GetFile(handle, None, 0, length)
    if length.value > room:
        return None
    buffer = ctypes.create_string_buffer(max(1, length.value))
    raw.FPDFAttachment_GetFile(handle, buffer, length.value, length)
    name = string(lambda b, n: raw.FPDFAttachment_GetName(handle, b, n))
    return Inner(name, buffer.raw[: length.value])


def objects(page: pdfium.PdfPage) -> Iterator[pdfium.PdfObject]:
    """What a page is made of, as far as it can be read, at most `_OBJECTS`."""
    try:
        yield from islice(page.get_objects(max_depth=5), _OBJECTS)
    except pdfium.PdfiumError:  # a damaged object; rendering leaves it out, too
        return


class _Place:
    """Turns places on the page (points, from the bottom left, before rotation) into pixels."""

    def __init__(self, page: pdfium.PdfPage, sheet: int) -> None:
        self.sheet = sheet
        self._page, (self._wide, self._high) = page, size(page)

    def line(self, text: str, corners: tuple[float, float, float, float] | None) -> Line:
        return Line(text, self.sheet, self.box(*corners) if corners else None)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box | None:
        """The part of a rectangle that is on the page; None if none is."""
        x0, y0 = self._pixel(left, bottom)
        x1, y1 = self._pixel(right, top)
        box = Box(
            max(0, min(x0, x1)),
            max(0, min(y0, y1)),
            min(self._wide, max(x0, x1) + 1),
            min(self._high, max(y0, y1) + 1),
        )
        return box if box.x0 < box.x1 and box.y0 < box.y1 else None

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        left, top = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self._page, 0, 0, self._wide, self._high, 0, x, y, left, top)
        return left.value, top.value


def _lines(text: pdfium.PdfTextPage, place: _Place, read: PageRead) -> bool:
    """Adds the lines of the text layer; whether letters have no known meaning."""
    count = max(0, raw.FPDFText_CountChars(text))
    read.full |= count > MAX_TEXT
    codes = [raw.FPDFText_GetUnicode(text, i) for i in range(min(count, MAX_TEXT))]
    start = 0
    for end in (*(i for i, code in enumerate(codes) if code in {10, 13}), len(codes)):
        words = _words(codes[start:end])
        if words:
            read.lines.append(place.line(words, _corners(text, start, end - start)))
        start = end + 1
    return any(
        raw.FPDFText_HasUnicodeMapError(text, i) == 1 for i in range(min(len(codes), _LOOKED))
    )


def _words(codes: list[int]) -> str:
    """Characters as text. PDFium writes 2 or U+FFFE for a hyphen at the end of a line."""
    text = "".join(map(chr, codes)).replace("\x02", "-").replace("\ufffe", "-").replace("\0", "")
    # Rare characters may come as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _corners(
    text: pdfium.PdfTextPage, start: int, count: int
) -> tuple[float, float, float, float] | None:
    """Left, bottom, right and top of some characters."""
    corners = [ctypes.c_double() for _ in range(4)]
    found = []
    for number in range(raw.FPDFText_CountRects(text, start, count)):
        left, top, right, bottom = corners
        if raw.FPDFText_GetRect(text, number, left, top, right, bottom):
            found.append((left.value, bottom.value, right.value, top.value))
    if not found:
        return None
    lefts, bottoms, rights, tops = zip(*found, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _labelled(lines: list[Line]) -> list[Line]:
    """Values joined to their labels: forms print "Name:" with the others and what is filled in later."""
    labels = [i for i, line in enumerate(lines) if line.text.endswith(":") and line.box]
    joined = dict(enumerate(lines))
    for label in labels[:200]:  # quadratic
        box = lines[label].box
        if box is None or label not in joined:
            continue
        right = [
            (other.box.x0, i)
            for i, other in joined.items()
            if i != label and other.box and other.box.x0 >= box.x1 and _beside(box, other.box)
        ]
        if right:
            value = joined.pop(min(right)[1])
            whole = Box.around((box, value.box)) if value.box else box
            joined[label] = Line(f"{lines[label].text} {value.text}", value.sheet, whole)
    return list(joined.values())


def _beside(one: Box, other: Box) -> bool:
    common = min(one.y1, other.y1) - max(one.y0, other.y0)
    return 2 * common > min(one.y1 - one.y0, other.y1 - other.y0)


def _shows_pictures(page: pdfium.PdfPage) -> bool:
    """Whether a page has pictures, or drawings that may be letters."""
    curves = 0
    if raw.FPDFPage_CountObjects(page) > _LOOKED:
        return True
    for item in objects(page):
        if item.type in _PICTURES:
            return True
        if item.type == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPath_CountSegments(item) > _SEGMENTS:
            curves += 1
            if curves > _CURVES:
                return True
    return False


# --- annotations and form fields


def _annotations(page: pdfium.PdfPage, place: _Place, read: PageRead) -> bool:
    """Adds comments, fields and files; whether one of them shows a picture or a drawing."""
    count = raw.FPDFPage_GetAnnotCount(page)
    read.full |= count > _NOTES
    drawn: bool = count > _NOTES
    for number in range(min(count, _NOTES)):
        with _annotation(page, number) as note:
            if note:
                drawn |= _annotation_read(page, note, place, read)
    return drawn


@contextmanager
def _annotation(page: pdfium.PdfPage, number: int) -> Iterator[Any]:
    note = raw.FPDFPage_GetAnnot(page, number)
    try:
        yield note
    finally:
        if note:
            raw.FPDFPage_CloseAnnot(note)


def _annotation_read(
    page: pdfium.PdfPage,
    note: Any,  # noqa: ANN401 # a pointer
    place: _Place,
    read: PageRead,
) -> bool:
    sort = raw.FPDFAnnot_GetSubtype(note)
    read.active |= sort in _PLAYED
    if sort == raw.FPDF_ANNOT_LINK:
        _link(page, note, read)
    elif sort == raw.FPDF_ANNOT_WIDGET:
        _field(page, note, place, read)
    else:
        words = [_value(note, key) for key in (b"Subj\0", b"Contents\0")]
        read.people |= sort != raw.FPDF_ANNOT_POPUP and named(_value(note, b"T\0"))
        read.comments |= any(words)
        read.notes.extend(place.line(w, _rectangle(note)) for w in words if w)
    if handle := raw.FPDFAnnot_GetFileAttachment(note):
        file = attachment(handle, read.room)
        read.inner.append(file)
        read.room -= len(file.data) if file else 0
    shown = (raw.FPDFAnnot_GetObject(note, i) for i in range(raw.FPDFAnnot_GetObjectCount(note)))
    drawn = {raw.FPDFPageObj_GetType(item) for item in islice(shown, _LOOKED)}
    inked: bool = sort == raw.FPDF_ANNOT_INK
    return inked or bool(drawn & {*_PICTURES, raw.FPDF_PAGEOBJ_FORM})


def _link(page: pdfium.PdfPage, note: Any, read: PageRead) -> None:  # noqa: ANN401
    action = raw.FPDFLink_GetAction(raw.FPDFAnnot_GetLink(note))
    sort = raw.FPDFAction_GetType(action)
    read.active |= sort in _AWAY
    if sort != raw.PDFACTION_URI:
        return
    length = raw.FPDFAction_GetURIPath(page.pdf, action, None, 0)
    buffer = ctypes.create_string_buffer(max(1, length))
    raw.FPDFAction_GetURIPath(page.pdf, action, buffer, length)
    if target := buffer.value.decode("utf-8", "replace")[:MAX_TEXT].strip():
        read.notes.append(Line(target))


def _field(page: pdfium.PdfPage, note: Any, place: _Place, read: PageRead) -> None:  # noqa: ANN401
    form = page.formenv
    if form is None:
        value, label = _value(note, b"V\0"), _value(note, b"T\0")
    else:
        value = string(lambda b, n: raw.FPDFAnnot_GetFormFieldValue(form, note, b, n))
        label = string(lambda b, n: raw.FPDFAnnot_GetFormFieldAlternateName(form, note, b, n))
        label = label or string(lambda b, n: raw.FPDFAnnot_GetFormFieldName(form, note, b, n))
        started = raw.FPDF_ANNOT_AACTION_KEY_STROKE, raw.FPDF_ANNOT_AACTION_CALCULATE
        read.active |= any(
            raw.FPDFAnnot_GetFormAdditionalActionJavaScript(form, note, event, None, 0) > 2
            for event in started
        )
    if value:
        read.notes.append(place.line(f"{label} : {value}" if label else value, _rectangle(note)))


def _value(note: Any, key: bytes) -> str:  # noqa: ANN401
    return string(lambda b, n: raw.FPDFAnnot_GetStringValue(note, key, b, n))


def _rectangle(note: Any) -> tuple[float, float, float, float] | None:  # noqa: ANN401
    corners = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(note, corners):
        return None
    return corners.left, corners.bottom, corners.right, corners.top
