"""What the learned reader is told of each word: its pieces and form, the lists, the rules' results."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from linter.finding import IN_FILES, Entity
from linter.text.learned.words import cut
from linter.text.reading import Reading
from linter.text.tokens import truecase

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

ENTITIES = tuple(e for e in Entity if e not in IN_FILES)
FLAGS = 19
"""Bits of `lexicon.Word`."""
AFFIXES, WORDS, RULES = 2048, 8192, 256
"""Sizes of the hashed tables."""
LONGEST = 12
SHAPES = 9


@dataclass(frozen=True)
class Features:
    """One post as numbers; all arrays have one row a word.

    words: as read (shouting undone); flags: (n, FLAGS) of 0 and 1; rule: 1 + 2 × entity (+1 inside);
    rule_id: hash of the rule, 0 for none; score: (n, 2), whether a rule found it and how surely.
    """

    spans: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    shape: Ints
    flags: Floats
    rule: Ints
    rule_id: Ints
    score: Floats
    english: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What a rule says of a range of characters: an entity, a name of the rule, how sure (0 to 1)."""

    start: int
    end: int
    entity: Entity
    rule: str
    score: float


def features(reading: Reading, marks: Sequence[Mark]) -> Features:
    """Look at every word of a reading, and at what the rules say of it; of marks that overlap the first counts."""
    spans = cut(reading.text)
    cased = truecase(reading.text, reading.tokens)
    flags = {t.start: t.flags for t in reading.tokens}
    bits = np.array([flags.get(start, 0) for start, _ in spans], dtype=np.int64)
    rule, rule_id, score = _found(spans, marks)
    return Features(
        spans,
        tuple(cased[start:end] for start, end in spans),
        np.array([shape(reading.text[start:end]) for start, end in spans], dtype=np.int64),
        ((bits[:, None] >> np.arange(FLAGS)) & 1).astype(np.float32),
        rule,
        rule_id,
        score,
        reading.lang == "en",
    )


def _found(spans: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> tuple[Ints, Ints, Floats]:
    rule, rule_id = np.zeros(len(spans), np.int64), np.zeros(len(spans), np.int64)
    score = np.zeros((len(spans), 2), np.float32)
    starts = [start for start, _ in spans]
    for mark in reversed(marks):
        entity = ENTITIES.index(mark.entity)
        rows = slice(bisect_left(starts, mark.start), bisect_left(starts, mark.end))
        rule[rows] = 2 + 2 * entity
        rule[rows.start : rows.start + (rows.stop > rows.start)] = 1 + 2 * entity
        rule_id[rows] = 1 + hashed(mark.rule, RULES - 1)
        score[rows] = 1, mark.score
    return rule, rule_id, score


def hashed(text: str, size: int) -> int:
    """A number below `size`, the same on every machine."""
    return crc32(text.encode("utf-8", "surrogatepass")) % size


def shape(word: str) -> int:
    """How a word is written: 0 lower, 1 UPPER, 2 one capital, 3 Title, 4 mIxed, 6 figure, 7 line end, 8 sign."""
    if word.isdigit():
        return 6
    if word == "\n":
        return 7
    if not word[0].isalpha():
        return 8
    if word.islower():
        return 0
    if word.isupper():
        return 1 if len(word) > 1 else 2
    return 3 if word[0].isupper() and word[1:].islower() else 4
