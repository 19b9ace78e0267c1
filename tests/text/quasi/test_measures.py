"""Ages, moments and sizes in their many wordings."""

import pytest

from linter.finding import Entity
from linter.risk.facts import Ages
from linter.rule import load_rules
from linter.text.engine import TextEngine
from linter.text.quasi import numbers
from linter.text.quasi.candidate import Body, Moment
from linter.text.quasi.measures import Measures

RULES = {r.id: r for r in load_rules()}


@pytest.fixture(scope="module")
def engine():
    return TextEngine()


def told(engine, rule, text, lang):
    reading = engine._engine(lang).read(text)
    return [
        (reading.text[c.start : c.end], c.value) for c in Measures(RULES[rule], lang).find(reading)
    ]


@pytest.mark.parametrize(
    ("lang", "words", "value"),
    [
        ("fr", "quarante-sept", 47),
        ("fr", "quatre vingt dix-neuf", 99),
        ("fr", "soixante et onze", 71),
        ("fr", "nonante-deux", 92),
        ("fr", "29", 29),
        ("en", "eighty four", 84),
        ("en", "sixty-one", 61),
        ("fr", "beaucoup", None),
    ],
)
def test_numbers_in_words(lang, words, value):
    assert numbers.value(words, lang) == value


@pytest.mark.parametrize(
    ("lang", "text", "low", "high"),
    [
        ("fr", "Patiente de 47 ans, toux", 47, 48),
        ("fr", "Homme de quarante-sept ans, toux", 47, 48),
        ("fr", "Nourrisson de 5 mois, fièvre", 5 / 12, 6 / 12),
        ("fr", "un nonagénaire fatigué", 90, 100),
        ("fr", "dame de la cinquantaine, lombalgie", 50, 60),
        ("fr", "G2P1 29a, métrorragies", 29, 30),
        ("fr", "patients de 60-68 ans, HTA", 60, 69),
        ("en", "47 year old with a cough", 47, 48),
        ("en", "a 58M with chest pain", 58, 59),
        ("en", "lady in her forties, migraine", 40, 50),
        ("en", "6-month-old, fever", 0.5, 7 / 12),
    ],
)
def test_ages(engine, lang, text, low, high):
    found = [v for _, v in told(engine, f"quasi/{lang}-age", text, lang)]
    assert any(
        isinstance(v, Ages) and v.low == pytest.approx(low) and v.high == pytest.approx(high)
        for v in found
    )


@pytest.mark.parametrize("text", ["Patient de 300 ans, toux", "âgé de 999 ans", "0x99 ans"])
def test_ages_that_nobody_has(engine, text):
    assert not [v for _, v in told(engine, "quasi/fr-age", text, "fr") if v.high > 200]


@pytest.mark.parametrize(
    ("lang", "text", "days"),
    [
        ("fr", "opérée le 12 mars d'une péritonite", 1),
        ("fr", "vue le 14/02/2024 aux urgences", 1),
        ("fr", "opéré en mars 2021", 30),
        ("en", "operated on 12 March for a perforation", 1),
    ],
)
def test_dates(engine, lang, text, days):
    found = [v for _, v in told(engine, f"quasi/{lang}-moment", text, lang)]
    assert any(isinstance(v, Moment) and v.absolute and v.days == days for v in found)


@pytest.mark.parametrize(
    ("text", "what", "amount"),
    [
        ("Il mesure 2m17.", "height_cm", 217),
        ("Elle fait 1,48 m.", "height_cm", 148),
        ("IMC à 62", "bmi", 62),
        ("pèse 212 kg", "weight_kg", 212),
        ("6 ft 11 tall", "height_cm", 210.8),
    ],
)
def test_sizes(engine, text, what, amount):
    found = [v for _, v in told(engine, "quasi/body-size", text, "fr")]
    assert any(
        isinstance(v, Body) and v.what == what and v.amount == pytest.approx(amount, abs=0.1)
        for v in found
    )


def test_every_quasi_rule_is_about_a_quasi_entity():
    direct = set(list(Entity)[:13])
    assert all(r.entity not in direct for i, r in RULES.items() if i.startswith("quasi/"))
