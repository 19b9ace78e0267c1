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
        ("Mrs Margaret Oakley, 84, INR 9", "en"),
        ("Mme Margaret Oakley, 84, INR 9", "fr"),
        ("Broken wrist, Oakley", "en"),
        ("Fracture ouverte, Ousmane", "fr"),
    ],
)
def test_language(text, lang):
    assert detect_language(text) == lang


def test_only_the_beginning_counts():
    assert detect_language("Le patient est là. " * 300 + "This is the end of it. " * 3000) == "fr"


@pytest.mark.parametrize("likely", ["fr", "en"])
def test_where_no_word_tells_the_forum_does(likely):
    assert detect_language("INR 9, Oakley 84", likely) == likely
    assert detect_language("Mrs Oakley, INR 9", likely) == "en"
    assert detect_language("Mme Oakley, INR 9", likely) == "fr"


def test_the_intervals_of_an_ecg_are_no_english():
    assert detect_language("PR 162 ms QRS 96 ms, rythme sinusal, 67 ans") == "fr"
