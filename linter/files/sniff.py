"""What a file is, by its bytes; its name decides only between texts."""

import re
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from linter.files import ends
from linter.files.content import Unreadable
from linter.seen import Reason


class Kind(StrEnum):
    """Sorts of files."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    TIFF = "tiff"
    BMP = "bmp"
    HEIC = "heic"
    AVIF = "avif"
    JP2 = "jp2"
    DICOM = "dicom"
    PDF = "pdf"
    DOCX = "docx"
    """Word files of every flavour, and any encrypted Office file, of which no more is known."""
    ODT = "odt"
    """OpenDocument: texts, sheets, slides."""
    XLSX = "xlsx"
    PPTX = "pptx"
    EML = "eml"
    MSG = "msg"
    """Mail in Outlook's own format."""
    TEXT = "text"
    """Plain text, CSV, Markdown, HTML, RTF, XML: whatever `text_file.read` takes."""
    SVG = "svg"
    ZIP = "zip"
    OTHER = "other"


MAX_MEMBERS = 5_000
"""Members of an archive; a long thesis has some hundreds."""
_HEAD = 1024
"""Where readers look for the mark of a PDF (PDF 1.7, Annex H.3.4.1)."""
_SAMPLE = 1_000_000
"""Bytes from which a text is told."""
_NOTED = 20_000
"""Bytes of the notes behind a photo."""
_ZIP_END = 65_557
"""The end record of an archive: 22 bytes and a comment of 65,535 at most."""
_PDF = re.compile(rb"%PDF-\d")
_PICTURES = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"II+\0", Kind.TIFF),
    (b"MM\0+", Kind.TIFF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Kind.JP2),
    (b"\xff\x4f\xff\x51", Kind.JP2),
)
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF = frozenset({b"avif", b"avis"})
_ZIP = (b"PK\3\4", b"PK\5\6")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
"""Sizes of the second header of a BMP: two letters alone would take many texts for a picture."""
_RASTER = frozenset(
    {Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF, Kind.TIFF, Kind.BMP, Kind.HEIC, Kind.AVIF, Kind.JP2}
)
_ZIPPED = frozenset({Kind.DOCX, Kind.ODT, Kind.XLSX, Kind.PPTX, Kind.ZIP})


def kind(data: bytes, name: str) -> Kind:
    """What a file is.

    Args:
        data: all bytes; none of them is trusted.
        name: tells a mail with a short head from a text, nothing else.
    """
    if data[128:132] == b"DICM":  # first: the 128 bytes before may play any other format
        return Kind.DICOM
    if picture := _picture(data):
        return picture
    if data.startswith(_ZIP):
        return _zipped(data)
    if data.startswith(_OLE):
        return _ole(data)
    if _PDF.search(data, 0, _HEAD):
        return Kind.PDF
    if _bare_dicom(data):
        return Kind.DICOM
    return _text(data, name)


def trailing(data: bytes, kind: Kind) -> bool:
    """Whether a second format hides inside or behind the first, so that reading the first is not all.

    Looked for: bytes behind the end of a picture, an archive at the end, the mark of a PDF at the beginning,
    another format before the mark of DICOM or of a PDF, scripts and pictures in a drawing.
    """
    if kind is Kind.SVG:
        return _ACTIVE_SVG.search(data) is not None
    if kind in {Kind.TEXT, Kind.EML}:
        return _archive_at_end(data)
    if kind in _ZIPPED:
        return bool(_PDF.search(data, 0, _HEAD) or appended(data, kind))
    if kind is Kind.PDF:
        return not _PDF.match(data.lstrip(b"\xef\xbb\xbf\r\n\t \0")) or _archive_at_end(data)
    if kind is Kind.DICOM:
        before = data[:128] if data[128:132] == b"DICM" else b""
        return _picture(before) is not None or before.startswith((*_ZIP, b"%PDF"))
    if kind not in _RASTER:
        return False
    return bool(_PDF.search(data, 0, _HEAD) or _archive_at_end(data) or appended(data, kind))


def appended(data: bytes, kind: Kind) -> bytes:
    """What stands behind the end of a picture or an archive; empty if nothing but padding does.

    Phones put films, depth maps and second pictures there. Empty too where the end is not found.
    """
    find = _ENDS.get(Kind.ZIP if kind in _ZIPPED else kind)
    end = find(data) if find else None
    rest = data[end:] if end is not None else b""
    empty = not rest.strip(b"\0\r\n\t \xff") or (kind is Kind.JPEG and _noted(rest))
    return b"" if empty else rest


def _noted(rest: bytes) -> bool:
    """Whether it is what Samsung's telephones write behind every photo: times and modes, and no picture or film."""
    short = len(rest) < _NOTED and rest.rstrip(b"\0").endswith(b"SEFT") and b"SEFH" in rest
    return short and not any(mark in rest for mark in (b"\xff\xd8\xff", b"ftyp", b"PK\3\4"))


def archive(data: bytes) -> ZipFile:
    """A ZIP archive whose list of members is short enough to be read.

    Raises:
        Unreadable: no archive, or too many members.
    """
    # Each entry of the list begins so: counted before the list is read, since its own count may lie.
    if data.count(b"PK\1\2") > MAX_MEMBERS:
        raise Unreadable(Reason.TOO_LARGE)
    try:
        return ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        # ValueError: names that do not decode, offsets before the file; the others: damaged records
        raise Unreadable(Reason.UNREADABLE) from None


def _picture(data: bytes) -> Kind | None:
    for mark, found in _PICTURES:
        if data.startswith(mark):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if (
        data[:2] == b"BM"
        and len(data) > 26
        and int.from_bytes(data[14:18], "little") in _BMP_HEADERS
    ):
        return Kind.BMP
    if data[4:8] == b"ftyp":
        size = min(int.from_bytes(data[:4]), 256)
        brands = {data[8:12], *(data[i : i + 4] for i in range(16, size, 4))}
        if brands & _AVIF:
            return Kind.AVIF
        return Kind.HEIC if brands & _HEIC else None
    return None


def _zipped(data: bytes) -> Kind:
    try:
        with archive(data) as members:
            names = set(members.namelist())
    except Unreadable:
        return Kind.ZIP
    if "[Content_Types].xml" in names:
        folders = {name.partition("/")[0] for name in names}
        for folder, found in (("word", Kind.DOCX), ("xl", Kind.XLSX), ("ppt", Kind.PPTX)):
            if folder in folders:
                return found
    # The first member of an OpenDocument file names its type; some writers leave it out.
    opened = b"mimetypeapplication/vnd.oasis.opendocument" in data[:120]
    return Kind.ODT if opened or {"content.xml", "META-INF/manifest.xml"} <= names else Kind.ZIP


def _ole(data: bytes) -> Kind:
    """Microsoft's compound files: names of their streams stand in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Kind.DOCX
    return Kind.MSG if "__properties_version1.0".encode("utf-16-le") in data else Kind.OTHER


def _bare_dicom(data: bytes) -> bool:
    """A DICOM data set without its head: group 2 or 8, then two letters that are a type of value."""
    return data[:2] in {b"\2\0", b"\x08\0"} and data[4:6] in {b"UL", b"UI", b"CS", b"DA", b"SH"}


# --- texts

_FIELD = re.compile(
    rb"[!-9;-~]{1,70}:[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n|From [^\r\n]*\r?\n"
)
_KNOWN = re.compile(
    rb"(?im)^(from|to|cc|subject|date|received|return-path|delivered-to|message-id|mime-version|"
    rb"content-type|reply-to):"
)
_SVG = re.compile(rb"(?is)(\xef\xbb\xbf)?\s*(<[?!][^<]*)*<svg\b")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b")) + b"\x7f"
_ACTIVE_SVG = re.compile(
    rb"(?i)<(script|foreignobject|image|use|a)\b|\son[a-z]{1,20}\s*=|data:|href\s*=|@import|<!entity"
)


def _text(data: bytes, name: str) -> Kind:
    sample = data[:_SAMPLE]
    if not sample.strip() or not _textual(sample):
        return Kind.OTHER
    if _SVG.match(sample[:4096]):
        return Kind.SVG
    return Kind.EML if _is_mail(sample, name) else Kind.TEXT


def _textual(sample: bytes) -> bool:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = sample.count(0)
    # UTF-16 without a mark: in Latin letters every second byte is zero, always on the same side
    if zeros > len(sample) // 3 and not (sample[::2].count(0) and sample[1::2].count(0)):
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return controls * 200 <= len(sample)


def _is_mail(sample: bytes, name: str) -> bool:
    """Whether the text begins with fields of a mail: two known ones, or one if it is named a mail."""
    position, known = 0, set[bytes]()
    head = sample[:65_536].lstrip(b"\xef\xbb\xbf\r\n")
    while field := _FIELD.match(head, position):
        if mark := _KNOWN.match(field[0]):
            known.add(mark[1].lower())
        position = field.end()
    return len(known) >= (1 if name.lower().endswith(".eml") else 2)


def _archive_at_end(data: bytes) -> bool:
    """Archives are read from their end, so one may stand behind anything."""
    return data.find(b"PK\5\6", max(0, len(data) - _ZIP_END)) >= 0


_ENDS = {
    Kind.JPEG: ends.jpeg_end,
    Kind.PNG: ends.png_end,
    Kind.GIF: ends.gif_end,
    Kind.WEBP: ends.webp_end,
    Kind.HEIC: ends.boxes_end,
    Kind.AVIF: ends.boxes_end,
    Kind.JP2: ends.boxes_end,
    Kind.BMP: ends.bmp_end,
    Kind.TIFF: ends.tiff_end,
    Kind.ZIP: ends.zip_end,
}
