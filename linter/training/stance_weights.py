"""Fit rules/stance/weights.yaml: how likely an expression of the dignity lexicon degrades a patient where it stands.

A logistic regression with an L2 penalty over what the lexicon finds in the sentences about patients, in the
development posts. What the learned reader says comes from a network that never saw the writer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from linter.evaluation.gold import GoldPost
from linter.finding import Entity, Span
from linter.text.engine import TextEngine
from linter.text.learned.tagger import Tagger
from linter.training.corpora import posts, sentences
from linter.training.quasi_weights import left_out, newton
from linter.training.subject_weights import SMALLEST, Example, matrix

THRESHOLD = 0.35
"""On posts of left-out writers, where most of them tells nobody off: see docs/evaluation.md."""
WEIGHTS = Path("rules/stance/weights.yaml")


@dataclass(frozen=True)
class Judged:
    """An example with its place: the post's id and the span."""

    example: Example
    post: GoldPost


def collect(corpora: Path, folds: Callable[[str], int], taggers: Sequence[Tagger]) -> list[Judged]:
    """Every expression that is found, and whether a reader marked it as degrading."""
    engines = [TextEngine(tagger=tagger) for tagger in taggers]
    out = []
    for writer, post in _all(corpora):
        for span, features in engines[folds(writer)].degrading_features(post.text, post.lang):
            example = Example(Entity.DEGRADING, features, _degrades(post, span), writer)
            out.append(Judged(example, post))
    return out


def _all(corpora: Path) -> Iterator[tuple[str, GoldPost]]:
    yield from sentences(corpora)
    yield from posts(corpora)


def _degrades(post: GoldPost, span: Span) -> bool:
    return any(s.entity is Entity.DEGRADING and s.span.overlaps(span) for s in post.spans)


def build(corpora: Path, folds: Callable[[str], int], taggers: Sequence[Tagger]) -> None:
    """Fit, print the left-out figures, write the weights."""
    examples = [j.example for j in collect(corpora, folds, taggers)]
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
    weights = newton(rows, answers)
    data = {
        "summary": "How much each cue says that an expression of the dignity lexicon degrades a patient",
        "source": f"python -m linter.training stance, {len(examples)} expressions in tests/corpora",
        "threshold": THRESHOLD,
        "bias": round(float(weights[-1]), 2),
        "weights": {
            n: round(float(w), 2)
            for n, w in zip(names, weights[:-1], strict=True)
            if abs(w) >= SMALLEST
        },
    }
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
    WEIGHTS.write_text(text, encoding="utf-8")
