"""The second opinion on tone: where the encoder is asked, how opinions are weighed, and that nobody can make it long."""

import numpy as np
import pytest

from linter.fault import ModelError
from linter.finding import Kind
from linter.text.learned.second import MOST_READ, Line, load_hearing, load_second
from linter.text.learned.tone import Tone, sentence_ends
from linter.text.learned.words import cut

DEGRADING = "The frequent flyer in bay 4 wants her usual audience, popcorn is on the ward clerk."
CLINICAL = "Patiente de 40 ans, douleurs diffuses depuis six mois, bilan normal : quel avis ?"


def _words(text):
    spans = cut(text)
    return tuple(text[a:b] for a, b in spans), sentence_ends(text, spans)


def _tone(words, chance, start=0):
    return Tone(start, start + len(words), chance, Kind.CONTEMPT, (start, start + len(words)))


def test_every_opinion_counts():
    line = Line(own=0.4, first=0.3, doubt=0.2, offset=0.0)
    assert line.chance(0.0, 0.5, 0.5) == pytest.approx(0.5)
    assert line.chance(2.0, 0.5, 0.5) > line.chance(0.0, 0.5, 0.5) > line.chance(0.0, 0.1, 0.5)
    assert line.chance(0.0, 0.1, 0.5) > line.chance(0.0, 0.1, 0.01)
    assert line.chance(0.0, 0.0, 0.0) == line.chance(0.0, 1e-9, 1e-9)


def test_the_encoder_hears_tone():
    second = load_second()
    degrading, clinical = (second.opinion(_words(t)[0])[0] for t in (DEGRADING, CLINICAL))
    assert degrading > 0 > clinical


def test_it_is_asked_only_where_it_matters():
    second, (words, _) = load_second(), _words(CLINICAL)
    asked = []
    second.opinion = asked.append
    try:
        calm = second.read(words, [_tone(words, 0.001)], [0.0] * len(words))
    finally:
        del second.opinion
    assert not asked
    assert calm[0].chance < 0.05


def test_nobody_makes_it_take_long():
    second, (words, _) = load_second(), _words(DEGRADING)
    many = MOST_READ + 9
    asked = []
    opinion = second.opinion
    second.opinion = lambda part: asked.append(part) or opinion(part)
    try:
        tones = [_tone(words, 0.5 + n / 1000, n * len(words)) for n in range(many)]
        told = second.read(words * many, tones, [0.5] * (len(words) * many))
    finally:
        del second.opinion
    assert len(asked) == MOST_READ
    assert len(told) == many
    assert [t.start for t in told] == [t.start for t in tones]


@pytest.mark.parametrize(
    "text", ["", "x" * 5_000, "\ud800 \u200b a b c d e f g", "…" * 500, "😏 " * 90]
)
def test_odd_texts(text):
    words, ends = _words(text)
    for tone in load_hearing().read(words, ends, [0.5] * len(words)):
        assert 0 <= tone.chance <= 1
        assert tone.start <= tone.words[0] < tone.words[1] <= tone.end


def test_weights_that_are_wrong_are_told(tmp_path):
    with pytest.raises(ModelError, match="is missing; reinstall"):
        load_second(tmp_path / "none.npz")
    assert np.isfinite(load_second().opinion(_words(CLINICAL)[0])[0])
