"""Places in no table, beside a job."""

import pytest

from linter.finding import Entity
from linter.post import Post
from linter.verdict import Decision

RULE = "quasi/place-beside-job"


def places(linter, text, lang="fr"):
    findings = linter.check(Post(text, lang=lang)).findings
    return [text[f.span.start : f.span.end] for f in findings if f.rule == RULE]


@pytest.mark.parametrize(
    ("text", "lang", "place"),
    [
        (
            "Patient de 52 ans, vétérinaire de Rossens-Dessus, plaie du thorax.",
            "fr",
            "Rossens-Dessus",
        ),
        ("LE PATIENT DE 52 ANS, VÉTÉRINAIRE À ROSSENS, TOUSSE.", "fr", "ROSSENS"),
        (
            "My patient, 52, a lifeboat coxswain in Ballyhesker Point, had a seizure.",
            "en",
            "Ballyhesker Point",
        ),
    ],
)
def test_a_capital_word_after_a_job_is_a_place(linter, text, lang, place):
    assert places(linter, text, lang) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "Homme de 68 ans, retraité de la SNCF, toux.",
        "Patient de 52 ans, maire de Guéret, toux.",
        "Patient de 52 ans, facteur de Willebrand bas.",
        "Patient de 52 ans, chauffeur de",
    ],
)
def test_what_a_list_holds_and_capitals_are_left_alone(linter, text):
    assert places(linter, text) == []


def test_few_people_do_that_in_a_small_place(linter):
    text = "Mon patient, le vétérinaire de Rossens-Dessus, 52 ans, veut reprendre."
    verdict = linter.check(Post(text, lang="fr"))
    assert verdict.decision is Decision.BLOCK
    told = [f for f in verdict.anonymity.factors if f.entity is Entity.LOCATION]
    assert told
    assert all("Rossens" not in f.value for f in told)


def test_the_author_s_own_place_is_no_patient_s(linter):
    text = "Je suis vétérinaire à Rossens-Dessus : un chien mord, quel délai pour le vaccin ?"
    assert linter.check(Post(text, lang="fr")).decision is Decision.ALLOW
