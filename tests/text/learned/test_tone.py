"""The learned reader of tone: what is read together, and that a passage is read for itself."""

from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest

from linter.fault import ModelError
from linter.finding import Axis, Severity
from linter.pipeline import Linter
from linter.post import Post
from linter.text.learned.tone import MOST_WORDS, load_tone, passages, sentence_ends
from linter.text.learned.words import cut
from linter.verdict import Decision

DEGRADING = "La petite dame de la 6 a sonné onze fois, on va lui débrancher la sonnette."
CLINICAL = "Patiente de 40 ans, douleurs diffuses depuis six mois, bilan normal : quel avis ?"


@pytest.mark.parametrize(
    ("count", "ends", "expected"),
    [
        (0, [], []),
        (1, [], []),
        (12, [], [(0, 12)]),
        (40, [(10, False), (30, False)], [(0, 30), (30, 40)]),
        (30, [(10, False), (20, True)], [(0, 20), (20, 30)]),
        (75, [(20, False), (75, False)], [(0, 20), (20, 75)]),
        (130, [], [(0, 60), (60, 120), (120, 130)]),
    ],
)
def test_what_is_read_together(count, ends, expected):
    assert passages(count, ends) == expected


def test_every_word_is_read_once_and_no_passage_is_long():
    text = "Un mot. " * 50 + "sans fin " * 500 + "\n" + "Fin !\n\n" * 9
    spans = cut(text)
    rows = passages(len(spans), sentence_ends(text, spans))
    assert all(b - a <= MOST_WORDS for a, b in rows)
    assert all(one[1] <= other[0] for one, other in pairwise(rows))
    missed = len(spans) - sum(b - a for a, b in rows)
    assert missed <= text.count("\n")


def _read(text):
    spans = cut(text)
    words = tuple(text[a:b] for a, b in spans)
    return load_tone().read(words, sentence_ends(text, spans))


def test_a_passage_is_read_for_itself():
    alone = [t.chance for line in (DEGRADING, CLINICAL) for t in _read(f"{line}\n")]
    together = [t.chance for t in _read(f"{DEGRADING}\n{CLINICAL}\n")]
    assert together == pytest.approx(alone, abs=1e-4)
    assert alone[0] > 0.5 > alone[1]


@pytest.mark.parametrize(
    "text", ["", "\n\n\n", "😏😏 😏", "x" * 5_000, "\ud800 \u200b a b", "…" * 500]
)
def test_odd_texts(text):
    for tone in _read(text):
        assert 0 <= tone.chance <= 1
        assert tone.start <= tone.words[0] < tone.words[1] <= tone.end


def test_weights_that_are_wrong_are_told(tmp_path):
    with pytest.raises(ModelError, match="is missing; reinstall"):
        load_tone(tmp_path / "none.npz")
    with pytest.raises(ModelError, match="another version"):
        load_tone(files("linter.models") / "reader.npz")
    assert np.isfinite(_read(CLINICAL)[0].chance)


def test_it_asks_for_a_reading_and_holds_nothing_by_itself():
    """However many passages sound so."""
    verdict = Linter().check(Post("\n".join([DEGRADING, CLINICAL] * 4), lang="fr"))
    told = [f for f in verdict.findings if f.axis == "dignity"]
    assert len(told) == 4
    assert all(f.learned and f.severity is not Severity.ERROR for f in told)
    assert verdict.decision is Decision.REVIEW


def test_the_lexicon_speaks_first():
    verdict = Linter().check(Post("Encore une GOMER aux urgences, quel cinéma.", lang="fr"))
    axis: Axis = "dignity"
    told = [f for f in verdict.findings if f.axis == axis]
    assert told
    assert not any(f.learned for f in told)
