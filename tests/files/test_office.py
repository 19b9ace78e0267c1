"""Office and OpenDocument files."""

import contextlib
from io import BytesIO
from time import process_time
from zipfile import ZIP_BZIP2, ZipFile

import pytest
from files.making_documents import OFFICE, docx, mutated, odt, photo, word, zipped

from linter.files.content import MAX_TEXT, Content, Unreadable
from linter.files.office import read
from linter.files.sniff import Kind
from linter.seen import Origin, Reason, Seen, What

CORE = (
    "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:creator>{author}</dc:creator><dc:title>Avis Dupont</dc:title>"
    "<cp:lastModifiedBy>python-docx</cp:lastModifiedBy><cp:keywords>foie</cp:keywords></cp:coreProperties>"
)


def texts(content, origin=Origin.DOCUMENT):
    return [line.text for part in content.parts if part.origin is origin for line in part.lines]


def reason_of(data, kind=Kind.DOCX):
    start = process_time()
    with pytest.raises(Unreadable) as caught:
        read(data, kind)
    assert process_time() - start < 2
    return caught.value.reason


def reasons(content: Content):
    return [Reason(name) for s in content.seen if s.what is What.UNCHECKED for name in s.fields]


def test_words_of_all_parts():
    note = "<w:footnotes xmlns:w='w'><w:footnote>{}</w:footnote></w:footnotes>"
    data = docx(
        word("Madame Du</w:t></w:r><w:r><w:t>pont")
        + "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>",
        word__header1_dot_xml=f"<w:hdr xmlns:w='w'>{word('Service du Dr Martin')}</w:hdr>",
        word__footer1_dot_xml=f"<w:ftr xmlns:w='w'>{word('page')}</w:ftr>",
        word__footnotes_dot_xml=note.format(word("note de bas")),
        word__endnotes_dot_xml=note.format(word("note de fin")),
        word__styles_dot_xml=f"<w:styles xmlns:w='w'>{word('Normal')}</w:styles>",
        word__charts__chart1_dot_xml="<c:chart xmlns:c='c'><c:tx><c:v>Dupont J.</c:v></c:tx></c:chart>",
    )
    content = read(data, Kind.DOCX)
    assert texts(content)[:3] == ["Madame Dupont", "a\tb", "c"]
    assert set(texts(content)[3:]) == {
        "Service du Dr Martin",
        "page",
        "note de bas",
        "note de fin",
        "Dupont J.",
    }
    assert content.seen == ()


def test_a_row_of_a_table_is_one_line():
    row = "<w:tr><w:tc>" + word("Nom") + "</w:tc><w:tc>" + word("Dupont") + "</w:tc></w:tr>"
    assert texts(read(docx(f"<w:tbl>{row}{row}</w:tbl>"), Kind.DOCX)) == ["Nom\tDupont"] * 2


def test_a_text_box_written_twice_comes_once():
    box = f"<mc:AlternateContent><mc:Choice>{word('boîte')}</mc:Choice><mc:Fallback>{word('boîte')}{word('autre')}</mc:Fallback></mc:AlternateContent>"
    content = read(docx(f"<w:p><w:r>{box}<w:t>corps</w:t></w:r></w:p>"), Kind.DOCX)
    assert texts(content) == ["boîte", "autre", "corps"]


@pytest.mark.parametrize(
    ("body", "said", "author"),
    [
        ("<w:p><w:del w:author='Anne'><w:r><w:delText>Dupont</w:delText></w:r></w:del></w:p>", "Dupont", True),
        ("<w:p><w:ins w:author='Anne'><w:r><w:t>Dupont</w:t></w:r></w:ins></w:p>", "Dupont", True),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Dupont</w:t></w:r></w:p>", "Dupont", False),
        ("<w:comment w:author='Anne' w:id='1'>" + word("Dupont") + "</w:comment>", "Dupont", True),
    ],
)  # fmt: skip
def test_changes_comments_and_hidden_text(body, said, author):
    content = read(docx(body), Kind.DOCX)
    assert texts(content) == [said]
    assert (Seen(What.AUTHOR) in content.seen) is author
    assert Seen(What.CHANGES) in content.seen


def test_text_that_is_not_hidden_after_all():
    content = read(
        docx("<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>x</w:t></w:r></w:p>"), Kind.DOCX
    )
    assert content.seen == ()


def test_properties():
    custom = "<Properties xmlns:vt='v'><property name='Patient'><vt:lpwstr>Jeanne Durand</vt:lpwstr></property></Properties>"
    app = "<Properties><Company>CHU</Company><Application>Word</Application></Properties>"
    data = docx(
        word("x")
        + '<w:p><w:r><wp:docPr id="1" name="IMG_dupont.jpg" descr="Dos de Paul"/></w:r></w:p>',
        docProps__core_dot_xml=CORE.format(author="Anne Martin"),
        docProps__custom_dot_xml=custom,
        docProps__app_dot_xml=app,
    )
    content = read(data, Kind.DOCX)
    assert set(texts(content, Origin.METADATA)) == {
        "IMG_dupont.jpg",
        "Dos de Paul",
        "Avis Dupont",
        "foie",
        "Patient : Jeanne Durand",
    }
    assert content.seen == (Seen(What.AUTHOR),)
    nobody = read(docx(word("x"), docProps__core_dot_xml=CORE.format(author="User")), Kind.DOCX)
    assert nobody.seen == ()


def test_pictures_and_files_within():
    inner = docx(word("dedans"))
    data = docx(
        word("x"),
        word__media__image1_dot_jpeg=photo(),
        word__media__image2_dot_emf=b"\1\0\0\0" + b"\0" * 36 + b" EMF",
        docProps__thumbnail_dot_jpeg=photo(32),
        word__embeddings__Doc_dot_docx=inner,
        word__fonts__font1_dot_odttf=b"\0\1",
    )
    content = read(data, Kind.DOCX)
    assert {(i.name, i.data) for i in content.inner} == {
        ("image1.jpeg", photo()),
        ("thumbnail.jpeg", photo(32)),
        ("Doc.docx", inner),
    }
    assert reasons(content) == [Reason.UNSUPPORTED]


@pytest.mark.parametrize(
    ("sort", "active"), [("image", True), ("attachedTemplate", True), ("hyperlink", False)]
)
def test_links_to_the_outside(sort, active):
    relation = f"<Relationships><Relationship Type='{OFFICE}/{sort}' Target='mailto:j.dupont@example.org' TargetMode='External'/></Relationships>"
    content = read(docx(word("x"), word__rels__document_dot_xml_dot_rels=relation), Kind.DOCX)
    assert (Reason.ACTIVE in reasons(content)) is active
    assert (texts(content, Origin.METADATA) == ["mailto:j.dupont@example.org"]) is not active


@pytest.mark.parametrize(
    "name",
    [
        "word__vbaProject_dot_bin",
        "word__embeddings__oleObject1_dot_bin",
        "word__activeX__activeX1_dot_xml",
    ],
)
def test_macros_and_objects(name):
    assert reasons(read(docx(word("x"), **{name: b"\xd0\xcf"}), Kind.DOCX)) == [Reason.ACTIVE]


def test_workbooks():
    shared = "<sst><si><t>Nom</t></si><si><r><t>Du</t></r><r><t>pont</t></r></si><si><t>effacé</t></si></sst>"
    sheet = (
        "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
        "<row><c><f>1+1</f><v>287035819412345</v></c><c t='inlineStr'><is><t>ici</t></is></c></row></sheetData></worksheet>"
    )
    comments = "<comments><authors><author>Anne Martin</author></authors><commentList><comment ref='A1'><text><t>revoir</t></text></comment></commentList></comments>"
    members = {
        "[Content_Types].xml": "<a/>",
        "xl/workbook.xml": "<workbook/>",
        "xl/worksheets/sheet1.xml": sheet,
        "xl/comments1.xml": comments,
        "xl/sharedStrings.xml": shared,
    }
    content = read(zipped(members), Kind.XLSX)
    assert texts(content) == ["revoir", "Nom\tDupont", "287035819412345\tici", "effacé"]
    assert set(content.seen) == {Seen(What.AUTHOR), Seen(What.CHANGES)}


def test_slides_in_their_order():
    slide = "<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>"
    members = {f"ppt/slides/slide{n}.xml": slide.format(n) for n in (10, 2, 1)}
    note = {"ppt/notesSlides/notesSlide1.xml": slide.format("note")}
    data = zipped(
        {"[Content_Types].xml": "<a/>", **members, **note, "ppt/presentation.xml": "<a/>"}
    )
    assert texts(read(data, Kind.PPTX)) == ["note", "1", "2", "10"]


def test_open_document():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>Anne</dc:creator>"
        "<dc:date>2024-01-01</dc:date></office:change-info><text:p>parti</text:p></text:deletion></text:changed-region>"
        "</text:tracked-changes><text:h>Titre</text:h><text:p>Ma<text:span>dame</text:span><text:s/>Dupont"
        "<office:annotation><dc:creator>Paul</dc:creator><dc:date>2024</dc:date><text:p>à revoir</text:p></office:annotation>"
        "<text:note><text:note-body><text:p>bas</text:p></text:note-body></text:note>, 3 ans</text:p>"
        "<table:table-row><table:table-cell><text:p>Nom</text:p></table:table-cell><table:table-cell><text:p>Durand</text:p>"
        "</table:table-cell></table:table-row><text:p><draw:frame><draw:image xlink:href='Pictures/1.jpg'/>"
        "<svg:desc>Dos de Paul</svg:desc></draw:frame></text:p><text:p><text:a xlink:href='http://example.org'>lien</text:a></text:p>"
    )
    head = "<styles xmlns:text='t'><text:p>En-tête</text:p></styles>"
    meta = (
        "<meta xmlns:meta='m' xmlns:dc='d'><meta:initial-creator>Anne</meta:initial-creator><dc:title>Avis</dc:title>"
        "<meta:user-defined meta:name='Patient'>Durand</meta:user-defined></meta>"
    )
    members = {
        "styles.xml": head,
        "meta.xml": meta,
        "Pictures/1.jpg": photo(),
        "Thumbnails/thumbnail.png": photo(form="PNG"),
    }
    content = read(odt(body, members), Kind.ODT)
    assert texts(content) == [
        "parti",
        "Titre",
        "à revoir",
        "bas",
        "Madame Dupont, 3 ans",
        "Nom\tDurand",
        "lien",
        "En-tête",
    ]
    assert texts(content, Origin.METADATA) == [
        "Dos de Paul",
        "http://example.org",
        "Avis",
        "Patient : Durand",
    ]
    assert [i.name for i in content.inner] == ["1.jpg", "thumbnail.png"]
    assert content.seen == (Seen(What.AUTHOR), Seen(What.CHANGES))


def test_open_document_with_scripts_and_links():
    linked = odt("<text:p><draw:image xlink:href='https://example.org/x.png'/></text:p>")
    assert reasons(read(linked, Kind.ODT)) == [Reason.ACTIVE]
    scripted = odt("<text:p>x</text:p>", {"Basic/Standard/Module1.xml": "<a/>"})
    assert reasons(read(scripted, Kind.ODT)) == [Reason.ACTIVE]


def test_encrypted_and_broken():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert reason_of(ole + "EncryptedPackage".encode("utf-16-le")) is Reason.ENCRYPTED
    assert reason_of(ole + b"other") is Reason.UNSUPPORTED
    manifest = {"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}
    assert reason_of(odt("", manifest), Kind.ODT) is Reason.ENCRYPTED
    assert reason_of(b"PK\3\4") is Reason.UNREADABLE
    assert reason_of(b"") is Reason.UNREADABLE
    assert reason_of(zipped({"a": "b"})) is Reason.UNREADABLE
    assert reason_of(docx(word("x")), Kind.PDF) is Reason.UNSUPPORTED


def test_a_broken_part_is_told_and_the_rest_is_read():
    content = read(docx(word("x"), word__header1_dot_xml="<a><b></a>"), Kind.DOCX)
    assert texts(content) == ["x"]
    assert reasons(content) == [Reason.UNREADABLE]


LAUGHS = (
    "<!DOCTYPE a [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]><w:p><w:r><w:t>&j;</w:t></w:r></w:p>"
)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (LAUGHS, Reason.UNREADABLE),
        ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", Reason.UNREADABLE),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", Reason.UNREADABLE),
        ("<p>" * 100_000, Reason.TOO_LARGE),
        ("<a>" + "<t/>" * 450_000 + "</a>", Reason.TOO_LARGE),
        ("<p><t>" + "ab c" * 250_000 + "</t></p>", Reason.TOO_LARGE),
        ("<a b='" + "x y" * 3_000_000 + "'/>", Reason.TOO_LARGE),
        ("<a b='" + "xyzuvw" * 100_000 + "'/>", None),
    ],
    ids="laughs file entity depth elements words ratio attribute".split(),
)
def test_hostile_xml(xml, reason):
    start = process_time()
    content = read(docx(word("x"), word__header1_dot_xml=xml), Kind.DOCX)
    assert reasons(content) == ([reason] if reason else [])
    assert process_time() - start < 2


def test_archive_bombs():
    zeros = bytes(40_000_000)
    content = read(docx(word("x"), word__media__a_dot_png=zeros), Kind.DOCX)
    assert reasons(content) == [Reason.TOO_LARGE]
    many = {f"word/media/{n}.jpg": photo(9) for n in range(60)}
    content = read(
        zipped({"[Content_Types].xml": "", **many, "word/document.xml": "<a/>"}), Kind.DOCX
    )
    assert len(content.inner) == 50
    assert reasons(content) == [Reason.UNREADABLE, Reason.TOO_LARGE][1:]
    members = {f"word/{n}.xml": "" for n in range(5_100)}
    assert reason_of(zipped({**members, "word/document.xml": "<a/>"})) is Reason.TOO_LARGE


def test_a_member_that_lies_about_its_size():
    data = docx(word("x"), word__media__a_dot_png=bytes(20_000_000))
    lying = data.replace((20_000_000).to_bytes(4, "little"), (900).to_bytes(4, "little"))
    assert reasons(read(lying, Kind.DOCX)) == [Reason.UNREADABLE]


def test_other_compressions_and_locked_members():
    assert reasons(read(zipped({"word/document.xml": "<a/>"}, ZIP_BZIP2), Kind.DOCX)) == [
        Reason.UNSUPPORTED
    ]
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    locked = bytearray(out.getvalue())
    locked[locked.index(b"PK\1\2") + 8] |= 1
    locked[6] |= 1
    assert reasons(read(bytes(locked), Kind.DOCX)) == [Reason.ENCRYPTED]


def test_long_documents_are_cut():
    content = read(docx(word("abcdefgh " * 10) * 4_000), Kind.DOCX)
    assert Reason.TOO_LARGE in reasons(content)
    assert MAX_TEXT * 0.98 < sum(len(x) for x in texts(content)) <= MAX_TEXT


def test_random_damage_gives_unreadable_and_nothing_else():
    core = CORE.format(author="Anne")
    whole = {
        Kind.DOCX: docx(
            word("x") * 20, docProps__core_dot_xml=core, word__media__a_dot_jpg=photo(9)
        ),
        Kind.ODT: odt("<text:p>x</text:p>" * 20, {"meta.xml": core, "Pictures/a.jpg": photo(9)}),
    }
    stored = {
        k: zipped({i.filename: z.read(i) for z in [ZipFile(BytesIO(d))] for i in z.infolist()}, 0)
        for k, d in whole.items()
    }
    for kind, data in (*whole.items(), *stored.items()):
        for copy in mutated(data, 150, seed=11):
            start = process_time()
            with contextlib.suppress(Unreadable):
                read(copy, kind)
            assert process_time() - start < 2


def test_words_that_no_page_shows():
    content = read(
        docx(
            word("corps"),
            word__settings_dot_xml="<w:settings xmlns:w='w'><w:zoom w:percent='100'/><w:docVars>"
            "<w:docVar w:name='patient' w:val='Huguette PALANQUE'/></w:docVars></w:settings>",
            customXml__item1_dot_xml="<d:dossier xmlns:d='d'>A<d:ipp>80012345</d:ipp><d:nom/>B</d:dossier>",
        ),
        Kind.DOCX,
    )
    assert texts(content) == ["corps"]
    assert texts(content, Origin.METADATA) == ["A", "80012345", "B", "Huguette PALANQUE", "patient"]


def test_words_of_a_workbook_outside_its_cells():
    sheets = (
        "<workbook xmlns='x'><sheets><sheet name='Mme Palanque' sheetId='1'/></sheets></workbook>"
    )
    cache = "<pivotCacheRecords xmlns='x'><r><s v='PALANQUE Huguette'/><n v='3'/></r></pivotCacheRecords>"
    lists = "<worksheet xmlns='x'><dataValidation><formula1>\"Palanque,Aubin\"</formula1></dataValidation></worksheet>"
    data = zipped(
        {
            "[Content_Types].xml": "<x/>",
            "xl/workbook.xml": sheets,
            "xl/worksheets/sheet1.xml": lists,
            "xl/pivotCache/pivotCacheRecords1.xml": cache,
        }
    )
    told = texts(read(data, Kind.XLSX), Origin.METADATA)
    assert told == ["Mme Palanque", "PALANQUE Huguette", '"Palanque,Aubin"']
