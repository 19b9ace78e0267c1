"""The corpora: large enough, well formed, and no part repeats another."""

from collections import Counter
from pathlib import Path

import pytest

from linter.evaluation.duplicates import near_duplicates
from linter.evaluation.gold import read_gold
from linter.evaluation.pairs import read_pairs
from linter.verdict import Decision

CORPORA = Path(__file__).parent / "corpora"
POSTS = {part: read_gold(CORPORA / part) for part in ("dev", "held", "test")}
LINES = {part: read_pairs(CORPORA / part) for part in ("dignity", "dignity-test")}


@pytest.mark.parametrize(("part", "french", "english"), [("dev", 1200, 500), ("test", 250, 120)])
def test_there_are_enough_posts(part, french, english):
    languages = Counter(p.lang for p in POSTS[part])
    assert languages["fr"] >= french
    assert languages["en"] >= english


def test_there_are_enough_sentences():
    languages = Counter(line.post.lang for line in LINES["dignity"])
    assert languages["fr"] >= 1500
    assert languages["en"] >= 700


@pytest.mark.parametrize("part", POSTS)
def test_about_half_of_the_posts_can_be_published(part):
    allowed = sum(p.verdict is Decision.ALLOW for p in POSTS[part])
    assert 0.45 <= allowed / len(POSTS[part]) <= 0.6


def test_no_post_repeats_another():
    texts = {f"{part}/{p.id}": p.text for part, posts in POSTS.items() for p in posts}
    assert near_duplicates(texts) == []


def test_no_test_sentence_repeats_a_taught_one():
    texts = {f"{part}/{s.post.id}": s.post.text for part, lines in LINES.items() for s in lines}
    across = [r for r in near_duplicates(texts) if r.first.split("/")[0] != r.second.split("/")[0]]
    assert across == []


def test_a_near_duplicate_is_seen():
    texts = {
        "one": "Elle tousse depuis trois semaines et le scanner montre un nodule de huit millimètres.",
        "two": "Bonsoir. Elle tousse depuis trois semaines, le scanner montre un nodule de 12 millimètres.",
        "three": "Rien de commun avec les deux autres textes de cet exemple.",
    }
    (repeat,) = near_duplicates(texts)
    assert {repeat.first, repeat.second} == {"one", "two"}
