"""Bootstrap intervals."""

from time import perf_counter

import pytest

from linter.evaluation.resample import Sample

HIT, ALL = ("hit",), ("all",)


def test_the_interval_is_that_of_a_plain_bootstrap():
    counts = [{HIT: n % 10 < 7, ALL: 1} for n in range(200)]
    ratio = Sample(counts).ratio(HIT, ALL)
    spread = 1.96 * (ratio.value * (1 - ratio.value) / 200) ** 0.5
    assert ratio.low == pytest.approx(ratio.value - spread, abs=0.015)
    assert ratio.high == pytest.approx(ratio.value + spread, abs=0.015)


def test_posts_are_drawn_whole():
    counts = [{HIT: 50, ALL: 50}, {HIT: 0, ALL: 50}]
    ratio = Sample(counts).ratio(HIT, ALL)
    assert (ratio.hits, ratio.of, ratio.low, ratio.high) == (50, 100, 0.0, 1.0)


def test_totals_stay_apart_whatever_their_size():
    big = 2**40
    counts = [{HIT: big, ALL: big}, {("other",): 1}] * 20
    ratio = Sample(counts).ratio(HIT, ALL)
    assert (ratio.low, ratio.high) == (1, 1)


def test_absent_counts():
    sample = Sample([{ALL: 1}])
    assert sample.total(HIT) == 0
    assert sample.ratio(HIT, ALL).low == 0
    assert sample.ratio(ALL, HIT).value is None
    assert Sample([]).ratio(HIT, ALL).high is None


def test_resampling_a_large_corpus_takes_seconds():
    counts = [{(str(n % 300),): 1, ALL: 1} for n in range(2000)]
    start = perf_counter()
    Sample(counts).ratio(HIT, ALL)
    assert perf_counter() - start < 20
