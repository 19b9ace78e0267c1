"""Builds linter/models/reader.npz, and the networks that leave some writers out."""

from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

from linter.text.learned.tagger import save
from linter.training.examples import Example
from linter.training.folds import FOLDS, folds, left_out
from linter.training.reader import Trainer
from linter.training.reader_data import load_examples, load_names, needed_vectors
from linter.training.reader_net import DILATIONS, exported
from linter.training.vectors import Vectors

SHIPPED = Path("linter/models/reader.npz")
SEED = 0
_FORK = get_context("fork")
"""Both halves of the work see the same examples without a copy."""


def build(corpora: Path, work: Path) -> None:
    """Train one network a third left out, then the shipped one."""
    made = load_examples(corpora)
    vectors = needed_vectors(made)
    trainer = Trainer(vectors, load_names())
    print(f"   {len(made)} posts and sentences, {len(vectors.names)} pieces", flush=True)
    jobs = [
        ([e for e in made if folds(e.writer) != fold], left_out(work, fold))
        for fold in range(FOLDS)
    ]
    jobs.append((made, SHIPPED))
    halves = [
        _FORK.Process(target=_fit_all, args=(trainer, part, vectors))
        for part in (jobs[:2], jobs[2:])
    ]
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    if any(half.exitcode for half in halves):
        raise SystemExit("a training process failed; see above")


def _fit_all(
    trainer: Trainer, jobs: Sequence[tuple[list[Example], Path]], vectors: Vectors
) -> None:
    for made, path in jobs:
        _fit(trainer, made, vectors, path)


def _fit(trainer: Trainer, made: Sequence[Example], vectors: Vectors, path: Path) -> None:
    net = trainer.train(made, SEED)
    about: dict[str, object] = {"dilations": DILATIONS, "posts": len(made), "seed": SEED}
    save(path, exported(net, vectors.table), vectors.names, vectors.scores, about)
    print(f"   {path}: {path.stat().st_size / 1e6:.1f} MB", flush=True)
