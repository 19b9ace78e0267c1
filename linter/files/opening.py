"""Which reader opens which sort of file. A reader whose package is not installed says so."""

from importlib import import_module
from pathlib import Path
from typing import Any

from linter.files.content import MAX_BYTES, Content, Unreadable
from linter.files.sniff import Kind, kind
from linter.seen import Reason

IMAGES = (
    Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF, Kind.TIFF, Kind.BMP, Kind.HEIC, Kind.AVIF, Kind.JP2
)  # fmt: skip
_OFFICE = (Kind.DOCX, Kind.ODT, Kind.XLSX, Kind.PPTX)
_READERS: dict[Kind, str] = {
    **dict.fromkeys(IMAGES, "images"),
    **dict.fromkeys(_OFFICE, "office"),
    Kind.DICOM: "dicom",
    Kind.PDF: "pdf",
    Kind.EML: "mail",
    Kind.TEXT: "text_file",
    Kind.SVG: "text_file",
}


def read_file(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Unreadable: missing, not a plain file, empty, or larger than `MAX_BYTES`.
    """
    try:
        if not path.is_file():  # a pipe or a device would never end
            raise Unreadable(Reason.UNREADABLE)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        raise Unreadable(Reason.UNREADABLE) from None
    if not data:
        raise Unreadable(Reason.UNREADABLE)
    if len(data) > MAX_BYTES:
        raise Unreadable(Reason.TOO_LARGE)
    return data


def open_content(data: bytes, name: str) -> tuple[Kind, Content]:
    """What a file is, and what it holds; its sheets are made while they are asked for.

    Raises:
        Unreadable: with the reason.
    """
    found = kind(data, name)
    if found is Kind.OTHER and name.lower().endswith((".dcm", ".dicom")):
        found = Kind.DICOM  # old files lack the mark at byte 128
    if found not in _READERS:
        raise Unreadable(Reason.UNSUPPORTED)
    try:
        read: Any = import_module(f"linter.files.{_READERS[found]}").read
    except ImportError:
        raise Unreadable(Reason.NO_READER) from None
    content = read(data, found) if found in _OFFICE else read(data)
    if not isinstance(content, Content):
        raise TypeError("a reader gives a Content")
    return found, content
