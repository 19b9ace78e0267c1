"""Where the author works, beside a patient's job."""

import pytest

from linter.post import Post
from linter.verdict import Decision

RULE = "quasi/place-of-author"


def check(linter, text, lang):
    return linter.check(Post(text, lang=lang))


@pytest.mark.parametrize(
    ("text", "lang", "rewritten"),
    [
        ("Le boulanger de mon village a un cancer du pancréas.", "fr", "Le patient a un cancer du pancréas."),
        ("La directrice de l'école du village est hospitalisée pour une cirrhose.", "fr", "La patiente est hospitalisée pour une cirrhose."),
        ("Le patron du bar de notre petit bourg est venu avec une chlamydia.", "fr", "Le patient est venu avec une chlamydia."),
        ("Our village postmistress is in rehab again.", "en", "Our patient is in rehab again."),
        ("The head teacher of our village primary has been admitted with cirrhosis.", "en", "The patient has been admitted with cirrhosis."),
    ],
)  # fmt: skip
def test_a_job_in_the_authors_village_asks_for_a_reading_and_no_more(linter, text, lang, rewritten):
    verdict = check(linter, text, lang)
    assert verdict.decision is Decision.REVIEW
    assert verdict.anonymity.doubtful
    assert verdict.fixed == rewritten


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Je suis le médecin de mon village depuis dix ans.", "fr"),
        ("Le maire de mon village m'a aidé à m'installer, la pharmacienne du village aussi.", "fr"),
        ("Our village pharmacist is a star, thank you.", "en"),
        ("I am the only GP of this island and need a locum.", "en"),
    ],
)
def test_neighbours_and_authors_are_no_patients(linter, text, lang):
    assert check(linter, text, lang).decision is Decision.ALLOW


def test_the_village_lies_in_the_area_that_is_told(linter):
    text = (
        "Le maire de notre commune, dans la Nièvre, a été hospitalisé pour un sevrage alcoolique."
    )
    verdict = check(linter, text, "fr")
    assert verdict.decision is Decision.REVIEW
    assert RULE in {f.rule for f in verdict.findings}


def test_a_place_with_a_name_is_not_the_authors(linter):
    text = "Patient de 52 ans, maire de la commune de Guéret, SEP."
    assert RULE not in {f.rule for f in check(linter, text, "fr").findings}
