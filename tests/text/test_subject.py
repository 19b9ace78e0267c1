"""Whose detail is it: sentences with one marked detail each."""

import pytest

from linter.post import Post
from linter.rule import read_example

PATIENT = [
    "<<Mme Palanque>>, 84 ans, hospitalisée hier pour une pneumopathie.",
    "J'ai vu <<M. Tournemine>> en consultation, il tousse depuis un mois.",
    "Ma patiente <<Huguette Palanque>> refuse le traitement.",
    "Le <<Dr Tournemine>>, qui est mon patient, a fait un infarctus.",
    "Née le <<14/02/1938>>, diabétique, elle est tombée.",
    "La patiente est joignable au <<06 39 98 14 27>>.",
    "<<Mr Abernathy>> was admitted with chest pain last night.",
    "My patient <<John Abernathy>> keeps falling.",
    "Avis sur <<Mme Huguette Palanque>>, 84 ans ? Merci au Pr Kerbrat.",
    "Avis sur <<Mme Huguette Palanque>> ? Merci au Pr Kerbrat.",
    "Avis sur <<M. Palanque>>, 84 ans ? Dr Kerbrat",
    "Avis sur <<Mme Palanque>> ? Merci aux confrères du service du Dr Kerbrat.",
    "Quelqu'un connaît <<Mme Huguette Palanque>>, 84 ans ? Dr Kerbrat, Guéret",
    "Any thoughts on <<Mrs Margaret Oakley>>, 84? Thanks Professor Abernathy.",
    "Any thoughts on <<Mr Oakley>>, 62? Dr Abernathy",
]
RELATIVE = [
    "Sa fille <<Zoé Palanque>> m'appelle tous les jours.",
    "Son mari <<Jean Palanque>> est d'accord pour l'EHPAD.",
    "Sa fille est au <<06 39 98 14 27>>.",
    "La voisine, <<Mme Tournemine>>, a donné l'alerte.",
    "Her daughter <<Emily Abernathy>> is her next of kin.",
]
PROFESSIONAL = [
    "Merci au <<Dr Legros>> pour son avis sur l'héparine.",
    "Patiente adressée par le <<Dr Anne Tournemine>> pour bilan.",
    "Avis demandé au <<Pr Kerbrat>>, chef de service.",
    "Secrétariat du service : <<01 42 34 56 78>>.",
    "Notre interne <<Lucie Palanque>> présente le cas jeudi.",
    "Many thanks to <<Dr Abernathy>> for the talk.",
    "Avis sur le <<Dr Martin>>, chirurgien de l'épaule à Nantes ?",
    "Programme : <<M. Martin>>, 45 min ; puis le buffet.",
    "<<Mr Hargreaves>>, 20 years a surgeon here, retires on Friday. Thanks to all.",
    "She was referred by <<Dr Helen Abernathy>>.",
]
NOBODY = [
    "Une maladie de Charcot débutante, quel suivi ?",
    "Le signe de Babinski est présent à droite.",
    "Syndrome de Marfan connu dans la famille.",
    "Glasgow 7 à l'arrivée, score de Wells à 6.",
    "He has Crohn's disease and a positive Murphy sign.",
    "Parkinson evolué, sous Modopar.",
]


def _table(subject, sentences):
    return [pytest.param(subject, s, id=f"{subject}-{n}") for n, s in enumerate(sentences)]


@pytest.mark.parametrize(
    ("subject", "marked"),
    _table("patient", PATIENT)
    + _table("relative", RELATIVE)
    + _table("professional", PROFESSIONAL),
)
def test_subject(subject, marked, linter):
    text, (span,) = read_example(marked)
    found = linter.check(Post(text)).findings
    assert [f.subject for f in found if f.span.overlaps(span)] == [subject]


@pytest.mark.parametrize("text", NOBODY)
def test_nobody(text, linter):
    assert linter.check(Post(text)).findings == ()


@pytest.mark.parametrize("text", [s for s in PROFESSIONAL if "<<0" not in s])
def test_a_colleague_holds_no_post(text, linter):
    assert linter.check(Post(read_example(text)[0])).decision == "allow"


@pytest.mark.parametrize("text", PATIENT + RELATIVE)
def test_a_patient_or_relative_holds_a_post(text, linter):
    assert linter.check(Post(read_example(text)[0])).decision != "allow"
