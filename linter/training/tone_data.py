"""What the reader of tone is trained on: passages of the development posts, and the sentences about patients."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from linter.evaluation.gold import GoldPost
from linter.finding import Entity, Span
from linter.text.engine import TextEngine
from linter.text.learned.pieces import Pieces
from linter.text.learned.tone import KINDS, MOST_PIECES, passages, piece_ids, sentence_ends
from linter.training.corpora import posts, sentences


@dataclass(frozen=True)
class Passage:
    """Words that are read together.

    ids: rows of the table of pieces; own: whether each stands in a degrading phrase; kind: index into `KINDS`, -1 where
    nothing degrades; whole: whether it is a passage as it is read later, and no further cut of one.
    """

    writer: str
    post: str
    english: bool
    ids: tuple[int, ...]
    own: tuple[bool, ...]
    kind: int
    whole: bool

    @property
    def degrades(self) -> bool:
        """Whether it degrades a patient."""
        return self.kind >= 0


def load_passages(corpora: Path, pieces: Pieces, signs: int) -> list[Passage]:
    """Every passage of every post, and every sentence of it alone.

    Args:
        corpora: the folder of them.
        pieces: how words are cut.
        signs: the first row of the table for signs that no piece covers.
    """
    engine = TextEngine()
    ids = lru_cache(maxsize=None)(lambda word: piece_ids(pieces, word, signs))
    made: list[Passage] = []
    for source in (sentences(corpora), posts(corpora)):
        for writer, post in source:
            made.extend(_passages(engine, writer, post, ids))
    return made


def _passages(
    engine: TextEngine, writer: str, post: GoldPost, ids: Callable[[str], tuple[int, ...]]
) -> Iterator[Passage]:
    for reading, features in engine.described(post.text, post.lang):
        marks = [_kind(post, reading.norm.original(*span)) for span in features.spans]
        ends = sentence_ends(reading.text, features.spans)
        cut = passages(len(marks), ends)
        for rows in dict.fromkeys((*cut, *_sentences(len(marks), ends))):
            words = [
                (i, k)
                for w, k in zip(features.words[slice(*rows)], marks[slice(*rows)], strict=True)
                for i in ids(w)
            ]
            found = [k for _, k in words if k >= 0]
            if words:
                yield Passage(
                    writer,
                    post.id,
                    post.lang == "en",
                    tuple(i for i, _ in words[:MOST_PIECES]),
                    tuple(k >= 0 for _, k in words[:MOST_PIECES]),
                    max(found, key=found.count) if found else -1,
                    rows in cut,
                )


def _sentences(count: int, ends: Sequence[tuple[int, bool]]) -> Iterator[tuple[int, int]]:
    start = 0
    for end in sorted({*(e for e, _ in ends), count}):
        if end - start > 1:
            yield start, end
        start = end


def _kind(post: GoldPost, span: Span) -> int:
    """Index of the kind that a word is marked with, -1 without."""
    for mark in post.spans:
        if mark.entity is Entity.DEGRADING and mark.kind and mark.span.overlaps(span):
            return KINDS.index(mark.kind)
    return -1
