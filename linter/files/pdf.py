"""PDF: pages as pictures, their words, properties, embedded files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from time import thread_time
from typing import Any
from zlib import crc32

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw
from pypdfium2.internal import set_callback

from linter.files.content import (
    MAX_BYTES,
    MAX_SHEETS,
    MAX_TEXT,
    Content,
    Inner,
    Pixels,
    Unreadable,
)
from linter.files.pdf_beneath import beneath, metadata_of, pictures
from linter.files.pdf_file import loaded, measure, opened
from linter.files.pdf_history import Pictures, earlier
from linter.files.pdf_page import PageRead, attachment, is_heavy, read_page, size, string
from linter.files.pdf_rest import rest
from linter.files.text_file import decode, named
from linter.seen import Line, Origin, Part, Reason, Seen, What, unchecked

_SECONDS = 1.5
"""Computing time for the words of all pages, and for the picture of one. A scanned page takes 0.2 s."""
_MAX_INNER = 50
_MAX_TITLES = 500

_PACKET = b"<x:xmpmeta"
_XMP = re.compile(
    rb"<(?:dc:(title|description|subject|creator)|pdf:(Keywords))\b[^<>]{0,200}>(.{1,1500}?)</(?:dc|pdf):",
    re.DOTALL,
)
_TAG = re.compile(r"<[^<>]{0,500}>")


def read(data: bytes) -> Content:
    """Words, pictures of the pages, properties, comments, form fields and embedded files.

    The words come from the text layer: also those that are hidden, white on white or beside the page.

    Raises:
        Unreadable: encrypted, damaged, or made to take too much time or memory.
    """
    found = _Found(data)
    with opened(data) as document:
        found.document(document)
        for number in range(min(len(document), MAX_SHEETS)):
            found.page(document, number)
        found.before()
        found.rest(len(document))
        return found.pages(document)


class _Found:
    """Gathers what a document holds."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._until = thread_time() + _SECONDS
        self._lines: list[Line] = []
        self._notes: list[Line] = []
        self._properties: list[str] = []
        self._inner: list[Inner] = []
        self._room = MAX_BYTES
        """Bytes of embedded files that may still be taken."""
        self._left: list[Seen] = []
        self._carried: list[Part] = []
        self._pictured: list[bool] = []
        self._blank: set[int] = set()
        self._drawn = Pictures()
        self._people = self._comments = self._full = False
        self._active = measure(data)

    def document(self, document: pdfium.PdfDocument) -> None:
        """Properties, bookmarks, embedded files."""

        def value(key: str) -> str:
            return string(lambda b, n: raw.FPDF_GetMetaText(document, key.encode() + b"\0", b, n))

        self._properties = [value(key) for key in ("Title", "Subject", "Keywords")]
        self._people = named(value("Author"))
        start = max(0, self._data.find(_PACKET))
        # Only the first packet, and not more of it: the pattern looks far ahead from each mark.
        for match in islice(_XMP.finditer(self._data, start, start + 60_000), 50):
            words = _TAG.sub(" ", decode(match[3], 1500))
            if match[1] == b"creator":
                self._people |= named(words)
            else:
                self._properties.append(words)
        self._properties += _titles(document)
        self._active |= raw.FPDFDoc_GetJavaScriptActionCount(document) > 0
        if document.get_formtype() in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
            self._left.append(unchecked(Reason.UNSUPPORTED))
        count = raw.FPDFDoc_GetAttachmentCount(document)
        self._full |= count > _MAX_INNER
        for number in range(min(count, _MAX_INNER)):
            self._keep(attachment(raw.FPDFDoc_GetAttachment(document, number), self._room))

    def _keep(self, inner: Inner | None) -> None:
        if inner is None:
            self._full = True
        elif inner.data:
            self._inner.append(inner)
            self._room -= len(inner.data)

    def page(self, document: pdfium.PdfDocument, number: int) -> None:
        """The words of one page; a page that is damaged or too much gives a blank picture, and says so."""
        reason: Reason | None = None
        read = PageRead(room=self._room)
        try:
            with loaded(document, number) as page:
                if is_heavy(page):
                    reason = Reason.TOO_LARGE
                elif thread_time() > self._until:
                    reason = Reason.TIME
                else:
                    self._drawn.update(map(crc32, pictures(page)))
                    read_page(page, number, read)
                    read.inner += beneath(page)
                    parts, seen = metadata_of(page)
                    self._carried += parts
                    self._left += seen
        except pdfium.PdfiumError:
            reason = Reason.UNREADABLE
        if reason:
            self._left.append(unchecked(reason, sheet=number))
        if reason and reason is not Reason.TIME:
            self._blank.add(number)
        self._pictured.append(read.pictured)
        self._lines += read.lines
        self._notes += read.notes
        for inner in read.inner:
            self._keep(inner)
        self._people |= read.people
        self._comments |= read.comments
        self._active |= read.active
        self._full |= read.full

    def before(self) -> None:
        """What the file said before it was changed: programs that edit a PDF leave that in it."""
        told = earlier(self._data, self._drawn, [*self._lines, *self._notes], self._until)
        self._notes += told.lines
        for data in told.shown:
            self._keep(Inner("", data))
        self._drawn.update(told.drawn)
        self._comments |= bool(told.lines or told.shown)
        self._full |= told.more

    def rest(self, pages: int) -> None:
        """What lies in the file and on none of its pages; the pictures only if all pages were read."""
        unread = any(s.what is What.UNCHECKED and s.sheet is not None for s in self._left)
        whole = pages <= MAX_SHEETS and not unread
        told = rest(self._data, self._drawn.keys() if whole else None, self._until)
        known = [*(line.text for line in (*self._lines, *self._notes)), *self._properties]
        said = " ".join(" ".join(known).split())
        self._properties += [words for words in told.words if words not in said]
        for inner in told.pictures:
            self._keep(inner)
        self._full |= told.more

    def pages(self, document: pdfium.PdfDocument) -> Content:
        """All of it."""
        parts = (
            self._part(Origin.DOCUMENT, self._lines),
            self._part(Origin.DOCUMENT, self._notes),
            self._part(
                Origin.METADATA, [Line(x) for p in self._properties if (x := " ".join(p.split()))]
            ),
        )
        self._full |= len(self._inner) > _MAX_INNER
        more = len(document) - MAX_SHEETS
        told = {
            Reason.ACTIVE: self._active,
            Reason.TOO_LARGE: self._full,
        }
        return Content(
            sheets=_Sheets(self._data, len(self._pictured), frozenset(self._blank)),
            parts=tuple(p for p in (*parts, *self._carried) if p.lines),
            seen=(
                *([Seen(What.AUTHOR)] if self._people else ()),
                *([Seen(What.CHANGES)] if self._comments else ()),
                *dict.fromkeys(self._left),
                *([unchecked(Reason.MORE_SHEETS, left=more)] if more > 0 else ()),
                *(unchecked(reason) for reason, holds in told.items() if holds),
            ),
            inner=tuple(self._inner[:_MAX_INNER]),
            pictured=tuple(self._pictured),
        )

    def _part(self, origin: Origin, lines: list[Line]) -> Part:
        size, kept = 0, list[Line]()
        for line in lines:
            size += len(line.text) + 1
            if size > MAX_TEXT:
                self._full = True
                break
            kept.append(line)
        return Part(origin, tuple(kept))


def _titles(document: pdfium.PdfDocument) -> list[str]:
    """Titles of the bookmarks."""
    marks = islice(document.get_toc(max_depth=5), _MAX_TITLES)
    return [
        string(lambda b, n, mark=mark: raw.FPDFBookmark_GetTitle(mark, b, n))  # type: ignore[misc]
        for mark in marks
    ]


# --- pictures


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The pages as pictures, rendered one at a time; the document is open only meanwhile."""

    data: bytes = field(repr=False)
    count: int
    blank: frozenset[int]
    """Pages that are not rendered, so that the next ones keep their numbers."""

    def __iter__(self) -> Iterator[Pixels]:
        with opened(self.data) as document:
            for number in range(self.count):
                if number in self.blank:
                    yield np.full((32, 32, 3), 255, np.uint8)
                    continue
                with loaded(document, number) as page:
                    pixels = _render(page)
                yield pixels


def _render(page: pdfium.PdfPage) -> Pixels:
    """The page on white, upright, with its annotations and form fields.

    Raises:
        Unreadable: it takes more than `_SECONDS`.
    """
    wide, high = size(page)
    until = thread_time() + _SECONDS
    bitmap = pdfium.PdfBitmap.new_native(wide, high, raw.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, high)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER | raw.FPDF_RENDER_LIMITEDIMAGECACHE
    place = (0, 0, wide, high, 0, flags)
    pause = raw.IFSDK_PAUSE(version=1)

    def late(_pause: Any) -> bool:  # noqa: ANN401 # PDFium passes the structure
        return thread_time() > until

    set_callback(pause, "NeedToPauseNow", late)
    status = raw.FPDF_RenderPageBitmap_Start(bitmap, page, *place, pause)
    raw.FPDF_RenderPage_Close(page)
    if status == raw.FPDF_RENDER_TOBECONTINUED:
        raise Unreadable(Reason.TIME)
    if status != raw.FPDF_RENDER_DONE:
        raise Unreadable(Reason.UNREADABLE)
    if page.formenv:
        raw.FPDF_FFLDraw(page.formenv, bitmap, page, *place)
    pixels: Pixels = np.array(bitmap.to_numpy()[:, :, :3], order="C")
    bitmap.close()
    return pixels
