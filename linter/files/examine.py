"""One file looked at from every side, told piece by piece so that a late fault loses nothing that was seen."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

from linter.files import fingerprint
from linter.files.content import MAX_TEXT, Content, Pixels, Unreadable
from linter.files.opening import open_content, read_file
from linter.files.sniff import Kind, appended, trailing
from linter.seen import Examined, Line, Origin, Part, Reason, Seen, What, unchecked

_DEPTH = 3
"""Files within files within files: a mail with a document with a picture."""
_INNER = 20
"""Files within one file that are opened."""
_SHEETS = 30
"""Pictures of one attachment that are looked at, those of files within it included."""
_TEXT = 2 * MAX_TEXT
"""Characters of one attachment, those of files within it included: the rules for text take up to 50 µs for each."""
_LEAST = 1.0
"""Seconds for the words of a picture that was begun just before the time was over."""
_PAGE = 12
"""Lines of text from which a picture is a page rather than a photo."""

_PRODUCT = re.compile(r"[\x1d\x1e]?01\d{14}(?:1[0-7]|2[01]|\x1d|$)")
"""A trade item by its number, then its dates, batch or serial number (GS1 General Specifications, sections 3.2 to 3.5)."""


class Tools:
    """The detectors, loaded when first asked for; None where the package is not installed."""

    @cached_property
    def codes(self) -> Any:  # noqa: ANN401 # a module
        """Reads codes; of use with what tells certificates only."""
        return _module("certificates") and _module("codes")

    @cached_property
    def text(self) -> Any:  # noqa: ANN401
        """Reads characters."""
        ocr = _module("ocr")
        return ocr and ocr.Reader()

    @cached_property
    def faces(self) -> Any:  # noqa: ANN401
        """Finds faces."""
        faces = _module("faces")
        return faces and faces.Finder()

    def absent(self) -> tuple[Reason, ...]:
        """What cannot be looked for on this machine."""
        known = {
            Reason.NO_CODES: self.codes,
            Reason.NO_TEXT: self.text,
            Reason.NO_FACES: self.faces,
        }
        return tuple(reason for reason, tool in known.items() if tool is None)


def examine(
    path: Path, tools: Tools, deadline: float, *, prints: bool = False
) -> Iterator[Examined]:
    """Everything in one file, in pieces.

    Args:
        path: the file.
        tools: the detectors.
        prints: whether to tell what a denylist keeps and is asked about.
        deadline: on the clock of `time.monotonic`; sheets not begun by then are told as not looked at.
    """
    look = _Look(tools, deadline, prints=prints)
    try:
        data = read_file(path)
    except Unreadable as fault:
        yield Examined((unchecked(fault.reason),))
        return
    yield from _bounded(look.file(data, path.name, 0))


def _bounded(pieces: Iterator[Examined]) -> Iterator[Examined]:
    """The pieces with `_TEXT` characters in sum: files within have as many each, and the rules take their time."""
    room = _TEXT
    for piece in pieces:
        parts = []
        for part in piece.parts:
            kept = []
            for line in part.lines:
                room -= len(line.text) + 1
                if room >= 0:
                    kept.append(line)
            parts.append(replace(part, lines=tuple(kept)))
        left = (unchecked(Reason.TOO_LARGE),) if room < 0 and piece.parts else ()
        yield replace(piece, seen=piece.seen + left, parts=tuple(p for p in parts if p.lines))


class _Look:
    """Looks at one attachment, and counts its sheets through the files within it."""

    def __init__(self, tools: Tools, deadline: float, *, prints: bool) -> None:
        self._tools, self._deadline, self._prints = tools, deadline, prints
        self._sheets = self._inner = 0
        self._told_absent = False

    def file(self, data: bytes, name: str, depth: int) -> Iterator[Examined]:
        try:
            kind, content = open_content(data, name)
        except Unreadable as fault:
            yield Examined((unchecked(fault.reason),))
            return
        first = self._sheets
        told = Examined(
            tuple(_moved(s, first) for s in content.seen),
            tuple(_part_moved(p, first) for p in content.parts),
        )
        yield told
        silent = not (told.seen or told.parts or content.inner)
        if trailing(data, kind):
            yield from self._appended(data, kind, depth)
        for piece in self._pictures(content):
            silent = silent and not (piece.seen or piece.sheets)
            yield piece
        if silent:  # damaged in a way that its reader takes for nothing: a human may see more
            yield Examined((unchecked(Reason.UNREADABLE),))
        yield from self._within(content, depth)

    def _within(self, content: Content, depth: int) -> Iterator[Examined]:
        for inner in content.inner:
            self._inner += 1
            if depth >= _DEPTH or self._inner > _INNER:
                yield Examined((unchecked(Reason.TOO_LARGE),))
                return
            if monotonic() > self._deadline:
                yield Examined((unchecked(Reason.TIME),))
                return
            if inner.name:
                yield Examined(parts=(Part(Origin.METADATA, (Line(inner.name),)),))
            yield from self.file(inner.data, inner.name, depth + 1)

    def _appended(self, data: bytes, kind: Kind, depth: int) -> Iterator[Examined]:
        """What stands behind the end of a picture: the second picture of a telephone, or something hidden."""
        behind = appended(data, kind)
        # Without its end the file may still be two at once, such as a picture that opens as a PDF.
        if not behind or depth >= _DEPTH or trailing(data[: -len(behind)], kind):
            yield Examined((unchecked(Reason.ACTIVE),))
        if behind and depth < _DEPTH:
            yield from self.file(behind, "", depth + 1)

    def _pictures(self, content: Content) -> Iterator[Examined]:
        """Each sheet; of a page that holds nothing but letters the words are known already."""
        sheets = iter(content.sheets)
        number = 0
        while True:
            try:
                pixels = next(sheets, None)
            except Unreadable as fault:
                yield Examined((unchecked(fault.reason),))
                return
            if pixels is None:
                return
            late = monotonic() > self._deadline
            if late or self._sheets >= _SHEETS:
                yield Examined((unchecked(Reason.TIME if late else Reason.MORE_SHEETS),))
                return
            read = number >= len(content.pictured) or content.pictured[number]
            yield from self._sheet(pixels, read=read)
            self._sheets += 1
            number += 1

    def _sheet(self, pixels: Pixels, *, read: bool) -> Iterator[Examined]:
        """One picture: codes first, they are the gravest and the cheapest."""
        number = self._sheets
        if not self._told_absent and (absent := self._tools.absent()):
            self._told_absent = True
            yield Examined((unchecked(*absent),))
        coded = self._codes(pixels, number)
        yield coded
        faces = self._faces(pixels)
        yield Examined(tuple(replace(f, sheet=number) for f in faces))
        lines, whole = self._lines(pixels, coded) if read else ((), True)
        told = self._read(lines, number)
        if not whole:
            yield Examined((unchecked(Reason.TIME, sheet=number),))
        photo = read and len(lines) < _PAGE
        bare = _skin(pixels) if photo and not faces else None
        yield told + Examined(
            (replace(bare, sheet=number),) if bare else (),
            sheets=1,
            photos=int(photo),
        )
        if self._prints:
            yield _prints(pixels)

    def _codes(self, pixels: Pixels, number: int) -> Examined:
        if self._tools.codes is None:
            return Examined()
        told = Examined()
        for code in self._tools.codes.read(pixels):
            told += _code(code, number)
        return told

    def _faces(self, pixels: Pixels) -> tuple[Seen, ...]:
        return () if self._tools.faces is None else tuple(self._tools.faces.find(pixels))

    def _lines(self, pixels: Pixels, coded: Examined) -> tuple[tuple[Line, ...], bool]:
        """The lines of a picture, and whether that is all of them."""
        if self._tools.text is None:
            return (), True
        near = tuple(s.box for s in coded.seen if s.box)
        left = max(_LEAST, self._deadline - monotonic())
        told = self._tools.text.look(pixels, closer=near, seconds=left)
        return tuple(told.lines), bool(told.whole)

    @staticmethod
    def _read(lines: tuple[Line, ...], number: int) -> Examined:
        if not lines:
            return Examined()
        from linter.files.mrz import find, health_card  # noqa: PLC0415

        placed = tuple(replace(line, sheet=number) for line in lines)
        seen = (*find(placed), *health_card(placed), Seen(What.TEXT))
        return Examined(
            tuple(replace(s, sheet=number) for s in seen), (Part(Origin.PICTURE, placed),)
        )


def _code(code: Any, number: int) -> Examined:  # noqa: ANN401 # a Code; its module may be absent
    """What one code means: a certificate, something else to read, or a code that could not be read."""
    if code.payload is None:
        return Examined((Seen(What.UNREAD_CODE, code.score, number, code.box),))
    from linter.files.certificates import expose  # noqa: PLC0415 # with the reader of codes only

    exposed = expose(code.payload)
    if exposed:
        ids = tuple(map(fingerprint.of_payload, exposed.ids))
        fields = exposed.fields or ("other",)  # begins like a certificate and does not decode
        found = Seen(What.CERTIFICATE, code.score, number, code.box, fields)
        return Examined((found,), payload_ids=ids)
    # what a box of medicine says of itself would be taken for somebody's numbers
    line = Line(code.payload, number, code.box)
    told = () if _PRODUCT.match(code.payload) else (Part(Origin.PAYLOAD, (line,)),)
    return Examined(
        (Seen(What.CODE, code.score, number, code.box),),
        told,
        payload_ids=(fingerprint.of_payload(code.payload),),
    )


def _skin(pixels: Pixels) -> Seen | None:
    skin = _module("skin")
    seen: Seen | None = skin and skin.bare(pixels)
    return seen


def _prints(pixels: Pixels) -> Examined:
    return Examined(pictures=fingerprint.of_picture(pixels), views=fingerprint.views(pixels))


def _moved(seen: Seen, first: int) -> Seen:
    """Seen in a file within, counted through the whole attachment."""
    return seen if seen.sheet is None else replace(seen, sheet=seen.sheet + first)


def _part_moved(part: Part, first: int) -> Part:
    moved = (x if x.sheet is None else replace(x, sheet=x.sheet + first) for x in part.lines)
    return replace(part, lines=tuple(moved))


def _module(name: str) -> Any:  # noqa: ANN401
    """A module of this package; None where the package that it needs is not installed."""
    try:
        return import_module(f"linter.files.{name}")
    except ImportError:
        return None
