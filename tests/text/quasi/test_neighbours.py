"""What stands beside a proposed job, place or moment."""

import pytest

from linter.finding import Entity, Subject
from linter.post import Post


@pytest.fixture(scope="module")
def cues(linter):
    def of(text, words, lang="fr"):
        found = linter._text.quasi_features(text, lang)
        return next(f for span, _, f in found if text[span.start : span.end] == words)

    return of


@pytest.mark.parametrize(
    ("text", "words", "lang", "cue"),
    [
        (
            "Notre infirmière a rappelé la famille.",
            "infirmière",
            "fr",
            "OCCUPATION: before it: our",
        ),
        ("Infirmière, 47 ans, toux.", "Infirmière", "fr", "OCCUPATION: before it: line"),
        ("Infirmière, 47 ans, toux.", "Infirmière", "fr", "OCCUPATION: behind it: comma"),
        ("A 47 year old nurse with a cough", "nurse", "en", "OCCUPATION: before it: word"),
        ("Nurses, what do you use?", "Nurses", "en", "OCCUPATION: several"),
        ("Je travaille à Guéret.", "Guéret", "fr", "LOCATION: before it: at"),
        ("Je travaille à Guéret.", "Guéret", "fr", "LOCATION: behind it: sentence"),
        ("Vue le 12 mars à Guéret", "Guéret", "fr", "LOCATION: behind it: line"),
        ("Vue le 12 mars : rien", "12 mars", "fr", "DATE_TIME: before it: the"),
        ("Chez l'infirmière 12 patients", "infirmière", "fr", "OCCUPATION: behind it: figure"),
    ],
)
def test_the_sort_of_what_stands_beside_a_detail_is_a_cue(cues, text, words, lang, cue):
    assert cues(text, words, lang).get(cue) == 1.0


def test_an_age_has_no_such_cue(cues):
    assert not any("it: " in name for name in cues("Homme de 47 ans, toux.", "47 ans"))


@pytest.mark.parametrize(
    ("text", "words", "lang", "said"),
    [
        ("Opérée le 12 mars.", "12 mars", "fr", "day"),
        ("Vue hier soir.", "hier soir", "fr", "past"),
        ("Sortie prévue demain.", "demain", "fr", "ahead"),
        ("Tombé à 14 h 30 dans la rue.", "14 h 30", "fr", "clock"),
        ("Opéré il y a deux ans.", "il y a deux ans", "fr", "ago"),
        ("Seen two years ago.", "two years ago", "en", "ago"),
        ("Seen at 9.30 with a rash.", "9.30", "en", "clock"),
        ("Seen last night.", "last night", "en", "past"),
        ("Rash this week.", "this week", "en", "wide"),
    ],
)
def test_how_a_moment_is_said_is_a_cue(cues, text, words, lang, said):
    assert cues(text, words, lang).get(f"DATE_TIME: said: {said}") == 1.0


@pytest.mark.parametrize(
    ("text", "words", "entity", "lang"),
    [
        ("Bonjour, je suis généraliste à Mende, quel traitement ?", "Mende", Entity.LOCATION, "fr"),
        ("GP in Inverness here, what would you do?", "Inverness", Entity.LOCATION, "en"),
    ],
)
def test_the_authors_town_is_a_note(linter, text, words, entity, lang):
    verdict = linter.check(Post(text, lang=lang))
    told = {text[f.span.start : f.span.end]: f for f in verdict.findings}
    assert told[words].entity is entity
    assert told[words].subject is Subject.AUTHOR
    assert told[words].severity == "note"
    assert verdict.decision == "allow"
    assert verdict.fixed == text
