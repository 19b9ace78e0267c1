"""What a PDF said before it was changed: a change is written behind the file, which stays whole (PDF 1.7, 7.5.6)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import thread_time
from zlib import crc32

import pypdfium2 as pdfium

from linter.files.content import MAX_SHEETS, Unreadable
from linter.files.pdf_beneath import pictures
from linter.files.pdf_file import loaded, opened
from linter.files.pdf_page import PageRead, is_heavy, read_page
from linter.seen import Line

_MOST = 4
"""States of one file that are looked at, the oldest first: it is the one that most was taken from."""
_END = re.compile(rb"startxref\s{1,4}(\d{1,10})\s{1,4}%%EOF")
"""The end of a state. A file for the web begins with a table at 0, which ends none."""

Pictures = Counter[int]
"""The pictures of a document, by a checksum of their bytes."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is in earlier states of a file and no longer in the last one.

    lines: words, without a place; shown: states with pictures that are gone, whole; drawn: checksums of their pictures;
    more: not every state was looked at.
    """

    lines: tuple[Line, ...] = ()
    shown: tuple[bytes, ...] = ()
    drawn: frozenset[int] = frozenset()
    more: bool = False


def earlier(data: bytes, now: Pictures, lines: Iterable[Line], until: float) -> Earlier:
    """What the states of a file before its last change hold.

    Args:
        data: the file.
        now: the pictures of its pages.
        lines: the words of its pages, and of what is written on them.
        until: on the clock of `time.thread_time`; states not begun by then are told as not looked at.
    """
    ends = [m.end() for m in _END.finditer(data) if int(m[1])][:-1]
    if not ends:
        return Earlier()
    known = {line.text for line in lines}
    gone, shown, drawn = dict[str, None](), list[bytes](), set[int]()
    for end in ends[:_MOST]:
        if thread_time() > until:
            return Earlier(_told(gone), tuple(shown), frozenset(drawn), more=True)
        try:
            with opened(data[:end]) as before:
                if (had := _pictures(before)) - now:
                    shown.append(data[:end])
                    drawn |= had.keys()
                else:
                    gone |= dict.fromkeys(x for x in _words(before) if x not in known)
        except Unreadable:  # no state of its own, such as the first half of a file made for the web
            continue
    return Earlier(_told(gone), tuple(shown), frozenset(drawn), more=len(ends) > _MOST)


def _told(gone: Iterable[str]) -> tuple[Line, ...]:
    return tuple(map(Line, gone))


def _pages(document: pdfium.PdfDocument) -> Iterator[pdfium.PdfPage]:
    for number in range(min(len(document), MAX_SHEETS)):
        with suppress(pdfium.PdfiumError), loaded(document, number) as page:
            if not is_heavy(page):
                yield page


def _words(document: pdfium.PdfDocument) -> list[str]:
    lines = list[Line]()
    for number, page in enumerate(_pages(document)):
        read = PageRead(room=0)
        read_page(page, number, read)
        lines += [*read.lines, *read.notes]
    return [line.text for line in lines]


def _pictures(document: pdfium.PdfDocument) -> Pictures:
    return Counter(crc32(data) for page in _pages(document) for data in pictures(page))
