"""Degrading language: the proof of the lexicon, target and stance, severity, the pitfalls of word lists."""

from collections import Counter
from pathlib import Path

import pytest

from linter.finding import Kind, Severity
from linter.lexicon_match import LexiconMatch
from linter.post import Attachment, Post
from linter.rule import load_rules, read_example
from linter.verdict import Decision

LEXICONS = [r for r in load_rules() if isinstance(r.match, LexiconMatch)]


def told(linter, text, lang="fr"):
    return [f for f in linter.check(Post(text, lang=lang)).findings if f.axis == "dignity"]


@pytest.mark.parametrize("rule", LEXICONS, ids=lambda r: r.id)
def test_examples_of_the_lexicon_come_out(rule, linter):
    """Every example does what its list says; what is missed or a false alarm is listed as such."""
    wanted = [
        (text, told)
        for entry in rule.match.entries
        for texts, told in (
            (entry.match, True),
            (entry.no_match, False),
            (entry.missed, False),
            (entry.alarms, True),
        )
        for text in texts
    ]
    posts = [Post(read_example(text)[0], lang=rule.language) for text, _ in wanted]
    wrong = [
        text
        for (text, expected), verdict in zip(wanted, linter.check_many(posts), strict=True)
        if any(f.axis == "dignity" and not f.learned for f in verdict.findings) != expected
    ]
    assert not wrong


def test_the_lexicon_is_as_large_as_it_says():
    count = Counter(r.language for r in LEXICONS for _ in r.match.entries)
    assert count["fr"] >= 350
    assert count["en"] >= 200
    assert {r.kind for r in LEXICONS} == set(Kind)


@pytest.mark.parametrize(
    "text",
    [
        "Contrôle à 24h puis 72h, sonde 18F, 30g de glucides, 200g d'épinards.",
        "Tabagisme et terrain alcoolo-tabagique, BPCO sévère.",
        "La tare génétique se transmet sur le mode dominant.",
        "Je refuse cette transfusion en télémédecine, question de sécurité.",
        "Patiente obèse, IMC 42, ptose mammaire gênante, avis chirurgical ?",
        "Retard mental léger et syndrome de Diogène connus du réseau.",
        "Fermeture du PFO par TUBE trans-jugulaire, suites simples.",
        "Elle se trouvait grosse comme une baleine et refusait de sortir.",
        "Saloperie de cancer, il avait trente ans.",
        "Ce logiciel est une merde, impossible de prescrire.",
    ],
)
def test_pitfalls_of_word_lists_hold_nothing(text, linter):
    assert not [f for f in told(linter, text) if f.severity is not Severity.NOTE]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Encore un syndrome méditerranéen aux urgences cette nuit.", Kind.DISCRIMINATORY),
        (
            "Si elle mesure 1,50 m, c'est déjà une contraception à elle toute seule.",
            Kind.BODY_SHAMING,
        ),
        ("Le légume du box 4 attend toujours sa famille.", Kind.DEHUMANISING),
    ],
)
def test_lines_without_a_rude_word_are_told(text, kind, linter):
    assert kind in {f.kind for f in told(linter, text)}


def test_a_finding_is_kind_and_explains(linter):
    (finding, *_) = told(linter, "Le légume du box 4 attend toujours sa famille.")
    assert finding.rule == "dignity/fr-dehumanising"
    assert finding.because
    assert finding.action
    assert "délit" not in finding.message
    assert finding.duties


def test_a_photo_makes_it_graver(linter):
    text = "Quel boulet, ce patient du box 4, il a encore rappelé."
    plain = linter.check(Post(text, lang="fr"))
    shown = linter.check(Post(text, lang="fr", attachments=(Attachment(Path("photo.jpg")),)))
    order = [Severity.NOTE, Severity.WARNING, Severity.ERROR]
    assert [f for f in plain.findings if f.axis == "dignity"]
    for before, after in zip(
        (f for f in plain.findings if f.axis == "dignity"),
        (f for f in shown.findings if f.axis == "dignity"),
        strict=True,
    ):
        assert order.index(after.severity) == min(order.index(before.severity) + 1, 2)


def test_chart_words_alone_never_block(linter):
    for text in (
        "Toxico connu, sevrage à discuter.",
        "Patient non compliant, HbA1c 11.",
        "L'obèse du box 3 attend son scanner.",
    ):
        assert linter.check(Post(text, lang="fr")).decision is not Decision.BLOCK


def test_five_hundred_quote_levels(linter):
    text = ">" * 500 + " quel boulet ce patient\n" + "\n".join(">" * n + " ok" for n in range(500))
    assert linter.check(Post(text, lang="fr")).decision in set(Decision)
