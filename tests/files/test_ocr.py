"""Characters read in rendered documents as scanners and telephones show them."""

import itertools
import socket
import sys
from statistics import mean

import numpy as np
import pytest

from linter.files.content import Pixels
from linter.files.mrz import find
from linter.files.ocr import Reader, Reading
from linter.finding import Box
from linter.seen import What
from tests.files import making_pages as making
from tests.files.making_pages import document, recall
from tests.files.making_shots import DEGRADATIONS, jpeg, scaled, table_top, turned

ALWAYS = 60.0
"""Seconds: tests of what is read do not depend on how busy the machine is."""


def read(reader: Reader, pixels: Pixels) -> list[str]:
    told = reader.look(pixels, seconds=ALWAYS)
    assert told.whole
    return [line.text for line in told.lines]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("screenshot", "clean"), ("whiteboard", "clean"),
        ("prescription", "hand-held"), ("wristband", "hand-held"),
        ("prescription", "7 degrees"), ("xray", "7 degrees"),
        ("wristband", "90 degrees"), ("wristband", "180 degrees"), ("wristband", "far"),
        ("wristband", "x0.7 q50"), ("wristband", "blur 1.6"),
    ],
)  # fmt: skip
def test_words_are_read(reader, name, change):
    page = document(name)
    exact, folded = recall(page, read(reader, DEGRADATIONS[change](page.pixels)))
    assert folded >= 0.9
    assert exact >= 0.6


def test_the_head_of_a_report_photographed_at_a_slant(reader):
    page = document("laboratory")
    head = making.Page(page.pixels[:420], page.lines[:10])
    lines = read(reader, turned(scaled(head.pixels, 0.8), -7))
    assert recall(head, lines)[1] >= 0.9
    text = " ".join(lines)
    assert "DELORME-VASSEUR" in text
    assert "14/03/1987" in text


def test_accents(reader):
    sheet = making.Sheet(700, 160)
    sheet.rows(
        30, 50, 46, ["Éléonore Bœuf-Noël, née à Saint-Étienne", "Çà et là, où l’âge gêne"], size=28
    )
    assert recall(sheet.page(), read(reader, sheet.pixels))[0] >= 0.7


def test_machine_readable_lines(reader):
    for page in (making.passport(), document("identity")):
        lines = reader.read(page.pixels, seconds=ALWAYS)
        assert [(s.what, s.score) for s in find(lines)] == [(What.MRZ, 0.98)]


def ink(pixels: Pixels, box: Box) -> int:
    return int((pixels[box.y0 : box.y1, box.x0 : box.x1].max(axis=2) < 128).sum())


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_boxes_lie_on_the_words_and_lines_are_in_reading_order(reader, turns):
    sheet = making.Sheet(760, 420)
    sheet.rows(
        60, 90, 90, ["Premier : Gwenaël", "Deuxième : Tréhorel", "Troisième : Pontivy"], size=34
    )
    pixels = np.ascontiguousarray(np.rot90(sheet.pixels, turns))
    lines = reader.read(pixels, seconds=ALWAYS)
    assert [x.text.split()[0] for x in lines] == ["Premier", "Deuxième", "Troisième"]
    total = ink(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]))
    assert sum(ink(pixels, x.box) for x in lines) > 0.97 * total
    assert all(x.box.x1 <= pixels.shape[1] + 1 and x.box.y1 <= pixels.shape[0] + 1 for x in lines)


def test_small_pictures_are_enlarged_and_boxes_are_of_the_small_one(reader):
    sheet = making.Sheet(240, 40)
    sheet.write(10, 26, "Joséphine Fauchereau", 17)
    (line,) = reader.read(sheet.pixels, seconds=ALWAYS)
    assert making.folded(line.text) == "josephinefauchereau"
    assert line.box.x1 <= 240
    assert line.box.y1 <= 40


def test_fine_print_beside_a_code_is_looked_at_closely(reader):
    top = table_top(3000, 2200)
    sheet = making.Sheet(330, 60)
    sheet.write(12, 38, "Gwenaël Tréhorel", 22)
    top[1400:1460, 1800:2130] = sheet.pixels
    told = reader.look(top, closer=[Box(1780, 1300, 2100, 1390)], seconds=ALWAYS)
    assert any("rehorel" in making.folded(x.text) for x in told.lines)


def test_nothing_is_read_where_nothing_is_written(reader):
    lines = reader.read(table_top(2400, 1800), seconds=ALWAYS)
    assert sum(len(x.text) for x in lines) < 12
    assert reader.look(np.full((300, 400, 3), 128, np.uint8)) == Reading()


def test_time_is_bounded_and_what_is_left_out_is_told(reader):
    pixels = jpeg(document("laboratory").pixels, 90)
    told = reader.look(pixels, seconds=0)
    assert not told.whole
    assert 0 < len(told.lines) <= 6


SHAPES = [(1, 1), (1, 5000), (5000, 1), (2, 2), (31, 7), (40_000, 24), (24, 40_000), (700, 2000)]


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_is_borne(reader, shape):
    pixels = np.full((*shape, 3), 255, np.uint8)
    pixels[:, ::9] = 0
    for line in reader.read(pixels, seconds=0):
        assert line.box.x1 <= shape[1] + 1


@pytest.mark.parametrize("lying", [False, True])
def test_a_line_as_long_as_the_longest_picture(reader, lying):
    sheet = making.Sheet(40_000, 60)
    for x in range(0, 40_000, 2000):
        sheet.write(x + 5, 40, "Gwenaël Tréhorel, 78 ans", 22)
    pixels = np.ascontiguousarray(np.rot90(sheet.pixels)) if lying else sheet.pixels
    reader.read(pixels, seconds=0)


def test_a_long_screenshot_is_read_once_and_whole(reader):
    sheet = making.Sheet(540, 3100)
    sheet.rows(20, 50, 190, [f"Message numéro {1000 + n}" for n in range(16)], size=22)
    assert read(reader, sheet.pixels) == [f"Message numéro {1000 + n}" for n in range(16)]


def test_a_line_that_crosses_parts_is_whole(reader):
    said = "La patiente habite à Quimper et travaille au marché depuis douze ans"
    sheet = making.Sheet(2000, 700)
    sheet.write(60, 350, said, 52)
    told = reader.look(sheet.pixels, closer=[Box(60, 300, 1900, 360)], seconds=ALWAYS)
    assert [x.text for x in told.lines] == [said]


@pytest.mark.parametrize("turns", [1, 2])
def test_a_small_page_that_lies_in_a_large_picture(reader, turns):
    pixels = DEGRADATIONS["far"](document("prescription").pixels)
    lines = read(reader, np.ascontiguousarray(np.rot90(pixels, turns)))
    assert recall(document("prescription"), lines)[1] >= 0.9


def test_names_at_the_head_are_read_first_when_time_is_short(reader):
    for turns in range(4):
        pixels = np.ascontiguousarray(np.rot90(document("prescription").pixels, turns))
        told = reader.look(pixels, seconds=0)
        assert "Gwenaël Tréhorel" in told.lines[0].text


def test_a_line_that_stands_on_its_head_among_others_is_read(reader):
    sheet = making.Sheet(900, 400)
    sheet.rows(40, 60, 60, ["Ordonnance du 4 mars", "Paracétamol 1 g", "Amoxicilline 1 g"], size=34)
    upper = sheet.pixels[:220].copy()
    other = making.Sheet(900, 80)
    other.write(40, 50, "Joséphine Fauchereau", 34)
    page = np.concatenate([upper, np.rot90(other.pixels, 2)])
    assert "Joséphine Fauchereau" in read(reader, np.ascontiguousarray(page))


def test_noise_is_borne(reader):
    pixels = np.random.default_rng(2).integers(0, 256, (400, 600, 3)).astype(np.uint8)
    assert sum(len(x.text) for x in reader.read(pixels)) < 20


def test_nothing_goes_to_the_network_or_the_terminal(monkeypatch, capfd):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert Reader(threads=1).read(document("wristband").pixels, seconds=ALWAYS)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_written():
    watch = _Watch()
    sys.addaudithook(watch)  # stays until the process ends
    try:
        Reader(threads=1).read(document("wristband").pixels, seconds=ALWAYS)
    finally:
        watch.on = False
    assert watch.written == []


class _Watch:
    """Names of files that are opened for writing."""

    def __init__(self):
        self.on, self.written = True, []

    def __call__(self, event, arguments):
        if self.on and event == "open" and set(str(arguments[1])) & set("wax+"):
            self.written.append(arguments[0])


def test_the_readings_of_one_picture_are_equal(reader):
    pixels = document("wristband").pixels
    first = reader.read(pixels, seconds=ALWAYS)
    assert reader.read(pixels, seconds=ALWAYS) == first
    assert "FAUCHEREAU" not in repr(first)


def test_the_closer_look_is_dropped_when_time_is_over(reader, monkeypatch):
    clock = itertools.count(0.0, 5.0)
    monkeypatch.setattr("linter.files.ocr.monotonic", lambda: next(clock))
    pixels = scaled(document("wristband").pixels, 0.8)
    told = reader.look(pixels, closer=[Box(0, 0, 100, 100)], seconds=1)
    assert not told.whole


def test_averages_of_the_measure():
    page = making.Page(np.zeros((1, 1, 3), np.uint8), ("Né le 14/03/1987", "Éloïse Bœuf"))
    assert recall(page, ["Né le 14/03/1987", "Éloïse Bœuf"]) == (1, 1)
    assert mean(recall(page, [])) == 0
    exact, folded = recall(page, ["nele14/03/1987 ELOISE boeuf"])
    assert exact < 0.2
    assert folded == 1


def test_small_numbers_keep_their_meaning_outside(reader):
    reader.read(document("wristband").pixels, seconds=ALWAYS)
    assert float(np.nextafter(np.float32(0), np.float32(1)) * np.float32(1)) > 0
