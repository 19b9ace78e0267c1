"""Fit how likely a proposed age, place, job … is a protected person's (weights_quasi.yaml), or anybody's (weights_beside.yaml).

Two logistic regressions with an L2 penalty over everything that the quasi rules propose in the development posts.
What the learned reader says of a post comes from a network that never saw its writer.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from linter.evaluation.gold import GoldPost, read_gold
from linter.finding import PROTECTED, Entity, Span, Subject
from linter.text.engine import TextEngine
from linter.text.learned.tagger import Tagger
from linter.training.subject_weights import RULES, Example, matrix
from linter.training.weights import Matrix, write_weights

THRESHOLD, BESIDE = 0.4, 0.5
"""Of a protected person's under one half: a missed detail makes a post look safer than it is."""
ANYBODY = frozenset(Subject) - {Subject.NONE}
PENALTY, STEPS, PARTS = 3.0, 15, 7


def collect(
    folder: Path, folds: Callable[[str], int], taggers: Sequence[Tagger]
) -> list[tuple[Example, bool]]:
    """Every proposal in a folder's posts, and whether a reader marked it: as a protected person's; as anybody's."""
    engines = [TextEngine(tagger=tagger) for tagger in taggers]
    return [
        (
            Example(entity, features, _marked(post, span, entity, PROTECTED), path.stem),
            _marked(post, span, entity, ANYBODY),
        )
        for path in sorted(folder.glob("*.txt"))
        for post in read_gold(path)
        for span, entity, features in engines[folds(path.stem)].quasi_features(post.text, post.lang)
    ]


def _marked(post: GoldPost, span: Span, entity: Entity, whose: frozenset[Subject]) -> bool:
    return any(
        s.entity is entity and s.subject in whose and s.span.overlaps(span) for s in post.spans
    )


def newton(rows: Matrix, answers: Matrix) -> Matrix:
    """Weights of a logistic regression with an L2 penalty, by Newton's method; the last column is the bias."""
    weights = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], PENALTY)
    penalty[-1] = 0.0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (chance - answers) + penalty * weights
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty + 1e-9)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-3:
            break
    return weights


def left_out(examples: Sequence[Example], rows: Matrix, answers: Matrix) -> Matrix:
    """The chance of each example, from weights that never saw its writer."""
    parts = {w: n % PARTS for n, w in enumerate(sorted({e.writer for e in examples}))}
    part = np.array([parts[e.writer] for e in examples])
    chances = np.zeros(len(examples))
    for number in range(PARTS):
        test = part == number
        chances[test] = 1 / (1 + np.exp(-rows[test] @ newton(rows[~test], answers[~test])))
    return chances


def build(folder: Path, folds: Callable[[str], int], taggers: Sequence[Tagger]) -> None:
    """Fit on a folder, print the left-out figures, write both files of weights."""
    collected = collect(folder, folds, taggers)
    examples = [e for e, _ in collected]
    names = sorted({n for e in examples for n in e.features})
    rows = matrix(examples, names)
    for file, whose, threshold, answers in (
        ("weights_quasi", "a protected person's", THRESHOLD, [e.protected for e in examples]),
        (
            "weights_beside",
            "anybody's, the author's or a colleague's too",
            BESIDE,
            [told for _, told in collected],
        ),
    ):
        wanted = np.array(answers, dtype=np.float64)
        _tell(file, left_out(examples, rows, wanted), wanted)
        write_weights(
            RULES / f"{file}.yaml",
            f"How much each cue says that a proposed age, moment, place, job … is {whose}",
            f"python -m linter.training quasi, {len(examples)} proposals in tests/corpora/dev",
            threshold,
            names,
            newton(rows, wanted),
        )


def _tell(file: str, chances: Matrix, answers: Matrix) -> None:
    for threshold in (0.3, THRESHOLD, BESIDE, 0.6):
        kept = chances >= threshold
        print(
            f"   {file}, left out, at {threshold}: of right proposals kept "
            f"{kept[answers == 1].mean():.3f}, of kept right {answers[kept].mean():.3f}"
        )
