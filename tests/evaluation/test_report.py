"""Reports as text and JSON, and the list of mistakes."""

import json

import pytest

from linter.evaluation.errors import ErrorType, mistakes
from linter.evaluation.metrics import measure
from linter.evaluation.report import as_json, as_text, compare_as_text, show_errors

POSTS = """
### a | fr | block
[Mme Dupont](PERSON:patient), fille de [Jean](PERSON:relative), vue par [Dr Legros](PERSON:professional)
[quel cinéma](DEGRADING:disbelief), [82 ans](AGE:patient), [à Guéret](LOCATION:patient)

### b | fr | allow
Glasgow 7, merci.
"""


@pytest.fixture
def report(corpus, find, judge):
    a, b = corpus(POSTS)
    first = judge(
        a,
        "block",
        find(a, "Jean", "PERSON", "patient"),
        find(a, "Dr Legros", "PERSON"),
        find(a, "quel cinéma", "DEGRADING", "contempt"),
        find(a, "82 ans", "DATE_TIME", severity="note"),
    )
    second = judge(
        b, "review", find(b, "Glasgow", "PERSON"), find(b, "merci", "NRP", severity="note")
    )
    return measure([(a, first), (b, second)], 2.0)


def test_mistakes_by_type(report):
    found = [
        (m.type.name, m.post.id, m.post.text[m.span.start : m.span.end])
        for m in mistakes(report.pairs)
        if m.span
    ]
    assert found == [
        ("IDENTIFIER_MISSED", "a", "Mme Dupont"),
        ("WRONG_SUBJECT", "a", "Jean"),
        ("WRONG_SUBJECT", "a", "Dr Legros"),
        ("OTHER_HELD", "a", "Dr Legros"),
        ("WRONG_NAME", "a", "quel cinéma"),
        ("WRONG_NAME", "a", "82 ans"),
        ("MISSED", "a", "à Guéret"),
        ("FALSE_HOLD", "b", "Glasgow"),
        ("FALSE_FINDING", "b", "merci"),
    ]
    assert [m.detail for m in mistakes(report.pairs) if not m.span] == ["allow given as review"]


def test_errors_show_places_and_words_only_on_request(report):
    plain = show_errors(report)
    assert f"{ErrorType.IDENTIFIER_MISSED} (1)\n  a  0:10  PERSON patient\n" in plain
    assert "Dupont" not in plain
    assert "test/rule" in plain
    shown = show_errors(report, words=True)
    assert "[Mme Dupont], fille de Jean" in shown
    assert "[Dr Legros] quel cinéma, 82 ans" in shown


def test_no_mistakes(corpus, judge):
    (post,) = corpus("### a | fr | allow\nRien.\n")
    assert show_errors(measure([(post, judge(post, "allow"))], 1)) == "No mistakes.\n"


def test_text_is_aligned_and_holds_no_words_of_posts(report):
    text = as_text(report)
    assert text.startswith("2 posts, 18 words in 2.00 s: 1.0 posts/s, 9 words/s\n")
    assert "protected identifiers found 50.0 [50–50] 1/2" in " ".join(text.split())
    assert "Dupont" not in text
    table = text.split("Spans, by entity\n")[1].split("\n\n")[0].splitlines()
    assert len({len(line) for line in table}) == 1
    assert not any("IBAN" in line for line in table)


def test_text_of_an_empty_report():
    assert "none marked, none found" in as_text(measure([], 0))


def test_json_is_plain(report):
    data = json.loads(json.dumps(as_json(report)))
    assert data["identifiers"]["recall"] == {
        "value": 0.5,
        "low": 0.5,
        "high": 0.5,
        "hits": 1,
        "of": 2,
    }
    assert data["verdicts"]["matrix"]["allow"] == {"allow": 0, "review": 1, "block": 0}
    assert data["entities"]["IBAN_CODE"]["recall"]["value"] is None
    assert data["subjects"]["direct"]["professional"]["patient"] == 1
    assert set(data["axes"]) == {"confidentiality", "direct", "quasi", "dignity"}
    assert "Dupont" not in json.dumps(data)


def test_systems_side_by_side(report):
    text = compare_as_text({"one": report, "two": report})
    assert text.splitlines()[1].split() == ["one", "two"]
    assert "posts per second" in text
    assert not compare_as_text({})
