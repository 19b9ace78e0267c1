"""How many people match, in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.risk.sentence import figure, rounded, sentence

WHERE = {"fr": "en France", "en": "in France"}


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 1), (1, 1), (3.4, 3), (9.6, 10), (22, 20), (96, 100), (456, 500), (1_380_000, 1_000_000)],
)
def test_rounded(count, shown):
    assert rounded(count) == shown


@given(st.floats(0, 1e9))
def test_rounded_is_near(count):
    shown = rounded(count)
    assert shown >= 1
    assert len(str(shown).rstrip("0")) == 1
    if count >= 1:
        assert shown / 1.51 <= count <= shown * 1.51


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_rounded_keeps_order(one, other):
    fewer, more = sorted((one, other))
    assert rounded(fewer) <= rounded(more)


def test_thousands():
    assert figure(4321, "fr") == "4\u202f000"
    assert figure(4321, "en") == "4,000"


@pytest.mark.parametrize(
    ("interval", "lang", "words"),
    [
        ((3, 1, 6), "fr", "Environ 3 personnes (entre 1 et 6) en France"),
        ((3, 1, 6), "en", "About 3 people (1 to 6) in France"),
        ((1, 1, 2), "fr", "Une seule personne en France, probablement,"),
        ((1, 1, 2), "en", "Probably one person in France"),
        ((9000, 4000, 20_000), "fr", "Plus de 4\u202f000 personnes en France"),
        ((9000, 4000, 20_000), "en", "More than 4,000 people in France"),
    ],
)
def test_sentence(interval, lang, words):
    assert sentence(*interval, WHERE[lang], lang).startswith(words)


@given(
    st.lists(st.floats(1, 1e9), min_size=3, max_size=3).map(sorted), st.sampled_from(["fr", "en"])
)
def test_no_decimals(interval, lang):
    low, k, high = interval
    words = sentence(k, low, high, WHERE[lang], lang)
    assert words.endswith(".")
    assert not re.search(r"\d\.\d|\d,\d(?!\d\d)|%", words)
    assert "Environ 1 personnes" not in words
    assert "About 1 people" not in words
