"""Lost spaces, misread figures, rows and columns."""

import re
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.files.layout import join, respace
from linter.finding import Box
from linter.seen import Line

CORPUS = Path(__file__).parents[1] / "corpora" / "dev"


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


def test_what_stands_below_its_label():
    told = joined(
        line("Nom de naissance", 40, 110, 150, 16), line("Prénom", 320, 110, 70, 16),
        line("Né(e) le", 600, 110, 70, 16),
        line("PALANQUE", 40, 134, 140), line("Huguette", 320, 134, 110), line("12/03/1941", 600, 134, 130),
        line("N° de dossier", 40, 190, 120, 16), line("Prescripteur", 320, 190, 110, 16),
        line("80 12 345 678", 40, 214, 180), line("Dr VERDIER Alain", 320, 214, 200),
    )  # fmt: skip
    assert sorted(told) == [
        "Dr VERDIER Alain", "Nom de naissance : PALANQUE", "N° de dossier : 80 12 345 678",
        "Né(e) le : 12/03/1941", "Prescripteur", "Prénom : Huguette",
    ]  # fmt: skip


def test_the_head_of_a_column_is_no_label():
    told = joined(
        line("Name", 30, 30, 60), line("Result", 350, 30, 60),
        line("Troponin I", 30, 70, 110), line("0.42", 350, 70, 50),
        line("Creatinine", 30, 110, 110), line("1.8", 350, 110, 40),
    )  # fmt: skip
    assert "Troponin I" in told


def test_the_corners_of_a_screen_stay_together():
    assert joined(
        line("BOUVIER MICHELINE", 20, 20, 210), line("HOPITAL STE-CLOTILDE", 700, 20, 250),
        line("10/05/1946 F", 20, 44, 150), line("TDM THORAX", 700, 44, 120),
        line("ID: 000417223", 20, 68, 150), line("W: 400", 20, 900, 90),
    ) == [
        "BOUVIER MICHELINE", "10/05/1946 F", "ID: 000417223", "HOPITAL STE-CLOTILDE", "TDM THORAX", "W: 400",
    ]  # fmt: skip


def test_what_is_no_label_or_has_its_value_beside_it():
    assert joined(line("Nom :", 40, 100, 50), line("PALANQUE", 120, 100, 90), line("Sortie", 40, 130, 60)) == [
        "Nom : PALANQUE", "Sortie",
    ]  # fmt: skip
    assert joined(line("Plaquettes", 40, 100, 90), line("212", 40, 130, 30)) == [
        "Plaquettes",
        "212",
    ]
    assert joined(line("Patient", 40, 100, 60), line("Traitement", 300, 132, 90)) == [
        "Patient",
        "Traitement",
    ]
    assert joined(line("Patient", 40, 100, 60), line("hors sujet", 40, 200, 90)) == [
        "Patient",
        "hors sujet",
    ]
    assert joined(line("Patient", 40, 100, 60)) == ["Patient"]


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
