"""What a picture file says besides its pixels: places, times, makers, names and words in EXIF, XMP, IPTC and comments.

Tags are those of EXIF 3.0 (CIPA DC-008-2023), XMP part 2, IPTC-IIM 4.2 and PNG 1.2; private.py reads others.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from math import isfinite
from struct import pack
from typing import Any, Literal

from PIL import Image
from PIL.ExifTags import IFD

from linter.files import packets
from linter.files.content import MAX_SHEETS, Unreadable
from linter.files.decoding import guarded
from linter.files.thumbnails import differing
from linter.seen import Line, Origin, Part, Reason, Seen, What, unchecked

MAX_VALUE = 4_000
"""Characters of one value."""
MAX_LINES = 200
MAX_THUMBNAILS = 4
_MAX_CONTAINERS = 50
_Meaning = What | Literal["words"]  # for the text rules; nothing by themselves

_EXIF: dict[int, _Meaning] = {
    0x010D: "words",  # DocumentName
    0x010E: "words",  # ImageDescription
    0x011D: "words",  # PageName
    0x013B: What.AUTHOR,  # Artist
    0x013C: "words",  # HostComputer
    0x8298: What.AUTHOR,  # Copyright
    0x9003: What.TAKEN,  # DateTimeOriginal
    0x9004: What.TAKEN,  # DateTimeDigitized
    0x9286: "words",  # UserComment
    0x9C9B: "words",  # XPTitle
    0x9C9C: "words",  # XPComment
    0x9C9D: What.AUTHOR,  # XPAuthor
    0x9C9E: "words",  # XPKeywords
    0x9C9F: "words",  # XPSubject
    0xA420: What.SERIAL,  # ImageUniqueID
    0xA430: What.AUTHOR,  # CameraOwnerName
    0xA431: What.SERIAL,  # BodySerialNumber
    0xA435: What.SERIAL,  # LensSerialNumber
    0xA436: "words",  # ImageTitle
    0xA437: What.AUTHOR,  # Photographer
    0xA438: What.AUTHOR,  # ImageEditor
    0xC62F: What.SERIAL,  # CameraSerialNumber
}
_GPS: dict[int, _Meaning] = {
    0x001B: "words",  # GPSProcessingMethod
    0x001C: "words",  # GPSAreaInformation
    0x001D: What.TAKEN,  # GPSDateStamp
}
_XMP: dict[str, _Meaning] = {
    **dict.fromkeys(("GPSLatitude", "GPSLongitude", "GpsLatitude", "GPSPosition"), What.GPS),
    **dict.fromkeys(("DateTimeOriginal", "DateTimeDigitized", "DateCreated", "CreateDate"), What.TAKEN),
    **dict.fromkeys(("SerialNumber", "BodySerialNumber", "LensSerialNumber", "ImageUniqueID"), What.SERIAL),
    **dict.fromkeys(("creator", "rights", "Owner", "OwnerName", "CameraOwnerName", "Credit", "Artist",
                     "Copyright", "CaptionWriter", "CiEmailWork", "CiTelWork", "CiAdrExtadr"), What.AUTHOR),
    **dict.fromkeys(("title", "description", "subject", "Headline", "Instructions", "Location", "City",
                     "State", "Country", "CountryName", "Sublocation", "Event", "PersonInImage",
                     "PersonDisplayName", "Name", "TransmissionReference", "UserComment", "Label", "Title",
                     "ImageDescription", "TagsList", "hierarchicalSubject", "LastKeywordXMP", "caption",
                     "notes", "AltTextAccessibility"), "words"),
}  # fmt: skip
"""By local name: every program has namespaces of its own."""
_IPTC: dict[int, _Meaning] = {
    **dict.fromkeys((5, 7, 25, 26, 27, 40, 90, 92, 95, 101, 103, 105, 118, 120), "words"),
    **dict.fromkeys((80, 110, 115, 116, 122), What.AUTHOR),
    55: What.TAKEN,
}
"""By data set: title, status, keywords, places, captions; by-line, credit, source, copyright, writer; date created."""
_PNG: dict[str, _Meaning] = {
    **dict.fromkeys(("author", "copyright", "artist", "creator"), What.AUTHOR),
    **dict.fromkeys(("creation time", "date:create", "exif:datetimeoriginal"), What.TAKEN),
}
"""By keyword in small letters; others give words, but for those that begin like `_PNG_TECHNICAL`."""
_PNG_TECHNICAL = (
    "software", "signature", "date:", "exif:", "png:", "thumb::", "icc:", "tiff:", "dng:",
)  # fmt: skip
_PROFILE = "raw profile type "
"""How ImageMagick keeps the metadata of other formats in PNG texts: a name, a length, hexadecimal digits."""

_Sort = Literal["exif", "xmp", "photoshop", "iptc"]
_PROFILES: dict[str, _Sort] = {
    "exif": "exif",
    "app1": "exif",
    "xmp": "xmp",
    "iptc": "photoshop",
    "8bim": "photoshop",
}
_RESOURCES: dict[int, _Sort] = {0x0404: "iptc", 0x0422: "exif", 0x0424: "xmp"}
_THUMBNAIL_RESOURCES = (0x0409, 0x040C)
_TIFF: dict[int, _Sort] = {700: "xmp", 33723: "iptc", 34377: "photoshop"}
READ_TAGS = frozenset({*_EXIF, *_TIFF})
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_JP2_EXIF = b"JpgTiffExif->JP2"


def read(image: Image.Image, data: bytes) -> tuple[tuple[Part, ...], tuple[Seen, ...]]:
    """What the metadata of a picture tells: words for the text rules, and what else is in them.

    Args:
        image: the picture as opened, not decoded yet; it is left at the frame it is at.
        data: the same file.
    """
    notes = _Notes()
    containers = list(_containers(image, data, notes))
    if not any(sort == "xmp" for sort, _ in containers):
        containers += (("xmp", packet) for packet in packets.xmp_packets(data))
    for number, (sort, value) in enumerate(containers):  # grows while it is read
        if number >= _MAX_CONTAINERS:
            notes.cut = True
            break
        if sort == "exif":
            _read_exif_bytes(value, notes)
        elif sort == "xmp":
            _read_xmp(value, notes)
        elif sort == "iptc":
            for key, text in packets.iptc_records(value):
                notes.add(_IPTC.get(key), text)
        else:
            containers += _resources(value, notes)
    compared = differing(list(notes.thumbnails)[:MAX_THUMBNAILS], image, data)
    return notes.parts(), (*notes.seen(), *compared)


class _Notes:
    """What has been read so far."""

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}
        self._told: dict[What, None] = {}
        self.thumbnails: dict[bytes, None] = {}
        self.cut = False

    def add(self, meaning: _Meaning | None, value: object) -> None:
        """Note a value if it says anything: blanks and zeros are what programs fill in."""
        if meaning is None:
            return
        text = _text(value)
        if not any(c.isalnum() and c != "0" for c in text):
            return
        if meaning != "words":
            self._told[What(meaning)] = None
        if meaning in {"words", What.AUTHOR}:
            self.cut |= len(text) >= MAX_VALUE or len(self._lines) >= MAX_LINES
            if len(self._lines) < MAX_LINES:
                self._lines[text] = None

    def parts(self) -> tuple[Part, ...]:
        lines = tuple(Line(text) for text in self._lines)
        return (Part(Origin.METADATA, lines),) if lines else ()

    def seen(self) -> Iterator[Seen]:
        for what in self._told:
            yield Seen(what, fields=("position",) if what is What.GPS else ())
        if self.cut:
            yield unchecked(Reason.TOO_LARGE)


def _text(value: object) -> str:
    """A value as clean words on one line; bytes are UTF-8 or else Windows-1252, and so are strings read as Latin-1."""
    if isinstance(value, str):
        try:
            value = value[:MAX_VALUE].encode("latin-1")
        except UnicodeEncodeError:
            return _clean(str(value))
    if isinstance(value, bytes):
        value = value[: 2 * MAX_VALUE]
        try:
            return _clean(value.decode())
        except UnicodeDecodeError:
            return _clean(value.decode("cp1252", "replace"))
    if isinstance(value, tuple):
        return _clean(" ".join(str(x) for x in value[:100]))
    return "" if value is None else _clean(str(value)[:MAX_VALUE])


def _clean(text: str) -> str:
    """Words without control characters; NUL parts fields (author and editor in EXIF copyright)."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:MAX_VALUE]).split())


def _containers(image: Image.Image, data: bytes, notes: _Notes) -> Iterator[tuple[_Sort, bytes]]:
    """The metadata containers of a file; plain comments are noted at once."""
    if image.format == "PNG":
        yield from _png(data, notes)
        return
    sort: _Sort
    for sort in ("exif", "xmp"):
        value = image.info.get(sort)
        if isinstance(value, bytes):
            yield sort, value
    if image.format == "GIF":
        for kind, comment in packets.gif_blocks(data):
            notes.add("words" if kind == "comment" else None, comment)
    elif image.format == "TIFF":
        yield from _pages(image, notes)
    elif image.format == "JPEG2000":
        notes.add("words", image.info.get("comment"))
        if (at := data.find(_JP2_EXIF)) >= 0:
            yield "exif", data[at + len(_JP2_EXIF) :][: packets.MAX_PACKET]
    yield from _segments(getattr(image, "applist", ()), notes)


def _segments(
    segments: Iterable[tuple[str, bytes]], notes: _Notes
) -> Iterator[tuple[_Sort, bytes]]:
    """Comments, Photoshop resources and further XMP of a JPEG, which come in pieces of 64 KiB."""
    photoshop, extended = [], []
    for app, value in segments:
        if app == "COM":
            notes.add("words", value)
        elif app == "APP13" and value.startswith(_PHOTOSHOP):
            photoshop.append(value[len(_PHOTOSHOP) :])
        elif app == "APP1" and value.startswith(_EXTENDED_XMP):
            # After the name: a digest of 32 digits, the whole length, and the place of this piece.
            body = value[len(_EXTENDED_XMP) + 32 :]
            extended.append((int.from_bytes(body[4:8]), body[8:]))
    if photoshop:
        yield "photoshop", b"".join(photoshop)
    if extended:
        yield "xmp", b"".join(body for _, body in sorted(extended))


def _png(data: bytes, notes: _Notes) -> Iterator[tuple[_Sort, bytes]]:
    for keyword, value in packets.png_chunks(data):
        name = keyword.lower()
        if keyword == "eXIf":
            yield "exif", value
        elif name == "xml:com.adobe.xmp":
            yield "xmp", value
        elif name.startswith(_PROFILE):
            sort = _PROFILES.get(name.removeprefix(_PROFILE).strip())
            digits = b"".join(value.split()[2:])
            with suppress(ValueError):
                profile = bytes.fromhex(digits.decode("latin-1"))
                yield "xmp" if b"<x:xmpmeta" in profile else sort or "exif", profile
        elif name in _PNG or not name.startswith(_PNG_TECHNICAL):
            notes.add(_PNG.get(name, "words"), value)


def _pages(image: Image.Image, notes: _Notes) -> Iterator[tuple[_Sort, bytes]]:
    """The tags of every page of a TIFF; reading them decodes nothing."""
    for page in range(MAX_SHEETS):
        found: list[tuple[_Sort, bytes]] = []
        try:
            with guarded(EOFError):
                image.seek(page)
                exif = image.getexif()
                found += _tagged(exif)
                _read_exif(exif, notes)
        except (EOFError, Unreadable):
            break
        yield from found
    with suppress(Unreadable), guarded():
        image.seek(0)


def _tagged(exif: Image.Exif) -> Iterator[tuple[_Sort, bytes]]:
    for tag, sort in _TIFF.items():
        value = exif.get(tag)
        if isinstance(value, tuple):  # Photoshop writes bytes as 32-bit numbers
            value = pack(f"{'<' if exif.endian == '<' else '>'}{len(value)}L", *value)
        if isinstance(value, bytes):
            yield sort, value


def _resources(data: bytes, notes: _Notes) -> Iterator[tuple[_Sort, bytes]]:
    if data[:1] == b"\x1c":  # bare records where resources are due
        yield "iptc", data
    for number, value in packets.photoshop_blocks(data):
        if number in _RESOURCES:
            yield _RESOURCES[number], value
        elif number in _THUMBNAIL_RESOURCES:
            notes.thumbnails[value[28:]] = None  # after the head of the resource


def _read_exif_bytes(data: bytes, notes: _Notes) -> None:
    for _ in range(2):  # some programs write the head twice
        data = data.removeprefix(b"Exif\0\0")
    with suppress(Unreadable), guarded():
        exif = Image.Exif()
        exif.load(data[: packets.MAX_PACKET])
        _read_exif(exif, notes)
        small = exif.get_ifd(IFD.IFD1)
        start, size = small.get(0x0201), small.get(0x0202)
        if isinstance(start, int) and isinstance(size, int) and size > 0:
            notes.thumbnails[data[start : start + size]] = None


def _read_exif(exif: Image.Exif, notes: _Notes) -> None:
    little = exif.endian == "<"
    for ifd in (None, IFD.Exif):
        with suppress(Unreadable), guarded():
            tags: Mapping[int, Any] = exif if ifd is None else exif.get_ifd(ifd)
            for tag, meaning in _EXIF.items():
                if tag in tags:
                    notes.add(meaning, _exif_value(tag, tags[tag], little=little))
    with suppress(Unreadable), guarded():
        gps = exif.get_ifd(IFD.GPSInfo)
        for tag, meaning in _GPS.items():
            notes.add(meaning, _exif_value(0x9286, gps.get(tag), little=little))
        if any(_counts(gps.get(tag)) for tag in (0x0002, 0x0004, 0x0014, 0x0016)):
            notes.add(What.GPS, "position")


def _exif_value(tag: int, value: object, *, little: bool) -> object:
    """A value with the character set that its tag prescribes."""
    if not isinstance(value, bytes):
        return value
    value = value[: 2 * MAX_VALUE]
    if 0x9C9B <= tag <= 0x9C9F:
        return value.decode("utf-16-le", "replace")
    if tag != 0x9286:
        return value
    code, rest = value[:8], value[8:]
    if code == b"UNICODE\0":
        if rest[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return rest.decode("utf-16", "replace")
        # Programs disagree on the byte order; Latin letters have their zero byte first or second.
        evens, odds = rest[::2].count(0), rest[1::2].count(0)
        small_end = odds > evens if odds != evens else little
        return rest.decode("utf-16-le" if small_end else "utf-16-be", "replace")
    if code == b"JIS\0\0\0\0\0":
        return rest.decode("iso2022_jp", "replace")
    return rest if code in {b"ASCII\0\0\0", b"\0" * 8} else value


def _counts(position: object) -> bool:
    """Whether a latitude or longitude is one: not absent, zero or undefined, as programs leave it."""
    if not isinstance(position, tuple):
        return False
    return any(isfinite(float(x)) and float(x) != 0 for x in position)


def _read_xmp(packet: bytes, notes: _Notes) -> None:
    notes.cut |= len(packet) > packets.MAX_PACKET
    for names, text in packets.xmp_values(packet):
        meaning = next((_XMP[name] for name in names if name in _XMP), None)
        if meaning is None and packets.SPOKEN.search(text[:MAX_VALUE]):
            meaning = "words"
        notes.add(meaning, text)
        if meaning is None and names[:1] == ("image",) and len(notes.thumbnails) < MAX_THUMBNAILS:
            notes.thumbnails[packets.base64_bytes(text)] = None
