"""Coarser words join what stands around them."""

import pytest

from linter.coarse import inside, loosen, reworded
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
        ("Le maire de sa commune a une SEP", "maire", "patient", Entity.OCCUPATION, "fr", "Le patient a une SEP"),
        ("67 ans, ancien maire de sa commune, au CHU", "maire", "patient", Entity.OCCUPATION, "fr", "67 ans, au CHU"),
        ("The vicar of our village has MS", "vicar", "patient", Entity.OCCUPATION, "en", "The patient has MS"),
        ("Il est bûcheron, 33 ans", "bûcheron", "patient", Entity.OCCUPATION, "fr", "Il est en activité, 33 ans"),
        ("She was a nun, 81", "nun", "patient", Entity.OCCUPATION, "en", "She was a patient, 81"),
        ("He is Kurdish and", "Kurdish", "patient", Entity.NRP, "en", "He is [origin] and"),
        ("aux urgences de Roanne samedi", "Roanne", "France", Entity.LOCATION, "fr", "aux urgences samedi"),
        ("elle vient de Roanne et", "Roanne", "France", Entity.LOCATION, "fr", "elle vient de France et"),
        ("le curé de Trifouilly a", "Trifouilly", "une petite commune", Entity.LOCATION, "fr", "le curé d'une petite commune a"),
        ("vit dans un village de 90 âmes", "village de 90 âmes", "une petite commune", Entity.LOCATION, "fr", "vit dans une petite commune"),
        ("lives in a village of 90", "village of 90", "a small place", Entity.LOCATION, "en", "lives in a small place"),
        ("17 yo girl, only survivor. Any", "only survivor", "patient", Entity.EVENT, "en", "17 yo girl. Any"),
        ("L'instituteur de 40 ans", "instituteur", "patient", Entity.OCCUPATION, "fr", "Le patient de 40 ans"),
        ("vu l'institutrice du village", "institutrice", "personne soignée", Entity.OCCUPATION, "fr", "vu la personne soignée"),
        ("Le facteur tousse", "facteur", "personne soignée", Entity.OCCUPATION, "fr", "Le patient tousse"),
        ("Mon institutrice tousse", "institutrice", "patiente", Entity.OCCUPATION, "fr", "Ma patiente tousse"),
        ("prescrit au facteur", "facteur", "patient", Entity.OCCUPATION, "fr", "prescrit au patient"),
        ("le fils d'agriculteur", "agriculteur", "patient", Entity.OCCUPATION, "fr", "le fils de patient"),
        ("a 44 year old rugby coach from", "coach", "patient", Entity.OCCUPATION, "en", "a 44 year old patient from"),
        ("A diabetic coach with", "coach", "patient", Entity.OCCUPATION, "en", "A diabetic patient with"),
        ("The island's only vet came", "only vet", "patient", Entity.OCCUPATION, "en", "The island's patient came"),
        ("One of the conjoined twins separated", "conjoined twins", "patient", Entity.FAMILY, "en", "One of the patients separated"),
        ("Our village butcher has", "butcher", "patient", Entity.OCCUPATION, "en", "Our patient has"),
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


def test_a_sentence_that_loses_its_subject_goes_whole():
    text = "52, no teeth. Natural selection is getting lazy. CT tomorrow."
    start = text.index("Natural")
    edit = reworded(text, Edit(start, start + len("Natural selection"), ""), "en")
    assert text[: edit.start] + edit.new + text[edit.end :] == "52, no teeth. CT tomorrow."


def test_findings_behind_a_subject_that_goes_are_kept():
    text = "Le boulet est hypotendu à 80/40."
    edit = reworded(text, Edit(0, len("Le boulet"), ""), "fr")
    assert "80/40" in text[edit.end :]
