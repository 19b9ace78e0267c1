"""What the second reader of tone is trained on: passages of the development posts, and the sentences about patients."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from linter.evaluation.gold import GoldPost
from linter.finding import Entity, Span
from linter.text.engine import TextEngine
from linter.text.learned.odds import top
from linter.text.learned.second import MOST_PIECES
from linter.text.learned.tagger import Tagger
from linter.text.learned.tone import KINDS, ToneReader, sentence_ends
from linter.training.corpora import posts, sentences
from linter.training.folds import folds


@dataclass(frozen=True)
class Passage:
    """Words that are read together.

    own: whether each word stands in a degrading phrase; kind: index into `KINDS`, -1 where nothing degrades; doubt: how
    likely a word of it degrades, by a reader of details; first: how likely it degrades, by the first reader of tone. Neither
    has read its writer.
    """

    writer: str
    post: str
    english: bool
    words: tuple[str, ...]
    own: tuple[bool, ...]
    kind: int
    doubt: float
    first: float

    @property
    def degrades(self) -> bool:
        """Whether it degrades a patient."""
        return self.kind >= 0

    @property
    def paired(self) -> bool:
        """Whether it is one of the sentences about patients, and of no post."""
        return self.writer.startswith("dignity-")

    def pieces(self, ids: Callable[[str], tuple[int, ...]]) -> tuple[list[int], list[bool]]:
        """Its pieces, and whether each degrades."""
        cut = [(i, own) for w, own in zip(self.words, self.own, strict=True) for i in ids(w)]
        return [i for i, _ in cut[:MOST_PIECES]], [own for _, own in cut[:MOST_PIECES]]


def load_passages(
    corpora: Path, taggers: Sequence[Tagger], tones: Sequence[ToneReader]
) -> list[Passage]:
    """Every passage of every post and sentence, cut as it is read later.

    Args:
        corpora: the folder of them.
        taggers: readers of details, by fold: each has not read the writers of its own.
        tones: first readers of tone, likewise.
    """
    engine = TextEngine()
    return [
        passage
        for source in (sentences(corpora), posts(corpora))
        for writer, post in source
        for fold in [folds(writer)]
        for passage in read_passages(engine, taggers[fold], tones[fold], writer, post)
    ]


def read_passages(
    engine: TextEngine, tagger: Tagger, tone: ToneReader, writer: str, post: GoldPost
) -> Iterator[Passage]:
    """The passages of one text that are long enough to be judged."""
    for reading, features in engine.described(post.text, post.lang):
        marks = [_kind(post, reading.norm.original(*span)) for span in features.spans]
        doubt = tagger.read(features).degrade
        for heard in tone.read(features.words, sentence_ends(reading.text, features.spans)):
            rows = slice(heard.start, heard.end)
            found = [k for k in marks[rows] if k >= 0]
            yield Passage(
                writer,
                post.id,
                post.lang == "en",
                features.words[rows],
                tuple(k >= 0 for k in marks[rows]),
                max(found, key=found.count) if found else -1,
                top(doubt[rows]),
                heard.chance,
            )


def _kind(post: GoldPost, span: Span) -> int:
    """Index of the kind that a word is marked with, -1 without."""
    for mark in post.spans:
        if mark.entity is Entity.DEGRADING and mark.kind and mark.span.overlaps(span):
            return KINDS.index(mark.kind)
    return -1
