"""Documents for the tests, made from scratch; all people are invented."""

import re
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from PIL import Image

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = {"[Content_Types].xml": "<Types/>"}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def photo(side: int = 64, form: str = "JPEG") -> bytes:
    """A small picture of noise."""
    noise = np.random.default_rng(side).integers(0, 255, (side, side, 3), np.uint8)
    out = BytesIO()
    Image.fromarray(noise).save(out, form)
    return out.getvalue()


def zipped(members: dict[str, str | bytes], compression: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(text: str) -> str:
    """A Word paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, **members: str | bytes) -> bytes:
    """A Word file; further members by name, with `__` for slashes and `_dot_` for the dot."""
    more = {k.replace("__", "/").replace("_dot_", "."): v for k, v in members.items()}
    main = f'<?xml version="1.0"?><w:document xmlns:w="{W}" xmlns:wp="wp" xmlns:mc="mc" xmlns:v="v"><w:body>{body}</w:body></w:document>'
    return zipped({**TYPES, "word/document.xml": main, **more})


ODF = (
    'xmlns:office="o" xmlns:text="t" xmlns:dc="d" xmlns:meta="m" xmlns:draw="w" xmlns:xlink="x" '
    'xmlns:svg="s" xmlns:table="b"'
)


def odt(body: str, members: dict[str, str | bytes] | None = None) -> bytes:
    main = f"<office:document-content {ODF}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": main,
            "META-INF/manifest.xml": "<manifest/>",
            **(members or {}),
        }
    )


def stream(content: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    if packed:
        content, entries = zlib.compress(content), entries + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))
    )


def pdf(
    *contents: bytes,
    page: bytes = b"",
    catalog: bytes = b"",
    more: list[bytes] | None = None,
    trailer: bytes = b"",
    box: bytes = b"0 0 595 842",
    packed: bool = True,
) -> bytes:
    """A PDF of pages by their drawing commands, with Helvetica as /F; further objects begin at 4 + 2 * pages."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for i, content in enumerate(contents):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>"
            b"/XObject<</I %d 0 R>>>>%s>>" % (box, 5 + 2 * i, 4 + 2 * len(contents), page),
            stream(content, packed=packed),
        ]
    return pdf_of(objects + (more or []), trailer)


def changed(data: bytes, objects: dict[int, bytes]) -> bytes:
    """A PDF with objects put in the place of others as programs do: behind its end."""
    before = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    count = max(int(x) for x in re.findall(rb"/Size (\d+)", data))
    out, table = bytearray(data), b""
    for number, content in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    return bytes(out) + (
        b"xref\n%strailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (table, count, before, start)
    )


def show(text: str, x: int = 50, y: int = 700, size: int = 12, before: str = "") -> bytes:
    """Drawing commands of one line."""
    return f"BT {before} /F {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("cp1252")


def picture_object(side: int = 64) -> bytes:
    return stream(
        photo(side),
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
        % (side, side),
        packed=False,
    )


def mutated(data: bytes, count: int, seed: int) -> list[bytes]:
    """Copies with random bytes changed, cut out or cut off."""
    chance, copies = np.random.default_rng(seed), []
    for _ in range(count):
        copy = bytearray(data)
        for _ in range(int(chance.integers(1, 12))):
            at = int(chance.integers(0, len(copy)))
            copy[at] = int(chance.integers(0, 256))
        if chance.random() < 0.3:
            at = int(chance.integers(0, len(copy)))
            del copy[at : at + int(chance.integers(1, 200))]
        if chance.random() < 0.2:
            del copy[int(chance.integers(0, len(copy))) :]
        copies.append(bytes(copy))
    return copies
