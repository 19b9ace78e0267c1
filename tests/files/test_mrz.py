"""Machine-readable lines and health cards, as printed and as misread."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.files.mrz import find, health_card
from linter.finding import Box
from linter.seen import Line, What
from tests.files.making_pages import french_card, td1, td2, td3

VISA = ("V<UTOERIKSDOTTER<<ANNA<KARIN<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
"""After the example of ICAO Doc 9303 part 7."""
DOCUMENTS = {
    "passport": td3(),
    "TD2": td2(),
    "TD1": td1(),
    "French card": french_card(),
    "visa": VISA,
}
NIR = f"2 87 03 49 007 123 {97 - 2870349007123 % 97:02d}"


def lines(*texts: str) -> list[Line]:
    return [Line(t, 3, Box(10, 30 * n, 400, 30 * n + 25)) for n, t in enumerate(texts)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_format_is_found_once(name):
    (seen,) = find(lines("Nom : LANCELIN", *DOCUMENTS[name], "Signature"))
    assert (seen.what, seen.score, seen.sheet) == (What.MRZ, 0.98, 3)
    assert seen.box == Box(10, 0, 400, 55 + 30 * len(DOCUMENTS[name]))  # the printed name as well
    assert {"name", "birth_date"} <= set(seen.fields)


@pytest.mark.parametrize("country", ["FRA", "MEX", "MKD", "FIN", "KHM", "XXK", "D<<"])
def test_a_nationality_is_not_taken_for_a_sex(country):
    first, second = td3()
    told = (first.replace("FRA", country), second.replace("FRA", country))
    assert [s.score for s in find(lines(*told))] == [0.98]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("<<<", "«<"),
        ("<<", " < <"),
        ("0", "O"),
        ("1", "I"),
        ("5", "S"),
        ("8", "B"),
        ("<<<<<", "<<<"),
    ],
)
def test_misread_letters(good, bad):
    for name, told in DOCUMENTS.items():
        read = [t.replace(good, bad) for t in told]
        assert find(lines(*read)), name


def test_two_documents_are_two():
    assert len(find(lines(*td3(), *td3("KERVADEC<<MAELLE", "20BF11223")))) == 2


def test_wrong_digits_lower_the_score():
    first, second = td3()
    wrong = second[:19] + "9" + second[20:]
    assert [s.score for s in find(lines(first, wrong))] == [0.8]
    wrong = wrong[:27] + "0" + wrong[28:]
    assert [s.score for s in find(lines(first, wrong))] == [0.6]


def test_the_digit_over_the_whole_line_counts():
    first, second = td3()
    (seen,) = find(lines(first, second[:-1] + str((int(second[-1]) + 1) % 10)))
    assert seen.score == 0.8


def test_what_stands_far_from_a_document_is_not_of_it():
    (seen,) = find(lines("Courrier", *["texte"] * 40, *td3()))
    assert seen.box is not None
    assert 800 < seen.box.y0 < 1230


def test_a_figure_in_a_name_was_a_letter():
    first, second = td3()
    (seen,) = find(lines(first.replace("O", "0"), second))
    assert "name" in seen.fields
    (seen,) = find(lines(first.replace("O", "0")))
    assert seen.fields == ("name",)


def test_a_driving_licence_and_an_issuer_of_one_letter():
    (seen,) = find(lines("Permis de conduire", "D1FRA13AA000026181231LEBIHAN<<9"))
    assert (seen.what, seen.fields) == (What.MRZ, ("name",))
    first, second, third = td1()
    (seen,) = find(lines("IDD<<" + first[5:], second, third))
    assert "name" in seen.fields


def test_one_line_alone():
    first, second = td3()
    (seen,) = find(lines("Passeport", first))
    assert (seen.score, seen.fields) == (0.6, ("name",))
    (seen,) = find(lines("Passeport", second, "Signature"))
    assert seen.score == 0.98
    assert "name" not in seen.fields


def test_misread_fillers_cost_nothing():
    first, second = td3()
    blurred = second.replace("720611", "72O6I1").replace("310514", "3IO5I4")
    for names in (first[:-3], first.replace("<<<", " < <<"), first.replace("<<<<<<", "<<CCKK")):
        (seen,) = find(lines(names, blurred.replace("<" * 14, "<" * 11)))
        assert seen.score == 0.98


@pytest.mark.parametrize(
    "texts",
    [
        ("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "<" * 36), ("LEUCOCYTES 7 85 G L 4 00 10 00", "A" * 36),
        ("BIOLOGIE MÉDICALE DES TILLEULS", "12 RUE DES REMPARTS 49000 ANGERS"),
        ("def f(x): return x << 2 if x < 3 else x", "0123456789" * 4), ("ATGCATGCATGCATGCATGCATGCATGCATGC",) * 3,
        (), ("",),
    ],
)  # fmt: skip
def test_other_lines(texts):
    assert find(lines(*texts)) == ()


def test_cost_is_linear():
    many = lines(*[*td3(), "<" * 52, "C" * 52, "<C" * 26] * 2000)
    begin = process_time()
    find(many)
    assert process_time() - begin < 5
    assert find(lines("<" * 1_000_000, *td3()))


@given(st.lists(st.text(alphabet="<ABFIMOPS0158« \n", max_size=60), max_size=6))
def test_any_lines_are_borne(texts):
    find(lines(*texts))
    health_card(lines(*texts))


@pytest.mark.parametrize("word", ["Vitale", "carte d'assurance maladie", "CARTE D’ASSURÉ"])
@pytest.mark.parametrize("number", [NIR, NIR.replace(" ", "")])
def test_health_card(word, number):
    (seen,) = health_card(lines(word, f"Joséphine F {number}"))
    assert (seen.what, seen.fields) == (What.HEALTH_CARD, ("national_id", "name"))
    assert seen.box == Box(10, 0, 400, 55)


def test_no_health_card():
    assert health_card(lines("Laboratoire", NIR)) == ()
    assert health_card(lines("Vitale", NIR[:-2] + "00")) == ()
    assert health_card(lines("assurance maladie", "2 87 03")) == ()


def test_words_of_a_card_that_is_far_away():
    assert health_card(lines("Vitale", *["Laboratoire"] * 20, NIR)) == ()
    assert health_card(lines(NIR, *["Laboratoire"] * 5, "Vitale"))


def test_corsica():
    key = 97 - 2870318007123 % 97
    assert health_card(lines("Vitale", f"2 87 03 2B 007 123 {key:02d}"))
