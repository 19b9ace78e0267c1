"""The learned reader: marks every word of a post with what it may be and whose."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from operator import itemgetter
from pathlib import Path

import numpy as np

from linter.finding import PROTECTED, Entity, Kind, Subject
from linter.text.learned.features import ENTITIES, Features, Floats
from linter.text.learned.network import Network
from linter.text.learned.pieces import Pieces
from linter.text.learned.weights import read_weights, write_weights

FORMAT = 1
"""Version of the weight file; another one is refused."""
WHO: tuple[str, ...] = (*(s.value for s in Subject), *(k.value for k in Kind))
"""What the second head tells of a word: whose detail, or how it degrades."""
PROTECTED_COLUMNS = [WHO.index(s.value) for s in Subject if s in PROTECTED]
"""Columns of those whom the medical secret covers."""
_SUBJECTS = len(Subject)


@dataclass(frozen=True)
class Stretch:
    """Words in a row that the reader takes for one thing.

    chance: of the entity, 0 to 1, mean over the words; start and end: characters of the reading.
    """

    start: int
    end: int
    entity: Entity
    chance: float


@dataclass(frozen=True)
class Tags:
    """What the reader says of every word of a post.

    spans: character ranges; words: as they were read; entities: (n, entities) chances, and first: those of a first word;
    who: (n, WHO) chances; degrade: (n,) chances of standing in a degrading phrase.
    """

    spans: tuple[tuple[int, int], ...]
    words: tuple[str, ...] = field(repr=False)
    entities: Floats
    first: Floats
    who: Floats
    degrade: Floats

    def rows(self, start: int, end: int) -> slice:
        """The words that lie in a range of characters."""
        low = bisect_right(self.spans, start, key=itemgetter(1))
        return slice(low, bisect_left(self.spans, end, lo=low, key=itemgetter(0)))

    def chance(self, entity: Entity, start: int, end: int) -> float:
        """How likely the words of a range are this entity."""
        part = self.entities[self.rows(start, end), ENTITIES.index(entity)]
        return float(part.mean()) if part.size else 0.0

    def protected(self, start: int, end: int) -> float:
        """How likely the words of a range, if a detail, are a patient's, a relative's or a known person's."""
        part = self._protected[self.rows(start, end)]
        return sum(part) / len(part) if part else 0.0

    @cached_property
    def _protected(self) -> list[float]:
        subjects = self.who[:, :_SUBJECTS]
        shares: list[float] = (subjects[:, PROTECTED_COLUMNS].sum(1) / subjects.sum(1)).tolist()
        return shares

    def stretches(self, entity: Entity, threshold: float) -> list[Stretch]:
        """Runs of words whose chance reaches a threshold; a new one begins where the reader says so."""
        column = self.entities[:, ENTITIES.index(entity)]
        opens = self.first[:, ENTITIES.index(entity)] > column / 2
        out: list[list[int]] = []
        for row in map(int, np.flatnonzero(column >= threshold)):
            if out and out[-1][1] == row and not opens[row]:
                out[-1][1] = row + 1
            else:
                out.append([row, row + 1])
        return [
            Stretch(self.spans[a][0], self.spans[b - 1][1], entity, float(column[a:b].mean()))
            for a, b in out
        ]


class Tagger:
    """Weights, loaded once, and the way to use them."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def read(self, post: Features) -> Tags:
        """Mark every word of a post."""
        if not post.spans:
            none = np.zeros((0, len(ENTITIES)), np.float32)
            who = np.zeros((0, len(WHO)), np.float32)
            return Tags((), (), none, none, who, none[:, 0])
        labels, who, degrade = self._network.run(post)
        first, further = labels[:, 1::2], labels[:, 2::2]
        return Tags(post.spans, post.words, first + further, first, who, degrade[:, 1])


def load_tagger(path: Traversable | Path | None = None) -> Tagger:
    """Load the shipped reader, or another weight file.

    Raises:
        ModelError: the file is missing, damaged, or of another version.
    """
    return _shipped() if path is None else _load(path)


@lru_cache(maxsize=1)
def _shipped() -> Tagger:
    return _load(files("linter.models") / "reader.npz")


def _load(path: Traversable | Path) -> Tagger:
    stored = read_weights(path, {"format": FORMAT, "entities": [str(e) for e in ENTITIES]})
    return Tagger(
        Network(stored.arrays, Pieces(stored.names, stored.scores), stored.about["dilations"])
    )


def save(
    path: Path,
    arrays: dict[str, Floats],
    pieces: tuple[str, ...],
    scores: Floats,
    about: dict[str, object],
) -> None:
    """Write a weight file of the reader."""
    described = {"format": FORMAT, "entities": [str(e) for e in ENTITIES], **about}
    write_weights(path, arrays, pieces, scores, described)
