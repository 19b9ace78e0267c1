"""One file from every side: what is told when, what stops where, and that nothing is left out in silence."""

from dataclasses import dataclass
from time import monotonic

import numpy as np
import pytest
from files.making_documents import docx, pdf, show, word, zipped
from files.making_images import encoded, gif_of, picture

from linter.files import examine as module
from linter.files.content import MAX_SHEETS, Content, Inner, Unreadable
from linter.files.examine import Tools, examine
from linter.files.sniff import Kind
from linter.finding import Box
from linter.seen import Examined, Line, Origin, Part, Reason, Seen, What

PHOTO = encoded(picture(), "JPEG")
GREY = np.full((40, 60, 3), 120, np.uint8)


class Coded:
    """A reader of codes that sees what it is told to."""

    def __init__(self, *payloads):
        self._payloads = payloads

    def read(self, _):
        return [Code(payload) for payload in self._payloads]


class Code:
    def __init__(self, payload):
        self.payload, self.score, self.box = payload, 0.9, Box(1, 2, 3, 4)


@dataclass
class Told:
    lines: tuple[Line, ...]
    whole: bool = True


class Read:
    """A reader of words that gives as many lines as it is told to."""

    def __init__(self, *lines, whole=True):
        self._told = Told(tuple(Line(x, box=Box(0, 0, 9, 9)) for x in lines), whole)

    def look(self, _, *, closer, seconds):
        self.closer, self.seconds = closer, seconds
        return self._told


class Faces:
    def find(self, _):
        return (Seen(What.FACE, 0.9, box=Box(0, 0, 5, 5)),)


def tools(codes=None, text=None, faces=None):
    """Detectors that are quick; those not given see nothing."""
    made = Tools()
    made.__dict__ |= {"codes": codes or Coded(), "text": text or Read(), "faces": faces or type("", (), {"find": lambda *_: ()})()}  # fmt: skip
    return made


@pytest.fixture
def look(tmp_path):
    def look(data, made=None, *, seconds=30.0, name="a", prints=False):
        (tmp_path / name).write_bytes(data)
        pieces = examine(tmp_path / name, made or tools(), monotonic() + seconds, prints=prints)
        return sum(pieces, Examined())

    return look


def reasons(examined):
    return [f for s in examined.seen if s.what is What.UNCHECKED for f in s.fields]


def lines(examined, origin=None):
    return [x.text for p in examined.parts if origin in {None, p.origin} for x in p.lines]


def whats(examined):
    return [s.what for s in examined.seen]


# --- one picture


def test_a_picture_with_nothing_in_it(look):
    told = look(PHOTO)
    assert (told.sheets, told.photos, told.parts, told.seen) == (1, 1, (), ())
    assert (told.payload_ids, told.pictures, told.views) == ((), (), ())


def test_a_code_that_is_no_certificate_is_read_like_a_text(look):
    told = look(PHOTO, tools(Coded("Mme Palanque")))
    assert whats(told) == [What.CODE]
    assert lines(told, Origin.PAYLOAD) == ["Mme Palanque"]
    assert len(told.payload_ids) == 1


def test_a_code_that_could_not_be_read_has_its_place(look):
    told = look(PHOTO, tools(Coded(None)))
    assert told.seen == (Seen(What.UNREAD_CODE, 0.9, 0, Box(1, 2, 3, 4)),)
    assert told.parts == ()


def test_a_certificate_that_is_cut_off_exposes_something(look):
    link = "https://bonjour.tousanticovid.gouv.fr/app/wallet?v=" + "A" * 80
    told = look(PHOTO, tools(Coded(link)))
    assert told.seen == (Seen(What.CERTIFICATE, 0.9, 0, Box(1, 2, 3, 4), ("other",)),)
    assert lines(told) == []


def test_words_are_sought_closer_around_codes(look):
    text = Read("a")
    look(PHOTO, tools(Coded("x"), text))
    assert text.closer == (Box(1, 2, 3, 4),)


def test_many_lines_make_a_page_and_few_a_photo(look):
    assert look(PHOTO, tools(text=Read(*"abcdefghijk"))).photos == 1
    assert look(PHOTO, tools(text=Read(*"abcdefghijkl"))).photos == 0
    assert What.TEXT in whats(look(PHOTO, tools(text=Read("a"))))


def test_faces_have_the_number_of_their_sheet(look):
    told = look(PHOTO + PHOTO, tools(faces=Faces()))
    assert [s.sheet for s in told.seen if s.what is What.FACE] == [0, 1]


def test_words_that_were_left_out_are_told(look):
    told = look(PHOTO, tools(text=Read("a", whole=False)))
    assert (reasons(told), lines(told)) == (["time"], ["a"])
    assert reasons(look(PHOTO, tools(text=Read("a")))) == []


def test_words_have_the_time_that_is_left_for_the_file(look):
    text = Read("a")
    look(PHOTO, tools(text=text), seconds=100)
    assert 50 < text.seconds <= 100


def test_what_cannot_be_looked_for_is_told_once_and_with_pictures_only(look):
    made = tools()
    made.__dict__ |= {"codes": None, "text": None, "faces": None}
    assert reasons(look(PHOTO + PHOTO, made)) == ["no_codes", "no_text", "no_faces"]
    assert reasons(look(b"Bonjour", made)) == []


def test_prints_are_made_when_asked_for(look):
    told = look(PHOTO, prints=True)
    assert told.views


def test_a_file_that_says_nothing_is_told(look):
    assert reasons(look(bytes(128) + b"DICM" + bytes(200))) == ["unreadable"]
    assert reasons(look(docx(""))) == ["unreadable"]
    assert reasons(look(docx(word("a")))) == []


# --- limits


def test_time_that_is_over_is_told_for_pictures_and_for_files_within(look):
    assert reasons(look(PHOTO, seconds=-1)) == ["time"]
    within = docx(word("a"), word__media__a_dot_txt=b"Mme Palanque")
    assert reasons(look(within, seconds=-1)) == ["time"]


def test_only_so_many_frames_and_pictures(look):
    assert look(gif_of(40)).sheets == MAX_SHEETS
    assert reasons(look(gif_of(40))) == ["more_sheets"]
    many = {f"word__media__{n}_dot_gif": gif_of(MAX_SHEETS) for n in range(4)}
    told = look(docx(word("a"), **many))
    assert told.sheets == module._SHEETS
    assert reasons(told) == ["more_sheets"]


def test_only_so_many_files_within(look):
    many = {f"word__media__{n}_dot_txt": b"Bonjour" for n in range(30)}
    told = look(docx(word("a"), **many))
    assert lines(told).count("Bonjour") == module._INNER
    assert reasons(told) == ["too_large"]


def test_only_so_much_text_in_all_files_within(look):
    long = b"Bonjour a tous. " * 10_000
    told = look(docx(word("a"), **{f"word__media__{n}_dot_txt": long for n in range(5)}))
    assert 300_000 < sum(map(len, lines(told))) <= module._TEXT
    assert {*reasons(told)} == {"too_large"}
    assert all(p.lines for p in told.parts)


def test_only_so_deep(look):
    data = docx(word("0"))
    for level in range(1, 6):
        data = docx(word(str(level)), word__embeddings__a_dot_docx=data)
    told = look(data)
    assert [x for x in lines(told) if x.isdecimal()] == ["5", "4", "3", "2"]
    assert reasons(told) == ["too_large"]


def test_names_and_places_of_files_within_are_told(look):
    told = look(docx(word("x"), word__media__Palanque_dot_jpg=PHOTO), tools(faces=Faces()))
    assert "Palanque.jpg" in lines(told, Origin.METADATA)


def test_a_sheet_that_fails_costs_the_rest_of_the_sheets_only(monkeypatch):
    def sheets():
        yield GREY
        raise Unreadable(Reason.UNREADABLE)

    content = Content(sheets(), inner=(Inner("b.txt", b"x"),))
    real = module.open_content
    monkeypatch.setattr(
        module, "open_content", lambda d, n: real(d, n) if n else (Kind.PDF, content)
    )
    told = sum(
        module._Look(tools(), monotonic() + 9, prints=False).file(b"%PDF-1", "", 0), Examined()
    )
    assert (told.sheets, reasons(told)) == (1, ["unreadable"])
    assert lines(told) == ["b.txt", "x"]


def test_places_in_files_within_count_through_the_whole(monkeypatch):
    part = Part(Origin.DOCUMENT, (Line("x", 0), Line("y")))
    content = Content(iter([GREY]), (part,), (Seen(What.THUMBNAIL, sheet=0),))
    look_at = module._Look(tools(), monotonic() + 9, prints=False)
    look_at._sheets = 4
    monkeypatch.setattr(module, "open_content", lambda *_: (Kind.PDF, content))
    told = sum(look_at.file(b"%PDF-1", "", 0), Examined())
    assert [x.sheet for x in told.parts[0].lines] == [4, None]
    assert told.seen[0].sheet == 4


# --- two files in one


def test_a_second_picture_behind_the_first_is_looked_at(look):
    assert look(PHOTO + encoded(picture(seed=2), "PNG")).sheets == 2


@pytest.mark.parametrize(
    "data",
    [
        PHOTO + zipped({"a.txt": "Mme Palanque"}),
        PHOTO + bytes(range(256)),
        PHOTO[:2] + b"\xff\xfe\x00\x0c%PDF-1.4\n\n" + PHOTO[2:],
        PHOTO[:2] + b"\xff\xfe\x00\x0c%PDF-1.4\n\n" + PHOTO[2:] + b"Bonjour, bonjour",
        PHOTO * 9,
        b"junk " * 9 + pdf(show("x")),
        b"II*\0" + bytes(124) + b"DICM" + bytes(200),
    ],
)
def test_a_file_that_is_two_at_once_is_never_silent(look, data):
    assert reasons(look(data))


def test_what_is_behind_a_picture_is_read(look):
    told = look(PHOTO + pdf(show("Mme Palanque")))
    assert "Mme Palanque" in lines(told)
    assert told.sheets == 2
