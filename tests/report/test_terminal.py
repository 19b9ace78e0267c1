import re

import click
import pytest

from linter.finding import Box, Entity, Kind, Severity, Span, Subject
from linter.report.cells import measure
from linter.report.excerpt import windows
from linter.report.explain import explain
from linter.report.terminal import render, summary
from linter.verdict import Decision, Risk

POST_FR = (
    "Bonjour à tous,\n"
    "j'ai vu Mme Dupont, une 患者 de Guéret, hier.\n"
    "Le Dr Legros l'avait adressée ; elle est cinglée.\n"
)
GOLDEN_FR = """\
✗ à modifier avant de publier (block)  post.txt · n° 42
  risque : confidentialité 97 %, dignité 40 %
  On pourrait reconnaître cette personne. Quelques mots à changer, et le
  message pourra partir.
  Certains mots pourraient peiner un patient qui les lirait. Merci de
  les relire.

 2 │ j'ai vu Mme Dupont, une 患者 de Guéret, hier.
   │         ^^^^^^^^^^              ~~~~~~
 3 │ Le Dr Legros l'avait adressée ; elle est cinglée.
   │    .........                    ~~~~~~~~~~~~~~~~

  ^ 2:9  à changer · direct/fr-patient-name
    On pourrait reconnaître cette personne : son nom est écrit.
    concerne la personne soignée · presque sûr · CSP R.4127-4, Code
    pénal 226-13
    → écrire plutôt : « la patiente »

  ~ 2:31  à relire · quasi/place
    Une petite ville réduit beaucoup le nombre de personnes possibles.
    concerne la personne soignée · probable
    → écrire plutôt : « une petite ville »

  ~ 3:33  à relire · dignity/contempt
    Ces mots pourraient blesser.
    concerne la personne soignée · très probable · CSP R.4127-2
    → à retirer, sans rien mettre à la place

  . confrères et soignants cités : 3:4

Réécriture proposée :
  │ Bonjour à tous,
  │ j'ai vu la patiente, une 患者 d'une petite ville, hier.
  │ Le Dr Legros l'avait adressée ;.
  │"""

POST_EN = "Mr Smith, 54, came back yesterday.\r\nI am the registrar at St Elsewhere."
GOLDEN_EN = """\
? worth a second look (review)  (standard input)
  risk: confidentiality 60%, dignity 0%
  Someone might recognise this person. Please look again at the
  underlined words.

 1 │ Mr Smith, 54, came back yesterday.
   │ ~~~~~~~~
 2 │ I am the registrar at St Elsewhere.
   │          .........    ............

  ~ 1:1  worth a look · direct/name
    A name points to one person.
    about the patient · likely
    → write instead: “the patient”
    → to do: Ask the patient before you post.

  . about you: 2:10, 2:23

Suggested rewrite:
  │ The patient, 54, came back yesterday.
  │ I am the registrar at St Elsewhere."""


def plain(report):
    return report.replace("\u00a0", " ")


def excerpt_of(report):
    """The lines of a report that quote the post."""
    return [line for line in report.split("\n") if re.match(r" *\d* │", line)]


def test_a_report_in_french(find, decide):
    findings = (
        find(POST_FR, "Mme Dupont", replacement="la patiente"),
        find(
            POST_FR,
            "elle est cinglée",
            rule="dignity/contempt",
            entity=Entity.DEGRADING,
            kind=Kind.CONTEMPT,
            axis="dignity",
            severity=Severity.WARNING,
            score=0.8,
            message=" ",
            duties=("CSP R.4127-2",),
            replacement="",
        ),
        find(
            POST_FR,
            "Guéret",
            rule="quasi/place",
            entity=Entity.LOCATION,
            severity=Severity.WARNING,
            score=0.6,
            message="Une petite ville réduit beaucoup le nombre de personnes possibles.",
            duties=(),
            replacement="une petite ville",
        ),
        find(POST_FR, "Dr Legros", subject=Subject.PROFESSIONAL, severity=Severity.NOTE),
    )
    fixed = (
        "Bonjour à tous,\nj'ai vu la patiente, une 患者 d'une petite ville, hier.\n"
        "Le Dr Legros l'avait adressée ;.\n"
    )
    verdict = decide(*findings, id="42", fixed=fixed, risk=Risk(0.97, 0.4))
    assert plain(render(verdict, POST_FR, "post.txt", color=False, width=72)) == GOLDEN_FR


def test_a_report_in_english(find, decide):
    findings = (
        find(
            POST_EN,
            "Mr Smith",
            rule="direct/name",
            severity=Severity.WARNING,
            score=0.55,
            message="A name points to one person.",
            duties=(),
            replacement="the patient",
            action="Ask the patient before you post.",
        ),
        find(POST_EN, "registrar", subject=Subject.AUTHOR, severity=Severity.NOTE),
        find(POST_EN, "St Elsewhere", subject=Subject.AUTHOR, severity=Severity.NOTE),
    )
    verdict = decide(
        *findings,
        lang="en",
        decision=Decision.REVIEW,
        risk=Risk(0.6, 0),
        fixed=POST_EN.replace("Mr Smith", "The patient"),
    )
    assert render(verdict, POST_EN, "-", color=False, width=72) == GOLDEN_EN


@pytest.mark.parametrize(
    ("decision", "code", "sign"),
    [(Decision.ALLOW, 32, "✓"), (Decision.REVIEW, 33, "?"), (Decision.BLOCK, 31, "✗")],
)
def test_the_verdict_is_told_by_colour_word_and_sign(decide, decision, code, sign):
    verdict = decide(decision=decision, fixed="x")
    coloured = render(verdict, "x", "a.txt", color=True, width=80)
    assert coloured.startswith(f"\x1b[{code}m\x1b[1m{sign} ")
    bare = render(verdict, "x", "a.txt", color=False, width=80)
    assert click.unstyle(coloured) == bare
    assert f"({decision.value})" in bare


def test_a_post_without_findings_is_short(decide):
    verdict = decide(decision=Decision.ALLOW, fixed="x", lang="en")
    report = render(verdict, "x", "a.txt", color=False, width=80)
    assert report.split("\n")[-1] == "  Nothing to report."


@pytest.mark.parametrize(
    ("text", "words", "rows"),
    [
        ("患者 Dupont", "Dupont", ("患者 Dupont", "     ^^^^^^")),
        ("e\u0301te\u0301 Dupont", "Dupont", ("e\u0301te\u0301 Dupont", "    ^^^^^^")),
        ("a\tDupont\tb", "Dupont", ("a   Dupont  b", "    ^^^^^^")),
        ("👩\u200d⚕\ufe0f Dupont", "Dupont", ("👩⚕ Dupont", "    ^^^^^^")),
        ("x 患者", "患者", ("x 患者", "  ^^^^")),
        ("x e\u0301", "\u0301", ("x e\u0301", "  ^")),
        ("\x1b[2JDupont", "Dupont", ("·[2JDupont", "    ^^^^^^")),
        ("\u202eDupont", "Dupont", ("·Dupont", " ^^^^^^")),
        ("\nDupont\r\n", "Dupont\r\n", ("Dupont", "^^^^^^")),
        ("Dupont\n", "\n", ("Dupont", "     ^")),
        ("\n", "\n", ("", "^")),
    ],
)
def test_squiggles_stand_under_their_words(find, decide, text, words, rows):
    report = render(decide(find(text, words)), text, "a", color=False, width=80)
    first, second = excerpt_of(report)
    assert first.partition("│")[2][1:] == rows[0]
    assert second.partition("│")[2][1:] == rows[1]


def test_a_span_over_several_lines_is_underlined_on_each(find, decide):
    text = "a bcd\n\nef g"
    report = render(decide(find(text, "cd\n\nef")), text, "a", color=False, width=80)
    assert excerpt_of(report) == [" 1 │ a bcd", "   │    ^^", " 3 │ ef g", "   │ ^^"]


def test_the_graver_finding_wins_where_two_overlap(find, decide):
    findings = [
        find("abcdef", "bcd"),
        find("abcdef", "abcdef", severity=Severity.NOTE),
        find("abcdef", "de", severity=Severity.WARNING),
    ]
    report = render(decide(*findings), "abcdef", "a", color=False, width=80)
    assert excerpt_of(report)[1] == "   │ .^^^~."


def test_a_long_line_is_cut_around_each_finding(find, decide):
    text = "x" * 500 + " Dupont " + "患" * 500 + " Martin " + "z" * 9 + "Z"
    report = render(
        decide(find(text, "Dupont"), find(text, "Martin")), text, "a", color=False, width=60
    )
    rows = excerpt_of(report)
    assert len(rows) == 4
    for above, below in zip(rows[::2], rows[1::2], strict=True):
        assert measure(above) <= 60
        name = "Dupont" if "Dupont" in above else "Martin"
        assert measure(above[: above.index(name)]) == below.index("^^^^^^")
        assert "…" in above


def test_a_finding_wider_than_the_terminal_shows_its_beginning(find, decide):
    text = "a " + "b" * 300
    rows = excerpt_of(render(decide(find(text, "b" * 300)), text, "a", color=False, width=50))
    assert len(rows) == 2
    assert measure(rows[0]) <= 50
    assert rows[0].endswith("…")


def test_windows_hold_the_beginning_of_every_region():
    assert windows([(3, 5)], 20, 20) == [(0, 20)]
    assert windows([(50, 55), (58, 60)], 100, 22) == [(45, 65)]
    assert windows([(0, 5), (95, 100)], 100, 22) == [(0, 20), (80, 100)]


def test_findings_of_attachments_and_of_the_whole_post_are_named(find, decide):
    findings = (
        find("x", "x", span=None, source="attachment:1", box=Box(1, 2, 3, 4)),
        find("x", "x", span=None, source="a\x1bb"),
        find("x", "x", span=Span(5, 9)),
    )
    report = plain(render(decide(*findings), "x", "a", color=False, width=80))
    assert "^ pièce jointe 2 (1, 2, 3, 4)  à changer" in report
    assert "^ a·b  à changer" in report
    assert "^ message entier  à changer" in report


def test_a_note_that_is_more_than_a_note_is_told_in_full(find, decide):
    finding = find("Dr X", "Dr X", subject=Subject.PROFESSIONAL, severity=Severity.WARNING)
    report = render(decide(finding), "Dr X", "a", color=False, width=80)
    assert "un confrère, une consœur ou un soignant" in report


def test_no_field_reaches_the_terminal_raw(find, decide):
    evil = "\x1b]0;x\x07\u202e\n\r\x9b"
    finding = find(
        "x",
        "x",
        rule=evil,
        message=evil,
        duties=(evil,),
        replacement=evil,
        action=evil,
        because=(evil,),
    )
    verdict = decide(finding, id=evil, fixed=evil)
    for report in (render, explain):
        told = report(verdict, "x", evil, color=False, width=80)
        assert not set(told) & set("\x1b\x07\u202e\r\x9b")


@pytest.mark.parametrize(
    ("lang", "unread", "line"),
    [
        ("fr", 0, "3 messages : 2 publiables, 0 à relire, 1 à modifier"),
        ("en", 1, "4 posts: 2 fine to post, 0 worth a second look, 1 to change, 1 unreadable"),
    ],
)
def test_the_summary_counts_verdicts(lang, unread, line):
    decisions = [Decision.ALLOW, Decision.BLOCK, Decision.ALLOW]
    assert plain(summary(decisions, lang=lang, color=False, unread=unread)) == line
    assert "\x1b[32m2" in summary(decisions, lang=lang, color=True)


def test_nothing_counts_as_singular_in_french_and_plural_in_english():
    assert plain(summary([], lang="fr", color=False)).startswith("0 message :")
    assert summary([], lang="en", color=False).startswith("0 posts:")


def test_an_explanation_tells_score_subject_and_cues(find, decide):
    finding = find(
        "la folle",
        "folle",
        entity=Entity.DEGRADING,
        kind=Kind.CONTEMPT,
        axis="dignity",
        because=("cue/la", "cue/patient"),
    )
    author = find("la folle", "la", subject=Subject.AUTHOR, severity=Severity.NOTE)
    verdict = decide(finding, author, lang="en", fixed="la folle")
    report = explain(verdict, "la folle", "a", color=False, width=80)
    assert "    detail: DEGRADING (contempt), dignity\n" in report
    assert "    score: 93% (almost sure)\n" in report
    assert "    about: the patient (patient)\n" in report
    assert "    because: cue/la, cue/patient\n" in report
    assert "    about: you (author)\n" in report
    assert "Suggested rewrite" not in report


def test_a_verdict_by_dignity_alone_speaks_of_words(find, decide):
    finding = find("x", "x", axis="dignity", severity=Severity.NOTE)
    verdict = decide(finding, decision=Decision.REVIEW, risk=Risk(0.0, 0.6))
    report = render(verdict, "x", "a", color=False, width=80)
    assert "Certains mots pourraient peiner" in report
    assert "reconnaître cette personne. Merci" not in report
