"""French or English."""

import pytest

from linter.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("", "fr"),
        ("12/04 38,5 120/80", "fr"),
        ("Bonjour, avis sur une patiente de 34 ans ?", "fr"),
        ("L’ECG est normal", "fr"),
        ("PATIENTE AGEE, QUE FAIRE POUR LA DOULEUR ?", "fr"),
        ("slt les gars, un avis sur cette rx svp", "fr"),
        ("Thoughts on this 34 year old with asthma?", "en"),
        ("ANY ADVICE ON THIS PATIENT?", "en"),
        ("hi all, pt was admitted with cough", "en"),
        (
            "Le papier du New England Journal: 'The effect of aspirin' est dans la bibliographie",
            "fr",
        ),
        ("The paper by Dupont et al. on heart failure is out and we should read it", "en"),
        ("She's got a rash on her leg.", "en"),
        ("Ça démange depuis 3 jours. 😅", "fr"),
    ],
)
def test_language(text, lang):
    assert detect_language(text) == lang


def test_only_the_beginning_counts():
    assert detect_language("Le patient est là. " * 300 + "This is the end of it. " * 3000) == "fr"
