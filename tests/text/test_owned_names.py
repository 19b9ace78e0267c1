"""Names behind what only patients have, and facilities that are called by a name."""

import pytest

from linter.post import Post
from linter.verdict import Decision


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("La dialyse de Josette est décalée à demain.", "fr"),
        ("La radiothérapie de Monique est finie, mucite grade 3.", "fr"),
        ("La famille Lefebvre refuse la limitation des soins.", "fr"),
        ("Les enfants Castaldi ont la gale, 2 ans et 4 ans.", "fr"),
        ("On a extubé Marcel ce matin, stridor depuis.", "fr"),
        ("Josette's potassium is 6.8 and dialysis is full.", "en"),
        ("We extubated Kevin this morning, stridor since.", "en"),
    ],
)
def test_somebody_who_is_cared_for_is_named(linter, text, lang):
    assert linter.check(Post(text, lang=lang)).decision is Decision.BLOCK


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Le centre de dialyse Jean Moulin recrute.", "fr"),
        ("La maison de retraite Louis Aragon cherche un médecin coordonnateur.", "fr"),
        ("Réunion rue de Marcel ou salle de garde ?", "fr"),
        ("La garde de Sophie est prise par Julien.", "fr"),
        ("Bell's palsy day 3, prednisolone or not?", "en"),
        ("Sophie's shift on Friday is up for grabs.", "en"),
    ],
)
def test_facilities_eponyms_and_colleagues_hold_nothing(linter, text, lang):
    assert linter.check(Post(text, lang=lang)).decision is Decision.ALLOW


@pytest.mark.parametrize(
    ("text", "lang", "rewritten"),
    [
        ("Le couple Da Silva-Perrin, 3e FIV, transfert jeudi.", "fr", "Le couple, 3e FIV, transfert jeudi."),
        ("Those Castaldi twins have bronchiolitis.", "en", "Those twins have bronchiolitis."),
    ],
)  # fmt: skip
def test_a_word_for_several_stands_alone(linter, text, lang, rewritten):
    assert linter.check(Post(text, lang=lang)).fixed == rewritten
