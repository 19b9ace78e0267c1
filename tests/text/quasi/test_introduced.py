"""Somebody whom a sentence introduces by their age is no author and no colleague."""

import pytest

from linter.post import Post
from linter.rule import read_example

THEIRS = [
    ("fr", "Une <<infirmière>> de <<44 ans>> à <<Limoges>> avec un cancer du sein."),
    ("fr", "Mon patient, un <<plombier>> de <<41 ans>> qui vit à <<Brest>>, tousse."),
    ("fr", "Femme de <<35 ans>>, <<institutrice>>, migraine."),
    ("fr", "Patiente de <<23 ans>>, <<Aurillac>>, VIH."),
    ("fr", "<<Boulangère>> de <<47 ans>>, <<Guéret>>, maladie de Huntington."),
    ("fr", "Bébé de <<10 jours>>, né à domicile, saigne de l'ombilic."),
    ("fr", "Mon patient <<polonais>> de <<52 ans>>, sans interprète, a une BPCO."),
    ("fr", "L'<<infirmière>> de l'EHPAD a une tuberculose."),
    ("en", "A <<care assistant>> at our nursing home has MDR-TB."),
    ("en", "A <<44 year old>> <<nurse>> from <<Dundee>> with breast cancer."),
    ("en", "My patient is a <<41 year old>> <<plumber>> living in <<Galway>>."),
]
OTHERS = [
    ("fr", "Je suis une infirmière de 44 ans à Limoges, je cherche un poste."),
    ("fr", "Cabinet à Limoges recherche une infirmière, 44 ans ou non."),
    ("fr", "Infirmière, 44 ans, Guéret, cherche un poste."),
    ("fr", "Bébé vu hier, fièvre depuis 10 jours, sans point d'appel."),
    ("fr", "Le patient africain doit-il être vacciné contre la fièvre jaune ?"),
    ("fr", "Comment le dire à un patient anglophone ?"),
    ("fr", "Le médecin a une suspicion de tuberculose à confirmer chez son malade."),
    ("fr", "Je suis infirmière et j'ai une tuberculose."),
    ("fr", "Un recul de 3 ans et une infirmière à Limoges."),
    ("en", "I'm a 44 year old nurse from Dundee, new here."),
]


@pytest.mark.parametrize(("lang", "marked"), THEIRS)
def test_it_is_the_persons(lang, marked, linter):
    text, spans = read_example(marked)
    found = [f for f in linter.check(Post(text, lang=lang)).findings if f.subject == "patient"]
    assert all(any(f.span.overlaps(s) for f in found) for s in spans)


@pytest.mark.parametrize(("lang", "text"), OTHERS)
def test_it_is_not(lang, text, linter):
    assert linter.check(Post(text, lang=lang)).decision == "allow"
