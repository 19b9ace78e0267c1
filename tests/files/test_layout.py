"""Lost spaces, misread figures, rows and columns, lines found twice."""

import re
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.files.layout import around, join, level, merged, new_among, respace
from linter.finding import Box
from linter.seen import Line

CORPUS = Path(__file__).parents[1] / "corpora" / "dev"


def quad(x: float, y: float, wide: float, high: float, degrees: float = 0.0):
    corners = np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]], np.float32)
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    return corners @ turn + np.float32(600)


def line(text: str, x: int, y: int, wide: int, high: int = 20, score: float = 0.9) -> Line:
    return Line(text, box=Box(x, y, x + wide, y + high), score=score)


def joined(*lines: Line) -> list[str]:
    return [x.text for x in join(lines, [x.box for x in lines if x.box])]


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Né(e)le:14/03/1987", "Né(e) le: 14/03/1987"),
        ("Née(e)le 14/03/1987", "Née(e)le 14/03/1987"),
        ("Néele14/03/1987", "Née le 14/03/1987"),
        ("Nom:DELORME", "Nom: DELORME"),
        ("Prélevé :14/03/2024", "Prélevé : 14/03/2024"),
        ("Nom :LANCELIN", "Nom : LANCELIN"),
        ("MmeKerleau", "Mme Kerleau"),
        ("M.Tanguy", "M. Tanguy"),
        ("DrKervadec", "Dr Kervadec"),
        ("IPP8012345678", "IPP 8012345678"),
        ("né le14/03/1987", "né le 14/03/1987"),
        ("14/03/1987Sexe", "14/03/1987 Sexe"),
        ("lettre deMarie", "lettre de Marie"),
        ("DELORME,Marie", "DELORME, Marie"),
        ("L' échographie d’ effort", "L'échographie d’effort"),
        ("4 place de I'Église", "4 place de l'Église"),
        ("Nº 17", "N° 17"),
        ("O6 12 34 56 78", "06 12 34 56 78"),
        ("O1.42.15.93.3O", "01.42.15.93.30"),
        ("2 87 O3 49 OO7 123 45", "2 87 03 49 007 123 45"),
    ],
)
def test_what_was_printed_comes_back(read, printed):
    assert respace(read) == printed


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org:8080/a", "à 14:07", "ratio 1:3", "M.B. est venu", "I'm sure she'd agree",
        "I’ve seen it, I’ll call", "McDonald, O’Brien et LeBlanc", "HbA1c à 9,8 %", "DUPONTMarie",
        "L’IPP étant le 12.01.1971 - l’IPP", "150 - 400", "de 3 à 5 l par jour", "I/O 2", "PaO2 62",
        "C:\\Temp", "P<FRALANCELIN<<THEO<MARIE<<<<<<<<<<<<<<<<<<<", "Drôle de Prune", "Problème :D",
    ],
)  # fmt: skip
def test_what_is_right_stays(text):
    assert respace(text) == text


def sentences() -> list[str]:
    """Sentences of the posts that are there to be read, in both languages, without their marks."""
    posts = "\n".join(f.read_text(encoding="utf-8") for f in sorted(CORPUS.glob("*.txt")))
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"(?m)^#.*$", "", posts))
    return sorted({s for p in re.split(r"(?<=[.!?])\s+|\n", plain) if len(s := p.strip()) > 15})


def test_ordinary_sentences_stay():
    told = sentences()
    assert len(told) > 300
    changed = [s for s in told if respace(s) != s]
    assert len(changed) <= len(told) // 100, changed[:20]


@given(st.text(max_size=200))
def test_respace_adds_and_takes_nothing_but_spaces_and_lookalikes(text):
    plain = str.maketrans("OoIlº", "0011°")
    before, after = (re.sub(r"\s", "", t).translate(plain) for t in (text, respace(text)))
    assert before.casefold() == after.casefold()


@pytest.mark.parametrize(
    "text", ["a:" * 10**5, "O1" * 10**5, "1 " * 10**5, "né" * 10**5, ", " * 10**5]
)
def test_respace_is_linear(text):
    begin = process_time()
    respace(text)
    assert process_time() - begin < 3


def test_a_row_is_a_line_and_columns_stay_apart():
    lines = (
        line("14/03/1987", 160, 12, 120), line("Né(e) le", 10, 10, 130),
        line("Sexe F", 900, 9, 60), line("Nom", 10, 60, 40),
    )  # fmt: skip
    assert joined(*lines) == ["Né(e) le 14/03/1987", "Sexe F", "Nom"]
    assert join(lines, [x.box for x in lines if x.box])[0].box == Box(10, 10, 280, 32)


def test_a_label_keeps_its_value():
    assert joined(line("Nom :", 10, 10, 60), line("DELORME", 700, 10, 120)) == ["Nom : DELORME"]


def test_noise_is_left_out_and_a_line_is_as_sure_as_its_worst_part():
    noise, empty = line("%~", 10, 10, 20, score=0.4), line("", 40, 10, 20)
    assert joined(noise, empty) == []
    two = line("Nom", 10, 10, 40, score=0.99), line("Le Bihan", 60, 10, 80, score=0.7)
    assert [x.score for x in join(two, [x.box for x in two if x.box])] == [0.7]
    assert join((), ()) == ()


@pytest.mark.parametrize("degrees", [0, 7, -12, 25])
def test_leaning_lines_are_levelled(degrees):
    first, second = quad(0, 0, 300, 20, degrees), quad(0, 40, 300, 20, degrees)
    one, two = level([first, second], over=False)
    assert one.y1 <= two.y0 + 1
    assert abs(one.x0 - two.x0) <= 2
    upper, lower = level([second, first], over=True)
    assert upper.y1 <= lower.y0 + 1
    assert level([], over=False) == []


@pytest.mark.parametrize("degrees", [0, 7, -12, 25])
def test_lines_found_twice_are_one_and_neighbours_stay(degrees):
    lines = [quad(0, 45 * n, 900, 30, degrees) for n in range(6)]
    again = [quad(3, 45 * n + 2, 890, 28, degrees) for n in range(6)]
    assert len(merged([*lines, *again])) == 6
    assert new_among(again, lines) == []
    assert len(new_among(lines, lines[:2])) == 4
    assert len(new_among(lines, [])) == 6
    assert merged([]) == []


@pytest.mark.parametrize("degrees", [0, 7])
def test_a_line_that_was_cut_is_whole_again(degrees):
    parts = [quad(0, 0, 520, 30, degrees), quad(480, 1, 400, 29, degrees)]
    (whole,) = merged(parts)
    assert np.ptp(whole @ np.eye(2, dtype=np.float32), axis=0)[0] > 850


def test_boxes_are_whole_pixels_from_nought():
    assert around(np.array([[-3.5, 2.2], [9.1, 2], [9, 7.4], [-3, 7]], np.float32)) == Box(
        0, 2, 10, 8
    )
