"""The speed benchmark measures what it says; its figures are not judged here."""

import pytest

from benchmarks.parts import Clock
from benchmarks.speed import (
    CORPUS,
    Speed,
    count_words,
    linearity,
    parts_table,
    race,
    read_posts,
    time_parts,
)


@pytest.fixture(scope="module")
def posts():
    some = read_posts(CORPUS, 1)
    return [next(p for p in some if p.lang == lang) for lang in ("fr", "en")]


def test_ratio_is_that_of_neighbouring_runs():
    ours, theirs = Speed((1.0, 2.0, 1.0), 10), Speed((3.0, 6.0, 4.0), 10)
    assert ours.times_faster(theirs) == 3
    assert ours.words_per_second == 10


def test_a_part_does_not_count_the_parts_inside_it():
    clock = Clock()
    inner = clock.wrap(lambda: sum(range(300_000)), "inner")
    clock.wrap(inner, "outer")()
    assert clock.seconds["outer"] < clock.seconds["inner"]


def test_posts_are_repeated_until_there_are_enough_words(posts):
    assert count_words(posts) < 50_000 <= count_words(read_posts(CORPUS, 50_000))


def test_the_ways_are_timed_and_the_parts_are_whole(posts, linter):
    speeds = race(posts, linter, rounds=1)
    assert set(speeds) == {"check_many", "check", "presidio"}
    parts = time_parts(posts, linter)
    assert {"learned reader", "tokenise", "subject", "rewrite", "rule names"} <= set(parts)
    assert "whole" in parts_table(parts, count_words(posts))
    assert set(linearity(posts, linter, (100, 200))) == {100, 200}
