"""A PDF file before it is read: measured, since streams may unpack to anything, and opened by PDFium."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zlib import decompressobj
from zlib import error as ZlibError  # noqa: N812 # an exception that zlib calls `error`

import pypdfium2 as pdfium
from pypdfium2 import raw

from linter.files.content import Unreadable
from linter.seen import Reason

_CONTENT = 4_000_000
"""Bytes of one stream of drawing commands: a recorded ECG of 12 leads has some 700,000."""
_OTHER = 64_000_000
"""Bytes of another stream: fonts of Chinese or Japanese have 20 million."""
_DEFLATE = 1_032
"""Deflate makes data at most so many times smaller."""
_TREE = 2_000
"""Nodes of the tree of pages; PDFium takes quadratic time on a deep one."""
_STREAMS, _UNPACKED, _PIECE = 50_000, 300_000_000, 65_536
"""Streams of one file; bytes that are unpacked to measure them, and how many at a time."""

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_NUMBER = re.compile(rb"(\d{1,10})\s{1,4}\d{1,5}\s$")
_IMAGE = re.compile(rb"/Subtype\s*/Image")
_NO_DRAWING = re.compile(
    rb"/(Length1|ObjStm|XRef|EmbeddedFile|Metadata|FontFile|CIDFontType0C|FunctionType|Alternate)\b"
)
_OBJECTS = re.compile(rb"/Type\s*/ObjStm")
_ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|SubmitForm|ImportData)\b")


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of a file: the number of its object, what its dictionary says, and where its bytes stand."""

    number: int | None
    head: bytes
    start: int
    end: int

    @property
    def image(self) -> bool:
        """Whether it is a picture."""
        return _IMAGE.search(self.head) is not None

    @property
    def objects(self) -> bool:
        """Whether other objects are packed in it."""
        return _OBJECTS.search(self.head) is not None


def streams(data: bytes) -> Iterator[Stream]:
    """The streams of a file, in order; damaged files may have some within others.

    Raises:
        Unreadable: more than are read in good time.
    """
    end = 0
    for number, match in enumerate(_STREAM.finditer(data)):
        if number > _STREAMS:
            raise Unreadable(Reason.TOO_LARGE)
        start = match.end()
        head = data[max(0, start - 800) : start]
        begun = head.rfind(b" obj") + 1
        named = _NUMBER.search(head[:begun])
        if end < start:  # looked for once, however many streams begin before it
            end = data.find(b"endstream", start)
            end = len(data) if end < 0 else end
        yield Stream(int(named[1]) if named else None, head[begun:], start, end)


def measure(data: bytes) -> bool:
    """Whether there are scripts or actions in the file; looks into packed objects as well.

    Raises:
        Unreadable: a stream unpacks to more than PDFium reads in good time, or the tree of pages is too large.
    """
    if data.count(b"/Kids") > _TREE:
        raise Unreadable(Reason.TOO_LARGE)
    active = _ACTIVE.search(data) is not None
    room, view = _UNPACKED, memoryview(data)
    for stream in streams(data):
        if room < 0:
            raise Unreadable(Reason.TOO_LARGE)
        if stream.image:  # bounded by their pixels, before a page is rendered
            continue
        limit = _OTHER if _NO_DRAWING.search(stream.head) else _CONTENT
        if stream.objects or (stream.end - stream.start) * _DEFLATE > limit:
            content = unpacked(view[stream.start : stream.end], limit)
            room -= len(content)
            active = active or (stream.objects and _ACTIVE.search(content) is not None)
    return active


def unpacked(stream: "memoryview | bytes", limit: int = _OTHER) -> bytes:
    """A stream as PDFium will see it, if it is packed by Deflate alone; what is not packed gives nothing.

    Raises:
        Unreadable: more than the limit comes out.
    """
    inflater, content = decompressobj(), bytearray()
    try:
        for start in range(0, len(stream), _PIECE):
            content += inflater.decompress(stream[start : start + _PIECE], limit + 1 - len(content))
            if len(content) > limit:
                raise Unreadable(Reason.TOO_LARGE)
    except ZlibError:  # another filter, encrypted, damaged, or not packed
        if len(stream) > limit:
            raise Unreadable(Reason.TOO_LARGE) from None
    return bytes(content)


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """A document, with its form if it has one; closed afterwards, with its pages."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as fault:
        locked = fault.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise Unreadable(Reason.ENCRYPTED if locked else Reason.UNREADABLE) from None
    try:
        if document.get_formtype() == raw.FORMTYPE_ACRO_FORM:
            document.init_forms()
        yield document
    except pdfium.PdfiumError:
        raise Unreadable(Reason.UNREADABLE) from None
    finally:
        document.close()


@contextmanager
def loaded(document: pdfium.PdfDocument, number: int) -> Iterator[pdfium.PdfPage]:
    """One page of a document, closed afterwards."""
    page = document.get_page(number)
    try:
        yield page
    finally:
        page.close()
