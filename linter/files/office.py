"""Word, Excel, PowerPoint and OpenDocument files: archives of XML and pictures."""

import re
from dataclasses import dataclass, field
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 # an exception that zlib calls `error`

from linter.files.content import MAX_BYTES, MAX_TEXT, Content, Inner, Unreadable
from linter.files.office_text import Words
from linter.files.sniff import Kind, archive
from linter.files.sniff import kind as kind_of
from linter.seen import Line, Origin, Part, Reason, Seen, What, unchecked

_MAX_XML = 30_000_000
"""Bytes of one XML part: 500 pages take about 10 MB."""
_MAX_TOTAL = 150_000_000
"""Bytes of all members, unpacked: as much as one file may have, and half again."""
_MAX_INNER = 50
"""Pictures and files within; an article has some 20."""
_RATIO, _SMALL = 200, 1_000_000
"""A member that unpacks to more than this many times its size is a bomb, unless it stays small: XML reaches 30,
blank pictures more."""

_MAIN = {
    Kind.DOCX: re.compile(r"word/document\d*\.xml"),
    Kind.XLSX: re.compile(r"xl/workbook\.xml"),
    Kind.PPTX: re.compile(r"ppt/presentation\.xml"),
    Kind.ODT: re.compile(r"content\.xml"),
}
_LOOKS = re.compile(
    r"\[Content_Types\]\.xml|.*/(styles|stylesWithEffects|theme\d*|fontTable|webSettings|numbering|"
    r"calcChain|tableStyles|presProps|viewProps)\.xml"
)
"""Parts that say how an Office file looks; their words are names of styles."""
_LOOKS_ODF = re.compile(
    r"settings\.xml|META-INF/.*|manifest\.rdf|mimetype|layout-cache|Configurations2/.*"
)
_FREE = re.compile(r"customXml/item\d*\.xml")
"""Data that programs lay beside a document."""
_NO_CONTENT = re.compile(r"(?i).*/(fonts/.*\.odttf|printerSettings\d*\.bin)|mimetype|.*\.psmdcp")
_MACROS = re.compile(r"(?i).*(vbaProject.*|vbaData\.xml|\.bin|/activeX/.*)|(Basic|Scripts)/.+")


def read(data: bytes, kind: Kind) -> Content:
    """Texts, properties, pictures and embedded files of a document.

    Text is taken from everywhere: body, headers, notes, text boxes, comments, deleted and hidden passages.

    Args:
        data: the file.
        kind: DOCX, XLSX, PPTX or ODT (any OpenDocument file).

    Raises:
        Unreadable: encrypted, damaged, of another sort, or with too many members.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable(Reason.ENCRYPTED if locked else Reason.UNSUPPORTED)
    main = _MAIN.get(kind)
    if main is None:
        raise Unreadable(Reason.UNSUPPORTED)
    with archive(data) as members:
        package = _Package(members, kind)
        if not any(main.fullmatch(name) for name in members.namelist()):
            raise Unreadable(Reason.UNREADABLE)
        for info in sorted(members.infolist(), key=lambda info: _order(info.filename, main)):
            package.take(info)
    return package.content()


def _order(name: str, main: re.Pattern[str]) -> tuple[bool, bool, list[tuple[int, str]]]:
    """Strings before the cells that show them, the body before the rest, slide 2 before slide 10."""
    steps = [(int(x[:9]) if x.isdecimal() else -1, x) for x in re.split(r"(\d+)", name)]
    return (not name.endswith("/sharedStrings.xml"), not main.fullmatch(name), steps)


@dataclass
class _Package:
    """Gathers what the members of one archive hold."""

    members: ZipFile
    kind: Kind
    reasons: dict[Reason, None] = field(default_factory=dict)
    """What was not looked at, each reason once, in order."""
    inner: list[Inner] = field(default_factory=list)
    left: int = _MAX_TOTAL

    def __post_init__(self) -> None:
        self.words = Words(mixed=self.kind is Kind.ODT)

    def take(self, info: ZipInfo) -> None:
        """One member: XML is read, pictures and files are kept, of the rest it is told that it is there."""
        name = info.filename
        looks = _LOOKS_ODF if self.kind is Kind.ODT else _LOOKS
        if name == "META-INF/manifest.xml" and self.kind is Kind.ODT:
            self._manifest(info)
        if info.is_dir() or looks.fullmatch(name) or _NO_CONTENT.fullmatch(name):
            return
        if _MACROS.fullmatch(name):
            self.reasons[Reason.ACTIVE] = None
            return
        try:
            if name.endswith((".xml", ".rels", ".vml")):
                self._xml(info)
            else:
                self._file(info)
        except Unreadable as fault:
            self.reasons[fault.reason] = None

    def _manifest(self, info: ZipInfo) -> None:
        if b"encryption-data" in self._bytes(info, _MAX_XML):
            raise Unreadable(Reason.ENCRYPTED)

    def _xml(self, info: ZipInfo) -> None:
        data = self._bytes(info, _MAX_XML)
        try:
            strings = info.filename.endswith("/sharedStrings.xml")
            self.words.take(data, strings=strings, free=_FREE.fullmatch(info.filename) is not None)
        except Unreadable:
            if not info.filename.endswith(".vml"):  # by Office itself, not always well formed
                raise
            self.reasons[Reason.UNSUPPORTED] = None

    def _file(self, info: ZipInfo) -> None:
        if len(self.inner) >= _MAX_INNER:
            raise Unreadable(Reason.TOO_LARGE)
        data = self._bytes(info, MAX_BYTES)
        name = info.filename.rpartition("/")[2]
        if kind_of(data, name) is Kind.OTHER:  # EMF, WMF, sound, film
            raise Unreadable(Reason.UNSUPPORTED)
        self.inner.append(Inner(name, data))

    def _bytes(self, info: ZipInfo, limit: int) -> bytes:
        """A member, unpacked. Only the compressions of the formats: others unpack without a bound."""
        if info.flag_bits & 1:
            raise Unreadable(Reason.ENCRYPTED)
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise Unreadable(Reason.UNSUPPORTED)
        limit = min(limit, self.left)
        bomb = info.file_size > max(_SMALL, _RATIO * info.compress_size)
        if bomb or info.file_size > limit:
            raise Unreadable(Reason.TOO_LARGE)
        try:
            with self.members.open(info) as stream:
                data = stream.read(limit + 1)
        except (BadZipFile, ZlibError, EOFError, OSError, ValueError, NotImplementedError):
            # Damaged data or records; ValueError: offsets before the file
            raise Unreadable(Reason.UNREADABLE) from None
        self.left -= len(data)
        if len(data) > limit:
            raise Unreadable(Reason.TOO_LARGE)
        return data

    def content(self) -> Content:
        """All of it."""
        words = self.words
        words.finish()
        body, cut = _cut(words.lines)
        notes, cut_notes = _cut(words.notes)
        if cut or cut_notes:
            self.reasons[Reason.TOO_LARGE] = None
        if words.active:
            self.reasons[Reason.ACTIVE] = None
        parts = ((Origin.DOCUMENT, body), (Origin.METADATA, notes))
        return Content(
            parts=tuple(Part(o, tuple(map(Line, lines))) for o, lines in parts if lines),
            seen=(
                *((Seen(What.AUTHOR),) if words.people else ()),
                *((Seen(What.CHANGES),) if words.changes else ()),
                *(unchecked(reason) for reason in self.reasons),
            ),
            inner=tuple(self.inner),
        )


def _cut(lines: list[str]) -> tuple[list[str], bool]:
    """The lines up to `MAX_TEXT` characters, and whether any was left out."""
    size = 0
    for number, line in enumerate(lines):
        size += len(line) + 1
        if size > MAX_TEXT:
            return [*lines[:number], line[: MAX_TEXT - size]], True
    return lines, False
