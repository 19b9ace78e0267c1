"""Bombs, junk and things that are no files, through the process that opens files: each costs one attachment."""

import os
import sys
import zlib
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from time import monotonic, process_time
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from files.making_documents import (
    TYPES,
    docx,
    mutated,
    odt,
    pdf,
    pdf_of,
    picture_object,
    show,
    stream,
    word,
    zipped,
)
from files.making_images import (
    chunk,
    encoded,
    exif_bytes,
    gif_of,
    iptc,
    picture,
    png_of,
    resource,
    tiff_loop,
    with_chunks,
    with_segments,
    with_thumbnail,
    xmp,
)
from PIL import Image

from linter.files import examine as module
from linter.files.content import MAX_PIXELS
from linter.files.examine import Tools, examine
from linter.files.sandbox import Sandbox
from linter.files.worker import MEMORY
from linter.seen import Examined, Origin, Reason, What

SECONDS = 4.0
"""For one file here; a sheet that was begun is finished."""
MOST = SECONDS + 11.0
"""Seconds after which a process that hangs has been stopped, and one more."""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(SECONDS) as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


def reasons(examined):
    return {f for s in examined.seen if s.what is What.UNCHECKED for f in s.fields}


def lines(examined):
    return [line.text for part in examined.parts for line in part.lines]


def begin(data, number=300):
    """Bytes of every sort behind the mark of a format."""
    return data + np.random.default_rng(len(data)).bytes(number)


# --- bombs


def bomb_docx():
    """200 kB that become 200 MB."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as member:
            for _ in range(200):
                member.write(b" " * 1_000_000)
    return out.getvalue()


def nested_mail(levels=50):
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "fond"
    message.set_content("Mme Huguette Palanque")
    for _ in range(levels):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "a@example.org", "plus haut"
        outer.add_attachment(message)
        message = outer
    return message.as_bytes()


def tree_pdf(pages=3_000):
    """A chain of page trees, each in the one before."""
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (n + 3) for n in range(pages)]
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page/MediaBox[0 0 9 9]>>"])


def long_pdf(pages=20_000):
    kids = b" ".join([b"3 0 R"] * pages)
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 60 40]>>"
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", tree, page])


def laughs():
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    return f'<!DOCTYPE x [<!ENTITY a "ha">{entities}]><x>&j;</x>'


def lied_png(width, height):
    """A head that promises more than any machine has."""
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\2\0\0\0"
    body = chunk(b"IDAT", zlib.compress(b"\0" * 99))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def text_png(size=80_000_000):
    """A comment of 80 kB that becomes 80 MB."""
    value = b"Comment\0\0" + zlib.compress(b" " * size, 9)
    return with_chunks(encoded(picture(), "PNG"), [chunk(b"zTXt", value)])


BOMBS = {
    "20000 x 20000 PNG": (lambda: png_of(20_000, 20_000), Reason.TOO_LARGE),
    "lying PNG": (lambda: lied_png(2**31 - 1, 2**31 - 1), Reason.TOO_LARGE),
    "GIF of 100,000 frames": (lambda: gif_of(100_000), Reason.MORE_SHEETS),
    "TIFF that loops": (tiff_loop, None),
    "comment of a PNG": (text_png, None),
    "DOCX": (bomb_docx, Reason.TOO_LARGE),
    "DOCX of entities": (lambda: docx("", word__document2_dot_xml=laughs()), Reason.UNREADABLE),
    "mails in mails": (nested_mail, None),
    "PDF, deep tree": (tree_pdf, None),
    "PDF, many pages": (long_pdf, Reason.MORE_SHEETS),
    "PDF, packed twice": (
        lambda: pdf(zlib.compress(zlib.compress(b" " * 50_000_000)), packed=False),
        None,
    ),
    "drawing with a script": (
        lambda: (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script><text>a</text></svg>"
        ),
        Reason.ACTIVE,
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_one_attachment(sandbox, folder, name):
    make, reason = BOMBS[name]
    (folder / "bomb").write_bytes(make())
    begun = monotonic()
    told = sandbox.examine(folder / "bomb")
    assert monotonic() - begun < MOST
    assert reason in reasons(told) if reason else True
    assert told.seen or told.parts or told.sheets
    assert reasons(told) <= {*Reason} - {Reason.FAULT}
    (folder / "next.txt").write_text("Mme Huguette Palanque", encoding="utf-8")
    assert lines(sandbox.examine(folder / "next.txt")) == ["Mme Huguette Palanque"]


def test_the_largest_picture_stays_within_the_memory(sandbox, folder):
    side = int(MAX_PIXELS**0.5)
    (folder / "large.png").write_bytes(png_of(side, side))
    told = sandbox.examine(folder / "large.png")
    assert told.sheets == 1 or reasons(told) & {Reason.TIME, Reason.MEMORY}
    status = Path(f"/proc/{sandbox._process.pid}/status")
    if status.exists():
        (peak,) = (x.split()[1] for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        assert 1024 * int(peak) < MEMORY / 2


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="limits are told elsewhere here")
def test_the_process_has_its_limits(sandbox, folder):
    sandbox.examine(folder / "none")
    told = Path(f"/proc/{sandbox._process.pid}/limits").read_text(encoding="ascii")
    limits = {line[:26].strip(): line[26:].split()[0] for line in told.splitlines()}
    assert limits["Max core file size"] == "0"
    assert int(limits["Max address space"]) <= MEMORY


def test_a_name_at_the_bottom_of_many_mails_is_found_or_told(sandbox, folder):
    (folder / "deep.eml").write_bytes(nested_mail())
    told = sandbox.examine(folder / "deep.eml")
    assert "Mme Huguette Palanque" in lines(told) or reasons(told)


# --- junk

MARKS = {
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "GIF": b"GIF89a",
    "TIFF": b"II*\0",
    "TIFF, big": b"MM\0+",
    "BMP": b"BM" + bytes(12) + b"\x28\0\0\0",
    "WebP": b"RIFF\xff\0\0\0WEBPVP8 ",
    "HEIC": b"\0\0\0\x18ftypheic",
    "AVIF": b"\0\0\0\x1cftypavif",
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "DICOM": bytes(128) + b"DICM",
    "PDF": b"%PDF-1.7\n",
    "archive": b"PK\3\4",
    "compound file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "nothing": b"\x01",
}


@pytest.mark.parametrize("name", MARKS)
def test_junk_behind_the_mark_of_a_format_is_told(sandbox, folder, name):
    (folder / "junk").write_bytes(begin(MARKS[name]))
    told = sandbox.examine(folder / "junk")
    assert reasons(told) & {Reason.UNREADABLE, Reason.UNSUPPORTED, Reason.TOO_LARGE}
    assert Reason.FAULT not in reasons(told)


PHOTO = encoded(picture(), "JPEG")


@pytest.mark.parametrize(
    "data",
    [
        PHOTO + zipped({"a.txt": "x"}),
        PHOTO[:2] + b"\xff\xfe\0\x0c%PDF-1.4\n\n" + PHOTO[2:],
        with_segments(PHOTO, [(0xFE, pdf(show("Mme Huguette Palanque")))]),
    ],
)
def test_a_picture_that_is_something_else_too_is_told(sandbox, folder, data):
    (folder / "both.jpg").write_bytes(data)
    told = sandbox.examine(folder / "both.jpg")
    assert told.sheets == 1
    assert reasons(told) & {Reason.ACTIVE, Reason.UNSUPPORTED}


# --- names and things that are no files

NAMES = [
    "a\nb.txt",
    "-rf.txt",
    "$(touch x).txt",
    "é" * 120 + ".txt",
    "\u202egnp.txt",
    "a\x1b[31m.txt",
    "'\"\\.txt",
    " .txt",
    os.fsdecode(b"\xff\xfe.txt"),
]


@pytest.mark.skipif(
    sys.platform != "linux", reason="file names of other systems have fewer letters"
)
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_odd_names_are_names(sandbox, folder, name):
    (folder / name).write_bytes(b"Bonjour")
    assert lines(sandbox.examine(folder / name)) == ["Bonjour"]


def test_names_that_no_file_has(sandbox, folder):
    for name in ("a\0b", "x" * 5_000, "x/" * 3_000, "a/../../none"):
        assert reasons(sandbox.examine(folder / name)) == {Reason.UNREADABLE}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_links_pipes_and_devices_are_no_files(sandbox, folder):
    (folder / "one").symlink_to(folder / "two")
    (folder / "two").symlink_to(folder / "one")
    os.mkfifo(folder / "pipe")
    (folder / "linked").symlink_to(folder / "pipe")
    (folder / "zero").symlink_to("/dev/zero")
    named = ("one", "pipe", "linked", "zero")
    for path in (*(folder / n for n in named), Path("/dev/zero"), Path("/dev/stdin"), folder):
        begun = monotonic()
        assert reasons(sandbox.examine(path)) == {Reason.UNREADABLE}
        assert monotonic() - begun < SECONDS
    (folder / "real.txt").write_bytes(b"Bonjour")
    (folder / "good").symlink_to(folder / "real.txt")
    assert lines(sandbox.examine(folder / "good")) == ["Bonjour"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="other systems, other permissions")
def test_a_file_that_may_not_be_read_is_told(sandbox, folder):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (folder / "mine.txt").write_bytes(b"Bonjour")
    (folder / "mine.txt").chmod(0)
    assert reasons(sandbox.examine(folder / "mine.txt")) == {Reason.UNREADABLE}


# --- bytes changed by chance


def pictures():
    image, other = picture(), picture(seed=2)
    exif = exif_bytes({0x010E: "a", 0x013B: "b"}, {0x9003: "2024:03:12"}, {2: (46.0, 1.0, 1.0)})
    packet = xmp("<dc:title>a</dc:title>", 'exif:GPSLatitude="46,10N"')
    yield encoded(image, "JPEG", exif=exif, comment=b"a", xmp=packet)
    yield encoded(image, "JPEG", exif=with_thumbnail(encoded(picture(32, 24), "JPEG")))
    segment = b"Photoshop 3.0\0" + resource(0x0404, iptc([(120, b"a")]))
    yield with_segments(PHOTO, [(0xED, segment)]) + PHOTO
    chunks = [chunk(b"tEXt", b"Comment\0a"), chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"a"))]
    yield with_chunks(encoded(image, "PNG", exif=exif), chunks)
    yield encoded(image.convert("RGBA"), "PNG")
    yield encoded(image, "PNG", save_all=True, append_images=[other])
    yield encoded(image, "GIF", save_all=True, append_images=[other], comment=b"a")
    yield encoded(image, "WEBP", exif=exif, xmp=packet)
    yield encoded(image, "TIFF", save_all=True, append_images=[other], compression="tiff_lzw")
    yield encoded(Image.fromarray(np.eye(32, dtype=np.float32)), "TIFF")
    for form in ("BMP", "HEIF", "AVIF", "JPEG2000"):
        yield encoded(image, form)


def documents():
    yield pdf(show("a") + b"q 60 0 0 60 9 9 cm /I Do Q", more=[picture_object()])
    note = b"/Annots[<</Type/Annot/Subtype/Text/Contents(a)/Rect[0 0 9 9]/T(b)>>]"
    yield pdf(show("a"), page=note, packed=False)
    yield pdf_of(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", stream(b"a")]
    )
    yield docx(word("a") + "<w:del><w:r><w:delText>b</w:delText></w:r></w:del>", word__media__a_dot_jpg=PHOTO)  # fmt: skip
    yield odt("<text:p>a</text:p>", {"Pictures/a.jpg": PHOTO})
    sheet = '<s><row><c t="s"><v>0</v></c></row></s>'
    strings = "<sst><si><t>a</t></si></sst>"
    yield zipped({**TYPES, "xl/workbook.xml": "<w/>", "xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet})  # fmt: skip
    message = EmailMessage()
    message["From"], message["Subject"] = "Anne <a@example.org>", "é"
    message.set_content("a é")
    message.add_alternative("<p>a <b>b</b><script>c</script>", subtype="html")
    message.add_attachment(PHOTO, "image", "jpeg", filename="é.jpg")
    yield message.as_bytes()
    yield rb"{\rtf1\ansi{\info{\author b}}{\deleted a}\u233? {\pict 00}\'e9}"
    yield b"<html><body onload=x><p>a</p><!-- b --><img src='data:image/png;base64,AAAA'></body></html>"
    yield ("né à Évreux " * 9).encode("utf-16")


SEEDS = [*pictures(), *documents()]
CASES = 12


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_bytes_changed_by_chance_raise_nothing(tmp_path, monkeypatch, number):
    nothing = Tools()
    blind = type("", (), dict.fromkeys(("read", "find"), lambda *_: ()))()
    nothing.__dict__ |= {"codes": blind, "text": None, "faces": blind}
    monkeypatch.setattr(module, "_skin", lambda _: None)
    for case, data in enumerate([SEEDS[number], *mutated(SEEDS[number], CASES, number)]):
        (tmp_path / "a").write_bytes(data or b"\0")
        begun = process_time()
        told = sum(examine(tmp_path / "a", nothing, monotonic() + SECONDS), Examined())
        assert process_time() - begun < 3, case
        for part in told.parts:
            assert part.origin in Origin
