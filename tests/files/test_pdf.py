"""PDF: words with places, pictures, properties, hostile files."""

import zlib
from io import BytesIO
from time import process_time

import numpy as np
import pytest
from files.making_documents import (
    changed,
    mutated,
    pdf,
    pdf_of,
    photo,
    picture_object,
    show,
    stream,
)
from files.making_images import exif_bytes
from PIL import Image

from linter.files import pdf as reader
from linter.files import pdf_file
from linter.files.content import MAX_SHEETS, Unreadable
from linter.files.pdf import read
from linter.seen import Origin, Reason, Seen, What, unchecked


def texts(content, origin=Origin.DOCUMENT):
    return [line.text for part in content.parts if part.origin is origin for line in part.lines]


def reason_of(data):
    start = process_time()
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert process_time() - start < 2
    return caught.value.reason


def test_words_stand_where_they_are_drawn():
    content = read(pdf(show("Dupont, né à Évreux", 50, 700), show("Page deux")))
    first, second = content.parts[0].lines
    assert (first.text, first.sheet) == ("Dupont, né à Évreux", 0)
    assert (second.text, second.sheet) == ("Page deux", 1)
    picture, _ = content.sheets
    assert picture.shape == (2200, 1555, 3)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    box = first.box
    assert (picture[box.y0 : box.y1, box.x0 : box.x1] < 128).any()
    outside = picture.copy()
    outside[box.y0 - 2 : box.y1 + 2, box.x0 - 2 : box.x1 + 2] = 255
    assert (outside == 255).all()


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_rotated_pages_come_upright_with_their_boxes(angle):
    content = read(pdf(show("Dupont"), page=b"/Rotate %d/CropBox[20 30 595 842]" % angle))
    (line,) = content.parts[0].lines
    (picture,) = content.sheets
    assert picture.shape[:2] == ((1558, 2200) if angle != 180 else (2200, 1558))
    box = line.box
    ink = np.argwhere((picture < 128).any(axis=2))
    assert ink.min(axis=0)[0] >= box.y0 - 1
    assert ink.min(axis=0)[1] >= box.x0 - 1
    assert ink.max(axis=0)[0] <= box.y1
    assert ink.max(axis=0)[1] <= box.x1


def test_hidden_words_are_read():
    hidden = show("blanc", before="1 1 1 rg") + show("invisible", y=600, before="3 Tr")
    beside = show("dehors", x=-500, y=500)
    covered = show("couvert", y=400) + b"0 g 0 390 595 40 re f"
    content = read(pdf(hidden + beside + covered))
    assert set(texts(content)) == {"blanc", "invisible", "dehors", "couvert"}
    assert next(x for x in content.parts[0].lines if x.text == "dehors").box is None


def test_values_are_joined_to_labels_printed_before():
    labels = show("Nom :", 50, 700) + show("Prénom :", 50, 680) + show("Suite", 50, 660)
    values = show("DUPONT", 250, 700) + show("Jeanne", 250, 680)
    assert texts(read(pdf(labels + values))) == ["Nom : DUPONT", "Prénom : Jeanne", "Suite"]


def test_pages_of_words_need_no_character_recognition():
    table = b"".join(b"50 %d 300 20 re S\n" % y for y in range(100, 500, 20))
    outline = b"0 0 m " + b"1 2 3 4 5 6 c " * 12 + b"f\n"
    image = b"q 100 0 0 100 50 50 cm /I Do Q"
    pages = pdf(
        show("a") + table, show("b") + outline * 4, show("c") + image, more=[picture_object()]
    )
    assert read(pages).pictured == (False, True, True)


def test_letters_without_meaning_need_character_recognition():
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 1/LastChar 1/Widths[9]/Encoding<</Differences[1/x1]>>/CharProcs<</x1 7 0 R>>>>"
    content = b"BT /G 12 Tf 50 700 Td (\\001\\001) Tj ET"
    page = b"/Resources<</Font<</G 6 0 R>>>>"
    assert read(pdf(content, page=page, more=[font, stream(b"9 0 d0 0 0 5 5 re f")])).pictured == (
        True,
    )


def test_properties():
    info = b"<</Title(Compte rendu Dupont)/Subject(\xfe\xff\0\xe9)/Keywords(foie)/Author(Dr Anne Martin)/Creator(Writer)>>"
    content = read(pdf(show("x"), more=[info], trailer=b"/Info 6 0 R"))
    assert texts(content, Origin.METADATA) == ["Compte rendu Dupont", "é", "foie"]
    assert content.seen == (Seen(What.AUTHOR),)


def test_properties_in_xmp():
    packet = (
        b"<x:xmpmeta><dc:creator><rdf:Seq><rdf:li>Anne Martin</rdf:li></rdf:Seq></dc:creator>"
        b"<dc:title><rdf:Alt><rdf:li>Suivi de Dupont</rdf:li></rdf:Alt></dc:title></x:xmpmeta>"
    )
    more = [stream(packet, b"/Type/Metadata/Subtype/XML", packed=False)]
    content = read(pdf(show("x"), catalog=b"/Metadata 6 0 R", more=more))
    assert texts(content, Origin.METADATA) == ["Suivi de Dupont"]
    assert Seen(What.AUTHOR) in content.seen


def test_no_author_where_a_program_put_a_word_for_nobody():
    content = read(pdf(show("x"), more=[b"<</Author(User)>>"], trailer=b"/Info 6 0 R"))
    assert content.seen == ()


def test_comments_fields_and_links():
    more = [
        b"<</Type/Annot/Subtype/Text/Rect[100 100 120 120]/Contents(Revoir Mme Dupont)/T(Anne Martin)>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/TU(Nom)/V(DUPONT)/Rect[50 50 200 70]/DA(/F 9 Tf)>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(mailto:j.dupont@example.org)>>>>",
    ]
    content = read(
        pdf(
            show("x"),
            page=b"/Annots[6 0 R 7 0 R 8 0 R]",
            catalog=b"/AcroForm<</Fields[7 0 R]/DR<</Font<</F 3 0 R>>>>>>",
            more=more,
        )
    )
    assert texts(content) == [
        "x",
        "Revoir Mme Dupont",
        "Nom : DUPONT",
        "mailto:j.dupont@example.org",
    ]
    assert content.parts[1].lines[1].box is not None
    assert set(content.seen) == {Seen(What.AUTHOR), Seen(What.CHANGES)}


def test_embedded_files_are_handed_on():
    more = [
        b"<</Type/Filespec/F(note.txt)/UF(note.txt)/EF<</F 7 0 R>>>>",
        stream(b"Jean Dupont", b"/Type/EmbeddedFile"),
        b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 6 0 R>>",
    ]
    names = b"/Names<</EmbeddedFiles<</Names[(note.txt) 6 0 R]>>>>"
    content = read(pdf(show("x"), page=b"/Annots[8 0 R]", catalog=names, more=more))
    assert [(i.name, i.data) for i in content.inner] == [("note.txt", b"Jean Dupont")] * 2


@pytest.mark.parametrize(
    "catalog",
    [
        b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
        b"/OpenAction<</S/Launch/F(calc.exe)>>",
        b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>",
    ],
)
def test_scripts_and_actions_are_told(catalog):
    assert unchecked(Reason.ACTIVE) in read(pdf(show("x"), catalog=catalog)).seen


def test_scripts_in_packed_objects_are_told():
    packed = stream(b"9 0 <</S/JavaScript/JS(app.alert)>>", b"/Type/ObjStm/N 1/First 4")
    assert unchecked(Reason.ACTIVE) in read(pdf(show("x"), more=[packed])).seen


def test_pages_after_the_first_ones_are_told():
    content = read(pdf(*(show(f"page {n}") for n in range(MAX_SHEETS + 2)), box=b"0 0 50 50"))
    assert len(content.pictured) == MAX_SHEETS
    assert sum(1 for _ in content.sheets) == MAX_SHEETS
    assert content.seen == (unchecked(Reason.MORE_SHEETS, left=2),)


def test_words_that_were_taken_out_are_still_there():
    before = pdf(show("Mme Huguette PALANQUE, CRP 9"))
    content = read(changed(before, {5: stream(show("Mme X, CRP 9"))}))
    assert texts(content) == ["Mme X, CRP 9", "Mme Huguette PALANQUE, CRP 9"]
    assert Seen(What.CHANGES) in content.seen
    assert not content.inner
    signed = read(changed(before, {1: b"<</Type/Catalog/Pages 2 0 R/Lang(fr)>>"}))
    assert texts(signed) == ["Mme Huguette PALANQUE, CRP 9"]
    assert Seen(What.CHANGES) not in signed.seen
    for_the_web = before.replace(b"5 0 obj", b"5 0 obj\n%startxref\n0\n%%EOF\n")
    assert not read(for_the_web).seen


def test_a_picture_that_was_taken_out_is_still_there():
    before = pdf(show("x") + b"q 9 0 0 9 5 5 cm /I Do Q", more=[picture_object()])
    content = read(changed(before, {5: stream(show("x"))}))
    assert [inner.data for inner in content.inner] == [before.rstrip()]
    assert Seen(What.CHANGES) in content.seen
    stamped = changed(before, {5: stream(show("x") + b"q 9 0 0 9 5 5 cm /I Do Q /I Do")})
    assert not read(stamped).inner


SHOWN = b"q 300 0 0 300 50 300 cm /I Do Q "


@pytest.mark.parametrize(
    "drawn",
    [
        SHOWN + b"0 0 0 rg 150 400 60 20 re f",
        b"q 0 0 50 900 re W n " + SHOWN + b"Q",
        b"q 300 0 0 300 -150 300 cm /I Do Q",
        SHOWN + b"q 100 0 0 100 100 350 cm /I Do Q",
    ],
    ids=["under a bar", "cut", "beside the page", "under another"],
)
def test_a_picture_that_is_not_shown_whole_is_looked_at_by_itself(drawn):
    content = read(pdf(drawn, more=[picture_object(96)]))
    assert [inner.data for inner in content.inner] == [photo(96)]


@pytest.mark.parametrize(
    "drawn",
    [
        SHOWN,
        b"1 1 1 rg 0 0 595 842 re f " + SHOWN + b"0 0 0 RG 40 290 320 320 re S",
        b"q 0 0 595 842 re W n " + SHOWN + b"Q 0 0 0 rg 50 100 300 40 re f",
    ],
    ids=["alone", "on paper in a frame", "above a bar"],
)
def test_a_picture_that_is_shown_whole_is_looked_at_once(drawn):
    assert not read(pdf(drawn, more=[picture_object(96)])).inner


def test_metadata_of_a_photo_on_a_page():
    out = BytesIO()
    exif = exif_bytes({0x010E: "Mme Huguette PALANQUE"}, gps={1: "N", 2: (48.0, 6.0, 9.0)})
    Image.fromarray(np.full((90, 90, 3), 128, np.uint8)).save(out, "JPEG", exif=exif)
    head = b"/Subtype/Image/Width 90/Height 90/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    content = read(pdf(SHOWN, SHOWN, more=[stream(out.getvalue(), head, packed=False)]))
    assert "Mme Huguette PALANQUE" in texts(content, Origin.METADATA)
    assert [s.what for s in content.seen].count(What.GPS) == 1


def test_many_states_are_told():
    data = pdf(show("Mme Huguette PALANQUE"))
    for number in range(6):
        data = changed(data, {5: stream(show(f"etat {number}"))})
    content = read(data)
    assert texts(content)[:2] == ["etat 5", "Mme Huguette PALANQUE"]
    assert unchecked(Reason.TOO_LARGE) in content.seen


def test_encrypted_and_broken():
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (
        b"o" * 32,
        b"u" * 32,
    )
    assert reason_of(pdf(show("x"), trailer=locked)) is Reason.ENCRYPTED
    assert reason_of(b"%PDF-1.7\nnothing") is Reason.UNREADABLE
    assert reason_of(b"") is Reason.UNREADABLE


@pytest.mark.parametrize("box", [b"0 0 1000000 0.001", b"0 0 1e30 1e30", b"0 0 0 0", b"9 9 -9 -9"])
def test_absurd_sizes_of_pages(box):
    (picture,) = read(pdf(show("x"), box=box)).sheets
    assert max(picture.shape) <= 2200


def test_a_giant_picture_is_not_decoded():
    giant = stream(
        b"x",
        b"/Type/XObject/Subtype/Image/Width 90000/Height 90000/ColorSpace/DeviceGray/BitsPerComponent 8",
    )
    content = read(pdf(b"/I Do", show("x"), more=[giant], box=b"0 0 50 50"))
    assert unchecked(Reason.TOO_LARGE, sheet=0) in content.seen
    assert len(list(content.sheets)) == 2


def test_bombs():
    assert reason_of(pdf(b"0 0 m 9 9 l S " * 600_000)) is Reason.TOO_LARGE
    assert reason_of(pdf(b"(a)Tj " * 800_000, packed=False)) is Reason.TOO_LARGE
    packed_attachment = stream(b"\0" * 65_000_000, b"/Type/EmbeddedFile")
    assert reason_of(pdf(show("x"), more=[packed_attachment])) is Reason.TOO_LARGE
    deep = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (i + 3) for i in range(20_000)]
    assert reason_of(pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", *deep])) is Reason.TOO_LARGE
    assert reason_of(b"%PDF-1.7\n" + b"stream\n" * 60_000) is Reason.TOO_LARGE


def test_a_million_pages():
    start = process_time()
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 50 50]>>"
    content = read(pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", tree, page]))
    assert unchecked(Reason.MORE_SHEETS, left=1_000_000 - MAX_SHEETS) in content.seen
    assert unchecked(Reason.UNREADABLE, sheet=1) in content.seen
    assert len(list(content.sheets)) == MAX_SHEETS
    wide = b"<</Type/Pages/Kids[%s]/Count 200000>>" % (b"3 0 R " * 200_000)
    assert len(read(pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", wide, page])).pictured) == MAX_SHEETS
    assert process_time() - start < 2


def test_slow_pages_stop(monkeypatch):
    monkeypatch.setattr(reader, "_SECONDS", 0.05)
    sheets = iter(read(pdf(b"0 0 m 99 99 l S " * 50_000)).sheets)
    with pytest.raises(Unreadable) as caught:
        next(sheets)
    assert caught.value.reason is Reason.TIME


def test_many_words():
    start = process_time()
    lines = b"".join(b"(ligne %d, abcdefgh) Tj 0 -12 Td " % i for i in range(12_000))
    content = read(pdf(b"BT /F 9 Tf 9 800 Td " + lines + b"ET"))
    assert unchecked(Reason.TOO_LARGE) in content.seen
    assert sum(len(x) for x in texts(content)) <= 200_000
    assert process_time() - start < 2


def test_unpacking_follows_more_than_one_piece():
    content = zlib.compress(np.random.default_rng(1).bytes(200_000))
    assert len(pdf_file.unpacked(memoryview(content), 4_000_000)) == 200_000


def test_random_damage_gives_unreadable_and_nothing_else():
    more = [
        b"<</Type/Annot/Subtype/Text/Rect[100 100 120 120]/Contents(Revoir)/T(Anne)>>",
        b"<</Title(Dupont)/Author(Anne)>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(DUPONT)/Rect[50 50 200 70]>>",
    ]
    whole = pdf(
        show("Dupont") + b"q 9 0 0 9 5 5 cm /I Do Q",
        page=b"/Annots[7 0 R 9 0 R]",
        catalog=b"/AcroForm<</Fields[9 0 R]>>",
        more=[picture_object(), *more],
        trailer=b"/Info 8 0 R",
        box=b"0 0 90 90",
        packed=False,
    )
    assert read(whole).pictured == (True,)
    for data in mutated(whole, 300, seed=7):
        start = process_time()
        try:
            for _ in read(data).sheets:
                pass
        except Unreadable:
            pass
        assert process_time() - start < 2
