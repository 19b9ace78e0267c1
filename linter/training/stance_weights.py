"""Fit rules/stance/weights.yaml: how likely an expression of the dignity lexicon degrades a patient where it stands.

A logistic regression with an L2 penalty over what the lexicon finds in the development sentences about patients and
in the development posts. What the learned reader says comes from a network that never saw the writer.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from linter.evaluation.gold import GoldPost
from linter.finding import Entity, Span
from linter.text.engine import TextEngine
from linter.text.learned.second import Hearing
from linter.text.learned.tagger import Tagger
from linter.training.corpora import posts, sentences
from linter.training.quasi_weights import left_out, newton
from linter.training.subject_weights import Example, matrix
from linter.training.weights import write_weights

THRESHOLD = 0.35
"""On posts of left-out writers, where most of them tells nobody off: see docs/evaluation.md."""
WEIGHTS = Path("rules/stance/weights.yaml")
Heard = tuple[Tagger, Hearing]
"""Two networks that have not read the writers of a fold."""


def collect(corpora: Path, folds: Callable[[str], int], heard: Sequence[Heard]) -> list[Example]:
    """Every expression that is found, and whether a reader marked it as degrading."""
    engines = [TextEngine(tagger=tagger, tone=tone) for tagger, tone in heard]
    return [
        Example(Entity.DEGRADING, features, _degrades(post, span), writer)
        for writer, post in _all(corpora)
        for span, features in engines[folds(writer)].degrading_features(post.text, post.lang)
    ]


def _all(corpora: Path) -> Iterator[tuple[str, GoldPost]]:
    yield from sentences(corpora)
    yield from posts(corpora)


def _degrades(post: GoldPost, span: Span) -> bool:
    return any(s.entity is Entity.DEGRADING and s.span.overlaps(span) for s in post.spans)


def build(corpora: Path, folds: Callable[[str], int], heard: Sequence[Heard]) -> None:
    """Fit, print the left-out figures, write the weights."""
    examples = collect(corpora, folds, heard)
    names = sorted({n for e in examples for n in e.features})
    rows = matrix(examples, names)
    answers = np.array([float(e.protected) for e in examples])
    chances = left_out(examples, rows, answers)
    for threshold in (0.25, THRESHOLD, 0.5, 0.6, 0.7):
        kept = chances >= threshold
        print(
            f"   left out, at {threshold}: of degrading hits kept {kept[answers == 1].mean():.3f}, "
            f"of harmless hits told {kept[answers == 0].mean():.3f}"
        )
    write_weights(
        WEIGHTS,
        "How much each cue says that an expression of the dignity lexicon degrades a patient",
        f"python -m linter.training stance, {len(examples)} expressions in tests/corpora",
        THRESHOLD,
        names,
        newton(rows, answers),
    )
