"""Words, their shapes, and the text as the tagger gets it."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.datafile import rules_root
from linter.text.lexicon import load_lexicon
from linter.text.tokens import shape_of, tokenize, truecase


@cache
def lexicon():
    return load_lexicon(rules_root() / "lists", "fr")


def words(text):
    return [t.text for t in tokenize(text, lexicon())]


def recased(text):
    return truecase(text, tokenize(text, lexicon()))


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("patient", "l"),
        ("Dupont", "T"),
        ("DUPONT", "U"),
        ("D", "I"),
        ("É", "I"),
        ("Jean-Marc", "T"),
        ("Jean-marc", "T"),
        ("D'Alembert", "T"),
        ("LE-GOFF", "U"),
        ("iPhone", "l"),
    ],
)
def test_shape(word, shape):
    assert shape_of(word) == shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La fille d'Élise", ["La", "fille", "d'", "Élise"]),
        ("qu'Antoine aujourd'hui", ["qu'", "Antoine", "aujourd'hui"]),
        ("Jean-Marc LE GOFF", ["Jean-Marc", "LE", "GOFF"]),
        ("Emily's mother", ["Emily", "s", "mother"]),
        ("O'Brien", ["O'Brien"]),
        ("IRM_DUPONT.pdf 12mg", ["IRM", "DUPONT", "pdf", "mg"]),
        ("", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MADAME DUPONT EST VENUE HIER SOIR", "Madame Dupont est venue hier soir"),
        ("La patiente HUGUETTE est là.", "La patiente Huguette est là."),
        (
            "Bilan normal, TSH et NFS sans particularité.",
            "Bilan normal, TSH et NFS sans particularité.",
        ),
    ],
)
def test_shouting_is_undone(text, expected):
    assert recased(text) == expected


@given(st.text(st.one_of(st.sampled_from("ABCDEFaéÉßİŉǅﬁ '-.\n"), st.characters()), max_size=80))
def test_truecase_keeps_the_length(text):
    """Offsets of the tagger's entities are those of the text, whatever case folding does elsewhere."""
    assert len(recased(text)) == len(text)


@given(st.text(st.one_of(st.sampled_from("MADAME DUPONT \n"), st.characters(categories=["Lu"]))))
def test_truecase_keeps_what_is_no_letter(text):
    for before, after in zip(text, recased(text), strict=True):
        assert before == after or (before.isalpha() and after.isalpha())


@given(st.text(max_size=200), st.integers(0, 400))
def test_tokens_are_where_they_say(text, run):
    text = "x" * run + text
    for token in tokenize(text, lexicon()):
        assert text[token.start : token.end] == token.text
