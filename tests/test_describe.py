"""What is told of one person taken together."""

from datetime import date

import pytest

from linter.describe import retold
from linter.finding import Entity, Severity, Subject
from linter.pipeline import Linter
from linter.policy import Combination
from linter.post import Post
from linter.report.terminal import render
from linter.verdict import Decision

BAKER = "Boulangère de 47 ans, vue à Guéret, atteinte d'une maladie de Huntington."


def test_one_person_is_held_and_the_way_out_keeps_the_diagnosis(linter):
    verdict = linter.check(Post(BAKER, lang="fr"))
    assert verdict.decision is Decision.BLOCK
    assert verdict.anonymity.k < 2
    assert "Huntington" in verdict.fixed
    assert "Guéret" not in verdict.fixed
    assert linter.check(Post(verdict.fixed, lang="fr")).decision is not Decision.BLOCK


def test_the_authors_town_gives_way_where_it_tells_too_much(linter):
    text = "Généraliste à Guéret. Boulangère de 47 ans, maladie de Huntington : que proposer ?"
    verdict = linter.check(Post(text, lang="fr"))
    (town,) = (f for f in verdict.findings if f.entity is Entity.LOCATION)
    assert (town.subject, town.severity) == (Subject.AUTHOR, Severity.ERROR)
    assert verdict.fixed.startswith("Généraliste en Nouvelle-Aquitaine")


@pytest.mark.parametrize(
    "text",
    [
        "Patient de 66 ans, ancien notaire, vit avec son frère jumeau, vu à Ouessant pour une sclérose en plaques.",
        "Diacre érythréen de 47 ans, brûlé dans l'incendie du foyer d'Aubusson. Quel relais antalgique ?",
        "Boulangère de 47 ans, Guéret, maladie de Huntington, jumelle de la maire. Quel traitement ?",
    ],
)
def test_the_rewrite_is_read_again_until_it_passes(linter, text):
    verdict = linter.check(Post(text, lang="fr"))
    assert verdict.decision is not Decision.ALLOW
    assert linter.check(Post(verdict.fixed, lang="fr")).decision is Decision.ALLOW
    assert ",," not in verdict.fixed


def test_an_everyday_question_passes(linter):
    for text in (
        "Femme de 34 ans, asthme, suivie à Lyon : quel traitement de fond proposer ?",
        "Patient de 60-68 ans, HTA : quelle cible tensionnelle ?",
    ):
        assert linter.check(Post(text, lang="fr")).decision is Decision.ALLOW


def test_a_block_names_a_rule(linter):
    verdict = linter.check(Post(BAKER, lang="fr"))
    graver = [f for f in verdict.findings if f.severity is Severity.ERROR]
    assert graver
    assert all(f.rule.startswith("quasi/") and f.replacement is not None for f in graver)


@pytest.mark.parametrize(
    ("text", "few"),
    [("Patiente de 105 ans vue à Rennes.", True), ("Patiente de 47 ans vue à Rennes.", False)],
)
def test_few_people_are_told_of_though_the_post_passes(linter, text, few):
    limits = Combination(public=1, acquaintance=1, insider=1, few=1, note=20)
    policy = linter.policy.model_copy(update={"combination": limits})
    verdict = Linter(policy, engine=linter._text).check(Post(text, lang="fr"))
    assert verdict.decision is Decision.ALLOW
    assert verdict.anonymity.noted == (verdict.anonymity.k < 20) == few
    page = " ".join(render(verdict, text, "-", color=False, width=120).split())
    assert (" ".join(verdict.anonymity.message.split()) in page) == few


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        (
            "Homme obèse, 50 ans, SAOS appareillé, candidat à une sleeve : quel bilan ?",
            Decision.ALLOW,
        ),
        (
            "Zona chez un enfant de 7 ans, non vacciné contre la varicelle : on traite ?",
            Decision.ALLOW,
        ),
        (
            "Homme obèse, 50 ans, maire de Guéret, SAOS appareillé, candidat à une sleeve.",
            Decision.BLOCK,
        ),
        ("Homme de 50 ans, maladie de Whipple et amylose AL : qui a déjà vu ça ?", Decision.REVIEW),
    ],
)
def test_common_diseases_hold_nobody_who_is_one_of_many(linter, text, decision):
    assert linter.check(Post(text, lang="fr")).decision is decision


def test_a_small_count_that_holds_nothing_says_why(linter):
    text = "Homme de 41 ans, diabète de type 1, goutte, psoriasis, migraine et asthme : quelle gliflozine ?"
    verdict = linter.check(Post(text, lang="fr"))
    assert verdict.decision is Decision.ALLOW
    assert "Sans le dossier" in verdict.anonymity.message
    assert "Without the record" in retold(verdict.anonymity, linter._text.populations, "en")
    held = linter.check(Post("Boulangère de 47 ans, Guéret, maladie de Huntington.", lang="fr"))
    assert "dossier" not in held.anonymity.message


def test_a_crowd_that_the_policy_does_not_know_hides_nobody(linter):
    limits = linter.policy.combination.model_copy(update={"crowds": ()})
    policy = linter.policy.model_copy(update={"combination": limits})
    text = "Homme obèse, 50 ans, SAOS appareillé, candidat à une sleeve : quel bilan ?"
    strict = Linter(policy, engine=linter._text).check(Post(text, lang="fr"))
    assert strict.decision is not Decision.ALLOW
    assert strict.risk.confidentiality >= linter.check(Post(text, lang="fr")).risk.confidentiality


def test_a_doubtful_age_does_not_displace_a_sure_one(linter):
    text = "GP in Cornwall here. 47yo lobster fisherman, dysphagia, three weeks in a sling before that."
    verdict = linter.check(Post(text, lang="en"))
    assert verdict.decision == "block"
    assert "fisherman" not in verdict.fixed


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Le sénateur a été hospitalisé chez nous pour un AIT."),
        ("fr", "Notre député a consulté hier pour une lombalgie."),
        ("en", "The MP for our constituency came in with chest pain last night."),
    ],
)
def test_a_public_role_that_few_hold_is_somebody(linter, lang, text):
    assert linter.check(Post(text, lang=lang)).decision != "allow"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Le sénateur rapporteur de la loi a été consulté par la commission."),
        ("fr", "Les députés ont admis l'amendement sur les déserts médicaux."),
        ("en", "The MP for our constituency spoke about GP access at the meeting."),
    ],
)
def test_politics_pass(linter, lang, text):
    assert linter.check(Post(text, lang=lang)).decision == "allow"


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        (
            "fr",
            "Patiente, prof de maths au lycée Bichat de Lunéville, enceinte de jumeaux.",
            "Bichat",
        ),
        ("en", "Twins of 3, both with Kawasaki, presented the same day in Truro.", "Kawasaki"),
    ],
)
def test_a_name_of_something_else_is_no_place(linter, lang, text, words):
    found = linter.check(Post(text, lang=lang)).findings
    assert words not in {text[f.span.start : f.span.end] for f in found if f.span}


def test_a_french_post_means_the_french_town(linter):
    text = "Femme de 29 ans, handballeuse professionnelle à Brest, phéochromocytome."
    verdict = linter.check(Post(text, lang="fr"))
    assert verdict.anonymity is not None
    assert verdict.anonymity.population == "FR"


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        ("en", "38F, triplets after IVF, postpartum cardiomyopathy. Lives in Aberystwyth.", "F 30-40 years"),
        ("fr", "Elle est insupportable, cette patiente, une vraie sangsue.", "vraie [patiente]"),
        ("en", "Those muppets never bring their med list.", "patients"),
        ("en", "She is 102, lives in Harrogate, was in the paper last month.", "[mention removed]"),
    ],
)  # fmt: skip
def test_what_the_rewrite_says_instead(linter, lang, text, words):
    assert words in linter.check(Post(text, lang=lang)).fixed


def test_one_detail_makes_no_figure(linter):
    for text in ("Patiente de 47 ans, toux.", "Un patient de Guéret.", "Bonjour à tous."):
        assert linter.check(Post(text, lang="fr")).anonymity is None


def test_details_of_two_patients_are_kept_apart(linter):
    text = "Patient de 52 ans, notaire, lombalgie.\n\nDeuxième cas : patiente de 23 ans, Aurillac, VIH."
    told = {f.value for f in linter.check(Post(text, lang="fr")).anonymity.factors}
    assert "Aurillac" in told
    assert "notaire" not in told


def test_the_author_s_town_narrows(linter):
    text = "Patiente de 47 ans atteinte d'une maladie de Huntington : quel neuroleptique ?"
    without = linter.check(Post(text, lang="fr")).anonymity
    around = linter.check(Post(text, lang="fr", place="Guéret")).anonymity
    assert around.k < without.k


def test_a_relative_moment_counts_when_the_post_is_dated(linter):
    text = "Patiente de 47 ans opérée hier à Guéret d'une hernie."
    plain = linter.check(Post(text, lang="fr"))
    dated = linter.check(Post(text, lang="fr", posted=date(2026, 3, 12)))
    moments = [f for f in plain.findings if f.entity is Entity.DATE_TIME]
    assert len(moments) == len([f for f in dated.findings if f.entity is Entity.DATE_TIME])
    if plain.anonymity and moments:
        assert dated.anonymity.k <= plain.anonymity.k


@pytest.mark.parametrize(
    "text",
    [
        "Patient de 300 ans, de Xyzzyville, centenaire de 4 ans.",
        "Patient de 47 ans, de 52 ans, de 9 ans, de 61 ans, Brest, Lyon, Metz, Dax.",
        "Homme de 40 ans et femme de 38 ans, Guéret, Huntington.",
        " ".join(f"Patient de {n % 90} ans, maire de Guéret, triplés." for n in range(200)),
    ],
)
def test_hostile_descriptions_get_a_sane_answer(linter, text):
    told = linter.check(Post(text, lang="fr")).anonymity
    if told:
        assert 1 <= told.low <= told.k <= told.high
        assert 0 <= told.public <= told.acquaintance + 1e-9
        assert all(0 <= f.share <= 1 for f in told.factors)
