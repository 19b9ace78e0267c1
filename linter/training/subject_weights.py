"""Fit rules/subjects/weights*.yaml: how much each cue says that a detail is a protected person's.

Two logistic regressions with an L2 penalty over what hippolint finds in the development posts: one
over names, one over other direct identifiers. What the learned reader says of a post comes from a
network that never saw its writer. Each file of posts has its own writer, so the figures printed come
from leaving one file out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linter.evaluation.gold import GoldPost, read_gold
from linter.finding import DIRECT, PROTECTED, Entity, Span
from linter.text.engine import TextEngine
from linter.text.learned.tagger import Tagger
from linter.text.subject import Features
from linter.training.weights import Matrix, write_weights

PENALTY, STEPS, RATE = 1.0, 1500, 0.3
THRESHOLD = 0.4
"""Under one half on purpose: a missed patient costs more than a colleague read by a moderator."""
RULES = Path("rules/subjects")


@dataclass(frozen=True)
class Example:
    """One detail: the cues that hold, whether it is protected, and the writer's file."""

    entity: Entity
    features: Features
    protected: bool
    writer: str


def collect(folder: Path, folds: Callable[[str], int], taggers: Sequence[Tagger]) -> list[Example]:
    """Every detail that is found in the posts of a folder.

    Args:
        folder: of marked posts, one file a writer.
        folds: which of the taggers never saw a writer.
        taggers: learned readers.
    """
    engines = [TextEngine(tagger=tagger) for tagger in taggers]
    return [
        Example(entity, features, _protected(post, span), path.stem)
        for path in sorted(folder.glob("*.txt"))
        for post in read_gold(path)
        for span, entity, features in engines[folds(path.stem)].features(post.text, post.lang)
    ]


def _protected(post: GoldPost, span: Span) -> bool:
    return any(
        s.subject in PROTECTED and s.entity in DIRECT and s.span.overlaps(span) for s in post.spans
    )


def fit(rows: Matrix, answers: Matrix) -> Matrix:
    """Weights of a logistic regression by gradient descent; the last column is the bias."""
    weights = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], PENALTY / len(rows))
    penalty[-1] = 0.0
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        weights -= RATE * (rows.T @ (chance - answers) / len(rows) + penalty * weights)
    return weights


def matrix(examples: Sequence[Example], names: Sequence[str]) -> Matrix:
    """One row an example, one column a cue, a last column of ones."""
    place = {name: number for number, name in enumerate(names)}
    rows = np.zeros((len(examples), len(names) + 1))
    rows[:, -1] = 1
    for number, example in enumerate(examples):
        for name, times in example.features.items():
            rows[number, place[name]] = times
    return rows


def left_out(examples: Sequence[Example], rows: Matrix, answers: Matrix) -> Matrix:
    """The chance of each example, from weights that never saw its writer."""
    writers = np.array([e.writer for e in examples])
    chances = np.zeros(len(examples))
    for writer in sorted(set(writers)):
        test = writers == writer
        chances[test] = 1 / (1 + np.exp(-rows[test] @ fit(rows[~test], answers[~test])))
    return chances


def build(folder: Path, folds: Callable[[str], int], taggers: Sequence[Tagger]) -> None:
    """Fit on a folder, print the left-out figures, write both files of weights."""
    examples = collect(folder, folds, taggers)
    names = [e for e in examples if e.entity is Entity.PERSON]
    others = [e for e in examples if e.entity is not Entity.PERSON]
    _write("weights", "a name", names)
    _write("weights_other", "a number, an address or an account", others)


def _write(file: str, what: str, examples: Sequence[Example]) -> None:
    names = sorted({n for e in examples for n in e.features})
    rows = matrix(examples, names)
    answers = np.array([float(e.protected) for e in examples])
    chances = left_out(examples, rows, answers)
    for threshold in (0.3, 0.35, THRESHOLD, 0.45, 0.5, 0.6):
        kept = chances >= threshold
        recall, precision = kept[answers == 1].mean(), answers[kept].mean()
        print(
            f"   {file}, left out, at {threshold}: recall {recall:.3f}, precision {precision:.3f}"
        )
    write_weights(
        RULES / f"{file}.yaml",
        f"How much each cue says that {what} is a patient's, a relative's or a public figure's",
        f"python -m linter.training subjects, {len(examples)} details of tests/corpora/dev",
        THRESHOLD,
        names,
        fit(rows, answers),
    )
