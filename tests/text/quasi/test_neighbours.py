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
        ("Opérée le 12 mars.", "12 mars", "fr", "DATE_TIME: said: day"),
        ("Vue hier soir.", "hier soir", "fr", "DATE_TIME: said: past"),
        ("Sortie prévue demain.", "demain", "fr", "DATE_TIME: said: ahead"),
        ("Tombé à 14 h 30 dans la rue.", "14 h 30", "fr", "DATE_TIME: said: clock"),
        ("Opéré il y a deux ans.", "il y a deux ans", "fr", "DATE_TIME: said: ago"),
        ("Seen two years ago.", "two years ago", "en", "DATE_TIME: said: ago"),
        ("Seen at 9.30 with a rash.", "9.30", "en", "DATE_TIME: said: clock"),
        ("Seen last night.", "last night", "en", "DATE_TIME: said: past"),
        ("Rash this weekend.", "this weekend", "en", "DATE_TIME: said: wide"),
    ],
)
def test_what_stands_beside_a_detail_and_how_it_is_said_are_cues(cues, text, words, lang, cue):
    assert cues(text, words, lang).get(cue) == 1.0


def test_an_age_has_no_such_cue(cues):
    assert not any("it: " in name for name in cues("Homme de 47 ans, toux.", "47 ans"))


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
