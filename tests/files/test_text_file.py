"""Text files: encodings, HTML, RTF."""

from base64 import b64encode
from time import process_time

import pytest
from files.making_documents import mutated, photo
from hypothesis import given
from hypothesis import strategies as st

from linter.files.content import MAX_TEXT
from linter.files.text_file import MAX_SOURCE, decode, read
from linter.seen import Origin, Reason, Seen, What, unchecked


def texts(content, origin=Origin.DOCUMENT):
    return [line.text for part in content.parts if part.origin is origin for line in part.lines]


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(charset):
    assert texts(read("Née à Évreux\r\n\r\nle 3 août, 12 €".encode(charset))) == [
        "Née à Évreux",
        "le 3 août, 12 €",
    ]


def test_a_declared_encoding_and_a_wrong_one():
    assert decode("Évreux".encode("mac-roman"), 99, "mac-roman") == "Évreux"
    assert decode("Évreux".encode(), 99, "no-such") == "Évreux"
    assert decode("Évreux".encode(), 99, "zlib") == "Évreux"
    assert decode("Évreux".encode(), 99, "punycode") == "Évreux"


def test_one_wrong_byte_does_not_spoil_a_text():
    assert decode(
        "Évreux, né à l'hôpital, opéré, âgé, été, crâne\xa0".encode() + b"\xe9", 999
    ).startswith("Évreux, né à")


def test_a_long_text_is_cut_and_told():
    content = read(b"abc\n" * (MAX_TEXT // 3))
    assert content.seen == (unchecked(Reason.TOO_LARGE),)
    assert sum(len(x) + 1 for x in texts(content)) <= MAX_TEXT
    assert read(b"abc\n" * 9).seen == ()


@pytest.mark.parametrize("fold", [0, 76])
def test_a_picture_written_into_a_text(fold):
    written = b64encode(photo(48)).decode()
    if fold:
        written = "\r\n".join(written[i : i + fold] for i in range(0, len(written), fold))
    content = read(f"Voir ![cliche](data:image/jpeg;base64,{written}) pour avis".encode())
    assert [inner.data for inner in content.inner] == [photo(48)]
    assert [line.text for line in content.parts[0].lines] == ["Voir ![cliche]( ) pour avis"]
    assert not content.seen
    (cut,) = read(f"data:image/jpeg;base64,{written[:-5]}".encode()).inner
    assert photo(48).startswith(cut.data)


def test_pictures_and_people_in_links_and_styles():
    uri = f"data:image/jpeg;base64,{b64encode(photo(48)).decode()}"
    content = read(
        f"""<html><style>p {{ background: url({uri}) }}</style><p style='background:url("{uri}")'>avis ?
        <a href="{uri}">photo</a> <a href="mailto:h.palanque%40example.org">lui</a> <a href="/page">ici</a>""".encode()
    )
    assert [inner.data for inner in content.inner] == [photo(48)] * 3
    assert texts(content, Origin.METADATA) == ["mailto:h.palanque@example.org"]


def test_nothing_behind_a_large_picture_is_passed_over():
    page = b"data:image/png;base64," + b"AAAA" * 500_000 + b" Mme Huguette PALANQUE"
    assert unchecked(Reason.TOO_LARGE) in read(page).seen


def test_html():
    picture = b64encode(photo()).decode()
    page = f"""<!DOCTYPE html><html><head><title>Avis</title><style>p {{}}</style></head>
    <body><p>Madame <b>Du</b>pont<br>Nom&nbsp;: Jeanne &eacute;</p><!-- caché : 06 12 34 56 78 -->
    <table><tr><td>Nom</td><td>Durand</td></tr></table><div style="display:none">secret</div>
    <img alt="face de Paul" src="data:image/jpeg;base64,{picture}"><p>fin</html>"""
    content = read(page.encode())
    assert texts(content) == [
        "Avis",
        "Madame Dupont",
        "Nom : Jeanne é",
        "Nom Durand",
        "secret",
        "fin",
    ]
    assert texts(content, Origin.METADATA) == ["caché : 06 12 34 56 78", "face de Paul"]
    assert [i.data for i in content.inner] == [photo()]
    assert content.seen == ()


@pytest.mark.parametrize(
    "page",
    [
        "<p><img src='http://x/y.png'>",
        "<html><script>var a = 1;</script>",
        "<p><iframe src=x></iframe>",
    ],
)
def test_what_is_elsewhere_is_told(page):
    assert unchecked(Reason.ACTIVE) in read(page.encode()).seen


@pytest.mark.parametrize(
    "page",
    [
        "<p>a <!-- Dupont",
        "<p>a <b title='Dupont",
        "<p>a <![ Dupont",
        "<p>a <![CDATA[Dupont]]>",
        "<p>a <? Dupont",
        "<p>a </Dupont",
    ],
)
def test_unfinished_markup_hides_nothing(page):
    content = read(page.encode())
    assert "Dupont" in " ".join(texts(content) + texts(content, Origin.METADATA))


def test_xml_and_drawings_are_read_as_far_as_words_go():
    content = read(b"<?xml version='1.0'?><svg><text>Dupont</text></svg>")
    assert texts(content) == ["Dupont"]
    assert unchecked(Reason.UNSUPPORTED) in content.seen


def test_rtf():
    data = (
        rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\title Avis Dupont}{\author Anne Martin}{\operator User}}"
        rb"{\*\generator Writer}\f0 N\'e9e \u201?ici\u8217'a\par{\v cach\'e9}\par {\deleted parti}\line fin\tab x"
        rb"{\pict\pngblip 89504e47}}"
    )
    content = read(data)
    assert texts(content) == ["Née Éici’a", "caché", "parti", "fin\tx"]
    assert texts(content, Origin.METADATA) == ["Avis Dupont"]
    assert set(content.seen) == {
        Seen(What.AUTHOR),
        Seen(What.CHANGES),
        unchecked(Reason.UNSUPPORTED),
    }


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<a ",
        "<!",
        "<?",
        "</",
        "<![",
        "&#",
        "<a b='",
        "<p>x</p>",
        "<title>",
        "<",
        "<script",
        "<p title=a src=b>",
        "{",
        "}",
        "{\\b ",
        "\\'e9",
        "\\u9",
        "\\",
        "{\\title a}",
    ],
)
def test_hostile_markup_takes_linear_time(piece):
    start = process_time()
    head = "{\\rtf1" if set(piece) & set("{}\\") else "<html>"
    read((head + piece * (MAX_SOURCE // len(piece))).encode())
    assert process_time() - start < 2


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<html>", b"{\\rtf1 ", b"<?xml ", b"\xff\xfe"])
)
def test_any_bytes_are_a_text(data, head):
    read(head + data)


def test_damaged_pages():
    page = b"<!DOCTYPE html><html><p title='a'>x<!-- b --><![CDATA[c]]><img src='data:,%41'><?d ?></p></html>"
    for copy in mutated(page * 3, 300, seed=5):
        read(copy)
