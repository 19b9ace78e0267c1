"""What the evaluation counts, on posts small enough to count by hand."""

from dataclasses import replace

import pytest

from linter.evaluation.metrics import measure
from linter.finding import DIRECT, Entity
from linter.verdict import Decision

POSTS = """
### a | fr | block
[Mme Dupont](PERSON:patient), [82 ans](AGE:patient), tél [06 12](PHONE_NUMBER:relative), vue par [Dr Legros](PERSON:professional), [quel cinéma](DEGRADING:disbelief)

### b | fr | allow
Merci à [Dr Petit](PERSON:professional) et au forum. [Léa](PERSON:author)

### c | en | block
[John](PERSON:patient) again, [what a pig](DEGRADING:dehumanising)

### d | fr | review
[Mme D.](PERSON:patient), un cas
"""


@pytest.fixture
def report(corpus, find, judge):
    a, b, c, d = corpus(POSTS)
    return measure(
        [
            (
                a,
                judge(
                    a,
                    "block",
                    find(a, "Dupont", "PERSON"),
                    find(a, "06 12", "PATIENT_ID", severity="warning"),
                    find(a, "Dr Legros", "PERSON", "professional", "note"),
                    find(a, "quel cinéma", "DEGRADING", "contempt"),
                    find(a, "82 ans", "AGE", "author", "note"),
                    replace(find(a, "tél", "PERSON"), source="attachment:0"),
                ),
            ),
            (
                b,
                judge(
                    b,
                    "block",
                    find(b, "Dr Petit", "PERSON"),
                    find(b, "forum", "FACILITY", severity="note"),
                ),
            ),
            (c, judge(c, "allow", find(c, "John", "PERSON", severity="note"))),
            (d, judge(d, "review", find(d, "Mme D.", "PERSON", severity="warning"))),
        ],
        seconds=0.5,
    )


def shares(part, *names):
    return [(getattr(part, name).hits, getattr(part, name).of) for name in names]


def test_rows_of_entities(report):
    row = report.entities["PERSON"]
    assert shares(row, "recall", "exact", "any_name", "precision", "held") == [
        (5, 6),  # only the author's first name is missed
        (4, 6),  # "Dupont" leaves the title out
        (5, 6),
        (5, 5),  # the one of an attachment does not count
        (2, 3),  # a note does not hold "John"
    ]


def test_a_span_found_under_another_name_counts_apart(report):
    row = report.entities["PHONE_NUMBER"]
    assert shares(row, "recall", "any_name", "held") == [(0, 1), (1, 1), (1, 1)]
    assert shares(report.entities["PATIENT_ID"], "recall", "precision") == [(0, 0), (0, 1)]


def test_entities_that_are_never_found_have_recall_0(corpus, judge):
    marks = " ".join(
        f"[x{n}]({e}:patient)" for n, e in enumerate(Entity) if e not in {"DEGRADING", "UNCHECKED"}
    )
    (post,) = corpus(f"### a | fr | block\n{marks} [y](DEGRADING:harm)\n")
    report = measure([(post, judge(post, "allow"))], 1)
    assert all(row.recall.value == 0 for row in report.entities.values())
    assert all(row.precision.value is None for row in report.entities.values())
    assert report.identifiers.recall.of == len(DIRECT)
    assert report.decisions.misses_with_identifier.value == 1


def test_protected_identifiers(report):
    names = ("recall", "precision", "others_held", "posts_complete", "holding_complete")
    assert shares(report.identifiers, *names) == [
        (3, 4),  # Dupont, 06 12 and the initials; a note over "John" is not enough
        (3, 4),  # the error over "Dr Petit" is wrong
        (1, 3),  # Dr Petit, of Legros, Petit and Léa
        (3, 4),
        (2, 3),
    ]


def test_a_long_finding_that_also_covers_a_patient_does_no_wrong_to_the_colleague(
    corpus, find, judge
):
    (post,) = corpus("### a | fr | block\n[Léo](PERSON:patient) [Dr Roy](PERSON:professional)\n")
    verdict = judge(post, "block", find(post, "Léo Dr Roy", "PERSON"))
    assert measure([(post, verdict)], 1).identifiers.others_held.hits == 0


def test_degrading_words_around_a_colleague_do_not_hold_the_colleague(corpus, find, judge):
    (post,) = corpus("### a | fr | block\nce [Dr Roy](PERSON:professional) quel âne\n")
    verdict = judge(post, "block", find(post, "Dr Roy quel âne", "DEGRADING", "contempt"))
    assert measure([(post, verdict)], 1).identifiers.others_held.hits == 0


def test_verdicts(report):
    decisions = report.decisions
    assert decisions.matrix[Decision.BLOCK] == {"allow": 1, "review": 0, "block": 1}
    names = ("right", "false_holds", "misses", "misses_with_identifier")
    assert shares(decisions, *names) == [(2, 4), (1, 1), (1, 2), (1, 2)]


def test_kinds_and_axes(report):
    assert shares(report.kinds["disbelief"], "recall", "any_name") == [(0, 1), (1, 1)]
    assert shares(report.kinds["contempt"], "recall", "precision") == [(0, 0), (0, 1)]
    assert shares(report.axes["dignity"], "recall", "precision") == [(1, 2), (1, 1)]
    assert shares(report.axes["quasi"], "recall", "precision") == [(1, 1), (1, 2)]
    assert shares(report.axes["direct"], "recall", "precision") == [(5, 7), (5, 6)]
    assert shares(report.axes["confidentiality"], "recall", "precision") == [(6, 8), (6, 8)]


def test_subjects(report):
    direct, quasi = report.subjects["direct"], report.subjects["quasi"]
    assert direct["professional"] == {
        **dict.fromkeys(direct["professional"], 0),
        "professional": 1,
        "patient": 1,
    }
    assert (direct["relative"]["patient"], direct["author"]["missed"]) == (1, 1)
    assert (quasi["patient"]["author"], quasi["unmarked"]["patient"]) == (1, 1)


def test_speed(report):
    assert (report.posts, report.words) == (4, 30)
    assert (report.posts_per_second, report.words_per_second) == (8, 60)


def test_the_same_pairs_give_the_same_intervals(report):
    assert measure(report.pairs, 0.5) == report
    assert 0 <= report.identifiers.recall.low < 0.75 < report.identifiers.recall.high <= 1


def test_no_posts_at_all():
    report = measure([], 0)
    assert report.identifiers.recall.value is None
    assert report.posts_per_second == 0
