"""The marked texts that models are trained on."""

from collections.abc import Iterator
from pathlib import Path

from linter.evaluation.gold import GoldPost, read_gold
from linter.evaluation.pairs import read_pairs


def posts(corpora: Path) -> Iterator[tuple[str, GoldPost]]:
    """Every development post, with the name of its writer's file."""
    for path in sorted((corpora / "dev").glob("*.txt")):
        for post in read_gold(path):
            yield path.stem, post


def sentences(corpora: Path) -> Iterator[tuple[str, GoldPost]]:
    """Every development sentence about patients, with the name of its writer's file."""
    for path in sorted((corpora / "dignity").glob("*.txt")):
        for line in read_pairs(path):
            yield f"dignity-{path.stem}", line.post
