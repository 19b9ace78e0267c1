"""Kinds of files by their bytes, and what hides behind them."""

from email.message import EmailMessage
from io import BytesIO
from time import process_time

import numpy as np
import pytest
from files.making_documents import docx, mutated, odt, pdf, photo, show, word, zipped
from PIL import Image

from linter.files.content import Unreadable
from linter.files.sniff import MAX_MEMBERS, Kind, appended, archive, kind, trailing
from linter.seen import Reason

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOX = b"\0\0\0\x18ftyp%s\0\0\0\0mif1heic"


def mail():
    message = EmailMessage()
    message["From"], message["Subject"] = "Anne Martin <a@example.org>", "Avis"
    message.set_content("Bonjour")
    return message.as_bytes()


def heic(brand, rest=b""):
    ftyp = b"ftyp" + brand + b"\0\0\0\0mif1" + brand
    return (len(ftyp) + 4).to_bytes(4) + ftyp + b"\0\0\0\x0cmetaabcd\0\0\0\x09mdata" + rest


KINDS = {
    Kind.JPEG: photo(),
    Kind.PNG: photo(form="PNG"),
    Kind.WEBP: photo(form="WEBP"),
    Kind.GIF: photo(form="GIF"),
    Kind.TIFF: photo(form="TIFF"),
    Kind.BMP: photo(form="BMP"),
    Kind.HEIC: heic(b"heic"),
    Kind.AVIF: heic(b"avif"),
    Kind.JP2: photo(form="JPEG2000"),
    Kind.DICOM: b"\0" * 128 + b"DICM\2\0\0\0UL",
    Kind.PDF: pdf(show("x")),
    Kind.DOCX: docx(word("x")),
    Kind.ODT: odt("<text:p>x</text:p>"),
    Kind.XLSX: zipped({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"}),
    Kind.PPTX: zipped({"[Content_Types].xml": "<a/>", "ppt/presentation.xml": "<a/>"}),
    Kind.ZIP: zipped({"a.txt": "x"}),
    Kind.EML: mail(),
    Kind.MSG: OLE + "__properties_version1.0".encode("utf-16-le"),
    Kind.SVG: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg>',
    Kind.TEXT: "Patiente née à Évreux".encode(),
    Kind.OTHER: b"\x7fELF\2\1\1\0\0\0\0\0",
}


@pytest.mark.parametrize("wanted", KINDS)
@pytest.mark.parametrize("name", ["", "a.jpg", "a.txt", "a.pdf"])
def test_bytes_decide_whatever_the_name(wanted, name):
    assert kind(KINDS[wanted], name) is wanted
    assert not trailing(KINDS[wanted], wanted)


def test_every_kind_is_tried():
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", Kind.OTHER),
        (b" \n", Kind.OTHER),
        ("Née à Évreux".encode("cp1252"), Kind.TEXT),
        ("Née".encode("utf-16"), Kind.TEXT),
        ("Née à Évreux".encode("utf-16-be"), Kind.TEXT),
        (b"<!doctype html><p>x", Kind.TEXT),
        (b"{\\rtf1 x}", Kind.TEXT),
        (b"<html><svg></svg>", Kind.TEXT),
        (b"<!-- a --> <!DOCTYPE svg>\n<svg>", Kind.SVG),
        (b"BM: patient vu ce matin, rien a signaler", Kind.TEXT),
        (b"Note: patient vu\nSubject: cardio\n", Kind.TEXT),
        (b"\n \x00%PDF-1.4 ...", Kind.PDF),
        (b"RIFF....WAVEfmt ", Kind.TEXT),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Kind.OTHER),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Kind.DOCX),
        (OLE + "WordDocument".encode("utf-16-le"), Kind.OTHER),
        (b"PK\3\4 no archive", Kind.ZIP),
        (b"\x08\0\5\0CS\x0a\0ISO_IR 100", Kind.DICOM),
        (b"PK\3\4" + b"PK\1\2" * (MAX_MEMBERS + 1), Kind.ZIP),
    ],
)
def test_edges(data, wanted):
    assert kind(data, "") is wanted


def test_a_short_mail_is_known_by_its_name():
    data = b"Subject: avis\n\nBonjour"
    assert kind(data, "") is Kind.TEXT
    assert kind(data, "avis.EML") is Kind.EML


def test_open_document_whose_type_stands_last():
    data = zipped({"META-INF/manifest.xml": "<a/>", "content.xml": "<a/>", "mimetype": "x"})
    assert kind(data, "") is Kind.ODT


PICTURES = [
    Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF, Kind.HEIC, Kind.AVIF, Kind.BMP, Kind.TIFF, Kind.JP2
]  # fmt: skip


@pytest.mark.parametrize("picture", PICTURES)
def test_what_stands_behind_a_picture(picture):
    data, second = KINDS[picture], photo(32)
    assert appended(data + second, picture) == second
    assert trailing(data + second, picture)
    assert not trailing(data + b"\0" * 50, picture)


def test_what_stands_behind_jpeg_2000_without_lengths():
    out = BytesIO()
    Image.fromarray(np.full((9, 9, 3), 50, np.uint8)).save(out, "JPEG2000", no_jp2=True)
    bare, boxed, second = out.getvalue(), KINDS[Kind.JP2], photo(32)
    at = boxed.index(b"jp2c") - 4
    endless = boxed[:at] + b"\0\0\0\0" + boxed[at + 4 :]
    for data in bare, endless:
        assert kind(data, "") is Kind.JP2
        assert not trailing(data, Kind.JP2)
        assert appended(data + second, Kind.JP2) == second


@pytest.mark.parametrize("picture", [*PICTURES, Kind.PDF])
def test_an_archive_behind_anything(picture):
    data = KINDS[picture] + KINDS[Kind.DOCX]
    assert kind(data, "") is picture
    assert trailing(data, picture)


def test_moving_and_progressive_pictures_end_where_they_end():
    frames = [Image.fromarray(np.full((9, 9, 3), n * 50, np.uint8)) for n in range(4)]
    for form in ("GIF", "PNG", "WEBP"):
        out = BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:])
        found = kind(out.getvalue(), "")
        assert not trailing(out.getvalue(), found)
        assert appended(out.getvalue() + b"more", found) == b"more"
    out = BytesIO()
    Image.open(BytesIO(photo())).save(out, "JPEG", progressive=True, exif=b"Exif\0\0" + photo(8))
    assert not trailing(out.getvalue(), Kind.JPEG)


@pytest.mark.parametrize(
    ("mode", "form", "more"),
    [
        (
            "RGB",
            "TIFF",
            {"compression": "tiff_lzw", "exif": {0x013B: "Somebody", 0x010E: "x" * 99}},
        ),
        ("RGB", "TIFF", {"compression": "jpeg"}),
        ("1", "TIFF", {"compression": "group4"}),
        ("P", "TIFF", {"compression": "tiff_adobe_deflate", "icc_profile": b"\0" * 200}),
        ("I;16", "TIFF", {}),
        ("RGB", "BMP", {}),
        ("P", "BMP", {}),
        ("1", "BMP", {}),
        ("RGBA", "BMP", {}),
    ],
)
def test_scans_end_where_they_end(mode, form, more):
    out, exif = BytesIO(), Image.Exif()
    for tag, value in (more := dict(more)).pop("exif", {}).items():
        exif[tag] = value
        more["exif"] = exif
    several = {"save_all": True, "append_images": [Image.new(mode, (40, 70))]}
    Image.new(mode, (101, 53)).save(out, form, **more, **(several if form == "TIFF" else {}))
    data, found = out.getvalue(), Kind(form.lower())
    assert not trailing(data, found)
    assert appended(data + b"more", found) == b"more"


def test_the_notes_of_a_telephone_behind_a_photo():
    notes = (
        b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1715500000000SEFH"
        + b"\x6b\0\0\0\1\0\0\0" * 3
        + b"SEFT"
    )
    assert not trailing(photo() + notes, Kind.JPEG)
    assert appended(photo() + photo(32) + notes, Kind.JPEG)
    assert trailing(photo() + b"\0\0\0\x18ftypmp42" + b"\0" * 90 + notes, Kind.JPEG)


def test_a_pdf_within_a_picture():
    out = BytesIO()
    Image.open(BytesIO(photo())).save(out, "JPEG", comment=b"%PDF-1.4 1 0 obj")
    assert kind(out.getvalue(), "") is Kind.JPEG
    assert trailing(out.getvalue(), Kind.JPEG)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"<html>" + KINDS[Kind.PDF], Kind.PDF),
        (KINDS[Kind.PDF] + KINDS[Kind.ZIP], Kind.PDF),
        (b"II*\0" + b"\0" * 124 + b"DICM", Kind.DICOM),
        (KINDS[Kind.DOCX] + b"more bytes", Kind.DOCX),
        (KINDS[Kind.ZIP] + KINDS[Kind.DOCX], Kind.DOCX),
        (b"<svg><script>1</script></svg>", Kind.SVG),
        (b"<svg onload = 'x'></svg>", Kind.SVG),
        (b"<svg><image href='data:image/png;base64,AA'/></svg>", Kind.SVG),
    ],
)
def test_other_second_formats(data, found):
    assert kind(data, "") is found
    assert trailing(data, found)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xff\xd8" * 2_000_000, Kind.JPEG),
        (b"\xff\xd8" + b"\xff\xe0\0\2" * 1_000_000, Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXtabcd" * 1_000_000, Kind.PNG),
        (b"GIF89a" + b"\0" * 7 + b"!\xfe" + b"\1a" * 2_000_000, Kind.GIF),
        (b"II*\0\x08\0\0\0" + b"\xff\xff\x11\1\4\0\xff\xff\xff\0\x08\0\0\0" * 1_000_000, Kind.TIFF),
        (b"II*\0\x08\0\0\0" + b"\xff\xff" * 5_000_000, Kind.TIFF),
        (heic(b"heic", b"\0\0\0\x08free" * 1_000_000), Kind.HEIC),
        (b"From: a\nTo: b\n" * 1_000_000, Kind.EML),
        (b"a" * 20_000_000, Kind.TEXT),
        (b"PK\3\4" * 2_000_000, Kind.ZIP),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_large_hostile_files_are_told_fast(data, found):
    start = process_time()
    if data[:3] == b"\xff\xd8\xff" or found is not Kind.JPEG:
        assert kind(data, "") is found
    trailing(data, found)
    assert process_time() - start < 2


def test_too_many_members():
    with pytest.raises(Unreadable) as caught:
        archive(b"PK\3\4" + b"PK\1\2" * (MAX_MEMBERS + 1))
    assert caught.value.reason is Reason.TOO_LARGE


def test_damage_raises_nothing():
    for data in KINDS.values():
        for copy in mutated(data, 40, seed=3):
            trailing(copy, kind(copy, ""))
            for found in Kind:
                trailing(copy[:200], found)
