"""What pictures say besides their pixels."""

import time
import zlib
from base64 import b64encode

import pytest
from files.making_images import (
    NAME,
    chunk,
    encoded,
    exif_bytes,
    iptc,
    picture,
    resource,
    with_chunks,
    with_segments,
    with_thumbnail,
    xmp,
)
from PIL import Image, ImageDraw, ImageEnhance, ImageOps
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2

from linter.files import images, metadata, packets
from linter.seen import Origin, Reason, Seen, What

PLACE = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 21.0, 7.0)}
GPS = Seen(What.GPS, fields=("position",))


def told(data: bytes) -> dict[What, Seen]:
    return {s.what: s for s in images.read(data).seen}


def words(data: bytes) -> list[str]:
    return [
        line.text
        for part in images.read(data).parts
        for line in part.lines
        if part.origin is Origin.METADATA
    ]


def jpeg(**options: object) -> bytes:
    return encoded(picture(), "JPEG", **options)


def segment(mark: int, value: bytes) -> bytes:
    return with_segments(jpeg(), [(mark, value)])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_exif_in_every_format(form: str) -> None:
    exif = exif_bytes(
        {0x013B: NAME, 0x8298: "Cabinet Vasseur", 0x010E: "Main de Capucine"},
        {0x9003: "2024:05:06 07:08:09", 0xA431: "SN778899"},
        PLACE,
    )
    data = encoded(picture(), form, exif=exif)
    assert told(data).keys() == {What.AUTHOR, What.GPS, What.TAKEN, What.SERIAL}
    assert told(data)[What.GPS] == GPS
    assert set(words(data)) == {NAME, "Cabinet Vasseur", "Main de Capucine"}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_xmp_in_every_format(form: str) -> None:
    packet = xmp(
        f"<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>"
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Plaie de &#233;paule</rdf:li>'
        "</rdf:Alt></dc:description>",
        'exif:GPSLatitude="48,51.5N" aux:SerialNumber="0042" xmp:CreateDate="2024-05-06"',
    )
    image, options = picture(), {"xmp": packet}
    if form == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode())
        options = {"pnginfo": info}
    elif form == "TIFF":
        tags = ImageFileDirectory_v2()
        tags[700], tags.tagtype[700] = packet, 1
        options = {"tiffinfo": tags}
    data = encoded(image, form, **options)
    assert told(data).keys() == {What.AUTHOR, What.GPS, What.TAKEN, What.SERIAL}
    assert words(data) == [NAME, "Plaie de épaule"]


def test_exif_that_says_nothing() -> None:
    blank = {0x013B: "   ", 0x8298: "\0", 0x010E: ""}
    second = {0x9003: "0000:00:00 00:00:00", 0xA431: "0000000", 0xA420: "0" * 32}
    nowhere = (
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: (IFDRational(0, 0),) * 3},
        {1: "N"},
        {0: b"\2\3\0\0"},
    )
    for gps in nowhere:
        data = jpeg(exif=exif_bytes(blank, second, gps))
        assert images.read(data).seen == ()
        assert words(data) == []


def test_date_and_area_of_positioning() -> None:
    data = jpeg(
        exif=exif_bytes(gps={29: "2024:05:06", 28: b"ASCII\0\0\0Hameau du Lac", 0: b"\2\3\0\0"})
    )
    assert told(data).keys() == {What.TAKEN}
    assert words(data) == ["Hameau du Lac"]


@pytest.mark.parametrize(
    ("code", "coded"),
    [
        (b"ASCII\0\0\0", "Élise".encode()),
        (b"UNICODE\0", "Élise".encode("utf-16-le")),
        (b"UNICODE\0", "Élise".encode("utf-16-be")),
        (b"UNICODE\0", "Élise".encode("utf-16")),
        (b"\0" * 8, "Élise".encode("cp1252")),
        (b"", b"\xc3\x89lise"),
    ],
)
def test_character_sets_of_user_comments(code: bytes, coded: bytes) -> None:
    assert words(jpeg(exif=exif_bytes(second={0x9286: code + coded}))) == ["Élise"]


def test_japanese_user_comment() -> None:
    coded = b"JIS\0\0\0\0\0" + "山田".encode("iso2022_jp")
    assert words(jpeg(exif=exif_bytes(second={0x9286: coded}))) == ["山田"]


def test_windows_titles() -> None:
    first = {tag: f"Élise {tag}\0".encode("utf-16-le") for tag in range(0x9C9B, 0x9CA0)}
    data = jpeg(exif=exif_bytes(first))
    assert words(data) == [f"Élise {tag}" for tag in first]
    assert told(data).keys() == {What.AUTHOR}


def test_letters_written_in_utf_8_where_ascii_is_due() -> None:
    exif = exif_bytes({0x010E: "H..l..ne"}).replace(b"H..l..ne", "Hélène".encode())
    assert words(jpeg(exif=exif)) == ["Hélène"]
    assert metadata._text("Hélène".encode().decode("latin-1")) == "Hélène"
    assert metadata._text("Hélène") == "Hélène"


RECORDS = [
    (90, b"Brest"), (80, NAME.encode()), (120, "Élise".encode("cp1252")),
    (25, b"genou"), (55, b"20240506"), (0, b"\0\2"),
]  # fmt: skip


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "TIFF bare", "PNG"])
def test_iptc(form: str) -> None:
    block = resource(0x03ED, b"\0" * 16) + resource(0x0404, iptc(RECORDS))
    if form == "JPEG":
        data = segment(0xED, b"Photoshop 3.0\0" + block)
    elif form == "PNG":
        info, digits = PngInfo(), block.hex()
        info.add_text(
            "Raw profile type iptc",
            f"\niptc\n{len(block):8}\n{digits[:72]}\n{digits[72:]}\n",
            zip=True,
        )
        data = encoded(picture(), "PNG", pnginfo=info)
    else:
        tags, tag = ImageFileDirectory_v2(), 34377 if form == "TIFF" else 33723
        tags[tag], tags.tagtype[tag] = (block if tag == 34377 else iptc(RECORDS)), 7
        data = encoded(picture(), "TIFF", tiffinfo=tags)
    assert set(words(data)) == {"Brest", NAME, "Élise", "genou"}
    assert told(data).keys() == {What.AUTHOR, What.TAKEN}


def test_iptc_written_as_numbers() -> None:
    value = iptc(RECORDS)
    value += b"\0" * (-len(value) % 4)
    numbers = tuple(int.from_bytes(value[i : i + 4], "little") for i in range(0, len(value), 4))
    exif = Image.Exif()
    exif.endian = "<"
    exif[33723] = numbers
    assert NAME.encode() in b"".join(v for _, v in metadata._tagged(exif))


def test_photoshop_in_pieces() -> None:
    block = resource(0x0404, iptc([(120, b"Bonjour Capucine" * 3)]))
    pieces = [(0xED, b"Photoshop 3.0\0" + x) for x in (block[:30], block[30:])]
    assert words(with_segments(jpeg(), pieces)) == ["Bonjour Capucine" * 3]


def test_comments() -> None:
    twice = with_segments(jpeg(), [(0xFE, b"un mot"), (0xFE, "étage 3".encode())])
    assert words(twice) == ["un mot", "étage 3"]
    frames = [picture(24, 16, seed=s) for s in (1, 2)]
    gif = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=NAME)
    late = gif[:-1] + b"!\xfe\x05tard!\0;"
    assert words(late) == [NAME, "tard!"]
    assert NAME in words(encoded(picture(), "JPEG2000", comment=NAME))


def test_png_texts_before_and_behind_the_pixels() -> None:
    info = PngInfo()
    info.add_text("Author", NAME)
    info.add_text("Comment", "côté gauche", zip=True)
    info.add_itxt("Description", "日本", zip=True)
    info.add_text("Software", "peintre 3")
    info.add_text("Creation Time", "6 May 2024")
    data = encoded(picture(), "PNG", pnginfo=info)
    late = exif_bytes({0x010E: "dernier"}, gps=PLACE).removeprefix(b"Exif\0\0")
    data = with_chunks(data, [chunk(b"tEXt", b"Title\0genou"), chunk(b"eXIf", late)], last=True)
    assert set(words(data)) == {NAME, "côté gauche", "日本", "genou", "dernier"}
    assert told(data).keys() == {What.AUTHOR, What.TAKEN, What.GPS}


def test_long_xmp_comes_in_pieces() -> None:
    packet = xmp(f"<dc:title>{NAME}</dc:title>")
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + len(packet).to_bytes(4)
    pieces = [
        (0xE1, head + at.to_bytes(4) + packet[at : at + 200]) for at in range(0, len(packet), 200)
    ]
    assert words(with_segments(jpeg(), reversed(pieces))) == [NAME]


def test_names_of_faces() -> None:
    packet = xmp(
        f'<mwg-rs:Regions><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name="{NAME}"/></rdf:li></rdf:Bag></mwg-rs:Regions>'
    )
    assert words(jpeg(xmp=packet)) == [NAME]


def test_later_pages_have_tags_too() -> None:
    first, second = picture(), picture(seed=2)
    second.encoderinfo = {"tiffinfo": {270: NAME, 315: "Vasseur"}}  # Pillow's way for one page
    data = encoded(first, "TIFF", save_all=True, append_images=[second])
    assert set(words(data)) == {NAME, "Vasseur"}
    assert told(data).keys() == {What.AUTHOR}


def test_xmp_in_the_open() -> None:
    data = encoded(picture(), "BMP") + xmp(f"<dc:title>{NAME}</dc:title>")
    assert words(data) == [NAME]


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "packet",
    [
        LAUGHS,
        b'<!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>',
        b"<a>" * 200_000,
        b"<a b='" + b"x" * 3_000_000 + b"'/>",
        b"<a>" + b"<b c='1'/>" * 100_000 + b"</a>",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"\xff\xfe<\0a\0/\0>\0",
        b"<x:y/>",
        b"",
        b"\0" * 100,
    ],
)
def test_hostile_xmp(packet: bytes) -> None:
    begun = time.process_time()
    for data in (
        encoded(picture(), "WEBP", xmp=packet or b" "),
        encoded(picture(), "AVIF", xmp=packet or b" "),
    ):
        content = images.read(data)
        assert content.parts == ()
    assert time.process_time() - begun < 2


def test_what_stands_before_the_damage_counts() -> None:
    whole = xmp(f"<dc:title>{NAME}</dc:title>", 'exif:GPSLatitude="48,51.5N"')
    data = jpeg(xmp=whole[: whole.index(b"</rdf:Description>")] + b"<<<")
    assert words(data) == [NAME]
    assert told(data)[What.GPS] == GPS


def test_bounds() -> None:
    info = PngInfo()
    for number in range(metadata.MAX_LINES + 5):
        info.add_text(f"key{number}", f"mot {number}")
    data = encoded(picture(), "PNG", pnginfo=info)
    assert len(words(data)) == metadata.MAX_LINES
    assert told(data)[What.UNCHECKED].fields == (Reason.TOO_LARGE,)
    data = jpeg(exif=exif_bytes({0x010E: "a" * 20_000}))
    assert [len(w) for w in words(data)] == [metadata.MAX_VALUE]
    assert told(data)[What.UNCHECKED].fields == (Reason.TOO_LARGE,)
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 30_000_000))
    begun = time.process_time()
    (text,) = packets.png_chunks(with_chunks(encoded(picture(), "PNG"), [bomb]))
    assert len(text[1]) == packets.MAX_PACKET
    assert time.process_time() - begun < 1


def test_control_characters_are_dropped() -> None:
    assert metadata._text(b"un\0deux\r\n\ttrois\x1b[31m") == "un deux trois [31m"
    assert metadata._text(None) == ""
    assert metadata._text((1, 2)) == "1 2"
    assert metadata._text(7) == "7"


def portrait(width: int = 320, height: int = 240) -> Image.Image:
    """A drawn head before a background."""
    image = picture(width, height, seed=5)
    draw = ImageDraw.Draw(image)
    x, y, r = width // 2, height // 2, height // 4
    draw.ellipse((x - r, y - r, x + r, y + r), fill=(230, 190, 160))
    for side in (-1, 1):
        draw.ellipse(
            (x + side * r // 2 - 8, y - 20, x + side * r // 2 + 8, y - 6), fill=(30, 30, 60)
        )
    return image


def barred(image: Image.Image) -> Image.Image:
    made = image.copy()
    x, y, r = image.width // 2, image.height // 2, image.height // 4
    ImageDraw.Draw(made).rectangle((x - r, y - r // 3 - 6, x + r, y), fill="black")
    return made


def small(image: Image.Image) -> Image.Image:
    return ImageOps.contain(image, (160, 120))


def holds(image: Image.Image, thumbnail: Image.Image, form: str = "JPEG") -> bool:
    exif = with_thumbnail(encoded(thumbnail, "JPEG", quality=70))
    return What.THUMBNAIL in told(encoded(image, form, exif=exif))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_thumbnail_of_the_picture_is_nothing(form: str) -> None:
    assert not holds(portrait(), small(portrait()), form)
    assert holds(barred(portrait()), small(portrait()), form)


@pytest.mark.parametrize("size", [(320, 240), (360, 240), (240, 320), (640, 240)])
def test_thumbnails_that_differ_in_looks_only(size: tuple[int, int]) -> None:
    image = portrait(*size)
    thumbnail = small(image)
    assert not holds(image, thumbnail)
    assert not holds(image, ImageEnhance.Brightness(thumbnail).enhance(0.8))
    assert not holds(image, ImageEnhance.Sharpness(thumbnail).enhance(2))
    assert not holds(image, thumbnail.convert("L"))
    assert not holds(image, thumbnail.transpose(Image.Transpose.ROTATE_90))
    assert not holds(image, ImageOps.pad(thumbnail, (160, 120)))  # bands that cameras add
    assert not holds(image, ImageOps.pad(thumbnail, (160, 120), color="white"))


def test_thumbnails_that_show_more() -> None:
    image = portrait()
    thumbnail = small(image)
    assert holds(image.crop((0, 0, 160, 240)), thumbnail)  # another shape
    assert holds(image.crop((40, 30, 280, 210)), thumbnail)  # the same shape
    assert holds(picture(320, 240, seed=9), thumbnail)
    assert holds(Image.new("RGB", (320, 240), "white"), thumbnail)
    assert not holds(Image.new("RGB", (320, 240), "white"), Image.new("RGB", (160, 120), "white"))


def test_thumbnails_of_other_makers() -> None:
    thumbnail = encoded(small(portrait()), "JPEG")
    image = encoded(barred(portrait()), "JPEG")
    block = resource(0x040C, b"\0" * 28 + thumbnail)
    packet = xmp(f"<xmpGImg:image>{b64encode(thumbnail).decode()}</xmpGImg:image>")
    for mark, value in (
        (0xED, b"Photoshop 3.0\0" + block),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet),
    ):
        assert What.THUMBNAIL in told(with_segments(image, [(mark, value)]))
        assert told(with_segments(encoded(portrait(), "JPEG"), [(mark, value)])) == {}


def test_a_thumbnail_that_cannot_be_compared() -> None:
    exif = with_thumbnail(encoded(small(portrait()), "JPEG"))
    data = encoded(picture(400, 300), "JPEG", exif=exif)
    assert told(data[:-2000])[What.THUMBNAIL].score == 0.5
    for nothing in (b"\xff\xd8", b"", b"\xff" * 500):
        assert told(jpeg(exif=with_thumbnail(nothing))) == {}
