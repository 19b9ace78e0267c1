"""What lies in a PDF and on none of its pages."""

import zlib
from base64 import a85encode
from io import BytesIO
from time import process_time

import numpy as np
import pytest
from files.making_documents import changed, mutated, pdf, photo, picture_object, show, stream
from files.making_images import exif_bytes
from PIL import Image

from linter.files.pdf import read
from linter.files.pdf_rest import rest
from linter.seen import Origin, Reason, unchecked

SHOWN = b"q 300 0 0 300 50 300 cm /I Do Q "
NAME = "Mme Huguette Palanque, née à Évreux"


def told(data):
    parts = (p for p in read(data).parts if p.origin is Origin.METADATA)
    return [line.text for part in parts for line in part.lines]


def literal(text):
    return b"(%s)" % text.encode("cp1252")


@pytest.mark.parametrize(
    "written",
    [
        literal(NAME),
        b"<FEFF" + NAME.encode("utf-16-be").hex().encode() + b">",
        b"(Mme Huguette \\\n Palanque, n\\351e \\340 \\311vreux)",
        b"\n(Mme (Huguette) Palanque\\), n\\351e)",
    ],
    ids=["plain", "UTF-16 as figures", "escaped, over two lines", "brackets within"],
)
def test_alternative_texts(written):
    element = b"<</Type/StructElem/S/Figure/Alt%s>>" % written
    [text] = told(pdf(show("Radio du thorax"), more=[element]))
    assert text.startswith("Mme ")
    assert "Palanque" in text
    packed = stream(b"9 0 " + element, b"/Type/ObjStm/N 1/First 4")
    assert told(pdf(show("Radio du thorax"), more=[packed])) == [text]


def test_properties_of_any_name_and_of_earlier_states():
    info = b"<</Producer(Scan 3.1)/CreationDate(D:20240312)/Dossier(IPP 80012345)/Title(%s)>>"
    before = pdf(show("x"), more=[info % b"CR Palanque"], trailer=b"/Info 6 0 R")
    assert told(before) == ["CR Palanque", "IPP 80012345"]
    after = changed(before, {6: info % b"Compte rendu"})
    assert set(told(after)) >= {"CR Palanque", "IPP 80012345"}


def test_what_is_told_already_is_not_told_twice():
    element = b"<</Type/StructElem/ActualText(Radio du thorax)>>"
    assert told(pdf(show("Radio du thorax"), more=[element])) == []


def test_people_and_programs_are_not_words():
    element = b"<</T(Dr Aubin)/DA(/Helv 12 Tf)/ID<00FF12345678>/Note(\x80\x81\x01\x02\x03abc)>>"
    assert told(pdf(show("x"), more=[element])) == []


@pytest.mark.parametrize("what", ["unused", "hidden layer", "as letters", "unpacked", "thumbnail"])
def test_pictures_that_no_page_shows(what):
    head = b"/Type/XObject/Subtype/Image/Width 64/Height 64/ColorSpace/DeviceRGB/BitsPerComponent 8"
    drawn = what == "hidden layer"
    pixels = bytes(range(64)) * 64 * 3
    more = {
        "unused": picture_object(),
        "hidden layer": picture_object().replace(b"/Subtype", b"/OC 9 0 R/Subtype"),
        "as letters": stream(
            a85encode(photo()) + b"~>", head + b"/Filter[/ASCII85Decode/DCTDecode]", packed=False
        ),
        "unpacked": stream(pixels, head),
        "thumbnail": stream(pixels, b"/Width 64/Height 64/ColorSpace/DeviceRGB/BitsPerComponent 8"),
    }[what]
    content = read(pdf(SHOWN if drawn else show("x"), more=[more]))
    [inner] = content.inner
    assert inner.data[:4] == (photo()[:4] if what not in {"unpacked", "thumbnail"} else b"\x89PNG")


def test_a_photo_with_metadata_on_a_page_hides_no_other_picture():
    out = BytesIO()
    exif = exif_bytes(gps={1: "N", 2: (48.0, 6.0, 9.0)})
    Image.fromarray(np.full((90, 90, 3), 128, np.uint8)).save(out, "JPEG", exif=exif)
    head = b"/Subtype/Image/Width 90/Height 90/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    shown = stream(out.getvalue(), head, packed=False)
    assert [i.data for i in read(pdf(SHOWN, more=[shown, picture_object()])).inner] == [photo()]


def test_masks_stencils_and_tiny_pictures_are_passed_by():
    masked = picture_object().replace(b"/Subtype", b"/SMask 7 0 R/Subtype")
    stencil = picture_object().replace(b"/Subtype", b"/ImageMask true/Subtype")
    more = [masked, picture_object(80), stencil, picture_object(40)]
    assert not read(pdf(SHOWN, more=more)).inner


def test_a_picture_packed_otherwise_is_told():
    odd = stream(b"abc", b"/Subtype/Image/Width 640/Height 640/Filter/CCITTFaxDecode", packed=False)
    content = read(pdf(show("x"), more=[odd]))
    assert unchecked(Reason.TOO_LARGE) in content.seen
    assert not content.inner


def test_of_a_locked_file_nothing_is_taken():
    data = pdf(show("x"), more=[b"<</Alt(abcdef ghi)>>", picture_object()])
    assert rest(data, set(), 1e9).words == ("abcdef ghi",)
    assert not rest(data + b"/Encrypt 9 0 R", set(), 1e9).words


@pytest.mark.parametrize(
    "hostile",
    [
        b"/A(" * 400_000,
        b"/A(((((" * 200_000,
        b"/A<" + b"0" * 2_000_000,
        b"/A<00000000" * 100_000,
        b"/" * 1_000_000,
        b"/A(Mme Palanque)" * 100_000,
        b"/Mask 1 0 R" * 100_000,
        b"/AAAA     " * 100_000,
    ],
    ids=range(8),
)
def test_time_grows_with_length_only(hostile):
    start = process_time()
    found = rest(hostile, set(), 1e9)
    assert len(found.words) <= 500
    assert process_time() - start < 2


def test_random_damage_raises_nothing():
    data = pdf(
        SHOWN,
        more=[picture_object(), stream(zlib.compress(b"x"), b"/Subtype/Image/Width 64/Height 64")],
    )
    for damaged in mutated(data, 200, 3):
        rest(damaged, set(), 1e9)
