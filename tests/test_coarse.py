"""Coarser words join what stands around them."""

import pytest

from linter.coarse import inside, loosen
from linter.finding import Entity
from linter.grammar import Edit


def loosened(text, word, new, entity, lang="fr"):
    start = text.index(word)
    edit = loosen(text, Edit(start, start + len(word), new), entity, lang)
    return text[: edit.start] + edit.new + text[edit.end :]


@pytest.mark.parametrize(
    ("text", "word", "new", "entity", "lang", "expected"),
    [
        ("suivie à Guéret depuis", "Guéret", "Nouvelle-Aquitaine", Entity.LOCATION, "fr", "suivie en Nouvelle-Aquitaine depuis"),
        ("originaire de Dax.", "Dax", "Occitanie", Entity.LOCATION, "fr", "originaire d'Occitanie."),
        ("vit à Metz", "Metz", "Grand Est", Entity.LOCATION, "fr", "vit dans le Grand Est"),
        ("47 ans, Guéret, HTA", "Guéret", "Nouvelle-Aquitaine", Entity.LOCATION, "fr", "47 ans, Nouvelle-Aquitaine, HTA"),
        ("vit près de Lille", "Lille", "Hauts-de-France", Entity.LOCATION, "fr", "vit dans les Hauts-de-France"),
        ("lives in Portree", "Portree", "Scotland", Entity.LOCATION, "en", "lives in Scotland"),
        ("opérée le 12 mars d'une", "12 mars", "récemment", Entity.DATE_TIME, "fr", "opérée récemment d'une"),
        ("suivi depuis le 3 mai", "3 mai", "récemment", Entity.DATE_TIME, "fr", "suivi depuis quelque temps"),
        ("seen on 12 March with", "12 March", "recently", Entity.DATE_TIME, "en", "seen recently with"),
        ("Boulangère de 47 ans", "Boulangère", "patiente", Entity.OCCUPATION, "fr", "Patiente de 47 ans"),
        ("Patient de 61 ans, maire, DT2", "maire", "patient", Entity.OCCUPATION, "fr", "Patient de 61 ans, DT2"),
        ("DFT, ancien notaire, suivi", "notaire", "patient", Entity.OCCUPATION, "fr", "DFT, suivi"),
        ("Retired bishop of 91", "bishop", "patient", Entity.OCCUPATION, "en", "Patient of 91"),
        ("une infirmière de 41 ans", "infirmière", "patiente", Entity.OCCUPATION, "fr", "une patiente de 41 ans"),
        ("transférée à la Timone hier", "la Timone", "un hôpital", Entity.FACILITY, "fr", "transférée dans un hôpital hier"),
        ("au retour de l'avalanche de", "avalanche", "accident", Entity.EVENT, "fr", "au retour de l'accident de"),
        ("Patient érythréen de 30 ans", "érythréen", "patient", Entity.NRP, "fr", "Patient de 30 ans"),
    ],
)  # fmt: skip
def test_joins(text, word, new, entity, lang, expected):
    assert loosened(text, word, new, entity, lang) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bretagne", "en Bretagne"),
        ("Grand Est", "dans le Grand Est"),
        ("Hauts-de-France", "dans les Hauts-de-France"),
        ("La Réunion", "à La Réunion"),
        ("Maroc", "au Maroc"),
        ("États-Unis", "aux États-Unis"),
    ],
)
def test_inside(name, expected):
    assert inside(name) == expected
